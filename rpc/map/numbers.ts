/** The most jobs of a map: their numbers take 12.5 MB then. */
export const MAX_JOBS = 100_000_000;

/** Numbers of jobs, a bit for each. */
export class JobNumbers {
  #bits = new Uint8Array(1_024);
  #count = 0;

  /** How many there are. */
  get count(): number {
    return this.#count;
  }

  /** Whether a number is among them. */
  has(number: number): boolean {
    return ((this.#bits[number >> 3] ?? 0) >> (number & 7) & 1) === 1;
  }

  /** How many of the numbers from 1 to one there are. */
  countUpTo(number: number): number {
    let count = 0;
    for (let i = 1; i <= number; i++) {
      // Whole bytes of what is done come by the thousand.
      if ((i & 7) === 0 && i + 7 <= number && this.#bits[i >> 3] === 0xff) {
        count += 8;
        i += 7;
      } else if (this.has(i)) count++;
    }
    return count;
  }

  /**
   * Adds a number.
   *
   * @param number From 1 to {@linkcode MAX_JOBS}.
   * @returns Whether it is new.
   */
  add(number: number): boolean {
    if (this.has(number)) return false;
    const at = number >> 3;
    if (at >= this.#bits.length) {
      const larger = new Uint8Array(Math.max(at + 1, this.#bits.length * 2));
      larger.set(this.#bits);
      this.#bits = larger;
    }
    this.#bits[at]! |= 1 << (number & 7);
    this.#count++;
    return true;
  }
}
