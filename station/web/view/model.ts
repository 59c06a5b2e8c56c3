/** What a viewer knows and shows, without the page: the file, the HDU, the state, the limits. */

import { Signal } from "../page/signal.ts";
import type { CardList } from "../source/card_list.ts";
import {
  ChangedError,
  type FileInfo,
  type HduInfo,
  type HistogramAnswer,
  type LimitsAnswer,
  type PictureSource,
} from "../source/picture_source.ts";
import { chooseHdu, isPicture } from "./choose_hdu.ts";
import { Undo } from "./undo.ts";
import type { ViewState } from "./url_state.ts";

/** Bins of a histogram. */
const HISTOGRAM_BINS = 1024;
/** Bins of the histogram that equalizes. */
const EQUALIZE_BINS = 65_536;

/** Parts of the state whose changes can be undone. */
const UNDOABLE: readonly (keyof ViewState)[] = [
  ...["hdu", "plane", "x", "y", "zoom", "rotate", "flip", "stretch", "limits", "scope"] as const,
  ...["colormap", "invert", "bias", "contrast", "smooth", "missing", "regions"] as const,
];

/** How planes are played. */
export interface PlayMode {
  /** Planes a second. */
  readonly rate: number;
  readonly way: "forward" | "back" | "bounce";
}

/** Whether a change is a page of its own for the browser's Back. */
export type ChangeKind = "replace" | "push";

/** Options of {@linkcode ViewerModel}. */
export interface ModelOptions {
  /** The time in milliseconds. */
  now(): number;
  /** Hears what went wrong. */
  onProblem(words: string): void;
}

/** The state of a viewer and all that follows from it. */
export class ViewerModel {
  readonly source: PictureSource;
  readonly state: Signal<ViewState>;
  readonly info: Signal<FileInfo | undefined> = new Signal<FileInfo | undefined>(undefined);
  readonly hdu: Signal<HduInfo | undefined> = new Signal<HduInfo | undefined>(undefined);
  readonly header: Signal<CardList | undefined> = new Signal<CardList | undefined>(undefined);
  /** The ends of the scale; those before until the new ones are known. */
  readonly limits: Signal<LimitsAnswer | undefined> = new Signal<LimitsAnswer | undefined>(
    undefined,
  );
  /** How the values of the plane are spread, when somebody looks at it. */
  readonly histogram: Signal<HistogramAnswer | undefined> = new Signal<HistogramAnswer | undefined>(
    undefined,
  );
  /** The counts between the limits, for `histeq`. */
  readonly equalizing: Signal<HistogramAnswer | undefined> = new Signal<
    HistogramAnswer | undefined
  >(undefined);
  /** Whether an HDU that is appended to the file is shown at once. */
  followsNewest = false;
  /** How the planes of a cube are gone through. */
  readonly playing: Signal<PlayMode> = new Signal<PlayMode>({ rate: 8, way: "forward" });
  /** How the last change is to be written into the address. */
  lastChange: ChangeKind = "replace";
  readonly #options: ModelOptions;
  readonly #undo = new Undo<ViewState>();
  readonly #closed = new AbortController();
  #hduWork = new AbortController();
  #limitsWork = new AbortController();
  #wantsHistogram = false;
  /** Whether the newest HDU was not all there when the file was looked at last. */
  #isBehind = false;
  #histogramKey = "";
  #limitsKey = "";
  #equalizingKey = "";

  /**
   * Makes a model that has not read anything.
   *
   * @param source Where the values come from.
   * @param state What is shown at first.
   * @param options The clock, and who hears of problems.
   */
  constructor(source: PictureSource, state: ViewState, options: ModelOptions) {
    this.source = source;
    this.state = new Signal(state);
    this.#options = options;
  }

