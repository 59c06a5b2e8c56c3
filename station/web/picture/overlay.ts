/** What is drawn over the picture: the cross-hair, borders and values of pixels, the compass. */

import { type CanvasSize, toPixel, toScreen, turnOf, type View } from "./transform.ts";

/** From this zoom on pixels have borders. */
const BORDER_ZOOM = 32;
/** From this zoom on their values stand in them. */
const VALUE_ZOOM = 48;

/** What is drawn. */
export interface OverlayContent {
  /** The cross-hair, as a FITS pixel. */
  readonly cursor: readonly [x: number, y: number] | undefined;
  /** The size of the plane. */
  readonly width: number;
  readonly height: number;
  /** The value of a pixel from 1, as it is written; undefined where none is there. */
  valueText(x: number, y: number): string | undefined;
  /** The direction of north in FITS pixels, degrees counter-clockwise from axis 1, and east's. */
  readonly compass: { readonly north: number; readonly east: number } | undefined;
  /** A bar, CSS pixels long, with what it measures. */
  readonly scaleBar: { readonly length: number; readonly label: string } | undefined;
}

/**
 * Draws on a canvas of its own, which it clears.
 *
 * @param context The canvas.
 * @param view The view as it is drawn.
 * @param size The canvas' size.
 * @param content What is drawn.
 */
export function drawOverlay(
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  view: View,
  size: CanvasSize,
  content: OverlayContent,
): void {
  const { ratio } = size;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
  if (view.zoom >= BORDER_ZOOM) drawPixels(context, view, size, content);
  if (content.compass !== undefined) drawCompass(context, view, size, content.compass);
  if (content.scaleBar !== undefined) drawScaleBar(context, size, content.scaleBar);
  if (content.cursor !== undefined) drawCursor(context, view, size, content.cursor);
}

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Draws a path twice, dark below light, so that it is seen on everything. */
function strokeTwice(context: Context, color: string, width = 1.5): void {
  context.strokeStyle = "rgb(0 0 0 / 0.6)";
  context.lineWidth = width + 2;
  context.stroke();
  context.strokeStyle = color;
  context.lineWidth = width;
  context.stroke();
}

function drawCursor(
  context: Context,
  view: View,
  size: CanvasSize,
  [x, y]: readonly [number, number],
): void {
  const [left, top] = toScreen(view, size, x, y);
  // The gap is the pixel itself where it is large enough to be seen.
  const gap = Math.max(6, view.zoom / 2);
  const long = gap + 14;
  context.beginPath();
  for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]] as const) {
    context.moveTo(left + dx * gap, top + dy * gap);
    context.lineTo(left + dx * long, top + dy * long);
  }
  if (view.zoom >= 6) outlinePixel(context, view, size, Math.round(x), Math.round(y));
  strokeTwice(context, "#ffb454");
}

function outlinePixel(context: Context, view: View, size: CanvasSize, x: number, y: number): void {
  const corners = [[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]] as const;
  for (const [i, [dx, dy]] of corners.entries()) {
    const [left, top] = toScreen(view, size, x + dx, y + dy);
    if (i === 0) context.moveTo(left, top);
    else context.lineTo(left, top);
  }
  context.closePath();
}

