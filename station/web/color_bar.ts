/** The colour bar: which value has which colour. */

import { ticksBetween } from "../../fits/picture/plot/ticks.ts";
import { fillWith, h } from "./page/dom.ts";
import { type Coloring, COLORS, colorTable } from "./picture/color_table.ts";

/** Colours side by side. */
const STEPS = 512;
/** CSS pixels of a drag up or down that count as the height of a picture. */
const HEIGHT = 300;
/** CSS pixels within which a press is a click. */
const CLICK = 3;
/** Parts of the range that a click can tell apart. */
const PARTS = 1_000;

/** What the bar asks for. */
export interface ColorBarActions {
  /** Bias and contrast, by parts of the width and the height. */
  adjust(right: number, down: number): void;
  /** Other ends of the scale. */
  setLimits(low: number, high: number): void;
}

/**
 * A bar with ticks at round values. A drag on it changes bias and contrast, a click makes the
 * value there the nearer end of the scale.
 */
export class ColorBar {
  readonly element: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #ticks: HTMLElement;
  readonly #actions: ColorBarActions;
  #scale: { readonly low: number; readonly high: number } | undefined;
  #last: PointerEvent | undefined;
  #isDragged = false;

  /**
   * Makes a bar without colours.
   *
   * @param actions What it asks for.
   */
  constructor(actions: ColorBarActions) {
    this.#actions = actions;
    this.#canvas = h("canvas", { width: STEPS, height: 1, "aria-hidden": "true" });
    this.#ticks = h("div", { class: "ticks" });
    this.element = h(
      "div",
      {
        class: "color-bar",
        "aria-hidden": "true",
        title: "Drag: bias and contrast. Click: the nearer limit becomes the value there",
        onpointerdown: (event: PointerEvent) => this.#down(event),
        onpointermove: (event: PointerEvent) => this.#move(event),
        onpointerup: (event: PointerEvent) => this.#up(event),
        onpointercancel: () => this.#last = undefined,
      },
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
    this.#scale = scale;
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

  #down(event: PointerEvent): void {
    if (event.button !== 0 || !event.isPrimary) return;
    this.element.setPointerCapture(event.pointerId);
    this.#last = event;
    this.#isDragged = false;
  }

  #move(event: PointerEvent): void {
    const last = this.#last;
    if (last === undefined || event.pointerId !== last.pointerId) return;
    const [right, down] = [event.clientX - last.clientX, event.clientY - last.clientY];
    if (!this.#isDragged && Math.hypot(right, down) < CLICK) return;
    this.#isDragged = true;
    this.#last = event;
    this.#actions.adjust(right / this.#canvas.clientWidth, down / HEIGHT);
  }

  #up(event: PointerEvent): void {
    const isClick = this.#last?.pointerId === event.pointerId && !this.#isDragged;
    this.#last = undefined;
    const scale = this.#scale;
    if (!isClick || scale === undefined) return;
    const box = this.#canvas.getBoundingClientRect();
    const part = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    const value = roundedBy(scale.low + part * (scale.high - scale.low), scale);
    const [low, high] = part < 0.5 ? [value, scale.high] : [scale.low, value];
    if (low < high) this.#actions.setLimits(low, high);
  }
}

/** A value with as many digits as the width of a screen can tell apart. */
function roundedBy(
  value: number,
  { low, high }: { readonly low: number; readonly high: number },
): number {
  const power = Math.floor(Math.log10((high - low) / PARTS));
  if (!Number.isFinite(power)) return value;
  const times = 10 ** Math.abs(power);
  return power < 0 ? Math.round(value * times) / times : Math.round(value / times) * times;
}
