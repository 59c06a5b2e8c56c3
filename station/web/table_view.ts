/** The rows of a table, in the picture's place: a page of them at a time. */

import { iconButton } from "./page/controls.ts";
import { fillWith, h } from "./page/dom.ts";
import type { HduInfo, TablePart } from "./source/picture_source.ts";
import { grouped } from "./view/choose_hdu.ts";
import type { ViewerModel } from "./view/model.ts";

/** Rows of a page. */
const PAGE_ROWS = 100;

/** Shows tables. */
export class TableView {
  readonly element: HTMLElement = h("div", { class: "table-view", hidden: true });
  readonly #model: ViewerModel;
  #work = new AbortController();

  /**
   * Makes a view without a table.
   *
   * @param model What is shown.
   * @param signal Ends it.
   */
  constructor(model: ViewerModel, signal: AbortSignal) {
    this.#model = model;
    model.hdu.watch((hdu) => {
      this.#work.abort();
      const isTable = hdu?.rows !== undefined && hdu.damage === undefined;
      this.element.hidden = !isTable;
      fillWith(this.element);
      if (isTable) void this.#show(hdu, 1);
    }, signal);
    signal.addEventListener("abort", () => this.#work.abort(), { once: true });
  }

  async #show(hdu: HduInfo, first: number): Promise<void> {
    this.#work.abort();
    this.#work = new AbortController();
    const { signal } = this.#work;
    try {
      const part = await this.#model.source.rows(hdu, first, first + PAGE_ROWS - 1, signal);
      if (signal.aborted) return;
      fillWith(this.element, this.#pager(hdu, part), tableOf(part));
    } catch (error) {
      if (!signal.aborted) this.#model.report(error);
    }
  }

  /** Which rows these are, and the way to others. */
  #pager(hdu: HduInfo, { first, rows, total, left }: TablePart): HTMLElement {
    const last = first + rows.length - 1;
    const go = (to: number) => void this.#show(hdu, Math.max(1, Math.min(total, to)));
    const row = h("input", {
      type: "text",
      inputmode: "numeric",
      value: first,
      "aria-label": "First row",
      onchange: () => {
        const wanted = Number(row.value);
        if (Number.isSafeInteger(wanted)) go(wanted);
      },
    });
    const more = left === 0 ? "" : `, ${left} more columns`;
    return h(
      "div",
      { class: "pager" },
      iconButton("left", "Rows before", () => go(first - PAGE_ROWS), { disabled: first <= 1 }),
      row,
      h("span", {}, total === 0 ? "no rows" : `to ${grouped(last)} of ${grouped(total)}${more}`),
      iconButton("right", "Rows after", () => go(last + 1), { disabled: last >= total }),
    );
  }
}

function tableOf({ columns, rows, first }: TablePart): HTMLElement {
  return h(
    "div",
    { class: "rows", tabindex: 0, role: "region", "aria-label": "Rows" },
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, "row"),
          ...columns.map(({ name, unit }) =>
            h("th", { scope: "col" }, name, unit !== "" && h("span", {}, ` ${unit}`))
          ),
        ),
      ),
      h(
        "tbody",
        {},
        ...rows.map((cells, i) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, first + i),
            ...cells.map((cell) =>
              h("td", { class: /^[-+]?(?:\d|\.\d|nan|inf)/i.test(cell) && "number" }, cell)
            ),
          )
        ),
      ),
    ),
  );
}
