/** Images compressed in tiles (FITS 4.0, section 10.1). */

import { FormatError } from "../../net/errors.ts";
import type { HduInput, HduOutput } from "../hdu/output.ts";
import type { Header } from "../header/header.ts";
import { encodeGzip } from "./encoders/gzip.ts";
import { encodeTile, type IntegerTile, loadEncoder } from "./encoders/encoder.ts";
import { loadQuantizer, QUANTIZED_BLANK, quantizeTile, seedOf } from "./encoders/quantize.ts";
import { type PixelBytes, type PlainTile, plainTiles } from "./pixel_bytes.ts";
import { type StoredColumn, storedHeader } from "./stored_header.ts";
import { MemoryHeap, type TileHeap } from "./tile_heap.ts";
import {
  type CompressOptions,
  type PlainImage,
  type TileSettings,
  tileSettings,
} from "./tile_settings.ts";

/** How the work is done, besides what comes out of it. */
export interface CompressionWork {
  /** Where compressed tiles wait until all are done; memory where there is none. */
  readonly heap?: TileHeap | undefined;
  /** Ends the work; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Told how many pixels are done, and of how many. */
  readonly onProgress?: ((done: number, all: number) => void) | undefined;
}

/** The greatest offset in a heap that a descriptor of 32 bits has (section 7.3.5). */
const MAX_NARROW_HEAP = 2 ** 31 - 1;
/** Tiles between two looks at the signal. */
const TILES_BETWEEN = 256;

/** Which column holds a tile. */
type Place = "COMPRESSED_DATA" | "GZIP_COMPRESSED_DATA" | "UNCOMPRESSED_DATA";

/** Where the tiles lie, and how they are meant. */
interface TileRows {
  readonly places: Place[];
  readonly counts: number[];
  readonly offsets: number[];
  readonly scales: number[];
  readonly zeros: number[];
}

/**
 * Compresses a plain image.
 *
 * @param image What it is.
 * @param pixels Its pixels.
 * @param options How it is compressed.
 * @param work Where tiles wait, signal and progress.
 * @returns The table that stores it, ready to be written.
 * @throws {FormatError} If it cannot be compressed, or only with a loss that was not asked for.
 */
export async function compressPixels(
  image: PlainImage,
  pixels: PixelBytes,
  options: CompressOptions,
  work: CompressionWork = {},
): Promise<HduInput> {
  const settings = tileSettings(image, options);
  await loadEncoder(settings.codec);
  if (settings.quantization !== undefined) await loadQuantizer();
  const encoder = new ImageEncoder(settings, work.heap ?? new MemoryHeap());
  const { grid } = settings;
  const size = Math.abs(settings.bitpix) / 8;
  const all = grid.shape.reduce((product, length) => product * length, 1);
  let done = 0;
  for await (const tile of plainTiles(pixels, grid, size)) {
    const waiting = encoder.add(tile);
    if (waiting !== undefined) await waiting;
    done += tile.box.pixels;
    if (tile.number % TILES_BETWEEN !== 0) continue;
    work.signal?.throwIfAborted();
    work.onProgress?.(done, all);
  }
  work.onProgress?.(all, all);
  return encoder.finish(image.header);
}

class ImageEncoder {
  readonly #settings: TileSettings;
  readonly #heap: TileHeap;
  readonly #rows: TileRows = { places: [], counts: [], offsets: [], scales: [], zeros: [] };
  #seed: number | undefined;
  #missing = false;

  constructor(settings: TileSettings, heap: TileHeap) {
    this.#settings = settings;
    this.#heap = heap;
    this.#seed = settings.seed;
  }

