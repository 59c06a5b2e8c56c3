/**
 * Storage that was used before, for arrays of the same size: the first touch of new memory costs
 * more than most work on it.
 *
 * All sessions of a thread share it, so what it keeps is bounded however many there are. Anyone who
 * takes of it writes every byte before anything is read: it is someone else's.
 *
 * @module
 */

/** Below it new memory is as quick. */
const MIN_SPARE_BYTES = 256 * 1024;

/** Bytes that are kept for later in all. */
const MAX_SPARE_BYTES = 128 * 1024 ** 2;

/** What is kept, the oldest first. */
const spare: ArrayBuffer[] = [];
let kept = 0;

/** A buffer of a size, if one is kept, with what was in it. */
export function takeSpare(bytes: number): ArrayBuffer | undefined {
  if (bytes < MIN_SPARE_BYTES) return undefined;
  const place = spare.findLastIndex(({ byteLength }) => byteLength === bytes);
  if (place < 0) return undefined;
  kept -= bytes;
  return spare.splice(place, 1)[0];
}

/** Keeps a buffer that nothing refers to any more; the oldest ones go where there are too many. */
export function giveSpare(buffer: ArrayBuffer): void {
  const { byteLength } = buffer;
  if (byteLength < MIN_SPARE_BYTES || byteLength > MAX_SPARE_BYTES) return;
  spare.push(buffer);
  kept += byteLength;
  while (kept > MAX_SPARE_BYTES) kept -= spare.shift()!.byteLength;
}
