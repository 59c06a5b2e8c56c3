/** Streams of deflated bytes with the heads and checksums of their format (RFC 1950, 1952). */

import { adler32, crc32 } from "./checksums.ts";
import { damaged, Inflater } from "./inflate.ts";
import type { DeflateFormat } from "./needs.ts";

/** The longest head of a gzip member that is read: its name and comment have no end of their own. */
const MAX_HEAD_BYTES = 65_536 * 2;
/** Flags of a gzip head: a checksum of the head, extra bytes, a name, a comment. */
const HEAD_CRC = 2, EXTRA = 4, NAME = 8, COMMENT = 16;

/** Where a {@linkcode MemberReader} stopped: it lacks input, room, or all is done. */
export type MemberStop = "input" | "output" | "end";

/** Inflates a stream of one format, gzip members one behind the other as one stream. */
export class MemberReader {
  readonly inflater: Inflater;
  readonly #format: DeflateFormat;
  #state: "head" | "data" | "trailer" | "between" | "end" = "head";
  #checksum = 0;
  #size = 0;

  /**
   * Makes a reader.
   *
   * @param format The format.
   * @param output The memory of the inflater.
   */
  constructor(format: DeflateFormat, output: Uint8Array<ArrayBuffer>) {
    this.#format = format;
    this.inflater = new Inflater(output);
    if (format === "raw") this.#state = "data";
  }

  /**
   * Goes on as far as input and output reach.
   *
   * @param ended Whether no input will follow.
   * @returns What it lacks; `"input"` with `ended` means that the stream breaks off.
   * @throws {FormatError} If the stream is damaged.
   */
  run(ended: boolean): MemberStop {
    for (;;) {
      if (this.#state === "end") return "end";
      if (this.#state === "data") {
        const start = this.inflater.filled;
        const stop = this.inflater.run(ended);
        this.#count(this.inflater.output.subarray(start, this.inflater.filled));
        if (stop !== "end") return stop;
        this.#state = this.#format === "raw" ? "end" : "trailer";
      } else if (this.#state === "between") {
        const next = this.#nextMember(ended);
        if (next !== undefined) return next;
      } else {
        const enough = this.#state === "head" ? this.#takeHead() : this.#takeTrailer();
        if (!enough) return "input";
      }
    }
  }

  /** Adds output to the checksum. */
  #count(bytes: Uint8Array): void {
    if (this.#format === "gzip") this.#checksum = crc32(bytes, this.#checksum);
    else if (this.#format === "zlib") this.#checksum = adler32(bytes, this.#checksum);
    this.#size += bytes.length;
  }

  #takeHead(): boolean {
    const { inflater } = this;
    const rest = inflater.input.subarray(inflater.at);
    const length = this.#format === "gzip" ? gzipHeadLength(rest) : zlibHeadLength(rest);
    if (length === undefined) return false;
    inflater.at += length;
    inflater.restart();
    this.#checksum = this.#format === "gzip" ? 0 : 1;
    this.#size = 0;
    this.#state = "data";
    return true;
  }

  #takeTrailer(): boolean {
    const { input, at } = this.inflater;
    const gzip = this.#format === "gzip";
    const length = gzip ? 8 : 4;
    if (input.length - at < length) return false;
    const view = new DataView(input.buffer, input.byteOffset + at, length);
    if (view.getUint32(0, gzip) !== this.#checksum) throw damaged("incorrect data check");
    if (gzip && view.getUint32(4, true) !== this.#size >>> 0) {
      throw damaged("incorrect length check");
    }
    this.inflater.at += length;
    this.#state = gzip ? "between" : "end";
    return true;
  }

  /** Another member begins with anything but 0, which pads the end of a tape's block. */
  #nextMember(ended: boolean): MemberStop | undefined {
    const { input, at } = this.inflater;
    if (at === input.length) {
      if (!ended) return "input";
      this.#state = "end";
    } else {
      this.#state = input[at] === 0 ? "end" : "head";
    }
    return undefined;
  }
}

/** Bytes of the head of a gzip member (RFC 1952, section 2.3); undefined if it breaks off. */
function gzipHeadLength(bytes: Uint8Array): number | undefined {
  for (const [i, byte] of [0x1f, 0x8b].entries()) {
    if (bytes.length > i && bytes[i] !== byte) throw damaged("incorrect header check");
  }
  if (bytes.length < 10) return undefined;
  if (bytes[2] !== 8) throw damaged("unknown compression method");
  const flags = bytes[3]!;
  if (flags & 0xe0) throw damaged("unknown header flags set");
  let at = 10;
  if (flags & EXTRA) at += 2 + (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) * 256;
  for (const flag of [NAME, COMMENT]) {
    if (!(flags & flag) || at >= bytes.length) continue;
    const end = bytes.indexOf(0, at);
    at = end < 0 ? Infinity : end + 1;
  }
  if (flags & HEAD_CRC) {
    if (at + 2 <= bytes.length) {
      const found = bytes[at]! | bytes[at + 1]! << 8;
      if (found !== (crc32(bytes.subarray(0, at)) & 0xffff)) throw damaged("header crc mismatch");
    }
    at += 2;
  }
  if (at <= bytes.length) return at;
  if (bytes.length > MAX_HEAD_BYTES) throw damaged(`a header of more than ${MAX_HEAD_BYTES} bytes`);
  return undefined;
}

/** Bytes of the head of a zlib stream (RFC 1950, section 2.2); undefined if it breaks off. */
function zlibHeadLength(bytes: Uint8Array): number | undefined {
  if (bytes.length < 2) return undefined;
  const method = bytes[0]!;
  const flags = bytes[1]!;
  if ((method * 256 + flags) % 31 !== 0) throw damaged("incorrect header check");
  if ((method & 15) !== 8) throw damaged("unknown compression method");
  if (method >> 4 > 7) throw damaged("invalid window size");
  if (flags & 0x20) throw damaged("need dictionary");
  return 2;
}
