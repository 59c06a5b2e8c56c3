/** Images and whole files compressed in tiles, and brought back. */

import { FormatError } from "../../net/errors.ts";
import type { FitsFile } from "../file/fits_file.ts";
import { Hdu } from "../file/hdu.ts";
import { openFits } from "../file/open.ts";
import { paddedSize } from "../hdu/layout.ts";
import type { HduInput } from "../hdu/output.ts";
import { imageHdu, type ImageInput } from "../image/output.ts";
import { tableHdu, type TableInput } from "../table/output.ts";
import { type CompressionWork, compressPixels } from "../tiles/compress_image.ts";
import { compressTableData, tableObstacle } from "../tiles/compress_table.ts";
import type { PixelBytes } from "../tiles/pixel_bytes.ts";
import type { CompressOptions } from "../tiles/tile_settings.ts";
import { decompressHdu, decompressTable, isLossy, isStoredAlone } from "./decompress.ts";
import { copyHdu } from "./hdu_copy.ts";
import { FileHeap } from "./heap_file.ts";
import { encodeFits, fitsPieces } from "./write.ts";

/**
 * Compresses an image in tiles (FITS 4.0, section 10.1).
 *
 * Integers of at most 32 bits and quantised floats are stored by Rice, others without loss by
 * GZIP_2, unless an algorithm is asked for. Nothing is lost without being asked for but that
 * floats are quantised: `quantize: 0` keeps them.
 *
 * @param image Pixels in memory, or an image of an open file, which is read piece by piece; the
 * file has to stay open until it is written.
 * @param options Algorithm, tiles and quantisation; signal, progress, and where compressed tiles
 * wait.
 * @returns What {@linkcode writeFits} takes.
 * @throws {FormatError} If it cannot be compressed like that, or only with a loss.
 *
 * @example
 * ```ts
 * import { compressImage, encodeFits, openFits } from "@heliograph/heliograph/fits";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const pixels = Int16Array.from({ length: 100 * 100 }, (_, i) => 1000 + i % 7);
 * const bytes = await encodeFits([await compressImage({ pixels, shape: [100, 100] })]);
 * assert(bytes.length < pixels.byteLength);
 * await using file = await openFits(bytes);
 * const hdu = await file.find((hdu) => hdu.isImage);
 * assertEquals((await hdu!.image()).pixels, pixels);
 * ```
 */
export async function compressImage(
  image: ImageInput | Hdu,
  options: CompressOptions & CompressionWork = {},
): Promise<HduInput> {
  if (!(image instanceof Hdu)) return await compressInput(image, options);
  const { kind, data, header, shape, bitpix } = image;
  if (image.damage !== undefined) throw data.error(0, image.damage);
  if (kind !== "PRIMARY" && kind !== "IMAGE") {
    throw new FormatError(`Cannot compress ${data.title}: its type is ${kind}, expected an image`, {
      source: data.source.name,
      offset: image.headerOffset,
    });
  }
  const plain = { bitpix, shape, header };
  try {
    return await compressPixels(plain, data, options, options);
  } catch (cause) {
    throw located(cause, `Cannot compress ${data.title}`, data.source.name, image.headerOffset);
  }
}

async function compressInput(
  image: ImageInput,
  options: CompressOptions & CompressionWork,
): Promise<HduInput> {
  const { header, dataSize, data } = imageHdu(image).prepare(image.name === undefined);
  const bytes = new Uint8Array(dataSize);
  let at = 0;
  for await (const piece of data()) {
    bytes.set(piece, at);
    at += piece.length;
  }
  const pixels: PixelBytes = {
    readInto: (offset, target) => {
      target.set(bytes.subarray(offset, offset + target.length));
      return Promise.resolve();
    },
  };
  const shape = image.shape ?? [image.pixels.length];
  const bitpix = header.integer("BITPIX") as Hdu["bitpix"];
  try {
    return await compressPixels({ bitpix, shape, header }, pixels, options, options);
  } catch (cause) {
    throw located(cause, "Cannot compress the image");
  }
}

