/**
 * How PRINT and STRING write one element.
 *
 * @module
 */

import { general } from "../../../net/text/decimal.ts";
import { type IdlNumeric, IdlType } from "./value.ts";

/** IDL manual, "Format codes": widths of PRINT without a format. */
const WIDTHS: { readonly [type: number]: number } = {
  [IdlType.BYTE]: 4,
  [IdlType.INT]: 8,
  [IdlType.UINT]: 8,
  [IdlType.LONG]: 12,
  [IdlType.ULONG]: 12,
  [IdlType.LONG64]: 22,
  [IdlType.ULONG64]: 22,
};

/** One element as PRINT writes it, with its leading blanks. */
export function formatElement(value: IdlNumeric, index: number): string {
  const { type, data } = value;
  switch (type) {
    case IdlType.FLOAT:
      return formatGeneral(data[index] as number, 13, 6);
    case IdlType.DOUBLE:
      return formatGeneral(data[index] as number, 16, 8);
    case IdlType.COMPLEX:
      return formatComplex(data as Float32Array, index, 13, 6);
    case IdlType.DCOMPLEX:
      return formatComplex(data as Float64Array, index, 16, 8);
    default:
      return String(data[index]).padStart(WIDTHS[type]!);
  }
}

function formatComplex(
  data: Float32Array | Float64Array,
  index: number,
  width: number,
  digits: number,
): string {
  const real = formatGeneral(data[2 * index]!, width, digits);
  const imaginary = formatGeneral(data[2 * index + 1]!, width, digits);
  return `(${real},${imaginary})`;
}

/** C's `%#width.digitsg`, with IDL's words for what is no number. */
export function formatGeneral(value: number, width: number, digits: number): string {
  return generalText(value, digits).padStart(width);
}

function generalText(value: number, digits: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) {
    const word = digits > 6 ? "Infinity" : "Inf";
    return value < 0 ? `-${word}` : word;
  }
  return general(value, digits, { zeros: true });
}
