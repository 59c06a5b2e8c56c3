/** Reads a file of this computer in a worker: the page stays quick, and nothing is sent anywhere. */

import { openFits } from "../../../fits/browser.ts";
import { loadDequantizer } from "../../../fits/tiles/codecs/dequantize.ts";
import { loadHcompressDecoder } from "../../../fits/tiles/codecs/hcompress.ts";
import { loadRiceDecoder } from "../../../fits/tiles/codecs/rice.ts";
import { messageOf } from "../../../net/errors.ts";
import { LocalEngine } from "./local_engine.ts";
import {
  type LocalMethod,
  type LocalRequest,
  type LocalResponse,
  READY,
} from "./local_messages.ts";

/** Decoded tiles of a compressed image that are kept. */
const TILE_CACHE_BYTES = 64 << 20;
/** Bytes of a file within gzip, bzip2 or compress that are kept. */
const MAX_EXPANDED_BYTES = 512 << 20;

/** The worker itself, as the types of pages do not know it. */
const worker = globalThis as unknown as {
  onmessage: ((event: MessageEvent<LocalRequest>) => void) | null;
  postMessage(message: LocalResponse, transfer?: Transferable[]): void;
};

let engine: LocalEngine | undefined;
const running = new Map<number, AbortController>();

/** Lets messages come in: a timer would wait for four milliseconds. */
const channel = new MessageChannel();
/** What waits for its turn, the first in front: several tiles are made side by side. */
const pausing: (() => void)[] = [];
channel.port1.onmessage = () => pausing.shift()?.();
const pause = () =>
  new Promise<void>((resolve) => {
    pausing.push(resolve);
    channel.port2.postMessage(undefined);
  });

async function open(file: File): Promise<void> {
  const fits = await openFits(file, {
    tileCacheBytes: TILE_CACHE_BYTES,
    maxKeptBytes: MAX_EXPANDED_BYTES,
  });
  engine = new LocalEngine(fits, { name: file.name, bytes: file.size }, pause);
}

async function answer(
  method: LocalMethod,
  args: readonly unknown[],
  signal: AbortSignal,
): Promise<unknown> {
  if (method === "open") return await open(args[0] as File);
  if (engine === undefined) throw new Error("Cannot answer: no file is open");
  const call = engine[method] as (...args: readonly unknown[]) => Promise<unknown>;
  return await call.call(engine, ...args, signal);
}

worker.onmessage = async ({ data }) => {
  const { id, method } = data;
  if (method === "abort") {
    running.get(id)?.abort();
    return;
  }
  const controller = new AbortController();
  running.set(id, controller);
  try {
    const value = await answer(method, data.args, controller.signal);
    const transfer = value instanceof Uint8Array ? [value.buffer as ArrayBuffer] : [];
    worker.postMessage({ id, value }, transfer);
  } catch (error) {
    worker.postMessage({ id, error: messageOf(error) });
  } finally {
    running.delete(id);
  }
};

// All that any file may need is there before the first: the network may be gone by then. What
// cannot be loaded now is an error of the file that needs it.
await Promise.allSettled([loadRiceDecoder(), loadHcompressDecoder(), loadDequantizer()]);
worker.postMessage({ id: READY, value: undefined });
