/** What a server has done, as numbers that go into one line of JSON. */
export interface ArrayMetrics {
  /** Milliseconds since the server started. */
  readonly uptime: number;
  /** Connections that are open, and all that there have been. */
  readonly connections: { readonly open: number; readonly total: number };
  /**
   * Calls and messages: those that ended well, failed, were cancelled, are under way, and of
   * these, that wait for a worker or for memory.
   */
  readonly calls: {
    readonly done: number;
    readonly failed: number;
    readonly cancelled: number;
    readonly running: number;
    readonly waiting: number;
  };
  /** Threads that go on with a command that was given up: they cannot be ended. */
  readonly threads: { readonly lost: number };
  /** Failures by their code, such as `syntax` or `limit`. */
  readonly errors: { readonly [code: string]: number };
  /** Bytes that were received and sent. */
  readonly bytes: { readonly received: number; readonly sent: number };
  /**
   * Bytes of arrays in use, of memory kept for further ones, and the most of both together;
   * and how many arrays and commands wait for more.
   */
  readonly memory: {
    readonly used: number;
    readonly kept: number;
    readonly limit: number;
    readonly waiting: number;
  };
  /** Milliseconds from a whole message to its end: of the last 1,000 and of all. */
  readonly latency: {
    readonly median: number;
    readonly p99: number;
    readonly most: number;
  };
}

/** How many latencies are remembered for the median. */
const REMEMBERED = 1_000;

/** What one connection has carried so far. */
export interface Traffic {
  readonly received: number;
  readonly sent: number;
}

/** Counts what a server does. */
export class Metrics {
  /** Connections that there have been. */
  total = 0;
  #done = 0;
  #failed = 0;
  #cancelled = 0;
  #running = 0;
  #open = new Set<Traffic>();
  #ended = { received: 0, sent: 0 };
  #errors = new Map<string, number>();
  #latencies = new Float64Array(REMEMBERED);
  #counted = 0;
  #most = 0;
  #start = performance.now();

  /**
   * Notes a connection.
   *
   * @param traffic What it has carried so far.
   * @returns What is to be called when it has ended.
   */
  connect(traffic: Traffic): () => void {
    this.total++;
    this.#open.add(traffic);
    return () => {
      this.#open.delete(traffic);
      this.#ended.received += traffic.received;
      this.#ended.sent += traffic.sent;
    };
  }

  /** Notes that a call begins. */
  begin(): void {
    this.#running++;
  }

  /**
   * Notes that a call has ended.
   *
   * @param milliseconds How long it took.
   * @param failure The code of its failure, if it failed.
   */
  end(milliseconds: number, failure?: string): void {
    this.#running--;
    if (failure === undefined) this.#done++;
    else if (failure === "cancelled") this.#cancelled++;
    else this.#failed++;
    if (failure !== undefined) this.fail(failure);
    this.#latencies[this.#counted++ % REMEMBERED] = milliseconds;
    if (milliseconds > this.#most) this.#most = milliseconds;
  }

  /** Notes a failure by its code. */
  fail(code: string): void {
    this.#errors.set(code, (this.#errors.get(code) ?? 0) + 1);
  }

  /**
   * The numbers as they are now.
   *
   * @param memory What the server's memory is used for.
   * @param pool Calls that wait for a worker or for memory, and workers that do not end.
   */
  snapshot(
    memory: ArrayMetrics["memory"],
    { waiting, lost }: { readonly waiting: number; readonly lost: number },
  ): ArrayMetrics {
    const sorted = this.#latencies.slice(0, Math.min(this.#counted, REMEMBERED)).sort();
    const at = (part: number) => round(sorted[Math.floor(part * (sorted.length - 1))] ?? 0);
    let { received, sent } = this.#ended;
    for (const traffic of this.#open) {
      received += traffic.received;
      sent += traffic.sent;
    }
    return {
      uptime: Math.round(performance.now() - this.#start),
      connections: { open: this.#open.size, total: this.total },
      calls: {
        done: this.#done,
        failed: this.#failed,
        cancelled: this.#cancelled,
        running: this.#running,
        waiting,
      },
      threads: { lost },
      errors: Object.fromEntries(this.#errors),
      bytes: { received, sent },
      memory,
      latency: { median: at(0.5), p99: at(0.99), most: round(this.#most) },
    };
  }
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 1_000) / 1_000;
}
