/** The heap of a compressed table as it was, rebuilt from its arrays. */

import { LimitError } from "../../net/errors.ts";
import type { PlacedColumn } from "../table/column.ts";
import { type BinaryFormat, elementBytes } from "../table/column_format.ts";
import { DescriptorReader } from "../table/heap.ts";
import { inOrder, isFilled } from "./compress_arrays.ts";
import type { CompressedTable } from "./compressed_table.ts";

/** Bytes of the descriptor of a compressed array. */
const DESCRIPTOR_BYTES = 16;
/** Arrays of a table that can be put in order in memory. */
const MAX_ARRAYS = 1 << 24;
/** Bytes of the heap that are given together. */
const PIECE_BYTES = 1 << 20;

/** Where the arrays of a compressed table were, and where they are: column by column. */
interface StoredArrays {
  /** Bytes of each in the heap that the table had. */
  readonly lengths: Float64Array;
  readonly offsets: Float64Array;
  /** Bytes of each compressed array. */
  readonly sizes: Float64Array;
  readonly places: Float64Array;
}

/** The heap that a table had. */
export class RestoredHeap {
  readonly #table: CompressedTable;
  readonly #columns: readonly PlacedColumn[];
  readonly #arrays: StoredArrays;

  private constructor(
    table: CompressedTable,
    columns: readonly PlacedColumn[],
    arrays: StoredArrays,
  ) {
    this.#table = table;
    this.#columns = columns;
    this.#arrays = arrays;
  }

  /**
   * Reads where the arrays were.
   *
   * @param table The compressed table.
   * @param signal Ends the work.
   * @throws {LimitError} If the table has more arrays than can be put in order.
   */
  static async read(table: CompressedTable, signal?: AbortSignal): Promise<RestoredHeap> {
    const { layout, rows, rowBytes } = table;
    const columns = layout.columns.filter(({ variable, bytes }) => variable && bytes > 0);
    const all = rows * columns.length;
    if (all > MAX_ARRAYS) {
      throw new LimitError(
        `Cannot bring back a table of ${all} variable-length arrays, expected ${MAX_ARRAYS} at most`,
      );
    }
    const arrays: StoredArrays = {
      lengths: new Float64Array(all),
      offsets: new Float64Array(all),
      sizes: new Float64Array(all),
      places: new Float64Array(all),
    };
    const span = { columns, rowBytes, first: 0, stop: rows };
    const takers = columns.map((column, i) => {
      const { format } = column.layout as { format: BinaryFormat };
      return (
        cells: Uint8Array,
        from: number,
        stride: number,
        count: number,
        at: number,
      ) => {
        const was = new DescriptorReader(format, count);
        was.put(cells, from, stride, count, 0);
        const is = new DescriptorReader({ ...format, descriptor: "Q", repeat: 1 }, count);
        is.put(cells, from + stride - DESCRIPTOR_BYTES, stride, count, 0);
        const place = i * rows + at;
        for (let row = 0; row < count; row++) {
          const elements = was.descriptors.counts[row]!;
          arrays.lengths[place + row] = elementBytes(format.code, elements);
        }
        arrays.offsets.set(was.descriptors.offsets, place);
        arrays.sizes.set(is.descriptors.counts, place);
        arrays.places.set(is.descriptors.offsets, place);
      };
    });
    await table.readRows(span, takers, signal);
    return new RestoredHeap(table, columns, arrays);
  }

  /** Whether the arrays fill so many bytes, and leave none out. */
  fills(length: number): boolean {
    const { lengths, offsets } = this.#arrays;
    return isFilled({ counts: lengths, offsets }, length);
  }

  /** The bytes of the heap, in pieces that are valid until the next is asked for. */
  async *pieces(signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    const { lengths, offsets, sizes, places } = this.#arrays;
    const { rows } = this.#table;
    const piece = new Uint8Array(PIECE_BYTES);
    let used = 0;
    let end = 0;
    for (const i of inOrder(offsets)) {
      const length = lengths[i]!;
      const begun = end - offsets[i]!;
      if (length <= begun) continue;
      signal?.throwIfAborted();
      const place = { bytes: sizes[i]!, offset: places[i]! };
      const column = this.#columns[Math.floor(i / rows)]!;
      const array = (await this.#table.readArray(column, i % rows, place, length)).subarray(begun);
      end = offsets[i]! + length;
      if (used + array.length > PIECE_BYTES) {
        yield piece.subarray(0, used);
        used = 0;
      }
      if (array.length > PIECE_BYTES) yield array;
      else {
        piece.set(array, used);
        used += array.length;
      }
    }
    if (used > 0) yield piece.subarray(0, used);
  }
}
