/** Variable-length arrays: descriptors in the rows, elements in the heap (FITS 4.0, section 7.3.5). */

import { LimitError } from "../../net/errors.ts";
import type { ColumnData } from "./column_data.ts";
import { type BinaryFormat, elementBytes } from "./column_format.ts";
import { elementDecoder, textOf, type ValueOptions } from "./element_decoder.ts";
import type { HduData } from "../hdu/data.ts";
import type { PlacedColumn } from "./column.ts";

/** Where the heap lies, in bytes from the start of the data. */
export interface Heap {
  readonly start: number;
  readonly end: number;
}

/** The descriptors of some rows. */
export interface Descriptors {
  /** Elements of each row's array. */
  readonly counts: Float64Array;
  /** Where each begins, in bytes from the start of the heap. */
  readonly offsets: Float64Array;
}

/** Arrays whose gap is smaller than this are read together. */
const GAP_BYTES = 65_536;
/** The most bytes that are read together, but for a single larger array. */
const MAX_PIECE_BYTES = 8 << 20;

/** Collects the descriptors of a column from the bytes of rows. */
export class DescriptorReader {
  readonly descriptors: Descriptors;
  readonly #wide: boolean;
  readonly #empty: boolean;

  constructor(format: BinaryFormat, rows: number) {
    this.#wide = format.descriptor === "Q";
    this.#empty = format.repeat === 0;
    this.descriptors = { counts: new Float64Array(rows), offsets: new Float64Array(rows) };
  }

  put(bytes: Uint8Array, from: number, stride: number, rows: number, at: number): void {
    if (this.#empty) return;
    const { counts, offsets } = this.descriptors;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let row = 0; row < rows; row++) {
      const place = from + row * stride;
      if (this.#wide) {
        counts[at + row] = Number(view.getBigInt64(place));
        offsets[at + row] = Number(view.getBigInt64(place + 8));
      } else {
        counts[at + row] = view.getInt32(place);
        // Some writers went past 2^31; the bound of the heap says whether it makes sense.
        offsets[at + row] = view.getUint32(place + 4);
      }
    }
  }
}

/** How arrays are read from the heap. */
export interface HeapOptions extends ValueOptions {
  /** The most bytes of arrays that are made at a time. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads the arrays of some rows.
 *
 * @param data The table's data.
 * @param heap Where its heap lies.
 * @param column The column.
 * @param descriptors The descriptors of the rows.
 * @param options In what form, and how much at most.
 * @returns The values of the column.
 * @throws {FormatError} If an array is not within the heap.
 * @throws {LimitError} If the arrays are more than `maxBytes`.
 */
export async function readArrays(
  data: HduData,
  heap: Heap,
  column: PlacedColumn,
  descriptors: Descriptors,
  options: HeapOptions,
): Promise<ColumnData> {
  const { code } = (column.layout as { format: BinaryFormat }).format;
  const { counts, offsets } = descriptors;
  for (let row = 0; row < counts.length; row++) {
    checkDescriptor(data, heap, column, counts[row]!, offsets[row]!);
  }
  return await collectArrays(data, column, counts, options, (take) => {
    return eachArray(data, heap, code, descriptors, options, take);
  });
}

/** Takes the array of a row: its bytes begin at `from`. */
export type TakeArray = (bytes: Uint8Array, from: number, row: number) => void;

/**
 * Collects the arrays of some rows, wherever their bytes come from.
 *
 * @param data The table's data, for messages.
 * @param column The column.
 * @param counts Elements of each row's array, which are known to be there.
 * @param options In what form, and how much at most.
 * @param each Calls its argument with the big-endian bytes of every array that is not empty.
 * @returns The values of the column.
 * @throws {LimitError} If the arrays are more than `maxBytes`.
 */
export async function collectArrays(
  data: HduData,
  column: PlacedColumn,
  counts: Float64Array,
  options: HeapOptions,
  each: (take: TakeArray) => Promise<void>,
): Promise<ColumnData> {
  const { code } = (column.layout as { format: BinaryFormat }).format;
  const rows = counts.length;
  const physical = options.physical ?? true;
  const starts = new Float64Array(rows);
  let total = 0;
  for (let row = 0; row < rows; row++) {
    starts[row] = total;
    total += counts[row]!;
  }
  if (total * 8 > options.maxBytes && elementBytes(code, total) > options.maxBytes) {
    throw new LimitError(
      `Cannot read column '${column.key}' of ${data.title}: the ` +
        `arrays of ${rows} rows have ${total} elements, more than the limit of ` +
        `${options.maxBytes} bytes: read fewer rows at a time`,
      { source: data.source.name },
    );
  }
  if (code === "A") {
    const values = new Array<string>(rows).fill("");
    await each((bytes, from, row) => {
      values[row] = textOf(bytes, from, from + counts[row]!, options.trim ?? true);
    });
    const shape = { type: "string", variable: false, rows, count: 1 } as const;
    return { column, ...shape, physical, values, nulls: undefined };
  }
  const decoder = elementDecoder(column, code, total, options);
  await each((bytes, from, row) => {
    decoder.put(bytes, from, 0, 1, counts[row]!, starts[row]!);
  });
  const { type, values, nulls } = decoder.finish();
  const parts = type === "complex64" || type === "complex128" ? 2 : 1;
  const cut = <T extends { subarray(from: number, to: number): T }>(array: T, parts: number) =>
    Array.from(
      counts,
      (count, row) => array.subarray(starts[row]! * parts, (starts[row]! + count) * parts),
    );
  return {
    column,
    type,
    variable: true,
    rows,
    physical,
    values: cut(values as Float64Array<ArrayBuffer>, parts),
    nulls: nulls && cut(nulls, 1),
  } as ColumnData;
}

/** No memory is taken for an array before it is known to be within the heap. */
function checkDescriptor(
  data: HduData,
  heap: Heap,
  column: PlacedColumn,
  count: number,
  offset: number,
): void {
  if (count === 0) return;
  const { code } = (column.layout as { format: BinaryFormat }).format;
  const within = Number.isSafeInteger(count) && Number.isSafeInteger(offset) && count > 0 &&
    offset >= 0 && heap.start + offset + elementBytes(code, count) <= heap.end;
  if (within) return;
  throw data.error(
    heap.start,
    `the array of column '${column.key}' has ${count} elements at byte ${offset} of the heap, ` +
      `which has ${Math.max(0, heap.end - heap.start)} bytes`,
  );
}

/** Reads the bytes of every array that is not empty, neighbours together. */
async function eachArray(
  data: HduData,
  heap: Heap,
  code: BinaryFormat["code"],
  { counts, offsets }: Descriptors,
  options: HeapOptions,
  take: TakeArray,
): Promise<void> {
  const order = Array.from(counts.keys()).filter((row) => counts[row]! > 0);
  // Writers mostly put arrays one behind the other; sorting sorted numbers is cheap.
  order.sort((a, b) => offsets[a]! - offsets[b]!);
  for (let first = 0; first < order.length;) {
    const start = offsets[order[first]!]!;
    let end = start + elementBytes(code, counts[order[first]!]!);
    let last = first + 1;
    for (; last < order.length; last++) {
      const row = order[last]!;
      const stop = offsets[row]! + elementBytes(code, counts[row]!);
      if (offsets[row]! > end + GAP_BYTES || (stop > end && stop - start > MAX_PIECE_BYTES)) break;
      end = Math.max(end, stop);
    }
    options.signal?.throwIfAborted();
    const bytes = await data.read(heap.start + start, end - start);
    for (let i = first; i < last; i++) take(bytes, offsets[order[i]!]! - start, order[i]!);
    first = last;
  }
}
