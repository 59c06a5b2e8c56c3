/**
 * MAX and MIN.
 *
 * @module
 */

import { convert } from "../values/convert.ts";
import { BLOCK, DoubleOperand } from "../values/operand.ts";
import { axisIndices, rearranged, stridesOf } from "../values/rearrange.ts";
import { streamedExtreme, streamedRange } from "../kernels/stream.ts";
import type { CallContext, LanguageKeywords } from "../routines/routine.ts";
import {
  elementsOf,
  type IdlNumeric,
  IdlType,
  type IdlValue,
  isComplex,
  isLong64,
  scalar,
} from "../values/value.ts";
import { dimensionIn, isSet, numeric } from "../routines/arguments.ts";
import { modulusOf } from "./modulus.ts";

/** What MAX and MIN take; OTHER stands for the other one's name. */
export const EXTREME_SIGNATURE =
  "(x, [>subscript], DIMENSION=, OTHER=>, SUBSCRIPT_OTHER=>, /NAN, /ABSOLUTE)";

/** Where the least and the greatest elements are: -1 where none is a number. */
interface Places {
  readonly least: number;
  readonly greatest: number;
}

/**
 * MAX or MIN: the element, its place in the second argument, and the other
 * extreme with its place by keyword. NaN is never an extreme unless there is
 * nothing else.
 */
export function extreme(
  which: "max" | "min",
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const value = numeric(args[0]!, context);
  const axis = dimensionIn(keywords["dimension"], value);
  const alone = axis === undefined && !isSet(keywords, "absolute")
    ? extremeAlone(which, value, context)
    : undefined;
  if (alone !== undefined) return alone;
  const nan = isSet(keywords, "nan");
  const compared = comparedBy(value, isSet(keywords, "absolute"), context);
  const other = which === "max" ? "min" : "max";
  if (axis === undefined || value.shape.length < 2) {
    const places = placesIn(compared, nan, context);
    report(value, places, which, other, context);
    return elementAt(value, which === "max" ? places.greatest : places.least);
  }
  return alongDimension(value, compared, axis, which, nan, context);
}

/** The element, where nothing else is asked for, and where it says all about itself. */
function extremeAlone(
  which: "max" | "min",
  value: IdlNumeric,
  context: CallContext,
): IdlNumeric | undefined {
  if (isComplex(value.type) || isLong64(value.type)) return undefined;
  const other = which === "max" ? "min" : "max";
  if ([1, other, `subscript_${other}`].some((place) => context.wants(place))) return undefined;
  const found = streamedExtreme(which, value, context);
  // Of 0 and -0 the first is taken; infinities are extremes or not, as NAN says.
  return Number.isFinite(found) && found !== 0 ? scalar(value.type, found) : undefined;
}

/** IDL manual, "MAX": complex numbers are compared by their real parts, or moduli. */
function comparedBy(value: IdlNumeric, absolute: boolean, context: CallContext): IdlNumeric {
  if (!isComplex(value.type)) return absolute ? magnitudes(value, context) : value;
  if (absolute) return modulusOf(value, context);
  return convert(value, value.type === IdlType.COMPLEX ? IdlType.FLOAT : IdlType.DOUBLE, context);
}

function report(
  value: IdlNumeric,
  places: Places,
  which: "max" | "min",
  other: "max" | "min",
  context: CallContext,
): void {
  const [own, opposite] = which === "max"
    ? [places.greatest, places.least]
    : [places.least, places.greatest];
  if (context.wants(1)) context.output(1, scalar(IdlType.LONG, own));
  if (context.wants(other)) context.output(other, elementAt(value, opposite));
  if (context.wants(`subscript_${other}`)) {
    context.output(`subscript_${other}`, scalar(IdlType.LONG, opposite));
  }
}

function elementAt(value: IdlNumeric, index: number): IdlNumeric {
  if (isComplex(value.type)) {
    return scalar(value.type, value.data[2 * index]!, Number(value.data[2 * index + 1]));
  }
  return scalar(value.type, value.data[index]!);
}

function magnitudes(value: IdlNumeric, context: CallContext): IdlNumeric {
  const out = context.allocate(isLong64(value.type) ? value.type : IdlType.DOUBLE, value.shape);
  context.work(out.data.length);
  for (let i = 0; i < out.data.length; i++) {
    const element = value.data[i]!;
    out.data[i] = element < 0 ? -element : element;
  }
  return out;
}

function placesIn(value: IdlNumeric, nan: boolean, context: CallContext): Places {
  const count = elementsOf(value.shape);
  if (isLong64(value.type)) {
    context.work(20 * count);
    return longPlaces(value.data as BigInt64Array, 0, count);
  }
  const [least, greatest] = streamedRange(value, context);
  if (Number.isFinite(least) && Number.isFinite(greatest)) {
    const data = value.data as Float64Array;
    return { least: data.indexOf(least), greatest: data.indexOf(greatest) };
  }
  // Infinities are extremes or not, as NAN says; and all may be NaN.
  const operand = new DoubleOperand(value, IdlType.DOUBLE, count);
  const found = new Extremes(nan);
  for (let at = 0; at < count; at += BLOCK) {
    const n = Math.min(BLOCK, count - at);
    context.work(n);
    operand.load(at, n);
    found.add(operand.data, operand.at, n, at);
  }
  return found.places();
}

