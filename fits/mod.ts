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
export { type FitsInput, openFits, type OpenOptions, openSource } from "./open.ts";
export { FitsFile, type FitsLimits, type HduChoice, type HduOptions } from "./fits_file.ts";
export { Hdu } from "./hdu.ts";
export { HduData, type HduPlace } from "./hdu_data.ts";
export { type Bitpix, type HduKind, type HduLayout, hduLayout } from "./hdu_layout.ts";
export { BlobSource, type FitsSource, MemorySource } from "./fits_source.ts";
export { FileSource } from "./file_source.ts";
export { HttpSource, type HttpSourceOptions } from "./http_source.ts";
export { StreamSource, type StreamSourceOptions } from "./stream_source.ts";
export { unwrap, type Wrapper, wrapperOf } from "./wrapper.ts";

// Headers.
export { Card, type CardOptions, RECORD_BYTES } from "./card.ts";
export {
  type CardKind,
  type CardProblem,
  type CardValue,
  type Complex,
  parseValueField,
  type ValueField,
} from "./card_value.ts";
export {
  BLOCK_BYTES,
  findHeaderEnd,
  Header,
  type HeaderWarning,
  type SetOptions,
} from "./header.ts";
export { editHeader, type EditResult } from "./edit.ts";

// Images.
export type { ImageOptions, SectionOptions } from "./image.ts";
export {
  type Image,
  imageScaling,
  type PixelArrays,
  type PixelType,
  type Scaling,
  type StoredType,
} from "./pixels.ts";
export {
  type AxisRange,
  checkSection,
  type ResolvedSection,
  resolveSection,
  type Section,
  SectionError,
} from "./section.ts";
export { type ImageStatistics, imageStatistics } from "./statistics.ts";
export { RandomGroups } from "./groups.ts";

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
} from "./column_data.ts";
export type { ValueOptions } from "./element_decoder.ts";
export { checkRows, type RowRange } from "./row_range.ts";
export {
  type ColumnChoice,
  type RowOptions,
  Table,
  type TableData,
  type TableOptions,
  type TableRow,
} from "./table.ts";
export type { ColumnType, TableColumn } from "./table_column.ts";
export { csvOf, describeColumn, jsonLinesOf } from "./table_text.ts";

// Writing.
export {
  encodeFits,
  type FitsTarget,
  type HduInputs,
  writeFits,
  type WriteOptions,
} from "./write.ts";
export {
  FitsWriter,
  type FitsWriterOptions,
  GrowingHdu,
  GrowingImage,
  type GrowingImageInput,
} from "./fits_writer.ts";
export type { HduInput, HduOutput } from "./hdu_output.ts";
export { type AnyPixels, imageHdu, type ImageInput, pixelTypeOf } from "./image_output.ts";
export {
  type ColumnInput,
  type ColumnValues,
  type LogicalValue,
  tableHdu,
  type TableInput,
} from "./table_output.ts";
export { type TableStreamOptions, writeTable, type WrittenTable } from "./table_stream.ts";
export { copyHdu } from "./hdu_copy.ts";

// Checking and comparing.
export type { Finding } from "./finding.ts";
export { verifyFits } from "./verify.ts";
export { Checksum, encodeChecksum } from "./checksum.ts";
export {
  checkHdu,
  type ChecksumReport,
  type ChecksumState,
  updateChecksums,
} from "./hdu_checksum.ts";
export { type Difference, diffFits, type DiffOptions } from "./diff.ts";

// World coordinates.
export {
  readWcs,
  type ReadWcsOptions,
  type Wcs,
  type WcsCelestial,
  type WcsKeywords,
} from "./wcs.ts";
export type { WcsAxis, WcsAxisKind } from "./wcs_axes.ts";

// Pictures.
export {
  renderImage,
  type Rendering,
  type RenderInput,
  type RenderOptions,
  renderPng,
} from "./render.ts";
export { colormap, type ColormapName, COLORMAPS } from "./colormap.ts";
export {
  findLimits,
  type Limits,
  minmax,
  parseLimits,
  percentileLimits,
  type PixelValues,
  zscale,
  type ZscaleOptions,
} from "./limits.ts";
export { type Stretch, STRETCHES } from "./stretch.ts";
export * from "./png.ts";
export { encodeJpeg, type EncodeJpegOptions } from "./jpeg.ts";
export { decodeJpeg, type DecodeJpegOptions, isJpeg } from "./jpeg_reader.ts";
export { type SampleSpot, type SampleSun, sampleSun, type SampleSunOptions } from "./sample_sun.ts";

// Arrays of NumPy.
export {
  encodeNpy,
  isNpy,
  type NpyArray,
  type NpyData,
  npyHeader,
  type NpyType,
  parseNpy,
} from "./npy.ts";

// Camera frames.
export * from "./fitspipe/mod.ts";
