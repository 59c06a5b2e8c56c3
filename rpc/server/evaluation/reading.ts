/** From the bytes of a FITS file to what a command reads of it. */

import { FitsFile } from "../../../fits/file/fits_file.ts";
import type { Hdu } from "../../../fits/file/hdu.ts";
import { MemorySource } from "../../../fits/source/source.ts";
import type { ColumnData } from "../../../fits/table/column_data.ts";
import type { TableColumn } from "../../../fits/table/column.ts";
import { FormatError } from "../../../net/errors.ts";
import type { LanguageHdu, LanguageReading } from "../../language/routines/host.ts";
import { idlArray } from "../../language/routines/plain.ts";
import {
  elementsOf,
  type IdlNumeric,
  type IdlNumericData,
  type IdlString,
  IdlType,
} from "../../language/values/value.ts";

/** Bytes of an element at most, and what a text takes besides its characters. */
const ELEMENT_BYTES = 16;

/** IDL's arrays have 1 to 8 dimensions, the last one of a column counts the rows. */
const MAX_CELL_DIMENSIONS = 7;

/** A logical value as MRDFITS gives it: the code of its letter, 0 where there is none. */
const [TRUE, FALSE] = [84, 70];

/**
 * Reads an HDU of a file.
 *
 * @param reading What is wanted.
 * @param bytes The whole file, as it is: one that is compressed as a whole is no FITS file.
 * @throws {FormatError} If it is no FITS file, or damaged.
 */
export async function readHdu(
  { from, hdu: choice, part, physical, rows, columns, reserve }: LanguageReading,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<LanguageHdu> {
  const name = typeof from === "string" ? from : "the file";
  await using file = await FitsFile.open(new MemorySource(bytes, name));
  const hdu = await file.hdu(choice);
  const cards = [...hdu.header].flatMap(({ raw }) => raw.match(/.{1,80}/gs) ?? []);
  if (part === "header") return { cards };
  if (hdu.isImage) {
    reserve(ELEMENT_BYTES / 2 * elementsOf(hdu.shape));
    const { pixels, shape } = await hdu.image({ physical });
    const data = pixels instanceof Int8Array ? Int16Array.from(pixels) : pixels;
    return { cards, image: idlArray(data, withoutOnes(shape)) };
  }
  if (part === "image" || !hdu.isTable) return { cards };
  return { cards, ...await readTable(hdu, { rows, columns, reserve }, bytes.length) };
}

async function readTable(
  hdu: Hdu,
  { rows, columns, reserve }: Pick<LanguageReading, "rows" | "columns" | "reserve">,
  fileBytes: number,
): Promise<Pick<LanguageHdu, "rows" | "columns">> {
  const table = hdu.openTable();
  const last = rows === undefined ? table.rows : rows[1];
  const count = Math.max(0, last - (rows?.[0] ?? 0));
  const cells = table.columns.reduce((sum, column) => sum + elementsOf(column.shape), 0);
  // The characters of all texts are in the file.
  reserve(ELEMENT_BYTES * cells * count + 2 * fileBytes);
  const data = await table.read({ columns, ...rows === undefined ? {} : { rows } });
  return {
    rows: data.rows,
    columns: data.rows === 0 ? [] : data.columns.map((column) => ({
      name: column.column.key,
      value: valueOf(column, reserve),
    })),
  };
}

/** The values of a column: the dimensions of a cell, then the rows. */
function valueOf(data: ColumnData, reserve: (bytes: number) => void): IdlNumeric | IdlString {
  const { column, rows, type } = data;
  if (data.variable) return filledUp(data, reserve);
  const shape = [...cellShape(column, data.count), rows];
  if (type === "string") {
    return { type: IdlType.STRING, shape, data: data.values as readonly string[] };
  }
  return numbersOf(type, data.values as IdlNumericData, data.nulls, shape);
}

/** Arrays of different lengths, each filled up with zeros to the longest. */
function filledUp(
  { type, values, nulls, rows }: ColumnData & { variable: true },
  reserve: (bytes: number) => void,
): IdlNumeric {
  const longest = values.reduce((most, own) => Math.max(most, own.length), 0);
  if (longest === 0) return { type: IdlType.BYTE, shape: [rows], data: new Uint8Array(rows) };
  const Kind = values[0]!.constructor as { new (length: number): IdlNumericData };
  reserve(longest * rows * values[0]!.BYTES_PER_ELEMENT);
  const all = new Kind(longest * rows);
  const missing = nulls === undefined ? undefined : new Uint8Array(longest * rows);
  for (let row = 0; row < rows; row++) {
    (all as Float64Array).set(values[row] as unknown as Float64Array, row * longest);
    if (nulls !== undefined) missing!.set(nulls[row]!, row * longest);
  }
  const elements = type.startsWith("complex") ? longest / 2 : longest;
  const shape = elements === 1 ? [rows] : [elements, rows];
  // Where there is no value any more there is no letter either.
  if (type === "logical") {
    const gaps = missing ?? new Uint8Array(all.length);
    for (let row = 0; row < rows; row++) {
      gaps.fill(1, row * longest + values[row]!.length, (row + 1) * longest);
    }
    return numbersOf(type, all, gaps, shape);
  }
  return numbersOf(type, all, missing, shape);
}

function numbersOf(
  type: ColumnData["type"],
  data: IdlNumericData | Int8Array<ArrayBuffer>,
  nulls: Uint8Array | undefined,
  shape: readonly number[],
): IdlNumeric {
  if (type === "complex64") {
    return { type: IdlType.COMPLEX, shape, data: data as Float32Array<ArrayBuffer> };
  }
  if (type === "complex128") {
    return { type: IdlType.DCOMPLEX, shape, data: data as Float64Array<ArrayBuffer> };
  }
  if (type === "logical") {
    const letters = (data as Uint8Array).map((value, i) =>
      nulls?.[i] === 1 ? 0 : value === 1 ? TRUE : FALSE
    );
    return idlArray(letters as Uint8Array<ArrayBuffer>, shape);
  }
  return idlArray(data instanceof Int8Array ? Int16Array.from(data) : data, shape);
}

/** The dimensions of a cell: none where it is one value. */
function cellShape(column: TableColumn, count: number): readonly number[] {
  const shape = withoutOnes(column.shape);
  if (elementsOf(shape) !== count) return count === 1 ? [] : [count];
  if (shape.length > MAX_CELL_DIMENSIONS) {
    throw new FormatError(`Column ${column.key} has cells of ${shape.length} dimensions`);
  }
  return shape;
}

/** Dimensions without those of 1 at their end, as IDL has them. */
function withoutOnes(shape: readonly number[]): readonly number[] {
  return shape.slice(0, shape.findLastIndex((length) => length !== 1) + 1);
}
