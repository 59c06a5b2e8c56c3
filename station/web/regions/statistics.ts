/** Numbers of the pixels in a region, exact: from the values of the file, none left out. */

import { ExactSum } from "./exact_sum.ts";
import { shapesByRow, TEST_STEPS } from "./row_shapes.ts";
import { boundsOf, isInside, type PixelBox, type Place, type Shape } from "./shapes.ts";

/** Pixels of one region at most: their values are kept, for the median. */
export const MAX_REGION_PIXELS: number = 1 << 24;
/** Pixels that are read at a time, unless another number is asked for. */
export const BAND_PIXELS: number = 1 << 20;
/** Steps of a profile at most. */
const MAX_PROFILE = 1 << 16;
/** Steps of a profile that are read at a time. */
const PROFILE_STEPS = 512;

/** Physical values of a box of pixels, its lowest row first; NaN where there is none. */
export type ReadBox = (box: PixelBox) => Promise<ArrayLike<number>>;

/** The plane that a region is on. */
export interface RegionPlane {
  readonly width: number;
  readonly height: number;
  readonly read: ReadBox;
}

/** What is told of the pixels in a region. */
export interface RegionStatistics {
  /** Pixels with a value whose centres are inside. */
  readonly pixels: number;
  /** Pixels inside without one. */
  readonly missing: number;
  readonly sum: number;
  readonly mean: number;
  readonly median: number;
  /** The deviation from the mean, divided by the number of pixels. */
  readonly stddev: number;
  readonly min: number;
  readonly max: number;
  /** The pixels with the least and the greatest value: the first in the order of the file. */
  readonly minAt: Place | undefined;
  readonly maxAt: Place | undefined;
  /** The mean place, weighted by the values; undefined if their sum is 0. */
  readonly centroid: Place | undefined;
}

/** Options of {@linkcode regionStatistics}. */
export interface RegionStatisticsOptions {
  /** Shapes whose pixels are left out. */
  readonly excluded?: readonly Shape[] | undefined;
  /** Is told how much is done, from 0 to 1. */
  readonly onProgress?: ((part: number) => void) | undefined;
  /** About how many pixels are read at a time. @default {1048576} */
  readonly bandPixels?: number | undefined;
  /** What is waited for between parts of the work, where there are others. */
  readonly pause?: (() => Promise<void>) | undefined;
}

/**
 * Counts and measures the pixels in a shape.
 *
 * @param shape The shape.
 * @param plane The plane, and how its values are read.
 * @param options What is left out, and who hears of progress.
 * @returns The numbers; NaN where there is no pixel.
 * @throws {RangeError} If the box around the shape has too many pixels.
 */
export async function regionStatistics(
  shape: Shape,
  { width, height, read }: RegionPlane,
  { excluded = [], onProgress, bandPixels = BAND_PIXELS, pause }: RegionStatisticsOptions = {},
): Promise<RegionStatistics> {
  const box = boundsOf(shape, width, height);
  if (box === undefined) return emptyStatistics();
  const across = box.right - box.left + 1;
  const pixels = across * (box.top - box.bottom + 1);
  if (pixels > MAX_REGION_PIXELS) {
    throw new RangeError(
      `The box around the region has ${pixels} pixels, expected at most ${MAX_REGION_PIXELS}`,
    );
  }
  const values = new Float64Array(pixels);
  const places = new Float64Array(pixels);
  const rows = Math.max(1, Math.floor(bandPixels / across));
  const place: [x: number, y: number] = [0, 0];
  const excludedOf = shapesByRow(excluded, width, height);
  let [count, missing, steps] = [0, 0, 0];
  for (let bottom = box.bottom; bottom <= box.top; bottom += rows) {
    const top = Math.min(box.top, bottom + rows - 1);
    const band = await read({ ...box, bottom, top });
    for (let y = bottom, from = 0; y <= top; y++) {
      const others = excludedOf(y);
      const each = others.steps + shape.points.length;
      for (let x = box.left; x <= box.right; x++, from++) {
        if ((steps += each) >= TEST_STEPS) {
          steps = 0;
          await pause?.();
        }
        place[0] = x;
        place[1] = y;
        if (!isInside(shape, place) || others.shapes.some((other) => isInside(other, place))) {
          continue;
        }
        const value = band[from]!;
        if (Number.isFinite(value)) {
          values[count] = value;
          places[count++] = (y - 1) * width + x - 1;
        } else missing++;
      }
    }
    onProgress?.((top - box.bottom + 1) / (box.top - box.bottom + 1));
  }
  return measure(values.subarray(0, count), places, width, missing);
}

/** The numbers where there is no pixel. */
export function emptyStatistics(): RegionStatistics {
  return measure(new Float64Array(0), new Float64Array(0), 1, 0);
}

