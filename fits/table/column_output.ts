/** Columns of binary tables on their way into rows and heap (FITS 4.0, section 7.3). */

import { FormatError } from "../../net/errors.ts";
import { Card } from "../header/card.ts";
import { type BinaryCode, elementBytes } from "./column_format.ts";
import {
  type LogicalValue,
  pairs,
  type Put,
  putBits,
  putLogicals,
  putNumbers,
  putStrings,
  withNulls,
} from "./element_encoder.ts";
import { shortCard } from "../hdu/output.ts";
import { type AnyPixels, pixelTypeOf } from "../image/output.ts";
import { type PixelType, STORED_AS } from "../image/pixels.ts";
import type { ColumnType } from "./column.ts";

/** A column to be written. */
export interface ColumnInput {
  /** TTYPEn. */
  readonly name?: string | undefined;
  /**
   * The values of all rows, one row behind the other: a typed array, strings, or
   * logicals (null is no value). A list of typed arrays or of lists of logicals makes
   * a variable-length column, one entry for each row.
   */
  readonly values: ColumnValues;
  /**
   * What the values are where their class does not tell: `bit` (bytes 0 and 1),
   * `logical` (bytes 0 and 1), `complex64` and `complex128` (pairs in a Float32Array or
   * Float64Array), `string` with `variable` for strings in the heap.
   */
  readonly type?: "bit" | "logical" | "string" | "complex64" | "complex128" | undefined;
  /** The lengths of the axes of one cell, axis 1 first; without it a cell is one value. */
  readonly shape?: readonly number[] | undefined;
  /** Puts strings into the heap, each at its own length. */
  readonly variable?: boolean | undefined;
  /** Characters of a string; without it as many as the longest has. */
  readonly width?: number | undefined;
  /** 1 for every element that has no value: written as `null`, or as a logical that is none. */
  readonly nulls?: Uint8Array | readonly Uint8Array[] | undefined;
  /**
   * TNULLn: the stored integer (in ASCII tables the text) that stands for no value.
   * Without it, where `nulls` marks some, the least integer of the type.
   */
  readonly null?: number | bigint | string | undefined;
  /** TUNITn. */
  readonly unit?: string | undefined;
  /** TDISPn. */
  readonly display?: string | undefined;
  /** TSCALn: the values given are stored ones, physical = zero + scale x stored. */
  readonly scale?: number | undefined;
  /** TZEROn, with `scale`. */
  readonly zero?: number | undefined;
  /** The format of a field of an ASCII table, such as `F10.3`; without it one that loses nothing. */
  readonly format?: string | undefined;
}

/** The values of a column to be written. */
export type ColumnValues =
  | AnyPixels
  | readonly string[]
  | readonly LogicalValue[]
  | readonly AnyPixels[]
  | readonly (readonly LogicalValue[])[];

/** A column that is ready to be written. */
export interface ColumnOutput {
  /** TTYPEn without blanks around it, for messages `column n` where there is none. */
  readonly label: string;
  readonly code: BinaryCode;
  readonly rows: number;
  /** Elements of a cell; undefined of a variable-length column. */
  readonly repeat: number | undefined;
  /** The most elements of a variable-length cell, and the bytes of all of them. */
  readonly longest: number;
  readonly heapBytes: number;
  /** Elements of a variable-length cell. */
  countOf(row: number): number;
  /** Writes the elements of rows into cells of the target. */
  put(target: Uint8Array, at: number, stride: number, row: number, rows: number): void;
  /** The cards of the column but TFORM. */
  cards(n: number): Card[];
  /** Characters of a string. */
  readonly width: number;
  /** TNULLn. */
  readonly null: number | bigint | undefined;
  /** What must be equal in every batch of a table that is written batch by batch. */
  readonly signature: string;
}

/** How the elements of a column are stored. */
interface Storing {
  readonly code: BinaryCode;
  readonly zero: number | bigint;
  /** Makes the writing loop for an array. */
  putOf(values: unknown, nulls: Uint8Array | undefined): Put;
}

/**
 * Makes a column ready for a binary table.
 *
 * @param input The column.
 * @param index Its number, counted from 0.
 * @returns The column.
 * @throws {FormatError} If values, type and shape contradict each other.
 */
export function columnOutput(input: ColumnInput, index: number): ColumnOutput {
  const label = input.name?.trim() || `column ${index + 1}`;
  const type = typeOf(input, label);
  const variable = isVariable(input);
  const width = type === "string" && !variable ? stringWidth(input, label) : 1;
  const stored = nullValue(input, type, label);
  const storing = storingOf(type, width, stored, label);
  const common = {
    label,
    code: storing.code,
    cards: (n: number) => columnCards(n, input, { type, storing, width, missing: stored, label }),
    width,
    null: stored,
    signature: `${variable ? "variable " : ""}${type}[${input.shape ?? []}]${scalingText(input)}` +
      `${type === "string" && !variable ? ` of ${width} characters` : ""}`,
  };
  const cells = variable
    ? variableCells(input, storing, label)
    : fixedCells(input, type, storing, width, label);
  return { ...common, ...cells };
}

