/** The panels beside the picture, under tabs; on phones a sheet beneath it. */

import { iconButton } from "./page/controls.ts";
import { fillWith, h } from "./page/dom.ts";
import type { ExportActions } from "./panels/export.ts";
import type { InfoDetails } from "./panels/info.ts";
import type { MarkActions } from "./panels/marks.ts";
import type { RegionActions } from "./panels/regions.ts";
import type { ViewerModel } from "./view/model.ts";
import { type PanelName, PANELS } from "./view/url_state.ts";

const WORDS: Readonly<Record<Exclude<PanelName, "none">, string>> = {
  hdus: "HDUs",
  header: "Header",
  histogram: "Histogram",
  regions: "Regions",
  spectrum: "Spectrum",
  marks: "Rows",
  info: "Info",
  export: "Save",
};

/** CSS pixels of the panels, and of a step by a key. */
const [MIN_WIDTH, MAX_WIDTH] = [320, 480];
const KEY_STEP = 16;

/** What panels need beyond the model. */
export interface PanelDetails extends InfoDetails, ExportActions, RegionActions, MarkActions {}

/** The area with the tabs. */
export class PanelArea {
  readonly element: HTMLElement;
  readonly #model: ViewerModel;
  readonly #details: PanelDetails;
  readonly #body = h("div", { class: "panel", role: "tabpanel", tabindex: -1 });
  readonly #tabs = new Map<PanelName, HTMLButtonElement>();
  #shown: PanelName | undefined;
  #open = new AbortController();

