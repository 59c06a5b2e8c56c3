/** Tiles: made when they are asked for, of levels that are there, or drafts until they are. */

import { firstKeptLevel, type Level, tileOfLevel } from "../pyramid/builder.ts";
import { makeDraft } from "../pyramid/draft.ts";
import { LevelReduction, type Reduce, tileBox } from "../pyramid/levels.ts";
import type { PassSource, PyramidStore } from "../pyramid/store.ts";
import type { StoredPlane } from "../pyramid/stored_plane.ts";
import type { TileContent } from "../pyramid/tile.ts";
import { ProblemError } from "./problem.ts";
import { inSlices } from "../pyramid/slices.ts";

/** Pixels of level 0 that one tile is made of at most. */
const MAX_TILE_PIXELS = 1 << 26;
/** A tile of at most so many pixels is made at once and exactly: a draft would not be quicker. */
const QUICK_PIXELS = 1 << 22;
/** A plane of more pixels has levels of its own, which are made in one pass. */
const PASS_PIXELS = 1 << 24;
/** Pixels that are read in one turn of the event loop: another tile waits no longer for its own. */
const BAND_PIXELS = 1 << 20;

const PLAIN = { bscale: 1, bzero: 0, blank: undefined };

/** Which tile is meant, and how. */
export interface TileRequest {
  readonly level: number;
  readonly x: number;
  readonly y: number;
  /** How pixels become one, where the level is not 0. */
  readonly reduce: Reduce;
  /** Whether a draft will do. */
  readonly draft: boolean;
}

/** Whether the coarse levels of a plane are made in a pass of their own. */
export function hasPass({ width, height }: StoredPlane): boolean {
  return width * height > PASS_PIXELS;
}

/**
 * Makes a tile.
 *
 * @param source The plane.
 * @param tile The tile, which the level has.
 * @param store The levels that are there.
 * @param signal Ends the reading after the band that is read now.
 * @returns The tile.
 * @throws {ProblemError} 413 if it covers more than 64 Mpx and there are no such levels.
 */
export async function makeTile(
  source: PassSource,
  tile: TileRequest,
  store: PyramidStore,
  signal: AbortSignal,
): Promise<TileContent> {
  const { plane } = source;
  const { level, x, y, reduce } = tile;
  const box = tileBox(plane.width, plane.height, tile);
  if (level === 0) {
    using _turn = store.tile();
    const { values, rule, rounded } = await plane.read(box, { signal });
    return { width: box.width, height: box.height, values, rule, rounded, level };
  }
  const content = ({ width, height, values }: Level, draft = false): TileContent => (
    { width, height, values, rule: PLAIN, level, reduce, draft }
  );
  const pixels = box.width * box.height;
  if (reduce === "mean" && hasPass(plane) && pixels > QUICK_PIXELS) {
    const kept = level >= firstKeptLevel(plane.width, plane.height);
    const there = kept ? store.get(source.key)?.get(level) : undefined;
    if (there !== undefined) return content(tileOfLevel(there, x, y));
    if (tile.draft) {
      using _turn = store.tile();
      if (kept) store.start(source);
      return content(await makeDraft(plane, tile, signal), true);
    }
    if (kept) {
      const made = (await store.wait(source, signal)).get(level);
      if (made !== undefined) return content(tileOfLevel(made, x, y));
    }
  }
  if (pixels > MAX_TILE_PIXELS) {
    throw new ProblemError(
      413,
      "too-large",
      `tile ${level}/${x}/${y} covers ${box.width} x ${box.height} pixels, ` +
        `expected at most ${MAX_TILE_PIXELS}`,
      { parameter: "tile" },
    );
  }
  using _turn = store.tile();
  const reduction = new LevelReduction(level, box, plane.rule, reduce);
  const slice = inSlices();
  for (const band of plane.bands(box, BAND_PIXELS)) {
    const { values } = await plane.read(band, { signal });
    reduction.add(values, band.y - box.y, band.width);
    await slice();
    signal.throwIfAborted();
  }
  const { width, height } = reduction;
  return content({ width, height, values: reduction.finish() });
}
