/**
 * Structures and hashes of what a call gives: CREATE_STRUCT, HASH and its kinds.
 *
 * @module
 */

import { refuse } from "../values/error.ts";
import {
  type IdlStructure,
  type LanguageValue,
  REFERENCE,
  STRUCTURE,
} from "../values/language_value.ts";
import type { Memory } from "../values/memory.ts";
import { plain } from "../values/scalar.ts";
import { IdlType, text, UNDEFINED } from "../values/value.ts";
import { extracted, newObject, putEntry } from "./objects.ts";
import { describeAny, makeStructure } from "./structures.ts";

/** IDL manual, "CREATE_STRUCT": structures, and tags each with its value. */
export function createStructure(
  name: string | undefined,
  given: readonly LanguageValue[],
  memory: Memory,
): IdlStructure {
  const tags: string[] = [];
  const values: LanguageValue[] = [];
  for (let i = 0; i < given.length;) {
    const next = given[i++]!;
    if (next.type === STRUCTURE) {
      tags.push(...next.tags);
      values.push(...next.data);
      continue;
    }
    const texts = plain(next);
    if (texts.type !== IdlType.STRING) {
      refuse(`Cannot use ${describeAny(next)} as a tag: expected a text`);
    }
    for (const tag of texts.data as readonly string[]) {
      if (!/^[A-Za-z_][A-Za-z0-9_$]*$/.test(tag)) refuse(`Illegal tag name: ${tag}.`);
      if (i >= given.length) refuse(`There is no value for the tag ${tag}`);
      tags.push(tag.toUpperCase());
      values.push(given[i++]!);
    }
  }
  return makeStructure(name, tags, values, memory);
}

/** IDL manual, "HASH": keys and values in turn, arrays of both, or a structure. */
export function createHash(
  kind: "HASH" | "ORDEREDHASH" | "DICTIONARY",
  given: readonly LanguageValue[],
  memory: Memory,
): LanguageValue {
  const made = newObject({ kind, entries: new Map() });
  memory.adopt(made);
  const [first, second] = given;
  if (first?.type === STRUCTURE && given.length === 1) {
    first.tags.forEach((tag, i) => putEntry(made, text(tag), first.data[i]!, memory));
    return made;
  }
  if (first !== undefined && (first.type === REFERENCE || first.shape.length > 0)) {
    const keys = extracted(first, memory);
    const values = second === undefined ? [] : extracted(second, memory);
    if (values.length !== 0 && values.length !== keys.length) {
      refuse(`Cannot put ${values.length} values under ${keys.length} keys`);
    }
    keys.forEach((key, i) => putEntry(made, key, values[i] ?? UNDEFINED, memory));
    return made;
  }
  for (let i = 0; i < given.length; i += 2) {
    putEntry(made, given[i]!, given[i + 1] ?? UNDEFINED, memory);
  }
  return made;
}
