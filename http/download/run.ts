import { callEvery, Deadline, MAX_TIMER_MS } from "../../net/deadline.ts";
import { ClosedError, HeliographError, messageOf, TimeoutError } from "../../net/errors.ts";
import { HttpClient } from "../client/client.ts";
import { checkFile, givenDigests } from "./digests/check.ts";
import { isOutOfFiles, isTransient, SlowError, spoilsPart } from "./failure.ts";
import type { FtpRun } from "./ftp/run.ts";
import { planName } from "./http_name.ts";
import { parseS3Text, s3ObjectOf, s3UrlOf } from "../fields/s3_url.ts";
import { hostOf, HttpTransfer } from "./http_transfer.ts";
import { LocalTransfer } from "./local_transfer.ts";
import { NameClaims } from "./job/names.ts";
import type { DownloadRequest, DownloadResult, ResolvedOptions } from "./job/options.ts";
import { joinPath } from "./parts/earlier_parts.ts";
import { OutputFolder } from "./parts/output_folder.ts";
import { RateLimit } from "./job/rate_limit.ts";
import { nextAttempt, type RetryPolicy } from "./retry.ts";
import { folderBelow } from "./saved_page.ts";
import { Schedule } from "./schedule.ts";
import {
  type Arrival,
  type RunContext,
  type Transfer,
  type TransferEnd,
  TransientError,
} from "./job/transfer.ts";
import { UnlistedTransfer } from "./job/unlisted_transfer.ts";
import { shownUrl } from "../../net/text/shown_url.ts";

/** How often the speed of the transfers is looked at, at most, in milliseconds. */
const SPEED_INTERVAL_MS = 1_000;

/** A file of fewer bytes takes about as long as the way to the server and back. */
const SMALL_BYTES = 262_144;

/** How often progress is told, in milliseconds. */
const REPORT_INTERVAL_MS = 200;

/** A job of the schedule. Thousands wait, so that most of it is made when it begins. */
interface Job {
  readonly request: CheckedRequest;
  readonly host: string;
  /** The name that is claimed for an HTTP transfer, where it is known. */
  readonly planned: string | undefined;
  /** Where its results go; one file may have been asked for more than once. */
  readonly indices: number[];
  transfer: Transfer | undefined;
  started: number | undefined;
  failures: number;
  /** The most bytes that an attempt has left for the next one. */
  secured: number;
  /** For the speed: bytes and time at the beginning of the measured interval. */
  measuredBytes: number;
  measuredAt: number;
}

/** A file to fetch whose URL has been read. */
export type CheckedRequest = DownloadRequest & {
  mirrors?: readonly URL[] | undefined;
  url: URL;
  /** Of safe names alone; "" for the output folder. */
  folder?: string | undefined;
  /** Whether its key is a pattern, in whose place come the objects that match. */
  pattern?: boolean | undefined;
};

