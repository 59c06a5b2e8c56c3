/** Values at given places of the sorted order, found by counting: nothing is sorted or kept. */

import type { PixelValues } from "./values.ts";

/** Digits are counted 16 bits at a time. */
const RADIX = 65_536;

/** The most values that are found together: each may need a table of counts of its own. */
const MAX_RANKS = 4;

/**
 * Finds order statistics of the finite values of pixels that are given in parts, several times
 * over: once for every 16 bits of a value, so once for 16-bit integers, twice for `float32`, four
 * times for doubles. The result is exact, however the values are spread.
 *
 * The bits of a number, turned so that they sort as the number does, are counted digit by digit
 * from the top; after each pass the digits of the values wanted are known.
 */
export class Ranks {
  readonly #fractions: readonly number[];
  #digits = 0;
  #level = 0;
  /** What the values wanted begin with, one for every table of counts. */
  #prefixes: readonly bigint[] = [0n];
  /** Where the values wanted stand among those with their prefix. */
  #wanted: { readonly table: number; readonly place: number }[] = [];
  #counts = new Uint32Array(RADIX);
  #total = 0;
  #values: number[] | undefined;
  #isInteger = false;
  #offset = 0;

  /**
   * Begins.
   *
   * @param fractions The places wanted, from 0, the least value, to 1, the greatest: two at most.
   */
  constructor(fractions: readonly number[]) {
    if (fractions.length * 2 > MAX_RANKS) throw new RangeError(`${fractions.length} places`);
    this.#fractions = fractions;
  }

  /** Whether the pixels must be given (once more). */
  get needsPass(): boolean {
    return this.#values === undefined;
  }

  /**
   * Counts pixels.
   *
   * @param pixels A part of them; all parts are of one type.
   */
  add(pixels: PixelValues): void {
    const known = this.#counted(pixels);
    if (known instanceof Float64Array) this.#addDoubles(known);
    else if (known instanceof Float32Array) this.#addFloats(known);
    else this.#addIntegers(known);
  }

