/** Several pictures in one page: one after the other, side by side, or as colours of one. */

import { createViewer, type Viewer } from "./create_viewer.ts";
import { choice, iconButton } from "./page/controls.ts";
import { fillWith, h, setText, svg } from "./page/dom.ts";
import { alignedView, type PixelMap, pixelMap } from "./sky/align.ts";
import { WorldReadout } from "./sky/readout.ts";
import type { View } from "./picture/transform.ts";
import type { CardList } from "./source/card_list.ts";
import { stationFile, StationSource } from "./source/station_source.ts";
import { PageAddress } from "./page/address.ts";
import {
  DEFAULT_STATE,
  readState,
  roundView,
  type ViewState,
  writeState,
} from "./view/url_state.ts";

/** Pictures of one page. */
const MAX_PICTURES = 8;
/** Pictures a second while they follow one another, and at most where motion is to be little. */
const [BLINK_RATE, MAX_CALM_RATE] = [2, 3];
const BLINK_RATES: readonly number[] = [0.5, 1, 2, 4, 7, 10];
const LAYOUTS = ["blink", "grid", "rgb"] as const;
const LOCKS = ["wcs", "pixel", "none"] as const;
/** What of the state is the colouring. */
const COLORING = [
  ...["stretch", "limits", "scope", "colormap", "invert", "bias", "contrast", "missing"] as const,
] as const;
/** The colours of the first three pictures where they are one. */
const CHANNELS = ["red", "green", "blue"] as const;

type Layout = typeof LAYOUTS[number];
type Lock = typeof LOCKS[number];

/** A picture of the page. */
interface Item {
  readonly element: HTMLElement;
  readonly viewer: Viewer;
  readonly name: string;
  readonly words: HTMLElement;
  readonly layout: HTMLSelectElement;
  readonly lock: HTMLSelectElement;
  readonly colors: HTMLInputElement;
  readonly rate: HTMLSelectElement;
  readonly isSeen: HTMLInputElement;
  header: CardList | undefined;
  world: WorldReadout | undefined;
}

/**
 * Starts the page.
 *
 * @param place The element with the addresses of the first in its `data-` attributes.
 * @param state What the address says: `with` names the others.
 */
export function startSeveral(place: HTMLElement, state: ViewState): void {
  new SeveralPictures(place, state);
  document.body.classList.add("with-viewer");
}

class SeveralPictures {
  readonly #root: HTMLElement;
  readonly #items: Item[] = [];
  readonly #address: PageAddress;
  #layout: Layout;
  #lock: Lock;
  #active = 0;
  #drawn = "";
  #blinking: ReturnType<typeof setInterval> | undefined;
  #rate = BLINK_RATE;
  /** Whether all have the colours of the active one. */
  #hasOneColoring: boolean;
  #maps = new Map<string, PixelMap | undefined>();

