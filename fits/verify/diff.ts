/** What differs between two FITS files: structure, cards, pixels, bytes. */

import { Buffer } from "node:buffer";
import type { Card } from "../header/card.ts";
import type { CardValue } from "../header/card_value.ts";
import type { FitsFile } from "../file/fits_file.ts";
import type { Hdu } from "../file/hdu.ts";
import type { Header } from "../header/header.ts";
import { imageScaling, type PixelType, type Scaling } from "../image/pixels.ts";
import type { AxisRange } from "../image/section.ts";
import { FormatError } from "../../net/errors.ts";
import { matchesGlob } from "../../net/text/glob.ts";
import { type ColumnDifference, diffRows, haveSameColumns } from "./diff_tables.ts";

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
  /** A column of a table whose cells differ. */
  | ColumnDifference
  /** Data that are neither pixels nor columns and differ in bytes. */
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
  /** Keywords whose cards are not compared, in any case; `DATE*` is all that are like it. */
  readonly ignore?: readonly string[] | undefined;
  /**
   * How far two pixels or numbers in tables may be apart.
   *
   * @default {0}
   */
  readonly tolerance?: number | undefined;
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
  const left = await hdusOf(a, b);
  const right = await hdusOf(b, a);
  for (;;) {
    const one: Hdu | undefined = (await left.next()).value;
    const other: Hdu | undefined = (await right.next()).value;
    if (one === undefined && other === undefined) return;
    const hdu = (one ?? other)!.index;
    if (one === undefined || other === undefined) {
      yield { kind: "structure", hdu, a: describe(one), b: describe(other) };
      continue;
    }
    yield* diffHeaders(hdu, one, other, options.ignore ?? []);
    const tables = await diffTables(a, b, one, other, options);
    if (tables !== undefined) yield* tables;
    else if (!areComparable(one, other)) {
      yield { kind: "structure", hdu, a: describe(one), b: describe(other) };
    } else if (one.isImage) yield* diffPixels(hdu, one, other, options);
    else yield* diffBytes(hdu, one, other, options.signal);
  }
}

/**
 * The HDUs of a file. A primary image that was compressed is an extension behind an empty
 * primary HDU: beside a file whose primary HDU has pixels, that is passed over.
 */
async function hdusOf(file: FitsFile, other: FitsFile): Promise<AsyncIterator<Hdu>> {
  const hdus = file.hdus[Symbol.asyncIterator]();
  const second = await file.find(({ index }) => index === 1);
  const wasPrimary = second?.isImage === true && second.header.has("SIMPLE");
  const isImage = (first: Hdu) => first.shape.length > 0;
  if (wasPrimary && !isImage(await file.hdu(0)) && isImage(await other.hdu(0))) await hdus.next();
  return hdus;
}

