import type { IdlValue } from "./value.ts";

/**
 * The elements of a value as JSON has them; complex numbers as two. What JSON has no number for
 * is text: `"NaN"`, `"-Infinity"`, and integers of 64 bits.
 *
 * @param value The value.
 */
export function jsonElements(value: IdlValue): (number | string)[] {
  return Array.from(
    value.data as ArrayLike<number | bigint | string>,
    (element) =>
      typeof element === "bigint" || !(typeof element !== "number" || Number.isFinite(element))
        ? String(element)
        : element,
  );
}
