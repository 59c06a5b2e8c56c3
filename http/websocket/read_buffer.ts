/** The smallest buffer, and all that an idle connection holds; it grows while reads fill it. */
const LEAST_READ = 4_096;
const MOST_READ = 262_144;
/** So many reads in a row must need no more than the least before the buffer shrinks. */
const SHORT_READS = 8;

/** The memory that a connection reads into, as large as its reads need. */
export class ReadBuffer {
  #bytes = new Uint8Array(LEAST_READ);
  #size = LEAST_READ;
  #shortReads = 0;

  /** Where the next read goes; what the last one gave must be consumed. */
  next(): Uint8Array {
    if (this.#bytes.length !== this.#size) this.#bytes = new Uint8Array(this.#size);
    return this.#bytes;
  }

  /**
   * Learns from a read. One that fills the buffer asks for a larger one; a connection
   * at rest keeps the least.
   *
   * @param count The bytes that were read.
   * @param resting Whether no message was being received.
   * @returns The bytes.
   */
  filled(count: number, resting: boolean): Uint8Array {
    if (count === this.#size) this.#size = Math.min(MOST_READ, 4 * this.#size);
    else if (resting && count <= LEAST_READ && ++this.#shortReads > SHORT_READS) {
      this.#size = LEAST_READ;
    }
    if (count > LEAST_READ) this.#shortReads = 0;
    return this.#bytes.subarray(0, count);
  }
}
