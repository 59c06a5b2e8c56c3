/** Tile-compressed tables: the columns of a number of rows, each compressed by itself (FITS 4.0, section 10.3). */

import { LITTLE_ENDIAN, swapInto } from "../../net/byte_order.ts";
import { ClosedError, FormatError, LimitError } from "../../net/errors.ts";
import { platform } from "../../net/platform/mod.ts";
import type { HduData } from "../hdu/data.ts";
import type { Header } from "../header/header.ts";
import { TileError } from "../image/tile_error.ts";
import { ChangedFileError } from "../source/source.ts";
import { type ArrayReader, placedColumns, type TableBody } from "../table/body.ts";
import { binaryColumns, type PlacedColumn, type TableLayout } from "../table/column.ts";
import type { ColumnData } from "../table/column_data.ts";
import {
  type BinaryCode,
  type BinaryFormat,
  ELEMENT_BYTES,
  elementBytes,
} from "../table/column_format.ts";
import { collectArrays, DescriptorReader, type HeapOptions } from "../table/heap.ts";
import type { RowSpan, RowTaker } from "../table/row_reader.ts";
import { type CodecName, parseCodecName } from "./codecs/codec.ts";
import { MAX_DEFLATE_RATIO, unshuffled } from "./codecs/gzip.ts";
import { decodeRice, loadRiceDecoder, mostRiceValues, type RiceBytes } from "./codecs/rice.ts";
import type { TileCache } from "./tile_cache.ts";

/** Values of a block of Rice code; tables have no keyword for it. */
const RICE_BLOCK = 32;
/** Bytes of a descriptor of a compressed cell or array: 64-bit count and offset. */
const DESCRIPTOR_BYTES = 16;

/**
 * Bytes of an element that GZIP_2 takes apart. Complex numbers stay whole under that name in the
 * files of fpack, the only ones about; CFITSIO does not read them back.
 */
const SHUFFLED_BYTES: Readonly<Record<BinaryCode, number>> = {
  L: 1,
  X: 1,
  B: 1,
  I: 2,
  J: 4,
  K: 8,
  A: 1,
  E: 4,
  D: 8,
  C: 1,
  M: 1,
};

/** Where a compressed cell or array lies, from the start of the data. */
export interface Place {
  readonly offset: number;
  readonly bytes: number;
}

/** A compressed table of an open file. */
export class CompressedTable implements TableBody {
  readonly layout: TableLayout;
  readonly rows: number;
  readonly rowBytes: number;
  readonly #data: HduData;
  readonly #cache: TileCache;
  readonly #tileRows: number;
  readonly #codecs: readonly CodecName[];
  /** Where the heap begins, from the start of the data. */
  readonly #heap: number;

  /**
   * Reads how a table is compressed.
   *
   * @param data The data of the table that stores it.
   * @param header The header of the table within.
   * @param cache Where decoded columns of tiles are kept.
   * @throws {FormatError} If the header does not tell how the table is compressed.
   */
  constructor(data: HduData, header: Header, cache: TileCache) {
    this.#data = data;
    this.#cache = cache;
    const { layout: { shape: [storedBytes = 0, tiles = 0] }, header: stored } = data;
    this.rowBytes = this.#integer(stored, "ZNAXIS1", 0);
    this.rows = this.#integer(stored, "ZNAXIS2", 0);
    this.#tileRows = this.#integer(stored, "ZTILELEN", 1);
    this.layout = placedColumns(data, () => binaryColumns(header, this.rowBytes));
    const { columns } = this.layout;
    const expected = Math.ceil(this.rows / this.#tileRows);
    if (tiles !== expected) {
      throw this.#cannot(`it has ${tiles} rows, expected one for each of the ${expected} tiles`);
    }
    if (storedBytes !== columns.length * DESCRIPTOR_BYTES) {
      throw this.#cannot(
        `a row has ${storedBytes} bytes, expected ${DESCRIPTOR_BYTES} for each of the ` +
          `${columns.length} columns (1QB)`,
      );
    }
    this.#codecs = columns.map((_, i) => this.#codec(stored, `ZCTYP${i + 1}`));
    this.#heap = Math.max(0, stored.integer("THEAP") ?? storedBytes * tiles);
  }

