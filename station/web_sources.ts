// deno-fmt-ignore-file
// deno-lint-ignore-file camelcase
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="dom.asynciterable" />
/** What pages load: written by tools/web_modules.ts, to be run when a page imports something else. */

import fitsImageMagnitudeTs from "../fits/image/magnitude.ts" with { type: "text" };
import fitsPictureColormapTs from "../fits/picture/colormap.ts" with { type: "text" };
import fitsPicturePlotTicksTs from "../fits/picture/plot/ticks.ts" with { type: "text" };
import fitsPictureStretchTs from "../fits/picture/stretch.ts" with { type: "text" };
import fitsSkyConvertTs from "../fits/sky/convert.ts" with { type: "text" };
import fitsSkyEarthTs from "../fits/sky/earth.ts" with { type: "text" };
import fitsSkyFk4Ts from "../fits/sky/fk4.ts" with { type: "text" };
import fitsSkyFrameTs from "../fits/sky/frame.ts" with { type: "text" };
import fitsSkyObserverTs from "../fits/sky/observer.ts" with { type: "text" };
import fitsSkyPrecessionTs from "../fits/sky/precession.ts" with { type: "text" };
import fitsSkyRotationTs from "../fits/sky/rotation.ts" with { type: "text" };
import fitsSkySunTs from "../fits/sky/sun.ts" with { type: "text" };
import fitsSkyTextTs from "../fits/sky/text.ts" with { type: "text" };
import fitsSkyTimesTs from "../fits/sky/times.ts" with { type: "text" };
import fitsWcsAxesTs from "../fits/wcs/axes.ts" with { type: "text" };
import fitsWcsCelestialTs from "../fits/wcs/celestial.ts" with { type: "text" };
import fitsWcsCoordinatesTs from "../fits/wcs/coordinates.ts" with { type: "text" };
import fitsWcsDistortionsDistortionTs from "../fits/wcs/distortions/distortion.ts" with { type: "text" };
import fitsWcsDistortionsDssTs from "../fits/wcs/distortions/dss.ts" with { type: "text" };
import fitsWcsDistortionsLookupTs from "../fits/wcs/distortions/lookup.ts" with { type: "text" };
import fitsWcsDistortionsPixelsTs from "../fits/wcs/distortions/pixels.ts" with { type: "text" };
import fitsWcsDistortionsSipTs from "../fits/wcs/distortions/sip.ts" with { type: "text" };
import fitsWcsDistortionsTnxTs from "../fits/wcs/distortions/tnx.ts" with { type: "text" };
import fitsWcsDistortionsTpdTs from "../fits/wcs/distortions/tpd.ts" with { type: "text" };
import fitsWcsDistortionsTpvTs from "../fits/wcs/distortions/tpv.ts" with { type: "text" };
import fitsWcsKeywordsReaderTs from "../fits/wcs/keywords/reader.ts" with { type: "text" };
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
import fitsWcsWcsTs from "../fits/wcs/wcs.ts" with { type: "text" };
import httpPagesPaletteCss from "../http/pages/palette.css" with { type: "text" };
import netErrorsTs from "../net/errors.ts" with { type: "text" };
import netFormat_bytesTs from "../net/format_bytes.ts" with { type: "text" };
import netTextDecimalTs from "../net/text/decimal.ts" with { type: "text" };
import stationWebColor_barTs from "./web/color_bar.ts" with { type: "text" };
import stationWebCreate_viewerTs from "./web/create_viewer.ts" with { type: "text" };
import stationWebHelpTs from "./web/help.ts" with { type: "text" };
import stationWebHomeCss from "./web/home.css" with { type: "text" };
import stationWebHomeTs from "./web/home.ts" with { type: "text" };
import stationWebPageAddressTs from "./web/page/address.ts" with { type: "text" };
import stationWebPageAnnouncerTs from "./web/page/announcer.ts" with { type: "text" };
import stationWebPageControlsTs from "./web/page/controls.ts" with { type: "text" };
import stationWebPageDomTs from "./web/page/dom.ts" with { type: "text" };
import stationWebPageSignalTs from "./web/page/signal.ts" with { type: "text" };
import stationWebPageStyleTs from "./web/page/style.ts" with { type: "text" };
import stationWebPanel_areaTs from "./web/panel_area.ts" with { type: "text" };
import stationWebPanelsExportTs from "./web/panels/export.ts" with { type: "text" };
import stationWebPanelsHdusTs from "./web/panels/hdus.ts" with { type: "text" };
import stationWebPanelsHeaderTs from "./web/panels/header.ts" with { type: "text" };
import stationWebPanelsHistogramTs from "./web/panels/histogram.ts" with { type: "text" };
import stationWebPanelsInfoTs from "./web/panels/info.ts" with { type: "text" };
import stationWebPictureCanvas_rendererTs from "./web/picture/canvas_renderer.ts" with { type: "text" };
import stationWebPictureColor_tableTs from "./web/picture/color_table.ts" with { type: "text" };
import stationWebPictureOverlayTs from "./web/picture/overlay.ts" with { type: "text" };
import stationWebPictureTileTs from "./web/picture/tile.ts" with { type: "text" };
import stationWebPictureTile_cacheTs from "./web/picture/tile_cache.ts" with { type: "text" };
import stationWebPictureTile_loaderTs from "./web/picture/tile_loader.ts" with { type: "text" };
import stationWebPictureTile_queueTs from "./web/picture/tile_queue.ts" with { type: "text" };
import stationWebPictureTransformTs from "./web/picture/transform.ts" with { type: "text" };
import stationWebReadoutTs from "./web/readout.ts" with { type: "text" };
import stationWebReadout_barTs from "./web/readout_bar.ts" with { type: "text" };
import stationWebSiteCss from "./web/site.css" with { type: "text" };
import stationWebSkyReadoutTs from "./web/sky/readout.ts" with { type: "text" };
import stationWebSourceCard_listTs from "./web/source/card_list.ts" with { type: "text" };
import stationWebSourcePicture_sourceTs from "./web/source/picture_source.ts" with { type: "text" };
import stationWebSourceStation_sourceTs from "./web/source/station_source.ts" with { type: "text" };
import stationWebStageTs from "./web/stage.ts" with { type: "text" };
import stationWebToolbarTs from "./web/toolbar.ts" with { type: "text" };
import stationWebViewChoose_hduTs from "./web/view/choose_hdu.ts" with { type: "text" };
import stationWebViewGesturesTs from "./web/view/gestures.ts" with { type: "text" };
import stationWebViewKeysTs from "./web/view/keys.ts" with { type: "text" };
import stationWebViewModelTs from "./web/view/model.ts" with { type: "text" };
import stationWebViewNumber_textTs from "./web/view/number_text.ts" with { type: "text" };
import stationWebViewTakingTs from "./web/view/taking.ts" with { type: "text" };
import stationWebViewUndoTs from "./web/view/undo.ts" with { type: "text" };
import stationWebViewUrl_stateTs from "./web/view/url_state.ts" with { type: "text" };
import stationWebViewerCss from "./web/viewer.css" with { type: "text" };
import stationWebViewerTs from "./web/viewer.ts" with { type: "text" };

