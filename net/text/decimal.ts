/**
 * Numbers as decimal text, rounded from the exact value of the double, halves to even:
 * what C's `printf` writes, where `toFixed` and its kin round halves up and give up at 1e21.
 *
 * @module
 */

/** Decimals that `toFixed` and `toExponential` take at most (ECMA-262, 21.1.3). */
const MAX_PLATFORM_PLACES = 100;

/** From here on `toFixed` writes no decimals but an exponent. */
const FIXED_END = 1e21;

/** How {@linkcode general} writes. */
export interface GeneralOptions {
  /**
   * Whether zeros at the end and the point before them stay, as by C's flag `#`.
   *
   * @default {false}
   */
  readonly zeros?: boolean | undefined;
}

/**
 * A number with a fixed count of decimals, as C's `%.*f` writes it.
 *
 * @param value The number; an integer beyond 2^53 stays exact as a bigint.
 * @param places Digits behind the point.
 * @returns Such as `2.50`; `NaN`, `Infinity` or `-Infinity` of what has no digits.
 *
 * @example
 * ```ts
 * import { fixed } from "./decimal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([fixed(0.125, 2), fixed(2.5, 0), fixed(1e21, 1)], ["0.12", "2", "1000000000000000000000.0"]);
 * ```
 */
export function fixed(value: number | bigint, places: number): string {
  if (typeof value === "bigint") return signed(value < 0n, exactFixed(exactOf(value), places));
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size >= FIXED_END || places > MAX_PLATFORM_PLACES) {
    return signed(isNegative(value), exactFixed(exactOf(value), places));
  }
  const text = size.toFixed(places);
  // A half that was rounded up to an even digit was rounded right.
  return signed(isNegative(value), isOdd(text) && isHalf(size, places) ? lowered(text) : text);
}

/**
 * A number with one digit before the point and an exponent, as C's `%.*e` writes it.
 *
 * @param value The number; an integer beyond 2^53 stays exact as a bigint.
 * @param places Digits behind the point.
 * @returns Such as `2.5e+00`, with at least two digits of the exponent; `NaN`,
 * `Infinity` or `-Infinity` of what has no digits.
 */
export function scientific(value: number | bigint, places: number): string {
  if (typeof value === "bigint") return signed(value < 0n, exactScientific(exactOf(value), places));
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (places <= MAX_PLATFORM_PLACES) {
    const [mantissa = "", exponent] = size.toExponential(places).split("e");
    const power = Number(exponent);
    const odd = isOdd(mantissa);
    // A half before the point of an integer needs more than doubles to be told.
    if (power <= places || !odd || !Number.isInteger(size)) {
      const half = odd && power <= places && isHalf(size, places - power);
      return signed(isNegative(value), withPower(half ? lowered(mantissa) : mantissa, power));
    }
  }
  return signed(isNegative(value), exactScientific(exactOf(value), places));
}

/**
 * A number with some significant digits, as C's `%.*g` writes it: with an exponent
 * below 1e-4 and where the digits end before the point.
 *
 * @param value The number.
 * @param digits Significant digits, 1 or more.
 * @param options Whether zeros at the end stay.
 * @returns Such as `2.5` or `1e+21`; `NaN`, `Infinity` or `-Infinity` of what has no digits.
 */
export function general(
  value: number | bigint,
  digits: number,
  { zeros = false }: GeneralOptions = {},
): string {
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  const most = Math.max(1, digits);
  const [mantissa = "", exponent] = scientific(value, most - 1).split("e");
  const power = Number(exponent);
  if (power < -4 || power >= most) {
    const kept = zeros ? pointed(mantissa) : trimmed(mantissa);
    return withPower(kept, power);
  }
  const text = fixed(value, most - 1 - power);
  return zeros ? pointed(text) : trimmed(text);
}

function signed(negative: boolean, digits: string): string {
  return negative ? `-${digits}` : digits;
}

/** Whether a number has a minus sign; zero can. */
function isNegative(value: number): boolean {
  return value < 0 || Object.is(value, -0);
}

/**
 * Whether a number lies just between two texts with so many decimals: it has one
 * fractional bit more than they have digits, since 5 times an odd number stays odd.
 */
function isHalf(size: number, places: number): boolean {
  return (size * 2 ** (places + 1)) % 2 === 1;
}

function isOdd(digits: string): boolean {
  return (digits.charCodeAt(digits.length - 1) & 1) === 1;
}

/** A half that was rounded up to an odd digit, rounded to the even one below: never from 0. */
function lowered(digits: string): string {
  return digits.slice(0, -1) + (Number(digits.at(-1)) - 1);
}

function withPower(mantissa: string, power: number): string {
  return `${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

function pointed(text: string): string {
  return text.includes(".") ? text : `${text}.`;
}

function trimmed(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** An exact size: an integer with so many of its digits behind the point. */
interface Exact {
  readonly integer: bigint;
  readonly places: number;
}

const DOUBLE = new Float64Array(1);
const BITS = new BigUint64Array(DOUBLE.buffer);

/** The exact size of a finite number (IEEE 754): a power of 2 below 1 is one of 5 and of 10. */
function exactOf(value: number | bigint): Exact {
  if (typeof value === "bigint") return { integer: value < 0n ? -value : value, places: 0 };
  DOUBLE[0] = Math.abs(value);
  const bits = BITS[0]!;
  const field = Number(bits >> 52n);
  const mantissa = (bits & 0xfffffffffffffn) | (field === 0 ? 0n : 1n << 52n);
  const power = Math.max(field, 1) - 1075;
  if (power >= 0) return { integer: mantissa << BigInt(power), places: 0 };
  return { integer: mantissa * 5n ** BigInt(-power), places: -power };
}

/** An integer divided by a power of ten, halves to even. */
function divided(integer: bigint, power: number): bigint {
  if (power <= 0) return integer * 10n ** BigInt(-power);
  const divisor = 10n ** BigInt(power);
  const quotient = integer / divisor;
  const twice = 2n * (integer % divisor);
  const up = twice > divisor || (twice === divisor && (quotient & 1n) === 1n);
  return up ? quotient + 1n : quotient;
}

function exactFixed({ integer, places }: Exact, wanted: number): string {
  const digits = divided(integer, places - wanted).toString().padStart(wanted + 1, "0");
  if (wanted === 0) return digits;
  return `${digits.slice(0, -wanted)}.${digits.slice(-wanted)}`;
}

function exactScientific({ integer, places }: Exact, wanted: number): string {
  if (integer === 0n) return exactFixed({ integer, places: 0 }, wanted) + "e+00";
  const length = integer.toString().length;
  const digits = divided(integer, length - 1 - wanted).toString();
  // 9.99 becomes 10.0 where it is rounded.
  const power = length - 1 - places + digits.length - 1 - wanted;
  const mantissa = wanted === 0 ? digits[0]! : `${digits[0]}.${digits.slice(1, wanted + 1)}`;
  return withPower(mantissa, power);
}
