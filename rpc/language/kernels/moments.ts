/**
 * Mean, variance, skewness and kurtosis.
 *
 * @module
 */

import type { Workspace } from "../values/memory.ts";
import { BLOCK, DoubleOperand } from "../values/operand.ts";
import { finiteIn, sumOf, sumOfFinite } from "../values/rows.ts";
import { streamedSum } from "./stream.ts";
import { elementsOf, type IdlNumeric, IdlType } from "../values/value.ts";

/** The moments of a list of numbers. */
export interface Moments {
  readonly mean: number;
  readonly variance: number;
  readonly skewness: number;
  readonly kurtosis: number;
  /** The mean absolute deviation. */
  readonly mdev: number;
  /** The standard deviation. */
  readonly sdev: number;
}

/** Sums over the residues of numbers that come in runs. */
class Residues {
  readonly mean: number;
  readonly nan: boolean;
  #sum = 0;
  #sizes = 0;
  #squares = 0;
  #cubes = 0;
  #fourths = 0;

  constructor(mean: number, nan: boolean) {
    this.mean = mean;
    this.nan = nan;
  }

  add(data: Float64Array, from: number, n: number): void {
    const { mean, nan } = this;
    let sum = 0, sizes = 0, squares = 0, cubes = 0, fourths = 0;
    for (let i = from; i < from + n; i++) {
      const residue = data[i]! - mean;
      if (nan && residue - residue !== 0) continue;
      const square = residue * residue;
      sum += residue;
      sizes += Math.abs(residue);
      squares += square;
      cubes += square * residue;
      fourths += square * square;
    }
    this.#sum += sum;
    this.#sizes += sizes;
    this.#squares += squares;
    this.#cubes += cubes;
    this.#fourths += fourths;
  }

  /** IDL manual, "MOMENT", with the correction of the variance for the rounding of the mean. */
  moments(count: number): Moments {
    const variance = (this.#squares - this.#sum * this.#sum / count) / (count - 1);
    const sdev = Math.sqrt(variance);
    const flat = variance === 0;
    return {
      mean: this.mean,
      variance,
      skewness: flat ? NaN : this.#cubes / (count * variance * sdev),
      kurtosis: flat ? NaN : this.#fourths / (count * variance * variance) - 3,
      mdev: this.#sizes / count,
      sdev,
    };
  }
}

/** The moments of a run of numbers; with `nan` of those that are finite. */
export function momentsOfRun(
  data: Float64Array,
  start: number,
  length: number,
  nan: boolean,
): Moments {
  const count = nan ? finiteIn(data, start, length) : length;
  const residues = new Residues((nan ? sumOfFinite : sumOf)(data, start, length) / count, nan);
  residues.add(data, start, length);
  return residues.moments(count);
}

/** The moments of all elements of a real value, without a copy of them. */
export function momentsOfAll(value: IdlNumeric, nan: boolean, space: Workspace): Moments {
  const { mean, count } = meanOfAll(value, nan, space);
  const residues = new Residues(mean, nan);
  eachBlock(value, 8, space, (data, from, n) => residues.add(data, from, n));
  return residues.moments(count);
}

/** The mean of all elements of a real value, and how many they are; with `nan` the finite ones. */
export function meanOfAll(
  value: IdlNumeric,
  nan: boolean,
  space: Workspace,
): { readonly mean: number; readonly count: number } {
  let count = elementsOf(value.shape);
  if (!nan) return { mean: streamedSum(value, space) / count, count };
  let sum = 0;
  count = 0;
  eachBlock(value, 4, space, (data, from, n) => {
    sum += sumOfFinite(data, from, n);
    count += finiteIn(data, from, n);
  });
  return { mean: sum / count, count };
}

function eachBlock(
  value: IdlNumeric,
  cost: number,
  space: Workspace,
  visit: (data: Float64Array, from: number, n: number) => void,
): void {
  const count = elementsOf(value.shape);
  const operand = new DoubleOperand(value, IdlType.DOUBLE, count);
  for (let at = 0; at < count; at += BLOCK) {
    const n = Math.min(BLOCK, count - at);
    if (at % (64 * BLOCK) === 0) space.work(cost * Math.min(64 * BLOCK, count - at));
    operand.load(at, n);
    visit(operand.data, operand.at, n);
  }
}