  #integer(header: Header, keyword: string, least: number): number {
    const value = header.integer(keyword);
    if (value !== undefined && value >= least) return value;
    throw this.#cannot(`${keyword} is ${value ?? "no whole number"}, expected ${least} or more`);
  }

  #codec(header: Header, keyword: string): CodecName {
    const name = header.string(keyword)?.trim();
    if (name === undefined) throw this.#cannot(`it has no ${keyword}`);
    try {
      return parseCodecName(name, keyword);
    } catch (error) {
      throw error instanceof FormatError ? this.#cannot(error.message) : error;
    }
  }

  #cannot(message: string): FormatError {
    const { place, source, title } = this.#data;
    return new FormatError(`Cannot read the compressed table in ${title}: ${message}`, {
      source: source.name,
      offset: place.headerOffset,
    });
  }

  /** Rows of a tile (ZTILELEN). */
  get tileRows(): number {
    return this.#tileRows;
  }

  /** Reads the wanted columns of the tiles that have the rows. */
  async readRows(
    { columns, first, stop }: RowSpan,
    takers: readonly RowTaker[],
    signal: AbortSignal | undefined,
  ): Promise<void> {
    await loadRiceDecoder();
    const used = columns.flatMap((column, i) =>
      column.bytes > 0 ? [[column, takers[i]!]] : []
    ) as (readonly [PlacedColumn, RowTaker])[];
    if (used.length === 0 || stop <= first) return;
    const lastTile = Math.floor((stop - 1) / this.#tileRows);
    for (let tile = Math.floor(first / this.#tileRows); tile <= lastTile; tile++) {
      signal?.throwIfAborted();
      const start = tile * this.#tileRows;
      const rows = Math.min(this.#tileRows, this.rows - start);
      const from = Math.max(first, start);
      const to = Math.min(stop, start + rows);
      const places = await this.#places(tile);
      for (const [column, take] of used) {
        const cells = await this.#cells(tile, rows, column, places[column.index]!);
        const stride = cells.length / rows;
        take(cells, (from - start) * stride, stride, to - from, from - first);
      }
    }
  }

  /** Reads a row of the table that stores the tiles: where each column of a tile lies. */
  async #places(tile: number): Promise<Place[]> {
    const length = this.layout.columns.length * DESCRIPTOR_BYTES;
    const bytes = await this.#data.read(tile * length, length);
    const view = new DataView(bytes.buffer, bytes.byteOffset, length);
    return this.layout.columns.map((_, i) => this.#placeAt(view, i * DESCRIPTOR_BYTES));
  }

  #placeAt(view: DataView, at: number): Place {
    return {
      bytes: Number(view.getBigInt64(at)),
      offset: this.#heap + Number(view.getBigInt64(at + 8)),
    };
  }

  /**
   * The cells of a column in a tile, one row behind the other: of a variable-length column, of
   * each row the descriptor that it had and that of its compressed array.
   */
  async #cells(
    tile: number,
    rows: number,
    column: PlacedColumn,
    place: Place,
  ): Promise<Uint8Array> {
    const key = tile * this.layout.columns.length + column.index;
    const kept = this.#cache.get(this.#data.place.index, key);
    if (kept !== undefined) return kept.pixels as Uint8Array;
    let cells: Uint8Array<ArrayBuffer>;
    try {
      const bytes = await this.#read(place);
      cells = column.variable
        ? bothDescriptors(bytes, rows, column, this.#data.size - this.#heap)
        : decodeArray(this.#codecs[column.index]!, bytes, codeOf(column), rows * column.bytes);
    } catch (cause) {
      throw this.#damage(cause, tile, column, place);
    }
    this.#cache.put(this.#data.place.index, key, { pixels: cells, missing: undefined });
    return cells;
  }

  async #read({ offset, bytes }: Place): Promise<Uint8Array> {
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(bytes) || bytes < 0) {
      throw new FormatError(`its descriptor says ${bytes} bytes at ${offset}`);
    }
    return await this.#data.read(offset, bytes);
  }

  #damage(cause: unknown, tile: number, column: PlacedColumn, place: Place): unknown {
    const known = cause instanceof FormatError || cause instanceof LimitError ||
      cause instanceof ClosedError;
    if (!known || cause instanceof TileError || cause instanceof ChangedFileError) return cause;
    const { place: { index, dataOffset }, source, title } = this.#data;
    const offset = dataOffset + place.offset;
    return new TileError(
      `Cannot decode column '${column.key}' of tile ${tile + 1} of ${title} at byte ${offset}: ` +
        cause.message,
      { cause, source: source.name, offset, hdu: index, tile: tile + 1 },
    );
  }

  /** Reads a variable-length column: each array is compressed by itself. */
  arrays(column: PlacedColumn, rows: number): ArrayReader {
    const { format } = column.layout as { format: BinaryFormat };
    const original = new DescriptorReader(format, rows);
    const compressed = new DescriptorReader({ ...format, descriptor: "Q", repeat: 1 }, rows);
    return {
      put: (bytes, from, stride, count, at) => {
        original.put(bytes, from, stride, count, at);
        compressed.put(bytes, from + stride - DESCRIPTOR_BYTES, stride, count, at);
      },
      finish: (options) =>
        this.#readArrays(column, original.descriptors.counts, compressed.descriptors, options),
    };
  }

  /**
   * Reads one array of a variable-length column.
   *
   * @param column The column.
   * @param row Its row, for messages.
   * @param place Where the compressed array lies, from the start of the heap.
   * @param length Bytes of its elements.
   * @returns Big-endian elements.
   */
  async readArray(
    column: PlacedColumn,
    row: number,
    place: Place,
    length: number,
  ): Promise<Uint8Array> {
    const stored = { bytes: place.bytes, offset: this.#heap + place.offset };
    try {
      const bytes = await this.#read(stored);
      // An array that does not become shorter is stored as it was.
      if (bytes.length === length) return bytes;
      return decodeArray(this.#codecs[column.index]!, bytes, codeOf(column), length);
    } catch (cause) {
      throw this.#damage(cause, Math.floor(row / this.#tileRows), column, stored);
    }
  }

  async #readArrays(
    column: PlacedColumn,
    counts: Float64Array,
    { counts: sizes, offsets }: { readonly counts: Float64Array; readonly offsets: Float64Array },
    options: HeapOptions,
  ): Promise<ColumnData> {
    const code = codeOf(column);
    const codec = this.#codecs[column.index]!;
    for (let row = 0; row < counts.length; row++) {
      const count = counts[row]!;
      // No memory is taken for elements that so many bytes cannot stand for.
      const most = sizes[row]! * (codec === "RICE_1" ? 8 * RICE_BLOCK : MAX_DEFLATE_RATIO);
      if (count === 0) continue;
      if (Number.isSafeInteger(count) && count > 0 && elementBytes(code, count) <= most * 16) {
        continue;
      }
      throw this.#data.error(
        this.#heap,
        `an array of column '${column.key}' has ${count} elements in ${sizes[row]} bytes`,
      );
    }
    return await collectArrays(this.#data, column, counts, options, async (take) => {
      for (let row = 0; row < counts.length; row++) {
        if (counts[row] === 0) continue;
        options.signal?.throwIfAborted();
        const place = { bytes: sizes[row]!, offset: offsets[row]! };
        take(await this.readArray(column, row, place, elementBytes(code, counts[row]!)), 0, row);
      }
    });
  }
}

