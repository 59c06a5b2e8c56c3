/** Regions over the picture: drawn, and changed by pointer and keys. */

import type { Point } from "./picture/transform.ts";
import { drawRegions } from "./regions/draw.ts";
import {
  distanceTo,
  handlesOf,
  moved,
  newShape,
  type Place,
  type Region,
  resized,
  type ShapeName,
} from "./regions/shapes.ts";
import type { Stage } from "./stage.ts";
import { RegionEditor } from "./view/region_editor.ts";
import type { ViewerModel } from "./view/model.ts";

/** CSS pixels within which a handle or an edge is meant. */
const NEAR = 8;
/** A new region reaches over so much of the view. */
const NEW_PART = 1 / 12;

/** The letters that say which shape is added. */
export const SHAPE_KEYS: Readonly<Record<string, ShapeName>> = {
  c: "circle",
  e: "ellipse",
  b: "box",
  p: "polygon",
  a: "annulus",
  l: "line",
  o: "point",
};

/** What is being dragged. */
type Drag =
  | { readonly kind: "move"; readonly from: Place; readonly region: Region }
  | { readonly kind: "resize"; readonly handle: number; readonly region: Region }
  | { readonly kind: "draw"; readonly name: ShapeName; readonly from: Place };

/** The regions of a stage. */
export class RegionLayer {
  readonly editor: RegionEditor;
  readonly #stage: Stage;
  readonly #say: (words: string) => void;
  #waitsForShape = false;
  #drag: Drag | undefined;

  /**
   * Draws the regions of a viewer on its stage.
   *
   * @param model The viewer's model.
   * @param stage The stage.
   * @param say Says what was done to those who do not see it.
   * @param signal Ends it.
   */
  constructor(
    model: ViewerModel,
    stage: Stage,
    say: (words: string) => void,
    signal: AbortSignal,
  ) {
    this.#stage = stage;
    this.#say = say;
    this.editor = new RegionEditor(model, signal);
    stage.layers.push((context, view, size) =>
      drawRegions(context, view, size, this.editor.regions.value, this.editor.selected.value)
    );
    stage.tool = this;
    this.editor.regions.watch(() => stage.renderer.draw(), signal);
    this.editor.selected.watch(() => stage.renderer.draw(), signal);
    this.editor.armed.watch((name) => {
      stage.element.classList.toggle("drawing", name !== undefined);
    }, signal);
  }

  /** Pixels of the image for so many of the screen. */
  #pixels(screen: number): number {
    return screen / this.#stage.drawnView.zoom;
  }

  take(at: Point): boolean {
    const { editor } = this;
    const from = this.#stage.pixelAt(at);
    const { value: name } = editor.armed;
    if (name !== undefined) {
      editor.armed.value = undefined;
      editor.add(name, from, this.#newSize());
      this.#drag = { kind: "draw", name, from };
      return true;
    }
    const near = this.#pixels(NEAR);
    const { current } = editor;
    const handle = current === undefined
      ? -1
      : handlesOf(current).findIndex(([x, y]) => Math.hypot(x - from[0], y - from[1]) <= near);
    if (current !== undefined && handle >= 0) {
      this.#drag = { kind: "resize", handle, region: current };
      return true;
    }
    const isHit = (region: Region) => distanceTo(region, from) <= near;
    if (current === undefined || !isHit(current)) {
      // The one that was drawn last lies on top.
      const hit = editor.regions.value.findLastIndex(isHit);
      editor.selected.value = hit < 0 ? undefined : hit;
      if (hit < 0) return false;
    }
    this.#drag = { kind: "move", from, region: editor.current! };
    return true;
  }

  drag(at: Point): void {
    const drag = this.#drag;
    const { editor } = this;
    const to = this.#stage.pixelAt(at);
    if (drag === undefined) return;
    if (drag.kind === "resize") return editor.replace(resized(drag.region, drag.handle, to));
    if (drag.kind === "move") {
      return editor.replace(moved(drag.region, to[0] - drag.from[0], to[1] - drag.from[1]));
    }
    const { current } = editor;
    if (current === undefined || drag.name === "point") return;
    const size = Math.hypot(to[0] - drag.from[0], to[1] - drag.from[1]);
    const shape = drag.name === "line"
      ? { points: [drag.from, to] }
      : newShape(drag.name, drag.from, size);
    editor.replace({ ...current, ...shape });
  }

  drop(): void {
    this.#drag = undefined;
  }

  #newSize(): number {
    const { width, height } = this.#stage.size;
    return this.#pixels(Math.min(width, height) * NEW_PART);
  }

  /** Waits for the letter of a shape. */
  begin(): void {
    this.#waitsForShape = true;
    const letters = Object.entries(SHAPE_KEYS).map(([key, name]) => `${key} ${name}`).join(", ");
    this.#say(`Add a region: ${letters}`);
  }

  /** Adds a region where the pointer is, or in the middle. */
  add(name: ShapeName): void {
    const stage = this.#stage;
    this.editor.add(name, stage.pixelAt(stage.pointer ?? stage.middle), this.#newSize());
    this.tell();
  }

  /**
   * Takes a key before others do.
   *
   * @returns Whether it was for the regions.
   */
  key(event: KeyboardEvent): boolean {
    const isPlain = !event.altKey && !event.ctrlKey && !event.metaKey;
    if (this.#waitsForShape) {
      if (event.key === "Shift") return false;
      this.#waitsForShape = false;
      const name = SHAPE_KEYS[event.key.toLowerCase()];
      if (name !== undefined && isPlain) this.add(name);
      else this.#say("No region was added");
      return name !== undefined && isPlain || event.key === "Escape";
    }
    const step = ARROWS[event.key];
    if (step === undefined || !isPlain || this.editor.current === undefined) return false;
    const times = event.shiftKey ? 10 : 1;
    const { flipX, flipY } = this.#stage.view;
    const [right, up] = [step[0] * times, step[1] * times];
    this.editor.move(flipX ? -right : right, flipY ? -up : up);
    this.tell();
    return true;
  }

  /** Says which region is chosen. */
  tell(): void {
    const { current, regions, selected } = this.editor;
    if (current === undefined) return this.#say("No region is chosen");
    const [x, y] = current.points[0]!;
    const number = `Region ${selected.value! + 1} of ${regions.value.length}`;
    this.#say(`${number}: ${current.isExcluded ? "excluded " : ""}${current.name} at ${x}, ${y}`);
  }
}

const ARROWS: Readonly<Record<string, readonly [right: number, up: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};
