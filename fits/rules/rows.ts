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
    await verifyHeapOf(columns, { data, rowBytes, first, count, bytes }, found);
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

/** Some rows of a table. */
interface Rows {
  readonly data: HduData;
  readonly rowBytes: number;
  readonly first: number;
  readonly count: number;
  readonly bytes: Uint8Array;
}

/**
 * Checks the logicals and the texts that rows point to (sections 7.3.3.1 and 7.3.5).
 *
 * Rows may point to the same bytes of the heap: they are taken in its order, so that each byte is
 * read once for all rows of a piece, and never more than a piece at once.
 */
async function verifyHeapOf(
  columns: readonly VerifiedColumn[],
  { data, rowBytes, first, count, bytes }: Rows,
  found: (row: number, column: number, problem: string) => void,
): Promise<void> {
  const heap = heapStart(data);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const { letter, pointer, start, number, repeat } of columns) {
    const stop = letter === "L" ? stopOfLogicals : letter === "A" ? stopOfText : undefined;
    if (pointer === undefined || repeat === 0 || stop === undefined) continue;
    const spans: HeapSpan[] = [];
    for (let row = 0; row < count; row++) {
      const { length, offset } = pointerAt(view, row * rowBytes + start, pointer);
      // What does not lie within the heap has been told of.
      if (length <= 0 || offset < 0 || heap + offset + length > data.size) continue;
      spans.push({ row, from: heap + offset, end: heap + offset + length });
    }
    for (const { row, problem } of await problemsOf(spans, data, stop)) {
      found(first + row + 1, number, problem);
    }
  }
}

/** The bytes that a row points to. */
interface HeapSpan {
  readonly row: number;
  readonly from: number;
  readonly end: number;
}

/** What is wrong with the bytes of spans, in the order of the rows. */
async function problemsOf(
  spans: HeapSpan[],
  data: HduData,
  stopOf: (bytes: Uint8Array) => Stop | undefined,
): Promise<{ row: number; problem: string }[]> {
  const problems: { row: number; problem: string }[] = [];
  // There is nothing to stop at from the last beginning up to here, where `stop` may be.
  let at = 0;
  let stop: Stop | undefined;
  for (const { row, from, end } of spans.sort((a, b) => a.from - b.from)) {
    if (from > at) {
      at = from;
      stop = undefined;
    }
    while (stop === undefined && at < end) {
      const bytes = await data.read(at, Math.min(PIECE_BYTES, end - at));
      stop = stopOf(bytes);
      at += stop?.index ?? bytes.length;
    }
    const problem = at < end ? stop?.problem : undefined;
    if (problem !== undefined) problems.push({ row, problem });
  }
  return problems.sort((a, b) => a.row - b.row);
}

/** Where the heap begins, from the start of the data. */
function heapStart({ header, layout }: HduData): number {
  return header.integer("THEAP") ?? (layout.shape[0] ?? 0) * (layout.shape[1] ?? 0);
}

function pointerAt(view: DataView, at: number, pointer: "P" | "Q") {
  return pointer === "P"
    ? { length: view.getUint32(at), offset: view.getUint32(at + 4) }
    : { length: Number(view.getBigInt64(at)), offset: Number(view.getBigInt64(at + 8)) };
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

/** Where reading ends before the last byte, and why, if that is wrong. */
interface Stop {
  readonly index: number;
  readonly problem: string | undefined;
}

function checkLogical(field: Uint8Array): string | undefined {
  return stopOfLogicals(field)?.problem;
}

function stopOfLogicals(field: Uint8Array): Stop | undefined {
  for (let index = 0; index < field.length; index++) {
    const byte = field[index]!;
    if (byte !== 0x54 && byte !== 0x46 && byte !== 0) {
      return { index, problem: `the logical value ${byte} is none of T, F and 0` };
    }
  }
  return undefined;
}

function checkText(field: Uint8Array): string | undefined {
  return stopOfText(field)?.problem;
}

/** What follows the first NUL does not belong to the string. */
function stopOfText(field: Uint8Array): Stop | undefined {
  for (let index = 0; index < field.length; index++) {
    const byte = field[index]!;
    if (byte === 0) return { index, problem: undefined };
    if (byte < 0x20 || byte > 0x7e) {
      return { index, problem: `the string has the byte ${byte}, which is no ASCII text` };
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
  const heap = data.size - heapStart(data);
  return (field) => {
    const view = new DataView(field.buffer, field.byteOffset, field.byteLength);
    const { length: count, offset } = pointerAt(view, 0, column.pointer!);
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
