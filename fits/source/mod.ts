/**
 * Where the bytes of FITS files come from: memory, Blobs, files, servers, streams, and
 * files that are compressed as a whole.
 *
 * @example The same bytes from everywhere
 * ```ts
 * import {
 *   BlobSource,
 *   compressionOf,
 *   decompressSource,
 *   FileSource,
 *   openHttpSource,
 *   MemorySource,
 *   StreamSource,
 * } from "@heliograph/heliograph/fits/source";
 * import { fileHandler, serveHttp } from "@heliograph/heliograph/http";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = await Deno.readFile("LICENSE");
 * await using server = await serveHttp({ port: 0 }, fileHandler({ root: "." }));
 * const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
 * const gzip = new MemorySource(await new Response(packed).bytes());
 * const compression = compressionOf(await gzip.read(0, 3))!;
 * const sources = [
 *   new MemorySource(bytes),
 *   new BlobSource(new Blob([bytes])),
 *   new StreamSource(new Blob([bytes]).stream()),
 *   FileSource.open("LICENSE"),
 *   await openHttpSource(new URL("LICENSE", server.url)),
 *   decompressSource(gzip, compression),
 * ];
 * for (const source of sources) {
 *   assertEquals(new TextDecoder().decode(await source.read(0, 3)), "MIT");
 *   await source.close();
 * }
 * ```
 *
 * @module
 */

export { BlobSource, type FitsSource, MemorySource } from "./source.ts";
export type { OpenedFile } from "./opened.ts";
export { FileSource } from "./file.ts";
export { type HttpSourceOptions, openHttpSource } from "./http.ts";
export type { TransferReport } from "./transfers.ts";
export { StreamSource, type StreamSourceOptions } from "./stream.ts";
export { compressionOf, decompressSource, type FileCompression } from "./wrapper.ts";
