import {
  ClosedError,
  FormatError,
  HeliographError,
  LimitError,
  ProtocolError,
  TimeoutError,
} from "../../net/errors.ts";
import { isDisconnect } from "../../net/socket.ts";
import { HttpClient } from "../client/http_client.ts";
import { isDiskFull } from "../../net/file_error.ts";
import type { FtpRun } from "./ftp_run.ts";
import { HttpTransfer } from "./http_transfer.ts";
import { LocalTransfer } from "./local_transfer.ts";
import { NameClaims } from "./names.ts";
import type { DownloadRequest, DownloadResult, ResolvedOptions } from "./options.ts";
import { OutputFolder } from "./output_folder.ts";
import { nextAttempt, type RetryPolicy } from "./retry.ts";
import { Schedule } from "./schedule.ts";
import { type RunContext, type Transfer, type TransferEnd, TransientError } from "./transfer.ts";

/** How often the speed of the transfers is looked at, at most, in milliseconds. */
const SPEED_INTERVAL_MS = 1_000;

/** A job of the schedule. */
interface Job {
  readonly transfer: Transfer;
  /** Where its results go; one file may have been asked for more than once. */
  readonly indices: number[];
  started: number | undefined;
  failures: number;
  /** The most bytes that an attempt has left for the next one. */
  secured: number;
  /** For the speed: bytes and time at the beginning of the measured interval. */
  measured: { received: number; at: number };
}

/** A file to fetch whose URL has been read. */
export type CheckedRequest = DownloadRequest & { url: URL };

/** One call of {@linkcode download}. */
export class Run {
  #options: ResolvedOptions;
  #context: RunContext;
  #schedule: Schedule<Job>;
  #retry: RetryPolicy;
  #stop = new AbortController();
  #results: DownloadResult[] = [];
  /** What fetches over FTP, loaded with the first such URL. */
  #ftp: FtpRun | undefined;
  #running = new Set<Job>();
  #left = 0;
  #done = Promise.withResolvers<void>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #speedTimer: ReturnType<typeof setInterval> | undefined;

