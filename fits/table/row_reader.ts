/** Rows of a table on their way from the file to the columns. */

import type { HduData } from "../hdu/data.ts";
import type { PlacedColumn } from "./column.ts";

/**
 * Bytes of rows that are read and taken apart together, where the source does not
 * know better: a local file is read twice as fast in pieces that stay in the cache.
 */
const PIECE_BYTES = 4 << 20;
/** Rows whose wanted bytes lie further apart than this are not read whole. */
const SPARSE_BYTES = 65_536;

/** Which rows of a table are read, and for which columns. */
export interface RowSpan {
  /** The columns. */
  readonly columns: readonly PlacedColumn[];
  /** Bytes from a row to the next. */
  readonly rowBytes: number;
  /** The first row, counted from 0. */
  readonly first: number;
  /** The row after the last. */
  readonly stop: number;
}

/** Takes the fields of one column out of rows; `from`, `stride` and `at` as in `Gather`. */
export type RowTaker = (
  bytes: Uint8Array,
  from: number,
  stride: number,
  rows: number,
  at: number,
) => void;

/**
 * Reads rows, or of wide rows only the wanted part, and hands them to the columns.
 *
 * @param data The data of the table.
 * @param span Which rows and columns.
 * @param takers One for each column.
 * @param signal Ends the reading; its reason is thrown.
 */
export async function readRows(
  data: HduData,
  { columns, rowBytes, first, stop }: RowSpan,
  takers: readonly RowTaker[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const used = columns.filter(({ bytes }) => bytes > 0);
  if (used.length === 0 || stop === first) return;
  const from = used.reduce((least, { offset }) => Math.min(least, offset), Infinity);
  const end = used.reduce((most, { offset, bytes }) => Math.max(most, offset + bytes), -Infinity);
  const width = end - from;
  const sparse = rowBytes - width > SPARSE_BYTES;
  const stride = sparse ? width : rowBytes;
  const most = Math.max(1, Math.floor((data.source.pieceBytes ?? PIECE_BYTES) / stride));
  await data.awaitPresent(
    first * rowBytes + from,
    (stop - first - 1) * rowBytes + width,
  );
  const room = (count: number) => (count - 1) * stride + width;
  // Two, because one is read into while the other is taken apart.
  const buffers = [0, 1].map(() => new Uint8Array(room(Math.min(most, stop - first))));
  let turn = 0;
  const read = (row: number): Promise<Uint8Array> => {
    const count = Math.min(most, stop - row);
    const start = row * rowBytes + from;
    const target = buffers[turn++ & 1]!.subarray(0, room(count));
    const reading = sparse
      ? readSparse(data, start, rowBytes, count, target)
      : data.readInto(start, target);
    const whole = reading.then(() => target);
    // It is awaited below, unless the piece before it fails first.
    whole.catch(() => {});
    return whole;
  };
  let next = read(first);
  for (let row = first; row < stop; row += most) {
    const bytes = await next;
    signal?.throwIfAborted();
    const count = Math.min(most, stop - row);
    if (row + most < stop) next = read(row + most);
    for (const [i, { offset }] of columns.entries()) {
      takers[i]!(bytes, offset - from, stride, count, row - first);
    }
  }
}

/** Reads only the wanted bytes of each row, one behind the other. */
async function readSparse(
  data: HduData,
  start: number,
  rowBytes: number,
  count: number,
  target: Uint8Array,
): Promise<void> {
  const offsets = new Float64Array(count);
  for (let i = 0; i < count; i++) offsets[i] = start + i * rowBytes;
  await data.readRuns(offsets, target.length / count, target);
}
