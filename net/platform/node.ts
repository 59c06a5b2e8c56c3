/**
 * What Deno and Node have built in. Their modules are asked for when they are first
 * needed: `node:zlib` costs a program 35 ms as it starts, and `Buffer` 10; a browser has
 * neither, and loads this file all the same.
 */

import { FormatError, HeliographError } from "../errors.ts";
import { encodeAsciiInto, tooLarge } from "./browser.ts";
import type {
  DeflateFormat,
  DeflateOptions,
  InflateOptions,
  Platform,
  RawStream,
} from "./needs.ts";

/** The methods of `Buffer` that work on any Uint8Array. */
interface BufferMethods {
  latin1Slice(this: Uint8Array, start: number, end: number): string;
  latin1Write(this: Uint8Array, text: string, at: number, length: number): number;
}

/** What is used of `node:zlib`. */
interface Zlib {
  readonly constants: {
    readonly [name in "Z_SYNC_FLUSH" | "Z_FINISH" | "Z_RLE" | "Z_DEFAULT_STRATEGY"]: number;
  };
  crc32(bytes: Uint8Array, before?: number): number;
  inflateSync(bytes: Uint8Array, options: object): Uint8Array;
  deflateSync(bytes: Uint8Array, options: object): Uint8Array;
  deflateRawSync(bytes: Uint8Array, options: object): Uint8Array;
  gzipSync(bytes: Uint8Array, options: object): Uint8Array;
  createGunzip(options?: object): ZlibTransform;
  createInflate(options?: object): ZlibTransform;
  createInflateRaw(options?: object): ZlibTransform;
  createDeflateRaw(options?: object): ZlibTransform;
}

/** A stream of `node:zlib`. */
interface ZlibTransform {
  readonly _handle?: ZlibHandle | null;
  /** After a write: bytes of output left free, bytes of input not taken. */
  readonly _writeState?: Uint32Array;
  once(event: "end", listener: () => void): void;
  once(event: "error", listener: (error: Error) => void): void;
  on(event: "data", listener: (bytes: Uint8Array) => void): void;
  write(bytes: Uint8Array, done: () => void): void;
  end(): void;
  destroy(): void;
}

/**
 * The part of a zlib stream below its events. The streams of `node:zlib` go
 * through a thread for every piece, whose order and memory no one controls; the
 * handle beneath them works at once, into memory of our own, and says how much
 * it took and gave. The package manager of Node builds on the same handle.
 */
interface ZlibHandle {
  onerror: (message: string, code: number) => void;
  writeSync(
    flush: number,
    input: Uint8Array,
    inputAt: number,
    inputLength: number,
    output: Uint8Array,
    outputAt: number,
    outputLength: number,
  ): void;
  reset(): void;
  close(): void;
}

/** The parts of the global object of Deno and Node that lead to their modules. */
const host = globalThis as {
  process?: { getBuiltinModule?: (name: string) => unknown };
  Buffer?: { prototype: BufferMethods };
};

let zlibModule: Zlib | undefined;

function zlib(): Zlib {
  return zlibModule ??= host.process!.getBuiltinModule!("node:zlib") as Zlib;
}

/** One direction of zlib: the handle, and the error that it met. */
class HandleStream implements RawStream {
  readonly #handle: ZlibHandle;
  readonly #state: Uint32Array;
  /** Kept so that the handle is not collected before its time. */
  readonly #stream: ZlibTransform;
  #flush: number;
  #failure: string | undefined;
  #closed = false;

  constructor(stream: ZlibTransform) {
    this.#stream = stream;
    const { _handle: handle, _writeState: state } = this.#stream;
    if (typeof handle?.writeSync !== "function" || state === undefined) {
      throw new HeliographError("Cannot compress: this runtime's zlib has no synchronous handle");
    }
    this.#handle = handle;
    this.#state = state;
    this.#flush = zlib().constants.Z_SYNC_FLUSH;
    handle.onerror = (message) => this.#failure = message;
  }

  get outputLeft(): number {
    return this.#state[0]!;
  }

  get inputLeft(): number {
    return this.#state[1]!;
  }

  /** Whether input that breaks off is an error from now on. */
  set whole(whole: boolean) {
    const { Z_FINISH, Z_SYNC_FLUSH } = zlib().constants;
    this.#flush = whole ? Z_FINISH : Z_SYNC_FLUSH;
  }

