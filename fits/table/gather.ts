/** The loops that copy big-endian numbers of cells into arrays in this machine's order. */

import { LITTLE_ENDIAN } from "../../net/byte_order.ts";

/**
 * Copies big-endian elements of cells into an array, in this machine's order.
 *
 * @param bytes Bytes that hold them.
 * @param from Where the first begins.
 * @param stride Bytes from a cell to the next.
 * @param rows How many cells.
 * @param count Elements of a cell.
 * @param at The number of the first element in the array.
 */
export type Gather = (
  bytes: Uint8Array,
  from: number,
  stride: number,
  rows: number,
  count: number,
  at: number,
) => void;

/**
 * Makes the copying loop for an array. Each loop writes through one view of a whole
 * element (two of a 64-bit one), reads through a DataView, which the compiler turns
 * into one load (a million words: 0.8 ms, byte by byte 2.1), and has a form of its
 * own for cells of one element.
 */
export function gatherInto(
  target: ArrayBufferView<ArrayBuffer>,
  size: number,
  options: { flip: boolean },
): Gather {
  const { buffer, byteOffset, byteLength } = target;
  if (size === 1) {
    return gatherBytes(new Uint8Array(buffer, byteOffset, byteLength), options.flip ? 0x80 : 0);
  }
  if (size === 2) {
    return gatherShorts(
      new Uint16Array(buffer, byteOffset, byteLength / 2),
      options.flip ? 0x8000 : 0,
    );
  }
  const words = new Uint32Array(buffer, byteOffset, byteLength / 4);
  const flip = options.flip ? 0x8000_0000 : 0;
  return size === 4 ? gatherWords(words, flip) : gatherPairs(words, flip);
}

function gatherBytes(target: Uint8Array, flip: number): Gather {
  return (bytes, from, stride, rows, count, at) => {
    for (let row = 0; row < rows; row++) {
      const first = from + row * stride;
      for (let i = first; i < first + count; i++) target[at++] = bytes[i]! ^ flip;
    }
  };
}

function gatherShorts(target: Uint16Array, flip: number): Gather {
  return (bytes, from, stride, rows, count, at) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (count === 1) {
      for (let i = from, end = at + rows; at < end; at++, i += stride) {
        target[at] = view.getUint16(i) ^ flip;
      }
      return;
    }
    for (let row = 0; row < rows; row++, from += stride) {
      for (let i = from, end = from + 2 * count; i < end; i += 2) {
        target[at++] = view.getUint16(i) ^ flip;
      }
    }
  };
}

function gatherWords(target: Uint32Array, flip: number): Gather {
  return (bytes, from, stride, rows, count, at) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (count === 1) {
      for (let i = from, end = at + rows; at < end; at++, i += stride) {
        target[at] = view.getUint32(i) ^ flip;
      }
      return;
    }
    for (let row = 0; row < rows; row++, from += stride) {
      for (let i = from, end = from + 4 * count; i < end; i += 4) {
        target[at++] = view.getUint32(i) ^ flip;
      }
    }
  };
}

function gatherPairs(target: Uint32Array, flip: number): Gather {
  const high = LITTLE_ENDIAN ? 1 : 0;
  const low = 1 - high;
  return (bytes, from, stride, rows, count, at) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let to = 2 * at;
    if (count === 1) {
      for (let i = from, end = to + 2 * rows; to < end; to += 2, i += stride) {
        target[to + high] = view.getUint32(i) ^ flip;
        target[to + low] = view.getUint32(i + 4);
      }
      return;
    }
    for (let row = 0; row < rows; row++, from += stride) {
      for (let i = from, end = from + 8 * count; i < end; i += 8, to += 2) {
        target[to + high] = view.getUint32(i) ^ flip;
        target[to + low] = view.getUint32(i + 4);
      }
    }
  };
}
