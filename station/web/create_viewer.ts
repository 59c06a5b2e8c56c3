/** A viewer in an element of a page: everything joined. */

import { STRETCHES } from "../../fits/picture/stretch.ts";
import { COLORMAPS } from "../../fits/picture/colormap.ts";
import { ColorBar } from "./color_bar.ts";
import { helpDialog } from "./help.ts";
import { Announcer } from "./page/announcer.ts";
import { copyText, icon, iconButton } from "./page/controls.ts";
import { fillWith, h, setText } from "./page/dom.ts";
import { nextZoom, panBy, type Point } from "./picture/transform.ts";
import { PanelArea } from "./panel_area.ts";
import { PlotView } from "./plot_view.ts";
import { Readout, screenOf } from "./readout.ts";
import type { InsetName, Insets } from "./insets/insets.ts";
import type { MarkLayer } from "./marks/layer.ts";
import type { HduInfo, PictureSource } from "./source/picture_source.ts";
import type { RegionLayer } from "./region_layer.ts";
import { Stage } from "./stage.ts";
import { TableView } from "./table_view.ts";
import { LIMIT_CHOICES, toolbar } from "./toolbar.ts";
import { contentsOf, isPicture, titleOf } from "./view/choose_hdu.ts";
import { type Action, actionOf } from "./view/keys.ts";
import { ViewerModel } from "./view/model.ts";
import { briefText } from "./view/number_text.ts";
import { fitsViewCommand, sectionOf } from "./view/taking.ts";
import type { ViewState } from "./view/url_state.ts";

/** Viewers that were made in this page: their elements have names of their own. */
let viewers = 0;

/** Options of {@linkcode createViewer}. */
export interface ViewerOptions {
  /** Is told each state, and whether it is a page of its own for Back. */
  onState?: ((state: ViewState, kind: "replace" | "push") => void) | undefined;
  /** What stands before commands, as the program was started. @default {"heliograph"} */
  readonly program?: string | undefined;
  /** Opens another file, whose tables are drawn on the picture. */
  readonly openFile?: ((path: string) => PictureSource) | undefined;
  /** What stands at the left end of the bar, such as the way back to the files. */
  readonly lead?: Node | undefined;
  /** What stands below the picture, such as the controls of a feed. */
  readonly strip?: HTMLElement | undefined;
  /** What plays and steps where the planes of a cube do not. */
  readonly player?: { toggle(): void; step(by: 1 | -1): void } | undefined;
  /** Is told after each frame of the screen which level is drawn, and whether all of it is there. */
  onDrawn?: ((level: number, isSettled: boolean) => void) | undefined;
}

/** A viewer that runs. */
export interface Viewer {
  /** What it knows and shows. */
  readonly model: ViewerModel;
  /** Where it is drawn. */
  readonly stage: Stage;
  /** Shows another state. */
  goTo(state: ViewState): void;
  /** Reads again what the file holds. */
  refresh(): void;
  /** Ends it, and takes its elements away. */
  close(): void;
}

/**
 * Makes a viewer. Two can stand in one page.
 *
 * @param place The element that it fills; what was in it is gone.
 * @param source Where the values come from.
 * @param state What is shown at first.
 * @param options Who hears of changes, and what is written.
 */
export function createViewer(
  place: HTMLElement,
  source: PictureSource,
  state: ViewState,
  options: ViewerOptions = {},
): Viewer {
  return new PageViewer(place, source, state, options);
}

class PageViewer implements Viewer {
  readonly model: ViewerModel;
  readonly #options: ViewerOptions;
  readonly #closed = new AbortController();
  readonly #announcer: Announcer;
  readonly #stage: Stage;
  readonly #readout: Readout;
  readonly #panels: PanelArea;
  readonly #bar: ColorBar;
  readonly #root: HTMLElement;
  readonly #alert: HTMLElement;
  readonly #progress = h("p", { class: "progress", hidden: true });
  readonly #help = helpDialog();
  /** What is seen, in words, for those who ask what the picture is. */
  readonly #summary = h("p", { class: "unseen", id: `summary-${++viewers}` });
  #regions: RegionLayer | undefined;
  #grid: Promise<unknown> | undefined;
  #insets: Insets | undefined;
  #loadingInsets: Promise<Insets> | undefined;
  #loadingRegions: Promise<RegionLayer> | undefined;
  #marks: Promise<MarkLayer> | undefined;
  #playing: ReturnType<typeof setInterval> | undefined;
  /** Which way planes are played. */
  #direction: 1 | -1 = 1;

