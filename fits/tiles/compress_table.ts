/** Tables compressed in tiles of rows, each column by itself (FITS 4.0, section 10.3). */

import type { HduData } from "../hdu/data.ts";
import type { HduInput, HduOutput } from "../hdu/output.ts";
import { Card } from "../header/card.ts";
import { Header } from "../header/header.ts";
import { binaryColumns, type PlacedColumn } from "../table/column.ts";
import { type BinaryCode, ELEMENT_BYTES } from "../table/column_format.ts";
import { arraysFillHeap, compressArrays } from "./compress_arrays.ts";
import type { CompressionWork } from "./compress_image.ts";
import type { RiceBytes } from "./codecs/rice.ts";
import { encodeGzip } from "./encoders/gzip.ts";
import { encodeRice, loadRiceEncoder } from "./encoders/rice.ts";
import { MemoryHeap, type TileHeap } from "./tile_heap.ts";

/** Bytes of rows that are compressed together, unless a row has more. */
const TILE_BYTES = 10_000_000;
/** Bytes of a descriptor of 64 bits. */
const DESCRIPTOR_BYTES = 16;
/** Keywords that stand under other names. */
const RENAMED: Readonly<Record<string, string>> = {
  THEAP: "ZTHEAP",
  CHECKSUM: "ZHECKSUM",
  DATASUM: "ZDATASUM",
};
/** Keywords that would say something else in the table. */
const TAKEN = /^Z(TABLE|IMAGE|TILELEN|NAXIS[12]|PCOUNT|THEAP|HECKSUM|DATASUM|FORM\d+|CTYP\d+)$/;

/**
 * The algorithm of a column: without loss, and one that every reader has for its type. CFITSIO does
 * not read complex numbers back from GZIP_2.
 */
function codecOf(code: BinaryCode): "RICE_1" | "GZIP_1" | "GZIP_2" {
  if (code === "I" || code === "J") return "RICE_1";
  return code === "K" || code === "E" || code === "D" ? "GZIP_2" : "GZIP_1";
}

/** Types of variable-length arrays that funpack reads back; strings make it crash. */
const ARRAY_CODES = "BIJKED";

/**
 * Why a table cannot be compressed and brought back bit for bit, by other programs too: rows have
 * to be filled by columns, and a heap by arrays of numbers. Other tables are left as they are.
 *
 * @param data The table.
 * @param signal Ends the work.
 * @returns The reason, or undefined if it can.
 */
export async function tableObstacle(
  data: HduData,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const { layout: { kind, shape: [rowBytes = 0, rows = 0], dataSize }, header } = data;
  if (kind !== "BINTABLE") return `its type is ${kind}, expected a binary table`;
  if (rows === 0 || rowBytes === 0) return "it has no rows, or rows without bytes";
  const taken = [...header].find(({ keyword }) => TAKEN.test(keyword));
  if (taken !== undefined) return `its header has ${taken.keyword}, a keyword of compressed tables`;
  const { columns } = binaryColumns(header, rowBytes);
  let end = 0;
  for (const column of columns) {
    if (column.offset !== end) return `bytes before the column ${column.key} belong to none`;
    if (column.variable && !ARRAY_CODES.includes(codeOf(column))) {
      return `the column ${column.key} has variable-length arrays of ${column.type}, which ` +
        "other programs do not read back";
    }
    end += column.bytes;
  }
  if (end !== rowBytes) return `its columns have ${end} bytes of the ${rowBytes} of a row`;
  const filled = columns.every(({ variable }) => !variable)
    ? dataSize === rowBytes * rows
    : await arraysFillHeap(data, columns, signal);
  return filled ? undefined : "its heap has bytes that belong to no array, or to several";
}

/**
 * Compresses a table.
 *
 * @param data The table, one without {@linkcode tableObstacle}.
 * @param work Where compressed columns wait, signal and progress.
 * @returns The table that stores it, ready to be written.
 */
