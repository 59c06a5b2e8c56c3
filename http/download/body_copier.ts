import { ClosedError, LimitError, ProtocolError } from "../../net/errors.ts";
import { contentCodings } from "../client/content_coding.ts";
import type { HttpAnswer } from "../client/exchange.ts";
import type { FileDigests } from "./digests/file_digests.ts";
import type { PartState } from "./part_state.ts";
import { MIN_SIDECAR_BYTES } from "./parts/part_file.ts";
import type { AnswerFacts, Verdict } from "./resume.ts";

/** Copies bodies that come in order into the part file. */
export class BodyCopier {
  readonly #url: string;
  readonly #maxSize: number;
  readonly #state: PartState;
  readonly #digests: FileDigests;
  /** Bytes that came over the net. */
  received = 0;

  /**
   * Begins without a body.
   *
   * @param url What is fetched, for messages.
   * @param maxSize The most bytes of the file.
   * @param state Where the bytes go.
   * @param digests What is told of them.
   */
  constructor(url: string, maxSize: number, state: PartState, digests: FileDigests) {
    this.#url = url;
    this.#maxSize = maxSize;
    this.#state = state;
    this.#digests = digests;
  }

  /**
   * Checks a size that the server tells.
   *
   * @throws {LimitError} If the file is larger than allowed.
   */
  checkSize(size: number | undefined): void {
    if (size === undefined || size <= this.#maxSize) return;
    throw new LimitError(
      `Cannot fetch ${this.#url}: it is larger than the ${this.#maxSize} bytes allowed`,
      { source: this.#url },
    );
  }

  /** Copies a whole body, and looks at its bytes as they come. */
  async copyWhole(answer: HttpAnswer, facts: AnswerFacts): Promise<void> {
    const digests = this.#digests;
    if (digests.needed) await digests.begin(facts.coded);
    if (facts.coded) return await this.#copyCoded(answer);
    const state = this.#state;
    for (let piece = await answer.next(); piece !== null; piece = await answer.next()) {
      this.received += piece.length;
      this.#take(piece);
      // A body without a length turns out to be long enough for a note.
      if (state.file!.sidecar === undefined && state.have > MIN_SIDECAR_BYTES) state.note();
    }
  }

  async #copyCoded(answer: HttpAnswer): Promise<void> {
    const { decodeBody } = await import("../client/decode_body.ts");
    const sent = (bytes: Uint8Array) => {
      this.received += bytes.length;
      this.#digests.updateCoded(bytes);
    };
    for await (const piece of decodeBody(answer, contentCodings(answer.fields), sent)) {
      this.#take(piece);
    }
  }

  #take(piece: Uint8Array): void {
    this.checkSize(this.#state.have + piece.length);
    this.#digests.update(piece);
    this.#state.append(piece);
  }

  /**
   * Copies a part of a file that begins where the part file ends: no other is judged a part.
   *
   * @param answer The answer that carries it.
   * @param part How long it is.
   * @throws {ProtocolError} If more comes than the answer announced.
   * @throws {ClosedError} If less comes.
   */
  async copyPart(
    answer: HttpAnswer,
    { length, total }: Verdict & { kind: "part" },
  ): Promise<void> {
    this.checkSize(total);
    this.#digests.forget();
    const state = this.#state;
    let done = 0;
    for (let piece = await answer.next(); piece !== null; piece = await answer.next()) {
      this.received += piece.length;
      if (done + piece.length > length) {
        throw new ProtocolError(
          `Cannot fetch ${this.#url}: more than the ${length} bytes of its Content-Range came`,
          { source: this.#url },
        );
      }
      state.append(piece);
      done += piece.length;
    }
    if (done === length) return;
    throw new ClosedError(
      `Cannot fetch ${this.#url}: ${done} of the ${length} bytes of its Content-Range came`,
      { source: this.#url },
    );
  }
}
