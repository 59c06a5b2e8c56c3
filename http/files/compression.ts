import { createGzip, createZstdCompress } from "node:zlib";
import { concatenate } from "../../net/bytes/concatenate.ts";
import { inTurn } from "../server/event_loop_turn.ts";
import type { OpenFile } from "../server/open_file.ts";
import type { ResponseBody } from "../server/types.ts";

/** A coding that bodies are given while they are sent. */
export type Coding = "zstd" | "gzip";

/** Those of them that a client likes equally come in this order: the first takes less time. */
export const CODINGS: readonly Coding[] = ["zstd", "gzip"];

/** Bodies that are compressed at one time; further ones are sent as they are. */
const MAX_AT_ONCE = 16;

/** Bytes that are compressed in one step, which takes a millisecond or two. */
const STEP_BYTES = 65_536;

/** Shorter files are not worth it. */
const MIN_BYTES = 256;

/** Text and JSON; what else is served is compressed already, or numbers that hardly shrink. */
const COMPRESSIBLE =
  /^(?:text\/|image\/svg\+xml|application\/(?:[\w.-]+\+)?(?:json|xml|x-ndjson|toml)\b)/i;

let running = 0;

/** Whether one more body may be compressed now. */
export function hasRoom(): boolean {
  return running < MAX_AT_ONCE;
}

/**
 * Whether a body is one that is compressed.
 *
 * @param type Its Content-Type.
 * @param size Its bytes, where they are known.
 */
export function isCompressible(type: string, size: number = Infinity): boolean {
  return size >= MIN_BYTES && COMPRESSIBLE.test(type);
}

/**
 * A body in a coding, as it is compressed.
 *
 * @param body The body; of a file, all of it.
 * @param coding The coding.
 * @returns A stream whose end, or `return`, lets go of what it holds.
 */
export function compressed(
  body: OpenFile | Uint8Array | AsyncIterable<Uint8Array>,
  coding: Coding,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  return new Compressed(body, coding);
}

/** All of a stream in memory. */
export async function collect(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of stream) length += pieces[pieces.push(piece) - 1]!.length;
  return concatenate(pieces, length);
}

/** Whether the body of an answer can be given a coding: it is no list of parts. */
export function isWholeBody(
  body: ResponseBody | undefined,
): body is Uint8Array | AsyncIterable<Uint8Array> {
  return typeof body === "object" && (body instanceof Uint8Array || Symbol.asyncIterator in body);
}

/** A generator that counts as running from its making, even if no one ever asks it for bytes. */
class Compressed implements AsyncGenerator<Uint8Array<ArrayBuffer>> {
  readonly #body: OpenFile | Uint8Array | AsyncIterable<Uint8Array>;
  readonly #steps: AsyncGenerator<Uint8Array<ArrayBuffer>, void>;
  #over = false;

  constructor(body: OpenFile | Uint8Array | AsyncIterable<Uint8Array>, coding: Coding) {
    this.#body = body;
    this.#steps = code(body, coding);
    running++;
  }

  async next(): Promise<IteratorResult<Uint8Array<ArrayBuffer>, void>> {
    try {
      const step = await this.#steps.next();
      if (step.done) this.#end();
      return step;
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  async return(): Promise<IteratorResult<Uint8Array<ArrayBuffer>, void>> {
    try {
      return await this.#steps.return();
    } finally {
      this.#end();
    }
  }

  /** Lets go of what it holds as soon as the step that runs has ended. */
  release(): void {
    this.return().catch(() => {});
  }

  async throw(error: unknown): Promise<IteratorResult<Uint8Array<ArrayBuffer>, void>> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    running--;
    if ("readFully" in this.#body) this.#body.close();
  }
}

async function* code(
  body: OpenFile | Uint8Array | AsyncIterable<Uint8Array>,
  coding: Coding,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const coder = coding === "gzip" ? createGzip() : createZstdCompress();
  let room = () => {};
  coder.on("drain", () => room()).on("close", () => room());
  const feed = async () => {
    for await (const piece of stepsOf(body)) {
      if (coder.destroyed) return;
      const goesOn = await inTurn(() => coder.write(piece));
      if (!goesOn) {
        await new Promise<void>((resolve) => {
          room = resolve;
        });
      }
    }
    coder.end();
  };
  const fed = feed();
  // Without it the failure would end the coder's reader only, and this promise go unheard.
  fed.catch((error) => coder.destroy(error));
  try {
    for await (const piece of coder) yield piece as Uint8Array<ArrayBuffer>;
    await fed;
  } finally {
    coder.destroy();
    await fed.catch(() => {});
  }
}

async function* stepsOf(
  body: OpenFile | Uint8Array | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  if (body instanceof Uint8Array) {
    for (let at = 0; at < body.length; at += STEP_BYTES) yield body.subarray(at, at + STEP_BYTES);
    return;
  }
  if (!("readFully" in body)) {
    for await (const piece of body) yield* stepsOf(piece);
    return;
  }
  for (let at = 0; at < body.size; at += STEP_BYTES) {
    const piece = new Uint8Array(Math.min(STEP_BYTES, body.size - at));
    body.readFully(piece, at);
    yield piece;
  }
  body.checkUnchanged();
}
