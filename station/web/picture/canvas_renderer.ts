/**
 * Draws a plane on a canvas in two steps. *Mosaic*: the tiles of a level are painted at 1:1, at
 * whole places, into one surface that is a little larger than the view. *Present*: the surface
 * is drawn once with the view's matrix. Moving about needs only the second step.
 *
 * @module
 */

import {
  type Box,
  type CanvasSize,
  levelOf,
  levelSize,
  snapView,
  TILE_SIZE,
  tilesIn,
  toPixel,
  toScreen,
  turnOf,
  type View,
  visibleBox,
} from "./transform.ts";
import { type Coloring, colorTable, type Missing, paintIndices } from "./color_table.ts";
import {
  addressesIn,
  type LoadedTile,
  type PlaneShape,
  type TileAddress,
  tileKey,
  TileLoader,
  type TileLoaderOptions,
  type WantedRange,
} from "./tile_loader.ts";

/** Pixels of the surface beside the view, on each side. */
const MARGIN = TILE_SIZE / 2;
/** Pixels of a side of the surface at most. */
const MAX_SIDE = 8192;
/** Milliseconds of rest after which the surface is made again around the view. */
const REST_MS = 150;
/** Milliseconds of painting in one frame. */
const PAINT_MS = 8;

/** What is drawn besides the plane. */
export interface Colors {
  /** Where nothing has come yet. */
  readonly waiting: string;
  /** Stripes where pixels have no value, and behind them. */
  readonly stripe: string;
  readonly ground: string;
}

/** How a renderer is made. */
export interface RendererOptions
  extends Pick<TileLoaderOptions, "load" | "most" | "maxBytes" | "onError"> {
  /** Is called when something is to be drawn: what is seen is no longer what should be. */
  onChange(): void;
  /** Is called after each frame. */
  onFrame(): void;
  /** Is called when tiles are there that were not. */
  onTile(): void;
}

/** The surface with a part of a level. */
interface Mosaic {
  readonly canvas: OffscreenCanvas;
  readonly context: OffscreenCanvasRenderingContext2D;
  readonly level: number;
  /** The pixel of the level, from 0, at the surface's first column and first row: y grows. */
  readonly x: number;
  readonly y: number;
  /** For each tile that was painted, with which colours; -1 where only a coarser one was. */
  readonly painted: Map<string, number>;
}

/** Draws one plane after the other. */
export class CanvasRenderer {
  readonly canvas: HTMLCanvasElement;
  readonly loader: TileLoader;
  readonly #options: RendererOptions;
  readonly #context: CanvasRenderingContext2D;
  readonly #scratch = new OffscreenCanvas(TILE_SIZE, TILE_SIZE);
  readonly #scratchContext = this.#scratch.getContext("2d", { willReadFrequently: true })!;
  readonly #table = new Uint32Array(65_536);
  #colors: Colors = { waiting: "#808080", stripe: "#909090", ground: "#787878" };
  #plane: PlaneShape | undefined;
  #view: View | undefined;
  #size: CanvasSize = { width: 1, height: 1, ratio: 1 };
  #smooth = false;
  #missing: Missing = "hatch";
  #scale: { readonly low: number; readonly high: number } | undefined;
  #version = 0;
  #mosaic: Mosaic | undefined;
  #next: readonly PlaneShape[] = [];
  #pointer: readonly [number, number] | undefined;
  #frame = 0;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #isResting = false;
  #isSettled = false;
  #isDraft = false;

  /**
   * Takes a canvas.
   *
   * @param canvas The canvas.
   * @param options Where tiles come from.
   */
  constructor(canvas: HTMLCanvasElement, options: RendererOptions) {
    this.canvas = canvas;
    this.#options = options;
    this.#context = canvas.getContext("2d")!;
    this.loader = new TileLoader({
      load: options.load,
      most: options.most,
      maxBytes: options.maxBytes,
      onError: (address, error) => {
        options.onError(address, error);
        this.draw();
      },
      onTile: () => {
        options.onTile();
        this.draw();
      },
    });
  }

