/** Pictures turned so that north is up and east is left. */

import { FormatError } from "../../../net/errors.ts";
import type { Wcs } from "../../wcs/wcs.ts";
import type { Plane } from "../resample.ts";

/** A picture turned: its size, and where its places lie in the picture before. */
export interface Turn {
  readonly width: number;
  readonly height: number;
  /**
   * The place before turning.
   *
   * @param x Pixels from the left edge.
   * @param y Pixels from the lower edge.
   * @returns The same in the picture before.
   */
  place(x: number, y: number): [x: number, y: number];
}

/** Turns of less than so much of a pixel in ten thousand are rounding, or no one sees them. */
const MIN_TURN = 1e-4;

/**
 * Finds how a picture is turned.
 *
 * Up is where the latitude grows in the middle of the picture. On the sky longitudes grow to the
 * left; those of the Sun's disc and surface (HPLN, HGLN, CRLN) to the right, for solar east is
 * on the left too.
 *
 * @param wcs The world coordinates of the image.
 * @param width Pixels in a row of the picture.
 * @param height Its rows.
 * @param pixelAt The pixel of the image at a place of the picture, from its lower left corner.
 * @throws {FormatError} If the image has no celestial coordinates, or none in its middle.
 */
export function northUp(
  wcs: Wcs | undefined,
  width: number,
  height: number,
  pixelAt: (x: number, y: number) => number[],
): Turn {
  const sky = wcs?.celestial;
  if (wcs === undefined || sky === undefined) {
    throw new FormatError("Cannot turn north up: the image has no celestial coordinates");
  }
  const worldAt = (x: number, y: number) => {
    const world = wcs.pixelToWorld(pixelAt(x, y));
    return [world[sky.longitude]!, world[sky.latitude]!] as const;
  };
  const [middleX, middleY] = [width / 2, height / 2];
  const middle = worldAt(middleX, middleY);
  const toRight = growsToRight(sky.system) ? 1 : -1;
  const slope = (dx: number, dy: number) => {
    const [a, b] = [worldAt(middleX - dx, middleY - dy), worldAt(middleX + dx, middleY + dy)];
    const across = ((b[0] - a[0] + 540) % 360 + 360) % 360 - 180;
    return [across * Math.cos(middle[1] * Math.PI / 180) * toRight, b[1] - a[1]] as const;
  };
  const [right, up] = [slope(0.5, 0), slope(0, 0.5)];
  const size = Math.sqrt(Math.abs(right[0] * up[1] - right[1] * up[0]));
  if (!(size > 0) || !Number.isFinite(size)) {
    throw new FormatError(
      "Cannot turn north up: the image has no celestial coordinates in its middle",
    );
  }
  const matrix = [right[0], up[0], right[1], up[1]].map((value) => value / size);
  const isPlain = matrix.every((value) => Math.abs(value - Math.round(value)) < MIN_TURN);
  const [a, b, c, d] = (isPlain ? matrix.map(Math.round) : matrix) as [
    ...[number, number, number, number],
  ];
  const wide = Math.max(1, Math.ceil(Math.abs(a) * width + Math.abs(b) * height - 1e-6));
  const high = Math.max(1, Math.ceil(Math.abs(c) * width + Math.abs(d) * height - 1e-6));
  const determinant = a * d - b * c;
  return {
    width: wide,
    height: high,
    place(x, y) {
      const [u, v] = [x - wide / 2, y - high / 2];
      return [
        middleX + (d * u - b * v) / determinant,
        middleY + (a * v - c * u) / determinant,
      ];
    },
  };
}

/** Whether longitudes grow to the right where north is up: of the Sun as we see it. */
function growsToRight(system: string): boolean {
  return /^(HPLN|HGLN|HCLN|CRLN|SOLX|SOLAR)/.test(system);
}

/**
 * Turns a plane, with the mean of the four pixels around each place, weighted by their distance.
 *
 * @param plane The plane.
 * @param turn How it is turned.
 * @returns The turned plane; NaN outside the old one.
 */
export function turnPlane({ width, height, values }: Plane, turn: Turn): Plane {
  const turned = new Float64Array(turn.width * turn.height).fill(NaN);
  for (let row = 0; row < turn.height; row++) {
    for (let column = 0; column < turn.width; column++) {
      const [x, y] = turn.place(column + 0.5, turn.height - row - 0.5);
      if (x < 0 || y < 0 || x > width || y > height) continue;
      const left = Math.floor(x - 0.5);
      const below = Math.floor(y - 0.5);
      let sum = 0;
      let weights = 0;
      for (let corner = 0; corner < 4; corner++) {
        const [cx, cy] = [left + (corner & 1), below + (corner >> 1)];
        const weight = (1 - Math.abs(x - 0.5 - cx)) * (1 - Math.abs(y - 0.5 - cy));
        const inX = Math.min(width - 1, Math.max(0, cx));
        const inY = Math.min(height - 1, Math.max(0, cy));
        const value = values[(height - 1 - inY) * width + inX]!;
        if (weight === 0 || value - value !== 0) continue;
        sum += value * weight;
        weights += weight;
      }
      // Where more is missing than there is, nothing is.
      if (weights >= 0.5) turned[row * turn.width + column] = sum / weights;
    }
  }
  return { width: turn.width, height: turn.height, values: turned };
}