/** TSCALn and TZEROn in words: they hold for every batch. */
function scalingText({ scale = 1, zero = 0 }: ColumnInput): string {
  return scale === 1 && zero === 0 ? "" : ` x ${scale} + ${zero}`;
}

/**
 * TZEROn of values that are stored less the offset of their type: physical = zero +
 * scale x value.
 */
function storedZero({ scale = 1, zero = 0 }: ColumnInput, offset: number | bigint, label: string) {
  const sum = zero + scale * Number(offset);
  if (sum - scale * Number(offset) === zero) return sum;
  throw fail(label, `the scale ${scale} and the zero ${zero} need an offset that is no double`);
}

function fail(label: string, message: string): FormatError {
  return new FormatError(`Cannot write the column '${label}': ${message}`);
}

function isVariable({ values, type, variable }: ColumnInput): boolean {
  if (ArrayBuffer.isView(values)) return false;
  const first = values[0];
  if (first === undefined) return variable === true;
  return typeof first === "string" || type === "string"
    ? variable === true
    : typeof first === "object" && first !== null;
}

/** The type of the elements, by the class of the values or as it is given. */
function typeOf(input: ColumnInput, label: string): ColumnType {
  const { values, type } = input;
  const sample = ArrayBuffer.isView(values) ? values : values.find((value) => value !== null);
  if (!ArrayBuffer.isView(sample)) {
    if (type === "string" || typeof sample === "string") return "string";
    if (type === undefined || type === "logical") return "logical";
    if (sample === undefined) return type;
    throw fail(label, `found ${typeof sample} values, expected a typed array for ${type}`);
  }
  const own = pixelTypeOf(sample as AnyPixels);
  if (type === undefined) return own;
  const expected = { bit: "uint8", logical: "uint8", complex64: "float32", complex128: "float64" };
  if (type !== "string" && expected[type] === own) return type;
  throw fail(label, `found ${own} values for the type ${type}`);
}

function stringWidth({ values, width }: ColumnInput, label: string): number {
  let most = 0;
  for (const value of values as readonly string[]) {
    if (typeof value !== "string") throw fail(label, `found a ${typeof value} among strings`);
    most = Math.max(most, value.length);
  }
  if (width === undefined) return Math.max(1, most);
  if (most > width) throw fail(label, `a string has ${most} characters, expected at most ${width}`);
  return width;
}

/** TNULLn of integers that have missing values. */
function nullValue(
  input: ColumnInput,
  type: ColumnType,
  label: string,
): number | bigint | undefined {
  if (!/int/.test(type)) return undefined;
  if (typeof input.null === "string") {
    throw fail(label, `null is '${input.null}', expected a number`);
  }
  if (input.null !== undefined || input.nulls === undefined) return input.null;
  const { bitpix, bzero } = STORED_AS[type as PixelType];
  const least = bitpix === 8 ? 0n : -(2n ** BigInt(bitpix - 1));
  const physical = least + BigInt(bzero);
  const arrays = ArrayBuffer.isView(input.values) ? [input.values] : input.values;
  const marks = input.nulls instanceof Uint8Array ? [input.nulls] : input.nulls;
  for (const [i, array] of (arrays as AnyPixels[]).entries()) {
    for (let at = 0; at < array.length; at++) {
      if (marks[i]?.[at] !== 1 && BigInt(array[at]!) === physical) {
        throw fail(label, `nulls need the option null, since ${physical} is among the values`);
      }
    }
  }
  return Number.isSafeInteger(Number(least)) ? Number(least) : least;
}

function storingOf(
  type: ColumnType,
  width: number,
  missing: number | bigint | undefined,
  label: string,
): Storing {
  switch (type) {
    case "string":
      return {
        code: "A",
        zero: 0,
        putOf: (values) => putStrings(values as string[], width, label),
      };
    case "logical":
      return {
        code: "L",
        zero: 0,
        putOf: (values, nulls) => putLogicals(values as LogicalValue[], nulls),
      };
    case "bit":
      return { code: "X", zero: 0, putOf: (values) => putBits(values as Uint8Array) };
    case "complex64":
      return {
        code: "C",
        zero: 0,
        putOf: (values) => pairs(putNumbers(values as AnyPixels, 4, 0)),
      };
    case "complex128":
      return {
        code: "M",
        zero: 0,
        putOf: (values) => pairs(putNumbers(values as AnyPixels, 8, 0)),
      };
    default: {
      const { bitpix, bzero } = STORED_AS[type];
      const code = ({ 8: "B", 16: "I", 32: "J", 64: "K", "-32": "E", "-64": "D" } as const)[bitpix];
      const size = Math.abs(bitpix) / 8 as 1 | 2 | 4 | 8;
      const flip = bzero === 0 ? 0 : 0x80;
      return {
        code,
        zero: bzero,
        putOf: (values, nulls) =>
          withNulls(putNumbers(values as AnyPixels, size, flip), nulls, missing, size),
      };
    }
  }
}

