/**
 * Structures, their tags, and methods as steps.
 *
 * @module
 */

import type { Argument, Expression } from "../syntax/ast.ts";
import { LanguageError } from "../values/error.ts";
import {
  type IdlReference,
  type LanguageValue,
  REFERENCE,
  STRUCTURE,
} from "../values/language_value.ts";
import { plain, Scalar, unstored } from "../values/scalar.ts";
import { IdlType } from "../values/value.ts";
import { callMethod, isMethod } from "../structures/methods.ts";
import { type AnySelector, selectPart, tagOf } from "../structures/parts.ts";
import { emptied, makeStructure } from "../structures/structures.ts";
import { type Expressions, failing } from "./compiler.ts";
import { setVariable } from "../state/machine.ts";
import type { Frame } from "../state/scope.ts";
import { after, allOf, neverRun, type Step, type ValueStep, waited } from "../state/step.ts";

/** `s.tag`, `s.(number)`; of an object a method without arguments. */
export function tagStep(
  expressions: Expressions,
  { base, tag, at }: Expression & { kind: "tag" },
): ValueStep {
  const { operations } = expressions;
  const { memory } = operations.machine;
  const value: Step<LanguageValue> = expressions.defined(base);
  if (typeof tag === "string") {
    return after(
      value,
      (structure) =>
        operations.at(
          at,
          () =>
            structure.type === REFERENCE && isEntry(structure, tag)
              ? tagOf(structure, tag)
              : structure.type === REFERENCE && tag !== "LENGTH"
              ? callMethod(structure, tag, { positional: [], keywords: new Map() }, memory)
              : structure.type === REFERENCE
              ? callMethod(structure, "COUNT", { positional: [], keywords: new Map() }, memory)
              : tagOf(structure, tag),
        ),
    );
  }
  return after(
    allOf([value, expressions.defined(tag)]),
    ([structure, number]) => operations.at(at, () => tagOf(structure!, plain(number!))),
  );
}

/** Whether a DICTIONARY has something under a name; what it has not may be a method. */
function isEntry({ data }: IdlReference, name: string): boolean {
  return data.kind === "DICTIONARY" && (data.entries.has(`s${name}`) || !isMethod(name));
}

/** The built-in functions that are methods of numbers as well, without arguments. */
const OF_NUMBERS: { readonly [method: string]: string } = {
  TOTAL: "TOTAL",
  SUM: "TOTAL",
  MEAN: "MEAN",
  MEDIAN: "MEDIAN",
  MAX: "MAX",
  MIN: "MIN",
  PRODUCT: "PRODUCT",
  STDDEV: "STDDEV",
  VARIANCE: "VARIANCE",
  SORT: "SORT",
  UNIQ: "UNIQ",
  REVERSE: "REVERSE",
  TRANSPOSE: "TRANSPOSE",
};

/** `x.name(...)`: a method of an object, a text or a number, or a tag with subscripts. */
export function methodStep(
  expressions: Expressions,
  base: Expression,
  name: string,
  given: readonly Argument[],
  at: number,
): ValueStep {
  const { operations } = expressions;
  const { memory } = operations.machine;
  const self: Step<LanguageValue> = expressions.defined(base);
  const positional = given.filter((argument) => argument.kind === "value");
  const keywords = given.filter((argument) => argument.kind === "keyword");
  const values = allOf([
    ...positional.map(({ value }) => expressions.raw(value)),
    ...keywords.map(({ value }) => value === undefined ? TRUE : expressions.raw(value)),
  ] as Step<LanguageValue>[]);
  const isCall = positional.length + keywords.length === given.length;
  const selectors: Step<AnySelector[]> = expressions.selectors(given);
  const call = (value: LanguageValue, all: LanguageValue[], frame: Frame): LanguageValue => {
    const byName = new Map(
      keywords.map((keyword, i) => [keyword.name, all[positional.length + i]!] as const),
    );
    const own = all.slice(0, positional.length);
    const routine = OF_NUMBERS[name];
    if (routine !== undefined && value.type !== REFERENCE && value.type !== IdlType.STRING) {
      if (given.length === 0) return operations.callWith(routine, value, frame, at);
    }
    return operations.at(at, () => {
      try {
        return unstored(callMethod(value, name, { positional: own, keywords: byName }, memory));
      } catch (error) {
        if (error instanceof Error) error.message = `${name}: ${error.message}`;
        throw error;
      }
    });
  };
  const part = (value: LanguageValue, selected: AnySelector[]): LanguageValue =>
    operations.operation(at, [], () => selectPart(tagOf(value, name), selected, memory));
  const waits = self.wait !== undefined || values.wait !== undefined ||
    selectors.wait !== undefined;
  if (!waits) {
    return {
      run(frame) {
        const value = self.run(frame);
        if (value.type === STRUCTURE || !isCall) return part(value, selectors.run(frame));
        return call(value, values.run(frame), frame);
      },
    };
  }
  return {
    run: neverRun,
    *wait(frame) {
      const value = yield* waited(self, frame);
      if (value.type === STRUCTURE || !isCall) {
        return part(value, yield* waited(selectors, frame));
      }
      return call(value, yield* waited(values, frame), frame);
    },
  };
}

const TRUE: Step<LanguageValue> = { run: () => new Scalar(IdlType.INT, 1) };

/** The name of the variable that keeps the tags of a named structure. */
export function layoutName(name: string): string {
  return `{${name}}`;
}

/**
 * `{tag: value}`, `{name, tag: value}`, `{name}`. The tags of a named structure are kept as a
 * variable of the session that no command can name.
 */
export function structureStep(
  expressions: Expressions,
  { name, tags, values, at }: Expression & { kind: "structure" },
): ValueStep {
  const { operations } = expressions;
  const { machine } = operations;
  const { memory, scope } = machine;
  if (tags.length === 0 && name === undefined) {
    return failing(new LanguageError("syntax", "A structure needs a name or tags", at));
  }
  return after(allOf(values.map((value): Step<LanguageValue> => expressions.defined(value))), (
    given,
  ) =>
    operations.at(at, () => {
      const layout = name === undefined ? undefined : scope.variable(layoutName(name));
      const known = layout?.value;
      if (tags.length === 0) {
        if (known?.type !== STRUCTURE) {
          throw new LanguageError("name", `The structure ${name} is not defined`, at);
        }
        const made = emptied(known);
        memory.adopt(made);
        return made;
      }
      if (known?.type === STRUCTURE && known.tags.join() !== tags.join()) {
        throw new LanguageError("value", `The structure ${name} has other tags: ${known.tags}`, at);
      }
      const made = makeStructure(name, tags, given, memory);
      memory.adopt(made);
      if (layout !== undefined && known === undefined) {
        setVariable(machine, layoutName(name!), layout, { ...made, data: made.data.slice() });
      }
      return made;
    }));
}
