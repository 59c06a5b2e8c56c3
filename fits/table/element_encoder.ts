/** The loops that write elements into the cells and the heap of binary tables. */

import { FormatError } from "../../net/errors.ts";
import { LITTLE_ENDIAN } from "../../net/byte_order.ts";
import type { AnyPixels } from "../image/output.ts";

/** Writes elements of a flat array, big-endian: `count` of them from `from` on. */
export type Put = (target: Uint8Array, at: number, from: number, count: number) => void;

/** What a cell of logicals may hold. */
export type LogicalValue = boolean | null;

const STRING_BYTES = /^[\x20-\x7e]*$/;

/** Strings, filled with NULs: blanks at their end would be kept apart from none. */
export function putStrings(values: readonly string[], width: number, label: string): Put {
  return (target, at, from, count) => {
    for (let i = 0; i < count; i++) {
      const text = values[from + i]!;
      if (!STRING_BYTES.test(text)) {
        throw new FormatError(
          `Cannot write the column '${label}': found ${JSON.stringify(text)}, ` +
            `expected ASCII 32 to 126`,
        );
      }
      const start = at + i * width;
      for (let c = 0; c < text.length; c++) target[start + c] = text.charCodeAt(c);
      target.fill(0, start + text.length, Math.max(start + text.length, start + width));
    }
  };
}

/** Logicals: T, F, or a NUL for no value. */
export function putLogicals(
  values: ArrayLike<LogicalValue | number>,
  nulls: Uint8Array | undefined,
): Put {
  return (target, at, from, count) => {
    for (let i = 0; i < count; i++) {
      const value = nulls?.[from + i] === 1 ? null : values[from + i]!;
      target[at + i] = value === null ? 0 : value ? 0x54 : 0x46;
    }
  };
}

/** Bits, the first in the highest place; what is left of the last byte is 0. */
export function putBits(values: Uint8Array): Put {
  return (target, at, from, count) => {
    target.fill(0, at, at + Math.ceil(count / 8));
    for (let bit = 0; bit < count; bit++) {
      if (values[from + bit] !== 0) target[at + (bit >> 3)]! |= 0x80 >> (bit & 7);
    }
  };
}

/** A complex number is two numbers. */
export function pairs(put: Put): Put {
  return (target, at, from, count) => put(target, at, 2 * from, 2 * count);
}

/** Numbers, most significant byte first, the top bit flipped where an offset is stored. */
export function putNumbers(values: AnyPixels, size: 1 | 2 | 4 | 8, flip: number): Put {
  const { buffer, byteOffset, byteLength } = values;
  if (size === 8) return putDoubles(new Uint32Array(buffer, byteOffset, byteLength / 4), flip);
  if (size === 4) {
    const words = new Uint32Array(buffer, byteOffset, byteLength / 4);
    return (target, at, from, count) => {
      for (let i = from; i < from + count; i++, at += 4) {
        const word = words[i]!;
        target[at] = (word >>> 24) ^ flip;
        target[at + 1] = word >>> 16;
        target[at + 2] = word >>> 8;
        target[at + 3] = word;
      }
    };
  }
  if (size === 2) {
    const words = new Uint16Array(buffer, byteOffset, byteLength / 2);
    return (target, at, from, count) => {
      for (let i = from; i < from + count; i++, at += 2) {
        target[at] = (words[i]! >> 8) ^ flip;
        target[at + 1] = words[i]!;
      }
    };
  }
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  return (target, at, from, count) => {
    for (let i = 0; i < count; i++) target[at + i] = bytes[from + i]! ^ flip;
  };
}

function putDoubles(words: Uint32Array, flip: number): Put {
  const high = LITTLE_ENDIAN ? 1 : 0;
  return (target, at, from, count) => {
    for (let i = from; i < from + count; i++, at += 8) {
      const upper = words[2 * i + high]!;
      const lower = words[2 * i + 1 - high]!;
      target[at] = (upper >>> 24) ^ flip;
      target[at + 1] = upper >>> 16;
      target[at + 2] = upper >>> 8;
      target[at + 3] = upper;
      target[at + 4] = lower >>> 24;
      target[at + 5] = lower >>> 16;
      target[at + 6] = lower >>> 8;
      target[at + 7] = lower;
    }
  };
}

/** Writes TNULLn in the place of elements that are marked. */
export function withNulls(
  put: Put,
  nulls: Uint8Array | undefined,
  missing: number | bigint | undefined,
  size: 1 | 2 | 4 | 8,
): Put {
  if (nulls === undefined || missing === undefined) return put;
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(missing));
  const stored = bytes.subarray(8 - size);
  return (target, at, from, count) => {
    put(target, at, from, count);
    for (let i = 0; i < count; i++) {
      if (nulls[from + i] === 1) target.set(stored, at + i * size);
    }
  };
}
