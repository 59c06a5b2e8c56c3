import { giveVectorBuffer, takeVectorBuffer } from "../vectors/vectors.ts";

/** The smallest buffer, and all that an idle connection holds; it grows while reads fill it. */
const MIN_READ = 4_096;
/** The largest that a connection has for itself... */
const MAX_OWN = 65_536;
/** ...and while it receives a long message. */
const MAX_READ = 262_144;
/** So many reads in a row must need no more than the least before the buffer shrinks. */
const SHORT_READS = 8;

/** The memory that a connection reads into, as large as its reads need. */
export class ReadBuffer {
  #own = new Uint8Array(MIN_READ);
  /** What long messages are received into: it is shared with other connections. */
  #long: Uint8Array<ArrayBuffer> | undefined;
  #current: Uint8Array = this.#own;
  #size = MIN_READ;
  #shortReads = 0;

  /**
   * Where the next read goes; what the last one gave must be consumed.
   *
   * @param inMessage Whether a message has begun and not ended.
   */
  next(inMessage: boolean): Uint8Array {
    if (inMessage && this.#size === MAX_READ) {
      this.#long ??= takeVectorBuffer(MAX_READ);
      return this.#current = this.#long.subarray(0, MAX_READ);
    }
    this.release();
    const size = Math.min(this.#size, MAX_OWN);
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
    if (count === current.length) this.#size = Math.min(MAX_READ, 4 * current.length);
    else if (resting && count <= MIN_READ && ++this.#shortReads > SHORT_READS) {
      this.#size = MIN_READ;
    }
    if (count > MIN_READ) this.#shortReads = 0;
    return current.subarray(0, count);
  }

  /**
   * Leaves what the last read gave as it is: the next goes elsewhere.
   *
   * @returns Gives back what of it is shared.
   */
  leave(): () => void {
    const long = this.#long;
    this.#long = undefined;
    this.#own = new Uint8Array(MIN_READ);
    return () => {
      if (long !== undefined) giveVectorBuffer(long);
    };
  }

  /** Gives back what is shared; no one may use what the last read gave any more. */
  release(): void {
    if (this.#long === undefined) return;
    giveVectorBuffer(this.#long);
    this.#long = undefined;
  }
}
