/** The walk over the HDUs of a file, one header after the other (FITS 4.0, section 3). */

import { FormatError, LimitError } from "../../net/errors.ts";
import type { Finding } from "../hdu/finding.ts";
import { ChangedFileError, type FitsSource, formatError } from "../source/source.ts";
import { Hdu } from "./hdu.ts";
import type { TileCache } from "../tiles/tile_cache.ts";
import { HduData } from "../hdu/data.ts";
import { type HduLayout, hduLayout, paddedSize } from "../hdu/layout.ts";
import { BLOCK_BYTES, findHeaderEnd, Header } from "../header/header.ts";

/** The most bytes of one header without another limit. */
const MAX_HEADER_BYTES = 64 << 20;

/** Bytes of a further header that are asked for ahead: most headers. */
const AHEAD_BYTES = 16_384;
/** Headers that are asked for at once where HDUs follow each other at equal distances. */
const AHEAD_HEADERS = 6;
/** HDUs up to this size are read with all that lies between their headers. */
const DENSE_BYTES = 65_536;
/** Bytes of a file near by that are read together, where so many HDUs before took no more. */
const WINDOW_BYTES = 131_072;
const MANY_HDUS = 8;
/** Bytes of one request then, and how many are sent at once: more each time. */
const DENSE_REQUEST_BYTES = 262_144;
const DENSE_REQUESTS: readonly number[] = [2, 6];

/** Finds HDUs lazily: to reach one, the headers before it are read and their data are skipped. */
export class HduWalk {
  /** The HDUs that have been found, in their order. */
  readonly found: Hdu[] = [];
  /** What was wrong with the file as a whole so far. */
  readonly warnings: Finding[] = [];
  readonly #source: FitsSource;
  readonly #tiles: TileCache;
  readonly #maxHeaderBytes: number;
  /** Where the next header would begin; undefined once the last HDU is known. */
  #next: number | undefined = 0;
  #walking: Promise<void> | undefined;
  /** Bytes that were read together, and where they begin. */
  #window: Uint8Array = new Uint8Array(0);
  #windowStart = 0;
  /** How often small HDUs have been asked for together. */
  #denseTimes = 0;

  /**
   * Begins before the first HDU.
   *
   * @param source Where the bytes come from.
   * @param tiles Where decoded tiles of compressed images are kept.
   * @param maxHeaderBytes The most bytes of one header.
   */
  constructor(source: FitsSource, tiles: TileCache, maxHeaderBytes: number = MAX_HEADER_BYTES) {
    this.#source = source;
    this.#tiles = tiles;
    this.#maxHeaderBytes = maxHeaderBytes;
  }

  /**
   * Walks on until an HDU is found.
   *
   * @param index Its number, 0 the primary.
   * @returns The HDU, or undefined if the file has fewer.
   * @throws {FormatError} If the file does not begin with a FITS header.
   * @throws {LimitError} If a header is larger than is allowed.
   */
  async reach(index: number): Promise<Hdu | undefined> {
    while (index >= this.found.length && this.#next !== undefined) {
      if (this.#walking === undefined && this.#stepWithinWindow(this.#next)) continue;
      // Once for all who wait for it.
      this.#walking ??= this.#findNext().finally(() => this.#walking = undefined);
      await this.#walking;
    }
    return this.found[index];
  }

  async #findNext(): Promise<void> {
    const offset = this.#next!;
    const index = this.found.length;
    this.#askAhead(offset);
    const block = await this.#readFirstBlock(offset, index);
    if (!this.#beginsHdu(block, offset, index)) {
      this.#next = undefined;
      return;
    }
    const header = await this.#readHeader(block, offset, index);
    if (header === undefined) {
      this.#next = undefined;
      return;
    }
    this.#add(offset, header);
  }

  /** Finds an HDU in bytes that are there, without a wait: most of a walk over small ones. */
  #stepWithinWindow(offset: number): boolean {
    const at = offset - this.#windowStart;
    if (at < 0 || at + BLOCK_BYTES > this.#window.length || this.found.length === 0) return false;
    const stored = this.#window.subarray(at, at + BLOCK_BYTES);
    if (!startsWith(stored, "XTENSION")) return false;
    const end = findHeaderEnd(stored);
    if (end === undefined) return false;
    this.#add(offset, { header: Header.parse(stored), bytes: BLOCK_BYTES, stored });
    return true;
  }

