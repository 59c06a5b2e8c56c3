/** How a column wants its values shown: TDISPn (FITS 4.0, section 7.3.4 and table 20). */

import { fixed, general, scientific } from "../../net/text/decimal.ts";
import { shortFloat } from "../../net/text/short_float.ts";
import type { TableColumn } from "./column.ts";

/** Digits and widths beyond these are no display for a person. */
const MAX_DIGITS = 100;

const INTEGERS = /^\s*([IBOZ])(\d+)(?:\.(\d+))?\s*$/i;
const REALS = /^\s*(EN|ES|[FEGD])(\d+)\.(\d+)(?:E(\d+))?\s*$/i;

type Writer = (value: number | bigint) => string;

/**
 * Makes a function that writes the numbers of a column for a person: by its TDISPn, else
 * with as many figures as they need to be read back equal.
 *
 * The width of TDISPn is a wish: a number that needs more room keeps its figures. A real is
 * no integer, whatever TDISPn says.
 *
 * @param column The column.
 * @param type The type of the values.
 * @returns The function.
 */
export function displayOf(
  column: Pick<TableColumn, "display" | "storedType">,
  type: string,
): Writer {
  const plain = plainWriter(column.storedType, type);
  const integers = INTEGERS.exec(column.display);
  if (integers !== null) {
    const [, code, , least = "0"] = integers;
    const digits = Math.min(Number(least), MAX_DIGITS);
    return (value) =>
      typeof value === "bigint" || Number.isInteger(value)
        ? integerText(BigInt(value), code!.toUpperCase(), digits, column.storedType)
        : plain(value);
  }
  const reals = REALS.exec(column.display);
  if (reals === null || Number(reals[3]) > MAX_DIGITS) return plain;
  const [, code, , decimals, exponent = "0"] = reals;
  const write = realWriter(code!.toUpperCase(), Number(decimals));
  const least = Math.min(Number(exponent), MAX_DIGITS);
  return (value) =>
    typeof value === "number" && !Number.isFinite(value) ? plain(value) : write(value)
      .replace(/e([+-])(\d+)$/, (_, sign, digits) => `E${sign}${digits.padStart(least, "0")}`);
}

/** As many figures as a number needs; of scaled ones what their scale has left of noise goes. */
function plainWriter(stored: string, type: string): Writer {
  const scaled = type === "float64" && !/^(float|int)64$/.test(stored);
  return (value) => {
    if (Object.is(value, -0)) return "-0";
    if (typeof value === "bigint" || !Number.isFinite(value)) return String(value);
    if (type === "float32" || type === "complex64") return shortFloat(value);
    return String(scaled ? Number(general(value, 15)) : value);
  };
}

/** Negative numbers to the bases 2, 8 and 16 are those of their stored bits. */
function integerText(value: bigint, code: string, digits: number, stored: string): string {
  if (code === "I") {
    const text = (value < 0n ? -value : value).toString().padStart(digits, "0");
    return value < 0n ? `-${text}` : text;
  }
  const bits = Number(/\d+$/.exec(stored)?.[0] ?? 64);
  const base = { B: 2, O: 8, Z: 16 }[code]!;
  const unsigned = value < 0n ? BigInt.asUintN(bits, value) : value;
  return unsigned.toString(base).toUpperCase().padStart(digits, "0");
}

function realWriter(code: string, decimals: number): Writer {
  switch (code) {
    case "F":
      return (value) => fixed(value, decimals);
    case "G":
      return (value) => general(value, decimals);
    case "EN":
      return (value) => engineering(value, decimals);
    default:
      return (value) => scientific(value, decimals);
  }
}

/** An exponent that is a multiple of 3, and one to three digits before the point. */
function engineering(value: number | bigint, decimals: number): string {
  let power = powerOf(scientific(value, decimals));
  // 999.99 may become 1.0E+03 where it is rounded.
  for (let i = 0; i < 2; i++) {
    const shift = ((power % 3) + 3) % 3;
    const text = scientific(value, decimals + shift);
    if (powerOf(text) !== power) {
      power = powerOf(text);
      continue;
    }
    const digits = text.slice(0, text.indexOf("e")).replace(".", "").replace("-", "");
    const whole = digits.slice(0, shift + 1);
    const rest = digits.slice(shift + 1);
    const size = power - shift;
    const exponent = `${size < 0 ? "-" : "+"}${String(Math.abs(size)).padStart(2, "0")}`;
    return `${text.startsWith("-") ? "-" : ""}${whole}${rest === "" ? "" : `.${rest}`}e${exponent}`;
  }
  return scientific(value, decimals);
}

function powerOf(text: string): number {
  return Number(text.slice(text.indexOf("e") + 1));
}