  /** Whether all that is seen is there, exact and painted. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Whether something that is seen is made of a sample of the pixels only. */
  get isDraft(): boolean {
    return this.#isDraft;
  }

  /** The level that is drawn. */
  get level(): number {
    return this.#view === undefined || this.#plane === undefined
      ? 0
      : levelOf(this.#view.zoom, this.#size.ratio, this.#plane.levels - 1);
  }

  /** The view as it is drawn, edges of pixels on edges of the screen's. */
  get drawnView(): View | undefined {
    return this.#view && snapView(this.#view, this.#size, this.level);
  }

  /** The size of the canvas. */
  get size(): CanvasSize {
    return this.#size;
  }

  /** Turns to a plane. */
  setPlane(plane: PlaneShape | undefined): void {
    const before = this.#plane;
    if (plane?.id === before?.id) return;
    this.#plane = plane;
    const isNext = plane?.series !== undefined && plane.series === before?.series &&
      plane.width === before.width && plane.height === before.height;
    // What was painted is of the plane before, and seen until something better is there.
    if (isNext) this.#mosaic?.painted.clear();
    else this.#mosaic = undefined;
    this.loader.setPlane(plane);
    this.draw();
  }

  /** Says which planes are looked at next. */
  setNext(planes: readonly PlaneShape[]): void {
    this.#next = planes;
    this.draw();
  }

  /** Changes what of the plane is seen. */
  setView(view: View, size: CanvasSize, smooth: boolean): void {
    this.#view = view;
    this.#smooth = smooth;
    if (
      size.width !== this.#size.width || size.height !== this.#size.height ||
      size.ratio !== this.#size.ratio
    ) {
      this.#size = size;
      this.canvas.width = Math.max(1, Math.round(size.width * size.ratio));
      this.canvas.height = Math.max(1, Math.round(size.height * size.ratio));
    }
    this.draw();
  }

  /** Changes the limits; without them nothing is painted. */
  setScale(scale: { readonly low: number; readonly high: number } | undefined): void {
    if (scale?.low === this.#scale?.low && scale?.high === this.#scale?.high) return;
    this.#scale = scale;
    this.#version++;
    this.draw();
  }

  /** Changes the colours. */
  setColoring(coloring: Coloring): void {
    this.#missing = coloring.missing ?? "hatch";
    colorTable(coloring, this.#table);
    this.#version++;
    this.draw();
  }

  /** Changes what stands where there is no value, and no tile. */
  setColors(colors: Colors): void {
    this.#colors = colors;
    this.draw();
  }

  /** Says where the pointer is, in CSS pixels: what is near it is asked for first. */
  setPointer(pointer: readonly [number, number] | undefined): void {
    this.#pointer = pointer;
  }

  /** Bytes that are held: values, and what is painted of them. */
  get bytes(): { readonly values: number; readonly painted: number } {
    const { width, height } = this.#mosaic?.canvas ?? { width: 0, height: 0 };
    const pixels = width * height + TILE_SIZE ** 2 + this.canvas.width * this.canvas.height;
    return { values: this.loader.bytes, painted: 4 * pixels };
  }

  /** Lets go of what is held: it comes again when it is drawn. */
  release(): void {
    this.loader.clear();
    this.#mosaic = undefined;
  }

  /** Draws as soon as the screen does. */
  draw(): void {
    this.#isSettled = false;
    this.#options.onChange();
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#drawNow());
  }

  /** Ends it. */
  close(): void {
    clearTimeout(this.#rest);
    cancelAnimationFrame(this.#frame);
    this.#frame = -1;
    this.loader.close();
  }

  #drawNow(): void {
    this.#frame = 0;
    const view = this.drawnView;
    const plane = this.#plane;
    if (view === undefined || plane === undefined) {
      this.#context.setTransform(1, 0, 0, 1, 0, 0);
      this.#context.clearRect(0, 0, this.canvas.width, this.canvas.height);
      this.#options.onFrame();
      return;
    }
    const level = this.level;
    const box = visibleBox(view, this.#size);
    const range = this.#rangeOf(box, plane, level, view);
    this.loader.want(range, this.#next);
    const isPainted = this.#paint(box, range, plane);
    this.#isDraft = addressesIn(range).some((address) => this.loader.get(address)?.tile.isDraft);
    this.#present(this.#context, view, this.#size, plane, range);
    this.#isSettled = isPainted && this.loader.isIdle && this.#isCentred(box, level, plane);
    this.#options.onFrame();
    if (!isPainted && this.#frame === 0) {
      this.#frame = requestAnimationFrame(() => this.#drawNow());
    }
  }

  /**
   * Whether the surface is where a new one would be. If not, it is made again after a rest: how
   * pixels are rounded where the view is turned depends on it, and a view is always the same.
   */
  #isCentred(box: Box, level: number, plane: PlaneShape): boolean {
    clearTimeout(this.#rest);
    const mosaic = this.#mosaic;
    if (mosaic === undefined) return true;
    const { x, y, width, height } = surfaceFor(box, level, plane);
    const { canvas } = mosaic;
    const isSame = mosaic.x === x && mosaic.y === y && canvas.width === width &&
      canvas.height === height;
    if (!isSame) {
      this.#rest = setTimeout(() => {
        this.#isResting = true;
        this.draw();
      }, REST_MS);
    }
    return isSame;
  }

  #rangeOf(box: Box, plane: PlaneShape, level: number, view: View): WantedRange {
    const [x, y] = this.#pointer === undefined
      ? [view.x, view.y]
      : toPixel(view, this.#size, ...this.#pointer);
    const step = TILE_SIZE * 2 ** level;
    return { level, ...tilesIn(box, plane, level), nearX: x / step, nearY: y / step };
  }

  /**
   * Paints what is loaded into the surface, for a few milliseconds.
   *
   * @returns Whether nothing is left to paint.
   */
  #paint(box: Box, range: WantedRange, plane: PlaneShape): boolean {
    const scale = this.#scale;
    if (scale === undefined) return true;
    const mosaic = this.#mosaicFor(box, range.level, plane);
    const start = performance.now();
    let isDone = true;
    for (const address of addressesIn(range)) {
      const key = tileKey(address);
      const loaded = this.loader.get(address);
      if (loaded === undefined) {
        if (!mosaic.painted.has(key)) this.#paintCoarser(mosaic, address, scale, plane);
        continue;
      }
      const state = mosaic.painted.get(key);
      const wanted = loaded.tile.isDraft ? this.#version + 0.5 : this.#version;
      if (state === wanted) continue;
      if (performance.now() - start > PAINT_MS) {
        isDone = false;
        continue;
      }
      this.#paintTile(loaded, scale);
      const [left, top] = [address.x * TILE_SIZE - mosaic.x, address.y * TILE_SIZE - mosaic.y];
      const { width, height } = loaded.tile;
      mosaic.context.clearRect(left, top, width, height);
      mosaic.context.drawImage(this.#scratch, 0, 0, width, height, left, top, width, height);
      mosaic.painted.set(key, wanted);
    }
    return isDone;
  }

  /** Paints a tile at the corner of the scratch surface. */
  #paintTile(loaded: LoadedTile, { low, high }: { low: number; high: number }): void {
    const { width, height } = loaded.tile;
    const image = new ImageData(width, height);
    const indices = this.loader.indicesOf(loaded, low, high);
    paintIndices(indices, this.#table, new Uint32Array(image.data.buffer));
    this.#scratchContext.putImageData(image, 0, 0);
  }

  /** Paints what a coarser tile knows of one that is not there. */
  #paintCoarser(
    mosaic: Mosaic,
    { level, x, y }: TileAddress,
    scale: { low: number; high: number },
    plane: PlaneShape,
  ): void {
    for (let up = 1; level + up < plane.levels; up++) {
      const step = 2 ** up;
      const coarse = { level: level + up, x: Math.floor(x / step), y: Math.floor(y / step) };
      const loaded = this.loader.get(coarse);
      if (loaded === undefined) continue;
      this.#paintTile(loaded, scale);
      const side = TILE_SIZE / step;
      const [fromX, fromY] = [(x - coarse.x * step) * side, (y - coarse.y * step) * side];
      const width = Math.min(side, loaded.tile.width - fromX);
      const height = Math.min(side, loaded.tile.height - fromY);
      const [left, top] = [x * TILE_SIZE - mosaic.x, y * TILE_SIZE - mosaic.y];
      // Only where nothing is: what was seen a moment ago may be finer.
      mosaic.context.globalCompositeOperation = "destination-over";
      mosaic.context.drawImage(
        this.#scratch,
        ...[fromX, fromY, width, height] as const,
        ...[left, top, width * step, height * step] as const,
      );
      mosaic.context.globalCompositeOperation = "source-over";
      mosaic.painted.set(tileKey({ level, x, y }), -1);
      return;
    }
  }

  /** The surface for a view: the one that is there, or a new one with what the old one knows. */
  #mosaicFor(box: Box, level: number, plane: PlaneShape): Mosaic {
    const seen = seenOf(box, level, plane);
    const old = this.#mosaic;
    const isResting = this.#isResting;
    this.#isResting = false;
    if (
      !isResting && old !== undefined && old.level === level && seen.left >= old.x &&
      seen.bottom >= old.y && seen.right <= old.x + old.canvas.width &&
      seen.top <= old.y + old.canvas.height
    ) return old;
    const { x, y, width, height } = surfaceFor(box, level, plane);
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d")!;
    const mosaic = { canvas, context, level, x, y, painted: new Map<string, number>() };
    if (old !== undefined) reproject(old, mosaic);
    this.#mosaic = mosaic;
    return mosaic;
  }

  #present(
    context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
    view: View,
    size: CanvasSize,
    plane: PlaneShape,
    range: WantedRange,
  ): void {
    const { ratio } = size;
    const { a, b, c, d } = turnOf(view);
    const [originX, originY] = toScreen(view, size, 0.5, 0.5);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    context.save();
    // From here on in pixels of the image, from its lower left corner.
    const place = () =>
      context.setTransform(
        ...[a * ratio, b * ratio, c * ratio, d * ratio] as const,
        ...[exact(originX * ratio), exact(originY * ratio)] as const,
      );
    place();
    context.beginPath();
    context.rect(0, 0, plane.width, plane.height);
    context.clip();
    context.fillStyle = this.#colors.waiting;
    context.fillRect(0, 0, plane.width, plane.height);
    this.#fillMissing(context, range, plane, place);
    const mosaic = this.#mosaic;
    if (mosaic !== undefined && this.#scale !== undefined) {
      const step = 2 ** mosaic.level;
      context.imageSmoothingEnabled = this.#smooth || view.zoom < 1;
      context.drawImage(
        mosaic.canvas,
        mosaic.x * step,
        mosaic.y * step,
        mosaic.canvas.width * step,
        mosaic.canvas.height * step,
      );
    }
    context.restore();
  }

  /**
   * Stripes, or nothing, where tiles have pixels without a value; stripes where a tile cannot be
   * had.
   */
  #fillMissing(
    context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
    range: WantedRange,
    plane: PlaneShape,
    place: () => void,
  ): void {
    let isNeeded = false;
    const side = TILE_SIZE * 2 ** range.level;
    const isClear = this.#missing === "transparent";
    context.beginPath();
    for (const address of addressesIn(range)) {
      const loaded = this.loader.get(address);
      const isMissing = loaded === undefined
        ? this.loader.failureOf(address) !== undefined
        : loaded.tile.missing > 0;
      if (!isMissing) continue;
      const [x, y] = [address.x * side, address.y * side];
      const size = [Math.min(side, plane.width - x), Math.min(side, plane.height - y)] as const;
      if (isClear && loaded !== undefined) {
        context.clearRect(x, y, ...size);
        continue;
      }
      isNeeded = true;
      context.rect(x, y, ...size);
    }
    if (!isNeeded) return;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = context.createPattern(stripes(this.#colors), "repeat")!;
    context.fill();
    place();
  }

  /**
   * Draws what is seen on another surface.
   *
   * @param factor Its pixels for one of the canvas.
   */
  picture(factor: number): OffscreenCanvas {
    const { width, height } = this.canvas;
    const canvas = new OffscreenCanvas(width * factor, height * factor);
    const context = canvas.getContext("2d")!;
    const [view, plane] = [this.drawnView, this.#plane];
    if (view === undefined || plane === undefined) return canvas;
    const size = { ...this.#size, ratio: this.#size.ratio * factor };
    const range = this.#rangeOf(visibleBox(view, this.#size), plane, this.level, view);
    this.#present(context, view, size, plane, range);
    return canvas;
  }
}

/** What of a level is seen, in its pixels from 0. */
function seenOf(box: Box, level: number, plane: PlaneShape): Box {
  const step = 2 ** level;
  const { width, height } = levelSize(plane, level);
  return {
    left: Math.max(0, Math.floor((box.left - 0.5) / step)),
    bottom: Math.max(0, Math.floor((box.bottom - 0.5) / step)),
    right: Math.min(width, Math.ceil((box.right - 0.5) / step)),
    top: Math.min(height, Math.ceil((box.top - 0.5) / step)),
  };
}

/** Where a new surface is made: what is seen, and a margin. */
function surfaceFor(
  box: Box,
  level: number,
  plane: PlaneShape,
): { x: number; y: number; width: number; height: number } {
  const seen = seenOf(box, level, plane);
  const size = levelSize(plane, level);
  const x = Math.min(Math.max(0, seen.left - MARGIN), size.width - 1);
  const y = Math.min(Math.max(0, seen.bottom - MARGIN), size.height - 1);
  return {
    x,
    y,
    width: Math.max(1, Math.min(size.width - x, seen.right + MARGIN - x, MAX_SIDE)),
    height: Math.max(1, Math.min(size.height - y, seen.top + MARGIN - y, MAX_SIDE)),
  };
}

/** A place that is whole but for rounding is whole, so that nothing is blurred. */
function exact(value: number): number {
  const whole = Math.round(value);
  return Math.abs(value - whole) < 1e-6 ? whole : value;
}

/** Draws what one surface knows into another, as good as it can be until better comes. */
function reproject(old: Mosaic, mosaic: Mosaic): void {
  const factor = 2 ** (old.level - mosaic.level);
  const { context } = mosaic;
  context.imageSmoothingEnabled = factor < 1;
  context.drawImage(
    old.canvas,
    ...[old.x * factor - mosaic.x, old.y * factor - mosaic.y] as const,
    ...[old.canvas.width * factor, old.canvas.height * factor] as const,
  );
  if (factor !== 1) return;
  for (const [key, version] of old.painted) {
    if (isCopied(key, old, mosaic)) mosaic.painted.set(key, version);
  }
}

/** Whether all that a surface has of a tile was on the one before. */
function isCopied(key: string, old: Mosaic, mosaic: Mosaic): boolean {
  const [, x, y] = key.split("/").map((part) => Number(part) * TILE_SIZE) as [0, number, number];
  const inside = (from: number, begin: number, size: number, before: number, length: number) =>
    Math.max(from, begin) >= before &&
    Math.min(from + TILE_SIZE, begin + size) <= before + length;
  return inside(x, mosaic.x, mosaic.canvas.width, old.x, old.canvas.width) &&
    inside(y, mosaic.y, mosaic.canvas.height, old.y, old.canvas.height);
}

/** Diagonal stripes of 8 pixels. */
function stripes({ stripe, ground }: Colors): OffscreenCanvas {
  const canvas = new OffscreenCanvas(8, 8);
  const context = canvas.getContext("2d")!;
  context.fillStyle = ground;
  context.fillRect(0, 0, 8, 8);
  context.strokeStyle = stripe;
  context.lineWidth = 2;
  for (const shift of [-8, 0, 8]) {
    context.moveTo(shift - 2, 10);
    context.lineTo(shift + 10, -2);
  }
  context.stroke();
  return canvas;
}
