/** Columns of a table as a plot: one against another, or how its values are spread. */

import { ticksBetween } from "../../../fits/picture/plot/ticks.ts";
import { choice } from "../page/controls.ts";
import { fillWith, h, setText } from "../page/dom.ts";
import type { ColumnNumbers, HduInfo, TablePart } from "../source/picture_source.ts";
import { grouped } from "../view/choose_hdu.ts";
import type { ViewerModel } from "../view/model.ts";
import { conditionOf, countsOf, densityOf, MAX_POINTS, rangeOf } from "./column_plot.ts";

/** Pixels of the plot; it is stretched to what there is. */
const [WIDTH, HEIGHT] = [900, 420];
/** Bins of a histogram. */
const BINS = 100;

/** What a plot of a table is made for. */
export interface TablePlotOptions {
  readonly hdu: HduInfo;
  readonly columns: TablePart["columns"];
  /** The condition of the rows that are shown. */
  readonly filter: string | undefined;
  /** The columns that are plotted first, and what hears of others. */
  readonly chosen: readonly [x: string, y: string] | undefined;
  readonly onChoice: (x: string, y: string) => void;
  /** Takes the condition of the rows in a rectangle that was drawn. */
  readonly onSelect: (condition: string) => void;
  readonly signal: AbortSignal;
}

type Range = readonly [low: number, high: number];

/** Makes a plot. */
export function tablePlot(model: ViewerModel, options: TablePlotOptions): HTMLElement {
  return new TablePlot(model, options).element;
}

class TablePlot {
  readonly element: HTMLElement;
  readonly #model: ViewerModel;
  readonly #options: TablePlotOptions;
  readonly #x: HTMLSelectElement;
  readonly #y: HTMLSelectElement;
  readonly #canvas = h("canvas", { width: WIDTH, height: HEIGHT, role: "img" });
  readonly #marks = h("div", { class: "marks", "aria-hidden": "true" });
  readonly #words = h("p", { class: "hint" });
  readonly #image = h("a", { class: "as-image", hidden: true }, "As an image");
  #work = new AbortController();
  #ranges: readonly [x: Range, y: Range | undefined] | undefined;

