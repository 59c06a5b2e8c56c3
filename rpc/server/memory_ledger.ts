import { LimitError } from "../../net/errors.ts";

/**
 * A claim up to this many bytes is a small one: it passes those that wait for more, and has
 * memory set apart.
 */
const MAX_SMALL_BYTES = 1024 ** 2;

/** The most bytes that are set apart for small claims, and the part of the limit. */
const MAX_APART_BYTES = 64 * 1024 ** 2;
const PART_APART = 16;

/**
 * The part of the limit that arrays on their way leave to commands: else all memory could hold
 * arrays whose commands wait for some.
 */
const PART_FOR_COMMANDS = 4;

/** What memory is claimed for. */
export type ClaimFor = "array" | "command";

/**
 * Memory that somebody needs, up to an amount that is known ahead; it is taken in parts, when it
 * is used. At the end of its scope what is left of it is given back.
 */
export interface Claim extends Disposable {
  /** The most bytes that it may come to. */
  readonly total: number;
  /** Bytes that have been taken. */
  readonly held: number;
  /** Whether it waits for more. */
  readonly waiting: boolean;
  /**
   * Takes more.
   *
   * @param bytes How many, within what is left of the total.
   * @returns Undefined if they were there, else a promise that ends when they are.
   * @throws {LimitError} As a rejection, if the claim is given up while it waits.
   */
  grow(bytes: number): Promise<void> | undefined;
  /** Takes more if that is possible without waiting. */
  growNow(bytes: number): boolean;
  /** Takes more even if the limit is passed by it, where else no one could go on. */
  force(bytes: number): void;
  /** Takes over bytes that the ledger counts already. */
  adopt(bytes: number): void;
  /**
   * Gives everything back and takes no more; who waits for some is refused.
   *
   * @param reason What is thrown there.
   */
  end(reason?: Error): void;
}

/**
 * Counts the memory of a whole server, so that many clients together stay under one cap.
 *
 * Memory is taken when it is used, never when it is announced: a client that announces much and sends
 * little keeps no one waiting. So that several who have part of what they need never wait for
 * each other, a part is given only where all can still come to their end, one after the other
 * (the banker's algorithm). A claim that waits has no time limit here, but one of its own; the least
 * goes first.
 */
export class MemoryLedger {
  /** The most bytes that may be taken at one time. */
  readonly limit: number;
  /** Called when somebody asks for more than is left, before it has to wait. */
  onShortage: (() => void) | undefined;
  /** Called when memory has come free and no one who waits here can use it. */
  onRelease: (() => void) | undefined;
  #used = 0;
  #apart: number;
  /** Those who have something and need more. */
  #unfinished = new Set<OpenClaim>();
  /** Those who wait, the least first. */
  #waiting: OpenClaim[] = [];

  /**
   * Makes a ledger in which nothing is taken.
   *
   * @param limit The most bytes that may be taken at one time.
   */
  constructor(limit: number) {
    this.limit = limit;
    this.#apart = Math.min(MAX_APART_BYTES, Math.floor(limit / PART_APART));
  }

  /** Bytes that are taken. */
  get used(): number {
    return this.#used;
  }

  /** Bytes that can be taken without waiting. */
  get available(): number {
    return Math.max(0, this.limit - this.#used);
  }

  /** How many wait for memory. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Announces a need; nothing is taken yet.
   *
   * @param total The most bytes that it may come to.
   * @param what What they are for.
   * @throws {LimitError} If that is more than the limit.
   */
  claim(total: number, what: ClaimFor): Claim {
    if (total > this.limit) {
      throw new LimitError(
        `Cannot take ${total} bytes of memory: the server has ${this.limit} for all its clients`,
      );
    }
    return new OpenClaim(total, what, this.#book);
  }

  /** Takes what is needed even if the limit is passed by it: of memory that is in use already. */
  add(bytes: number): void {
    this.#used += bytes;
  }

  /** Gives memory back. */
  release(bytes: number): void {
    if (bytes === 0) return;
    this.#used -= bytes;
    this.#admit();
    this.onRelease?.();
  }

  /** What claims may do with the ledger. */
  #book: Book = {
    take: (claim, bytes) => {
      if (this.#fits(claim, bytes)) return this.#give(claim, bytes);
      this.onShortage?.();
      return this.#fits(claim, bytes) && this.#give(claim, bytes);
    },
    wait: (claim) => {
      const at = this.#waiting.findIndex(({ wanted }) => wanted > claim.wanted);
      this.#waiting.splice(at < 0 ? this.#waiting.length : at, 0, claim);
    },
    force: (claim, bytes) => void this.#give(claim, bytes),
    note: (claim) => this.#note(claim),
    leave: (claim) => {
      const at = this.#waiting.indexOf(claim);
      if (at >= 0) this.#waiting.splice(at, 1);
    },
    end: (claim) => {
      this.#unfinished.delete(claim);
      this.#book.leave(claim);
      this.release(claim.held);
    },
  };

  #give(claim: OpenClaim, bytes: number): true {
    this.#used += bytes;
    claim.held += bytes;
    this.#note(claim);
    return true;
  }

  #note(claim: OpenClaim): void {
    if (claim.held > 0 && claim.held < claim.total) this.#unfinished.add(claim);
    else this.#unfinished.delete(claim);
  }

