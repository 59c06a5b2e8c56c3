/** Entity tags (RFC 9110 section 8.8.3), as text: `"abc"` is strong, `W/"abc"` weak. */

const TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/y;

/**
 * Reads a list of entity tags up to its end or to the first thing that is none.
 *
 * @param value The value of If-Match or If-None-Match.
 */
export function parseEntityTags(value: string): string[] {
  const tags: string[] = [];
  for (let at = skipSeparators(value, 0); at < value.length; at = skipSeparators(value, at)) {
    TAG.lastIndex = at;
    const match = TAG.exec(value);
    if (match === null) break;
    tags.push(match[0]);
    at += match[0].length;
  }
  return tags;
}

function skipSeparators(text: string, from: number): number {
  let at = from;
  while (at < text.length && ", \t".includes(text[at]!)) at++;
  return at;
}

/**
 * Whether a text is one entity tag.
 *
 * @param text The text, such as the value of ETag.
 */
export function isEntityTag(text: string): boolean {
  TAG.lastIndex = 0;
  return TAG.exec(text)?.[0].length === text.length && text !== "";
}

/**
 * Strong comparison: both strong, and the same (RFC 9110 section 8.8.3.2).
 *
 * @param a An entity tag.
 * @param b Another.
 */
export function equalStrong(a: string, b: string): boolean {
  return a === b && !a.startsWith("W/");
}

/**
 * Weak comparison: the same, weak or not (RFC 9110 section 8.8.3.2).
 *
 * @param a An entity tag.
 * @param b Another.
 */
export function equalWeak(a: string, b: string): boolean {
  return opaque(a) === opaque(b);
}

function opaque(tag: string): string {
  return tag.startsWith("W/") ? tag.slice(2) : tag;
}
