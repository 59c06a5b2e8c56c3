/**
 * A seeded generator of pseudo-random numbers (mulberry32), so that a fuzz test
 * can be repeated from the seed that it prints.
 */
export class SeededRandom {
  readonly seed: number;
  #state: number;

  constructor(seed: number) {
    this.seed = seed;
    this.#state = seed >>> 0;
  }

  /** A number from 0 up to, not including, 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from `least` to `most`, both included. */
  integer(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  /** One entry of a list. */
  pick<T>(list: readonly T[]): T {
    return list[this.integer(0, list.length - 1)]!;
  }

  /** Random bytes. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) bytes[i] = this.next() * 256;
    return bytes;
  }

  /** Splits bytes into pieces of random lengths, as a network does. */
  split(bytes: Uint8Array, most = 64): Uint8Array[] {
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < bytes.length;) {
      const length = this.integer(1, most);
      pieces.push(bytes.subarray(at, at + length));
      at += length;
    }
    return pieces;
  }
}

/**
 * Runs a fuzz test: `rounds` times with its own generator, printing the seed of
 * a failing round.
 */
export async function fuzz(
  rounds: number,
  firstSeed: number,
  round: (random: SeededRandom) => void | Promise<void>,
): Promise<void> {
  for (let i = 0; i < rounds; i++) {
    try {
      await round(new SeededRandom(firstSeed + i));
    } catch (error) {
      throw new Error(`seed ${firstSeed + i}: ${error instanceof Error ? error.message : error}`, {
        cause: error,
      });
    }
  }
}

/** Rounds of a fuzz test: few in every run, many where there is time (`FUZZ=long`). */
export function fuzzRounds(few: number, many: number): number {
  return Deno.env.get("HELIOGRAPH_FUZZ") === "long" ? many : few;
}
