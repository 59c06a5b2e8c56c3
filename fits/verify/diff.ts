/** What differs between two FITS files: structure, cards, pixels, bytes. */

import { Buffer } from "node:buffer";
import type { Card } from "../header/card.ts";
import type { CardValue } from "../header/card_value.ts";
import type { FitsFile } from "../file/fits_file.ts";
import type { Hdu } from "../file/hdu.ts";
import type { Header } from "../header/header.ts";
import { pixelBytes, scalePixels, toNativePixels } from "../image/pixel_conversion.ts";
import { imageScaling, type PixelType, type Scaling } from "../image/pixels.ts";

/** One difference between two files. */
export type Difference =
  /** An HDU that only one of the files has, or of another kind, shape or BITPIX. */
  | {
    readonly kind: "structure";
    readonly hdu: number;
    readonly a: string | undefined;
    readonly b: string | undefined;
  }
  /** A keyword whose values differ, or that one of the headers lacks (`undefined`). */
  | {
    readonly kind: "card";
    readonly hdu: number;
    readonly keyword: string;
    readonly a: CardValue | undefined;
    readonly b: CardValue | undefined;
  }
  /** A keyword whose values are equal and whose comments differ. */
  | {
    readonly kind: "comment";
    readonly hdu: number;
    readonly keyword: string;
    readonly a: string;
    readonly b: string;
  }
  /** Commentary cards of a keyword that only one of the headers has. */
  | {
    readonly kind: "commentary";
    readonly hdu: number;
    readonly keyword: string;
    readonly onlyA: readonly string[];
    readonly onlyB: readonly string[];
  }
  /** Physical pixels that differ; NaN equals NaN. */
  | {
    readonly kind: "pixels";
    readonly hdu: number;
    /** How many differ, of how many. */
    readonly different: number;
    readonly pixels: number;
    /** The largest difference of two numbers. */
    readonly largest: number;
    /** The first that differs, in FITS order and counted from 1. */
    readonly first: readonly number[];
  }
  /** Data that are no pixels and differ in bytes. */
  | {
    readonly kind: "data";
    readonly hdu: number;
    readonly different: number;
    readonly bytes: number;
    /** The offset of the first byte that differs, from the start of the data. */
    readonly first: number;
  };

