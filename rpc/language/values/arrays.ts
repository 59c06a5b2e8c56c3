/**
 * Joining values into arrays.
 *
 * @module
 */

import { convert, convertToString } from "./convert.ts";
import { refuse } from "./error.ts";
import { MAX_DIMENSIONS, type Workspace } from "./memory.ts";
import { describeValue, promote } from "./promotion.ts";
import {
  elementsOf,
  type IdlNumeric,
  type IdlString,
  IdlType,
  type IdlValue,
  partsOf,
  UNDEFINED,
} from "./value.ts";

/**
 * IDL manual, "Array concatenation": `[a, b]` joins along the first dimension,
 * `[[a], [b]]` along the second.
 *
 * @param elements What is joined; `!NULL` counts for nothing.
 * @param dimension The dimension along which, counted from 1.
 * @throws Refusal where the other dimensions differ.
 */
export function concatenate(
  elements: readonly IdlValue[],
  dimension: number,
  space: Workspace,
): IdlValue {
  const values = elements.filter((element) => element.type !== IdlType.UNDEFINED);
  if (values.length === 0) return UNDEFINED;
  if (dimension > MAX_DIMENSIONS) refuse("Cannot join along a dimension beyond the eighth");
  const type = joinedType(values);
  const joined = joinedShape(values, dimension);
  const shape = withoutTrailing(joined);
  if (type === IdlType.STRING) {
    const texts = values.map((value) => convertToString(value, space));
    space.reserve(16 * elementsOf(shape));
    space.work(elementsOf(shape));
    const out: string[] = new Array(elementsOf(shape));
    eachRun(texts, joined, dimension, (from, start, length, at) => {
      for (let i = 0; i < length; i++) out[at + i] = (from as IdlString).data[start + i]!;
    });
    return space.strings(shape, out);
  }
  const numbers = values.map((value) => convert(value, type as IdlNumeric["type"], space));
  const out = space.allocate(type as IdlNumeric["type"], shape);
  space.work(elementsOf(shape));
  const parts = partsOf(type);
  const target = out.data as Float64Array;
  eachRun(numbers, joined, dimension, (from, start, length, at) => {
    const run = (from as IdlNumeric).data.subarray(parts * start, parts * (start + length));
    target.set(run as Float64Array, parts * at);
  });
  return out;
}

/** Where a STRING is joined the array is of STRINGs; of equal rank the last type wins. */
function joinedType(values: readonly IdlValue[]): IdlType {
  const types = values.map((value) => value.type);
  if (types.includes(IdlType.STRING)) return IdlType.STRING;
  return types.reduce((found, type) => promote(type, found));
}

function joinedShape(values: readonly IdlValue[], dimension: number): number[] {
  const rank = Math.max(dimension, ...values.map((value) => value.shape.length));
  const shape = padded(values[0]!.shape, rank);
  let along = 0;
  for (const value of values) {
    const own = padded(value.shape, rank);
    along += own[dimension - 1]!;
    if (own.some((length, axis) => axis !== dimension - 1 && length !== shape[axis])) {
      refuse(
        `Cannot join ${describeValue(values[0]!)} and ${describeValue(value)} along dimension ` +
          `${dimension}: their other dimensions differ`,
      );
    }
  }
  shape[dimension - 1] = along;
  return shape;
}

function padded(shape: readonly number[], rank: number): number[] {
  return [...shape, ...new Array(rank - shape.length).fill(1)];
}

/** Visits the runs of elements that stay together, in the order of the result. */
function eachRun(
  values: readonly IdlValue[],
  shape: readonly number[],
  dimension: number,
  visit: (from: IdlValue, start: number, length: number, at: number) => void,
): void {
  const outer = elementsOf(shape.slice(dimension));
  const lengths = values.map((value) => elementsOf(value.shape) / outer);
  let at = 0;
  for (let i = 0; i < outer; i++) {
    for (const [k, value] of values.entries()) {
      visit(value, i * lengths[k]!, lengths[k]!, at);
      at += lengths[k]!;
    }
  }
}

/** A shape without the dimensions of 1 at its end; at least one stays. */
export function withoutTrailing(shape: readonly number[]): number[] {
  let rank = shape.length;
  while (rank > 1 && shape[rank - 1] === 1) rank--;
  return shape.slice(0, rank);
}
