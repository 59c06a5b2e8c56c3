import { FormatError } from "../../net/errors.ts";
import { consistsOf, FIELD_VALUE, LOWER, quoted, TOKEN } from "./octets.ts";

/** What {@linkcode HeaderFields} can be made from. */
export type HeaderFieldsInit =
  | Iterable<readonly [name: string, value: string]>
  | Readonly<Record<string, string>>;

/**
 * Header fields in the order of the message, duplicates kept, names in any case.
 *
 * Values are text with one character for each octet (ISO-8859-1), since a field
 * has no character set of its own (RFC 9110 section 5.5). Names and values are
 * checked when they are set: no value can smuggle a line break into a message.
 *
 * @example
 * ```ts
 * import { HeaderFields } from "@heliograph/heliograph/http";
 * import { assertEquals } from "@std/assert";
 *
 * const fields = new HeaderFields({ "Content-Type": "image/fits" });
 * fields.append("Vary", "Accept");
 * fields.append("Vary", "Accept-Encoding");
 * assertEquals(fields.get("content-type"), "image/fits");
 * assertEquals(fields.get("vary"), "Accept, Accept-Encoding");
 * assertEquals(fields.list("vary"), ["Accept", "Accept-Encoding"]);
 * ```
 */
export class HeaderFields implements Iterable<[name: string, value: string]> {
  // Fields of a received head stay where they are in its text until someone
  // changes one: a server looks at few of them. Four indices for each field:
  // name and value, start and end.
  #text = "";
  #spans: readonly number[] | undefined = undefined;
  // One bit for each kind of name in the text (see nameBit), so that a look for
  // an absent field, the most frequent question of a server, ends at once.
  #bits = -1;
  #names: string[] = NONE;
  #values: string[] = NONE;
  #received = false;

  /**
   * Makes a list of fields.
   *
   * @param init Names and values.
   * @throws {FormatError} If a name is no token or a value has a control character.
   */
  constructor(init?: HeaderFieldsInit) {
    if (init === undefined) return;
    const entries = Symbol.iterator in init ? init : Object.entries(init);
    for (const [name, value] of entries) this.append(name, value);
  }

  /**
   * Fields that a parser has found and checked; nothing is copied. They cannot be
   * changed, since a server may have the next request with the same head share them.
   *
   * @param text The head of the message, or a part of it.
   * @param spans For each field where in the text its name and its value begin
   * and end: four indices.
   * @param bits The {@linkcode nameBit}s of all names, joined.
   */
  static ofText(text: string, spans: readonly number[], bits: number): HeaderFields {
    const fields = new HeaderFields();
    fields.#text = text;
    fields.#spans = spans;
    fields.#bits = bits;
    fields.#received = true;
    return fields;
  }

  /** How many field lines there are. */
  get size(): number {
    return this.#spans === undefined ? this.#names.length : this.#spans.length >> 2;
  }

