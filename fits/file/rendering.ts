/** Pictures of images in files: never more than a few rows of a large one in memory. */

import { loadRowSums } from "../picture/mean/sums.ts";
import { type Turn, turnPlane } from "../picture/plot/north.ts";
import type { PngColor, PngSamples } from "../picture/png_format.ts";
import type { Plane } from "../picture/resample.ts";
import { AreaMean, pictureSize, repeat } from "../picture/resample.ts";
import { checkRenderOptions, paint, pictureColor, type RenderOptions } from "../picture/render.ts";
import { LimitSearch } from "../picture/scale/search.ts";
import { type PixelValues, plainNumbers } from "../picture/scale/values.ts";
import { Stretcher } from "../picture/stretch.ts";
import type { ImagePlane } from "./plane.ts";

/** Rows of a picture that are painted together have about so many pixels. */
const PAINTED_PIXELS = 1 << 20;

/** A picture whose rows are painted when they are asked for. */
export interface PlaneRendering {
  readonly width: number;
  readonly height: number;
  readonly color: PngColor;
  /** The values that became the first and the last colour. */
  readonly limits: readonly [low: number, high: number];
  /** Whether no pixel has a finite value: the picture shows nothing. */
  readonly empty: boolean;
  /** The size before it was turned. */
  readonly unturned: { readonly width: number; readonly height: number };
  /** The place of a value on the scale of colours, from 0 to 255. */
  levelOf(value: number): number;
  /** The samples from the top, in pieces of whole rows; once. */
  readonly rows: AsyncGenerator<PngSamples, void>;
}

/**
 * Renders a plane of an image, as `renderImage` renders pixels, from parts of it: a larger one
 * is averaged while it is read, one that keeps its size is painted row by row. What the limits
 * need is found in the same pass, and in as few more as they take.
 *
 * @param plane The plane.
 * @param options How it is rendered.
 * @param turnOf Finds how a picture of a size is turned; one that is turned is in memory whole,
 * and none is enlarged before it.
 * @returns The picture.
 * @throws {FormatError} If an option is unknown.
 */
export async function renderPlane(
  plane: ImagePlane,
  options: RenderOptions = {},
  turnOf?: (size: { readonly width: number; readonly height: number }) => Turn,
): Promise<PlaneRendering> {
  const { stretch, size, colormap } = checkRenderOptions(options);
  const { width, height } = plane;
  const to = pictureSize(width, height, size);
  const search = new LimitSearch(options.limits ?? "zscale", width, height);
  // What is turned is a picture in memory: one of its own size is its own mean.
  const unturned = to.times > 1 && turnOf !== undefined ? { width, height } : to;
  const isWhole = to.times === 0 || turnOf !== undefined;
  const turn = turnOf?.(unturned);
  const mean = isWhole ? new AreaMean(width, height, unturned, await loadRowSums()) : undefined;
  // A mean knows itself where it has no values.
  const seen = new Seen(mean === undefined);
  for (let pass = 0; pass === 0 || search.needsPass; pass++) {
    for await (const part of plane.parts()) {
      search.add(part);
      if (pass > 0) continue;
      mean?.add(part);
      seen.add(part.pixels);
    }
    search.endPass();
  }
  const { limits } = search;
  const stretcher = new Stretcher(limits[0], limits[1], stretch);
  const straight = mean?.finish();
  const small = straight === undefined || turn === undefined
    ? straight
    : enlarge(turnPlane(straight, turn), to.times);
  if (stretcher.needsSurvey) {
    if (small !== undefined) stretcher.survey(small.values.slice());
    else for await (const { pixels } of plane.parts()) stretcher.survey(doubles(pixels));
  }
  const missing = small === undefined ? seen.missing : small.values.some(Number.isNaN);
  return {
    width: small?.width ?? to.width,
    height: small?.height ?? to.height,
    unturned,
    levelOf: (value) => stretcher.levelOf(value),
    color: pictureColor(colormap, missing),
    limits,
    empty: !seen.finite,
    rows: small === undefined
      ? paintedRows(plane, to.times, (values) => paint(values, stretcher, colormap, missing))
      : onePiece(small, (values) => paint(values, stretcher, colormap, missing)),
  };
}

function enlarge(plane: Plane, times: number): Plane {
  if (times <= 1) return plane;
  const { width, height, values } = plane;
  // Repeating turns the rows round, as those of FITS are.
  const upward = new Float64Array(values.length);
  for (let y = 0; y < height; y++) {
    upward.set(values.subarray(y * width, (y + 1) * width), (height - 1 - y) * width);
  }
  return repeat(upward, width, height, times);
}

/** What there is among the pixels: values, and pixels without one. */
class Seen {
  finite = false;
  missing = false;
  readonly #looksForMissing: boolean;

  /**
   * Begins with nothing seen.
   *
   * @param looksForMissing Whether pixels without a value are looked for: at every pixel.
   */
  constructor(looksForMissing: boolean) {
    this.#looksForMissing = looksForMissing;
  }

  add(pixels: PixelValues): void {
    if (this.finite && (this.missing || !this.#looksForMissing)) return;
    if (!(pixels instanceof Float32Array || pixels instanceof Float64Array)) {
      this.finite ||= pixels.length > 0;
      return;
    }
    for (let i = 0; i < pixels.length && !this.finite; i++) {
      if (pixels[i]! - pixels[i]! === 0) this.finite = true;
    }
    if (!this.#looksForMissing) return;
    let a = 0, b = 0, c = 0, d = 0;
    let i = 0;
    for (; i + 3 < pixels.length; i += 4) {
      a += pixels[i]! * 0;
      b += pixels[i + 1]! * 0;
      c += pixels[i + 2]! * 0;
      d += pixels[i + 3]! * 0;
    }
    for (; i < pixels.length; i++) a += pixels[i]! * 0;
    // Infinities make such a sum NaN too.
    if (a + b + c + d !== 0) this.missing ||= pixels.some(Number.isNaN);
  }
}

async function* onePiece(
  { values }: Plane,
  paint: (values: Float64Array) => PngSamples,
): AsyncGenerator<PngSamples, void> {
  yield paint(values);
}

async function* paintedRows(
  plane: ImagePlane,
  times: number,
  paint: (values: Float64Array) => PngSamples,
): AsyncGenerator<PngSamples, void> {
  const { width } = plane;
  const together = Math.max(1, Math.floor(PAINTED_PIXELS / (width * times * times)));
  for await (const part of plane.fromTop()) {
    const pixels = plainNumbers(part.pixels);
    for (let end = part.height; end > 0; end -= together) {
      const start = Math.max(0, end - together);
      const rows = rowsOf(pixels, start * width, end * width);
      yield paint(repeat(rows, width, end - start, times).values);
    }
  }
}

function rowsOf(pixels: ArrayLike<number>, from: number, to: number): ArrayLike<number> {
  return ArrayBuffer.isView(pixels)
    ? (pixels as Float64Array).subarray(from, to)
    : Array.from(pixels).slice(from, to);
}

function doubles(pixels: PixelValues): Float64Array {
  return Float64Array.from(plainNumbers(pixels));
}
