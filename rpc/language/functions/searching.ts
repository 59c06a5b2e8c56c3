/**
 * WHERE, FINITE, SORT, UNIQ, BYTSCL.
 *
 * @module
 */

import { realNumber } from "../values/convert.ts";
import { define, type NamedRoutine } from "../routines/define.ts";
import { refuse } from "../values/error.ts";
import type { Workspace } from "../values/memory.ts";
import { BLOCK, DoubleOperand } from "../values/operand.ts";
import { describeValue } from "../values/promotion.ts";
import type { CallContext, LanguageKeywords } from "../routines/routine.ts";
import { streamedBytes, streamedRange } from "../kernels/stream.ts";
import { type Plan, planBinary } from "../kernels/plan.ts";
import { eachPlace, truePlaces, type Truths, truthsOf, truthsOfPlan } from "../kernels/truths.ts";
import {
  elementsOf,
  type IdlNumeric,
  IdlType,
  type IdlValue,
  isComplex,
  isInteger,
  isLong64,
  isNumeric,
  partsOf,
  scalar,
  UNDEFINED,
} from "../values/value.ts";
import { isSet, numberOf, numeric, real } from "../routines/arguments.ts";

/** Which elements are not zero. */
function truths(value: IdlValue, context: Workspace): Truths {
  const count = elementsOf(value.shape);
  if (value.type === IdlType.BYTE) return truthsOf(value.data as Uint8Array, context);
  const compared = isNumeric(value) && !isComplex(value.type) && !isLong64(value.type)
    ? planBinary("NE", value, scalar(value.type, 0))
    : undefined;
  if (compared !== undefined) return truthsOfPlan(compared, context);
  const flags = context.allocate(IdlType.BYTE, [count]).data as Uint8Array;
  context.work(2 * count);
  if (!isNumeric(value)) {
    for (let i = 0; i < count; i++) flags[i] = value.data[i] === "" ? 0 : 1;
  } else if (isComplex(value.type)) {
    for (let i = 0; i < count; i++) flags[i] = value.data[2 * i] || value.data[2 * i + 1] ? 1 : 0;
  } else if (isLong64(value.type)) {
    for (let i = 0; i < count; i++) flags[i] = value.data[i] === 0n ? 0 : 1;
  } else {
    for (let i = 0; i < count; i++) flags[i] = value.data[i] === 0 ? 0 : 1;
  }
  return truthsOf(flags, context);
}

/** The numbers of the elements that are not zero, or of those that are. */
function places(
  found: Truths,
  complement: boolean,
  type: 3 | 14,
  context: Workspace,
): IdlNumeric {
  const count = complement ? found.length - found.count : found.count;
  if (count === 0) return scalar(type, -1);
  const out = context.allocateUnset(type, [count]);
  const list = out.data;
  if (list instanceof Int32Array) truePlaces(found, complement, list);
  else {
    let at = 0;
    eachPlace(found, complement, (place) => list[at++] = BigInt(place));
  }
  return out;
}

/** WHERE of a comparison that has not been run yet, alone. */
export function whereHolds(plan: Plan, space: Workspace): IdlNumeric {
  const found = truthsOfPlan(plan, space);
  space.work(2 * found.length);
  return places(found, false, IdlType.LONG, space);
}

function where(
  [x]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const found = truths(x!, context);
  context.work(2 * found.length);
  const rest = found.length - found.count;
  const type = isSet(keywords, "l64") ? IdlType.LONG64 : IdlType.LONG;
  const listed = (complement: boolean): IdlValue =>
    (complement ? rest : found.count) === 0 && isSet(keywords, "null")
      ? UNDEFINED
      : places(found, complement, type, context);
  const result = listed(false);
  if (context.wants("complement")) context.output("complement", listed(true));
  if (context.wants("ncomplement")) context.output("ncomplement", scalar(IdlType.LONG, rest));
  if (context.wants(1)) context.output(1, scalar(IdlType.LONG, found.count));
  return result;
}

