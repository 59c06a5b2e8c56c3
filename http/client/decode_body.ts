import { Readable, type Transform } from "node:stream";
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
} from "node:zlib";
import { FormatError, messageOf } from "../../net/errors.ts";
import type { HttpAnswer } from "../client/exchange.ts";

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

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
    const reason = messageOf(error);
    throw new FormatError(`Cannot decode ${source}: ${reason}`, { cause: error, source });
  }
}
