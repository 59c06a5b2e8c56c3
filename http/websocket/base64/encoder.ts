/** Base64 (RFC 4648 section 4): bytes into the bytes of their text. */

import { encodeVectors } from "../vectors/vectors.ts";

/**
 * Bytes that are encoded at a time: a multiple of 3 whose text stays in the
 * second-level cache.
 */
export const ENCODE_BYTES = 49_152;
const encoder = new TextEncoder();

/**
 * How many characters the Base64 of a number of bytes has, padding included.
 *
 * @param length The number of bytes.
 */
export function base64Length(length: number): number {
  return 4 * Math.ceil(length / 3);
}

/**
 * Encodes bytes into the bytes of their Base64 text.
 *
 * Vectors encode all but the last 47 bytes, which the native `toBase64` does.
 *
 * @param bytes What is encoded.
 * @param target Where the text goes; {@linkcode base64Length} bytes.
 * @returns How many bytes were written.
 */
export function encodeBase64Into(bytes: Uint8Array, target: Uint8Array): number {
  const done = encodeVectors(bytes, target);
  const written = base64Length(done);
  const rest = bytes.subarray(done).toBase64();
  return written + encoder.encodeInto(rest, target.subarray(written)).written;
}

/** Encodes a stream of bytes whose pieces may have any length. */
export class Base64Encoder {
  readonly #rest = new Uint8Array(3);
  #restLength = 0;

  /** The most bytes that {@linkcode Base64Encoder.encodeInto} writes for a piece. */
  static room(length: number): number {
    return base64Length(length + 2);
  }

  /**
   * Encodes the next piece; up to two bytes wait for the next.
   *
   * @param bytes The piece.
   * @param target Where the text goes; {@linkcode Base64Encoder.room} bytes.
   * @returns How many bytes were written.
   */
  encodeInto(bytes: Uint8Array, target: Uint8Array): number {
    let from = 0;
    let written = 0;
    if (this.#restLength > 0) {
      from = Math.min(3 - this.#restLength, bytes.length);
      this.#rest.set(bytes.subarray(0, from), this.#restLength);
      this.#restLength += from;
      if (this.#restLength < 3) return 0;
      written = encodeBase64Into(this.#rest, target);
    }
    const whole = from + 3 * Math.floor((bytes.length - from) / 3);
    this.#rest.set(bytes.subarray(whole));
    this.#restLength = bytes.length - whole;
    return written + encodeBase64Into(bytes.subarray(from, whole), target.subarray(written));
  }

  /**
   * Encodes what waits, with its padding.
   *
   * @param target Where the text goes; 4 bytes.
   * @returns How many bytes were written: 0 or 4.
   */
  finishInto(target: Uint8Array): number {
    const written = encodeBase64Into(this.#rest.subarray(0, this.#restLength), target);
    this.#restLength = 0;
    return written;
  }
}
