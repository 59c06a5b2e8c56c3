/** ASCII tables as HDUs to be written (FITS 4.0, section 7.2). */

import { FormatError } from "../../net/errors.ts";
import { fixed, scientific } from "../../net/text/decimal.ts";
import { Card } from "../header/card.ts";
import { type AsciiFormat, parseAsciiFormat } from "./column_format.ts";
import type { ColumnInput } from "./column_output.ts";
import { type HduInput, type HduOutput, shortCard, structureCards } from "../hdu/output.ts";
import { Header } from "../header/header.ts";
import { pixelTypeOf } from "../image/output.ts";

/** Decimals that are written: a double has at most 1074. */
const MAX_PLACES = 1074;
/** Bytes of rows that are made at a time. */
const PIECE_BYTES = 1 << 20;

interface AsciiColumn {
  readonly input: ColumnInput;
  readonly label: string;
  readonly rows: number;
  readonly form: string;
  readonly format: AsciiFormat;
  readonly null: string | undefined;
  /** The first character of the field in a row, counted from 0. */
  readonly start: number;
  field(row: number): string;
}

/**
 * Makes an ASCII table ready to be written: one blank between fields, numbers with
 * as many figures as they need to be read again equal.
 *
 * @param table The columns.
 * @param own The cards that its user gives.
 * @returns What `writeFits` takes.
 * @throws {FormatError} If a column cannot be written as text.
 */
export function asciiTable(
  table: { readonly columns: readonly ColumnInput[] },
  own: readonly Card[],
): HduInput {
  const columns: AsciiColumn[] = [];
  let width = 0;
  for (const [index, input] of table.columns.entries()) {
    const column = asciiColumn(input, index, width === 0 ? 0 : width + 1);
    columns.push(column);
    width = column.start + column.format.width;
  }
  const rows = columns[0]?.rows ?? 0;
  for (const column of columns) {
    if (column.rows === rows) continue;
    throw new FormatError(
      `Cannot write a table: the column '${columns[0]!.label}' has ${rows} rows, ` +
        `the column '${column.label}' ${column.rows}`,
    );
  }
  return {
    canBePrimary: false,
    prepare: (): HduOutput => ({
      header: asciiHeader(columns, width, rows, own),
      dataSize: width * rows,
      fill: 32,
      data: () => asciiRows(columns, width, rows),
    }),
  };
}

function fail(label: string, message: string): FormatError {
  return new FormatError(`Cannot write the column '${label}' of an ASCII table: ${message}`);
}

function asciiColumn(input: ColumnInput, index: number, start: number): AsciiColumn {
  const label = input.name?.trim() || `column ${index + 1}`;
  if (
    input.shape !== undefined && input.shape.length > 0 || input.variable || input.type === "bit"
  ) {
    throw fail(label, "its cells have more than one value");
  }
  const rows = input.values.length;
  const missing = missingText(input, label);
  const text = textsOf(input, label, missing);
  const form = input.format ?? text.form;
  const format = parseAsciiFormat(form);
  if (format === undefined) {
    throw fail(label, `its format is '${form}', expected such as I10, E15.7`);
  }
  const write = (value: number | bigint) => formatNumber(value, format, label);
  return {
    input,
    label,
    rows,
    form,
    format,
    null: missing,
    start,
    field: (row) => {
      const field = text.field(row, write);
      if (field.length > format.width) {
        throw fail(label, `'${field}' in row ${row + 1} does not fit ${form}`);
      }
      return format.code === "A" ? field.padEnd(format.width) : field.padStart(format.width);
    },
  };
}

interface Texts {
  /** The format that loses nothing. */
  readonly form: string;
  field(row: number, write: (value: number | bigint) => string): string;
}

/** TNULLn, where it is given or some value is missing. */
function missingText(input: ColumnInput, label: string): string | undefined {
  if (input.null !== undefined) return String(input.null);
  const { values } = input;
  const real = values instanceof Float32Array || values instanceof Float64Array;
  if (real && (values as Float64Array).some(Number.isNaN)) return "NaN";
  if (input.nulls === undefined) return undefined;
  if (real) return "NaN";
  if (ArrayBuffer.isView(values)) return "NULL";
  throw fail(label, "missing texts need the option null");
}

