// Base64 and masks: 64 characters, or 48 bytes, or 64 bytes under a mask in one turn of a loop.
// See vectors.ts. Base64 is after W. Muła and D. Lemire, "Faster Base64 Encoding and Decoding
// using AVX2 Instructions" (2018), section 3.
//
// The two relaxed instructions are each one instruction of x86, and exact for what they get here.

/** Bytes of text, or under a mask, that one turn takes... */
const TURN_TEXT: i32 = 64;
/** ...and what the text stands for. */
const TURN_BYTES: i32 = 48;
/** The most text of a piece that is encoded or decoded at a time: it stays in the caches. */
const PIECE_TEXT: i32 = 65536;
const PIECE_BYTES: i32 = PIECE_TEXT / TURN_TEXT * TURN_BYTES;
/** Vectors of bytes overlap: the last load and the last store go 4 bytes beyond a piece. */
const SLACK: i32 = 16;
/** What a buffer holds, and how many there are. */
const BUFFER_BYTES: i32 = 524288;
const BUFFERS: i32 = 8;

const text = memory.data(PIECE_TEXT, 64);
const bytes = memory.data(PIECE_BYTES + SLACK, 64);
const buffers = memory.data(BUFFERS * BUFFER_BYTES, 64);

/** Where the text of a piece lies in this module's memory. */
export function textStart(): usize {
  return text;
}

/** Where the bytes of a piece lie. */
export function bytesStart(): usize {
  return bytes;
}

/** Where the buffers lie, one behind the other. */
export function buffersStart(): usize {
  return buffers;
}

/** The most text of a piece. */
export function pieceText(): i32 {
  return PIECE_TEXT;
}

/** How many bytes a buffer has. */
export function bufferBytes(): i32 {
  return BUFFER_BYTES;
}

/** How many buffers there are. */
export function bufferCount(): i32 {
  return BUFFERS;
}

/**
 * XORs the words from `at` to `end` with a key.
 *
 * @returns 0, or 1 if they are no whole turns: then nothing is done.
 */
export function mask(at: usize, end: usize, key: i32): i32 {
  if (at > end || (end - at) % TURN_TEXT != 0) return 1;
  const keys = i32x4.splat(key);
  for (; at < end; at += TURN_TEXT) {
    v128.store(at, v128.xor(v128.load(at), keys));
    v128.store(at, v128.xor(v128.load(at, 16), keys), 16);
    v128.store(at, v128.xor(v128.load(at, 32), keys), 32);
    v128.store(at, v128.xor(v128.load(at, 48), keys), 48);
  }
  return 0;
}

// The constants of the loops lie in memory, from where they are loaded before a loop begins: as
// constants in the source they would be made again in every turn, which takes half of the speed.

/** By a value of a character, as below: what is added to it. */
const DISTANCES_TO_TEXT = memory.data<i8>(
  [71, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, -19, -16, 65, 0, 0], 16,
);
/** Of a word the bits of the first, the third, the other two values; and how those two move. */
const VALUE_PARTS = memory.data<u32>([0x0000fc00, 0x0fc00000, 0x003f03f0, 0x01000010], 16);
/** The value of `z`, that of `a`, and where `DISTANCES_TO_TEXT` has what is added for A to Z. */
const VALUE_KINDS = memory.data<i8>([51, 26, 13], 16);

/** The values of the 16 characters for the first 12 of 16 bytes. */
@inline
function valuesOf(bytes: v128, firsts: v128, thirds: v128, others: v128, moves: v128): v128 {
  // Of three bytes a, b, c the word b a c b: each value lies within one half of it.
  const words = v128.shuffle<i8>(bytes, bytes, 1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10);
  return v128.or(
    v128.or(i32x4.shr_u(v128.and(words, firsts), 10), i32x4.shr_u(v128.and(words, thirds), 6)),
    i16x8.mul(v128.and(words, others), moves),
  );
}

/** The characters of 16 values. */
@inline
function textOf(
  values: v128,
  lastSmall: v128,
  firstSmall: v128,
  capitals: v128,
  distances: v128,
): v128 {
  // What is added to a value: by 0 for a-z, 1 to 10 for digits, 11 and 12, 13 for A-Z.
  const kinds = v128.or(
    i8x16.sub_sat_u(values, lastSmall),
    v128.and(i8x16.gt_s(firstSmall, values), capitals),
  );
  return i8x16.add(i8x16.relaxed_swizzle(distances, kinds), values);
}

/**
 * Encodes the bytes from `from` to `end`, loading 4 behind them, into text from `to` on.
 *
 * @param toEnd The end of the place for the text.
 * @returns 0, or 1 if the bytes are no whole turns or their text has not the room: then nothing
 * is done.
 */
