/** Whole files that are compressed: gzip, bzip2 and Unix compress, told by their first bytes. */

import { FormatError } from "../../net/errors.ts";
import { platform } from "../../net/platform/mod.ts";
import { bunzip2 } from "./bunzip2.ts";
import type { FitsSource } from "./source.ts";
import { StreamSource, type StreamSourceOptions } from "./stream.ts";
import { uncompress } from "./uncompress.ts";

/** A way in which a whole file is compressed. */
export type FileCompression = "gzip" | "bzip2" | "compress";

/** Compressed bytes that are read at a time: gzip makes of them at most a thousand times as many. */
const PIECE_BYTES = 1 << 14;

/** What the message of an inflater's error begins with. */
const INFLATE_FAULT = "Cannot inflate: ";

/**
 * Tells the wrapper of a file by its first bytes, never by its name.
 *
 * @param bytes At least its first three bytes.
 * @returns The wrapper, or undefined.
 */
export function compressionOf(bytes: Uint8Array): FileCompression | undefined {
  const [a, b, c] = bytes;
  if (a === 0x1f && b === 0x8b) return "gzip";
  if (a === 0x1f && b === 0x9d) return "compress";
  if (a === 0x42 && b === 0x5a && c === 0x68) return "bzip2";
  return undefined;
}

/**
 * A source of what a compressed file holds. It is expanded only as far as it is
 * read, and what is expanded is kept up to the limit of the options.
 *
 * @param source The compressed file; it is closed with the new source.
 * @param wrapper How it is compressed.
 * @param options Limits.
 * @returns The source of the expanded bytes.
 */
export function decompressSource(
  source: FitsSource,
  wrapper: FileCompression,
  options: StreamSourceOptions = {},
): FitsSource {
  const pieces = wrapper === "gzip"
    ? gunzip(source)
    : expandWhole(source, wrapper === "bzip2" ? bunzip2 : uncompress);
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { value, done } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        controller.error(error);
      }
    },
    async cancel() {
      await pieces.return(undefined);
      await source.close();
    },
  }, { highWaterMark: 0 });
  return new StreamSource(stream, { ...options, name: `${source.name} (${wrapper})` }, source);
}

async function* sourcePieces(source: FitsSource): AsyncGenerator<Uint8Array> {
  for (let offset = 0;;) {
    const piece = await source.read(offset, PIECE_BYTES);
    if (piece.length === 0) return;
    yield piece;
    offset += piece.length;
    source.release?.(offset);
  }
}

/** These two formats cannot be expanded without what comes before: read whole, given block by block. */
async function* expandWhole(
  source: FitsSource,
  expand: (bytes: Uint8Array) => Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  const pieces: Uint8Array[] = [];
  for await (const piece of sourcePieces(source)) pieces.push(piece.slice());
  const blob = new Blob(pieces as Uint8Array<ArrayBuffer>[]);
  yield* expand(new Uint8Array(await blob.arrayBuffer()));
}

/** What comes out before damage is given before the error. */
async function* gunzip(source: FitsSource): AsyncGenerator<Uint8Array, void> {
  try {
    yield* platform.gunzip(sourcePieces(source));
  } catch (cause) {
    if (!(cause instanceof FormatError) || !cause.message.startsWith(INFLATE_FAULT)) throw cause;
    throw new FormatError(
      `Cannot expand ${source.name}: ${cause.message.slice(INFLATE_FAULT.length)}`,
      { source: source.name, cause },
    );
  }
}
