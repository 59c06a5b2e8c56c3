/** The rows of a table, in the picture's place: a page of them at a time. */

import { iconButton } from "./page/controls.ts";
import { fillWith, h } from "./page/dom.ts";
import type { HduInfo, TablePart, TableQuery } from "./source/picture_source.ts";
import { grouped } from "./view/choose_hdu.ts";
import type { ViewerModel } from "./view/model.ts";

/** Rows of a page. */
const PAGE_ROWS = 100;
/** Rows that are saved at once. */
const MAX_SAVED_ROWS = 10_000;

/** Shows tables. */
export class TableView {
  readonly element: HTMLElement = h("div", { class: "table-view", hidden: true });
  readonly #model: ViewerModel;
  #work = new AbortController();
  #query: TableQuery = {};
  #plots = false;
  /** The columns of the plot: they stay while rows are filtered and sorted. */
  #chosen: [x: string, y: string] | undefined;

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
      this.#query = {};
      this.#chosen = undefined;
      if (isTable) void this.#show(hdu, 1);
    }, signal);
    signal.addEventListener("abort", () => this.#work.abort(), { once: true });
  }

  async #show(hdu: HduInfo, first: number): Promise<void> {
    this.#work.abort();
    this.#work = new AbortController();
    const { signal } = this.#work;
    try {
      const last = first + PAGE_ROWS - 1;
      const part = await this.#model.source.rows(hdu, first, last, this.#query, signal);
      if (signal.aborted) return;
      const sort = (name: string) => {
        const before = this.#query.sort;
        this.#query = { ...this.#query, sort: before === name ? `-${name}` : name };
        void this.#show(hdu, 1);
      };
      fillWith(this.element, this.#pager(hdu, part), tableOf(part, this.#query.sort, sort));
      if (this.#plots) await this.#plot(hdu, part, signal);
    } catch (error) {
      if (!signal.aborted) this.#model.report(error);
    }
  }

  /** Puts a plot of the columns above the rows. */
  async #plot(hdu: HduInfo, { columns }: TablePart, signal: AbortSignal): Promise<void> {
    const { tablePlot } = await import("./panels/table_plot.ts");
    if (signal.aborted) return;
    this.element.firstElementChild!.after(
      tablePlot(this.#model, {
        ...{ hdu, columns, signal },
        filter: this.#query.filter,
        chosen: this.#chosen,
        onChoice: (x, y) => this.#chosen = [x, y],
        onSelect: (condition) => {
          const { filter } = this.#query;
          const all = filter === undefined ? condition : `(${filter}) && ${condition}`;
          this.#query = { ...this.#query, filter: all };
          void this.#show(hdu, 1);
        },
      }),
    );
  }

  /** Saves the rows that are wanted, in their order. */
  async #save(hdu: HduInfo): Promise<void> {
    try {
      const { saveText } = await import("./panels/region_numbers.ts");
      const { signal } = this.#work;
      const { source } = this.#model;
      const text = await source.rowsAsCsv!(hdu, 1, MAX_SAVED_ROWS, this.#query, signal);
      saveText(text, `${hdu.name || `hdu${hdu.index}`}.csv`, "text/csv");
    } catch (error) {
      this.#model.report(error);
    }
  }

  /** Which rows these are, the way to others, and which are wanted. */
  #pager(hdu: HduInfo, { first, rows, total, matched, left }: TablePart): HTMLElement {
    const last = first + rows.length - 1;
    const go = (to: number) => void this.#show(hdu, Math.max(1, Math.min(matched, to)));
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
    const filter = h("input", {
      type: "search",
      class: "filter",
      value: this.#query.filter ?? "",
      placeholder: "FLUX > 3 && FLAG = 0",
      "aria-label": "Rows for which this holds",
      onchange: () => {
        const wanted = filter.value.trim();
        this.#query = { ...this.#query, filter: wanted === "" ? undefined : wanted };
        void this.#show(hdu, 1);
      },
    });
    const more = left === 0 ? "" : `, ${left} more columns`;
    const of = matched === total ? grouped(total) : `${grouped(matched)}, of ${grouped(total)}`;
    return h(
      "div",
      { class: "pager" },
      iconButton("left", "Rows before", () => go(first - PAGE_ROWS), { disabled: first <= 1 }),
      row,
      h("span", {}, matched === 0 ? `no rows of ${of}` : `to ${grouped(last)} of ${of}${more}`),
      iconButton("right", "Rows after", () => go(last + 1), { disabled: last >= matched }),
      filter,
      this.#model.source.columns !== undefined && h("button", {
        type: "button",
        "aria-pressed": String(this.#plots),
        onclick: () => {
          this.#plots = !this.#plots;
          void this.#show(hdu, first);
        },
      }, "Plot"),
      this.#model.source.rowsAsCsv !== undefined && h("button", {
        type: "button",
        onclick: () => void this.#save(hdu),
      }, "CSV"),
    );
  }
}

function tableOf(
  { columns, rows, numbers }: TablePart,
  sorted: string | undefined,
  sort: (name: string) => void,
): HTMLElement {
  const order = (name: string) =>
    sorted === name ? "ascending" : sorted === `-${name}` ? "descending" : undefined;
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
            h(
              "th",
              { scope: "col", "aria-sort": order(name) },
              h("button", { type: "button", title: "Sort", onclick: () => sort(name) }, name),
              unit !== "" && h("span", {}, ` ${unit}`),
            )
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
            h("th", { scope: "row" }, numbers[i]),
            ...cells.map((cell) =>
              h("td", { class: /^[-+]?(?:\d|\.\d|nan|inf)/i.test(cell) && "number" }, cell)
            ),
          )
        ),
      ),
    ),
  );
}
