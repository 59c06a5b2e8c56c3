/**
 * The names that a command speaks of.
 *
 * @module
 */

import type { Expression, Statement } from "./ast.ts";
import { expressionsIn } from "./expression_parser.ts";

/** The variable of a session that keeps the time of TIC; no command can name it. */
export const CLOCK = "{CLOCK}";

/** Every name in the statements, in capitals: variables and routines alike. */
export function namesIn(statements: readonly Statement[]): Set<string> {
  const names = new Set<string>();
  for (const statement of allStatements(statements)) {
    for (const name of ownNames(statement)) names.add(name);
    for (const expression of expressionsOf(statement)) addNames(expression, names);
    if (statement.kind !== "define") continue;
    names.add(statement.definition.name);
    for (const called of calledIn(statement.definition.body)) names.add(called);
  }
  return names;
}

/** The names of the routines that statements call, or may call, in capitals. */
export function calledIn(statements: readonly Statement[]): Set<string> {
  const names = new Set<string>();
  for (const statement of allStatements(statements)) {
    if (statement.kind === "procedure") names.add(statement.name);
    for (const expression of expressionsOf(statement)) {
      for (const found of allIn(expression)) {
        if (found.kind === "call") names.add(found.name);
        if (found.kind === "structure" && found.name !== undefined) names.add(`{${found.name}}`);
      }
    }
    if (statement.kind !== "define") continue;
    for (const called of calledIn(statement.definition.body)) names.add(called);
  }
  return names;
}

/** Whether statements call a function or a procedure, or have round brackets that might. */
export function callsAnything(statements: readonly Statement[]): boolean {
  return allStatements(statements).some((statement) =>
    statement.kind === "procedure" || statement.kind === "method" ||
    expressionsOf(statement).some((expression) =>
      allIn(expression).some(({ kind }) => kind === "call" || kind === "method")
    )
  );
}

/** Whether statements change a part of what a variable holds, which cannot be taken back. */
export function changesParts(statements: readonly Statement[]): boolean {
  return allStatements(statements).some((statement) =>
    statement.kind === "assign" && statement.target.kind !== "name" ||
    statement.kind === "method" ||
    expressionsOf(statement).some((expression) =>
      allIn(expression).some((found) =>
        found.kind === "method" ||
        (found.kind === "increment" || found.kind === "assignment") && found.target.kind !== "name"
      )
    )
  );
}

/** Whether statements define routines, call methods or follow pointers, whose cost no estimate knows. */
export function hasPrograms(statements: readonly Statement[]): boolean {
  return allStatements(statements).some((statement) =>
    statement.kind === "define" || statement.kind === "method" ||
    expressionsOf(statement).some((expression) =>
      allIn(expression).some(({ kind }) => kind === "method" || kind === "deref")
    )
  );
}

/** Statements and all below them, in any order; but not those of functions and procedures. */
export function allStatements(statements: readonly Statement[]): Statement[] {
  const found = [...statements];
  for (let i = 0; i < found.length; i++) found.push(...statementsBelow(found[i]!));
  return found;
}

/** The statements within a statement. */
export function statementsBelow(statement: Statement): readonly Statement[] {
  switch (statement.kind) {
    case "block":
      return statement.body;
    case "if":
      return statement.otherwise === undefined
        ? [statement.then]
        : [statement.then, statement.otherwise];
    case "for":
    case "foreach":
    case "while":
    case "repeat":
      return [statement.body];
    case "case":
    case "switch":
      return statement.branches.map(({ body }) => body);
    default:
      return [];
  }
}

/** The expressions of a statement itself. */
export function expressionsOf(statement: Statement): readonly Expression[] {
  switch (statement.kind) {
    case "assign":
      return [statement.target, statement.value];
    case "procedure":
      return statement.arguments.flatMap(expressionsIn);
    case "method":
      return [statement.base, ...statement.arguments.flatMap(expressionsIn)];
    case "return":
      return statement.value === undefined ? [] : [statement.value];
    case "implied":
    case "increment":
    case "foreach":
      return [statement.value];
    case "if":
    case "while":
      return [statement.condition];
    case "for":
      return statement.step === undefined
        ? [statement.from, statement.to]
        : [statement.from, statement.to, statement.step];
    case "repeat":
      return [statement.until];
    case "case":
    case "switch":
      return [statement.value, ...statement.branches.flatMap(({ test }) => test ?? [])];
    default:
      return [];
  }
}

/** The names that a statement has outside of its expressions. */
function ownNames(statement: Statement): readonly string[] {
  switch (statement.kind) {
    case "procedure":
      return statement.name === "TOC" ? [statement.name, CLOCK] : [statement.name];
    case "for":
      return [statement.name];
    case "foreach":
      return statement.key === undefined ? [statement.name] : [statement.name, statement.key];
    default:
      return [];
  }
}

function addNames(expression: Expression, names: Set<string>): void {
  for (const found of allIn(expression)) {
    if (found.kind === "name" || found.kind === "call") names.add(found.name);
    if (found.kind === "call" && found.name === "TOC") names.add(CLOCK);
    // The tags of a named structure are kept under this name.
    if (found.kind === "structure" && found.name !== undefined) names.add(`{${found.name}}`);
  }
}

/** An expression and all below it, in any order; a chain may be longer than calls may nest. */
export function allIn(expression: Expression): Expression[] {
  const found = [expression];
  for (let i = 0; i < found.length; i++) found.push(...expressionsBelow(found[i]!));
  return found;
}

/** The expressions of which an expression is made. */
export function expressionsBelow(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "unary":
    case "deref":
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
    case "increment":
      return [expression.target];
    case "assignment":
      return [expression.target, expression.value];
    case "tag":
      return typeof expression.tag === "string"
        ? [expression.base]
        : [expression.base, expression.tag];
    case "method":
      return [expression.base, ...expression.arguments.flatMap(expressionsIn)];
    case "structure":
      return expression.values;
    default:
      return [];
  }
}
