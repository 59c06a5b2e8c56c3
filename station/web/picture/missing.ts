/** What is drawn where a pixel has no value. */

/** Stripes, nothing, or a colour: `RRGGBB` in hexadecimal digits. */
export type Missing = string;

/** What it may be, for people. */
export const MISSING_EXPECTED: string = "hatch, transparent or a colour as RRGGBB, such as ff0000";

/**
 * Reads what is drawn.
 *
 * @returns Colours in lower case; undefined if the text is none.
 */
export function readMissing(text: string): Missing | undefined {
  if (text === "hatch" || text === "transparent") return text;
  return /^[\da-f]{6}$/i.test(text) ? text.toLowerCase() : undefined;
}

/** The colour as `ImageData` has it, red in the lowest byte; 0 where there is none. */
export function missingColor(missing: Missing): number {
  if (missing === "hatch" || missing === "transparent") return 0;
  const color = parseInt(missing, 16);
  return (0xff000000 | (color & 255) << 16 | color & 0xff00 | color >>> 16) >>> 0;
}
