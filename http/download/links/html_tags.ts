/**
 * The tags of a page, as far as its links need them (HTML Living Standard, section 13.2.5).
 *
 * @module
 */

/** A tag that begins an element. */
export interface Tag {
  /** The element, in small letters. */
  readonly name: string;
  /** Those attributes that are wanted, as they stand there, entities included. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Where the tag begins. */
  readonly start: number;
  /** Behind its end. */
  readonly end: number;
}

/** Elements whose content is text, whatever it looks like. */
const TEXT_ELEMENTS: ReadonlySet<string> = new Set([
  ...["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"],
]);

/**
 * Finds the tags that have attributes. Comments and the text of scripts have none; a `>` in
 * quotes ends no tag. What is never closed ends the page, so that the time is linear.
 *
 * @param html The page.
 * @param wanted The attributes, in small letters; tags without any of them are left out.
 */
export function* tagsWith(html: string, wanted: ReadonlySet<string>): Generator<Tag> {
  for (let at = html.indexOf("<"); at >= 0; at = html.indexOf("<", at)) {
    if (html.startsWith("<!--", at)) {
      // A comment may end as soon as it has begun: <!-->.
      at = behind(html, "-->", at + 2);
      if (at < 0) return;
      continue;
    }
    if (/[!?/]/.test(html[at + 1] ?? "")) {
      at = behind(html, ">", at);
      if (at < 0) return;
      continue;
    }
    NAME.lastIndex = at;
    const name = NAME.exec(html)?.[1]?.toLowerCase();
    if (name === undefined) {
      at++;
      continue;
    }
    const start = at;
    const tag = readAttributes(html, NAME.lastIndex, wanted);
    if (tag === undefined) return;
    at = tag.end;
    if (tag.attributes !== undefined) yield { name, attributes: tag.attributes, start, end: at };
    if (!TEXT_ELEMENTS.has(name)) continue;
    const end = new RegExp(`</${name}(?=[\\s/>])`, "gi");
    end.lastIndex = at;
    if (end.exec(html) === null) return;
    at = end.lastIndex;
  }
}

const NAME = /<([a-z][^\s/>]*)/giy;
const ATTRIBUTE = /[\s/]*([^\s/>=][^\s/>=]*)?\s*(=?)\s*/y;

/** Reads up to the end of a tag; undefined if it has none. */
function readAttributes(
  html: string,
  from: number,
  wanted: ReadonlySet<string>,
): { attributes: Record<string, string> | undefined; end: number } | undefined {
  let attributes: Record<string, string> | undefined;
  for (let at = from; at < html.length;) {
    ATTRIBUTE.lastIndex = at;
    const [whole, name, equals] = ATTRIBUTE.exec(html)!;
    at += whole.length;
    let value = "";
    if (equals === "=") {
      const quote = html[at];
      if (quote === '"' || quote === "'") {
        const end = html.indexOf(quote, at + 1);
        if (end < 0) return undefined;
        value = html.slice(at + 1, end);
        at = end + 1;
      } else {
        VALUE.lastIndex = at;
        value = VALUE.exec(html)![0];
        at += value.length;
      }
    }
    const key = name?.toLowerCase();
    // The first of several counts.
    if (key !== undefined && wanted.has(key)) (attributes ??= {})[key] ??= value;
    if (html[at] === ">") return { attributes, end: at + 1 };
    if (whole === "" && value === "" && equals !== "=") at++;
  }
  return undefined;
}

const VALUE = /[^\s>]*/y;

function behind(html: string, mark: string, from: number): number {
  const at = html.indexOf(mark, from);
  return at < 0 ? -1 : at + mark.length;
}
