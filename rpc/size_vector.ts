/**
 * The wire of IDL's and GDL's socket programs: a SIZE vector, the array, a command.
 *
 * A pure core. Nobody says in which byte order and word width a client speaks: its
 * WRITEU sends the result of SIZE as its machine holds it, so both are recognised
 * from the words themselves. Everything is checked before memory is taken.
 */

import { FormatError, LimitError, ProtocolError } from "../net/errors.ts";
import {
  elementBytes,
  elementsOf,
  type IdlNumericType,
  type IdlType,
  type IdlValue,
  isNumeric,
  UNDEFINED,
  viewOf,
} from "./language/value.ts";
import { elementsFor, toNative } from "./elements.ts";
import type { Reading } from "./reading.ts";

/** How the numbers of a SIZE vector and of the array behind it are stored. */
export interface WordFormat {
  /** The byte order of the words and of the elements. */
  readonly order: "big" | "little";
  /** Bits of a word of the SIZE vector: 32, or 64 as `SIZE(/L64)` makes them. */
  readonly width: 32 | 64;
}

/** What a client that has not said otherwise speaks: IDL on every common machine. */
export const COMMON_FORMAT: WordFormat = { order: "little", width: 32 };

/** The most that one message may have. */
export interface MessageLimits {
  /** Bytes of the array. */
  readonly maxArray: number;
  /** Bytes of the command, its line end included. */
  readonly maxCommand: number;
}

/** One message of a client. */
export interface IdlMessage {
  /** How the client stores its numbers; answers are stored in the same way. */
  readonly format: WordFormat;
  /** The array, in this machine's byte order; its memory is the message's own. */
  readonly value: IdlValue;
  /** The command, without its line end. */
  readonly command: string;
}

/** IDL allows eight dimensions. */
const MAX_RANK = 8;

/** The types whose bytes WRITEU sends without a length or a layout, or not at all. */
const REFUSED_TYPES: Readonly<Record<number, string>> = {
  7: "STRING, whose bytes carry no length",
  8: "STRUCT, whose bytes carry no layout",
  10: "POINTER, which means nothing to another process",
  11: "OBJREF, which means nothing to another process",
};

const NUMERIC_TYPES = new Set([1, 2, 3, 4, 5, 6, 9, 12, 13, 14, 15]);

/** What a SIZE vector says. */
interface Announced {
  readonly format: WordFormat;
  readonly type: number;
  readonly shape: readonly number[];
}

/**
 * Reads one message.
 *
 * @param limits The most that it may have.
 * @param usual The format of the message before it, for an undefined value, whose
 * words are all zero and tell nothing.
 * @returns A core that returns the message.
 * @throws {ProtocolError} If the SIZE vector contradicts itself or is none.
 * @throws {LimitError} If the array or the command is larger than a limit.
 */
export function* readMessage(
  limits: MessageLimits,
  usual: WordFormat = COMMON_FORMAT,
): Reading<IdlMessage> {
  const announced = yield* readSizeVector(usual);
  const value = yield* readElements(announced, limits.maxArray);
  const line = yield { kind: "line", limit: limits.maxCommand };
  return { format: announced.format, value, command: new TextDecoder().decode(line) };
}

/** Reads the words n, d1..dn, type and count, in whatever format they come. */
function* readSizeVector(usual: WordFormat): Reading<Announced> {
  // Every message has at least twelve bytes and a line end: looking at twelve waits for nothing.
  const twelve = yield { kind: "peek", count: 12 };
  const format = recogniseByTwelve(twelve) ?? (yield* recogniseBeyondTwelve(usual));
  const bytes = format.width / 8;
  const first = wordsOf(yield { kind: "bytes", count: bytes }, format);
  const rank = first[0]!;
  const words = wordsOf(yield { kind: "bytes", count: bytes * (rank + 2) }, format);
  const shape = words.slice(0, rank);
  const type = words[rank]!;
  const count = words[rank + 1]!;
  checkAnnounced(shape, type, count);
  return { format, type, shape };
}

/**
 * The format of a SIZE vector, as its first twelve bytes show it; undefined if all of
 * them are zero.
 *
 * The first word is the rank n. In 32-bit words a dimension follows, which is never
 * zero, so a zero there is the upper half of a 64-bit word. For n = 0 the type
 * follows, 1 to 15, and then the count 1.
 */
