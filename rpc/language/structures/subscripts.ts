/**
 * Reading and writing parts of arrays by subscripts.
 *
 * @module
 */

import { withoutTrailing } from "../values/arrays.ts";
import { convert, convertToString, wholeNumber } from "../values/convert.ts";
import { outOfRange, refuse } from "../values/error.ts";
import { gather, scatter, unitsOf } from "../values/gather.ts";
import { storageOf, type Workspace } from "../values/memory.ts";
import { describeValue } from "../values/promotion.ts";
import {
  elementsOf,
  type IdlNumeric,
  type IdlString,
  IdlType,
  type IdlValue,
  isNumeric,
  partsOf,
} from "../values/value.ts";

/** Elements of a subscript array between two looks at the clock. */
const RUN = 2 ** 18;

/** One subscript, evaluated. */
export type Selector =
  | { readonly kind: "all" }
  | { readonly kind: "value"; readonly value: IdlValue }
  | {
    readonly kind: "range";
    readonly from: number;
    /** Negative numbers count from the end; -1 is the last element. */
    readonly to: number;
    readonly step: number;
  };

/** What a subscript selects along its dimension. */
interface Axis {
  readonly length: number;
  /** The first index. */
  readonly start: number;
  /** The indices, where they are not `start, start + 1 ...`. */
  readonly list: Uint32Array | undefined;
  /** Whether the subscript is one number. */
  readonly scalar: boolean;
}

/** What subscripts select. */
interface Selection {
  readonly shape: readonly number[];
  readonly axes: readonly Axis[];
  /** The elements from one index to the next, along each axis. */
  readonly strides: readonly number[];
  /** Whether every subscript is one number. */
  readonly single: boolean;
}

/**
 * The part of a value that subscripts name.
 *
 * @throws Refusal (`range`) for a subscript outside the value.
 */
export function select(
  base: IdlValue,
  selectors: readonly Selector[],
  space: Workspace,
): IdlValue {
  if (base.type === IdlType.UNDEFINED) return refuse("Cannot take a part of !NULL");
  const selection = resolve(base, selectors, space);
  const count = elementsOf(selection.shape);
  space.work(count);
  if (!isNumeric(base)) {
    const texts: string[] = [];
    space.reserve(16 * count);
    eachRow(selection, (offset, axis) => {
      for (let i = 0; i < axis.length; i++) texts.push(base.data[offset + indexAt(axis, i)]!);
    });
    return space.strings(selection.shape, texts);
  }
  const out = space.allocate(base.type, selection.shape);
  const from = unitsOf(base.type, base.data);
  const to = unitsOf(base.type, out.data);
  const target = to.data as Float64Array;
  const { width } = from;
  let at = 0;
  eachRow(selection, (offset, axis) => {
    if (axis.list !== undefined) gather(from, offset, axis.list, axis.length, to, at);
    else {
      const first = width * (offset + axis.start);
      const row = from.data.subarray(first, first + width * axis.length);
      target.set(row as Float64Array, width * at);
    }
    at += axis.length;
  });
  return out;
}

/**
 * Writes a value into the part of a variable that subscripts name.
 *
 * @param target The variable's value, which is changed in place if it is numeric.
 * @param value One element, which fills the part, or as many as the part has; an
 * array at subscripts that are all single numbers is inserted from there on.
 * @returns The changed value.
 * @throws Refusal for what does not fit.
 */
export function store(
  target: IdlValue,
  selectors: readonly Selector[],
  value: IdlValue,
  space: Workspace,
): IdlValue {
  if (target.type === IdlType.UNDEFINED || value.type === IdlType.UNDEFINED) {
    return refuse("Cannot store into or from !NULL");
  }
  let selection = resolve(target, selectors, space);
  if (selection.single && value.shape.length > 0) selection = insertion(target, selection, value);
  const count = elementsOf(selection.shape);
  const given = elementsOf(value.shape);
  if (given !== 1 && given !== count) {
    refuse(`Cannot store ${describeValue(value)} in ${count} elements: the numbers differ`);
  }
  space.work(count);
  if (!isNumeric(target)) return storeTexts(target, selection, convertToString(value, space));
  storeNumbers(target, selection, ownCopy(convert(value, target.type, space), target, space));
  return target;
}

/** A value that shares no storage with the target. */
function ownCopy(value: IdlNumeric, target: IdlNumeric, space: Workspace): IdlNumeric {
  if (storageOf(value) !== storageOf(target)) return value;
  const copy = space.allocate(value.type, value.shape);
  (copy.data as Float64Array).set(value.data as Float64Array);
  return copy;
}

