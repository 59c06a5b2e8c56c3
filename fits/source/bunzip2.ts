/** Files of bzip2: blocks sorted by Burrows and Wheeler, moved to front, coded by Huffman. */

import { FormatError } from "../../net/errors.ts";

/**
 * Expands a file of bzip2, block by block, and checks the sum of each.
 *
 * @param bytes The whole file; several streams may follow one another.
 * @returns The pieces, each in memory of its own.
 * @throws {FormatError} If it is no such file, or damaged.
 */
export function* bunzip2(bytes: Uint8Array): Generator<Uint8Array<ArrayBuffer>> {
  const bits = new BitReader(bytes);
  while (bits.remaining >= 32 && bits.peekMagic()) {
    bits.skip(24);
    const level = bits.read(8) - 0x30;
    if (level < 1 || level > 9) throw bits.damaged("found no block size from 1 to 9");
    const sorted = new Uint32Array(level * 100_000);
    while (true) {
      const high = bits.read(24);
      const low = bits.read(24);
      const sum = (bits.read(16) << 16 | bits.read(16)) >>> 0;
      if (high === 0x177245 && low === 0x385090) break;
      if (high !== 0x314159 || low !== 0x265359) throw bits.damaged("found no block");
      yield* readBlock(bits, sorted, sum);
    }
    bits.align();
  }
}

/** Bits from the most significant one on. */
class BitReader {
  #bytes: Uint8Array;
  #at = 0;
  #buffer = 0;
  #count = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get remaining(): number {
    return (this.#bytes.length - this.#at) * 8 + this.#count;
  }

