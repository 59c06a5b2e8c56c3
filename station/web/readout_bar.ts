/** What is at a pixel: its place, its value, its coordinates, as plain text. */

import { fillWith, h } from "./page/dom.ts";

/** One item of the readout. */
export interface ReadoutItem {
  readonly name: string;
  readonly text: string;
  /** Whether it is the value, which is seen first. */
  readonly isValue?: boolean | undefined;
}

/** The bar with the readout. */
export class ReadoutBar {
  readonly element: HTMLElement;
  readonly #items: HTMLElement;
  #last = "";

  /**
   * Makes an empty bar.
   *
   * @param controls What stands at its end.
   */
  constructor(...controls: readonly HTMLElement[]) {
    this.#items = h("dl", { class: "items" });
    this.element = h("div", { class: "readout" }, this.#items, ...controls);
  }

  /** Shows items; nothing is laid out again where they are the same. */
  show(items: readonly ReadoutItem[]): void {
    const key = JSON.stringify(items);
    if (key === this.#last) return;
    this.#last = key;
    fillWith(
      this.#items,
      ...items.map(({ name, text, isValue }) =>
        h("div", { class: isValue === true && "value" }, h("dt", {}, name), h("dd", {}, text))
      ),
    );
  }
}