function storeTexts(target: IdlString, selection: Selection, value: IdlString): IdlString {
  const texts = target.data.slice();
  const one = value.data.length === 1;
  let at = 0;
  eachRow(selection, (offset, axis) => {
    for (let i = 0; i < axis.length; i++, at++) {
      texts[offset + indexAt(axis, i)] = value.data[one ? 0 : at]!;
    }
  });
  return { type: IdlType.STRING, shape: target.shape, data: texts };
}

function storeNumbers(target: IdlNumeric, selection: Selection, value: IdlNumeric): void {
  const width = partsOf(target.type);
  const to = unitsOf(target.type, target.data);
  const longest = Math.max(1, selection.axes[0]?.length ?? 1);
  const one = elementsOf(value.shape) === 1;
  const source = one ? repeated(value, longest) : value;
  const from = unitsOf(target.type, source.data);
  let at = 0;
  eachRow(selection, (offset, axis) => {
    if (axis.list !== undefined) {
      scatter(from, one ? 0 : at, to, offset, axis.list, axis.length);
    } else {
      const start = one ? 0 : width * at;
      const row = from.data.subarray(start, start + width * axis.length);
      (to.data as Float64Array).set(row as Float64Array, width * (offset + axis.start));
    }
    at += axis.length;
  });
}

function repeated(value: IdlNumeric, count: number): IdlNumeric {
  if (count === 1) return value;
  const width = partsOf(value.type);
  const make = value.data.constructor as new (length: number) => Float64Array<ArrayBuffer>;
  const data = new make(width * count);
  if (width === 1) data.fill(value.data[0] as number);
  else {
    for (let i = 0; i < data.length; i++) data[i] = value.data[i % 2] as number;
  }
  return { type: value.type, shape: [count], data };
}

/** IDL manual, "Array insertion": an array stored at one element covers those that follow it. */
function insertion(target: IdlValue, selection: Selection, value: IdlValue): Selection {
  const linear = selection.axes.length === 1 && target.shape.length > 1;
  const room = linear ? [elementsOf(target.shape)] : target.shape;
  const own = linear ? [elementsOf(value.shape)] : value.shape;
  const axes: Axis[] = [];
  const strides: number[] = [];
  let stride = 1;
  for (let axis = 0; axis < Math.max(room.length, own.length, selection.axes.length); axis++) {
    const length = own[axis] ?? 1;
    const start = selection.axes[axis]?.start ?? 0;
    if (start + length > (room[axis] ?? 1)) {
      outOfRange(
        `Cannot store ${describeValue(value)} from element ${start} of dimension ${axis + 1} on: ` +
          `${describeValue(target)} ends before`,
      );
    }
    axes.push({ length, start, list: undefined, scalar: false });
    strides.push(stride);
    stride *= room[axis] ?? 1;
  }
  return { shape: own, axes, strides, single: false };
}

function indexAt(axis: Axis, i: number): number {
  return axis.list === undefined ? axis.start + i : axis.list[i]!;
}

/** Visits the rows along the first axis, with the offset that the other axes add. */
function eachRow(selection: Selection, visit: (offset: number, first: Axis) => void): void {
  const { axes, strides } = selection;
  const first = axes[0]!;
  const counters = new Array(axes.length).fill(0);
  const rows = axes.slice(1).reduce((product, axis) => product * axis.length, 1);
  for (let row = 0; row < rows; row++) {
    let offset = 0;
    for (let axis = 1; axis < axes.length; axis++) {
      offset += strides[axis]! * indexAt(axes[axis]!, counters[axis]);
    }
    visit(offset, first);
    for (let axis = 1; axis < axes.length; axis++) {
      if (++counters[axis] < axes[axis]!.length) break;
      counters[axis] = 0;
    }
  }
}

function resolve(base: IdlValue, selectors: readonly Selector[], space: Workspace): Selection {
  if (selectors.length === 0) refuse("Cannot select without a subscript");
  if (selectors.length > 8) refuse(`Cannot select with ${selectors.length} subscripts: at most 8`);
  const shape = selectors.length === 1 ? [elementsOf(base.shape)] : base.shape;
  const arrays = selectors.filter(isArraySelector);
  if (arrays.length === selectors.length && selectors.length > 1) {
    return pointSelection(shape, selectors, arrays, space);
  }
  const axes: Axis[] = [];
  const strides: number[] = [];
  let stride = 1;
  for (const [axis, selector] of selectors.entries()) {
    const length = shape[axis] ?? 1;
    axes.push(axisOf(selector, length, axis, space));
    strides.push(stride);
    stride *= length;
  }
  const single = axes.every((axis) => axis.scalar);
  const only = selectors.length === 1 ? selectors[0]! : undefined;
  if (only !== undefined && isArraySelector(only)) {
    return { shape: only.value.shape, axes, strides, single };
  }
  const lengths = withoutTrailing(axes.map((axis) => axis.length));
  return { shape: single ? [] : lengths, axes, strides, single };
}

