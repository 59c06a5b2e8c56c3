/** Opens FITS files from wherever their bytes are. */

import { BlobSource, type FitsSource, MemorySource } from "./fits_source.ts";
import { FileSource } from "./file_source.ts";
import { FitsFile, type FitsLimits } from "./fits_file.ts";
import { StreamSource, type StreamSourceOptions } from "./stream_source.ts";

/** What {@linkcode openFits} opens: a path, a URL, bytes, a Blob, or a stream of bytes. */
export type FitsInput =
  | string
  | URL
  | Uint8Array
  | ArrayBuffer
  | Blob
  | ReadableStream<Uint8Array>
  | FitsSource;

/** Options of {@linkcode openFits}. */
export interface OpenOptions extends FitsLimits, StreamSourceOptions {}

/**
 * Opens a FITS file.
 *
 * @param input Where the file is. Text that begins with a scheme (`file:`) is a URL, else a path.
 * @param options Limits, and how a stream is kept.
 * @returns The file; close it, or bind it with `await using`.
 * @throws {FormatError} If it is no FITS file.
 */
export async function openFits(input: FitsInput, options: OpenOptions = {}): Promise<FitsFile> {
  return await FitsFile.open(sourceOf(input, options), options);
}

function sourceOf(input: FitsInput, options: OpenOptions): FitsSource {
  if (input instanceof Uint8Array) return new MemorySource(input, options.name);
  if (input instanceof ArrayBuffer) return new MemorySource(new Uint8Array(input), options.name);
  if (input instanceof Blob) return new BlobSource(input);
  if (input instanceof ReadableStream) return new StreamSource(input, options);
  if (typeof input === "string" || input instanceof URL) {
    const url = /^file:/i.test(String(input)) ? new URL(input) : undefined;
    return FileSource.open(url ?? input);
  }
  return input;
}
