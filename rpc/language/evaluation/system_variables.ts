/**
 * The system variables, which can be read and not set.
 *
 * @module
 */

import { Refusal } from "../values/error.ts";
import { IdlType, type IdlValue, scalar, UNDEFINED } from "../values/value.ts";

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
]);

/**
 * The value of a system variable.
 *
 * @param name Its name in capitals, `!VALUES` with its tag.
 */
export function systemVariable(name: string): IdlValue {
  const value = SYSTEM_VARIABLES.get(name);
  if (value !== undefined) return value;
  const known = [...SYSTEM_VARIABLES.keys()].join(" ");
  throw new Refusal("name", `There is no system variable ${name}, only ${known}`);
}
