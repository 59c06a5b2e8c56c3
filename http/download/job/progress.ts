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

  /** Notes that a transfer has ended. */
  end(transfer: TransferProgress): void {
    if (this.active.delete(transfer)) this.#received += transfer.received;
  }
}