/** What is compared. */
export interface DiffOptions {
  /** Keywords whose cards are not compared, in any case. */
  readonly ignore?: readonly string[] | undefined;
  /** Ends the work; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

const PIECE_PIXELS = 1 << 17;

/**
 * Compares two files, HDU by HDU.
 *
 * @param a One file.
 * @param b The other.
 * @param options What is left out.
 * @returns The differences in the order of the HDUs.
 */
export async function* diffFits(
  a: FitsFile,
  b: FitsFile,
  options: DiffOptions = {},
): AsyncGenerator<Difference> {
  const left = a.hdus[Symbol.asyncIterator]();
  const right = b.hdus[Symbol.asyncIterator]();
  for (let hdu = 0;; hdu++) {
    const one: Hdu | undefined = (await left.next()).value;
    const other: Hdu | undefined = (await right.next()).value;
    if (one === undefined && other === undefined) return;
    if (one === undefined || other === undefined) {
      yield { kind: "structure", hdu, a: describe(one), b: describe(other) };
      continue;
    }
    yield* diffHeaders(hdu, one, other, options.ignore ?? []);
    const comparable = one.kind === other.kind &&
      one.shape.join() === other.shape.join() &&
      (isPlainImage(one) || one.dataSize === other.dataSize);
    if (!comparable) {
      yield { kind: "structure", hdu, a: describe(one), b: describe(other) };
    } else if (isPlainImage(one)) {
      yield* diffPixels(hdu, one, other, options.signal);
    } else {
      yield* diffBytes(hdu, one, other, options.signal);
    }
  }
}

function isPlainImage({ kind }: Hdu): boolean {
  return kind === "PRIMARY" || kind === "IMAGE";
}

function describe(hdu: Hdu | undefined): string | undefined {
  return hdu === undefined
    ? undefined
    : `${hdu.kind} ${hdu.shape.join(" x ") || "without data"} BITPIX ${hdu.bitpix}`;
}

function* diffHeaders(
  hdu: number,
  a: Hdu,
  b: Hdu,
  ignored: readonly string[],
): Generator<Difference> {
  const ignore = new Set(ignored.map((keyword) => keyword.toUpperCase()));
  const keywords = new Set([...a.header, ...b.header].map(({ keyword }) => keyword));
  for (const keyword of keywords) {
    if (ignore.has(keyword)) continue;
    const texts = [a.header.commentary(keyword), b.header.commentary(keyword)] as const;
    const onlyA = without(texts[0], texts[1]);
    const onlyB = without(texts[1], texts[0]);
    if (onlyA.length + onlyB.length > 0) {
      yield { kind: "commentary", hdu, keyword, onlyA, onlyB };
    }
    if (texts[0].length + texts[1].length > 0) continue;
    const [left, right] = [cardsOf(a.header, keyword), cardsOf(b.header, keyword)];
    for (let i = 0; i < Math.max(left.length, right.length); i++) {
      const [one, other] = [left[i], right[i]];
      if (one === undefined || other === undefined || !sameValue(one.value, other.value)) {
        yield { kind: "card", hdu, keyword, a: one?.value, b: other?.value };
      } else if (one.comment !== other.comment) {
        yield { kind: "comment", hdu, keyword, a: one.comment, b: other.comment };
      }
    }
  }
}

function cardsOf(header: Header, keyword: string): Card[] {
  return header.cards.filter((card) => card.keyword === keyword);
}

/** The texts that are not among others, a text that stands twice being two. */
function without(texts: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const text of others) left.set(text, (left.get(text) ?? 0) + 1);
  return texts.filter((text) => {
    const count = left.get(text) ?? 0;
    left.set(text, count - 1);
    return count <= 0;
  });
}

function sameValue(a: CardValue | undefined, b: CardValue | undefined): boolean {
  if (typeof a === "object" && typeof b === "object" && a !== null && b !== null) {
    return a.re === b.re && a.im === b.im;
  }
  return a === b;
}

async function* diffPixels(
  hdu: number,
  a: Hdu,
  b: Hdu,
  signal: AbortSignal | undefined,
): AsyncGenerator<Difference> {
  const sides = [side(a), side(b)] as const;
  const sameForm = a.bitpix === b.bitpix && sides[0].scaling.bzero === sides[1].scaling.bzero &&
    sides[0].scaling.bscale === sides[1].scaling.bscale &&
    sides[0].scaling.blank === sides[1].scaling.blank;
  // Doubles would take neighbours beyond 2^53 for equal.
  const exact = sides.some(({ scaling }) => isLong(scaling.exact));
  const pixels = a.dataSize / pixelBytes(a.bitpix);
  let different = 0;
  let largest = 0;
  let first = -1;
  for (let at = 0; at < pixels; at += PIECE_PIXELS) {
    signal?.throwIfAborted();
    const count = Math.min(PIECE_PIXELS, pixels - at);
    const [left, right] = [await sides[0].read(at, count), await sides[1].read(at, count)];
    if (sameForm && Buffer.compare(left, right) === 0) continue;
    if (exact) {
      const [one, other] = [sides[0].exact(left), sides[1].exact(right)];
      for (let i = 0; i < count; i++) {
        const distance = exactDistance(one(i), other(i));
        if (distance === 0) continue;
        if (different++ === 0) first = at + i;
        if (distance > largest) largest = distance;
      }
      continue;
    }
    const [one, other] = [sides[0].scale(left), sides[1].scale(right)];
    for (let i = 0; i < count; i++) {
      const [x, y] = [one[i]!, other[i]!];
      if (x === y || (Number.isNaN(x) && Number.isNaN(y))) continue;
      if (different++ === 0) first = at + i;
      const distance = Math.abs(x - y);
      if (distance > largest) largest = distance;
    }
  }
  if (different === 0) return;
  yield { kind: "pixels", hdu, different, pixels, largest, first: position(first, a.shape) };
}

