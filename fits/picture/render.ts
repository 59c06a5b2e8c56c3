/** Pictures of images: limits, stretch, colours, the right way up. */

import { FormatError } from "../../net/errors.ts";
import { colormap, type ColormapName, COLORMAPS } from "./colormap.ts";
import { findLimits } from "./limits.ts";
import type { Limits } from "./scale/search.ts";
import { type PixelValues, plainNumbers } from "./scale/values.ts";
import type { PngColor, PngImage } from "./png_format.ts";
import { encodePng } from "./png_writer.ts";
import { resample } from "./resample.ts";
import { readStretch, type Stretch, STRETCH_WORDS, Stretcher } from "./stretch.ts";

/** What is rendered: an image as it is read from a FITS file. */
export interface RenderInput {
  /** The pixels, axis 1 fastest, the first row lowest. */
  readonly pixels: PixelValues;
  /** The lengths of the axes, axis 1 first; of more than two axes the first plane is rendered. */
  readonly shape: readonly number[];
}

/** How an image is rendered. */
export interface RenderOptions {
  /** How brightness grows with the value. @default {"linear"} */
  readonly stretch?: Stretch | undefined;
  /** Which values become the ends of the scale. @default {"zscale"} */
  readonly limits?: Limits | undefined;
  /** The scale of colours. @default {"gray"} */
  readonly colormap?: ColormapName | undefined;
  /**
   * Pixels of the longer side: a larger image is averaged down to it, a smaller
   * one is enlarged by a whole factor. Without it the image keeps its size.
   */
  readonly size?: number | undefined;
}

/** A rendered picture, with the values that became the ends of the scale. */
export interface Rendering extends PngImage<Uint8Array<ArrayBuffer>> {
  /** The values that became the first and the last colour. */
  readonly limits: readonly [low: number, high: number];
}

/**
 * Renders an image as a picture of 8-bit samples, gray or RGB, with an alpha
 * channel where pixels have no value: those are transparent.
 *
 * @param image The image.
 * @param options How it is rendered.
 * @returns The picture, its first row at the top.
 * @throws {FormatError} If the image has no pixels, or an option is unknown.
 *
 * @example Between given limits
 * ```ts
 * import { renderImage } from "@heliograph/heliograph/fits";
 * import { assertEquals } from "@std/assert";
 *
 * const image = { pixels: new Int16Array([0, 50, 100, 200]), shape: [2, 2] };
 * const { color, data } = renderImage(image, { limits: [0, 100] });
 * assertEquals([color, ...data], ["gray", 255, 255, 0, 128]);
 * ```
 */
export function renderImage(image: RenderInput, options: RenderOptions = {}): Rendering {
  const [width = 0, height = 1] = image.shape;
  const pixels = plainNumbers(firstPlane(image, width, height));
  const { stretch, size, colormap } = checkRenderOptions(options);
  const limits = findLimits(pixels, options.limits ?? "zscale");
  const plane = resample(pixels, width, height, size);
  const stretcher = new Stretcher(limits[0], limits[1], stretch);
  if (stretcher.needsSurvey) {
    const isEnlarged = plane.values.length > pixels.length;
    stretcher.survey(isEnlarged ? Float64Array.from(pixels) : plane.values.slice());
  }
  const missing = plane.values.some(Number.isNaN);
  const color = pictureColor(colormap, missing);
  return {
    width: plane.width,
    height: plane.height,
    color,
    data: paint(plane.values, stretcher, colormap, missing),
    limits,
  };
}

/**
 * Fills in and checks how an image is rendered.
 *
 * @throws {FormatError} If an option is unknown.
 */
