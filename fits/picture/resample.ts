/** Makes pictures smaller by averaging areas, or larger by repeating pixels. */

import type { PlanePart } from "./scale/search.ts";
import { plainNumbers } from "./scale/values.ts";

/** A plane of values: rows from the top, NaN where there is nothing. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly values: Float64Array<ArrayBuffer>;
}

/**
 * Turns the first plane of FITS pixels right side up, at another size.
 *
 * Smaller, each value is the mean of the area that it covers, parts of pixels
 * counted as parts, NaN and infinities left out; larger, pixels are repeated a
 * whole number of times.
 *
 * @param pixels FITS pixels: the first row is the lowest of the picture.
 * @param width Pixels in a row.
 * @param height Rows.
 * @param size What the longer side should have at most; undefined leaves the size.
 * @returns The plane.
 */
export function resample(
  pixels: ArrayLike<number>,
  width: number,
  height: number,
  size: number | undefined,
): Plane {
  const to = pictureSize(width, height, size);
  if (to.times === 0) return shrink(pixels, width, height, to);
  return repeat(pixels, width, height, to.times);
}

/** The plane right side up, every pixel `times` times each way. */
export function repeat(
  pixels: ArrayLike<number>,
  width: number,
  height: number,
  times: number,
): Plane {
  const values = new Float64Array(width * height * times * times);
  const wide = width * times;
  for (let y = 0; y < height; y++) {
    const from = (height - 1 - y) * width;
    const first = y * times * wide;
    if (times === 1 && ArrayBuffer.isView(pixels)) {
      values.set((pixels as Float64Array).subarray(from, from + width), first);
      continue;
    }
    for (let x = 0; x < width; x++) {
      const value = pixels[from + x]!;
      for (let i = 0; i < times; i++) values[first + x * times + i] = value;
    }
    for (let i = 1; i < times; i++) values.copyWithin(first + i * wide, first, first + wide);
  }
  return { width: wide, height: height * times, values };
}

function shrink(
  pixels: ArrayLike<number>,
  width: number,
  height: number,
  to: { width: number; height: number },
): Plane {
  const mean = new AreaMean(width, height, to);
  mean.add({ x: 0, y: 0, width, height, pixels });
  return mean.finish();
}

/**
 * The size of a picture whose longer side is asked for: a larger plane is averaged down to
 * it, a smaller one enlarged by a whole factor.
 *
 * @param width Pixels in a row of the plane.
 * @param height Its rows.
 * @param size What the longer side should have at most; undefined leaves the size.
 * @returns The picture's size, and how often each pixel is repeated each way; 0 if it is averaged.
 */
export function pictureSize(
  width: number,
  height: number,
  size: number | undefined,
): { readonly width: number; readonly height: number; readonly times: number } {
  const longer = Math.max(width, height);
  if (size !== undefined && size < longer) {
    return {
      width: Math.max(1, Math.round(width * size / longer)),
      height: Math.max(1, Math.round(height * size / longer)),
      times: 0,
    };
  }
  const times = Math.max(1, Math.floor((size ?? longer) / longer));
  return { width: width * times, height: height * times, times };
}

/** Rows that are added to a row of a smaller picture. */
export interface AddedRows {
  /** Pixels of each. */
  readonly width: number;
  /** The first of them, in pixels of the large picture. */
  readonly start: number;
  /** Pixels of the large picture for one of the small one. */
  readonly ratio: number;
  /** The first pixel of the small picture. */
  readonly left: number;
  /** What part of the rows is in this row of it. */
  readonly share: number;
}

/** Adds many rows at a time, as {@linkcode AreaMean} adds one, in less time. */
export interface RowSums {
  /** How many rows it takes at a time; 0 where it takes no such pixels. */
  most(pixels: ArrayLike<number>, width: number, targets: number): number;
  /**
   * Adds rows that lie one behind the other.
   *
   * @param pixels Where they are.
   * @param from The first pixel.
   * @param count How many rows.
   * @param rows How they lie.
   * @param into A row of the smaller picture: its sums, and the areas that they are of.
   */
  add(
    pixels: ArrayLike<number>,
    from: number,
    count: number,
    rows: AddedRows,
    into: { readonly sums: Float64Array; readonly areas: Float64Array },
  ): void;
}

/** A plane made smaller while its parts are read, in any order. */
export class AreaMean {
  readonly #to: { readonly width: number; readonly height: number };
  readonly #ratios: readonly [number, number];
  readonly #values: Float64Array<ArrayBuffer>;
  readonly #weights: Float64Array;
  readonly #row: Float64Array;
  readonly #rowWeights: Float64Array;
  readonly #sums: RowSums | undefined;

  /**
   * Begins a plane.
   *
   * @param width Pixels in a row of the large plane.
   * @param height Its rows.
   * @param to The size of the small one, neither side larger.
   * @param sums What adds rows; without it a loop does.
   */
  constructor(
    width: number,
    height: number,
    to: { width: number; height: number },
    sums?: RowSums,
  ) {
    this.#sums = sums;
    this.#to = { width: to.width, height: to.height };
    this.#ratios = [width / to.width, height / to.height];
    this.#values = new Float64Array(to.width * to.height);
    this.#weights = new Float64Array(to.width * to.height);
    this.#row = new Float64Array(to.width);
    this.#rowWeights = new Float64Array(to.width);
  }

