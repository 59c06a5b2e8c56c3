// deno-fmt-ignore-file
// deno-lint-ignore-file camelcase
/** What pages load: written by tools/web_modules.ts, to be run when a page imports something else. */

import fitsBrowserTs from "../fits/browser.ts" with { type: "text" };
import fitsFileContentsTs from "../fits/file/contents.ts" with { type: "text" };
import fitsFileFits_fileTs from "../fits/file/fits_file.ts" with { type: "text" };
import fitsFileHduTs from "../fits/file/hdu.ts" with { type: "text" };
import fitsFileHdu_walkTs from "../fits/file/hdu_walk.ts" with { type: "text" };
import fitsFileInputsTs from "../fits/file/inputs.ts" with { type: "text" };
import fitsFileNotebook_imageTs from "../fits/file/notebook_image.ts" with { type: "text" };
import fitsHduDataTs from "../fits/hdu/data.ts" with { type: "text" };
import fitsHduLayoutTs from "../fits/hdu/layout.ts" with { type: "text" };
import fitsHduOutputTs from "../fits/hdu/output.ts" with { type: "text" };
import fitsHeaderCardTs from "../fits/header/card.ts" with { type: "text" };
import fitsHeaderCard_valueTs from "../fits/header/card_value.ts" with { type: "text" };
import fitsHeaderHeaderTs from "../fits/header/header.ts" with { type: "text" };
import fitsHeaderNotebookTs from "../fits/header/notebook.ts" with { type: "text" };
import fitsImageGroupsTs from "../fits/image/groups.ts" with { type: "text" };
import fitsImageImageTs from "../fits/image/image.ts" with { type: "text" };
import fitsImageMagnitudeTs from "../fits/image/magnitude.ts" with { type: "text" };
import fitsImageNpyTs from "../fits/image/npy.ts" with { type: "text" };
import fitsImagePixel_conversionTs from "../fits/image/pixel_conversion.ts" with { type: "text" };
import fitsImagePixelsTs from "../fits/image/pixels.ts" with { type: "text" };
import fitsImageSectionTs from "../fits/image/section.ts" with { type: "text" };
import fitsImageStatisticsTs from "../fits/image/statistics.ts" with { type: "text" };
import fitsImageTile_errorTs from "../fits/image/tile_error.ts" with { type: "text" };
import fitsPictureColormapTs from "../fits/picture/colormap.ts" with { type: "text" };
import fitsPictureLimitsTs from "../fits/picture/limits.ts" with { type: "text" };
import fitsPicturePlotTicksTs from "../fits/picture/plot/ticks.ts" with { type: "text" };
import fitsPicturePng_chunksTs from "../fits/picture/png_chunks.ts" with { type: "text" };
import fitsPicturePng_filtersTs from "../fits/picture/png_filters.ts" with { type: "text" };
import fitsPicturePng_filters_moduleTs from "../fits/picture/png_filters_module.ts" with { type: "text" };
import fitsPicturePng_formatTs from "../fits/picture/png_format.ts" with { type: "text" };
import fitsPicturePng_readerTs from "../fits/picture/png_reader.ts" with { type: "text" };
import fitsPicturePng_writerTs from "../fits/picture/png_writer.ts" with { type: "text" };
import fitsPictureRenderTs from "../fits/picture/render.ts" with { type: "text" };
import fitsPictureResampleTs from "../fits/picture/resample.ts" with { type: "text" };
import fitsPictureScaleRanksTs from "../fits/picture/scale/ranks.ts" with { type: "text" };
import fitsPictureScaleSearchTs from "../fits/picture/scale/search.ts" with { type: "text" };
import fitsPictureScaleValuesTs from "../fits/picture/scale/values.ts" with { type: "text" };
import fitsPictureScaleZscaleTs from "../fits/picture/scale/zscale.ts" with { type: "text" };
import fitsPictureStretchTs from "../fits/picture/stretch.ts" with { type: "text" };
import fitsRulesCardsTs from "../fits/rules/cards.ts" with { type: "text" };
import fitsRulesColumnsTs from "../fits/rules/columns.ts" with { type: "text" };
import fitsRulesCompressedTs from "../fits/rules/compressed.ts" with { type: "text" };
import fitsRulesHeaderTs from "../fits/rules/header.ts" with { type: "text" };
import fitsRulesStructureTs from "../fits/rules/structure.ts" with { type: "text" };
import fitsSkyConvertTs from "../fits/sky/convert.ts" with { type: "text" };
import fitsSkyEarthTs from "../fits/sky/earth.ts" with { type: "text" };
import fitsSkyFk4Ts from "../fits/sky/fk4.ts" with { type: "text" };
import fitsSkyFrameTs from "../fits/sky/frame.ts" with { type: "text" };
import fitsSkyObserverTs from "../fits/sky/observer.ts" with { type: "text" };
import fitsSkyPrecessionTs from "../fits/sky/precession.ts" with { type: "text" };
import fitsSkyRotationTs from "../fits/sky/rotation.ts" with { type: "text" };
import fitsSkySeparationTs from "../fits/sky/separation.ts" with { type: "text" };
import fitsSkySunTs from "../fits/sky/sun.ts" with { type: "text" };
import fitsSkyTextTs from "../fits/sky/text.ts" with { type: "text" };
import fitsSkyTimesTs from "../fits/sky/times.ts" with { type: "text" };
import fitsSourceBunzip2Ts from "../fits/source/bunzip2.ts" with { type: "text" };
import fitsSourceFetchTs from "../fits/source/fetch.ts" with { type: "text" };
import fitsSourceOpenedTs from "../fits/source/opened.ts" with { type: "text" };
import fitsSourcePaceTs from "../fits/source/pace.ts" with { type: "text" };
import fitsSourceRangesTs from "../fits/source/ranges.ts" with { type: "text" };
import fitsSourceSourceTs from "../fits/source/source.ts" with { type: "text" };
import fitsSourceStreamTs from "../fits/source/stream.ts" with { type: "text" };
import fitsSourceTransfersTs from "../fits/source/transfers.ts" with { type: "text" };
import fitsSourceUncompressTs from "../fits/source/uncompress.ts" with { type: "text" };
import fitsSourceWrapperTs from "../fits/source/wrapper.ts" with { type: "text" };
import fitsTableAscii_decoderTs from "../fits/table/ascii_decoder.ts" with { type: "text" };
import fitsTableBodyTs from "../fits/table/body.ts" with { type: "text" };
import fitsTableColumnTs from "../fits/table/column.ts" with { type: "text" };
import fitsTableColumn_dataTs from "../fits/table/column_data.ts" with { type: "text" };
import fitsTableColumn_formatTs from "../fits/table/column_format.ts" with { type: "text" };
import fitsTableDisplayTs from "../fits/table/display.ts" with { type: "text" };
import fitsTableElement_decoderTs from "../fits/table/element_decoder.ts" with { type: "text" };
import fitsTableGatherTs from "../fits/table/gather.ts" with { type: "text" };
import fitsTableHeapTs from "../fits/table/heap.ts" with { type: "text" };
import fitsTableRow_filterTs from "../fits/table/row_filter.ts" with { type: "text" };
import fitsTableRow_rangeTs from "../fits/table/row_range.ts" with { type: "text" };
import fitsTableRow_readerTs from "../fits/table/row_reader.ts" with { type: "text" };
import fitsTableTableTs from "../fits/table/table.ts" with { type: "text" };
import fitsTilesCodecsCodecTs from "../fits/tiles/codecs/codec.ts" with { type: "text" };
import fitsTilesCodecsDequantizeTs from "../fits/tiles/codecs/dequantize.ts" with { type: "text" };
import fitsTilesCodecsDequantize_moduleTs from "../fits/tiles/codecs/dequantize_module.ts" with { type: "text" };
import fitsTilesCodecsDitherTs from "../fits/tiles/codecs/dither.ts" with { type: "text" };
import fitsTilesCodecsGzipTs from "../fits/tiles/codecs/gzip.ts" with { type: "text" };
import fitsTilesCodecsHcompressTs from "../fits/tiles/codecs/hcompress.ts" with { type: "text" };
import fitsTilesCodecsHcompress_moduleTs from "../fits/tiles/codecs/hcompress_module.ts" with { type: "text" };
import fitsTilesCodecsIntegersTs from "../fits/tiles/codecs/integers.ts" with { type: "text" };
import fitsTilesCodecsPlioTs from "../fits/tiles/codecs/plio.ts" with { type: "text" };
import fitsTilesCodecsRiceTs from "../fits/tiles/codecs/rice.ts" with { type: "text" };
import fitsTilesCodecsRice_moduleTs from "../fits/tiles/codecs/rice_module.ts" with { type: "text" };
import fitsTilesCompressed_imageTs from "../fits/tiles/compressed_image.ts" with { type: "text" };
import fitsTilesCompressed_tableTs from "../fits/tiles/compressed_table.ts" with { type: "text" };
import fitsTilesCompressionTs from "../fits/tiles/compression.ts" with { type: "text" };
import fitsTilesImage_headerTs from "../fits/tiles/image_header.ts" with { type: "text" };
import fitsTilesPut_pixelsTs from "../fits/tiles/put_pixels.ts" with { type: "text" };
import fitsTilesTable_headerTs from "../fits/tiles/table_header.ts" with { type: "text" };
import fitsTilesTile_cacheTs from "../fits/tiles/tile_cache.ts" with { type: "text" };
import fitsTilesTile_decoderTs from "../fits/tiles/tile_decoder.ts" with { type: "text" };
import fitsTilesTile_gridTs from "../fits/tiles/tile_grid.ts" with { type: "text" };
import fitsTilesTile_jobTs from "../fits/tiles/tile_job.ts" with { type: "text" };
import fitsTilesTile_loaderTs from "../fits/tiles/tile_loader.ts" with { type: "text" };
import fitsTilesTile_tableTs from "../fits/tiles/tile_table.ts" with { type: "text" };
import fitsWcsAxesTs from "../fits/wcs/axes.ts" with { type: "text" };
import fitsWcsCelestialTs from "../fits/wcs/celestial.ts" with { type: "text" };
import fitsWcsCoordinatesTs from "../fits/wcs/coordinates.ts" with { type: "text" };
import fitsWcsDistortionsDistortionTs from "../fits/wcs/distortions/distortion.ts" with { type: "text" };
import fitsWcsDistortionsDssTs from "../fits/wcs/distortions/dss.ts" with { type: "text" };
import fitsWcsDistortionsLookupTs from "../fits/wcs/distortions/lookup.ts" with { type: "text" };
import fitsWcsDistortionsPixelsTs from "../fits/wcs/distortions/pixels.ts" with { type: "text" };
import fitsWcsDistortionsPolynomialTs from "../fits/wcs/distortions/polynomial.ts" with { type: "text" };
import fitsWcsDistortionsSipTs from "../fits/wcs/distortions/sip.ts" with { type: "text" };
import fitsWcsDistortionsTnxTs from "../fits/wcs/distortions/tnx.ts" with { type: "text" };
import fitsWcsDistortionsTpdTs from "../fits/wcs/distortions/tpd.ts" with { type: "text" };
import fitsWcsDistortionsTpvTs from "../fits/wcs/distortions/tpv.ts" with { type: "text" };
import fitsWcsKeywordsReaderTs from "../fits/wcs/keywords/reader.ts" with { type: "text" };
import fitsWcsKeywordsTime_scalesTs from "../fits/wcs/keywords/time_scales.ts" with { type: "text" };
import fitsWcsKeywordsUnitsTs from "../fits/wcs/keywords/units.ts" with { type: "text" };
import fitsWcsLinearTs from "../fits/wcs/linear.ts" with { type: "text" };
import fitsWcsPartTs from "../fits/wcs/part.ts" with { type: "text" };
import fitsWcsProjectionsTs from "../fits/wcs/projections.ts" with { type: "text" };
import fitsWcsProjectionsConicTs from "../fits/wcs/projections/conic.ts" with { type: "text" };
import fitsWcsProjectionsCubesTs from "../fits/wcs/projections/cubes.ts" with { type: "text" };
import fitsWcsProjectionsCylindricalTs from "../fits/wcs/projections/cylindrical.ts" with { type: "text" };
import fitsWcsProjectionsHealpixTs from "../fits/wcs/projections/healpix.ts" with { type: "text" };
import fitsWcsProjectionsOvalsTs from "../fits/wcs/projections/ovals.ts" with { type: "text" };
import fitsWcsProjectionsProjectionTs from "../fits/wcs/projections/projection.ts" with { type: "text" };
import fitsWcsProjectionsZenithalTs from "../fits/wcs/projections/zenithal.ts" with { type: "text" };
import fitsWcsSky_pointsTs from "../fits/wcs/sky_points.ts" with { type: "text" };
import fitsWcsSpectralTs from "../fits/wcs/spectral.ts" with { type: "text" };
import fitsWcsSphereTs from "../fits/wcs/sphere.ts" with { type: "text" };
import fitsWcsTabularTs from "../fits/wcs/tabular.ts" with { type: "text" };
import fitsWcsTimesTs from "../fits/wcs/times.ts" with { type: "text" };
import fitsWcsWcsTs from "../fits/wcs/wcs.ts" with { type: "text" };
import httpFieldsByte_selectionTs from "../http/fields/byte_selection.ts" with { type: "text" };
import httpFieldsParametersTs from "../http/fields/parameters.ts" with { type: "text" };
import httpFieldsRangesTs from "../http/fields/ranges.ts" with { type: "text" };
import httpMessageHeader_fieldsTs from "../http/message/header_fields.ts" with { type: "text" };
import httpMessageHttp_errorTs from "../http/message/http_error.ts" with { type: "text" };
import httpMessageOctetsTs from "../http/message/octets.ts" with { type: "text" };
import httpPagesPaletteCss from "../http/pages/palette.css" with { type: "text" };
import netByte_orderTs from "../net/byte_order.ts" with { type: "text" };
import netBytesConcatenateTs from "../net/bytes/concatenate.ts" with { type: "text" };
import netCapsTs from "../net/caps.ts" with { type: "text" };
import netErrorsTs from "../net/errors.ts" with { type: "text" };
import netFormat_bytesTs from "../net/format_bytes.ts" with { type: "text" };
import netKernelsByte_swapTs from "../net/kernels/byte_swap.ts" with { type: "text" };
import netKernelsByte_swap_moduleTs from "../net/kernels/byte_swap_module.ts" with { type: "text" };
import netKernelsFetch_kernelTs from "../net/kernels/fetch_kernel.ts" with { type: "text" };
import netPlatformBrowserTs from "../net/platform/browser.ts" with { type: "text" };
import netPlatformChecksumsTs from "../net/platform/checksums.ts" with { type: "text" };
import netPlatformDeflateTs from "../net/platform/deflate.ts" with { type: "text" };
import netPlatformInflateTs from "../net/platform/inflate.ts" with { type: "text" };
import netPlatformMembersTs from "../net/platform/members.ts" with { type: "text" };
import netPlatformModTs from "../net/platform/mod.ts" with { type: "text" };
import netPlatformNodeTs from "../net/platform/node.ts" with { type: "text" };
import netTextDecimalTs from "../net/text/decimal.ts" with { type: "text" };
import netTextShort_floatTs from "../net/text/short_float.ts" with { type: "text" };
import stationApiFile_infoTs from "./api/file_info.ts" with { type: "text" };
import stationApiSurveyTs from "./api/survey.ts" with { type: "text" };
import stationApiTable_partTs from "./api/table_part.ts" with { type: "text" };
import stationApiTable_queryTs from "./api/table_query.ts" with { type: "text" };
import stationBinningColumnsTs from "./binning/columns.ts" with { type: "text" };
import stationPyramidDraftTs from "./pyramid/draft.ts" with { type: "text" };
import stationPyramidLevelsTs from "./pyramid/levels.ts" with { type: "text" };
import stationPyramidStored_planeTs from "./pyramid/stored_plane.ts" with { type: "text" };
import stationPyramidTileTs from "./pyramid/tile.ts" with { type: "text" };
import stationWebColor_barTs from "./web/color_bar.ts" with { type: "text" };
import stationWebConsolePageTs from "./web/console/page.ts" with { type: "text" };
import stationWebCreate_viewerTs from "./web/create_viewer.ts" with { type: "text" };
import stationWebFeedTs from "./web/feed.ts" with { type: "text" };
import stationWebGrid_layerTs from "./web/grid_layer.ts" with { type: "text" };
import stationWebHelpTs from "./web/help.ts" with { type: "text" };
import stationWebHomeCss from "./web/home.css" with { type: "text" };
import stationWebHomeTs from "./web/home.ts" with { type: "text" };
import stationWebInsetsInset_stageTs from "./web/insets/inset_stage.ts" with { type: "text" };
import stationWebInsetsInsetsTs from "./web/insets/insets.ts" with { type: "text" };
import stationWebInsetsMagnifierTs from "./web/insets/magnifier.ts" with { type: "text" };
import stationWebInsetsOverviewTs from "./web/insets/overview.ts" with { type: "text" };
import stationWebLocalTs from "./web/local.ts" with { type: "text" };
import stationWebMarksChooseTs from "./web/marks/choose.ts" with { type: "text" };
import stationWebMarksLayerTs from "./web/marks/layer.ts" with { type: "text" };
import stationWebMarksPlacesTs from "./web/marks/places.ts" with { type: "text" };
import stationWebPageAddressTs from "./web/page/address.ts" with { type: "text" };
import stationWebPageAnnouncerTs from "./web/page/announcer.ts" with { type: "text" };
import stationWebPageControlsTs from "./web/page/controls.ts" with { type: "text" };
import stationWebPageDomTs from "./web/page/dom.ts" with { type: "text" };
import stationWebPageEvent_streamTs from "./web/page/event_stream.ts" with { type: "text" };
import stationWebPageSignalTs from "./web/page/signal.ts" with { type: "text" };
import stationWebPageStyleTs from "./web/page/style.ts" with { type: "text" };
import stationWebPanel_areaTs from "./web/panel_area.ts" with { type: "text" };
import stationWebPanelsColumn_plotTs from "./web/panels/column_plot.ts" with { type: "text" };
import stationWebPanelsExportTs from "./web/panels/export.ts" with { type: "text" };
import stationWebPanelsHdusTs from "./web/panels/hdus.ts" with { type: "text" };
import stationWebPanelsHeaderTs from "./web/panels/header.ts" with { type: "text" };
import stationWebPanelsHistogramTs from "./web/panels/histogram.ts" with { type: "text" };
import stationWebPanelsInfoTs from "./web/panels/info.ts" with { type: "text" };
import stationWebPanelsMarksTs from "./web/panels/marks.ts" with { type: "text" };
import stationWebPanelsRegion_numbersTs from "./web/panels/region_numbers.ts" with { type: "text" };
import stationWebPanelsRegionsTs from "./web/panels/regions.ts" with { type: "text" };
import stationWebPanelsSpectrumTs from "./web/panels/spectrum.ts" with { type: "text" };
import stationWebPanelsSpectrum_placeTs from "./web/panels/spectrum_place.ts" with { type: "text" };
import stationWebPanelsTable_plotTs from "./web/panels/table_plot.ts" with { type: "text" };
import stationWebPictureCanvas_rendererTs from "./web/picture/canvas_renderer.ts" with { type: "text" };
import stationWebPictureColor_tableTs from "./web/picture/color_table.ts" with { type: "text" };
import stationWebPictureLine_plotTs from "./web/picture/line_plot.ts" with { type: "text" };
import stationWebPictureOverlayTs from "./web/picture/overlay.ts" with { type: "text" };
import stationWebPictureTileTs from "./web/picture/tile.ts" with { type: "text" };
import stationWebPictureTile_cacheTs from "./web/picture/tile_cache.ts" with { type: "text" };
import stationWebPictureTile_loaderTs from "./web/picture/tile_loader.ts" with { type: "text" };
import stationWebPictureTile_queueTs from "./web/picture/tile_queue.ts" with { type: "text" };
import stationWebPictureTransformTs from "./web/picture/transform.ts" with { type: "text" };
import stationWebPicturesTs from "./web/pictures.ts" with { type: "text" };
import stationWebPlot_viewTs from "./web/plot_view.ts" with { type: "text" };
import stationWebReadoutTs from "./web/readout.ts" with { type: "text" };
import stationWebReadout_barTs from "./web/readout_bar.ts" with { type: "text" };
import stationWebRegion_layerTs from "./web/region_layer.ts" with { type: "text" };
import stationWebRegionsBackgroundTs from "./web/regions/background.ts" with { type: "text" };
import stationWebRegionsDrawTs from "./web/regions/draw.ts" with { type: "text" };
import stationWebRegionsDs9_textTs from "./web/regions/ds9_text.ts" with { type: "text" };
import stationWebRegionsExact_sumTs from "./web/regions/exact_sum.ts" with { type: "text" };
import stationWebRegionsFramesTs from "./web/regions/frames.ts" with { type: "text" };
import stationWebRegionsLarge_regionTs from "./web/regions/large_region.ts" with { type: "text" };
import stationWebRegionsRow_shapesTs from "./web/regions/row_shapes.ts" with { type: "text" };
import stationWebRegionsShapesTs from "./web/regions/shapes.ts" with { type: "text" };
import stationWebRegionsStatisticsTs from "./web/regions/statistics.ts" with { type: "text" };
import stationWebSeveralTs from "./web/several.ts" with { type: "text" };
import stationWebSiteCss from "./web/site.css" with { type: "text" };
import stationWebSkyAlignTs from "./web/sky/align.ts" with { type: "text" };
import stationWebSkyGo_toTs from "./web/sky/go_to.ts" with { type: "text" };
import stationWebSkyGridTs from "./web/sky/grid.ts" with { type: "text" };
import stationWebSkyPlacesTs from "./web/sky/places.ts" with { type: "text" };
import stationWebSkyReadoutTs from "./web/sky/readout.ts" with { type: "text" };
import stationWebSkyScale_barTs from "./web/sky/scale_bar.ts" with { type: "text" };
import stationWebSourceCard_listTs from "./web/source/card_list.ts" with { type: "text" };
import stationWebSourceFrame_linkTs from "./web/source/frame_link.ts" with { type: "text" };
import stationWebSourceFrame_sourceTs from "./web/source/frame_source.ts" with { type: "text" };
import stationWebSourceLive_frameTs from "./web/source/live_frame.ts" with { type: "text" };
import stationWebSourceLocal_engineTs from "./web/source/local_engine.ts" with { type: "text" };
import stationWebSourceLocal_messagesTs from "./web/source/local_messages.ts" with { type: "text" };
import stationWebSourceLocal_sourceTs from "./web/source/local_source.ts" with { type: "text" };
import stationWebSourceLocal_workerTs from "./web/source/local_worker.ts" with { type: "text" };
import stationWebSourcePicture_sourceTs from "./web/source/picture_source.ts" with { type: "text" };
import stationWebSourceStation_sourceTs from "./web/source/station_source.ts" with { type: "text" };
import stationWebStageTs from "./web/stage.ts" with { type: "text" };
import stationWebTable_viewTs from "./web/table_view.ts" with { type: "text" };
import stationWebToolbarTs from "./web/toolbar.ts" with { type: "text" };
import stationWebViewChoose_hduTs from "./web/view/choose_hdu.ts" with { type: "text" };
import stationWebViewGesturesTs from "./web/view/gestures.ts" with { type: "text" };
import stationWebViewKeysTs from "./web/view/keys.ts" with { type: "text" };
import stationWebViewModelTs from "./web/view/model.ts" with { type: "text" };
import stationWebViewNumber_textTs from "./web/view/number_text.ts" with { type: "text" };
import stationWebViewRegion_editorTs from "./web/view/region_editor.ts" with { type: "text" };
import stationWebViewTakingTs from "./web/view/taking.ts" with { type: "text" };
import stationWebViewUndoTs from "./web/view/undo.ts" with { type: "text" };
import stationWebViewUrl_stateTs from "./web/view/url_state.ts" with { type: "text" };
import stationWebViewerCss from "./web/viewer.css" with { type: "text" };
import stationWebViewerTs from "./web/viewer.ts" with { type: "text" };

