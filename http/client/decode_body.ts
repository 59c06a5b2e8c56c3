import { Readable, type Transform } from "node:stream";
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from "node:zlib";
import { FormatError, messageOf } from "../../net/errors.ts";
import type { HttpAnswer } from "../client/exchange.ts";
import { shownUrl } from "../../net/text/shown_url.ts";

/** For each coding what takes it off bytes that begin so; undefined where they have it not. */
const DECODERS: Readonly<Record<string, (begin: Uint8Array) => Transform | undefined>> = {
  gzip: (begin) => begin[0] === 0x1f && begin[1] === 0x8b ? createGunzip() : undefined,
  // Some servers leave out the two bytes of RFC 1950 (RFC 9110 section 8.4.1.2).
  deflate: (begin) => hasZlibHeader(begin) ? createInflate() : createInflateRaw(),
  br: () => createBrotliDecompress(),
  zstd: (begin) => isZstd(begin) ? createZstdDecompress() : undefined,
};

/** The bytes that tell whether a coding was applied. */
const BEGIN_BYTES = 4;

function hasZlibHeader([method = 0, flags = 0]: Uint8Array): boolean {
  return (method & 15) === 8 && (method * 256 + flags) % 31 === 0;
}

/** A frame of data, or one that is skipped (RFC 8878 section 3.1). */
function isZstd([a = 0, b = 0, c = 0, d = 0]: Uint8Array): boolean {
  return (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) ||
    (a >> 4 === 5 && b === 0x2a && c === 0x4d && d === 0x18);
}

/**
 * Decodes a body. One that is said to be compressed and does not begin so is kept as it comes:
 * servers label what their programs write.
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
  const source = shownUrl(answer.url);
  const unknown = codings.find((coding) => !Object.hasOwn(DECODERS, coding));
  if (unknown !== undefined) {
    throw new FormatError(
      `Cannot decode ${source}: the Content-Encoding is '${unknown.slice(0, 40)}', ` +
        `expected one of ${Object.keys(DECODERS).join(", ")}`,
      { source },
    );
  }
  let begin = new Uint8Array(0);
  while (begin.length < BEGIN_BYTES) {
    const piece = await answer.next();
    if (piece === null) break;
    sent(piece);
    begin = joined(begin, piece);
  }
  let failure: unknown;
  async function* pieces(): AsyncGenerator<Uint8Array> {
    try {
      yield begin;
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
  for (const [i, coding] of codings.toReversed().entries()) {
    // What is inside of another coding cannot be looked at before.
    const decoder = DECODERS[coding]!(i === 0 ? begin : USUAL_BEGIN[coding]!);
    if (decoder === undefined) {
      answer.onOddity?.(
        `the Content-Encoding is ${coding}, but the bytes are not; they are kept as they come`,
      );
      break;
    }
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

/** How bytes in a coding begin. */
const USUAL_BEGIN: Readonly<Record<string, Uint8Array>> = {
  gzip: Uint8Array.of(0x1f, 0x8b),
  deflate: Uint8Array.of(0x78, 0x9c),
  br: new Uint8Array(0),
  zstd: Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd),
};

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
