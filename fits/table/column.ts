/** The columns of a table, as its header describes them (FITS 4.0, sections 7.2 and 7.3). */

import { FormatError } from "../../net/errors.ts";
import {
  type AsciiFormat,
  type BinaryCode,
  type BinaryFormat,
  cellBytes,
  parseAsciiFormat,
  parseBinaryFormat,
  parseDimensions,
} from "./column_format.ts";
import type { Header } from "../header/header.ts";
import type { PixelType } from "../image/pixels.ts";

/** What the elements of a column are. */
export type ColumnType = PixelType | "logical" | "bit" | "string" | "complex64" | "complex128";

/** One column of a table. */
export interface TableColumn {
  /** The number of the column, counted from 0; `TTYPEn` has n one greater. */
  readonly index: number;
  /** TTYPEn without blanks around it, or `""`. */
  readonly name: string;
  /** A name that no other column has: the name, or `col3`, or `name_2` where it is taken. */
  readonly key: string;
  /** TFORMn. */
  readonly format: string;
  /** The type of the physical values. */
  readonly type: ColumnType;
  /** The type of the values as they are stored. */
  readonly storedType: ColumnType;
  /**
   * The lengths of the axes of one cell, axis 1 first; `[]` of a single value. Of
   * variable-length cells those of TDIMn, if there are any. Characters are no axis.
   */
  readonly shape: readonly number[];
  /** Whether the cells have arrays of different lengths. */
  readonly variable: boolean;
  /** TUNITn, or `""`. */
  readonly unit: string;
  /** TDISPn, or `""`. */
  readonly display: string;
  /** TSCALn, 1 without one. */
  readonly scale: number;
  /** TZEROn, 0 without one. */
  readonly zero: number;
  /** TNULLn: the stored integer, or the text of an ASCII field, that stands for no value. */
  readonly null: number | bigint | string | undefined;
}

/** A column with its place in the row. */
export interface PlacedColumn extends TableColumn {
  /** Bytes of the row before the cell. */
  readonly offset: number;
  /** Bytes of the cell. */
  readonly bytes: number;
  /** Elements of a cell that are read; of strings, how many; of a variable-length column 0. */
  readonly count: number;
  /** Characters of one string. */
  readonly characters: number;
  readonly layout:
    | { readonly kind: "binary"; readonly format: BinaryFormat }
    | { readonly kind: "ascii"; readonly format: AsciiFormat };
}

/** The columns of a table. */
export interface TableLayout {
  readonly columns: readonly PlacedColumn[];
  /** What is wrong with the keywords of the columns. */
  readonly problems: readonly string[];
}

const STORED_TYPES: Readonly<Record<BinaryCode, ColumnType>> = {
  L: "logical",
  X: "bit",
  B: "uint8",
  I: "int16",
  J: "int32",
  K: "int64",
  A: "string",
  E: "float32",
  D: "float64",
  C: "complex64",
  M: "complex128",
};

/** The offsets that make unsigned integers and signed bytes (section 7.3.2, table 19). */
const OFFSET_TYPES: Readonly<Record<string, readonly [zero: number, type: ColumnType]>> = {
  uint8: [-128, "int8"],
  int16: [32768, "uint16"],
  int32: [2147483648, "uint32"],
  int64: [9223372036854775808, "uint64"],
};

/** Reads the columns of a table's header. */
class LayoutReader {
  readonly problems: string[] = [];
  readonly #header: Header;
  readonly #keys = new Set<string>();
  readonly #rowBytes: number;

  constructor(header: Header, rowBytes: number) {
    this.#header = header;
    this.#rowBytes = rowBytes;
  }

  /** How many columns there are. */
  count(): number {
    const count = this.#header.integer("TFIELDS");
    if (count !== undefined && count >= 0 && count <= 999) return count;
    throw new FormatError(`Cannot read a table: TFIELDS is ${count}, expected 0 to 999`);
  }

  text(keyword: string): string {
    return this.#header.string(keyword)?.trim() ?? "";
  }

  required(keyword: string): string {
    const text = this.#header.string(keyword);
    if (text !== undefined) return text;
    throw new FormatError(`Cannot read a table: it has no ${keyword}`);
  }

