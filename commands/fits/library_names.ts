/** What the commands use of the FITS library: one module, to be loaded when one of them runs. */

export {
  cellsOf,
  checkHdu,
  copyHdu,
  csvOf,
  describeColumn,
  diffFits,
  editHeader,
  encodePng,
  formatSky,
  jsonLinesOf,
  openFits,
  parseSky,
  parseSkyFrame,
  readFileWcs,
  readSunObserver,
  renderImage,
  SectionError,
  separation,
  skyFrameOf,
  updateChecksums,
  verifyFits,
} from "../../fits/mod.ts";
export { paddedSize } from "../../fits/hdu/layout.ts";
export { parseValueField } from "../../fits/header/card_value.ts";
export { npyHeader } from "../../fits/image/npy.ts";
export { localReading } from "../../fits/file/open.ts";
export { checkSection } from "../../fits/image/section.ts";
export { imageParts } from "../../fits/file/image_parts.ts";
export { StatisticsOfParts } from "../../fits/image/statistics.ts";
export { ImagePlane } from "../../fits/file/plane.ts";
export { drawSheet } from "../../fits/picture/plot/sheet.ts";
export { inMemory, renderFigure } from "../../fits/file/figure.ts";
export { encodeAnimation, withAlpha } from "../../fits/picture/apng.ts";
export { encodePngStream } from "../../fits/picture/png_writer.ts";
export { parseLimits } from "../../fits/picture/limits.ts";
export { needsObserver, skyConversion } from "../../fits/sky/convert.ts";
export { julianYearOf } from "../../fits/sky/precession.ts";
export { observationDate } from "../../fits/sky/times.ts";
export { displayOf } from "../../fits/table/display.ts";
export { rowFilter } from "../../fits/table/row_filter.ts";
export { checkRows } from "../../fits/table/row_range.ts";
export { filteredPieces } from "../../fits/table/text.ts";
export { compressPieces, decompressPieces } from "../../fits/write/compress.ts";
export { cutout, parseCutSize, sectionAround } from "../../fits/cutout/mod.ts";
export { fillText } from "../../fits/cutout/image.ts";
export { checkCutSection } from "../../fits/cutout/ranges.ts";
export { wcsColumns } from "../../fits/wcs/mod.ts";
export { fitsPieces } from "../../fits/write/write.ts";
