/** The regions of a viewer: read from the state, changed, and written back into it. */

import { Signal } from "../page/signal.ts";
import { valueAt } from "../picture/tile.ts";
import {
  parseRegions,
  type RegionFrame,
  type RegionText,
  type UnreadRegion,
  writeRegions,
} from "../regions/ds9_text.ts";
import { isBackground } from "../regions/background.ts";
import { RegionFrames } from "../regions/frames.ts";
import {
  moved,
  newShape,
  type Place,
  type Region,
  resized,
  type ShapeName,
} from "../regions/shapes.ts";
import type { RegionPlane } from "../regions/statistics.ts";
import { WorldReadout } from "../sky/readout.ts";
import { isPicture } from "./choose_hdu.ts";
import type { ViewerModel } from "./model.ts";

/** How far the copy of a region is from it, in pixels. */
const DUPLICATE_PIXELS = 5;
/** Regions are placed to a thousandth of a pixel. */
const DIGITS = 3;

/** The regions of one viewer. */
export class RegionEditor {
  readonly regions: Signal<readonly Region[]> = new Signal<readonly Region[]>([]);
  /** The number of the region that keys and handles are about. */
  readonly selected: Signal<number | undefined> = new Signal<number | undefined>(undefined);
  /** What of a file was not read. */
  readonly unread: Signal<readonly UnreadRegion[]> = new Signal<readonly UnreadRegion[]>([]);
  /** The shape that is drawn next. */
  readonly armed: Signal<ShapeName | undefined> = new Signal<ShapeName | undefined>(undefined);
  readonly #model: ViewerModel;
  #frames = new RegionFrames({ keywords: new Map(), sky: () => undefined });
  #globals: RegionText["globals"] = [];
  #written: string | undefined;

