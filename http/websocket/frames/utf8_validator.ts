/** Validates UTF-8 that arrives in pieces, and finds a fault at the first byte that shows it. */

import { platform } from "../../../net/platform/mod.ts";

/** Below this many bytes the state machine is faster than a call of the native validator. */
const NATIVE_PAYS_FROM = 48;

/**
 * A streaming validator of UTF-8 (RFC 3629: no overlong forms, no surrogates,
 * nothing above U+10FFFF).
 *
 * The bulk of each piece goes to the native validator (25 GB/s, where a fatal
 * `TextDecoder` reaches 2.5); only a sequence that a cut divides is followed
 * byte by byte, so that a fault shows as early as RFC 6455 section 8.1 allows.
 */
export class Utf8Validator {
  /** Continuation bytes that the open sequence still needs. */
  #missing = 0;
  /** The bounds of its next byte: narrower than 80..BF after E0, ED, F0 and F4. */
  #least = 0x80;
  #most = 0xbf;

  /** Whether the bytes so far end at the end of a character. */
  get complete(): boolean {
    return this.#missing === 0;
  }

  /** Forgets what came before. */
  reset(): void {
    this.#missing = 0;
  }

  /**
   * Takes the next piece.
   *
   * @param bytes The piece.
   * @returns Whether everything so far can be the beginning of valid UTF-8.
   */
  push(bytes: Uint8Array): boolean {
    if (bytes.length < NATIVE_PAYS_FROM) return this.#follow(bytes, 0, bytes.length);
    let start = 0;
    while (this.#missing > 0 && start < 3) {
      if (!this.#follow(bytes, start, start + 1)) return false;
      start++;
    }
    const end = lastSequence(bytes);
    return platform.isUtf8(bytes.subarray(start, end)) && this.#follow(bytes, end, bytes.length);
  }

  #follow(bytes: Uint8Array, start: number, end: number): boolean {
    let missing = this.#missing;
    for (let i = start; i < end; i++) {
      const byte = bytes[i]!;
      if (missing > 0) {
        if (byte < this.#least || byte > this.#most) return false;
        missing--;
        this.#least = 0x80;
        this.#most = 0xbf;
      } else if (byte >= 0x80) {
        if (byte < 0xc2 || byte > 0xf4) return false;
        missing = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
        this.#least = byte === 0xe0 ? 0xa0 : byte === 0xf0 ? 0x90 : 0x80;
        this.#most = byte === 0xed ? 0x9f : byte === 0xf4 ? 0x8f : 0xbf;
      }
    }
    this.#missing = missing;
    return true;
  }
}

/** Where the last sequence begins if the end of the bytes may cut it, else their length. */
function lastSequence(bytes: Uint8Array): number {
  const length = bytes.length;
  for (let back = 1; back <= 3; back++) {
    const byte = bytes[length - back]!;
    if (byte < 0x80) return length;
    if (byte >= 0xc0) return length - back;
  }
  return length;
}