  /**
   * Makes the area, with the panel that the state names.
   *
   * @param model What is shown.
   * @param details What panels need beyond it.
   * @param signal Ends it.
   */
  constructor(model: ViewerModel, details: PanelDetails, signal: AbortSignal) {
    this.#model = model;
    this.#details = details;
    const names = PANELS.filter((name) => name !== "none");
    for (const name of names) {
      this.#tabs.set(
        name,
        h("button", {
          type: "button",
          role: "tab",
          "aria-selected": "false",
          onclick: () => this.show(name),
          onkeydown: (event: KeyboardEvent) => this.#key(event, name),
        }, WORDS[name]),
      );
    }
    const tabs = h(
      "div",
      { class: "panel-tabs", role: "tablist", "aria-label": "Panels" },
      ...this.#tabs.values(),
    );
    this.element = h(
      "aside",
      { class: "panels", "aria-label": "Panels" },
      this.#resizer(signal),
      h(
        "div",
        { class: "tab-bar" },
        tabs,
        iconButton("panel", "Hide or show the panels", () => this.#toggle()),
      ),
      this.#body,
    );
    model.state.watch(({ panel }) => this.#turn(panel), signal);
    model.hdu.watch((hdu) => {
      // What has no further axis has no spectrum.
      const isDeep = hdu?.shape.slice(2).some((length) => length > 1) === true;
      this.#tabs.get("spectrum")!.hidden = !isDeep || hdu.levels === 0;
    }, signal);
    model.info.watch((info) => {
      // Rows of other files stand in the address, or are of files of a station.
      const hasRows = info?.hdus.some(({ rows }) => rows !== undefined) === true;
      this.#tabs.get("marks")!.hidden = !hasRows && model.source.links.file === undefined;
      if (info !== undefined) this.#turn(model.state.value.panel);
    }, signal);
    signal.addEventListener("abort", () => this.#open.abort(), { once: true });
  }

  /** Shows a panel. */
  show(name: PanelName): void {
    this.#model.change({ panel: name });
  }

  #toggle(): void {
    this.show(this.#shown === "none" ? "hdus" : "none");
  }

  /** The edge towards the picture, which is dragged or moved by arrow keys. */
  #resizer(signal: AbortSignal): HTMLElement {
    const set = (width: number) => {
      const bounded = Math.round(Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, width)));
      this.element.style.setProperty("--panel-width", `${bounded}px`);
      edge.setAttribute("aria-valuenow", String(bounded));
    };
    const edge = h("div", {
      class: "panel-edge",
      role: "separator",
      tabindex: 0,
      "aria-orientation": "vertical",
      "aria-label": "Width of the panels",
      "aria-valuemin": MIN_WIDTH,
      "aria-valuemax": MAX_WIDTH,
      onpointerdown: (event: PointerEvent) => edge.setPointerCapture(event.pointerId),
      onpointermove: (event: PointerEvent) => {
        if (!edge.hasPointerCapture(event.pointerId)) return;
        set(this.element.getBoundingClientRect().right - event.clientX);
      },
      onkeydown: (event: KeyboardEvent) => {
        const step = event.key === "ArrowLeft" ? 1 : event.key === "ArrowRight" ? -1 : 0;
        if (step === 0) return;
        event.preventDefault();
        set(this.element.clientWidth + step * KEY_STEP);
      },
    });
    const observer = new ResizeObserver(() =>
      edge.setAttribute("aria-valuenow", String(this.element.clientWidth))
    );
    observer.observe(edge);
    signal.addEventListener("abort", () => observer.disconnect(), { once: true });
    return edge;
  }

  /** Arrow keys go from tab to tab. */
  #key(event: KeyboardEvent, name: PanelName): void {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const names = [...this.#tabs.keys()].filter((name) => !this.#tabs.get(name)!.hidden);
    const next = names[(names.indexOf(name) + step + names.length) % names.length]!;
    this.show(next);
    this.#tabs.get(next)!.focus();
  }

  #turn(wanted: PanelName | undefined): void {
    const info = this.#model.info.value;
    const name = wanted ?? (info === undefined || info.hdus.length > 1 ? "hdus" : "info");
    if (name === this.#shown) return;
    this.#shown = name;
    this.#open.abort();
    this.#open = new AbortController();
    this.element.classList.toggle("closed", name === "none");
    for (const [tab, button] of this.#tabs) {
      button.setAttribute("aria-selected", String(tab === name));
      button.tabIndex = tab === name || name === "none" && tab === "hdus" ? 0 : -1;
    }
    this.#body.setAttribute("aria-label", name === "none" ? "" : WORDS[name]);
    fillWith(this.#body);
    if (name !== "none") void this.#fill(name, this.#open.signal);
  }

  /** Loads what a panel is made by when it is looked at first. */
  async #fill(name: Exclude<PanelName, "none">, signal: AbortSignal): Promise<void> {
    try {
      const panel = await makePanel(name, this.#model, this.#details, signal);
      if (!signal.aborted) fillWith(this.#body, panel);
    } catch (error) {
      if (!signal.aborted) this.#model.report(error);
    }
  }
}

/** Loads all that panels are made by, where the network may be gone later. */
export async function loadPanels(): Promise<void> {
  await Promise.all([
    import("./panels/hdus.ts"),
    import("./panels/header.ts"),
    import("./panels/histogram.ts"),
    import("./panels/info.ts"),
    import("./panels/export.ts"),
    import("./panels/regions.ts"),
    import("./region_layer.ts"),
    import("./grid_layer.ts"),
    import("./insets/insets.ts"),
    import("./panels/spectrum.ts"),
    import("./panels/marks.ts"),
    import("./marks/layer.ts"),
    import("./panels/table_plot.ts"),
  ]);
}

async function makePanel(
  name: Exclude<PanelName, "none">,
  model: ViewerModel,
  details: PanelDetails,
  signal: AbortSignal,
): Promise<HTMLElement> {
  switch (name) {
    case "hdus":
      return (await import("./panels/hdus.ts")).hdusPanel(model, signal);
    case "header":
      return (await import("./panels/header.ts")).headerPanel(model, signal);
    case "histogram":
      return (await import("./panels/histogram.ts")).histogramPanel(model, signal);
    case "regions":
      return await (await import("./panels/regions.ts")).regionsPanel(model, details, signal);
    case "spectrum":
      return (await import("./panels/spectrum.ts")).spectrumPanel(model, signal);
    case "marks":
      return await (await import("./panels/marks.ts")).marksPanel(model, details, signal);
    case "info":
      return (await import("./panels/info.ts")).infoPanel(model, details, signal);
    case "export":
      return (await import("./panels/export.ts")).exportPanel(model, details, signal);
  }
}
