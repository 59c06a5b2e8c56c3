/** 32-bit floats with the fewest figures. */

/** The powers of ten, from 1, that a double holds exactly. */
export const POWERS_OF_TEN: Float64Array<ArrayBuffer> = Float64Array.from(
  { length: 23 },
  (_, power) => Number(`1e${power}`),
);

/** Between these sizes a product with one of the powers has an error below {@linkcode NEAR_TIE}. */
const LEAST = 1e-5;
const MOST = 1e15;

/** What lies so close to the middle of two decimals is left to the exact way. */
const NEAR_TIE = 1e-6;

/**
 * A 32-bit float with the fewest figures that read back equal: `0.1`, where the
 * double beside it is 0.10000000149011612. Six figures always survive.
 *
 * @param value A number that a 32-bit float holds.
 *
 * @example
 * ```ts
 * import { shortFloat } from "./short_float.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(shortFloat(Math.fround(0.1)), "0.1");
 * ```
 */
export function shortFloat(value: number): string {
  const size = Math.abs(value);
  if (size < 1e7 && Number.isInteger(value)) return String(value);
  const { digits, power, text } = shortDigits(value);
  if (digits < 0) return text;
  const short = power < 0 ? digits * POWERS_OF_TEN[-power]! : digits / POWERS_OF_TEN[power]!;
  return String(value < 0 ? -short : short);
}

/** The figures of a 32-bit float. */
export interface ShortDigits {
  /** The figures as a whole number; -1 where `text` has them. */
  digits: number;
  /** How many of them stand behind the point; with a minus, how many zeros follow. */
  power: number;
  /** The number as text, sign included, where it is too large, small or close to a middle. */
  text: string;
}

/** Always the same: hot loops ask for it. */
const SHORT: ShortDigits = { digits: 0, power: 0, text: "" };

/**
 * The figures of {@linkcode shortFloat}, without its sign.
 *
 * @param value A number that a 32-bit float holds, and no integer below 1e7.
 * @returns An object that is valid until the next call.
 */
export function shortDigits(value: number): ShortDigits {
  const size = Math.abs(value);
  if (!(size >= LEAST && size < MOST)) return asText(value);
  // Of 10 to the power 5 - exponent times the value six digits stand before the point.
  const exponent = Math.floor(Math.log10(size));
  for (let power = 5 - exponent; power < 9 - exponent; power++) {
    const scaled = power < 0 ? size / POWERS_OF_TEN[-power]! : size * POWERS_OF_TEN[power]!;
    const digits = Math.floor(scaled + 0.5);
    if (Math.abs(Math.abs(scaled - digits) - 0.5) < NEAR_TIE) break;
    // One operation with two exact numbers is the double that the digits would be read as.
    const short = power < 0 ? digits * POWERS_OF_TEN[-power]! : digits / POWERS_OF_TEN[power]!;
    if (Math.fround(short) !== size) continue;
    SHORT.digits = digits;
    SHORT.power = power;
    return SHORT;
  }
  return asText(value);
}

function asText(value: number): ShortDigits {
  SHORT.digits = -1;
  SHORT.text = byTexts(value);
  return SHORT;
}

/** The same by way of texts, for every size. */
function byTexts(value: number): string {
  // Denormal numbers may need fewer than six.
  for (let digits = Math.abs(value) < 1.2e-38 ? 1 : 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}
