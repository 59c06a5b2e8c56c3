/** The list of HDUs: all of them, whatever their number, with what each holds. */

import { fillWith, h, setText } from "../page/dom.ts";
import type { HduInfo } from "../source/picture_source.ts";
import { contentsOf, isLine, isPicture, titleOf } from "../view/choose_hdu.ts";
import type { ViewerModel } from "../view/model.ts";

/** From how many HDUs on they can be filtered. */
const FILTER_FROM = 12;

/** Fills a panel, and keeps it as the file is. */
export function hdusPanel(model: ViewerModel, signal: AbortSignal): HTMLElement {
  const list = h("ul", { class: "hdus" });
  const filter = h("input", {
    type: "search",
    placeholder: "filter",
    "aria-label": "Filter the HDUs",
    oninput: () => show(),
  });
  const newest = h("input", {
    type: "checkbox",
    checked: model.followsNewest,
    onchange: () => model.followsNewest = newest.checked,
  });
  const writing = h("p", { class: "hint", role: "status" });
  // Files of a station are watched while they are looked at.
  const follow = model.source.links.file === undefined
    ? []
    : [h("label", { class: "check" }, newest, "show the newest HDU when it comes")];
  const panel = h("div", { class: "panel-body" }, list, writing, ...follow);
  const show = () => {
    const hdus = model.info.value?.hdus ?? [];
    const words = filter.value.trim().toLowerCase();
    const shown = hdus.filter((hdu) => textOf(hdu).toLowerCase().includes(words));
    if (hdus.length >= FILTER_FROM && !panel.contains(filter)) panel.prepend(filter);
    fillWith(list, ...shown.map((hdu) => item(hdu, model)));
    const last = hdus.at(-1);
    const isWriting = model.info.value?.growing === true && last !== undefined;
    setText(writing, isWriting ? `HDU ${last.index} is being written` : "");
  };
  model.info.watch(show, signal);
  model.hdu.watch(() => {
    const current = model.hdu.value?.index;
    for (const button of list.querySelectorAll("button")) {
      const isCurrent = button.dataset.hdu === String(current);
      if (isCurrent) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  }, signal);
  return panel;
}

function textOf(hdu: HduInfo): string {
  return `${titleOf(hdu)} ${hdu.kind} ${contentsOf(hdu)} ${hdu.unit}`;
}

function item(hdu: HduInfo, model: ViewerModel): HTMLLIElement {
  const unit = hdu.unit === "" ? "" : `, ${hdu.unit}`;
  return h(
    "li",
    {},
    h(
      "button",
      {
        type: "button",
        "data-hdu": hdu.index,
        "aria-current": hdu === model.hdu.value && "true",
        class: hdu.damage === undefined ? undefined : "damaged",
        onclick: () => model.showHdu(hdu.index),
      },
      h("span", { class: `pictogram ${pictogramOf(hdu)}`, "aria-hidden": "true" }),
      h("strong", {}, titleOf(hdu)),
      h("span", { class: "kind" }, hdu.kind),
      h("span", { class: "contents" }, contentsOf(hdu) + unit),
    ),
  );
}

function pictogramOf(hdu: HduInfo): string {
  if (hdu.damage !== undefined) return "of-damage";
  if (hdu.rows !== undefined) return "of-table";
  if (isLine(hdu)) return "of-line";
  if (!isPicture(hdu)) return "of-nothing";
  return hdu.shape.length > 2 && hdu.planes > 1 ? "of-cube" : "of-image";
}
