/** How fast the frames of a feed come, and where it paused. */

/** Frames whose times make the rate. */
const RATE_FRAMES = 20;
/** An interval so many times as long as the usual one is a gap. */
const GAP_INTERVALS = 3;
/** A feed that is silent for so many intervals, and so many milliseconds, has stopped. */
const [SILENT_INTERVALS, SILENT_MS] = [5, 2_000];

/** The figures of one feed. */
export class FeedFigures {
  readonly #times: number[] = [];
  #gaps = 0;

  /**
   * Notes that a frame has come.
   *
   * @param time When, in milliseconds.
   */
  note(time: number): void {
    const usual = this.#interval;
    const last = this.#times.at(-1);
    if (usual !== undefined && time - last! > GAP_INTERVALS * usual) this.#gaps++;
    this.#times.push(time);
    if (this.#times.length > RATE_FRAMES) this.#times.shift();
  }

  /** How often a frame came after more than three times the usual interval. */
  get gaps(): number {
    return this.#gaps;
  }

  /**
   * Frames a second, of the last that came.
   *
   * @param now The time, in milliseconds.
   * @returns 0 of a feed that has stopped, undefined before it has two frames.
   */
  rate(now: number): number | undefined {
    const times = this.#times;
    if (times.length < 2) return undefined;
    const mean = (times.at(-1)! - times[0]!) / (times.length - 1);
    if (now - times.at(-1)! > Math.max(SILENT_MS, SILENT_INTERVALS * mean)) return 0;
    return mean > 0 ? Math.round(1e5 / mean) / 100 : undefined;
  }

  /** The usual interval: the middle one of those that are remembered. */
  get #interval(): number | undefined {
    const times = this.#times;
    if (times.length < 3) return undefined;
    const intervals = times.slice(1).map((time, i) => time - times[i]!).sort((a, b) => a - b);
    return intervals[intervals.length >> 1];
  }
}
