/** Turns the fields of ASCII tables into values (FITS 4.0, section 7.2.5). */

import { platform } from "../../net/platform/mod.ts";
import type { ElementDecoder, Elements, ValueOptions } from "./element_decoder.ts";
import { PIXEL_ARRAYS } from "../image/pixels.ts";
import type { PlacedColumn } from "./column.ts";

/** Makes the error of a field that cannot be read, with its row and where it is. */
export type FieldError = (row: number, message: string) => Error;

/**
 * Makes a decoder for the fields of a column.
 *
 * @param column The column of an ASCII table.
 * @param total How many rows there will be.
 * @param options In what form values are wanted.
 * @param error Makes the error of a field that cannot be read.
 */
export function asciiDecoder(
  column: PlacedColumn,
  total: number,
  options: ValueOptions,
  error: FieldError,
): ElementDecoder {
  if (column.layout.kind !== "ascii") throw new TypeError("the column is one of a binary table");
  const { code } = column.layout.format;
  if (code === "A") return new AsciiText(column, total, options.trim ?? true);
  const physical = options.physical ?? true;
  const type = physical ? options.as ?? column.type : column.storedType;
  if (type === "int32" || type === "int64") return new AsciiIntegers(column, type, total, error);
  return new AsciiReals(column, type as "float64", physical, total, error);
}

/** The characters of a field. */
function fieldOf(bytes: Uint8Array, from: number, width: number): string {
  return platform.decodeLatin1(bytes, from, from + width);
}

/** TNULLn is compared with the whole field, trailing blanks aside (section 7.2.2). */
function isNull(field: string, column: PlacedColumn): boolean {
  if (typeof column.null === "string" && field.trimEnd() === column.null.trimEnd()) return true;
  // Fortran fills a field with asterisks when the number does not fit.
  return /^\s*\*+\s*$/.test(field);
}

class AsciiText implements ElementDecoder {
  readonly #column: PlacedColumn;
  readonly #values: string[];
  readonly #trim: boolean;
  #nulls: Uint8Array<ArrayBuffer> | undefined;

  constructor(column: PlacedColumn, total: number, trim: boolean) {
    this.#column = column;
    this.#trim = trim;
    this.#values = new Array<string>(total);
  }

