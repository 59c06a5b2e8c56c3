/** Tiles made from the pixels of a plane when they are asked for. */

import { endOfTurn } from "../../http/server/event_loop_turn.ts";
import { LevelReduction, type Reduce, tileBox } from "../pyramid/levels.ts";
import type { StoredPlane } from "../pyramid/stored_plane.ts";
import type { TileContent } from "../pyramid/tile.ts";
import { ProblemError } from "./problem.ts";

/** Pixels of level 0 that one tile is made of at most. */
export const MAX_TILE_PIXELS: number = 1 << 26;
/** Pixels that are read in one turn of the event loop: another tile waits no longer for its own. */
const BAND_PIXELS = 1 << 20;

/** Which tile is meant. */
export interface TilePlace {
  readonly level: number;
  readonly x: number;
  readonly y: number;
}

/**
 * Makes a tile of the pixels that it covers.
 *
 * @param plane The plane.
 * @param tile The tile, which the level has.
 * @param reduce How pixels become one, where the level is not 0.
 * @param signal Ends the reading after the band that is read now.
 * @returns The tile.
 * @throws {ProblemError} 413 if it covers more than 64 Mpx.
 */
export async function makeTile(
  plane: StoredPlane,
  tile: TilePlace,
  reduce: Reduce,
  signal: AbortSignal,
): Promise<TileContent> {
  const box = tileBox(plane.width, plane.height, tile);
  const { level } = tile;
  if (level === 0) {
    const { values, rule, rounded } = await plane.read(box, { signal });
    return { width: box.width, height: box.height, values, rule, rounded, level };
  }
  if (box.width * box.height > MAX_TILE_PIXELS) {
    throw new ProblemError(
      413,
      "too-large",
      `tile ${level}/${tile.x}/${tile.y} covers ${box.width} x ${box.height} pixels, ` +
        `expected at most ${MAX_TILE_PIXELS}`,
      { parameter: "tile" },
    );
  }
  const reduction = new LevelReduction(level, box, plane.rule, reduce);
  for (const band of plane.bands(box, BAND_PIXELS)) {
    const { values } = await plane.read(band, { signal });
    reduction.add(values, band.y - box.y, band.width);
    await endOfTurn();
    signal.throwIfAborted();
  }
  const { width, height } = reduction;
  const rule = { bscale: 1, bzero: 0, blank: undefined };
  return { width, height, values: reduction.finish(), rule, level, reduce };
}
