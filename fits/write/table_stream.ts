/** Tables written batch by batch, whose number of rows no one knows before the end. */

import { createPart } from "../../net/own_parts.ts";
import { fileURLToPath } from "node:url";
import { FormatError } from "../../net/errors.ts";
import { Checksum } from "../hdu/checksum.ts";
import { type ColumnInput, type ColumnOutput, columnOutput } from "../table/column_output.ts";
import { paddedSize } from "../hdu/layout.ts";
import type { Header } from "../header/header.ts";
import {
  binaryHeader,
  columnBytes,
  heapOf,
  sameRows,
  type TableInput,
  tableRows,
} from "../table/output.ts";
import { replaceFile, writeWhole } from "../../net/replace_file.ts";
import { addChecksums, declareLongStrings, encodeFits, type WriteOptions } from "./write.ts";

/** What a table that is written batch by batch has besides its columns. */
export type TableStreamOptions = WriteOptions & Pick<TableInput, "name" | "version" | "header">;

/** What {@linkcode writeTable} has written. */
export interface WrittenTable {
  /** How many rows. */
  readonly rows: number;
  /** How many bytes the file has. */
  readonly bytes: number;
}

/** Bytes of the heap's file that are copied at a time. */
const COPY_BYTES = 1 << 20;

/**
 * Writes a file with one binary table, row by row as its batches come: neither the
 * number of rows nor the size of the heap need to be known, and no more than a batch
 * is in memory. The header gets its numbers at the end; the file appears whole or
 * not at all.
 *
 * The first batch tells the types, shapes and widths of the columns, and whether they
 * have a null (give `null` and `width` where later batches may need more). The
 * descriptors of variable-length arrays have 64 bits; the arrays wait in a second file
 * beside the first.
 *
 * @param path Where the file goes.
 * @param batches Columns of some rows each, the same columns every time.
 * @param options Name, more cards, checksums, and a signal.
 * @returns Rows and bytes.
 * @throws {FormatError} If there is no batch, or batches do not fit together.
 *
 * @example
 * ```ts
 * import { openFits, writeTable } from "@heliograph/heliograph/fits";
 * import { assertEquals } from "@std/assert";
 *
 * async function* batches() {
 *   for (let start = 0; start < 3000; start += 1000) {
 *     const values = Float64Array.from({ length: 1000 }, (_, i) => start + i);
 *     yield [{ name: "TIME", values, unit: "s" }];
 *   }
 * }
 * await Deno.mkdir("out", { recursive: true });
 * const { rows } = await writeTable("out/times.fits", batches(), { name: "EVENTS" });
 * assertEquals(rows, 3000);
 * await using file = await openFits("out/times.fits");
 * assertEquals((await file.openTable()).rows, 3000);
 * ```
 */
export async function writeTable(
  path: string | URL,
  batches: AsyncIterable<readonly ColumnInput[]> | Iterable<readonly ColumnInput[]>,
  options: TableStreamOptions = {},
): Promise<WrittenTable> {
  return await replaceFile(path, async (file) => {
    await using writer = new StreamedTable(file, path, options);
    for await (const batch of batches) {
      options.signal?.throwIfAborted();
      await writer.append(batch);
    }
    return await writer.finish();
  });
}

class StreamedTable implements AsyncDisposable {
  readonly #file: Deno.FsFile;
  readonly #heapPath: string;
  readonly #options: TableStreamOptions;
  readonly #sum: Checksum | undefined;
  #first: readonly ColumnInput[] = [];
  #columns: readonly ColumnOutput[] | undefined;
  #longest: number[] = [];
  #headerStart = 0;
  #headerBytes = 0;
  #rows = 0;
  #rowBytes = 0;
  #heapBytes = 0;
  #heap: Deno.FsFile | undefined;

  constructor(file: Deno.FsFile, path: string | URL, options: TableStreamOptions) {
    this.#file = file;
    this.#options = options;
    this.#sum = options.checksum === true ? new Checksum() : undefined;
    const beside = path instanceof URL ? fileURLToPath(path) : path;
    this.#heapPath = `${beside}.${crypto.randomUUID().slice(0, 8)}.heap.part`;
  }