  put(bytes: Uint8Array, from: number, stride: number, rows: number, _count: number, at: number) {
    for (let row = 0; row < rows; row++) {
      const field = fieldOf(bytes, from + row * stride, this.#column.characters);
      const whole = field.replace(/\0.*$/s, "");
      const text = whole.trimEnd();
      this.#values[at + row] = this.#trim ? text : whole;
      const missing = this.#column.null;
      if (typeof missing !== "string" || text !== missing.trimEnd()) continue;
      this.#nulls ??= new Uint8Array(this.#values.length);
      this.#nulls[at + row] = 1;
    }
  }

  finish(): Elements {
    return { type: "string", values: this.#values, nulls: this.#nulls };
  }
}

class AsciiIntegers implements ElementDecoder {
  readonly #column: PlacedColumn;
  readonly #type: "int32" | "int64";
  readonly #values: Int32Array<ArrayBuffer> | BigInt64Array<ArrayBuffer>;
  readonly #error: FieldError;
  #nulls: Uint8Array<ArrayBuffer> | undefined;

  constructor(column: PlacedColumn, type: "int32" | "int64", total: number, error: FieldError) {
    this.#column = column;
    this.#type = type;
    this.#values = new PIXEL_ARRAYS[type](total);
    this.#error = error;
  }

  put(bytes: Uint8Array, from: number, stride: number, rows: number, _count: number, at: number) {
    for (let row = 0; row < rows; row++) {
      const field = fieldOf(bytes, from + row * stride, this.#column.characters);
      if (isNull(field, this.#column)) {
        this.#nulls ??= new Uint8Array(this.#values.length);
        this.#nulls[at + row] = 1;
        continue;
      }
      const text = field.trim();
      if (text === "") continue;
      if (!/^[+-]?\d+$/.test(text)) {
        throw this.#error(at + row, `found '${field}', expected an integer`);
      }
      if (this.#values instanceof Int32Array) {
        this.#values[at + row] = Number(text);
        continue;
      }
      const value = BigInt(text.replace(/^\+/, ""));
      if (BigInt.asIntN(64, value) !== value) {
        throw this.#error(at + row, `found '${field}', expected an integer of 64 bits`);
      }
      this.#values[at + row] = value;
    }
  }

  finish(): Elements {
    return this.#type === "int32"
      ? { type: "int32", values: this.#values as Int32Array<ArrayBuffer>, nulls: this.#nulls }
      : { type: "int64", values: this.#values as BigInt64Array<ArrayBuffer>, nulls: this.#nulls };
  }
}

class AsciiReals implements ElementDecoder {
  readonly #column: PlacedColumn;
  readonly #type: "float32" | "float64";
  readonly #values: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
  readonly #error: FieldError;
  readonly #scale: number;
  readonly #zero: number;
  readonly #decimals: number;
  /** Whether fields are integers that stay so. */
  readonly #whole: boolean;

  constructor(
    column: PlacedColumn,
    type: "float32" | "float64",
    physical: boolean,
    total: number,
    error: FieldError,
  ) {
    this.#column = column;
    this.#type = type;
    this.#values = new PIXEL_ARRAYS[type](total);
    this.#error = error;
    this.#scale = physical ? column.scale : 1;
    this.#zero = physical ? column.zero : 0;
    const { layout } = column;
    this.#decimals = layout.kind === "ascii" && layout.format.code !== "I"
      ? layout.format.decimals
      : 0;
    this.#whole = layout.kind === "ascii" && layout.format.code === "I" &&
      Number.isInteger(this.#scale) && Number.isInteger(this.#zero);
  }

  put(bytes: Uint8Array, from: number, stride: number, rows: number, _count: number, at: number) {
    for (let row = 0; row < rows; row++) {
      const field = fieldOf(bytes, from + row * stride, this.#column.characters);
      if (isNull(field, this.#column)) {
        this.#values[at + row] = NaN;
        continue;
      }
      const value = realOf(field, this.#decimals);
      if (value === undefined) throw this.#error(at + row, `found '${field}', expected a number`);
      this.#values[at + row] = this.#scaled(value, field);
    }
  }

  /** An integer beyond 2^53 is scaled before it is rounded. */
  #scaled(value: number, field: string): number {
    const scaled = value * this.#scale + this.#zero;
    if (!this.#whole || Number.isSafeInteger(value) && Number.isSafeInteger(scaled)) return scaled;
    const text = field.trim().replace(/^\+/, "");
    if (!/^-?\d+$/.test(text)) return scaled;
    return Number(BigInt(this.#zero) + BigInt(this.#scale) * BigInt(text));
  }

  finish(): Elements {
    return {
      type: this.#type,
      values: this.#values as Float64Array<ArrayBuffer>,
      nulls: undefined,
    };
  }
}

/**
 * Reads a real as Fortran writes it: `1.5`, `1.5E+3`, `1.5D3`, `1.5-3`; without a
 * point the last `decimals` digits are the fraction; a blank field is 0.
 */
export function realOf(field: string, decimals: number): number | undefined {
  const text = field.trim();
  if (text === "") return 0;
  const match = /^([+-]?)(\d*)(\.?)(\d*)(?:\s*(?:[ED]\s*([+-]?\d+)|([+-]\d+)))?$/i.exec(text);
  if (match === null) return /^[+-]?(nan|inf(inity)?)$/i.test(text) ? specialOf(text) : undefined;
  const [, sign, whole, point, fraction, lettered, bare] = match;
  if (whole === "" && fraction === "") return undefined;
  const exponent = Number(lettered ?? bare ?? 0) - (point === "" ? decimals : 0);
  return Number(`${sign}${whole || "0"}.${fraction}e${exponent}`);
}

function specialOf(text: string): number {
  if (/nan/i.test(text)) return NaN;
  return text.startsWith("-") ? -Infinity : Infinity;
}