  /**
   * Prepares a run.
   *
   * @param options What it keeps to.
   * @param files How many files will be asked for, about.
   */
  constructor(options: ResolvedOptions, files: number) {
    this.#options = options;
    this.#schedule = new Schedule(options.jobs, options.perHost);
    this.#retry = {
      retries: options.retries,
      firstWait: options.firstWait,
      longestWait: 30_000,
      longestRetryAfter: options.longestRetryAfter,
    };
    const { signal } = this.#stop;
    this.#context = {
      options,
      client: new HttpClient({ ...options, signal }, options.perHost),
      claims: new NameClaims(),
      signal,
      folder: new OutputFolder(options.folder, files),
      takeConnections: (host, most) => this.#schedule.takeConnections(host, most),
      returnConnections: (host, count) => this.#schedule.returnConnections(host, count),
    };
  }

  /**
   * Fetches files.
   *
   * @param requests The files.
   * @returns What became of each.
   */
  async fetch(requests: readonly CheckedRequest[]): Promise<DownloadResult[]> {
    const { signal, deadline, progress } = this.#options;
    this.#plan(await this.#expand(requests));
    if (this.#left === 0) return this.#results;
    if (progress !== undefined) progress.files += this.#left;
    const abort = () => this.#abort(signal!.reason);
    signal?.addEventListener("abort", abort, { once: true });
    const deadlineTimer = deadline === undefined ? undefined : setTimeout(
      () => this.#abort(new TimeoutError(`the deadline of ${deadline} ms has passed`)),
      deadline,
    );
    const interval = Math.min(SPEED_INTERVAL_MS, Math.max(10, this.#options.lowestSpeedTime / 4));
    this.#speedTimer = setInterval(() => this.#checkSpeeds(), interval);
    try {
      this.#pump();
      await this.#done.promise;
      if (!this.#stop.signal.aborted) await this.#ftp?.close();
      signal?.throwIfAborted();
      return this.#results;
    } finally {
      clearTimeout(this.#timer);
      clearTimeout(deadlineTimer);
      clearInterval(this.#speedTimer);
      signal?.removeEventListener("abort", abort);
      this.#context.client.close();
    }
  }

  /** Puts the files of an FTP folder in the place of a pattern. */
  async #expand(requests: readonly CheckedRequest[]): Promise<CheckedRequest[]> {
    if (!requests.some(({ url }) => url.protocol.startsWith("ftp"))) return [...requests];
    const { FtpRun } = await import("./ftp_run.ts");
    this.#ftp = new FtpRun(this.#context);
    const expanded: CheckedRequest[] = [];
    for (const request of requests) {
      if (!request.url.protocol.startsWith("ftp")) expanded.push(request);
      else expanded.push(...await this.#ftp.expand(request));
    }
    return expanded;
  }

  /** Makes a job for each file. Names are claimed in the order of the URLs. */
  #plan(requests: readonly CheckedRequest[]): void {
    const same = new Map<string, Job>();
    for (const [index, request] of requests.entries()) {
      const key = `${request.url.href} ${request.name ?? ""} ${request.sha256 ?? ""}`;
      const known = same.get(key);
      if (known !== undefined) {
        known.indices.push(index);
        continue;
      }
      const transfer = this.#transferOf(request);
      const measured = { received: 0, at: 0 };
      const job: Job = {
        transfer,
        indices: [index],
        started: undefined,
        failures: 0,
        secured: 0,
        measured,
      };
      same.set(key, job);
      this.#schedule.add(transfer.host, job);
      this.#left++;
    }
  }

  #transferOf({ url, name, sha256 }: CheckedRequest): Transfer {
    const wanted = {
      ...(name === undefined ? {} : { name }),
      ...(sha256 === undefined ? {} : { sha256 }),
    };
    const scheme = url.protocol;
    if (scheme.startsWith("ftp")) return this.#ftp!.transfer(url, wanted);
    if (scheme.startsWith("http")) return new HttpTransfer(this.#context, url, wanted);
    return new LocalTransfer(this.#context, url, wanted);
  }

  /** Begins as many jobs as the caps allow. */
  #pump(): void {
    clearTimeout(this.#timer);
    while (!this.#stop.signal.aborted) {
      const now = performance.now();
      const next = this.#schedule.next(now);
      if (next === null) return;
      if ("at" in next) {
        this.#timer = setTimeout(() => this.#pump(), Math.max(1, next.at - now));
        return;
      }
      void this.#run(next.job);
    }
  }

  async #run(job: Job): Promise<void> {
    const { transfer } = job;
    const now = performance.now();
    job.started ??= now;
    job.measured = { received: transfer.received, at: now };
    this.#running.add(job);
    this.#options.progress?.active.add(transfer);
    try {
      this.#end(job, await transfer.attempt());
    } catch (error) {
      this.#failed(job, error);
    } finally {
      this.#running.delete(job);
      this.#schedule.end(transfer.host);
      if (this.#left === 0) this.#done.resolve();
      else this.#pump();
    }
  }

  #failed(job: Job, error: unknown): void {
    const { transfer } = job;
    if (this.#stop.signal.aborted) return this.#giveUp(job, this.#stop.signal.reason, true);
    if (!isTransient(error)) return this.#giveUp(job, error, !spoilsPart(error));
    // Attempts that bring the file further count anew; but a slow server brings something
    // each time, and that must not go on for ever.
    const slow = error instanceof SlowError;
    const progressed = transfer.secured > job.secured;
    job.secured = Math.max(job.secured, transfer.secured);
    job.failures = progressed && !slow ? 1 : job.failures + 1;
    const retryAfter = error instanceof TransientError ? error.retryAfter : undefined;
    const next = nextAttempt(this.#retry, job.failures, retryAfter);
    if ("giveUp" in next) return this.#giveUp(job, error, true, next.giveUp);
    const at = performance.now() + next.wait;
    if (error instanceof TransientError && error.wholeServer) {
      this.#schedule.pause(transfer.host, at);
    }
    this.#schedule.add(transfer.host, job, at);
    this.#options.onRetry?.(transfer.url, messageOf(error), next.wait);
  }

  #end(job: Job, end: TransferEnd): void {
    this.#settle(job, { path: end.path, outcome: end.outcome, bytes: end.bytes, error: null });
  }

  #giveUp(job: Job, error: unknown, resumable: boolean, why = ""): void {
    let bytes = 0;
    let message = messageOf(error) + (why === "" ? "" : ` (${why})`);
    try {
      // A full disk hurts everything else: what is there of this file makes room.
      bytes = job.transfer.stop(resumable && !isDiskFull((error as Error | null)?.cause));
    } catch (failure) {
      message += `; ${messageOf(failure)}`;
    }
    this.#settle(job, { path: null, outcome: "failed", bytes, error: message });
  }

  #settle(job: Job, end: Pick<DownloadResult, "path" | "outcome" | "bytes" | "error">): void {
    const { transfer } = job;
    const started = job.started ?? performance.now();
    const result: DownloadResult = {
      url: transfer.url,
      path: end.path,
      outcome: end.outcome,
      status: transfer.status,
      bytes: end.bytes,
      seconds: Math.round(performance.now() - started) / 1000,
      error: end.error,
    };
    for (const index of job.indices) {
      this.#results[index] = result;
      this.#options.onResult?.(result);
    }
    const { progress } = this.#options;
    if (progress !== undefined) {
      progress.end(transfer);
      progress.finished++;
    }
    this.#left--;
  }

  /** Ends everything: what waits at once, what runs as soon as its connection is closed. */
  #abort(reason: unknown): void {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort(reason);
    const error = reason instanceof Error ? reason : new HeliographError(String(reason));
    for (const job of this.#schedule.drain()) this.#giveUp(job, error, true);
    for (const job of this.#running) job.transfer.interrupt(error);
    if (this.#left === 0) this.#done.resolve();
  }

  #checkSpeeds(): void {
    const { lowestSpeed, lowestSpeedTime } = this.#options;
    const now = performance.now();
    for (const { transfer, measured } of this.#running) {
      const seconds = (now - measured.at) / 1000;
      if (seconds * 1000 < lowestSpeedTime) continue;
      const speed = (transfer.received - measured.received) / seconds;
      measured.received = transfer.received;
      measured.at = now;
      // Before the first byte the deadline for the head of the answer counts.
      if (speed >= lowestSpeed || transfer.received === 0) continue;
      const found = `${speed.toFixed(speed < 10 ? 1 : 0)} bytes/s`;
      transfer.interrupt(
        new SlowError(
          `Cannot fetch ${transfer.url}: ${found} over ${seconds.toFixed(1)} s, ` +
            `expected at least ${lowestSpeed}`,
          { source: transfer.url },
        ),
      );
    }
  }
}

/** A transfer was slower than it may be. */
class SlowError extends TimeoutError {}

/** Whether the same request may succeed later. */
function isTransient(error: unknown): boolean {
  if (error instanceof TransientError || error instanceof TimeoutError) return true;
  if (isDisconnect(error) || error instanceof ClosedError) return true;
  const cause = error instanceof HeliographError ? error.cause : undefined;
  return cause instanceof Deno.errors.ConnectionRefused || cause instanceof Deno.errors.TimedOut ||
    isDisconnect(cause);
}

/** Whether what is there of the file cannot be trusted or used any more. */
function spoilsPart(error: unknown): boolean {
  return error instanceof FormatError || error instanceof ProtocolError ||
    error instanceof LimitError;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