/** Borders and values of all pixels in view. */
function drawPixels(
  context: Context,
  view: View,
  size: CanvasSize,
  { width, height, valueText }: OverlayContent,
): void {
  const corners = [[0, 0], [size.width, 0], [0, size.height], [size.width, size.height]] as const;
  const places = corners.map(([left, top]) => toPixel(view, size, left, top));
  const bounds = (values: number[], most: number) => [
    Math.max(1, Math.floor(Math.min(...values))),
    Math.min(most, Math.ceil(Math.max(...values))),
  ];
  const [fromX, toX] = bounds(places.map(([x]) => x), width) as [number, number];
  const [fromY, toY] = bounds(places.map(([, y]) => y), height) as [number, number];
  context.beginPath();
  for (let x = fromX; x <= toX + 1; x++) line(context, view, size, [x, fromY], [x, toY + 1]);
  for (let y = fromY; y <= toY + 1; y++) line(context, view, size, [fromX, y], [toX + 1, y]);
  context.strokeStyle = "rgb(128 128 128 / 0.5)";
  context.lineWidth = 1;
  context.stroke();
  if (view.zoom < VALUE_ZOOM) return;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  const most = Math.floor(view.zoom / 6.2);
  context.font = "500 11px ui-monospace, monospace";
  for (let y = fromY; y <= toY; y++) {
    for (let x = fromX; x <= toX; x++) {
      const text = valueText(x, y);
      if (text === undefined) continue;
      const [left, top] = toScreen(view, size, x, y);
      const shown = text.length > most ? `${text.slice(0, most - 1)}\u2026` : text;
      context.strokeStyle = "rgb(0 0 0 / 0.7)";
      context.lineWidth = 2.5;
      context.strokeText(shown, left, top);
      context.fillStyle = "#fff";
      context.fillText(shown, left, top);
    }
  }
}

function line(
  context: Context,
  view: View,
  size: CanvasSize,
  from: readonly [number, number],
  to: readonly [number, number],
): void {
  const [left, top] = toScreen(view, size, from[0] - 0.5, from[1] - 0.5);
  const [right, bottom] = toScreen(view, size, to[0] - 0.5, to[1] - 0.5);
  context.moveTo(left, top);
  context.lineTo(right, bottom);
}

/** A bar in the lower right corner, on a ground of its own: it is read on every picture. */
function drawScaleBar(
  context: Context,
  size: CanvasSize,
  { length, label }: { readonly length: number; readonly label: string },
): void {
  if (size.width < length + 60) return;
  context.font = "600 12px system-ui, sans-serif";
  const width = Math.max(length, context.measureText(label).width) + 16;
  const [left, top] = [size.width - width - 12, size.height - 44];
  context.fillStyle = "rgb(20 22 27 / 0.6)";
  context.beginPath();
  context.roundRect(left, top, width, 32, 6);
  context.fill();
  const [from, to] = [left + (width - length) / 2, left + (width + length) / 2];
  context.beginPath();
  context.moveTo(from, top + 20);
  context.lineTo(from, top + 26);
  context.lineTo(to, top + 26);
  context.lineTo(to, top + 20);
  context.strokeStyle = "#ffffff";
  context.lineWidth = 1.5;
  context.stroke();
  context.textAlign = "center";
  context.textBaseline = "alphabetic";
  context.fillStyle = "#ffffff";
  context.fillText(label, left + width / 2, top + 15);
}

/** Arrows to north and east in the upper right corner. */
function drawCompass(
  context: Context,
  view: View,
  size: CanvasSize,
  compass: { readonly north: number; readonly east: number },
): void {
  const { a, b, c, d } = turnOf({ ...view, zoom: 1 });
  const [middleX, middleY] = [size.width - 52, 52];
  context.font = "600 12px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const [name, angle] of [["N", compass.north], ["E", compass.east]] as const) {
    const [cos, sin] = [Math.cos(angle * Math.PI / 180), Math.sin(angle * Math.PI / 180)];
    const [dx, dy] = [a * cos + c * sin, b * cos + d * sin];
    const arrow = (along: number, across: number) =>
      [middleX + dx * along - dy * across, middleY + dy * along + dx * across] as const;
    context.beginPath();
    context.moveTo(middleX, middleY);
    context.lineTo(...arrow(24, 0));
    context.moveTo(...arrow(18, 4));
    context.lineTo(...arrow(24, 0));
    context.lineTo(...arrow(18, -4));
    strokeTwice(context, name === "N" ? "#ffb454" : "#ffffff");
    context.lineWidth = 3;
    context.strokeStyle = "rgb(0 0 0 / 0.6)";
    context.strokeText(name, ...arrow(34, 0));
    context.fillStyle = name === "N" ? "#ffb454" : "#ffffff";
    context.fillText(name, ...arrow(34, 0));
  }
}
