import { delay } from "../../../net/backoff.ts";
import type { HttpAnswer } from "../../client/exchange.ts";
import type { HeaderFields } from "../../message/header_fields.ts";

/** How far a run may be behind its rate: what it has not used for a while is not made up for. */
const MAX_CREDIT_SECONDS = 0.25;

/** The rate that all transfers of a run share. */
export class RateLimit {
  readonly #bytesPerSecond: number;
  readonly #now: () => number;
  /** The time at which what has been taken so far is paid for, in milliseconds. */
  #paidUntil: number;

  /**
   * Begins with nothing taken.
   *
   * @param bytesPerSecond The most bytes per second.
   * @param now The time in milliseconds.
   */
  constructor(bytesPerSecond: number, now: () => number = () => performance.now()) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#now = now;
    this.#paidUntil = now();
  }

  /**
   * Takes bytes that have come.
   *
   * @param bytes How many.
   * @returns Milliseconds to wait before more are read.
   */
  take(bytes: number): number {
    const now = this.#now();
    const from = Math.max(this.#paidUntil, now - MAX_CREDIT_SECONDS * 1000);
    this.#paidUntil = from + bytes / this.#bytesPerSecond * 1000;
    return Math.max(0, this.#paidUntil - now);
  }

  /**
   * An answer whose body comes no faster.
   *
   * @param answer The answer.
   * @param signal Ends a wait.
   */
  slow(answer: HttpAnswer, signal: AbortSignal): HttpAnswer {
    return new SlowAnswer(answer, (bytes) => delay(this.take(bytes), signal));
  }
}

class SlowAnswer implements HttpAnswer {
  readonly url: URL;
  readonly version: string | undefined;
  readonly status: number;
  readonly reason: string;
  readonly fields: HeaderFields;
  readonly oddities: readonly string[];
  readonly onOddity: ((found: string) => void) | undefined;
  readonly contentLength: number | undefined;
  readonly #answer: HttpAnswer;
  readonly #wait: (bytes: number) => Promise<void>;

  constructor(answer: HttpAnswer, wait: (bytes: number) => Promise<void>) {
    this.url = answer.url;
    this.version = answer.version;
    this.status = answer.status;
    this.reason = answer.reason;
    this.fields = answer.fields;
    this.oddities = answer.oddities;
    this.onOddity = answer.onOddity;
    this.contentLength = answer.contentLength;
    this.#answer = answer;
    this.#wait = wait;
  }

  async next(): Promise<Uint8Array<ArrayBuffer> | null> {
    const piece = await this.#answer.next();
    if (piece !== null) await this.#wait(piece.length);
    return piece;
  }

  /** A body that has come with its head has to be waited for, too. */
  takeWhole(): undefined {}

  release(): void {}

  cancel(): void {
    this.#answer.cancel();
  }
}