  /** Reads up to 24 bits. */
  read(count: number): number {
    while (this.#count < count) {
      if (this.#at >= this.#bytes.length) throw this.damaged("found the end within a block");
      this.#buffer = (this.#buffer << 8 | this.#bytes[this.#at++]!) >>> 0;
      this.#count += 8;
    }
    this.#count -= count;
    const value = this.#buffer >>> this.#count;
    this.#buffer = this.#count === 0 ? 0 : this.#buffer & ((1 << this.#count) - 1);
    return value;
  }

  skip(count: number): void {
    this.read(count);
  }

  align(): void {
    this.read(this.#count & 7);
  }

  /** Whether a stream begins here: `BZh`. */
  peekMagic(): boolean {
    const at = this.#at - (this.#count >> 3);
    return this.#bytes[at] === 0x42 && this.#bytes[at + 1] === 0x5a &&
      this.#bytes[at + 2] === 0x68;
  }

  damaged(message: string): FormatError {
    return new FormatError(`Cannot expand the bzip2 file at byte ${this.#at}: ${message}`, {
      offset: this.#at,
    });
  }
}

/** The symbols of one block: what they stand for, and the codes of each table. */
interface Coding {
  readonly symbols: number[];
  readonly selectors: Uint8Array;
  readonly tables: HuffmanTable[];
}

/** A canonical code: for each length, the least code beyond it and the place of its symbols. */
interface HuffmanTable {
  readonly limit: Int32Array;
  readonly base: Int32Array;
  readonly order: Uint16Array;
  readonly least: number;
}

const GROUP_SYMBOLS = 50;
const MAX_BITS = 20;

function* readBlock(
  bits: BitReader,
  sorted: Uint32Array,
  sum: number,
): Generator<Uint8Array<ArrayBuffer>> {
  if (bits.read(1) !== 0) throw bits.damaged("found a randomised block, which bzip2 gave up");
  const origin = bits.read(24);
  const coding = readCoding(bits);
  const length = readSymbols(bits, coding, sorted);
  if (origin >= length) throw bits.damaged(`found origin ${origin} in ${length} bytes`);
  invertSort(sorted, length);
  yield* expandRuns(bits, sorted, length, origin, sum);
}

function readCoding(bits: BitReader): Coding {
  const symbols: number[] = [];
  const used = bits.read(16);
  for (let high = 0; high < 16; high++) {
    if ((used >> (15 - high) & 1) === 0) continue;
    const row = bits.read(16);
    for (let low = 0; low < 16; low++) if (row >> (15 - low) & 1) symbols.push(high * 16 + low);
  }
  const count = bits.read(3);
  const selectorCount = bits.read(15);
  if (symbols.length === 0 || count < 2 || count > 6 || selectorCount === 0) {
    throw bits.damaged("found impossible coding tables");
  }
  const selectors = new Uint8Array(selectorCount);
  const recent = [0, 1, 2, 3, 4, 5];
  for (let i = 0; i < selectorCount; i++) {
    let place = 0;
    while (bits.read(1) === 1) if (++place >= count) throw bits.damaged("found a wrong selector");
    recent.unshift(...recent.splice(place, 1));
    selectors[i] = recent[0]!;
  }
  const tables = Array.from({ length: count }, () => readTable(bits, symbols.length + 2));
  return { symbols, selectors, tables };
}

function readTable(bits: BitReader, size: number): HuffmanTable {
  const lengths = new Uint8Array(size);
  let length = bits.read(5);
  for (let i = 0; i < size; i++) {
    while (true) {
      if (length < 1 || length > MAX_BITS) throw bits.damaged(`found a code of ${length} bits`);
      if (bits.read(1) === 0) break;
      length += bits.read(1) === 0 ? 1 : -1;
    }
    lengths[i] = length;
  }
  const limit = new Int32Array(MAX_BITS + 2).fill(-1);
  const base = new Int32Array(MAX_BITS + 2);
  const order = new Uint16Array(size);
  const least = lengths.reduce((a, b) => Math.min(a, b));
  let code = 0;
  let place = 0;
  for (let width = least; width <= MAX_BITS; width++) {
    base[width] = place - code;
    for (let i = 0; i < size; i++) {
      if (lengths[i] !== width) continue;
      order[place++] = i;
      code++;
    }
    limit[width] = code;
    code <<= 1;
  }
  return { limit, base, order, least };
}

/** Huffman, run lengths of zeros and move to front: leaves the sorted bytes in `sorted`. */
function readSymbols(
  bits: BitReader,
  { symbols, selectors, tables }: Coding,
  sorted: Uint32Array,
): number {
  const recent = Uint8Array.from(symbols);
  const last = symbols.length + 1;
  let length = 0;
  let run = 0;
  let weight = 1;
  for (let group = 0; group < selectors.length; group++) {
    const table = tables[selectors[group]!]!;
    for (let i = 0; i < GROUP_SYMBOLS; i++) {
      const symbol = readSymbol(bits, table);
      if (symbol <= 1) {
        run += weight << symbol;
        weight <<= 1;
        if (run > sorted.length) throw bits.damaged("found more bytes than a block holds");
        continue;
      }
      if (length + run > sorted.length) throw bits.damaged("found more bytes than a block holds");
      sorted.fill(recent[0]!, length, length + run);
      length += run;
      run = 0;
      weight = 1;
      if (symbol === last) return length;
      if (length >= sorted.length) throw bits.damaged("found more bytes than a block holds");
      const place = symbol - 1;
      const byte = recent[place]!;
      recent.copyWithin(1, 0, place);
      recent[0] = byte;
      sorted[length++] = byte;
    }
  }
  throw bits.damaged("found no end of the block");
}

function readSymbol(bits: BitReader, { limit, base, order, least }: HuffmanTable): number {
  let width = least;
  let code = bits.read(width);
  while (code >= limit[width]!) {
    if (++width > MAX_BITS) throw bits.damaged("found a wrong code");
    code = code << 1 | bits.read(1);
  }
  const symbol = order[code + base[width]!];
  if (symbol === undefined) throw bits.damaged("found a wrong code");
  return symbol;
}

/** Puts into the upper bits of each entry where the byte after it lies. */
function invertSort(sorted: Uint32Array, length: number): void {
  const starts = new Uint32Array(256);
  for (let i = 0; i < length; i++) starts[sorted[i]!]!++;
  let total = 0;
  for (let byte = 0; byte < 256; byte++) {
    const count = starts[byte]!;
    starts[byte] = total;
    total += count;
  }
  for (let i = 0; i < length; i++) {
    const place = starts[sorted[i]! & 0xff]!++;
    sorted[place] = sorted[place]! | i << 8;
  }
}

/** Four equal bytes are followed by how many more of them there are. */
function* expandRuns(
  bits: BitReader,
  sorted: Uint32Array,
  length: number,
  origin: number,
  sum: number,
): Generator<Uint8Array<ArrayBuffer>> {
  let piece = new Uint8Array(Math.max(1 << 16, length * 2));
  let filled = 0;
  let crc = 0xffffffff;
  let at = sorted[origin]! >>> 8;
  let previous = -1;
  let same = 0;
  for (let i = 0; i < length; i++) {
    const entry = sorted[at]!;
    const byte = entry & 0xff;
    at = entry >>> 8;
    let count = 1;
    if (same === 4) {
      count = byte;
      same = 0;
    } else {
      same = byte === previous ? same + 1 : 1;
      previous = byte;
    }
    if (filled + count > piece.length) {
      crc = updateCrc(crc, piece, filled);
      yield piece.subarray(0, filled);
      piece = new Uint8Array(piece.length);
      filled = 0;
    }
    piece.fill(previous, filled, filled + count);
    filled += count;
    if (same === 0) previous = -1;
  }
  crc = ~updateCrc(crc, piece, filled) >>> 0;
  if (crc !== sum) throw bits.damaged(`found the sum ${crc}, expected ${sum}`);
  if (filled > 0) yield piece.subarray(0, filled);
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit++) value = value < 0 ? value << 1 ^ 0x04c11db7 : value << 1;
  return value;
});

function updateCrc(start: number, bytes: Uint8Array, length: number): number {
  let crc = start;
  for (let i = 0; i < length; i++) crc = crc << 8 ^ CRC_TABLE[(crc >>> 24 ^ bytes[i]!) & 0xff]!;
  return crc;
}
