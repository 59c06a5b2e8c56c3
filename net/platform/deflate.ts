/** Deflate (RFC 1951) of whole arrays, for runtimes that have none that is synchronous. */

import { adler32, crc32 } from "./checksums.ts";
import type { DeflateOptions } from "./needs.ts";

/** How far back a match may reach. */
const WINDOW_BYTES = 32_768;
const WINDOW_MASK = WINDOW_BYTES - 1;
/** The shortest and the longest match. */
const MIN_MATCH = 3, MAX_MATCH = 258;
/** Bits of the hash of three bytes. */
const HASH_BITS = 15;
/** Symbols of a block: enough that its codes are cheap, few enough that they fit. */
const MAX_SYMBOLS = 16_384;
/** The most bytes of a stored block (section 3.2.4). */
const MAX_STORED = 65_535;
/** Bits of a code, of a code for the code lengths. */
const MAX_BITS = 15, MAX_ORDER_BITS = 7;
const END_OF_BLOCK = 256;
/** How many earlier places are tried, by level. */
const TRIES: readonly number[] = [0, 4, 5, 6, 8, 16, 32, 64, 256, 1024];
/** A match of this length is taken without a look at the next place. */
const GOOD_MATCH = 64;

const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** The codes of lengths (section 3.2.5): the symbol of each, its extra bits and their value. */
const LENGTH_SYMBOL = new Uint16Array(MAX_MATCH + 1);
const LENGTH_EXTRA = new Uint8Array(MAX_MATCH + 1);
const LENGTH_BASE = new Uint16Array(MAX_MATCH + 1);
for (let length = 3, symbol = 257; length <= MAX_MATCH; symbol++) {
  const extra = symbol < 265 || symbol === 285 ? 0 : (symbol - 261) >> 2;
  const base = length;
  for (; length < base + (1 << extra) && length <= MAX_MATCH; length++) {
    LENGTH_SYMBOL[length] = symbol;
    LENGTH_EXTRA[length] = extra;
    LENGTH_BASE[length] = base;
  }
}
// The longest match has a code of its own, and not the last of the code before.
LENGTH_SYMBOL[MAX_MATCH] = 285;
LENGTH_EXTRA[MAX_MATCH] = 0;
LENGTH_BASE[MAX_MATCH] = MAX_MATCH;

/** The code of a distance from 1 on: two codes for each number of extra bits. */
function distanceSymbol(distance: number): number {
  if (distance <= 4) return distance - 1;
  const extra = 30 - Math.clz32(distance - 1);
  return 2 * extra + 2 + ((distance - 1) >> extra & 1);
}

function distanceExtra(symbol: number): number {
  return symbol < 4 ? 0 : (symbol >> 1) - 1;
}

function distanceBase(symbol: number): number {
  if (symbol < 4) return symbol + 1;
  return (2 + (symbol & 1) << distanceExtra(symbol)) + 1;
}

/** Bits in the order of a deflate stream: the first in the lowest bit of a byte. */
class BitWriter {
  bytes: Uint8Array<ArrayBuffer>;
  length = 0;
  #hold = 0;
  #count = 0;

  constructor(room: number) {
    this.bytes = new Uint8Array(room);
  }

  /** Makes sure of room for so many bytes. */
  reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  /** Writes up to 16 bits, for which there must be room. */
  bits(value: number, count: number): void {
    this.#hold |= value << this.#count;
    this.#count += count;
    while (this.#count >= 8) {
      this.bytes[this.length++] = this.#hold;
      this.#hold >>>= 8;
      this.#count -= 8;
    }
  }

  /** Fills the last byte. */
  align(): void {
    if (this.#count > 0) this.bits(0, 8 - this.#count);
  }

  /** Writes whole bytes, aligned. */
  put(bytes: ArrayLike<number>): void {
    this.align();
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }
}

/** A code: for each symbol its bits, the first the lowest, and how many. */
interface Code {
  readonly lengths: Uint8Array;
  readonly bits: Uint16Array;
}

/** Makes the canonical code of lengths (section 3.2.2). */
function codeOf(lengths: Uint8Array): Code {
  const next = new Uint16Array(MAX_BITS + 2);
  for (const length of lengths) if (length > 0) next[length + 1]!++;
  for (let bits = 1, code = 0; bits <= MAX_BITS; bits++) {
    code = (code + next[bits]!) << 1;
    next[bits] = code;
  }
  const bits = new Uint16Array(lengths.length);
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol]!;
    if (length === 0) continue;
    let code = next[length]!++;
    let reversed = 0;
    for (let bit = 0; bit < length; bit++, code >>= 1) reversed = reversed << 1 | code & 1;
    bits[symbol] = reversed;
  }
  return { lengths, bits };
}

