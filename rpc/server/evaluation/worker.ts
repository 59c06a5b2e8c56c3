/**
 * A worker that carries out commands, one at a time. It has no socket; pictures and
 * files go to the server's thread, which decides about them.
 */

import { parentPort, workerData } from "node:worker_threads";
import { effectHost } from "./effects.ts";
import type { FromWorker, PackedOutcome, ToWorker, WorkerSetup } from "./messages.ts";
import type {
  LanguageFunction,
  LanguageFunctions,
  LanguageRoutine,
} from "../../language/routines/routine.ts";
import type { LanguageHost } from "../../language/routines/host.ts";
import { type CommandOutcome, LanguageSession } from "../../language/evaluation/session.ts";
import type { IdlValue } from "../../language/values/value.ts";
import { pack, packAll, unpackAll } from "./packed_value.ts";

/** Printed lines are collected up to this many before they are passed on. */
const PRINT_BATCH = 100;

const port = parentPort!;
const functions: Record<string, LanguageFunction | LanguageRoutine> = {};
let printed: string[] = [];
let effect: { resolve(handle: number): void; reject(error: Error): void } | undefined;

function post(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

function flushPrinted(): void {
  if (printed.length === 0) return;
  post({ kind: "print", lines: printed });
  printed = [];
}

function effectOf(message: FromWorker, transfer: ArrayBuffer[]): Promise<number> {
  flushPrinted();
  return new Promise((resolve, reject) => {
    effect = { resolve, reject };
    post(message, transfer);
  });
}

const host: LanguageHost = effectHost({
  print(line) {
    printed.push(line);
    if (printed.length >= PRINT_BATCH) flushPrinted();
  },
  show({ image: { data, ...image }, png, ...picture }) {
    return effectOf(
      { kind: "show", picture, image, pixels: data.buffer, png: png.buffer },
      [data.buffer, png.buffer],
    );
  },
  async write(name, bytes) {
    await effectOf({ kind: "write", name, bytes: bytes.buffer }, [bytes.buffer]);
  },
});

/**
 * A signal that another thread raises while this one computes: the evaluator asks it
 * between operations, no event needs to arrive.
 */
function sharedSignal(word: SharedArrayBuffer): AbortSignal {
  const flag = new Int32Array(word);
  return Object.defineProperty(new AbortController().signal, "aborted", {
    get: () => Atomics.load(flag, 0) === 1,
  });
}

async function run(message: ToWorker & { kind: "run" }): Promise<void> {
  const session = new LanguageSession({
    limits: message.limits,
    host,
    functions: functions as LanguageFunctions,
    clock: () => performance.now(),
  });
  session.colorTable = message.colorTable;
  const variables = unpackAll(message.variables);
  const outcome = await session.run(message.command, Object.fromEntries(variables), {
    signal: sharedSignal(message.cancelled),
  });
  flushPrinted();
  const left = session.take();
  const returned = outcome.ok && outcome.returned !== undefined ? [outcome.returned] : [];
  const { entries, transfer } = packAll(left, ...returned);
  const unchanged = [...variables.keys()].filter((name) => left.get(name) === variables.get(name));
  post(
    {
      kind: "done",
      outcome: packOutcome(outcome),
      variables: entries,
      unchanged,
      colorTable: session.colorTable,
    },
    transfer,
  );
}

function packOutcome(outcome: CommandOutcome): PackedOutcome {
  const { asked, operations } = outcome;
  if (outcome.ok) {
    const { returned } = outcome;
    return { ok: true, asked, operations, returned: returned && pack(returned as IdlValue) };
  }
  const { code, message, position } = outcome.error;
  return { ok: false, asked, operations, code, message, position };
}

port.on("message", (message: ToWorker) => {
  if (message.kind === "run") {
    // A fault in the program itself ends the worker, and the pool says so.
    run(message).catch((error) => {
      setTimeout(() => {
        throw error;
      });
    });
    return;
  }
  const waiting = effect!;
  effect = undefined;
  if (message.failure === undefined) waiting.resolve(message.handle);
  else waiting.reject(new Error(message.failure));
});

for (const [name, url] of (workerData as WorkerSetup).modules) {
  functions[name] = (await import(url)).default;
}
post({ kind: "ready" });
