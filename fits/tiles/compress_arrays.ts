/** Columns of variable-length arrays, compressed array by array (FITS 4.0, section 10.3.6). */

import type { HduData } from "../hdu/data.ts";
import type { PlacedColumn } from "../table/column.ts";
import { type BinaryFormat, elementBytes } from "../table/column_format.ts";
import { DescriptorReader, type Descriptors } from "../table/heap.ts";
import { encodeGzip } from "./encoders/gzip.ts";
import type { TileHeap } from "./tile_heap.ts";

/** Bytes of a descriptor of 64 bits. */
const DESCRIPTOR_BYTES = 16;
/** Rows whose descriptors are read at a time. */
const ROWS_AT_ONCE = 65_536;
/** Arrays of a table above which it is not looked at: they are sorted in memory. */
const MAX_ARRAYS = 1 << 24;

/**
 * Whether arrays fill the heap of a table, from the end of the rows to the end of the data: then
 * it can be rebuilt from them, byte for byte. Arrays may share bytes.
 *
 * @param data The table.
 * @param columns Its columns.
 * @param signal Ends the work.
 */
export async function arraysFillHeap(
  data: HduData,
  columns: readonly PlacedColumn[],
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { layout: { shape: [rowBytes = 0, rows = 0], dataSize }, header } = data;
  const heap = rowBytes * rows;
  const variable = columns.filter((column) => column.variable);
  if ((header.integer("THEAP") ?? heap) !== heap || rows * variable.length > MAX_ARRAYS) {
    return false;
  }
  const spans: Descriptors = {
    counts: new Float64Array(rows * variable.length),
    offsets: new Float64Array(rows * variable.length),
  };
  for (let first = 0; first < rows; first += ROWS_AT_ONCE) {
    signal?.throwIfAborted();
    const count = Math.min(ROWS_AT_ONCE, rows - first);
    const bytes = await data.read(first * rowBytes, count * rowBytes);
    for (const [i, column] of variable.entries()) {
      const { format } = column.layout as { format: BinaryFormat };
      const reader = new DescriptorReader(format, count);
      reader.put(bytes, column.offset, rowBytes, count, 0);
      const { counts, offsets } = reader.descriptors;
      for (let row = 0; row < count; row++) {
        spans.counts[i * rows + first + row] = elementBytes(format.code, counts[row]!);
      }
      spans.offsets.set(offsets, i * rows + first);
    }
  }
  return isFilled(spans, dataSize - heap);
}

/**
 * Whether spans of bytes lie within a length, and leave none of it out.
 *
 * @param spans Of each its bytes (`counts`) and where it begins; empty ones count for nothing.
 * @param length The length.
 */
export function isFilled({ counts, offsets }: Descriptors, length: number): boolean {
  let end = 0;
  for (const i of inOrder(offsets)) {
    if (counts[i] === 0) continue;
    if (!(counts[i]! > 0) || offsets[i]! > end) return false;
    end = Math.max(end, offsets[i]! + counts[i]!);
  }
  return end === length;
}

/**
 * The places of numbers in their ascending order.
 *
 * @param offsets The numbers.
 */
export function inOrder(offsets: Float64Array): Uint32Array {
  const order = Uint32Array.from(offsets, (_, i) => i);
  // Most writers put one array behind the other.
  for (let i = 1; i < offsets.length; i++) {
    if (offsets[i]! < offsets[i - 1]!) return order.sort((a, b) => offsets[a]! - offsets[b]!);
  }
  return order;
}

/**
 * Compresses the arrays of a column in some rows, each by itself; one that does not become shorter
 * stays as it is.
 *
 * @param data The table.
 * @param column The column.
 * @param rows The rows.
 * @param rowBytes Bytes of a row.
 * @param count How many rows.
 * @param encode Encodes the elements of an array.
 * @param heap Takes the arrays.
 * @returns The stream of the descriptors that the rows had and of those of the compressed arrays,
 * in this order, as CFITSIO writes and reads it.
 */
export async function compressArrays(
  data: HduData,
  column: PlacedColumn,
  rows: Uint8Array,
  rowBytes: number,
  count: number,
  encode: (bytes: Uint8Array) => Uint8Array,
  heap: TileHeap,
): Promise<Uint8Array> {
  const { layout: { shape: [, allRows = 0] } } = data;
  const start = rowBytes * allRows;
  const { format } = column.layout as { format: BinaryFormat };
  const reader = new DescriptorReader(format, count);
  reader.put(rows, column.offset, rowBytes, count, 0);
  const { counts, offsets } = reader.descriptors;
  const both = new Uint8Array(count * (column.bytes + DESCRIPTOR_BYTES));
  const view = new DataView(both.buffer);
  for (let row = 0, now = count * column.bytes; row < count; row++, now += DESCRIPTOR_BYTES) {
    const from = row * rowBytes + column.offset;
    both.set(rows.subarray(from, from + column.bytes), row * column.bytes);
    if (counts[row] === 0) continue;
    const length = elementBytes(format.code, counts[row]!);
    const array = await data.read(start + offsets[row]!, length);
    const encoded = encode(array);
    const shorter = encoded.length < length ? encoded : array;
    view.setBigInt64(now, BigInt(shorter.length));
    view.setBigInt64(now + 8, BigInt(heap.size));
    await heap.add(shorter);
  }
  return encodeGzip(both, 1);
}
