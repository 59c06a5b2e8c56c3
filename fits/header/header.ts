/** Headers: cards in their order, found by keyword (FITS 4.0, sections 3.3.1 and 4). */

import { showInNotebooks } from "./notebook.ts";
import { FormatError } from "../../net/errors.ts";
import { platform } from "../../net/platform/mod.ts";
import { Card, type CardOptions, isContinued, RECORD_BYTES } from "./card.ts";
import type { CardValue } from "./card_value.ts";

/** Bytes of one block: 36 records. */
export const BLOCK_BYTES = 2880;

/** Something that a header has and should not have; it can be read all the same. */
export interface HeaderWarning {
  /** The keyword of the card. */
  readonly keyword: string;
  /** The number of its first record in the header, counted from 1. */
  readonly record: number;
  /** What is wrong. */
  readonly message: string;
}

/** Where {@linkcode Header.set} puts a new card, and how it is written. */
export interface SetOptions extends CardOptions {
  /** The comment; without it an existing card keeps its own. */
  readonly comment?: string | undefined;
  /** The keyword after whose first card a new card goes; without it, at the end. */
  readonly after?: string | undefined;
}

/**
 * The header of an HDU: an ordered list of cards.
 *
 * Keywords are looked up in any case. Where a keyword stands more than once the
 * first card counts (the standard leaves it open, section 4.1.2.1) and
 * {@linkcode Header.getAll} gives all.
 *
 * @example
 * ```ts
 * import { Header } from "@heliograph/heliograph/fits";
 * import { assertEquals } from "@std/assert";
 *
 * const header = new Header();
 * header.set("OBJECT", "Sun", { comment: "what was looked at" });
 * header.set("EXPTIME", 2.5, { comment: "seconds" });
 * assertEquals(header.get("exptime"), 2.5);
 * assertEquals(header.cards[0]?.raw.trimEnd(), "OBJECT  = 'Sun     '           / what was looked at");
 * ```
 */
export class Header implements Iterable<Card> {
  /** The records as they were read, until somebody asks for a card. */
  #text: string | undefined;
  #made: Card[] | undefined;
  #index: Map<string, number> | undefined;

  /**
   * Makes a header.
   *
   * @param cards The cards, without END.
   */
  constructor(cards: Iterable<Card> = []) {
    this.#made = [...cards];
  }

