/** Rows of a table on their way from the file to the columns. */

import type { HduData } from "../hdu/data.ts";
import type { PlacedColumn } from "./column.ts";

/**
 * Bytes of rows that are read and taken apart together, where the source does not
 * know better: a local file is read twice as fast in pieces that stay in the cache.
 */
const PIECE_BYTES = 4 << 20;
/** Wanted bytes that lie further apart are read without what lies between them. */
const SPARSE_BYTES = 65_536;
/** Rows of a source that answers late, which knows over how much of them it is worth reading. */
const FAR_SPARSE_BYTES = 16_384;
/** Columns of such a row further apart than it ever reads over: they come each for itself. */
const FAR_PART_BYTES = 131_072;

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

/** Columns of a row that are read together. */
interface Part {
  /** Where they begin in the row. */
  readonly from: number;
  /** Bytes from the beginning of the first to the end of the last. */
  readonly width: number;
  /** Numbers of the columns, among those that are wanted. */
  readonly columns: readonly number[];
}

/**
 * Reads rows, or of wide rows only the wanted parts, and hands them to the columns.
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
  const { source } = data;
  const isFar = source.prefetch !== undefined;
  // A stream does not go back for the second part of a row.
  const gap = source.sequential === true ? Infinity : isFar ? FAR_PART_BYTES : SPARSE_BYTES;
  const parts = partsOfRow(columns, gap);
  if (parts.length === 0 || stop === first) return;
  const { from } = parts[0]!;
  const last = parts.at(-1)!;
  const reach = last.from + last.width - from;
  await data.awaitPresent(first * rowBytes + from, (stop - first - 1) * rowBytes + reach);
  const sparse = parts.length > 1 || rowBytes - reach > (isFar ? FAR_SPARSE_BYTES : SPARSE_BYTES);
  const wanted = parts.reduce((sum, { width }) => sum + width, 0);
  const most = Math.max(
    1,
    Math.floor((source.pieceBytes ?? PIECE_BYTES) / (sparse ? wanted : rowBytes)),
  );
  const strideOf = ({ width }: Part) => sparse ? width : rowBytes;
  const room = (part: Part, count: number) => (count - 1) * strideOf(part) + part.width;
  // Two, because one is read into while the other is taken apart.
  const buffers = [0, 1].map(() =>
    parts.map((part) => new Uint8Array(room(part, Math.min(most, stop - first))))
  );
  let turn = 0;
  const read = (row: number): Promise<Uint8Array[]> => {
    const count = Math.min(most, stop - row);
    const memory = buffers[turn++ & 1]!;
    const reading = Promise.all(parts.map(async (part, i) => {
      const start = row * rowBytes + part.from;
      const target = memory[i]!.subarray(0, room(part, count));
      if (sparse) await readSparse(data, start, rowBytes, count, target);
      else await data.readInto(start, target);
      return target;
    }));
    // It is awaited below, unless the piece before it fails first.
    reading.catch(() => {});
    return reading;
  };
  let next = read(first);
  for (let row = first; row < stop; row += most) {
    const pieces = await next;
    signal?.throwIfAborted();
    const count = Math.min(most, stop - row);
    if (row + most < stop) next = read(row + most);
    for (const [i, part] of parts.entries()) {
      for (const column of part.columns) {
        const at = columns[column]!.offset - part.from;
        takers[column]!(pieces[i]!, at, strideOf(part), count, row - first);
      }
    }
  }
}

/** Columns that lie near each other, in the order of the row. */
function partsOfRow(columns: readonly PlacedColumn[], gap: number): Part[] {
  const order = [...columns.keys()]
    .filter((i) => columns[i]!.bytes > 0)
    .sort((a, b) => columns[a]!.offset - columns[b]!.offset);
  const parts: { from: number; width: number; columns: number[] }[] = [];
  for (const i of order) {
    const { offset, bytes } = columns[i]!;
    const part = parts.at(-1);
    if (part === undefined || offset - (part.from + part.width) > gap) {
      parts.push({ from: offset, width: bytes, columns: [i] });
    } else {
      part.width = Math.max(part.width, offset + bytes - part.from);
      part.columns.push(i);
    }
  }
  return parts;
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
