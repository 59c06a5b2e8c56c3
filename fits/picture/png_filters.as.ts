// What the filters of PNG leave of a row, 16 bytes in one turn of the loop. See png_filters.ts.

/** The most bytes of a piece of a row. */
const PIECE_BYTES: i32 = 16 * 1024;
/** Bytes before a piece, which filters look back at: a pixel has 8 at most. */
const LEAD_BYTES: i32 = 16;
/** Bytes that one turn of the loop takes. */
const TURN_BYTES: i32 = 16;
const FILTERS: i32 = 5;

const row = memory.data(LEAD_BYTES + PIECE_BYTES, 16);
const prior = memory.data(LEAD_BYTES + PIECE_BYTES, 16);
const sizes = memory.data(4 * FILTERS, 16);

/** Where the bytes before the piece begin; the piece is `leadBytes()` behind. */
export function rowStart(): usize {
  return row;
}

/** The same of the row above. */
export function priorStart(): usize {
  return prior;
}

/** Where the sums of the five filters are, as unsigned numbers of 32 bits. */
export function sizesStart(): usize {
  return sizes;
}

/** How many bytes a piece has. */
export function pieceBytes(): i32 {
  return PIECE_BYTES;
}

/** How many bytes stand before it. */
export function leadBytes(): i32 {
  return LEAD_BYTES;
}

/** The sizes of bytes that are taken as signed, added by fours. */
@inline
function add(sum: v128, bytes: v128, mask: v128): v128 {
  const sizes = v128.and(i8x16.abs(bytes), mask);
  return i32x4.add(
    sum,
    i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(sizes)),
  );
}

/** The distance of unsigned bytes. */
@inline
function distance(a: v128, b: v128): v128 {
  return v128.or(i8x16.sub_sat_u(a, b), i8x16.sub_sat_u(b, a));
}

/** The predictor of filter type 4 (PNG, section 9.4). */
@inline
function paeth(left: v128, up: v128, corner: v128): v128 {
  const toLeft = distance(up, corner);
  const toUp = distance(left, corner);
  // |(up - corner) + (left - corner)|, which may end at 255: the others are no more.
  const alike = i8x16.eq(i8x16.ge_u(up, corner), i8x16.ge_u(left, corner));
  const toCorner = v128.bitselect(
    i8x16.add_sat_u(toLeft, toUp),
    distance(toLeft, toUp),
    alike,
  );
  const isLeft = v128.and(i8x16.le_u(toLeft, toUp), i8x16.le_u(toLeft, toCorner));
  const other = v128.bitselect(up, corner, i8x16.le_u(toUp, toCorner));
  return v128.bitselect(left, other, isLeft);
}

@inline
function sumOf(lanes: v128): i32 {
  return i32x4.extract_lane(lanes, 0) + i32x4.extract_lane(lanes, 1) +
    i32x4.extract_lane(lanes, 2) + i32x4.extract_lane(lanes, 3);
}

/**
 * Adds up, for each filter, the sizes of the filtered bytes, taken as signed.
 *
 * @param length Bytes of the piece.
 * @param pixelBytes Bytes of a pixel.
 * @returns 0, or 1 if the bytes would leave their places: then nothing is done.
 */
export function measure(length: i32, pixelBytes: i32): i32 {
  if (<u32>length > <u32>PIECE_BYTES || <u32>pixelBytes > <u32>LEAD_BYTES) return 1;
  let none = i32x4(0, 0, 0, 0), sub = none, up = none, average = none, paeths = none;
  const one = i8x16.splat(1);
  const numbers = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  for (let at: i32 = 0; at < length; at += TURN_BYTES) {
    const here = row + LEAD_BYTES + at, above = prior + LEAD_BYTES + at;
    const x = v128.load(here), b = v128.load(above);
    const a = v128.load(here - pixelBytes), c = v128.load(above - pixelBytes);
    const left = length - at;
    const mask = i8x16.lt_u(numbers, i8x16.splat(<i8>min(left, TURN_BYTES)));
    none = add(none, x, mask);
    sub = add(sub, i8x16.sub(x, a), mask);
    up = add(up, i8x16.sub(x, b), mask);
    // The mean cut off: the kernel's is rounded up.
    const mean = i8x16.sub(i8x16.avgr_u(a, b), v128.and(v128.xor(a, b), one));
    average = add(average, i8x16.sub(x, mean), mask);
    paeths = add(paeths, i8x16.sub(x, paeth(a, b, c)), mask);
  }
  store<i32>(sizes, sumOf(none));
  store<i32>(sizes, sumOf(sub), 4);
  store<i32>(sizes, sumOf(up), 8);
  store<i32>(sizes, sumOf(average), 12);
  store<i32>(sizes, sumOf(paeths), 16);
  return 0;
}
