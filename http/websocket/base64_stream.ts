/** Base64 of streams: encoded and decoded piece by piece, or decoded into one piece of memory. */

import { Base64Decoder } from "./base64/decoder.ts";
import { Base64Encoder, ENCODE_BYTES } from "./base64/encoder.ts";
import { CollectedBytes } from "../message/collected_bytes.ts";
import { giveVectorBuffer, takeVectorBuffer } from "./vectors/vectors.ts";
import { ReceivedMessage } from "./received_message.ts";

/**
 * Encodes a stream of bytes into the pieces of its Base64 text, to be sent as they are made.
 *
 * @param source The bytes, in pieces of any length.
 * @returns The text in pieces, each valid until the next is asked for.
 */
export function encodeBase64Stream(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const text = encodePieces(source);
  encoded.add(text);
  return text;
}

const encoded = new WeakSet<object>();

/** Whether a source of text is known to be nothing but characters of Base64. */
export function isEncoded(source: object): boolean {
  return encoded.has(source);
}

async function* encodePieces(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const base64 = new Base64Encoder();
  const target = takeVectorBuffer();
  try {
    for await (const bytes of source) {
      for (let at = 0; at < bytes.length; at += 4 * ENCODE_BYTES) {
        const piece = bytes.subarray(at, at + 4 * ENCODE_BYTES);
        yield target.subarray(0, base64.encodeInto(piece, target));
      }
    }
    const last = new Uint8Array(4);
    yield last.subarray(0, base64.finishInto(last));
  } finally {
    giveVectorBuffer(target);
  }
}

/**
 * Decodes a Base64 text whole, each piece as it comes and right where it belongs.
 *
 * @param source The text, such as a message: the bytes of its characters.
 * @returns The decoded bytes.
 * @throws {FormatError} If it is not Base64; its `offset` counts characters from 0.
 *
 * @example
 * ```ts
 * import { decodeBase64 } from "@heliograph/heliograph/websocket";
 * import { assertEquals } from "@std/assert";
 *
 * const text = new TextEncoder().encode("data:image/gif;base64,R0lGOA==");
 * assertEquals(new TextDecoder().decode(await decodeBase64([text])), "GIF8");
 * ```
 */
export async function decodeBase64(
  source: (AsyncIterable<Uint8Array> | Iterable<Uint8Array>) & {
    readonly size?: number | undefined;
  },
): Promise<Uint8Array<ArrayBuffer>> {
  const decoder = new Base64Decoder();
  const earned = source instanceof ReceivedMessage ? source.earned : 0;
  const collected = new CollectedBytes(Base64Decoder.room(earned));
  const total = source.size === undefined ? undefined : Base64Decoder.room(source.size);
  for await (const text of source) {
    const room = collected.place(Base64Decoder.room(text.length), total);
    collected.advance(decoder.decodeInto(text, room));
  }
  collected.append(decoder.finish());
  return collected.take();
}

/**
 * Decodes Base64 text as it comes, such as the pieces of a message.
 *
 * @param source The text, as the bytes of its characters, in pieces of any length.
 * @returns The bytes in pieces, each valid until the next is asked for.
 * @throws {FormatError} If it is not Base64; its `offset` counts characters from 0.
 */
export async function* decodeBase64Stream(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const decoder = new Base64Decoder();
  for await (const text of source) yield decoder.decode(text);
  yield decoder.finish();
}
