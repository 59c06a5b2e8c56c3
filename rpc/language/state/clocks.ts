/**
 * TIC and TOC: the time that parts of a command take.
 *
 * @module
 */

import { makeStructure, structureOf } from "../structures/structures.ts";
import { type Machine, printLine, setVariable } from "./machine.ts";
import { CLOCK } from "../syntax/names.ts";
import { textOf } from "../values/convert.ts";
import { refuse } from "../values/error.ts";
import type { LanguageValue } from "../values/language_value.ts";
import { plain, Scalar } from "../values/scalar.ts";
import { IdlType, text, UNDEFINED } from "../values/value.ts";

/** IDL manual, "TIC": begins to measure; as a function it gives a clock. */
export function startClock(
  name: LanguageValue | undefined,
  kind: "function" | "procedure",
  machine: Machine,
): LanguageValue {
  const time = secondsNow();
  if (kind === "procedure" || name === undefined) {
    const cell = machine.scope.variable(CLOCK);
    setVariable(machine, CLOCK, cell, new Scalar(IdlType.DOUBLE, time));
  }
  if (kind === "procedure") return UNDEFINED;
  const label = name === undefined ? "" : textOf(plain(name));
  const parts = [text(label), new Scalar(IdlType.DOUBLE, time)];
  const made = makeStructure("CLOCK", ["NAME", "TIME"], parts, machine.memory);
  machine.memory.adopt(made);
  return made;
}

/** IDL manual, "TOC": the seconds since TIC, or since the clock of one. */
export function readClock(
  clock: LanguageValue | undefined,
  kind: "function" | "procedure",
  machine: Machine,
): LanguageValue {
  const [label, start] = clockOf(clock, machine);
  const seconds = Math.max(0, secondsNow() - start);
  if (kind === "function") return new Scalar(IdlType.DOUBLE, seconds);
  const which = label === "" ? "" : ` ${label}`;
  printLine(machine, `% Time elapsed${which}: ${seconds.toFixed(6)} seconds.`);
  return UNDEFINED;
}

/** Seconds since 1970, the same in all threads. */
function secondsNow(): number {
  return (performance.timeOrigin + performance.now()) / 1000;
}

/** The label and the time of a clock, or of the last TIC. */
function clockOf(given: LanguageValue | undefined, machine: Machine): readonly [string, number] {
  if (given === undefined || given.type === IdlType.UNDEFINED) {
    const last = machine.scope.get(CLOCK);
    if (last === undefined) return refuse("No tic, no toc");
    return ["", Number(plain(last).data[0])];
  }
  const { tags, data } = structureOf(given);
  const [label, time] = ["NAME", "TIME"].map((tag) => data[tags.indexOf(tag)]);
  if (label === undefined || time === undefined) return refuse("TOC takes a clock of TIC");
  return [textOf(plain(label)), Number(plain(time).data[0])];
}
