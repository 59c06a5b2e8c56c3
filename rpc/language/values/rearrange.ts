/**
 * New arrays from the elements of old ones, in another order.
 *
 * @module
 */

import { withoutTrailing } from "./arrays.ts";
import { refuse } from "./error.ts";
import { gather, unitsOf } from "./gather.ts";
import type { Workspace } from "./memory.ts";
import {
  elementBytes,
  elementsOf,
  type IdlNumeric,
  type IdlString,
  IdlType,
  type IdlValue,
  isNumeric,
} from "./value.ts";

/**
 * Elements of a row that lie far apart in the source and are moved together: what lies beside each
 * of them is still in the first cache when the next row asks for it.
 */
const MAX_FAR_ELEMENTS = 64;

/** The elements along one axis of a result: an index of the source, and how far apart indices lie. */
export interface AxisMap {
  /** The index in the source for each index of the result. */
  readonly indices: Uint32Array;
  /** Elements of the source from one index to the next. */
  readonly stride: number;
}

/**
 * An array whose element at (i, j, ...) is the source's at the sum of the axes'
 * indices, each times its stride.
 *
 * @param value The source.
 * @param axes One map for each axis of the result.
 * @param keepTrailing Whether dimensions of 1 at the end stay.
 */
export function rearranged(
  value: IdlValue,
  axes: readonly AxisMap[],
  space: Workspace,
  keepTrailing = false,
): IdlValue {
  if (value.type === IdlType.UNDEFINED) refuse("Cannot move the elements of !NULL, which has none");
  const lengths = axes.map((axis) => axis.indices.length);
  const shape = keepTrailing ? lengths : withoutTrailing(lengths);
  const count = elementsOf(lengths);
  space.reserve(count * elementBytes(value.type));
  space.work(count);
  const [first, ...others] = axes;
  const row = first!.stride === 1 ? first!.indices : first!.indices.map((i) => i * first!.stride);
  if (!isNumeric(value)) return rearrangedTexts(value as IdlString, shape, row, others, space);
  const out = space.allocateUnset(value.type, shape);
  const from = unitsOf(value.type, value.data);
  const to = unitsOf(value.type, out.data);
  const start = runStart(row);
  if (start !== undefined) {
    eachOffset(others, (offset, i) => {
      const begin = from.width * (offset + start);
      const run = from.data.subarray(begin, begin + from.width * row.length);
      (to.data as Float64Array).set(run as Float64Array, to.width * i * row.length);
    });
    return out;
  }
  const width = first!.stride === 1 ? row.length : MAX_FAR_ELEMENTS;
  for (let at = 0; at < row.length; at += width) {
    const part = row.subarray(at, at + width);
    eachOffset(
      others,
      (offset, i) => gather(from, offset, part, part.length, to, i * row.length + at),
    );
  }
  return out;
}

function rearrangedTexts(
  value: IdlString,
  shape: readonly number[],
  row: Uint32Array,
  others: readonly AxisMap[],
  space: Workspace,
): IdlString {
  const texts: string[] = [];
  space.reserve(16 * elementsOf(shape));
  eachOffset(others, (offset) => {
    for (const index of row) texts.push(value.data[offset + index]!);
  });
  return space.strings(shape, texts);
}

/** Where a row begins in the source, if its indices follow each other. */
function runStart(row: Uint32Array): number | undefined {
  for (let i = 1; i < row.length; i++) {
    if (row[i] !== row[0]! + i) return undefined;
  }
  return row[0];
}

function eachOffset(
  axes: readonly AxisMap[],
  visit: (offset: number, row: number) => void,
): void {
  const rows = axes.reduce((product, axis) => product * axis.indices.length, 1);
  const counters = new Array<number>(axes.length).fill(0);
  for (let row = 0; row < rows; row++) {
    let offset = 0;
    for (let axis = 0; axis < axes.length; axis++) {
      offset += axes[axis]!.indices[counters[axis]!]! * axes[axis]!.stride;
    }
    visit(offset, row);
    for (let axis = 0; axis < axes.length; axis++) {
      if (++counters[axis]! < axes[axis]!.indices.length) break;
      counters[axis] = 0;
    }
  }
}

/** The indices 0, 1, 2 ... of an axis, changed by a rule. */
export function axisIndices(
  length: number,
  rule: (i: number) => number,
  space: Workspace,
): Uint32Array {
  space.work(length);
  const indices = space.allocate(13, [length]).data as Uint32Array;
  for (let i = 0; i < length; i++) indices[i] = rule(i);
  return indices;
}

/** The strides of a shape: elements from one index to the next along each axis. */
export function stridesOf(shape: readonly number[]): number[] {
  let stride = 1;
  return shape.map((length) => {
    const own = stride;
    stride *= length;
    return own;
  });
}

/**
 * The elements with one axis first, so that what is reduced along it lies
 * together. The result has two axes: that one, and all others in their order.
 */
export function axisFirst(value: IdlNumeric, axis: number, space: Workspace): IdlNumeric {
  const strides = stridesOf(value.shape);
  if (axis === 0) return value;
  const order = [axis, ...value.shape.keys().filter((other) => other !== axis)];
  const axes = order.map((own) => ({
    indices: axisIndices(value.shape[own]!, (i) => i, space),
    stride: strides[own]!,
  }));
  return rearranged(value, axes, space, true) as IdlNumeric;
}
