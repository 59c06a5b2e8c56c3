import { formatBytes } from "../../net/format_bytes.ts";
import type { DownloadResult } from "../../http/download/job/options.ts";
import { formatSeconds } from "../../net/progress.ts";
import type { CommandContext } from "../program/command.ts";
import { DownloadBoard } from "./board.ts";
import { BatchedOutput } from "../program/batched_output.ts";

/** What became of the files of one `heliograph get`: shown one by one, counted, summed up. */
export class DownloadResults {
  /** The display of what runs. */
  readonly board: DownloadBoard;
  #context: CommandContext;
  #lines: BatchedOutput;
  #counts = { fetched: 0, skipped: 0, failed: 0 };
  #bytes = 0;
  #start = performance.now();

  /**
   * Begins without results.
   *
   * @param context Where they are shown.
   */
  constructor(context: CommandContext) {
    this.#context = context;
    this.board = new DownloadBoard(context);
    this.#lines = new BatchedOutput((lines) => this.board.interrupted(() => context.print(lines)));
  }

  /** How many files could not be fetched. */
  get failed(): number {
    return this.#counts.failed;
  }

  /** Shows a result and counts it. */
  add(result: DownloadResult): void {
    const { json, verbose, signal } = this.#context;
    this.#counts[result.outcome]++;
    if (result.outcome === "fetched") this.#bytes += result.bytes;
    if (result.error !== null && !signal.aborted) {
      this.#say(() => this.#context.complain(`heliograph get: ${result.error}`));
    }
    if (json) return this.#lines.add(JSON.stringify(result));
    if (result.path === null) return;
    this.#lines.add(result.path);
    if (!verbose) return;
    const size = formatBytes(result.bytes);
    this.detail(
      result.outcome === "skipped"
        ? `${result.path}: is there already`
        : `${result.path}: ${size} in ${formatSeconds(result.seconds)}`,
    );
  }

  /** Says what is odd and does no harm. */
  warn(message: string): void {
    this.#say(() => this.#context.report(`warning: ${message}`));
  }

  /** Says something under `--verbose`. */
  detail(line: string): void {
    if (this.#context.verbose) this.#say(() => this.#context.detail(line));
  }

  /**
   * Ends the display, and writes the results that wait.
   *
   * @throws {HeliographError} If results could not be written.
   */
  end(): void {
    this.board.end();
    this.#lines.end();
  }

  /** All of them in one line. */
  get summary(): string {
    const { fetched, skipped, failed } = this.#counts;
    const size = formatBytes(this.#bytes);
    const seconds = formatSeconds((performance.now() - this.#start) / 1000);
    return `${fetched} fetched (${size}), ${skipped} skipped, ${failed} failed in ${seconds}`;
  }

  /** What a person reads comes in its place among the results. */
  #say(write: () => void): void {
    this.#lines.flush();
    this.board.interrupted(write);
  }
}
