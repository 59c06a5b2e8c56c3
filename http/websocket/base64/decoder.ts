/** Base64 (RFC 4648 section 4): the bytes of a text, in pieces, into what they stand for. */

import { FormatError } from "../../../net/errors.ts";
import { platform } from "../../../net/platform/mod.ts";
import { decodeVectors } from "../vectors/vectors.ts";

/** Characters that the native decoder gets at a time, a multiple of 4. */
const DECODE_CHARACTERS = 65_536;
/** What vectors leave at the end of a piece, with padding and a line break. */
const MAX_LEFT = 128;
const PAD = 0x3d;
const COMMA = 0x2c;
/** What a data URL (RFC 2397) begins with; its colon is no character of Base64. */
const SCHEME: Uint8Array = new TextEncoder().encode("data:");
/** The longest head of a data URL: a media type with its parameters. */
const MAX_PREFIX = 256;

/** What a byte is: white space of ASCII, or a character whose value is one less. */
const SPACE = 255;
const CLASS = new Uint8Array(256);
for (const space of [0x09, 0x0a, 0x0c, 0x0d, 0x20]) CLASS[space] = SPACE;
new TextEncoder().encode("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
  .forEach((byte, value) => CLASS[byte] = value + 1);

/**
 * Decodes Base64 text that comes in pieces of any length.
 *
 * White space of ASCII is skipped, and `data:TYPE;base64,` before the data.
 * Padding may be left out; nothing may follow it; bits that it leaves over must
 * be zero, so that one text only stands for the bytes.
 *
 * Plain text is decoded by vectors, text with white space by the native decoder in
 * multiples of four characters; only what a cut divides goes character by character.
 *
 * @example
 * ```ts
 * import { Base64Decoder } from "@heliograph/heliograph/websocket";
 * import { assertEquals } from "@std/assert";
 *
 * const decoder = new Base64Decoder();
 * const bytes = [...decoder.decode(new TextEncoder().encode("data:;base64,AQ"))];
 * bytes.push(...decoder.decode(new TextEncoder().encode("ID\n")), ...decoder.finish());
 * assertEquals(bytes, [1, 2, 3]);
 * ```
 */
export class Base64Decoder {
  /** Values of characters that wait until there are four. */
  readonly #quad = new Uint8Array(4);
  #quadLength = 0;
  #padding = 0;
  #ended = false;
  /** Where in a data URL the text is: its scheme, its head, or the data. */
  #state: "scheme" | "head" | "data" = "scheme";
  #prefix = "";
  /** Characters before the current piece. */
  #position = 0;
  #buffer = new Uint8Array(0);
  /** Whether there is white space between the characters, where vectors do not help. */
  #mixed = false;

  /** The most bytes that {@linkcode Base64Decoder.decodeInto} writes for a piece. */
  static room(length: number): number {
    return 3 * ((length + 8) >> 2);
  }

  /**
   * Decodes the next piece into memory that is used again.
   *
   * @param text The piece, as the bytes of its characters.
   * @returns The decoded bytes, valid until the next call.
   * @throws {FormatError} If it is not Base64; `offset` counts characters from 0.
   */
  decode(text: Uint8Array): Uint8Array {
    const room = Base64Decoder.room(text.length);
    if (this.#buffer.length < room) this.#buffer = new Uint8Array(room);
    return this.#buffer.subarray(0, this.decodeInto(text, this.#buffer));
  }

  /**
   * Decodes the next piece.
   *
   * @param text The piece, as the bytes of its characters.
   * @param target Where the bytes go; {@linkcode Base64Decoder.room} of them.
   * @returns How many bytes were written.
   * @throws {FormatError} If it is not Base64; `offset` counts characters from 0.
   */
  decodeInto(text: Uint8Array, target: Uint8Array): number {
    let at = 0;
    let written = 0;
    while (this.#state !== "data" && at < text.length) {
      written = this.#takePrefix(text[at]!, at, target);
      at++;
    }
    while (at < text.length && (this.#quadLength > 0 || this.#ended)) {
      written = this.#take(text[at]!, at++, target, written);
    }
    if (!this.#mixed) {
      const plain = decodeVectors(text.subarray(at), target.subarray(written));
      at += plain;
      written += plain / 4 * 3;
      this.#mixed = text.length - at > MAX_LEFT;
    }
    while (at < text.length && !this.#mixed) {
      written = this.#take(text[at]!, at++, target, written);
    }
    for (; at < text.length; at += DECODE_CHARACTERS) {
      written = this.#decodeMixed(text, at, target, written);
    }
    this.#position += text.length;
    return written;
  }

  /**
   * Decodes what waits at the end of the text.
   *
   * @returns At most three bytes.
   * @throws {FormatError} If the text ends within a group of four, or within the
   * head of a data URL.
   */
  finish(): Uint8Array {
    const target = new Uint8Array(3);
    if (this.#state === "head") throw this.#wrong(0, "the data URL ends before its comma");
    const written = this.#state === "scheme" ? this.#replayScheme(0, target) : 0;
    if (this.#quadLength === 0) return target.subarray(0, written);
    if (this.#quadLength === 1 || this.#padding > 0) {
      throw this.#wrong(0, "the text ends within a group of four characters");
    }
    return target.subarray(0, this.#decodeLast(0, target, 0));
  }

  /** One character before the data; returns how many bytes were written. */
  #takePrefix(byte: number, at: number, target: Uint8Array): number {
    if (this.#state === "scheme") {
      if (this.#prefix === "" && CLASS[byte] === SPACE) return 0;
      if (byte === SCHEME[this.#prefix.length]) {
        this.#prefix += String.fromCharCode(byte);
        if (this.#prefix.length === SCHEME.length) this.#state = "head";
        return 0;
      }
      return this.#take(byte, at, target, this.#replayScheme(at, target));
    }
    if (byte !== COMMA) {
      this.#prefix += String.fromCharCode(byte);
      if (this.#prefix.length > MAX_PREFIX) {
        throw this.#wrong(at, `no comma within ${MAX_PREFIX} characters of a data URL`);
      }
      return 0;
    }
    if (!/;base64$/i.test(this.#prefix)) {
      throw this.#wrong(at, "the data URL is not marked ';base64'");
    }
    this.#state = "data";
    return 0;
  }

  /** What looked like the beginning of `data:` was data. */
  #replayScheme(at: number, target: Uint8Array): number {
    this.#state = "data";
    let written = 0;
    for (let i = 0; i < this.#prefix.length; i++) {
      written = this.#take(SCHEME[i]!, at, target, written);
    }
    return written;
  }

  /** Decodes a piece with white space by the native decoder, which wants a string. */
  #decodeMixed(text: Uint8Array, from: number, target: Uint8Array, written: number): number {
    const end = Math.min(text.length, from + DECODE_CHARACTERS);
    let at = from;
    while (at < end && (this.#quadLength > 0 || this.#ended)) {
      written = this.#take(text[at]!, at, target, written);
      at++;
    }
    if (at === end) return written;
    const start = at;
    const piece = platform.decodeLatin1(text, at, end);
    try {
      const decoded = target.subarray(written).setFromBase64(piece, PARTIAL);
      // A padded group says nothing of the bits that are left over: it is taken by hand.
      const padded = paddedEnd(piece, decoded.read);
      written += decoded.written;
      if (padded > 0) written -= paddedBytes(piece, decoded.read - padded);
      at += decoded.read - padded;
    } catch (error) {
      // By hand, the fault is found again with its place.
      if (!(error instanceof SyntaxError)) throw error;
    }
    for (; at < end; at++) {
      written = this.#take(piece.charCodeAt(at - start), at, target, written);
    }
    return written;
  }

  /** Takes one character of the data; returns how many bytes are written by now. */
  #take(byte: number, at: number, target: Uint8Array, written: number): number {
    const kind = CLASS[byte]!;
    if (kind === SPACE) return written;
    if (this.#ended) throw this.#wrong(at, `${shown(byte)} after the padding`);
    if (byte === PAD) {
      if (this.#quadLength < 2) throw this.#wrong(at, "padding where there is nothing to pad");
      this.#padding++;
      if (this.#quadLength + this.#padding < 4) return written;
      return this.#decodeLast(at, target, written);
    }
    if (kind === 0) throw this.#wrong(at, shown(byte));
    if (this.#padding > 0) throw this.#wrong(at, `${shown(byte)} within the padding`);
    const quad = this.#quad;
    quad[this.#quadLength++] = kind - 1;
    if (this.#quadLength < 4) return written;
    this.#quadLength = 0;
    target[written] = quad[0]! << 2 | quad[1]! >> 4;
    target[written + 1] = quad[1]! << 4 | quad[2]! >> 2;
    target[written + 2] = quad[2]! << 6 | quad[3]!;
    return written + 3;
  }

  /** The last group, of two or three characters. */
  #decodeLast(at: number, target: Uint8Array, written: number): number {
    const [first, second, third] = this.#quad;
    const long = this.#quadLength === 3;
    if (((long ? third! << 6 : second! << 4) & 0xff) !== 0) {
      throw this.#wrong(at, "the last character has bits that stand for nothing");
    }
    this.#quadLength = 0;
    this.#ended = true;
    target[written++] = first! << 2 | second! >> 4;
    if (long) target[written++] = second! << 4 | third! >> 2;
    return written;
  }

  #wrong(at: number, found: string): FormatError {
    const offset = this.#position + at;
    return new FormatError(`Cannot decode Base64 at character ${offset}: ${found}`, { offset });
  }
}

const PARTIAL = { lastChunkHandling: "stop-before-partial" } as const;

/** How many characters at the end of what was read belong to a padded group and what follows. */
function paddedEnd(piece: string, read: number): number {
  let at = read;
  while (at > 0 && CLASS[piece.charCodeAt(at - 1)] === SPACE) at--;
  if (at === 0 || piece.charCodeAt(at - 1) !== PAD) return 0;
  for (let group = 0; at > 0 && group < 4;) {
    if (CLASS[piece.charCodeAt(--at)] !== SPACE) group++;
  }
  return read - at;
}

/** How many bytes the padded group that begins at a place stands for. */
function paddedBytes(piece: string, group: number): number {
  return piece.indexOf("=", group) === piece.lastIndexOf("=") ? 2 : 1;
}

function shown(byte: number): string {
  return byte > 0x20 && byte < 0x7f
    ? `the character '${String.fromCharCode(byte)}'`
    : `the byte 0x${byte.toString(16).padStart(2, "0")}`;
}
