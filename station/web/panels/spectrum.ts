/** The values of one pixel along the third axis or a later one, with their world coordinates. */

import { ticksBetween } from "../../../fits/picture/plot/ticks.ts";
import { choice } from "../page/controls.ts";
import { fillWith, h, setText, svg } from "../page/dom.ts";
import { lineColumns } from "../picture/line_plot.ts";
import { valueAt } from "../picture/tile.ts";
import { WorldReadout } from "../sky/readout.ts";
import type { HduInfo } from "../source/picture_source.ts";
import type { ViewerModel } from "../view/model.ts";
import { briefText } from "../view/number_text.ts";
import { csvOf, saveText } from "./region_numbers.ts";
import { spectrumPlace } from "./spectrum_place.ts";

/** The plot's own units: it is stretched to what there is. */
const [WIDTH, HEIGHT] = [320, 140];

/** Fills a panel, and keeps it as the cross-hair and the plane are. */
export function spectrumPanel(model: ViewerModel, signal: AbortSignal): HTMLElement {
  return new SpectrumPanel(model, signal).element;
}

class SpectrumPanel {
  readonly element: HTMLElement = h("div", { class: "panel-body spectrum" });
  readonly #model: ViewerModel;
  readonly #words = h("p", {});
  readonly #line = svg("path", {});
  readonly #marker = h("div", { class: "marker", hidden: true });
  readonly #marks = h("div", { "aria-hidden": "true" });
  readonly #ends = h("p", { class: "ends" });
  #axis = 3;
  #asked = "";
  #world: WorldReadout | undefined;
  #values: Float64Array = new Float64Array(0);
  /** Whether the ends of the axis are those of the header that is known now. */
  #isNamed = false;
  #work = new AbortController();