  write(input: Uint8Array, output: Uint8Array): void {
    this.#failure = undefined;
    this.#handle.writeSync(this.#flush, input, 0, input.length, output, 0, output.length);
    if (this.#failure !== undefined) throw new FormatError(`Cannot inflate: ${this.#failure}`);
  }

  reset(): void {
    this.#handle.reset();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#handle.close();
  }
}

/** Inflaters that are used again and again: a new one for every tile takes three times as long. */
const inflaters: Partial<Record<DeflateFormat, HandleStream>> = {};

function inflaterOf(format: DeflateFormat): HandleStream {
  const { createGunzip, createInflate, createInflateRaw } = zlib();
  const create = { gzip: createGunzip, zlib: createInflate, raw: createInflateRaw }[format];
  return inflaters[format] ??= new HandleStream(create());
}

/** Deflate expands at most 1032 times: no more memory is taken on anyone's word. */
const MAX_EXPANSION = 1032;
/** The least output memory. */
const MIN_OUTPUT_BYTES = 64;

const spare = new Uint8Array(1);

function inflateSync(
  bytes: Uint8Array,
  expectedSize: number,
  maxSize: number,
  { format = "gzip", truncated = false }: InflateOptions = {},
): Uint8Array<ArrayBuffer> {
  const inflater = inflaterOf(format);
  inflater.reset();
  inflater.whole = !truncated;
  const first = Math.min(expectedSize, maxSize, bytes.length * MAX_EXPANSION);
  let output = new Uint8Array(Math.max(MIN_OUTPUT_BYTES, first));
  let filled = 0;
  let input = bytes;
  for (;;) {
    inflater.write(input, output.subarray(filled));
    filled = output.length - inflater.outputLeft;
    if (inflater.outputLeft > 0) break;
    // Full memory does not tell whether there is more: one more byte does.
    input = input.subarray(input.length - inflater.inputLeft);
    inflater.write(input, spare);
    if (inflater.outputLeft > 0) break;
    input = input.subarray(input.length - inflater.inputLeft);
    if (filled >= maxSize) throw tooLarge(maxSize);
    const larger = new Uint8Array(Math.min(filled * 2, Math.max(maxSize, filled + 1)));
    larger.set(output);
    larger[filled++] = spare[0]!;
    output = larger;
  }
  if (filled > maxSize) throw tooLarge(maxSize);
  return filled === output.length ? output : output.slice(0, filled);
}

function deflateSync(
  bytes: Uint8Array,
  { format = "gzip", level = 6, open = false, runs = false }: DeflateOptions = {},
): Uint8Array<ArrayBuffer> {
  const { constants, deflateRawSync, deflateSync, gzipSync } = zlib();
  const pack = { gzip: gzipSync, zlib: deflateSync, raw: deflateRawSync }[format];
  const packed = pack(bytes, {
    level,
    finishFlush: open ? constants.Z_SYNC_FLUSH : constants.Z_FINISH,
    strategy: runs ? constants.Z_RLE : constants.Z_DEFAULT_STRATEGY,
  });
  return new Uint8Array(packed.buffer as ArrayBuffer, packed.byteOffset, packed.length);
}

/**
 * Members one after the other, as gzip itself reads them, by a thread of the runtime
 * (DecompressionStream stops at the first).
 */
async function* gunzip(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const inflater = zlib().createGunzip({ chunkSize: 1 << 18 });
  let ready: Uint8Array[] = [];
  let failure: Error | undefined;
  const ended = new Promise<void>((resolve) => {
    inflater.once("end", resolve);
    inflater.once("error", (error) => {
      failure = error;
      resolve();
    });
  });
  inflater.on("data", ({ buffer, byteOffset, byteLength }) => {
    // The inflater gives Buffers; no one else shall meet them.
    ready.push(new Uint8Array(buffer, byteOffset, byteLength));
  });
  const takeReady = () => {
    const taken = ready;
    ready = [];
    return taken;
  };
  try {
    for await (const piece of pieces) {
      const written = new Promise<void>((resolve) => inflater.write(piece, () => resolve()));
      await Promise.race([written, ended]);
      yield* takeReady();
      if (failure !== undefined) break;
    }
    inflater.end();
    await ended;
    yield* takeReady();
  } finally {
    inflater.destroy();
  }
  if (failure === undefined) return;
  throw new FormatError(`Cannot inflate: ${failure.message}`, { cause: failure });
}

function openStream(make: (zlib: Zlib) => ZlibTransform): RawStream | undefined {
  try {
    return new HandleStream(make(zlib()));
  } catch (error) {
    if (!(error instanceof HeliographError)) throw error;
    return undefined;
  }
}

// A TextDecoder takes "latin1" for windows-1252, which has other characters from 0x80 to
// 0x9f, and is nine times slower on the head of a request.
let latin1Slice: BufferMethods["latin1Slice"] | undefined;
let latin1Write: BufferMethods["latin1Write"] | undefined;
let isUtf8: ((bytes: Uint8Array) => boolean) | undefined;

const native: Platform = {
  decodeLatin1(bytes, start, end) {
    latin1Slice ??= host.Buffer!.prototype.latin1Slice;
    return latin1Slice.call(bytes, start, end);
  },
  encodeLatin1Into(text, target, at) {
    if (encodeAsciiInto(text, target, at)) return;
    latin1Write ??= host.Buffer!.prototype.latin1Write;
    latin1Write.call(target, text, at, text.length);
  },
  isUtf8(bytes) {
    isUtf8 ??= (host.process!.getBuiltinModule!("node:buffer") as { isUtf8: typeof isUtf8 })
      .isUtf8!;
    return isUtf8(bytes);
  },
  crc32: (bytes, before = 0) => zlib().crc32(bytes, before),
  inflateSync,
  deflateSync,
  gunzip,
  openDeflate: ({ windowBits, level = 6, memLevel = 8 }) =>
    openStream((zlib) => zlib.createDeflateRaw({ windowBits, level, memLevel })),
  openInflate: ({ windowBits }) => openStream((zlib) => zlib.createInflateRaw({ windowBits })),
};

/**
 * The platform of Deno and Node.
 *
 * Whether it is one of them is told without touching what they load when it is named:
 * `process` costs a program of Deno 20 ms.
 *
 * @returns Undefined where the runtime is neither.
 */
export function nodePlatform(): Platform | undefined {
  if ("Deno" in globalThis) return native;
  return typeof host.process?.getBuiltinModule === "function" ? native : undefined;
}
