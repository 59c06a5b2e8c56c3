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
export { type FitsInput, openFits, type OpenOptions, openSource } from "./file/open.ts";
export { FitsFile, type FitsLimits, type HduChoice, type HduOptions } from "./file/fits_file.ts";
export { Hdu } from "./file/hdu.ts";
export { HduData, type HduPlace } from "./hdu/data.ts";
export { type Bitpix, type HduKind, type HduLayout, hduLayout } from "./hdu/layout.ts";
export { BlobSource, type FitsSource, MemorySource } from "./source/source.ts";
export { FileSource } from "./source/file.ts";
export { HttpSource, type HttpSourceOptions } from "./source/http.ts";
export { StreamSource, type StreamSourceOptions } from "./source/stream.ts";
export { compressionOf, decompressSource, type FileCompression } from "./source/wrapper.ts";

// Headers.
export { Card, type CardOptions, RECORD_BYTES } from "./header/card.ts";
export {
  type CardKind,
  type CardProblem,
  type CardValue,
  type Complex,
  parseValueField,
  type ValueField,
} from "./header/card_value.ts";
export {
  BLOCK_BYTES,
  findHeaderEnd,
  Header,
  type HeaderWarning,
  type SetOptions,
} from "./header/header.ts";
export { editHeader, type EditResult } from "./edit/edit.ts";

// Images.
export type { ImageOptions, SectionOptions } from "./image/image.ts";
export { TileError, type TileErrorOptions } from "./image/tile_error.ts";
export {
  type Image,
  imageScaling,
  type PixelArrays,
  type PixelType,
  type Scaling,
  type StoredType,
} from "./image/pixels.ts";
export {
  type AxisRange,
  checkSection,
  type ResolvedSection,
  resolveSection,
  type Section,
  SectionError,
} from "./image/section.ts";
export { type ImageStatistics, imageStatistics } from "./image/statistics.ts";
export { RandomGroups } from "./image/groups.ts";

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
export { checkRows, type RowRange } from "./table/row_range.ts";
export {
  type ColumnChoice,
  type RowOptions,
  Table,
  type TableData,
  type TableOptions,
  type TableRow,
} from "./table/table.ts";
export type { ColumnType, TableColumn } from "./table/column.ts";
export { csvOf, describeColumn, jsonLinesOf } from "./table/text.ts";

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
export { type AnyPixels, imageHdu, type ImageInput, pixelTypeOf } from "./image/output.ts";
export {
  type ColumnInput,
  type ColumnValues,
  type LogicalValue,
  tableHdu,
  type TableInput,
} from "./table/output.ts";
export { type TableStreamOptions, writeTable, type WrittenTable } from "./write/table_stream.ts";
export { copyHdu } from "./write/hdu_copy.ts";

// Checking and comparing.
export type { Finding } from "./hdu/finding.ts";
export { verifyFits } from "./verify/verify.ts";
export { Checksum, encodeChecksum } from "./hdu/checksum.ts";
export {
  checkHdu,
  type ChecksumReport,
  type ChecksumState,
  updateChecksums,
} from "./edit/hdu_checksum.ts";
export { type Difference, diffFits, type DiffOptions } from "./verify/diff.ts";

// World coordinates.
export {
  readWcs,
  type ReadWcsOptions,
  type Wcs,
  type WcsCelestial,
  type WcsKeywords,
} from "./wcs/wcs.ts";
export type { WcsAxis, WcsAxisKind } from "./wcs/axes.ts";

// Pictures.
export {
  renderImage,
  type Rendering,
  type RenderInput,
  type RenderOptions,
  renderPng,
} from "./picture/render.ts";
export { colormap, type ColormapName, COLORMAPS } from "./picture/colormap.ts";
export {
  findLimits,
  type Limits,
  minmax,
  parseLimits,
  percentileLimits,
  type PixelValues,
  zscale,
  type ZscaleOptions,
} from "./picture/limits.ts";
export { type Stretch, STRETCHES } from "./picture/stretch.ts";
export * from "./picture/png.ts";
export { encodeJpeg, type EncodeJpegOptions } from "./picture/jpeg.ts";
export { decodeJpeg, type DecodeJpegOptions, isJpeg } from "./picture/jpeg_reader.ts";
export {
  type SampleSpot,
  type SampleSun,
  sampleSun,
  type SampleSunOptions,
} from "./picture/sample_sun.ts";

// Arrays of NumPy.
export {
  encodeNpy,
  isNpy,
  type NpyArray,
  type NpyData,
  npyHeader,
  type NpyType,
  parseNpy,
} from "./image/npy.ts";

// Camera frames.
export * from "./fitspipe/mod.ts";
