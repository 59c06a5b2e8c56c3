/** What reading a file on a server cost. */

/** Requests, bytes and waits, for anyone who asks what they paid. */
export interface TransferReport {
  /** Requests that were sent, also those that a redirect or a busy store made necessary. */
  readonly requests: number;
  /** Bytes of bodies that came, in the coding in which they were sent. */
  readonly bytes: number;
  /** How many requests had to wait for the answer of one before them, at least one after another. */
  readonly roundTrips: number;
  /** Seconds in which a request was under way. */
  readonly seconds: number;
  /** Reads that needed no request. */
  readonly cacheHits: number;
  /** Whether the server answers ranges; else all of the file comes, from its beginning. */
  readonly ranges: boolean;
}

/** A request that is counted. */
export interface Transfer {
  /** Counts bytes of the body of its answer. */
  bytes(count: number): void;
  /** Its answer has come whole, or was given up; only the first call counts. */
  end(): void;
}

/** Counts what is transferred. */
export class Transfers {
  #requests = 0;
  #bytes = 0;
  #milliseconds = 0;
  /** The longest chain of requests, each sent after an answer to the one before it. */
  #trips = 0;
  /** The longest such chain among the answers. */
  #answered = 0;
  #running = 0;
  #since = 0;
  /** Reads that needed no request. */
  cacheHits = 0;
  /** Whether the server answers ranges. */
  ranges = true;

  /** Counts a request, which is sent now. */
  begin(): Transfer {
    const trip = this.#answered + 1;
    this.#trips = Math.max(this.#trips, trip);
    this.#requests++;
    if (this.#running++ === 0) this.#since = performance.now();
    let ended = false;
    return {
      bytes: (count) => {
        this.#bytes += count;
      },
      end: () => {
        if (ended) return;
        ended = true;
        this.#answered = Math.max(this.#answered, trip);
        if (--this.#running === 0) this.#milliseconds += performance.now() - this.#since;
      },
    };
  }

  /** What has been counted. */
  get report(): TransferReport {
    const running = this.#running > 0 ? performance.now() - this.#since : 0;
    return {
      requests: this.#requests,
      bytes: this.#bytes,
      roundTrips: this.#trips,
      seconds: (this.#milliseconds + running) / 1000,
      cacheHits: this.cacheHits,
      ranges: this.ranges,
    };
  }
}
