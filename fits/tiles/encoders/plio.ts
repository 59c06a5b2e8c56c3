/** PLIO_1, encoded: runs of equal values of 0 to 2^24 (FITS 4.0, section 10.4.3). */

import { FormatError } from "../../../net/errors.ts";

/** The greatest value: the instruction that sets a value has 12 bits, and its data 12 more. */
export const MAX_PLIO: number = 2 ** 24 - 1;
/** Words before the first instruction. */
const HEADER_WORDS = 7;
/** The most pixels of an instruction, and the most by which it changes the value. */
const MAX_DATA = 4095;
/** The most words of a list: its length has 30 bits. */
const MAX_WORDS = 2 ** 30 - 1;

/** Instructions, in the upper four bits of a word. */
const ZEROS = 0,
  SET = 1 << 12,
  UP = 2 << 12,
  DOWN = 3 << 12,
  VALUES = 4 << 12,
  ZEROS_AND_ONE = 5 << 12;
/** Added to UP and DOWN: one pixel of the new value follows. */
const AND_ONE = 4 << 12;

let words: Int16Array<ArrayBuffer> = new Int16Array(1024);

/**
 * Encodes a tile as one list of instructions.
 *
 * @param values The pixels.
 * @param offset How much values of the list are greater.
 * @returns The list: big-endian words of 16 bits, valid until the next call.
 * @throws {FormatError} If a pixel is below 0 or above 2^24 - 1: none is cut.
 */
export function encodePlio(values: Int32Array, offset: number): Uint8Array {
  checkValues(values, offset);
  // No pixel takes more than three words.
  const room = HEADER_WORDS + 3 * values.length;
  if (words.length < room) words = new Int16Array(room);
  const length = writeList(values, offset, words);
  if (length > MAX_WORDS) throw new FormatError(`its list has ${length} words, over ${MAX_WORDS}`);
  words.set([0, HEADER_WORDS, -100, length % 32768, Math.floor(length / 32768), 0, 0]);
  const bytes = new Uint8Array(length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < length; i++) view.setInt16(i * 2, words[i]!);
  return bytes;
}

function checkValues(values: Int32Array, offset: number): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]! + offset;
    if (value >= 0 && value <= MAX_PLIO) continue;
    throw new FormatError(
      `pixel ${i + 1} of the tile is ${value}, PLIO_1 has 0 to ${MAX_PLIO} only: rice or gzip2 ` +
        "keep it",
    );
  }
}

/** Writes the instructions; the number of words with those of the header. */
function writeList(values: Int32Array, offset: number, into: Int16Array): number {
  let at = HEADER_WORDS;
  /** The value that a reader has, and the pixels of 0 before the run. */
  let held = 1;
  let zeros = 0;
  for (let first = 0; first < values.length;) {
    const value = values[first]! + offset;
    let last = first + 1;
    while (last < values.length && values[last]! + offset === value) last++;
    let run = last - first;
    first = last;
    if (value === 0) {
      zeros = run;
      if (first < values.length) continue;
      run = 0;
    } else if (value !== held) {
      const change = value - held;
      held = value;
      if (Math.abs(change) > MAX_DATA) {
        into[at++] = SET | (value & MAX_DATA);
        into[at++] = value >> 12;
      } else {
        into[at++] = change < 0 ? DOWN | -change : UP | change;
        if (run === 1 && zeros === 0) {
          into[at - 1]! |= AND_ONE;
          continue;
        }
      }
    }
    const room = zeros > 0 && zeros % MAX_DATA !== 0;
    for (; zeros > 0; zeros -= MAX_DATA) into[at++] = ZEROS | Math.min(MAX_DATA, zeros);
    zeros = 0;
    // One pixel goes into the last word of zeros, unless that is full: 4096 is no length.
    if (run === 1 && room) into[at - 1]! += ZEROS_AND_ONE + 1;
    else for (; run > 0; run -= MAX_DATA) into[at++] = VALUES | Math.min(MAX_DATA, run);
  }
  return at;
}
