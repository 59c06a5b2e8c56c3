/** Inflate (RFC 1951) in pieces, for runtimes that have none that is synchronous. */

import { FormatError } from "../errors.ts";

/** How far back a match may reach. */
const WINDOW_BYTES = 32_768;
/** The longest match. */
const MAX_MATCH = 258;
/** Bytes that the longest head of a block with codes of its own fits in (section 3.2.7). */
const MAX_BLOCK_HEAD = 600;
/** Bytes that a length and a distance with all their extra bits fit in, read ahead included. */
const MAX_SYMBOL = 8;
/** The most bits of a code. */
const MAX_BITS = 15;

const END_OF_BLOCK = 256;
/** Where each length and distance code begins, and its extra bits (section 3.2.5). */
const LENGTH_EXTRA = Uint8Array.from(
  [...Array(8).fill(0), 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0],
);
const LENGTH_BASE = basesOf(LENGTH_EXTRA, 3);
LENGTH_BASE[28] = MAX_MATCH;
const DISTANCE_EXTRA = Uint8Array.from({ length: 30 }, (_, i) => Math.max(0, (i >> 1) - 1));
const DISTANCE_BASE = basesOf(DISTANCE_EXTRA, 1);
/** The order in which the lengths of the code length code come (section 3.2.7). */
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

function basesOf(extra: Uint8Array, first: number): Uint16Array {
  const bases = new Uint16Array(extra.length);
  for (let i = 0, base = first; i < extra.length; base += 1 << extra[i++]!) bases[i] = base;
  return bases;
}

/** What codes mean, by the next bits of the stream: symbol x 16 + length; 0 for no code. */
interface CodeTable {
  readonly entries: Uint16Array;
  /** A one for every bit of an index. */
  readonly mask: number;
}

/** Makes the table of a canonical code; undefined if the lengths are not those of a code. */
function codeTable(lengths: Uint8Array, needsAll: boolean): CodeTable | undefined {
  const counts = new Uint16Array(MAX_BITS + 1);
  for (const length of lengths) counts[length]!++;
  counts[0] = 0;
  let longest = MAX_BITS;
  while (longest > 0 && counts[longest] === 0) longest--;
  const next = new Uint16Array(MAX_BITS + 1);
  let left = 1;
  for (let bits = 1, code = 0; bits <= MAX_BITS; bits++) {
    left = left * 2 - counts[bits]!;
    if (left < 0) return undefined;
    code = (code + counts[bits - 1]!) << 1;
    next[bits] = code;
  }
  // Codes that are left over are allowed where there is one code only, of one bit.
  if (left > 0 && (needsAll || longest > 1)) return undefined;
  const entries = new Uint16Array(1 << longest);
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol]!;
    if (length === 0) continue;
    let code = next[length]!++;
    let reversed = 0;
    for (let bit = 0; bit < length; bit++, code >>= 1) reversed = reversed << 1 | code & 1;
    const entry = symbol << 4 | length;
    for (let at = reversed; at < entries.length; at += 1 << length) entries[at] = entry;
  }
  return { entries, mask: entries.length - 1 };
}

let fixedTables: readonly [CodeTable, CodeTable] | undefined;

/** The codes of blocks that bring none (section 3.2.6). */
function fixedCodes(): readonly [CodeTable, CodeTable] {
  if (fixedTables !== undefined) return fixedTables;
  const lengths = new Uint8Array(288).fill(8).fill(9, 144, 256).fill(7, 256, 280);
  return fixedTables = [
    codeTable(lengths, true)!,
    codeTable(new Uint8Array(32).fill(5), true)!,
  ];
}

/** Where an {@linkcode Inflater} stopped. */
export type InflateStop = "input" | "output" | "end";

/**
 * Inflates a raw stream into memory of the caller, as far as input and output reach.
 *
 * The output memory holds the last 32 KiB besides what is new: {@linkcode Inflater.slide}
 * makes room in it.
 */
export class Inflater {
  /** Where the output goes; it needs room for a match of 258 bytes. */
  output: Uint8Array<ArrayBuffer>;
  /** The index behind the last byte of output. */
  filled = 0;
  /** The input that is not taken yet is from `at` on. */
  input: Uint8Array = new Uint8Array(0);
  /** The next byte of the input. */
  at = 0;
  /** Where the stream begins in the output: no match reaches further back. */
  #floor = 0;
  /** Bits of the input that are taken and not used yet. */
  #hold = 0;
  #count = 0;
  #state: "head" | "stored" | "codes" | "end" = "head";
  #last = false;
  /** Bytes left of a stored block. */
  #stored = 0;
  #codes: readonly [lengths: CodeTable, distances: CodeTable] = fixedCodes();

