/** Regions on a canvas: their edges, names, and handles. */

import { type CanvasSize, toScreen, type View } from "../picture/transform.ts";
import { handlesOf, outlineOf, type Place, type Region } from "./shapes.ts";

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** CSS pixels of a handle. */
const HANDLE = 7;
/** CSS pixels of a point's arms. */
const POINT = 7;
/** Lines are so wide at most. */
const MAX_WIDTH = 12;
/** Characters of a region's text that are drawn. */
const MAX_TEXT = 200;

/**
 * Draws regions.
 *
 * @param context The canvas, in CSS pixels.
 * @param view The view as it is drawn.
 * @param size The canvas' size.
 * @param regions The regions.
 * @param selected Which one has handles.
 */
export function drawRegions(
  context: Context,
  view: View,
  size: CanvasSize,
  regions: readonly Region[],
  selected: number | undefined,
): void {
  context.lineJoin = "round";
  for (const [i, region] of regions.entries()) {
    drawRegion(context, (place) => toScreen(view, size, ...place), region, i === selected);
  }
  context.setLineDash([]);
}

function drawRegion(
  context: Context,
  at: (place: Place) => Place,
  region: Region,
  isSelected: boolean,
): void {
  const property = (name: string) => region.properties.find(([found]) => found === name)?.[1];
  const color = property("color") ?? "";
  const style = /^(?:#[0-9a-f]{3,8}|[a-z]{1,20})$/i.test(color) ? color : "#5ee07a";
  const width = Math.min(MAX_WIDTH, Math.max(1, Number(property("width")) || 1.5));
  context.setLineDash(region.isExcluded ? [6, 4] : []);
  context.beginPath();
  if (region.name === "point") {
    const [x, y] = at(region.points[0]!);
    context.moveTo(x - POINT, y);
    context.lineTo(x + POINT, y);
    context.moveTo(x, y - POINT);
    context.lineTo(x, y + POINT);
  } else if (region.name !== "text") {
    for (const outline of outlineOf(region)) {
      for (const [i, place] of outline.entries()) {
        if (i === 0) context.moveTo(...at(place));
        else context.lineTo(...at(place));
      }
      if (region.name !== "line") context.closePath();
    }
  }
  context.strokeStyle = "rgb(0 0 0 / 0.6)";
  context.lineWidth = width + 2 + (isSelected ? 1 : 0);
  context.stroke();
  context.strokeStyle = style;
  context.lineWidth = width + (isSelected ? 1 : 0);
  context.stroke();
  drawText(context, at, region, style, property("text"));
  if (isSelected) drawHandles(context, at, region);
}

function drawText(
  context: Context,
  at: (place: Place) => Place,
  region: Region,
  style: string,
  text: string | undefined,
): void {
  if (text === undefined || text === "") return;
  const places = outlineOf(region).flat().map(at);
  const top = Math.min(...places.map(([, y]) => y));
  const middle = places.reduce((sum, [x]) => sum + x, 0) / places.length;
  context.setLineDash([]);
  context.font = "600 12px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = region.name === "text" ? "middle" : "bottom";
  context.lineWidth = 3;
  context.strokeStyle = "rgb(0 0 0 / 0.7)";
  const shown = text.slice(0, MAX_TEXT);
  const y = region.name === "text" ? top : top - 4;
  context.strokeText(shown, middle, y);
  context.fillStyle = style;
  context.fillText(shown, middle, y);
}

function drawHandles(context: Context, at: (place: Place) => Place, region: Region): void {
  context.setLineDash([]);
  const handles = handlesOf(region);
  const turns = region.name === "ellipse" || region.name === "box";
  for (const [i, place] of handles.entries()) {
    const [x, y] = at(place);
    context.beginPath();
    if (turns && i === 2) context.arc(x, y, HANDLE / 2 + 1, 0, 7);
    else context.rect(x - HANDLE / 2, y - HANDLE / 2, HANDLE, HANDLE);
    context.fillStyle = "#fff";
    context.fill();
    context.strokeStyle = "#000";
    context.lineWidth = 1;
    context.stroke();
  }
}