/** IDL manual, "FINITE": 1 for finite numbers; with NAN or INFINITY for these. */
function finite(
  [x]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const value = numeric(x!, context);
  const out = context.allocate(IdlType.BYTE, value.shape);
  const sign = Math.sign(numberOf(keywords, "sign") ?? 0);
  const test = isSet(keywords, "nan")
    ? (element: number) => Number.isNaN(element)
    : isSet(keywords, "infinity")
    ? (element: number) =>
      Math.abs(element) === Infinity && (sign === 0 || Math.sign(element) === sign)
    : Number.isFinite;
  const parts = isComplex(value.type) ? 2 : 1;
  // Of a complex number both parts must be finite, or one of them NaN or infinite.
  const any = isSet(keywords, "nan") || isSet(keywords, "infinity");
  context.work(4 * value.data.length);
  for (let i = 0; i < out.data.length; i++) {
    let found = test(Number(value.data[parts * i]));
    if (parts === 2) {
      const other = test(Number(value.data[2 * i + 1]));
      found = any ? found || other : found && other;
    }
    out.data[i] = found ? 1 : 0;
  }
  return out;
}

/** Elements between two looks at the clock. */
const LOOK = 65_536;

/** The element numbers in ascending order; equal elements keep their order. */
function sort([x]: readonly IdlValue[], context: CallContext): IdlValue {
  const count = elementsOf(x!.shape);
  const out = context.allocate(IdlType.LONG, [count]);
  context.work(40 * count * Math.ceil(Math.log2(count + 1)));
  const list = out.data as Int32Array;
  for (let i = 0; i < count; i++) list[i] = i;
  if (!isNumeric(x!)) {
    const { data } = x!;
    sortBy(list, (a, b) => data[a]! < data[b]! ? -1 : data[a]! > data[b]! ? 1 : a - b, context);
    return out;
  }
  const value = real(x!, context);
  if (isLong64(value.type)) {
    const data = value.data as BigInt64Array;
    sortBy(list, (a, b) => data[a]! < data[b]! ? -1 : data[a]! > data[b]! ? 1 : a - b, context);
    return out;
  }
  const data = value.data as Float64Array;
  sortBy(list, (a, b) => ordered(data[a]!, data[b]!) || a - b, context);
  return out;
}

/** Elements that are sorted without a look at the clock. */
const RUN = 16_384;

/** Sorts runs, and merges them two by two. */
function sortBy(
  list: Int32Array,
  compare: (a: number, b: number) => number,
  context: CallContext,
): void {
  const count = list.length;
  for (let from = 0; from < count; from += RUN) {
    context.work(0);
    list.subarray(from, from + RUN).sort(compare);
  }
  if (count <= RUN) return;
  const spare = context.allocateUnset(IdlType.LONG, [count]).data as Int32Array;
  let [from, to] = [list, spare];
  for (let width = RUN; width < count; width *= 2) {
    for (let start = 0; start < count; start += 2 * width) {
      const middle = Math.min(count, start + width);
      const end = Math.min(count, start + 2 * width);
      for (let a = start, b = middle, at = start; at < end; at++) {
        if (at % LOOK === 0) context.work(0);
        const isFirst = a < middle && (b >= end || compare(from[a]!, from[b]!) <= 0);
        to[at] = from[isFirst ? a++ : b++]!;
      }
    }
    [from, to] = [to, from];
  }
  if (from !== list) list.set(from);
}

