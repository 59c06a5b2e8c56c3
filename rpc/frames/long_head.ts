/**
 * Heads of calls with many texts, read in steps: to parse a mebibyte of JSON at once takes up to
 * 70 ms, and a server has other clients meanwhile.
 *
 * A pure core. The texts of arrays are packed as they are read; all else of a head is short.
 */

import { concatenate } from "../../net/bytes/concatenate.ts";
import { LimitError } from "../../net/errors.ts";
import type { PackedTexts } from "../language/values/packed_texts.ts";
import { brokenFrame, RAW } from "./arrays.ts";
import type { Reading } from "./reading.ts";

/** Bytes that are looked at, or parsed, in one step. */
const STEP_BYTES = 16_384;

/** Milliseconds that a step takes, about. */
const STEP_MS = 0.4;

/** Objects and arrays within each other. */
const MAX_DEPTH = 64;

/** Where the texts of an array stand: in the head, its `arrays`, one of them, its `values`. */
const VALUES_DEPTH = 4;

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const VALUES = new TextEncoder().encode('"values"');
const UTF8 = new TextDecoder("utf-8", { fatal: true });
const ENCODER = new TextEncoder();

/** A head, and the texts that stood in it. */
export interface LongHead {
  /** The head as JSON has it; in place of the texts of an array the text `RAW` and a number. */
  readonly head: unknown;
  /** The texts by these numbers, each as an array of one dimension. */
  readonly texts: readonly PackedTexts[];
}

/**
 * Reads a head in steps.
 *
 * @param frame The frame's kind, for messages.
 * @param bytes The head.
 * @param most Bytes of it besides the texts of arrays.
 * @throws {ProtocolError} If it is no JSON in UTF-8.
 * @throws {LimitError} If there is too much besides texts.
 */
export function* readLongHead(
  frame: string,
  bytes: Uint8Array,
  most: number,
): Reading<LongHead> {
  const plain: Uint8Array[] = [];
  const texts: PackedTexts[] = [];
  let length = 0;
  let depth = 0;
  let from = 0;
  const keep = (to: number) => {
    plain.push(bytes.subarray(from, to));
    length += to - from;
    if (length > most) {
      throw new LimitError(
        `Cannot read a frame (${frame}): its head has more than ${most} bytes besides the texts ` +
          "of arrays",
      );
    }
  };
  for (let at = 0, stop = 0; at < bytes.length;) {
    if (at >= stop) {
      keep(at);
      from = at;
      stop = at + STEP_BYTES;
      yield { kind: "turn", milliseconds: STEP_MS / 4 };
    }
    const byte = bytes[at]!;
    if (byte === QUOTE) at = endOfText(bytes, at);
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      if (++depth > MAX_DEPTH) {
        throw brokenFrame(frame, `its head has more than ${MAX_DEPTH} levels`);
      }
      if (byte === OPEN_LIST && depth === VALUES_DEPTH && isOfValues(bytes, at)) {
        keep(at);
        const mark = ENCODER.encode(JSON.stringify(RAW + texts.length));
        plain.push(mark);
        length += mark.length;
        const read = yield* readTexts(frame, bytes, at + 1);
        texts.push(read.texts);
        at = read.end;
        from = at + 1;
        depth--;
      }
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth--;
    at++;
  }
  keep(bytes.length);
  return { head: parse(frame, concatenate(plain, length)), texts };
}

/** The place of the quote that ends a text; the end of all where none does. */
function endOfText(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; at < bytes.length; at++) {
    if (bytes[at] === QUOTE) return at;
    if (bytes[at] === BACKSLASH) at++;
  }
  return bytes.length;
}

/** Whether the key of a list is `values`, as it is written by every encoder. */
function isOfValues(bytes: Uint8Array, list: number): boolean {
  let at = list - 1;
  while (isBlank(bytes[at])) at--;
  if (bytes[at] !== COLON) return false;
  at--;
  while (isBlank(bytes[at])) at--;
  const start = at - VALUES.length + 1;
  return start > 0 && bytes[start - 1] !== BACKSLASH &&
    VALUES.every((byte, i) => bytes[start + i] === byte);
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/**
 * Reads texts up to the end of their list.
 *
 * @param start Behind its beginning.
 * @returns The texts, and the place of its end.
 */
function* readTexts(
  frame: string,
  bytes: Uint8Array,
  start: number,
): Reading<{ readonly texts: PackedTexts; readonly end: number }> {
  const packer = new Packer(bytes, start);
  let from = start;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === QUOTE) at = endOfText(bytes, at);
    else if (byte === COMMA && at - from >= STEP_BYTES) {
      yield { kind: "turn", milliseconds: STEP_MS };
      const texts = textsOf(frame, bytes.subarray(from, at));
      if (at - from > 2 * STEP_BYTES) yield { kind: "turn", milliseconds: STEP_MS };
      packer.add(texts);
      from = at + 1;
    } else if (byte === CLOSE_LIST) {
      const last = bytes.subarray(from, at);
      const isEmpty = from === start && last.every(isBlank);
      yield { kind: "turn", milliseconds: STEP_MS };
      const texts = isEmpty ? [] : textsOf(frame, last);
      // One text may be nearly all of the head.
      if (last.length > 2 * STEP_BYTES) yield { kind: "turn", milliseconds: STEP_MS };
      packer.add(texts);
      return { texts: packer.finish(), end: at };
    }
  }
  throw brokenFrame(frame, "its head is no JSON in UTF-8: a list of texts does not end");
}

/** Some texts with the commas between them. */
function textsOf(frame: string, bytes: Uint8Array): readonly string[] {
  const list = parse(frame, bytes, true) as unknown[];
  if (list.length > 0 && list.every((value) => typeof value === "string")) return list as string[];
  throw brokenFrame(frame, "the values of an array of texts are not all texts");
}

function parse(frame: string, bytes: Uint8Array, isList = false): unknown {
  try {
    const text = UTF8.decode(bytes);
    return JSON.parse(isList ? `[${text}]` : text);
  } catch (error) {
    throw brokenFrame(frame, `its head is no JSON in UTF-8: ${(error as Error).message}`);
  }
}

/** Puts texts one behind the other into memory that is large enough for all that can come. */
class Packer {
  readonly #units: Uint16Array<ArrayBuffer>;
  readonly #ends: Uint32Array<ArrayBuffer>;
  #length = 0;
  #count = 0;

  constructor(bytes: Uint8Array, start: number) {
    // A unit has one byte of JSON at least, and a text its two quotes and a comma.
    this.#units = new Uint16Array(bytes.length - start);
    this.#ends = new Uint32Array(Math.ceil((bytes.length - start) / 3));
  }

  add(texts: readonly string[]): void {
    const units = this.#units;
    let at = this.#length;
    for (const text of texts) {
      for (let i = 0; i < text.length; i++) units[at++] = text.charCodeAt(i);
      this.#ends[this.#count++] = at;
    }
    this.#length = at;
  }

  finish(): PackedTexts {
    return {
      type: 7,
      shape: [this.#count],
      units: this.#units.buffer.slice(0, 2 * this.#length),
      ends: this.#ends.buffer.slice(0, 4 * this.#count),
    };
  }
}
