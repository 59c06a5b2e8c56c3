/**
 * Values to colours by one table of 65,536: stretch, contrast, colour map and inversion are in
 * the table, so that a pixel costs one look-up whatever they are.
 *
 * `index = floor(clamp((value - low) / (high - low), 0, 1) * 65534 + 0.5)`; 65535 is a pixel
 * without a value.
 *
 * @module
 */

import { unitOf } from "../../../fits/image/magnitude.ts";
import { colormap, type ColormapName } from "../../../fits/picture/colormap.ts";
import { type Stretch, Stretcher } from "../../../fits/picture/stretch.ts";
import type { Tile } from "./tile.ts";

/** Stripes, nothing, or a colour: `RRGGBB` in hexadecimal digits. */
export type Missing = string;

/** What it may be, for people. */
export const MISSING_EXPECTED: string = "hatch, transparent or a colour as RRGGBB, such as ff0000";

/**
 * Reads what is drawn.
 *
 * @returns Colours in lower case; undefined if the text is none.
 */
export function readMissing(text: string): Missing | undefined {
  if (text === "hatch" || text === "transparent") return text;
  return /^[\da-f]{6}$/i.test(text) ? text.toLowerCase() : undefined;
}

/** The colour as `ImageData` has it, red in the lowest byte; 0 where there is none. */
export function missingColor(missing: Missing): number {
  if (missing === "hatch" || missing === "transparent") return 0;
  const color = parseInt(missing, 16);
  return (0xff000000 | (color & 255) << 16 | color & 0xff00 | color >>> 16) >>> 0;
}

/** How values become colours. */
export interface Coloring {
  readonly stretch: Stretch;
  readonly colormap: ColormapName;
  readonly invert: boolean;
  /** The brightness, 0 to 1, that is put in the middle. */
  readonly bias: number;
  /** How steeply colours follow from there, 0 to 10. */
  readonly contrast: number;
  /** What is drawn where there is no value. @default {"hatch"} */
  readonly missing?: Missing | undefined;
  /** For `histeq`: how many values are in each of equal steps from the low to the high limit. */
  readonly counts?: ArrayLike<number> | undefined;
}

/** Colours of the table. */
export const COLORS = 65_536;
/** The index of a pixel without a value. */
export const MISSING: number = COLORS - 1;
const LAST = COLORS - 2;

/**
 * Makes the table.
 *
 * @param coloring How values become colours.
 * @param into Its memory.
 * @returns Colours as `ImageData` has them: red in the lowest byte. Missing is transparent where
 * it has no colour.
 */
export function colorTable(
  coloring: Coloring,
  into: Uint32Array<ArrayBuffer> = new Uint32Array(COLORS),
): Uint32Array<ArrayBuffer> {
  const levels = stretched(coloring);
  const map = colormap(coloring.colormap);
  const { bias, contrast, invert } = coloring;
  const plain = bias === 0.5 && contrast === 1;
  for (let i = 0; i <= LAST; i++) {
    let level = levels[i]!;
    if (!plain) level = Math.min(255, Math.max(0, ((level / 255 - bias) * contrast + 0.5) * 255));
    if (invert) level = 255 - level;
    const at = Math.floor(level + 0.5) * 3;
    into[i] = (0xff000000 | map[at + 2]! << 16 | map[at + 1]! << 8 | map[at]!) >>> 0;
  }
  into[MISSING] = missingColor(coloring.missing ?? "hatch");
  return into;
}

/** The brightness, 0 to 255, of each index. */
function stretched({ stretch, counts }: Coloring): Float64Array {
  const levels = new Float64Array(LAST + 1);
  if (stretch === "histeq") return equalized(levels, counts ?? [1]);
  for (let i = 0; i <= LAST; i++) levels[i] = i / LAST;
  new Stretcher(0, 1, stretch).apply(levels);
  return levels;
}

/** Every brightness equally frequent: the part of the values that lie below. */
function equalized(levels: Float64Array, counts: ArrayLike<number>): Float64Array {
  const below = new Float64Array(counts.length + 1);
  for (let i = 0; i < counts.length; i++) below[i + 1] = below[i]! + counts[i]!;
  const total = below[counts.length]! || 1;
  for (let i = 0; i <= LAST; i++) {
    const place = i / LAST * counts.length;
    const bin = Math.min(counts.length - 1, Math.floor(place));
    const start = below[bin]!;
    levels[i] = (start + (place - bin) * (below[bin + 1]! - start)) / total * 255;
  }
  return levels;
}

