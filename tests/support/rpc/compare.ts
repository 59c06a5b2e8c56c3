/** Our values of expressions beside those of GDL. */

import { LanguageSession } from "../../../rpc/mod.ts";
import {
  type IdlNumeric,
  type IdlValue,
  isComplex,
  isNumeric,
  typeName,
} from "../../../rpc/language/values/value.ts";

/** How near the values must be. */
export type Nearness =
  /** The same bits; of floating-point numbers one unit in the last place. */
  | "operation"
  /** 1e-6 of the value. */
  | "function"
  /** 1e-6 of the largest value of the array, which rounding errors are shared out over. */
  | "transform";

/** The statements of a case: `&` stands between them, not in strings, and not doubled. */
export function splitStatements(text: string): string[] {
  return text.split(/ & /);
}

/** Our value of a case, or undefined where it fails. */
export function evaluate(text: string): IdlValue | undefined {
  const parts = splitStatements(text);
  const command = [...parts.slice(0, -1), `return, ${parts.at(-1)}`].join(" & ");
  const outcome = new LanguageSession().runSync(command);
  return outcome.ok ? outcome.returned : undefined;
}

/** Why two values are not the same, or undefined. */
export function difference(
  ours: IdlValue | undefined,
  theirs: IdlValue | undefined,
  nearness: Nearness,
): string | undefined {
  if (ours === undefined || theirs === undefined) return ours === theirs ? undefined : "one failed";
  if (ours.type !== theirs.type) return `${typeName(ours.type)} and ${typeName(theirs.type)}`;
  if (ours.shape.join() !== theirs.shape.join()) return `[${ours.shape}] and [${theirs.shape}]`;
  if (!isNumeric(ours) || !isNumeric(theirs)) {
    return JSON.stringify(ours.data) === JSON.stringify(theirs.data) ? undefined : "texts differ";
  }
  for (let i = 0; i < ours.data.length; i++) {
    if (!isNear(ours, theirs, i, nearness)) {
      return `element ${i}: ${ours.data[i]} and ${theirs.data[i]}`;
    }
  }
  return undefined;
}

function isNear(ours: IdlNumeric, theirs: IdlNumeric, i: number, nearness: Nearness): boolean {
  const a = ours.data[i]!;
  const b = theirs.data[i]!;
  if (a === b || Number.isNaN(a) && Number.isNaN(b)) return true;
  if (!(ours.data instanceof Float32Array || ours.data instanceof Float64Array)) return false;
  const gap = Math.abs(Number(a) - Number(b));
  if (nearness === "operation") {
    return gap <= lastPlace(Number(b), ours.data instanceof Float32Array);
  }
  const scale = nearness === "transform"
    ? largest(theirs)
    : isComplex(ours.type)
    ? Math.hypot(Number(theirs.data[i & ~1]), Number(theirs.data[i | 1]))
    : Math.abs(Number(b));
  return gap <= 1e-6 * scale;
}

function largest(value: IdlNumeric): number {
  let most = 0;
  for (const element of value.data) most = Math.max(most, Math.abs(Number(element)));
  return most;
}

/** One unit in the last place of a number. */
function lastPlace(value: number, single: boolean): number {
  const exponent = Math.floor(Math.log2(Math.abs(value) || 1e-300));
  return 2 ** (Math.max(exponent, single ? -126 : -1022) - (single ? 23 : 52));
}
