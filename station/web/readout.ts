/** The readout: what is at the pointer, or else at the cross-hair, or else in the middle. */

import type { Tile } from "./picture/tile.ts";
import { type PixelValue, valueAt } from "./picture/tile.ts";
import { type Point, toScreen } from "./picture/transform.ts";
import { choice, field } from "./page/controls.ts";
import { h } from "./page/dom.ts";
import { ReadoutBar, type ReadoutItem } from "./readout_bar.ts";
import type { ScaleBar } from "./sky/scale_bar.ts";
import type { WorldReadout } from "./sky/readout.ts";
import type { Stage } from "./stage.ts";
import { isPicture } from "./view/choose_hdu.ts";
import type { ViewerModel } from "./view/model.ts";
import { valueText } from "./view/number_text.ts";
import { SKY_FRAMES, type SkyName } from "./view/url_state.ts";

/** How long the pointer rests before the exact value is asked for. */
const REST_MS = 120;
/** Exact values that are remembered. */
const MAX_VALUES = 500;

const FRAME_WORDS: Readonly<Record<SkyName, string>> = {
  native: "as in the file",
  icrs: "ICRS",
  fk5: "FK5",
  galactic: "galactic",
  ecliptic: "ecliptic",
};

/** Finds and shows what is at a pixel. */
export class Readout {
  readonly element: HTMLElement;
  readonly #bar: ReadoutBar;
  readonly #model: ViewerModel;
  readonly #stage: Stage;
  readonly #signal: AbortSignal;
  readonly #values = new Map<string, PixelValue>();
  /** What reads coordinates, on its way while the header is. */
  readonly #sky = import("./sky/readout.ts");
  #world: WorldReadout | undefined;
  #isReady = false;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #asked: string | undefined;

