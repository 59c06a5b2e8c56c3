/** PLOT and OPLOT: vectors as lines or symbols between axes with numbers. */

import type { PngImage } from "../../fits/picture/png.ts";
import { FormatError } from "../../net/errors.ts";
import { LETTER, Raster } from "../../fits/picture/plot/bitmap_font.ts";
import type { LanguagePicture, PlotText } from "../language/routines/host.ts";
import {
  across,
  type Axis,
  axisOf,
  checkedRanges,
  drawFrame,
  drawSegment,
  drawTitles,
  FRAME,
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
  const { symbol = 0, curves = [], texts = [] } = picture;
  if (symbol !== "none") drawPoints(raster, abscissae, ordinates, [x, y], symbol);
  for (const curve of curves) {
    drawPoints(raster, curve.x, curve.y, [x, y], curve.symbol);
  }
  for (const text of texts) drawText(raster, text, x, y);
  return { width: WIDTH, height: HEIGHT, color: "gray", data: raster.data };
}

/** A curve as a line, as symbols, or as both. */
function drawPoints(
  raster: Raster,
  abscissae: ArrayLike<number>,
  ordinates: ArrayLike<number>,
  [x, y]: readonly [Axis, Axis],
  symbol: number,
): void {
  if (symbol <= 0) drawCurve(raster, abscissae, ordinates, x, y);
  const lines = SYMBOLS[Math.abs(symbol)];
  if (lines === undefined) return;
  const places = new Set<number>();
  for (let i = 0; i < ordinates.length; i++) {
    const atX = across(x, abscissae[i]!);
    const atY = upwards(y, ordinates[i]!);
    const inside = atX >= FRAME.left && atX <= FRAME.right && atY >= FRAME.top &&
      atY <= FRAME.bottom;
    // Of many symbols at one point one is drawn.
    if (!inside || places.has(WIDTH * atY + atX)) continue;
    places.add(WIDTH * atY + atX);
    for (const [fromX, fromY, toX, toY] of lines) {
      drawSegment(raster, atX + fromX, atY + fromY, atX + toX, atY + toY);
    }
  }
}

type Stroke = readonly [fromX: number, fromY: number, toX: number, toY: number];

const PLUS: readonly Stroke[] = [[-3, 0, 3, 0], [0, -3, 0, 3]];
const CROSS: readonly Stroke[] = [[-3, -3, 3, 3], [-3, 3, 3, -3]];

/** IDL manual, "PSYM": plus, asterisk, period, diamond, triangle, square, cross. */
const SYMBOLS: readonly (readonly Stroke[] | undefined)[] = [
  undefined,
  PLUS,
  [...PLUS, ...CROSS],
  [[0, 0, 0, 0]],
  [[-4, 0, 0, -4], [0, -4, 4, 0], [4, 0, 0, 4], [0, 4, -4, 0]],
  [[-4, 3, 0, -4], [0, -4, 4, 3], [4, 3, -4, 3]],
  [[-3, -3, 3, -3], [3, -3, 3, 3], [3, 3, -3, 3], [-3, 3, -3, -3]],
  CROSS,
];

/** A text whose foot is at its place; nothing where that is no place of the picture. */
function drawText(raster: Raster, { text, x, y, unit, alignment }: PlotText, u: Axis, v: Axis) {
  const atX = unit === "data" ? across(u, x) : x * WIDTH;
  const atY = unit === "data" ? upwards(v, y) : (1 - y) * HEIGHT;
  if (!(Math.abs(atX) < 2 * WIDTH && Math.abs(atY) < 2 * HEIGHT)) return;
  const width = text.length * LETTER.width;
  raster.text(text, Math.round(atX - alignment * width), Math.round(atY) - LETTER.height);
}

/**
 * Lines from value to value, cut off at the frame. Of many values in one column of
 * points only the lowest and the highest are drawn between the first and the last, so
 * that a long vector costs no more than its length.
 */
function drawCurve(
  raster: Raster,
  abscissae: ArrayLike<number>,
  ordinates: ArrayLike<number>,
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
