/**
 * A worker that runs commands, one at a time. It has no socket; pictures and
 * files go to the server's thread, which decides about them.
 */

import { parentPort, workerData } from "node:worker_threads";
import { effectHost } from "./effects.ts";
import {
  CANCELLED,
  type FromWorker,
  GRANTED,
  type PackedOutcome,
  PRINTED,
  type ToWorker,
  type WorkerSetup,
} from "./messages.ts";
import { asItIs, type CommandText, withReturn } from "../../frames/command.ts";
import type {
  LanguageFunction,
  LanguageFunctions,
  LanguageRoutine,
} from "../../language/routines/routine.ts";
import { Refusal } from "../../language/values/error.ts";
import type { LanguageHost } from "../../language/routines/host.ts";
import {
  type CommandInputs,
  type CommandOutcome,
  LanguageSession,
  takeAll,
} from "../../language/evaluation/session.ts";
import type { IdlValue } from "../../language/values/value.ts";
import { packAll, type PackedValue, unpackAll } from "./packed_value.ts";

/** Printed lines are collected up to this many before they are passed on. */
const PRINT_BATCH = 100;

/** Batches of lines that the server has not yet taken, at most: it has other clients. */
const MAX_PRINTED = 4;

const port = parentPort!;
const functions: Record<string, LanguageFunction | LanguageRoutine> = {};

/** The functions of the modules, none of which may be called now. */
function refusing(reason: string): LanguageFunctions {
  const refuse = () => {
    throw new Refusal("limit", reason);
  };
  return Object.fromEntries(
    Object.entries(functions).map((
      [name, registered],
    ) => [name, typeof registered === "function" ? refuse : { ...registered, run: refuse }]),
  );
}

let printed: string[] = [];
let pace: { readonly words: Int32Array<SharedArrayBuffer>; readonly deadline: number } | undefined;
let effect: { resolve(done: EffectDone): void; reject(error: Error): void } | undefined;