  constructor(place: HTMLElement, state: ViewState) {
    this.#layout = oneOf(LAYOUTS, state, "layout", "blink");
    this.#lock = oneOf(LOCKS, state, "lock", "wcs");
    this.#hasOneColoring = oneOf(["own", "locked"], state, "colors", "own") === "locked";
    this.#root = h("div", {
      class: "several",
      onkeydown: (event: KeyboardEvent) => this.#key(event),
    });
    this.#address = new PageAddress({
      onReturn: (query, fragment) => this.#items[0]!.viewer.goTo(readState(query, fragment).state),
      signal: new AbortController().signal,
    });
    fillWith(place, this.#root, channelFilters());
    const others = state.others.filter(([name]) => name === "with").map(([, text]) => text);
    const { source = "", file, argument } = place.dataset;
    const first = new StationSource(new URL(source, location.href), {
      file: file === undefined ? undefined : new URL(file, location.href).href,
      argument,
    });
    this.#add(place, first, { ...state, panel: "none" }, nameOf(source));
    for (const other of others.slice(0, MAX_PICTURES - 1)) {
      const { path, hdu } = splitHdu(other);
      const own = { stretch: state.stretch, colormap: state.colormap, invert: state.invert };
      const marks = state.others.filter(([name]) => name === "marks");
      const shown = { ...DEFAULT_STATE, ...own, hdu, panel: "none" as const, others: marks };
      this.#add(place, stationFile(place, path), shown, other);
    }
    this.#arrange();
  }

  #add(place: HTMLElement, source: StationSource, state: ViewState, name: string): void {
    const index = this.#items.length;
    const element = h("div", {
      class: "several-item",
      onpointerdown: () => this.#turnTo(index, false),
      onfocusin: () => this.#turnTo(index, false),
    });
    this.#root.append(element);
    const words = h("span", { class: "several-words" });
    const layout = choice("Pictures", [
      ["blink", "one after the other"],
      ["grid", "side by side"],
      ["rgb", "red, green, blue"],
    ], (value) => {
      this.#layout = value as Layout;
      this.#arrange();
    });
    const lock = choice(
      "Locked",
      [["wcs", "by the sky"], ["pixel", "by pixels"], ["none", "not"]],
      (
        value,
      ) => {
        this.#lock = value as Lock;
        this.#arrange();
      },
    );
    const colors = h("input", {
      type: "checkbox",
      onchange: () => {
        this.#hasOneColoring = colors.checked;
        this.#arrange();
      },
    });
    const rate = choice(
      "A second",
      BLINK_RATES.map((rate) => [`${rate}`, `${rate}`] as const),
      (value) => this.#blinkAt(Number(value)),
    );
    const channel = h("input", {
      type: "checkbox",
      checked: true,
      onchange: () => element.classList.toggle("channel-off", !channel.checked),
    });
    const strip = h(
      "div",
      { class: "feed several-strip", role: "group", "aria-label": "Pictures" },
      iconButton("left", "Picture before (Shift+b)", () => this.#step(-1)),
      iconButton("right", "Next picture (b)", () => this.#step(1)),
      iconButton("play", "Blink", () => this.#blink()),
      layout.element,
      lock.element,
      rate.element,
      h("label", { class: "check" }, colors, "one colouring"),
      h("label", { class: "check of-channel" }, channel, "its colour"),
      words,
    );
    const { home = "/", program } = place.dataset;
    const viewer = createViewer(element, source, state, {
      program,
      strip,
      openFile: (path) => stationFile(place, path),
      lead: h("a", { href: home, class: "home", title: "The station" }, "Heliograph"),
      onState: (next, kind) => {
        if (index === 0) this.#address.write(writeState(this.#withArrangement(next)), kind);
      },
      onDrawn: () => {
        if (index === this.#active) this.#follow();
      },
    });
    const item: Item = {
      ...{ element, viewer, name, words, layout: layout.select, lock: lock.select },
      ...{ colors, rate: rate.select, isSeen: channel },
      ...{ header: undefined, world: undefined },
    };
    this.#items.push(item);
    viewer.model.header.watch((header) => {
      item.header = header;
      item.world = header === undefined ? undefined : new WorldReadout(header);
      this.#maps.clear();
      this.#drawn = "";
      this.#follow();
    });
  }

  /** The state of the first with how the pictures stand. */
  #withArrangement(state: ViewState): ViewState {
    const others = state.others.filter(([name]) => !/^(?:layout|lock|colors)$/.test(name));
    const arrangement: [string, string][] = [];
    if (this.#layout !== "blink") arrangement.push(["layout", this.#layout]);
    if (this.#lock !== "wcs") arrangement.push(["lock", this.#lock]);
    if (this.#hasOneColoring) arrangement.push(["colors", "locked"]);
    return { ...state, others: [...others, ...arrangement] };
  }

  #arrange(): void {
    const { classList } = this.#root;
    for (const layout of LAYOUTS) classList.toggle(layout, layout === this.#layout);
    this.#root.dataset.count = String(this.#items.length);
    for (const [i, { viewer, layout, lock, colors, rate, isSeen }] of this.#items.entries()) {
      layout.value = this.#layout;
      lock.value = this.#lock;
      colors.checked = this.#hasOneColoring;
      rate.value = String(this.#rate);
      isSeen.parentElement!.hidden = this.#layout !== "rgb" || i >= CHANNELS.length;
      const channel = this.#layout === "rgb" ? CHANNELS[i] : undefined;
      viewer.stage.renderer.canvas.style.filter = channel === undefined
        ? ""
        : `url(#only-${channel})`;
    }
    if (this.#layout !== "blink") this.#stopBlinking();
    this.#drawn = "";
    this.#show();
    this.#follow();
    const { model } = this.#items[0]!.viewer;
    this.#address.write(writeState(this.#withArrangement(model.state.value)), "replace");
  }

  #show(): void {
    for (const [i, { element, words, name }] of this.#items.entries()) {
      element.classList.toggle("active", i === this.#active);
      // Of those that are not seen nothing is heard, either.
      element.inert = i !== this.#active && this.#layout !== "grid";
      element.classList.toggle("unused", this.#layout === "rgb" && i >= CHANNELS.length);
      setText(words, `${i + 1} of ${this.#items.length}: ${name}`);
    }
  }

  #turnTo(index: number, withFocus: boolean): void {
    if (index === this.#active) return;
    this.#active = index;
    this.#drawn = "";
    this.#show();
    this.#follow();
    if (withFocus) this.#items[index]!.viewer.stage.element.focus();
  }

  #step(by: 1 | -1): void {
    const count = this.#items.length;
    this.#turnTo((this.#active + by + count) % count, true);
  }

  #blink(): void {
    if (this.#blinking !== undefined) return this.#stopBlinking();
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const rate = isCalm ? Math.min(this.#rate, MAX_CALM_RATE) : this.#rate;
    this.#blinking = setInterval(() => document.hidden || this.#step(1), 1_000 / rate);
  }

  #blinkAt(rate: number): void {
    this.#rate = rate;
    for (const item of this.#items) item.rate.value = String(rate);
    if (this.#blinking === undefined) return;
    this.#stopBlinking();
    this.#blink();
  }

  #stopBlinking(): void {
    clearInterval(this.#blinking);
    this.#blinking = undefined;
  }

  #key(event: KeyboardEvent): void {
    const { key, ctrlKey, altKey, metaKey, target } = event;
    const isOnPicture = (target as Element).classList.contains("stage");
    if (key.toLowerCase() !== "b" || ctrlKey || altKey || metaKey || !isOnPicture) return;
    event.preventDefault();
    this.#step(event.shiftKey ? -1 : 1);
  }

  /** Lets the others show what the active one shows. */
  #follow(): void {
    const active = this.#items[this.#active];
    if (active === undefined) return;
    if (this.#hasOneColoring) this.#colorAlike(active);
    if (this.#lock === "none") return;
    const { stage, model } = active.viewer;
    if (stage.plane === undefined || stage.size.width < 1) return;
    const view = stage.drawnView;
    const { cursor } = model.state.value;
    const key = JSON.stringify([view, stage.size, cursor, this.#lock]);
    if (key === this.#drawn) return;
    this.#drawn = key;
    for (const item of this.#items) {
      if (item === active || item.viewer.stage.plane === undefined) continue;
      this.#align(active, item, view, cursor);
    }
  }

  /** Gives all the colours of the active one; automatic limits are each one's own. */
  #colorAlike(active: Item): void {
    const { state } = active.viewer.model;
    for (const { viewer } of this.#items) {
      const own = viewer.model.state.value;
      if (viewer === active.viewer || COLORING.every((name) => own[name] === state.value[name])) {
        continue;
      }
      const coloring = Object.fromEntries(COLORING.map((name) => [name, state.value[name]]));
      viewer.goTo({ ...own, ...coloring });
    }
  }

  #align(active: Item, item: Item, view: View, cursor: ViewState["cursor"]): void {
    const index = this.#items.indexOf(item);
    const about = `${index + 1} of ${this.#items.length}: ${item.name}`;
    const isByPixel = this.#lock === "pixel";
    const map = isByPixel ? undefined : this.#mapBetween(active, item);
    if (!isByPixel && map === undefined) {
      return setText(item.words, `${about} \u00b7 not locked: there is no common sky`);
    }
    const aligned = map === undefined
      ? { view, deviation: 0 }
      : alignedView(view, active.viewer.stage.size, map);
    if (aligned === undefined) return setText(item.words, `${about} \u00b7 not there`);
    const off = aligned.deviation > 1
      ? ` \u00b7 up to ${aligned.deviation.toFixed(1)} pixels off`
      : "";
    setText(item.words, about + off);
    const { x, y, zoom, rotate, flipX, flipY } = aligned.view;
    const place = cursor === undefined ? undefined : map === undefined ? cursor : map(cursor);
    item.viewer.goTo({
      ...item.viewer.model.state.value,
      ...roundView({ x, y, zoom }),
      rotate,
      flip: `${flipX ? "x" : ""}${flipY ? "y" : ""}`,
      cursor: place && [Math.round(place[0]), Math.round(place[1])],
    });
  }

  #mapBetween(from: Item, to: Item): PixelMap | undefined {
    const key = `${this.#items.indexOf(from)} ${this.#items.indexOf(to)}`;
    if (!this.#maps.has(key)) {
      const map = from.world && to.world && pixelMap(from.world, to.world);
      this.#maps.set(key, map);
    }
    return this.#maps.get(key);
  }
}

function oneOf<T extends string>(
  words: readonly T[],
  state: ViewState,
  name: string,
  fallback: T,
): T {
  const given = state.others.find(([other]) => other === name)?.[1];
  return words.find((word) => word === given) ?? fallback;
}

/** `PATH[HDU]` as a path and an HDU. */
function splitHdu(text: string): { path: string; hdu: string | undefined } {
  const match = /^(.+)\[([^[\]]{1,80})\]$/.exec(text);
  return match === null ? { path: text, hdu: undefined } : { path: match[1]!, hdu: match[2] };
}

function nameOf(source: string): string {
  const path = source.split("?")[0]!;
  return decodeURIComponent(path.slice(path.lastIndexOf("/") + 1));
}

/** What leaves one colour of a picture. */
function channelFilters(): SVGElement {
  return svg(
    "svg",
    { width: 0, height: 0, "aria-hidden": "true", class: "unseen" },
    ...CHANNELS.map((channel, i) => {
      const rows = CHANNELS.map((_, row) => row === i ? "1 0 0 0 0" : "0 0 0 0 0");
      return svg(
        "filter",
        { id: `only-${channel}`, "color-interpolation-filters": "sRGB" },
        svg("feColorMatrix", { type: "matrix", values: [...rows, "0 0 0 1 0"].join(" ") }),
      );
    }),
  );
}