function measure(
  values: Float64Array<ArrayBuffer>,
  places: Float64Array,
  width: number,
  missing: number,
): RegionStatistics {
  const pixels = values.length;
  const [sum, overX, overY, squares] = Array.from({ length: 4 }, () => new ExactSum()) as [
    ...[ExactSum, ExactSum, ExactSum, ExactSum],
  ];
  let [least, greatest] = [0, 0];
  for (let i = 0; i < pixels; i++) {
    const value = values[i]!;
    sum.add(value);
    overX.add(value * (places[i]! % width + 1));
    overY.add(value * (Math.floor(places[i]! / width) + 1));
    if (value < values[least]!) least = i;
    if (value > values[greatest]!) greatest = i;
  }
  const mean = sum.value / pixels;
  for (let i = 0; i < pixels; i++) squares.add((values[i]! - mean) ** 2);
  const at = (i: number): Place | undefined =>
    pixels === 0 ? undefined : [places[i]! % width + 1, Math.floor(places[i]! / width) + 1];
  const [min, max] = [values[least] ?? NaN, values[greatest] ?? NaN];
  const [minAt, maxAt] = [at(least), at(greatest)];
  values.sort();
  const half = pixels >> 1;
  return {
    ...{ pixels, missing, sum: sum.value, mean, min, max, minAt, maxAt },
    median: pixels === 0
      ? NaN
      : pixels % 2 === 1
      ? values[half]!
      : (values[half - 1]! + values[half]!) / 2,
    stddev: Math.sqrt(squares.value / pixels),
    centroid: sum.value === 0 ? undefined : [overX.value / sum.value, overY.value / sum.value],
  };
}

/** Values along a line. */
export interface Profile {
  /** How far each is from the first end, in pixels. */
  readonly distances: readonly number[];
  /** The value of the pixel there; NaN without one, and beside the image. */
  readonly values: readonly number[];
}

/** Pixels across a line that are averaged, at most. */
export const MAX_PROFILE_WIDTH = 101;

/**
 * Values along a line: of the pixels in which steps of at most one pixel fall, ends included; or
 * the means of such values along lines beside each other, a pixel apart.
 *
 * @param from One end.
 * @param to The other.
 * @param plane The plane, and how its values are read.
 * @param across How many lines are averaged.
 * @throws {RangeError} If the line is too long, or too wide.
 */
export async function profileAlong(
  from: Place,
  to: Place,
  plane: RegionPlane,
  across: number = 1,
): Promise<Profile> {
  if (!(across >= 1 && across <= MAX_PROFILE_WIDTH)) {
    throw new RangeError(`The line is ${across} pixels wide, expected 1 to ${MAX_PROFILE_WIDTH}`);
  }
  if (across === 1) return await singleProfile(from, to, plane);
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const [x, y] = length === 0 ? [1, 0] : [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
  const lines: Profile[] = [];
  for (let i = 0; i < across; i++) {
    const aside = i - (across - 1) / 2;
    const moved = ([u, v]: Place): Place => [u - y * aside, v + x * aside];
    lines.push(await singleProfile(moved(from), moved(to), plane));
  }
  const [{ distances }] = lines as [Profile];
  const values = distances.map((_, i) => {
    const there = lines.map(({ values }) => values[i]!).filter(Number.isFinite);
    return there.reduce((sum, value) => sum + value, 0) / there.length;
  });
  return { distances, values };
}

async function singleProfile(
  from: Place,
  to: Place,
  { width, height, read }: RegionPlane,
): Promise<Profile> {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const steps = Math.max(1, Math.ceil(length));
  if (steps > MAX_PROFILE) {
    throw new RangeError(`The line has ${steps} steps, expected at most ${MAX_PROFILE}`);
  }
  const placeOf = (i: number): Place => [
    Math.round(from[0] + (to[0] - from[0]) * i / steps),
    Math.round(from[1] + (to[1] - from[1]) * i / steps),
  ];
  const distances = Array.from({ length: steps + 1 }, (_, i) => length * i / steps);
  const values: number[] = [];
  for (let first = 0; first <= steps; first += PROFILE_STEPS) {
    const last = Math.min(steps, first + PROFILE_STEPS - 1);
    const box = boundsOf(
      { name: "line", points: [placeOf(first), placeOf(last)], sizes: [], angle: 0 },
      width,
      height,
    );
    const part = box === undefined ? [] : await read(box);
    for (let i = first; i <= last; i++) {
      const [x, y] = placeOf(i);
      const isThere = box !== undefined && x >= box.left && x <= box.right && y >= box.bottom &&
        y <= box.top;
      values.push(
        isThere ? part[(y - box.bottom) * (box.right - box.left + 1) + x - box.left]! : NaN,
      );
    }
  }
  return { distances, values };
}
