/** Writes FITS files: to bytes, to a stream, or to a local file that appears whole or not at all. */

import { concatenate } from "../../net/bytes/concatenate.ts";
import { FormatError } from "../../net/errors.ts";
import { byteSwapLoaded } from "../../net/kernels/byte_swap.ts";
import { replaceFile, writeWhole } from "../../net/replace_file.ts";
import { Card } from "../header/card.ts";
import { Checksum, encodeChecksum } from "../hdu/checksum.ts";
import type { HduInput, HduOutput } from "../hdu/output.ts";
import { paddedSize } from "../hdu/layout.ts";
import type { Header } from "../header/header.ts";
import { imageHdu, type ImageInput } from "../image/output.ts";

/** How a file is written. */
export interface WriteOptions {
  /** Adds DATASUM and CHECKSUM to every HDU. @default {false} */
  readonly checksum?: boolean | undefined;
  /** Ends the writing; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** The HDUs of a file to be written: images, and whatever else can be an HDU. */
export type HduInputs =
  | Iterable<ImageInput | HduInput>
  | AsyncIterable<ImageInput | HduInput>;

/** Where a file is written to: a path or `file:` URL, or a stream. */
export type FitsTarget = string | URL | WritableStream<Uint8Array>;

/**
 * Writes a FITS file in memory.
 *
 * @param hdus Images, and whatever else can be an HDU, in their order. Where the first
 * cannot be the primary HDU, an empty primary goes before it.
 * @param options Checksums.
 * @returns The bytes of the file.
 * @throws {FormatError} If an HDU cannot be written.
 *
 * @example
 * ```ts
 * import { encodeFits } from "@heliograph/heliograph/fits";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = await encodeFits([{ pixels: new Uint16Array([0, 65535]), shape: [2, 1] }]);
 * assertEquals(bytes.length, 2 * 2880);
 * ```
 */
export async function encodeFits(
  hdus: HduInputs,
  options: WriteOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of fitsPieces(hdus, options)) {
    pieces.push(piece.slice());
    size += piece.length;
  }
  return concatenate(pieces, size);
}

/**
 * Writes a FITS file.
 *
 * A local file is written beside its place and renamed into it at the end.
 *
 * @param target Where to.
 * @param hdus Images, and whatever else can be an HDU, in their order. Where the first
 * cannot be the primary HDU, an empty primary goes before it.
 * @param options Checksums and signal.
 * @returns How many bytes were written.
 * @throws {FormatError} If an HDU cannot be written.
 */
export async function writeFits(
  target: FitsTarget,
  hdus: HduInputs,
  options: WriteOptions = {},
): Promise<number> {
  const pieces = fitsPieces(hdus, options);
  if (target instanceof WritableStream) return await writeStream(target, pieces);
  return await replaceFile(target, async (file) => {
    let written = 0;
    for await (const piece of pieces) {
      await writeWhole(file, piece);
      written += piece.length;
    }
    return written;
  });
}

async function writeStream(
  stream: WritableStream<Uint8Array>,
  pieces: AsyncIterable<Uint8Array>,
): Promise<number> {
  const writer = stream.getWriter();
  let written = 0;
  try {
    for await (const piece of pieces) {
      await writer.ready;
      // The stream may keep what it is given, and a piece lives only until the next.
      await writer.write(piece.slice());
      written += piece.length;
    }
    await writer.close();
  } catch (error) {
    await writer.abort(error).catch(() => {});
    throw error;
  }
  return written;
}

/**
 * The bytes of a FITS file, piece by piece: headers, data and fill.
 *
 * @param hdus The HDUs.
 * @param options Checksums, signal, and whether the first HDU begins the file (it does
 * unless `first` is false).
 * @returns Pieces that are valid until the next is asked for.
 */
export async function* fitsPieces(
  hdus: HduInputs,
  options: WriteOptions & { readonly first?: boolean | undefined } = {},
): AsyncGenerator<Uint8Array> {
  // A turn of the event loop or two, once: the first image is worth the kernel.
  await byteSwapLoaded;
  let first = options.first ?? true;
  for await (const given of hdus) {
    const input = "prepare" in given ? given : imageHdu(given);
    if (first && !input.canBePrimary) yield* hduPieces(emptyPrimary().prepare(true), options);
    yield* hduPieces(input.prepare(first && input.canBePrimary), options);
    first = false;
  }
  if (first) yield* hduPieces(emptyPrimary().prepare(true), options);
}

function emptyPrimary(): HduInput {
  return imageHdu({ pixels: new Uint8Array(0), shape: [] });
}

async function* hduPieces(hdu: HduOutput, options: WriteOptions): AsyncGenerator<Uint8Array> {
  const header = hdu.header.clone();
  if (hdu.copied !== true) declareLongStrings(header);
  yield options.checksum === true ? addChecksums(header, await sumData(hdu)) : header.toBytes();
  let size = 0;
  for await (const piece of hdu.data()) {
    options.signal?.throwIfAborted();
    size += piece.length;
    yield piece;
  }
  if (size !== hdu.dataSize) {
    throw new FormatError(
      `Cannot write an HDU: its data are ${size} bytes, expected ${hdu.dataSize} as in its header`,
    );
  }
  const fill = paddedSize(size) - size;
  if (fill > 0) yield new Uint8Array(fill).fill(hdu.fill);
}

/** Readers older than FITS 4.0 look for LONGSTRN before they join CONTINUE cards. */
export function declareLongStrings(header: Header): void {
  if (header.has("LONGSTRN") || !header.cards.some((card) => card.records > 1)) return;
  header.append(Card.of("LONGSTRN", "OGIP 1.0", "long strings are continued"));
}

async function sumData(hdu: HduOutput): Promise<number> {
  const sum = new Checksum();
  for await (const piece of hdu.data()) sum.add(piece);
  return sum.add(new Uint8Array(paddedSize(hdu.dataSize) - hdu.dataSize).fill(hdu.fill)).value;
}

/**
 * Sets DATASUM and CHECKSUM of a header.
 *
 * @param header The header; it is changed.
 * @param dataSum The sum of the data with its fill.
 * @param blocks How many blocks the header shall fill; without it, as few as hold it.
 * @returns The header's bytes.
 */
export function addChecksums(
  header: Header,
  dataSum: number,
  blocks?: number,
): Uint8Array<ArrayBuffer> {
  header.set("DATASUM", String(dataSum), { comment: "sum of the data" });
  header.set("CHECKSUM", "0".repeat(16), { comment: "sum of the HDU" });
  const sum = new Checksum().add(header.toBytes(blocks)).addSum(dataSum).value;
  header.set("CHECKSUM", encodeChecksum(sum));
  return header.toBytes(blocks);
}