/** The extremes of numbers that come in blocks. */
class Extremes {
  readonly nan: boolean;
  #least = Infinity;
  #greatest = -Infinity;
  #leastAt = -1;
  #greatestAt = -1;
  /** The first number, which is the extreme of equal infinities; and the first NaN. */
  #first = -1;
  #firstNumber = NaN;

  /** @param nan Whether the infinities count as missing, as NaN does. */
  constructor(nan: boolean) {
    this.nan = nan;
  }

  add(data: Float64Array, from: number, n: number, at: number): void {
    let least = this.#least, greatest = this.#greatest;
    let leastAt = this.#leastAt, greatestAt = this.#greatestAt;
    for (let i = 0; i < n; i++) {
      const element = data[from + i]!;
      if (element < least) {
        if (this.nan && element === -Infinity) continue;
        least = element;
        leastAt = at + i;
      }
      if (element > greatest) {
        if (this.nan && element === Infinity) continue;
        greatest = element;
        greatestAt = at + i;
      }
    }
    if (this.#first < 0 && (leastAt < 0 || greatestAt < 0)) this.#findFirst(data, from, n, at);
    this.#least = least;
    this.#greatest = greatest;
    this.#leastAt = leastAt;
    this.#greatestAt = greatestAt;
  }

  #findFirst(data: Float64Array, from: number, n: number, at: number): void {
    for (let i = 0; i < n; i++) {
      if (Number.isNaN(data[from + i]!)) continue;
      this.#first = at + i;
      this.#firstNumber = data[from + i]!;
      return;
    }
  }

  places(): Places {
    const fallback = Math.max(0, this.#first);
    return {
      least: this.#leastAt < 0 ? fallback : this.#leastAt,
      greatest: this.#greatestAt < 0 ? fallback : this.#greatestAt,
    };
  }
}

function longPlaces(data: BigInt64Array, start: number, count: number): Places {
  let least = start, greatest = start;
  for (let i = start + 1; i < start + count; i++) {
    if (data[i]! < data[least]!) least = i;
    if (data[i]! > data[greatest]!) greatest = i;
  }
  return { least, greatest };
}

function alongDimension(
  value: IdlNumeric,
  compared: IdlNumeric,
  axis: number,
  which: "max" | "min",
  nan: boolean,
  context: CallContext,
): IdlValue {
  const length = value.shape[axis]!;
  const strides = stridesOf(value.shape);
  const order = [axis, ...value.shape.keys().filter((other) => other !== axis)];
  const maps = order.map((own) => ({
    indices: axisIndices(value.shape[own]!, (i) => i, context),
    stride: strides[own]!,
  }));
  const rows = rearranged(compared, maps, context, true) as IdlNumeric;
  const shape = value.shape.filter((_, other) => other !== axis);
  const inner = elementsOf(value.shape.slice(0, axis));
  const least = context.allocate(IdlType.LONG, shape);
  const greatest = context.allocate(IdlType.LONG, shape);
  for (let row = 0; row < least.data.length; row++) {
    context.work(length);
    const places = rowPlaces(rows, row * length, length, nan);
    const start = Math.floor(row / inner) * inner * length + row % inner;
    least.data[row] = start + places.least * inner;
    greatest.data[row] = start + places.greatest * inner;
  }
  const [own, opposite] = which === "max" ? [greatest, least] : [least, greatest];
  const other = which === "max" ? "min" : "max";
  const result = elementsAt(value, own, context);
  if (context.wants(other)) context.output(other, elementsAt(value, opposite, context));
  if (context.wants(`subscript_${other}`)) context.output(`subscript_${other}`, opposite);
  if (context.wants(1)) context.output(1, own);
  return result;
}

function rowPlaces(rows: IdlNumeric, start: number, length: number, nan: boolean): Places {
  if (isLong64(rows.type)) {
    const places = longPlaces(rows.data as BigInt64Array, start, length);
    return { least: places.least - start, greatest: places.greatest - start };
  }
  const found = new Extremes(nan);
  const row = rows.data.subarray(start, start + length);
  found.add(
    row instanceof Float64Array ? row : Float64Array.from(row as Float32Array),
    0,
    length,
    0,
  );
  return found.places();
}

function elementsAt(value: IdlNumeric, places: IdlNumeric, context: CallContext): IdlNumeric {
  const out = context.allocate(value.type, places.shape);
  const parts = isComplex(value.type) ? 2 : 1;
  for (let i = 0; i < places.data.length; i++) {
    for (let part = 0; part < parts; part++) {
      out.data[parts * i + part] = value.data[parts * (places.data[i] as number) + part]!;
    }
  }
  return out;
}
