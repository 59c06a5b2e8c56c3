/** Drafts: tiles of coarse levels made of a sample of the pixels, until the exact ones are there. */

import type { Level } from "./builder.ts";
import { levelLength, tileBox } from "./levels.ts";
import type { StoredPlane } from "./stored_plane.ts";

/** Bytes that are read, or decoded, for a draft at most. */
const MAX_DRAFT_BYTES = 8 << 20;
/** Pixels that are further apart than this are read one by one; see `fits/image`. */
const MAX_GAP_BYTES = 65_536;

/**
 * How far apart the pixels of a draft are.
 *
 * @param size Pixels of a row that the tile covers, and rows.
 * @param level The level of the tile.
 * @param stored Bytes of a pixel, and the sides of a compressed tile.
 */
export function draftSteps(
  { width, height }: { readonly width: number; readonly height: number },
  level: number,
  { bytes, tile }: { readonly bytes: number; readonly tile: readonly number[] },
): readonly [x: number, y: number] {
  let [x, y] = [2 ** level, 2 ** level];
  const [tileX, tileY] = [tile[0] ?? 1, tile[1] ?? 1];
  const compressed = tile.length > 0;
  const cost = () => {
    if (compressed) {
      const across = Math.min(Math.ceil(width / tileX), Math.ceil(width / x));
      const up = Math.min(Math.ceil(height / tileY), Math.ceil(height / y));
      return across * tileX * up * tileY * bytes;
    }
    const row = x * bytes > MAX_GAP_BYTES ? Math.ceil(width / x) : width;
    return row * Math.ceil(height / y) * bytes;
  };
  while (cost() > MAX_DRAFT_BYTES && (x < width || y < height)) {
    // Of plain rows, fewer rows help; of tiles, fewer in both directions.
    if (compressed && tileX < width && x <= y && x < width) x *= 2;
    else if (y < height) y *= 2;
    else x *= 2;
  }
  return [x, y];
}

/**
 * Makes a draft of a tile.
 *
 * @param plane The plane.
 * @param tile The tile.
 * @param signal Ends the reading.
 */
export async function makeDraft(
  plane: StoredPlane,
  tile: { readonly level: number; readonly x: number; readonly y: number },
  signal: AbortSignal,
): Promise<Level> {
  const box = tileBox(plane.width, plane.height, tile);
  const { hdu } = plane;
  const bytes = Math.abs(hdu.bitpix) / 8;
  const steps = draftSteps(box, tile.level, { bytes, tile: hdu.tile });
  const { values, rule } = await plane.read(box, { steps, signal });
  const [width, height] = [levelLength(box.width, tile.level), levelLength(box.height, tile.level)];
  const columns = Math.ceil(box.width / steps[0]);
  const side = 2 ** tile.level;
  const result = new Float32Array(width * height);
  for (let y = 0, at = 0; y < height; y++) {
    const row = Math.floor(y * side / steps[1]) * columns;
    for (let x = 0; x < width; x++, at++) {
      const value = values[row + Math.floor(x * side / steps[0])]!;
      result[at] = value === rule.blank ? NaN : rule.bzero + rule.bscale * value;
    }
  }
  return { width, height, values: result };
}
