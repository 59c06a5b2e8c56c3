/** One thread that runs commands, and how it is ended. */

import { messageOf } from "../../../net/errors.ts";
import { Worker } from "node:worker_threads";
import { callAfter } from "../../../net/deadline.ts";
import type { DrawnPicture } from "./effects.ts";
import { failed, type PoolJob, type PoolResult } from "./job.ts";
import {
  CANCELLED,
  type EffectOnFile,
  type FromWorker,
  GRANTED,
  type PackedOutcome,
  PRINTED,
  type ToWorker,
  WORDS_BYTES,
  type WorkerSetup,
} from "./messages.ts";
import { LanguageError, type LanguageErrorCode } from "../../language/values/error.ts";
import type { CommandOutcome } from "../../language/evaluation/session.ts";
import { packAll, unpack, unpackAll } from "./packed_value.ts";
import { threadModule } from "./thread_module.ts";

/** A worker that does not end a command by itself is given up this long after the time limit. */
const GRACE_MS = 1_000;

/** Milliseconds in which a worker that is given up says that it still listens, if it does. */
const ANSWER_MS = 500;

/** A worker that has not begun to listen after this long does not start at all. */
const START_MS = 60_000;

/** The heap of a worker in MiB, without the arrays, which the language counts itself. */
const HEAP_MIB = 512;

/** One worker, and the command that it runs. */
export class EvaluationThread {
  /** Whether it takes no further commands. */
  ended = false;
  #worker: Worker;
  #job: PoolJob | undefined;
  #settle: ((result: PoolResult) => void) | undefined;
  #timer: Disposable | undefined;
  #ready = Promise.withResolvers<void>();
  #words: Int32Array<SharedArrayBuffer> | undefined;
  /** What is done when a worker that is to be given up still listens. */
  #heard: (() => void) | undefined;
  /** Ends when the thread has, as far as that can be known. */
  #gone = Promise.withResolvers<void>();

