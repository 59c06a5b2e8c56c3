import { Readable, type Transform } from "node:stream";
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
} from "node:zlib";
import { FormatError } from "../../net/errors.ts";
import type { HeaderFields } from "../header_fields.ts";
import type { HttpAnswer } from "../client/exchange.ts";

/** Names that say by their ending that the bytes are compressed, and in which coding. */
const COMPRESSED_NAMES: Readonly<Record<string, RegExp>> = {
  gzip: /\.(t?gz|svgz)$/i,
  compress: /\.Z$/,
  br: /\.br$/i,
  zstd: /\.t?zst$/i,
};

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/**
 * The content codings of a body, in the order in which they were applied
 * (RFC 9110 section 8.4).
 *
 * @param fields The header fields.
 */
export function contentCodings(fields: HeaderFields): string[] {
  return fields.list("content-encoding")
    .map((coding) => coding.toLowerCase().replace(/^x-(gzip|compress)$/, "$1"))
    .filter((coding) => coding !== "identity" && coding !== "");
}

/**
 * Whether a name keeps its bytes as they were sent: servers label `sun.fits.gz` with
 * `Content-Encoding: gzip`, and who fetches it wants the compressed file.
 *
 * @param name The file's name.
 * @param codings The codings of the body.
 */
export function keepsCoding(name: string, codings: readonly string[]): boolean {
  const coding = codings[0];
  if (coding === undefined || codings.length > 1) return false;
  return Object.hasOwn(COMPRESSED_NAMES, coding) && COMPRESSED_NAMES[coding]!.test(name);
}

/**
 * Decodes a body.
 *
 * @param answer The answer.
 * @param codings Its codings.
 * @param sent Called with the bytes as they were sent.
 * @returns The pieces of the decoded body.
 * @throws {FormatError} If a coding is not known or the bytes are broken.
 */
export async function* decodeBody(
  answer: HttpAnswer,
  codings: readonly string[],
  sent: (bytes: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  const source = answer.url.href;
  const unknown = codings.find((coding) => !Object.hasOwn(DECODERS, coding));
  if (unknown !== undefined) {
    throw new FormatError(
      `Cannot decode ${source}: the Content-Encoding is '${unknown.slice(0, 40)}', ` +
        `expected one of ${Object.keys(DECODERS).join(", ")}`,
      { source },
    );
  }
  let failure: unknown;
  async function* pieces(): AsyncGenerator<Uint8Array> {
    try {
      for (let piece = await answer.next(); piece !== null; piece = await answer.next()) {
        sent(piece);
        // The decoder works in another thread, while the view is used again.
        yield piece.slice();
      }
    } catch (error) {
      failure = error;
      throw error;
    }
  }
  let stream: Readable = Readable.from(pieces());
  for (const coding of codings.toReversed()) {
    const decoder = DECODERS[coding]!();
    stream.on("error", (error) => decoder.destroy(error));
    stream = stream.pipe(decoder);
  }
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch (error) {
    if (failure !== undefined) throw failure;
    const reason = error instanceof Error ? error.message : String(error);
    throw new FormatError(`Cannot decode ${source}: ${reason}`, { cause: error, source });
  }
}
