/** SURFACE: an image as a net in space, of which the front hides the back. */

import type { PngImage } from "../../fits/picture/png.ts";
import { LETTER, Raster } from "../../fits/picture/plot/bitmap_font.ts";
import type { LanguagePicture } from "../language/routines/host.ts";
import { drawTitles, HEIGHT, numbersOf, placesOf, WIDTH } from "./axes.ts";

/** Lines of the net along each axis at most: more would be a black sheet. */
const MAX_LINES = 80;

/** The turns about the axes x and z, in degrees, where the command names none. */
const VIEW = [30, 30] as const;

/** Points of the longest side of the box. */
const SIZE = 360;

/** A place of the net on the picture, and how far behind it lies. */
interface Corner {
  readonly x: number;
  readonly y: number;
  readonly depth: number;
}

/**
 * Draws a net of 640 x 512 points.
 *
 * @param picture The heights, [columns, rows], of which at most 80 lines each way are drawn; the
 * turns of the view in degrees. Cells with a corner that is not finite stay empty.
 * @returns The plot, black on white.
 * @throws {FormatError} If the numbers are complex.
 */
export function drawSurface(picture: LanguagePicture): PngImage<Uint8Array<ArrayBuffer>> {
  const heights = numbersOf(picture.value);
  const [columns = 1, rows = 1] = picture.value.shape;
  const raster = new Raster(WIDTH, HEIGHT);
  drawTitles(raster, { ...picture, axisTitles: undefined });
  const [xs, ys] = [linesOf(columns), linesOf(rows)];
  const [least, most] = rangeOf(heights);
  const project = projection(picture.view ?? VIEW);
  const span = most > least ? most - least : 1;
  const corner = (i: number, j: number): Corner =>
    project(
      columns > 1 ? i / (columns - 1) - 0.5 : 0,
      rows > 1 ? j / (rows - 1) - 0.5 : 0,
      (heights[j * columns + i]! - least) / span - 0.5,
    );
  drawBox(raster, project, {
    x: endsOf(placesOf(picture.abscissae, columns)),
    y: endsOf(placesOf(picture.rows, rows)),
    z: [least, most],
  });
  const cells: { readonly corners: readonly Corner[]; readonly depth: number }[] = [];
  for (let j = 0; j + 1 < ys.length; j++) {
    for (let i = 0; i + 1 < xs.length; i++) {
      const corners = [
        corner(xs[i]!, ys[j]!),
        corner(xs[i + 1]!, ys[j]!),
        corner(xs[i + 1]!, ys[j + 1]!),
        corner(xs[i]!, ys[j + 1]!),
      ];
      const depth = corners.reduce((sum, own) => sum + own.depth, 0);
      if (corners.every(({ y }) => Number.isFinite(y))) cells.push({ corners, depth });
    }
  }
  // The farthest first: what is nearer is painted over it.
  cells.sort((a, b) => b.depth - a.depth);
  for (const { corners } of cells) {
    fillCell(raster, corners);
    corners.forEach((from, k) => {
      const to = corners[(k + 1) % 4]!;
      raster.line(Math.round(from.x), Math.round(from.y), Math.round(to.x), Math.round(to.y));
    });
  }
  return { width: WIDTH, height: HEIGHT, color: "gray", data: raster.data };
}

/** The numbers of the lines that are drawn, the first and the last among them. */
function linesOf(count: number): number[] {
  const lines = Math.min(MAX_LINES, count);
  if (lines === 1) return [0];
  return Array.from({ length: lines }, (_, k) => Math.round(k * (count - 1) / (lines - 1)));
}

function rangeOf(heights: Float64Array): readonly [number, number] {
  let least = Infinity, most = -Infinity;
  for (let i = 0; i < heights.length; i++) {
    const height = heights[i]!;
    if (height < least && height !== -Infinity) least = height;
    if (height > most && height !== Infinity) most = height;
  }
  return least <= most ? [least, most] : [0, 1];
}

function endsOf(places: Float64Array): readonly [number, number] {
  return [places[0]!, places[places.length - 1]!];
}

/** From the box of side 1 about the origin to points: turned about z, then tilted about x. */
function projection(
  [tilt, turn]: readonly [number, number],
): (x: number, y: number, z: number) => Corner {
  const [ax, az] = [tilt * Math.PI / 180, turn * Math.PI / 180];
  const [cosTilt, sinTilt] = [Math.cos(ax), Math.sin(ax)];
  const [cosTurn, sinTurn] = [Math.cos(az), Math.sin(az)];
  return (x, y, z) => {
    const right = x * cosTurn + y * sinTurn;
    const deep = y * cosTurn - x * sinTurn;
    return {
      x: WIDTH / 2 + SIZE * right,
      y: HEIGHT / 2 - 0.8 * SIZE * (z * cosTilt + deep * sinTilt),
      depth: deep * cosTilt - z * sinTilt,
    };
  };
}

interface BoxEnds {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly z: readonly [number, number];
}

/** The edges of the floor and one upright, with the numbers at their ends. */
function drawBox(
  raster: Raster,
  project: (x: number, y: number, z: number) => Corner,
  ends: BoxEnds,
): void {
  const floor = [[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]] as const;
  const corners = floor.map(([x, y]) => project(x, y, -0.5));
  const line = (from: Corner, to: Corner): void =>
    raster.line(Math.round(from.x), Math.round(from.y), Math.round(to.x), Math.round(to.y));
  corners.forEach((from, k) => line(from, corners[(k + 1) % 4]!));
  const leftmost = corners.reduce((best, own) => own.x < best.x ? own : best);
  const [x, y] = floor[corners.indexOf(leftmost)]!;
  const top = project(x, y, 0.5);
  line(leftmost, top);
  const label = (text: number, at: Corner, dx: number, dy: number): void => {
    const word = String(Number(text.toPrecision(4)));
    raster.text(
      word,
      Math.max(2, Math.round(at.x + dx - (dx < 0 ? word.length * LETTER.width : 0))),
      Math.min(HEIGHT - LETTER.height, Math.round(at.y + dy)),
    );
  };
  label(ends.z[0], leftmost, -8, -LETTER.height);
  label(ends.z[1], top, -8, 0);
  label(ends.x[0], corners[0]!, -4, 6);
  label(ends.x[1], corners[1]!, 4, 6);
  label(ends.y[0], corners[1]!, 4, 6 + LETTER.height + 2);
  label(ends.y[1], corners[2]!, 4, -2);
}

/** Paints a cell white, row by row of points. */
function fillCell(raster: Raster, corners: readonly Corner[]): void {
  const ys = corners.map(({ y }) => y);
  const first = Math.max(0, Math.ceil(Math.min(...ys)));
  const last = Math.min(HEIGHT - 1, Math.floor(Math.max(...ys)));
  for (let y = first; y <= last; y++) {
    let [from, to] = [Infinity, -Infinity];
    corners.forEach((a, k) => {
      const b = corners[(k + 1) % 4]!;
      if ((a.y > y) === (b.y > y)) return;
      const x = a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y);
      from = Math.min(from, x);
      to = Math.max(to, x);
    });
    for (let x = Math.max(0, Math.ceil(from)); x <= Math.min(WIDTH - 1, to); x++) {
      raster.point(x, y, 255);
    }
  }
}
