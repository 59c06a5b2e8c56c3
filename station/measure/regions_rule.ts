/** Regions of a request: read as DS9 writes them, and put on the pixels of a plane. */

import type { Hdu } from "../../fits/file/hdu.ts";
import { badValue, type Parameter, ParameterError } from "../../http/fields/parameters.ts";
import { parseRegions, regionText, type TextRegion } from "../web/regions/ds9_text.ts";
import { RegionFrames } from "../web/regions/frames.ts";
import type { Region } from "../web/regions/shapes.ts";
import { WorldReadout } from "../web/sky/readout.ts";

/** Regions of one request at most. */
const MAX_REGIONS = 500;
/** Reasons that an error repeats. */
const MAX_REASONS = 3;
const EXPECTED = "regions as DS9 writes them, such as circle(100,200,30);box(50,60,10,20,45)";

/** A region, and what it stands on. */
export interface PlacedRegion {
  /** As it was given. */
  readonly text: string;
  readonly region: Region;
}

/**
 * The parameter that holds regions.
 *
 * @param name Its name, for errors.
 * @param most How many it may have.
 */
export function regionsRule(
  name: string,
  most: number = MAX_REGIONS,
): Parameter<readonly TextRegion[]> {
  return {
    expected: EXPECTED,
    read: (text) => {
      const { regions, unread } = parseRegions(text);
      if (unread.length > 0) {
        const reasons = unread.slice(0, MAX_REASONS).map(({ text, reason }) =>
          `'${text.slice(0, 80)}': ${reason}`
        );
        throw wrong(name, text, `has what cannot be read: ${reasons.join("; ")}`);
      }
      if (regions.length === 0) throw badValue(name, text, EXPECTED);
      if (regions.length > most) {
        throw wrong(name, text, `has ${regions.length} regions, expected at most ${most}`);
      }
      return regions;
    },
  };
}

/**
 * Puts regions on the pixels of a plane.
 *
 * @param hdu The image.
 * @param place The place on axis 3 and those after it, from 0.
 * @param regions The regions, as they were given.
 * @param name The parameter that they are from.
 * @throws {ParameterError} If the image has no such place of the sky.
 */
export function placeRegions(
  hdu: Hdu,
  place: readonly number[],
  regions: readonly TextRegion[],
  name: string,
): PlacedRegion[] {
  const world = new WorldReadout(hdu.header);
  const plane = place.map((at) => at + 1);
  const frames = new RegionFrames({
    keywords: hdu.header,
    sky: (frame) => world.places(frame, plane),
  });
  return regions.map((region) => {
    const text = textOf(region);
    const placed = frames.toImage(region);
    if (placed !== undefined) return { text, region: placed };
    throw wrong(name, text, `the image has no such place of the frame ${region.frame}`);
  });
}

/** A region with its frame, where that is another than the pixels. */
function textOf(region: TextRegion): string {
  const text = regionText(region);
  return region.frame === "image" ? text : `${region.frame};${text}`;
}

function wrong(parameter: string, found: string, reason: string): ParameterError {
  const shown = found.length > 80 ? `${found.slice(0, 80)}…` : found;
  return new ParameterError(`${parameter} '${shown}': ${reason}`, {
    fault: "bad-value",
    parameter,
    found: shown,
    expected: EXPECTED,
  });
}
