/** The formats of columns: TFORMn of binary and of ASCII tables (FITS 4.0, sections 7.2.1, 7.3.1). */

/** How a binary table stores an element: the letter of TFORMn. */
export type BinaryCode = "L" | "X" | "B" | "I" | "J" | "K" | "A" | "E" | "D" | "C" | "M";

/** The format of a binary table's column. */
export interface BinaryFormat {
  /** The letter of an element. */
  readonly code: BinaryCode;
  /** Elements of a cell; of a variable-length column, of its descriptor (0 or 1). */
  readonly repeat: number;
  /** The letter of the descriptor of a variable-length column: 32 or 64 bits. */
  readonly descriptor: "P" | "Q" | undefined;
  /** Characters of a string in `rAw`, where one cell holds several; else undefined. */
  readonly substring: number | undefined;
}

/** The format of an ASCII table's column. */
export interface AsciiFormat {
  /** Text, integer, or a real without or with an exponent. */
  readonly code: "A" | "I" | "F" | "E" | "D";
  /** Characters of a field. */
  readonly width: number;
  /** Digits after a decimal point that is not written. */
  readonly decimals: number;
}

/** Bytes of an element; of X, those of eight. */
export const ELEMENT_BYTES: Readonly<Record<BinaryCode, number>> = {
  L: 1,
  X: 1,
  B: 1,
  I: 2,
  J: 4,
  K: 8,
  A: 1,
  E: 4,
  D: 8,
  C: 8,
  M: 16,
};

/**
 * Reads TFORMn of a binary table.
 *
 * @param text The value, such as `3E`, `1PJ(12)` or `60A5`.
 * @returns The format, or undefined if it is none.
 */
export function parseBinaryFormat(text: string): BinaryFormat | undefined {
  const match = /^\s*(\d{0,15})([PQ]?)([LXBIJKAEDCM])(.*)$/i.exec(text);
  if (match === null) return undefined;
  const [, digits, descriptor, code, rest] = match;
  const repeat = digits === "" ? 1 : Number(digits);
  if (descriptor !== "" && repeat > 1) return undefined;
  const substring = /^\d+/.exec(rest!)?.[0];
  const width = Number(substring);
  return {
    code: code!.toUpperCase() as BinaryCode,
    repeat,
    descriptor: descriptor === "" ? undefined : descriptor!.toUpperCase() as "P" | "Q",
    substring: code!.toUpperCase() === "A" && descriptor === "" && width > 0 && width < repeat
      ? width
      : undefined,
  };
}

/** Bytes of a cell within its row. */
export function cellBytes({ code, repeat, descriptor }: BinaryFormat): number {
  if (descriptor !== undefined) return repeat * (descriptor === "P" ? 8 : 16);
  return elementBytes(code, repeat);
}

/** Bytes of a number of elements. */
export function elementBytes(code: BinaryCode, count: number): number {
  return code === "X" ? Math.ceil(count / 8) : count * ELEMENT_BYTES[code];
}

/**
 * Reads TFORMn of an ASCII table.
 *
 * @param text The value, such as `I10` or `E15.7`.
 * @returns The format, or undefined if it is none.
 */
export function parseAsciiFormat(text: string): AsciiFormat | undefined {
  const match = /^\s*([AIFED])(\d{1,9})(?:\.(\d{1,9}))?\s*$/i.exec(text);
  if (match === null || Number(match[2]) === 0) return undefined;
  return {
    code: match[1]!.toUpperCase() as AsciiFormat["code"],
    width: Number(match[2]),
    decimals: Number(match[3] ?? 0),
  };
}

/**
 * Reads TDIMn.
 *
 * @param text The value, such as `(3,2)`.
 * @returns The lengths of the axes of a cell, axis 1 first, or undefined if they are none.
 */
export function parseDimensions(text: string): number[] | undefined {
  const match = /^\s*\(([\d\s,]+)\)\s*$/.exec(text);
  const lengths = match?.[1]?.split(",").map((part) => part.trim() === "" ? NaN : Number(part));
  return lengths?.every(Number.isSafeInteger) ? lengths : undefined;
}