/** One call of {@linkcode download}. */
export class Run {
  #options: ResolvedOptions;
  #context: RunContext;
  /** By the folder below the output folder; "" for that itself. */
  readonly #contexts = new Map<string, RunContext>();
  #schedule: Schedule<Job>;
  #retry: RetryPolicy;
  #stop = new AbortController();
  /** The same as its signal says, a look at which takes 0.2 microseconds. */
  #stopped = false;
  #results: DownloadResult[] = [];
  /** Patterns of objects that have led to none, and why. */
  readonly #unlisted = new Map<URL, unknown>();
  /** What fetches over FTP, loaded with the first such URL. */
  #ftp: FtpRun | undefined;
  #running = new Set<Job>();
  /** Those whose files are about to be written. */
  #arrived: { readonly job: Job; readonly arrival: Arrival }[] = [];
  #left = 0;
  #done = Promise.withResolvers<void>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What a function of the caller has thrown: it ends the run. */
  #callerFailure: { readonly error: unknown } | undefined;

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
    const folder = new OutputFolder(options.folder, files);
    this.#context = {
      options,
      // A store that is too busy is a matter of the schedule, which knows of the other files.
      client: new HttpClient(
        { ...options, signal, s3: { ...options.s3, retries: 0 } },
        options.mostConnections,
      ),
      claims: new NameClaims(() => folder.foldsCase()),
      rateLimit: options.limitRate === undefined ? undefined : new RateLimit(options.limitRate),
      signal,
      folder,
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
    const { signal, deadline, progress, onProgress } = this.#options;
    const began = performance.now();
    const report = () => {
      const seconds = (performance.now() - began) / 1_000;
      if (onProgress !== undefined) this.#tell(() => onProgress(progress!.state(seconds)));
    };
    const abort = () => this.#abort(signal!.reason);
    signal?.addEventListener("abort", abort, { once: true });
    if (signal?.aborted) abort();
    using end = new Deadline(() =>
      this.#abort(new TimeoutError(`the deadline of ${deadline} ms has passed`))
    );
    end.set(deadline ?? Infinity);
    const interval = Math.min(SPEED_INTERVAL_MS, Math.max(10, this.#options.lowestSpeedTime / 4));
    using _speeds = callEvery(interval, () => this.#checkSpeeds());
    using _reports = onProgress === undefined ? undefined : callEvery(REPORT_INTERVAL_MS, report);
    try {
      this.#plan(await this.#expand(requests));
      if (progress !== undefined) progress.files += this.#left;
      // What ended the run may have come while a folder was listed.
      if (this.#stopped) this.#giveUpWaiting(this.#stop.signal.reason);
      this.#pump();
      if (this.#left > 0) await this.#done.promise;
      if (!this.#stopped) await this.#ftp?.close();
      report();
      if (this.#callerFailure !== undefined) throw this.#callerFailure.error;
      signal?.throwIfAborted();
      return this.#results;
    } finally {
      this.#clearTimer();
      signal?.removeEventListener("abort", abort);
      this.#context.client.close();
    }
  }

  /** Puts the files of an FTP folder, or of a bucket, in the place of a pattern. */
  async #expand(requests: readonly CheckedRequest[]): Promise<CheckedRequest[]> {
    if (!requests.some(({ url, pattern }) => pattern || url.protocol.startsWith("ftp"))) {
      return [...requests];
    }
    const expanded: CheckedRequest[] = [];
    for (const request of requests) {
      const files = request.pattern
        ? await this.#expandObjects(request)
        : request.url.protocol.startsWith("ftp")
        ? await (await this.#ftpRun()).expand(request)
        : [request];
      const { folder } = request;
      for (const file of files) expanded.push(folder ? { ...file, folder } : file);
    }
    return expanded;
  }

  async #ftpRun(): Promise<FtpRun> {
    const { FtpRun } = await import("./ftp/run.ts");
    return this.#ftp ??= new FtpRun(this.#context);
  }

  async #expandObjects(request: CheckedRequest): Promise<CheckedRequest[]> {
    const { matchingObjects } = await import("./objects.ts");
    // No schedule knows yet what there is, so that this client waits by itself.
    using client = new HttpClient({ ...this.#options, signal: this.#stop.signal });
    try {
      const files = await matchingObjects(client, s3ObjectOf(request.url));
      return files.map((file) => ({ url: s3UrlOf(parseS3Text(file.url)) }));
    } catch (error) {
      if (this.#stopped) throw this.#stop.signal.reason;
      this.#unlisted.set(request.url, error);
      return [request];
    }
  }

  /** Makes a job for each file. Names are claimed in the order of the URLs. */
  #plan(requests: readonly CheckedRequest[]): void {
    const same = new Map<string, Job>();
    for (let index = 0; index < requests.length; index++) {
      const request = requests[index]!;
      const { url, name, folder, sha256, checksum, mirrors } = request;
      const plain = name === undefined && (folder ?? "") === "" && sha256 === undefined &&
        checksum === undefined;
      const key = plain && mirrors === undefined
        ? url.href
        : `${url.href} ${name} ${folder} ${sha256} ${checksum} ${mirrors?.join(" ")}`;
      const known = same.get(key);
      if (known !== undefined) {
        known.indices.push(index);
        continue;
      }
      const job = this.#jobOf(request, index);
      same.set(key, job);
      this.#schedule.add(job.host, job);
      this.#left++;
    }
  }

  /** A job for a file; `claimed` is the name that it has from a mirror before. */
  #jobOf(request: CheckedRequest, index: number, claimed?: string): Job {
    const { url, name } = request;
    const http = /^(?:https?|s3):$/.test(url.protocol) && !this.#unlisted.has(url);
    const transfer = http ? undefined : this.#otherTransfer(request);
    return {
      request,
      host: transfer?.host ?? hostOf(url),
      planned: claimed ?? (http ? planName(this.#contextOf(request), url, name) : undefined),
      indices: [index],
      transfer,
      started: undefined,
      failures: 0,
      secured: 0,
      measuredBytes: 0,
      measuredAt: 0,
    };
  }

  /** What transfers into one folder share. */
  #contextOf({ folder: below = "" }: CheckedRequest): RunContext {
    if (below === "") return this.#context;
    let context = this.#contexts.get(below);
    if (context === undefined) {
      const path = joinPath(this.#options.folder, below);
      const folder = new OutputFolder(path, 0);
      const claims = new NameClaims(() => folder.foldsCase());
      const options = { ...this.#options, folder: path };
      this.#contexts.set(below, context = { ...this.#context, options, folder, claims });
    }
    return context;
  }

  #otherTransfer(request: CheckedRequest): Transfer {
    const { url, ...wanted } = request;
    const context = this.#contextOf(request);
    if (url.protocol.startsWith("ftp")) return this.#ftp!.transfer(url, wanted, context);
    const failure = this.#unlisted.get(url);
    if (failure !== undefined) return new UnlistedTransfer(shownUrl(url), hostOf(url), failure);
    return new LocalTransfer(context, url, wanted);
  }

  #transferOf(job: Job): Transfer {
    const { request, planned } = job;
    return job.transfer ??= new HttpTransfer(
      this.#contextOf(request),
      request.url,
      planned,
      request,
    );
  }

  /** Begins as many jobs as the caps allow. */
  #pump(): void {
    this.#clearTimer();
    while (!this.#stopped) {
      const now = performance.now();
      const next = this.#schedule.next(now);
      if (next === null) return;
      if ("at" in next) {
        this.#timer = setTimeout(
          () => this.#pump(),
          Math.min(MAX_TIMER_MS, Math.max(1, next.at - now)),
        );
        return;
      }
      void this.#run(next.job, now);
    }
  }

  #clearTimer(): void {
    // Even to name the function loads the platform's timers, 5 ms.
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #run(job: Job, now: number): Promise<void> {
    const transfer = this.#transferOf(job);
    job.started ??= now;
    job.measuredBytes = transfer.received;
    job.measuredAt = now;
    this.#running.add(job);
    this.#options.progress?.active.add(transfer);
    try {
      folderBelow(this.#options.folder, job.request.folder ?? "");
      const end = await transfer.attempt();
      this.#learn(job.host, transfer.received, performance.now() - now);
      if ("place" in end) return this.#arrive(job, end);
      const digests = givenDigests(job.request);
      if (end.outcome === "skipped" && digests.length > 0) await checkFile(end.path, digests);
      this.#end(job, end);
    } catch (error) {
      this.#failed(job, error);
    }
    this.#endRunning(job);
    this.#continue();
  }

  /** Small files that take long wait for the way to the server: further ones may wait beside them. */
  #learn(host: string, bytes: number, took: number): void {
    // Servers of FTP take few connections of one client.
    if (bytes === 0 || bytes > SMALL_BYTES || host.startsWith("ftp")) return;
    this.#schedule.learn(host, took, this.#options.mostConnections);
  }

  /** Notes that a job has left its place to the next one. */
  #endRunning(job: Job): void {
    this.#running.delete(job);
    this.#schedule.end(job.host);
  }

  #continue(): void {
    if (this.#left === 0) this.#done.resolve();
    else this.#pump();
  }

  /** Takes a body, together with those that have come in the same turn of the event loop. */
  #arrive(job: Job, arrival: Arrival): void {
    if (this.#arrived.push({ job, arrival }) === 1) queueMicrotask(() => this.#placeArrived());
  }

  /** Sends the next requests, and writes the files while the servers work on them. */
  #placeArrived(): void {
    const arrived = this.#arrived;
    this.#arrived = [];
    for (const { job, arrival } of arrived) {
      arrival.release();
      this.#endRunning(job);
    }
    this.#pump();
    for (const { job, arrival } of arrived) {
      try {
        this.#end(job, arrival.place());
      } catch (error) {
        this.#failed(job, error);
      }
    }
    this.#continue();
  }

  /** Too many files are open: no fault of the job, which waits until fewer others run. */
  #makeRoom(): void {
    const fewer = this.#running.size / 2;
    this.#schedule.lower(fewer);
    this.#context.client.keepIdle(Math.floor(fewer));
  }

