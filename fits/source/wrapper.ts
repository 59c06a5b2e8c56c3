/** Whole files that are compressed: gzip, bzip2 and Unix compress, told by their first bytes. */

import { createGunzip } from "node:zlib";
import { FormatError } from "../../net/errors.ts";
import { bunzip2 } from "./bunzip2.ts";
import type { FitsSource } from "./source.ts";
import { StreamSource, type StreamSourceOptions } from "./stream.ts";
import { uncompress } from "./uncompress.ts";

/** A way in which a whole file is compressed. */
export type Wrapper = "gzip" | "bzip2" | "compress";

/** Compressed bytes that are read at a time: gzip makes of them at most a thousand times as many. */
const PIECE_BYTES = 1 << 14;

/**
 * Tells the wrapper of a file by its first bytes, never by its name.
 *
 * @param bytes At least its first three bytes.
 * @returns The wrapper, or undefined.
 */
export function wrapperOf(bytes: Uint8Array): Wrapper | undefined {
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
export function unwrap(
  source: FitsSource,
  wrapper: Wrapper,
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
  return new StreamSource(stream, { ...options, name: `${source.name} (${wrapper})` });
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

/**
 * Members one after the other, as gzip itself reads them (DecompressionStream stops at
 * the first). What comes out before damage is given before the error.
 */
async function* gunzip(source: FitsSource): AsyncGenerator<Uint8Array, void> {
  const inflater = createGunzip({ chunkSize: 1 << 18 });
  let pieces: Uint8Array[] = [];
  let failure: Error | undefined;
  const ended = new Promise<void>((resolve) => {
    inflater.once("end", resolve);
    inflater.once("error", (error) => {
      failure = error;
      resolve();
    });
  });
  inflater.on("data", ({ buffer, byteOffset, byteLength }: Uint8Array) => {
    // The inflater gives Buffers; nobody else shall meet them.
    pieces.push(new Uint8Array(buffer, byteOffset, byteLength));
  });
  const takePieces = () => {
    const taken = pieces;
    pieces = [];
    return taken;
  };
  try {
    for await (const piece of sourcePieces(source)) {
      const written = new Promise<void>((resolve) => inflater.write(piece, () => resolve()));
      await Promise.race([written, ended]);
      yield* takePieces();
      if (failure !== undefined) break;
    }
    inflater.end();
    await ended;
    yield* takePieces();
  } finally {
    inflater.destroy();
  }
  if (failure === undefined) return;
  throw new FormatError(`Cannot expand ${source.name}: ${failure.message}`, {
    source: source.name,
    cause: failure,
  });
}
