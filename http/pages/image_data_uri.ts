import { HttpClient } from "../client/client.ts";
import { type ImageStream, type ImageStreamOptions, openImage } from "./image_stream.ts";

/**
 * Streams an image into a data URI, which shows it in a page without a file: bytes in
 * memory, Base64, `data:image/jpeg;base64,...`.
 *
 * An image that comes compressed by gzip is inflated. The type is that of the first
 * bytes. SVG is refused.
 *
 * @param url An http, https, file or data URL.
 * @param options Renderer for other types, limit, credentials.
 * @returns The URI.
 * @throws {FormatError} If it is no image that browsers show.
 *
 * @example
 * ```ts
 * import { imageDataUri } from "@heliograph/heliograph/http";
 * import { assertEquals } from "@std/assert";
 *
 * const gif = "R0lGODlhAQABAAAAACwAAAAAAQABAAA=";
 * assertEquals(
 *   await imageDataUri(`data:application/octet-stream;base64,${gif}`),
 *   `data:image/gif;base64,${gif}`,
 * );
 * ```
 */
export async function imageDataUri(
  url: string | URL,
  options: ImageStreamOptions = {},
): Promise<string> {
  using client = new HttpClient(options);
  try {
    const parts: string[] = [];
    const image = await openImage(url, { ...options, client });
    for await (const part of dataUriParts(image)) parts.push(part);
    return parts.join("");
  } catch (error) {
    options.signal?.throwIfAborted();
    throw error;
  }
}

/**
 * The data URI of an image, part by part.
 *
 * @param image The image.
 */
export async function* dataUriParts(image: ImageStream): AsyncGenerator<string> {
  yield `data:${image.type};base64,`;
  // Base64 turns three bytes into four characters; what is left over waits for more.
  let left = new Uint8Array(0);
  for await (const piece of image.pieces) {
    let start = 0;
    if (left.length > 0) {
      start = Math.min(3 - left.length, piece.length);
      const joined = new Uint8Array(left.length + start);
      joined.set(left);
      joined.set(piece.subarray(0, start), left.length);
      left = joined;
      if (left.length < 3) continue;
      yield left.toBase64();
    }
    const end = piece.length - (piece.length - start) % 3;
    yield piece.subarray(start, end).toBase64();
    left = piece.slice(end);
  }
  yield left.toBase64();
}
