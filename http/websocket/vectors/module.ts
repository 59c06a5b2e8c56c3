/**
 * The loops of `vectors.ts` in WebAssembly, assembled here from constants: 64 characters
 * of Base64, or 48 bytes, or 64 bytes under a mask a turn.
 *
 * @module
 */

import {
  BLOCK,
  BRANCH_IF,
  constant,
  END,
  I32,
  I32_ADD,
  I32_LESS,
  LOCAL_GET,
  LOCAL_SET,
  LOOP,
  makeWasm,
  NO_VALUE,
  vector,
  vectorAt,
} from "../../../net/wasm_module.ts";

/** Bytes of text, or under a mask, that one turn of a loop takes... */
export const TURN_TEXT = 64;
/** ...and what the text stands for. */
export const TURN_BYTES = 48;

const get = (local: number): number[] => [LOCAL_GET, local];
const set = (local: number): number[] => [LOCAL_SET, local];
const load = (local: number, offset: number): number[] => [...get(local), ...vectorAt(0, offset)];
const store = (offset: number): number[] => vectorAt(11, offset);

// WebAssembly core specification 2.0, section 5.4.9.
const AND = vector(78), OR = vector(80), XOR = vector(81), ANY_TRUE = vector(83);
// The two relaxed ones are each one instruction of x86 and exact for the operands here.
const SWIZZLE = vector(256), SPLAT = vector(17), DOT_8 = vector(274);
const EQUAL_8 = vector(35), GREATER_8 = vector(39), ADD_8 = vector(110), SUBTRACT_8 = vector(115);
const MULTIPLY_16 = vector(149);
const RIGHT_32 = vector(173), DOT_16 = vector(186);

/** The same byte, or the same word, in all places of a vector. */
const eachByte = (value: number): number[] => new Array<number>(16).fill(value);
const eachWord = (value: number): number[] =>
  [0, 0, 0, 0].flatMap(() => [0, 8, 16, 24].map((shift) => value >>> shift & 0xff));
/** Constants are put into locals before the loop: within it each would be made anew. */
const constants = (first: number, values: readonly number[][]): number[] =>
  values.flatMap((
    bytes,
    i,
  ) => [...vector(12, ...bytes.map((byte) => byte & 0xff)), ...set(first + i)]);

/**
 * Goes round while local 0, moved on by a step, is below the local that holds the end, and
 * leaves it where a condition stops it.
 */
function loop(
  body: readonly number[],
  steps: readonly (readonly [local: number, step: number])[],
  end: number,
  stop: readonly number[] = [],
): number[] {
  const moves = steps.flatMap((
    [local, step],
  ) => [...get(local), ...constant(step), I32_ADD, ...set(local)]);
  const leave = stop.length === 0 ? [] : [...stop, BRANCH_IF, 1];
  const again = [...get(0), ...get(end), I32_LESS, BRANCH_IF, 0];
  return [BLOCK, NO_VALUE, LOOP, NO_VALUE, ...body, ...leave, ...moves, ...again, END, END];
}

const FOUR = [0, 1, 2, 3];

/** Parameters: at, end, key. Local 3: the key in each word. */
const MASK = [
  ...[...get(2), ...SPLAT, ...set(3)],
  ...loop(
    FOUR.flatMap((i) => [...get(0), ...load(0, 16 * i), ...get(3), ...XOR, ...store(16 * i)]),
    [[0, TURN_TEXT]],
    1,
  ),
];

/**
 * 12 bytes into 16 characters, after W. Muła and D. Lemire, "Faster Base64 Encoding and
 * Decoding using AVX2 Instructions" (2018), section 3. Parameters: from, to, end.
 * Locals 3 and 4: the bytes and the values of the characters; from 5 on the constants.
 */
