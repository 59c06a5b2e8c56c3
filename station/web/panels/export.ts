/** What can be taken away: the picture as it is seen, the section in view, the link, the command. */

import { copyText } from "../page/controls.ts";
import { fillWith, h } from "../page/dom.ts";
import type { ViewerModel } from "../view/model.ts";

/** What the panel asks of the viewer. */
export interface ExportActions {
  /** The picture as it is seen, so many times as large; with what is drawn over it, or without. */
  picture(factor: number, withOverlays: boolean): Promise<Blob>;
  /** The section in view as FITS writes one, or undefined without an image. */
  section(): string | undefined;
  /** The command that gives the same picture, or undefined without an image. */
  command(): string | undefined;
  /** What a downloaded file is called, without its ending. */
  name(): string;
}

/** Fills a panel, and keeps it as the view is. */
export function exportPanel(
  model: ViewerModel,
  actions: ExportActions,
  signal: AbortSignal,
): HTMLElement {
  const overlays = h("input", { type: "checkbox", checked: true });
  const save = async (factor: number) => {
    const url = URL.createObjectURL(await actions.picture(factor, overlays.checked));
    h("a", { href: url, download: `${actions.name()}.png` }).click();
    // The download has its own hold on the bytes as soon as it has begun.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  };
  const links = h("ul", { class: "links" });
  const lines = h("div", { class: "lines" });
  const show = () => {
    const { value: hdu } = model.hdu;
    const section = actions.section();
    const [cutout, npy] = (["fits", "npy"] as const).map((format) =>
      hdu === undefined || section === undefined
        ? undefined
        : model.source.cutoutUrl(hdu, section, format)
    );
    const { file } = model.source.links;
    fillWith(
      links,
      cutout !== undefined &&
        h("li", {}, h("a", { href: cutout, download: "" }, "this view as FITS"), ` [${section}]`),
      npy !== undefined &&
        h("li", {}, h("a", { href: npy, download: "" }, "the same values as npy")),
      file !== undefined && h("li", {}, h("a", { href: file, download: "" }, "the whole file")),
    );
    const command = actions.command();
    fillWith(
      lines,
      copyLine("Link to this view", globalThis.location.href),
      command !== undefined && copyLine("The same picture by command", command),
    );
  };
  // The address follows the state a moment later.
  const later = () => void setTimeout(show, 300);
  model.state.watch(later, signal);
  model.hdu.watch(show, signal);
  return h(
    "div",
    { class: "panel-body" },
    h("h3", {}, "Picture as seen"),
    h(
      "p",
      { class: "buttons" },
      ...[1, 2, 4].map((factor) =>
        h("button", { type: "button", onclick: () => save(factor) }, `PNG ${factor}\u00d7`)
      ),
    ),
    h("label", { class: "check" }, overlays, "with what is drawn over it"),
    h("h3", {}, "Values"),
    links,
    lines,
  );
}

function copyLine(label: string, text: string): HTMLElement {
  const button = h("button", {
    type: "button",
    onclick: async () => {
      button.textContent = await copyText(text) ? "copied" : "select it and copy";
    },
  }, "copy");
  return h("div", { class: "copy-line" }, h("h3", {}, label), h("code", {}, text), button);
}
