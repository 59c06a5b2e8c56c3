/** Cards: the 80-byte records of a header, one by one (FITS 4.0, section 4.1). */

import { FormatError } from "../../net/errors.ts";
import {
  broken,
  type CardKind,
  type CardProblem,
  type CardValue,
  parseValueField,
} from "./card_value.ts";

/** Bytes of one record. */
export const RECORD_BYTES = 80;

/** Keywords whose cards hold text and never a value. */
const COMMENTARY = new Set(["COMMENT", "HISTORY", ""]);

const STANDARD_KEYWORD = /^[A-Z0-9_-]{1,8}$/;

/** The most characters of a string, quotes doubled, in one record. */
const STRING_ROOM = 68;

/** How a card is made. */
export interface CardOptions {
  /** Writes a whole number as a real (`5.0`), or gives an existing real a new value. */
  readonly real?: boolean | undefined;
  /** Allows a keyword outside the standard's, written by the HIERARCH convention. */
  readonly hierarch?: boolean | undefined;
}

/**
 * One card of a header: a keyword with its value and comment, or a line of text.
 *
 * A long string with its CONTINUE records is one card. The records are kept as
 * they were read, so that a header that is written again unchanged is the same
 * byte by byte; what they mean is found when it is asked for.
 */
export class Card {
  /**
   * The keyword in upper case; `""` for a blank one. A HIERARCH keyword is its
   * words (`ESO DET NAME`) without the word HIERARCH.
   */
  readonly keyword: string;
  /** The records as they stand in the file: 80 characters (Latin-1) each. */
  readonly raw: string;
  #parsed: Parsed | undefined;

  private constructor(keyword: string, raw: string, parsed?: Parsed) {
    this.keyword = keyword;
    this.raw = raw;
    this.#parsed = parsed;
  }

  /**
   * Reads a card.
   *
   * @param raw One record of 80 characters, or several where CONTINUE records follow; what is
   * shorter ends with blanks.
   * @returns The card; what is wrong with it is in {@linkcode Card.problems}.
   */
  static parse(raw: string): Card {
    const records = Math.max(1, Math.ceil(raw.length / RECORD_BYTES));
    return new Card(keywordOf(raw), raw.padEnd(records * RECORD_BYTES));
  }

  /**
   * Makes a card with a value, in fixed format where the value has one.
   *
   * A string that does not fit is continued (section 4.2.1.2). A comment is cut
   * where the record ends.
   *
   * @param keyword The keyword: 1 to 8 of `A-Z 0-9 _ -`.
   * @param value The value; reals are written in the shortest form that reads back equal.
   * @param comment The comment; nothing outside ASCII 32 to 126.
   * @param options Reals and HIERARCH.
   * @returns The card.
   * @throws {FormatError} If keyword, value or comment cannot stand in a header.
   */
  static of(keyword: string, value: CardValue, comment = "", options: CardOptions = {}): Card {
    const { name, start } = keywordField(keyword, options.hierarch === true);
    checkText(comment, `the comment of ${name}`);
    if (typeof value === "string") {
      return new Card(name, stringRecords(name, start, value, comment));
    }
    const text = numberText(value, name, options.real === true);
    // Fixed format ends in byte 30 (section 4.2); a long HIERARCH keyword has no such place.
    const field = text.padStart(Math.max(0, 30 - start.length));
    if (start.length + field.length > RECORD_BYTES) {
      throw new FormatError(`Cannot write ${name}: keyword and value do not fit in 80 bytes`);
    }
    return new Card(name, withComment(start + field, comment));
  }

  /**
   * Makes a card of text: COMMENT, HISTORY, a blank keyword, or any keyword without a value.
   *
   * @param keyword The keyword.
   * @param text At most 72 characters of ASCII 32 to 126.
   * @returns The card.
   * @throws {FormatError} If the text is too long or not ASCII.
   */
  static commentary(keyword: string, text: string): Card {
    if (keyword !== "" && !STANDARD_KEYWORD.test(keyword)) throw badKeyword(keyword);
    checkText(text, `the text of ${keyword || "a blank card"}`);
    if (text.length > 72) {
      throw new FormatError(
        `Cannot write ${keyword}: found ${text.length} characters of text, expected at most 72`,
      );
    }
    return new Card(keyword, (keyword.padEnd(8) + text).padEnd(RECORD_BYTES));
  }

  /** What the value field holds; `commentary` where there is none. */
  get kind(): CardKind {
    return this.#read().kind;
  }