/** The modules and style sheets by their paths from the root. */
export const WEB_SOURCES: Readonly<Record<string, string>> = {
  "fits/image/magnitude.ts": fitsImageMagnitudeTs,
  "fits/picture/colormap.ts": fitsPictureColormapTs,
  "fits/picture/plot/ticks.ts": fitsPicturePlotTicksTs,
  "fits/picture/stretch.ts": fitsPictureStretchTs,
  "fits/sky/convert.ts": fitsSkyConvertTs,
  "fits/sky/earth.ts": fitsSkyEarthTs,
  "fits/sky/fk4.ts": fitsSkyFk4Ts,
  "fits/sky/frame.ts": fitsSkyFrameTs,
  "fits/sky/observer.ts": fitsSkyObserverTs,
  "fits/sky/precession.ts": fitsSkyPrecessionTs,
  "fits/sky/rotation.ts": fitsSkyRotationTs,
  "fits/sky/sun.ts": fitsSkySunTs,
  "fits/sky/text.ts": fitsSkyTextTs,
  "fits/sky/times.ts": fitsSkyTimesTs,
  "fits/wcs/axes.ts": fitsWcsAxesTs,
  "fits/wcs/celestial.ts": fitsWcsCelestialTs,
  "fits/wcs/coordinates.ts": fitsWcsCoordinatesTs,
  "fits/wcs/distortions/distortion.ts": fitsWcsDistortionsDistortionTs,
  "fits/wcs/distortions/dss.ts": fitsWcsDistortionsDssTs,
  "fits/wcs/distortions/lookup.ts": fitsWcsDistortionsLookupTs,
  "fits/wcs/distortions/pixels.ts": fitsWcsDistortionsPixelsTs,
  "fits/wcs/distortions/sip.ts": fitsWcsDistortionsSipTs,
  "fits/wcs/distortions/tnx.ts": fitsWcsDistortionsTnxTs,
  "fits/wcs/distortions/tpd.ts": fitsWcsDistortionsTpdTs,
  "fits/wcs/distortions/tpv.ts": fitsWcsDistortionsTpvTs,
  "fits/wcs/keywords/reader.ts": fitsWcsKeywordsReaderTs,
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
  "fits/wcs/wcs.ts": fitsWcsWcsTs,
  "http/pages/palette.css": httpPagesPaletteCss,
  "net/errors.ts": netErrorsTs,
  "net/format_bytes.ts": netFormat_bytesTs,
  "net/text/decimal.ts": netTextDecimalTs,
  "station/web/color_bar.ts": stationWebColor_barTs,
  "station/web/create_viewer.ts": stationWebCreate_viewerTs,
  "station/web/help.ts": stationWebHelpTs,
  "station/web/home.css": stationWebHomeCss,
  "station/web/home.ts": stationWebHomeTs,
  "station/web/page/address.ts": stationWebPageAddressTs,
  "station/web/page/announcer.ts": stationWebPageAnnouncerTs,
  "station/web/page/controls.ts": stationWebPageControlsTs,
  "station/web/page/dom.ts": stationWebPageDomTs,
  "station/web/page/signal.ts": stationWebPageSignalTs,
  "station/web/page/style.ts": stationWebPageStyleTs,
  "station/web/panel_area.ts": stationWebPanel_areaTs,
  "station/web/panels/export.ts": stationWebPanelsExportTs,
  "station/web/panels/hdus.ts": stationWebPanelsHdusTs,
  "station/web/panels/header.ts": stationWebPanelsHeaderTs,
  "station/web/panels/histogram.ts": stationWebPanelsHistogramTs,
  "station/web/panels/info.ts": stationWebPanelsInfoTs,
  "station/web/picture/canvas_renderer.ts": stationWebPictureCanvas_rendererTs,
  "station/web/picture/color_table.ts": stationWebPictureColor_tableTs,
  "station/web/picture/overlay.ts": stationWebPictureOverlayTs,
  "station/web/picture/tile.ts": stationWebPictureTileTs,
  "station/web/picture/tile_cache.ts": stationWebPictureTile_cacheTs,
  "station/web/picture/tile_loader.ts": stationWebPictureTile_loaderTs,
  "station/web/picture/tile_queue.ts": stationWebPictureTile_queueTs,
  "station/web/picture/transform.ts": stationWebPictureTransformTs,
  "station/web/readout.ts": stationWebReadoutTs,
  "station/web/readout_bar.ts": stationWebReadout_barTs,
  "station/web/site.css": stationWebSiteCss,
  "station/web/sky/readout.ts": stationWebSkyReadoutTs,
  "station/web/source/card_list.ts": stationWebSourceCard_listTs,
  "station/web/source/picture_source.ts": stationWebSourcePicture_sourceTs,
  "station/web/source/station_source.ts": stationWebSourceStation_sourceTs,
  "station/web/stage.ts": stationWebStageTs,
  "station/web/toolbar.ts": stationWebToolbarTs,
  "station/web/view/choose_hdu.ts": stationWebViewChoose_hduTs,
  "station/web/view/gestures.ts": stationWebViewGesturesTs,
  "station/web/view/keys.ts": stationWebViewKeysTs,
  "station/web/view/model.ts": stationWebViewModelTs,
  "station/web/view/number_text.ts": stationWebViewNumber_textTs,
  "station/web/view/taking.ts": stationWebViewTakingTs,
  "station/web/view/undo.ts": stationWebViewUndoTs,
  "station/web/view/url_state.ts": stationWebViewUrl_stateTs,
  "station/web/viewer.css": stationWebViewerCss,
  "station/web/viewer.ts": stationWebViewerTs,
};

/** The kernels that they fetch. */
export const WEB_KERNELS: readonly string[] = [

];
