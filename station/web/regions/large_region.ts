/** Numbers of the pixels in a large region: in passes over its values, none of them kept. */

import { Ranks } from "../../../fits/picture/scale/ranks.ts";
import { ExactSum } from "./exact_sum.ts";
import { type RowShapes, shapesByRow, TEST_STEPS } from "./row_shapes.ts";
import { boundsOf, isInside, type PixelBox, type Place, type Shape } from "./shapes.ts";
import {
  BAND_PIXELS,
  emptyStatistics,
  type RegionPlane,
  type RegionStatistics,
  type RegionStatisticsOptions,
} from "./statistics.ts";

/** Pixels of the box around one region at most. */
const MAX_LARGE_PIXELS = 2 ** 30;
/** Passes over doubles, for progress. */
const PASSES = 4;

/**
 * Counts and measures the pixels in a shape, as `regionStatistics` does: the same numbers, for
 * regions whose values have no room in memory. They are read four times.
 *
 * @param shape The shape.
 * @param plane The plane, and how its values are read.
 * @param options What is left out, and who hears of progress.
 * @returns The numbers; NaN where there is no pixel.
 * @throws {RangeError} If the box around the shape has too many pixels.
 */
export async function largeRegionStatistics(
  shape: Shape,
  plane: RegionPlane,
  options: RegionStatisticsOptions = {},
): Promise<RegionStatistics> {
  const box = boundsOf(shape, plane.width, plane.height);
  if (box === undefined) return emptyStatistics();
  const pixels = (box.right - box.left + 1) * (box.top - box.bottom + 1);
  if (pixels > MAX_LARGE_PIXELS) {
    throw new RangeError(
      `The box around the region has ${pixels} pixels, expected at most ${MAX_LARGE_PIXELS}`,
    );
  }
  return await new LargeRegion(shape, plane, box, options).measure();
}

class LargeRegion {
  readonly #shape: Shape;
  readonly #plane: RegionPlane;
  readonly #box: PixelBox;
  readonly #options: RegionStatisticsOptions;
  /** Where runs of pixels inside begin and end, of each row: found in the first pass. */
  readonly #runs: (readonly number[])[] = [];
  readonly #excludedOf: (y: number) => RowShapes<Shape>;
  /** Steps of tests since others had their turn. */
  #steps = 0;
  readonly #ranks = new Ranks([0.5]);

  constructor(shape: Shape, plane: RegionPlane, box: PixelBox, options: RegionStatisticsOptions) {
    this.#shape = shape;
    this.#plane = plane;
    this.#box = box;
    this.#options = options;
    this.#excludedOf = shapesByRow(options.excluded ?? [], plane.width, plane.height);
  }

  async measure(): Promise<RegionStatistics> {
    const [sum, overX, overY, squares] = Array.from({ length: 4 }, () => new ExactSum()) as [
      ...[ExactSum, ExactSum, ExactSum, ExactSum],
    ];
    let [pixels, missing, min, max] = [0, 0, Infinity, -Infinity];
    let [minAt, maxAt]: (Place | undefined)[] = [];
    for (let pass = 0; this.#ranks.needsPass || pass < 2; pass++) {
      const mean = sum.value / pixels;
      await this.#pass(pass, (value, x, y) => {
        if (pass === 1) squares.add((value - mean) ** 2);
        if (pass > 0) return;
        if (!Number.isFinite(value)) return void missing++;
        pixels++;
        sum.add(value);
        overX.add(value * x);
        overY.add(value * y);
        if (value < min) [min, minAt] = [value, [x, y]];
        if (value > max) [max, maxAt] = [value, [x, y]];
      });
      if (pixels === 0) return { ...emptyStatistics(), missing };
    }
    return {
      ...{ pixels, missing, sum: sum.value, mean: sum.value / pixels, min, max, minAt, maxAt },
      median: this.#ranks.values![0]!,
      stddev: Math.sqrt(squares.value / pixels),
      centroid: sum.value === 0 ? undefined : [overX.value / sum.value, overY.value / sum.value],
    };
  }

  /** Goes through the values inside once: all of them in the first pass, then the finite ones. */
  async #pass(
    pass: number,
    take: (value: number, x: number, y: number) => void,
  ): Promise<void> {
    const { left, right, bottom: first, top: last } = this.#box;
    const { bandPixels = BAND_PIXELS, onProgress } = this.#options;
    const across = right - left + 1;
    const rows = Math.max(1, Math.floor(bandPixels / across));
    for (let bottom = first; bottom <= last; bottom += rows) {
      const top = Math.min(last, bottom + rows - 1);
      const band = await this.#plane.read({ left, right, bottom, top });
      const inside = new Float64Array(band.length);
      let count = 0;
      for (let y = bottom; y <= top; y++) {
        const runs = this.#runs[y - first] ??= await this.#runsOf(y);
        for (let run = 0; run < runs.length; run += 2) {
          for (let x = runs[run]!; x < runs[run + 1]!; x++) {
            const value = band[(y - bottom) * across + x - left]!;
            if (pass === 0 || Number.isFinite(value)) take(value, x, y);
            inside[count++] = value;
          }
        }
      }
      if (this.#ranks.needsPass) this.#ranks.add(inside.subarray(0, count));
      onProgress?.(Math.min(1, (pass + (top - first + 1) / (last - first + 1)) / PASSES));
    }
    if (this.#ranks.needsPass) this.#ranks.endPass();
  }

  /** The first pixels of runs that are inside, and those behind their ends. */
  async #runsOf(y: number): Promise<number[]> {
    const { pause } = this.#options;
    const { shapes, steps } = this.#excludedOf(y);
    const each = steps + this.#shape.points.length;
    const runs: number[] = [];
    const place: [x: number, y: number] = [0, y];
    let before = false;
    for (let x = this.#box.left; x <= this.#box.right; x++) {
      if ((this.#steps += each) >= TEST_STEPS) {
        this.#steps = 0;
        await pause?.();
      }
      place[0] = x;
      const now = isInside(this.#shape, place) && !shapes.some((other) => isInside(other, place));
      if (now !== before) runs.push(x);
      before = now;
    }
    if (before) runs.push(this.#box.right + 1);
    return runs;
  }
}
