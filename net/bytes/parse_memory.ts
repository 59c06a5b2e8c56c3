/**
 * Remembers the last bytes that were parsed and what they stand for: who asks often asks
 * alike, and what comes with the same bytes need not be parsed again.
 */
export class ParseMemory<T> {
  readonly #maxBytes: number;
  #bytes = new Uint8Array(0);
  #length = 0;
  #value: T | undefined;

  /**
   * Makes an empty memory.
   *
   * @param maxBytes Longer ones are not remembered.
   */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** How many bytes are remembered; 0 for none. */
  get length(): number {
    return this.#length;
  }

  /**
   * What the remembered bytes were parsed to.
   *
   * @param bytes Bytes that may begin with them.
   * @returns Undefined if they begin otherwise, or nothing is remembered.
   */
  atStartOf(bytes: Uint8Array): T | undefined {
    const length = this.#length;
    if (length === 0 || length > bytes.length) return undefined;
    const known = this.#bytes;
    for (let i = 0; i < length; i++) if (bytes[i] !== known[i]) return undefined;
    return this.#value;
  }

  /**
   * Remembers bytes in place of those before, unless they are too long; what they were parsed to must not change.
   *
   * @param bytes The bytes, which are copied.
   * @param value What they were parsed to.
   */
  keep(bytes: Uint8Array, value: T): void {
    if (bytes.length > this.#maxBytes) return;
    if (bytes.length > this.#bytes.length) this.#bytes = bytes.slice();
    else this.#bytes.set(bytes);
    this.#length = bytes.length;
    this.#value = value;
  }
}