  async append(batch: readonly ColumnInput[]): Promise<void> {
    const columns = this.#columns === undefined
      ? await this.#begin(batch)
      : this.#follow(batch, this.#columns);
    const rows = sameRows(columns);
    for (const piece of tableRows(columns, rows, this.#rowBytes, true, this.#heapBytes)) {
      this.#sum?.add(piece);
      await writeWhole(this.#file, piece);
    }
    for (const [i, column] of columns.entries()) {
      this.#longest[i] = Math.max(this.#longest[i]!, column.longest);
      for (const piece of heapOf(column)) {
        this.#heap ??= (await createPart(() => this.#heapPath, { read: true })).file;
        await writeWhole(this.#heap, piece);
      }
      this.#heapBytes += column.heapBytes;
    }
    this.#rows += rows;
  }

  /** The first batch: the primary HDU, and room for the table's header. */
  async #begin(batch: readonly ColumnInput[]): Promise<readonly ColumnOutput[]> {
    const columns = batch.map(columnOutput);
    this.#first = batch;
    this.#columns = columns;
    this.#longest = columns.map(() => 0);
    this.#rowBytes = columns.reduce((sum, column) => sum + columnBytes(column, true), 0);
    const primary = await encodeFits([], this.#options);
    await writeWhole(this.#file, primary);
    this.#headerStart = primary.length;
    const header = this.#headerOf(columns);
    const room = this.#sum === undefined ? header.toBytes() : addChecksums(header, 0);
    this.#headerBytes = room.length;
    await writeWhole(this.#file, room);
    return columns;
  }

  /** A later batch: the same columns, with the widths and nulls of the first. */
  #follow(batch: readonly ColumnInput[], first: readonly ColumnOutput[]): readonly ColumnOutput[] {
    if (batch.length !== first.length) {
      throw new FormatError(
        `Cannot write a table: a batch has ${batch.length} columns, the first had ${first.length}`,
      );
    }
    return batch.map((input, i) => {
      const { label, signature, width, null: missing } = first[i]!;
      const text = signature.startsWith("string");
      const column = columnOutput({
        ...input,
        width: text ? width : input.width,
        null: missing ?? input.null,
      }, i);
      const unready = column.null !== undefined && missing === undefined;
      if (column.signature === signature && !unready) return column;
      throw new FormatError(
        `Cannot write a table: a batch has ${column.signature}${unready ? " with a null" : ""} ` +
          `in the column '${label}', the first had ${signature}`,
      );
    });
  }

  #headerOf(columns: readonly ColumnOutput[]): Header {
    const header = binaryHeader(
      { ...this.#options, columns: this.#first },
      columns.map((column, i) => ({ ...column, longest: this.#longest[i]! })),
      { rows: this.#rows, rowBytes: this.#rowBytes, heapBytes: this.#heapBytes, wide: true },
    );
    declareLongStrings(header);
    return header;
  }

  /** Puts the heap behind the rows, fills the last block, and writes the header as it is now. */
  async finish(): Promise<WrittenTable> {
    if (this.#columns === undefined) {
      throw new FormatError("Cannot write a table: no batch has told its columns");
    }
    await this.#copyHeap();
    const size = this.#rows * this.#rowBytes + this.#heapBytes;
    const fill = new Uint8Array(paddedSize(size) - size);
    await writeWhole(this.#file, fill);
    const header = this.#headerOf(this.#columns);
    const blocks = this.#headerBytes / 2880;
    const bytes = this.#sum === undefined
      ? header.toBytes(blocks)
      : addChecksums(header, this.#sum.add(fill).value, blocks);
    await this.#file.seek(this.#headerStart, Deno.SeekMode.Start);
    await writeWhole(this.#file, bytes);
    return { rows: this.#rows, bytes: this.#headerStart + this.#headerBytes + paddedSize(size) };
  }

  async #copyHeap(): Promise<void> {
    if (this.#heap === undefined) return;
    await this.#heap.seek(0, Deno.SeekMode.Start);
    const buffer = new Uint8Array(COPY_BYTES);
    for (let count = await this.#heap.read(buffer); count !== null;) {
      const piece = buffer.subarray(0, count);
      this.#sum?.add(piece);
      await writeWhole(this.#file, piece);
      count = await this.#heap.read(buffer);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#heap === undefined) return;
    this.#heap.close();
    await Deno.remove(this.#heapPath);
  }
}
