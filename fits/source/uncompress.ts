/** The `.Z` files of Unix compress: LZW with codes of 9 to 16 bits. */

import { FormatError } from "../../net/errors.ts";

const CLEAR = 256;
const MIN_BITS = 9;
const PIECE_BYTES = 1 << 16;

/**
 * Expands a file of Unix compress, piece by piece.
 *
 * @param bytes The whole file.
 * @returns The pieces, each in memory of its own.
 * @throws {FormatError} If it is no such file, or damaged.
 */
export function* uncompress(bytes: Uint8Array): Generator<Uint8Array<ArrayBuffer>> {
  const flags = bytes[2] ?? 0;
  const mostBits = flags & 0x1f;
  if (bytes[0] !== 0x1f || bytes[1] !== 0x9d || mostBits < MIN_BITS || mostBits > 16) {
    throw damaged(0, "found no header of compress");
  }
  const hasClear = (flags & 0x80) !== 0;
  const mostCodes = 1 << mostBits;
  const prefix = new Uint16Array(mostCodes);
  const suffix = new Uint8Array(mostCodes);
  for (let i = 0; i < 256; i++) suffix[i] = i;
  const stack = new Uint8Array(mostCodes + 1);
  let piece = new Uint8Array(PIECE_BYTES);
  let filled = 0;

  let width = MIN_BITS;
  let free = hasClear ? CLEAR + 1 : CLEAR;
  let previous = -1;
  let first = 0;
  let bit = 24;
  let group = bit;
  const end = bytes.length * 8;
  // Codes come in groups of eight; where the width changes, the rest of a group is skipped.
  const nextGroup = () => {
    const bits = width * 8;
    bit = group = group + Math.ceil((bit - group) / bits) * bits;
  };

  while (true) {
    if (free === 1 << width && width < mostBits) {
      nextGroup();
      width++;
    }
    if (bit + width > end) break;
    const byte = bit >> 3;
    const code = ((bytes[byte]! | (bytes[byte + 1] ?? 0) << 8 | (bytes[byte + 2] ?? 0) << 16) >>
      (bit & 7)) & ((1 << width) - 1);
    bit += width;
    if (code === CLEAR && hasClear && previous >= 0) {
      nextGroup();
      width = MIN_BITS;
      free = CLEAR;
      continue;
    }
    if (code > free || (previous < 0 && code > 255)) {
      throw damaged(byte, `found code ${code}, expected at most ${previous < 0 ? 255 : free}`);
    }
    let depth = 0;
    let walk = code;
    if (code === free && previous >= 0) {
      stack[depth++] = first;
      walk = previous;
    }
    for (; walk > 255; walk = prefix[walk]!) stack[depth++] = suffix[walk]!;
    first = walk;
    stack[depth++] = first;
    while (depth > 0) {
      piece[filled++] = stack[--depth]!;
      if (filled < PIECE_BYTES) continue;
      yield piece;
      piece = new Uint8Array(PIECE_BYTES);
      filled = 0;
    }
    if (previous >= 0 && free < mostCodes) {
      prefix[free] = previous;
      suffix[free] = first;
      free++;
    }
    previous = code;
  }
  if (filled > 0) yield piece.subarray(0, filled);
}

function damaged(offset: number, message: string): FormatError {
  return new FormatError(`Cannot expand the compressed file at byte ${offset}: ${message}`, {
    offset,
  });
}
