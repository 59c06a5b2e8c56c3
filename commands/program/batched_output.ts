import { Deadline } from "../../net/deadline.ts";
import { OutputEnded } from "./streams.ts";

/** How long a line may wait for others that are written with it, in milliseconds. */
const WAIT_MS = 20;

/** How much may wait. */
const MAX_CHARACTERS = 16_384;

/**
 * Lines of results that come by the thousand: those of a moment are written together,
 * since each write takes as long as half a small file.
 *
 * The work whose results they are goes on when no one reads them any more, or when
 * they cannot be written; the latter is an error at the end.
 */
export class BatchedOutput {
  #print: (lines: string) => void;
  #waiting = "";
  #written = -Infinity;
  #deadline: Deadline | undefined;
  #failure: unknown;

  /**
   * Begins without lines.
   *
   * @param print Writes lines; the last one lacks its end.
   */
  constructor(print: (lines: string) => void) {
    this.#print = print;
  }

  /** Writes a line, now or soon. */
  add(line: string): void {
    if (this.#failure !== undefined) return;
    this.#waiting += this.#waiting === "" ? line : "\n" + line;
    const late = performance.now() - this.#written > WAIT_MS;
    if (late || this.#waiting.length > MAX_CHARACTERS) return this.flush();
    if (this.#deadline !== undefined) return;
    this.#deadline = new Deadline(() => this.flush());
    this.#deadline.set(WAIT_MS);
  }

  /** Writes what waits. */
  flush(): void {
    this.#deadline?.end();
    this.#deadline = undefined;
    if (this.#waiting === "") return;
    const lines = this.#waiting;
    this.#waiting = "";
    try {
      this.#print(lines);
    } catch (error) {
      this.#failure = error;
    }
    this.#written = performance.now();
  }

  /**
   * Writes what waits, after the last line.
   *
   * @throws {HeliographError} If lines could not be written, unless their reader has gone.
   */
  end(): void {
    this.flush();
    if (this.#failure !== undefined && !(this.#failure instanceof OutputEnded)) throw this.#failure;
  }
}