/**
 * The lengths of the code that is best for how often symbols come (Huffman), cut to a
 * number of bits: what is too long is shortened, and others pay for it.
 */
function codeLengths(counts: Uint32Array, maxBits: number): Uint8Array {
  const lengths = new Uint8Array(counts.length);
  const symbols = [...counts.keys()].filter((symbol) => counts[symbol]! > 0)
    .sort((one, other) => counts[one]! - counts[other]!);
  if (symbols.length === 0) return lengths;
  if (symbols.length === 1) {
    lengths[symbols[0]!] = 1;
    return lengths;
  }
  const depths = depthsOf(symbols.map((symbol) => counts[symbol]!));
  limitDepths(depths, maxBits);
  // The rarest symbol has the longest code.
  depths.sort((one, other) => other - one);
  symbols.forEach((symbol, i) => lengths[symbol] = depths[i]!);
  return lengths;
}

/** The depths of the leaves of a Huffman tree, by weights in ascending order. */
function depthsOf(weights: number[]): number[] {
  const leaves = weights.length;
  const sums = [...weights];
  const parents = new Uint16Array(2 * leaves - 1);
  let leaf = 0;
  let inner = leaves;
  const least = () =>
    leaf < leaves && (inner === sums.length || sums[leaf]! <= sums[inner]!) ? leaf++ : inner++;
  while (sums.length < 2 * leaves - 1) {
    const one = least();
    const other = least();
    parents[one] = parents[other] = sums.length;
    sums.push(sums[one]! + sums[other]!);
  }
  const depths = new Array<number>(2 * leaves - 1).fill(0);
  for (let node = 2 * leaves - 3; node >= 0; node--) depths[node] = depths[parents[node]!]! + 1;
  return depths.slice(0, leaves);
}

/** Shortens depths to a limit, so that they are still those of a full tree (Kraft). */
function limitDepths(depths: number[], most: number): void {
  let used = 0;
  const full = 1 << most;
  for (let i = 0; i < depths.length; i++) {
    depths[i] = Math.min(depths[i]!, most);
    used += full >> depths[i]!;
  }
  // Leaves come rarest first: those just above the limit cost least to lengthen.
  while (used > full) {
    let at = depths.findIndex((depth) => depth < most);
    for (let i = at; i < depths.length; i++) {
      if (depths[i]! < most && depths[i]! > depths[at]!) at = i;
    }
    used -= full >> depths[at]! + 1;
    depths[at]!++;
  }
  for (let i = depths.length - 1; i >= 0 && used < full; i--) {
    while (depths[i]! > 1 && used + (full >> depths[i]!) <= full) {
      used += full >> depths[i]!;
      depths[i]!--;
    }
  }
}

const FIXED_LENGTHS = codeOf(new Uint8Array(288).fill(8).fill(9, 144, 256).fill(7, 256, 280));
const FIXED_DISTANCES = codeOf(new Uint8Array(30).fill(5));

/** Literals and matches of a block, with how often each symbol comes. */
class Block {
  /** Literals as they are; matches as distance x 512 + length. */
  readonly #symbols = new Uint32Array(MAX_SYMBOLS);
  #count = 0;
  readonly #literals = new Uint32Array(286);
  readonly #distances = new Uint32Array(30);

  get full(): boolean {
    return this.#count === MAX_SYMBOLS;
  }

  literal(byte: number): void {
    this.#symbols[this.#count++] = byte;
    this.#literals[byte]!++;
  }

  match(length: number, distance: number): void {
    this.#symbols[this.#count++] = distance * 512 + length;
    this.#literals[LENGTH_SYMBOL[length]!]!++;
    this.#distances[distanceSymbol(distance)]!++;
  }

