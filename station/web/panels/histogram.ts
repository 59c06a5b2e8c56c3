/** The histogram with the limits as two handles, and the limits as numbers to type. */

import { choice, field } from "../page/controls.ts";
import { fillWith, h, setText, svg } from "../page/dom.ts";
import { missingColor } from "../picture/color_table.ts";
import type { HistogramAnswer } from "../source/picture_source.ts";
import type { ViewerModel } from "../view/model.ts";
import { briefText } from "../view/number_text.ts";

/** The plot's own units. */
const WIDTH = 320;
const HEIGHT = 140;
/** Bars of the plot: neighbouring bins together. */
const BARS = 160;

/** Fills a panel, and keeps it as the plane is. */
export function histogramPanel(model: ViewerModel, signal: AbortSignal): HTMLElement {
  const bars = svg("path", { class: "bars" });
  const shade = svg("rect", { class: "shade", y: 0, height: HEIGHT });
  const plot = svg(
    "svg",
    {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      preserveAspectRatio: "none",
      class: "histogram",
      "aria-hidden": "true",
    },
    bars,
    shade,
  );
  const handles = (["low", "high"] as const).map((which) => handle(model, which, () => range()));
  const frame = h("div", { class: "plot" }, plot, ...handles.map(({ element }) => element));
  const ends = h("p", { class: "ends" });
  const numbers = h("table", { class: "numbers" });
  const range = (): readonly [number, number] => {
    const histogram = model.histogram.value;
    const limits = model.limits.value;
    const low = histogram?.low ?? limits?.low ?? 0;
    const high = histogram?.high ?? limits?.high ?? 1;
    return high > low ? [low, high] : [low - 0.5, low + 0.5];
  };
  const show = () => {
    const histogram = model.histogram.value;
    bars.setAttribute("d", histogram === undefined ? "" : pathOf(histogram));
    const [low, high] = range();
    fillWith(ends, h("span", {}, briefText(low)), h("span", {}, briefText(high)));
    fillWith(numbers, ...rowsOf(histogram));
    const limits = model.limits.value;
    if (limits === undefined) return;
    const place = (value: number) => Math.min(1, Math.max(0, (value - low) / (high - low)));
    const [from, to] = [place(limits.low), place(limits.high)].toSorted((a, b) => a - b);
    shade.setAttribute("x", String(from! * WIDTH));
    shade.setAttribute("width", String((to! - from!) * WIDTH));
    handles[0]!.move(place(limits.low), limits.low);
    handles[1]!.move(place(limits.high), limits.high);
  };
  model.histogram.watch(show, signal);
  model.limits.watch(show, signal);
  model.wantHistogram();
  return h(
    "div",
    { class: "panel-body" },
    frame,
    ends,
    h("p", { class: "hint" }, "Drag the handles, or move them by the arrow keys."),
    h("div", { class: "sliders" }, ...SLIDERS.map((what) => slider(model, what, signal))),
    missingControls(model, signal),
    numbers,
  );
}

/** What of the colours is changed by sliders: its name, and its bounds as the slider has them. */
const SLIDERS = [
  { name: "bias", words: "Bias", low: 0, high: 1, of: (value: number) => value },
  // Steps of a slider are the same factor each.
  { name: "contrast", words: "Contrast", low: -3, high: 3.32, of: Math.log2 },
] as const;

function slider(
  model: ViewerModel,
  { name, words, low, high, of }: typeof SLIDERS[number],
  signal: AbortSignal,
): HTMLElement {
  const output = h("output", { "aria-live": "off" });
  const input = h("input", {
    type: "range",
    min: low,
    max: high,
    step: 0.01,
    oninput: () => {
      const value = Number(input.value);
      const wanted = name === "contrast" ? Math.min(10, 2 ** value) : value;
      model.change({ [name]: Number(wanted.toPrecision(3)) });
    },
  });
  model.state.watch((state) => {
    const place = Math.max(low, of(state[name]));
    if (Math.abs(Number(input.value) - place) > 0.006) input.value = String(place);
    setText(output, String(state[name]));
  }, signal);
  return field(words, input, output);
}