  /**
   * Makes a readout.
   *
   * @param model What is shown.
   * @param stage Where the pointer is.
   * @param signal Ends it.
   */
  constructor(model: ViewerModel, stage: Stage, signal: AbortSignal) {
    this.#model = model;
    this.#stage = stage;
    this.#signal = signal;
    const frames = choice(
      "Sky",
      SKY_FRAMES.map((name) => [name, FRAME_WORDS[name]]),
      (sky) => model.change({ sky: sky as SkyName }),
    );
    const coords = choice(
      "Written",
      [["", "as usual"], ["sex", "sexagesimal"], ["deg", "degrees"]],
      (
        value,
      ) => model.change({ coords: value === "" ? undefined : value as "sex" | "deg" }),
    );
    const controls = h("div", { class: "frames" }, frames.element, coords.element);
    const goTo: HTMLInputElement = h("input", {
      type: "text",
      size: 18,
      placeholder: "x y, or a place of the sky",
      autocomplete: "off",
      onchange: () => void this.#goTo(goTo),
    });
    this.#bar = new ReadoutBar(h("div", { class: "frames go-to" }, field("Go to", goTo)), controls);
    this.element = this.#bar.element;
    model.state.watch((state) => {
      frames.select.value = state.sky;
      coords.select.value = state.coords ?? "";
      this.refresh();
    }, signal);
    model.header.watch(() => void this.#readWorld(controls), signal);
    model.hdu.watch((hdu) => {
      this.#values.clear();
      this.element.hidden = hdu !== undefined && !isPicture(hdu);
    }, signal);
    signal.addEventListener("abort", () => clearTimeout(this.#rest), { once: true });
    // The caller hears of it.
    this.#sky.catch(() => {});
  }

  /** Whether the coordinates of the header have been read. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** What of the coordinates is left out, in words. */
  get problems(): readonly string[] {
    return this.#world?.problems ?? [];
  }

  /** Reads the coordinates of the header; what can do that is loaded when it is needed first. */
  async #readWorld(controls: HTMLElement): Promise<void> {
    const header = this.#model.header.value;
    this.#world = undefined;
    this.#isReady = false;
    controls.hidden = true;
    if (header === undefined) return;
    try {
      const { WorldReadout } = await this.#sky;
      if (header !== this.#model.header.value || this.#signal.aborted) return;
      this.#world = new WorldReadout(header);
      controls.hidden = this.#world.wcs?.celestial === undefined || this.#world.isSolar;
      this.#isReady = true;
      this.#stage.renderer.draw();
    } catch (error) {
      this.#model.report(error);
    }
  }

  /** Shows the place that was typed in the middle, with the cross-hair on it. */
  async #goTo(input: HTMLInputElement): Promise<void> {
    input.setCustomValidity("");
    const plane = this.#stage.plane;
    if (input.value.trim() === "" || plane === undefined) return;
    try {
      const { pixelOfText } = await import("./sky/go_to.ts");
      const { sky } = this.#model.state.value;
      const context = { world: this.#world, sky, plane: this.#model.plane };
      const [x, y] = pixelOfText(input.value, context);
      if (x < 0.5 || y < 0.5 || x > plane.width + 0.5 || y > plane.height + 0.5) {
        throw new RangeError(`Pixel ${x.toFixed(1)}, ${y.toFixed(1)} is outside of the image`);
      }
      this.#stage.pointer = undefined;
      this.#stage.setView({ ...this.#stage.view, x, y });
      this.#stage.putCursor([x, y]);
    } catch (error) {
      input.setCustomValidity(error instanceof Error ? error.message : String(error));
      input.reportValidity();
    }
  }

  /** The pixel that is read, with its fraction. */
  #place(): Point {
    const { pointer } = this.#stage;
    if (pointer !== undefined) return this.#stage.pixelAt(pointer);
    return this.#model.state.value.cursor ?? this.#stage.pixelAt(this.#stage.middle);
  }

  /** The directions on the sky in the middle of the view. */
  compass(): { readonly north: number; readonly east: number } | undefined {
    const { x, y } = this.#stage.drawnView;
    const compass = this.#world?.compassAt([x, y, ...this.#model.plane]);
    if (compass === undefined) return undefined;
    return { north: compass.north, east: compass.north + (compass.isUsual ? 90 : -90) };
  }

  /** A bar that tells how large things are in the middle of the view, once that is known. */
  scaleBar(): ScaleBar | undefined {
    const { x, y, zoom } = this.#stage.drawnView;
    return this.#world?.scaleBarAt([x, y, ...this.#model.plane], zoom);
  }

  /** The turn and flip that put north up; undefined without a sky. */
  northUp(): { rotate: number; flip: "" | "x" } | undefined {
    const { x, y } = this.#stage.drawnView;
    const compass = this.#world?.compassAt([x, y, ...this.#model.plane]);
    if (compass === undefined) return undefined;
    const turn = ((90 - compass.north) % 360 + 360) % 360;
    // Hundredths of a degree from upright are rounding, and upright pixels are sharp.
    const quarter = Math.round(turn / 90) * 90;
    const rotate = Math.abs(turn - quarter) < 0.02 ? quarter % 360 : Number(turn.toFixed(3));
    return { rotate, flip: compass.isUsual ? "" : "x" };
  }

  /** Shows what is at the pixel now. */
  refresh(): void {
    const hdu = this.#model.hdu.value;
    const plane = this.#stage.plane;
    if (hdu === undefined || plane === undefined) return this.#bar.show([]);
    const place = this.#place();
    const [x, y] = place.map(Math.round) as [number, number];
    const items: ReadoutItem[] = [];
    const isWithin = x >= 1 && y >= 1 && x <= plane.width && y <= plane.height;
    const where = [place[0], place[1]].map((value) => value.toFixed(this.#decimals()));
    items.push({ name: "x, y", text: [...where, ...this.#model.plane].join(", ") });
    if (isWithin) items.push(...this.#valueItems(x, y));
    else items.push({ name: "value", text: "outside", isValue: true });
    items.push(...this.#worldItems(place));
    this.#bar.show(items);
  }

  /** Digits of a pixel's place that the screen can show. */
  #decimals(): number {
    return this.#stage.drawnView.zoom < 1 ? 0 : this.#stage.drawnView.zoom < 8 ? 1 : 2;
  }

  #worldItems(place: Point): ReadoutItem[] {
    const { sky, coords } = this.#model.state.value;
    const pixel = [place[0], place[1], ...this.#model.plane];
    return this.#world?.rowsAt(pixel, { sky, coords }) ?? [];
  }

  #valueItems(x: number, y: number): ReadoutItem[] {
    const { bitpix, unit } = this.#model.hdu.value!;
    const exact = this.#exactAt(x, y);
    const write = (value: number | bigint) =>
      `${valueText(value, bitpix)}${unit === "" || Number.isNaN(value) ? "" : ` ${unit}`}`;
    if (exact !== undefined) {
      const { stored, physical } = exact;
      // An integer beyond 2^53 is what is stored, to the last digit.
      const isSame = stored === undefined || Number(stored) === physical;
      const shown = isSame && typeof stored === "bigint" ? stored : physical;
      const items: ReadoutItem[] = [{ name: "value", text: write(shown), isValue: true }];
      if (!isSame) items.push({ name: "stored", text: valueText(stored!, bitpix) });
      return items;
    }
    this.#askSoon(x, y);
    const mean = this.#stage.renderer.loader.meanAt(x - 1, y - 1);
    if (mean === undefined) return [{ name: "value", text: "\u2026", isValue: true }];
    const side = 2 ** mean.level;
    const text = `\u2248 ${write(Number(mean.value.physical.toPrecision(5)))}`;
    return [{ name: `value (mean of ${side} \u00d7 ${side})`, text, isValue: true }];
  }

  #exactAt(x: number, y: number): PixelValue | undefined {
    return this.#stage.renderer.loader.valueAt(x - 1, y - 1) ??
      this.#values.get(this.#sectionAt(x, y));
  }

  #sectionAt(x: number, y: number): string {
    const shape = this.#model.hdu.value!.shape;
    return [x, y, ...this.#model.plane].slice(0, shape.length).map((at) => `${at}:${at}`).join(",");
  }

  /** Asks for the exact value when the pointer has rested. */
  #askSoon(x: number, y: number): void {
    const section = this.#sectionAt(x, y);
    if (section === this.#asked) return;
    this.#asked = section;
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => void this.#ask(section), REST_MS);
  }

  async #ask(section: string): Promise<void> {
    const hdu = this.#model.hdu.value;
    if (hdu === undefined || section !== this.#asked) return;
    let tile: Tile;
    try {
      tile = await this.#model.source.values(hdu, section, this.#signal);
    } catch (error) {
      // Another pixel may be asked for again.
      this.#asked = undefined;
      this.#model.report(error);
      return;
    }
    if (hdu !== this.#model.hdu.value) return;
    if (this.#values.size >= MAX_VALUES) this.#values.clear();
    this.#values.set(section, valueAt(tile, 0, 0));
    this.#asked = undefined;
    this.refresh();
  }

  /** Pixel and coordinates, to be copied. */
  coordinates(): string {
    const place = this.#place();
    const rows = this.#worldItems(place).map(({ name, text }) => `${name} ${text}`);
    return [`x ${place[0].toFixed(2)}, y ${place[1].toFixed(2)}`, ...rows].join("; ");
  }

  /** The middle of the view: its pixel, its coordinates, and how large it is drawn. */
  middle(): string {
    const { drawnView: view, middle } = this.#stage;
    const [x, y] = this.#stage.pixelAt(middle);
    const rows = this.#worldItems([x, y]).map(({ name, text }) => `${name} ${text}`);
    const scale = `${Number(view.zoom.toPrecision(3))} screen pixels for each`;
    return [`centre at pixel ${Math.round(x)}, ${Math.round(y)}`, ...rows, scale].join("; ");
  }

  /** Pixel, value and coordinates in one sentence. */
  sentence(): string {
    const place = this.#place();
    const [x, y] = place.map(Math.round) as [number, number];
    const plane = this.#stage.plane;
    const isWithin = plane !== undefined && x >= 1 && y >= 1 && x <= plane.width &&
      y <= plane.height;
    const values = isWithin
      ? this.#valueItems(x, y).map(({ name, text }) => `${name} ${text}`)
      : ["outside the image"];
    const rows = this.#worldItems(place).map(({ name, text }) => `${name} ${text}`);
    return [`pixel ${x}, ${y}`, ...values, ...rows].join("; ");
  }
}

/** Where a pixel is on a stage. */
export function screenOf(stage: Stage, [x, y]: Point): Point {
  return toScreen(stage.drawnView, stage.size, x, y);
}
