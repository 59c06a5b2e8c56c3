/**
 * The names that a command speaks of.
 *
 * @module
 */

import type { Argument, Expression, Statement } from "./ast.ts";
import { expressionsIn } from "./parser.ts";

/** Every name in the statements, in capitals: variables and routines alike. */
export function namesIn(statements: readonly Statement[]): Set<string> {
  const names = new Set<string>();
  for (const statement of statements) {
    if (statement.kind === "assign" || statement.kind === "procedure") names.add(statement.name);
    if (statement.kind === "assign") addArguments(statement.subscripts ?? [], names);
    if (statement.kind === "procedure") addArguments(statement.arguments, names);
    else if (statement.value !== undefined) addNames(statement.value, names);
  }
  return names;
}

/** Whether statements call a function or a procedure, or have round brackets that might. */
export function callsAnything(statements: readonly Statement[]): boolean {
  return statements.some((statement) => {
    if (statement.kind === "procedure") return true;
    const parts = statement.kind === "assign" ? statement.subscripts ?? [] : [];
    const below = parts.flatMap(expressionsIn);
    if (statement.value !== undefined) below.push(statement.value);
    return below.some(hasCall);
  });
}

function hasCall(expression: Expression): boolean {
  return allIn(expression).some(({ kind }) => kind === "call");
}

/** An expression and all below it, in any order; a chain may be longer than calls may nest. */
function allIn(expression: Expression): Expression[] {
  const found = [expression];
  for (let i = 0; i < found.length; i++) found.push(...expressionsBelow(found[i]!));
  return found;
}

function addArguments(given: readonly Argument[], names: Set<string>): void {
  for (const argument of given) {
    for (const expression of expressionsIn(argument)) addNames(expression, names);
  }
}

function addNames(expression: Expression, names: Set<string>): void {
  for (const found of allIn(expression)) {
    if (found.kind === "name" || found.kind === "call") names.add(found.name);
  }
}

/** The expressions of which an expression is made. */
export function expressionsBelow(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "unary":
      return [expression.operand];
    case "binary":
    case "logical":
      return [expression.left, expression.right];
    case "conditional":
      return [expression.condition, expression.then, expression.otherwise];
    case "call":
      return expression.arguments.flatMap(expressionsIn);
    case "subscript":
      return [expression.base, ...expression.subscripts.flatMap(expressionsIn)];
    case "array":
      return expression.elements;
    default:
      return [];
  }
}
