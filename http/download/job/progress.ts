/** A transfer that runs, as a display sees it. */
export interface TransferProgress {
  /** What is shown: the file's name, or the URL until there is one. */
  readonly label: string;
  /** Bytes of the file that are there, from earlier attempts too. */
  readonly bytes: number;
  /** Bytes that came in this run, for a rate. */
  readonly received: number;
  /** The whole size, once it is known. */
  readonly total: number | undefined;
}

/** How far {@linkcode download} is, for its `onProgress`. */
export interface DownloadState {
  /** Files that were asked for. */
  readonly files: number;
  /** Files that have arrived, were skipped, or were given up. */
  readonly finished: number;
  /** Bytes received in this run. */
  readonly received: number;
  /** Bytes per second, on average since the run began. */
  readonly rate: number;
  /** Seconds left at this rate; undefined until the size of every file is known. */
  readonly secondsLeft: number | undefined;
  /** The transfers that run. */
  readonly active: readonly TransferProgress[];
}

/** What a display may look at, as often as it likes, while {@linkcode download} runs. */
export class DownloadProgress {
  /** The transfers that run. */
  readonly active: Set<TransferProgress> = new Set();
  /** Files that were asked for. */
  files = 0;
  /** Files that have arrived, were skipped, or were given up. */
  finished = 0;
  /** Bytes received by transfers that have ended. */
  #received = 0;

  /** Bytes received in this run. */
  get received(): number {
    let sum = this.#received;
    for (const transfer of this.active) sum += transfer.received;
    return sum;
  }

  /**
   * How far the run is.
   *
   * @param seconds How long it has taken until now.
   */
  state(seconds: number): DownloadState {
    const { files, finished, received } = this;
    const active = [...this.active];
    const rate = seconds > 0 ? received / seconds : 0;
    let left: number | undefined = active.length === files - finished ? 0 : undefined;
    for (const { total, bytes } of active) {
      if (left === undefined || total === undefined) left = undefined;
      else left += Math.max(0, total - bytes);
    }
    const secondsLeft = left === 0 ? 0 : left === undefined || rate === 0 ? undefined : left / rate;
    return { files, finished, received, rate, secondsLeft, active };
  }

  /** Notes that a transfer has ended. */
  end(transfer: TransferProgress): void {
    if (this.active.delete(transfer)) this.#received += transfer.received;
  }
}