/** One of two images, piece by piece. */
function side(hdu: Hdu): {
  scaling: Scaling;
  read(at: number, count: number): Promise<Uint8Array<ArrayBuffer>>;
  scale(bytes: Uint8Array<ArrayBuffer>): Float64Array;
  /** The physical value of a pixel of a piece: 64-bit integers exact, NaN where there is none. */
  exact(bytes: Uint8Array<ArrayBuffer>): (pixel: number) => number | bigint;
} {
  const size = pixelBytes(hdu.bitpix);
  const scaling = imageScaling(hdu.header, hdu.bitpix);
  const buffer = new Uint8Array(Math.min(PIECE_PIXELS * size, hdu.dataSize));
  const out = new Float64Array(PIECE_PIXELS);
  const scale = (bytes: Uint8Array<ArrayBuffer>) => {
    scalePixels(bytes, hdu.bitpix, scaling, out, 0);
    return out;
  };
  return {
    scaling,
    read: async (at, count) => {
      const bytes = buffer.subarray(0, count * size);
      await hdu.data.readInto(at * size, bytes);
      return bytes;
    },
    scale,
    exact: (bytes) => {
      if (!isLong(scaling.exact)) {
        const values = scale(bytes);
        return (pixel) => values[pixel]!;
      }
      const unsigned = scaling.exact === "uint64";
      toNativePixels(bytes, new Uint8Array(out.buffer, 0, bytes.length), 64, unsigned);
      const values = unsigned ? new BigUint64Array(out.buffer) : new BigInt64Array(out.buffer);
      const { blank } = scaling;
      const missing = blank === undefined ? undefined : BigInt(blank) + (unsigned ? 2n ** 63n : 0n);
      return (pixel) => values[pixel] === missing ? NaN : values[pixel]!;
    },
  };
}

function isLong(type: PixelType | undefined): boolean {
  return type === "int64" || type === "uint64";
}

/** How far two values are apart: 0 if they are equal, NaN if only one is a number. */
function exactDistance(a: number | bigint, b: number | bigint): number {
  if (typeof a === "bigint" && typeof b === "bigint") return Math.abs(Number(a - b));
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  const [one, other] = [exactOf(a), exactOf(b)];
  if (typeof one === "bigint" && typeof other === "bigint") return Math.abs(Number(one - other));
  return Math.abs(Number(a) - Number(b));
}

function exactOf(value: number | bigint): number | bigint {
  return typeof value === "number" && Number.isInteger(value) ? BigInt(value) : value;
}

function position(index: number, shape: readonly number[]): number[] {
  let rest = index;
  return shape.map((length) => {
    const place = rest % length;
    rest = (rest - place) / length;
    return place + 1;
  });
}

async function* diffBytes(
  hdu: number,
  a: Hdu,
  b: Hdu,
  signal: AbortSignal | undefined,
): AsyncGenerator<Difference> {
  let different = 0;
  let first = -1;
  for (let at = 0; at < a.dataSize; at += PIECE_PIXELS) {
    signal?.throwIfAborted();
    const length = Math.min(PIECE_PIXELS, a.dataSize - at);
    const [left, right] = [await a.data.read(at, length), await b.data.read(at, length)];
    if (Buffer.compare(left, right) === 0) continue;
    for (let i = 0; i < length; i++) {
      if (left[i] === right[i]) continue;
      if (different++ === 0) first = at + i;
    }
  }
  if (different > 0) yield { kind: "data", hdu, different, bytes: a.dataSize, first };
}
