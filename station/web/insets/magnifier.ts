/** A magnifying glass: what is at the pointer, eight times as large as on the screen. */

import { h } from "../page/dom.ts";
import { fitCanvas, type InsetStage } from "./inset_stage.ts";

/** How many times as large. */
const TIMES = 8;

/** Shows what is at the pointer; without one, what is in the middle. */
export class Magnifier {
  readonly canvas: HTMLCanvasElement;
  readonly #stage: InsetStage;

  /**
   * Makes a glass, hidden.
   *
   * @param stage The large picture.
   */
  constructor(stage: InsetStage) {
    this.#stage = stage;
    this.canvas = h("canvas", { class: "inset magnifier", hidden: true });
  }

  /** Redraws it. */
  draw(): void {
    const { pointer, middle, size, renderer } = this.#stage;
    const side = fitCanvas(this.canvas, size.ratio);
    const context = this.canvas.getContext("2d")!;
    const pixels = this.canvas.width;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, pixels, pixels);
    if (side === 0) return;
    const [x, y] = pointer ?? middle;
    const part = pixels / TIMES;
    context.imageSmoothingEnabled = false;
    context.drawImage(
      renderer.canvas,
      ...[x * size.ratio - part / 2, y * size.ratio - part / 2, part, part] as const,
      ...[0, 0, pixels, pixels] as const,
    );
    // What of the screen the pointer is at.
    const box = Math.max(TIMES, 6) * size.ratio;
    context.lineWidth = 3;
    context.strokeStyle = "rgb(0 0 0 / 0.6)";
    context.strokeRect((pixels - box) / 2, (pixels - box) / 2, box, box);
    context.lineWidth = 1.5;
    context.strokeStyle = "#ffb454";
    context.strokeRect((pixels - box) / 2, (pixels - box) / 2, box, box);
  }
}
