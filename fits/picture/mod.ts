/**
 * Pictures without files: limits, stretches and colormaps, PNG and JPEG.
 *
 * @example Limits, and a picture as JPEG
 * ```ts
 * import {
 *   decodeJpeg,
 *   encodeJpeg,
 *   findLimits,
 *   isJpeg,
 *   percentileLimits,
 *   renderImage,
 * } from "@heliograph/heliograph/fits/picture";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const pixels = Float32Array.from({ length: 64 }, (_, i) => i);
 * assertEquals(findLimits(pixels, "minmax"), [0, 63]);
 * assert(percentileLimits(pixels, 90)[0] > 0);
 * const picture = renderImage({ pixels, shape: [8, 8] }, { limits: "minmax" });
 * const jpeg = await encodeJpeg(picture);
 * assert(isJpeg(jpeg));
 * assertEquals((await decodeJpeg(jpeg)).width, 8);
 * ```
 *
 * @module
 */

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
export { readStretch, type Stretch, STRETCHES } from "./stretch.ts";
export {
  decodePng,
  type DecodePngOptions,
  encodePng,
  type EncodePngOptions,
  encodePngRows,
  type PngColor,
  type PngImage,
  type PngLayout,
  type PngSamples,
} from "./png.ts";
export { encodeJpeg, type EncodeJpegOptions } from "./jpeg.ts";
export { decodeJpeg, type DecodeJpegOptions, isJpeg } from "./jpeg_reader.ts";
