import { HttpError } from "../message/http_error.ts";

/** A number of places for work; who comes when all are taken waits, and when too many wait is refused. */
export class Turns {
  #free: number;
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];

  /**
   * Begins with all places free.
   *
   * @param places How many may work at a time.
   * @param most How many may wait.
   */
  constructor(places: number, most: number) {
    this.#free = places;
    this.#most = most;
  }

  /**
   * Waits for a place.
   *
   * @returns Gives the place back; further calls do nothing.
   * @throws {HttpError} 503 if too many wait.
   */
  async take(): Promise<() => void> {
    if (this.#free > 0) this.#free--;
    else {
      if (this.#waiting.length >= this.#most) {
        throw new HttpError(503, "too many requests wait for the store");
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    };
  }
}
