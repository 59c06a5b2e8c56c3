/**
 * The system variables, which can be read and not set.
 *
 * @module
 */

import { Refusal } from "../values/error.ts";
import type { LastFailure } from "./machine.ts";
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

/** What the last error says, by the names of system variables in capitals. */
function failureVariables({ code, message }: LastFailure): Map<string, IdlValue> {
  return new Map<string, IdlValue>([
    ["!ERROR_STATE.NAME", text(code === 0 ? "IDL_M_SUCCESS" : "IDL_M_NAMED_GENERIC")],
    ["!ERROR_STATE.CODE", scalar(IdlType.LONG, code)],
    ["!ERROR_STATE.MSG", text(message)],
    ["!ERROR_STATE.MSG_PREFIX", text("% ")],
    ["!ERR_STRING", text(message)],
    ["!ERROR", scalar(IdlType.LONG, code)],
    ["!ERR", scalar(IdlType.LONG, code)],
  ]);
}

const NO_FAILURE: LastFailure = { code: 0, message: "" };

/** The names of all system variables. */
export function systemNames(): string[] {
  return [...SYSTEM_VARIABLES.keys(), ...failureVariables(NO_FAILURE).keys()];
}

/**
 * The value of a system variable.
 *
 * @param name Its name in capitals: with a tag as `!VALUES.F_NAN`, or the structure `!VALUES`.
 * @param failure The last error; default none.
 */
export function systemVariable(name: string, failure: LastFailure = NO_FAILURE): LanguageValue {
  const variables = name.startsWith("!ERR") ? failureVariables(failure) : SYSTEM_VARIABLES;
  const value = variables.get(name) ?? structureOf(name, variables);
  if (value !== undefined) return value;
  const known = systemNames().join(" ");
  throw new Refusal("name", `There is no system variable ${name}, only ${known}`);
}

/** All that begins with a name and a point, as a structure. */
function structureOf(
  name: string,
  variables: ReadonlyMap<string, IdlValue>,
): IdlStructure | undefined {
  const parts = [...variables].filter(([key]) => key.startsWith(`${name}.`));
  if (parts.length === 0) return undefined;
  return {
    type: STRUCTURE,
    shape: [],
    name,
    tags: parts.map(([key]) => key.slice(name.length + 1)),
    data: parts.map(([, value]) => value),
  };
}