/** The place of values on the scale, for a pair of limits. */
export interface Scale {
  readonly low: number;
  readonly high: number;
}

/** The index of a value. */
export function indexOf(value: number, { low, high }: Scale): number {
  if (Number.isNaN(value)) return MISSING;
  if (high === low) return value > high ? LAST : value < low ? 0 : LAST / 2;
  const unit = unitOf(low, high);
  const x = (value / unit - low / unit) * (1 / (high / unit - low / unit));
  return x <= 0 ? 0 : x >= 1 ? LAST : Math.floor(x * LAST + 0.5);
}

/** The value at a place of the scale, 0 to 1, as a stretch leaves it: what a colour bar writes. */
export function valueOf(place: number, { low, high }: Scale): number {
  return low + place * (high - low);
}

/** An own table for stored values of 8 or 16 bits, which saves the way over the physical value. */
function directTable(tile: Tile, scale: Scale): { indices: Uint16Array; first: number } {
  const { values } = tile;
  const bits = values!.BYTES_PER_ELEMENT * 8;
  const first = values instanceof Int8Array || values instanceof Int16Array
    ? -(2 ** (bits - 1))
    : 0;
  const indices = new Uint16Array(2 ** bits);
  for (let i = 0; i < indices.length; i++) {
    const stored = first + i;
    indices[i] = stored === tile.blank ? MISSING : indexOf(stored * tile.scale + tile.zero, scale);
  }
  return { indices, first };
}

/** Remembers the last tables of small types: neighbouring tiles are alike. */
const direct = new Map<string, { indices: Uint16Array; first: number }>();
const MAX_DIRECT = 4;

function rememberedTable(tile: Tile, scale: Scale): { indices: Uint16Array; first: number } {
  const key = [
    tile.values!.constructor.name,
    tile.scale,
    tile.zero,
    tile.blank,
    scale.low,
    scale.high,
  ]
    .join();
  let table = direct.get(key);
  if (table === undefined) {
    table = directTable(tile, scale);
    direct.set(key, table);
    if (direct.size > MAX_DIRECT) direct.delete(direct.keys().next().value!);
  }
  return table;
}

/**
 * The indices of a tile's pixels.
 *
 * @param tile The tile.
 * @param scale The limits.
 * @returns An index for each pixel, the lowest row first; one for all where they are alike.
 */
export function tileIndices(tile: Tile, scale: Scale): Uint16Array<ArrayBuffer> {
  const { values, blank } = tile;
  if (values === undefined) return Uint16Array.of(MISSING);
  const indices = new Uint16Array(values.length);
  if (values.BYTES_PER_ELEMENT <= 2 && values.length > COLORS) {
    const { indices: table, first } = rememberedTable(tile, scale);
    const small = values as Uint8Array;
    for (let i = 0; i < small.length; i++) indices[i] = table[small[i]! - first]!;
    return indices;
  }
  const { low, high } = scale;
  const unit = unitOf(low, high);
  // Where the range is plain, a multiplication and an addition for each pixel.
  const factor = 1 / (high / unit - low / unit);
  for (let i = 0; i < values.length; i++) {
    const stored = Number(values[i]!);
    const value = stored === blank ? NaN : stored * tile.scale + tile.zero;
    if (value !== value) {
      indices[i] = MISSING;
      continue;
    }
    if (high === low) {
      indices[i] = indexOf(value, scale);
      continue;
    }
    const x = (value / unit - low / unit) * factor;
    indices[i] = x <= 0 ? 0 : x >= 1 ? LAST : Math.floor(x * LAST + 0.5);
  }
  return indices;
}

/**
 * Paints indices.
 *
 * @param indices What {@linkcode tileIndices} found.
 * @param table What {@linkcode colorTable} made.
 * @param into A colour for each pixel.
 */
export function paintIndices(
  indices: Uint16Array,
  table: Uint32Array,
  into: Uint32Array,
): void {
  if (indices.length === 1) {
    into.fill(table[indices[0]!]!);
    return;
  }
  for (let i = 0; i < indices.length; i++) into[i] = table[indices[i]!]!;
}
