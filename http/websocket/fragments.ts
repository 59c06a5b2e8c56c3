/** The frames of one long message, and how long they are. */

import { FIN, OPCODE } from "./frames/head_layout.ts";
import type { FrameOutput } from "./frame_output.ts";

const FIRST_BYTES = 1_048_576;
const MIN_BYTES = 65_536;
const MAX_BYTES = 16_777_216;
/** A fragment that the system takes faster may be twice as long next time... */
const QUICK_MS = 20;
/** ...and one that it takes slower half as long. */
const SLOW_MS = 100;

/**
 * How long fragments are, so that a ping need not wait long for its turn: over a slow
 * connection they get shorter, over a fast one longer, since the receiver a message
 * of several frames has to put it together. The system takes some MiB at once whatever
 * the connection is worth, so the length goes by steps.
 */
export class FragmentSize {
  #bytes: number;
  readonly #fixed: boolean;

  /**
   * Makes a length.
   *
   * @param bytes What it always is; undefined to go by the connection.
   */
  constructor(bytes?: number) {
    this.#bytes = bytes ?? FIRST_BYTES;
    this.#fixed = bytes !== undefined;
  }

  /** Bytes of the next fragment, if the message has as many. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Learns from a fragment that was written. */
  learn(bytes: number, ms: number): void {
    if (this.#fixed) return;
    if (ms > SLOW_MS) this.#bytes = Math.max(MIN_BYTES, this.#bytes / 2);
    else if (ms < QUICK_MS && bytes === this.#bytes) {
      this.#bytes = Math.min(MAX_BYTES, this.#bytes * 2);
    }
  }
}

/** The frames of one message of known size, whose bytes come in parts. */
export class Fragments {
  readonly #output: FrameOutput;
  readonly #fragmentSize: FragmentSize;
  #opcode: number;
  /** Bytes that are still to come of the message, and of the open frame. */
  #left: number;
  #frameLeft = 0;
  #frameLength = 0;
  #begun = 0;

  /**
   * Begins a message.
   *
   * @param output Where the frames go.
   * @param opcode Of the first frame.
   * @param size Bytes of the message; more than none.
   * @param fragmentSize How long its frames are.
   */
  constructor(output: FrameOutput, opcode: number, size: number, fragmentSize: FragmentSize) {
    this.#output = output;
    this.#opcode = opcode;
    this.#left = size;
    this.#fragmentSize = fragmentSize;
  }

  /** Writes a part; resolves when its memory is free again. */
  async write(part: Uint8Array): Promise<void> {
    for (let at = 0; at < part.length;) {
      if (this.#frameLeft === 0) this.#begin();
      const bytes = part.subarray(at, at + this.#frameLeft);
      await this.#output.writePart(bytes);
      at += bytes.length;
      this.#left -= bytes.length;
      this.#frameLeft -= bytes.length;
      if (this.#frameLeft > 0) continue;
      await this.#output.endFrame();
      this.#fragmentSize.learn(this.#frameLength, performance.now() - this.#begun);
    }
  }

  #begin(): void {
    const length = Math.min(this.#fragmentSize.bytes, this.#left);
    this.#output.beginFrame((length === this.#left ? FIN : 0) | this.#opcode, length);
    this.#opcode = OPCODE.continuation;
    this.#frameLeft = this.#frameLength = length;
    this.#begun = performance.now();
  }
}
