/**
 * SIZE vectors, which say what array follows on the wire of IDL's socket programs.
 *
 * A pure core. No one says in which byte order and word width a client speaks: its
 * WRITEU sends the result of SIZE as its machine holds it, so both are recognised
 * from the words themselves. Everything is checked before memory is taken.
 */

import { ProtocolError } from "../../net/errors.ts";
import { elementsOf, IdlType } from "../language/values/value.ts";
import type { Reading } from "../frames/reading.ts";

/** How the numbers of a SIZE vector and of the array behind it are stored. */
export interface WordFormat {
  /** The byte order of the words and of the elements. */
  readonly order: "big" | "little";
  /** Bits of a word of the SIZE vector: 32, or 64 as `SIZE(/L64)` makes them. */
  readonly width: 32 | 64;
}

/** What a client that has not said otherwise speaks: IDL on every common machine. */
export const COMMON_FORMAT: WordFormat = { order: "little", width: 32 };

/** IDL allows eight dimensions. */
export const MAX_RANK = 8;

/** The types whose bytes WRITEU sends without a length or a layout, or not at all. */
const REFUSED_TYPES: Readonly<Record<number, string>> = {
  7: "STRING, whose bytes carry no length",
  8: "STRUCT, whose bytes carry no layout",
  10: "POINTER, which means nothing to another process",
  11: "OBJREF, which means nothing to another process",
};

const NUMERIC_TYPES = new Set<number>(
  Object.values(IdlType).filter((type) => type !== IdlType.UNDEFINED && type !== IdlType.STRING),
);

/** What a SIZE vector says. */
export interface Announced {
  readonly format: WordFormat;
  readonly type: number;
  readonly shape: readonly number[];
}

/** Reads the words n, d1..dn, type and count, in whatever format they come. */
export function* readSizeVector(usual: WordFormat): Reading<Announced> {
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
export function wordsOf(bytes: Uint8Array, { order, width }: WordFormat): number[] {
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

/**
 * Checks what a SIZE vector says against itself.
 *
 * @throws {ProtocolError} If it contradicts itself, or is of a type that is not sent.
 */
export function checkAnnounced(shape: readonly number[], type: number, count: number): void {
  const found = `SIZE vector [${[shape.length, ...shape, type, count].join(", ")}]`;
  const refused = Object.hasOwn(REFUSED_TYPES, type) ? REFUSED_TYPES[type] : undefined;
  if (refused !== undefined) {
    throw new ProtocolError(`Cannot read the ${found}: type ${type} is ${refused}`);
  }
  if (type !== IdlType.UNDEFINED && !NUMERIC_TYPES.has(type)) {
    throw new ProtocolError(`Cannot read the ${found}: no type has the code ${type}`);
  }
  if (!shape.every((length) => length >= 1)) {
    throw new ProtocolError(`Cannot read the ${found}: a dimension is less than 1`);
  }
  const expected = type === IdlType.UNDEFINED && shape.length === 0 ? 0 : elementsOf(shape);
  if (count !== expected || (type === IdlType.UNDEFINED && count !== 0)) {
    throw new ProtocolError(
      `Cannot read the ${found}: it counts ${count} elements, ` +
        (type === IdlType.UNDEFINED
          ? "an undefined value has none"
          : `its dimensions make ${expected}`),
    );
  }
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
  return toWords(
    [shape.length, ...shape, type, type === IdlType.UNDEFINED ? 0 : elementsOf(shape)],
    format,
  );
}

/** Words as they go over the wire. */
export function toWords(
  words: readonly number[],
  { order, width }: WordFormat,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(words.length * width / 8);
  const view = new DataView(bytes.buffer);
  const little = order === "little";
  for (const [i, word] of words.entries()) {
    if (width === 32) view.setInt32(i * 4, word, little);
    else view.setBigInt64(i * 8, BigInt(word), little);
  }
  return bytes;
}
