/** All coarse levels of a plane, made in one pass over its pixels. */

import {
  levelCount,
  levelLength,
  LevelReduction,
  type NumberArray,
  TILE_SIZE,
  type ValueRule,
} from "./levels.ts";

/** Bytes that the levels of a plane take at most: finer ones are made when they are asked for. */
const MAX_LEVEL_BYTES = 64 << 20;

/** A level: its physical values, NaN where no pixel is finite. */
export interface Level {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array<ArrayBuffer>;
}

/**
 * The finest level that is kept, so that all from there up take at most 64 MiB.
 *
 * @param width Pixels of a row of the plane.
 * @param height Rows.
 */
export function firstKeptLevel(width: number, height: number): number {
  const last = levelCount(width, height) - 1;
  let first = last;
  let bytes = 0;
  for (let level = last; level >= 1; level--) {
    bytes += 4 * levelLength(width, level) * levelLength(height, level);
    if (bytes > MAX_LEVEL_BYTES) break;
    first = level;
  }
  return Math.max(1, first);
}

/** Sums and counts of a level that is not finished. */
interface Gathered {
  readonly width: number;
  readonly height: number;
  readonly sums: Float64Array;
  readonly counts: Float64Array;
}

/** Makes the levels from bands of whole rows, in any order. */
export class LevelsBuilder {
  /** The finest level that is made. */
  readonly first: number;
  /** Rows of a band are a multiple of this, but for the last. */
  readonly rows: number;
  readonly #width: number;
  readonly #height: number;
  readonly #rule: ValueRule;
  readonly #finest: Level;
  readonly #next: Gathered | undefined;

  /**
   * Begins.
   *
   * @param width Pixels of a row of the plane.
   * @param height Rows.
   * @param rule What its stored values mean.
   */
  constructor(width: number, height: number, rule: ValueRule) {
    this.#width = width;
    this.#height = height;
    this.#rule = rule;
    this.first = firstKeptLevel(width, height);
    this.rows = 2 ** this.first;
    const [columns, rows] = [levelLength(width, this.first), levelLength(height, this.first)];
    const values = new Float32Array(columns * rows).fill(NaN);
    this.#finest = { width: columns, height: rows, values };
    this.#next = this.first + 1 < levelCount(width, height)
      ? gathered(levelLength(width, this.first + 1), levelLength(height, this.first + 1))
      : undefined;
  }

  /**
   * Adds a band of whole rows.
   *
   * @param pixels The stored pixels.
   * @param y The first row: a multiple of {@linkcode LevelsBuilder.rows}.
   */
  add(pixels: NumberArray, y: number): void {
    const height = pixels.length / this.#width;
    const reduction = new LevelReduction(this.first, { width: this.#width, height }, this.#rule);
    reduction.add(pixels, 0, this.#width);
    const { width } = reduction;
    const row = y / this.rows;
    this.#finest.values.set(reduction.finish(), row * width);
    if (this.#next === undefined) return;
    const { values, counts } = reduction.sums;
    addUp({ width, height: reduction.height, sums: values, counts }, row, this.#next);
  }

  /** The levels by their numbers; nothing can be added any more. */
  finish(): Map<number, Level> {
    const levels = new Map([[this.first, this.#finest]]);
    let level = this.first + 1;
    for (let from = this.#next; from !== undefined; level++) {
      levels.set(level, meansOf(from, this.#rule));
      if (level + 1 >= levelCount(this.#width, this.#height)) break;
      const next = gathered(Math.ceil(from.width / 2), Math.ceil(from.height / 2));
      addUp(from, 0, next);
      from = next;
    }
    return levels;
  }
}

function gathered(width: number, height: number): Gathered {
  const count = width * height;
  return { width, height, sums: new Float64Array(count), counts: new Float64Array(count) };
}

/** Adds each pixel of some rows to the one of the next level that it lies in. */
function addUp(
  from: {
    readonly width: number;
    readonly height: number;
    readonly sums: Float64Array;
    readonly counts: ArrayLike<number>;
  },
  firstRow: number,
  to: Gathered,
): void {
  for (let y = 0, i = 0; y < from.height; y++) {
    const row = ((firstRow + y) >> 1) * to.width;
    for (let x = 0; x < from.width; x++, i++) {
      const at = row + (x >> 1);
      to.sums[at] = to.sums[at]! + from.sums[i]!;
      to.counts[at] = to.counts[at]! + from.counts[i]!;
    }
  }
}

function meansOf({ width, height, sums, counts }: Gathered, { bscale, bzero }: ValueRule): Level {
  const values = new Float32Array(sums.length);
  for (let i = 0; i < values.length; i++) {
    values[i] = counts[i] === 0 ? NaN : bscale * (sums[i]! / counts[i]!) + bzero;
  }
  return { width, height, values };
}

/**
 * The part of a level that a tile is.
 *
 * @param level The level.
 * @param x The column of the tile.
 * @param y Its row.
 */
export function tileOfLevel(level: Level, x: number, y: number): Level {
  const [left, bottom] = [x * TILE_SIZE, y * TILE_SIZE];
  const width = Math.min(TILE_SIZE, level.width - left);
  const height = Math.min(TILE_SIZE, level.height - bottom);
  const values = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    const from = (bottom + row) * level.width + left;
    values.set(level.values.subarray(from, from + width), row * width);
  }
  return { width, height, values };
}
