/** Turns the elements of binary tables into arrays: byte order, offsets, scaling, missing values. */

import { Buffer } from "node:buffer";
import type { ColumnArrays } from "./column_data.ts";
import { type BinaryCode, ELEMENT_BYTES } from "./column_format.ts";
import { type Gather, gatherInto } from "./gather.ts";
import { PIXEL_ARRAYS, type PixelType } from "./pixels.ts";
import type { ColumnType, PlacedColumn } from "./table_column.ts";

/** In what form values are wanted. */
export interface ValueOptions {
  /**
   * Whether values are physical: unsigned integers by their offset, `float64` where
   * they are scaled. Else they are as stored.
   *
   * @default {true}
   */
  readonly physical?: boolean;
  /** Gives the physical values of numeric columns this type; missing ones are NaN. */
  readonly as?: "float32" | "float64";
}

/** Values of one type, with the marks of those that are missing. */
export interface Elements<T extends ColumnType = ColumnType> {
  readonly type: T;
  readonly values: ColumnArrays[T];
  readonly nulls: Uint8Array<ArrayBuffer> | undefined;
}

/** Takes elements out of the bytes of rows or of the heap. */
export interface ElementDecoder {
  /**
   * Takes elements.
   *
   * @param bytes Bytes that hold them.
   * @param from Where the first begins.
   * @param stride Bytes from a cell to the next.
   * @param rows How many cells.
   * @param count Elements of a cell.
   * @param at The number of the first element in the result.
   */
  put(
    bytes: Uint8Array,
    from: number,
    stride: number,
    rows: number,
    count: number,
    at: number,
  ): void;
  /** The values of all elements. */
  finish(): Elements;
}

/**
 * Makes a decoder for the elements of a column.
 *
 * @param column The column.
 * @param code How the elements are stored.
 * @param total How many elements there will be.
 * @param options In what form they are wanted.
 */
export function elementDecoder(
  column: PlacedColumn,
  code: BinaryCode,
  total: number,
  options: ValueOptions = {},
): ElementDecoder {
  if (code === "L") return new LogicalDecoder(total);
  if (code === "X") return new BitDecoder(total);
  if (code === "A") return new StringDecoder(column.characters, total);
  const physical = options.physical ?? true;
  const complex = code === "C" || code === "M";
  const { storedType, type, scale, zero } = column;
  const wanted = !physical ? storedType : complex ? type : options.as ?? type;
  if (wanted === storedType || (wanted === type && /int/.test(type))) {
    return new PlainDecoder(column, code, wanted as NumberType, total);
  }
  return new ScaledDecoder(column, code, wanted as "float32", total, scale, zero);
}

type NumberType = PixelType | "complex64" | "complex128";

/** Native numbers of a type: complex ones are pairs. */
function numbers(type: NumberType, total: number): ColumnArrays[NumberType] {
  if (type === "complex64") return new Float32Array(total * 2);
  if (type === "complex128") return new Float64Array(total * 2);
  return new PIXEL_ARRAYS[type](total);
}

/** Numbers that need no arithmetic: brought into this machine's order, their top bit flipped. */
class PlainDecoder implements ElementDecoder {
  readonly #type: NumberType;
  readonly #values: ColumnArrays[NumberType];
  readonly #gather: Gather;
  readonly #parts: number;
  readonly #null: number | bigint | undefined;
  #nulls: Uint8Array<ArrayBuffer> | undefined;