  /** Adds a part: every pixel to the targets that it lies in, by the area in each. */
  add(part: PlanePart): void {
    const pixels = plainNumbers(part.pixels);
    const { width, height } = this.#to;
    const ratio = this.#ratios[1];
    // The columns of the picture that the part touches are from here to where its sums end.
    const left = Math.min(width - 1, Math.floor(part.x / this.#ratios[0]));
    const most = this.#sums?.most(pixels, part.width, width) ?? 0;
    if (most > 0) return this.#addRows(pixels, part, left, most);
    const [values, weights] = [this.#values, this.#weights];
    const [sums, areas] = [this.#row, this.#rowWeights];
    for (let row = 0; row < part.height; row++) {
      const y = part.y + row;
      const right = this.#sumRow(pixels, row * part.width, part.x, part.width, left);
      const first = Math.min(height - 1, Math.floor(y / ratio));
      const last = Math.min(height - 1, Math.ceil((y + 1) / ratio) - 1);
      for (let target = first; target <= last; target++) {
        const share = Math.min(y + 1, (target + 1) * ratio) - Math.max(y, target * ratio);
        if (share <= 0) continue;
        const at = (height - 1 - target) * width;
        for (let x = left; x < right; x++) {
          values[at + x] = values[at + x]! + sums[x]! * share;
          weights[at + x] = weights[at + x]! + areas[x]! * share;
        }
      }
    }
  }

  /** Adds a part by what takes many rows at a time, which must be of the same target. */
  #addRows(pixels: ArrayLike<number>, part: PlanePart, left: number, most: number): void {
    const { width, height } = this.#to;
    const [across, ratio] = this.#ratios;
    const end = part.y + part.height;
    const firstOf = (y: number) => Math.min(height - 1, Math.floor(y / ratio));
    const lastOf = (y: number) => Math.min(height - 1, Math.ceil((y + 1) / ratio) - 1);
    const shareOf = (y: number, target: number) =>
      Math.min(y + 1, (target + 1) * ratio) - Math.max(y, target * ratio);
    for (let y = part.y; y < end;) {
      const first = firstOf(y);
      const last = lastOf(y);
      let count = 1;
      if (first === last && shareOf(y, first) === 1) {
        while (
          count < most && y + count < end && firstOf(y + count) === first &&
          lastOf(y + count) === first && shareOf(y + count, first) === 1
        ) count++;
      }
      for (let target = first; target <= last; target++) {
        const share = shareOf(y, target);
        if (share <= 0) continue;
        const at = (height - 1 - target) * width;
        this.#sums!.add(
          pixels,
          (y - part.y) * part.width,
          count,
          { width: part.width, start: part.x, ratio: across, left, share },
          {
            sums: this.#values.subarray(at, at + width),
            areas: this.#weights.subarray(at, at + width),
          },
        );
      }
      y += count;
    }
  }

  /** The plane, rows from the top; NaN where there was no finite value. */
  finish(): Plane {
    const values = this.#values;
    // Half a thousandth of a pixel is rounding; less than that is no value.
    for (let i = 0; i < values.length; i++) {
      values[i] = this.#weights[i]! > 5e-4 ? values[i]! / this.#weights[i]! : NaN;
    }
    return { ...this.#to, values };
  }

  /** The sums of the finite values of a row over each target pixel, and the areas that they cover. */
  #sumRow(
    pixels: ArrayLike<number>,
    from: number,
    start: number,
    count: number,
    left: number,
  ): number {
    const row = this.#row;
    const weights = this.#rowWeights;
    const ratio = this.#ratios[0];
    const end = start + count;
    let target = left;
    for (let x = start; x < end; target++) {
      const edge = target === row.length - 1 ? end : Math.min(end, (target + 1) * ratio);
      const whole = Math.max(x, Math.floor(edge));
      let sum = 0;
      let weight = 0;
      // The part of the first pixel that the target before has left.
      const share = Math.min(edge, Math.floor(x) + 1) - x;
      if (share < 1) {
        const value = pixels[from + Math.floor(x) - start]!;
        if (value - value === 0) {
          sum = value * share;
          weight = share;
        }
        x = Math.min(edge, Math.floor(x) + 1);
      }
      if (x < whole) {
        const first = from + x - start;
        const last = from + whole - start;
        // Four sums wait for each other less than one, and most runs have finite values only.
        let a = 0, b = 0, c = 0, d = 0;
        let i = first;
        for (; i + 3 < last; i += 4) {
          a += pixels[i]!;
          b += pixels[i + 1]!;
          c += pixels[i + 2]!;
          d += pixels[i + 3]!;
        }
        for (; i < last; i++) a += pixels[i]!;
        let all = a + b + (c + d);
        let finite = last - first;
        if (all - all !== 0) {
          all = 0;
          finite = 0;
          for (i = first; i < last; i++) {
            const value = pixels[i]!;
            if (value - value !== 0) continue;
            all += value;
            finite++;
          }
        }
        sum += all;
        weight += finite;
        x = whole;
      }
      // The part of the last pixel that is this target's.
      if (x < edge) {
        const value = pixels[from + x - start]!;
        if (value - value === 0) {
          sum += value * (edge - x);
          weight += edge - x;
        }
        x = edge;
      }
      row[target] = sum;
      weights[target] = weight;
    }
    return target;
  }
}
