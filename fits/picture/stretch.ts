/** How values between the limits are spread over the scale of colours. */

import { unitOf } from "../image/magnitude.ts";

/**
 * How brightness grows with the value x from 0 to 1: `linear`; `sqrt`; `log`,
 * log(1000 x + 1) / log(1001); `asinh`, asinh(10 x) / asinh(10); `sinh`, sinh(3 x) / sinh(3);
 * `square`; `histeq`, so that every brightness is equally frequent; `power:P`, x ** P, with P from
 * 0.05 to 20.
 */
export type Stretch =
  | "linear"
  | "log"
  | "sqrt"
  | "asinh"
  | "histeq"
  | "sinh"
  | "square"
  | `power:${number}`;

/** The names of the stretches that need no number. */
export const STRETCHES: readonly Stretch[] = [
  ...["linear", "log", "sqrt", "asinh", "histeq", "sinh", "square"] as const,
];
/** What a stretch may be, for people. */
export const STRETCH_WORDS: string = `${STRETCHES.join(", ")} or power:P with P from 0.05 to 20`;

/**
 * Reads a stretch.
 *
 * @param text Such as `asinh` or `power:2.5`.
 * @returns Undefined if it is none.
 */
export function readStretch(text: string): Stretch | undefined {
  const name = STRETCHES.find((name) => name === text);
  return name ?? (exponentOf(text) === undefined ? undefined : text as Stretch);
}

/** The exponent of a `power:P`; undefined for other stretches, and for exponents out of bounds. */
export function exponentOf(stretch: string): number | undefined {
  const digits = /^power:(\d{1,2}(?:\.\d{1,12})?)$/.exec(stretch)?.[1];
  const exponent = Number(digits ?? NaN);
  return exponent >= 0.05 && exponent <= 20 ? exponent : undefined;
}

const LOG_FACTOR = 1000;
const ASINH_SCALE = 10;
const SINH_SCALE = 1 / 3;
const BINS = 65_536;

/**
 * Turns values into brightness in place: 0 to 255, or NaN where the value is NaN.
 *
 * @param values The values.
 * @param low What becomes 0, as everything below it does. Above `high` it turns the scale round.
 * @param high What becomes 255, as everything above it does.
 * @param stretch How brightness grows between them.
 */
export function stretchValues(
  values: Float64Array,
  low: number,
  high: number,
  stretch: Stretch,
): void {
  const stretcher = new Stretcher(low, high, stretch);
  if (stretcher.needsSurvey) stretcher.survey(values.slice());
  stretcher.apply(values);
}

/** A stretch of values that come in parts. */
export class Stretcher {
  readonly #low: number;
  readonly #high: number;
  readonly #unit: number;
  readonly #scale: number;
  readonly #stretch: Stretch;
  #places: Places | undefined;

  /**
   * Makes a stretch.
   *
   * @param low What becomes 0. Above `high` it turns the scale round.
   * @param high What becomes 255.
   * @param stretch How brightness grows between them.
   */
  constructor(low: number, high: number, stretch: Stretch) {
    // Without a range, what is not below it is in the middle or above.
    this.#unit = unitOf(low, high);
    this.#scale = high === low ? 0 : 1 / (high / this.#unit - low / this.#unit);
    this.#low = low;
    this.#high = high;
    this.#stretch = stretch;
    if (stretch === "histeq") this.#places = new Places();
  }

  /** Whether all values must be surveyed before the first is stretched. */
  get needsSurvey(): boolean {
    return this.#places !== undefined;
  }

  /** Takes values into account; they are changed. */
  survey(values: Float64Array): void {
    this.#normalize(values);
    this.#places?.add(values);
  }

  /** The brightness of a value, from 0 to 255. */
  levelOf(value: number): number {
    const one = Float64Array.of(value);
    this.apply(one);
    return one[0]!;
  }

