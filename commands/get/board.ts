import { formatBytes } from "../../net/format_bytes.ts";
import { DownloadProgress, type TransferProgress } from "../../http/download/job/progress.ts";
import { callEvery } from "../../net/deadline.ts";
import { printable } from "../../net/text/printable.ts";
import { formatSeconds, showText, terminalColumns } from "../../net/progress.ts";
import { cutMiddle } from "../../net/text/cut_middle.ts";

/** How often a terminal is rewritten, and how often a line comes elsewhere, in milliseconds. */
const TERMINAL_INTERVAL_MS = 200;
const LOG_INTERVAL_MS = 5_000;

/** Transfers that a terminal shows at one time, besides the total. */
const MAX_LINES = 12;

/** What a {@linkcode DownloadBoard} writes to. */
export interface BoardOutput {
  readonly quiet: boolean;
  readonly json: boolean;
  report(line: string): void;
}

/**
 * Shows downloads while they run: on a terminal one line for each transfer and a total,
 * elsewhere a line now and then; nothing for work that ends at once.
 */
export class DownloadBoard {
  /** What is shown; {@linkcode download} fills it. */
  readonly progress: DownloadProgress = new DownloadProgress();
  #output: BoardOutput;
  #terminal: boolean;
  #display: Disposable | undefined;
  #lines = 0;
  #start = performance.now();

  /**
   * Begins.
   *
   * @param output Where lines go.
   * @param terminal Whether lines can be rewritten. Default: whether standard error is a terminal.
   */
  constructor(output: BoardOutput, terminal: boolean = Deno.stderr.isTerminal()) {
    this.#output = output;
    this.#terminal = terminal;
    if (output.quiet) return;
    const interval = terminal ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS;
    this.#display = callEvery(interval, () => this.#show());
  }

  /** Writes something else meanwhile. */
  interrupted(write: () => void): void {
    this.#erase();
    write();
  }

  /** Ends the display. */
  end(): void {
    this.#display?.[Symbol.dispose]();
    this.#display = undefined;
    this.#erase();
  }

  #show(): void {
    const total = totalLine(this.progress, (performance.now() - this.#start) / 1000);
    if (!this.#terminal) return this.#output.report(total);
    const columns = terminalColumns();
    const active = [...this.progress.active].slice(0, MAX_LINES);
    const lines = [
      ...active.map((transfer) => transferLine(transfer, columns - 1)),
      cutMiddle(total, columns - 1),
    ];
    this.#erase();
    showText(lines.map((line) => line + "\n").join(""));
    this.#lines = lines.length;
  }

  #erase(): void {
    if (this.#lines > 0) showText(`\x1b[${this.#lines}A\x1b[J`);
    this.#lines = 0;
  }
}

/** One transfer: how much of it is there, and its name. */
export function transferLine(transfer: TransferProgress, columns: number = Infinity): string {
  const { bytes, total, label } = transfer;
  const share = total === undefined || total === 0
    ? "    "
    : `${Math.floor(100 * Math.min(bytes, total) / total)}%`.padStart(4);
  const start = `  ${share}  ${formatBytes(bytes).padStart(10)}  `;
  return start + cutMiddle(printable(label), columns - start.length);
}

/** All of it: files, bytes, rate, and the time left where every size is known. */
export function totalLine(progress: DownloadProgress, seconds: number): string {
  const { files, finished, received } = progress;
  const rate = seconds > 0 ? received / seconds : 0;
  const left = progress.active.size === files - finished ? remaining(progress) : undefined;
  const time = left === undefined || rate === 0 ? "" : `  ${formatSeconds(left / rate)} left`;
  const size = formatBytes(received);
  return `${finished} of ${files} files  ${size}  ${formatBytes(rate)}/s${time}`;
}

function remaining(progress: DownloadProgress): number | undefined {
  let sum = 0;
  for (const { total, bytes } of progress.active) {
    if (total === undefined) return undefined;
    sum += Math.max(0, total - bytes);
  }
  return sum;
}