function textsOf(input: ColumnInput, label: string, missing: string | undefined): Texts {
  const { values } = input;
  const marks = input.nulls instanceof Uint8Array ? input.nulls : undefined;
  const least = Math.max(1, missing?.length ?? 0);
  if (!ArrayBuffer.isView(values)) {
    const texts = values as readonly string[];
    const width = texts.reduce((most, text) => {
      if (typeof text === "string" && /^[\x20-\x7e]*$/.test(text)) {
        return Math.max(most, text.length);
      }
      throw fail(label, `found ${JSON.stringify(text)}, expected text of ASCII 32 to 126`);
    }, least);
    return {
      form: `A${input.width ?? width}`,
      field: (row) => marks?.[row] === 1 ? missing! : texts[row]!,
    };
  }
  const type = pixelTypeOf(values);
  if (type === "float32" || type === "float64") {
    return {
      form: type === "float32" ? "E16.8" : "D25.16",
      field: (row, write) => {
        const value = values[row]!;
        return marks?.[row] === 1 || Number.isNaN(value) ? missing! : write(value);
      },
    };
  }
  let width = least;
  for (let row = 0; row < values.length; row++) {
    width = Math.max(width, String(values[row]).length);
  }
  return {
    form: `I${width}`,
    field: (row, write) => marks?.[row] === 1 ? missing! : write(values[row]!),
  };
}

/** A number as the format writes it. */
function formatNumber(value: number | bigint, format: AsciiFormat, label: string): string {
  if (format.code === "I") {
    if (typeof value === "bigint" || Number.isInteger(value)) return String(value);
    throw fail(label, `${value} is no integer`);
  }
  if (!Number.isFinite(Number(value))) throw fail(label, `${value} has no text in FITS`);
  const places = Math.min(MAX_PLACES, format.decimals);
  if (format.code === "F") return fixed(value, places);
  const [mantissa = "", exponent = ""] = scientific(value, places).split("e");
  return `${mantissa}${format.code}${exponent}`;
}

function asciiHeader(
  columns: readonly AsciiColumn[],
  width: number,
  rows: number,
  own: readonly Card[],
): Header {
  const header = new Header([
    ...structureCards("TABLE", 8, [width, rows]),
    Card.of("PCOUNT", 0),
    Card.of("GCOUNT", 1),
    Card.of("TFIELDS", columns.length, "number of columns"),
  ]);
  for (const [i, { input, form, start, null: missing }] of columns.entries()) {
    const n = i + 1;
    if (input.name) header.append(shortCard(`TTYPE${n}`, input.name));
    header.append(Card.of(`TBCOL${n}`, start + 1), Card.of(`TFORM${n}`, form));
    if (input.unit) header.append(shortCard(`TUNIT${n}`, input.unit));
    if (input.scale !== undefined) {
      header.append(Card.of(`TSCAL${n}`, input.scale, "", { real: true }));
    }
    if (input.zero !== undefined) {
      header.append(Card.of(`TZERO${n}`, input.zero, "", { real: true }));
    }
    if (missing !== undefined) header.append(Card.of(`TNULL${n}`, missing));
    if (input.display) header.append(Card.of(`TDISP${n}`, input.display));
  }
  return header.appendAll(own);
}

function* asciiRows(
  columns: readonly AsciiColumn[],
  width: number,
  rows: number,
): Generator<Uint8Array> {
  const most = Math.max(1, Math.floor(PIECE_BYTES / Math.max(1, width)));
  const encoder = new TextEncoder();
  for (let row = 0; row < rows && width > 0; row += most) {
    let text = "";
    for (let i = row; i < Math.min(rows, row + most); i++) {
      text += columns.map((column) => column.field(i)).join(" ");
    }
    yield encoder.encode(text);
  }
}