export function checkRenderOptions(options: RenderOptions): {
  readonly stretch: Stretch;
  readonly colormap: ColormapName;
  readonly size: number | undefined;
} {
  const wanted = options.stretch ?? "linear";
  const stretch = readStretch(wanted);
  if (stretch === undefined) throw unknownOption("stretch", wanted, STRETCH_WORDS);
  const name = known("colormap", options.colormap ?? "gray", COLORMAPS);
  const { size } = options;
  if (size !== undefined && !(Number.isInteger(size) && size >= 1 && size <= 32_768)) {
    throw new FormatError(`Cannot render an image: size is ${size}, expected 1 to 32768`);
  }
  return { stretch, colormap: name, size };
}

/** The channels of a picture: gray or colours, with alpha where pixels have no value. */
export function pictureColor(name: ColormapName, missing: boolean): PngColor {
  if (name === "gray") return missing ? "gray-alpha" : "gray";
  return missing ? "rgb-alpha" : "rgb";
}

/**
 * Values to samples.
 *
 * @param values The values; they are changed.
 * @param stretcher How they become brightness.
 * @param name The scale of colours.
 * @param missing Whether the picture has an alpha channel.
 */
export function paint(
  values: Float64Array,
  stretcher: Stretcher,
  name: ColormapName,
  missing: boolean,
): Uint8Array<ArrayBuffer> {
  stretcher.apply(values);
  return name === "gray" ? grays(values, missing) : colors(values, colormap(name), missing);
}

/**
 * Renders an image as a PNG file; see {@linkcode renderImage}.
 *
 * @param image The image.
 * @param options How it is rendered.
 * @returns The file.
 * @throws {FormatError} If the image has no pixels, or an option is unknown.
 *
 * @example
 * ```ts
 * import { renderPng } from "@heliograph/heliograph/fits";
 *
 * const image = { pixels: Float32Array.from({ length: 256 }, (_, i) => i), shape: [16, 16] };
 * const png = renderPng(image, { stretch: "asinh", colormap: "aia171", size: 128 });
 * console.log(png.length);
 * ```
 */
export function renderPng(
  image: RenderInput,
  options: RenderOptions = {},
): Uint8Array<ArrayBuffer> {
  return encodePng(renderImage(image, options));
}

function firstPlane(image: RenderInput, width: number, height: number): PixelValues {
  const count = width * height;
  if (count === 0 || image.pixels.length < count) {
    throw new FormatError(
      `Cannot render an image of shape ${JSON.stringify(image.shape)}: ` +
        `it has ${image.pixels.length} pixels`,
    );
  }
  const { pixels } = image;
  if (pixels.length === count) return pixels;
  if (ArrayBuffer.isView(pixels)) {
    return (pixels as Float64Array | BigInt64Array).subarray(0, count);
  }
  return (Array.from as (values: PixelValues) => number[])(pixels).slice(0, count);
}

function known<T extends string>(option: string, value: T, names: readonly T[]): T {
  if (names.includes(value)) return value;
  throw unknownOption(option, value, names.join(", "));
}

function unknownOption(option: string, value: string, expected: string): FormatError {
  return new FormatError(
    `Cannot render an image: ${option} is '${value}', expected one of ${expected}`,
  );
}

function grays(values: Float64Array, missing: boolean): Uint8Array<ArrayBuffer> {
  const step = missing ? 2 : 1;
  const data = new Uint8Array(values.length * step);
  for (let i = 0, at = 0; i < values.length; i++, at += step) {
    const value = values[i]!;
    if (value !== value) continue;
    data[at] = (value + 0.5) | 0;
    if (missing) data[at + 1] = 255;
  }
  return data;
}

function colors(
  values: Float64Array,
  table: Uint8Array,
  missing: boolean,
): Uint8Array<ArrayBuffer> {
  const step = missing ? 4 : 3;
  const data = new Uint8Array(values.length * step);
  for (let i = 0, at = 0; i < values.length; i++, at += step) {
    const value = values[i]!;
    if (value !== value) continue;
    const color = Math.floor(value + 0.5) * 3;
    data[at] = table[color]!;
    data[at + 1] = table[color + 1]!;
    data[at + 2] = table[color + 2]!;
    if (missing) data[at + 3] = 255;
  }
  return data;
}
