/**
 * FITS files: headers, images, tables, and the pictures made of them.
 *
 * @example An image written, read, and made a picture
 * ```ts
 * import { encodeFits, openFits, renderPng } from "@heliograph/heliograph/fits";
 * import { assertEquals } from "@std/assert";
 *
 * const pixels = new Uint16Array([0, 1, 2, 65_535, 4, 5]);
 * const bytes = await encodeFits([{ pixels, shape: [3, 2] }]);
 *
 * await using file = await openFits(bytes); // or a path, a URL, a Blob, a ReadableStream
 * const image = await file.image({ section: "2:3,1:2" });
 * assertEquals([image.type, image.shape], ["uint16", [2, 2]]);
 * assertEquals([...image.pixels], [1, 2, 4, 5]);
 *
 * const png = renderPng(image, { limits: "minmax", colormap: "viridis" });
 * assertEquals([...png.subarray(1, 4)], [80, 78, 71]);
 * ```
 *
 * @module
 */

// Opening files, wherever they are.
export { type FitsInput, openFits, type OpenOptions } from "./file/open.ts";
export { FitsFile, type FitsLimits, type HduChoice, type HduOptions } from "./file/fits_file.ts";
export type { FileSelection } from "./file/extended_name.ts";
export { Hdu } from "./file/hdu.ts";
export type { HduData, HduPlace } from "./hdu/data.ts";
export type { Bitpix, HduKind, HduLayout } from "./hdu/layout.ts";
export type { OpenedFile } from "./source/opened.ts";
export type { FitsSource } from "./source/source.ts";
export type { HttpSourceOptions } from "./source/http.ts";
export type { StreamSourceOptions } from "./source/stream.ts";
export type { TransferReport } from "./source/transfers.ts";

// Headers.
export { Card, type CardOptions } from "./header/card.ts";
export type { CardKind, CardProblem, CardValue, Complex } from "./header/card_value.ts";
export { Header, type HeaderWarning, type SetOptions } from "./header/header.ts";
export { editHeader, type EditResult } from "./edit/edit.ts";
export type { ChangeOptions } from "./edit/locked_file.ts";

// Images.
export type { ImageOptions, SectionOptions } from "./image/image.ts";
export type { JobTile, TileAnswer, TileJob, TileThreads } from "./image/tile_threads.ts";
export { TileError, type TileErrorOptions } from "./image/tile_error.ts";
export type { Image, PixelArrays, PixelType, Scaling, StoredType } from "./image/pixels.ts";
export { type AxisRange, type Section, SectionError } from "./image/section.ts";
export { type ImageStatistics, imageStatistics } from "./image/statistics.ts";
export { RandomGroups } from "./image/groups.ts";
export { encodeNpy, type NpyArray, type NpyData, type NpyType, parseNpy } from "./image/npy.ts";

// Tables.
export {
  type CellArray,
  cellsOf,
  type CellValue,
  type ColumnArrays,
  type ColumnData,
  type ElementValue,
  type FixedValues,
  type VariableValues,
} from "./table/column_data.ts";
export type { ValueOptions } from "./table/element_decoder.ts";
export type { RowRange } from "./table/row_range.ts";
export {
  type ColumnChoice,
  type RowOptions,
  Table,
  type TableData,
  type TableOptions,
  type TableRow,
} from "./table/table.ts";
export type { ColumnType, TableColumn } from "./table/column.ts";
export { csvOf, describeColumn, jsonLinesOf, type TextOptions } from "./table/text.ts";
export type { RowFilter } from "./table/row_filter.ts";

// Writing.
export {
  encodeFits,
  type FitsTarget,
  type HduInputs,
  writeFits,
  type WriteOptions,
} from "./write/write.ts";
export {
  FitsWriter,
  type FitsWriterOptions,
  GrowingHdu,
  GrowingImage,
  type GrowingImageInput,
} from "./write/fits_writer.ts";
export type { HduInput, HduOutput } from "./hdu/output.ts";
export type { AnyPixels, ImageInput } from "./image/output.ts";
export {
  type ColumnInput,
  type ColumnValues,
  type LogicalValue,
  tableHdu,
  type TableInput,
} from "./table/output.ts";
export { type TableStreamOptions, writeTable, type WrittenTable } from "./write/table_stream.ts";
export { copyHdu } from "./write/hdu_copy.ts";
export { compressImage } from "./write/compress.ts";
export type { CompressOptions, TileAlgorithm } from "./tiles/tile_settings.ts";
export type { CompressionWork } from "./tiles/compress_image.ts";
export type { TileHeap } from "./tiles/tile_heap.ts";

// Checking and comparing.
export type { Finding } from "./hdu/finding.ts";
export { verifyFits } from "./verify/verify.ts";
export {
  checkHdu,
  type ChecksumReport,
  type ChecksumState,
  updateChecksums,
} from "./edit/hdu_checksum.ts";
export { type Difference, diffFits, type DiffOptions } from "./verify/diff.ts";
export type { ColumnDifference } from "./verify/diff_tables.ts";

// World coordinates.
export { readFileWcs } from "./file/wcs.ts";
export {
  type FootprintOptions,
  type PixelOptions,
  type PointsOptions,
  readWcs,
  type ReadWcsOptions,
  type Wcs,
  type WcsArray,
  type WcsAxis,
  type WcsAxisKind,
  type WcsCelestial,
  type WcsColumnNeed,
  type WcsColumns,
  type WcsImage,
  type WcsImageNeed,
  type WcsKeywords,
  type WcsProblem,
  type WcsTables,
} from "./wcs/wcs.ts";
export type { TimeDateOptions, WcsTime } from "./wcs/times.ts";

// Frames of the sky and the Sun, and coordinates as text.
export { convertSky, type ConvertSkyOptions, type SkyArray } from "./sky/convert.ts";
export {
  type CelestialDescription,
  type CelestialFrameName,
  parseSkyFrame,
  type SkyFrame,
  type SkyFrameName,
  skyFrameOf,
  type SolarFrameName,
} from "./sky/frame.ts";
export { readSunObserver, type SunObserver } from "./sky/observer.ts";
export { positionAngle, separation, type SkyPoint } from "./sky/separation.ts";
export { formatSky, type FormatSkyOptions, parseSky, type ParseSkyOptions } from "./sky/text.ts";
export type { SkyKeywords } from "./sky/times.ts";

// Pictures.
export {
  renderImage,
  type Rendering,
  type RenderInput,
  type RenderOptions,
  renderPng,
} from "./picture/render.ts";
export { fitsPreview } from "./preview.ts";
export type { ColormapName } from "./picture/colormap.ts";
export type { Limits, PixelValues, ZscaleOptions } from "./picture/limits.ts";
export type { Stretch } from "./picture/stretch.ts";
export {
  decodePng,
  type DecodePngOptions,
  encodePng,
  type EncodePngOptions,
  type PngColor,
  type PngImage,
  type PngSamples,
} from "./picture/png.ts";
export { encodeJpeg, type EncodeJpegOptions } from "./picture/jpeg.ts";
export { decodeJpeg, type DecodeJpegOptions } from "./picture/jpeg_reader.ts";
export {
  type SampleSpot,
  type SampleSun,
  sampleSun,
  type SampleSunOptions,
} from "./picture/sample_sun.ts";

// Camera frames.
export * from "./fitspipe/mod.ts";
