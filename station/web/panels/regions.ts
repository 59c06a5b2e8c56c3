/** The regions: drawn by buttons, listed, measured, opened from and saved as files of DS9. */

import { field } from "../page/controls.ts";
import { fillWith, h, svg } from "../page/dom.ts";
import { REGION_FRAMES, type RegionFrame } from "../regions/ds9_text.ts";
import { type Region, type ShapeName, SHAPES } from "../regions/shapes.ts";
import {
  MAX_PROFILE_WIDTH,
  type Profile,
  profileAlong,
  type RegionStatistics,
} from "../regions/statistics.ts";
import { isBackground, withoutBackground } from "../regions/background.ts";
import type { ViewerModel } from "../view/model.ts";
import { briefText, valueText } from "../view/number_text.ts";
import type { RegionEditor } from "../view/region_editor.ts";
import {
  csvOf,
  measuredRegion,
  type MeasureTask,
  numbersAsCsv,
  saveText,
} from "./region_numbers.ts";

/** What the panel asks of the viewer. */
export interface RegionActions {
  /** The regions, loaded when they are needed first. */
  regions(): Promise<RegionEditor>;
  /** What a downloaded file is called, without its ending. */
  name(): string;
}

/** How long a region rests before it is measured. */
const REST_MS = 150;
/** Rows of the list at most. */
const MAX_ROWS = 500;
const [PLOT_WIDTH, PLOT_HEIGHT] = [320, 120];

/** Fills a panel, and keeps it as the regions are. */
export async function regionsPanel(
  model: ViewerModel,
  actions: RegionActions,
  signal: AbortSignal,
): Promise<HTMLElement> {
  const editor = await actions.regions();
  const list = h("ol", { class: "region-list" });
  const unread = h("div", { class: "unread" });
  const fields = h("div", { class: "region-fields" });
  const numbers = h("div", { class: "region-numbers" });
  const show = () => {
    fillWith(
      list,
      ...editor.regions.value.slice(0, MAX_ROWS).map((region, i) => {
        const isSelected = i === editor.selected.value;
        return h(
          "li",
          {},
          h("button", {
            type: "button",
            "aria-pressed": String(isSelected),
            onclick: () => editor.selected.value = isSelected ? undefined : i,
          }, summaryOf(region)),
        );
      }),
    );
    fillWith(
      unread,
      editor.unread.value.length > 0 && h("h3", {}, "Not read"),
      ...editor.unread.value.slice(0, MAX_ROWS).map(({ text, reason }) =>
        h("p", {}, h("code", {}, text.slice(0, 200)), ` ${reason}`)
      ),
    );
  };
  let shown: Region | undefined;
  const showFields = () => {
    // A field that is being typed into stays as it is.
    if (fields.contains(document.activeElement) && editor.current?.name === shown?.name) return;
    shown = editor.current;
    fillWith(fields, ...fieldsOf(editor));
  };
  const measure = measuring(model, editor, { place: numbers, name: actions.name }, signal);
  const changed = () => {
    show();
    showFields();
    measure();
  };
  editor.regions.watch(changed, signal);
  editor.selected.watch(changed, signal);
  editor.unread.watch(show, signal);
  model.hdu.watch(measure, signal);
  let plane = String(model.plane);
  model.state.watch(() => {
    if (String(model.plane) === plane) return;
    plane = String(model.plane);
    measure();
  }, signal);
  return h(
    "div",
    { class: "panel-body regions" },
    shapeButtons(editor, signal),
    list,
    fields,
    numbers,
    fileButtons(model, editor, actions, signal),
    unread,
  );
}

/** A region in a line of the list. */
export function summaryOf({ name, points, sizes, isExcluded, properties }: Region): string {
  const text = properties.find(([name]) => name === "text")?.[1];
  const [x, y] = points[0]!.map((value) => Number(value.toFixed(3)));
  const place = name === "polygon" ? `${points.length} corners` : `${x}, ${y}`;
  const size = sizes.length === 0 ? "" : `; ${sizes.map(briefText).join(", ")}`;
  return `${isExcluded ? "\u2212 " : ""}${name} ${place}${size}${text ? ` \u2013 ${text}` : ""}`;
}

