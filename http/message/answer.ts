/** The answer to a request of a client, whatever brings it. */

import { LimitError } from "../../net/errors.ts";
import { shownUrl } from "../../net/text/shown_url.ts";
import { CollectedBytes } from "./collected_bytes.ts";
import type { HeaderFields } from "./header_fields.ts";

/** The answer to a request: its head, and its body piece by piece. */
export interface HttpAnswer {
  /** The URL that answered. */
  readonly url: URL;
  /** The version of the protocol, where it is known: `HTTP/1.1`. */
  readonly version: string | undefined;
  readonly status: number;
  readonly reason: string;
  readonly fields: HeaderFields;
  /** What is wrong with the head, but leaves no doubt about the body. */
  readonly oddities: readonly string[];
  /** Hears of what is found odd in the body, while it is read. */
  onOddity?: ((found: string) => void) | undefined;
  /** Bytes of the body, where the head tells. */
  readonly contentLength: number | undefined;
  /**
   * Waits for bytes of the body, in the coding in which they were sent.
   *
   * @returns A view that stays valid until the next call; null at the end, when
   * the whole body has come.
   * @throws {ClosedError} If the connection ends before the body does.
   * @throws {TimeoutError} If nothing comes for too long.
   */
  next(): Promise<Uint8Array<ArrayBuffer> | null>;
  /**
   * Takes the whole body where all of it has come with the head, as small ones do.
   *
   * @returns A view that stays valid until {@linkcode HttpAnswer.release}, and then until
   * anything is waited for; undefined if the body must be waited for.
   */
  takeWhole(): Uint8Array<ArrayBuffer> | undefined;
  /** Gives the connection to the next request, after {@linkcode HttpAnswer.takeWhole}. */
  release(): void;
  /**
   * Gives the rest of the body up; {@linkcode HttpAnswer.next} fails, whether it is pending or
   * called later, unless the whole body has come.
   */
  cancel(): void;
}

/** How much of a body that no one wants is read to keep the connection. */
const MAX_DISCARDED_BYTES = 65_536;

/**
 * Reads a short body that no one wants, so that its connection can be used again;
 * a long one is cancelled with its connection.
 *
 * @param answer The answer.
 */
export async function discard(answer: HttpAnswer): Promise<void> {
  if ((answer.contentLength ?? 0) > MAX_DISCARDED_BYTES) return answer.cancel();
  let count = 0;
  try {
    for (let piece = await answer.next(); piece !== null; piece = await answer.next()) {
      count += piece.length;
      if (count > MAX_DISCARDED_BYTES) return answer.cancel();
    }
  } catch {
    // What cannot be read need not be.
    answer.cancel();
  }
}

/**
 * Reads a body into memory.
 *
 * @param answer The answer.
 * @param limit The most bytes.
 * @param onPiece Hears of every piece as it comes.
 * @returns The body, which belongs to the caller.
 * @throws {LimitError} If it has more than `limit` bytes.
 */
export async function readBody(
  answer: HttpAnswer,
  limit: number,
  onPiece?: (piece: Uint8Array) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const tooLong = () => {
    answer.cancel();
    const source = shownUrl(answer.url);
    return new LimitError(
      `Cannot read ${source}: more than the ${limit} bytes that are allowed`,
      { source },
    );
  };
  if ((answer.contentLength ?? 0) > limit) throw tooLong();
  const collected = new CollectedBytes();
  for (let piece = await answer.next(); piece !== null; piece = await answer.next()) {
    if (collected.length + piece.length > limit) throw tooLong();
    collected.append(piece, answer.contentLength);
    onPiece?.(piece);
  }
  const bytes = collected.take();
  return bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice();
}

/** An answer that hands on another one; what extends it changes a part of that. */
export class WrappedAnswer implements HttpAnswer {
  readonly url: URL;
  readonly version: string | undefined;
  readonly status: number;
  readonly reason: string;
  readonly fields: HeaderFields;
  readonly oddities: readonly string[];
  readonly contentLength: number | undefined;
  /** What is handed on. */
  protected readonly inner: HttpAnswer;

  /**
   * Takes over an answer.
   *
   * @param inner The answer.
   * @param head What stands in place of a part of its head.
   */
  constructor(
    inner: HttpAnswer,
    head: Pick<HttpAnswer, "url" | "reason" | "contentLength"> = inner,
  ) {
    this.inner = inner;
    this.url = head.url;
    this.version = inner.version;
    this.status = inner.status;
    this.reason = head.reason;
    this.fields = inner.fields;
    this.oddities = inner.oddities;
    this.contentLength = head.contentLength;
  }

  get onOddity(): ((found: string) => void) | undefined {
    return this.inner.onOddity;
  }

  set onOddity(hear: ((found: string) => void) | undefined) {
    this.inner.onOddity = hear;
  }

  next(): Promise<Uint8Array<ArrayBuffer> | null> {
    return this.inner.next();
  }

  takeWhole(): Uint8Array<ArrayBuffer> | undefined {
    return this.inner.takeWhole();
  }

  release(): void {
    this.inner.release();
  }

  cancel(): void {
    this.inner.cancel();
  }
}

/** What hears of the body of an answer. */
export interface BodyMeter {
  /** Bytes have come. */
  bytes(count: number): void;
  /** No more will come: the body is whole, broken off or given up. */
  end(): void;
}

/** An answer whose body is counted as it comes. */
export class MeteredAnswer extends WrappedAnswer {
  readonly #meter: BodyMeter;
  #ended = false;

  /**
   * Takes over an answer.
   *
   * @param answer The answer.
   * @param meter What hears of its body.
   */
  constructor(answer: HttpAnswer, meter: BodyMeter) {
    super(answer);
    this.#meter = meter;
  }

  override async next(): Promise<Uint8Array<ArrayBuffer> | null> {
    try {
      const piece = await super.next();
      if (piece === null) this.#end();
      else this.#meter.bytes(piece.length);
      return piece;
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  override takeWhole(): Uint8Array<ArrayBuffer> | undefined {
    const whole = super.takeWhole();
    if (whole !== undefined) {
      this.#meter.bytes(whole.length);
      this.#end();
    }
    return whole;
  }

  override cancel(): void {
    super.cancel();
    this.#end();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#meter.end();
  }
}