function codeOf(column: PlacedColumn): BinaryCode {
  return (column.layout as { format: BinaryFormat }).format.code;
}

/**
 * A cell of a variable-length column is a gzip stream of the descriptors that the rows had and of
 * those of the compressed arrays: here they stand row by row. CFITSIO puts the old ones first, the
 * standard's text the new ones (section 10.3.6), and files of both kinds are about: what lies in
 * the heap, and is no longer than it was, tells which they are.
 */
function bothDescriptors(
  bytes: Uint8Array,
  rows: number,
  column: PlacedColumn,
  heapBytes: number,
): Uint8Array<ArrayBuffer> {
  const length = rows * (column.bytes + DESCRIPTOR_BYTES);
  if (length > bytes.length * MAX_DEFLATE_RATIO) {
    throw new FormatError(`${bytes.length} bytes of gzip cannot expand to ${length}`);
  }
  const expanded = platform.inflateSync(bytes, length, length);
  if (expanded.length !== length) {
    throw new FormatError(
      `${expanded.length} bytes of descriptors for ${rows} rows, expected ${length}`,
    );
  }
  const behind = rowByRow(expanded, rows, column.bytes, 0, rows * column.bytes);
  const before = rowByRow(expanded, rows, column.bytes, rows * DESCRIPTOR_BYTES, 0);
  for (const strictly of [true, false]) {
    for (const cells of [behind, before]) {
      if (areDescriptors(cells, rows, column, heapBytes, strictly)) return cells;
    }
  }
  throw new FormatError(`descriptors that are not within the ${heapBytes} bytes of the heap`);
}