  add(tile: PlainTile): void | Promise<void> {
    const { codec, bitpix, quantization } = this.#settings;
    const size = Math.abs(bitpix) / 8 as 1 | 2 | 4 | 8;
    const { number, bytes, box: { shape } } = tile;
    try {
      if (codec === "NOCOMPRESS") return this.#put("UNCOMPRESSED_DATA", bytes, size);
      if (quantization === undefined) {
        this.#checkNulls(tile);
        return this.#encode({ elements: bytes, size, shape });
      }
      const width = size as 4 | 8;
      this.#seed ??= seedOf(bytes, width);
      const quantized = quantizeTile(
        { bytes, size: width, width: shape[0]!, number, seed: this.#seed },
        quantization,
      );
      if (quantized === undefined) {
        return this.#put("GZIP_COMPRESSED_DATA", encodeGzip(bytes, 1), 1);
      }
      const { values, scale, zero, missing } = quantized;
      if (missing) this.#checkLossy(QUANTIZED_BLANK);
      this.#missing ||= missing;
      return this.#encode({ elements: values, size: 4, shape }, scale, zero);
    } catch (cause) {
      if (!(cause instanceof FormatError)) throw cause;
      throw new FormatError(`tile ${number + 1}: ${cause.message}`, { cause });
    }
  }

  #encode(tile: IntegerTile, scale = 0, zero = 0): void | Promise<void> {
    const { codec } = this.#settings;
    const bytes = encodeTile(codec, tile, this.#settings);
    return this.#put("COMPRESSED_DATA", bytes, codec === "PLIO_1" ? 2 : 1, scale, zero);
  }

  #put(
    place: Place,
    bytes: Uint8Array,
    elementBytes: number,
    scale = 0,
    zero = 0,
  ): void | Promise<void> {
    const { places, counts, offsets, scales, zeros } = this.#rows;
    places.push(place);
    counts.push(bytes.length / elementBytes);
    offsets.push(this.#heap.size);
    scales.push(scale);
    zeros.push(zero);
    return this.#heap.add(bytes);
  }

  /** Where pixels are rounded, those that stand for no value would become others. */
  #checkNulls({ bytes }: PlainTile): void {
    const { bitpix, blank, scale, codec } = this.#settings;
    if (blank === undefined || scale <= 1 || codec !== "HCOMPRESS_1") return;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const size = bitpix / 8;
    for (let at = 0; at < bytes.length; at += size) {
      const value = size === 1 ? bytes[at] : size === 2 ? view.getInt16(at) : view.getInt32(at);
      if (value === blank) return this.#checkLossy(blank);
    }
  }

  #checkLossy(blank: number): void {
    const { scale, codec } = this.#settings;
    if (codec !== "HCOMPRESS_1" || scale <= 1) return;
    throw new FormatError(
      `pixels have no value (${blank}), and HCOMPRESS_1 with a scale of ${scale} would give them ` +
        "one: without a scale, or by rice, they stay",
    );
  }

  finish(image: Header): HduInput {
    const { grid, codec, quantization, bitpix } = this.#settings;
    const rows = this.#rows;
    const wide = this.#heap.size > MAX_NARROW_HEAP;
    const letter = wide ? "Q" : "P";
    const longest = (place: Place) =>
      rows.counts.reduce(
        (most, count, i) => rows.places[i] === place ? Math.max(most, count) : most,
        0,
      );
    const array = (name: Place, code: string): StoredColumn => ({
      name,
      format: `1${letter}${code}(${longest(name)})`,
    });
    const columns: StoredColumn[] = [
      array("COMPRESSED_DATA", codec === "PLIO_1" ? "I" : "B"),
      ...(quantization === undefined
        ? []
        : [{ name: "ZSCALE", format: "1D" }, { name: "ZZERO", format: "1D" }]),
      ...(rows.places.includes("GZIP_COMPRESSED_DATA") ? [array("GZIP_COMPRESSED_DATA", "B")] : []),
      ...(codec === "NOCOMPRESS" ? [array("UNCOMPRESSED_DATA", PIXEL_CODES[bitpix]!)] : []),
    ];
    const descriptor = wide ? 16 : 8;
    const rowBytes = columns.reduce(
      (sum, { format }) => sum + (format === "1D" ? 8 : descriptor),
      0,
    );
    const header = storedHeader(image, this.#settings, {
      columns,
      rowBytes,
      rows: grid.total,
      heapBytes: this.#heap.size,
      seed: this.#seed ?? 1,
      missing: this.#missing,
    });
    const table = tableRows(rows, columns, rowBytes, wide);
    const heap = this.#heap;
    return {
      canBePrimary: false,
      prepare: (): HduOutput => ({
        header,
        copied: true,
        dataSize: table.length + heap.size,
        fill: 0,
        async *data() {
          yield table;
          yield* heap.pieces();
        },
      }),
    };
  }
}

/** The letters of columns of pixels. */
const PIXEL_CODES: Readonly<Record<number, string>> = {
  8: "B",
  16: "I",
  32: "J",
  64: "K",
  [-32]: "E",
  [-64]: "D",
};

/** The rows of the table: descriptors, and how quantised tiles are meant. */
function tableRows(
  { places, counts, offsets, scales, zeros }: TileRows,
  columns: readonly StoredColumn[],
  rowBytes: number,
  wide: boolean,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(rowBytes * places.length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (let row = 0; row < places.length; row++) {
    for (const { name } of columns) {
      if (name === "ZSCALE" || name === "ZZERO") {
        view.setFloat64(at, name === "ZSCALE" ? scales[row]! : zeros[row]!);
        at += 8;
        continue;
      }
      const here = places[row] === name;
      const [count, offset] = here ? [counts[row]!, offsets[row]!] : [0, 0];
      if (wide) {
        view.setBigInt64(at, BigInt(count));
        view.setBigInt64(at + 8, BigInt(offset));
      } else {
        view.setInt32(at, count);
        view.setInt32(at + 4, offset);
      }
      at += wide ? 16 : 8;
    }
  }
  return bytes;
}
