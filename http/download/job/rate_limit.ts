import { delay } from "../../../net/backoff.ts";
import { type HttpAnswer, WrappedAnswer } from "../../message/answer.ts";

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

class SlowAnswer extends WrappedAnswer {
  readonly #wait: (bytes: number) => Promise<void>;

  constructor(answer: HttpAnswer, wait: (bytes: number) => Promise<void>) {
    super(answer);
    this.#wait = wait;
  }

  override async next(): Promise<Uint8Array<ArrayBuffer> | null> {
    const piece = await super.next();
    if (piece !== null) await this.#wait(piece.length);
    return piece;
  }

  /** A body that has come with its head has to be waited for, too. */
  override takeWhole(): undefined {}
}