/** NaN comes last. */
function ordered(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return a === b ? 0 : Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

/** The numbers of the last of each run of equal elements, of x or of x[order]. */
function uniq([x, order]: readonly IdlValue[], context: CallContext): IdlValue {
  const count = elementsOf(x!.shape);
  context.work(4 * count);
  const at = (i: number): number => order === undefined ? i : Number(order.data[i]);
  if (order !== undefined && (!isNumeric(order) || elementsOf(order.shape) !== count)) {
    refuse(`Cannot use ${describeValue(order)} as the order of ${describeValue(x!)}`);
  }
  context.reserve(8 * count);
  const last: number[] = [];
  const parts = partsOf(x!.type);
  const differ = (i: number, j: number): boolean => {
    for (let part = 0; part < parts; part++) {
      if (x!.data[parts * i + part] !== x!.data[parts * j + part]) return true;
    }
    return false;
  };
  for (let i = 0; i < count; i++) {
    if (i % LOOK === 0) context.work(0);
    // IDL's own routine compares the last element with the first.
    if (differ(at(i), at((i + 1) % count))) last.push(at(i));
  }
  // IDL gives a scalar where all are equal.
  if (last.length < 2) return scalar(IdlType.LONG, count - 1);
  const out = context.allocate(IdlType.LONG, [last.length]);
  (out.data as Int32Array).set(last);
  return out;
}

/**
 * IDL manual, "BYTSCL": from MIN ... MAX to 0 ... TOP. Integers are scaled by
 * ((TOP + 1) (x - MIN) - 1) / (MAX - MIN), others by (TOP + 0.9999) (x - MIN) / (MAX - MIN).
 */
export function byteScaled(
  value: IdlNumeric,
  limits: { readonly min?: number | undefined; readonly max?: number | undefined },
  top: number,
  context: CallContext,
): IdlNumeric {
  const count = elementsOf(value.shape);
  const range = limits.min === undefined || limits.max === undefined
    ? finiteRange(value, context)
    : [0, 0];
  const least = limits.min ?? range[0]!;
  const greatest = limits.max ?? range[1]!;
  const out = context.allocateUnset(IdlType.BYTE, value.shape);
  const whole = isInteger(value.type);
  if (!whole && streamedBytes(value, out, least, greatest, top, context)) return out;
  const operand = new DoubleOperand(value, IdlType.DOUBLE, count);
  const data = out.data as Uint8Array;
  const span = greatest - least;
  for (let at = 0; at < count; at += BLOCK) {
    const n = Math.min(BLOCK, count - at);
    context.work(4 * n);
    operand.load(at, n);
    for (let i = 0; i < n; i++) {
      const element = operand.data[operand.at + i]!;
      if (!(element > least)) data[at + i] = 0;
      else if (element >= greatest) data[at + i] = top;
      else {
        data[at + i] = whole
          ? Math.trunc(((top + 1) * (element - least) - 1) / span)
          : (top + 0.9999) * (element - least) / span;
      }
    }
  }
  return out;
}

/** The least and the greatest finite element; 0 and 0 where there is none. */
function finiteRange(value: IdlNumeric, context: CallContext): readonly [number, number] {
  if (!isLong64(value.type)) {
    const [least, greatest] = streamedRange(value, context);
    if (Number.isFinite(least) && Number.isFinite(greatest)) return [least, greatest];
  }
  const count = elementsOf(value.shape);
  const operand = new DoubleOperand(value, IdlType.DOUBLE, count);
  let least = Infinity, greatest = -Infinity;
  for (let at = 0; at < count; at += BLOCK) {
    const n = Math.min(BLOCK, count - at);
    context.work(n);
    operand.load(at, n);
    for (let i = operand.at; i < operand.at + n; i++) {
      const element = operand.data[i]!;
      if (element < least && element !== -Infinity) least = element;
      if (element > greatest && element !== Infinity) greatest = element;
    }
  }
  return least > greatest ? [0, 0] : [least, greatest];
}

function bytscl(
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const [x, least, greatest, top] = args;
  const given = (value: IdlValue | undefined, name: string): number | undefined =>
    value === undefined ? numberOf(keywords, name) : realNumber(value);
  const limits = { min: given(least, "min"), max: given(greatest, "max") };
  const highest = Math.trunc(given(top, "top") ?? 255);
  if (!(highest >= 0 && highest <= 255)) refuse(`Cannot scale to bytes up to ${highest}`);
  return byteScaled(real(x!, context), limits, highest, context);
}

/** The routines of this family. */
export const SEARCHING: readonly NamedRoutine[] = [
  define("where(x, [>count], COMPLEMENT=>, NCOMPLEMENT=>, /NULL, /L64)", {
    summary: "The numbers of the elements that are not zero; -1 where there are none",
    cost: 6,
    run: where,
  }),
  define("finite(x, /NAN, /INFINITY, SIGN=)", {
    summary: "1 for each finite element, or with a keyword for each NaN or infinity",
    cost: 6,
    run: finite,
  }),
  define("sort(x)", {
    summary: "The element numbers in ascending order of the elements",
    cost: 400,
    run: (args, _keywords, context) => sort(args, context),
  }),
  define("uniq(x, [order])", {
    summary: "The numbers of the last of each run of equal elements",
    cost: 10,
    run: (args, _keywords, context) => uniq(args, context),
  }),
  define("bytscl(x, [min], [max], [top], MIN=, MAX=, TOP=, /NAN)", {
    summary: "The elements scaled from MIN ... MAX to BYTE 0 ... TOP",
    cost: 6,
    run: bytscl,
  }),
];
