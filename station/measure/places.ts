/** World coordinates of pixels, and pixels of world coordinates, in a frame that is asked for. */

import { parseSkyFrame, type SkyFrame } from "../../fits/sky/frame.ts";
import { skyConversion } from "../../fits/sky/convert.ts";
import { formatSky } from "../../fits/sky/text.ts";
import type { Hdu } from "../../fits/file/hdu.ts";
import type { Wcs } from "../../fits/wcs/wcs.ts";
import { badValue, type Parameter } from "../../http/fields/parameters.ts";
import { FormatError } from "../../net/errors.ts";
import { general } from "../../net/text/decimal.ts";
import { WorldReadout } from "../web/sky/readout.ts";

/** Digits of values that are written for people. */
const DIGITS = 12;

/** A frame of the sky or the Sun, such as `galactic` or `fk5,1975`. */
export const FRAME: Parameter<SkyFrame> = {
  expected: "a frame such as icrs, fk5, galactic, ecliptic or stonyhurst",
  read: (text) => {
    try {
      return parseSkyFrame(text);
    } catch (error) {
      if (error instanceof FormatError) return undefined;
      throw error;
    }
  },
};

/** A world coordinate. */
export interface AxisPlace {
  readonly name: string;
  readonly unit: string;
  /** Null where the pixel has none. */
  readonly value: number | null;
  /** The same for people. */
  readonly text: string;
}

/**
 * Turns world coordinates of the header into another frame.
 *
 * @param hdu The image.
 * @param wcs Its coordinates.
 * @param world One number for each axis; it is changed.
 * @param frame The frame.
 * @param way From the header's frame there to the other, or back.
 * @throws {ParameterError} If the image has no sky, or one that does not become the other.
 */
export function turnSky(
  hdu: Hdu,
  wcs: Wcs,
  world: number[],
  frame: SkyFrame,
  way: "there" | "back",
): void {
  const native = new WorldReadout(hdu.header).frame;
  const { celestial } = wcs;
  if (native === undefined || celestial === undefined) {
    throw badValue("frame", frame.name, "none: the header describes no known frame of the sky");
  }
  const { longitude, latitude } = celestial;
  const point: [number, number] = [world[longitude]!, world[latitude]!];
  const { observer, obstime } = native;
  const other: SkyFrame = { observer, obstime, ...frame };
  try {
    const convert = way === "there" ? skyConversion(native, other) : skyConversion(other, native);
    convert(point);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw badValue("frame", frame.name, `one that the image's can become: ${error.message}`);
  }
  [world[longitude], world[latitude]] = point;
}

/**
 * What is told of world coordinates.
 *
 * @param wcs The coordinates of the image.
 * @param world One number for each axis.
 * @param frame The frame that the sky is in; without it, the header's.
 */
export function axesOf(
  wcs: Wcs,
  world: readonly number[],
  frame: SkyFrame | undefined,
): AxisPlace[] {
  const { celestial } = wcs;
  const isHours = frame === undefined
    ? celestial?.system === "RA"
    : /^(?:icrs|fk4|fk5|fk4noeterms)$/.test(frame.name);
  const sky = celestial === undefined
    ? undefined
    : skyTexts(world[celestial.longitude]!, world[celestial.latitude]!, isHours);
  return wcs.axes.map(({ ctype, unit }, i) => {
    const value = world[i]!;
    const isSky = i === celestial?.longitude || i === celestial?.latitude;
    const text = !Number.isFinite(value)
      ? "no value"
      : isSky
      ? sky![i === celestial!.longitude ? 0 : 1]!
      : `${general(value, DIGITS)} ${unit}`.trim();
    const name = isSky && frame !== undefined
      ? `${frame.name} ${i === celestial!.longitude ? "longitude" : "latitude"}`
      : ctype;
    return { name, unit, value: Number.isFinite(value) ? value : null, text };
  });
}

/** Right ascension as hours and minutes, other angles in degrees. */
function skyTexts(longitude: number, latitude: number, isHours: boolean): readonly string[] {
  if (!Number.isFinite(longitude) || !Number.isFinite(latitude)) return ["", ""];
  return isHours
    ? formatSky(longitude, latitude, { hours: true }).split(" ")
    : [longitude, latitude].map((value) => `${general(value, DIGITS)} deg`);
}
