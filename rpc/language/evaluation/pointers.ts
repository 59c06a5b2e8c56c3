/**
 * `*p` as a step.
 *
 * @module
 */

import type { Expression } from "../syntax/ast.ts";
import type { HeapCell, LanguageValue } from "../values/language_value.ts";
import { UNDEFINED } from "../values/value.ts";
import { cellOf } from "../structures/pointers.ts";
import { after, type Step, type ValueStep } from "../state/step.ts";
import type { Expressions } from "./compiler.ts";

type Dereference = Expression & { kind: "deref" };

/** The variable to which a pointer leads. */
export function cellStep(expressions: Expressions, { operand, at }: Dereference): Step<HeapCell> {
  const pointer: Step<LanguageValue> = expressions.defined(operand);
  return after(pointer, (value) => expressions.operations.at(at, () => cellOf(value)));
}

/** What it holds. */
export function dereferenceStep(expressions: Expressions, expression: Dereference): ValueStep {
  return after(cellStep(expressions, expression), ({ value }) => value ?? UNDEFINED);
}
