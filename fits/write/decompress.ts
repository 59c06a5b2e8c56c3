/** Compressed images as the plain images that they were. */

import { LITTLE_ENDIAN, swapInto } from "../../net/byte_order.ts";
import { FormatError } from "../../net/errors.ts";
import type { FitsFile } from "../file/fits_file.ts";
import type { Hdu } from "../file/hdu.ts";
import type { HduInput, HduOutput } from "../hdu/output.ts";
import { Card } from "../header/card.ts";
import { Header } from "../header/header.ts";
import { type AxisRange, sectionsOf } from "../image/section.ts";
import { MAX_DEFLATE_RATIO } from "../tiles/codecs/gzip.ts";
import { CompressedTable } from "../tiles/compressed_table.ts";
import { RestoredHeap } from "../tiles/restored_heap.ts";
import { TileCache } from "../tiles/tile_cache.ts";

/** Pixels that are decoded at a time. */
const SECTION_PIXELS = 4 << 20;

/** Signal and progress. */
interface DecompressOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, all: number) => void) | undefined;
}

/**
 * Makes a compressed image ready to be written as the plain image that it was.
 *
 * @param hdu The HDU; its file has to stay open until it is written.
 * @param options Signal and progress.
 * @returns What {@linkcode writeFits} takes.
 */
export function decompressHdu(hdu: Hdu, options: DecompressOptions = {}): HduInput {
  const { header, shape, bitpix } = hdu;
  const size = Math.abs(bitpix) / 8;
  const pixels = shape.length === 0 ? 0 : shape.reduce((product, length) => product * length, 1);
  const wasPrimary = header.has("SIMPLE");
  return {
    canBePrimary: true,
    prepare: (primary): HduOutput => ({
      header: primary === wasPrimary ? header : moved(header, primary, shape.length),
      copied: true,
      dataSize: pixels * size,
      fill: 0,
      data: () => decoded(hdu, size as 1 | 2 | 4 | 8, options),
    }),
  };
}

/** The header of an image that becomes the primary HDU, or an extension. */
function moved(header: Header, primary: boolean, axes: number): Header {
  const first = new Set(["SIMPLE", "XTENSION", "EXTEND", "PCOUNT", "GCOUNT", "CHECKSUM"]);
  const cards = header.cards.filter(({ keyword }) => !first.has(keyword));
  return new Header([
    primary
      ? Card.of("SIMPLE", true, "conforms to FITS 4.0")
      : Card.of("XTENSION", "IMAGE", "type of extension"),
    ...cards.slice(0, 2 + axes),
    ...(primary
      ? [Card.of("EXTEND", true, "extensions may follow")]
      : [Card.of("PCOUNT", 0), Card.of("GCOUNT", 1)]),
    ...cards.slice(2 + axes),
  ]);
}

/** The pixels as they were stored, in the order of the file. */
async function* decoded(
  hdu: Hdu,
  size: 1 | 2 | 4 | 8,
  { signal, onProgress }: DecompressOptions,
): AsyncGenerator<Uint8Array> {
  const all = hdu.shape.reduce((product, length) => product * length, 1);
  let done = 0;
  for (const section of bands(hdu)) {
    const { pixels } = await hdu.image({ physical: false, section, signal });
    const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
    yield LITTLE_ENDIAN ? swapInto(bytes, bytes, size) : bytes;
    done += pixels.length;
    onProgress?.(done, all);
  }
}

/**
 * Divides an image into parts that lie one behind the other in a file: all of the axes before the
 * last along which a tile has a length.
 */
function bands(hdu: Hdu): Iterable<AxisRange[]> {
  const { shape } = hdu;
  const tile = hdu.sections(1).next().value?.map(([start = 0, stop = 1]) => stop - start) ?? [];
  const last = tile.findLastIndex((length: number) => length > 1);
  const unit = shape.map((length, axis) => axis < Math.max(1, last) ? length : tile[axis]!);
  return sectionsOf(shape, unit, SECTION_PIXELS);
}

/** Rows that are decoded at a time. */
const ROW_BYTES = 16 << 20;

/**
 * Makes a compressed table ready to be written as the plain table that it was.
 *
 * @param hdu The HDU; its file has to stay open until it is written.
 * @param signal Ends the work.
 * @returns What {@linkcode writeFits} takes; undefined where the table had bytes that no column
 * and no array has.
 */
export async function decompressTable(
  hdu: Hdu,
  signal?: AbortSignal,
): Promise<HduInput | undefined> {
  const { header, data } = hdu;
  const table = new CompressedTable(data, header, new TileCache(0));
  const { layout: { columns }, rows, rowBytes } = table;
  const filled = columns.reduce((sum, { bytes }) => sum + bytes, 0) === rowBytes;
  const heapBytes = header.integer("PCOUNT") ?? 0;
  if (!filled || (header.integer("THEAP") ?? rows * rowBytes) !== rows * rowBytes) return undefined;
  const heap = await RestoredHeap.read(table, signal);
  if (!heap.fills(heapBytes)) return undefined;
  return {
    canBePrimary: false,
    prepare: (): HduOutput => ({
      header,
      copied: true,
      dataSize: rows * rowBytes + heapBytes,
      fill: 0,
      async *data() {
        yield* decodedRows(table, hdu.dataSize, signal);
        yield* heap.pieces(signal);
      },
    }),
  };
}

async function* decodedRows(
  table: CompressedTable,
  size: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const { layout: { columns }, rows, rowBytes, tileRows } = table;
  if (rowBytes === 0) return;
  if (rows * rowBytes > size * MAX_DEFLATE_RATIO) {
    throw new FormatError(
      `${size} bytes of a compressed table cannot expand to ${rows} rows of ${rowBytes} bytes`,
    );
  }
  // Whole tiles: each is decoded once.
  const step = tileRows * Math.max(1, Math.floor(ROW_BYTES / rowBytes / tileRows));
  for (let first = 0; first < rows; first += step) {
    const stop = Math.min(rows, first + step);
    const bytes = new Uint8Array((stop - first) * rowBytes);
    const takers = columns.map(({ offset, bytes: width }) =>
    (
      cells: Uint8Array,
      from: number,
      stride: number,
      count: number,
      at: number,
    ) => {
      for (let row = 0; row < count; row++) {
        const source = from + row * stride;
        bytes.set(cells.subarray(source, source + width), (at + row) * rowBytes + offset);
      }
    });
    await table.readRows({ columns, rowBytes, first, stop }, takers, signal);
    yield bytes;
  }
}

/** Whether pixels of a compressed image are no longer the same in every bit. */
export function isLossy(stored: Header): boolean {
  const columns = stored.integer("TFIELDS") ?? 0;
  for (let i = 1; i <= columns; i++) {
    if (/^(ZSCALE|ZZERO)$/i.test(stored.string(`TTYPE${i}`)?.trim() ?? "")) return true;
  }
  if (stored.has("ZSCALE") || stored.has("ZZERO")) return true;
  return stored.string("ZCMPTYPE")?.trim() === "HCOMPRESS_1" && (stored.number("ZVAL1") ?? 0) > 1;
}

/** Whether the primary HDU is there only because the first image, compressed, could not be it. */
export async function isStoredAlone(file: FitsFile): Promise<boolean> {
  const primary = await file.hdu(0);
  if (primary.kind !== "PRIMARY" || primary.shape.length > 0) return false;
  for await (const hdu of file.hdus) {
    if (hdu.index === 1) return hdu.kind === "compressed IMAGE" && hdu.data.header.has("ZSIMPLE");
    if (hdu.index > 1) break;
  }
  return false;
}
