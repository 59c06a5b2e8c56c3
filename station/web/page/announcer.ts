/** One polite region for what a screen reader says. */

import { h } from "./dom.ts";

/** Milliseconds between two sentences. */
const PAUSE_MS = 1000;

/** Says one sentence after the other, the newest where several wait. */
export class Announcer {
  readonly element: HTMLElement = h("p", {
    class: "unseen",
    "aria-live": "polite",
    role: "status",
  });
  #waiting: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Makes a region that says nothing.
   *
   * @param signal Ends it.
   */
  constructor(signal: AbortSignal) {
    signal.addEventListener("abort", () => clearTimeout(this.#timer), { once: true });
  }

  /** Says a sentence, at once or after the one before. */
  say(sentence: string): void {
    if (this.#timer !== undefined) {
      this.#waiting = sentence;
      return;
    }
    this.element.textContent = sentence;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const next = this.#waiting;
      this.#waiting = undefined;
      if (next !== undefined) this.say(next);
    }, PAUSE_MS);
  }
}