  /** What both kinds of tables have in common. */
  common(index: number) {
    const n = index + 1;
    const name = this.text(`TTYPE${n}`);
    return {
      index,
      name,
      key: this.#uniqueKey(name, n),
      unit: this.text(`TUNIT${n}`),
      display: this.text(`TDISP${n}`),
    };
  }

  #uniqueKey(name: string, n: number): string {
    const base = name === "" ? `col${n}` : name;
    let key = base;
    for (let i = 2; this.#keys.has(key.toUpperCase()); i++) key = `${base}_${i}`;
    if (key !== base) this.problems.push(`TTYPE${n}: the name '${name}' is not the first`);
    this.#keys.add(key.toUpperCase());
    return key;
  }

  scaling(index: number, storedType: ColumnType): Pick<TableColumn, "scale" | "zero" | "type"> {
    const n = index + 1;
    let scale = this.#number(`TSCAL${n}`, 1);
    let zero = this.#number(`TZERO${n}`, 0);
    if ((scale !== 1 || zero !== 0) && /^(logical|bit|string)$/.test(storedType)) {
      this.problems.push(`TSCAL${n} and TZERO${n} are ignored: the column holds no numbers`);
      scale = 1;
      zero = 0;
    }
    const [offset, type] = OFFSET_TYPES[storedType] ?? [];
    if (scale === 1 && zero === 0) return { scale, zero, type: storedType };
    if (scale === 1 && zero === offset) return { scale, zero, type: type! };
    return { scale, zero, type: /^complex/.test(storedType) ? "complex128" : "float64" };
  }

  #number(keyword: string, fallback: number): number {
    if (!this.#header.has(keyword)) return fallback;
    const value = this.#header.number(keyword);
    if (value !== undefined && Number.isFinite(value)) {
      const exact = this.#header.get(keyword);
      if (typeof exact === "bigint" && BigInt(value) !== exact) {
        this.problems.push(`${keyword} is ${exact}, taken as ${BigInt(value)}, the nearest double`);
      }
      return value;
    }
    this.problems.push(`${keyword} is no number, taken as ${fallback}`);
    return fallback;
  }

  /** TNULLn of integers. */
  integerNull(index: number, storedType: ColumnType): number | bigint | undefined {
    const keyword = `TNULL${index + 1}`;
    const value = this.#header.get(keyword);
    if (value === undefined || value === null) return undefined;
    const integral = typeof value === "bigint" || Number.isSafeInteger(value);
    if (integral && /^u?int/.test(storedType)) return value as number | bigint;
    this.problems.push(
      `${keyword} is ignored: ${integral ? "the column holds no integers" : "it is no integer"}`,
    );
    return undefined;
  }

  binary(index: number, offset: number): PlacedColumn {
    const n = index + 1;
    const text = this.required(`TFORM${n}`).trim();
    const format = parseBinaryFormat(text);
    if (format === undefined) {
      throw new FormatError(
        `Cannot read a table: TFORM${n} is '${text}', expected a format such as 1J, 20A or 1PE(5)`,
      );
    }
    const storedType = STORED_TYPES[format.code];
    const bytes = cellBytes(format);
    if (offset + bytes > this.#rowBytes) {
      this.problems.push(
        `column ${n} ends at byte ${offset + bytes} of a row of ${this.#rowBytes} bytes`,
      );
    }
    return {
      ...this.common(index),
      ...this.scaling(index, storedType),
      ...this.#cell(n, format),
      format: text,
      storedType,
      variable: format.descriptor !== undefined,
      null: this.integerNull(index, storedType),
      offset,
      bytes,
      layout: { kind: "binary", format },
    };
  }

