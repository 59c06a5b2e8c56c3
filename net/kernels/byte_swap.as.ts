// The exchange of bytes, 64 in one turn of the loop. See byte_swap.ts.

/** The most bytes of a piece: with its place for constants the memory is one page. */
const PIECE_BYTES: i32 = 63 * 1024;
/** Bytes that one turn of the loop exchanges. */
const TURN_BYTES: i32 = 64;

const piece = memory.data(PIECE_BYTES, 64);

/** Where the piece begins in this module's memory. */
export function pieceStart(): usize {
  return piece;
}

/** How many bytes the piece has. */
export function pieceBytes(): i32 {
  return PIECE_BYTES;
}

/**
 * Reverses the bytes of each element of the piece where it lies.
 *
 * @param length Bytes of the elements, from the start of the piece on.
 * @param size Bytes of one element: 2, 4 or 8.
 * @returns 0, or 1 if the elements would run past the end of the piece: then nothing is done.
 */
export function swap(length: i32, size: i32): i32 {
  if (<u32>length > <u32>PIECE_BYTES) return 1;
  const order = size == 2
    ? i8x16(1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14)
    : size == 4
    ? i8x16(3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12)
    : i8x16(7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8);
  const end = piece + <usize>length;
  // The last turn may go beyond the elements, but never beyond the piece, which is whole turns.
  for (let at = piece; at < end; at += TURN_BYTES) {
    v128.store(at, i8x16.swizzle(v128.load(at), order));
    v128.store(at, i8x16.swizzle(v128.load(at, 16), order), 16);
    v128.store(at, i8x16.swizzle(v128.load(at, 32), order), 32);
    v128.store(at, i8x16.swizzle(v128.load(at, 48), order), 48);
  }
  return 0;
}
