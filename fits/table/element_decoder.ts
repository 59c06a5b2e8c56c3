/** Turns the elements of binary tables into arrays: byte order, offsets, scaling, missing values. */

import { platform } from "../../net/platform/mod.ts";
import type { ColumnArrays } from "./column_data.ts";
import { type BinaryCode, ELEMENT_BYTES } from "./column_format.ts";
import { type Gather, gatherInto } from "./gather.ts";
import { scaleLongs } from "../image/pixel_conversion.ts";
import { PIXEL_ARRAYS, type PixelType } from "../image/pixels.ts";
import type { ColumnType, PlacedColumn } from "./column.ts";

/** In what form values are wanted. */
export interface ValueOptions {
  /**
   * Whether values are physical: unsigned integers by their offset, `float64` where
   * they are scaled. Else they are as stored.
   *
   * @default {true}
   */
  readonly physical?: boolean | undefined;
  /** Gives the physical values of numeric columns this type; missing ones are NaN. */
  readonly as?: "float32" | "float64" | undefined;
  /**
   * Whether strings lose their trailing blanks, which mean nothing to the standard. A NUL
   * ends a string in any case.
   *
   * @default {true}
   */
  readonly trim?: boolean | undefined;
}

/** A 1 for every element that is missing; none if all are there. */
type Nulls = Uint8Array<ArrayBuffer> | undefined;

/** Values of one type, with the marks of those that are missing. */
export interface Elements<T extends ColumnType = ColumnType> {
  readonly type: T;
  readonly values: ColumnArrays[T];
  readonly nulls: Nulls;
}

/** Takes elements out of the bytes of rows or of the heap. */
export interface ElementDecoder {
  /** Takes the elements of cells; the last argument is the number of the first in the result. */
  readonly put: Gather;
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
  if (code === "L") return logicalDecoder(total);
  if (code === "X") return bitDecoder(total);
  if (code === "A") return stringDecoder(column.characters, total, options.trim ?? true);
  const physical = options.physical ?? true;
  const complex = code === "C" || code === "M";
  const { storedType, type } = column;
  const wanted = !physical ? storedType : complex ? type : options.as ?? type;
  // Integers of another type than is stored differ by the offset of the type alone.
  const offset = type !== storedType && /int/.test(type);
  const scaled = physical && !offset && (column.scale !== 1 || column.zero !== 0);
  if (!scaled && (wanted === storedType || (wanted === type && offset))) {
    return plainDecoder(column, code, wanted as NumberType, total);
  }
  return scaledDecoder(column, code, wanted as ScaledType, total);
}

type NumberType = PixelType | "complex64" | "complex128";

/** Native numbers of a type: complex ones are pairs. */
function numbers(type: NumberType, total: number): ColumnArrays[NumberType] {
  if (type === "complex64") return new Float32Array(total * 2);
  if (type === "complex128") return new Float64Array(total * 2);
  return new PIXEL_ARRAYS[type](total);
}

/** Numbers that need no arithmetic: brought into this machine's order, their top bit flipped. */
function plainDecoder(
  column: PlacedColumn,
  code: BinaryCode,
  type: NumberType,
  total: number,
): ElementDecoder {
  const values = numbers(type, total);
  const parts = partsOf(code);
  const flip = type !== column.storedType;
  const gather = gatherInto(values, ELEMENT_BYTES[code] / parts, { flip });
  const missing = nullOf(column, type);
  let nulls: Nulls;
  return {
    put: (bytes, from, stride, rows, count, at) => {
      const first = at * parts;
      gather(bytes, from, stride, rows, count * parts, first);
      if (missing === undefined) return;
      for (let i = first; i < first + rows * count; i++) {
        if (values[i] !== missing) continue;
        nulls ??= new Uint8Array(values.length);
        nulls[i] = 1;
      }
    },
    finish: () => ({ type, values, nulls }),
  };
}

/** A complex number is stored as two. */
function partsOf(code: BinaryCode): 1 | 2 {
  return code === "C" || code === "M" ? 2 : 1;
}

/** TNULLn as it looks among the values of a type. */
function nullOf(column: PlacedColumn, type: NumberType): number | bigint | undefined {
  if (column.null === undefined || typeof column.null === "string") return undefined;
  const zero = type === column.storedType ? 0 : column.zero;
  if (type === "int64" || type === "uint64") return BigInt(column.null) + BigInt(zero);
  return Number(column.null) + zero;
}

