import { type HttpAnswer, WrappedAnswer } from "../message/answer.ts";

/** An answer under another URL, and with a reason that says more. */
export class ToldAnswer extends WrappedAnswer {
  /**
   * Takes over an answer.
   *
   * @param answer The answer.
   * @param url What it is shown as the answer of.
   * @param reason What stands for its reason phrase.
   * @param contentLength Bytes of its body that are still to be read, where that is known.
   */
  constructor(answer: HttpAnswer, url: URL, reason: string, contentLength: number | undefined) {
    super(answer, { url, reason, contentLength });
  }

  override next(): Promise<Uint8Array<ArrayBuffer> | null> {
    // Of a refusal nothing is left: its body has become the reason, or was given up.
    return this.contentLength === 0 ? Promise.resolve(null) : super.next();
  }
}
