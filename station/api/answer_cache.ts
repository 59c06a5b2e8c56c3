/** Answers that took work, kept in bounded memory for who asks again. */

import type { FitsAnswer } from "./formats.ts";

/** Bytes of all answers that are kept. */
const MAX_BYTES = 64 << 20;
/** An answer of more bytes is not kept. */
const MAX_ANSWER_BYTES = 4 << 20;
/** About what an answer takes besides its body. */
const ENTRY_BYTES = 512;

/** The last answers, by their entity tags: what they are made from does not change. */
export class AnswerCache {
  readonly #answers = new Map<string, FitsAnswer>();
  #bytes = 0;

  /** Bytes that are kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The answer of a tag, if it is kept. */
  get(tag: string): FitsAnswer | undefined {
    const answer = this.#answers.get(tag);
    if (answer === undefined) return undefined;
    // A Map keeps the order of insertion: the answer becomes the youngest.
    this.#answers.delete(tag);
    this.#answers.set(tag, answer);
    return answer;
  }

  /**
   * Keeps an answer, and gives up the oldest for it.
   *
   * @param tag Its entity tag.
   * @param answer The answer; no one changes its body any more.
   */
  keep(tag: string, answer: FitsAnswer): void {
    const bytes = bytesOf(answer);
    if (bytes > MAX_ANSWER_BYTES || answer.draft === true || this.#answers.has(tag)) return;
    this.#answers.set(tag, answer);
    this.#bytes += bytes;
    for (const [oldest, other] of this.#answers) {
      if (this.#bytes <= MAX_BYTES) return;
      this.#answers.delete(oldest);
      this.#bytes -= bytesOf(other);
    }
  }
}

function bytesOf({ body }: FitsAnswer): number {
  return body.length * (typeof body === "string" ? 2 : 1) + ENTRY_BYTES;
}
