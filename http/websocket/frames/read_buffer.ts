import { giveVectorBuffer, takeVectorBuffer } from "../vectors/vectors.ts";

/** The smallest buffer, and all that an idle connection holds; it grows while reads fill it. */
const LEAST_READ = 4_096;
/** The largest that a connection has for itself... */
const MOST_OWN = 65_536;
/** ...and while it receives a long message. */
const MOST_READ = 262_144;
/** So many reads in a row must need no more than the least before the buffer shrinks. */
const SHORT_READS = 8;

/** The memory that a connection reads into, as large as its reads need. */
export class ReadBuffer {
  #own = new Uint8Array(LEAST_READ);
  /** What long messages are received into: it is shared with other connections. */
  #long: Uint8Array<ArrayBuffer> | undefined;
  #current: Uint8Array = this.#own;
  #size = LEAST_READ;
  #shortReads = 0;

  /**
   * Where the next read goes; what the last one gave must be consumed.
   *
   * @param inMessage Whether a message has begun and not ended.
   */
  next(inMessage: boolean): Uint8Array {
    if (inMessage && this.#size === MOST_READ) {
      this.#long ??= takeVectorBuffer(MOST_READ);
      return this.#current = this.#long.subarray(0, MOST_READ);
    }
    this.release();
    const size = Math.min(this.#size, MOST_OWN);
    if (this.#own.length !== size) this.#own = new Uint8Array(size);
    return this.#current = this.#own;
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
    const current = this.#current;
    if (count === current.length) this.#size = Math.min(MOST_READ, 4 * current.length);
    else if (resting && count <= LEAST_READ && ++this.#shortReads > SHORT_READS) {
      this.#size = LEAST_READ;
    }
    if (count > LEAST_READ) this.#shortReads = 0;
    return current.subarray(0, count);
  }

  /** Gives back what is shared; nobody may use what the last read gave any more. */
  release(): void {
    if (this.#long === undefined) return;
    giveVectorBuffer(this.#long);
    this.#long = undefined;
  }
}
