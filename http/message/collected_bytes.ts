/** Bytes that are collected in one piece of memory, which grows with what has arrived. */

/** What is reserved at once where nothing has come yet. */
const FIRST_BYTES = 262_144;
/** How many times what has arrived is reserved for what a peer says will come. */
const TRUST = 16;
/** Up to this length the memory of bytes whose end is unknown grows fourfold, then twofold. */
const QUICK_BYTES = 1_048_576;
/** The most that a peer can earn. */
const MAX_EARNED = 67_108_864;
const NOTHING = new Uint8Array(0);

/**
 * Collects bytes of a peer.
 *
 * Memory is given for what has arrived, not for what is announced: 256 KiB at first,
 * then at most 16 times as much, or as much as the peer has sent at one time before.
 * Few steps are what makes large messages fast: each one copies. It copies into new
 * memory on purpose: `ArrayBuffer.transfer` would write zeros over all of the rest,
 * which takes longer and makes pages real that nothing has come for.
 */
export class CollectedBytes {
  #store = NOTHING;
  #length = 0;
  readonly #earned: number;

  /**
   * Makes an empty collection.
   *
   * @param earned Bytes that the same peer has sent at one time before.
   */
  constructor(earned = 0) {
    this.#earned = Math.min(earned, MAX_EARNED);
  }

  /** How many bytes have been collected. */
  get length(): number {
    return this.#length;
  }

  /**
   * Where the next bytes can be received right into; then call
   * {@linkcode CollectedBytes.advance}.
   *
   * @param announced Bytes that will come next, by the peer's word.
   * @param total What there will be in the end, by its word; undefined if it has not said.
   * @returns Room for at least one byte, at most for those that are announced.
   */
  room(announced: number, total: number | undefined): Uint8Array<ArrayBuffer> {
    const start = this.#length;
    if (start === this.#store.length) {
      this.#grow(start, start + Math.min(announced, FIRST_BYTES), total);
    }
    return this.#store.subarray(start, start + announced);
  }

  /** Counts bytes that were written into the room. */
  advance(count: number): void {
    this.#length += count;
  }

  /**
   * Where bytes can be put that have arrived, such as what is decoded from them; then
   * call {@linkcode CollectedBytes.advance}.
   *
   * @param count How many at most.
   * @param total What there will be in the end, by the peer's word.
   */
  place(count: number, total?: number): Uint8Array<ArrayBuffer> {
    const needed = this.#length + count;
    if (needed > this.#store.length) this.#grow(needed, needed, total);
    return this.#store.subarray(this.#length);
  }

  /** Adds a copy of some bytes. */
  append(bytes: Uint8Array, total?: number): void {
    if (bytes.length === total) {
      // All of it at once, as of every short message: one step, no view.
      this.#store = bytes.slice();
      this.#length = total;
      return;
    }
    this.place(bytes.length, total).set(bytes);
    this.#length += bytes.length;
  }

  /** The bytes, in memory that no one else has; the collection is empty then. */
  take(): Uint8Array<ArrayBuffer> {
    const store = this.#store;
    const bytes = this.#length === store.length ? store : store.subarray(0, this.#length);
    this.#store = NOTHING;
    this.#length = 0;
    if (bytes.length === 0) return new Uint8Array(0);
    // Memory that was reserved for more is given back where that is worth a copy.
    return 2 * bytes.length < store.length ? bytes.slice() : bytes;
  }

  #grow(arrived: number, needed: number, total: number | undefined): void {
    const most = Math.max(TRUST * arrived, this.#earned);
    const wanted = total ?? Math.max((arrived < QUICK_BYTES ? 4 : 2) * arrived, this.#earned);
    const larger = new Uint8Array(Math.max(needed, Math.min(wanted, most)));
    larger.set(this.#store.subarray(0, this.#length));
    this.#store = larger;
  }
}