/**
 * Compresses a binary table in tiles of rows, each column by itself and without loss (FITS 4.0,
 * section 10.3): integers of 16 and 32 bits by Rice, longer ones and reals by GZIP_2, others by
 * GZIP_1. Variable-length arrays of numbers are compressed one by one.
 *
 * @param table Columns in memory, or a table of an open file, which is read piece by piece; the
 * file may be closed afterwards.
 * @param work Signal and progress, and where compressed columns wait.
 * @returns What {@linkcode writeFits} takes.
 * @throws {FormatError} If the table cannot be brought back bit for bit by every reader: one of
 * text, one with arrays of strings, or with bytes that no column has.
 *
 * @example
 * ```ts
 * import { compressTable } from "@heliograph/heliograph/fits/compress";
 * import { encodeFits, openFits, tableHdu } from "@heliograph/heliograph/fits";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const values = Int32Array.from({ length: 10_000 }, (_, i) => 1000 + i % 7);
 * const columns = [{ name: "COUNTS", values }];
 * const bytes = await encodeFits([await compressTable({ columns, name: "EVENTS" })]);
 * assert(bytes.length < (await encodeFits([tableHdu({ columns })])).length / 2);
 * await using file = await openFits(bytes);
 * const { columns: [counts] } = await file.table({ hdu: "EVENTS", rows: "1:8" });
 * assertEquals([...counts!.values], [...values.slice(0, 8)]);
 * ```
 */
export async function compressTable(
  table: TableInput | Hdu,
  work: CompressionWork = {},
): Promise<HduInput> {
  if (!(table instanceof Hdu)) {
    await using file = await openFits(await encodeFits([tableHdu(table)]));
    return await compressTable(await file.hdu(1), work);
  }
  const { data } = table;
  if (table.damage !== undefined) throw data.error(0, table.damage);
  const obstacle = await tableObstacle(data, work.signal);
  if (obstacle !== undefined) {
    throw new FormatError(`Cannot compress ${data.title}: ${obstacle}`, {
      source: data.source.name,
      offset: table.headerOffset,
    });
  }
  return await compressTableData(data, work);
}

function located(cause: unknown, what: string, source?: string, offset?: number): unknown {
  if (!(cause instanceof FormatError) || cause.message.startsWith("Cannot ")) return cause;
  return new FormatError(`${what}: ${cause.message}`, { cause, source, offset });
}

/** What became of an HDU. */
export interface HduOutcome {
  /** Its number in the file that was read. */
  readonly hdu: number;
  /** What was done: `copied` is as it was. */
  readonly outcome: "compressed" | "decompressed" | "copied";
  /** Whether its pixels are no longer the same in every bit. */
  readonly lossy: boolean;
}

/** How a file is compressed. */
export interface CompressFileOptions extends CompressOptions {
  /**
   * Whether binary tables are compressed too. Tables with variable-length arrays of strings,
   * logical values, bits or complex numbers, or with bytes that no column and no array has, stay
   * as they are: other programs could not bring them back.
   *
   * @default {false}
   */
  readonly tables?: boolean | undefined;
  /** Where large heaps wait, the path of files that are made and removed; memory without it. */
  readonly scratch?: string | undefined;
  /** Ends the work; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Told how many pixels of the HDU are done, and of how many. */
  readonly onProgress?: ((done: number, all: number) => void) | undefined;
  /** Told of each HDU when it is done. */
  readonly onHdu?: ((outcome: HduOutcome) => void) | undefined;
}

/**
 * Compresses the images of a file. Other HDUs, and bytes behind the last, stay as they are; where
 * the primary HDU is compressed, an empty one goes before it. Checksums are added to what is
 * compressed; those of the images themselves are kept for when they are brought back.
 *
 * @param file The open file.
 * @param options How, signal and progress.
 * @returns The bytes of the new file, in pieces that are valid until the next is asked for.
 * @throws {FormatError} If an image cannot be compressed like that, or only with a loss.
 */