  constructor(model: ViewerModel, signal: AbortSignal) {
    this.#model = model;
    const plot = svg(
      "svg",
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
      this.#line,
    );
    const area = h(
      "div",
      { class: "area", onclick: (event: MouseEvent) => this.#go(event, area) },
      plot,
      this.#marks,
      this.#marker,
    );
    const axes = h("div", {});
    const save = h("button", { type: "button", onclick: () => this.#save() }, "Spectrum as CSV");
    fillWith(this.element, axes, area, this.#ends, this.#words, save);
    model.hdu.watch((hdu) => {
      this.#axis = 3;
      const lengths = hdu?.shape.slice(2) ?? [];
      const many = lengths.flatMap((length, i) => length > 1 ? [`${i + 3}`] : []);
      if (many.length > 0) this.#axis = Number(many[0]);
      const turn = choice("Along axis", many.map((axis) => [axis, axis] as const), (axis) => {
        this.#axis = Number(axis);
        void this.#show();
      });
      fillWith(axes, many.length > 1 && turn.element);
      area.hidden = many.length === 0;
      void this.#show();
    }, signal);
    model.header.watch((header) => {
      this.#world = header === undefined ? undefined : new WorldReadout(header);
      this.#isNamed = false;
      void this.#show();
    }, signal);
    model.state.watch(() => void this.#show(), signal);
    signal.addEventListener("abort", () => this.#work.abort(), { once: true });
  }

  async #show(): Promise<void> {
    const hdu = this.#model.hdu.value;
    if (hdu === undefined) return;
    const { cursor } = this.#model.state.value;
    const place = spectrumPlace(hdu.shape, cursor, this.#model.plane, this.#axis);
    if (place === undefined) {
      this.#asked = "";
      this.#line.setAttribute("d", "");
      fillWith(this.#ends);
      return setText(
        this.#words,
        hdu.shape.slice(2).some((length) => length > 1)
          ? "The cross-hair is outside of the image."
          : "The image has one plane: there is no further axis.",
      );
    }
    const asked = `${hdu.validator} ${place.section}`;
    const { at, length } = place;
    this.#marker.hidden = false;
    this.#marker.style.left = `${(at + 0.5) / length * 100}%`;
    if (asked === this.#asked) {
      // Values that are still on their way are told when they come.
      if (this.#values.length !== length) return;
      if (!this.#isNamed) this.#draw(place.pixel);
      return this.#tell(hdu);
    }
    this.#asked = asked;
    this.#values = new Float64Array(0);
    this.#work.abort();
    this.#work = new AbortController();
    const { signal } = this.#work;
    try {
      const tile = await this.#model.source.values(hdu, place.section, signal);
      if (signal.aborted) return;
      // A line along a further axis has one pixel a row.
      this.#values = Float64Array.from(
        { length },
        (_, i) => valueAt(tile, i % tile.width, Math.floor(i / tile.width)).physical,
      );
      this.#draw(place.pixel);
      this.#tell(hdu);
    } catch (error) {
      if (signal.aborted) return;
      this.#asked = "";
      this.#model.report(error);
    }
  }

  #draw(pixel: readonly number[]): void {
    this.#isNamed = true;
    const { least, greatest, low, high } = lineColumns(this.#values, WIDTH * 2);
    const [bottom, top] = low === high ? [low - 1, high + 1] : [low, high];
    const y = (value: number) => ((top - value) / (top - bottom) * HEIGHT).toFixed(1);
    let path = "";
    let isGap = true;
    for (let i = 0; i < least.length; i++) {
      const isThere = !Number.isNaN(least[i]);
      const x = ((i + 0.5) * WIDTH / least.length).toFixed(1);
      if (isThere) path += `${isGap ? "M" : "L"}${x} ${y(least[i]!)}V${y(greatest[i]!)}`;
      isGap = !isThere;
    }
    this.#line.setAttribute("d", path);
    const ticks = Number.isNaN(low) ? [] : ticksBetween(bottom, top, 4, "plain");
    fillWith(
      this.#marks,
      ...ticks.map(({ value, label }) => {
        const tick = h("span", { class: "tick bottom" }, label.replace(/^-/, "\u2212"));
        tick.style.bottom = `${(value - bottom) / (top - bottom) * 100}%`;
        return tick;
      }),
    );
    const last = pixel.with(this.#axis - 1, this.#values.length);
    const first = pixel.with(this.#axis - 1, 1);
    fillWith(
      this.#ends,
      h("span", {}, this.#placeText(first)),
      h("span", {}, this.#placeText(last)),
    );
  }

  /** The place on the axis: its world coordinate, or the number of the plane. */
  #placeText(pixel: readonly number[]): string {
    const kind = this.#world?.wcs?.axes[this.#axis - 1]?.ctype.split("-")[0] ?? "";
    const rows = kind === ""
      ? []
      : this.#world!.rowsAt(pixel, { sky: "native", coords: undefined });
    const row = rows.find(({ name }) => name.startsWith(kind));
    return row === undefined ? `plane ${pixel[this.#axis - 1]}` : `${row.name} ${row.text}`;
  }

  #tell(hdu: HduInfo): void {
    const { cursor } = this.#model.state.value;
    const place = spectrumPlace(hdu.shape, cursor, this.#model.plane, this.#axis);
    if (place === undefined) return;
    const value = this.#values[place.at] ?? NaN;
    const unit = hdu.unit === "" ? "" : ` ${hdu.unit}`;
    const shown = Number.isNaN(value) ? "no value" : `${briefText(value)}${unit}`;
    const [x, y] = place.pixel;
    const where = this.#placeText(place.pixel);
    const plane = where.startsWith("plane") ? "" : `, plane ${place.at + 1}`;
    setText(this.#words, `Pixel ${x}, ${y}: ${shown} at ${where}${plane} of ${place.length}`);
  }

  /** Saves the values with the coordinates of their planes. */
  #save(): void {
    const hdu = this.#model.hdu.value;
    const { cursor } = this.#model.state.value;
    const place = hdu && spectrumPlace(hdu.shape, cursor, this.#model.plane, this.#axis);
    if (place === undefined || this.#values.length !== place.length) return;
    const wcs = this.#world?.wcs;
    const axis = wcs?.axes[this.#axis - 1];
    const worldAt = (plane: number) =>
      axis === undefined
        ? undefined
        : wcs!.pixelToWorld(place.pixel.with(this.#axis - 1, plane))[this.#axis - 1];
    const name = axis === undefined ? "world" : `${axis.ctype} ${axis.unit}`.trim();
    const rows = Array.from(this.#values, (value, i) => [i + 1, worldAt(i + 1), value]);
    const file = (this.#model.info.value?.name ?? "picture").replace(/\.[^.]*$/, "");
    saveText(csvOf([["plane", name, "value"], ...rows]), `${file}-spectrum.csv`, "text/csv");
  }

  /** Turns to the plane that is clicked at. */
  #go(event: MouseEvent, area: HTMLElement): void {
    const box = area.getBoundingClientRect();
    const part = (event.clientX - box.left) / box.width;
    const { plane } = this.#model;
    const length = this.#model.hdu.value?.shape[this.#axis - 1] ?? 1;
    const wanted = Math.min(length, Math.max(1, Math.floor(part * length) + 1));
    this.#model.change({ plane: plane.with(this.#axis - 3, wanted) });
  }
}
