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

/**
 * Tells of every element with its path and its text, in the order in which they end.
 *
 * A listing has thousands of elements: nothing is made of one but its name.
 *
 * @param text The document.
 * @param take Called with the names from the root on, and what reads the text directly in front
 * of the end tag. The list of names is used again.
 * @throws {ProtocolError} If it is no document of elements, or one with a declaration:
 * entities of a stranger's making are not expanded.
 */
export function scanElements(
  text: string,
  take: (path: readonly string[], content: () => string) => void,
): void {
  const path: string[] = [];
  let at = /^\uFEFF?\s*/.exec(text)![0].length;
  let from = at;
  let to = at;
  let ended = false;
  const content = () => decodeText(text.slice(from, to), from);
  const nothing = () => "";
  while (at < text.length) {
    if (text.charCodeAt(at) !== LESS) throw broken("what is no element", at);
    to = at;
    if (text.startsWith("<!--", at) || text.startsWith("<?", at)) {
      at = behind(text, at, text.charCodeAt(at + 1) === 0x3f ? "?>" : "-->");
      // The text of an element is what stands behind the last of them.
    } else if (text.charCodeAt(at + 1) === 0x21) {
      throw broken("a declaration", at);
    } else if (text.charCodeAt(at + 1) === SLASH) {
      const end = behind(text, at, ">");
      const name = path.at(-1);
      if (name === undefined || text.slice(at + 2, end - 1).trimEnd() !== name) {
        const found = text.slice(at + 2, end - 1).slice(0, 40);
        throw broken(`the end of '${found}', which has not begun`, at);
      }
      take(path, content);
      path.pop();
      ended = path.length === 0;
      at = end;
    } else {
      if (ended) throw broken("a second root", at);
      if (path.length >= MAX_DEPTH) throw broken(`more than ${MAX_DEPTH} levels`, at);
      const end = behind(text, at, ">");
      NAME_END.lastIndex = at + 1;
      const name = text.slice(at + 1, NAME_END.exec(text)!.index);
      if (!NAME.test(name)) throw broken("what is no element", at);
      path.push(name);
      if (text.charCodeAt(end - 2) === SLASH) {
        take(path, nothing);
        path.pop();
      }
      ended = path.length === 0;
      at = end;
    }
    from = at;
    const next = text.indexOf("<", at);
    at = next < 0 ? text.length : next;
    if (path.length === 0 && text.slice(from, at).trim() !== "") {
      throw broken("what is no element", from);
    }
  }
  if (!ended) throw broken("the end before the root's", at);
}

const LESS = 0x3c;
const SLASH = 0x2f;

/** The place behind a mark. */
function behind(text: string, from: number, mark: string): number {
  const at = text.indexOf(mark, from);
  if (at < 0) throw broken("what is no element", from);
  return at + mark.length;
}

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
