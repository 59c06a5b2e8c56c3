import { createHash, timingSafeEqual } from "node:crypto";

/** Wrong tokens that one address may send in one window of time. */
const MAX_FAILURES = 10;

/** The window, in milliseconds. */
const WINDOW_MS = 60_000;

/** Addresses that are remembered; the oldest are forgotten first. */
const MAX_ADDRESSES = 10_000;

/** What the gate says to a token. */
export type GateAnswer = "open" | "wrong" | "too many";

/** What a {@linkcode TokenGate} works with. */
export interface TokenGateOptions {
  /** A clock in milliseconds. */
  readonly now?: (() => number) | undefined;
  /** Compares two digests of one length in a time that does not depend on what they hold. */
  readonly equal?: ((one: Uint8Array, other: Uint8Array) => boolean) | undefined;
}

/**
 * Compares tokens in constant time, and no longer compares them for an address that
 * has sent too many wrong ones.
 */
export class TokenGate {
  #digest: Uint8Array;
  #now: () => number;
  #equal: (one: Uint8Array, other: Uint8Array) => boolean;
  #failures = new Map<string, { count: number; since: number }>();

  /**
   * Makes a gate.
   *
   * @param token The right token.
   * @param options Its clock and its comparison.
   */
  constructor(token: string, options: TokenGateOptions = {}) {
    this.#digest = digest(token);
    this.#now = options.now ?? (() => performance.now());
    this.#equal = options.equal ?? timingSafeEqual;
  }

  /**
   * Checks a token.
   *
   * @param token What the client sent; undefined if it sent none.
   * @param address The client's address, without its port.
   */
  check(token: string | undefined, address: string): GateAnswer {
    const now = this.#now();
    let failures = this.#failures.get(address);
    if (failures !== undefined && now - failures.since >= WINDOW_MS) {
      this.#failures.delete(address);
      failures = undefined;
    }
    if (failures !== undefined && failures.count >= MAX_FAILURES) return "too many";
    // Digests have one length, so neither the length nor the place of a difference shows.
    const right = this.#equal(digest(token ?? ""), this.#digest);
    if (right && token !== undefined) return "open";
    if (failures === undefined) {
      if (this.#failures.size >= MAX_ADDRESSES) {
        this.#failures.delete(this.#failures.keys().next().value!);
      }
      this.#failures.set(address, { count: 1, since: now });
    } else failures.count++;
    return "wrong";
  }
}

function digest(token: string): Uint8Array {
  return createHash("sha256").update(token).digest();
}
