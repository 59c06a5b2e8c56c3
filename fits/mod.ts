/**
 * FITS files: headers, images, tables, and the pictures made of them.
 *
 * @module
 */

export { type Difference, diffFits, type DiffOptions } from "./diff.ts";
export { editHeader, type EditResult } from "./edit.ts";
export * from "./fits_source.ts";
export * from "./card.ts";
export * from "./card_value.ts";
export * from "./checksum.ts";
export * from "./file_source.ts";
export * from "./finding.ts";
export * from "./fits_file.ts";
export * from "./fits_writer.ts";
export * from "./fitspipe/mod.ts";
export * from "./hdu.ts";
export * from "./hdu_data.ts";
export * from "./hdu_layout.ts";
export * from "./hdu_output.ts";
export {
  checkHdu,
  type ChecksumReport,
  type ChecksumState,
  updateChecksums,
} from "./hdu_checksum.ts";
export { RandomGroups } from "./groups.ts";
export { copyHdu } from "./hdu_copy.ts";
export * from "./header.ts";
export { type AnyPixels, imageHdu, type ImageInput, pixelTypeOf } from "./image_output.ts";
export type { ImageOptions, SectionOptions } from "./image.ts";
export * from "./http_source.ts";
export * from "./npy.ts";
export * from "./png.ts";
export { verifyFits } from "./verify.ts";
export * from "./wcs.ts";
export * from "./open.ts";
export * from "./pixels.ts";
export * from "./section.ts";
export * from "./statistics.ts";
export * from "./stream_source.ts";
export { unwrap, type Wrapper, wrapperOf } from "./wrapper.ts";
export {
  encodeFits,
  type FitsTarget,
  type HduInputs,
  writeFits,
  type WriteOptions,
} from "./write.ts";
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
export * from "./render.ts";
export { type Stretch, STRETCHES } from "./stretch.ts";
export * from "./jpeg.ts";
export * from "./jpeg_reader.ts";
export * from "./sample_sun.ts";
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
export * from "./table_text.ts";
export {
  type ColumnInput,
  columnInputOf,
  type ColumnValues,
  type LogicalValue,
  tableHdu,
  type TableInput,
} from "./table_output.ts";
export { type TableStreamOptions, writeTable, type WrittenTable } from "./table_stream.ts";
