/**
 * RESP2, the protocol of Redis and Valkey: commands as arrays of bulk strings, replies as they
 * come, in any pieces.
 *
 * Source: "Redis serialization protocol specification", RESP version 2.
 *
 * @module
 */

import { LimitError, ProtocolError } from "../errors.ts";
import { printable } from "../text/printable.ts";

/** Levels of arrays within each other. */
const MAX_DEPTH = 8;

/** Elements of a reply, all levels together. */
const MAX_ELEMENTS = 1_000_000;

/** Bytes of a bulk string; the server's own limit. */
const MAX_BULK_BYTES = 512 * 1024 ** 2;

/** Bytes of a line: a simple string, an error, a number. */
const MAX_LINE_BYTES = 65_536;

const CR = 13;
const LF = 10;

/** What a server answers: text, a number, nothing, a refusal, or several of them. */
export type Reply = string | number | null | RedisRefusal | Reply[];

/** A refusal: the answer to one command, which says why it was not executed. */
export class RedisRefusal {
  /** Its first word, such as `WRONGTYPE`. */
  readonly code: string;
  /** All of it, fit to be shown. */
  readonly text: string;

  /**
   * Takes what the server says.
   *
   * @param text The line without its first character.
   */
  constructor(text: string) {
    this.text = printable(text.slice(0, 300));
    this.code = /^[A-Z]+\b/.exec(this.text)?.[0] ?? "ERR";
  }
}

/** A word of a command. */
export type CommandWord = string | number | Uint8Array;

const encoder = new TextEncoder();

/**
 * A command as it is sent.
 *
 * @param words The command and its arguments.
 */
export function encodeCommand(words: readonly CommandWord[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [encoder.encode(`*${words.length}\r\n`)];
  let length = parts[0]!.length;
  for (const word of words) {
    const bytes = word instanceof Uint8Array ? word : encoder.encode(String(word));
    const head = encoder.encode(`$${bytes.length}\r\n`);
    parts.push(head, bytes, END);
    length += head.length + bytes.length + END.length;
  }
  const command = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    command.set(part, at);
    at += part.length;
  }
  return command;
}

const END = encoder.encode("\r\n");

/** Stands for an array whose elements come next. */
const PENDING: unique symbol = Symbol("an array");

/** An array whose elements still come. */
interface OpenArray {
  readonly elements: Reply[];
  left: number;
}

/** Takes bytes in pieces and gives replies. */
export class ReplyDecoder {
  #bytes = new Uint8Array(16_384);
  #start = 0;
  #end = 0;
  #open: OpenArray[] = [];
  #elements = 0;
  readonly #text = new TextDecoder();

  /** Bytes that have come and belong to no reply yet. */
  get buffered(): number {
    return this.#end - this.#start;
  }

  /**
   * Takes the next bytes.
   *
   * @param piece The bytes, which are copied.
   */
  push(piece: Uint8Array): void {
    if (this.#start === this.#end) this.#start = this.#end = 0;
    if (this.#end + piece.length > this.#bytes.length) this.#makeRoom(piece.length);
    this.#bytes.set(piece, this.#end);
    this.#end += piece.length;
  }

  #makeRoom(count: number): void {
    const held = this.#bytes.subarray(this.#start, this.#end);
    const least = held.length + count;
    if (least <= this.#bytes.length >> 1) this.#bytes.copyWithin(0, this.#start, this.#end);
    else {
      const larger = new Uint8Array(Math.max(least, this.#bytes.length * 2));
      larger.set(held);
      this.#bytes = larger;
    }
    this.#end = held.length;
    this.#start = 0;
  }

  /**
   * The next reply; undefined until all of it has come.
   *
   * @throws {ProtocolError} If the bytes are no reply.
   * @throws {LimitError} If it is deeper or larger than a limit allows.
   */
  next(): Reply | undefined {
    for (;;) {
      let value = this.#element();
      if (value === undefined) return undefined;
      if (value === PENDING) continue;
      for (;;) {
        const array = this.#open.at(-1);
        if (array === undefined) {
          this.#elements = 0;
          return value;
        }
        array.elements.push(value);
        if (--array.left > 0) break;
        this.#open.pop();
        value = array.elements;
      }
    }
  }

  /** One element, or the beginning of an array; undefined if its bytes have not all come. */
  #element(): Reply | typeof PENDING | undefined {
    const end = this.#lineEnd();
    if (end === undefined) return undefined;
    const kind = String.fromCharCode(this.#bytes[this.#start]!);
    const line = this.#text.decode(this.#bytes.subarray(this.#start + 1, end));
    if (kind === "$") return this.#bulk(line, end + 2);
    this.#start = end + 2;
    switch (kind) {
      case "+":
        return line;
      case "-":
        return new RedisRefusal(line);
      case ":":
        return wholeNumber(line);
      case "*":
        return this.#array(line);
      default:
        throw wrong(`a line that begins with ${JSON.stringify(kind)}`);
    }
  }

  /** Where the line ends that begins here. */
  #lineEnd(): number | undefined {
    const held = this.#bytes.subarray(this.#start, this.#end);
    const at = held.indexOf(CR, 1);
    if (at >= 0 && at < MAX_LINE_BYTES) {
      if (at + 1 === held.length) return undefined;
      if (held[at + 1] !== LF) throw wrong("a return without a line feed");
      return this.#start + at;
    }
    if (held.length >= MAX_LINE_BYTES) throw wrong(`no end of a line in ${MAX_LINE_BYTES} bytes`);
    return undefined;
  }

  #bulk(line: string, from: number): Reply | undefined {
    const length = wholeNumber(line);
    if (length === -1) {
      this.#start = from;
      return null;
    }
    if (length < 0) throw wrong(`a length of ${length}`);
    if (length > MAX_BULK_BYTES) {
      throw new LimitError(`Cannot read a reply of ${length} bytes, allowed are ${MAX_BULK_BYTES}`);
    }
    if (this.#end < from + length + 2) return undefined;
    if (this.#bytes[from + length] !== CR || this.#bytes[from + length + 1] !== LF) {
      throw wrong("a bulk string without its end");
    }
    this.#start = from + length + 2;
    return this.#text.decode(this.#bytes.subarray(from, from + length));
  }

  #array(line: string): Reply | typeof PENDING {
    const count = wholeNumber(line);
    if (count === -1) return null;
    if (count < 0) throw wrong(`a length of ${count}`);
    this.#elements += count;
    if (this.#elements > MAX_ELEMENTS) {
      throw new LimitError(`Cannot read a reply of over ${MAX_ELEMENTS} elements`);
    }
    if (this.#open.length >= MAX_DEPTH) {
      throw new LimitError(`Cannot read a reply with over ${MAX_DEPTH} levels of arrays`);
    }
    if (count === 0) return [];
    this.#open.push({ elements: [], left: count });
    return PENDING;
  }
}

function wholeNumber(text: string): number {
  const value = /^-?\d{1,19}$/.test(text) ? Number(text) : NaN;
  if (Number.isNaN(value)) throw wrong(`'${printable(text.slice(0, 40))}' in place of a number`);
  return value;
}

function wrong(found: string): ProtocolError {
  return new ProtocolError(`Cannot read the server's reply: found ${found}, expected RESP2`);
}
