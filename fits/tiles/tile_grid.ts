/** The tiles of an image: how many, how large, and which of them a section touches (FITS 4.0, section 10.1). */

import type { ResolvedSection } from "../image/section.ts";

/** The tiles of an image, numbered from 0 as the rows of their table are: axis 1 fastest. */
export interface TileGrid {
  /** The lengths of the image's axes, axis 1 first. */
  readonly shape: readonly number[];
  /** The lengths of a whole tile (ZTILEn); tiles at the far edges may be shorter. */
  readonly tile: readonly number[];
  /** How many tiles there are along each axis. */
  readonly counts: readonly number[];
  /** How many tiles there are. */
  readonly total: number;
}

/**
 * Divides an image into tiles.
 *
 * @param shape The lengths of the image's axes, axis 1 first.
 * @param tile The lengths of a tile's, each at least 1.
 */
export function tileGrid(shape: readonly number[], tile: readonly number[]): TileGrid {
  const counts = shape.map((length, axis) => Math.ceil(length / tile[axis]!));
  return {
    shape,
    tile,
    counts,
    total: shape.length === 0 ? 0 : counts.reduce((product, count) => product * count, 1),
  };
}

/** A tile's place in its image. */
export interface TileBox {
  /** Its first pixel on each axis, counted from 0. */
  readonly start: readonly number[];
  /** Its lengths. */
  readonly shape: readonly number[];
  /** How many pixels it has. */
  readonly pixels: number;
}

/**
 * Finds the place of a tile.
 *
 * @param grid The tiles of the image.
 * @param tile The number of the tile, from 0.
 */
export function tileBox({ shape, tile, counts }: TileGrid, number: number): TileBox {
  let rest = number;
  const start: number[] = [];
  const lengths: number[] = [];
  let pixels = 1;
  for (let axis = 0; axis < shape.length; axis++) {
    const place = rest % counts[axis]!;
    rest = (rest - place) / counts[axis]!;
    const first = place * tile[axis]!;
    const length = Math.min(tile[axis]!, shape[axis]! - first);
    start.push(first);
    lengths.push(length);
    pixels *= length;
  }
  return { start, shape: lengths, pixels };
}

/** The pixels of one axis that a tile and a section share. */
interface AxisShare {
  /** What the tile's place along the axis adds to its number. */
  readonly number: number;
  /** The tile's first pixel. */
  readonly start: number;
  /** Its length. */
  readonly length: number;
  /** The first shared pixel within the tile. */
  readonly from: number;
  /** How many pixels are shared. */
  readonly count: number;
  /** The first shared pixel within the section. */
  readonly at: number;
}

/** The part of a section that lies in one tile. */
export interface TileShare {
  /** The tile's number, from 0. */
  readonly number: number;
  /** The tile's place. */
  readonly box: TileBox;
  /** The first shared pixel within the tile, on each axis. */
  readonly from: readonly number[];
  /** From one shared pixel of the tile to the next, on each axis. */
  readonly step: readonly number[];
  /** How many pixels are shared on each axis. */
  readonly count: readonly number[];
  /** The first shared pixel within the section, on each axis. */
  readonly at: readonly number[];
  /** Whether the section takes the tile whole. */
  readonly whole: boolean;
}

/**
 * Finds the tiles that a section touches, in the order of their table's rows.
 *
 * @param grid The tiles of the image.
 * @param section The section.
 * @returns The tiles, each with the part of the section that lies in it.
 */
export function* tilesOf(grid: TileGrid, section: ResolvedSection): Generator<TileShare> {
  const { ranges } = section;
  if (grid.total === 0 || section.shape.includes(0)) return;
  const shares = ranges.map((range, axis) => axisShares(range, grid, axis));
  const step = ranges.map(([, , step]) => step);
  const axes = ranges.length;
  const place = new Array<number>(axes).fill(0);
  for (;;) {
    const start = new Array<number>(axes);
    const shape = new Array<number>(axes);
    const from = new Array<number>(axes);
    const count = new Array<number>(axes);
    const at = new Array<number>(axes);
    let number = 0;
    let pixels = 1;
    let whole = true;
    for (let axis = 0; axis < axes; axis++) {
      const share = shares[axis]![place[axis]!]!;
      number += share.number;
      start[axis] = share.start;
      shape[axis] = share.length;
      pixels *= share.length;
      from[axis] = share.from;
      count[axis] = share.count;
      at[axis] = share.at;
      whole &&= share.count === share.length;
    }
    yield { number, box: { start, shape, pixels }, from, step, count, at, whole };
    let axis = 0;
    while (axis < axes && ++place[axis]! === shares[axis]!.length) place[axis++] = 0;
    if (axis === axes) return;
  }
}

/** How many tiles a section touches. */
export function countTiles(grid: TileGrid, { ranges, shape }: ResolvedSection): number {
  if (grid.total === 0 || shape.includes(0)) return 0;
  return ranges.reduce(
    (product, range, axis) => product * axisShares(range, grid, axis).length,
    1,
  );
}

function axisShares(
  [start, stop, step]: readonly [number, number, number],
  { shape, tile, counts }: TileGrid,
  axis: number,
): AxisShare[] {
  const length = tile[axis]!;
  const stride = counts.slice(0, axis).reduce((product, count) => product * count, 1);
  const shares: AxisShare[] = [];
  for (let pixel = start, at = 0; pixel < stop;) {
    const number = Math.floor(pixel / length);
    const first = number * length;
    const count = Math.ceil((Math.min(stop, first + length) - pixel) / step);
    shares.push({
      number: number * stride,
      start: first,
      length: Math.min(length, shape[axis]! - first),
      from: pixel - first,
      count,
      at,
    });
    pixel += count * step;
    at += count;
  }
  return shares;
}
