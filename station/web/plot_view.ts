/** An image with one axis as a line, in the picture's place, with the value under the pointer. */

import { ticksBetween } from "../../fits/picture/plot/ticks.ts";
import { fillWith, h, setText, svg } from "./page/dom.ts";
import { lineColumns } from "./picture/line_plot.ts";
import { type Tile, valueAt } from "./picture/tile.ts";
import type { HduInfo } from "./source/picture_source.ts";
import { isLine } from "./view/choose_hdu.ts";
import type { ViewerModel } from "./view/model.ts";
import { valueText } from "./view/number_text.ts";

/** Values that are drawn at most: what a source gives at once. */
const MAX_VALUES = 1 << 22;
/** The plot's own units: it is stretched to what there is. */
const WIDTH = 1000;
const HEIGHT = 500;

/** Shows lines. */
export class PlotView {
  readonly element: HTMLElement = h("div", { class: "plot-view", hidden: true });
  readonly #model: ViewerModel;
  #work = new AbortController();

  /**
   * Makes a view without a line.
   *
   * @param model What is shown.
   * @param signal Ends it.
   */
  constructor(model: ViewerModel, signal: AbortSignal) {
    this.#model = model;
    model.hdu.watch((hdu) => {
      this.#work.abort();
      this.element.hidden = hdu === undefined || !isLine(hdu);
      fillWith(this.element);
      if (hdu !== undefined && isLine(hdu)) void this.#show(hdu);
    }, signal);
    signal.addEventListener("abort", () => this.#work.abort(), { once: true });
  }

  async #show(hdu: HduInfo): Promise<void> {
    this.#work = new AbortController();
    const { signal } = this.#work;
    const length = Math.min(hdu.shape[0]!, MAX_VALUES);
    const section = [`1:${length}`, ...hdu.shape.slice(1).map(() => "1:1")].join(",");
    try {
      const tile = await this.#model.source.values(hdu, section, signal);
      if (!signal.aborted) fillWith(this.element, ...this.#plot(hdu, tile, length));
    } catch (error) {
      if (!signal.aborted) this.#model.report(error);
    }
  }

  #plot(hdu: HduInfo, tile: Tile, length: number): HTMLElement[] {
    const values = Float64Array.from({ length }, (_, i) => valueAt(tile, i, 0).physical);
    const columns = lineColumns(values, WIDTH);
    const { low, high } = columns;
    const unit = hdu.unit === "" ? "" : ` ${hdu.unit}`;
    const words = h("p", { class: "hint" }, "move along the line to read its values");
    if (Number.isNaN(low)) return [h("p", { class: "hint" }, "no pixel has a value")];
    const [bottom, top] = low === high ? [low - 1, high + 1] : [low, high];
    const placeOf = (value: number) => (value - bottom) / (top - bottom);
    const marker = h("div", { class: "marker", hidden: true });
    const area = h(
      "div",
      {
        class: "area",
        onpointermove: (event: PointerEvent) => {
          const box = area.getBoundingClientRect();
          const place = (event.clientX - box.left) / box.width;
          const at = Math.min(length - 1, Math.max(0, Math.floor(place * length)));
          marker.hidden = false;
          marker.style.left = `${(at + 0.5) / length * 100}%`;
          const { physical } = valueAt(tile, at, 0);
          setText(words, `pixel ${at + 1}: ${valueText(physical, hdu.bitpix)}${unit}`);
        },
      },
      lineOf(columns, placeOf),
      ...labels(ticksBetween(bottom, top, 6, "plain"), placeOf, "bottom"),
      ...labels(
        ticksBetween(1, Math.max(2, length), 8, "plain"),
        (value) => (value - 0.5) / length,
        "left",
      ),
      marker,
    );
    const cut = hdu.shape[0]! > length ? `, the first ${length} of ${hdu.shape[0]} values` : "";
    return [h("p", { class: "about" }, `values${unit} by pixel${cut}`), area, words];
  }
}

/** The line as bars from the least to the greatest of each column, joined where they are few. */
function lineOf(
  { least, greatest }: ReturnType<typeof lineColumns>,
  placeOf: (value: number) => number,
): SVGElement {
  const step = WIDTH / least.length;
  const y = (value: number) => ((1 - placeOf(value)) * HEIGHT).toFixed(1);
  let path = "";
  let isGap = true;
  for (let i = 0; i < least.length; i++) {
    if (Number.isNaN(least[i])) {
      isGap = true;
      continue;
    }
    const x = ((i + 0.5) * step).toFixed(1);
    path += `${isGap ? "M" : "L"}${x} ${y(least[i]!)}V${y(greatest[i]!)}`;
    isGap = false;
  }
  return svg(
    "svg",
    {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      preserveAspectRatio: "none",
      role: "img",
      "aria-label": "The values as a line",
    },
    svg("path", { d: path }),
  );
}

function labels(
  ticks: readonly { readonly value: number; readonly label: string }[],
  placeOf: (value: number) => number,
  side: "left" | "bottom",
): HTMLElement[] {
  return ticks.map(({ value, label }) => {
    const tick = h("span", { class: `tick ${side}` }, label.replace(/^-/, "\u2212"));
    tick.style[side] = `${placeOf(value) * 100}%`;
    return tick;
  });
}
