/** Rows of a table on the image: which table, which columns, and the row at the cross-hair. */

import { choice } from "../page/controls.ts";
import { fillWith, h, setText } from "../page/dom.ts";
import { MARK_FRAMES, type MarkFrame } from "../marks/choose.ts";
import type { MarkLayer, ShownMarks } from "../marks/layer.ts";
import { grouped } from "../view/choose_hdu.ts";
import type { ViewerModel } from "../view/model.ts";

/** What the panel asks of the viewer. */
export interface MarkActions {
  /** The rows on the image, loaded when they are needed first. */
  marks(): Promise<MarkLayer>;
}

/** CSS pixels within which a row is at the cross-hair. */
const NEAR = 12;
/** Columns of a row that are shown. */
const MAX_CELLS = 40;

/** Fills a panel, and keeps it as the rows and the cross-hair are. */
export async function marksPanel(
  model: ViewerModel,
  actions: MarkActions,
  signal: AbortSignal,
): Promise<HTMLElement> {
  const layer = await actions.marks();
  const tables = h("div", { class: "buttons" });
  const other = h("input", {
    type: "text",
    placeholder: "catalog.fits[1]",
    "aria-label": "A table of another file",
    onchange: () => {
      const match = /^([^[\],]+)(?:\[([^[\]]+)\])?$/.exec(other.value.trim());
      if (match !== null) layer.choose({ path: match[1], hdu: match[2], columns: undefined });
    },
  });
  const controls = h("div", { class: "mark-columns" });
  const words = h("p", { role: "status" });
  const row = h("div", { class: "mark-row" });
  const tell = () => setText(words, wordsOf(layer));
  model.info.watch((info) => {
    const found = info?.hdus.filter(({ rows, damage }) =>
      rows !== undefined && damage === undefined
    );
    fillWith(
      tables,
      ...(found ?? []).slice(0, 50).map(({ index, name, rows }) =>
        h("button", {
          type: "button",
          onclick: () => layer.choose({ path: undefined, hdu: String(index), columns: undefined }),
        }, `${name || `HDU ${index}`} (${grouped(rows!)} rows)`)
      ),
    );
  }, signal);
  layer.shown.watch((shown) => {
    fillWith(controls, ...(shown === undefined ? [] : controlsOf(layer, shown)));
    tell();
  }, signal);
  let work = new AbortController();
  const showRow = async () => {
    work.abort();
    work = new AbortController();
    const own = work.signal;
    const { cursor } = model.state.value;
    const shown = layer.shown.value;
    const number = cursor === undefined ? undefined : layer.rowAt(cursor, NEAR);
    if (number === undefined || shown === undefined) return fillWith(row);
    try {
      const part = await shown.source.rows(shown.table, number, number, {}, own);
      if (!own.aborted) fillWith(row, rowTable(number, part.columns, part.rows[0] ?? []));
    } catch (error) {
      if (!own.aborted) model.report(error);
    }
  };
  layer.places.watch(() => {
    tell();
    void showRow();
  }, signal);
  layer.problem.watch(tell, signal);
  let cursor = "";
  model.state.watch((state) => {
    const now = String(state.cursor);
    if (now === cursor) return;
    cursor = now;
    void showRow();
  }, signal);
  signal.addEventListener("abort", () => work.abort(), { once: true });
  const others = model.source.links.file === undefined ? [] : [other];
  return h(
    "div",
    { class: "panel-body marks-panel" },
    h("p", { class: "hint" }, "Rows of a table as circles on the image, by their places."),
    tables,
    ...others,
    controls,
    words,
    row,
  );
}

function wordsOf(layer: MarkLayer): string {
  if (layer.problem.value !== "") return layer.problem.value;
  const places = layer.places.value;
  if (layer.shown.value === undefined) {
    return layer.choice === undefined ? "No table is drawn." : "Reading the table\u2026";
  }
  if (places === undefined) return "This HDU is no image.";
  const { count, x } = places;
  return `${grouped(count)} of ${grouped(x.length)} rows have a place on the image. ` +
    "The cross-hair (c) tells the row under it.";
}

/** The two columns, their frame, and the end of it. */
function controlsOf(layer: MarkLayer, { choice: chosen, all, columns }: ShownMarks): HTMLElement[] {
  const names = all.map(({ name }) => [name, name] as const);
  const none = [["", "choose"] as const];
  const change = () => {
    if (x.select.value === "" || y.select.value === "") return;
    const frame = frames.select.value as MarkFrame;
    layer.choose({ ...chosen, columns: { x: x.select.value, y: y.select.value, frame } });
  };
  const x = choice("First", [...none, ...names], change);
  const y = choice("Second", [...none, ...names], change);
  const frames = choice("Places of", MARK_FRAMES.map((name) => [name, name] as const), change);
  x.select.value = columns?.x ?? "";
  y.select.value = columns?.y ?? "";
  frames.select.value = columns?.frame ?? "native";
  return [
    h("div", { class: "pager" }, x.element, y.element, frames.element),
    h(
      "div",
      { class: "buttons" },
      h("button", { type: "button", onclick: () => layer.choose(undefined) }, "Take them away"),
    ),
  ];
}

function rowTable(
  number: number,
  columns: readonly { readonly name: string; readonly unit: string }[],
  cells: readonly string[],
): HTMLElement {
  return h(
    "table",
    { class: "numbers" },
    h("caption", {}, `Row ${grouped(number)}`),
    h(
      "tbody",
      {},
      ...columns.slice(0, MAX_CELLS).map(({ name, unit }, i) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, name),
          h("td", {}, `${cells[i] ?? ""}${unit === "" ? "" : ` ${unit}`}`),
        )
      ),
    ),
  );
}
