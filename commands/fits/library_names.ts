/** What the commands use of the FITS library: one module, to be loaded when one of them runs. */

export {
  checkSection,
  drawSheet,
  encodeAnimation,
  encodePng,
  encodePngStream,
  imageParts,
  ImagePlane,
  inMemory,
  localReading,
  npyHeader,
  openFits,
  parseLimits,
  renderFigure,
  SectionError,
  StatisticsOfParts,
  withAlpha,
} from "./core_names.ts";
export {
  cellsOf,
  checkHdu,
  copyHdu,
  csvOf,
  describeColumn,
  diffFits,
  editHeader,
  formatSky,
  jsonLinesOf,
  parseSky,
  parseSkyFrame,
  readFileWcs,
  readSunObserver,
  renderImage,
  separation,
  skyFrameOf,
  updateChecksums,
  verifyFits,
} from "../../fits/mod.ts";
export { paddedSize } from "../../fits/hdu/layout.ts";
export { parseValueField } from "../../fits/header/card_value.ts";
export { needsObserver, skyConversion } from "../../fits/sky/convert.ts";
export { julianYearOf } from "../../fits/sky/precession.ts";
export { observationDate } from "../../fits/sky/times.ts";
export { displayOf } from "../../fits/table/display.ts";
export { rowFilter } from "../../fits/table/row_filter.ts";
export { checkRows } from "../../fits/table/row_range.ts";
export { filteredPieces } from "../../fits/table/text.ts";
export { cutout, parseCutSize, sectionAround } from "../../fits/cutout/mod.ts";
export { fillText } from "../../fits/cutout/image.ts";
export { checkCutSection } from "../../fits/cutout/ranges.ts";
export { wcsColumns } from "../../fits/wcs/mod.ts";
export { fitsPieces } from "../../fits/write/write.ts";
