/**
 * The elements of a value in rows: all of it, or what lies along one dimension.
 *
 * @module
 */

import { convert } from "./convert.ts";
import type { Workspace } from "./memory.ts";
import { axisFirst } from "./rearrange.ts";
import { elementsOf, type IdlNumeric, type IdlNumericType, IdlType, toBigInt } from "./value.ts";

/** Rows of numbers that each become one number. */
export interface Rows {
  /** The elements, row after row. */
  readonly data: Float64Array;
  /** Elements in a row. */
  readonly length: number;
  /** Rows. */
  readonly count: number;
  /** The shape of what has one number for each row. */
  readonly shape: readonly number[];
}

/**
 * The rows along a dimension, as DOUBLE; one row of all elements without one.
 *
 * @param value A real value.
 * @param axis The dimension, counted from 0.
 */
export function rowsOf(value: IdlNumeric, axis: number | undefined, space: Workspace): Rows {
  const own = axis === undefined || value.shape.length === 0;
  const ordered = own ? value : axisFirst(value, axis, space);
  const data = convert(ordered, IdlType.DOUBLE, space).data as Float64Array;
  const total = elementsOf(value.shape);
  if (own) return { data, length: total, count: 1, shape: [] };
  const length = value.shape[axis]!;
  const shape = value.shape.filter((_, other) => other !== axis);
  return { data, length, count: total / length, shape };
}

/** 64-bit integers as their small differences from one of them, which doubles hold exactly. */
export interface NearLongs {
  /** What was taken from each: the one next to zero, or the least where signs differ. */
  readonly base: bigint;
  /** The differences, as LONG64. */
  readonly differences: IdlNumeric;
}

/** The greatest difference that is an exact double. */
const MAX_DIFFERENCE = 2n ** 53n;

/**
 * Takes from 64-bit integers beyond 2^53 what they have in common, so that computing with doubles
 * loses none of them: times in nanoseconds are such integers.
 *
 * @param value A real value.
 * @returns Undefined where doubles hold the integers themselves, or not even their differences.
 */
export function nearLongs(value: IdlNumeric, space: Workspace): NearLongs | undefined {
  const { data, shape } = value;
  if (!(data instanceof BigInt64Array || data instanceof BigUint64Array)) return undefined;
  if (data.length === 0) return undefined;
  space.work(data.length);
  let [least, most] = [data[0]!, data[0]!];
  for (const element of data) {
    if (element < least) least = element;
    if (element > most) most = element;
  }
  if (most <= MAX_DIFFERENCE && least >= -MAX_DIFFERENCE) return undefined;
  if (most - least > MAX_DIFFERENCE) return undefined;
  // What is truncated towards zero is so before and after.
  const base = most <= 0n ? most : least;
  const differences = space.allocate(IdlType.LONG64, shape);
  space.work(2 * data.length);
  for (let i = 0; i < data.length; i++) differences.data[i] = data[i]! - base;
  return { base, differences };
}

/** One number for each row, stored in a type. */
export function reducedRows(
  rows: Rows,
  type: IdlNumericType,
  reduce: (data: Float64Array, start: number, length: number) => number,
  space: Workspace,
): IdlNumeric {
  const out = space.allocate(type, rows.shape);
  for (let row = 0; row < rows.count; row++) {
    if (row % 1024 === 0) space.work(rows.length * Math.min(1024, rows.count - row));
    const number = reduce(rows.data, row * rows.length, rows.length);
    out.data[row] = type === IdlType.LONG64 || type === IdlType.ULONG64 ? toBigInt(number) : number;
  }
  return out;
}

/**
 * The sum of a run. Four sums at once do not wait for each other; over a view of its own the run
 * takes half the time of one that begins in the middle.
 */
export function sumOf(data: Float64Array, start: number, length: number): number {
  const run = data.subarray(start, start + length);
  let a = 0, b = 0, c = 0, d = 0;
  const whole = run.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    a += run[i]!;
    b += run[i + 1]!;
    c += run[i + 2]!;
    d += run[i + 3]!;
  }
  for (let i = whole; i < run.length; i++) a += run[i]!;
  return a + b + (c + d);
}

/** The sum of the finite numbers of a run. */
export function sumOfFinite(data: Float64Array, start: number, length: number): number {
  let sum = 0;
  for (let i = start; i < start + length; i++) {
    const element = data[i]!;
    // Only NaN and the infinities differ from themselves less themselves.
    if (element - element === 0) sum += element;
  }
  return sum;
}

/** How many numbers of a run are finite. */
export function finiteIn(data: Float64Array, start: number, length: number): number {
  let count = 0;
  for (let i = start; i < start + length; i++) {
    if (data[i]! - data[i]! === 0) count++;
  }
  return count;
}