  constructor(setup: WorkerSetup) {
    this.#worker = new Worker(threadModule(new URL("./worker.ts", import.meta.url)), {
      workerData: setup,
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
    });
    this.#worker.on("message", (message: FromWorker) => this.#receive(message));
    this.#worker.on("error", (error: Error) => this.#fail("host", `failed: ${error.message}`));
    this.#worker.on("exit", () => this.#fail("limit", "ended, perhaps for want of memory"));
  }

  /**
   * Runs a command.
   *
   * @param job The command.
   * @param refusal Why it may call no function of a module, if it may not.
   */
  run(job: PoolJob, refusal: string | undefined): Promise<PoolResult> {
    const { command, implicitReturn, colorTable, plot, definitions, signal, first } = job;
    const words = this.#words = new Int32Array(new SharedArrayBuffer(WORDS_BYTES));
    const { entries: variables, objects, transfer } = packAll(job.variables);
    const milliseconds = Math.min(job.limits.milliseconds, job.due - performance.now());
    const limits = { ...job.limits, milliseconds };
    const cancel = () => {
      Atomics.store(words, CANCELLED, 1);
      this.#giveUpIn(GRACE_MS, "cancelled", "did not end when it was cancelled");
    };
    return new Promise<PoolResult>((resolve) => {
      this.#job = job;
      this.#settle = resolve;
      if (this.ended) return this.#fail("host", "has ended");
      this.#giveUpIn(START_MS, "host", "found a worker that did not start");
      signal?.addEventListener("abort", cancel, { once: true });
      this.#post({
        kind: "run",
        command,
        implicitReturn,
        variables,
        objects,
        colorTable,
        plot,
        definitions,
        limits,
        keepsValues: job.sink.keepsValues === true,
        room: first,
        refusal,
        words: words.buffer,
      }, transfer);
      void this.#ready.promise.then(() => {
        if (this.#job !== job || signal?.aborted) return;
        this.#giveUpIn(
          milliseconds + GRACE_MS,
          "time",
          `ran for over ${Math.round(milliseconds)} ms`,
        );
      });
    }).finally(() => signal?.removeEventListener("abort", cancel));
  }

  async end(): Promise<void> {
    this.#fail("cancelled", "was given up: the server is shutting down");
    await this.#worker.terminate();
  }

  #post(message: ToWorker, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  #receive(message: FromWorker): void {
    if (message.kind === "ready") return this.#ready.resolve();
    if (message.kind === "print") this.#takeNext(this.#words!);
    if (message.kind === "listening" || this.ended) return this.#hear(message);
    const job = this.#job;
    if (job === undefined) return;
    switch (message.kind) {
      case "more":
        void this.#giveMore(job, message.bytes);
        return;
      case "print":
        for (const line of message.lines) job.sink.print(line);
        return;
      case "show":
      case "write":
      case "size":
      case "read":
        void this.#effect(job, message);
        return;
      case "done":
        return this.#finish({
          outcome: unpackOutcome(message.outcome),
          variables: unpackAll(message.variables, message.objects),
          unchanged: new Set(message.unchanged),
          colorTable: message.colorTable,
          plot: message.plot,
          definitions: message.definitions,
        });
    }
  }

  /** Lets the worker print more, after whatever else has come in the meantime. */
  #takeNext(words: Int32Array<SharedArrayBuffer>): void {
    setTimeout(() => {
      Atomics.sub(words, PRINTED, 1);
      Atomics.notify(words, PRINTED);
    });
  }

  async #giveMore(job: PoolJob, bytes: number): Promise<void> {
    const words = this.#words!;
    let granted = 1;
    try {
      await job.more(bytes);
    } catch {
      // The claim has ended, and the command with it.
      granted = -1;
    }
    Atomics.store(words, GRANTED, granted);
    Atomics.notify(words, GRANTED);
  }

  async #effect(
    { sink }: PoolJob,
    message: EffectOnFile | FromWorker & { kind: "show" },
  ): Promise<void> {
    let handle = 0;
    let bytes: ArrayBuffer | undefined;
    let failure: string | undefined;
    try {
      if (message.kind === "show") handle = await sink.show(pictureOf(message));
      else if (message.kind === "size") handle = await sink.sizeOf(message.name);
      else if (message.kind === "write") {
        await sink.write(message.name, new Uint8Array(message.bytes));
      } else bytes = (await sink.read(message.name, message.size)).buffer;
    } catch (error) {
      failure = messageOf(error);
    }
    if (this.ended) return;
    this.#post({ kind: "effect", handle, bytes, failure }, bytes === undefined ? [] : [bytes]);
  }

  #giveUpIn(milliseconds: number, code: LanguageErrorCode, what: string): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = callAfter(milliseconds, () => this.#giveUp(code, what));
  }

  /** A thread that still hears messages can be ended; one that computes cannot. */
  #giveUp(code: LanguageErrorCode, what: string): void {
    if (this.ended) return;
    Atomics.store(this.#words!, CANCELLED, 1);
    this.#post({ kind: "listen" });
    this.#heard = () => this.#fail(code, `${what} and was ended`);
    this.#timer = callAfter(ANSWER_MS, () => {
      this.ended = true;
      this.#heard = undefined;
      this.#settleFailed(code, `${what}; it still runs, and its thread cannot be ended`, true);
    });
  }

  /** What comes from a worker that has been given up: but for two kinds, it can be ended now. */
  #hear(message: FromWorker): void {
    if (message.kind === "more") {
      Atomics.store(this.#words!, GRANTED, -1);
      Atomics.notify(this.#words!, GRANTED);
    }
    // It has printed, and goes on with what it does.
    if (message.kind === "more" || message.kind === "print") return;
    if (this.#heard !== undefined) return this.#heard();
    // It came to its end before the question did.
    if (!this.ended) return;
    void this.#worker.terminate();
    this.#gone.resolve();
  }

  /** Ends the worker: what it had is lost, and only the job's owner hears of it. */
  #fail(code: LanguageErrorCode, what: string): void {
    const isFirst = !this.ended;
    this.ended = true;
    // Before its end, which is told while it is asked for.
    this.#settleFailed(code, what, false);
    if (isFirst) void this.#worker.terminate();
    this.#gone.resolve();
  }

  #settleFailed(code: LanguageErrorCode, what: string, goesOn: boolean): void {
    const job = this.#job;
    if (job === undefined) return;
    const names = [...job.variables.keys()].join(", ");
    const result = failed(
      job,
      code,
      `The command ${what}${names && `; its variables ${names} are lost`}`,
    );
    this.#finish(goesOn ? { ...result, lost: this.#gone.promise } : result);
  }

  #finish(result: PoolResult): void {
    this.#timer?.[Symbol.dispose]();
    const settle = this.#settle;
    this.#heard = undefined;
    this.#job = undefined;
    this.#settle = undefined;
    settle?.(result);
  }
}

function unpackOutcome(packed: PackedOutcome): CommandOutcome {
  const { asked, operations } = packed;
  if (packed.ok) {
    const { returned } = packed;
    return { ok: true, asked, operations, returned: returned && unpack(returned) };
  }
  const error = new LanguageError(packed.code, packed.message, packed.position);
  return { ok: false, asked, operations, error };
}

function pictureOf(
  { picture, image, pixels, png }: FromWorker & { kind: "show" },
): DrawnPicture {
  return {
    ...picture,
    image: { ...image, data: new Uint8Array(pixels) },
    png: new Uint8Array(png),
  };
}