  get #cards(): Card[] {
    if (this.#made === undefined) {
      this.#made = readCards(this.#text!);
      this.#text = undefined;
    }
    return this.#made;
  }

  /**
   * Reads a header from its first byte to its END card.
   *
   * @param bytes Bytes that begin with the header; more may follow.
   * @returns The header.
   * @throws {FormatError} If there is no END card.
   */
  static parse(bytes: Uint8Array): Header {
    const end = findHeaderEnd(bytes);
    if (end === undefined) {
      throw new FormatError(
        `Cannot read a FITS header: found no END card in ${bytes.length} bytes`,
      );
    }
    return Header.#ofText(platform.decodeLatin1(bytes, 0, end));
  }

  /** A header whose cards are read when they are asked for: a walk over many HDUs asks for none. */
  static #ofText(text: string): Header {
    const header = new Header();
    header.#text = text;
    header.#made = undefined;
    return header;
  }

  /**
   * The records as they stand in the file, without END, as long as no card has been asked for;
   * for those who need a few of them fast.
   */
  get storedText(): string | undefined {
    return this.#text;
  }

  /** The cards in their order, without END. */
  get cards(): readonly Card[] {
    return this.#cards;
  }

  /** The cards in their order. */
  [Symbol.iterator](): Iterator<Card> {
    return this.#cards[Symbol.iterator]();
  }

  /** How many 80-byte records the header has, END included. */
  get records(): number {
    let records = 1;
    for (const card of this.#cards) records += card.records;
    return records;
  }

  /** The fewest 2880-byte blocks that hold the header; blank cards before END count as room. */
  get blocks(): number {
    let records = 1;
    for (let i = this.#roomAtEnd() - 1; i >= 0; i--) records += this.#cards[i]!.records;
    return Math.ceil(records * RECORD_BYTES / BLOCK_BYTES);
  }

  /** What is wrong with the cards; never a reason not to read them. */
  get warnings(): HeaderWarning[] {
    const warnings: HeaderWarning[] = [];
    let record = 1;
    for (const card of this.#cards) {
      for (const { message } of card.problems) {
        warnings.push({ keyword: card.keyword, record, message });
      }
      record += card.records;
    }
    return warnings;
  }

  /**
   * The first card of a keyword.
   *
   * @param keyword In any case; a HIERARCH keyword with or without the word HIERARCH.
   */
  card(keyword: string): Card | undefined {
    const at = this.#find(keyword);
    return at === undefined ? undefined : this.#cards[at];
  }

  /**
   * The value of a keyword: of its first card.
   *
   * @param keyword In any case.
   * @returns The value; `null` where it is undefined, `undefined` where there is no such card.
   */
  get(keyword: string): CardValue | undefined {
    return this.card(keyword)?.value;
  }

  /**
   * The values of all cards of a keyword, in their order.
   *
   * @param keyword In any case.
   */
  getAll(keyword: string): CardValue[] {
    const name = normal(keyword);
    return this.#cards.filter((card) => card.keyword === name).map((card) => card.value);
  }

  /** Whether there is a card of a keyword. */
  has(keyword: string): boolean {
    return this.#find(keyword) !== undefined;
  }

  /** The value of a keyword if it is a string, without trailing blanks. */
  string(keyword: string): string | undefined {
    const value = this.get(keyword);
    return typeof value === "string" ? value.trimEnd() : undefined;
  }

  /** The value of a keyword as a number; a bigint is rounded to the nearest double. */
  number(keyword: string): number | undefined {
    const value = this.get(keyword);
    return typeof value === "number" || typeof value === "bigint" ? Number(value) : undefined;
  }

  /** The value of a keyword if it is a whole number; real files also write `2.0`. */
  integer(keyword: string): number | undefined {
    const value = this.get(keyword);
    return typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;
  }

  /** The value of a keyword if it is T or F. */
  boolean(keyword: string): boolean | undefined {
    const value = this.get(keyword);
    return typeof value === "boolean" ? value : undefined;
  }

  /**
   * The text of all commentary cards of a keyword, in their order.
   *
   * @param keyword `COMMENT`, `HISTORY`, or `""` for blank keywords.
   */
  commentary(keyword: string): string[] {
    const name = normal(keyword);
    return this.#cards
      .filter((card) => card.keyword === name && card.kind === "commentary")
      .map((card) => card.text);
  }

  /**
   * Gives a keyword a value: in the place of its first card, or as a new card.
   *
   * @param keyword 1 to 8 of `A-Z 0-9 _ -`, in any case.
   * @param value The value.
   * @param options Comment, place and form.
   * @returns The header.
   * @throws {FormatError} If keyword, value or comment cannot stand in a header.
   */
  set(keyword: string, value: CardValue, options: SetOptions = {}): this {
    const at = this.#find(keyword);
    const old = at === undefined ? undefined : this.#cards[at]!;
    const comment = options.comment ?? (old === undefined ? "" : ascii(old.comment));
    const card = Card.of(normal(keyword), value, comment, {
      real: options.real ?? old?.kind === "real",
      hierarch: options.hierarch ?? old?.hierarch === true,
    });
    if (at !== undefined) {
      this.#cards[at] = card;
      return this;
    }
    const after = options.after === undefined ? undefined : this.#find(options.after);
    if (after === undefined) return this.append(card);
    this.#cards.splice(after + 1, 0, card);
    this.#index = undefined;
    return this;
  }

  /**
   * Adds cards at the end, even where their keywords are there already.
   *
   * @param cards The cards.
   * @returns The header.
   */
  append(...cards: Card[]): this {
    return this.appendAll(cards);
  }

  /**
   * Adds cards at the end, also more than a call takes as arguments.
   *
   * @param cards The cards.
   * @returns The header.
   */
  appendAll(cards: Iterable<Card>): this {
    const own = this.#cards;
    const at = this.#roomAtEnd();
    const room = own.splice(at);
    const index = this.#index;
    if (index?.get("") === at) index.delete("");
    for (const card of cards) {
      // Of a long header that grows card by card, none is looked at again.
      if (index !== undefined && !index.has(card.keyword)) index.set(card.keyword, own.length);
      own.push(card);
    }
    if (room.length > 0 && index?.has("") === false) index.set("", own.length);
    for (const card of room) own.push(card);
    return this;
  }

  /**
   * Adds text, in as many cards as it needs.
   *
   * @param keyword `COMMENT`, `HISTORY`, or `""`.
   * @param text ASCII 32 to 126; a line break begins a new card.
   * @returns The header.
   * @throws {FormatError} If the text is not ASCII.
   */
  addCommentary(keyword: string, text: string): this {
    for (const line of text.split("\n")) {
      for (let at = 0; at === 0 || at < line.length; at += 72) {
        this.append(Card.commentary(normal(keyword), line.slice(at, at + 72)));
      }
    }
    return this;
  }

  /**
   * Removes all cards of a keyword.
   *
   * @param keyword In any case.
   * @returns How many there were.
   */
  delete(keyword: string): number {
    const name = normal(keyword);
    const kept = this.#cards.filter((card) => card.keyword !== name);
    const removed = this.#cards.length - kept.length;
    this.#made = kept;
    this.#index = undefined;
    return removed;
  }

  /** A copy that can be changed without changing this header. */
  clone(): Header {
    return new Header(this.#cards);
  }

  /**
   * The header as bytes: whole blocks, END, blanks.
   *
   * Blank cards just before END are room: given up where the other cards need it,
   * and added where `blocks` asks for more than the cards need.
   *
   * @param blocks How many 2880-byte blocks the header shall fill; without it, as many as hold
   * all cards.
   * @returns The bytes, a multiple of 2880.
   * @throws {FormatError} If the cards do not fit in `blocks`.
   */
  toBytes(blocks?: number): Uint8Array<ArrayBuffer> {
    const room = this.#cards.slice(this.#roomAtEnd());
    let text = this.#cards.slice(0, this.#cards.length - room.length)
      .map((card) => card.raw).join("");
    const needed = Math.ceil((text.length + RECORD_BYTES) / BLOCK_BYTES);
    const wanted = blocks ??
      Math.max(needed, Math.ceil(this.records * RECORD_BYTES / BLOCK_BYTES));
    if (needed > wanted) {
      throw new FormatError(
        `Cannot write the header in ${wanted} blocks of 2880 bytes: it needs ${needed}`,
      );
    }
    const size = wanted * BLOCK_BYTES;
    const space = Math.floor((size - text.length) / RECORD_BYTES) - 1;
    text = text.padEnd(text.length + Math.min(room.length, space) * RECORD_BYTES);
    // END stands in the last block, whatever room is before it.
    text = text.padEnd(size - BLOCK_BYTES);
    const bytes = new Uint8Array(size);
    platform.encodeLatin1Into((text + "END").padEnd(size), bytes, 0);
    return bytes;
  }

  #find(keyword: string): number | undefined {
    if (this.#index === undefined) {
      this.#index = new Map();
      for (let i = this.#cards.length - 1; i >= 0; i--) {
        this.#index.set(this.#cards[i]!.keyword, i);
      }
    }
    return this.#index.get(keyword) ?? this.#index.get(normal(keyword));
  }

  /** Where a new last card goes: before the blank cards that keep room in front of END. */
  #roomAtEnd(): number {
    let at = this.#cards.length;
    while (at > 0 && this.#cards[at - 1]!.raw.trimEnd() === "") at--;
    return at;
  }
}

function normal(keyword: string): string {
  return keyword.toUpperCase().replace(/^HIERARCH +/, "").trimEnd();
}

/** What of a comment may be written again: real files have bytes that the standard does not. */
function ascii(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?");
}

function readCards(text: string): Card[] {
  const cards: Card[] = [];
  for (let at = 0; at < text.length;) {
    let end = at + RECORD_BYTES;
    let raw = text.slice(at, end);
    while (text.startsWith("CONTINUE", end)) {
      if (!isContinued(raw, text.slice(end, end + RECORD_BYTES))) break;
      end += RECORD_BYTES;
      raw = text.slice(at, end);
    }
    cards.push(Card.parse(raw));
    at = end;
  }
  return cards;
}

/**
 * Finds the END card of a header.
 *
 * @param bytes Bytes that begin with the header.
 * @param from Where to go on looking: a multiple of 80.
 * @returns The offset of the END card, or undefined if it is not among the bytes.
 */
export function findHeaderEnd(bytes: Uint8Array, from = 0): number | undefined {
  for (let at = from; at + RECORD_BYTES <= bytes.length; at += RECORD_BYTES) {
    if (bytes[at] !== 0x45 || bytes[at + 1] !== 0x4e || bytes[at + 2] !== 0x44) continue;
    if (isBareEnd(bytes, at)) return at;
  }
  return undefined;
}

/**
 * Real files write END with NULs, a line break or text behind it; a keyword such as
 * ENDTIME, or END with a value, is none.
 */
function isBareEnd(bytes: Uint8Array, at: number): boolean {
  return bytes[at + 3]! <= 0x20 && bytes[at + 8] !== 0x3d;
}

showInNotebooks(Header.prototype, (header) => {
  const records = header.cards.map(({ raw }) => raw.replace(/.{80}(?=.)/g, "$&\n").trimEnd());
  return { "text/plain": records.join("\n").trimEnd() };
});