  #failed(job: Job, error: unknown): void {
    const transfer = this.#transferOf(job);
    if (this.#stopped) return this.#giveUp(job, this.#stop.signal.reason, true);
    if (this.#moveToMirror(job, error)) return;
    if (!isTransient(error)) return this.#giveUp(job, error, !spoilsPart(error));
    // Attempts that bring the file further count from the start; but a slow server brings something
    // each time, and that must not go on for ever.
    const slow = error instanceof SlowError;
    const progressed = transfer.secured > job.secured;
    job.secured = Math.max(job.secured, transfer.secured);
    const crowded = isOutOfFiles(error) && this.#running.size > 0;
    if (crowded) this.#makeRoom();
    else job.failures = progressed && !slow ? 1 : job.failures + 1;
    const retryAfter = error instanceof TransientError ? error.retryAfter : undefined;
    const next = nextAttempt(this.#retry, job.failures, retryAfter);
    if ("giveUp" in next) return this.#giveUp(job, error, true, next.giveUp);
    const at = performance.now() + next.wait;
    // A server that is too busy, or takes no further connection, is not asked for more.
    this.#schedule.settle(job.host);
    if (error instanceof TransientError && error.wholeServer) {
      this.#schedule.pause(job.host, at);
    }
    this.#schedule.add(job.host, job, at);
    this.#tell(() => this.#options.onRetry?.(transfer.url, messageOf(error), next.wait));
  }

  /**
   * Asks the next place of a file that is in several, at the first failure of one; the last has
   * all attempts. What has come of it is dropped: nothing tells that both have the same version.
   */
  #moveToMirror(job: Job, error: unknown): boolean {
    const [url, ...mirrors] = job.request.mirrors ?? [];
    if (url === undefined || isOutOfFiles(error)) return false;
    const { planned, indices, started } = job;
    const transfer = this.#transferOf(job);
    transfer.stop(false);
    this.#options.progress?.end(transfer);
    const next = this.#jobOf({ ...job.request, url, mirrors }, indices[0]!, planned);
    next.indices.push(...indices.slice(1));
    next.started = started;
    this.#schedule.add(next.host, next);
    this.#tell(() => this.#options.onRetry?.(transfer.url, `${messageOf(error)}; next mirror`, 0));
    return true;
  }

  #end(job: Job, end: TransferEnd): void {
    this.#settle(job, { path: end.path, outcome: end.outcome, bytes: end.bytes, error: null });
  }