  /** The value; `null` where it is undefined or where the card has none. */
  get value(): CardValue {
    return this.#read().value;
  }

  /** The comment after the value, without the blanks around it. */
  get comment(): string {
    return this.#read().comment;
  }

  /** The text of a commentary card, from byte 9 on, without trailing blanks; else `""`. */
  get text(): string {
    return this.#read().text;
  }

  /** What is wrong with the card. */
  get problems(): readonly CardProblem[] {
    return this.#read().problems;
  }

  /** Whether the keyword is written by the HIERARCH convention of ESO. */
  get hierarch(): boolean {
    return this.raw.startsWith("HIERARCH ") && this.kind !== "commentary";
  }

  /** How many 80-byte records the card takes. */
  get records(): number {
    return Math.ceil(this.raw.length / RECORD_BYTES);
  }

  #read(): Parsed {
    return this.#parsed ??= parseCard(this.keyword, this.raw);
  }
}

interface Parsed {
  readonly kind: CardKind;
  readonly value: CardValue;
  readonly comment: string;
  readonly text: string;
  readonly problems: readonly CardProblem[];
}

function keywordOf(raw: string): string {
  const hierarch = hierarchValue(raw);
  if (hierarch > 0) {
    return raw.slice(9, hierarch - 1).trim().replace(/ +/g, " ").toUpperCase();
  }
  // Lower case breaks the standard; who looks for such a keyword finds it all the same.
  return raw.slice(0, 8).trimEnd().toUpperCase();
}

/** Where the value field of a HIERARCH card begins, or 0: the convention asks for an `=`. */
function hierarchValue(raw: string): number {
  if (!raw.startsWith("HIERARCH ")) return 0;
  return raw.slice(0, RECORD_BYTES).indexOf("=") + 1;
}

function parseCard(keyword: string, raw: string): Parsed {
  const problems: CardProblem[] = [];
  if (!/^[\x20-\x7e]*$/.test(raw)) problems.push(broken("a byte outside ASCII 32 to 126"));
  const hierarch = hierarchValue(raw);
  if (hierarch === 0 && (raw.slice(8, 10) !== "= " || COMMENTARY.has(keyword))) {
    if (raw[8] === "=" && !COMMENTARY.has(keyword)) {
      problems.push({
        message: "no blank after the equals sign, so the card has no value",
        severity: "warning",
      });
    }
    checkKeyword(raw, problems);
    const text = raw.slice(8).trimEnd();
    return { kind: "commentary", value: null, comment: "", text, problems };
  }
  if (hierarch === 0) checkKeyword(raw, problems);
  const start = hierarch > 0 ? hierarch : 10;
  const field = parseValueField(raw.slice(start, RECORD_BYTES));
  problems.push(...field.problems);
  if (raw.length <= RECORD_BYTES || typeof field.value !== "string") {
    return { ...field, text: "", problems };
  }
  return { ...continued(raw, field.value, field.comment, problems), text: "", problems };
}

function checkKeyword(raw: string, problems: CardProblem[]): void {
  const field = raw.slice(0, 8);
  if (!/^[A-Z0-9_-]* *$/.test(field)) {
    problems.push(
      broken(`the keyword '${field}' has a character outside A-Z 0-9 _ -, or a blank inside`),
    );
  }
}

/** The value and the comment of a string with its CONTINUE records (section 4.2.1.2). */
function continued(
  raw: string,
  first: string,
  firstComment: string,
  problems: CardProblem[],
): Pick<Parsed, "kind" | "value" | "comment"> {
  // Thousands of pieces: each is looked at alone.
  const values = [first];
  const comments = [firstComment];
  for (let at = RECORD_BYTES; at < raw.length; at += RECORD_BYTES) {
    const piece = parseValueField(raw.slice(at + 8, at + RECORD_BYTES));
    problems.push(...piece.problems);
    values.push(values.pop()!.slice(0, -1), typeof piece.value === "string" ? piece.value : "");
    comments.push(piece.comment);
  }
  return {
    kind: "string",
    value: values.join("").trimEnd(),
    comment: comments.filter((text) => text !== "").join(" "),
  };
}

/**
 * Whether the next record continues the string of this card.
 *
 * @param raw The records of the card so far.
 * @param next The record after them.
 */
