/** Pictures of planes: the colours of the viewer, made by the same table. */

import { choosePlane } from "../../fits/chosen_plane.ts";
import type { Hdu } from "../../fits/file/hdu.ts";
import type { ImagePlane } from "../../fits/file/plane.ts";
import type { ColormapName } from "../../fits/picture/colormap.ts";
import { encodePngStream } from "../../fits/picture/png_writer.ts";
import { loadRowSums } from "../../fits/picture/mean/sums.ts";
import { AreaMean, pictureSize, repeat } from "../../fits/picture/resample.ts";
import { type Limits, LimitSearch } from "../../fits/picture/scale/search.ts";
import { plainNumbers } from "../../fits/picture/scale/values.ts";
import type { Stretch } from "../../fits/picture/stretch.ts";
import { concatenate } from "../../net/bytes/concatenate.ts";
import { colorTable, indexOf, MISSING, type Missing } from "../web/picture/color_table.ts";
import { imageSurvey, surveyLimits } from "./survey.ts";
import { inSlices } from "../pyramid/slices.ts";

/** What a picture shows, and how. */
export interface PictureOptions {
  /** The part of the image, as FITS writes it. */
  readonly section?: string | undefined;
  /** The place on axis 3 and those after it, from 0. */
  readonly plane?: readonly number[] | undefined;
  /** Pixels of the longer side. */
  readonly size: number;
  readonly stretch?: Stretch | undefined;
  readonly limits?: Limits | undefined;
  readonly scope?: "plane" | "file" | undefined;
  readonly colormap?: ColormapName | undefined;
  readonly invert?: boolean | undefined;
  readonly bias?: number | undefined;
  readonly contrast?: number | undefined;
  /** What is drawn where there is no value. @default {"hatch"} */
  readonly missing?: Missing | undefined;
  /** Pixels that are read at most: of more, every how many-th is. */
  readonly mostPixels: number;
  readonly signal?: AbortSignal | undefined;
}

/** A picture. */
export interface Picture {
  readonly png: Uint8Array<ArrayBuffer>;
  /** The values that became the first and the last colour. */
  readonly limits: readonly [low: number, high: number];
  /** Whether no pixel has a finite value. */
  readonly empty: boolean;
  /** Whether every pixel was read. */
  readonly exact: boolean;
}

/** Bins of the histogram that `histeq` follows. */
const BINS = 65_536;
/** The stripes where there is no value: two grays, and how wide. */
const [DARK, BRIGHT, STRIPE] = [0x60, 0x90, 4];

/**
 * Makes a picture.
 *
 * @param hdu The image.
 * @param options What of it, and how.
 */
export async function makePicture(hdu: Hdu, options: PictureOptions): Promise<Picture> {
  const { plane, exact } = choosePlane(hdu, { ...options, place: options.plane });
  const { width, height, values, limits, empty } = await readPicture(hdu, plane, options);
  const { stretch = "linear", colormap = "gray", invert = false, bias = 0.5, contrast = 1 } =
    options;
  const { missing = "hatch" } = options;
  const [low, high] = limits;
  const counts = stretch === "histeq" ? countBins(values, low, high) : undefined;
  const table = colorTable({ stretch, colormap, invert, bias, contrast, missing, counts });
  const png = await encode(
    { width, height, values, table, scale: { low, high } },
    colormap === "gray" && table[MISSING] === 0,
    missing,
  );
  return { png, limits, empty, exact };
}

interface ReadPicture {
  readonly width: number;
  readonly height: number;
  /** The values from the top. */
  readonly values: Float64Array;
  readonly limits: readonly [low: number, high: number];
  readonly empty: boolean;
}

async function readPicture(
  hdu: Hdu,
  plane: ImagePlane,
  { size, limits = "zscale", scope, signal }: PictureOptions,
): Promise<ReadPicture> {
  const to = pictureSize(plane.width, plane.height, size);
  const wide = scope === "file"
    ? await surveyLimits(imageSurvey(hdu, inSlices()), limits, signal)
    : undefined;
  const wanted: Limits = wide === undefined ? limits : [wide.low, wide.high];
  const search = new LimitSearch(wanted, plane.width, plane.height);
  const mean = to.times === 0
    ? new AreaMean(plane.width, plane.height, to, await loadRowSums())
    : undefined;
  const same = mean === undefined ? new Float64Array(plane.width * plane.height) : undefined;
  const slice = inSlices();
  for (let pass = 0; pass === 0 || search.needsPass; pass++) {
    for await (const part of plane.parts()) {
      signal?.throwIfAborted();
      search.add(part);
      if (pass === 0) {
        mean?.add(part);
        if (same !== undefined) put(part, same, plane.width);
      }
      await slice();
    }
    search.endPass();
  }
  const picture = mean?.finish() ?? repeat(same!, plane.width, plane.height, to.times);
  return {
    ...picture,
    limits: search.limits,
    empty: !picture.values.some(Number.isFinite),
  };
}

function put(
  part: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    readonly pixels: Parameters<typeof plainNumbers>[0];
  },
  into: Float64Array,
  width: number,
): void {
  const numbers = plainNumbers(part.pixels);
  for (let row = 0, from = 0; row < part.height; row++) {
    const at = (part.y + row) * width + part.x;
    for (let i = 0; i < part.width; i++) into[at + i] = numbers[from++]!;
  }
}

function countBins(values: Float64Array, low: number, high: number): Float64Array {
  const counts = new Float64Array(BINS);
  const scale = high > low ? BINS / (high / 2 - low / 2) : 0;
  for (const value of values) {
    if (!(value >= low && value <= high)) continue;
    const bin = Math.min(BINS - 1, Math.floor((value / 2 - low / 2) * scale));
    counts[bin] = counts[bin]! + 1;
  }
  return counts;
}

interface Painted {
  readonly width: number;
  readonly height: number;
  readonly values: Float64Array;
  readonly table: Uint32Array;
  readonly scale: { readonly low: number; readonly high: number };
}

async function encode(
  { width, height, values, table, scale }: Painted,
  gray: boolean,
  missing: Missing,
): Promise<Uint8Array<ArrayBuffer>> {
  const alpha = missing === "transparent" && values.some(Number.isNaN);
  const channels = (gray ? 1 : 3) + (alpha ? 1 : 0);
  const data = new Uint8Array(width * height * channels);
  for (let i = 0, at = 0; i < values.length; i++, at += channels) {
    const index = indexOf(values[i]!, scale);
    if (index === MISSING && alpha) continue;
    if (index === MISSING && missing === "hatch") {
      const level = hatch(i % width, Math.floor(i / width));
      data[at] = level;
      if (!gray) data[at + 1] = data[at + 2] = level;
      continue;
    }
    const color = table[index]!;
    data[at] = color;
    if (!gray) {
      data[at + 1] = color >>> 8;
      data[at + 2] = color >>> 16;
    }
    if (alpha) data[at + channels - 1] = 255;
  }
  const kind = gray ? alpha ? "gray-alpha" : "gray" : alpha ? "rgb-alpha" : "rgb";
  const rows = (async function* () {
    yield data;
  })();
  const pieces = await Array.fromAsync(
    encodePngStream({ width, height, color: kind, depth: 8 }, rows),
  );
  return concatenate(pieces);
}

/** Stripes from the lower left to the upper right. */
function hatch(x: number, y: number): number {
  return Math.floor((x + y) / STRIPE) % 2 === 0 ? DARK : BRIGHT;
}