type ScaledType = "float32" | "float64" | "complex128";

/** Numbers that become TZERO + TSCAL x stored, or another type, piece by piece. */
function scaledDecoder(
  column: PlacedColumn,
  code: BinaryCode,
  type: ScaledType,
  total: number,
): ElementDecoder {
  const { scale, zero } = column;
  const values = numbers(type, total) as Float64Array<ArrayBuffer>;
  const parts = partsOf(code);
  const storedType = column.storedType as NumberType;
  const missing = nullOf(column, storedType);
  // TZERO is a real number: it moves the real part of a complex one.
  const oddZero = parts === 2 ? 0 : zero;
  let stored = numbers(storedType, 0);
  let gather: Gather = () => {};
  return {
    put: (bytes, from, stride, rows, count, at) => {
      const length = rows * count * parts;
      if (stored.length < length) {
        stored = numbers(storedType, rows * count);
        gather = gatherInto(stored, ELEMENT_BYTES[code] / parts, { flip: false });
      }
      gather(bytes, from, stride, rows, count * parts, 0);
      const first = at * parts;
      if (stored instanceof BigInt64Array) {
        scaleLongs(stored.subarray(0, length), { scale, zero, missing }, values, first);
        return;
      }
      for (let i = 0; i < length; i++) {
        const value = stored[i]!;
        values[first + i] = value === missing
          ? NaN
          : (value as number) * scale + ((i & 1) === 0 ? zero : oddZero);
      }
    },
    finish: () => ({ type, values, nulls: undefined }),
  };
}

/** T and F; real files have bytes 1 for T; everything else is no value. */
function logicalDecoder(total: number): ElementDecoder {
  const values = new Uint8Array(total);
  let nulls: Nulls;
  return {
    put: (bytes, from, stride, rows, count, at) => {
      for (let row = 0, to = at; row < rows; row++) {
        for (let i = from + row * stride, end = i + count; i < end; i++, to++) {
          const byte = bytes[i]!;
          if (byte === 0x54 || byte === 0x74 || byte === 1) {
            values[to] = 1;
          } else if (byte !== 0x46 && byte !== 0x66) {
            nulls ??= new Uint8Array(total);
            nulls[to] = 1;
          }
        }
      }
    },
    finish: () => ({ type: "logical", values, nulls }),
  };
}

/** Bits, the most significant first. */
function bitDecoder(total: number): ElementDecoder {
  const values = new Uint8Array(total);
  return {
    put: (bytes, from, stride, rows, count, at) => {
      for (let row = 0, to = at; row < rows; row++) {
        const first = from + row * stride;
        for (let bit = 0; bit < count; bit++) {
          values[to++] = (bytes[first + (bit >> 3)]! >> (7 - (bit & 7))) & 1;
        }
      }
    },
    finish: () => ({ type: "bit", values, nulls: undefined }),
  };
}

/** Strings of a fixed number of characters. */
function stringDecoder(width: number, total: number, trim: boolean): ElementDecoder {
  const values = new Array<string>(total);
  return {
    put: (bytes, from, stride, rows, count, at) => {
      for (let row = 0, to = at; row < rows; row++) {
        for (let i = 0, start = from + row * stride; i < count; i++, start += width) {
          values[to++] = textOf(bytes, start, start + width, trim);
        }
      }
    },
    finish: () => ({ type: "string", values, nulls: undefined }),
  };
}

/** Strings that are shorter are cheaper to put together byte by byte than to ask the runtime for. */
const SHORT_TEXT = 24;

/**
 * The text of a field: up to the first NUL, without trailing blanks where they are trimmed,
 * bytes beyond ASCII as Latin-1.
 */
export function textOf(bytes: Uint8Array, start: number, end: number, trim: boolean): string {
  let stop = start;
  while (stop < end && bytes[stop] !== 0) stop++;
  while (trim && stop > start && bytes[stop - 1] === 0x20) stop--;
  if (stop - start > SHORT_TEXT) {
    return platform.decodeLatin1(bytes, start, stop);
  }
  let text = "";
  for (let i = start; i < stop; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}
