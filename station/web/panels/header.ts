/** The header of the HDU: its cards in order, to be searched, folded and copied. */

import { copyText } from "../page/controls.ts";
import { fillWith, h } from "../page/dom.ts";
import type { CardJson, CardTriple } from "../source/card_list.ts";
import type { ViewerModel } from "../view/model.ts";

/** Rows that are made at once; more come when somebody asks. */
const MAX_ROWS = 2000;

/** Cards that are many and say little one by one. */
const FOLDED = new Set(["COMMENT", "HISTORY"]);

/** Fills a panel, and keeps it as the HDU is. */
export function headerPanel(model: ViewerModel, signal: AbortSignal): HTMLElement {
  const search = h("input", {
    type: "search",
    placeholder: "search keyword, value or comment",
    "aria-label": "Search the header",
    oninput: () => show(),
  });
  const count = h("p", { class: "count", "aria-live": "polite" });
  const body = h("tbody");
  const table = h(
    "table",
    { class: "cards" },
    h("caption", { class: "unseen" }, "Cards of the header"),
    h(
      "thead",
      { class: "unseen" },
      h(
        "tr",
        {},
        h("th", { scope: "col" }, "Keyword"),
        h("th", { scope: "col" }, "Value"),
        h("th", { scope: "col" }, "Comment"),
      ),
    ),
    body,
  );
  const unfolded = new Set<string>();
  const show = () => {
    const cards = model.header.value?.cards ?? [];
    const words = search.value.trim().toLowerCase();
    const found = words === "" ? cards : cards.filter((card) => matches(card, words));
    count.textContent = model.header.value === undefined
      ? "reading the header"
      : words === ""
      ? `${cards.length} cards`
      : `${found.length} of ${cards.length} cards`;
    const shown = found.slice(0, MAX_ROWS);
    const rows = words === "" ? foldedRows(shown, unfolded, show) : shown.map(row);
    if (found.length > MAX_ROWS) {
      rows.push(h("tr", {}, h("td", { colspan: 3 }, `and ${found.length - MAX_ROWS} more`)));
    }
    fillWith(body, ...rows);
  };
  model.header.watch(() => {
    unfolded.clear();
    show();
  }, signal);
  return h("div", { class: "panel-body" }, search, count, table);
}

function matches([keyword, value, comment]: CardTriple, words: string): boolean {
  return `${keyword} ${cardText(value)} ${comment}`.toLowerCase().includes(words);
}

/** A value as the panel writes it: text in its own words, true and false as FITS has them. */
export function cardText(value: CardJson): string {
  if (value === null) return "";
  if (typeof value === "boolean") return value ? "T" : "F";
  return Array.isArray(value) ? `(${value[0]}, ${value[1]})` : String(value);
}

function row([keyword, value, comment]: CardTriple): HTMLTableRowElement {
  const text = cardText(value);
  const copied = `${keyword.padEnd(8)}${value === null ? "" : `= ${text}`}` +
    (comment === "" ? "" : ` / ${comment}`);
  const name = h(
    "button",
    {
      type: "button",
      title: "Copy this card",
      onclick: async () => {
        if (await copyText(copied)) name.dataset.copied = "";
      },
    },
    keyword === "" ? "\u00a0" : keyword,
  );
  if (value === null && text === "") {
    return h(
      "tr",
      { class: "commentary" },
      h("th", { scope: "row" }, name),
      h("td", { colspan: 2 }, comment),
    );
  }
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, name),
    h("td", { class: typeof value === "string" ? "text" : "number" }, text),
    h("td", { class: "comment" }, comment),
  );
}

/** Runs of COMMENT and HISTORY as one row, until it is opened. */
function foldedRows(
  cards: readonly CardTriple[],
  unfolded: Set<string>,
  show: () => void,
): HTMLTableRowElement[] {
  const rows: HTMLTableRowElement[] = [];
  for (let i = 0; i < cards.length; i++) {
    const [keyword] = cards[i]!;
    let end = i + 1;
    while (FOLDED.has(keyword) && cards[end]?.[0] === keyword) end++;
    const place = `${keyword} ${i}`;
    if (end - i < 4 || unfolded.has(place)) {
      for (; i < end; i++) rows.push(row(cards[i]!));
      i = end - 1;
      continue;
    }
    const open = () => {
      unfolded.add(place);
      show();
    };
    rows.push(h(
      "tr",
      { class: "commentary" },
      h("th", { scope: "row" }, keyword),
      h(
        "td",
        { colspan: 2 },
        cards[i]![2],
        " ",
        h(
          "button",
          { type: "button", class: "more", onclick: open },
          `and ${end - i - 1} more`,
        ),
      ),
    ));
    i = end - 1;
  }
  return rows;
}