  #fits(claim: OpenClaim, bytes: number): boolean {
    const { total, held } = claim;
    const others = claim.what === "array" ? this.limit / PART_FOR_COMMANDS : this.#apart;
    // What could not be had otherwise may have the memory that is set apart, too.
    const apart = total <= MAX_SMALL_BYTES || total > this.limit - others ? 0 : others;
    const left = this.limit - apart - this.#used - bytes;
    if (left < 0) return false;
    // Who has all that it needs comes to its end whatever the others do.
    return total <= MAX_SMALL_BYTES || held + bytes >= total || this.#isSafe(claim, bytes, left);
  }

  /** Whether all who need more can have it one after the other, when a part is given. */
  #isSafe(claim: OpenClaim, bytes: number, left: number): boolean {
    const needs = [{ held: claim.held + bytes, more: claim.total - claim.held - bytes }];
    for (const other of this.#unfinished) {
      if (other !== claim) needs.push({ held: other.held, more: other.total - other.held });
    }
    needs.sort((a, b) => a.more - b.more);
    for (const { held, more } of needs) {
      if (more > left) return false;
      left += held;
    }
    return true;
  }

  #admit(): void {
    for (let i = 0; i < this.#waiting.length;) {
      const claim = this.#waiting[i]!;
      // The others want as much or more.
      if (claim.wanted > this.limit - this.#used) return;
      if (!this.#fits(claim, claim.wanted)) {
        i++;
        continue;
      }
      this.#waiting.splice(i, 1);
      this.#give(claim, claim.wanted);
      claim.admit();
    }
  }
}

/** What a claim asks of its ledger. */
interface Book {
  take(claim: OpenClaim, bytes: number): boolean;
  wait(claim: OpenClaim): void;
  force(claim: OpenClaim, bytes: number): void;
  note(claim: OpenClaim): void;
  leave(claim: OpenClaim): void;
  end(claim: OpenClaim): void;
}

class OpenClaim implements Claim {
  readonly total: number;
  readonly what: ClaimFor;
  held = 0;
  /** Bytes that it waits for. */
  wanted = 0;
  #book: Book;
  #ended = false;
  #waiting: PromiseWithResolvers<void> | undefined;

  constructor(total: number, what: ClaimFor, book: Book) {
    this.total = total;
    this.what = what;
    this.#book = book;
  }

  get waiting(): boolean {
    return this.#waiting !== undefined;
  }

  grow(bytes: number): Promise<void> | undefined {
    if (this.#ended) return Promise.reject(this.#refused());
    if (this.growNow(bytes)) return undefined;
    this.wanted = bytes;
    this.#waiting = Promise.withResolvers();
    this.#book.wait(this);
    return this.#waiting.promise;
  }

  growNow(bytes: number): boolean {
    if (this.held + bytes > this.total) {
      throw new RangeError(`Cannot take ${bytes} bytes more: ${this.held} of ${this.total} are`);
    }
    return !this.#ended && this.#book.take(this, bytes);
  }

  force(bytes: number): void {
    if (this.#ended) return;
    if (this.#waiting === undefined) return this.#book.force(this, bytes);
    // Who waits is given what it waits for.
    this.#book.leave(this);
    this.#book.force(this, this.wanted);
    this.admit();
  }

  adopt(bytes: number): void {
    this.held += bytes;
    this.#book.note(this);
  }

  admit(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.wanted = 0;
    waiting?.resolve();
  }

  end(reason?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#book.end(this);
    this.held = 0;
    waiting?.reject(reason ?? this.#refused());
  }

  #refused(): LimitError {
    return new LimitError(`Cannot take memory: the claim of ${this.total} bytes was given up`);
  }

  [Symbol.dispose](): void {
    this.end();
  }
}
