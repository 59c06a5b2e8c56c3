/** The values of columns, as they are handed out. */

import type { PixelArrays } from "../image/pixels.ts";
import type { ColumnType, TableColumn } from "./column.ts";

/** The arrays that hold the values of each type of column. */
export interface ColumnArrays extends PixelArrays {
  /** 1 for true, 0 for false and for no value. */
  logical: Uint8Array<ArrayBuffer>;
  /** 1 or 0 for each bit. */
  bit: Uint8Array<ArrayBuffer>;
  /** Text without trailing blanks, up to the first NUL. */
  string: string[];
  /** Pairs of a real and an imaginary part. */
  complex64: Float32Array<ArrayBuffer>;
  /** Pairs of a real and an imaginary part. */
  complex128: Float64Array<ArrayBuffer>;
}

/** The values of a column whose cells all have the same number of elements. */
export interface FixedValues<T extends ColumnType> {
  /** The column. */
  readonly column: TableColumn;
  /** What the elements are. */
  readonly type: T;
  /** That the cells are of one size. */
  readonly variable: false;
  /** How many rows there are. */
  readonly rows: number;
  /**
   * Whether the values are physical; else they are as stored, to be scaled by the
   * column's `scale` and `zero`.
   */
  readonly physical: boolean;
  /** Elements of a cell; a complex number is one element. */
  readonly count: number;
  /** The elements of all rows, one row behind the other. */
  readonly values: ColumnArrays[T];
  /**
   * 1 for every element without a value (TNULLn, or a logical that is neither), where
   * any is so; floating-point values are NaN instead.
   */
  readonly nulls: Uint8Array<ArrayBuffer> | undefined;
}

/** The values of a variable-length column: an array for each row. */
export interface VariableValues<T extends Exclude<ColumnType, "string">> {
  /** The column. */
  readonly column: TableColumn;
  /** What the elements are. */
  readonly type: T;
  /** That each row has its own number of elements. */
  readonly variable: true;
  /** How many rows there are. */
  readonly rows: number;
  /** Whether the values are physical, as {@linkcode FixedValues.physical}. */
  readonly physical: boolean;
  /** The elements of each row. */
  readonly values: readonly ColumnArrays[T][];
  /** The marks of elements without a value, of each row, where any row has one. */
  readonly nulls: readonly Uint8Array[] | undefined;
}

/**
 * The values of a column, whose `type` and `variable` tell the class of `values`.
 * A variable-length column of characters has one string for each row, and is given
 * as a fixed one.
 */
export type ColumnData<T extends ColumnType = ColumnType> = {
  [K in T]: FixedValues<K> | (K extends "string" ? never : VariableValues<Exclude<K, "string">>);
}[T];

/** One value: of a complex number its two parts, of a missing value null. */
export type ElementValue = number | bigint | boolean | string | null | readonly [number, number];

/** What a cell holds: one value, or those of an array. */
export type CellValue = ElementValue | CellArray;

/** The values of an array in a cell: numbers without gaps as a typed array, others one by one. */
export type CellArray =
  | Exclude<ColumnArrays[Exclude<ColumnType, "logical" | "bit" | "string">], string[]>
  | Uint8Array<ArrayBuffer>
  | readonly ElementValue[];

/**
 * Gives the value of one element.
 *
 * @param data The column.
 * @param values The array that the element is in.
 * @param nulls The marks of missing values, if any.
 * @param at The number of the element in the array.
 */
function element(
  type: ColumnType,
  values: ArrayLike<number | bigint | string>,
  nulls: Uint8Array | undefined,
  at: number,
): ElementValue {
  if (nulls !== undefined && nulls[at] === 1) return null;
  if (type === "complex64" || type === "complex128") {
    return [values[2 * at] as number, values[2 * at + 1] as number];
  }
  if (type === "logical") return values[at] === 1;
  return values[at]!;
}

/**
 * Makes a function that gives the cells of a column: a single value, or an array.
 *
 * @param data The column.
 * @returns A function of the row's number in `data`.
 */
export function cellsOf(data: ColumnData): (row: number) => CellValue {
  const { type } = data;
  const plain = !/^(logical|string|complex)/.test(type);
  if (data.variable) {
    return (row) => {
      const values = data.values[row]!;
      const nulls = data.nulls?.[row];
      if (plain && !nulls?.includes(1)) return values;
      const length = /^complex/.test(type) ? values.length / 2 : values.length;
      return Array.from({ length }, (_, i) => element(type, values, nulls, i));
    };
  }
  const { values, nulls, count } = data;
  if (data.column.shape.length === 0 || (data.column.variable && type === "string")) {
    return (row) => element(type, values, nulls, row);
  }
  return (row) => {
    const first = row * count;
    const missing = nulls !== undefined && nulls.indexOf(1, first) !== -1 &&
      nulls.indexOf(1, first) < first + count;
    if (plain && !missing) {
      return (values as Float64Array<ArrayBuffer>).subarray(first, first + count);
    }
    return Array.from({ length: count }, (_, i) => element(type, values, nulls, first + i));
  };
}
