/**
 * The levels of a plane: level 0 is the plane, level l has a pixel for each square of 2^l x 2^l of
 * its pixels, rounded up; all are cut into tiles of 512 x 512, the first at FITS pixel (1,1).
 */

/** Pixels of a side of a tile; those at the right and upper edge are smaller. */
export const TILE_SIZE = 512;
/** The coarsest level that can be asked for. */
export const MAX_LEVEL = 24;

/** How the pixels of a square become one: `mean` of those that are finite. */
export type Reduce = "mean" | "max" | "min" | "sum";

/** The ways in the order of their codes in a tile's head, from 1. */
export const REDUCES: readonly Reduce[] = ["mean", "max", "min", "sum"];

/** A box of pixels, counted from 0 at the lower left corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How stored values become physical ones: `bzero + bscale * value`, `blank` is none. */
export interface ValueRule {
  readonly bscale: number;
  readonly bzero: number;
  /** The stored value that stands for no value. */
  readonly blank: number | undefined;
}

/** Arrays of numbers that a tile is made of. */
export type NumberArray =
  | Uint8Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>;

/**
 * Pixels of an axis at a level.
 *
 * @param length Pixels of the plane.
 * @param level The level.
 */
export function levelLength(length: number, level: number): number {
  return Math.ceil(length / 2 ** level);
}

/**
 * How many levels a plane has: the last is one tile.
 *
 * @param width Pixels of a row.
 * @param height Rows.
 */
export function levelCount(width: number, height: number): number {
  let level = 0;
  while (level < MAX_LEVEL && levelLength(Math.max(width, height), level) > TILE_SIZE) level++;
  return level + 1;
}

/**
 * The tiles of a level: how many there are beside and above each other.
 *
 * @param width Pixels of a row of the plane.
 * @param height Rows.
 * @param level The level.
 */
export function tileGrid(
  width: number,
  height: number,
  level: number,
): { readonly columns: number; readonly rows: number } {
  return {
    columns: Math.ceil(levelLength(width, level) / TILE_SIZE),
    rows: Math.ceil(levelLength(height, level) / TILE_SIZE),
  };
}

/**
 * The pixels of the plane that a tile covers.
 *
 * @param width Pixels of a row of the plane.
 * @param height Rows.
 * @param tile The level of the tile, its column and its row.
 */
export function tileBox(
  width: number,
  height: number,
  { level, x, y }: { readonly level: number; readonly x: number; readonly y: number },
): Box {
  const side = TILE_SIZE * 2 ** level;
  const [left, bottom] = [x * side, y * side];
  return {
    x: left,
    y: bottom,
    width: Math.min(side, width - left),
    height: Math.min(side, height - bottom),
  };
}

/** What is kept of the squares while their pixels come: of a mean, the sums of stored values. */
export interface Sums {
  readonly values: Float64Array;
  /** Finite pixels of each square. */
  readonly counts: Uint32Array;
}

/**
 * Adds one row of pixels to the squares that it crosses.
 *
 * @param pixels The pixels.
 * @param from The first of the row.
 * @param count How many it has.
 * @param side Pixels of a side of a square.
 * @param blank The value that is none; NaN if there is no such.
 * @param sums The squares.
 * @param at The first square.
 */
type AddRow = (
  pixels: NumberArray,
  from: number,
  count: number,
  side: number,
  blank: number,
  sums: Sums,
  at: number,
) => void;

/** The loop of a mean or sum; see {@linkcode addRowFor} for why it is made again for each class. */
function makeSumRow(): AddRow {
  return (pixels, from, count, side, blank, { values, counts }, at) => {
    const end = from + count;
    for (let start = from; start < end; start += side, at++) {
      const stop = Math.min(end, start + side);
      let sum = 0;
      let finite = 0;
      for (let i = start; i < stop; i++) {
        const value = pixels[i]!;
        // NaN and infinities differ from themselves after a subtraction.
        if (value === blank || value - value !== 0) continue;
        sum += value;
        finite++;
      }
      values[at] = values[at]! + sum;
      counts[at] = counts[at]! + finite;
    }
  };
}

/** The same for integers that all have a value: a third of the time. */
function makePlainSumRow(): AddRow {
  return (pixels, from, count, side, _blank, { values, counts }, at) => {
    const end = from + count;
    for (let start = from; start < end; start += side, at++) {
      const stop = Math.min(end, start + side);
      let sum = 0;
      let i = start;
      for (; i + 7 < stop; i += 8) {
        sum += pixels[i]! + pixels[i + 1]! + pixels[i + 2]! + pixels[i + 3]! +
          (pixels[i + 4]! + pixels[i + 5]! + pixels[i + 6]! + pixels[i + 7]!);
      }
      for (; i < stop; i++) sum += pixels[i]!;
      values[at] = values[at]! + sum;
      counts[at] = counts[at]! + stop - start;
    }
  };
}

