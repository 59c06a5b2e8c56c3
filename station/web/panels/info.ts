/** What the file and the HDU are, in words. */

import { fillWith, h, setText } from "../page/dom.ts";
import type { ViewerModel } from "../view/model.ts";
import { contentsOf, grouped, titleOf } from "../view/choose_hdu.ts";
import { briefText } from "../view/number_text.ts";
import { formatBytes } from "../../../net/format_bytes.ts";
import { cardText } from "./header.ts";

/** Keywords that say what was looked at, with their names in words. */
const KEYWORDS: readonly (readonly [keyword: string, words: string])[] = [
  ["OBJECT", "object"],
  ["DATE-OBS", "observed"],
  ["TELESCOP", "telescope"],
  ["INSTRUME", "instrument"],
  ["DETECTOR", "detector"],
  ["FILTER", "filter"],
  ["WAVELNTH", "wavelength"],
  ["EXPTIME", "exposure"],
  ["OBSERVER", "observer"],
  ["ORIGIN", "origin"],
];

/** What else is told. */
export interface InfoDetails {
  /** What of the coordinates is left out. */
  problems(): readonly string[];
  /** Bytes that the picture holds: values, and what is painted of them. */
  memory(): { readonly values: number; readonly painted: number };
}

/** Milliseconds between two looks at the memory. */
const MEMORY_MS = 2_000;

/** Fills a panel, and keeps it as the HDU is. */
export function infoPanel(
  model: ViewerModel,
  details: InfoDetails,
  signal: AbortSignal,
): HTMLElement {
  const list = h("dl", { class: "facts" });
  const notes = h("ul", { class: "notes" });
  const memory = h("dd", { class: "memory" });
  const measure = () => {
    const { values, painted } = details.memory();
    setText(memory, `${formatBytes(values)} of values, ${formatBytes(painted)} of pictures`);
  };
  const timer = setInterval(measure, MEMORY_MS);
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
  const show = () => {
    const { value: info } = model.info;
    const { value: hdu } = model.hdu;
    if (info === undefined || hdu === undefined) return;
    const facts: [string, string][] = [
      ["file", info.name],
      ["size", `${formatBytes(info.bytes)} (${grouped(info.bytes)} bytes)`],
      ["HDU", `${titleOf(hdu)}, ${hdu.kind}`],
      ["holds", contentsOf(hdu)],
    ];
    if (hdu.unit !== "") facts.push(["unit", hdu.unit]);
    const limits = model.limits.value;
    if (limits !== undefined) {
      const how = limits.exact ? "of every pixel" : "of a sample";
      facts.push(["limits", `${briefText(limits.low)} to ${briefText(limits.high)}, ${how}`]);
    }
    for (const [keyword, words] of KEYWORDS) {
      const value = model.header.value?.get(keyword);
      if (value !== undefined && value !== null) facts.push([words, cardText(value)]);
    }
    fillWith(
      list,
      ...facts.map(([name, text]) => h("div", {}, h("dt", {}, name), h("dd", {}, text))),
      h("div", {}, h("dt", {}, "memory"), memory),
    );
    measure();
    const rows = model.header.value?.text("ROWORDER") === "TOP-DOWN"
      ? ["ROWORDER is TOP-DOWN: the first row is drawn at the top; coordinates stay those of FITS"]
      : [];
    fillWith(notes, ...[...rows, ...details.problems()].map((text) => h("li", {}, text)));
  };
  model.hdu.watch(show, signal);
  model.header.watch(show, signal);
  model.limits.watch(show, signal);
  return h("div", { class: "panel-body" }, list, notes);
}
