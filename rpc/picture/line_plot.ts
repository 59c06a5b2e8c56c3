/** PLOT: a vector as a line between axes with numbers. */

import type { PngImage } from "../../fits/picture/png.ts";
import { FormatError } from "../../net/errors.ts";
import { Raster } from "../../fits/picture/plot/bitmap_font.ts";
import type { LanguagePicture } from "../language/routines/host.ts";
import {
  across,
  type Axis,
  axisOf,
  checkedRanges,
  drawFrame,
  drawSegment,
  drawTitles,
  HEIGHT,
  numbersOf,
  upwards,
  WIDTH,
} from "./axes.ts";

/**
 * Draws a line plot of 640 x 512 points.
 *
 * @param picture The ordinates and, if there are any, the abscissae; else the
 * abscissae are 0, 1, 2... Values that are not finite leave gaps.
 * @returns The plot, black on white.
 * @throws {FormatError} If the numbers are complex or the vectors differ in length.
 */
export function drawLinePlot(picture: LanguagePicture): PngImage<Uint8Array<ArrayBuffer>> {
  const ordinates = numbersOf(picture.value);
  const abscissae = picture.abscissae === undefined
    ? Float64Array.from(ordinates, (_, i) => i)
    : numbersOf(picture.abscissae);
  if (abscissae.length !== ordinates.length) {
    throw new FormatError(
      `Cannot plot ${ordinates.length} values over ${abscissae.length}: expected as many`,
    );
  }
  const [xRange, yRange] = checkedRanges(picture);
  const [xLog = false, yLog = false] = picture.logarithmic ?? [];
  const x = axisOf(abscissae, xRange, xLog);
  const y = axisOf(ordinates, yRange, yLog);
  const raster = new Raster(WIDTH, HEIGHT);
  drawFrame(raster, x, y);
  drawTitles(raster, picture);
  drawCurve(raster, abscissae, ordinates, x, y);
  return { width: WIDTH, height: HEIGHT, color: "gray", data: raster.data };
}

/**
 * Lines from value to value, cut off at the frame. Of many values in one column of
 * points only the lowest and the highest are drawn between the first and the last, so
 * that a long vector costs no more than its length.
 */
function drawCurve(
  raster: Raster,
  abscissae: Float64Array,
  ordinates: Float64Array,
  x: Axis,
  y: Axis,
): void {
  let before: { x: number; y: number } | undefined;
  let [low, high] = [0, 0];
  for (let i = 0; i < ordinates.length; i++) {
    const atX = across(x, abscissae[i]!);
    const atY = upwards(y, ordinates[i]!);
    if (!Number.isFinite(atX) || !Number.isFinite(atY)) {
      before = undefined;
      continue;
    }
    if (before === undefined) {
      drawSegment(raster, atX, atY, atX, atY);
      [low, high] = [atY, atY];
    } else if (before.x !== atX || atY < low || atY > high) {
      drawSegment(raster, before.x, before.y, atX, atY);
      [low, high] = before.x === atX ? [Math.min(low, atY), Math.max(high, atY)] : [atY, atY];
    }
    before = { x: atX, y: atY };
  }
}
