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
  /** The tile's number along the axis. */
  readonly tile: number;
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
  const shares = ranges.map((range, axis) => axisShares(range, grid.tile[axis]!));
  const step = ranges.map(([, , step]) => step);
  const place = new Array<number>(ranges.length).fill(0);
  for (;;) {
    const chosen = place.map((index, axis) => shares[axis]![index]!);
    let number = 0;
    for (let axis = chosen.length - 1; axis >= 0; axis--) {
      number = number * grid.counts[axis]! + chosen[axis]!.tile;
    }
    const box = tileBox(grid, number);
    const count = chosen.map(({ count }) => count);
    yield {
      number,
      box,
      from: chosen.map(({ from }) => from),
      step,
      count,
      at: chosen.map(({ at }) => at),
      whole: count.every((length, axis) => length === box.shape[axis]),
    };
    let axis = 0;
    while (axis < place.length && ++place[axis]! === shares[axis]!.length) place[axis++] = 0;
    if (axis === place.length) return;
  }
}

/** How many tiles a section touches. */
export function countTiles(grid: TileGrid, { ranges, shape }: ResolvedSection): number {
  if (grid.total === 0 || shape.includes(0)) return 0;
  return ranges.reduce(
    (product, range, axis) => product * axisShares(range, grid.tile[axis]!).length,
    1,
  );
}

function axisShares(
  [start, stop, step]: readonly [number, number, number],
  length: number,
): AxisShare[] {
  const shares: AxisShare[] = [];
  for (let pixel = start, at = 0; pixel < stop;) {
    const tile = Math.floor(pixel / length);
    const end = Math.min(stop, (tile + 1) * length);
    const count = Math.ceil((end - pixel) / step);
    shares.push({ tile, from: pixel - tile * length, count, at });
    pixel += count * step;
    at += count;
  }
  return shares;
}