export async function compressTableData(
  data: HduData,
  work: CompressionWork = {},
): Promise<HduInput> {
  await loadRiceEncoder();
  const { layout: { shape: [rowBytes = 0, rows = 0] }, header } = data;
  const { columns } = binaryColumns(header, rowBytes);
  const tileRows = Math.min(rows, Math.max(1, Math.floor(TILE_BYTES / rowBytes)));
  const tiles = Math.ceil(rows / tileRows);
  const heap = work.heap ?? new MemoryHeap();
  const descriptors = new DataView(
    new ArrayBuffer(tiles * columns.length * DESCRIPTOR_BYTES),
  );
  const longest = columns.map(() => 0);
  const buffer = new Uint8Array(tileRows * rowBytes);
  for (let tile = 0, at = 0; tile < tiles; tile++) {
    work.signal?.throwIfAborted();
    const count = Math.min(tileRows, rows - tile * tileRows);
    const bytes = buffer.subarray(0, count * rowBytes);
    await data.readInto(tile * tileRows * rowBytes, bytes);
    for (const [i, column] of columns.entries()) {
      const encoded = column.variable && column.bytes > 0
        ? await compressArrays(data, column, bytes, rowBytes, count, encoderOf(column), heap)
        : encoderOf(column)(cellsOf(bytes, rowBytes, count, column));
      longest[i] = Math.max(longest[i]!, encoded.length);
      descriptors.setBigInt64(at, BigInt(encoded.length));
      descriptors.setBigInt64(at + 8, BigInt(heap.size));
      at += DESCRIPTOR_BYTES;
      await heap.add(encoded);
    }
    work.onProgress?.(tile * tileRows + count, rows);
  }
  const stored = storedHeader(header, columns, longest, { tiles, tileRows, heap: heap.size });
  return tableOutput(stored, new Uint8Array(descriptors.buffer), heap);
}

/** The cells of a column, one behind the other. */
function cellsOf(
  rows: Uint8Array,
  rowBytes: number,
  count: number,
  { offset, bytes }: PlacedColumn,
): Uint8Array {
  const cells = new Uint8Array(count * bytes);
  for (let row = 0, from = offset, to = 0; row < count; row++, from += rowBytes, to += bytes) {
    for (let i = 0; i < bytes; i++) cells[to + i] = rows[from + i]!;
  }
  return cells;
}

function encoderOf(column: PlacedColumn): (elements: Uint8Array) => Uint8Array {
  const code = codeOf(column);
  const codec = codecOf(code);
  const size = ELEMENT_BYTES[code];
  return (elements) => {
    if (elements.length === 0) return elements;
    if (codec === "RICE_1") return encodeRice(elements, size as RiceBytes);
    return encodeGzip(elements, codec === "GZIP_2" ? size : 1);
  };
}

function codeOf({ layout }: PlacedColumn): BinaryCode {
  return (layout as { readonly format: { readonly code: BinaryCode } }).format.code;
}

function storedHeader(
  header: Header,
  columns: readonly PlacedColumn[],
  longest: readonly number[],
  { tiles, tileRows, heap }: {
    readonly tiles: number;
    readonly tileRows: number;
    readonly heap: number;
  },
): Header {
  const kept: Card[] = [];
  const originals: Card[] = [];
  const changed: Readonly<Record<string, number>> = {
    NAXIS1: columns.length * DESCRIPTOR_BYTES,
    NAXIS2: tiles,
    PCOUNT: heap,
  };
  for (const card of header) {
    const { keyword, raw } = card;
    const format = /^TFORM(\d{1,3})$/.exec(keyword);
    if (changed[keyword] !== undefined) {
      kept.push(Card.of(keyword, changed[keyword]));
      originals.push(Card.parse(`Z${keyword}`.padEnd(8) + raw.slice(8)));
    } else if (format !== null && Number(format[1]) <= columns.length) {
      kept.push(Card.of(keyword, `1QB(${longest[Number(format[1]) - 1]})`));
      originals.push(Card.parse(`ZFORM${format[1]}`.padEnd(8) + raw.slice(8)));
    } else if (RENAMED[keyword] !== undefined) {
      kept.push(Card.parse(RENAMED[keyword].padEnd(8) + raw.slice(8)));
    } else kept.push(card);
  }
  return new Header([
    ...kept,
    Card.of("ZTABLE", true, "this is a compressed table"),
    Card.of("ZTILELEN", tileRows, "number of rows in each tile"),
    ...originals,
    ...columns.map((column, i) =>
      Card.of(`ZCTYP${i + 1}`, codecOf(codeOf(column)), "compression algorithm")
    ),
  ]);
}

function tableOutput(header: Header, rows: Uint8Array, heap: TileHeap): HduInput {
  return {
    canBePrimary: false,
    prepare: (): HduOutput => ({
      header,
      copied: true,
      dataSize: rows.length + heap.size,
      fill: 0,
      async *data() {
        yield rows;
        yield* heap.pieces();
      },
    }),
  };
}