/** The loop of an extreme: the greatest of the values times `sign`. */
function makeExtremeRow(sign: 1 | -1): AddRow {
  return (pixels, from, count, side, blank, { values, counts }, at) => {
    const end = from + count;
    for (let start = from; start < end; start += side, at++) {
      const stop = Math.min(end, start + side);
      let most = counts[at] === 0 ? -Infinity : values[at]!;
      let finite = 0;
      for (let i = start; i < stop; i++) {
        const value = pixels[i]!;
        if (value === blank || value - value !== 0) continue;
        if (value * sign > most) most = value * sign;
        finite++;
      }
      values[at] = most;
      counts[at] = counts[at]! + finite;
    }
  };
}

const LOOPS = new Map<string, AddRow>();

/** What is added up: of integers without missing ones nothing has to be looked at. */
type Kind = "sum" | "plain sum" | "greatest" | "least";

/** Each class of array has a loop of its own: one that has seen several is 5 times slower. */
function addRowFor(pixels: NumberArray, kind: Kind): AddRow {
  const key = `${pixels.constructor.name} ${kind}`;
  let loop = LOOPS.get(key);
  if (loop === undefined) {
    loop = kind === "sum"
      ? makeSumRow()
      : kind === "plain sum"
      ? makePlainSumRow()
      : makeExtremeRow(kind === "greatest" ? 1 : -1);
    LOOPS.set(key, loop);
  }
  return loop;
}

function isInteger(pixels: NumberArray): boolean {
  return !(pixels instanceof Float32Array || pixels instanceof Float64Array);
}

/** Makes pixels of a level from those of the plane, which come in bands of whole rows of a box. */
export class LevelReduction {
  /** Pixels of a row of the result. */
  readonly width: number;
  /** Rows of the result. */
  readonly height: number;
  readonly #level: number;
  readonly #rule: ValueRule;
  readonly #reduce: Reduce;
  readonly #kind: "sum" | "greatest" | "least";
  readonly #sums: Sums;

  /**
   * Begins with a box.
   *
   * @param level The level, from 1.
   * @param size Pixels of a row of the box, and its rows.
   * @param rule What its stored values mean.
   * @param reduce What becomes of the pixels of a square.
   */
  constructor(
    level: number,
    size: { readonly width: number; readonly height: number },
    rule: ValueRule,
    reduce: Reduce = "mean",
  ) {
    this.#level = level;
    this.#rule = rule;
    this.#reduce = reduce;
    this.width = levelLength(size.width, level);
    this.height = levelLength(size.height, level);
    const count = this.width * this.height;
    this.#sums = { values: new Float64Array(count), counts: new Uint32Array(count) };
    // A negative scale turns the order of stored values round.
    const upward = reduce === "max" === rule.bscale >= 0;
    this.#kind = reduce === "mean" || reduce === "sum" ? "sum" : upward ? "greatest" : "least";
  }

  /**
   * Adds a band of whole rows.
   *
   * @param pixels The stored pixels of the band.
   * @param y The first row, counted from the bottom of the box.
   * @param width Pixels of a row.
   */
  add(pixels: NumberArray, y: number, width: number): void {
    const side = 2 ** this.#level;
    const blank = this.#rule.blank ?? NaN;
    const isPlain = this.#kind === "sum" && this.#rule.blank === undefined && isInteger(pixels);
    const addRow = addRowFor(pixels, isPlain ? "plain sum" : this.#kind);
    for (let from = 0, row = y; from < pixels.length; from += width, row++) {
      const at = Math.floor(row / side) * this.width;
      addRow(pixels, from, width, side, blank, this.#sums, at);
    }
  }

  /** What has been added so far. */
  get sums(): Sums {
    return this.#sums;
  }

  /** The physical values of the level, NaN where no pixel is finite. */
  finish(): Float32Array<ArrayBuffer> {
    const { values, counts } = this.#sums;
    const { bscale, bzero } = this.#rule;
    const sign = this.#kind === "least" ? -1 : 1;
    const result = new Float32Array(values.length);
    for (let i = 0; i < result.length; i++) {
      const finite = counts[i]!;
      if (finite === 0) result[i] = NaN;
      else if (this.#reduce === "sum") result[i] = bscale * values[i]! + bzero * finite;
      else if (this.#reduce === "mean") result[i] = bscale * (values[i]! / finite) + bzero;
      else result[i] = bscale * (values[i]! * sign) + bzero;
    }
    return result;
  }
}