  #giveUp(job: Job, error: unknown, resumable: boolean, why = ""): void {
    let bytes = 0;
    let message = messageOf(error) + (why === "" ? "" : ` (${why})`);
    try {
      if (this.#options.acceptShort && error instanceof ClosedError && !this.#stopped) {
        const short = this.#transferOf(job).acceptShort?.();
        if (short !== undefined) {
          this.#tell(() => this.#options.onWarning?.(`${short.path} is short: ${message}`));
          return this.#end(job, short);
        }
      }
      // On a full disk too: hours may have gone into the part.
      bytes = this.#transferOf(job).stop(resumable);
    } catch (failure) {
      message += `; ${messageOf(failure)}`;
    }
    this.#settle(job, { path: null, outcome: "failed", bytes, error: message });
  }

  #settle(job: Job, end: Pick<DownloadResult, "path" | "outcome" | "bytes" | "error">): void {
    const transfer = this.#transferOf(job);
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
    const { onResult, progress } = this.#options;
    for (const index of job.indices) {
      this.#results[index] = result;
      if (onResult !== undefined) this.#tell(() => onResult(result));
    }
    if (progress !== undefined) {
      progress.end(transfer);
      progress.finished++;
    }
    job.transfer = undefined;
    this.#left--;
  }

  #tell(call: () => void): void {
    if (this.#callerFailure !== undefined) return;
    try {
      call();
    } catch (error) {
      this.#callerFailure = { error };
      this.#abort(error);
    }
  }

  /** Ends everything: what waits at once, what runs as soon as its connection is closed. */
  #abort(reason: unknown): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#stop.abort(reason);
    const error = reason instanceof Error ? reason : new HeliographError(String(reason));
    this.#giveUpWaiting(error);
    // One that has just failed still counts as running, and has been given up above.
    for (const job of this.#running) job.transfer?.interrupt(error);
    if (this.#left === 0) this.#done.resolve();
  }

  #giveUpWaiting(reason: unknown): void {
    for (const job of this.#schedule.drain()) this.#giveUp(job, reason, true);
  }

  #checkSpeeds(): void {
    const { lowestSpeed, lowestSpeedTime } = this.#options;
    const now = performance.now();
    for (const job of this.#running) {
      const transfer = job.transfer!;
      const seconds = (now - job.measuredAt) / 1000;
      if (seconds * 1000 < lowestSpeedTime) continue;
      const speed = (transfer.received - job.measuredBytes) / seconds;
      job.measuredBytes = transfer.received;
      job.measuredAt = now;
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