export async function* compressPieces(
  file: FitsFile,
  options: CompressFileOptions = {},
): AsyncGenerator<Uint8Array> {
  const { signal, scratch, onHdu } = options;
  let end = 0;
  for await (const hdu of file.hdus) {
    const first = hdu.index === 0;
    end = hdu.dataOffset + paddedSize(hdu.dataSize);
    const table = options.tables === true && hdu.damage === undefined &&
      await tableObstacle(hdu.data, signal) === undefined;
    if (!isPlainImage(hdu) && !table) {
      yield* fitsPieces([copyHdu(hdu)], { signal, first });
      onHdu?.({ hdu: hdu.index, outcome: "copied", lossy: false });
      continue;
    }
    await using heap = scratch === undefined
      ? undefined
      : new FileHeap(`${scratch}.${crypto.randomUUID().slice(0, 8)}.heap.part`);
    const input = table
      ? await compressTableData(hdu.data, { ...options, heap })
      : await compressImage(hdu, { ...options, heap });
    yield* fitsPieces([input], { signal, first, checksum: true });
    const { header } = input.prepare(false);
    onHdu?.({ hdu: hdu.index, outcome: "compressed", lossy: isLossy(header) });
  }
  yield* behind(file, end, signal);
}

function isPlainImage(hdu: Hdu): boolean {
  return (hdu.kind === "PRIMARY" || hdu.kind === "IMAGE") && hdu.damage === undefined &&
    hdu.shape.length > 0 && !hdu.shape.includes(0);
}

/**
 * Brings the compressed images of a file back. Other HDUs, and bytes behind the last, stay as they
 * are; an empty primary HDU before an image that was the primary goes. Where pixels were stored
 * without loss, header and data are those that were compressed, bit for bit; elsewhere checksums
 * that the image had are rewritten.
 *
 * @param file The open file.
 * @param options Signal and progress.
 * @returns The bytes of the new file, in pieces that are valid until the next is asked for.
 * @throws {FormatError} If an image cannot be read.
 * @throws {TileError} If a tile is damaged.
 */
export async function* decompressPieces(
  file: FitsFile,
  options: Pick<CompressFileOptions, "signal" | "onProgress" | "onHdu"> = {},
): AsyncGenerator<Uint8Array> {
  const { signal, onHdu } = options;
  let end = 0;
  let first = true;
  for await (const hdu of file.hdus) {
    end = hdu.dataOffset + paddedSize(hdu.dataSize);
    if (hdu.index === 0 && await isStoredAlone(file)) continue;
    const isImage = hdu.kind === "compressed IMAGE";
    const lossy = isImage && isLossy(hdu.data.header);
    const restored = isImage
      ? decompressHdu(hdu, options)
      : hdu.kind === "compressed BINTABLE"
      ? await decompressTable(hdu, signal)
      : undefined;
    const input = restored ?? copyHdu(hdu);
    const checksum = lossy && (hdu.header.has("CHECKSUM") || hdu.header.has("DATASUM"));
    yield* fitsPieces([input], { signal, first, checksum });
    first = false;
    onHdu?.({ hdu: hdu.index, outcome: restored === undefined ? "copied" : "decompressed", lossy });
  }
  yield* behind(file, end, signal);
}

/** Bytes that are read at a time. */
const PIECE_BYTES = 1 << 20;

/** What stands behind the last HDU, which belongs to none. */
async function* behind(
  file: FitsFile,
  end: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  for (let at = end;;) {
    signal?.throwIfAborted();
    const piece = await file.source.read(at, PIECE_BYTES);
    if (piece.length === 0) return;
    at += piece.length;
    yield piece;
  }
}
