/**
 * Conversion of values from type to type.
 *
 * @module
 */

import { Refusal, refuse } from "./error.ts";
import { formatElement } from "./number_format.ts";
import { describeValue } from "./promotion.ts";
import {
  elementsOf,
  type IdlNumeric,
  type IdlNumericData,
  type IdlNumericType,
  type IdlString,
  IdlType,
  type IdlValue,
  isComplex,
  isInteger,
  isLong64,
  isNumeric,
  toBigInt,
  typeName,
} from "./value.ts";
import type { Workspace } from "./memory.ts";

/** Operations, some nanoseconds each, of writing or reading one number as text. */
export const TEXT_WORK = 1_000;

/** Operations of converting one element whose type is of another kind. */
const ONE_BY_ONE_WORK = 40;

/** Elements that are converted between two looks at the clock. */
const RUN = 2 ** 16;

/**
 * A value in a numeric type; itself if it is of that type already.
 *
 * Fractions are cut off toward zero and integers wrap to the bits of their type.
 *
 * @throws Refusal for a STRING that is no number, and for the undefined value.
 */
export function convert(value: IdlValue, type: IdlNumericType, space: Workspace): IdlNumeric {
  if (value.type === type) return value as IdlNumeric;
  if (value.type === IdlType.UNDEFINED) return refuse("Cannot convert !NULL, which has no value");
  const count = elementsOf(value.shape);
  const out = space.allocate(type, value.shape);
  const work = value.type === IdlType.STRING
    ? TEXT_WORK
    : oneByOne(value as IdlNumeric, type)
    ? ONE_BY_ONE_WORK
    : 1;
  // In runs, so that the clock is looked at between them.
  for (let from = 0; from < count; from += RUN) {
    const run = Math.min(RUN, count - from);
    space.work(work * run);
    if (value.type === IdlType.STRING) {
      for (let i = from; i < from + run; i++) parseInto(out, i, value.data[i]!);
    } else {
      const parts = isComplex(type) ? 2 : 1;
      const target = out.data.subarray(parts * from, parts * (from + run)) as IdlNumericData;
      convertRange(value as IdlNumeric, from, target, type, run);
    }
  }
  return out;
}

/**
 * Converts a run of elements into storage of another numeric type.
 *
 * @param source Where the elements come from.
 * @param from The first element of the run.
 * @param target Receives the elements, from its beginning.
 * @param type The type of the target.
 * @param count The elements of the run.
 */
export function convertRange(
  source: IdlNumeric,
  from: number,
  target: IdlNumericData,
  type: IdlNumericType,
  count: number,
): void {
  const complexIn = isComplex(source.type);
  if (oneByOne(source, type)) {
    convertOneByOne(source, from, target, type, count);
    return;
  }
  if (isInteger(type) && (source.type === IdlType.FLOAT || source.type === IdlType.DOUBLE)) {
    floatsToIntegers(source.data as Float64Array, from, target as Int32Array, type, count);
    return;
  }
  const parts = complexIn ? 2 : 1;
  const run = source.data.subarray(parts * from, parts * (from + count));
  (target as Float64Array).set(run as Float64Array);
}

/** Whether the elements of a type do not fit another as they are: parts are left out, or 64 bits cut. */
function oneByOne(source: IdlNumeric, type: IdlNumericType): boolean {
  return isComplex(source.type) !== isComplex(type) || isLong64(source.type) !== isLong64(type);
}

/**
 * Numbers cut off to integers as the processor's conversion makes them: by way of LONG, whose least
 * number stands for what it cannot hold, and of which smaller types keep the lower bits. ULONG keeps
 * those of LONG64.
 */
function floatsToIntegers(
  source: Float32Array | Float64Array,
  from: number,
  target: Int32Array,
  type: IdlNumericType,
  count: number,
): void {
  if (type === IdlType.ULONG) {
    for (let i = 0; i < count; i++) target[i] = toUlong(source[from + i]!);
  } else {
    for (let i = 0; i < count; i++) target[i] = toLong(source[from + i]!);
  }
}

/** A number cut off to LONG. */
export function toLong(number: number): number {
  return number > -2147483649 && number < 2147483648 ? number | 0 : -2147483648;
}

/** A number cut off to a type of at most 32 bits, of which that keeps the lower ones. */
export function cutOff(number: number, type: IdlNumericType): number {
  if (!isInteger(type)) return number;
  return type === IdlType.ULONG ? toUlong(number) : toLong(number);
}

