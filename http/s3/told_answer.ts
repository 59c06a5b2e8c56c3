import type { HttpAnswer } from "../message/answer.ts";
import type { HeaderFields } from "../message/header_fields.ts";

/** An answer under another URL, and with a reason that says more. */
export class ToldAnswer implements HttpAnswer {
  readonly url: URL;
  readonly reason: string;
  readonly status: number;
  readonly fields: HeaderFields;
  readonly version: string | undefined;
  readonly contentLength: number | undefined;
  readonly oddities: readonly string[];
  readonly #answer: HttpAnswer;

  /**
   * Takes over an answer.
   *
   * @param answer The answer.
   * @param url What it is shown as the answer of.
   * @param reason What stands for its reason phrase.
   * @param contentLength Bytes of its body that are still to be read, where that is known.
   */
  constructor(answer: HttpAnswer, url: URL, reason: string, contentLength: number | undefined) {
    this.#answer = answer;
    this.url = url;
    this.reason = reason;
    this.status = answer.status;
    this.fields = answer.fields;
    this.oddities = answer.oddities;
    this.version = answer.version;
    this.contentLength = contentLength;
  }

  get onOddity(): ((found: string) => void) | undefined {
    return this.#answer.onOddity;
  }

  set onOddity(hear: ((found: string) => void) | undefined) {
    this.#answer.onOddity = hear;
  }

  next(): Promise<Uint8Array<ArrayBuffer> | null> {
    // Of a refusal nothing is left: its body has become the reason, or was given up.
    return this.contentLength === 0 ? Promise.resolve(null) : this.#answer.next();
  }

  takeWhole(): Uint8Array<ArrayBuffer> | undefined {
    return this.#answer.takeWhole();
  }

  release(): void {
    this.#answer.release();
  }

  cancel(): void {
    this.#answer.cancel();
  }
}