function shapeButtons(editor: RegionEditor, signal: AbortSignal): HTMLElement {
  const buttons = new Map<ShapeName, HTMLButtonElement>();
  for (const name of SHAPES) {
    if (name === "text") continue;
    const onclick = () => editor.armed.value = editor.armed.value === name ? undefined : name;
    buttons.set(name, h("button", { type: "button", "aria-pressed": "false", onclick }, name));
  }
  editor.armed.watch((armed) => {
    for (const [name, button] of buttons) {
      button.setAttribute("aria-pressed", String(name === armed));
    }
  }, signal);
  return h(
    "div",
    {},
    h("p", { class: "hint" }, "Choose a shape and drag on the picture; or press a and its letter."),
    h("div", { class: "buttons", role: "group", "aria-label": "Shapes" }, ...buttons.values()),
  );
}

const SIZE_NAMES: Readonly<Partial<Record<ShapeName, readonly string[]>>> = {
  circle: ["radius"],
  ellipse: ["radius 1", "radius 2"],
  box: ["width", "height"],
};

/** Numbers of the chosen region, to be typed. */
function fieldsOf(editor: RegionEditor): HTMLElement[] {
  const region = editor.current;
  if (region === undefined) return [];
  const number = (label: string, value: number, change: (value: number) => Partial<Region>) => {
    const input = h("input", {
      type: "number",
      step: "any",
      value: String(value),
      onchange: () => {
        const typed = input.valueAsNumber;
        if (Number.isFinite(typed) && editor.current !== undefined) {
          editor.replace({ ...editor.current, ...change(typed) });
        }
      },
    });
    return h("label", { class: "field" }, h("span", {}, label), input);
  };
  const { name, points, sizes, angle } = region;
  const many = points.length > 1;
  const places = points.slice(0, 8).flatMap(([x, y], i) => [
    number(many ? `x ${i + 1}` : "x", x, (value) => ({
      points: editor.current!.points.map((point, j) => j === i ? [value, point[1]] : point),
    })),
    number(many ? `y ${i + 1}` : "y", y, (value) => ({
      points: editor.current!.points.map((point, j) => j === i ? [point[0], value] : point),
    })),
  ]);
  const lengths = sizes.map((size, i) =>
    number(SIZE_NAMES[name]?.[i] ?? `radius ${i + 1}`, size, (value) => ({
      sizes: editor.current!.sizes.map((old, j) => j === i ? Math.max(0, value) : old),
    }))
  );
  const turn = name === "box" || name === "ellipse"
    ? [number("angle", angle, (value) => ({ angle: value }))]
    : [];
  return [
    h("div", { class: "number-fields" }, ...places, ...lengths, ...turn),
    h(
      "div",
      { class: "buttons" },
      h("button", { type: "button", onclick: () => editor.duplicate() }, "duplicate"),
      h("button", { type: "button", onclick: () => editor.exclude() }, "exclude or include"),
      h("button", {
        type: "button",
        "aria-pressed": String(isBackground(region)),
        onclick: () => editor.turnBackground(),
      }, "background"),
      h("button", { type: "button", onclick: () => editor.remove() }, "remove"),
    ),
  ];
}