export function isContinued(raw: string, next: string): boolean {
  if (!next.startsWith("CONTINUE  ")) return false;
  if (next.slice(10).trimStart()[0] !== "'") return false;
  const last = raw.slice(-RECORD_BYTES);
  const start = raw.length > RECORD_BYTES ? 8 : hierarchValue(raw) || 10;
  if (raw.length <= RECORD_BYTES && start === 10 && raw.slice(8, 10) !== "= ") return false;
  const { kind, value } = parseValueField(last.slice(start));
  return kind === "string" && (value as string).endsWith("&");
}

function keywordField(keyword: string, hierarch: boolean): { name: string; start: string } {
  if (STANDARD_KEYWORD.test(keyword) && !COMMENTARY.has(keyword) && keyword !== "END") {
    return { name: keyword, start: keyword.padEnd(8) + "= " };
  }
  const words = keyword.replace(/^HIERARCH /, "").toUpperCase();
  if (!hierarch || !/^[\x21-\x3c\x3e-\x7e]+(?: [\x21-\x3c\x3e-\x7e]+)*$/.test(words)) {
    throw badKeyword(keyword);
  }
  return { name: words, start: `HIERARCH ${words} = ` };
}

function badKeyword(keyword: string): FormatError {
  return new FormatError(
    `Cannot write the keyword '${keyword}': expected 1 to 8 of A-Z 0-9 _ -` +
      " (longer ones only by the HIERARCH convention)",
  );
}

function checkText(text: string, what: string): void {
  const wrong = /[^\x20-\x7e]/.exec(text);
  if (wrong === null) return;
  const code = wrong[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
  throw new FormatError(
    `Cannot write ${what}: found U+${code} at character ${wrong.index}, expected ASCII 32 to 126`,
  );
}

function numberText(value: Exclude<CardValue, string>, name: string, real: boolean): string {
  if (value === null) return "";
  if (typeof value === "boolean") return value ? "T" : "F";
  if (typeof value === "bigint") return String(value);
  if (typeof value === "object") {
    return `(${numberText(value.re, name, real)}, ${numberText(value.im, name, real)})`;
  }
  if (!Number.isFinite(value)) {
    throw new FormatError(`Cannot write ${name}: ${value} is no value of FITS (section 4.2.4)`);
  }
  if (Number.isSafeInteger(value) && !real && !Object.is(value, -0)) return String(value);
  return realText(value);
}

/**
 * The shortest text of a real number that reads back equal, with a decimal point.
 *
 * @param value A finite number.
 * @returns Such as `0.5`, `1.0E-7`, `-3.0`.
 */
export function realText(value: number): string {
  const text = Object.is(value, -0) ? "-0" : String(value).toUpperCase();
  const [mantissa, exponent] = text.split("E");
  const pointed = mantissa!.includes(".") ? mantissa : mantissa + ".0";
  return exponent === undefined ? pointed! : `${pointed}E${exponent}`;
}

function withComment(start: string, comment: string): string {
  if (comment === "") return start.padEnd(RECORD_BYTES);
  return `${start.padEnd(30)} / ${comment}`.slice(0, RECORD_BYTES).padEnd(RECORD_BYTES);
}

function stringRecords(name: string, start: string, value: string, comment: string): string {
  checkText(value, `the value of ${name}`);
  const escaped = value.replaceAll("'", "''");
  const room = Math.min(STRING_ROOM, RECORD_BYTES - start.length - 2);
  // A string that ends in & and is followed by CONTINUE would read as continued: none of ours is.
  if (escaped.length <= room) {
    const quoted = `'${value === "" ? "" : escaped.padEnd(start.length === 10 ? 8 : 0)}'`;
    return withComment(start + quoted, comment);
  }
  if (room < 3) {
    throw new FormatError(`Cannot write ${name}: the keyword leaves no room for a string`);
  }
  return continuedRecords(escaped, start, room, comment);
}

function continuedRecords(escaped: string, start: string, room: number, comment: string): string {
  let records = "";
  let rest = escaped;
  let lead = start;
  let width = room;
  while (rest.length > width) {
    const cut = pieceLength(rest, width - 1);
    records += `${lead}'${rest.slice(0, cut)}&'`.padEnd(RECORD_BYTES);
    rest = rest.slice(cut);
    lead = "CONTINUE  ";
    width = STRING_ROOM;
  }
  return records + withComment(`${lead}'${rest}'`, comment);
}

/** At most `most` characters, but never half of a doubled quote. */
function pieceLength(escaped: string, most: number): number {
  let quotes = 0;
  while (escaped[most - 1 - quotes] === "'") quotes++;
  return quotes % 2 === 1 ? most - 1 : most;
}