/** Images of one shape, one of them compressed perhaps, or HDUs of one kind and size. */
function areComparable(a: Hdu, b: Hdu): boolean {
  if (a.shape.join() !== b.shape.join()) return false;
  if (a.kind === b.kind) return a.isImage || a.dataSize === b.dataSize;
  return a.isImage && b.isImage && [a, b].some(({ kind }) => kind === "compressed IMAGE");
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
  const ignore = ignored.map((keyword) => keyword.toUpperCase());
  const [ofA, ofB] = [cardsOf(a.header), cardsOf(b.header)];
  for (const keyword of new Set([...ofA.keys(), ...ofB.keys()])) {
    if (ignore.some((pattern) => pattern === keyword || matchesGlob(pattern, keyword))) continue;
    const [left, right] = [ofA.get(keyword) ?? [], ofB.get(keyword) ?? []];
    const texts = [textsOf(left), textsOf(right)] as const;
    const onlyA = without(texts[0], texts[1]);
    const onlyB = without(texts[1], texts[0]);
    if (onlyA.length + onlyB.length > 0) {
      yield { kind: "commentary", hdu, keyword, onlyA, onlyB };
    }
    if (texts[0].length + texts[1].length > 0) continue;
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

/** The cards of each keyword: a header may have a hundred thousand. */
function cardsOf(header: Header): Map<string, Card[]> {
  const cards = new Map<string, Card[]>();
  for (const card of header) {
    const same = cards.get(card.keyword);
    if (same === undefined) cards.set(card.keyword, [card]);
    else same.push(card);
  }
  return cards;
}

function textsOf(cards: readonly Card[]): string[] {
  return cards.filter(({ kind }) => kind === "commentary").map(({ text }) => text);
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
  { signal, tolerance = 0 }: DiffOptions,
): AsyncGenerator<Difference> {
  const [one, other] = [a, b].map(({ header, bitpix }) => imageScaling(header, bitpix)) as [
    Scaling,
    Scaling,
  ];
  const sameForm = a.bitpix === b.bitpix && one.bzero === other.bzero &&
    one.bscale === other.bscale && one.blank === other.blank;
  // Doubles would take neighbours beyond 2^53 for equal.
  const exact = isLong(one.exact) || isLong(other.exact);
  const scaledAlike = sameForm && a.bitpix === 64 && !exact;
  let different = 0;
  let largest = 0;
  let first = Infinity;
  // Tiles that are cut would be decoded again and again.
  const sections = (a.kind === "compressed IMAGE" ? a : b).sections(PIECE_PIXELS);
  for (const section of sections) {
    signal?.throwIfAborted();
    if (sameForm) {
      const stored = [
        await a.image({ section, physical: false, signal }),
        await b.image({ section, physical: false, signal }),
      ].map(({ pixels }) => new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength));
      if (Buffer.compare(stored[0]!, stored[1]!) === 0) continue;
    }
    // Values of one scale are as far apart as it says, and their stored integers are exact.
    const [left, right] = scaledAlike
      ? [await storedLongs(a, section, one, signal), await storedLongs(b, section, other, signal)]
      : [
        await physicalValues(a, section, exact ? one : undefined, signal),
        await physicalValues(b, section, exact ? other : undefined, signal),
      ];
    const scale = scaledAlike ? Math.abs(one.bscale) : 1;
    const count = section.reduce((product, [start, stop]) => product * (stop - start), 1);
    for (let i = 0; i < count; i++) {
      const distance = exactDistance(left(i), right(i)) * scale;
      if (distance <= tolerance) continue;
      different++;
      // Sections are not in the order of pixels where an image has tiles.
      first = Math.min(first, indexOf(i, section, a.shape));
      if (distance > largest) largest = distance;
    }
  }
  if (different === 0) return;
  const pixels = a.shape.reduce((product, length) => product * length, 1);
  yield { kind: "pixels", hdu, different, pixels, largest, first: position(first, a.shape) };
}

/**
 * Reads the physical values of a section.
 *
 * @param exact The scaling, where 64-bit integers are to be exact; without it all are doubles.
 * @returns The value of a pixel of the section, NaN where there is none.
 */
async function physicalValues(
  hdu: Hdu,
  section: readonly AxisRange[],
  exact: Scaling | undefined,
  signal: AbortSignal | undefined,
): Promise<(pixel: number) => number | bigint> {
  if (exact === undefined || !isLong(exact.exact)) {
    const { pixels } = await hdu.image({ section, as: "float64", signal });
    return (pixel) => pixels[pixel]!;
  }
  const stored = await storedLongs(hdu, section, exact, signal);
  if (exact.exact !== "uint64") return stored;
  return (pixel) => {
    const value = stored(pixel);
    return typeof value === "bigint" ? value + 2n ** 63n : value;
  };
}

/** The stored 64-bit integers of a section, NaN for those without a value. */
async function storedLongs(
  hdu: Hdu,
  section: readonly AxisRange[],
  { blank }: Scaling,
  signal: AbortSignal | undefined,
): Promise<(pixel: number) => number | bigint> {
  const pixels = (await hdu.image({ section, physical: false, signal })).pixels as BigInt64Array;
  const missing = blank === undefined ? undefined : BigInt(blank);
  return (pixel) => pixels[pixel] === missing ? NaN : pixels[pixel]!;
}

/** The index in an image of a pixel of a section. */
function indexOf(pixel: number, section: readonly AxisRange[], shape: readonly number[]): number {
  let rest = pixel;
  let stride = 1;
  let index = 0;
  for (const [axis, [start, stop]] of section.entries()) {
    const place = rest % (stop - start);
    rest = (rest - place) / (stop - start);
    index += (start + place) * stride;
    stride *= shape[axis]!;
  }
  return index;
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

/** Compares tables by their columns; undefined where that cannot be. */
async function diffTables(
  a: FitsFile,
  b: FitsFile,
  one: Hdu,
  other: Hdu,
  { signal, tolerance = 0 }: DiffOptions,
): Promise<ColumnDifference[] | undefined> {
  if (!one.isTable || !other.isTable) return undefined;
  try {
    const [left, right] = [
      await a.openTable({ hdu: one.index }),
      await b.openTable({ hdu: other.index }),
    ];
    if (!haveSameColumns(left, right)) return undefined;
    return await diffRows(one.index, left, right, tolerance, exactDistance, signal);
  } catch (error) {
    // A table that cannot be read has bytes all the same.
    if (!(error instanceof FormatError)) throw error;
    return undefined;
  }
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
