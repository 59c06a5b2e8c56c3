/** PLIO_1: the line lists of IRAF, made for masks: runs of values from 0 to 2^24 (FITS 4.0, section 10.4.3). */

import { FormatError } from "../../../net/errors.ts";

/** The most pixels that two bytes can stand for: the data of one instruction. */
const MAX_RUN = 4095;

/** What an instruction does; its code is in bits 12 to 14. */
const ZEROS = 0;
const SET_HIGH = 1;
const ADD = 2;
const SUBTRACT = 3;
const RUN = 4;
const ZEROS_AND_ONE = 5;
const ADD_AND_PUT = 6;
const SUBTRACT_AND_PUT = 7;

/** Runs from this length on are worth a call of the engine's own filling. */
const LONG_RUN = 24;

/** The greatest value. */
const MAX_VALUE = (1 << 24) - 1;

/**
 * The most pixels that a line list can stand for.
 *
 * @param bytes Its length.
 */
export function mostPlioPixels(bytes: number): number {
  return Math.floor(bytes / 2) * MAX_RUN;
}

/**
 * Decodes a line list.
 *
 * @param bytes The list: 16-bit words, big-endian.
 * @param target The pixels; those behind the end of the list are 0.
 * @throws {FormatError} If the list is cut short, says more than there are pixels, or has values
 * that these cannot hold.
 */
export function decodePlio(bytes: Uint8Array, target: Uint8Array | Int16Array | Int32Array): void {
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length & ~1);
  const [first, length] = instructions(words);
  const count = target.length;
  const most = target instanceof Uint8Array
    ? 255
    : target instanceof Int16Array
    ? 32_767
    : MAX_VALUE;
  target.fill(0);
  let value = 1;
  let x = 0;
  for (let at = first; at < length; at++) {
    const word = words.getInt16(at * 2);
    if (word < 0) {
      throw new FormatError(`word ${at + 1} of the line list is ${word}, no instruction`);
    }
    const data = word & 0xfff;
    let run = 0;
    switch (word >> 12) {
      case ZEROS:
        x += data;
        break;
      case SET_HIGH:
        if (++at === length) throw new FormatError("the line list ends within an instruction");
        value = (words.getUint16(at * 2) << 12) + data;
        break;
      case ADD:
        value += data;
        break;
      case SUBTRACT:
        value -= data;
        break;
      case RUN:
        run = data;
        break;
      case ZEROS_AND_ONE:
        if (data === 0) break;
        x += data - 1;
        run = 1;
        break;
      case ADD_AND_PUT:
        value += data;
        run = 1;
        break;
      case SUBTRACT_AND_PUT:
        value -= data;
        run = 1;
        break;
    }
    if (x + run > count) throw new FormatError(`the line list continues after its ${count} pixels`);
    if (run === 0) continue;
    // What is never put may be any number on the way to what is.
    if (value < 0 || value > most) {
      throw new FormatError(`the line list has the value ${value}, expected 0 to ${most}`);
    }
    if (run >= LONG_RUN) target.fill(value, x, x + run);
    else for (let i = x; i < x + run; i++) target[i] = value;
    x += run;
  }
}

/** Where the instructions begin and end, in words; the two forms of the list's head. */
function instructions(words: DataView): readonly [first: number, end: number] {
  const held = words.byteLength / 2;
  const short = held >= 3 ? words.getInt16(4) : 0;
  const [first, end] = short > 0
    ? [3, short]
    : held >= 5
    ? [words.getInt16(2), (words.getInt16(8) << 15) + words.getInt16(6)]
    : [0, 0];
  if (first >= 3 && end >= first && end <= held) return [first, end];
  throw new FormatError(
    `a line list of ${held} words says that its instructions are in words ${first + 1} to ${end}`,
  );
}