type ValueSelector = Selector & { readonly kind: "value" };

function isArraySelector(selector: Selector): selector is ValueSelector {
  return selector.kind === "value" && selector.value.shape.length > 0;
}

/** IDL manual, "Subscript arrays": arrays in every place name points, one for each element. */
function pointSelection(
  shape: readonly number[],
  selectors: readonly Selector[],
  arrays: readonly ValueSelector[],
  space: Workspace,
): Selection {
  const first = arrays[0]!.value;
  const count = elementsOf(first.shape);
  if (arrays.some(({ value }) => elementsOf(value.shape) !== count)) {
    refuse("Cannot select with subscript arrays of different lengths");
  }
  const list = indexList(count, space);
  let stride = 1;
  for (const [axis, selector] of selectors.entries()) {
    const length = shape[axis] ?? 1;
    const own = axisOf(selector, length, axis, space);
    for (let i = 0; i < count; i++) list[i]! += stride * indexAt(own, own.length === 1 ? 0 : i);
    stride *= length;
  }
  const all: Axis = { length: count, start: 0, list, scalar: false };
  return { shape: first.shape, axes: [all], strides: [1], single: false };
}

function indexList(count: number, space: Workspace): Uint32Array {
  space.work(count);
  return space.allocate(IdlType.ULONG, [count]).data as Uint32Array;
}

function axisOf(selector: Selector, length: number, axis: number, space: Workspace): Axis {
  if (selector.kind === "all") return { length, start: 0, list: undefined, scalar: false };
  if (selector.kind === "range") return rangeAxis(selector, length, axis, space);
  const { value } = selector;
  if (value.type === IdlType.UNDEFINED) return refuse("Cannot use !NULL as a subscript");
  if (value.shape.length === 0) {
    const index = wholeNumber(value);
    return { length: 1, start: checkedIndex(index, length, axis), list: undefined, scalar: true };
  }
  const numbers = isNumeric(value) ? value : convert(value, IdlType.LONG, space);
  return {
    length: elementsOf(value.shape),
    start: 0,
    list: clippedIndices(numbers, length, space),
    scalar: false,
  };
}

/** IDL 8: a negative subscript counts from the end. */
function checkedIndex(index: number, length: number, axis: number): number {
  const own = index < 0 ? index + length : index;
  if (own < 0 || own >= length) {
    outOfRange(
      `The subscript ${index} of dimension ${axis + 1} is out of range: expected ${-length} to ` +
        `${length - 1}`,
    );
  }
  return own;
}

/** IDL manual, "Subscript arrays": elements out of range mean the nearest element. */
function clippedIndices(value: IdlNumeric, length: number, space: Workspace): Uint32Array {
  const count = elementsOf(value.shape);
  const list = indexList(count, space);
  const parts = partsOf(value.type);
  const last = length - 1;
  // In runs, so that the clock is looked at between them.
  for (let from = 0; from < count; from += RUN) {
    space.work(0);
    const to = Math.min(count, from + RUN);
    for (let i = from; i < to; i++) {
      const index = Math.trunc(Number(value.data[parts * i]!));
      list[i] = index > 0 ? Math.min(index, last) : 0;
    }
  }
  return list;
}

function rangeAxis(
  range: Selector & { readonly kind: "range" },
  length: number,
  axis: number,
  space: Workspace,
): Axis {
  const start = checkedIndex(range.from, length, axis);
  const end = checkedIndex(range.to, length, axis);
  const { step } = range;
  if (step < 1) refuse(`Cannot select in steps of ${step}: expected at least 1`);
  if (end < start) {
    outOfRange(
      `The range ${range.from}:${range.to} of dimension ${axis + 1} ends before it begins`,
    );
  }
  const selected = Math.floor((end - start) / step) + 1;
  if (step === 1) return { length: selected, start, list: undefined, scalar: false };
  const list = indexList(selected, space);
  for (let i = 0; i < selected; i++) list[i] = start + i * step;
  return { length: selected, start, list, scalar: false };
}