  /**
   * The value of a field; of several lines with this name, their values joined
   * with `, ` (RFC 9110 section 5.2).
   *
   * @param name The field's name, in any case.
   */
  get(name: string): string | undefined {
    let at = this.#find(name, 0);
    if (at < 0) return undefined;
    let value = this.#value(at);
    while ((at = this.#find(name, at + 1)) >= 0) value += ", " + this.#value(at);
    return value;
  }

  /**
   * The values of every line with this name, in order.
   *
   * @param name The field's name, in any case.
   */
  getAll(name: string): string[] {
    const values: string[] = [];
    for (let at = this.#find(name, 0); at >= 0; at = this.#find(name, at + 1)) {
      values.push(this.#value(at));
    }
    return values;
  }

  /**
   * The elements of a field whose value is a list (RFC 9110 section 5.6.1), over
   * all its lines. Commas in quoted strings do not divide; empty elements are
   * left out.
   *
   * @param name The field's name, in any case.
   */
  list(name: string): string[] {
    const value = this.get(name);
    return value === undefined ? [] : listElements(value);
  }

  /**
   * Whether there is a field of this name.
   *
   * @param name The field's name, in any case.
   */
  has(name: string): boolean {
    return this.#find(name, 0) >= 0;
  }

  /**
   * Puts one line in the place of all lines with this name.
   *
   * @param name The field's name.
   * @param value Its value; blanks at its ends are dropped.
   * @throws {FormatError} If the name is no token or the value has a control character.
   * @throws {TypeError} If these are the fields of a received message.
   */
  set(name: string, value: string): void {
    const checked = checkField(name, value);
    this.#change();
    const at = this.#find(name, 0);
    if (at < 0) {
      this.#names.push(name);
      this.#values.push(checked);
      return;
    }
    this.#names[at] = name;
    this.#values[at] = checked;
    this.#deleteFrom(name, at + 1);
  }

  /**
   * Adds a line at the end, beside those of the same name.
   *
   * @param name The field's name.
   * @param value Its value; blanks at its ends are dropped.
   * @throws {FormatError} If the name is no token or the value has a control character.
   * @throws {TypeError} If these are the fields of a received message.
   */
  append(name: string, value: string): void {
    const checked = checkField(name, value);
    this.#change();
    this.#names.push(name);
    this.#values.push(checked);
  }

  /**
   * Removes every line with this name.
   *
   * @param name The field's name, in any case.
   * @throws {TypeError} If these are the fields of a received message.
   */
  delete(name: string): void {
    this.#change();
    this.#deleteFrom(name, 0);
  }

  /** Every line, in order: the name as it was written, and the value. */
  *[Symbol.iterator](): IterableIterator<[name: string, value: string]> {
    this.#own();
    for (let i = 0; i < this.#names.length; i++) yield [this.#names[i]!, this.#values[i]!];
  }

  /** The lines as they stand in a message, each with its CR LF. */
  toText(): string {
    this.#own();
    let text = "";
    for (let i = 0; i < this.#names.length; i++) {
      text += this.#names[i]! + ": " + this.#values[i]! + "\r\n";
    }
    return text;
  }

  /**
   * A list of the same lines that can be changed by itself, as the fields of a
   * received message cannot.
   */
  clone(): HeaderFields {
    this.#own();
    const copy = new HeaderFields();
    copy.#names = [...this.#names];
    copy.#values = [...this.#values];
    return copy;
  }

  #value(at: number): string {
    if (this.#spans === undefined) return this.#values[at]!;
    return this.#text.substring(this.#spans[4 * at + 2]!, this.#spans[4 * at + 3]!);
  }

  /** The index of the next line with this name; -1 if there is none. */
  #find(name: string, from: number): number {
    const spans = this.#spans;
    if (spans === undefined) {
      for (let at = from; at < this.#names.length; at++) {
        const own = this.#names[at]!;
        if (own.length === name.length && sameName(own, 0, name)) return at;
      }
      return -1;
    }
    if (name.length === 0) return -1;
    if ((this.#bits & nameBit(name.length, name.charCodeAt(name.length - 1))) === 0) return -1;
    for (let i = 4 * from; i < spans.length; i += 4) {
      const start = spans[i]!;
      if (spans[i + 1]! - start === name.length && sameName(this.#text, start, name)) {
        return i >> 2;
      }
    }
    return -1;
  }

  #deleteFrom(name: string, from: number): void {
    for (let at; (at = this.#find(name, from)) >= 0;) {
      this.#names.splice(at, 1);
      this.#values.splice(at, 1);
    }
  }

  #change(): void {
    if (this.#received) {
      throw new TypeError(
        "Cannot change the fields of a received message: change a clone() of them",
      );
    }
    this.#own();
  }

  /** Takes names and values out of the text, for a change or a walk over all. */
  #own(): void {
    if (this.#names === NONE) {
      this.#names = [];
      this.#values = [];
    }
    const spans = this.#spans;
    if (spans === undefined) return;
    for (let i = 0; i < spans.length; i += 4) {
      this.#names.push(this.#text.substring(spans[i]!, spans[i + 1]!));
      this.#values.push(this.#text.substring(spans[i + 2]!, spans[i + 3]!));
    }
    this.#spans = undefined;
    this.#text = "";
  }
}

const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;

/** Stands for an empty list until one is needed; never changed. */
const NONE: string[] = [];

/**
 * The bit that stands for names of this length and last letter.
 *
 * @param length The characters of the name.
 * @param last Its last octet.
 */
export function nameBit(length: number, last: number): number {
  return 1 << ((length * 5 + LOWER[last & 0xff]!) & 31);
}

function sameName(text: string, start: number, name: string): boolean {
  for (let i = name.length - 1; i >= 0; i--) {
    const a = text.charCodeAt(start + i);
    const b = name.charCodeAt(i);
    if (a !== b && (b > 255 || LOWER[a] !== LOWER[b])) return false;
  }
  return true;
}

function checkField(name: string, value: string): string {
  if (!consistsOf(name, TOKEN)) {
    throw new FormatError(
      `Cannot set a header field: its name is ${quoted(name)}, expected letters, digits or -`,
    );
  }
  const trimmed = trimBlanks(value);
  if (trimmed !== "" && !consistsOf(trimmed, FIELD_VALUE)) {
    throw new FormatError(
      `Cannot set the header field ${name}: its value has a control character or one ` +
        `above U+00FF, expected ISO-8859-1 text on one line`,
    );
  }
  return trimmed;
}

/** Text without spaces and tabs at its ends; no other white space counts as blank in HTTP. */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

/**
 * The elements of a comma-separated list (RFC 9110 section 5.6.1): blanks around
 * them dropped, empty ones left out, commas within quoted strings kept.
 *
 * @param value The value of a field.
 */
export function listElements(value: string): string[] {
  const elements: string[] = [];
  let start = 0;
  let inString = false;
  for (let i = 0; i < value.length; i++) {
    const char = value.charCodeAt(i);
    if (inString) {
      if (char === BACKSLASH) i++;
      else if (char === QUOTE) inString = false;
    } else if (char === QUOTE) {
      inString = true;
    } else if (char === COMMA) {
      addElement(elements, value.slice(start, i));
      start = i + 1;
    }
  }
  addElement(elements, value.slice(start));
  return elements;
}

function addElement(elements: string[], text: string): void {
  const element = trimBlanks(text);
  if (element !== "") elements.push(element);
}
