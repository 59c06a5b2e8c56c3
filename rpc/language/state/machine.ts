/**
 * The state of a session that its commands work on.
 *
 * @module
 */

import type { Definition } from "../syntax/ast.ts";
import { Refusal } from "../values/error.ts";
import type { LanguageHost } from "../routines/host.ts";
import type { KeptPlot } from "../routines/kept_plot.ts";
import {
  isNumber,
  type LanguageValue,
  POINTER,
  REFERENCE,
  STRUCTURE,
} from "../values/language_value.ts";
import { own } from "../structures/structures.ts";
import type { Memory } from "../values/memory.ts";
import type { Meter } from "../values/meter.ts";
import type { LanguageRoutine } from "../routines/routine.ts";
import { Scalar, unstored } from "../values/scalar.ts";
import { IdlType, UNDEFINED } from "../values/value.ts";
import type { Scope, Variable } from "./scope.ts";

/** What the evaluator works on; the signal is that of the running command. */
export interface Machine {
  readonly memory: Memory;
  readonly meter: Meter;
  readonly host: LanguageHost;
  readonly routines: ReadonlyMap<string, LanguageRoutine>;
  /** The variables of the session. */
  readonly scope: Scope;
  /** The functions and procedures of programs, by name in capitals. */
  readonly definitions: Map<string, Definition>;
  /** Variables that hold something, those of running routines among them. */
  defined: number;
  /** Levels of statements and expressions that the running routines have open. */
  depth: number;
  signal: AbortSignal | undefined;
  colorTable: number;
  plot: KeptPlot | undefined;
  /** The last error that CATCH or EXECUTE met, as !ERROR_STATE tells it. */
  failure: LastFailure | undefined;
}

/** What !ERROR_STATE tells of an error. */
export interface LastFailure {
  /** IDL's number of the error. */
  readonly code: number;
  readonly message: string;
}

/** Makes a variable hold a value: a temporary as it is, else a copy. */
export function setVariable(
  machine: Machine,
  name: string,
  variable: Variable,
  given: LanguageValue,
): void {
  const before = variable.value;
  const value = unstored(given);
  if (before === undefined) countVariable(machine, name);
  if (value instanceof Scalar) {
    variable.value = value;
    if (before !== undefined && !(before instanceof Scalar)) machine.memory.drop(before);
    return;
  }
  const { memory } = machine;
  const own = memory.isTemporary(value) ? value : copied(machine, value);
  memory.hold(own);
  variable.value = own;
  if (before !== undefined) memory.drop(before);
}

function countVariable(machine: Machine, name: string): void {
  const most = machine.meter.limits.variables;
  if (machine.defined >= most) {
    throw new Refusal(
      "limit",
      `Cannot make the variable ${name}: a session may have ${most}`,
    );
  }
  machine.defined++;
}

/** A value with storage that nothing else has. */
export function copied({ memory, meter }: Machine, value: LanguageValue): LanguageValue {
  if (value instanceof Scalar || value.type === REFERENCE) return value;
  if (value.type === STRUCTURE || value.type === POINTER) return own(value, memory);
  if (!isNumber(value)) {
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
export function takeVariable(machine: Machine, variable: Variable): LanguageValue | undefined {
  const { value } = variable;
  if (value === undefined) return undefined;
  variable.value = undefined;
  machine.defined--;
  machine.memory.unhold(value);
  return value;
}

/** Forgets what a variable holds. */
export function clearVariable(machine: Machine, variable: Variable): void {
  const value = takeVariable(machine, variable);
  if (value !== undefined) machine.memory.release(value);
}

/** Prints a line, which is charged before. */
export function printLine({ meter, host }: Machine, line: string): void {
  meter.print(line.length + 1);
  host.print(line);
}
