/**
 * Views of several pictures that show the same part of the sky: the same centre, scale, north and
 * parity. Nothing is resampled, so that far from the centre they may differ by what is told.
 *
 * @module
 */

import { skyConversion } from "../../../fits/sky/convert.ts";
import {
  type CanvasSize,
  type Point,
  toPixel,
  toScreen,
  turnOf,
  type View,
} from "../picture/transform.ts";
import type { WorldReadout } from "./readout.ts";

/** A view that follows another. */
export interface AlignedView {
  readonly view: View;
  /** How far a corner of the view is from where it should be, in CSS pixels. */
  readonly deviation: number;
}

/** Where a pixel of one picture is on another. */
export type PixelMap = (pixel: Point) => Point | undefined;

/**
 * The way from pixels of one picture to those of another, by way of the sky.
 *
 * @param from The coordinates of the one.
 * @param to Those of the other.
 * @returns The map; undefined where one of them has no sky, or there is no way between them.
 */
export function pixelMap(from: WorldReadout, to: WorldReadout): PixelMap | undefined {
  const [a, b] = [from.wcs, to.wcs];
  const [skyA, skyB] = [a?.celestial, b?.celestial];
  if (a === undefined || b === undefined || skyA === undefined || skyB === undefined) {
    return undefined;
  }
  let convert: (point: [number, number]) => void = () => {};
  if (from.frame !== undefined && to.frame !== undefined) {
    try {
      convert = skyConversion(from.frame, to.frame);
    } catch {
      // The Sun and the stars, say: there is no way.
      return undefined;
    }
  } else if (skyA.system !== skyB.system) return undefined;
  // What is beside the sky is as at the first plane.
  const rest = b.pixelToWorld(b.axes.map(() => 1));
  return ([x, y]) => {
    const world = a.pixelToWorld([x, y, ...a.axes.slice(2).map(() => 1)]);
    const point: [number, number] = [world[skyA.longitude]!, world[skyA.latitude]!];
    convert(point);
    const wanted = rest.slice();
    wanted[skyB.longitude] = point[0];
    wanted[skyB.latitude] = point[1];
    const [column, row] = b.worldToPixel(wanted);
    const isThere = Number.isFinite(column) && Number.isFinite(row);
    return isThere ? [column!, row!] : undefined;
  };
}

/**
 * The view of a picture that matches that of another in its middle.
 *
 * @param view The view of the other.
 * @param size The canvas of both.
 * @param map Where pixels of the other are on the picture.
 * @returns The view; undefined where the middle is not on the picture's sky.
 */
export function alignedView(
  view: View,
  size: CanvasSize,
  map: PixelMap,
): AlignedView | undefined {
  const { x, y } = view;
  const centre = map([x, y]);
  const [left, right, below, above] = [
    map([x - 0.5, y]),
    map([x + 0.5, y]),
    map([x, y - 0.5]),
    map([x, y + 0.5]),
  ];
  if (!centre || !left || !right || !below || !above) return undefined;
  // How a step on the one picture becomes one on the other, and back.
  const [xx, yx] = [right[0] - left[0], right[1] - left[1]];
  const [xy, yy] = [above[0] - below[0], above[1] - below[1]];
  const determinant = xx * yy - xy * yx;
  if (!Number.isFinite(determinant) || determinant === 0) return undefined;
  const { a, b, c, d } = turnOf(view);
  // The steps of the screen for one pixel of the picture.
  const turn = {
    a: (a * yy - c * yx) / determinant,
    b: (b * yy - d * yx) / determinant,
    c: (c * xx - a * xy) / determinant,
    d: (d * xx - b * xy) / determinant,
  };
  const aligned = similarTo(turn, centre);
  return { view: aligned, deviation: deviationOf(view, aligned, size, map) };
}

/** The view that turns and scales most like four numbers. */
function similarTo(
  { a, b, c, d }: { a: number; b: number; c: number; d: number },
  [x, y]: Point,
): View {
  const product = a * d - b * c;
  const zoom = Math.sqrt(Math.abs(product));
  // The screen's rows go down: the picture is as stored where the product is below 0.
  const flipX = product > 0;
  const [across, down] = [flipX ? -1 : 1, -1];
  const angle = Math.atan2(down * b - across * c, down * d + across * a) * 180 / Math.PI;
  const turned = (angle % 360 + 360) % 360;
  // Thousandths of a degree from upright are rounding, and upright pixels are sharp.
  const quarter = Math.round(turned / 90) * 90;
  const rotate = (Math.abs(turned - quarter) < 1e-3 ? quarter : Number(turned.toFixed(4))) % 360;
  return { x, y, zoom, rotate, flipX, flipY: false };
}

/** How far the corners of a view are from where the aligned view shows the same places. */
function deviationOf(view: View, aligned: View, size: CanvasSize, map: PixelMap): number {
  let most = 0;
  for (
    const [left, top] of [[0, 0], [size.width, 0], [0, size.height], [size.width, size.height]]
  ) {
    const pixel = map(toPixel(view, size, left!, top!));
    if (pixel === undefined) continue;
    const [x, y] = toScreen(aligned, size, ...pixel);
    most = Math.max(most, Math.hypot(x - left!, y - top!));
  }
  return most;
}