function post(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

function flushPrinted(): void {
  if (printed.length === 0) return;
  waitForPrinted();
  post({ kind: "print", lines: printed });
  printed = [];
}

/** Waits until the server has taken enough, the command is cancelled or its time is over. */
function waitForPrinted(): void {
  const { words, deadline } = pace!;
  while (Atomics.load(words, CANCELLED) === 0 && performance.now() < deadline) {
    const ahead = Atomics.load(words, PRINTED);
    if (ahead < MAX_PRINTED) break;
    Atomics.wait(words, PRINTED, ahead, LOOK_MS);
  }
  Atomics.add(words, PRINTED, 1);
}

/** What came of an effect: a number, or the bytes of a file. */
interface EffectDone {
  readonly handle: number;
  readonly bytes?: ArrayBuffer | undefined;
}

function effectOf(message: FromWorker, transfer: ArrayBuffer[] = []): Promise<EffectDone> {
  flushPrinted();
  return new Promise((resolve, reject) => {
    effect = { resolve, reject };
    post(message, transfer);
  });
}

let keepsValues = false;

const host: LanguageHost = effectHost({
  get keepsValues() {
    return keepsValues;
  },
  print(line) {
    printed.push(line);
    if (printed.length >= PRINT_BATCH) flushPrinted();
  },
  async show({ image: { data, ...image }, png, ...picture }) {
    const { handle } = await effectOf(
      { kind: "show", picture, image, pixels: data.buffer, png: png.buffer },
      [
        data.buffer,
        png.buffer,
        ...picture.values === undefined ? [] : [picture.values.data.buffer],
      ],
    );
    return handle;
  },
  async write(name, bytes) {
    await effectOf({ kind: "write", name, bytes: bytes.buffer }, [bytes.buffer]);
  },
  async sizeOf(name) {
    return (await effectOf({ kind: "size", name })).handle;
  },
  async read(name, size) {
    return new Uint8Array((await effectOf({ kind: "read", name, size })).bytes!);
  },
});

/** Bytes of texts of which an answer can hold no more: JSON has half of them at least. */
const MAX_JSON_BYTES = 2 * 1024 ** 2;

/** Milliseconds between two looks at the clock while something is waited for. */
const LOOK_MS = 50;

/** Memory is asked for in steps of so many bytes at least. */
const STEP_BYTES = 64 * 1024 ** 2;

/**
 * A signal that another thread raises while this one computes: the evaluator asks it
 * between operations, no event needs to arrive.
 */
function sharedSignal(words: Int32Array<SharedArrayBuffer>): AbortSignal {
  return Object.defineProperty(new AbortController().signal, "aborted", {
    get: () => Atomics.load(words, CANCELLED) === 1,
  });
}

/** Asks for memory and waits until there is some, the command is cancelled or its time is over. */
function askForMore(
  words: Int32Array<SharedArrayBuffer>,
  [bytes, most]: readonly [number, number],
  deadline: number,
): number {
  const asked = Math.min(most, Math.max(bytes, STEP_BYTES));
  Atomics.store(words, GRANTED, 0);
  post({ kind: "more", bytes: asked });
  while (Atomics.load(words, CANCELLED) === 0 && performance.now() < deadline) {
    Atomics.wait(words, GRANTED, 0, LOOK_MS);
    const granted = Atomics.load(words, GRANTED);
    if (granted !== 0) return granted > 0 ? asked : 0;
  }
  return 0;
}

async function run(message: ToWorker & { kind: "run" }): Promise<void> {
  const words = new Int32Array(message.words);
  keepsValues = message.keepsValues;
  const deadline = performance.now() + message.limits.milliseconds;
  pace = { words, deadline };
  const session = new LanguageSession({
    limits: message.limits,
    host,
    functions: message.refusal === undefined ? functions : refusing(message.refusal),
    definitions: message.definitions,
    clock: () => performance.now(),
    room: {
      bytes: message.room,
      more: (bytes, most) => askForMore(words, [bytes, most], deadline),
    },
  });
  session.colorTable = message.colorTable;
  session.plot = message.plot;
  const variables = unpackAll(message.variables, message.objects);
  const command = message.implicitReturn
    ? withReturn(message.command, variables, session.routines, session.definitions)
    : asItIs(message.command);
  const outcome = await session.run(command.text, variables as unknown as CommandInputs, {
    signal: sharedSignal(words),
  });
  flushPrinted();
  const known = new Map(message.definitions);
  const definitions = [...session.definitions].filter(([name, source]) =>
    known.get(name) !== source
  );
  const left = takeAll(session);
  const returned = outcome.ok && outcome.returned !== undefined ? [outcome.returned] : [];
  const { entries, objects, transfer, packed } = packAll(left, ...returned);
  const answer = withJson(packed[0], returned[0], transfer);
  const unchanged = [...variables.keys()].filter((name) => left.get(name) === variables.get(name));
  post(
    {
      kind: "done",
      outcome: packOutcome(outcome, command, answer),
      variables: entries,
      objects,
      unchanged,
      colorTable: session.colorTable,
      plot: session.plot,
      definitions,
    },
    transfer,
  );
}

/** An answer of many texts, with the JSON that the server's thread sends: it takes its time. */
function withJson(
  packed: PackedValue | undefined,
  value: IdlValue | undefined,
  transfer: ArrayBuffer[],
): PackedValue | undefined {
  if (packed?.type !== 7 || value === undefined || packed.units.byteLength > MAX_JSON_BYTES) {
    return packed;
  }
  const json = new TextEncoder().encode(JSON.stringify(value.data)).buffer;
  transfer.push(json);
  return { ...packed, json };
}

function packOutcome(
  outcome: CommandOutcome,
  command: CommandText,
  returned: PackedValue | undefined,
): PackedOutcome {
  const { asked, operations } = outcome;
  if (outcome.ok) return { ok: true, asked, operations, returned };
  const { code, message, position } = outcome.error;
  return {
    ok: false,
    asked,
    operations,
    code,
    message,
    position: command.positionOf(position),
  };
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
  if (message.kind === "listen") return post({ kind: "listening" });
  const waiting = effect!;
  effect = undefined;
  if (message.failure === undefined) waiting.resolve(message);
  else waiting.reject(new Error(message.failure));
});

for (const [name, url] of (workerData as WorkerSetup).modules) {
  functions[name] = (await import(url)).default;
}
post({ kind: "ready" });
