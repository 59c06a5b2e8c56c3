/** The header of the HDU: its cards in order, to be searched, folded and copied. */

import { copyText } from "../page/controls.ts";
import { fillWith, h } from "../page/dom.ts";
import type { CardJson, CardTriple } from "../source/card_list.ts";
import type { HeaderFinding } from "../source/picture_source.ts";
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
  const findings = new Findings();
  const unfolded = new Set<string>();
  const show = () => {
    const cards = (model.header.value?.cards ?? []).map((card, place) => ({ card, place }));
    const words = search.value.trim().toLowerCase();
    const found = words === ""
      ? cards
      : cards.filter(({ card, place }) => matches(card, words) || findings.match(place, words));
    count.textContent = model.header.value === undefined
      ? "reading the header"
      : words === ""
      ? `${cards.length} cards`
      : `${found.length} of ${cards.length} cards`;
    const shown = found.slice(0, MAX_ROWS);
    const rowsOf = ({ card, place }: PlacedCard) => [row(card), ...findings.rowsOf(place)];
    const rows = words === "" ? foldedRows(shown, unfolded, show, rowsOf) : shown.flatMap(rowsOf);
    if (found.length > MAX_ROWS) {
      rows.push(h("tr", {}, h("td", { colspan: 3 }, `and ${found.length - MAX_ROWS} more`)));
    }
    fillWith(body, ...rows);
  };
  /** Asks what the standard says against the cards, when they are there to be seen. */
  const check = async () => {
    const [hdu, header] = [model.hdu.value, model.header.value];
    if (hdu === undefined || header === undefined || model.source.findings === undefined) return;
    try {
      const found = await model.source.findings(hdu, signal);
      if (header !== model.header.value) return;
      findings.set(found);
      show();
    } catch (error) {
      if (!signal.aborted) model.report(error);
    }
  };
  model.header.watch(() => {
    unfolded.clear();
    findings.clear();
    show();
    void check();
  }, signal);
  return h("div", { class: "panel-body" }, search, count, findings.element, table);
}

/** A card, and its place among all of them. */
interface PlacedCard {
  readonly card: CardTriple;
  readonly place: number;
}

/** What is found in a header: beside the cards, and above them what is of none. */
class Findings {
  readonly element = h("div", { class: "findings" });
  readonly #ofCards = new Map<number, HeaderFinding[]>();

  clear(): void {
    this.#ofCards.clear();
    fillWith(this.element);
  }

  set(all: readonly HeaderFinding[]): void {
    this.#ofCards.clear();
    for (const finding of all) {
      if (finding.card === undefined) continue;
      const others = this.#ofCards.get(finding.card) ?? [];
      this.#ofCards.set(finding.card, [...others, finding]);
    }
    const rest = all.filter(({ card }) => card === undefined);
    fillWith(
      this.element,
      h("p", { class: "count" }, countOf(all)),
      rest.length > 0 &&
        h("ul", {}, ...rest.map((finding) => h("li", {}, findingLine(finding)))),
    );
  }

  match(place: number, words: string): boolean {
    return this.#ofCards.get(place)?.some(({ message }) => message.toLowerCase().includes(words)) ??
      false;
  }

  /** The rows below that of a card. */
  rowsOf(place: number): HTMLTableRowElement[] {
    return (this.#ofCards.get(place) ?? []).map((finding) =>
      h("tr", { class: "found" }, h("td", { colspan: 3 }, findingLine(finding)))
    );
  }
}

function findingLine({ severity, message }: HeaderFinding): HTMLElement {
  return h("span", { class: `is-${severity}` }, h("strong", {}, severity), ` ${message}`);
}

function countOf(all: readonly HeaderFinding[]): string {
  if (all.length === 0) return "Nothing is against the standard.";
  const counted = (["error", "warning"] as const).flatMap((severity) => {
    const count = all.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : `${count} ${severity}${count === 1 ? "" : "s"}`;
  });
  return `Against the standard: ${counted.join(", ")}`;
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
  cards: readonly PlacedCard[],
  unfolded: Set<string>,
  show: () => void,
  rowsOf: (card: PlacedCard) => HTMLTableRowElement[],
): HTMLTableRowElement[] {
  const rows: HTMLTableRowElement[] = [];
  for (let i = 0; i < cards.length;) {
    const [keyword, , comment] = cards[i]!.card;
    let end = i + 1;
    while (FOLDED.has(keyword) && cards[end]?.card[0] === keyword) end++;
    const place = `${keyword} ${i}`;
    const run = cards.slice(i, end);
    const left = end - i - 1;
    i = end;
    const all = run.map(rowsOf);
    // What is found of a card is seen at once.
    const isFolded = left >= 3 && !unfolded.has(place) && all.every((of) => of.length === 1);
    if (!isFolded) {
      rows.push(...all.flat());
      continue;
    }
    const open = () => {
      unfolded.add(place);
      show();
    };
    const more = h("button", { type: "button", class: "more", onclick: open }, `and ${left} more`);
    rows.push(h(
      "tr",
      { class: "commentary" },
      h("th", { scope: "row" }, keyword),
      h("td", { colspan: 2 }, comment, " ", more),
    ));
  }
  return rows;
}