/** The old descriptor of each row, and behind it the new one. */
function rowByRow(
  bytes: Uint8Array,
  rows: number,
  oldBytes: number,
  oldStart: number,
  newStart: number,
): Uint8Array<ArrayBuffer> {
  const stride = oldBytes + DESCRIPTOR_BYTES;
  const cells = new Uint8Array(rows * stride);
  for (let row = 0; row < rows; row++) {
    const old = oldStart + row * oldBytes;
    const now = newStart + row * DESCRIPTOR_BYTES;
    cells.set(bytes.subarray(old, old + oldBytes), row * stride);
    cells.set(bytes.subarray(now, now + DESCRIPTOR_BYTES), row * stride + oldBytes);
  }
  return cells;
}

function areDescriptors(
  cells: Uint8Array<ArrayBuffer>,
  rows: number,
  column: PlacedColumn,
  heapBytes: number,
  strictly: boolean,
): boolean {
  const view = new DataView(cells.buffer);
  const code = codeOf(column);
  const wide = column.bytes === DESCRIPTOR_BYTES;
  for (let row = 0, at = 0; row < rows; row++, at += column.bytes + DESCRIPTOR_BYTES) {
    const count = wide ? Number(view.getBigInt64(at)) : view.getInt32(at);
    const bytes = Number(view.getBigInt64(at + column.bytes));
    const offset = Number(view.getBigInt64(at + column.bytes + 8));
    if (count < 0 || bytes < 0 || offset < 0) return false;
    if (strictly && bytes > elementBytes(code, count)) return false;
    if (count === 0) continue;
    if (bytes === 0 || offset + bytes > heapBytes) return false;
  }
  return true;
}

/**
 * Decodes the elements of a column in a tile, or of one array.
 *
 * @param codec The algorithm.
 * @param bytes The compressed elements.
 * @param code What the elements are.
 * @param length Bytes of the elements.
 * @returns Big-endian elements.
 */
function decodeArray(
  codec: CodecName,
  bytes: Uint8Array,
  code: BinaryCode,
  length: number,
): Uint8Array<ArrayBuffer> {
  if (codec === "RICE_1") return decodeIntegers(bytes, code, length);
  if (codec === "NOCOMPRESS") {
    if (bytes.length === length) return bytes.slice();
    throw new FormatError(`${bytes.length} bytes, expected ${length}`);
  }
  if (codec !== "GZIP_1" && codec !== "GZIP_2") {
    throw new FormatError(`${codec} is no algorithm for tables`);
  }
  if (length > bytes.length * MAX_DEFLATE_RATIO) {
    throw new FormatError(`${bytes.length} bytes of gzip cannot expand to ${length}`);
  }
  const expanded = platform.inflateSync(bytes, length, length);
  if (expanded.length !== length) {
    throw new FormatError(`${expanded.length} bytes are decoded, expected ${length}`);
  }
  const shuffled = codec === "GZIP_2" && length % SHUFFLED_BYTES[code] === 0;
  return shuffled ? unshuffled(expanded, SHUFFLED_BYTES[code]) : expanded;
}

const RICE_CLASSES = { 1: Uint8Array, 2: Int16Array, 4: Int32Array } as const;

function decodeIntegers(
  bytes: Uint8Array,
  code: BinaryCode,
  length: number,
): Uint8Array<ArrayBuffer> {
  const bytePix = ELEMENT_BYTES[code];
  if (!/^[BIJ]$/.test(code)) {
    throw new FormatError(`RICE_1 for elements of type ${code}, expected B, I or J`);
  }
  const parameters = { blockSize: RICE_BLOCK, bytePix: bytePix as RiceBytes };
  const count = length / bytePix;
  const most = mostRiceValues(bytes.length, parameters);
  if (count > most) {
    throw new FormatError(
      `its ${bytes.length} bytes stand for at most ${Math.max(0, most)} values, expected ${count}`,
    );
  }
  const values = new RICE_CLASSES[parameters.bytePix](count);
  decodeRice(bytes, parameters, values);
  const out = new Uint8Array(values.buffer);
  return LITTLE_ENDIAN ? swapInto(out, out, parameters.bytePix) : out;
}