  /**
   * Reads the regions that the state has, and follows it.
   *
   * @param model The viewer's model.
   * @param signal Ends it.
   */
  constructor(model: ViewerModel, signal: AbortSignal) {
    this.#model = model;
    model.header.watch((header) => {
      if (header === undefined) return;
      const world = new WorldReadout(header);
      this.#frames = new RegionFrames({
        keywords: header,
        sky: (name) => world.places(name, model.plane),
      });
      this.#read(model.state.value.regions);
    }, signal);
    model.state.watch(({ regions }, before) => {
      if (regions === this.#written || regions === before.regions) return;
      this.#read(regions);
    }, signal);
  }

  /** The one that is chosen. */
  get current(): Region | undefined {
    const { value } = this.selected;
    return value === undefined ? undefined : this.regions.value[value];
  }

  #read(text: string | undefined): void {
    this.#written = text;
    const file = parseRegions(text ?? "");
    const unread = [...file.unread];
    const regions: Region[] = [];
    for (const region of file.regions) {
      const placed = this.#frames.toImage(region);
      if (placed !== undefined) regions.push(placed);
      else {
        const alone = writeRegions({ regions: [region] }).trim().split("\n").at(-1)!;
        const reason = `the image has no such place of the frame ${region.frame}`;
        unread.push({ text: alone, frame: region.frame, reason });
      }
    }
    this.#globals = file.globals;
    this.unread.value = unread;
    this.regions.value = regions;
    if ((this.selected.value ?? 0) >= regions.length) this.selected.value = undefined;
  }

  #change(regions: readonly Region[]): void {
    this.regions.value = regions;
    const isEmpty = regions.length === 0 && this.unread.value.length === 0;
    // The line that names the format says nothing in an address.
    const text = this.text("image").split("\n").slice(1).join(";").replace(/;$/, "");
    this.#written = isEmpty ? undefined : text;
    this.#model.change({ regions: this.#written });
  }

  /**
   * The regions as a file of DS9.
   *
   * @param frame The frame that they are written in; those without a place in it stay on pixels.
   */
  text(frame: RegionFrame): string {
    const regions = this.regions.value.map((region) =>
      this.#frames.toText(region, frame) ?? this.#frames.toText(region, "image")!
    );
    return writeRegions({ regions, unread: this.unread.value, globals: this.#globals });
  }

  /** Whether the image has a frame. */
  hasFrame(frame: RegionFrame): boolean {
    return this.#frames.frame(frame) !== undefined;
  }

  /** How many degrees of the sky a pixel is, at a place. */
  scaleAt(place: Place): number | undefined {
    return (this.#frames.frame("icrs") ?? this.#frames.frame("fk5"))?.at(place)?.scale;
  }

  /** Takes the regions of a file in addition to those that are there. */
  open(text: string): void {
    const now = this.text("image");
    this.#read(`${now}\nimage\n${text}`);
    this.#change(this.regions.value);
  }

  /** Adds a region of a usual size, and chooses it. */
  add(name: ShapeName, at: Place, size: number): void {
    const region = { ...newShape(name, at, size), isExcluded: false, properties: [] };
    this.#change([...this.regions.value, tidy(region)]);
    this.selected.value = this.regions.value.length - 1;
  }

  /** Puts another region in the place of the chosen one. */
  replace(region: Region): void {
    const { value } = this.selected;
    if (value === undefined) return;
    this.#change(this.regions.value.map((old, i) => i === value ? tidy(region) : old));
  }

  /** Moves the chosen region. */
  move(right: number, up: number): void {
    if (this.current !== undefined) this.replace(moved(this.current, right, up));
  }

  /** Drags a handle of the chosen region. */
  resize(handle: number, to: Place): void {
    if (this.current !== undefined) this.replace(resized(this.current, handle, to));
  }

  /** Leaves the chosen region out of the others, or takes it in again. */
  exclude(): void {
    if (this.current !== undefined) {
      this.replace({ ...this.current, isExcluded: !this.current.isExcluded });
    }
  }

  /** Adds the chosen region once more, a little beside, and chooses that. */
  duplicate(): void {
    const { current } = this;
    if (current === undefined) return;
    this.#change([
      ...this.regions.value,
      tidy(moved(current, DUPLICATE_PIXELS, -DUPLICATE_PIXELS)),
    ]);
    this.selected.value = this.regions.value.length - 1;
  }

  /** Makes the chosen region one of the background, or one of what is measured. */
  turnBackground(): void {
    const { current } = this;
    if (current === undefined) return;
    const others = current.properties.filter((property) =>
      !isBackground({ properties: [property] })
    );
    const word = ["background", ""] as const;
    const properties = isBackground(current) ? others : [...others, word];
    this.replace({ ...current, properties });
  }

  /** Removes the chosen region. */
  remove(): void {
    const { value } = this.selected;
    if (value === undefined) return;
    this.selected.value = undefined;
    this.#change(this.regions.value.filter((_, i) => i !== value));
  }

  /** Removes all, with what was not read. */
  clear(): void {
    this.selected.value = undefined;
    this.unread.value = [];
    this.#change([]);
  }

  /** Chooses the next one, or the one before. */
  step(by: 1 | -1): void {
    const { length } = this.regions.value;
    if (length === 0) return;
    const now = this.selected.value ?? (by === 1 ? -1 : 0);
    this.selected.value = (now + by + length) % length;
  }

  /** The plane that is shown, and how its exact values are read; undefined without a picture. */
  plane(signal: AbortSignal): RegionPlane | undefined {
    const hdu = this.#model.hdu.value;
    if (hdu === undefined || !isPicture(hdu)) return undefined;
    const { plane, source } = this.#model;
    return {
      width: hdu.shape[0]!,
      height: hdu.shape[1] ?? 1,
      read: async ({ left, right, bottom, top }) => {
        const rows = hdu.shape.length > 1 ? [`${bottom}:${top}`] : [];
        const section = [`${left}:${right}`, ...rows, ...plane].join(",");
        const tile = await source.values(hdu, section, signal);
        const pixels = tile.width * tile.height;
        return Float64Array.from(
          { length: pixels },
          (_, i) => valueAt(tile, i % tile.width, Math.floor(i / tile.width)).physical,
        );
      },
    };
  }
}

/** A region with as many digits as the screen shows. */
function tidy(region: Region): Region {
  const round = (value: number) => Number(value.toFixed(DIGITS));
  return {
    ...region,
    points: region.points.map(([x, y]): Place => [round(x), round(y)]),
    sizes: region.sizes.map((size) => Math.max(10 ** -DIGITS, round(size))),
    angle: round(region.angle),
  };
}
