/**
 * Joins pieces of bytes into one array of its own.
 *
 * @param pieces The pieces, in order.
 * @param length Their length together, where it is known already.
 */
export function concatenate(
  pieces: readonly ArrayLike<number>[],
  length: number = pieces.reduce((sum, piece) => sum + piece.length, 0),
): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
