/**
 * The changes that can be made to a source file: each is a fault that a test should see.
 *
 * @module
 */

import type { Compiler, Node } from "./compiler.ts";

/** The kinds of change, in the order in which they are listed. */
export const KINDS = [
  "comparison",
  "arithmetic",
  "logic",
  "constant",
  "condition",
  "statement",
  "arguments",
] as const;

/** One change of one place. */
export interface Mutation {
  readonly kind: (typeof KINDS)[number];
  /** Where the text that is replaced starts and ends, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** What is put there. */
  readonly replacement: string;
  /** What stands around the place before and after the change, to show it. */
  readonly shown: readonly [string, string];
}

/** What stands in place of an operator: the neighbour at the boundary, and the opposite. */
const COMPARISONS: Readonly<Record<string, readonly string[]>> = {
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "===": ["!=="],
  "!==": ["==="],
};
const ARITHMETIC: Readonly<Record<string, readonly string[]>> = {
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*"],
  "%": ["*"],
  "<<": [">>"],
  ">>": ["<<"],
  ">>>": [">>"],
  "&": ["|"],
  "|": ["&"],
  "^": ["|"],
  "+=": ["-="],
  "-=": ["+="],
  "*=": ["/="],
  "/=": ["*="],
  "++": ["--"],
  "--": ["++"],
};
const LOGIC: Readonly<Record<string, readonly string[]>> = { "&&": ["||"], "||": ["&&"] };

/** Numbers from here on are sizes and times, in which one more or less makes no difference. */
const MIN_SIZE = 1000;

/**
 * Finds every change that can be made to a source text. Comments, strings, types, imports and the
 * words of errors stay as they are.
 *
 * @param ts The compiler.
 * @param text The source.
 * @returns The changes, in the order of their places.
 */
export function mutationsOf(ts: Compiler, text: string): Mutation[] {
  const found: Mutation[] = [];
  const K = ts.SyntaxKind;

  /** Notes a change of `[start, end)`, shown within the text of a node. */
  function add(
    kind: Mutation["kind"],
    [start, end]: readonly [number, number],
    replacement: string,
    around: Node,
  ): void {
    const from = around.getStart();
    const before = text.slice(from, around.end);
    const after = text.slice(from, start) + replacement + text.slice(end, around.end);
    found.push({ kind, start, end, replacement, shown: [oneLine(before), oneLine(after)] });
  }

  const spanOf = (node: Node) => [node.getStart(), node.end] as const;

  function operator(node: Node, token: readonly [number, number]): void {
    const sign = text.slice(...token);
    for (const other of COMPARISONS[sign] ?? []) add("comparison", token, other, node);
    for (const other of ARITHMETIC[sign] ?? []) add("arithmetic", token, other, node);
    for (const other of LOGIC[sign] ?? []) add("logic", token, other, node);
    // A default that is never taken.
    if (sign === "??") add("logic", [node.left!.end, node.end], "", node);
  }

  function constant(node: Node): void {
    const value = Number(node.getText().replaceAll("_", ""));
    const big = node.getText().endsWith("n") || Number.isNaN(value);
    if (big) return;
    const others = value < MIN_SIZE ? [value + 1, value - 1] : [value * 2, Math.floor(value / 2)];
    for (const other of others) {
      add("constant", spanOf(node), other < 0 ? `(${other})` : String(other), node.parent);
    }
  }

  function negate(node: Node): void {
    if (node.kind === K.TrueKeyword || node.kind === K.FalseKeyword) return;
    add("condition", spanOf(node), `!(${node.getText()})`, node);
  }

  function swap(list: readonly Node[], call: Node): void {
    for (const [i, one] of list.slice(0, -1).entries()) {
      const other = list[i + 1]!;
      const spread = one.kind === K.SpreadElement || other.kind === K.SpreadElement;
      if (spread || one.getText() === other.getText()) continue;
      const between = text.slice(one.end, other.getStart());
      const swapped = other.getText() + between + one.getText();
      add("arguments", [one.getStart(), other.end], swapped, call);
    }
  }

  function visit(node: Node): void {
    if (ts.isTypeNode(node) || isSkipped(node)) return;
    if (node.kind === K.BinaryExpression) operator(node, spanOf(node.operatorToken!));
    if (node.kind === K.PrefixUnaryExpression || node.kind === K.PostfixUnaryExpression) step(node);
    if (node.kind === K.NumericLiteral) constant(node);
    if (node.kind === K.TrueKeyword) add("constant", spanOf(node), "false", node.parent);
    if (node.kind === K.FalseKeyword) add("constant", spanOf(node), "true", node.parent);
    if (node.kind === K.IfStatement || node.kind === K.WhileStatement) {
      negate(node.expression!);
    }
    if (node.kind === K.ConditionalExpression) negate(node.condition!);
    if (node.kind === K.ExpressionStatement && node.expression!.kind !== K.StringLiteral) {
      add("statement", spanOf(node), ";", node);
    }
    if (node.kind === K.CallExpression || node.kind === K.NewExpression) {
      swap(node.arguments ?? [], node);
    }
    node.forEachChild(visit);
  }

  function step(node: Node): void {
    const sign = ts.tokenToString(node.operator!)!;
    if (sign !== "++" && sign !== "--") return;
    const prefix = node.kind === K.PrefixUnaryExpression;
    const start = prefix ? node.getStart() : node.operand!.end;
    operator(node, [start, start + 2]);
  }

  function isSkipped(node: Node): boolean {
    switch (node.kind) {
      case K.ImportDeclaration:
      case K.ExportDeclaration:
      case K.InterfaceDeclaration:
      case K.TypeAliasDeclaration:
        return true;
      case K.NewExpression:
        return /Error$/.test(node.expression!.getText());
      default:
        return false;
    }
  }

  visit(ts.createSourceFile("source.ts", text, ts.ScriptTarget.ESNext, true));
  return found.sort((one, other) =>
    one.start - other.start || KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind)
  );
}

/** Makes a change. */
export function mutate(text: string, { start, end, replacement }: Mutation): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

/** The line of a place, counted from 1. */
export function lineOf(text: string, { start }: Mutation): number {
  return text.slice(0, start).split("\n").length;
}

const MAX_SHOWN = 90;

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length <= MAX_SHOWN ? line : `${line.slice(0, MAX_SHOWN - 3)}...`;
}
