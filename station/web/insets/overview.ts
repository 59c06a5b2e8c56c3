/** The whole image in small, with a frame around what is seen, which can be dragged. */

import { h } from "../page/dom.ts";
import { COLORS, colorTable, paintIndices } from "../picture/color_table.ts";
import { fitView, type Point, toPixel, toScreen, turnOf, type View } from "../picture/transform.ts";
import type { LoadedTile, PlaneShape } from "../picture/tile_loader.ts";
import type { ViewerModel } from "../view/model.ts";
import { fitCanvas, type InsetStage } from "./inset_stage.ts";

/** The whole plane as it is painted. */
interface Painted {
  readonly canvas: OffscreenCanvas;
  readonly key: string;
}

/** Draws the coarsest tile of the plane. */
export class Overview {
  readonly canvas: HTMLCanvasElement;
  readonly #model: ViewerModel;
  readonly #stage: InsetStage;
  readonly #table = new Uint32Array(COLORS);
  #coloring = "";
  #equalizing: unknown;
  #painted: Painted | undefined;
  #isDragged = false;

  /**
   * Makes an overview, hidden.
   *
   * @param model The viewer's model.
   * @param stage The large picture.
   */
  constructor(model: ViewerModel, stage: InsetStage) {
    this.#model = model;
    this.#stage = stage;
    this.canvas = h("canvas", {
      class: "inset overview",
      hidden: true,
      title: "The whole image: drag the frame",
      onpointerdown: (event: PointerEvent) => {
        this.#isDragged = true;
        this.canvas.setPointerCapture(event.pointerId);
        this.#goTo(event);
      },
      onpointermove: (event: PointerEvent) => this.#isDragged && this.#goTo(event),
      onpointerup: () => this.#isDragged = false,
      onpointercancel: () => this.#isDragged = false,
    });
  }

  /** The view in which all of the plane is seen, turned as the large one is. */
  #viewOf(plane: PlaneShape, side: number): View {
    const size = { width: side, height: side, ratio: 1 };
    return fitView(plane, size, this.#stage.drawnView);
  }

  #goTo({ offsetX, offsetY }: PointerEvent): void {
    const { plane, drawnView } = this.#stage;
    const side = this.canvas.clientWidth;
    if (plane === undefined || side === 0) return;
    const view = this.#viewOf(plane, side);
    const [x, y] = toPixel(view, { width: side, height: side, ratio: 1 }, offsetX, offsetY);
    this.#stage.setView({ ...drawnView, x, y });
  }

  /** Redraws it. */
  draw(): void {
    const { plane, size } = this.#stage;
    const side = fitCanvas(this.canvas, size.ratio);
    const context = this.canvas.getContext("2d")!;
    context.setTransform(size.ratio, 0, 0, size.ratio, 0, 0);
    context.clearRect(0, 0, side, side);
    if (plane === undefined || side === 0) return;
    const view = this.#viewOf(plane, side);
    const painted = this.#paint(plane);
    if (painted !== undefined) this.#drawPlane(context, painted, plane, view, side);
    this.#drawFrame(context, view, side);
  }

  #drawPlane(
    context: CanvasRenderingContext2D,
    painted: OffscreenCanvas,
    plane: PlaneShape,
    view: View,
    side: number,
  ): void {
    const { a, b, c, d } = turnOf(view);
    const [left, top] = toScreen(view, { width: side, height: side, ratio: 1 }, 0.5, 0.5);
    context.save();
    context.transform(a, b, c, d, left, top);
    context.imageSmoothingEnabled = true;
    // The last row and column of a coarse tile may be of fewer pixels than the others.
    const step = 2 ** (plane.levels - 1);
    context.beginPath();
    context.rect(0, 0, plane.width, plane.height);
    context.clip();
    context.drawImage(painted, 0, 0, painted.width * step, painted.height * step);
    context.restore();
  }

  /** The frame around what the large picture shows. */
  #drawFrame(context: CanvasRenderingContext2D, view: View, side: number): void {
    const { drawnView, size } = this.#stage;
    const corners: readonly Point[] = [
      ...[[0, 0], [size.width, 0]] as const,
      ...[[size.width, size.height], [0, size.height]] as const,
    ];
    context.beginPath();
    for (const [left, top] of corners) {
      const [x, y] = toPixel(drawnView, size, left, top);
      context.lineTo(...toScreen(view, { width: side, height: side, ratio: 1 }, x, y));
    }
    context.closePath();
    context.lineWidth = 3.5;
    context.strokeStyle = "rgb(0 0 0 / 0.6)";
    context.stroke();
    context.lineWidth = 1.5;
    context.strokeStyle = "#ffb454";
    context.stroke();
  }

  /** The coarsest tile in the colours of now; what was painted before, until it is there. */
  #paint(plane: PlaneShape): OffscreenCanvas | undefined {
    const limits = this.#model.limits.value;
    const loaded = this.#stage.renderer.loader.get({ level: plane.levels - 1, x: 0, y: 0 });
    if (limits === undefined || loaded === undefined) {
      return this.#painted?.key.startsWith(`${plane.id} `) ? this.#painted.canvas : undefined;
    }
    const { isDraft } = loaded.tile;
    const coloring = this.#readColors();
    const key = `${plane.id} ${[limits.low, limits.high, isDraft, coloring].join()}`;
    if (this.#painted?.key !== key) {
      this.#painted = { key, canvas: this.#paintTile(loaded, limits) };
    }
    return this.#painted.canvas;
  }

  #readColors(): string {
    const { stretch, colormap, invert, bias, contrast, missing } = this.#model.state.value;
    const equalizing = this.#model.equalizing.value;
    const coloring = {
      ...{ stretch, colormap, invert, bias, contrast, missing },
      counts: equalizing?.counts,
    };
    const { validator } = this.#model.hdu.value!;
    const plain = [stretch, colormap, invert, bias, contrast, missing, validator];
    const key = JSON.stringify([...plain, equalizing?.low, equalizing?.high]);
    if (key !== this.#coloring || equalizing !== this.#equalizing) {
      colorTable(coloring, this.#table);
      // Other counts between the same ends are other colours.
      this.#painted = undefined;
    }
    this.#equalizing = equalizing;
    return this.#coloring = key;
  }

  #paintTile(loaded: LoadedTile, { low, high }: { low: number; high: number }): OffscreenCanvas {
    const { width, height } = loaded.tile;
    const image = new ImageData(width, height);
    const indices = this.#stage.renderer.loader.indicesOf(loaded, low, high);
    paintIndices(indices, this.#table, new Uint32Array(image.data.buffer));
    const canvas = new OffscreenCanvas(width, height);
    canvas.getContext("2d")!.putImageData(image, 0, 0);
    return canvas;
  }
}
