/** What can be wrong with the rows of a table (FITS 4.0, sections 7.2.5, 7.3.3 and 7.3.5). */

import { type BinaryCode, elementBytes } from "../table/column_format.ts";
import type { HduData } from "../hdu/data.ts";
import type { Report } from "./cards.ts";
import type { VerifiedColumn } from "./columns.ts";

const PIECE_BYTES = 1 << 20;
/** Findings of one kind in one column before the rest is only counted. */
const MAX_FINDINGS = 3;

/**
 * Checks the bytes of all rows: logical values, bits beyond the last, text, numbers,
 * and pointers into the heap.
 *
 * @param data The table.
 * @param columns Its columns.
 * @param report Where findings go.
 * @param signal Ends the work; its reason is thrown.
 */
export async function verifyRows(
  data: HduData,
  columns: readonly VerifiedColumn[],
  report: Report,
  signal?: AbortSignal,
): Promise<void> {
  const [rowBytes = 0, rows = 0] = data.layout.shape;
  if (rowBytes === 0 || rows === 0) return;
  const checks = columns.map((column) => checkOf(column, data)).filter((check) =>
    check !== undefined
  );
  const ascii = data.layout.kind === "TABLE";
  if (checks.length === 0 && !ascii) return;
  const counts = new Map<string, number>();
  const found = (row: number, column: number, problem: string) => {
    const key = `${column} ${problem.replace(/\d+/g, "#")}`;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    if (count <= MAX_FINDINGS) report.error(`row ${row}, column ${column}: ${problem}`);
  };
  const together = Math.max(1, Math.floor(PIECE_BYTES / rowBytes));
  for (let first = 0; first < rows; first += together) {
    signal?.throwIfAborted();
    const count = Math.min(together, rows - first);
    const bytes = await data.read(first * rowBytes, count * rowBytes);
    for (let row = 0; row < count; row++) {
      for (const { column, check } of checks) {
        const at = row * rowBytes + column.start;
        const problem = check(bytes.subarray(at, at + column.width));
        if (problem !== undefined) found(first + row + 1, column.number, problem);
      }
    }
    if (ascii && bytes.some((byte) => byte > 0x7f)) {
      report.error(`rows from ${first + 1} on have bytes that are not ASCII`);
    }
  }
  for (const [key, count] of counts) {
    if (count > MAX_FINDINGS) {
      report.error(`column ${key.replace(" ", ": ")}: ${count} rows in all`);
    }
  }
}

/** Looks at one field; says what is wrong with it. */
type FieldCheck = (field: Uint8Array) => string | undefined;

function checkOf(
  column: VerifiedColumn,
  data: HduData,
): { column: VerifiedColumn; check: FieldCheck } | undefined {
  const check = data.layout.kind === "TABLE"
    ? asciiCheck(column)
    : column.pointer !== undefined
    ? pointerCheck(column, data)
    : column.letter === "L"
    ? checkLogical
    : column.letter === "A"
    ? checkText
    : column.letter === "X"
    ? bitCheck(column.repeat)
    : undefined;
  return check === undefined ? undefined : { column, check };
}

function checkLogical(field: Uint8Array): string | undefined {
  for (const byte of field) {
    if (byte !== 0x54 && byte !== 0x46 && byte !== 0) {
      return `the logical value ${byte} is none of T, F and 0`;
    }
  }
  return undefined;
}

/** What follows the first NUL does not belong to the string. */
function checkText(field: Uint8Array): string | undefined {
  for (const byte of field) {
    if (byte === 0) return undefined;
    if (byte < 0x20 || byte > 0x7e) {
      return `the string has the byte ${byte}, which is no ASCII text`;
    }
  }
  return undefined;
}

function bitCheck(bits: number): FieldCheck | undefined {
  const unused = bits % 8 === 0 ? 0 : 0xff >> bits % 8;
  if (unused === 0) return undefined;
  return (field) =>
    (field[field.length - 1]! & unused) === 0
      ? undefined
      : `there are bits beyond the last of ${bits}`;
}

function pointerCheck(column: VerifiedColumn, data: HduData): FieldCheck | undefined {
  if (column.repeat === 0) return undefined;
  const { header, layout } = data;
  const rowsBytes = (layout.shape[0] ?? 0) * (layout.shape[1] ?? 0);
  const heap = data.size - (header.integer("THEAP") ?? rowsBytes);
  return (field) => {
    const view = new DataView(field.buffer, field.byteOffset, field.byteLength);
    const count = column.pointer === "P" ? view.getUint32(0) : Number(view.getBigInt64(0));
    const offset = column.pointer === "P" ? view.getUint32(4) : Number(view.getBigInt64(8));
    if (count === 0) return undefined;
    if (count < 0 || (column.most !== undefined && count > column.most)) {
      return `the heap array has ${count} elements, expected 0 to ${column.most ?? "any number"}`;
    }
    const bytes = elementBytes(column.letter as BinaryCode, count);
    if (offset >= 0 && offset + bytes <= heap) return undefined;
    return `the heap array has ${bytes} bytes at offset ${offset} of a heap of ${heap}`;
  };
}

const DECODER = new TextDecoder("latin1");

function asciiCheck({ letter, none }: VerifiedColumn): FieldCheck {
  if (letter === "A") return checkText;
  return (field) => {
    const text = DECODER.decode(field).trim();
    if (text === "" || text === none?.trim()) return undefined;
    if (!/^[+-]? *(\d+\.?\d*|\.\d+)([ED][+-]?\d+)?$/.test(text)) {
      return `'${text}' is no number`;
    }
    if (letter !== "I" && !text.includes(".")) return `the number '${text}' has no decimal point`;
    return undefined;
  };
}