/** A number of which ULONG64 keeps the bits: 0 for what is too large, as LONG64 for all others. */
function toLong64(element: number | bigint, type: IdlNumericType): bigint {
  if (type === IdlType.LONG64 || !(element >= 2 ** 63)) return toBigInt(element);
  return element < 2 ** 64 ? BigInt(element) : 0n;
}

/** A number of which ULONG keeps the lower bits: 0 for what LONG64 cannot hold. */
function toUlong(number: number): number {
  return Math.abs(number) < 2 ** 63 ? number : 0;
}

function convertOneByOne(
  source: IdlNumeric,
  from: number,
  target: IdlNumericData,
  type: IdlNumericType,
  count: number,
): void {
  const step = isComplex(source.type) ? 2 : 1;
  const stride = isComplex(type) ? 2 : 1;
  const toBig = isLong64(type);
  const wrapsBig = isLong64(source.type) && isInteger(type) && !toBig;
  for (let i = 0; i < count; i++) {
    const element = source.data[step * (from + i)]!;
    if (toBig) target[i] = toLong64(element, type);
    else if (wrapsBig) target[i] = Number(BigInt.asIntN(32, element as bigint));
    else target[stride * i] = cutOff(Number(element), type);
  }
}

const NUMBER_TEXT = /^\s*([+-]?)(?:(\d+\.?\d*|\.\d+)(?:[ed]([+-]?\d+))?|(inf(?:inity)?|nan))/i;

/** IDL manual, "Type conversion": the number that stands at the beginning of a text. */
function parseInto(out: IdlNumeric, index: number, text: string): void {
  const { data, type } = out;
  const number = parseNumber(text, type);
  if (isLong64(type)) data[index] = number.whole ?? toBigInt(number.value);
  else data[(isComplex(type) ? 2 : 1) * index] = number.value;
}

function parseNumber(
  text: string,
  type: IdlNumericType,
): { value: number; whole?: bigint | undefined } {
  if (text.trim() === "") return { value: 0 };
  const match = NUMBER_TEXT.exec(text);
  if (match === null) {
    throw new Refusal(
      "value",
      `Cannot convert the STRING ${JSON.stringify(text.slice(0, 40))} to ${typeName(type)}`,
    );
  }
  const [, sign, digits, exponent, special] = match;
  if (special !== undefined) {
    const magnitude = /^i/i.test(special) ? Infinity : NaN;
    return { value: sign === "-" ? -magnitude : magnitude };
  }
  const value = Number(`${sign}${digits}e${exponent ?? 0}`);
  if (exponent === undefined && /^\d{1,20}$/.test(digits!)) {
    const whole = BigInt(digits!);
    return { value, whole: sign === "-" ? -whole : whole };
  }
  return { value };
}

/** What the text of a number takes at most: its reference and 35 characters of a DCOMPLEX. */
const TEXT_BYTES = 16 + 2 * 35;

/** A value as STRING: each element as PRINT writes it, with its leading blanks. */
export function convertToString(value: IdlValue, space: Workspace): IdlString {
  if (value.type === IdlType.STRING) return value as IdlString;
  if (!isNumeric(value)) return refuse("Cannot convert !NULL, which has no value");
  const count = elementsOf(value.shape);
  space.reserve(count * TEXT_BYTES);
  const texts: string[] = [];
  for (let i = 0; i < count; i++) {
    if (i % 1024 === 0) space.work(TEXT_WORK * Math.min(1024, count - i));
    texts.push(formatElement(value, i));
  }
  return space.strings(value.shape, texts);
}

/** The whole number in a scalar or an array of one element, cut off toward zero. */
export function wholeNumber(value: IdlValue): number {
  const number = realNumber(value);
  if (!Number.isFinite(number)) refuse(`Cannot use ${number} as a whole number`);
  return Math.trunc(number) + 0;
}

/** The number in a scalar or an array of one element; of a complex one, its real part. */
export function realNumber(value: IdlValue): number {
  if (value.type === IdlType.UNDEFINED || elementsOf(value.shape) !== 1) {
    return refuse(`Cannot use ${describeValue(value)} where one number is expected`);
  }
  if (value.type === IdlType.STRING) {
    return parseNumber((value as IdlString).data[0]!, IdlType.DOUBLE).value;
  }
  return Number((value as IdlNumeric).data[0]);
}

/** The text in a STRING scalar or an array of one element. */
export function textOf(value: IdlValue): string {
  if (value.type !== IdlType.STRING || elementsOf(value.shape) !== 1) {
    return refuse(`Cannot use ${describeValue(value)} where one STRING is expected`);
  }
  return (value as IdlString).data[0]!;
}
