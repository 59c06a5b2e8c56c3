/** The coordinates of headers in words and in bits: run by Deno, and by a browser. */

import { CardList, type CardTriple } from "../../../station/web/source/card_list.ts";
import { WorldReadout } from "../../../station/web/sky/readout.ts";

/** Parts of the axes at which coordinates are looked at. */
const PARTS: readonly number[] = [0, 0.25, 0.5, 1];
/** Lengths of axes that a header does not tell. */
const LENGTH = 100;

/** The bits of numbers, so that no rounding hides a difference. */
function bits(values: ArrayLike<number>): string {
  const bytes = new Uint8Array(Float64Array.from(values).buffer);
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What a header's coordinates are, or why there are none. */
export function coordinatesOf(cards: readonly CardTriple[]): string[] {
  const keywords = new CardList(cards);
  const world = new WorldReadout(keywords);
  const { wcs } = world;
  const said = [`${world.frameName}`, ...world.problems];
  if (wcs === undefined) return said;
  for (const part of PARTS) {
    const pixel = wcs.axes.map((_, axis) => {
      const length = keywords.get(`NAXIS${axis + 1}`);
      return 1 + part * (typeof length === "number" ? length : LENGTH);
    });
    said.push(bits(wcs.pixelToWorld(pixel)));
    for (const sky of ["native", "icrs", "galactic"]) {
      for (const { name, text } of world.rowsAt(pixel, { sky, coords: undefined })) {
        said.push(`${name}: ${text}`);
      }
    }
  }
  return said;
}

/** The same of many headers. */
export function allCoordinates(headers: readonly (readonly CardTriple[])[]): string[][] {
  return headers.map(coordinatesOf);
}
