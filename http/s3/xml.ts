/** The little of XML that stores answer: elements with text, no attributes, no declarations. */

import { ProtocolError } from "../../net/errors.ts";

/** Elements within elements at most. */
const MAX_DEPTH = 16;

/** Where the name of an element ends. */
const NAME_END = /[\s/>]/g;
const NAME = /^[A-Za-z_][\w:.-]*$/;

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

/** Hears of an element: the names from the root on, and what reads the text before its end tag. */
export type TakeElement = (path: readonly string[], content: () => string) => void;

/**
 * Tells of every element with its path and its text, in the order in which they end.
 *
 * @param text The document.
 * @param take Called with the names from the root on, and what reads the text directly in front
 * of the end tag. The list of names is used again.
 * @throws {ProtocolError} If it is no document of elements, or one with a declaration:
 * entities of a stranger's making are not expanded.
 */
export function scanElements(text: string, take: TakeElement): void {
  const scanner = new ElementScanner(take);
  scanner.push(text);
  scanner.finish();
}

/**
 * Tells of every element as {@linkcode scanElements} does, of a document that comes in pieces.
 *
 * A listing has thousands of elements: nothing is made of one but its name, and nothing is kept
 * but what stands in front of the next tag.
 */
export class ElementScanner {
  readonly #take: TakeElement;
  readonly #path: string[] = [];
  /** What has not been told yet: the text in front of the next tag, and the start of that. */
  #text = "";
  /** Characters before it. */
  #before = 0;
  /** Where in it the next tag is looked for, and the end of that tag. */
  #searched = 0;
  #endSearched = 0;
  #begun = false;
  #ended = false;
  /** The text that stands in front of the present tag. */
  #from = 0;
  #at = 0;
  readonly #content = () =>
    decodeText(this.#text.slice(this.#from, this.#at), this.#before + this.#from);

  /**
   * Begins before the document.
   *
   * @param take Hears of every element; the list of names is used again.
   */
  constructor(take: TakeElement) {
    this.#take = take;
  }

  /**
   * Takes the next piece.
   *
   * @param text The piece.
   * @throws {ProtocolError} If the document cannot go on so.
   */
  push(text: string): void {
    this.#text += text;
    this.#scan(false);
  }

  /**
   * Ends the document.
   *
   * @throws {ProtocolError} If it is not whole.
   */
  finish(): void {
    this.#scan(true);
    if (!this.#ended) throw broken("the end before the root's", this.#before + this.#text.length);
  }

  #scan(isLast: boolean): void {
    const text = this.#text;
    let from = 0;
    if (!this.#begun) {
      from = /^\uFEFF?\s*/.exec(text)![0].length;
      if (from === text.length) return this.#keep(from);
      if (text.charCodeAt(from) !== LESS) throw this.#broken("what is no element", from);
      this.#begun = true;
    }
    for (;;) {
      const at = text.indexOf("<", Math.max(from, this.#searched));
      const isOutside = this.#path.length === 0;
      if (isOutside && text.slice(from, at < 0 ? undefined : at).trim() !== "") {
        throw this.#broken("what is no element", from);
      }
      if (at < 0) {
        this.#searched = text.length;
        return this.#keep(from);
      }
      this.#searched = at;
      const end = this.#endOfTag(text, from, at, isLast);
      if (end === undefined) return this.#keep(from);
      from = end;
      this.#searched = this.#endSearched = end;
    }
  }

  /** Tells of the tag that begins at a place; gives where it ends, if that is there. */
  #endOfTag(text: string, from: number, at: number, isLast: boolean): number | undefined {
    const path = this.#path;
    const second = text.charCodeAt(at + 1);
    if (Number.isNaN(second) && !isLast) return undefined;
    const isComment = text.startsWith("<!--", at);
    if (second === 0x21 && !isComment && (isLast || !"<!--".startsWith(text.slice(at, at + 4)))) {
      throw this.#broken("a declaration", at);
    }
    const isOpening = second !== 0x21 && second !== 0x3f && second !== SLASH;
    if (isOpening && this.#ended) throw this.#broken("a second root", at);
    if (isOpening && path.length >= MAX_DEPTH) {
      throw this.#broken(`more than ${MAX_DEPTH} levels`, at);
    }
    const mark = isComment ? "-->" : second === 0x3f ? "?>" : ">";
    const found = text.indexOf(mark, Math.max(at, this.#endSearched));
    if (found < 0) {
      if (isLast) throw this.#broken("what is no element", at);
      // A mark may have begun.
      this.#endSearched = Math.max(at, text.length - 2);
      return undefined;
    }
    const end = found + mark.length;
    this.#from = from;
    this.#at = at;
    if (second === SLASH) this.#close(text.slice(at + 2, end - 1), at);
    else if (isOpening) this.#open(text, at, end);
    // The text of an element is what stands behind the last comment in it.
    return end;
  }

  #close(name: string, at: number): void {
    const open = this.#path.at(-1);
    if (open === undefined || name.trimEnd() !== open) {
      throw this.#broken(`the end of '${name.slice(0, 40)}', which has not begun`, at);
    }
    this.#take(this.#path, this.#content);
    this.#path.pop();
    this.#ended = this.#path.length === 0;
  }

  #open(text: string, at: number, end: number): void {
    NAME_END.lastIndex = at + 1;
    const name = text.slice(at + 1, NAME_END.exec(text)!.index);
    if (!NAME.test(name)) throw this.#broken("what is no element", at);
    this.#path.push(name);
    if (text.charCodeAt(end - 2) === SLASH) {
      this.#take(this.#path, nothing);
      this.#path.pop();
    }
    this.#ended = this.#path.length === 0;
  }

  #keep(from: number): void {
    this.#text = this.#text.slice(from);
    this.#before += from;
    this.#searched = Math.max(0, this.#searched - from);
    this.#endSearched = Math.max(0, this.#endSearched - from);
  }

  #broken(found: string, at: number): ProtocolError {
    return broken(found, this.#before + at);
  }
}

const nothing = () => "";

const LESS = 0x3c;
const SLASH = 0x2f;

function decodeText(text: string, at: number): string {
  if (!text.includes("&")) return text;
  return text.replace(/&([^;&]{0,12})(;?)/g, (whole, name: string, end: string) => {
    const named = Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined;
    if (end === ";" && named !== undefined) return named;
    const [, hex, decimal] = /^#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}))$/.exec(name) ?? [];
    const code = hex === undefined ? Number(decimal ?? NaN) : parseInt(hex, 16);
    const valid = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
    if (end === ";" && valid) return String.fromCodePoint(code);
    throw broken(`the entity '${whole.slice(0, 20)}'`, at);
  });
}

function broken(found: string, at: number): ProtocolError {
  return new ProtocolError(`Cannot read the XML: found ${found} at character ${at}`, {
    offset: at,
  });
}