const encodeVector = (i: number): number[] => [
  ...get(1),
  // Of three bytes a, b, c the word b a c b: each value lies within one half of it.
  ...load(0, 12 * i),
  ...load(0, 12 * i),
  ...vector(13, 1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10),
  ...set(3),
  ...[...get(3), ...get(5), ...AND, ...constant(10), ...RIGHT_32],
  ...[...get(3), ...get(6), ...AND, ...constant(6), ...RIGHT_32, ...OR],
  ...[...get(3), ...get(7), ...AND, ...get(8), ...MULTIPLY_16, ...OR, ...set(4)],
  // What is added to a value: by 0 for a-z, 1 to 10 for digits, 11 and 12, 13 for A-Z.
  ...get(12),
  ...[...get(4), ...get(9), ...SUBTRACT_8],
  ...[...get(10), ...get(4), ...GREATER_8, ...get(11), ...AND, ...OR],
  ...[...SWIZZLE, ...get(4), ...ADD_8],
  ...store(16 * i),
];
const ENCODE = [
  ...constants(5, [
    eachWord(0x0000fc00),
    eachWord(0x0fc00000),
    eachWord(0x003f03f0),
    eachWord(0x01000010),
    eachByte(51),
    eachByte(26),
    eachByte(13),
    [71, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, -19, -16, 65, 0, 0],
  ]),
  ...loop(FOUR.flatMap(encodeVector), [[0, TURN_BYTES], [1, TURN_TEXT]], 2),
];

/**
 * 16 characters into 12 bytes, as there. A character is one of Base64 if what its two
 * halves stand for in two tables has no bit in common. Parameters: from, to, end.
 * Locals 3 to 5: the characters, their upper and lower halves; 6: bits in common; from 7 on
 * the constants.
 */
const decodeVector = (i: number): number[] => [
  ...[...load(0, 16 * i), ...set(3)],
  ...[...get(3), ...constant(4), ...RIGHT_32, ...get(7), ...AND, ...set(4)],
  ...[...get(3), ...get(7), ...AND, ...set(5)],
  ...[...get(6), ...get(8), ...get(5), ...SWIZZLE],
  ...[...get(9), ...get(4), ...SWIZZLE, ...AND, ...OR, ...set(6)],
  // What is added to a character, by its upper half; to '/' another than to '+'.
  ...[...get(10), ...get(3), ...get(11), ...EQUAL_8, ...get(4), ...ADD_8, ...SWIZZLE],
  ...[...get(3), ...ADD_8, ...set(3)],
  ...get(1),
  // Two values into 12 bits, two of these into 24.
  ...[...get(12), ...get(3), ...DOT_8, ...get(13), ...DOT_16, ...set(4)],
  ...[...get(4), ...get(4)],
  ...vector(13, 2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 3, 3, 3, 3),
  ...store(12 * i),
];
const DECODE = [
  ...constants(7, [
    eachByte(0x0f),
    [21, 17, 17, 17, 17, 17, 17, 17, 17, 17, 19, 26, 27, 27, 27, 26],
    [16, 16, 1, 2, 4, 8, 4, 8, 16, 16, 16, 16, 16, 16, 16, 16],
    [0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0],
    eachByte(0x2f),
    eachWord(0x01400140),
    eachWord(0x00011000),
  ]),
  ...loop(FOUR.flatMap(decodeVector), [[0, TURN_TEXT], [1, TURN_BYTES]], 2, [
    ...get(6),
    ...ANY_TRUE,
  ]),
  ...get(0),
];

/** The loops, and the memory that their addresses are of. */
export interface VectorModule {
  readonly memory: Uint8Array<ArrayBuffer>;
  /** XORs words with a key. */
  readonly mask: (at: number, end: number, key: number) => void;
  /** Encodes bytes; it loads up to 4 bytes behind their end. */
  readonly encode: (from: number, to: number, end: number) => void;
  /**
   * Decodes text, and stores up to 4 bytes behind what it stands for; where it stopped: at
   * the end, or at the turn that has something else.
   */
  readonly decode: (from: number, to: number, end: number) => number;
}

/** Makes the module; its memory has a number of bytes, rounded up to pages. */
export function makeVectorModule(bytes: number): VectorModule {
  const { memory, functions } = makeWasm(bytes, [
    { name: "mask", parameters: 3, vectors: 1, body: MASK },
    { name: "encode", parameters: 3, vectors: 10, body: ENCODE },
    { name: "decode", parameters: 3, result: I32, vectors: 11, body: DECODE },
  ]);
  return {
    memory: new Uint8Array(memory),
    mask: functions["mask"] as VectorModule["mask"],
    encode: functions["encode"] as VectorModule["encode"],
    decode: functions["decode"] as VectorModule["decode"],
  };
}
