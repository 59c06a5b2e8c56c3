/** The grid of the sky over the picture. */

import {
  type CanvasSize,
  type PlaneSize,
  type Point,
  toScreen,
  type View,
} from "./picture/transform.ts";
import { type GridLine, gridLines, type GridStyle } from "./sky/grid.ts";
import { WorldReadout } from "./sky/readout.ts";
import type { Stage } from "./stage.ts";
import type { ViewerModel } from "./view/model.ts";

/** A grid that takes longer than this is left out while the picture is moved. */
const MAX_MS = 10;
/** CSS pixels of a label. */
const LABEL_HEIGHT = 14;

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Draws the grid while the state asks for it. */
export class GridLayer {
  readonly #model: ViewerModel;
  readonly #stage: Stage;
  #world: WorldReadout | undefined;
  #took = 0;

  /**
   * Follows a viewer.
   *
   * @param model The viewer's model.
   * @param stage The stage that is drawn on.
   * @param signal Ends it.
   */
  constructor(model: ViewerModel, stage: Stage, signal: AbortSignal) {
    this.#model = model;
    this.#stage = stage;
    model.header.watch((header) => {
      this.#world = header === undefined ? undefined : new WorldReadout(header);
      stage.renderer.draw();
    }, signal);
    model.state.watch(({ grid, sky, coords }, before) => {
      if (grid !== before.grid || sky !== before.sky || coords !== before.coords) {
        stage.renderer.draw();
      }
    }, signal);
    // Below the regions.
    stage.layers.unshift((context, view, size) => this.#draw(context, view, size));
  }

  #draw(context: Context, view: View, size: CanvasSize): void {
    const { plane } = this.#stage;
    if (!this.#model.state.value.grid || plane === undefined) return;
    if (this.#stage.dragging === "pan" && this.#took > MAX_MS) return;
    const before = performance.now();
    const lines = this.#lines(view, size, plane);
    this.#took = performance.now() - before;
    this.#stage.element.dataset.grid = String(lines.length);
    drawLines(context, view, size, plane, lines, this.#covered());
  }

  /** The right lower corner of the buttons over the picture, which no label is under. */
  #covered(): Point {
    const buttons = this.#stage.element.parentElement?.querySelector<HTMLElement>(".zoom");
    if (!buttons?.checkVisibility()) return [0, 0];
    return [buttons.offsetLeft + buttons.offsetWidth, buttons.offsetTop + buttons.offsetHeight];
  }

  #lines(view: View, size: CanvasSize, plane: PlaneSize): GridLine[] {
    const { sky, coords } = this.#model.state.value;
    const world = this.#world;
    const frame = world?.places(sky, this.#model.plane) ??
      world?.places("native", this.#model.plane);
    if (world === undefined || frame === undefined) return [];
    const system = world.wcs!.celestial!.system;
    const isEquatorial = sky === "native" ? system === "RA" : sky === "icrs" || sky === "fk5";
    const isSeconds = world.isSolar && /^HP/.test(system);
    const style = (isLongitude: boolean): GridStyle => {
      if (coords !== "deg" && isSeconds) return "arcsec";
      const isSexagesimal = (coords ?? (isEquatorial ? "sex" : "deg")) === "sex";
      if (!isSexagesimal || world.isSolar) return "degrees";
      return isLongitude && isEquatorial ? "hours" : "sexagesimal";
    };
    return gridLines({ frame, view, size, plane, longitude: style(true), latitude: style(false) });
  }
}

function drawLines(
  context: Context,
  view: View,
  size: CanvasSize,
  plane: PlaneSize,
  lines: readonly GridLine[],
  [coveredX, coveredY]: Point,
): void {
  context.save();
  context.beginPath();
  const [right, top] = [plane.width + 0.5, plane.height + 0.5];
  for (const [x, y] of [[0.5, 0.5], [right, 0.5], [right, top], [0.5, top]] as const) {
    context.lineTo(...toScreen(view, size, x, y));
  }
  context.closePath();
  context.clip();
  context.beginPath();
  for (const { parts } of lines) {
    for (const part of parts) {
      for (const [i, point] of part.entries()) {
        if (i === 0) context.moveTo(...point);
        else context.lineTo(...point);
      }
    }
  }
  context.lineJoin = "round";
  context.strokeStyle = "rgb(0 0 0 / 0.45)";
  context.lineWidth = 2.5;
  context.stroke();
  context.strokeStyle = "rgb(120 200 255 / 0.85)";
  context.lineWidth = 1;
  context.stroke();
  context.restore();
  context.font = "500 11px system-ui, sans-serif";
  context.lineJoin = "round";
  for (const { kind, label, labelAt } of lines) {
    if (labelAt === undefined) continue;
    const [left, down] = labelAt;
    context.textAlign = kind === "latitude" ? "left" : "center";
    context.textBaseline = "bottom";
    const half = context.measureText(label).width / 2;
    const y = Math.max(14, kind === "latitude" ? down - 2 : down - 3);
    const isCovered = y - LABEL_HEIGHT < coveredY && left < coveredX;
    const x = kind === "latitude"
      ? (isCovered ? coveredX : left) + 4
      : Math.min(size.width - half - 3, Math.max(half + 3, left));
    context.lineWidth = 3;
    context.strokeStyle = "rgb(0 0 0 / 0.75)";
    context.strokeText(label, x, y);
    context.fillStyle = "#bfe4ff";
    context.fillText(label, x, y);
  }
}