/** Measures the chosen region when it has rested for a moment. */
function measuring(
  model: ViewerModel,
  editor: RegionEditor,
  { place, name }: { readonly place: HTMLElement; name(): string },
  signal: AbortSignal,
): () => void {
  let work = new AbortController();
  let rest: ReturnType<typeof setTimeout> | undefined;
  let across = 1;
  const widen = (pixels: number) => {
    across = pixels;
    void run();
  };
  signal.addEventListener("abort", () => {
    clearTimeout(rest);
    work.abort();
  }, { once: true });
  const run = async () => {
    work.abort();
    work = new AbortController();
    const own = work.signal;
    const region = editor.current;
    const plane = editor.plane(own);
    if (region === undefined || plane === undefined) return fillWith(place);
    try {
      const found = region.name === "line"
        ? await profilePlot(region, plane, { across, widen, name })
        : await numbersTable(region, { model, editor, plane, signal: own }, place);
      if (!own.aborted) fillWith(place, ...found);
    } catch (error) {
      if (own.aborted) return;
      if (error instanceof RangeError) fillWith(place, h("p", { class: "hint" }, error.message));
      else model.report(error);
    }
  };
  return () => {
    clearTimeout(rest);
    rest = setTimeout(() => void run(), REST_MS);
  };
}

type Plane = NonNullable<ReturnType<RegionEditor["plane"]>>;

async function numbersTable(
  region: Region,
  task: MeasureTask,
  place: HTMLElement,
): Promise<HTMLElement[]> {
  const { editor, plane } = task;
  if (region.name === "text") return [];
  if (region.name === "point") {
    const [x, y] = region.points[0]!.map(Math.round) as [number, number];
    const isThere = x >= 1 && x <= plane.width && y >= 1 && y <= plane.height;
    const values = isThere ? await plane.read({ left: x, right: x, bottom: y, top: y }) : [NaN];
    return [tableOf([["pixel", `${x}, ${y}`], ["value", valueText(values[0]!)]])];
  }
  const onProgress = (part: number) => {
    if (part < 1) {
      fillWith(place, h("p", { class: "hint" }, `measured ${Math.floor(part * 100)} %`));
    }
  };
  const found = await measuredRegion(region, { ...task, onProgress });
  const others = isBackground(region) ? [] : editor.regions.value.filter(isBackground);
  const background: RegionStatistics[] = [];
  for (const other of others) background.push(await measuredRegion(other, task));
  const net = withoutBackground(found, background);
  const more: [string, string][] = net === undefined
    ? []
    : [["background", valueText(net.background)], ["sum without it", valueText(net.net)]];
  return [tableOf([...rowsOf(found, editor.scaleAt(region.points[0]!)), ...more])];
}

function rowsOf(found: RegionStatistics, scale: number | undefined): [string, string][] {
  const at = (place: readonly number[] | undefined) =>
    place === undefined ? "" : ` at ${place.map((value) => value.toFixed(0)).join(", ")}`;
  const area = scale === undefined ? undefined : found.pixels * (scale * 3600) ** 2;
  return [
    ["pixels", String(found.pixels)],
    ["without a value", String(found.missing)],
    ["sum", valueText(found.sum)],
    ["mean", valueText(found.mean)],
    ["median", valueText(found.median)],
    ["deviation", valueText(found.stddev)],
    ["least", valueText(found.min) + at(found.minAt)],
    ["greatest", valueText(found.max) + at(found.maxAt)],
    ...found.centroid === undefined
      ? []
      : [["centroid", found.centroid.map((value) => value.toFixed(3)).join(", ")]] as [
        ...[[string, string]],
      ],
    ...area === undefined
      ? []
      : [["area", `${briefText(area)} arcsec\u00b2`]] as [[string, string]],
  ];
}

function tableOf(rows: readonly (readonly [name: string, text: string])[]): HTMLElement {
  return h(
    "table",
    { class: "numbers" },
    h("caption", { class: "unseen" }, "Statistics of the region"),
    h(
      "tbody",
      {},
      ...rows.map(([name, text]) =>
        h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, text))
      ),
    ),
  );
}

