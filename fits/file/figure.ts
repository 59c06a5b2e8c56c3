/** Pictures of planes with what a figure has: north up, axes with world coordinates, a bar of colours. */

import { LimitError } from "../../net/errors.ts";
import { general } from "../../net/text/decimal.ts";
import { colormap } from "../picture/colormap.ts";
import { drawFrame, type FrameAxis } from "../picture/plot/frame.ts";
import { northUp, type Turn } from "../picture/plot/north.ts";
import { roundStep, ticksBetween } from "../picture/plot/ticks.ts";
import { worldAxes } from "../picture/plot/world_axes.ts";
import type { PngImage } from "../picture/png_format.ts";
import type { RenderOptions } from "../picture/render.ts";
import type { Wcs } from "../wcs/wcs.ts";
import type { ImagePlane } from "./plane.ts";
import { type PlaneRendering, renderPlane } from "./rendering.ts";

/** What is drawn besides the pixels. */
export interface FigureOptions extends RenderOptions {
  /** The world coordinates of the image, where it has any. */
  readonly wcs?: Wcs | undefined;
  /** Whether the picture is turned until north is up and east left. */
  readonly north?: boolean | undefined;
  /** Whether there are axes with coordinates. */
  readonly axes?: boolean | undefined;
  /** Whether there is a bar of the colours with values. */
  readonly colorbar?: boolean | undefined;
  /** The unit of the values, for the bar. */
  readonly unit?: string | undefined;
}

/** Pixels of a figure at most: it is in memory whole. */
const MAX_PIXELS = 67_108_864;
/** Letters of a unit at most. */
const MAX_UNIT = 40;

/**
 * Renders a plane of an image as a figure; without any of its parts the same as `renderPlane`.
 *
 * @param plane The plane.
 * @param options How it is rendered, and what is drawn.
 * @returns The picture.
 * @throws {FormatError} If an option is unknown, or north is asked for without coordinates.
 * @throws {LimitError} If the figure would have more than 64 Mpx.
 */
export async function renderFigure(
  plane: ImagePlane,
  options: FigureOptions = {},
): Promise<PlaneRendering> {
  const { wcs, north, axes, colorbar } = options;
  if (north !== true && axes !== true && colorbar !== true) {
    return await renderPlane(plane, options);
  }
  checkSize(plane, options.size);
  let turn: Turn | undefined;
  const picture = await renderPlane(
    plane,
    options,
    north !== true ? undefined : (size) => {
      turn = northUp(wcs, size.width, size.height, pixelsOf(plane, size));
      if (turn.width * turn.height > MAX_PIXELS) throw tooLarge(turn.width, turn.height);
      return turn;
    },
  );
  if (axes !== true && colorbar !== true) return picture;
  const { width, height } = picture;
  const straight = pixelsOf(plane, turn === undefined ? picture : picture.unturned);
  const ratio = turn === undefined ? 1 : turn.width / width;
  const edges = {
    width,
    height,
    axes: plane.axes,
    pixelAt: (x: number, y: number) =>
      turn === undefined ? straight(x, y) : straight(...turn.place(x * ratio, y * ratio)),
  };
  const framed = drawFrame(await inMemory(picture), {
    ...(axes === true ? worldAxes(edges, wcs) : {}),
    bar: colorbar !== true
      ? undefined
      : { colors: colormap(options.colormap ?? "gray"), axis: barAxis(picture, options.unit) },
  });
  return {
    ...picture,
    width: framed.width,
    height: framed.height,
    color: framed.color,
    rows: (async function* () {
      yield framed.data;
    })(),
  };
}

function checkSize({ width, height }: ImagePlane, size: number | undefined): void {
  const longer = size ?? Math.max(width, height);
  const pixels = longer * longer * Math.min(width, height) / Math.max(width, height);
  if (pixels > MAX_PIXELS) throw tooLarge(width, height);
}

function tooLarge(width: number, height: number): LimitError {
  return new LimitError(
    `Cannot draw a figure of ${width} x ${height} pixels: at most ${MAX_PIXELS} are drawn; ` +
      "ask for a smaller size",
  );
}

/** The pixels of the image at places of a picture, from its lower left corner. */
function pixelsOf(
  plane: ImagePlane,
  { width, height }: { readonly width: number; readonly height: number },
): (x: number, y: number) => number[] {
  return (x, y) => plane.pixelAt(x * plane.width / width - 0.5, y * plane.height / height - 0.5);
}

/** A rendering with its samples in memory. */
export async function inMemory({ width, height, color, rows }: PlaneRendering): Promise<PngImage> {
  const pieces = await Array.fromAsync(rows);
  const data = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    data.set(piece, at);
    at += piece.length;
  }
  return { width, height, color, data };
}

/** Ticks of round values, at the places of their colours. */
function barAxis({ height, limits, levelOf }: PlaneRendering, unit = ""): FrameAxis {
  const [low, high] = limits;
  const count = Math.max(2, Math.round(height / 50));
  const place = (value: number) => levelOf(value) / 255 * height;
  const title = unit.slice(0, MAX_UNIT);
  if (!(high - low !== 0) || !Number.isFinite(high - low)) {
    return { title, ticks: [{ at: height / 2, label: general(low, 6) }] };
  }
  const even = ticksBetween(low, high, count, "plain");
  const isEven = even.every(({ value }) =>
    Math.abs(levelOf(value) - (value - low) / (high - low) * 255) < 1
  );
  if (isEven) {
    return { title, ticks: even.map(({ value, label }) => ({ at: place(value), label })) };
  }
  const step = roundStep(Math.abs(high - low), 200);
  const ticks = new Map<string, { at: number; label: string }>();
  for (let i = 0; i <= count; i++) {
    const exact = valueAt(levelOf, low, high, i / count * 255);
    // Never -0.
    const value = Math.round(exact / step) * step + 0;
    const label = general(value, 6);
    ticks.set(label, { at: place(value), label });
  }
  return { title, ticks: [...ticks.values()] };
}

/** The value of a level, by halving: every stretch grows. */
function valueAt(
  levelOf: (value: number) => number,
  low: number,
  high: number,
  level: number,
): number {
  let [below, above] = [low, high];
  for (let i = 0; i < 60; i++) {
    const middle = below + (above - below) / 2;
    if (levelOf(middle) < level) below = middle;
    else above = middle;
  }
  return above;
}