  /** Makes an inflater that writes into memory. */
  constructor(output: Uint8Array<ArrayBuffer>) {
    this.output = output;
  }

  /** Adds input; what is not taken yet is kept before it. */
  feed(bytes: Uint8Array): void {
    // Whole bytes that were read ahead belong to the rest, whose place changes.
    this.at -= this.#count >> 3;
    this.#count &= 7;
    this.#hold &= (1 << this.#count) - 1;
    const rest = this.input.subarray(this.at);
    this.at = 0;
    if (rest.length === 0) {
      this.input = bytes;
      return;
    }
    this.input = new Uint8Array(rest.length + bytes.length);
    this.input.set(rest);
    this.input.set(bytes, rest.length);
  }

  /** Begins another stream at the next byte of input. */
  restart(): void {
    this.#floor = this.filled;
    this.#state = "head";
    this.#last = false;
  }

  /** Makes room in the output, of which everything must have been read. */
  slide(): void {
    const kept = Math.min(this.filled, WINDOW_BYTES);
    const shift = this.filled - kept;
    this.output.copyWithin(0, shift, this.filled);
    this.filled = kept;
    this.#floor = Math.max(0, this.#floor - shift);
  }

  /**
   * Inflates as much as it can.
   *
   * @param ended Whether no input will follow.
   * @returns What it lacks; `"input"` with `ended` means that the stream breaks off.
   * @throws {FormatError} If the stream is damaged.
   */
  run(ended: boolean): InflateStop {
    for (;;) {
      if (this.#state === "end") return "end";
      if (this.#state === "head") {
        if (!ended && this.input.length - this.at < MAX_BLOCK_HEAD) return "input";
        if (!this.#readHead()) return "input";
      } else if (this.#state === "stored") {
        const stop = this.#copyStored();
        if (stop !== undefined) return stop;
      } else {
        const stop = this.#decode(ended);
        if (stop !== undefined) return stop;
      }
    }
  }

  /** Up to 16 bits; those beyond the input are 0, and `#overrun` tells of them. */
  #bits(count: number): number {
    while (this.#count < count) {
      this.#hold |= this.input[this.at++]! << this.#count;
      this.#count += 8;
    }
    const value = this.#hold & ((1 << count) - 1);
    this.#hold >>>= count;
    this.#count -= count;
    return value;
  }

  /** Whether bits were used that the input does not have. */
  get #overrun(): boolean {
    return this.at - (this.#count >> 3) > this.input.length;
  }

  /** Gives back the whole bytes that were taken and not used. */
  #align(): void {
    this.at -= this.#count >> 3;
    this.#hold = 0;
    this.#count = 0;
  }

  /** The head of a block (section 3.2.3); false if the input breaks off. */
  #readHead(): boolean {
    if (this.#last) {
      this.#align();
      this.#state = "end";
      return true;
    }
    this.#last = this.#bits(1) === 1;
    const type = this.#bits(2);
    if (type === 0) {
      this.#align();
      const length = this.#bits(16);
      const inverse = this.#bits(16);
      if (this.#overrun) return false;
      if (length !== (~inverse & 0xffff)) throw damaged("invalid stored block lengths");
      this.#stored = length;
      this.#state = "stored";
      return true;
    }
    if (type === 3) throw damaged("invalid block type");
    const codes = type === 1 ? fixedCodes() : this.#readCodes();
    if (codes === undefined) return false;
    this.#codes = codes;
    this.#state = "codes";
    return !this.#overrun;
  }

