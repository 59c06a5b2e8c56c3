/** The search for the ends of the scale in pixels that are given in parts, once or more often. */

import { Ranks } from "./ranks.ts";
import { type PixelValues, plainNumbers } from "./values.ts";
import { zscaleOfSamples, type ZscaleOptions } from "./zscale.ts";

/**
 * Which values become the ends of the scale: `zscale`, `minmax`, `percentile:P`
 * (the middle P per cent of the values), or two numbers.
 */
export type Limits =
  | "zscale"
  | "minmax"
  | `percentile:${number}`
  | readonly [low: number, high: number];

/** A part of a plane of pixels: a box, its rows one after the other. */
export interface PlanePart {
  /** The first column, from 0. */
  readonly x: number;
  /** The first row, from 0 at the bottom. */
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly pixels: PixelValues;
}

/** Values that zscale looks at, unless another number is asked for. */
const ZSCALE_SAMPLES = 1000;
const ZSCALE_CONTRAST = 0.25;

/**
 * Finds limits of a plane. While {@linkcode LimitSearch.needsPass}, every part of the plane is
 * given in the order of its rows, those of one row from the left, then the pass is ended.
 *
 * All limits are exact, of the finite values of all pixels: zscale looks at finite
 * values at equal distances, as IRAF and astropy do.
 */
export class LimitSearch {
  readonly #limits: Limits;
  readonly #samples: Samples | undefined;
  readonly #ranks: Ranks | undefined;
  readonly #contrast: number;
  #passes = 0;
  #least = Infinity;
  #most = -Infinity;

  /**
   * Begins a search.
   *
   * @param limits What is wanted.
   * @param width Pixels in a row of the plane.
   * @param height Rows.
   * @param options How zscale takes its samples.
   */
  constructor(limits: Limits, width: number, height: number, options: ZscaleOptions = {}) {
    this.#limits = limits;
    this.#contrast = options.contrast ?? ZSCALE_CONTRAST;
    if (limits === "zscale") {
      this.#samples = new Samples(width, height, options.samples ?? ZSCALE_SAMPLES);
    } else if (typeof limits === "string" && limits !== "minmax") {
      const tail = (100 - Number(limits.slice("percentile:".length))) / 2;
      this.#ranks = new Ranks([tail / 100, 1 - tail / 100]);
    }
  }

  /** Whether the parts must be given (once more). */
  get needsPass(): boolean {
    if (this.#samples !== undefined) return this.#samples.needsPass;
    if (this.#ranks !== undefined) return this.#ranks.needsPass;
    return this.#limits === "minmax" && this.#passes === 0;
  }

  /** Takes a part; one that is not needed changes nothing. */
  add(part: PlanePart): void {
    if (this.#samples !== undefined) this.#samples.add(part);
    else if (this.#ranks !== undefined) this.#ranks.add(part.pixels);
    else if (this.#limits === "minmax") this.#widen(plainNumbers(part.pixels));
  }

  /** Says that every part has been given. */
  endPass(): void {
    this.#passes++;
    this.#samples?.endPass();
    this.#ranks?.endPass();
  }

  /** The lower and the upper end; (0, 0) if no pixel is finite. */
  get limits(): readonly [low: number, high: number] {
    if (typeof this.#limits !== "string") return this.#limits;
    if (this.#samples !== undefined) {
      return zscaleOfSamples(this.#samples.values.slice(), this.#contrast);
    }
    if (this.#ranks !== undefined) {
      const [low, high] = this.#ranks.values ?? [0, 0];
      return [low!, high!];
    }
    return this.#least <= this.#most ? [this.#least, this.#most] : [0, 0];
  }

  #widen(values: ArrayLike<number>): void {
    let least = this.#least;
    let most = this.#most;
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (value - value !== 0) continue;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    this.#least = least;
    this.#most = most;
  }
}

/**
 * Finite values at equal distances through a plane. The first pass takes them as if all values
 * were finite and counts those of each row that are; where some are not, a second takes them.
 */
class Samples {
  readonly #width: number;
  readonly #most: number;
  /** Finite values of each row; in the second pass, those before the next part of it. */
  readonly #finite: Float64Array;
  #total: number;
  #stride: number;
  #pass = 0;
  values: Float64Array;

  constructor(width: number, height: number, most: number) {
    this.#width = width;
    this.#most = most;
    this.#finite = new Float64Array(height);
    this.#total = width * height;
    this.#stride = strideOf(this.#total, most);
    this.values = new Float64Array(Math.min(most, Math.ceil(this.#total / this.#stride)));
  }

  get needsPass(): boolean {
    return this.#pass === 0 || this.#pass === 1 && this.values.length > 0;
  }

  add(part: PlanePart): void {
    const values = plainNumbers(part.pixels);
    for (let row = 0; row < part.height; row++) {
      const from = row * part.width;
      if (this.#pass === 0) this.#count(values, from, part, part.y + row);
      else if (this.needsPass) this.#take(values, from, part.width, part.y + row);
    }
  }

  endPass(): void {
    this.#pass++;
    if (this.#pass > 1) return;
    const finite = this.#finite.reduce((sum, count) => sum + count, 0);
    if (finite === this.#total) {
      this.#pass = 2;
      return;
    }
    this.#total = finite;
    this.#stride = strideOf(finite, this.#most);
    this.values = new Float64Array(Math.min(this.#most, Math.ceil(finite / this.#stride)));
    let before = 0;
    for (const [row, count] of this.#finite.entries()) {
      this.#finite[row] = before;
      before += count;
    }
  }

  #count(values: ArrayLike<number>, from: number, { x, width }: PlanePart, y: number): void {
    this.#finite[y]! += countFinite(values, from, from + width);
    const first = y * this.#width + x;
    const stride = this.#stride;
    let sample = Math.ceil(first / stride);
    for (let at = sample * stride; at < first + width && sample < this.values.length;) {
      this.values[sample++] = values[from + at - first]!;
      at += stride;
    }
  }

  #take(values: ArrayLike<number>, from: number, width: number, y: number): void {
    const stride = this.#stride;
    let place = this.#finite[y]!;
    for (let i = from; i < from + width; i++) {
      const value = values[i]!;
      if (value - value !== 0) continue;
      if (place % stride === 0 && place / stride < this.values.length) {
        this.values[place / stride] = value;
      }
      place++;
    }
    this.#finite[y] = place;
  }
}

function strideOf(total: number, most: number): number {
  return Math.max(1, Math.floor(total / most));
}

/** How many values are finite; integers, and most rows, are so without a look at each. */
function countFinite(values: ArrayLike<number>, from: number, to: number): number {
  // A product with 0 is 0, or NaN; four sums wait for each other less than one.
  let a = 0, b = 0, c = 0, d = 0;
  let i = from;
  if (values instanceof Float32Array || values instanceof Float64Array || Array.isArray(values)) {
    for (; i + 3 < to; i += 4) {
      a += values[i]! * 0;
      b += values[i + 1]! * 0;
      c += values[i + 2]! * 0;
      d += values[i + 3]! * 0;
    }
    for (; i < to; i++) a += values[i]! * 0;
  }
  if (a + b + c + d === 0) return to - from;
  let count = 0;
  for (i = from; i < to; i++) if (values[i]! - values[i]! === 0) count++;
  return count;
}