  /** Shape and elements of a cell, by TDIMn where it fits, and by the `rAw` convention. */
  #cell(n: number, format: BinaryFormat): Pick<PlacedColumn, "shape" | "count" | "characters"> {
    const { code, repeat, descriptor, substring } = format;
    const dimensions = this.#dimensions(n, code, descriptor === undefined ? repeat : undefined);
    const text = code === "A";
    if (descriptor !== undefined) {
      return { shape: text ? [] : dimensions ?? [], count: 0, characters: 0 };
    }
    if (dimensions !== undefined) {
      const shape = text ? dimensions.slice(1) : dimensions;
      const count = shape.reduce((product, length) => product * length, 1);
      return { shape, count, characters: text ? dimensions[0]! : 0 };
    }
    if (text) {
      const rest = repeat % (substring ?? 1);
      if (rest > 0) {
        this.problems.push(
          `TFORM${n}: the last ${rest} of ${repeat} characters belong to no string of ${substring}`,
        );
      }
      const count = substring === undefined ? 1 : Math.floor(repeat / substring);
      return { shape: count > 1 ? [count] : [], count, characters: substring ?? repeat };
    }
    return { shape: repeat === 1 ? [] : [repeat], count: repeat, characters: 0 };
  }

  #dimensions(n: number, code: BinaryCode, most: number | undefined): number[] | undefined {
    const text = this.text(`TDIM${n}`);
    if (text === "") return undefined;
    const lengths = parseDimensions(text);
    const product = lengths?.reduce((product, length) => product * length, 1);
    // Text of which TDIMn leaves a part out was not meant to be cut: CFITSIO reads it whole too.
    const whole = code !== "A" || product === most;
    if (product !== undefined && (most === undefined || product <= most && whole)) return lengths;
    const reason = lengths === undefined
      ? "is no list of lengths in brackets"
      : `does not fit a cell of ${most} ${code === "A" ? "characters" : "elements"}`;
    this.problems.push(`TDIM${n} is ignored: '${text}' ${reason}`);
    return undefined;
  }

  ascii(index: number): PlacedColumn {
    const n = index + 1;
    const text = this.required(`TFORM${n}`).trim();
    const format = parseAsciiFormat(text);
    const start = this.#header.integer(`TBCOL${n}`);
    if (format === undefined || start === undefined || start < 1) {
      throw new FormatError(
        `Cannot read a table: TFORM${n} is '${text}' and TBCOL${n} is ${start}, ` +
          `expected a format such as I10, A20 or E15.7 and a column from 1 on`,
      );
    }
    const { code, width } = format;
    // Nine digits are at most 32 bits; more need 64.
    const storedType = code === "A"
      ? "string"
      : code !== "I"
      ? "float64"
      : width < 10
      ? "int32"
      : "int64";
    if (start - 1 + width > this.#rowBytes) {
      this.problems.push(
        `column ${n} ends at byte ${start - 1 + width} of a row of ${this.#rowBytes} bytes`,
      );
    }
    const scaling = this.scaling(index, storedType);
    return {
      ...this.common(index),
      ...scaling,
      // The offsets of unsigned integers are a convention of binary tables.
      type: scaling.scale === 1 && scaling.zero === 0 ? storedType : "float64",
      format: text,
      storedType,
      shape: [],
      variable: false,
      null: this.#header.string(`TNULL${n}`),
      offset: start - 1,
      bytes: width,
      count: 1,
      characters: width,
      layout: { kind: "ascii", format },
    };
  }

  /** What is left of the row, or missing. */
  checkWidth(used: number): void {
    if (used === this.#rowBytes) return;
    this.problems.push(`the columns take ${used} bytes of a row, NAXIS1 is ${this.#rowBytes}`);
  }
}

/**
 * Reads the columns of a binary table.
 *
 * @param header The table's header.
 * @param rowBytes NAXIS1, which is the distance of rows even where the columns are narrower.
 * @returns The columns, and what is wrong with them.
 * @throws {FormatError} If a column has no format that can be read, so that what
 * follows it cannot be found.
 */
export function binaryColumns(header: Header, rowBytes: number): TableLayout {
  const reader = new LayoutReader(header, rowBytes);
  const columns: PlacedColumn[] = [];
  let offset = 0;
  for (let index = 0, count = reader.count(); index < count; index++) {
    const column = reader.binary(index, offset);
    columns.push(column);
    offset += column.bytes;
  }
  reader.checkWidth(offset);
  return { columns, problems: reader.problems };
}

/**
 * Reads the columns of an ASCII table.
 *
 * @param header The table's header.
 * @param rowBytes NAXIS1, the characters of a row.
 * @returns The columns, and what is wrong with them.
 * @throws {FormatError} If a column has no format or no place that can be read.
 */
export function asciiColumns(header: Header, rowBytes: number): TableLayout {
  const reader = new LayoutReader(header, rowBytes);
  const columns = Array.from({ length: reader.count() }, (_, index) => reader.ascii(index));
  return { columns, problems: reader.problems };
}
