/** The colour bar: which value has which colour. */

import { ticksBetween } from "../../fits/picture/plot/ticks.ts";
import { fillWith, h } from "./page/dom.ts";
import { type Coloring, COLORS, colorTable } from "./picture/color_table.ts";

/** Colours side by side. */
const STEPS = 512;

/** A bar with ticks at round values. */
export class ColorBar {
  readonly element: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #ticks: HTMLElement;

  /** Makes a bar without colours. */
  constructor() {
    this.#canvas = h("canvas", { width: STEPS, height: 1, "aria-hidden": "true" });
    this.#ticks = h("div", { class: "ticks" });
    this.element = h(
      "div",
      { class: "color-bar", "aria-hidden": "true" },
      this.#canvas,
      this.#ticks,
    );
  }

  /**
   * Shows colours and values.
   *
   * @param coloring How values become colours.
   * @param scale The limits; without them there are no ticks.
   * @param unit The unit of the values.
   */
  show(
    coloring: Coloring,
    scale: { readonly low: number; readonly high: number } | undefined,
    unit: string,
  ): void {
    const table = colorTable(coloring);
    const image = new ImageData(STEPS, 1);
    const pixels = new Uint32Array(image.data.buffer);
    for (let i = 0; i < STEPS; i++) pixels[i] = table[Math.round(i / (STEPS - 1) * (COLORS - 2))]!;
    this.#canvas.getContext("2d")!.putImageData(image, 0, 0);
    if (scale === undefined) return fillWith(this.#ticks);
    const { low, high } = scale;
    const width = this.element.clientWidth || 600;
    const ticks = ticksBetween(low, high, Math.max(2, Math.floor(width / 90)), "plain");
    fillWith(
      this.#ticks,
      ...ticks.map(({ value, label }) => {
        const tick = h("span", {}, label.replace(/^-/, "\u2212"));
        tick.style.left = `${(value - low) / (high - low) * 100}%`;
        return tick;
      }),
      unit !== "" && h("span", { class: "unit" }, unit),
    );
  }
}
