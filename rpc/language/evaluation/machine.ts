/**
 * The state of a session that its commands work on.
 *
 * @module
 */

import { Refusal } from "../values/error.ts";
import type { LanguageHost } from "../routines/host.ts";
import type { Memory } from "../values/memory.ts";
import type { Meter } from "../values/meter.ts";
import type { LanguageRoutine } from "../routines/routine.ts";
import { IdlType, type IdlValue, isNumeric, UNDEFINED } from "../values/value.ts";

/** What the evaluator works on; the signal is that of the running command. */
export interface Machine {
  readonly memory: Memory;
  readonly meter: Meter;
  readonly host: LanguageHost;
  readonly routines: ReadonlyMap<string, LanguageRoutine>;
  readonly variables: Map<string, IdlValue>;
  signal: AbortSignal | undefined;
  colorTable: number;
}

/** Makes a variable hold a value: a temporary as it is, else a copy. */
export function setVariable(machine: Machine, name: string, value: IdlValue): void {
  const { memory, variables, meter } = machine;
  const own = memory.isTemporary(value) ? value : copied(machine, value);
  const before = variables.get(name);
  if (before === undefined && variables.size >= meter.limits.variables) {
    throw new Refusal(
      "limit",
      `Cannot make the variable ${name}: a session may have ${meter.limits.variables}`,
    );
  }
  memory.hold(own);
  variables.set(name, own);
  if (before !== undefined) memory.drop(before);
}

function copied({ memory, meter }: Machine, value: IdlValue): IdlValue {
  if (!isNumeric(value)) {
    return value.type === IdlType.UNDEFINED
      ? UNDEFINED
      : memory.strings(value.shape, value.data.slice());
  }
  meter.work(value.data.length);
  const copy = memory.allocate(value.type, value.shape);
  (copy.data as Uint8Array).set(value.data as Uint8Array);
  return copy;
}

/** Takes the value out of a variable; it is a temporary then. */
export function takeVariable({ memory, variables }: Machine, name: string): IdlValue | undefined {
  const value = variables.get(name);
  if (value === undefined) return undefined;
  variables.delete(name);
  memory.unhold(value);
  return value;
}

/** Prints a line, which is charged before. */
export function printLine({ meter, host }: Machine, line: string): void {
  meter.print(line.length + 1);
  host.print(line);
}
