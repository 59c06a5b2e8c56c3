/** The heap of a table that is being compressed, until its length is known. */

/** Where compressed tiles wait: in memory, or in a file. */
export interface TileHeap {
  /** Bytes so far. */
  readonly size: number;
  /**
   * Adds bytes at the end; they are copied.
   *
   * @param bytes A compressed tile.
   */
  add(bytes: Uint8Array): void | Promise<void>;
  /** All bytes, in order; each piece is used up before the next is asked for. */
  pieces(): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** Bytes of memory that are taken together. */
const PIECE_BYTES = 4 << 20;

/** A heap in memory. */
export class MemoryHeap implements TileHeap {
  readonly #pieces: Uint8Array[] = [];
  #room: Uint8Array = new Uint8Array(0);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(bytes: Uint8Array): void {
    this.#size += bytes.length;
    for (let done = 0; done < bytes.length;) {
      if (this.#room.length === 0) {
        // What is small stays small.
        const next = new Uint8Array(Math.min(PIECE_BYTES, Math.max(this.#size, 1 << 16)));
        this.#pieces.push(next);
        this.#room = next;
      }
      const part = bytes.subarray(done, done + this.#room.length);
      this.#room.set(part);
      this.#room = this.#room.subarray(part.length);
      done += part.length;
    }
  }

  *pieces(): Generator<Uint8Array> {
    let left = this.#size;
    for (const piece of this.#pieces) {
      yield piece.subarray(0, left);
      left -= piece.length;
      if (left <= 0) return;
    }
  }
}
