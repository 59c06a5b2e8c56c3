/** Places of the sky on the pixels of a plane, in a frame that is asked for. */

import { skyConversion } from "../../../fits/sky/convert.ts";
import type { SkyConversion, SkyFrame } from "../../../fits/sky/frame.ts";
import type { Wcs } from "../../../fits/wcs/wcs.ts";

/** Two numbers: a pixel from 1, or a longitude and a latitude in degrees. */
export type Place = readonly [first: number, second: number];

/** How a frame lies on the pixels around one. */
export interface LocalFrame {
  /** Units of the frame (degrees of arc, on the sky) for a pixel: the root of its area. */
  readonly scale: number;
  /** The direction of growing latitude: degrees counter-clockwise from axis 1. */
  readonly north: number;
  /** Whether longitude grows counter-clockwise of north: a sky with east to the left. */
  readonly isUsual: boolean;
}

/** Pixels of a plane in another frame, there and back. */
export interface PlaneFrame {
  /** The place of a pixel; NaN where there is none. */
  toWorld(pixel: Place): Place;
  /** The pixel of a place; NaN where there is none. */
  toPixel(place: Place): Place;
  /** How the frame lies at a pixel; undefined where it has no place. */
  at(pixel: Place): LocalFrame | undefined;
}

const NOWHERE: Place = [NaN, NaN];

/** Places of the sky on the first two axes of an image. */
export class SkyPlaces implements PlaneFrame {
  readonly #wcs: Wcs;
  readonly #axes: readonly [longitude: number, latitude: number];
  readonly #rest: readonly number[];
  /** The coordinates of the plane on the further axes. */
  readonly #world: readonly number[];
  readonly #toFrame: SkyConversion | undefined;
  readonly #fromFrame: SkyConversion | undefined;

  /**
   * Takes coordinates whose sky is on the first two axes.
   *
   * @param wcs The coordinates, of pixels from 1.
   * @param plane The pixels on the further axes.
   * @param frames The frame of the header and the one that is wanted; without them, the header's.
   */
  constructor(
    wcs: Wcs,
    plane: readonly number[],
    frames?: { readonly native: SkyFrame; readonly wanted: SkyFrame } | undefined,
  ) {
    const { longitude, latitude } = wcs.celestial!;
    this.#wcs = wcs;
    this.#axes = [longitude, latitude];
    this.#rest = wcs.axes.slice(2).map((_, i) => plane[i] ?? 1);
    this.#world = wcs.pixelToWorld([1, 1, ...this.#rest]);
    if (frames !== undefined) {
      this.#toFrame = skyConversion(frames.native, frames.wanted);
      this.#fromFrame = skyConversion(frames.wanted, frames.native);
    }
  }

  toWorld([x, y]: Place): Place {
    const world = this.#wcs.pixelToWorld([x, y, ...this.#rest]);
    const point: [number, number] = [world[this.#axes[0]]!, world[this.#axes[1]]!];
    if (!point.every(Number.isFinite)) return NOWHERE;
    this.#toFrame?.(point);
    return point;
  }

  toPixel([longitude, latitude]: Place): Place {
    const point: [number, number] = [longitude, latitude];
    this.#fromFrame?.(point);
    const world = [...this.#world];
    [world[this.#axes[0]], world[this.#axes[1]]] = point;
    const [x, y] = this.#wcs.worldToPixel(world);
    return Number.isFinite(x) && Number.isFinite(y) ? [x!, y!] : NOWHERE;
  }

  at([x, y]: Place): LocalFrame | undefined {
    const slope = (dx: number, dy: number): Place => {
      const [a, b] = [this.toWorld([x - dx, y - dy]), this.toWorld([x + dx, y + dy])];
      const across = ((b[0] - a[0] + 540) % 360 + 360) % 360 - 180;
      return [across * Math.cos((a[1] + b[1]) / 2 * Math.PI / 180), b[1] - a[1]];
    };
    return localFrame(slope(0.5, 0), slope(0, 0.5));
  }
}

/**
 * How a frame lies on pixels.
 *
 * @param alongX What a step along axis 1 is in the frame.
 * @param alongY What one along axis 2 is.
 */
export function localFrame(alongX: Place, alongY: Place): LocalFrame | undefined {
  const determinant = alongX[0] * alongY[1] - alongX[1] * alongY[0];
  if (!Number.isFinite(determinant) || determinant === 0) return undefined;
  // The step of pixels along which only the latitude grows.
  const [right, up] = [-alongY[0] / determinant, alongX[0] / determinant];
  return {
    scale: Math.sqrt(Math.abs(determinant)),
    north: (Math.atan2(up, right) * 180 / Math.PI + 360) % 360,
    isUsual: determinant < 0,
  };
}