export function encode(from: usize, end: usize, to: usize, toEnd: usize): i32 {
  if (from > end || (end - from) % TURN_BYTES != 0 || to > toEnd) return 1;
  if ((end - from) / TURN_BYTES > (toEnd - to) / TURN_TEXT) return 1;
  const firsts = v128.load32_splat(VALUE_PARTS);
  const thirds = v128.load32_splat(VALUE_PARTS, 4);
  const others = v128.load32_splat(VALUE_PARTS, 8);
  const moves = v128.load32_splat(VALUE_PARTS, 12);
  const lastSmall = v128.load8_splat(VALUE_KINDS);
  const firstSmall = v128.load8_splat(VALUE_KINDS, 1);
  const capitals = v128.load8_splat(VALUE_KINDS, 2);
  const distances = v128.load(DISTANCES_TO_TEXT);
  for (; from < end; from += TURN_BYTES) {
    const first = valuesOf(v128.load(from), firsts, thirds, others, moves);
    const second = valuesOf(v128.load(from, 12), firsts, thirds, others, moves);
    const third = valuesOf(v128.load(from, 24), firsts, thirds, others, moves);
    const fourth = valuesOf(v128.load(from, 36), firsts, thirds, others, moves);
    v128.store(to, textOf(first, lastSmall, firstSmall, capitals, distances));
    v128.store(to, textOf(second, lastSmall, firstSmall, capitals, distances), 16);
    v128.store(to, textOf(third, lastSmall, firstSmall, capitals, distances), 32);
    v128.store(to, textOf(fourth, lastSmall, firstSmall, capitals, distances), 48);
    to += TURN_TEXT;
  }
  return 0;
}

/** By the lower and the upper half of a character: bits in common if it is none of Base64. */
const BY_LOWER = memory.data<i8>(
  [21, 17, 17, 17, 17, 17, 17, 17, 17, 17, 19, 26, 27, 27, 27, 26], 16,
);
const BY_UPPER = memory.data<i8>(
  [16, 16, 1, 2, 4, 8, 4, 8, 16, 16, 16, 16, 16, 16, 16, 16], 16,
);
/** By the upper half of a character, one less for '/': what is added to it. */
const DISTANCES_TO_VALUES = memory.data<i8>(
  [0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0], 16,
);
/** The lower half of a byte; and '/'. */
const BYTE_CONSTANTS = memory.data<u8>([0x0f, 0x2f], 16);
/** What two values are multiplied by to be 12 bits, and two of these to be 24. */
const JOINS = memory.data<u32>([0x01400140, 0x00011000], 16);

/** The bits that the two halves of 16 characters have in common. */
@inline
function faultsOf(text: v128, upper: v128, half: v128, byLower: v128, byUpper: v128): v128 {
  const lower = v128.and(text, half);
  return v128.and(i8x16.relaxed_swizzle(byLower, lower), i8x16.relaxed_swizzle(byUpper, upper));
}

/** The 12 bytes that 16 characters stand for, and 4 others. */
@inline
function meaning(
  text: v128,
  upper: v128,
  slash: v128,
  distances: v128,
  joinValues: v128,
  joinPairs: v128,
): v128 {
  const kinds = i8x16.add(i8x16.eq(text, slash), upper);
  const values = i8x16.add(i8x16.relaxed_swizzle(distances, kinds), text);
  const pairs = i16x8.relaxed_dot_i8x16_i7x16_s(joinValues, values);
  const words = i32x4.dot_i16x8_s(pairs, joinPairs);
  return v128.shuffle<i8>(words, words, 2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 3, 3, 3, 3);
}

/**
 * Decodes the text from `from` to `end` into bytes from `to` on, storing 4 behind them.
 *
 * @param toEnd The end of the place for the bytes, and for the 4.
 * @returns Where it stopped: at the end, or at the turn that has something else than Base64; 0
 * if the text is no whole turns or what it stands for has not the room: then nothing is done.
 */
export function decode(from: usize, end: usize, to: usize, toEnd: usize): usize {
  if (from > end || (end - from) % TURN_TEXT != 0 || to + 4 > toEnd) return 0;
  if ((end - from) / TURN_TEXT > (toEnd - to - 4) / TURN_BYTES) return 0;
  const half = v128.load8_splat(BYTE_CONSTANTS);
  const slash = v128.load8_splat(BYTE_CONSTANTS, 1);
  const byLower = v128.load(BY_LOWER);
  const byUpper = v128.load(BY_UPPER);
  const distances = v128.load(DISTANCES_TO_VALUES);
  const joinValues = v128.load32_splat(JOINS);
  const joinPairs = v128.load32_splat(JOINS, 4);
  for (; from < end; from += TURN_TEXT) {
    const first = v128.load(from);
    const firstUpper = v128.and(i32x4.shr_u(first, 4), half);
    const second = v128.load(from, 16);
    const secondUpper = v128.and(i32x4.shr_u(second, 4), half);
    const third = v128.load(from, 32);
    const thirdUpper = v128.and(i32x4.shr_u(third, 4), half);
    const fourth = v128.load(from, 48);
    const fourthUpper = v128.and(i32x4.shr_u(fourth, 4), half);
    const faults = v128.or(
      v128.or(
        faultsOf(first, firstUpper, half, byLower, byUpper),
        faultsOf(second, secondUpper, half, byLower, byUpper),
      ),
      v128.or(
        faultsOf(third, thirdUpper, half, byLower, byUpper),
        faultsOf(fourth, fourthUpper, half, byLower, byUpper),
      ),
    );
    if (v128.any_true(faults)) break;
    v128.store(to, meaning(first, firstUpper, slash, distances, joinValues, joinPairs));
    v128.store(to, meaning(second, secondUpper, slash, distances, joinValues, joinPairs), 12);
    v128.store(to, meaning(third, thirdUpper, slash, distances, joinValues, joinPairs), 24);
    v128.store(to, meaning(fourth, fourthUpper, slash, distances, joinValues, joinPairs), 36);
    to += TURN_BYTES;
  }
  return from;
}
