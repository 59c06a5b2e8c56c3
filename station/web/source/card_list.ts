/** The cards of a header as they come from a source. */

/** A value as JSON has it: integers beyond 2^53 as text, complex values as pairs. */
export type CardJson = string | number | boolean | null | readonly [re: number, im: number];

/** A card: keyword, value (null without one) and comment. */
export type CardTriple = readonly [keyword: string, value: CardJson, comment: string];

/** A header: its cards in order, found by keyword. */
export class CardList {
  /** The cards, in the order of the header. */
  readonly cards: readonly CardTriple[];
  readonly #first = new Map<string, CardJson>();

  /**
   * Makes a header.
   *
   * @param cards The cards.
   */
  constructor(cards: readonly CardTriple[]) {
    this.cards = cards;
    for (const [keyword, value] of cards) {
      if (!this.#first.has(keyword)) this.#first.set(keyword, value);
    }
  }

  /** The value of a keyword's first card; undefined where there is none. */
  get(keyword: string): CardJson | undefined {
    return this.#first.get(keyword) ?? undefined;
  }

  /** The values of all cards of a keyword. */
  getAll(keyword: string): CardJson[] {
    return this.cards.filter(([name]) => name === keyword).map(([, value]) => value);
  }

  /** The value of a keyword if it is text, without blanks around it. */
  text(keyword: string): string | undefined {
    const value = this.get(keyword);
    return typeof value === "string" ? value.trim() : undefined;
  }
}
