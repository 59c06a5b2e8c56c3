/** The picture itself: canvas, overlay, gestures, and the view as the state has it. */

import { h, setText } from "./page/dom.ts";
import { CanvasRenderer } from "./picture/canvas_renderer.ts";
import { drawOverlay } from "./picture/overlay.ts";
import type { PlaneShape, TileAddress, TileRequest } from "./picture/tile_loader.ts";
import {
  boundView,
  type CanvasSize,
  fitView,
  panBy,
  type Point,
  toPixel,
  type View,
  zoomAt,
} from "./picture/transform.ts";
import type { HduVersion } from "./source/picture_source.ts";
import { isPicture } from "./view/choose_hdu.ts";
import { Gestures } from "./view/gestures.ts";
import type { ViewerModel } from "./view/model.ts";
import { valueText } from "./view/number_text.ts";
import { roundView, type ViewState } from "./view/url_state.ts";

/** Planes whose tiles can be asked for. */
const MAX_PLANES = 4_096;
/** Bytes of values that are kept on phones and other machines with little memory. */
const SMALL_VALUE_BYTES = 96 << 20;
/** How long a page is hidden before it lets go of its values. */
const RELEASE_MS = 60_000;

/** What a stage tells. */
export interface StageOptions {
  /** Something is to be drawn. */
  onChange(): void;
  /** After each frame. */
  onFrame(): void;
  /** The pointer has moved, or left. */
  onPointer(): void;
  /** A key is pressed while the stage has the focus. */
  onKey(event: KeyboardEvent): void;
  /** A tile cannot be had. */
  onTileError(address: TileAddress, error: unknown): void;
  /** The directions on the sky at the middle of the view, in FITS pixels. */
  compass(): { readonly north: number; readonly east: number } | undefined;
  /** A bar that tells how large things are. */
  scaleBar(): { readonly length: number; readonly label: string } | undefined;
}

/** What draws more over the picture. */
export type Layer = (
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  view: View,
  size: CanvasSize,
) => void;

/** What the pointer takes hold of, before the picture itself. Places are CSS pixels. */
export interface PointerTool {
  /** Whether something is there that can be dragged. */
  take(at: Point): boolean;
  drag(at: Point): void;
  drop(): void;
}

/** The picture and what is drawn over it. */
export class Stage {
  readonly element: HTMLElement;
  readonly renderer: CanvasRenderer;
  readonly gestures: Gestures;
  /** Where the pointer is, in CSS pixels of the stage; undefined when it is not there. */
  pointer: Point | undefined;
  /** What is being dragged. */
  dragging: "pan" | "adjust" | "tool" | undefined;
  /** What is drawn over the picture, in order. */
  readonly layers: Layer[] = [];
  /** What the pointer takes hold of first. */
  tool: PointerTool | undefined;
  readonly #model: ViewerModel;
  readonly #options: StageOptions;
  readonly #overlay: HTMLCanvasElement;
  readonly #message = h("p", { class: "message", hidden: true });
  readonly #planes = new Map<string, { hdu: HduVersion; plane: readonly number[] }>();
  #size: CanvasSize = { width: 0, height: 0, ratio: 1 };
  #direction = 1;