  /** Reads what the file holds, and turns to the HDU that the state names. */
  async open(): Promise<void> {
    this.info.value = await this.source.info(this.#closed.signal);
    this.#turn();
  }

  /** The planes of the HDU that are shown, a place on each axis from the third on. */
  get plane(): readonly number[] {
    const lengths = this.hdu.value?.shape.slice(2) ?? [];
    const { plane } = this.state.value;
    return lengths.map((length, axis) => Math.min(length, plane[axis] ?? 1));
  }

  /**
   * Changes the state.
   *
   * @param part What becomes different.
   * @param kind Whether it is a page of its own for the browser's Back.
   */
  change(part: Partial<ViewState>, kind: ChangeKind = "replace"): void {
    const state = { ...this.state.value, ...part };
    if (UNDOABLE.some((name) => !isSame(state[name], this.state.value[name]))) {
      this.#undo.remember(this.state.value, this.#options.now());
    }
    this.#set(state, kind);
  }

  /** Goes to a state that the address names, which nothing undoes. */
  goTo(state: ViewState): void {
    this.#set(state, "replace");
  }

  /** Takes the last change back. */
  undo(): void {
    const state = this.#undo.back(this.state.value);
    if (state !== undefined) this.#set(state, "replace");
  }

  /** Makes it again. */
  redo(): void {
    const state = this.#undo.forward(this.state.value);
    if (state !== undefined) this.#set(state, "replace");
  }

  #set(state: ViewState, kind: ChangeKind): void {
    this.lastChange = kind;
    this.state.value = state;
    this.#turn();
  }

  /** Turns to another HDU: at its whole, at its first plane. */
  showHdu(index: number, kind: ChangeKind = "push"): void {
    const hdu = this.info.value?.hdus[index];
    if (hdu === undefined || index === this.hdu.value?.index) return;
    const isAutomatic = !/^[-+\d.]/.test(this.state.value.limits);
    const view = { x: undefined, y: undefined, zoom: undefined, cursor: undefined };
    const limits = isAutomatic ? this.state.value.limits : "zscale";
    this.change({ hdu: String(index), plane: [], limits, ...view }, kind);
  }

  /** Says that somebody looks at the histogram. */
  wantHistogram(): void {
    this.#wantsHistogram = true;
    this.#turn();
  }

  /** Reads again what the file holds: it is another one than it was. */
  async reload(): Promise<void> {
    try {
      this.info.value = await this.source.info(this.#closed.signal);
    } catch (error) {
      this.report(error);
      return;
    }
    this.hdu.value = undefined;
    this.#turn();
  }

  /** Reads again what the file holds; the HDU that is shown stays, if it is the same as before. */
  async refresh(): Promise<void> {
    const before = this.hdu.value;
    let info: FileInfo;
    try {
      info = await this.source.info(this.#closed.signal);
    } catch (error) {
      this.report(error);
      return;
    }
    const count = this.info.value?.hdus.length ?? 0;
    const now = before === undefined ? undefined : info.hdus[before.index];
    const isSame = now !== undefined && now.validator === before!.validator;
    const hdus = isSame ? info.hdus.with(before!.index, before!) : info.hdus;
    if (!isSame) this.hdu.value = undefined;
    this.info.value = { ...info, hdus };
    this.#turn();
    // What is being written is shown when it is there.
    const whole = hdus.length - (info.growing === true ? 1 : 0);
    if (this.followsNewest && whole > 0 && (whole > count || this.#isBehind)) {
      this.showHdu(whole - 1, "replace");
    }
    this.#isBehind = hdus.length > whole;
  }

  /**
   * Turns to what follows of the same kind, such as the next frame: the view stays, and so do
   * limits and header until the new ones are known.
   *
   * @param info What there is now.
   */
  advance(info: FileInfo): void {
    const before = this.hdu.value;
    const next = before === undefined ? undefined : info.hdus[before.index];
    if (next === undefined || !isSame(next.shape, before!.shape)) this.hdu.value = undefined;
    this.info.value = info;
    if (next !== undefined && this.hdu.value !== undefined) this.#follow(next);
    this.#turn();
  }

  /** Tells what went wrong, unless it was ended on purpose. */
  report(error: unknown): void {
    if (this.#closed.signal.aborted) return;
    if (error instanceof DOMException && error.name === "AbortError") return;
    this.#options.onProblem(error instanceof Error ? error.message : String(error));
  }

  /** Ends all that is under way. */
  close(): void {
    this.#closed.abort();
    this.#hduWork.abort();
    this.#limitsWork.abort();
    this.source.close();
  }

  /** Does what the state asks for and is not done. */
  #turn(): void {
    const info = this.info.value;
    if (info === undefined || this.#closed.signal.aborted) return;
    let hdu = chooseHdu(info, this.state.value.hdu);
    if (hdu === undefined) {
      this.#options.onProblem(`There is no HDU '${this.state.value.hdu}' in ${info.name}`);
      hdu = chooseHdu(info, undefined);
    }
    if (hdu === undefined) return;
    if (hdu !== this.hdu.value) this.#show(hdu);
    if (isPicture(hdu)) {
      this.#findLimits(hdu);
      if (this.#wantsHistogram) this.#count(hdu);
      if (this.state.value.stretch === "histeq") this.#equalize(hdu);
    }
  }

  #show(hdu: HduInfo): void {
    this.#hduWork.abort();
    this.#limitsWork.abort();
    this.#hduWork = new AbortController();
    this.#limitsKey = this.#histogramKey = this.#equalizingKey = "";
    this.limits.value = this.histogram.value = this.equalizing.value = undefined;
    this.header.value = undefined;
    this.hdu.value = hdu;
    this.#readHeader(hdu);
  }

  #follow(hdu: HduInfo): void {
    this.#hduWork.abort();
    this.#hduWork = new AbortController();
    this.hdu.value = hdu;
    this.#readHeader(hdu);
  }

  #readHeader(hdu: HduInfo): void {
    const { signal } = this.#hduWork;
    void this.#ask(signal, async () => {
      const header = await this.source.header(hdu, signal);
      if (!signal.aborted) this.header.value = header;
    });
  }