/** What is drawn where there is no value: a word, or a colour. */
function missingControls(model: ViewerModel, signal: AbortSignal): HTMLElement {
  const color = h("input", {
    type: "color",
    value: "#ff0000",
    oninput: () => model.change({ missing: color.value.slice(1) }),
  });
  const colorField = field("Colour", color);
  const kind = choice(
    "Without a value",
    [["hatch", "stripes"], ["transparent", "nothing"], ["color", "a colour"]],
    (value) => model.change({ missing: value === "color" ? color.value.slice(1) : value }),
  );
  model.state.watch(({ missing }) => {
    const isColor = missingColor(missing) !== 0;
    kind.select.value = isColor ? "color" : missing;
    colorField.hidden = !isColor;
    if (isColor) color.value = `#${missing}`;
  }, signal);
  return h("div", { class: "group" }, kind.element, colorField);
}

/** The counts as an area; heights grow with their logarithm. */
function pathOf({ counts }: HistogramAnswer): string {
  const step = counts.length / BARS;
  const sums = Array.from({ length: BARS }, (_, bar) => {
    let sum = 0;
    for (let i = Math.floor(bar * step); i < Math.floor((bar + 1) * step); i++) sum += counts[i]!;
    return Math.log1p(sum);
  });
  const most = Math.max(1e-9, ...sums);
  const width = WIDTH / BARS;
  const tops = sums.map((sum, bar) => {
    const y = (HEIGHT - sum / most * (HEIGHT - 4)).toFixed(1);
    return `V${y}H${((bar + 1) * width).toFixed(2)}`;
  });
  return `M0 ${HEIGHT}${tops.join("")}V${HEIGHT}Z`;
}

function rowsOf(histogram: HistogramAnswer | undefined): HTMLTableRowElement[] {
  if (histogram === undefined) return [];
  const { counts, below, above, missing, low, high } = histogram;
  const within = counts.reduce((sum, count) => sum + count, 0);
  const rows: [string, string][] = [
    ["shown", `${briefText(low)} to ${briefText(high)}`],
    ["pixels within", String(within)],
    ["below, above", `${below}, ${above}`],
    ["without a value", String(missing)],
  ];
  return rows.map(([name, text]) =>
    h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, text))
  );
}

/** A handle that is dragged, or moved by keys. */
function handle(
  model: ViewerModel,
  which: "low" | "high",
  range: () => readonly [number, number],
): { element: HTMLElement; move(place: number, value: number): void } {
  const set = (value: number) => {
    const limits = model.limits.value;
    if (limits === undefined) return;
    const wanted = Number(value.toPrecision(6));
    const [low, high] = which === "low" ? [wanted, limits.high] : [limits.low, wanted];
    model.change({ limits: `${low},${high}` });
  };
  const element = h("div", {
    class: `handle ${which}`,
    role: "slider",
    tabindex: 0,
    "aria-label": which === "low" ? "Low limit" : "High limit",
    onkeydown: (event: KeyboardEvent) => {
      const steps: Record<string, number> = {
        ArrowLeft: -1,
        ArrowDown: -1,
        ArrowRight: 1,
        ArrowUp: 1,
        PageDown: -10,
        PageUp: 10,
      };
      const step = steps[event.key];
      const limits = model.limits.value;
      if (step === undefined || limits === undefined) return;
      event.preventDefault();
      const [low, high] = range();
      set(limits[which] + step * (high - low) / 200);
    },
    onpointerdown: (event: PointerEvent) => element.setPointerCapture(event.pointerId),
    onpointermove: (event: PointerEvent) => {
      if (!element.hasPointerCapture(event.pointerId)) return;
      const box = element.parentElement!.getBoundingClientRect();
      const [low, high] = range();
      const place = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
      set(low + place * (high - low));
    },
  }, h("span", {}));
  return {
    element,
    move: (place, value) => {
      element.style.left = `${place * 100}%`;
      const [low, high] = range();
      element.setAttribute("aria-valuemin", String(low));
      element.setAttribute("aria-valuemax", String(high));
      element.setAttribute("aria-valuenow", String(value));
      setText(element.firstElementChild!, briefText(value));
    },
  };
}