  constructor(
    place: HTMLElement,
    source: PictureSource,
    state: ViewState,
    options: ViewerOptions,
  ) {
    this.#options = options;
    const { signal } = this.#closed;
    this.#announcer = new Announcer(signal);
    this.#alert = h("div", { class: "alert", role: "alert", hidden: true });
    this.model = new ViewerModel(source, state, {
      now: () => performance.now(),
      onProblem: (words) => this.#warn(words),
    });
    this.#stage = new Stage(this.model, {
      // The next frame says so again, when it has drawn what is to be seen.
      onChange: () => this.#root?.removeAttribute("data-settled"),
      onFrame: () => this.#frame(),
      onPointer: () => {
        this.#readout?.refresh();
        this.#insets?.point();
      },
      onKey: (event) => this.#key(event),
      onTileError: ({ level, x, y }, error) =>
        this.#warn(`Tile ${level}/${x}/${y}: ${error instanceof Error ? error.message : error}`),
      compass: () => this.#readout?.compass(),
      scaleBar: () => this.#readout?.scaleBar(),
    }, signal);
    this.#bar = new ColorBar({
      adjust: (right, down) => this.#stage.adjust(right, down),
      setLimits: (low, high) => this.model.change({ limits: `${low},${high}` }),
    });
    this.#readout = new Readout(this.model, this.#stage, signal);
    this.#panels = new PanelArea(this.model, {
      problems: () => this.#readout.problems,
      memory: () => this.#stage.renderer.bytes,
      picture: (factor, withOverlays) => this.#picture(factor, withOverlays),
      section: () => this.#section(),
      command: () => this.#command(),
      regions: async () => (await this.#loadRegions()).editor,
      marks: () => this.#loadMarks(),
      name: () => (this.model.info.value?.name ?? "picture").replace(/\.[^.]*$/, ""),
    }, signal);
    const act = (action: Action) => this.#act(action, 1);
    const title = h("h1", {}, "");
    this.#root = h(
      "div",
      { class: "viewer" },
      h(
        "header",
        { class: "bar" },
        h(
          "div",
          { class: "title" },
          options.lead,
          title,
          iconButton("theme", "Light or dark", switchTheme),
          iconButton("help", "Keys and gestures (?)", () => this.#help.showModal()),
        ),
        toolbar(this.model, act, signal),
      ),
      h(
        "div",
        { class: "frame" },
        this.#stage.element,
        this.#summary,
        this.#zoomButtons(act),
        new TableView(this.model, signal).element,
        new PlotView(this.model, signal).element,
        this.#alert,
        this.#progress,
      ),
      h("div", { class: "foot" }, options.strip, this.#bar.element, this.#readout.element),
      this.#panels.element,
      this.#help,
      this.#announcer.element,
    );
    this.#stage.element.setAttribute("aria-describedby", this.#summary.id);
    fillWith(place, this.#root);
    this.model.info.watch((info) => setText(title, info?.name ?? "\u2026"), signal);
    this.#watch(signal);
    void this.model.open().catch((error) => this.#failed(error));
  }

  #watch(signal: AbortSignal): void {
    const { model } = this;
    model.state.watch((state, before) => {
      if (state.grid) this.#loadGrid();
      if (state.regions !== undefined) this.#withRegions(() => {});
      if (state.others.some(([name]) => name === "marks")) {
        this.#loadMarks().catch((error) => this.model.report(error));
      }
      if (state !== before) this.#options.onState?.(state, model.lastChange);
      this.#colorBar();
    }, signal);
    model.limits.watch((limits) => {
      this.#colorBar();
      const isHeard = this.#stage.dragging === undefined && model.source.isLive !== true;
      if (limits !== undefined && isHeard) {
        this.#announcer.say(`Limits ${limits.low} to ${limits.high}`);
      }
    }, signal);
    model.equalizing.watch(() => this.#colorBar(), signal);
    model.playing.watch((now, before) => {
      if (now === before || this.#playing === undefined) return;
      this.#pause();
      this.#play();
    }, signal);
    model.hdu.watch((hdu, before) => {
      // The next frame of a feed is no news for who listens.
      if (model.source.isLive === true && before !== undefined && hdu !== before) return;
      this.#pause();
      this.#name();
      if (hdu === undefined) return;
      this.#alert.hidden = true;
      this.#stage.say(isPicture(hdu) ? undefined : `HDU ${titleOf(hdu)}: ${contentsOf(hdu)}`);
      this.#announcer.say(`HDU ${titleOf(hdu)}: ${contentsOf(hdu)}`);
    }, signal);
    model.header.watch(() => this.#name(), signal);
    globalThis.addEventListener("resize", () => this.#colorBar(), { signal });
  }

  get stage(): Stage {
    return this.#stage;
  }

  goTo(state: ViewState): void {
    this.model.goTo(state);
  }

  refresh(): void {
    void this.model.refresh();
  }

  close(): void {
    this.#pause();
    this.model.close();
    this.#closed.abort();
    this.#root.remove();
  }

  /** What the picture is called for those who do not see it. */
  #name(): void {
    const hdu = this.model.hdu.value;
    const object = this.model.header.value?.text("OBJECT");
    const size = hdu?.shape.slice(0, 2).join(" by ") ?? "";
    const name = `Image${object ? ` ${object}` : ""}, HDU ${hdu?.index ?? 0}, ${size}`;
    this.#stage.element.setAttribute("aria-label", name);
  }

  #colorBar(): void {
    const { stretch, colormap, invert, bias, contrast } = this.model.state.value;
    const counts = this.model.equalizing.value?.counts;
    const hdu = this.model.hdu.value;
    this.#bar.element.hidden = hdu === undefined || !isPicture(hdu);
    const coloring = { stretch, colormap, invert, bias, contrast, counts };
    this.#bar.show(coloring, this.model.limits.value, hdu?.unit ?? "");
  }

  #zoomButtons(act: (action: Action) => void): HTMLElement {
    const touch = iconButton("invert", "One finger changes the contrast", () => {
      const { gestures } = this.#stage;
      gestures.adjustsByTouch = !gestures.adjustsByTouch;
      touch.setAttribute("aria-pressed", String(gestures.adjustsByTouch));
    }, { class: "icon-button touch-only", "aria-pressed": "false" });
    return h(
      "div",
      { class: "zoom" },
      iconButton("plus", "Zoom in (+)", () => act("zoomIn")),
      iconButton("minus", "Zoom out (\u2212)", () => act("zoomOut")),
      iconButton("fit", "Fit the whole image (0)", () => act("fit")),
      iconButton("one", "One screen pixel for each pixel (1)", () => act("zoom1")),
      ...(["overview", "magnifier"] as const).map((name) => this.#insetButton(name, act)),
      touch,
    );
  }

  #insetButton(name: InsetName, act: (action: Action) => void): HTMLElement {
    const words = { overview: "Overview (Shift+z)", magnifier: "Magnifying glass (z)" }[name];
    const more = { "aria-pressed": "false", "data-inset": name };
    return iconButton(name, words, () => act(name), more);
  }

  /** Shows or hides a small picture; what draws it is loaded when it is asked for first. */
  async #toggleInset(name: InsetName): Promise<void> {
    try {
      this.#loadingInsets ??= import("./insets/insets.ts").then(({ Insets }) => {
        const insets = new Insets(this.model, this.#stage);
        this.#stage.element.after(insets.element);
        return this.#insets = insets;
      });
      const isShown = (await this.#loadingInsets).toggle(name);
      const button = this.#root.querySelector(`[data-inset=${name}]`);
      button?.setAttribute("aria-pressed", String(isShown));
    } catch (error) {
      this.#loadingInsets = undefined;
      this.model.report(error);
    }
  }

  /** Turns to the table, or to the next one. */
  #showTable(): void {
    const hdus = this.model.info.value?.hdus ?? [];
    const index = this.model.hdu.value?.index ?? 0;
    const order = [...hdus.slice(index + 1), ...hdus.slice(0, index + 1)];
    const table = order.find(({ rows }) => rows !== undefined);
    if (table === undefined) return this.#announcer.say("There is no table in this file");
    this.model.showHdu(table.index);
  }

  #warn(words: string): void {
    fillWith(
      this.#alert,
      h("p", {}, words),
      h("button", {
        type: "button",
        onclick: () => {
          this.#alert.hidden = true;
          this.#stage.renderer.loader.retry();
          this.#stage.renderer.draw();
        },
      }, "Retry"),
      iconButton("close", "Close", () => this.#alert.hidden = true),
    );
    this.#alert.hidden = false;
  }

  #failed(error: unknown): void {
    this.#stage.say(error instanceof Error ? error.message : String(error));
    this.model.report(error);
  }

  #frame(): void {
    const { renderer } = this.#stage;
    const hdu = this.model.hdu.value;
    const isThere = hdu !== undefined && this.#readout?.isReady &&
      (!isPicture(hdu) || this.model.limits.value !== undefined && renderer.isSettled);
    this.#root.toggleAttribute("data-settled", isThere === true);
    this.#root.dataset.level = String(renderer.level);
    if (isThere) this.#arrived(hdu);
    this.#options.onDrawn?.(renderer.level, isThere === true);
    const waits = hdu !== undefined && isPicture(hdu) && !renderer.loader.isIdle;
    this.#progress.hidden = !waits;
    if (waits) {
      const words = renderer.isDraft ? "draft: exact values are coming" : "reading";
      setText(this.#progress, words);
    }
    this.#readout.refresh();
    this.#insets?.draw();
  }

  /** All that is seen is there. */
  #arrived(hdu: HduInfo): void {
    this.#turnNorth();
    const limits = this.model.limits.value;
    const scale = limits === undefined
      ? ""
      : `limits ${briefText(limits.low)} to ${briefText(limits.high)}; `;
    const unit = hdu.unit === "" ? "" : `unit ${hdu.unit}; `;
    setText(this.#summary, `${contentsOf(hdu)}; ${unit}${scale}${this.#readout.middle()}`);
  }

  /** An address may ask for north up before the sky is known: it then says turn and flip. */
  #turnNorth(): void {
    const { others } = this.model.state.value;
    if (!others.some(([name, value]) => name === "north" && value === "up")) return;
    const rest = others.filter(([name]) => name !== "north");
    this.model.change({ ...this.#readout.northUp(), others: rest });
  }

  /** Loads what draws the grid, when it is asked for first. */
  #loadGrid(): void {
    this.#grid ??= import("./grid_layer.ts").then(
      ({ GridLayer }) => new GridLayer(this.model, this.#stage, this.#closed.signal),
      (error) => this.model.report(error),
    );
  }

  /** Loads what draws and changes regions, when they are needed first. */
  #loadRegions(): Promise<RegionLayer> {
    return this.#loadingRegions ??= (async () => {
      const { RegionLayer } = await import("./region_layer.ts");
      const say = (words: string) => this.#announcer.say(words);
      const { signal } = this.#closed;
      return this.#regions = new RegionLayer(this.model, this.#stage, say, signal);
    })();
  }

  /** Loads what draws rows of tables, when they are needed first. */
  #loadMarks(): Promise<MarkLayer> {
    return this.#marks ??= (async () => {
      const { MarkLayer } = await import("./marks/layer.ts");
      const open = (path: string) => this.#options.openFile?.(path);
      return new MarkLayer(this.model, this.#stage, open, this.#closed.signal);
    })();
  }

  /** Does something with the regions, at once where they are loaded. */
  #withRegions(act: (layer: RegionLayer) => void): void {
    if (this.#regions !== undefined) return act(this.#regions);
    this.#loadRegions().then(act, (error) => this.model.report(error));
  }

  #key(event: KeyboardEvent): void {
    if (this.#regions?.key(event)) return event.preventDefault();
    const found = actionOf(event);
    if (found === undefined) return;
    event.preventDefault();
    this.#act(found.action, found.times);
  }

  #act(action: Action, times: number): void {
    const stage = this.#stage;
    const { view } = stage;
    const [across, down] = [stage.size.width / 10, stage.size.height / 10];
    const zoomTo = (zoom: number) => stage.zoomBy(zoom / view.zoom);
    const acts: Record<Action, () => void> = {
      cursorLeft: () => this.#moveCursor(-times, 0),
      cursorRight: () => this.#moveCursor(times, 0),
      cursorUp: () => this.#moveCursor(0, times),
      cursorDown: () => this.#moveCursor(0, -times),
      panLeft: () => stage.setView(panBy(view, stage.size, across, 0)),
      panRight: () => stage.setView(panBy(view, stage.size, -across, 0)),
      panUp: () => stage.setView(panBy(view, stage.size, 0, down)),
      panDown: () => stage.setView(panBy(view, stage.size, 0, -down)),
      zoomIn: () => zoomTo(nextZoom(view.zoom, 1)),
      zoomOut: () => zoomTo(nextZoom(view.zoom, -1)),
      fit: () => this.model.change({ x: undefined, y: undefined, zoom: undefined }),
      zoom1: () => zoomTo(1 / stage.size.ratio),
      zoom2: () => zoomTo(2 / stage.size.ratio),
      zoom4: () => zoomTo(4 / stage.size.ratio),
      crossHair: () => stage.putCursor(stage.pixelAt(stage.pointer ?? stage.middle)),
      centre: () => {
        const [x, y] = this.#cursor();
        stage.setView({ ...view, x, y });
      },
      planeBefore: () => this.#step(-1),
      planeAfter: () => this.#step(1),
      play: () => this.#play(),
      hduBefore: () => this.#stepHdu(-1),
      hduAfter: () => this.#stepHdu(1),
      northUp: () => this.#northUp(),
      flipX: () => this.#flip("x"),
      flipY: () => this.#flip("y"),
      rotate: () => this.model.change({ rotate: (this.model.state.value.rotate + 90) % 360 }),
      nextStretch: () =>
        this.model.change({ stretch: after(STRETCHES, this.model.state.value.stretch) }),
      nextLimits: () =>
        this.model.change({
          limits: after(LIMIT_CHOICES.map(([name]) => name), this.model.state.value.limits),
        }),
      nextColormap: () =>
        this.model.change({ colormap: after(COLORMAPS, this.model.state.value.colormap) }),
      invert: () => this.model.change({ invert: !this.model.state.value.invert }),
      resetContrast: () => this.model.change({ bias: 0.5, contrast: 1 }),
      grid: () => this.model.change({ grid: !this.model.state.value.grid }),
      addRegion: () => this.#withRegions((layer) => layer.begin()),
      removeRegion: () => this.#withRegions(({ editor }) => editor.remove()),
      excludeRegion: () => this.#withRegions(({ editor }) => editor.exclude()),
      regionAfter: () => this.#stepRegion(1),
      regionBefore: () => this.#stepRegion(-1),
      deselect: () => this.#withRegions(({ editor }) => editor.selected.value = undefined),
      copyCoordinates: () => void this.#copy(this.#readout.coordinates()),
      copyValue: () => void this.#copy(this.#readout.sentence()),
      speak: () => this.#announcer.say(this.#readout.sentence()),
      undo: () => this.model.undo(),
      redo: () => this.model.redo(),
      header: () => this.#panels.show("header"),
      table: () => this.#showTable(),
      magnifier: () => void this.#toggleInset("magnifier"),
      overview: () => void this.#toggleInset("overview"),
      compass: () => this.model.change({ compass: !this.model.state.value.compass }),
      download: () => this.#panels.show("export"),
      help: () => this.#help.showModal(),
    };
    acts[action]();
  }

  /** The cross-hair; without one, the pixel in the middle. */
  #cursor(): Point {
    return this.model.state.value.cursor ?? this.#stage.pixelAt(this.#stage.middle);
  }

  #moveCursor(right: number, up: number): void {
    const { cursor } = this.model.state.value;
    const [x, y] = this.#cursor();
    // The first press only shows where it is.
    if (cursor === undefined) return this.#stage.putCursor([x, y]);
    this.#stage.pointer = undefined;
    const { flipX, flipY } = this.#stage.view;
    this.#stage.putCursor([x + (flipX ? -right : right), y + (flipY ? -up : up)]);
    this.#keepInView();
  }

  /** Moves the picture along with a cross-hair that leaves it. */
  #keepInView(): void {
    const cursor = this.model.state.value.cursor!;
    const { size, view } = this.#stage;
    const [left, top] = screenOf(this.#stage, cursor);
    const beyond = (place: number, length: number) =>
      place < 16 ? 16 - place : place > length - 16 ? length - 16 - place : 0;
    const [right, down] = [beyond(left, size.width), beyond(top, size.height)];
    if (right !== 0 || down !== 0) this.#stage.setView(panBy(view, size, right, down));
  }

  #step(by: 1 | -1): void {
    if (this.#options.player !== undefined) return this.#options.player.step(by);
    const [first, ...rest] = this.model.plane;
    const length = this.model.hdu.value?.shape[2] ?? 1;
    if (first === undefined) return;
    const next = (first - 1 + by + length) % length + 1;
    this.#stage.direction = by;
    this.model.change({ plane: [next, ...rest] });
    if (this.#playing === undefined) this.#announcer.say(`Plane ${next} of ${length}`);
  }

  #play(): void {
    if (this.#options.player !== undefined) return this.#options.player.toggle();
    if (this.#playing !== undefined) return this.#pause();
    if ((this.model.hdu.value?.shape[2] ?? 1) < 2) return;
    // A plane is shown when the one before it is there: never faster than tiles arrive.
    const { rate, way } = this.model.playing.value;
    if (way !== "bounce") this.#direction = way === "back" ? -1 : 1;
    this.#playing = setInterval(() => {
      if (!this.#stage.renderer.isSettled || document.hidden) return;
      const at = this.model.plane[0] ?? 1;
      const isAtEnd = at === 1 || at === this.model.hdu.value?.shape[2];
      if (way === "bounce" && isAtEnd) this.#direction = at === 1 ? 1 : -1;
      this.#step(this.#direction);
    }, 1000 / rate);
    this.#showPlaying();
  }

  #pause(): void {
    clearInterval(this.#playing);
    this.#playing = undefined;
    this.#showPlaying();
  }

  #showPlaying(): void {
    const button = this.#root?.querySelector(".play");
    button?.replaceChildren(icon(this.#playing === undefined ? "play" : "pause"));
    button?.setAttribute("aria-pressed", String(this.#playing !== undefined));
  }

  #stepHdu(by: 1 | -1): void {
    const count = this.model.info.value?.hdus.length ?? 0;
    const index = this.model.hdu.value?.index ?? 0;
    if (count > 1) this.model.showHdu((index + by + count) % count);
  }

  #stepRegion(by: 1 | -1): void {
    this.#withRegions((layer) => {
      layer.editor.step(by);
      layer.tell();
    });
  }

  #flip(way: "x" | "y"): void {
    const { flipX, flipY } = this.#stage.view;
    const x = flipX !== (way === "x");
    const y = flipY !== (way === "y");
    const flip = `${x ? "x" : ""}${y ? "y" : ""}` as const;
    this.model.change({
      flip: flip === "" && this.model.state.value.flip === undefined ? undefined : flip,
    });
  }

  #northUp(): void {
    const turn = this.#readout.northUp();
    if (turn === undefined) return this.#announcer.say("There is no sky to turn north up");
    const { rotate, flip } = this.model.state.value;
    const isUp = rotate === turn.rotate && (flip ?? "") === turn.flip;
    this.model.change(isUp ? { rotate: 0, flip: undefined } : turn);
  }

  async #copy(text: string): Promise<void> {
    const isCopied = await copyText(text);
    this.#announcer.say(isCopied ? `Copied ${text}` : text);
    if (!isCopied) this.#warn(text);
  }

  #section(): string | undefined {
    const { plane } = this.#stage;
    if (plane === undefined) return undefined;
    return sectionOf(this.#stage.drawnView, this.#stage.size, plane, this.model.plane);
  }

  #command(): string | undefined {
    const hdu = this.model.hdu.value;
    const section = this.#section();
    if (hdu === undefined || section === undefined) return undefined;
    return fitsViewCommand({
      program: this.#options.program ?? "heliograph",
      argument: this.model.source.links.argument,
      hdu: hdu.index,
      section,
      state: this.model.state.value,
      limits: this.model.limits.value,
    });
  }

  async #picture(factor: number, withOverlays: boolean): Promise<Blob> {
    const picture = this.#stage.renderer.picture(factor);
    if (!withOverlays) return await picture.convertToBlob({ type: "image/png" });
    const context = picture.getContext("2d")!;
    const overlay = new OffscreenCanvas(picture.width, picture.height);
    const { size } = this.#stage;
    this.#stage.drawOverlayOn(overlay.getContext("2d")!, { ...size, ratio: size.ratio * factor });
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(overlay, 0, 0);
    return await picture.convertToBlob({ type: "image/png" });
  }
}

/** The entry after one, from the first again. */
function after<T>(list: readonly T[], value: T): T {
  return list[(list.indexOf(value) + 1) % list.length]!;
}

/** Exchanges light and dark, and remembers it. */
function switchTheme(): void {
  const root = document.documentElement;
  const isDark = root.dataset.theme === "dark" ||
    root.dataset.theme === undefined && matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = isDark ? "light" : "dark";
  document.dispatchEvent(new Event("themechange"));
  try {
    localStorage.setItem("theme", root.dataset.theme);
  } catch {
    // A browser that keeps nothing has it until the page is closed.
  }
}
