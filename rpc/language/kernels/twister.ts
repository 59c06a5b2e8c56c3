/**
 * The Mersenne twister MT19937 (Matsumoto and Nishimura 1998).
 *
 * @module
 */

const WORDS = 624;
const MIDDLE = 397;

/** A word of the state with its bits mixed. */
function tempered(word: number): number {
  let y = word ^ (word >>> 11);
  y ^= (y << 7) & 0x9d2c5680;
  y ^= (y << 15) & 0xefc60000;
  return y ^ (y >>> 18);
}

/** A generator of random numbers that begins with a seed, or goes on from a state. */
export class Twister {
  readonly state: Uint32Array<ArrayBuffer>;
  /** The next word; 624 if new ones must be made. */
  at: number;
  /** The second number of a pair of the normal distribution, if it has not been used. */
  spare: number | undefined;

  /**
   * Makes a generator.
   *
   * @param state 624 words.
   * @param at The next of them.
   */
  constructor(state: Uint32Array<ArrayBuffer>, at: number, spare?: number | undefined) {
    this.state = state;
    this.at = at;
    this.spare = spare;
  }

  /** A generator from a seed of 32 bits, as `init_genrand` of the authors makes it. */
  static of(seed: number): Twister {
    const state = new Uint32Array(WORDS);
    state[0] = seed >>> 0;
    for (let i = 1; i < WORDS; i++) {
      const before = state[i - 1]! ^ (state[i - 1]! >>> 30);
      state[i] = Math.imul(1812433253, before) + i;
    }
    return new Twister(state, WORDS);
  }

  #refill(): void {
    const { state } = this;
    let k = 0;
    for (; k < WORDS - MIDDLE; k++) {
      const y = (state[k]! & 0x80000000) | (state[k + 1]! & 0x7fffffff);
      state[k] = state[k + MIDDLE]! ^ (y >>> 1) ^ (-(y & 1) & 0x9908b0df);
    }
    for (; k < WORDS - 1; k++) {
      const y = (state[k]! & 0x80000000) | (state[k + 1]! & 0x7fffffff);
      state[k] = state[k + MIDDLE - WORDS]! ^ (y >>> 1) ^ (-(y & 1) & 0x9908b0df);
    }
    const y = (state[k]! & 0x80000000) | (state[0]! & 0x7fffffff);
    state[k] = state[MIDDLE - 1]! ^ (y >>> 1) ^ (-(y & 1) & 0x9908b0df);
    this.at = 0;
  }

  /** The next 32 bits. */
  word(): number {
    if (this.at >= WORDS) this.#refill();
    return tempered(this.state[this.at++]!) >>> 0;
  }

  /** The next number in [0, 1), of 53 bits (`genrand_res53`). */
  uniform(): number {
    const a = this.word() >>> 5;
    const b = this.word() >>> 6;
    return (a * 67108864 + b) / 9007199254740992;
  }

  /** The next numbers in [0, 1), as many calls of {@linkcode uniform} make them. */
  fill(out: Float32Array | Float64Array, from: number, to: number): void {
    const { state } = this;
    for (let i = from; i < to; i++) {
      if (this.at + 1 >= WORDS) {
        out[i] = this.uniform();
        continue;
      }
      const a = tempered(state[this.at]!) >>> 5;
      const b = tempered(state[this.at + 1]!) >>> 6;
      this.at += 2;
      out[i] = (a * 67108864 + b) / 9007199254740992;
    }
  }

  /** The next numbers of the normal distribution, as many calls of {@linkcode normal} make them. */
  fillNormal(out: Float32Array | Float64Array, from: number, to: number): void {
    let i = from;
    if (this.spare !== undefined && i < to) out[i++] = this.normal();
    for (; i + 1 < to; i += 2) {
      let x = 0, y = 0, square = 0;
      do {
        x = 2 * this.uniform() - 1;
        y = 2 * this.uniform() - 1;
        square = x * x + y * y;
      } while (square >= 1 || square === 0);
      const factor = Math.sqrt(-2 * Math.log(square) / square);
      out[i] = factor * y;
      out[i + 1] = factor * x;
    }
    if (i < to) out[i] = this.normal();
  }

  /** The next number of the normal distribution, by Marsaglia's polar method. */
  normal(): number {
    if (this.spare !== undefined) {
      const kept = this.spare;
      this.spare = undefined;
      return kept;
    }
    let x = 0, y = 0, square = 0;
    do {
      x = 2 * this.uniform() - 1;
      y = 2 * this.uniform() - 1;
      square = x * x + y * y;
    } while (square >= 1 || square === 0);
    const factor = Math.sqrt(-2 * Math.log(square) / square);
    this.spare = factor * x;
    return factor * y;
  }
}

/** Numbers that hold all of a generator. */
export const TWISTER_WORDS: number = WORDS + 4;

/** A generator as words: its state, its place, whether a number is spare, and that number's bits. */
export function twisterWords(twister: Twister): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(TWISTER_WORDS);
  words.set(twister.state);
  words[WORDS] = twister.at;
  words[WORDS + 1] = twister.spare === undefined ? 0 : 1;
  new DataView(words.buffer).setFloat64(4 * (WORDS + 2), twister.spare ?? 0, true);
  return words;
}

/** The generator that words hold. */
export function twisterOf(words: Uint32Array<ArrayBuffer>): Twister {
  const bits = new DataView(words.buffer, words.byteOffset);
  const spare = words[WORDS + 1] === 0 ? undefined : bits.getFloat64(4 * (WORDS + 2), true);
  return new Twister(words.slice(0, WORDS), Math.min(WORDS, words[WORDS]!), spare);
}
