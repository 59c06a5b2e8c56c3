/** Bytes that become more, in memory that is used again. */

/** The least room. */
const MIN_ROOM = 4096;

/** A list of bytes that grows. */
export class GrowingBytes {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(MIN_ROOM);
  #length = 0;

  /** How many there are. */
  get length(): number {
    return this.#length;
  }

  /** Forgets all. */
  clear(): this {
    this.#length = 0;
    return this;
  }

  /**
   * Makes room at the end.
   *
   * @param count How many bytes are added.
   * @returns Their place, to be filled.
   */
  extend(count: number): Uint8Array<ArrayBuffer> {
    const start = this.#length;
    const length = start + count;
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(length, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, start));
      this.#bytes = larger;
    }
    this.#length = length;
    return this.#bytes.subarray(start, length);
  }

  /** Adds bytes. */
  add(bytes: Uint8Array): void {
    this.extend(bytes.length).set(bytes);
  }

  /** All bytes, valid until more are added or they are forgotten. */
  get view(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }
}
