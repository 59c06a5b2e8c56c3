/** CONTOUR: lines of equal height of an image, between axes with numbers. */

import type { PngImage } from "../../fits/picture/png.ts";
import { Raster } from "../../fits/picture/plot/bitmap_font.ts";
import type { LanguagePicture } from "../language/routines/host.ts";
import { fillBetween, type FilledPlane } from "./filled_contours.ts";
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
  placesOf,
  upwards,
  WIDTH,
} from "./axes.ts";

/** Lines that are drawn where the command names no heights. */
const LINES = 6;

/**
 * Draws lines of equal height, 640 x 512 points.
 *
 * @param picture The heights, [columns, rows]; the places of columns and rows and the heights of
 * the lines where there are any. Cells with a corner that is not finite stay empty.
 * @returns The plot, black on white, with colours between the heights where they are to be filled.
 * @throws {FormatError} If the numbers are complex.
 */
export function drawContours(picture: LanguagePicture): PngImage<Uint8Array<ArrayBuffer>> {
  const heights = numbersOf(picture.value);
  const [columns = 1, rows = 1] = picture.value.shape;
  const x = placesOf(picture.abscissae, columns);
  const y = placesOf(picture.rows, rows);
  const [xRange, yRange] = checkedRanges(picture);
  const [xLog = false, yLog = false] = picture.logarithmic ?? [];
  // Without a range the axes end where the data do.
  const xAxis = axisOf(x, xRange ?? endsOf(x), xLog);
  const yAxis = axisOf(y, yRange ?? endsOf(y), yLog);
  const raster = new Raster(WIDTH, HEIGHT);
  drawFrame(raster, xAxis, yAxis);
  drawTitles(raster, picture);
  const across = Float64Array.from(x, (place) => toPoint(xAxis, place, "x"));
  const upwards = Float64Array.from(y, (place) => toPoint(yAxis, place, "y"));
  const levels = picture.levels ?? levelsOf(heights);
  if (picture.fill !== undefined) {
    const plane = { heights, across, upwards, levels, colors: picture.fill };
    return inColors(raster, { ...plane, table: picture.colorTable });
  }
  for (const level of levels) drawLevel(raster, heights, across, upwards, level);
  return { width: WIDTH, height: HEIGHT, color: "gray", data: raster.data };
}

/** The colours, and over them the axes and the titles in black. */
function inColors(raster: Raster, plane: FilledPlane): PngImage<Uint8Array<ArrayBuffer>> {
  const data = new Uint8Array(3 * WIDTH * HEIGHT).fill(255);
  fillBetween(plane, data, WIDTH);
  for (let i = 0; i < raster.data.length; i++) {
    if (raster.data[i] === 0) data.fill(0, 3 * i, 3 * i + 3);
  }
  return { width: WIDTH, height: HEIGHT, color: "rgb", data };
}

function toPoint(axis: Axis, place: number, which: "x" | "y"): number {
  return which === "x" ? across(axis, place) : upwards(axis, place);
}

function endsOf(places: Float64Array): readonly [number, number] | undefined {
  const [first, last] = [places[0]!, places[places.length - 1]!];
  return Number.isFinite(first) && Number.isFinite(last) && first !== last
    ? [first, last]
    : undefined;
}

/** Heights evenly between the least and the greatest. */
function levelsOf(heights: Float64Array): number[] {
  let least = Infinity, most = -Infinity;
  for (let i = 0; i < heights.length; i++) {
    const height = heights[i]!;
    if (height < least && height !== -Infinity) least = height;
    if (height > most && height !== Infinity) most = height;
  }
  if (!(most > least)) return [];
  return Array.from({ length: LINES }, (_, k) => least + (k + 1) * (most - least) / (LINES + 1));
}

/** One line, cell by cell (marching squares): through each side whose ends lie on both sides of it. */
function drawLevel(
  raster: Raster,
  heights: Float64Array,
  x: Float64Array,
  y: Float64Array,
  level: number,
): void {
  const columns = x.length;
  for (let j = 0; j + 1 < y.length; j++) {
    for (let i = 0; i + 1 < columns; i++) {
      const a = heights[j * columns + i]! - level;
      const b = heights[j * columns + i + 1]! - level;
      const c = heights[(j + 1) * columns + i + 1]! - level;
      const d = heights[(j + 1) * columns + i]! - level;
      const kind = (a >= 0 ? 1 : 0) | (b >= 0 ? 2 : 0) | (c >= 0 ? 4 : 0) | (d >= 0 ? 8 : 0);
      if (kind === 0 || kind === 15 || !Number.isFinite(a + b + c + d)) continue;
      const between = (from: number, to: number, p: number, q: number): number =>
        from + (to - from) * p / (p - q);
      const below = [between(x[i]!, x[i + 1]!, a, b), y[j]!] as const;
      const right = [x[i + 1]!, between(y[j]!, y[j + 1]!, b, c)] as const;
      const above = [between(x[i]!, x[i + 1]!, d, c), y[j + 1]!] as const;
      const left = [x[i]!, between(y[j]!, y[j + 1]!, a, d)] as const;
      for (const [p, q] of segmentsOf(kind, (a + b + c + d) / 4 >= 0)) {
        const from = [below, right, above, left][p]!;
        const to = [below, right, above, left][q]!;
        drawSegment(raster, from[0], from[1], to[0], to[1]);
      }
    }
  }
}

/** Which sides (0 below, 1 right, 2 above, 3 left) lines join; the middle decides a saddle. */
function segmentsOf(kind: number, high: boolean): readonly (readonly [number, number])[] {
  switch (kind) {
    case 1:
    case 14:
      return [[3, 0]];
    case 2:
    case 13:
      return [[0, 1]];
    case 4:
    case 11:
      return [[1, 2]];
    case 8:
    case 7:
      return [[2, 3]];
    case 3:
    case 12:
      return [[3, 1]];
    case 6:
    case 9:
      return [[0, 2]];
    default:
      return (kind === 5) === high ? [[0, 1], [2, 3]] : [[3, 0], [1, 2]];
  }
}
