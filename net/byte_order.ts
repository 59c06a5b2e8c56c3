/**
 * Byte order of arrays: FITS and the network are big-endian, nearly every
 * processor is little-endian.
 *
 * Bytes are exchanged in 32-bit words, four at a time; whole arrays only, so that
 * no element costs a call.
 */

/** Bytes of one element. */
export type ElementSize = 1 | 2 | 4 | 8;

/** Whether this machine stores the lowest byte first. */
export const LITTLE_ENDIAN: boolean = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/**
 * Reverses the bytes of every element where it lies.
 *
 * @param bytes The array's bytes; a multiple of `size`.
 * @param size Bytes of one element. Complex numbers are two elements of half their size.
 * @returns The same bytes.
 * @throws {RangeError} If the length is no multiple of `size`.
 */
export function swapBytes<T extends Uint8Array>(bytes: T, size: ElementSize): T {
  return swapInto(bytes, bytes, size);
}

/**
 * Copies an array and reverses the bytes of every element on the way.
 *
 * @param source The array's bytes; a multiple of `size`.
 * @param target Where they go; of the same length. It may be the source itself.
 * @param size Bytes of one element.
 * @returns The target.
 * @throws {RangeError} If the lengths differ or are no multiple of `size`.
 */
export function swapInto<T extends Uint8Array>(
  source: Uint8Array,
  target: T,
  size: ElementSize,
): T {
  if (source.length !== target.length || source.length % size !== 0) {
    throw new RangeError(
      `Cannot reverse ${source.length} bytes into ${target.length}: ` +
        `expected equal multiples of ${size}`,
    );
  }
  if (size === 1) {
    if ((source as Uint8Array) !== target) target.set(source);
    return target;
  }
  const aligned = source.byteOffset % 4 === 0 && target.byteOffset % 4 === 0;
  const words = aligned ? source.length >> 2 : 0;
  if (words > 0) {
    const from = new Uint32Array(source.buffer, source.byteOffset, words);
    const to = new Uint32Array(target.buffer, target.byteOffset, words);
    if (size === 2) swapHalfWords(from, to);
    else if (size === 4) swapWords(from, to);
    else swapDoubleWords(from, to);
  }
  swapSingly(source, target, size, words * 4);
  return target;
}

// Four words in each turn: the engine's checks between turns cost more than the work on one
// word, so this is 2 to 3 times as fast as a loop over single words.

function swapHalfWords(from: Uint32Array, to: Uint32Array): void {
  const fours = from.length & ~3;
  for (let i = 0; i < fours; i += 4) {
    const a = from[i]!;
    const b = from[i + 1]!;
    const c = from[i + 2]!;
    const d = from[i + 3]!;
    to[i] = ((a & 0x00ff00ff) << 8) | ((a >>> 8) & 0x00ff00ff);
    to[i + 1] = ((b & 0x00ff00ff) << 8) | ((b >>> 8) & 0x00ff00ff);
    to[i + 2] = ((c & 0x00ff00ff) << 8) | ((c >>> 8) & 0x00ff00ff);
    to[i + 3] = ((d & 0x00ff00ff) << 8) | ((d >>> 8) & 0x00ff00ff);
  }
  for (let i = fours; i < from.length; i++) {
    const word = from[i]!;
    to[i] = ((word & 0x00ff00ff) << 8) | ((word >>> 8) & 0x00ff00ff);
  }
}

function swapWords(from: Uint32Array, to: Uint32Array): void {
  const fours = from.length & ~3;
  for (let i = 0; i < fours; i += 4) {
    const a = from[i]!;
    const b = from[i + 1]!;
    const c = from[i + 2]!;
    const d = from[i + 3]!;
    to[i] = (((a << 8) | (a >>> 24)) & 0x00ff00ff) | (((a << 24) | (a >>> 8)) & 0xff00ff00);
    to[i + 1] = (((b << 8) | (b >>> 24)) & 0x00ff00ff) | (((b << 24) | (b >>> 8)) & 0xff00ff00);
    to[i + 2] = (((c << 8) | (c >>> 24)) & 0x00ff00ff) | (((c << 24) | (c >>> 8)) & 0xff00ff00);
    to[i + 3] = (((d << 8) | (d >>> 24)) & 0x00ff00ff) | (((d << 24) | (d >>> 8)) & 0xff00ff00);
  }
  for (let i = fours; i < from.length; i++) to[i] = swapWord(from[i]!);
}

function swapDoubleWords(from: Uint32Array, to: Uint32Array): void {
  const fours = from.length & ~3;
  for (let i = 0; i < fours; i += 4) {
    const a = from[i]!;
    const b = from[i + 1]!;
    const c = from[i + 2]!;
    const d = from[i + 3]!;
    to[i] = (((b << 8) | (b >>> 24)) & 0x00ff00ff) | (((b << 24) | (b >>> 8)) & 0xff00ff00);
    to[i + 1] = (((a << 8) | (a >>> 24)) & 0x00ff00ff) | (((a << 24) | (a >>> 8)) & 0xff00ff00);
    to[i + 2] = (((d << 8) | (d >>> 24)) & 0x00ff00ff) | (((d << 24) | (d >>> 8)) & 0xff00ff00);
    to[i + 3] = (((c << 8) | (c >>> 24)) & 0x00ff00ff) | (((c << 24) | (c >>> 8)) & 0xff00ff00);
  }
  if (fours + 1 >= from.length) return;
  const low = from[fours]!;
  to[fours] = swapWord(from[fours + 1]!);
  to[fours + 1] = swapWord(low);
}

function swapWord(word: number): number {
  return (((word << 8) | (word >>> 24)) & 0x00ff00ff) |
    (((word << 24) | (word >>> 8)) & 0xff00ff00);
}

/** Byte by byte: memory that is not aligned, and the last half word of an odd array. */
function swapSingly(source: Uint8Array, target: Uint8Array, size: number, start: number): void {
  for (let at = start; at < source.length; at += size) {
    for (let low = at, high = at + size - 1; low < high; low++, high--) {
      const first = source[low]!;
      target[low] = source[high]!;
      target[high] = first;
    }
  }
}

/**
 * Brings an array from a given byte order to this machine's, or back, where it lies.
 *
 * @param bytes The array's bytes; a multiple of `size`.
 * @param size Bytes of one element.
 * @param order The byte order that the bytes have or shall have.
 * @returns The same bytes.
 */
export function toNativeOrder<T extends Uint8Array>(
  bytes: T,
  size: ElementSize,
  order: "big" | "little",
): T {
  return (order === "little") === LITTLE_ENDIAN ? bytes : swapBytes(bytes, size);
}
