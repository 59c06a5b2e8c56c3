/**
 * Two small pictures over the large one: an overview with the frame of what is seen, and a
 * magnifying glass at the pointer. Both are drawn from what is loaded already.
 *
 * @module
 */

import { h } from "../page/dom.ts";
import { Magnifier } from "./magnifier.ts";
import { Overview } from "./overview.ts";
import type { InsetStage } from "./inset_stage.ts";
import type { ViewerModel } from "../view/model.ts";

/** What can be shown. */
export type InsetName = "overview" | "magnifier";

/** The small pictures that are shown. */
export class Insets {
  readonly element: HTMLElement;
  readonly #stage: InsetStage;
  readonly #overview: Overview;
  readonly #magnifier: Magnifier;

  /**
   * Makes both, hidden.
   *
   * @param model The viewer's model.
   * @param stage The large picture.
   */
  constructor(model: ViewerModel, stage: InsetStage) {
    this.#stage = stage;
    this.#overview = new Overview(model, stage);
    this.#magnifier = new Magnifier(stage);
    this.element = h(
      "div",
      { class: "insets", "aria-hidden": "true" },
      this.#overview.canvas,
      this.#magnifier.canvas,
    );
  }

  /**
   * Shows one, or hides it.
   *
   * @returns Whether it is shown now.
   */
  toggle(name: InsetName): boolean {
    const { canvas } = name === "overview" ? this.#overview : this.#magnifier;
    canvas.hidden = !canvas.hidden;
    const { renderer } = this.#stage;
    renderer.loader.wantsTop = !this.#overview.canvas.hidden;
    renderer.draw();
    return !canvas.hidden;
  }

  /** Draws what is shown. */
  draw(): void {
    if (!this.#overview.canvas.hidden) this.#overview.draw();
    this.point();
  }

  /** Draws what follows the pointer. */
  point(): void {
    if (!this.#magnifier.canvas.hidden) this.#magnifier.draw();
  }
}