  constructor(column: PlacedColumn, code: BinaryCode, type: NumberType, total: number) {
    this.#type = type;
    this.#values = numbers(type, total);
    this.#parts = code === "C" || code === "M" ? 2 : 1;
    this.#gather = gatherInto(this.#values, ELEMENT_BYTES[code] / this.#parts, {
      flip: type !== column.storedType,
    });
    this.#null = nullOf(column, type);
  }

  put(
    bytes: Uint8Array,
    from: number,
    stride: number,
    rows: number,
    count: number,
    at: number,
  ): void {
    const first = at * this.#parts;
    this.#gather(bytes, from, stride, rows, count * this.#parts, first);
    if (this.#null === undefined) return;
    const values = this.#values as ArrayLike<number | bigint>;
    for (let i = first; i < first + rows * count; i++) {
      if (values[i] !== this.#null) continue;
      this.#nulls ??= new Uint8Array(values.length);
      this.#nulls[i] = 1;
    }
  }

  finish(): Elements {
    return { type: this.#type, values: this.#values, nulls: this.#nulls };
  }
}

/** TNULLn as it looks among the values of a type. */
function nullOf(column: PlacedColumn, type: NumberType): number | bigint | undefined {
  if (column.null === undefined || typeof column.null === "string") return undefined;
  const zero = type === column.storedType ? 0 : column.zero;
  if (type === "int64" || type === "uint64") return BigInt(column.null) + BigInt(zero);
  return Number(column.null) + zero;
}

/** Numbers that become TZERO + TSCAL x stored, or another type, piece by piece. */
class ScaledDecoder implements ElementDecoder {
  readonly #type: "float32" | "float64" | "complex128";
  readonly #values: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
  readonly #column: PlacedColumn;
  readonly #code: BinaryCode;
  readonly #parts: number;
  readonly #scale: number;
  readonly #zero: number;
  #stored: ColumnArrays[NumberType] | undefined;
  #gather: Gather | undefined;

  constructor(
    column: PlacedColumn,
    code: BinaryCode,
    type: "float32" | "float64" | "complex128",
    total: number,
    scale: number,
    zero: number,
  ) {
    this.#column = column;
    this.#code = code;
    this.#type = type;
    this.#values = numbers(type, total) as Float64Array<ArrayBuffer>;
    this.#parts = type === "complex128" ? 2 : 1;
    this.#scale = scale;
    this.#zero = zero;
  }

  put(
    bytes: Uint8Array,
    from: number,
    stride: number,
    rows: number,
    count: number,
    at: number,
  ): void {
    const length = rows * count;
    if (this.#stored === undefined || this.#stored.length < length * this.#parts) {
      this.#stored = numbers(this.#column.storedType as NumberType, length);
      this.#gather = gatherInto(this.#stored, ELEMENT_BYTES[this.#code] / this.#parts, {
        flip: false,
      });
    }
    this.#gather!(bytes, from, stride, rows, count * this.#parts, 0);
    const stored = this.#stored as ArrayLike<number | bigint>;
    const values = this.#values;
    const missing = nullOf(this.#column, this.#column.storedType as NumberType);
    const scale = this.#scale;
    const first = at * this.#parts;
    for (let i = 0; i < length * this.#parts; i++) {
      const value = stored[i]!;
      // TZERO is a real number: it moves the real part of a complex one.
      const zero = this.#parts === 2 && (i & 1) === 1 ? 0 : this.#zero;
      values[first + i] = value === missing ? NaN : Number(value) * scale + zero;
    }
  }

  finish(): Elements {
    return {
      type: this.#type,
      values: this.#values as Float64Array<ArrayBuffer>,
      nulls: undefined,
    };
  }
}

/** T and F; real files have bytes 1 for T; everything else is no value. */
class LogicalDecoder implements ElementDecoder {
  readonly #values: Uint8Array<ArrayBuffer>;
  #nulls: Uint8Array<ArrayBuffer> | undefined;

  constructor(total: number) {
    this.#values = new Uint8Array(total);
  }

  put(
    bytes: Uint8Array,
    from: number,
    stride: number,
    rows: number,
    count: number,
    at: number,
  ): void {
    for (let row = 0, to = at; row < rows; row++) {
      for (let i = from + row * stride, end = i + count; i < end; i++, to++) {
        const byte = bytes[i]!;
        if (byte === 0x54 || byte === 0x74 || byte === 1) {
          this.#values[to] = 1;
        } else if (byte !== 0x46 && byte !== 0x66) {
          this.#nulls ??= new Uint8Array(this.#values.length);
          this.#nulls[to] = 1;
        }
      }
    }
  }

  finish(): Elements {
    return { type: "logical", values: this.#values, nulls: this.#nulls };
  }
}

/** Bits, the most significant first. */
class BitDecoder implements ElementDecoder {
  readonly #values: Uint8Array<ArrayBuffer>;

  constructor(total: number) {
    this.#values = new Uint8Array(total);
  }

  put(
    bytes: Uint8Array,
    from: number,
    stride: number,
    rows: number,
    count: number,
    at: number,
  ): void {
    for (let row = 0, to = at; row < rows; row++) {
      const first = from + row * stride;
      for (let bit = 0; bit < count; bit++) {
        this.#values[to++] = (bytes[first + (bit >> 3)]! >> (7 - (bit & 7))) & 1;
      }
    }
  }

  finish(): Elements {
    return { type: "bit", values: this.#values, nulls: undefined };
  }
}

/** Strings of a fixed number of characters. */
class StringDecoder implements ElementDecoder {
  readonly #values: string[];
  readonly #characters: number;

  constructor(characters: number, total: number) {
    this.#characters = characters;
    this.#values = new Array<string>(total);
  }

  put(
    bytes: Uint8Array,
    from: number,
    stride: number,
    rows: number,
    count: number,
    at: number,
  ): void {
    const width = this.#characters;
    for (let row = 0, to = at; row < rows; row++) {
      for (let i = 0, start = from + row * stride; i < count; i++, start += width) {
        this.#values[to++] = textOf(bytes, start, start + width);
      }
    }
  }

  finish(): Elements {
    return { type: "string", values: this.#values, nulls: undefined };
  }
}

/** Strings that are shorter are cheaper to put together byte by byte than to ask the runtime for. */
const SHORT_TEXT = 24;

/**
 * The text of a field: up to the first NUL, without trailing blanks, bytes beyond
 * ASCII as Latin-1.
 */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  let stop = start;
  while (stop < end && bytes[stop] !== 0) stop++;
  while (stop > start && bytes[stop - 1] === 0x20) stop--;
  if (stop - start > SHORT_TEXT) {
    return Buffer.from(bytes.buffer, bytes.byteOffset + start, stop - start).toString("latin1");
  }
  let text = "";
  for (let i = start; i < stop; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}
