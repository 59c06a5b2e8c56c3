/** What browsers have built in, and what of ours stands in for the rest. */

import { FormatError, LimitError } from "../errors.ts";
import { crc32 } from "./checksums.ts";
import { deflate } from "./deflate.ts";
import { damaged } from "./inflate.ts";
import { MemberReader } from "./members.ts";
import type { InflateOptions, Platform } from "./needs.ts";

/** Characters that are made at a time, as arguments of one call. */
const CHARACTERS = 4096;
/** The longest match: room that the inflater needs behind the output. */
const MATCH_BYTES = 258;
/** The least output memory. */
const MIN_OUTPUT_BYTES = 1024;
/** Deflate expands at most 1032 times: no more memory is taken on anyone's word. */
const MAX_EXPANSION = 1032;
/** Output that a stream gives at a time, and the window before it. */
const STREAM_BYTES = 1 << 18;

const encoder = new TextEncoder();
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decodeLatin1(bytes: Uint8Array, start: number, end: number): string {
  // Bytes that are as many characters of UTF-8, none of them a replacement, are ASCII.
  const text = utf8.decode(bytes.subarray(start, end));
  if (text.length === end - start && !text.includes("\ufffd")) return text;
  let latin1 = "";
  for (let at = start; at < end; at += CHARACTERS) {
    latin1 += String.fromCharCode(...bytes.subarray(at, Math.min(end, at + CHARACTERS)));
  }
  return latin1;
}

/**
 * Writes text as UTF-8, which has the same octets as long as one is enough for each
 * character, and is several times faster than the Latin-1 that is built in.
 *
 * @returns Whether it was enough; if not, what is written is to be written over.
 */
export function encodeAsciiInto(text: string, target: Uint8Array, at: number): boolean {
  return encoder.encodeInto(text, target.subarray(at, at + text.length)).read === text.length;
}

function encodeLatin1Into(text: string, target: Uint8Array, at: number): void {
  if (encodeAsciiInto(text, target, at)) return;
  for (let i = 0; i < text.length; i++) target[at + i] = text.charCodeAt(i);
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    strictUtf8.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function inflateSync(
  bytes: Uint8Array,
  expectedSize: number,
  maxSize: number,
  { format = "gzip", truncated = false }: InflateOptions = {},
): Uint8Array<ArrayBuffer> {
  const first = Math.min(expectedSize, maxSize, bytes.length * MAX_EXPANSION);
  const reader = new MemberReader(
    format,
    new Uint8Array(Math.max(MIN_OUTPUT_BYTES, first) + MATCH_BYTES),
  );
  const { inflater } = reader;
  inflater.feed(bytes);
  for (let stop = reader.run(true); stop !== "end"; stop = reader.run(true)) {
    if (stop === "input") {
      if (truncated) break;
      throw damaged("unexpected end of file");
    }
    if (inflater.filled > maxSize) break;
    const larger = new Uint8Array(inflater.output.length * 2);
    larger.set(inflater.output);
    inflater.output = larger;
  }
  if (inflater.filled > maxSize) throw tooLarge(maxSize);
  return inflater.output.slice(0, inflater.filled);
}

/** The error of a stream that gives more than is allowed. */
export function tooLarge(maxSize: number): LimitError {
  return new LimitError(`Cannot inflate: found more than the limit of ${maxSize} bytes`);
}

/**
 * Expands a gzip file with code of our own: `DecompressionStream` takes whatever follows
 * the first member for an error, and gives nothing of a damaged one.
 */
async function* gunzip(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const reader = new MemberReader("gzip", new Uint8Array(STREAM_BYTES));
  const { inflater } = reader;
  function* run(ended: boolean): Generator<Uint8Array, void> {
    for (;;) {
      const start = inflater.filled;
      let stop: string;
      let failure: unknown;
      try {
        stop = reader.run(ended);
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        failure = error;
        stop = "failure";
      }
      if (inflater.filled > start) yield inflater.output.slice(start, inflater.filled);
      if (failure !== undefined) throw failure;
      if (stop === "input" && ended) throw damaged("unexpected end of file");
      if (stop !== "output") return;
      inflater.slide();
    }
  }
  for await (const piece of pieces) {
    inflater.feed(piece);
    yield* run(false);
  }
  yield* run(true);
}

/** What browsers give the cores. */
export const browserPlatform: Platform = {
  decodeLatin1,
  encodeLatin1Into,
  isUtf8,
  crc32,
  inflateSync,
  deflateSync: deflate,
  gunzip,
  openDeflate: () => undefined,
  openInflate: () => undefined,
};