/** The values along a line as a plot, and its ends in words. */
async function profilePlot(
  region: Region,
  plane: Plane,
  { across, widen, name }: {
    readonly across: number;
    readonly widen: (pixels: number) => void;
    readonly name: () => string;
  },
): Promise<(HTMLElement | SVGElement)[]> {
  const [from, to] = region.points as [Region["points"][number], Region["points"][number]];
  const profile = await profileAlong(from, to, plane, across);
  const { distances, values } = profile;
  const finite = values.filter(Number.isFinite);
  const [low, high] = finite.reduce(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, -Infinity],
  );
  const length = distances.at(-1)! || 1;
  const toX = (distance: number) => (distance / length * PLOT_WIDTH).toFixed(2);
  const down = (value: number) =>
    (PLOT_HEIGHT - 2 - (value - low!) / (high! - low! || 1) * (PLOT_HEIGHT - 4)).toFixed(2);
  let path = "";
  for (const [i, value] of values.entries()) {
    if (!Number.isFinite(value)) continue;
    path += `${Number.isFinite(values[i - 1]) ? "L" : "M"}${toX(distances[i]!)} ${down(value)}`;
  }
  return [
    svg(
      "svg",
      {
        viewBox: `0 0 ${PLOT_WIDTH} ${PLOT_HEIGHT}`,
        preserveAspectRatio: "none",
        class: "profile",
        role: "img",
        "aria-label": "Profile along the line",
      },
      svg("path", { d: path, "vector-effect": "non-scaling-stroke" }),
    ),
    tableOf([
      ["length", `${briefText(length)} pixels`],
      ["values", `${finite.length} of ${values.length}`],
      ["least", finite.length === 0 ? "no value" : valueText(low!)],
      ["greatest", finite.length === 0 ? "no value" : valueText(high!)],
    ]),
    h(
      "div",
      { class: "pager" },
      field(
        "Pixels across",
        h("input", {
          ...{ type: "number", min: 1, max: MAX_PROFILE_WIDTH, value: across },
          onchange: (event: Event) => {
            const typed = (event.target as HTMLInputElement).valueAsNumber;
            if (Number.isSafeInteger(typed)) widen(Math.min(MAX_PROFILE_WIDTH, Math.max(1, typed)));
          },
        }),
      ),
      h("button", {
        type: "button",
        onclick: () => saveText(profileAsCsv(profile), `${name()}-profile.csv`, "text/csv"),
      }, "Profile as CSV"),
    ),
  ];
}

/** The values along a line as CSV; nothing where there is none. */
function profileAsCsv({ distances, values }: Profile): string {
  return csvOf([
    ["distance_pixels", "value"],
    ...distances.map((distance, i) => [distance, values[i]]),
  ]);
}

function fileButtons(
  model: ViewerModel,
  editor: RegionEditor,
  actions: RegionActions,
  signal: AbortSignal,
): HTMLElement {
  const saveNumbers = async () => {
    const plane = editor.plane(signal);
    if (plane === undefined) return;
    try {
      const text = await numbersAsCsv({ model, editor, plane, signal });
      saveText(text, `${actions.name()}-regions.csv`, "text/csv");
    } catch (error) {
      if (!signal.aborted) model.report(error);
    }
  };
  const chosen = h("input", {
    type: "file",
    accept: ".reg,text/plain",
    "aria-label": "Open a file of regions",
    onchange: async () => {
      const [file] = chosen.files ?? [];
      if (file !== undefined) editor.open(await file.text());
      chosen.value = "";
    },
  });
  const frames = REGION_FRAMES.filter((frame) => editor.hasFrame(frame));
  const frame = h(
    "select",
    { "aria-label": "Frame of the file" },
    ...frames.map((name) => h("option", { value: name }, name)),
  );
  const save = () => {
    saveText(editor.text(frame.value as RegionFrame), `${actions.name()}.reg`, "text/plain");
  };
  return h(
    "div",
    { class: "region-files" },
    h("h3", {}, "Files of DS9"),
    chosen,
    h(
      "div",
      { class: "buttons" },
      h("button", { type: "button", onclick: save }, "Save"),
      frame,
      h("button", { type: "button", onclick: saveNumbers }, "Numbers as CSV"),
      h("button", { type: "button", onclick: () => editor.clear() }, "Remove all"),
    ),
  );
}