  constructor(model: ViewerModel, options: TablePlotOptions) {
    this.#model = model;
    this.#options = options;
    const names = options.columns.map(({ name }) => [name, name] as const);
    const draw = () => void this.#draw();
    const [x, y] = [
      choice("x", names, draw),
      choice("y", [["", "how many"] as const, ...names], draw),
    ];
    [this.#x, this.#y] = [x.select, y.select];
    const columns = names.map(([name]) => name.toUpperCase());
    if (options.chosen !== undefined) [this.#x.value, this.#y.value] = options.chosen;
    else if (columns.includes("X") && columns.includes("Y")) {
      this.#x.value = names[columns.indexOf("X")]![0];
      this.#y.value = names[columns.indexOf("Y")]![0];
    }
    const area = h(
      "div",
      { class: "area", onpointerdown: (event: PointerEvent) => this.#select(event, area) },
      this.#canvas,
      this.#marks,
    );
    this.element = h(
      "section",
      { class: "table-plot", "aria-label": "Plot" },
      h("div", { class: "pager" }, x.element, y.element, this.#image),
      area,
      this.#words,
    );
    options.signal.addEventListener("abort", () => this.#work.abort(), { once: true });
    void this.#draw();
  }

  async #draw(): Promise<void> {
    this.#work.abort();
    this.#work = new AbortController();
    const signal = AbortSignal.any([this.#work.signal, this.#options.signal]);
    const [x, y] = [this.#x.value, this.#y.value];
    this.#options.onChoice(x, y);
    this.#link(x, y);
    setText(this.#words, "reading the columns\u2026");
    try {
      const { hdu, filter } = this.#options;
      const names = y === "" ? [x] : [x, y];
      const read = await this.#model.source.columns!(hdu, names, filter, signal);
      if (!signal.aborted) this.#show(names, read);
    } catch (error) {
      // Columns of text or of arrays are no fault of the file.
      if (!signal.aborted) this.#empty(error instanceof Error ? error.message : String(error));
    }
  }

  #empty(words: string): void {
    this.#ranges = undefined;
    this.#canvas.getContext("2d")!.clearRect(0, 0, WIDTH, HEIGHT);
    fillWith(this.#marks);
    setText(this.#words, words);
  }

  /** The address of the same columns as an image, where the file has an address. */
  #link(x: string, y: string): void {
    const { hdu, filter } = this.#options;
    this.#image.hidden = y === "" || this.#model.source.links.file === undefined ||
      /,/.test(x + y);
    const query = new URLSearchParams([["hdu", `${hdu.index}`], ["table", `${hdu.index}`]]);
    query.set("bin", `${x},${y}`);
    if (filter !== undefined) query.set("filter", filter);
    this.#image.href = `?${query}`.replaceAll("%2C", ",");
  }

  #show(names: readonly string[], { values, total }: ColumnNumbers): void {
    const [xs, ys] = values as [Float64Array, Float64Array | undefined];
    const x = rangeOf(xs);
    const counts = ys === undefined && x !== undefined ? countsOf(xs, x, BINS) : undefined;
    const y = ys === undefined ? [0, 1.05 * Math.max(1, ...counts ?? [])] as const : rangeOf(ys);
    if (x === undefined || y === undefined) return this.#empty("no row has values for both");
    this.#ranges = [x, ys === undefined ? undefined : y];
    const context = this.#canvas.getContext("2d")!;
    context.clearRect(0, 0, WIDTH, HEIGHT);
    context.fillStyle = getComputedStyle(this.#canvas).color;
    if (counts !== undefined) drawBars(context, counts, y[1]);
    else drawPoints(context, xs, ys!, [x, y]);
    const [head, other] = names.map((name) => {
      const unit = this.#options.columns.find((column) => column.name === name)?.unit ?? "";
      return unit === "" ? name : `${name} (${unit})`;
    });
    const what = other === undefined ? `How many rows have which ${head}` : `${other} by ${head}`;
    this.#canvas.setAttribute("aria-label", what);
    fillWith(this.#marks, ...ticks("left", x), ...ticks("bottom", y));
    const of = xs.length === total ? "" : ` of ${grouped(total)}`;
    setText(this.#words, `${what}: ${grouped(xs.length)}${of} rows. Draw over it to filter them.`);
  }

  /** A rectangle that is drawn with the pointer becomes a condition. */
  #select(start: PointerEvent, area: HTMLElement): void {
    if (start.button !== 0 || this.#ranges === undefined) return;
    const box = area.getBoundingClientRect();
    const frame = h("div", { class: "selection" });
    const place = (event: PointerEvent) =>
      [
        Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)),
        Math.min(1, Math.max(0, (event.clientY - box.top) / box.height)),
      ] as const;
    const from = place(start);
    area.setPointerCapture(start.pointerId);
    area.append(frame);
    const ended = new AbortController();
    const { signal } = ended;
    const move = (event: PointerEvent) => {
      const to = place(event);
      frame.style.left = `${Math.min(from[0], to[0]) * 100}%`;
      frame.style.width = `${Math.abs(from[0] - to[0]) * 100}%`;
      frame.style.top = this.#ranges![1] === undefined ? "0" : `${Math.min(from[1], to[1]) * 100}%`;
      frame.style.height = this.#ranges![1] === undefined
        ? "100%"
        : `${Math.abs(from[1] - to[1]) * 100}%`;
    };
    area.addEventListener("pointermove", move, { signal });
    area.addEventListener("pointercancel", () => (ended.abort(), frame.remove()), { signal });
    area.addEventListener("pointerup", (event) => {
      ended.abort();
      frame.remove();
      this.#take(from, place(event));
    }, { signal });
  }

  #take(from: readonly [number, number], to: readonly [number, number]): void {
    if (this.#ranges === undefined || Math.abs(from[0] - to[0]) < 0.005) return;
    const [x, y] = this.#ranges;
    const at = ([low, high]: Range, part: number) => low + (high - low) * part;
    const sorted = (a: number, b: number) => [Math.min(a, b), Math.max(a, b)] as const;
    const ranges: [string, number, number][] = [
      [this.#x.value, ...sorted(at(x, from[0]), at(x, to[0]))],
    ];
    if (y !== undefined) {
      ranges.push([this.#y.value, ...sorted(at(y, 1 - from[1]), at(y, 1 - to[1]))]);
    }
    this.#options.onSelect(conditionOf(ranges));
  }
}

function drawBars(context: CanvasRenderingContext2D, counts: Float64Array, top: number): void {
  const step = WIDTH / counts.length;
  for (const [i, count] of counts.entries()) {
    const height = count / top * HEIGHT;
    context.fillRect(i * step, HEIGHT - height, Math.max(1, step - 1), height);
  }
}

function drawPoints(
  context: CanvasRenderingContext2D,
  xs: Float64Array,
  ys: Float64Array,
  ranges: readonly [Range, Range],
): void {
  const [[left, right], [bottom, top]] = ranges;
  if (xs.length <= MAX_POINTS) {
    const size = xs.length > 5000 ? 2 : 3;
    for (let i = 0; i < xs.length; i++) {
      const x = (xs[i]! - left) / (right - left) * WIDTH;
      const y = (top - ys[i]!) / (top - bottom) * HEIGHT;
      // Comparisons with NaN are false: what has no value has no point.
      if (x >= 0 && y >= 0) context.fillRect(x - size / 2, y - size / 2, size, size);
    }
    return;
  }
  const [width, height] = [WIDTH / 2, HEIGHT / 2];
  const counts = densityOf(xs, ys, ranges, width, height);
  let most = 1;
  for (const count of counts) if (count > most) most = count;
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] === 0) continue;
    context.globalAlpha = 0.15 + 0.85 * Math.log1p(counts[i]!) / Math.log1p(most);
    context.fillRect(i % width * 2, Math.floor(i / width) * 2, 2, 2);
  }
  context.globalAlpha = 1;
}

function ticks(side: "left" | "bottom", [low, high]: Range): HTMLElement[] {
  return ticksBetween(low, high, side === "left" ? 8 : 5, "plain").map(({ value, label }) => {
    const tick = h("span", { class: `tick ${side}` }, label.replace(/^-/, "\u2212"));
    tick.style[side] = `${(value - low) / (high - low) * 100}%`;
    return tick;
  });
}
