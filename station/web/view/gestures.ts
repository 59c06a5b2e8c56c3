/** Mouse, wheel and fingers on the picture, as what they mean. */

import type { Point } from "../picture/transform.ts";

/** What gestures ask for. Places are in CSS pixels from the picture's left upper corner. */
export interface GestureHandlers {
  pan(right: number, down: number): void;
  zoom(at: Point, factor: number): void;
  /** Bias and contrast, by a part of the picture's width and height. */
  adjust(right: number, down: number): void;
  centre(at: Point): void;
  crossHair(at: Point): void;
  /** Where the pointer is; undefined when it has left. */
  pointer(at: Point | undefined): void;
  /** Whether what is drawn at a point is taken hold of, and dragged instead of the picture. */
  take(at: Point): boolean;
  /** What was taken hold of is at a point. */
  drag(at: Point): void;
  /** It is let go. */
  drop(): void;
  /** Whether something is being dragged. */
  dragging(kind: "pan" | "adjust" | "tool" | undefined): void;
}

/** CSS pixels of a line of the wheel. */
const LINE = 16;
/** CSS pixels of the wheel that make the picture twice as large. */
const WHEEL_DOUBLE = 300;
/** The same of a pinch on a touchpad, which comes as a wheel with Ctrl. */
const PINCH_DOUBLE = 60;
/** How long a finger rests before it puts the cross-hair. */
const LONG_PRESS_MS = 500;
/** Within how long and how far two taps are a double one. */
const DOUBLE_TAP_MS = 350;
const TAP_DISTANCE = 12;

interface Finger {
  readonly at: Point;
  readonly type: string;
}

/** Listens to one element. */
export class Gestures {
  readonly #element: HTMLElement;
  readonly #handlers: GestureHandlers;
  readonly #fingers = new Map<number, Finger>();
  #drag: "pan" | "adjust" | "tool" | undefined;
  #start: Point = [0, 0];
  #moved = false;
  #press: ReturnType<typeof setTimeout> | undefined;
  #lastTap: { at: Point; time: number } | undefined;
  /** Whether one finger changes bias and contrast. */
  adjustsByTouch = false;

  /**
   * Begins to listen.
   *
   * @param element The element; `touch-action` is its style's affair.
   * @param handlers What is called.
   * @param signal Ends it.
   */
  constructor(element: HTMLElement, handlers: GestureHandlers, signal: AbortSignal) {
    this.#element = element;
    this.#handlers = handlers;
    const on = <K extends keyof HTMLElementEventMap>(
      type: K,
      listener: (event: HTMLElementEventMap[K]) => void,
    ) => element.addEventListener(type, listener, { signal, passive: false });
    on("pointerdown", (event) => this.#down(event));
    on("pointermove", (event) => this.#move(event));
    on("pointerup", (event) => this.#up(event));
    on("pointercancel", (event) => this.#up(event));
    on("pointerleave", () => handlers.pointer(undefined));
    on("wheel", (event) => this.#wheel(event));
    on("dblclick", (event) => this.#doubleClick(event));
    on("contextmenu", (event) => event.preventDefault());
    signal.addEventListener("abort", () => clearTimeout(this.#press), { once: true });
  }

  #placeOf(event: MouseEvent): Point {
    const box = this.#element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  #down(event: PointerEvent): void {
    const at = this.#placeOf(event);
    this.#element.focus({ preventScroll: true });
    if (event.pointerType === "mouse" && event.button === 1) event.preventDefault();
    this.#fingers.set(event.pointerId, { at, type: event.pointerType });
    try {
      this.#element.setPointerCapture(event.pointerId);
    } catch {
      // A pointer that has gone already is not followed.
      this.#fingers.delete(event.pointerId);
      return;
    }
    this.#start = at;
    this.#moved = this.#fingers.size > 1;
    const adjusts = event.button === 2 || event.shiftKey ||
      event.pointerType === "touch" && this.adjustsByTouch;
    // A second finger lets go of what the first one holds: both zoom.
    if (this.#drag === "tool") this.#handlers.drop();
    this.#drag = adjusts && this.#fingers.size === 1 ? "adjust" : "pan";
    const isPlain = event.button === 0 && this.#fingers.size === 1 && !adjusts;
    if (isPlain && this.#handlers.take(at)) this.#drag = "tool";
    clearTimeout(this.#press);
    if (event.pointerType === "touch" && this.#fingers.size === 1) {
      this.#press = setTimeout(() => {
        this.#moved = true;
        this.#handlers.crossHair(at);
      }, LONG_PRESS_MS);
    }
  }

  #move(event: PointerEvent): void {
    const at = this.#placeOf(event);
    if (event.pointerType === "mouse") this.#handlers.pointer(at);
    const finger = this.#fingers.get(event.pointerId);
    if (finger === undefined) return;
    if (!this.#moved && Math.hypot(at[0] - this.#start[0], at[1] - this.#start[1]) < 3) return;
    if (!this.#moved) {
      this.#moved = true;
      clearTimeout(this.#press);
      this.#handlers.dragging(this.#drag);
    }
    const before = this.#middle();
    this.#fingers.set(event.pointerId, { at, type: finger.type });
    const after = this.#middle();
    const [right, down] = [after.x - before.x, after.y - before.y];
    if (this.#drag === "adjust") {
      const { width, height } = this.#element.getBoundingClientRect();
      this.#handlers.adjust(right / width, down / height);
      return;
    }
    if (this.#drag === "tool") return this.#handlers.drag(at);
    this.#handlers.pan(right, down);
    if (this.#fingers.size > 1 && before.spread > 0 && after.spread > 0) {
      this.#handlers.zoom([after.x, after.y], after.spread / before.spread);
    }
  }

  /** The middle of all fingers, and how far they are from it. */
  #middle(): { x: number; y: number; spread: number } {
    const places = [...this.#fingers.values()].map(({ at }) => at);
    const x = places.reduce((sum, at) => sum + at[0], 0) / places.length;
    const y = places.reduce((sum, at) => sum + at[1], 0) / places.length;
    const spread = places.reduce((sum, at) => sum + Math.hypot(at[0] - x, at[1] - y), 0);
    return { x, y, spread };
  }

  #up(event: PointerEvent): void {
    clearTimeout(this.#press);
    if (!this.#fingers.delete(event.pointerId)) return;
    if (event.type === "pointerup" && event.pointerType === "touch" && !this.#moved) {
      this.#tap(this.#placeOf(event), event.timeStamp);
    }
    if (this.#fingers.size === 0) {
      if (this.#drag === "tool") this.#handlers.drop();
      this.#drag = undefined;
      this.#handlers.dragging(undefined);
    }
  }

  #tap(at: Point, time: number): void {
    const last = this.#lastTap;
    this.#lastTap = { at, time };
    this.#handlers.pointer(at);
    if (last === undefined || time - last.time > DOUBLE_TAP_MS) return;
    if (Math.hypot(at[0] - last.at[0], at[1] - last.at[1]) > TAP_DISTANCE) return;
    this.#lastTap = undefined;
    this.#handlers.zoom(at, 2);
  }

  #doubleClick(event: MouseEvent): void {
    const type = (event as PointerEvent).pointerType;
    if (type === undefined || type === "mouse" || type === "") {
      this.#handlers.centre(this.#placeOf(event));
    }
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const unit = event.deltaMode === 1 ? LINE : event.deltaMode === 2 ? LINE * 20 : 1;
    const way = event.deltaY * unit;
    const double = event.ctrlKey ? PINCH_DOUBLE : WHEEL_DOUBLE;
    this.#handlers.zoom(this.#placeOf(event), 2 ** (-way / double));
  }
}
