/**
 * World coordinates of images and of the columns of tables: the sky, the Sun, spectra, times.
 *
 * @module
 */

export { readTime, type TimeDateOptions, type WcsTime } from "./times.ts";
export { wcsColumns } from "./keywords/columns.ts";
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
} from "./wcs.ts";
