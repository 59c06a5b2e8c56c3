import { formatBytes } from "./format_bytes.ts";
import { cutMiddle } from "./text/cut_middle.ts";
import { printable } from "./text/printable.ts";

/** Where a {@linkcode Progress} writes, and how it knows the time. */
export interface ProgressOptions {
  /** The size of the whole work in bytes; without it there is no percentage. */
  total?: number | undefined;
  /** Bytes that were there before, which do not count for the rate. @default {0} */
  initial?: number | undefined;
  /** Whether lines can be rewritten. Default: whether standard error is a terminal. */
  terminal?: boolean | undefined;
  /** Characters of a line of the terminal. Default: what the terminal says, else 80. */
  columns?: (() => number) | undefined;
  /** Writes text as it is. Default: to standard error. */
  write?: ((text: string) => void) | undefined;
  /** Milliseconds that pass. Default: `performance.now`. */
  now?: (() => number) | undefined;
}

/** A terminal shows a new line ten times a second, a log every five seconds. */
const TERMINAL_INTERVAL_MS = 100;
const LOG_INTERVAL_MS = 5_000;

/**
 * Shows how far a long piece of work is: bytes, percentage, rate and time left.
 *
 * On a terminal one line is rewritten; elsewhere plain lines come now and then, and
 * work that ends within five seconds prints its last line only.
 *
 * @example
 * ```ts
 * import { Progress } from "./progress.ts";
 *
 * const progress = new Progress("sun.fits", { total: 4096, terminal: false, write: () => {} });
 * progress.advance(2048);
 * progress.finish();
 * ```
 */
export class Progress {
  #label: string;
  #total: number | undefined;
  #initial: number;
  #done: number;
  #terminal: boolean;
  #columns: () => number;
  #write: (text: string) => void;
  #now: () => number;
  #start: number;
  #shown: number;
  #finished = false;

  /**
   * Begins a piece of work.
   *
   * @param label What is shown first, such as a file name.
   * @param options Size, output and clock.
   */
  constructor(label: string, options: ProgressOptions = {}) {
    this.#label = printable(label);
    this.#total = options.total;
    this.#initial = this.#done = options.initial ?? 0;
    this.#terminal = options.terminal ?? Deno.stderr.isTerminal();
    this.#columns = options.columns ?? terminalColumns;
    this.#write = options.write ?? showText;
    this.#now = options.now ?? (() => performance.now());
    this.#start = this.#shown = this.#now();
  }

  /**
   * Counts bytes that were done.
   *
   * @param bytes How many more.
   */
  advance(bytes: number): void {
    this.#done += bytes;
    const now = this.#now();
    if (now - this.#shown < (this.#terminal ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS)) return;
    this.#shown = now;
    this.#show(this.#terminal ? "" : "\n");
  }

  /** Sets the size of the whole work when it becomes known. */
  set total(bytes: number | undefined) {
    this.#total = bytes;
  }

  /** Shows the last line, with the mean rate. */
  finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#show("\n");
  }

  /** Removes the line from a terminal, for work that failed or for other output. */
  clear(): void {
    if (this.#terminal && !this.#finished) this.#write("\r\x1b[K");
  }

  #show(end: string): void {
    const seconds = (this.#now() - this.#start) / 1000;
    const rate = seconds > 0 ? (this.#done - this.#initial) / seconds : 0;
    if (!this.#terminal) return this.#write(this.#line(this.#label, seconds, rate) + end);
    // A line that wraps could not be rewritten: a long name is cut.
    const room = this.#columns() - 1 - this.#line("", seconds, rate).length;
    this.#write(`\r\x1b[K${this.#line(cutMiddle(this.#label, room), seconds, rate)}${end}`);
  }

  #line(label: string, seconds: number, rate: number): string {
    const total = this.#total;
    const done = formatBytes(this.#done);
    const speed = `${formatBytes(rate)}/s`;
    if (this.#finished) return `${label}  ${done} in ${formatSeconds(seconds)}, ${speed}`;
    if (total === undefined) return `${label}  ${done}  ${speed}`;
    const percent = total === 0 ? 100 : Math.floor(100 * this.#done / total);
    const left = rate > 0 ? formatSeconds((total - this.#done) / rate) : "?";
    const whole = formatBytes(total);
    return `${label}  ${percent}%  ${done} of ${whole}  ${speed}  ${left} left`;
  }
}

/**
 * Writes to standard error what is shown for a while; a terminal that has gone ends no work.
 *
 * @param text The text, with what moves the cursor.
 */
export function showText(text: string): void {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let at = 0; at < bytes.length;) at += Deno.stderr.writeSync(bytes.subarray(at));
  } catch {
    // No one is left to look at it.
  }
}

/** Characters of a line of the terminal behind standard error. */
export function terminalColumns(): number {
  try {
    return Deno.consoleSize().columns;
  } catch {
    return 80;
  }
}

/**
 * A time for a person: `0.34 s`, `12 s`, `3:05`, `2:00:09`.
 *
 * @param seconds Seconds, not negative.
 */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(2)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const two = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}
