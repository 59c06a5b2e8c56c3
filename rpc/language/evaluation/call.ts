/**
 * What a routine sees of the session while it runs.
 *
 * @module
 */

import type { Definition } from "../syntax/ast.ts";
import { Refusal } from "../values/error.ts";
import type { BoundArguments } from "./binding.ts";
import type { LanguageHost } from "../routines/host.ts";
import type { KeptPlot } from "../routines/kept_plot.ts";
import type { CallContext, LanguageRoutine } from "../routines/routine.ts";
import { isPlain } from "../values/language_value.ts";
import { plain, stored } from "../values/scalar.ts";
import type { IdlNumeric, IdlNumericType, IdlString, IdlValue } from "../values/value.ts";
import { type Machine, printLine, setVariable, takeVariable } from "../state/machine.ts";
import type { Frame } from "../state/scope.ts";

/** A function or a procedure of a program, for HELP. */
function describedDefinition({ kind, parameters, keywords }: Definition): LanguageRoutine {
  return {
    kind,
    summary: `A ${kind} of this session`,
    parameters: parameters.map((name) => ({ name: name.toLowerCase(), optional: true })),
    keywords: keywords.map(({ keyword }) => ({ name: keyword.toLowerCase(), kind: "value" })),
    run() {
      throw new Refusal("value", "A routine of a program is executed by its steps");
    },
  };
}

/** The context of one call. */
export class Call implements CallContext {
  readonly machine: Machine;
  readonly frame: Frame;
  readonly name: string;
  readonly bound: BoundArguments;

  constructor(machine: Machine, frame: Frame, name: string, bound: BoundArguments) {
    this.machine = machine;
    this.frame = frame;
    this.name = name;
    this.bound = bound;
  }

  get signal(): AbortSignal | undefined {
    return this.machine.signal;
  }
  get host(): LanguageHost {
    return this.machine.host;
  }
  get colorTable(): number {
    return this.machine.colorTable;
  }
  set colorTable(table: number) {
    this.machine.colorTable = table;
  }
  get plot(): KeptPlot | undefined {
    return this.machine.plot;
  }
  set plot(plot: KeptPlot | undefined) {
    this.machine.plot = plot;
  }
  get routines(): ReadonlyMap<string, LanguageRoutine> {
    const { routines, definitions } = this.machine;
    if (definitions.size === 0) return routines;
    const own = [...definitions].map(([name, definition]) =>
      [name, describedDefinition(definition)] as const
    );
    return new Map([...routines, ...own]);
  }
  get parameterCount(): number {
    return this.frame.given?.count ?? 0;
  }
  get lastMessage(): string {
    return this.machine.failure?.message ?? "";
  }
  get routineName(): string | undefined {
    return this.frame.routine;
  }
  isPresent(parameter: string): boolean {
    return this.frame.given?.present.has(parameter) ?? false;
  }
  get variables(): ReadonlyMap<string, IdlValue> {
    const variables = new Map<string, IdlValue>();
    for (const [name, value] of this.frame.scope.defined()) {
      if (isPlain(value)) variables.set(name, stored(value));
    }
    return variables;
  }
  allocate(type: IdlNumericType, shape: readonly number[]): IdlNumeric {
    return this.machine.memory.allocate(type, shape);
  }
  allocateUnset(type: IdlNumericType, shape: readonly number[]): IdlNumeric {
    return this.machine.memory.allocateUnset(type, shape);
  }
  strings(shape: readonly number[], data: readonly string[]): IdlString {
    return this.machine.memory.strings(shape, data);
  }
  reserve(bytes: number): void {
    this.machine.memory.reserve(bytes);
  }
  isTemporary(value: IdlValue): boolean {
    return this.machine.memory.isTemporary(value);
  }
  work(operations: number): void {
    this.machine.meter.work(operations);
  }
  print(line: string): void {
    printLine(this.machine, line);
  }
  wants(parameter: number | string): boolean {
    return this.#target(parameter) !== undefined;
  }
  output(parameter: number | string, value: IdlValue): void {
    const name = this.#target(parameter);
    if (name === undefined) return;
    setVariable(this.machine, name, this.frame.variable(name), value);
  }
  takeVariable(parameter: number): IdlValue | undefined {
    const name = this.#target(parameter);
    if (name === undefined) return undefined;
    const taken = takeVariable(this.machine, this.frame.variable(name));
    return taken === undefined ? undefined : plain(taken);
  }
  variableName(parameter: number): string | undefined {
    return this.#target(parameter);
  }
  #target(parameter: number | string): string | undefined {
    const given = typeof parameter === "number"
      ? this.bound.positional[parameter]
      : this.bound.keywords.get(parameter);
    const argument = given?.argument;
    if (argument?.kind !== "value" && argument?.kind !== "keyword") return undefined;
    return argument.value?.kind === "name" ? argument.value.name : undefined;
  }
}
