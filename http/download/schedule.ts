/**
 * Which of the waiting jobs may begin, under a cap for all and one for each server.
 *
 * Servers take turns, so that one with ten thousand files does not keep another with
 * three waiting. It knows no timers: it is told the time and tells when to ask again.
 *
 * @module
 */

/** The jobs of one server. */
interface Host<T> {
  readonly name: string;
  readonly waiting: { job: T; notBefore: number }[];
  /** Where the first waiting job is; those before it have begun. */
  head: number;
  connections: number;
  pausedUntil: number;
  /** The most connections at one time. */
  most: number;
  /** Whether that stays as it is. */
  settled: boolean;
  /** About the least time that a small file has lately taken, in milliseconds. */
  nearest: number;
}

/** A small file that takes longer waits for the way to the server and back, not for bytes. */
const FAR_MS = 20;

/** By how much the least time counts as longer with each further file: a quick one is soon forgotten. */
const FORGET = 1.1;

/** Jobs that wait, by server. */
export class Schedule<T> {
  #hosts = new Map<string, Host<T>>();
  /** The servers in the order of their turns. */
  #turns: Host<T>[] = [];
  #running = 0;
  #jobs: number;
  #perHost: number;
  #lowered = false;

  /**
   * Makes an empty schedule.
   *
   * @param jobs The most jobs at one time.
   * @param perHost The most connections to one server at one time.
   */
  constructor(jobs: number, perHost: number) {
    this.#jobs = jobs;
    this.#perHost = perHost;
  }

  /** Jobs that have begun and not ended. */
  get running(): number {
    return this.#running;
  }

  /**
   * Adds a job.
   *
   * @param host Its server.
   * @param job The job.
   * @param notBefore The time before which it must not begin. A job that is added
   * again with a time goes before those that have not begun yet.
   */
  add(host: string, job: T, notBefore = 0): void {
    const entry = this.#host(host);
    if (notBefore > 0 && entry.head > 0) entry.waiting[--entry.head] = { job, notBefore };
    else entry.waiting.push({ job, notBefore });
  }

  /** Lets no job of a server begin before a time. */
  pause(host: string, until: number): void {
    const entry = this.#host(host);
    entry.pausedUntil = Math.max(entry.pausedUntil, until);
  }

  /**
   * Begins a job.
   *
   * @param now The time.
   * @returns The job; the time at which to ask again; or null, to ask when one has ended.
   */
  next(now: number): { job: T } | { at: number } | null {
    if (this.#running >= this.#jobs) return null;
    let at = Infinity;
    for (let i = 0; i < this.#turns.length; i++) {
      const host = this.#turns.shift()!;
      this.#turns.push(host);
      if (host.head === host.waiting.length || host.connections >= host.most) continue;
      if (host.pausedUntil > now) {
        at = Math.min(at, host.pausedUntil);
        continue;
      }
      const due = this.#takeDue(host, now);
      if (typeof due === "number") {
        at = Math.min(at, due);
        continue;
      }
      this.#running++;
      host.connections++;
      return due;
    }
    return at === Infinity ? null : { at };
  }

  /**
   * Notes how long a small file has taken. Where all lately took long, the server is far
   * away: one connection more may be open to it, and one job more run. Where some were
   * quick, the others waited for this program, which more connections would not help.
   *
   * @param host The server.
   * @param took How long it took, in milliseconds.
   * @param most How many connections it may become.
   */
  learn(host: string, took: number, most: number): void {
    const entry = this.#host(host);
    entry.nearest = Math.min(took, entry.nearest * FORGET);
    if (entry.settled || this.#lowered) return;
    if (entry.nearest < FAR_MS) entry.most = Math.min(entry.most, this.#perHost);
    else if (entry.most < most) this.#jobs = Math.max(this.#jobs, ++entry.most);
  }

  /** Goes back to the connections of the beginning: the server has complained. */
  settle(host: string): void {
    const entry = this.#host(host);
    entry.most = Math.min(entry.most, this.#perHost);
    entry.settled = true;
  }

  /** Lets fewer jobs run at one time from now on, at least one. */
  lower(jobs: number): void {
    this.#lowered = true;
    this.#jobs = Math.max(1, Math.min(this.#jobs, Math.floor(jobs)));
  }

  /** Notes that a job of a server has ended. */
  end(host: string): void {
    this.#running--;
    this.#host(host).connections--;
  }

  /** Takes up to `most` further connections to a server; returns how many. */
  takeConnections(host: string, most: number): number {
    const entry = this.#host(host);
    const count = Math.max(0, Math.min(most, entry.most - entry.connections));
    entry.connections += count;
    return count;
  }

  /** Gives connections back. */
  returnConnections(host: string, count: number): void {
    this.#host(host).connections -= count;
  }

  /** Takes all jobs that wait. */
  drain(): T[] {
    const left = [...this.#hosts.values()].flatMap((host) =>
      host.waiting.slice(host.head).map(({ job }) => job)
    );
    this.#hosts.forEach((host) => host.head = host.waiting.length);
    return left;
  }

  /** The first job whose time has come, or the first time at which one comes. */
  #takeDue(host: Host<T>, now: number): { job: T } | number {
    let at = Infinity;
    // Jobs with a time are few and stand at the front.
    for (let i = host.head; i < host.waiting.length; i++) {
      const { job, notBefore } = host.waiting[i]!;
      if (notBefore > now) {
        at = Math.min(at, notBefore);
        continue;
      }
      host.waiting[i] = host.waiting[host.head]!;
      host.head++;
      if (host.head > 1_000 && host.head * 2 > host.waiting.length) {
        host.waiting.splice(0, host.head);
        host.head = 0;
      }
      return { job };
    }
    return at;
  }

  #host(name: string): Host<T> {
    let host = this.#hosts.get(name);
    if (host === undefined) {
      const most = this.#perHost;
      const counts = { head: 0, connections: 0, pausedUntil: 0, most, nearest: Infinity };
      host = { name, waiting: [], settled: false, ...counts };
      this.#hosts.set(name, host);
      this.#turns.push(host);
    }
    return host;
  }
}