  /** Turns values into brightness in place. */
  apply(values: Float64Array): void {
    this.#normalize(values);
    const stretch = this.#stretch;
    if (this.#places !== undefined) return this.#places.apply(values);
    const logNorm = 255 / Math.log(LOG_FACTOR + 1);
    const asinhNorm = 255 / Math.asinh(ASINH_SCALE);
    const sinhNorm = 255 / Math.sinh(1 / SINH_SCALE);
    if (stretch === "linear") {
      for (let i = 0; i < values.length; i++) values[i]! *= 255;
      return;
    }
    const exponent = exponentOf(stretch);
    if (exponent !== undefined) {
      for (let i = 0; i < values.length; i++) values[i] = values[i]! ** exponent * 255;
      return;
    }
    for (let i = 0; i < values.length; i++) {
      const x = values[i]!;
      if (stretch === "sqrt") values[i] = Math.sqrt(x) * 255;
      else if (stretch === "log") values[i] = Math.log(LOG_FACTOR * x + 1) * logNorm;
      else if (stretch === "asinh") values[i] = Math.asinh(ASINH_SCALE * x) * asinhNorm;
      else if (stretch === "sinh") values[i] = Math.sinh(x / SINH_SCALE) * sinhNorm;
      else values[i] = x * x * 255;
    }
  }

  /** To 0 to 1 between the limits. */
  #normalize(values: Float64Array): void {
    const low = this.#low;
    const high = this.#high;
    const unit = this.#unit;
    const scale = this.#scale;
    // The usual case by itself: 16 Mpx take a fifth of the time. NaN stays what it is.
    if (unit === 1 && scale !== 0 && Number.isFinite(scale)) {
      for (let i = 0; i < values.length; i++) {
        const x = (values[i]! - low) * scale;
        values[i] = x < 0 ? 0 : x > 1 ? 1 : x;
      }
      return;
    }
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      const x = scale === 0
        ? (value > high ? 1 : value < low ? 0 : 0.5)
        : unit === 1
        ? (value - low) * scale
        : (value / unit - low / unit) * scale;
      values[i] = Number.isNaN(value) ? NaN : x < 0 ? 0 : x > 1 ? 1 : x;
    }
  }
}

/** Values up to this many are sorted, more are counted in bins. */
const MAX_SORTED = 1 << 22;

/** The places of values from 0 to 1 in their sorted order. */
class Places {
  #sorted: Float64Array | undefined;
  #isSorted = false;
  #counts: Float64Array | undefined;
  #total = 0;

  add(values: Float64Array): void {
    if (this.#counts === undefined) {
      const known = this.#sorted ?? new Float64Array(0);
      const finite = values.filter((value) => !Number.isNaN(value));
      if (known.length + finite.length <= MAX_SORTED) {
        const joined = new Float64Array(known.length + finite.length);
        joined.set(known);
        joined.set(finite, known.length);
        this.#sorted = joined;
        this.#isSorted = false;
        return;
      }
      this.#counts = new Float64Array(BINS + 1);
      this.#count(known);
      this.#sorted = undefined;
    }
    this.#count(values);
  }

  #count(values: Float64Array): void {
    const counts = this.#counts!;
    for (let i = 0; i < values.length; i++) {
      if (Number.isNaN(values[i])) continue;
      counts[1 + Math.min(BINS - 1, Math.floor(values[i]! * BINS))]!++;
      this.#total++;
    }
  }

  apply(values: Float64Array): void {
    if (!this.#isSorted) {
      this.#sorted?.sort();
      const counts = this.#counts;
      if (counts !== undefined) {
        for (let bin = 1; bin <= BINS; bin++) counts[bin]! += counts[bin - 1]!;
      }
      this.#isSorted = true;
    }
    if (this.#sorted !== undefined) return this.#applySorted(values, this.#sorted);
    const counts = this.#counts!;
    for (let i = 0; i < values.length; i++) {
      const place = values[i]! * BINS;
      if (Number.isNaN(place)) continue;
      const bin = Math.min(BINS - 1, Math.floor(place));
      const below = counts[bin]!;
      values[i] = (below + (place - bin) * (counts[bin + 1]! - below)) / this.#total * 255;
    }
  }

  /** Of equal values, the place of the last, as astropy's interpolation has it. */
  #applySorted(values: Float64Array, sorted: Float64Array): void {
    const last = sorted.length - 1;
    const step = 255 / Math.max(1, last);
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (Number.isNaN(value)) continue;
      let low = -1;
      let high = last;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (sorted[middle]! <= value) low = middle;
        else high = middle - 1;
      }
      values[i] = Math.max(0, low) * step;
    }
  }
}
