/** Rows of a table on the pixels of an image. */

import { isSolarFrame, type SkyFrame } from "../../../fits/sky/frame.ts";
import { separation } from "../../../fits/sky/separation.ts";
import { type PlaneFrame, SkyPlaces } from "../sky/places.ts";
import type { WorldReadout } from "../sky/readout.ts";
import type { MarkFrame } from "./choose.ts";

/** A place that comes back further from where it was, in degrees, is behind what is seen. */
const MAX_RETURN = 0.01;

const NOWHERE: readonly [number, number] = [NaN, NaN];

/** Places on the pixels of an image. */
export interface MarkPlaces {
  /** FITS pixels; NaN of rows that the image has no place for. */
  readonly x: Float64Array<ArrayBuffer>;
  readonly y: Float64Array<ArrayBuffer>;
  /** Rows that have a pixel. */
  readonly count: number;
}

/**
 * A frame on the pixels of an image.
 *
 * @param world The coordinates of the image.
 * @param frame The frame.
 * @param plane The pixels on the further axes.
 * @returns Undefined of pixels themselves.
 * @throws {RangeError} If the image has no such frame.
 */
export function frameOf(
  world: WorldReadout,
  frame: MarkFrame,
  plane: readonly number[],
): PlaneFrame | undefined {
  if (frame === "pixel") return undefined;
  const native = world.frame;
  const isNative = frame === "native" || native?.name === frame && native.equinox === undefined;
  const places = isNative ? world.places("native", plane) : otherFrame(world, frame, plane);
  if (places !== undefined) return places;
  throw new RangeError(
    world.wcs === undefined
      ? "The image has no world coordinates"
      : `The image has no places of the frame ${frame}`,
  );
}

function otherFrame(
  world: WorldReadout,
  frame: Exclude<MarkFrame, "pixel">,
  plane: readonly number[],
): PlaneFrame | undefined {
  const native = world.frame;
  const ofSun = frame === "stonyhurst" || frame === "helioprojective";
  if (native === undefined || isSolarFrame(native.name) !== ofSun) return undefined;
  if (!ofSun) return world.places(frame, plane);
  const { wcs } = world;
  const sky = wcs?.celestial;
  if (wcs === undefined || sky === undefined || sky.longitude > 1 || sky.latitude > 1) {
    return undefined;
  }
  const wanted: SkyFrame = { name: frame, observer: native.observer };
  return native.observer === undefined ? undefined : new SkyPlaces(wcs, plane, { native, wanted });
}

/**
 * The pixels of places.
 *
 * @param first Longitudes, or pixels of axis 1.
 * @param second Latitudes, or pixels of axis 2.
 * @param frame What they are places of; undefined are pixels.
 * @param degrees How many degrees the units of the two are.
 */
export function pixelsOf(
  first: Float64Array,
  second: Float64Array,
  frame: PlaneFrame | undefined,
  degrees: readonly [number, number] = [1, 1],
): MarkPlaces {
  const [x, y] = [new Float64Array(first.length), new Float64Array(first.length)];
  let count = 0;
  for (let row = 0; row < first.length; row++) {
    const place = frame === undefined
      ? [first[row]!, second[row]!] as const
      : [first[row]! * degrees[0], second[row]! * degrees[1]] as const;
    const isPlace = place.every(Number.isFinite);
    const pixel = !isPlace ? NOWHERE : frame === undefined ? place : seenPixel(frame, place);
    [x[row], y[row]] = pixel;
    if (pixel !== NOWHERE) count++;
  }
  return { x, y, count };
}

/** The pixel of a place; NaN where the pixel shows another one, such as the near side of the Sun. */
function seenPixel(
  frame: PlaneFrame,
  place: readonly [number, number],
): readonly [number, number] {
  const pixel = frame.toPixel(place);
  if (!pixel.every(Number.isFinite)) return NOWHERE;
  const back = frame.toWorld(pixel);
  return separation(place, back) <= MAX_RETURN ? pixel : NOWHERE;
}

/**
 * The row that is nearest to a pixel.
 *
 * @param places The rows.
 * @param at The pixel.
 * @param within How far it may be, in pixels.
 * @returns Its index; undefined if none is so near.
 */
export function nearestRow(
  { x, y }: MarkPlaces,
  at: readonly [number, number],
  within: number,
): number | undefined {
  let nearest: number | undefined;
  let least = within;
  for (let row = 0; row < x.length; row++) {
    const distance = Math.hypot(x[row]! - at[0], y[row]! - at[1]);
    if (distance <= least) [nearest, least] = [row, distance];
  }
  return nearest;
}