  /**
   * Makes a stage.
   *
   * @param model What is shown.
   * @param options What is told.
   * @param signal Ends it.
   */
  constructor(model: ViewerModel, options: StageOptions, signal: AbortSignal) {
    this.#model = model;
    this.#options = options;
    const canvas = h("canvas", { class: "picture", "aria-hidden": "true" });
    this.#overlay = h("canvas", { class: "overlay", "aria-hidden": "true" });
    this.element = h(
      "div",
      {
        class: "stage",
        tabindex: 0,
        role: "application",
        "aria-label": "Image",
        onkeydown: (event: KeyboardEvent) => options.onKey(event),
      },
      canvas,
      this.#overlay,
      this.#message,
    );
    this.renderer = new CanvasRenderer(canvas, {
      most: model.source.mostTiles,
      maxBytes: isSmall() ? SMALL_VALUE_BYTES : undefined,
      load: (request, abort) => this.#load(request, abort),
      onTile: () => options.onPointer(),
      onError: (address, error) => options.onTileError(address, error),
      onChange: () => options.onChange(),
      onFrame: () => {
        this.#drawOverlay();
        options.onFrame();
      },
    });
    this.gestures = new Gestures(this.element, {
      pan: (right, down) => this.setView(panBy(this.view, this.#size, right, down)),
      zoom: (at, factor) => this.zoomBy(factor, at),
      adjust: (right, down) => this.adjust(right, down),
      centre: (at) => {
        const [x, y] = this.pixelAt(at);
        this.setView({ ...this.view, x, y });
      },
      crossHair: (at) => this.putCursor(this.pixelAt(at)),
      pointer: (at) => {
        this.pointer = at;
        this.renderer.setPointer(at);
        options.onPointer();
      },
      take: (at) => this.tool?.take(at) ?? false,
      drag: (at) => this.tool?.drag(at),
      drop: () => this.tool?.drop(),
      dragging: (kind) => {
        this.dragging = kind;
        this.element.classList.toggle("panning", kind === "pan");
      },
    }, signal);
    const observer = new ResizeObserver(() => this.#resize());
    observer.observe(this.element);
    signal.addEventListener("abort", () => {
      observer.disconnect();
      this.renderer.close();
    }, { once: true });
    this.#watch(signal);
  }

  #watch(signal: AbortSignal): void {
    const model = this.#model;
    model.hdu.watch(() => this.#turn(), signal);
    model.header.watch(() => this.#turn(), signal);
    model.limits.watch((limits) => this.renderer.setScale(limits), signal);
    model.equalizing.watch(() => this.#color(), signal);
    model.state.watch((state, before) => {
      if (COLORING.some((name) => state[name] !== before[name]) || state === before) this.#color();
      if (state.compass !== before.compass) this.renderer.draw();
      this.#turn();
    }, signal);
    const scheme = globalThis.matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", () => this.#color(), { signal });
    document.addEventListener("themechange", () => this.#color(), { signal });
    let release: ReturnType<typeof setTimeout> | undefined;
    document.addEventListener("visibilitychange", () => {
      clearTimeout(release);
      if (!document.hidden) return this.renderer.draw();
      release = setTimeout(() => this.renderer.release(), RELEASE_MS);
    }, { signal });
    signal.addEventListener("abort", () => clearTimeout(release), { once: true });
  }

  /** The canvas in CSS pixels. */
  get size(): CanvasSize {
    return this.#size;
  }

  /** The plane that is shown; undefined of an HDU without one. */
  get plane(): PlaneShape | undefined {
    return this.#planeOf(this.#model.plane);
  }

  /** What is seen, as the state has it. */
  get view(): View {
    const state = this.#model.state.value;
    const flip = state.flip ??
      (this.#model.header.value?.text("ROWORDER") === "TOP-DOWN" ? "y" : "");
    const turn = {
      ...{ rotate: state.rotate, flipX: flip.includes("x"), flipY: flip.includes("y") },
    };
    const plane = this.plane ?? { width: 1, height: 1 };
    if (state.x === undefined || state.y === undefined || state.zoom === undefined) {
      return fitView(plane, this.#size, { x: 0, y: 0, zoom: 1, ...turn });
    }
    return { x: state.x, y: state.y, zoom: state.zoom, ...turn };
  }

  /** The view as it is drawn. */
  get drawnView(): View {
    return this.renderer.drawnView ?? this.view;
  }

  /** Changes what is seen, within bounds. */
  setView(view: View, more: Partial<ViewState> = {}): void {
    const plane = this.plane;
    if (plane === undefined) return;
    const { x, y, zoom } = roundView(boundView(view, plane, this.#size));
    this.#model.change({ x, y, zoom, ...more });
  }

  /** Zooms, at a point or the middle. */
  zoomBy(factor: number, at: Point = this.middle): void {
    const { view } = this;
    const plane = this.plane;
    if (plane === undefined) return;
    const { zoom } = boundView({ ...view, zoom: view.zoom * factor }, plane, this.#size);
    this.setView(zoomAt(view, this.#size, at, zoom));
  }

  /** Changes bias and contrast, by parts of the width and the height. */
  adjust(right: number, down: number): void {
    const { bias, contrast } = this.#model.state.value;
    this.#model.change({
      bias: rounded(Math.min(1, Math.max(0, bias + right)), 4),
      contrast: rounded(Math.min(10, Math.max(0.01, contrast * 2 ** (-down * 4))), 4),
    });
  }

  /** The middle of the canvas. */
  get middle(): Point {
    return [this.#size.width / 2, this.#size.height / 2];
  }

  /** The FITS pixel, with its fraction, at a point of the stage. */
  pixelAt(at: Point): Point {
    return toPixel(this.drawnView, this.#size, at[0], at[1]);
  }

  /** Puts the cross-hair on a pixel of the image. */
  putCursor([x, y]: Point): void {
    const plane = this.plane;
    if (plane === undefined) return;
    const within = (value: number, most: number) => Math.min(most, Math.max(1, Math.round(value)));
    this.#model.change({ cursor: [within(x, plane.width), within(y, plane.height)] });
  }

  /** Says in place of a picture why there is none. */
  say(words: string | undefined): void {
    this.#message.hidden = words === undefined;
    if (words !== undefined) setText(this.#message, words);
  }

  /** Which way planes are gone through: the next is fetched before it is looked at. */
  set direction(step: 1 | -1) {
    this.#direction = step;
  }

  #planeOf(plane: readonly number[]): PlaneShape | undefined {
    const hdu = this.#model.hdu.value;
    if (hdu === undefined || !isPicture(hdu)) return undefined;
    const id = JSON.stringify([hdu.index, hdu.validator, plane]);
    if (!this.#planes.has(id)) {
      // Of a feed there is no end: who asks now asks for one of the last.
      if (this.#planes.size >= MAX_PLANES) this.#planes.clear();
      this.#planes.set(id, { hdu, plane });
    }
    return {
      id,
      width: hdu.shape[0]!,
      height: hdu.shape[1] ?? 1,
      levels: hdu.levels,
      drafts: hdu.pyramid === "draft",
      series: this.#model.source.isLive === true ? String(hdu.index) : undefined,
    };
  }

  async #load(request: TileRequest, signal: AbortSignal) {
    const { hdu, plane } = this.#planes.get(request.plane)!;
    const { level, x, y, draft } = request;
    try {
      return await this.#model.source.tile(hdu, plane, { level, x, y, draft }, signal);
    } catch (error) {
      if (error instanceof Error && error.name === "ChangedError") void this.#model.reload();
      throw error;
    }
  }

  #resize(): void {
    const { width, height } = this.element.getBoundingClientRect();
    const ratio = globalThis.devicePixelRatio || 1;
    // Whole device pixels, so that canvas and screen agree.
    const [across, down] = [Math.floor(width * ratio), Math.floor(height * ratio)];
    this.#size = { width: across / ratio, height: down / ratio, ratio };
    for (const canvas of [this.renderer.canvas, this.#overlay]) {
      canvas.style.width = `${this.#size.width}px`;
      canvas.style.height = `${this.#size.height}px`;
    }
    this.#overlay.width = Math.max(1, across);
    this.#overlay.height = Math.max(1, down);
    this.#readStyle();
    this.#turn();
  }

  /** Shows what the state says. */
  #turn(): void {
    if (this.#size.width < 1 || this.#size.height < 1) return;
    const { plane } = this;
    this.renderer.setPlane(plane);
    this.renderer.setView(this.view, this.#size, this.#model.state.value.smooth);
    this.renderer.setNext(this.#nextPlanes());
  }

  #nextPlanes(): PlaneShape[] {
    const length = this.#model.hdu.value?.shape[2] ?? 1;
    const [first, ...rest] = this.#model.plane;
    if (first === undefined || length < 2) return [];
    return [this.#direction, 2 * this.#direction].map((step) => first + step)
      .filter((place) => place >= 1 && place <= length)
      .flatMap((place) => this.#planeOf([place, ...rest]) ?? []);
  }

  #color(): void {
    const { stretch, colormap, invert, bias, contrast, missing } = this.#model.state.value;
    const counts = this.#model.equalizing.value?.counts;
    this.renderer.setColoring({ stretch, colormap, invert, bias, contrast, missing, counts });
    this.#readStyle();
  }

  /** Takes colours from the style of the page, which an element has once it is in it. */
  #readStyle(): void {
    const style = getComputedStyle(this.element);
    const color = (name: string) => style.getPropertyValue(name).trim() || "#808080";
    this.renderer.setColors({
      waiting: color("--waiting"),
      stripe: color("--stripe"),
      ground: color("--stripe-ground"),
    });
  }

  #drawOverlay(): void {
    const plane = this.plane;
    const context = this.#overlay.getContext("2d")!;
    if (plane === undefined) {
      context.clearRect(0, 0, this.#overlay.width, this.#overlay.height);
      return;
    }
    this.drawOverlayOn(context, this.#size);
  }

  /** Draws the overlay on another surface. */
  drawOverlayOn(
    context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
    size: CanvasSize,
  ): void {
    const plane = this.plane;
    if (plane === undefined) return;
    const bitpix = this.#model.hdu.value?.bitpix;
    const { cursor, compass: hasCompass } = this.#model.state.value;
    drawOverlay(context, this.drawnView, size, {
      cursor,
      width: plane.width,
      height: plane.height,
      valueText: (x, y) => {
        const value = this.renderer.loader.valueAt(x - 1, y - 1);
        return value &&
          (Number.isNaN(value.physical) ? "\u2013" : valueText(value.physical, bitpix));
      },
      compass: hasCompass ? this.#options.compass() : undefined,
      scaleBar: hasCompass ? this.#options.scaleBar() : undefined,
    });
    for (const layer of this.layers) layer(context, this.drawnView, size);
  }
}

/** Whether this is a machine with little memory, as far as a page is told. */
function isSmall(): boolean {
  const { deviceMemory = 8 } = navigator as { deviceMemory?: number };
  return deviceMemory <= 4 || globalThis.matchMedia("(pointer: coarse)").matches;
}

/** What of the state the colours are of. */
const COLORING = ["stretch", "colormap", "invert", "bias", "contrast", "missing"] as const;

function rounded(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}