function recogniseByTwelve(head: Uint8Array): WordFormat | undefined {
  const view = new DataView(head.buffer, head.byteOffset, 12);
  const little = (word: number) => view.getUint32(word * 4, true);
  const big = (word: number) => view.getUint32(word * 4, false);
  if (little(0) !== 0) {
    if (little(0) <= MAX_RANK) return { order: "little", width: little(1) === 0 ? 64 : 32 };
    if (big(0) <= MAX_RANK) return { order: "big", width: 32 };
    throw notASizeVector(head);
  }
  if (little(1) !== 0) {
    if (big(1) <= MAX_RANK && big(2) === 0) return { order: "big", width: 64 };
    if (little(1) < big(1)) return { order: "little", width: 32 };
    return { order: "big", width: 32 };
  }
  return little(2) === 0 ? undefined : { order: "little", width: 64 };
}

/**
 * Twelve zero bytes are an undefined value in 32-bit words if a command follows, whose
 * text is never zero; else a 64-bit scalar whose type says that it is big-endian, or
 * an undefined value in 64-bit words.
 */
function* recogniseBeyondTwelve(usual: WordFormat): Reading<WordFormat> {
  const next = yield { kind: "peek", count: 13 };
  if (next[12] !== 0) return { order: usual.order, width: 32 };
  const words = yield { kind: "peek", count: 24 };
  const allZero = words.subarray(0, 24).every((byte) => byte === 0);
  return { order: allZero ? usual.order : "big", width: 64 };
}

/** Words as numbers; one that no number holds exactly becomes an impossible -2. */
function wordsOf(bytes: Uint8Array, { order, width }: WordFormat): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = order === "little";
  const words: number[] = [];
  for (let at = 0; at < bytes.length; at += width / 8) {
    if (width === 32) {
      words.push(view.getInt32(at, little));
    } else {
      const word = Number(view.getBigInt64(at, little));
      words.push(Number.isSafeInteger(word) ? word : -2);
    }
  }
  return words;
}

function checkAnnounced(shape: readonly number[], type: number, count: number): void {
  const found = `SIZE vector [${[shape.length, ...shape, type, count].join(", ")}]`;
  const refused = Object.hasOwn(REFUSED_TYPES, type) ? REFUSED_TYPES[type] : undefined;
  if (refused !== undefined) {
    throw new ProtocolError(`Cannot read the ${found}: type ${type} is ${refused}`);
  }
  if (type !== 0 && !NUMERIC_TYPES.has(type)) {
    throw new ProtocolError(`Cannot read the ${found}: no type has the code ${type}`);
  }
  if (!shape.every((length) => length >= 1)) {
    throw new ProtocolError(`Cannot read the ${found}: a dimension is less than 1`);
  }
  const expected = type === 0 && shape.length === 0 ? 0 : elementsOf(shape);
  if (count !== expected || (type === 0 && count !== 0)) {
    throw new ProtocolError(
      `Cannot read the ${found}: it counts ${count} elements, ` +
        (type === 0 ? "an undefined value has none" : `its dimensions make ${expected}`),
    );
  }
}

/** Takes the memory and has it filled: the array is a view of what the socket wrote into. */
function* readElements(
  { format, type, shape }: Announced,
  maxArray: number,
): Reading<IdlValue> {
  if (type === 0) return UNDEFINED;
  const numeric = type as IdlNumericType;
  const bytes = elementsOf(shape) * elementBytes(numeric);
  if (bytes > maxArray) {
    throw new LimitError(
      `Cannot read an array [${shape.join(", ")}] of type ${type}: ` +
        `it has ${bytes} bytes, at most ${maxArray} are allowed`,
    );
  }
  const memory = yield { kind: "array", bytes };
  toNative(memory, numeric, format.order);
  return viewOf(numeric, shape, memory);
}

function notASizeVector(head: Uint8Array): ProtocolError {
  return new ProtocolError(
    `Cannot read a message: it begins with the bytes ${head.toHex()}, ` +
      "expected a SIZE vector (0 to 8 dimensions first) or 'HLG1'",
  );
}

/**
 * A SIZE vector as a client or an answer carries it.
 *
 * @param type The type code.
 * @param shape The dimensions, the fastest first.
 * @param format Byte order and word width.
 */
export function sizeVector(
  type: IdlType,
  shape: readonly number[],
  format: WordFormat,
): Uint8Array<ArrayBuffer> {
  return toWords([shape.length, ...shape, type, type === 0 ? 0 : elementsOf(shape)], format);
}

function toWords(words: readonly number[], { order, width }: WordFormat): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(words.length * width / 8);
  const view = new DataView(bytes.buffer);
  const little = order === "little";
  for (const [i, word] of words.entries()) {
    if (width === 32) view.setInt32(i * 4, word, little);
    else view.setBigInt64(i * 8, BigInt(word), little);
  }
  return bytes;
}