  /** Ends a pass: the digits found so far narrow what is counted in the next. */
  endPass(): void {
    if (this.#level === 0) this.#total = this.#startPlaces();
    if (this.#total === 0) {
      this.#values = [];
      return;
    }
    const prefixes: bigint[] = [];
    this.#wanted = this.#wanted.map(({ table, place }) => {
      let before = 0;
      let digit = 0;
      const start = table * RADIX;
      while (before + this.#counts[start + digit]! <= place) {
        before += this.#counts[start + digit++]!;
      }
      const prefix = this.#prefixes[table]! << 16n | BigInt(digit);
      if (!prefixes.includes(prefix)) prefixes.push(prefix);
      return { table: prefixes.indexOf(prefix), place: place - before };
    });
    this.#prefixes = prefixes;
    if (++this.#level < this.#digits) {
      this.#counts = new Uint32Array(RADIX * prefixes.length);
    } else this.#values = this.#wanted.map(({ table }) => this.#valueOf(prefixes[table]!));
  }

  /** The values, between neighbours by linear interpolation; undefined if none is finite. */
  get values(): number[] | undefined {
    const found = this.#values;
    if (found === undefined || found.length === 0) return undefined;
    return this.#fractions.map((fraction, i) => {
      const place = fraction * (this.#total - 1);
      return between(found[2 * i]!, found[2 * i + 1]!, place - Math.floor(place));
    });
  }

  /** The pixels in a form that is counted; how many digits they have follows from it. */
  #counted(pixels: PixelValues): Float64Array | Float32Array | ArrayLike<number> {
    if (pixels instanceof Float32Array) {
      this.#digits = 2;
    } else if (pixels instanceof Int32Array || pixels instanceof Uint32Array) {
      this.#digits = 2;
      this.#isInteger = true;
      this.#offset = pixels instanceof Int32Array ? 2 ** 31 : 0;
    } else if (pixels instanceof Int16Array || pixels instanceof Int8Array) {
      this.#digits = 1;
      this.#isInteger = true;
      this.#offset = 32_768;
    } else if (pixels instanceof Uint16Array || pixels instanceof Uint8Array) {
      this.#digits = 1;
      this.#isInteger = true;
    } else {
      this.#digits = 4;
      if (pixels instanceof Float64Array) return pixels;
      return Float64Array.from(pixels as ArrayLike<number>, Number);
    }
    return pixels;
  }

  /** Finite values in all, and where those wanted stand among them. */
  #startPlaces(): number {
    // The bits of infinities and NaN are beyond those of every number.
    const exponents = this.#isInteger ? 0 : this.#digits === 2 ? 0x80 : 0x10;
    if (exponents > 0) {
      this.#counts.fill(0, 0, exponents);
      this.#counts.fill(0, RADIX - exponents);
    }
    const total = this.#counts.reduce((sum, count) => sum + count, 0);
    this.#wanted = this.#fractions.flatMap((fraction) => {
      const place = Math.floor(fraction * (total - 1));
      return [place, Math.min(place + 1, total - 1)].map((place) => ({ table: 0, place }));
    });
    return total;
  }

  #addIntegers(pixels: ArrayLike<number>): void {
    const offset = this.#offset;
    const counts = this.#counts;
    if (this.#digits === 1) {
      for (let i = 0; i < pixels.length; i++) counts[pixels[i]! + offset]!++;
    } else if (this.#level === 0) {
      for (let i = 0; i < pixels.length; i++) counts[(pixels[i]! + offset) >>> 16]!++;
    } else {
      const tables = this.#tablesOfDigits();
      for (let i = 0; i < pixels.length; i++) {
        const key = pixels[i]! + offset;
        const table = tables[key >>> 16]!;
        if (table !== 0) counts[(table - 1) * RADIX + (key & 0xffff)]!++;
      }
    }
  }

  #addFloats(pixels: Float32Array): void {
    const bits = new Int32Array(pixels.buffer, pixels.byteOffset, pixels.length);
    const counts = this.#counts;
    if (this.#level === 0) {
      for (let i = 0; i < bits.length; i++) {
        const bit = bits[i]!;
        counts[(bit ^ (bit >> 31 | 0x80000000)) >>> 16]!++;
      }
      return;
    }
    const tables = this.#tablesOfDigits();
    for (let i = 0; i < bits.length; i++) {
      const bit = bits[i]!;
      const key = bit ^ (bit >> 31 | 0x80000000);
      const table = tables[key >>> 16]!;
      if (table !== 0) counts[(table - 1) * RADIX + (key & 0xffff)]!++;
    }
  }

  #addDoubles(pixels: Float64Array): void {
    const words = new Int32Array(pixels.buffer, pixels.byteOffset, pixels.length * 2);
    const counts = this.#counts;
    const level = this.#level;
    const tables = this.#tablesOfDigits();
    const heads = this.#prefixes.map((prefix) =>
      Number(prefix >> BigInt(16 * Math.max(0, level - 2)))
    );
    const middles = this.#prefixes.map((prefix) => Number(prefix & 0xffffn));
    for (let i = HIGH_WORD; i < words.length; i += 2) {
      const word = words[i]!;
      const high = word ^ (word >> 31 | 0x80000000);
      if (level === 0) {
        counts[high >>> 16]!++;
      } else if (level === 1) {
        const table = tables[high >>> 16]!;
        if (table !== 0) counts[(table - 1) * RADIX + (high & 0xffff)]!++;
      } else {
        const low = words[i ^ 1]! ^ (word >> 31);
        for (let table = 0; table < heads.length; table++) {
          if (heads[table] !== high >>> 0) continue;
          if (level === 3 && middles[table] !== low >>> 16) continue;
          counts[table * RADIX + (level === 2 ? low >>> 16 : low & 0xffff)]!++;
        }
      }
    }
  }

  /** For every first digit the number of its table from 1, or 0. */
  #tablesOfDigits(): Uint8Array {
    const tables = new Uint8Array(RADIX);
    if (this.#level === 1) {
      for (const [table, prefix] of this.#prefixes.entries()) tables[Number(prefix)] = table + 1;
    }
    return tables;
  }

  /** The number of turned bits. */
  #valueOf(key: bigint): number {
    if (this.#isInteger) return Number(key) - this.#offset;
    const size = this.#digits * 16;
    const sign = 1n << BigInt(size - 1);
    const bits = (key & sign) === 0n ? BigInt.asUintN(size, ~key) : key ^ sign;
    const view = new DataView(new ArrayBuffer(8));
    if (size === 32) view.setUint32(0, Number(bits));
    else view.setBigUint64(0, bits);
    return size === 32 ? view.getFloat32(0) : view.getFloat64(0);
  }
}

/** Where the half with the sign of a double is: the second in memory, on nearly every machine. */
const HIGH_WORD = new Uint8Array(Float64Array.of(-1).buffer)[7] === 0xbf ? 1 : 0;

/** The value between two, at a share of the way; also where their distance is no double. */
function between(low: number, high: number, share: number): number {
  const distance = high - low;
  return Number.isFinite(distance) ? low + share * distance : low * (1 - share) + high * share;
}
