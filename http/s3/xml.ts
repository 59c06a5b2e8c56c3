/** The little of XML that stores answer: elements with text, no attributes, no declarations. */

import { ProtocolError } from "../../net/errors.ts";

/** Elements within elements at most. */
const MAX_DEPTH = 16;

/** A tag, a declaration or an instruction, and the text behind it. */
const MARKUP =
  /<(?:(!--)[\s\S]*?--|(\?)[^>]*|(!)[^>]*|(\/?)([A-Za-z_][\w:.-]*)[^<>]*?(\/?))>([^<]*)/gy;

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
 * @param text The document.
 * @param take Called with the names from the root on, joined by `/`, and the text directly
 * in front of the end tag.
 * @throws {ProtocolError} If it is no document of elements, or one with a declaration:
 * entities of a stranger's making are not expanded.
 */
export function scanElements(text: string, take: (path: string, text: string) => void): void {
  const paths: string[] = [];
  const start = /^\uFEFF?\s*/.exec(text)![0].length;
  let at = MARKUP.lastIndex = start;
  let content = "";
  let ended = false;
  for (let match = MARKUP.exec(text); match !== null; match = MARKUP.exec(text)) {
    const [, comment, instruction, declaration, closing, name, empty, behind] = match;
    const markup = at;
    at = MARKUP.lastIndex;
    if (declaration !== undefined) throw broken("a declaration", markup);
    if (comment !== undefined || instruction !== undefined) {
      content += behind;
      continue;
    }
    const path = paths.at(-1);
    if (closing === "/") {
      if (path === undefined || path.slice(path.lastIndexOf("/") + 1) !== name) {
        throw broken(`the end of '${name}', which has not begun`, markup);
      }
      take(path, decodeText(content, markup));
      paths.pop();
      ended = paths.length === 0;
    } else {
      if (ended) throw broken("a second root", markup);
      if (paths.length >= MAX_DEPTH) throw broken(`more than ${MAX_DEPTH} levels`, markup);
      const inner = path === undefined ? name! : `${path}/${name}`;
      if (empty === "/") take(inner, "");
      else paths.push(inner);
      ended = paths.length === 0;
    }
    content = behind!;
  }
  if (at !== text.length) throw broken("what is no element", at);
  if (!ended) throw broken("the end before the root's", at);
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
