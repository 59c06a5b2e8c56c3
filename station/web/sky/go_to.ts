/** Places that are typed: pixels, or places of the sky and the Sun. */

import { parseSky } from "../../../fits/sky/text.ts";
import type { Place } from "./places.ts";
import type { WorldReadout } from "./readout.ts";

/** What a place is typed for. */
export interface GoToContext {
  /** The coordinates of the image. */
  readonly world: WorldReadout | undefined;
  /** The frame that places are read in: `native`, `icrs` and so on. */
  readonly sky: string;
  /** The pixels on the further axes. */
  readonly plane: readonly number[];
}

const NUMBER = String.raw`([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)`;
const PAIR = new RegExp(`^${NUMBER}\\s*[\\s,]\\s*${NUMBER}$`, "i");
const UNIT = String.raw`(d|deg|\u00b0|"|\u2033|arcsec|'|\u2032|arcmin)`;
const WITH_UNITS = new RegExp(`^${NUMBER}\\s*${UNIT}\\s*[\\s,]\\s*${NUMBER}\\s*${UNIT}$`, "i");
const FRAME = /^(native|icrs|fk5|galactic|ecliptic|sky)\s+/i;
const MAX_TEXT = 200;

/**
 * The pixel of a place that was typed.
 *
 * @param text Two numbers are a pixel (`512 400`); with units (`83.6d 22d`, `300" -200"`),
 * sexagesimal (`05:34:31.9 +22:00:52`), or behind the name of a frame (`galactic 184.5 -5.8`) they
 * are a place of the sky.
 * @param context The image.
 * @returns The pixel, from 1, with its fraction.
 * @throws {Error} If it is no place, or none of the image's sky.
 */
export function pixelOfText(text: string, { world, sky, plane }: GoToContext): Place {
  const trimmed = text.trim();
  if (trimmed === "" || trimmed.length > MAX_TEXT) throw new RangeError("Type a place");
  const named = FRAME.exec(trimmed)?.[1]?.toLowerCase();
  const rest = trimmed.replace(FRAME, "");
  const pair = PAIR.exec(rest);
  if (pair !== null && named === undefined) return [Number(pair[1]), Number(pair[2])];
  const frame = named === undefined || named === "sky" ? sky : named;
  const places = world?.places(frame, plane);
  if (places === undefined) throw new RangeError(`The image has no places of the frame ${frame}`);
  const isHours = frame === "native"
    ? world!.wcs!.celestial!.system === "RA"
    : frame === "icrs" || frame === "fk5";
  const place = pair === null
    ? placeOf(rest, isHours)
    : [Number(pair[1]), Number(pair[2])] as const;
  const pixel = places.toPixel(place);
  if (pixel.every(Number.isFinite)) return pixel;
  throw new RangeError("The image does not show this place");
}

function placeOf(text: string, hours: boolean): Place {
  const found = WITH_UNITS.exec(text);
  if (found === null) return parseSky(text, { hours });
  const [, x, unitX, y, unitY] = found as unknown as [string, string, string, string, string];
  return [Number(x) * degrees(unitX), Number(y) * degrees(unitY)];
}

function degrees(unit: string): number {
  if (/^(?:"|\u2033|arcsec)$/i.test(unit)) return 1 / 3600;
  return /^(?:'|\u2032|arcmin)$/i.test(unit) ? 1 / 60 : 1;
}