/**
 * A whole message, as a client sends it.
 *
 * @param value The array; STRING has no form on this wire.
 * @param command The command, one line.
 * @param format Byte order and word width.
 * @returns The pieces in order; the array is a view where the byte order allows.
 * @throws {FormatError} If the value is a STRING or the command has more than one line.
 */
export function encodeMessage(
  value: IdlValue,
  command: string,
  format: WordFormat = COMMON_FORMAT,
): Uint8Array<ArrayBuffer>[] {
  if (/[\r\n]/.test(command)) {
    throw new FormatError(`Cannot send the command '${command}': expected one line`);
  }
  const head = sizeVector(value.type, value.shape, format);
  const line = new TextEncoder().encode(command + "\n");
  if (value.type === 0) return [head, line];
  if (!isNumeric(value)) {
    throw new FormatError("Cannot send a STRING: its bytes carry no length in IDL's format");
  }
  return [head, elementsFor(value, format.order), line];
}

/**
 * An answer: SIZE vector and data, in the client's own format. For a STRING each
 * element is an int32 byte count and UTF-8.
 *
 * @param value What is answered.
 * @param format How the client stores its numbers.
 * @returns The pieces in order.
 */
export function encodeAnswer(value: IdlValue, format: WordFormat): Uint8Array<ArrayBuffer>[] {
  const head = sizeVector(value.type, value.shape, format);
  if (isNumeric(value)) return [head, elementsFor(value, format.order)];
  return [head, ...value.data.flatMap((text) => countedText(text, format.order))];
}

/** The answer that says why there is none: n = -1, an int32 byte count, and UTF-8. */
export function encodeFailure(message: string, format: WordFormat): Uint8Array<ArrayBuffer>[] {
  return [toWords([-1], format), ...countedText(message, format.order)];
}

function countedText(text: string, order: "big" | "little"): Uint8Array<ArrayBuffer>[] {
  const bytes = new TextEncoder().encode(text);
  return [toWords([bytes.length], { order, width: 32 }), bytes];
}

/** An answer as a client reads it: a value, or why there is none. */
export type IdlAnswer = { readonly value: IdlValue } | { readonly failure: string };

/**
 * Reads one answer, at a client that knows its own format.
 *
 * @param format The client's byte order and word width.
 * @param limits The most that an answer may have; a text may have `maxCommand` bytes.
 * @returns A core that returns the answer.
 * @throws {ProtocolError} If the bytes are no answer.
 * @throws {LimitError} If the answer is larger than a limit.
 */
export function* readAnswer(format: WordFormat, limits: MessageLimits): Reading<IdlAnswer> {
  const bytes = format.width / 8;
  const rank = wordsOf(yield { kind: "bytes", count: bytes }, format)[0]!;
  if (rank === -1) return { failure: yield* readCountedText(format.order, limits.maxCommand) };
  if (rank < 0 || rank > MAX_RANK) {
    throw new ProtocolError(`Cannot read an answer: its rank is ${rank}, expected -1 to 8`);
  }
  const words = wordsOf(yield { kind: "bytes", count: bytes * (rank + 2) }, format);
  const shape = words.slice(0, rank);
  const type = words[rank]!;
  if (type !== 7) {
    checkAnnounced(shape, type, words[rank + 1]!);
    return { value: yield* readElements({ format, type, shape }, limits.maxArray) };
  }
  checkAnnounced(shape, 1, words[rank + 1]!);
  return { value: { type: 7, shape, data: yield* readTexts(shape, format.order, limits) } };
}

function* readTexts(
  shape: readonly number[],
  order: "big" | "little",
  { maxArray, maxCommand }: MessageLimits,
): Reading<string[]> {
  const texts: string[] = [];
  let total = 0;
  for (let left = elementsOf(shape); left > 0; left--) {
    const text = yield* readCountedText(order, maxCommand);
    total += 16 + text.length;
    if (total > maxArray) throw new LimitError(`Cannot read an answer of over ${maxArray} bytes`);
    texts.push(text);
  }
  return texts;
}

function* readCountedText(order: "big" | "little", limit: number): Reading<string> {
  const count = wordsOf(yield { kind: "bytes", count: 4 }, { order, width: 32 })[0]!;
  if (count < 0 || count > limit) {
    throw new LimitError(
      `Cannot read a text of ${count} bytes in an answer: at most ${limit} are allowed`,
    );
  }
  return new TextDecoder().decode(yield { kind: "bytes", count });
}
