/** A sum that loses nothing to the order of its terms (Neumaier's). */
export class ExactSum {
  #sum = 0;
  #rest = 0;

  /** Adds a number. */
  add(value: number): void {
    const sum = this.#sum + value;
    this.#rest += Math.abs(this.#sum) >= Math.abs(value)
      ? this.#sum - sum + value
      : value - sum + this.#sum;
    this.#sum = sum;
  }

  /** The sum of what was added. */
  get value(): number {
    return this.#sum + this.#rest;
  }
}
