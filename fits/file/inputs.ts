/** What is opened without the way to a disk or a server: bytes, Blobs, streams, sources. */

import { type OpenedFile, OpenedFileSource } from "../source/opened.ts";
import { BlobSource, type FitsSource, MemorySource } from "../source/source.ts";
import { StreamSource, type StreamSourceOptions } from "../source/stream.ts";
import { compressionOf, decompressSource } from "../source/wrapper.ts";

/** Bytes, or what gives them without a name to look up. */
export type PlainInput =
  | Uint8Array
  | ArrayBuffer
  | Blob
  | ReadableStream<Uint8Array>
  | OpenedFile
  | FitsSource;

/**
 * The source of bytes, a Blob, a stream or an open file; a source is its own.
 *
 * @param input What is opened.
 * @param options Name and limits.
 */
export function plainSource(input: PlainInput, options: StreamSourceOptions): FitsSource {
  if (input instanceof Uint8Array) return new MemorySource(input, options.name);
  if (input instanceof ArrayBuffer) return new MemorySource(new Uint8Array(input), options.name);
  if (input instanceof Blob) return new BlobSource(input);
  if (input instanceof ReadableStream) return new StreamSource(input, options);
  return "readAt" in input ? new OpenedFileSource(input) : input;
}

/**
 * The source of what a file holds: expanded where it is compressed as a whole.
 *
 * @param source The file; it is closed if it cannot be read.
 * @param options Limits.
 */
export async function expandedSource(
  source: FitsSource,
  options: StreamSourceOptions,
): Promise<FitsSource> {
  try {
    const compression = compressionOf(await source.read(0, 3));
    return compression === undefined ? source : decompressSource(source, compression, options);
  } catch (error) {
    await source.close();
    throw error;
  }
}
