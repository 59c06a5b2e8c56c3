/** Checksums of HDUs: 32-bit sums in ones' complement (FITS 4.0, section 4.4.2.7 and appendix J). */

import { LITTLE_ENDIAN } from "../../net/byte_order.ts";

/**
 * Adds bytes to a sum of big-endian 32-bit words with end-around carry.
 *
 * The bytes may come in pieces of any length, since a FITS block is a whole
 * number of words.
 */
export class Checksum {
  #high = 0;
  #low = 0;
  /** Bytes so far, modulo 4. */
  #phase = 0;

  /**
   * Adds bytes.
   *
   * @param bytes The next piece.
   * @returns This sum.
   */
  add(bytes: Uint8Array): this {
    let at = 0;
    while (at < bytes.length && this.#phase !== 0) this.#addByte(bytes[at++]!);
    const words = (bytes.length - at) >> 2;
    if (LITTLE_ENDIAN && (bytes.byteOffset + at) % 4 === 0) {
      this.#addWords(new Uint32Array(bytes.buffer, bytes.byteOffset + at, words));
      at += words * 4;
    } else {
      for (const end = at + words * 4; at < end; at += 4) {
        this.#high += (bytes[at]! << 8) | bytes[at + 1]!;
        this.#low += (bytes[at + 2]! << 8) | bytes[at + 3]!;
      }
      this.#fold();
    }
    while (at < bytes.length) this.#addByte(bytes[at++]!);
    return this;
  }

  /**
   * Adds another sum.
   *
   * @param sum A sum of whole words.
   * @returns This sum.
   */
  addSum(sum: number): this {
    this.#high += sum >>> 16;
    this.#low += sum & 0xffff;
    this.#fold();
    return this;
  }

  /** The sum: 0 to 2^32 - 1. */
  get value(): number {
    return this.#high * 65536 + this.#low;
  }

  /** Two bytes of each word at a time, in 16-bit lanes that hold 256 bytes: 3 times faster. */
  #addWords(words: Uint32Array): void {
    for (let start = 0; start < words.length; start += 256) {
      const end = Math.min(start + 256, words.length);
      let even = 0;
      let odd = 0;
      for (let i = start; i < end; i++) {
        const word = words[i]!;
        even = (even + (word & 0x00ff00ff)) | 0;
        odd = (odd + ((word >>> 8) & 0x00ff00ff)) | 0;
      }
      this.#high += (even & 0xffff) * 256 + (odd & 0xffff);
      this.#low += (even >>> 16) * 256 + (odd >>> 16);
    }
    this.#fold();
  }

  #addByte(byte: number): void {
    const place = this.#phase;
    if (place === 0) this.#high += byte * 256;
    else if (place === 1) this.#high += byte;
    else if (place === 2) this.#low += byte * 256;
    else this.#low += byte;
    this.#phase = (place + 1) & 3;
    this.#fold();
  }

  /** Brings both halves below 2^16; what the high half carries goes into the low one. */
  #fold(): void {
    while (this.#high > 0xffff || this.#low > 0xffff) {
      const high = (this.#high % 65536) + Math.floor(this.#low / 65536);
      const low = (this.#low % 65536) + Math.floor(this.#high / 65536);
      this.#high = high;
      this.#low = low;
    }
  }
}

/**
 * Encodes a sum as the 16 characters of CHECKSUM.
 *
 * @param sum The sum of the HDU with CHECKSUM set to sixteen `0`.
 * @returns The characters that make the sum of the HDU all ones.
 */
export function encodeChecksum(sum: number): string {
  const value = ~sum >>> 0;
  const places = new Array<number>(16);
  for (let byte = 0; byte < 4; byte++) {
    const number = (value >>> (24 - 8 * byte)) & 0xff;
    const quotient = (number >> 2) + 48;
    const parts = [quotient + (number & 3), quotient, quotient, quotient];
    avoidPunctuation(parts);
    for (let part = 0; part < 4; part++) places[4 * part + byte] = parts[part]!;
  }
  // The value begins in byte 12 of its card, one byte after a word: so rotate by one.
  return String.fromCharCode(places[15]!, ...places.slice(0, 15));
}

/** Characters between the digits and the letters are avoided, in pairs that keep the sum. */
function avoidPunctuation(parts: number[]): void {
  const bad = (code: number) => (code >= 0x3a && code <= 0x40) || (code >= 0x5b && code <= 0x60);
  while (parts.some(bad)) {
    for (let pair = 0; pair < 4; pair += 2) {
      if (!bad(parts[pair]!) && !bad(parts[pair + 1]!)) continue;
      parts[pair]!++;
      parts[pair + 1]!--;
    }
  }
}