  /** Writes the block by whichever codes are shorter, or as it is, and begins another. */
  write(out: BitWriter, stored: Uint8Array, last: boolean): void {
    this.#literals[END_OF_BLOCK] = 1;
    const literals = codeOf(codeLengths(this.#literals, MAX_BITS));
    const distances = codeOf(codeLengths(this.#distances, MAX_BITS));
    const head = codeHead(literals.lengths, distances.lengths);
    const own = head.bits + this.#bitsWith(literals, distances);
    const fixed = this.#bitsWith(FIXED_LENGTHS, FIXED_DISTANCES);
    const plain = stored.length * 8 + 40 * Math.max(1, Math.ceil(stored.length / MAX_STORED));
    out.reserve((Math.min(own, fixed, plain) >> 3) + 64);
    if (plain <= Math.min(own, fixed) + 3) {
      writeStored(out, stored, last);
    } else if (own < fixed) {
      out.bits(last ? 5 : 4, 3);
      head.write(out);
      this.#writeWith(out, literals, distances);
    } else {
      out.bits(last ? 3 : 2, 3);
      this.#writeWith(out, FIXED_LENGTHS, FIXED_DISTANCES);
    }
    this.#count = 0;
    this.#literals.fill(0);
    this.#distances.fill(0);
  }

  #bitsWith(literals: Code, distances: Code): number {
    let bits = 0;
    for (let symbol = 0; symbol < 286; symbol++) {
      const extra = symbol < 265 || symbol === 285 ? 0 : (symbol - 261) >> 2;
      bits += this.#literals[symbol]! * (literals.lengths[symbol]! + extra);
    }
    for (let symbol = 0; symbol < 30; symbol++) {
      bits += this.#distances[symbol]! * (distances.lengths[symbol]! + distanceExtra(symbol));
    }
    return bits;
  }

  #writeWith(out: BitWriter, literals: Code, distances: Code): void {
    for (let i = 0; i < this.#count; i++) {
      const symbol = this.#symbols[i]!;
      if (symbol < 256) {
        out.bits(literals.bits[symbol]!, literals.lengths[symbol]!);
        continue;
      }
      const length = symbol & 511;
      const distance = symbol >>> 9;
      const code = LENGTH_SYMBOL[length]!;
      out.bits(literals.bits[code]!, literals.lengths[code]!);
      out.bits(length - LENGTH_BASE[length]!, LENGTH_EXTRA[length]!);
      const far = distanceSymbol(distance);
      out.bits(distances.bits[far]!, distances.lengths[far]!);
      out.bits(distance - distanceBase(far), distanceExtra(far));
    }
    out.bits(literals.bits[END_OF_BLOCK]!, literals.lengths[END_OF_BLOCK]!);
  }
}

/** The head of a block with codes of its own (section 3.2.7), and how many bits it has. */
function codeHead(
  literals: Uint8Array,
  distances: Uint8Array,
): { bits: number; write(out: BitWriter): void } {
  let literalCount = literals.length;
  while (literalCount > 257 && literals[literalCount - 1] === 0) literalCount--;
  let distanceCount = distances.length;
  while (distanceCount > 1 && distances[distanceCount - 1] === 0) distanceCount--;
  const runs = runsOf([
    ...literals.subarray(0, literalCount),
    ...distances.subarray(0, distanceCount),
  ]);
  const counts = new Uint32Array(19);
  for (const [symbol] of runs) counts[symbol]!++;
  const orders = codeOf(codeLengths(counts, MAX_ORDER_BITS));
  let orderCount = 19;
  while (orderCount > 4 && orders.lengths[CODE_LENGTH_ORDER[orderCount - 1]!] === 0) orderCount--;
  let bits = 14 + orderCount * 3;
  for (const [symbol, extra] of runs) bits += orders.lengths[symbol]! + extra;
  return {
    bits,
    write(out) {
      out.reserve((bits >> 3) + 16);
      out.bits(literalCount - 257, 5);
      out.bits(distanceCount - 1, 5);
      out.bits(orderCount - 4, 4);
      for (let i = 0; i < orderCount; i++) out.bits(orders.lengths[CODE_LENGTH_ORDER[i]!]!, 3);
      for (const [symbol, extra, value] of runs) {
        out.bits(orders.bits[symbol]!, orders.lengths[symbol]!);
        out.bits(value, extra);
      }
    },
  };
}

/** Code lengths as symbols of the code length code: symbol, extra bits, their value. */
function runsOf(lengths: readonly number[]): [symbol: number, extra: number, value: number][] {
  const runs: [number, number, number][] = [];
  for (let at = 0; at < lengths.length;) {
    const length = lengths[at]!;
    let end = at + 1;
    while (end < lengths.length && lengths[end] === length) end++;
    if (length > 0) {
      runs.push([length, 0, 0]);
      at++;
    }
    for (let left = end - at; left > 0; left = end - at) {
      let taken = 1;
      if (left < 3) {
        runs.push([length, 0, 0]);
      } else if (length > 0) {
        taken = Math.min(left, 6);
        runs.push([16, 2, taken - 3]);
      } else if (left < 11) {
        taken = left;
        runs.push([17, 3, taken - 3]);
      } else {
        taken = Math.min(left, 138);
        runs.push([18, 7, taken - 11]);
      }
      at += taken;
    }
  }
  return runs;
}

function writeStored(out: BitWriter, bytes: Uint8Array, last: boolean): void {
  for (let at = 0; at === 0 || at < bytes.length; at += MAX_STORED) {
    const piece = bytes.subarray(at, at + MAX_STORED);
    out.reserve(8);
    out.bits(last && at + MAX_STORED >= bytes.length ? 1 : 0, 3);
    const { length } = piece;
    out.put([length & 255, length >> 8, ~length & 255, ~length >> 8 & 255]);
    out.put(piece);
  }
}

/** Finds matches by chains of places with the same three bytes, and writes blocks. */
function deflateInto(out: BitWriter, bytes: Uint8Array, tries: number, open: boolean): void {
  const heads = new Int32Array(1 << HASH_BITS).fill(-1);
  const chain = new Int32Array(WINDOW_BYTES);
  const block = new Block();
  const end = bytes.length;
  let start = 0;
  let foundDistance = 0;
  const hash = (at: number) =>
    Math.imul(bytes[at]! | bytes[at + 1]! << 8 | bytes[at + 2]! << 16, 0x9e3779b1) >>>
    32 - HASH_BITS;
  const enter = (at: number) => {
    if (at + MIN_MATCH > end) return;
    const key = hash(at);
    chain[at & WINDOW_MASK] = heads[key]!;
    heads[key] = at;
  };
  const longest = (at: number, least: number): number => {
    const most = Math.min(MAX_MATCH, end - at);
    if (most < MIN_MATCH) return 0;
    let best = least;
    let place = heads[hash(at)]!;
    for (let left = tries; left > 0 && place >= 0 && at - place <= WINDOW_BYTES; left--) {
      if (best >= most) break;
      if (bytes[place + best] === bytes[at + best]) {
        let length = 0;
        while (length < most && bytes[place + length] === bytes[at + length]) length++;
        if (length > best) {
          best = length;
          foundDistance = at - place;
        }
      }
      const before = chain[place & WINDOW_MASK]!;
      if (before >= place) break;
      place = before;
    }
    return best > least ? best : 0;
  };
  for (let at = 0; at < end;) {
    let length = longest(at, MIN_MATCH - 1);
    let distance = foundDistance;
    enter(at);
    // A longer match one byte on is worth a literal.
    while (length > 0 && length < GOOD_MATCH && at + 1 < end) {
      const later = longest(at + 1, length);
      if (later === 0) break;
      block.literal(bytes[at++]!);
      length = later;
      distance = foundDistance;
      enter(at);
      if (block.full) break;
    }
    if (block.full) {
      block.write(out, bytes.subarray(start, at), false);
      start = at;
    }
    if (length === 0) {
      block.literal(bytes[at++]!);
    } else {
      block.match(length, distance);
      for (const past = at + length; ++at < past;) enter(at);
    }
    if (block.full) {
      block.write(out, bytes.subarray(start, at), !open && at === end);
      start = at;
      if (at === end && !open) return;
    }
  }
  block.write(out, bytes.subarray(start), !open);
}

/**
 * Deflates bytes.
 *
 * @param bytes The bytes.
 * @param options Format and level.
 * @returns The stream.
 */
export function deflate(
  bytes: Uint8Array,
  { format = "gzip", level = 6, open = false }: DeflateOptions = {},
): Uint8Array<ArrayBuffer> {
  const out = new BitWriter((bytes.length >> 1) + 64);
  // No name, no date, an unknown system (RFC 1952, section 2.3).
  if (format === "gzip") out.put([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
  // A window of 32 KiB (RFC 1950, section 2.2).
  if (format === "zlib") out.put([0x78, 0x01]);
  const tries = TRIES[level] ?? TRIES[6]!;
  if (tries === 0) writeStored(out, bytes, !open);
  else deflateInto(out, bytes, tries, open);
  if (open) writeStored(out, new Uint8Array(0), false);
  out.align();
  if (format !== "raw") out.put(trailer(bytes, format === "gzip"));
  return out.bytes.slice(0, out.length);
}

function trailer(bytes: Uint8Array, gzip: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(gzip ? 8 : 4));
  view.setUint32(0, gzip ? crc32(bytes) : adler32(bytes), gzip);
  if (gzip) view.setUint32(4, bytes.length % 2 ** 32, true);
  return new Uint8Array(view.buffer);
}
