/**
 * The messages and answers of IDL's and GDL's socket programs: a SIZE vector, the array,
 * a command; and what comes back.
 *
 * A pure core. Everything is checked before memory is taken.
 */

import { FormatError, LimitError, ProtocolError } from "../../net/errors.ts";
import { StillPackedTexts, textsIn } from "../language/values/packed_texts.ts";
import { elementParts, elementsFor, toNative } from "../frames/elements.ts";
import {
  elementBytes,
  elementsOf,
  type IdlNumericType,
  type IdlString,
  IdlType,
  type IdlUndefined,
  type IdlValue,
  isNumeric,
  UNDEFINED,
  viewOf,
} from "../language/values/value.ts";
import type { Reading } from "../frames/reading.ts";
import {
  type Announced,
  checkAnnounced,
  COMMON_FORMAT,
  MAX_RANK,
  readSizeVector,
  sizeVector,
  toWords,
  type WordFormat,
  wordsOf,
} from "./size_vector.ts";

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

/** Takes the memory and has it filled: the array is a view of what the socket wrote into. */
function* readElements(
  { format, type, shape }: Announced,
  maxArray: number,
): Reading<IdlValue> {
  if (type === IdlType.UNDEFINED) return UNDEFINED;
  const numeric = type as IdlNumericType;
  const bytes = elementsOf(shape) * elementBytes(numeric);
  if (bytes > maxArray) {
    throw new LimitError(
      `Cannot read an array [${shape.join(", ")}] of type ${type}: ` +
        `it has ${bytes} bytes, at most ${maxArray} are allowed`,
    );
  }
  const memory = yield { kind: "array", bytes };
  yield* toNative(memory, numeric, format.order);
  return viewOf(numeric, shape, memory);
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
  if (value.type === IdlType.UNDEFINED) return [head, line];
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
  return [...answerParts(value, format)].flat();
}

/** The pieces of an answer in parts, each of which takes no more than a millisecond to make. */
export function* answerParts(
  value: IdlValue,
  format: WordFormat,
): Generator<Uint8Array<ArrayBuffer>[], void, void> {
  let head = [sizeVector(value.type, value.shape, format)];
  const parts = isNumeric(value)
    ? elementParts(value, format.order).map((part) => [part])
    : textParts(value, format.order);
  for (const pieces of parts) {
    yield [...head, ...pieces];
    head = [];
  }
  if (head.length > 0) yield head;
}

/** Texts that are encoded at a time: about a millisecond. */
const MAX_TEXTS = 1_000;

function* textParts(
  value: IdlString | IdlUndefined,
  order: "big" | "little",
): Generator<Uint8Array<ArrayBuffer>[], void, void> {
  const count = value.type === 7 ? elementsOf(value.shape) : 0;
  for (let from = 0; from < count; from += MAX_TEXTS) {
    const to = Math.min(count, from + MAX_TEXTS);
    const texts = value instanceof StillPackedTexts
      ? textsIn(value.packed, from, to)
      : value.data.slice(from, to);
    yield texts.flatMap((text) => countedText(text, order));
  }
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
  if (type !== IdlType.STRING) {
    checkAnnounced(shape, type, words[rank + 1]!);
    return { value: yield* readElements({ format, type, shape }, limits.maxArray) };
  }
  checkAnnounced(shape, 1, words[rank + 1]!);
  return {
    value: { type: IdlType.STRING, shape, data: yield* readTexts(shape, format.order, limits) },
  };
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
