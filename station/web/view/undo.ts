/** Steps back and forward through states; changes in quick succession are one step. */

/** States that are remembered at most. */
const MAX_STEPS = 100;
/** Milliseconds within which changes are one. */
const ONE_STEP_MS = 500;

/** What was there before. */
export class Undo<T> {
  #before: T[] = [];
  #after: T[] = [];
  #last = -Infinity;

  /**
   * Remembers a state that is about to change.
   *
   * @param state The state as it is.
   * @param now The time in milliseconds.
   */
  remember(state: T, now: number): void {
    this.#after = [];
    const isSame = now - this.#last < ONE_STEP_MS;
    this.#last = now;
    if (isSame && this.#before.length > 0) return;
    this.#before.push(state);
    if (this.#before.length > MAX_STEPS) this.#before.shift();
  }

  /**
   * Goes a step back.
   *
   * @param state The state as it is.
   * @returns The one before, or undefined if there is none.
   */
  back(state: T): T | undefined {
    this.#last = -Infinity;
    const before = this.#before.pop();
    if (before !== undefined) this.#after.push(state);
    return before;
  }

  /** Goes a step forward again. */
  forward(state: T): T | undefined {
    this.#last = -Infinity;
    const after = this.#after.pop();
    if (after !== undefined) this.#before.push(state);
    return after;
  }
}
