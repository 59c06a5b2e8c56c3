/**
 * FITS images without files: sections, scaling, statistics, and arrays of NumPy.
 *
 * @example What a section covers, and pixels as an array of NumPy
 * ```ts
 * import {
 *   encodeNpy,
 *   imageScaling,
 *   isNpy,
 *   pixelTypeOf,
 *   resolveSection,
 * } from "@heliograph/heliograph/fits/image";
 * import { Header } from "@heliograph/heliograph/fits/header";
 * import { assert, assertEquals } from "@std/assert";
 *
 * assertEquals(resolveSection("2:3,*", [4, 5]).shape, [2, 5]);
 * assertEquals(imageScaling(new Header().set("BZERO", 32_768), 16).type, "uint16");
 * const pixels = Int16Array.of(1, 2, 3, 4);
 * assertEquals(pixelTypeOf(pixels), "int16");
 * assert(isNpy(encodeNpy({ type: "i16", data: pixels, shape: [2, 2] })));
 * ```
 *
 * @module
 */

export { type AnyPixels, type ImageInput, pixelTypeOf } from "./output.ts";
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
  type ResolveOptions,
  resolveSection,
  type Section,
  SectionError,
} from "./section.ts";
export { type ImageStatistics, imageStatistics } from "./statistics.ts";
export {
  encodeNpy,
  isNpy,
  type NpyArray,
  type NpyData,
  npyHeader,
  type NpyType,
  parseNpy,
} from "./npy.ts";
