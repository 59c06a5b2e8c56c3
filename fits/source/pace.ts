/** How fast a server is, and what follows for how it is asked. */

/** The gap that is read over while nothing better is known, and its limits. */
const GAP_BYTES = 65_536;
const MIN_GAP_BYTES = 16_384;
const MAX_GAP_BYTES = 131_072;
/** Milliseconds of a round trip from which on the gap is worth learning. */
const MIN_TRIP = 10;
/** Bytes of an answer that tell how fast bytes come. */
const TELLING_BYTES = 262_144;
/** Answers that tell how long a round trip takes. */
const MIN_ANSWERS = 3;

/** Learns which gap is worth reading over: the bytes that come in the time of a round trip. */
export class Pace {
  #answers = 0;
  #trip = Infinity;
  #bytesPerMs = 0;

  /**
   * Takes what an answer took.
   *
   * @param bytes Bytes of its body.
   * @param milliseconds From the request to the last of them.
   */
  hear(bytes: number, milliseconds: number): void {
    this.#answers++;
    this.#trip = Math.min(this.#trip, milliseconds);
    if (bytes < TELLING_BYTES) return;
    const body = Math.max(1, milliseconds - this.#trip);
    this.#bytesPerMs = Math.max(this.#bytesPerMs, bytes / body);
  }

  /** The most bytes between two runs that are asked for together. */
  get gap(): number {
    if (this.#answers < MIN_ANSWERS || this.#trip < MIN_TRIP || this.#bytesPerMs === 0) {
      return GAP_BYTES;
    }
    const worth = this.#trip * this.#bytesPerMs;
    return Math.max(MIN_GAP_BYTES, Math.min(MAX_GAP_BYTES, worth));
  }
}