/** The modules and style sheets by their paths from the root. */
export const WEB_SOURCES: Readonly<Record<string, string>> = {
  "fits/browser.ts": fitsBrowserTs,
  "fits/file/contents.ts": fitsFileContentsTs,
  "fits/file/fits_file.ts": fitsFileFits_fileTs,
  "fits/file/hdu.ts": fitsFileHduTs,
  "fits/file/hdu_walk.ts": fitsFileHdu_walkTs,
  "fits/file/inputs.ts": fitsFileInputsTs,
  "fits/file/notebook_image.ts": fitsFileNotebook_imageTs,
  "fits/hdu/data.ts": fitsHduDataTs,
  "fits/hdu/layout.ts": fitsHduLayoutTs,
  "fits/hdu/output.ts": fitsHduOutputTs,
  "fits/header/card.ts": fitsHeaderCardTs,
  "fits/header/card_value.ts": fitsHeaderCard_valueTs,
  "fits/header/header.ts": fitsHeaderHeaderTs,
  "fits/header/notebook.ts": fitsHeaderNotebookTs,
  "fits/image/groups.ts": fitsImageGroupsTs,
  "fits/image/image.ts": fitsImageImageTs,
  "fits/image/magnitude.ts": fitsImageMagnitudeTs,
  "fits/image/npy.ts": fitsImageNpyTs,
  "fits/image/pixel_conversion.ts": fitsImagePixel_conversionTs,
  "fits/image/pixels.ts": fitsImagePixelsTs,
  "fits/image/section.ts": fitsImageSectionTs,
  "fits/image/statistics.ts": fitsImageStatisticsTs,
  "fits/image/tile_error.ts": fitsImageTile_errorTs,
  "fits/picture/colormap.ts": fitsPictureColormapTs,
  "fits/picture/limits.ts": fitsPictureLimitsTs,
  "fits/picture/plot/ticks.ts": fitsPicturePlotTicksTs,
  "fits/picture/png_chunks.ts": fitsPicturePng_chunksTs,
  "fits/picture/png_filters.ts": fitsPicturePng_filtersTs,
  "fits/picture/png_filters_module.ts": fitsPicturePng_filters_moduleTs,
  "fits/picture/png_format.ts": fitsPicturePng_formatTs,
  "fits/picture/png_reader.ts": fitsPicturePng_readerTs,
  "fits/picture/png_writer.ts": fitsPicturePng_writerTs,
  "fits/picture/render.ts": fitsPictureRenderTs,
  "fits/picture/resample.ts": fitsPictureResampleTs,
  "fits/picture/scale/ranks.ts": fitsPictureScaleRanksTs,
  "fits/picture/scale/search.ts": fitsPictureScaleSearchTs,
  "fits/picture/scale/values.ts": fitsPictureScaleValuesTs,
  "fits/picture/scale/zscale.ts": fitsPictureScaleZscaleTs,
  "fits/picture/stretch.ts": fitsPictureStretchTs,
  "fits/rules/cards.ts": fitsRulesCardsTs,
  "fits/rules/columns.ts": fitsRulesColumnsTs,
  "fits/rules/compressed.ts": fitsRulesCompressedTs,
  "fits/rules/header.ts": fitsRulesHeaderTs,
  "fits/rules/structure.ts": fitsRulesStructureTs,
  "fits/sky/convert.ts": fitsSkyConvertTs,
  "fits/sky/earth.ts": fitsSkyEarthTs,
  "fits/sky/fk4.ts": fitsSkyFk4Ts,
  "fits/sky/frame.ts": fitsSkyFrameTs,
  "fits/sky/observer.ts": fitsSkyObserverTs,
  "fits/sky/precession.ts": fitsSkyPrecessionTs,
  "fits/sky/rotation.ts": fitsSkyRotationTs,
  "fits/sky/separation.ts": fitsSkySeparationTs,
  "fits/sky/sun.ts": fitsSkySunTs,
  "fits/sky/text.ts": fitsSkyTextTs,
  "fits/sky/times.ts": fitsSkyTimesTs,
  "fits/source/bunzip2.ts": fitsSourceBunzip2Ts,
  "fits/source/fetch.ts": fitsSourceFetchTs,
  "fits/source/opened.ts": fitsSourceOpenedTs,
  "fits/source/pace.ts": fitsSourcePaceTs,
  "fits/source/ranges.ts": fitsSourceRangesTs,
  "fits/source/source.ts": fitsSourceSourceTs,
  "fits/source/stream.ts": fitsSourceStreamTs,
  "fits/source/transfers.ts": fitsSourceTransfersTs,
  "fits/source/uncompress.ts": fitsSourceUncompressTs,
  "fits/source/wrapper.ts": fitsSourceWrapperTs,
  "fits/table/ascii_decoder.ts": fitsTableAscii_decoderTs,
  "fits/table/body.ts": fitsTableBodyTs,
  "fits/table/column.ts": fitsTableColumnTs,
  "fits/table/column_data.ts": fitsTableColumn_dataTs,
  "fits/table/column_format.ts": fitsTableColumn_formatTs,
  "fits/table/display.ts": fitsTableDisplayTs,
  "fits/table/element_decoder.ts": fitsTableElement_decoderTs,
  "fits/table/gather.ts": fitsTableGatherTs,
  "fits/table/heap.ts": fitsTableHeapTs,
  "fits/table/row_filter.ts": fitsTableRow_filterTs,
  "fits/table/row_range.ts": fitsTableRow_rangeTs,
  "fits/table/row_reader.ts": fitsTableRow_readerTs,
  "fits/table/table.ts": fitsTableTableTs,
  "fits/tiles/codecs/codec.ts": fitsTilesCodecsCodecTs,
  "fits/tiles/codecs/dequantize.ts": fitsTilesCodecsDequantizeTs,
  "fits/tiles/codecs/dequantize_module.ts": fitsTilesCodecsDequantize_moduleTs,
  "fits/tiles/codecs/dither.ts": fitsTilesCodecsDitherTs,
  "fits/tiles/codecs/gzip.ts": fitsTilesCodecsGzipTs,
  "fits/tiles/codecs/hcompress.ts": fitsTilesCodecsHcompressTs,
  "fits/tiles/codecs/hcompress_module.ts": fitsTilesCodecsHcompress_moduleTs,
  "fits/tiles/codecs/integers.ts": fitsTilesCodecsIntegersTs,
  "fits/tiles/codecs/plio.ts": fitsTilesCodecsPlioTs,
  "fits/tiles/codecs/rice.ts": fitsTilesCodecsRiceTs,
  "fits/tiles/codecs/rice_module.ts": fitsTilesCodecsRice_moduleTs,
  "fits/tiles/compressed_image.ts": fitsTilesCompressed_imageTs,
  "fits/tiles/compressed_table.ts": fitsTilesCompressed_tableTs,
  "fits/tiles/compression.ts": fitsTilesCompressionTs,
  "fits/tiles/image_header.ts": fitsTilesImage_headerTs,
  "fits/tiles/put_pixels.ts": fitsTilesPut_pixelsTs,
  "fits/tiles/table_header.ts": fitsTilesTable_headerTs,
  "fits/tiles/tile_cache.ts": fitsTilesTile_cacheTs,
  "fits/tiles/tile_decoder.ts": fitsTilesTile_decoderTs,
  "fits/tiles/tile_grid.ts": fitsTilesTile_gridTs,
  "fits/tiles/tile_job.ts": fitsTilesTile_jobTs,
  "fits/tiles/tile_loader.ts": fitsTilesTile_loaderTs,
  "fits/tiles/tile_table.ts": fitsTilesTile_tableTs,
  "fits/wcs/axes.ts": fitsWcsAxesTs,
  "fits/wcs/celestial.ts": fitsWcsCelestialTs,
  "fits/wcs/coordinates.ts": fitsWcsCoordinatesTs,
  "fits/wcs/distortions/distortion.ts": fitsWcsDistortionsDistortionTs,
  "fits/wcs/distortions/dss.ts": fitsWcsDistortionsDssTs,
  "fits/wcs/distortions/lookup.ts": fitsWcsDistortionsLookupTs,
  "fits/wcs/distortions/pixels.ts": fitsWcsDistortionsPixelsTs,
  "fits/wcs/distortions/polynomial.ts": fitsWcsDistortionsPolynomialTs,
  "fits/wcs/distortions/sip.ts": fitsWcsDistortionsSipTs,
  "fits/wcs/distortions/tnx.ts": fitsWcsDistortionsTnxTs,
  "fits/wcs/distortions/tpd.ts": fitsWcsDistortionsTpdTs,
  "fits/wcs/distortions/tpv.ts": fitsWcsDistortionsTpvTs,
  "fits/wcs/keywords/reader.ts": fitsWcsKeywordsReaderTs,
  "fits/wcs/keywords/time_scales.ts": fitsWcsKeywordsTime_scalesTs,
  "fits/wcs/keywords/units.ts": fitsWcsKeywordsUnitsTs,
  "fits/wcs/linear.ts": fitsWcsLinearTs,
  "fits/wcs/part.ts": fitsWcsPartTs,
  "fits/wcs/projections.ts": fitsWcsProjectionsTs,
  "fits/wcs/projections/conic.ts": fitsWcsProjectionsConicTs,
  "fits/wcs/projections/cubes.ts": fitsWcsProjectionsCubesTs,
  "fits/wcs/projections/cylindrical.ts": fitsWcsProjectionsCylindricalTs,
  "fits/wcs/projections/healpix.ts": fitsWcsProjectionsHealpixTs,
  "fits/wcs/projections/ovals.ts": fitsWcsProjectionsOvalsTs,
  "fits/wcs/projections/projection.ts": fitsWcsProjectionsProjectionTs,
  "fits/wcs/projections/zenithal.ts": fitsWcsProjectionsZenithalTs,
  "fits/wcs/sky_points.ts": fitsWcsSky_pointsTs,
  "fits/wcs/spectral.ts": fitsWcsSpectralTs,
  "fits/wcs/sphere.ts": fitsWcsSphereTs,
  "fits/wcs/tabular.ts": fitsWcsTabularTs,
  "fits/wcs/times.ts": fitsWcsTimesTs,
  "fits/wcs/wcs.ts": fitsWcsWcsTs,
  "http/fields/byte_selection.ts": httpFieldsByte_selectionTs,
  "http/fields/parameters.ts": httpFieldsParametersTs,
  "http/fields/ranges.ts": httpFieldsRangesTs,
  "http/message/header_fields.ts": httpMessageHeader_fieldsTs,
  "http/message/http_error.ts": httpMessageHttp_errorTs,
  "http/message/octets.ts": httpMessageOctetsTs,
  "http/pages/palette.css": httpPagesPaletteCss,
  "net/byte_order.ts": netByte_orderTs,
  "net/bytes/concatenate.ts": netBytesConcatenateTs,
  "net/caps.ts": netCapsTs,
  "net/errors.ts": netErrorsTs,
  "net/format_bytes.ts": netFormat_bytesTs,
  "net/kernels/byte_swap.ts": netKernelsByte_swapTs,
  "net/kernels/byte_swap_module.ts": netKernelsByte_swap_moduleTs,
  "net/kernels/fetch_kernel.ts": netKernelsFetch_kernelTs,
  "net/platform/browser.ts": netPlatformBrowserTs,
  "net/platform/checksums.ts": netPlatformChecksumsTs,
  "net/platform/deflate.ts": netPlatformDeflateTs,
  "net/platform/inflate.ts": netPlatformInflateTs,
  "net/platform/members.ts": netPlatformMembersTs,
  "net/platform/mod.ts": netPlatformModTs,
  "net/platform/node.ts": netPlatformNodeTs,
  "net/text/decimal.ts": netTextDecimalTs,
  "net/text/short_float.ts": netTextShort_floatTs,
  "station/api/file_info.ts": stationApiFile_infoTs,
  "station/api/survey.ts": stationApiSurveyTs,
  "station/api/table_part.ts": stationApiTable_partTs,
  "station/api/table_query.ts": stationApiTable_queryTs,
  "station/binning/columns.ts": stationBinningColumnsTs,
  "station/pyramid/draft.ts": stationPyramidDraftTs,
  "station/pyramid/levels.ts": stationPyramidLevelsTs,
  "station/pyramid/stored_plane.ts": stationPyramidStored_planeTs,
  "station/pyramid/tile.ts": stationPyramidTileTs,
  "station/web/color_bar.ts": stationWebColor_barTs,
  "station/web/console/page.ts": stationWebConsolePageTs,
  "station/web/create_viewer.ts": stationWebCreate_viewerTs,
  "station/web/feed.ts": stationWebFeedTs,
  "station/web/grid_layer.ts": stationWebGrid_layerTs,
  "station/web/help.ts": stationWebHelpTs,
  "station/web/home.css": stationWebHomeCss,
  "station/web/home.ts": stationWebHomeTs,
  "station/web/insets/inset_stage.ts": stationWebInsetsInset_stageTs,
  "station/web/insets/insets.ts": stationWebInsetsInsetsTs,
  "station/web/insets/magnifier.ts": stationWebInsetsMagnifierTs,
  "station/web/insets/overview.ts": stationWebInsetsOverviewTs,
  "station/web/local.ts": stationWebLocalTs,
  "station/web/marks/choose.ts": stationWebMarksChooseTs,
  "station/web/marks/layer.ts": stationWebMarksLayerTs,
  "station/web/marks/places.ts": stationWebMarksPlacesTs,
  "station/web/page/address.ts": stationWebPageAddressTs,
  "station/web/page/announcer.ts": stationWebPageAnnouncerTs,
  "station/web/page/controls.ts": stationWebPageControlsTs,
  "station/web/page/dom.ts": stationWebPageDomTs,
  "station/web/page/event_stream.ts": stationWebPageEvent_streamTs,
  "station/web/page/signal.ts": stationWebPageSignalTs,
  "station/web/page/style.ts": stationWebPageStyleTs,
  "station/web/panel_area.ts": stationWebPanel_areaTs,
  "station/web/panels/column_plot.ts": stationWebPanelsColumn_plotTs,
  "station/web/panels/export.ts": stationWebPanelsExportTs,
  "station/web/panels/hdus.ts": stationWebPanelsHdusTs,
  "station/web/panels/header.ts": stationWebPanelsHeaderTs,
  "station/web/panels/histogram.ts": stationWebPanelsHistogramTs,
  "station/web/panels/info.ts": stationWebPanelsInfoTs,
  "station/web/panels/marks.ts": stationWebPanelsMarksTs,
  "station/web/panels/region_numbers.ts": stationWebPanelsRegion_numbersTs,
  "station/web/panels/regions.ts": stationWebPanelsRegionsTs,
  "station/web/panels/spectrum.ts": stationWebPanelsSpectrumTs,
  "station/web/panels/spectrum_place.ts": stationWebPanelsSpectrum_placeTs,
  "station/web/panels/table_plot.ts": stationWebPanelsTable_plotTs,
  "station/web/picture/canvas_renderer.ts": stationWebPictureCanvas_rendererTs,
  "station/web/picture/color_table.ts": stationWebPictureColor_tableTs,
  "station/web/picture/line_plot.ts": stationWebPictureLine_plotTs,
  "station/web/picture/overlay.ts": stationWebPictureOverlayTs,
  "station/web/picture/tile.ts": stationWebPictureTileTs,
  "station/web/picture/tile_cache.ts": stationWebPictureTile_cacheTs,
  "station/web/picture/tile_loader.ts": stationWebPictureTile_loaderTs,
  "station/web/picture/tile_queue.ts": stationWebPictureTile_queueTs,
  "station/web/picture/transform.ts": stationWebPictureTransformTs,
  "station/web/pictures.ts": stationWebPicturesTs,
  "station/web/plot_view.ts": stationWebPlot_viewTs,
  "station/web/readout.ts": stationWebReadoutTs,
  "station/web/readout_bar.ts": stationWebReadout_barTs,
  "station/web/region_layer.ts": stationWebRegion_layerTs,
  "station/web/regions/background.ts": stationWebRegionsBackgroundTs,
  "station/web/regions/draw.ts": stationWebRegionsDrawTs,
  "station/web/regions/ds9_text.ts": stationWebRegionsDs9_textTs,
  "station/web/regions/exact_sum.ts": stationWebRegionsExact_sumTs,
  "station/web/regions/frames.ts": stationWebRegionsFramesTs,
  "station/web/regions/large_region.ts": stationWebRegionsLarge_regionTs,
  "station/web/regions/row_shapes.ts": stationWebRegionsRow_shapesTs,
  "station/web/regions/shapes.ts": stationWebRegionsShapesTs,
  "station/web/regions/statistics.ts": stationWebRegionsStatisticsTs,
  "station/web/several.ts": stationWebSeveralTs,
  "station/web/site.css": stationWebSiteCss,
  "station/web/sky/align.ts": stationWebSkyAlignTs,
  "station/web/sky/go_to.ts": stationWebSkyGo_toTs,
  "station/web/sky/grid.ts": stationWebSkyGridTs,
  "station/web/sky/places.ts": stationWebSkyPlacesTs,
  "station/web/sky/readout.ts": stationWebSkyReadoutTs,
  "station/web/sky/scale_bar.ts": stationWebSkyScale_barTs,
  "station/web/source/card_list.ts": stationWebSourceCard_listTs,
  "station/web/source/frame_link.ts": stationWebSourceFrame_linkTs,
  "station/web/source/frame_source.ts": stationWebSourceFrame_sourceTs,
  "station/web/source/live_frame.ts": stationWebSourceLive_frameTs,
  "station/web/source/local_engine.ts": stationWebSourceLocal_engineTs,
  "station/web/source/local_messages.ts": stationWebSourceLocal_messagesTs,
  "station/web/source/local_source.ts": stationWebSourceLocal_sourceTs,
  "station/web/source/local_worker.ts": stationWebSourceLocal_workerTs,
  "station/web/source/picture_source.ts": stationWebSourcePicture_sourceTs,
  "station/web/source/station_source.ts": stationWebSourceStation_sourceTs,
  "station/web/stage.ts": stationWebStageTs,
  "station/web/table_view.ts": stationWebTable_viewTs,
  "station/web/toolbar.ts": stationWebToolbarTs,
  "station/web/view/choose_hdu.ts": stationWebViewChoose_hduTs,
  "station/web/view/gestures.ts": stationWebViewGesturesTs,
  "station/web/view/keys.ts": stationWebViewKeysTs,
  "station/web/view/model.ts": stationWebViewModelTs,
  "station/web/view/number_text.ts": stationWebViewNumber_textTs,
  "station/web/view/region_editor.ts": stationWebViewRegion_editorTs,
  "station/web/view/taking.ts": stationWebViewTakingTs,
  "station/web/view/undo.ts": stationWebViewUndoTs,
  "station/web/view/url_state.ts": stationWebViewUrl_stateTs,
  "station/web/viewer.css": stationWebViewerCss,
  "station/web/viewer.ts": stationWebViewerTs,
};

/** The kernels that they fetch. */
export const WEB_KERNELS: readonly string[] = [
  "fits/picture/png_filters.wasm",
  "fits/tiles/codecs/dequantize.wasm",
  "fits/tiles/codecs/hcompress.wasm",
  "fits/tiles/codecs/rice.wasm",
  "net/kernels/byte_swap.wasm",
];
