/** Values of cards in JSON and from the command line. */

import type { Card, CardValue } from "../../fits/mod.ts";
import { printable } from "../../net/text/printable.ts";

declare global {
  interface JSON {
    /** Text that JSON.stringify puts out as it is: integers beyond 2^53 keep all digits. */
    rawJSON(text: string): unknown;
  }
}

/** A value as JSON: integers exact, complex numbers as `[re, im]`, undefined values null. */
export function jsonValue(value: CardValue | undefined): unknown {
  if (typeof value === "bigint") return JSON.rawJSON(String(value));
  if (typeof value === "object" && value !== null) return [value.re, value.im].map(jsonValue);
  // JSON.stringify() drops the sign of -0; with a point, other languages keep it too.
  if (Object.is(value, -0)) return JSON.rawJSON("-0.0");
  return value ?? null;
}

/** A card as JSON: `keyword` with `value` and `comment`, or with `text` where there is no value. */
export function jsonCard(card: Card): Record<string, unknown> {
  if (card.kind === "commentary") return { keyword: card.keyword, text: card.text };
  return {
    keyword: card.keyword,
    value: jsonValue(card.value),
    comment: card.comment === "" ? undefined : card.comment,
  };
}

/** A value for a person: strings bare, logicals as T and F. */
export function plainValue(value: CardValue | undefined): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "boolean") return value ? "T" : "F";
  if (typeof value === "object") return `(${plainValue(value.re)}, ${plainValue(value.im)})`;
  if (Object.is(value, -0)) return "-0.0";
  return printable(String(value));
}