type Cells = Pick<
  ColumnOutput,
  "rows" | "repeat" | "longest" | "heapBytes" | "countOf" | "put"
>;

function fixedCells(
  input: ColumnInput,
  type: ColumnType,
  storing: Storing,
  width: number,
  label: string,
): Cells {
  const shape = input.shape ?? [];
  const count = shape.reduce((product, length) => product * length, 1);
  const parts = /^complex/.test(type) ? 2 : 1;
  const elements = input.values.length / parts;
  const rows = count === 0 ? 0 : elements / count;
  if (!Number.isInteger(rows) || !shape.every((length) => Number.isInteger(length) && length > 0)) {
    throw fail(label, `${elements} values are no whole cells of shape ${JSON.stringify(shape)}`);
  }
  const nulls = input.nulls;
  if (nulls !== undefined && !(nulls instanceof Uint8Array && nulls.length === elements)) {
    throw fail(label, `nulls has ${nulls.length} marks, expected ${elements}`);
  }
  const put = storing.putOf(input.values, nulls);
  const repeat = type === "string" ? width * count : count;
  return {
    rows,
    repeat,
    longest: 0,
    heapBytes: 0,
    countOf: () => repeat,
    put(target, at, stride, row, rows) {
      for (let i = 0; i < rows; i++) put(target, at + i * stride, (row + i) * count, count);
    },
  };
}

function nameOf(value: unknown): string {
  return (value as object).constructor.name;
}

function variableCells(input: ColumnInput, storing: Storing, label: string): Cells {
  const arrays = input.values as readonly { readonly length: number }[];
  const parts = storing.code === "C" || storing.code === "M" ? 2 : 1;
  const countOf = (row: number) => arrays[row]!.length / parts;
  const nulls = Array.isArray(input.nulls) ? input.nulls as readonly Uint8Array[] : undefined;
  const [first] = arrays;
  const other = arrays.find((array) => array.constructor !== first!.constructor);
  if (other !== undefined) {
    throw fail(label, `found ${nameOf(first)} and ${nameOf(other)}, expected arrays of one type`);
  }
  let longest = 0;
  let heapBytes = 0;
  for (let row = 0; row < arrays.length; row++) {
    longest = Math.max(longest, countOf(row));
    heapBytes += elementBytes(storing.code, countOf(row));
  }
  return {
    rows: arrays.length,
    repeat: undefined,
    longest,
    heapBytes,
    countOf,
    put(target, at, _stride, row, _rows) {
      const values = storing.code === "A" ? [arrays[row]] : arrays[row];
      const count = storing.code === "A" ? 1 : countOf(row);
      storing.putOf(values, nulls?.[row])(target, at, 0, count);
    },
  };
}

function columnCards(
  n: number,
  input: ColumnInput,
  { type, storing, width, missing, label }: {
    readonly type: ColumnType;
    readonly storing: Storing;
    readonly width: number;
    readonly missing: number | bigint | undefined;
    readonly label: string;
  },
): Card[] {
  const cards: Card[] = [];
  if (input.unit) cards.push(shortCard(`TUNIT${n}`, input.unit));
  if (input.scale !== undefined || input.zero !== undefined) {
    cards.push(Card.of(`TSCAL${n}`, input.scale ?? 1, "", { real: true }));
    const zero = storedZero(input, storing.zero, label);
    cards.push(Card.of(`TZERO${n}`, zero, "", { real: true }));
  } else if (storing.zero !== 0) {
    cards.push(Card.of(`TSCAL${n}`, 1), Card.of(`TZERO${n}`, storing.zero, "offset of the type"));
  }
  if (missing !== undefined) cards.push(Card.of(`TNULL${n}`, missing));
  if (input.display) cards.push(Card.of(`TDISP${n}`, input.display));
  const shape = input.shape ?? [];
  if (!isVariable(input)) {
    const axes = type === "string" && shape.length > 0 ? [width, ...shape] : shape;
    if (axes.length > 1) cards.push(Card.of(`TDIM${n}`, `(${axes.join(",")})`));
  }
  return cards;
}
