/** Numbers as people read them: with as many digits as they have, and no more. */

import { shortFloat } from "../../../net/text/short_float.ts";

/**
 * A value with the digits of its type.
 *
 * @param value The value.
 * @param bitpix The type that it is stored as: float32 has 7 to 8 digits, others up to 17.
 * @returns Such as `1234`, `0.1`, `1.5e+21`; `no value` of what is not a number.
 */
export function valueText(value: number | bigint, bitpix = -64): string {
  if (typeof value === "bigint") return String(value);
  if (Number.isNaN(value)) return "no value";
  if (!Number.isFinite(value)) return value > 0 ? "+\u221e" : "\u2212\u221e";
  if (bitpix === -32 && Math.fround(value) === value) return minus(shortFloat(value));
  // A scaled integer has the digits of its scale, and no more of those that the sum adds.
  return minus(String(bitpix > 0 ? Number(value.toPrecision(10)) : value));
}

/** A number with a minus sign that is as wide as a plus. */
function minus(text: string): string {
  return text.replace(/^-/, "\u2212");
}

/** A limit or a tick: five digits. */
export function briefText(value: number): string {
  if (!Number.isFinite(value)) return valueText(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) {
    return minus(String(Number(value.toExponential(3))));
  }
  return minus(String(Number(value.toPrecision(5))));
}