  #add(
    offset: number,
    header: { readonly header: Header; readonly bytes: number; readonly stored: Uint8Array },
  ): void {
    const index = this.found.length;
    const place = { index, headerOffset: offset, dataOffset: offset + header.bytes };
    let layout: HduLayout;
    let damage: string | undefined;
    try {
      layout = hduLayout(header.header, index === 0);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      damage = error.message;
      this.#warn(offset, damage, index);
      layout = lostLayout(header.header, index === 0);
    }
    this.#source.remember?.(offset, header.stored);
    const data = new HduData(this.#source, place, header.header, layout);
    this.found.push(new Hdu(data, damage, this.#tiles));
    this.#next = damage === undefined
      ? this.#after(place.dataOffset, layout.dataSize, index)
      : undefined;
    this.#source.release?.(offset);
  }

  /**
   * Asks for the next headers at once, where the source answers late and they can be guessed.
   * A wrong guess costs bytes and nothing else: every header is read where the one before it says.
   */
  #askAhead(next: number): void {
    const { size } = this.#source;
    const [before, last] = [this.found.at(-2), this.found.at(-1)];
    if (this.#source.prefetch === undefined || before === undefined || last === undefined) return;
    if (size === undefined || next >= size || this.#source.holds?.(next) === true) return;
    const stride = next - last.headerOffset;
    const strideBefore = last.headerOffset - before.headerOffset;
    if (stride <= DENSE_BYTES && strideBefore <= DENSE_BYTES) {
      const count = DENSE_REQUESTS[Math.min(this.#denseTimes++, DENSE_REQUESTS.length - 1)]!;
      this.#source.prefetch(Array.from(
        { length: count },
        (_, i) => [next + i * DENSE_REQUEST_BYTES, DENSE_REQUEST_BYTES] as const,
      ));
    } else if (stride === strideBefore) {
      this.#source.prefetch(Array.from(
        { length: AHEAD_HEADERS },
        (_, i) => [next + i * stride, AHEAD_BYTES] as const,
      ));
    }
  }

  /**
   * A damaged wrapper ends the file: the HDUs before the damage stay. Of a file that has been
   * changed nothing does.
   */
  async #readFirstBlock(offset: number, index: number): Promise<Uint8Array> {
    try {
      const bytes = await this.#source.read(offset, this.#lengthAt(offset));
      if (bytes.length <= BLOCK_BYTES) return bytes;
      this.#window = bytes;
      this.#windowStart = offset;
      return bytes.subarray(0, BLOCK_BYTES);
    } catch (error) {
      const damaged = error instanceof FormatError && !(error instanceof ChangedFileError);
      if (index === 0 || !damaged) throw error;
      this.#warn(offset, error.message);
      return new Uint8Array(0);
    }
  }

  /** Small HDUs are read together, where that costs no more than the bytes. */
  #lengthAt(offset: number): number {
    const { size, prefetch, sequential } = this.#source;
    if (size === undefined || prefetch !== undefined || sequential === true) return BLOCK_BYTES;
    const before = this.found.at(-MANY_HDUS);
    const isDense = before !== undefined && offset - before.headerOffset <= WINDOW_BYTES;
    return isDense ? WINDOW_BYTES : BLOCK_BYTES;
  }

  /** Whether a header begins here; what follows the last HDU is at most worth a warning. */
  #beginsHdu(block: Uint8Array, offset: number, index: number): boolean {
    if (index === 0) {
      if (startsWith(block, "SIMPLE  =")) return true;
      const found = block.length === 0 ? "no byte" : `'${asciiDump(block.subarray(0, 30))}'`;
      throw formatError(this.#source, 0, `found ${found}, expected the card SIMPLE  = T`);
    }
    if (startsWith(block, "XTENSION")) return true;
    if (block.length === 0) {
      // The end of a stream is known only now.
      const last = this.found[index - 1]!;
      this.#after(last.dataOffset, last.dataSize, last.index);
      return false;
    }
    const what = block.every((byte) => byte === 0)
      ? "zero bytes"
      : `'${asciiDump(block.subarray(0, 30))}'`;
    this.#warn(
      offset,
      `found ${what} after the last HDU, expected XTENSION or the end of the file`,
    );
    return false;
  }

  /** Reads a header to the block of its END; undefined if an extension's has none. */
  async #readHeader(
    first: Uint8Array,
    offset: number,
    index: number,
  ): Promise<{ header: Header; bytes: number; stored: Uint8Array } | undefined> {
    const most = this.#maxHeaderBytes;
    let bytes = first;
    let length = first.length;
    let end = findHeaderEnd(bytes);
    while (end === undefined) {
      const block = length % BLOCK_BYTES === 0
        ? await this.#source.read(offset + length, BLOCK_BYTES)
        : new Uint8Array(0);
      if (block.length === 0) {
        const message = `found no END card in the ${length} bytes of the header`;
        if (index === 0) throw formatError(this.#source, offset, message);
        this.#warn(offset, message, index);
        return undefined;
      }
      if (length + block.length > most) {
        throw new LimitError(
          `Cannot read the header of HDU ${index} of ${this.#source.name}: ` +
            `it has no END card in ${most} bytes`,
          { source: this.#source.name, offset },
        );
      }
      if (bytes.length < length + block.length || bytes === first) {
        const larger = new Uint8Array(2 * (length + block.length));
        larger.set(bytes.subarray(0, length));
        bytes = larger;
      }
      bytes.set(block, length);
      const from = length;
      length += block.length;
      end = findHeaderEnd(bytes.subarray(0, length), from);
    }
    const stored = bytes.subarray(0, length);
    return { header: Header.parse(stored), bytes: paddedSize(end + 1), stored };
  }

  /** Where the next header would be; undefined where the data reach the known end of the file. */
  #after(dataOffset: number, dataSize: number, index: number): number | undefined {
    const next = dataOffset + paddedSize(dataSize);
    const size = this.#source.size;
    if (size === undefined || next <= size) return next;
    const missing = dataOffset + dataSize - size;
    this.#warn(
      size,
      missing > 0
        ? `the file ends ${missing} bytes before the end of the data`
        : `the file ends ${next - size} bytes before the end of the last block`,
      index,
    );
    return undefined;
  }

  #warn(offset: number, message: string, hdu?: number): void {
    this.warnings.push({
      severity: "warning",
      message,
      offset,
      hdu,
    });
  }
}

/** The structure of an HDU whose header does not tell it: no data. */
function lostLayout(header: Header, primary: boolean): HduLayout {
  return {
    kind: primary ? "PRIMARY" : "OTHER",
    xtension: primary ? undefined : header.string("XTENSION"),
    bitpix: 8,
    shape: [],
    pcount: 0,
    gcount: 1,
    dataSize: 0,
    problems: [],
  };
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[i] !== text.charCodeAt(i)) return false;
  return true;
}

function asciiDump(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".";
  return text;
}
