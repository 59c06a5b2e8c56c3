/**
 * Shortens a text in its middle, so that its beginning and its end can be read: a line that is
 * rewritten on a terminal must not wrap.
 *
 * @param text The text.
 * @param length Characters that there is room for.
 * @returns The text, or its two ends with an ellipsis between.
 *
 * @example
 * ```ts
 * import { cutMiddle } from "./cut_middle.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(cutMiddle("aia.lev1.2014.fits", 11), "aia.l….fits");
 * ```
 */
export function cutMiddle(text: string, length: number): string {
  if (text.length <= length) return text;
  if (length < 1) return "";
  const end = Math.floor((length - 1) / 2);
  return `${text.slice(0, length - 1 - end)}…${text.slice(text.length - end)}`;
}
