/**
 * The system variables, which can be read and not set.
 *
 * @module
 */

import { Refusal } from "../values/error.ts";
import type { IdlStructure, LanguageValue } from "../values/language_value.ts";
import { STRUCTURE } from "../values/language_value.ts";
import { IdlType, type IdlValue, scalar, text, UNDEFINED } from "../values/value.ts";

/** Every system variable by its name in capitals. */
export const SYSTEM_VARIABLES: ReadonlyMap<string, IdlValue> = new Map<string, IdlValue>([
  ["!PI", scalar(IdlType.FLOAT, Math.PI)],
  ["!DPI", scalar(IdlType.DOUBLE, Math.PI)],
  ["!DTOR", scalar(IdlType.FLOAT, Math.PI / 180)],
  ["!RADEG", scalar(IdlType.FLOAT, 180 / Math.PI)],
  ["!NULL", UNDEFINED],
  ["!VALUES.F_NAN", scalar(IdlType.FLOAT, NaN)],
  ["!VALUES.F_INFINITY", scalar(IdlType.FLOAT, Infinity)],
  ["!VALUES.D_NAN", scalar(IdlType.DOUBLE, NaN)],
  ["!VALUES.D_INFINITY", scalar(IdlType.DOUBLE, Infinity)],
  // Pictures have 256 colours and no screen, as IDL's Z buffer.
  ["!D.NAME", text("Z")],
  ["!D.N_COLORS", scalar(IdlType.LONG, 256)],
  ["!D.TABLE_SIZE", scalar(IdlType.LONG, 256)],
  // The IDL whose manual this language follows.
  ["!VERSION.RELEASE", text("8.2.2")],
  ["!VERSION.OS_FAMILY", text("unix")],
]);

/**
 * The value of a system variable.
 *
 * @param name Its name in capitals: with a tag as `!VALUES.F_NAN`, or the structure `!VALUES`.
 */
export function systemVariable(name: string): LanguageValue {
  const value = SYSTEM_VARIABLES.get(name) ?? structureOf(name);
  if (value !== undefined) return value;
  const known = [...SYSTEM_VARIABLES.keys()].join(" ");
  throw new Refusal("name", `There is no system variable ${name}, only ${known}`);
}

/** All that begins with a name and a point, as a structure. */
function structureOf(name: string): IdlStructure | undefined {
  const parts = [...SYSTEM_VARIABLES].filter(([key]) => key.startsWith(`${name}.`));
  if (parts.length === 0) return undefined;
  return {
    type: STRUCTURE,
    shape: [],
    name,
    tags: parts.map(([key]) => key.slice(name.length + 1)),
    data: parts.map(([, value]) => value),
  };
}
