import { callEvery } from "../../net/deadline.ts";
import { formatSeconds, showText } from "../../net/progress.ts";
import type { CommandContext } from "../program/command.ts";

/** How often a terminal is rewritten, and how often a line comes elsewhere, in milliseconds. */
const TERMINAL_INTERVAL_MS = 200;
const LOG_INTERVAL_MS = 5_000;

/** Failures that are named one by one. */
const MAX_NAMED = 10;

/** What a {@linkcode MapBoard} counts. */
export interface MapCounts {
  /** All jobs, once that is known. */
  total: number | undefined;
  /** Jobs that have a line, those of earlier runs among them. */
  done: number;
  /** Those of them that failed. */
  failed: number;
  /** Workers that are seen in a queue. */
  workers?: number | undefined;
}

/** Shows how far a map is: on a terminal one line, elsewhere a line now and then. */
export class MapBoard {
  readonly counts: MapCounts;
  readonly #context: CommandContext;
  readonly #terminal: boolean;
  readonly #start = performance.now();
  readonly #resumed: number;
  #display: Disposable | undefined;
  #shown = false;
  #named = 0;

  /**
   * Begins.
   *
   * @param context Where lines go.
   * @param counts What is done already.
   * @param terminal Whether lines can be rewritten. Default: whether standard error is a terminal.
   */
  constructor(
    context: CommandContext,
    counts: MapCounts,
    terminal: boolean = Deno.stderr.isTerminal(),
  ) {
    this.#context = context;
    this.counts = counts;
    this.#resumed = counts.done;
    this.#terminal = terminal;
    if (context.quiet) return;
    const interval = terminal ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS;
    this.#display = callEvery(interval, () => this.#show());
  }

  /** Seconds since it began. */
  get seconds(): number {
    return Math.round(performance.now() - this.#start) / 1_000;
  }

  /**
   * Counts a job.
   *
   * @param text Its line.
   * @param failed Whether it failed.
   */
  count(text: string, failed: boolean): void {
    this.counts.done++;
    if (!failed) return;
    this.counts.failed++;
    if (++this.#named > MAX_NAMED) return;
    const { job, input, error } = JSON.parse(text);
    this.say(() => this.#context.complain(`job ${job}, ${input}: ${error}`));
  }

  /** Writes something else meanwhile. */
  say(write: () => void): void {
    if (this.#shown) showText(ERASE);
    this.#shown = false;
    write();
  }

  /** Ends the display. */
  end(): void {
    this.#display?.[Symbol.dispose]();
    this.say(() => {
      const more = this.#named - MAX_NAMED;
      if (more > 0) this.#context.complain(`${more} further jobs failed`);
    });
  }

  #show(): void {
    const line = this.#line();
    if (!this.#terminal) return this.#context.report(line);
    showText(ERASE + line);
    this.#shown = true;
  }

  #line(): string {
    const { total, done, failed, workers } = this.counts;
    const { seconds } = this;
    const rate = seconds > 0 ? (done - this.#resumed) / seconds : 0;
    const left = total === undefined || rate === 0
      ? []
      : [`${formatSeconds((total - done) / rate)} left`];
    return [
      total === undefined ? `${done} jobs` : `${done} of ${total} jobs`,
      ...(failed === 0 ? [] : [`${failed} failed`]),
      `${rate < 10 ? rate.toFixed(1) : Math.round(rate)}/s`,
      ...left,
      ...(workers === undefined ? [] : [`${workers} ${workers === 1 ? "worker" : "workers"}`]),
    ].join("  ");
  }
}

/** Removes the line of a terminal. */
const ERASE = "\r\x1b[K";