  #findLimits(hdu: HduInfo): void {
    const { limits, scope } = this.state.value;
    const key = JSON.stringify([hdu.validator, limits, scope, scope === "plane" && this.plane]);
    if (key === this.#limitsKey) return;
    this.#limitsKey = key;
    this.#limitsWork.abort();
    this.#limitsWork = new AbortController();
    const pair = limits.split(",").map(Number);
    if (pair.length === 2) {
      this.limits.value = { low: pair[0]!, high: pair[1]!, exact: true };
      return;
    }
    const { signal } = this.#limitsWork;
    void this.#ask(signal, async () => {
      const found = await this.source.limits(hdu, this.plane, { limits, scope }, signal);
      if (!signal.aborted) this.limits.value = found;
    });
  }

  #count(hdu: HduInfo): void {
    const { scope } = this.state.value;
    const key = JSON.stringify([hdu.validator, scope, scope === "plane" && this.plane]);
    if (key === this.#histogramKey) return;
    this.#histogramKey = key;
    const { signal } = this.#hduWork;
    void this.#ask(signal, async () => {
      const options = { scope, bins: HISTOGRAM_BINS };
      const found = await this.source.histogram(hdu, this.plane, options, signal);
      if (!signal.aborted && key === this.#histogramKey) this.histogram.value = found;
    });
  }

  #equalize(hdu: HduInfo): void {
    const limits = this.limits.value;
    if (limits === undefined || !(limits.low < limits.high)) return;
    const { scope } = this.state.value;
    const key = JSON.stringify([hdu.validator, this.plane, scope, limits.low, limits.high]);
    if (key === this.#equalizingKey) return;
    this.#equalizingKey = key;
    const { signal } = this.#hduWork;
    void this.#ask(signal, async () => {
      const range = [limits.low, limits.high] as const;
      const options = { scope, bins: EQUALIZE_BINS, range };
      const found = await this.source.histogram(hdu, this.plane, options, signal);
      if (!signal.aborted && key === this.#equalizingKey) this.equalizing.value = found;
    });
  }

  async #ask(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      // What was found may be what something else waits for.
      if (!signal.aborted) this.#turn();
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ChangedError) await this.reload();
      else this.report(error);
    }
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
