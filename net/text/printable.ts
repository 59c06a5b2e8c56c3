/**
 * Text from outside on its way to a person: nothing in it is obeyed by a terminal.
 *
 * @module
 */

/**
 * What a terminal obeys or what turns the order of a line: controls (C0, DEL, C1), and
 * the characters for directions of Unicode (UAX #9, section 2).
 */
const OBEYED = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** The same without the line feeds and tabs that a text of several lines is made of. */
const OBEYED_IN_LINES = /(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** What JSON.stringify() leaves as it is; it escapes what is below a blank. */
const OBEYED_IN_JSON = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * One value or one line, each character that a terminal would obey as `?`.
 *
 * @param text Text from a file, a server or a user.
 *
 * @example
 * ```ts
 * import { printable } from "./printable.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(printable("M 31\x1b[2J\n"), "M 31?[2J?");
 * ```
 */
export function printable(text: string): string {
  return text.replace(OBEYED, "?");
}

/**
 * Lines of text, which keep their line feeds and tabs; the return before a line feed goes.
 *
 * @param text Lines.
 */
export function printableLines(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(OBEYED_IN_LINES, "?");
}

/**
 * JSON that reads as the same value, without a character that a terminal would obey.
 *
 * @param json What JSON.stringify() gave, or lines of it.
 */
export function printableJson(json: string): string {
  return json.replace(
    OBEYED_IN_JSON,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