  /** The codes of a block (section 3.2.7); undefined if the input breaks off. */
  #readCodes(): [CodeTable, CodeTable] | undefined {
    const literals = this.#bits(5) + 257;
    const distances = this.#bits(5) + 1;
    const orders = this.#bits(4) + 4;
    if (this.#overrun) return undefined;
    if (literals > 286 || distances > 30) throw damaged("too many length or distance symbols");
    const own = new Uint8Array(19);
    for (let i = 0; i < orders; i++) own[CODE_LENGTH_ORDER[i]!] = this.#bits(3);
    const table = codeTable(own, true);
    if (this.#overrun) return undefined;
    if (table === undefined) throw damaged("invalid code lengths set");
    const lengths = new Uint8Array(literals + distances);
    for (let at = 0; at < lengths.length;) {
      while (this.#count < 7) {
        this.#hold |= this.input[this.at++]! << this.#count;
        this.#count += 8;
      }
      const entry = table.entries[this.#hold & table.mask]!;
      this.#hold >>>= entry & 15;
      this.#count -= entry & 15;
      const symbol = entry >> 4;
      if (symbol < 16) {
        lengths[at++] = symbol;
        continue;
      }
      if (symbol === 16 && at === 0) throw damaged("invalid bit length repeat");
      const value = symbol === 16 ? lengths[at - 1]! : 0;
      const repeats = symbol === 18
        ? this.#bits(7) + 11
        : symbol === 17
        ? this.#bits(3) + 3
        : this.#bits(2) + 3;
      if (this.#overrun) return undefined;
      if (at + repeats > lengths.length) throw damaged("invalid bit length repeat");
      lengths.fill(value, at, at += repeats);
    }
    if (this.#overrun) return undefined;
    if (lengths[END_OF_BLOCK] === 0) throw damaged("invalid code: no end of block");
    const lengthTable = codeTable(lengths.subarray(0, literals), false);
    if (lengthTable === undefined) throw damaged("invalid literal/lengths set");
    const distanceTable = codeTable(lengths.subarray(literals), false);
    if (distanceTable === undefined) throw damaged("invalid distances set");
    return [lengthTable, distanceTable];
  }

  #copyStored(): InflateStop | undefined {
    const room = this.output.length - this.filled;
    const count = Math.min(this.#stored, room, this.input.length - this.at);
    this.output.set(this.input.subarray(this.at, this.at + count), this.filled);
    this.at += count;
    this.filled += count;
    this.#stored -= count;
    if (this.#stored === 0) {
      this.#state = "head";
      return undefined;
    }
    return count === room ? "output" : "input";
  }

  /** The symbols of a block; undefined once it has ended. */
  #decode(ended: boolean): InflateStop | undefined {
    const { input, output } = this;
    const [{ entries: lengths, mask: lengthMask }, { entries: distances, mask: distanceMask }] =
      this.#codes;
    const end = input.length;
    const lastStart = ended ? end + 2 : end - MAX_SYMBOL;
    const lastRoom = output.length - MAX_MATCH;
    const floor = this.#floor;
    let at = this.at;
    let to = this.filled;
    let hold = this.#hold;
    let count = this.#count;
    let stop: InflateStop | undefined = "input";
    // A symbol that needs bits beyond the input leaves everything as it was before it.
    while (at <= lastStart) {
      if (to > lastRoom) {
        stop = "output";
        break;
      }
      let read = at;
      let bits = hold;
      let left = count;
      while (left < 15) {
        bits |= input[read++]! << left;
        left += 8;
      }
      let entry = lengths[bits & lengthMask]!;
      bits >>>= entry & 15;
      left -= entry & 15;
      let symbol = entry >> 4;
      if (symbol < END_OF_BLOCK && entry !== 0) {
        if (read > end && read - (left >> 3) > end) break;
        output[to++] = symbol;
        at = read;
        hold = bits;
        count = left;
        continue;
      }
      let length = 0;
      let distance = 0;
      let fault = entry === 0 ? "invalid literal/length code" : "";
      if (symbol > END_OF_BLOCK) {
        symbol -= 257;
        if (symbol > 28) fault = "invalid literal/length code";
        const lengthBits = LENGTH_EXTRA[symbol]!;
        while (left < 15) {
          bits |= input[read++]! << left;
          left += 8;
        }
        length = LENGTH_BASE[symbol]! + (bits & ((1 << lengthBits) - 1));
        bits >>>= lengthBits;
        left -= lengthBits;
        while (left < 15) {
          bits |= input[read++]! << left;
          left += 8;
        }
        entry = distances[bits & distanceMask]!;
        bits >>>= entry & 15;
        left -= entry & 15;
        symbol = entry >> 4;
        if (entry === 0 || symbol > 29) fault ||= "invalid distance code";
        while (left < 15) {
          bits |= input[read++]! << left;
          left += 8;
        }
        const distanceBits = DISTANCE_EXTRA[symbol]!;
        distance = DISTANCE_BASE[symbol]! + (bits & ((1 << distanceBits) - 1));
        bits >>>= distanceBits;
        left -= distanceBits;
        if (distance > to - floor) fault ||= "invalid distance too far back";
      }
      if (read > end && read - (left >> 3) > end) break;
      if (fault !== "") throw damaged(fault);
      at = read;
      hold = bits;
      count = left;
      if (length === 0) {
        this.#state = "head";
        stop = undefined;
        break;
      }
      const from = to - distance;
      if (distance >= length) {
        output.copyWithin(to, from, from + length);
        to += length;
      } else {
        for (let i = from, past = from + length; i < past; i++) output[to++] = output[i]!;
      }
    }
    this.at = at;
    this.filled = to;
    this.#hold = hold;
    this.#count = count;
    return stop;
  }
}

/** The error of a damaged stream. */
export function damaged(what: string): FormatError {
  return new FormatError(`Cannot inflate: ${what}`);
}
