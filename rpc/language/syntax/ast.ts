/**
 * The tree of a command.
 *
 * @module
 */

import type { Position } from "../values/error.ts";
import type { IdlValue } from "../values/value.ts";

/** IDL's operators with two operands, but for the short-circuit ones. */
export type BinaryOperator =
  | "^"
  | "*"
  | "/"
  | "MOD"
  | "#"
  | "##"
  | "+"
  | "-"
  | "<"
  | ">"
  | "EQ"
  | "NE"
  | "LE"
  | "LT"
  | "GE"
  | "GT"
  | "AND"
  | "OR"
  | "XOR";

/** IDL's operators with one operand; `~` is the logical negation. */
export type UnaryOperator = "-" | "+" | "NOT" | "~";

/** An expression. `height` is the number of levels below and including it. */
export type Expression =
  & (
    | { readonly kind: "literal"; readonly value: IdlValue }
    | { readonly kind: "name"; readonly name: string }
    | { readonly kind: "system"; readonly name: string }
    | { readonly kind: "unary"; readonly operator: UnaryOperator; readonly operand: Expression }
    | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
    | {
      readonly kind: "logical";
      readonly operator: "&&" | "||";
      readonly left: Expression;
      readonly right: Expression;
    }
    | {
      readonly kind: "conditional";
      readonly condition: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
    }
    | {
      /** `name(...)`: a function, or a variable with subscripts in round brackets. */
      readonly kind: "call";
      readonly name: string;
      readonly arguments: readonly Argument[];
    }
    | {
      readonly kind: "subscript";
      readonly base: Expression;
      readonly subscripts: readonly Argument[];
    }
    | {
      readonly kind: "array";
      readonly elements: readonly Expression[];
      /** The dimension, counted from 1, along which the elements are joined. */
      readonly dimension: number;
    }
    /** `(x = value)`: the value, which is stored as well. */
    | { readonly kind: "assignment"; readonly target: Expression; readonly value: Expression }
    | {
      /** `++x`, `x--`. */
      readonly kind: "increment";
      readonly target: Expression;
      readonly by: 1 | -1;
      /** Whether the value is that before the change. */
      readonly after: boolean;
    }
    /** `*p`: the variable to which a pointer leads. */
    | { readonly kind: "deref"; readonly operand: Expression }
    | {
      /** `s.tag`, `s.(number)`. */
      readonly kind: "tag";
      readonly base: Expression;
      readonly tag: string | Expression;
    }
    | {
      /** `x.name(...)`, `x->name(...)`: a method, or a tag with subscripts in round brackets. */
      readonly kind: "method";
      readonly base: Expression;
      readonly name: string;
      readonly arguments: readonly Argument[];
    }
    | {
      /** `{tag: value}`, `{name, tag: value}`, `{name}`. */
      readonly kind: "structure";
      /** Undefined for an anonymous one. */
      readonly name: string | undefined;
      readonly tags: readonly string[];
      readonly values: readonly Expression[];
    }
  )
  & { readonly at: Position; readonly height: number };

/** An argument of a call, or a subscript. */
export type Argument =
  & (
    | { readonly kind: "value"; readonly value: Expression }
    | {
      readonly kind: "range";
      readonly from: Expression;
      /** Undefined for `*`, the last element. */
      readonly to: Expression | undefined;
      readonly step: Expression | undefined;
    }
    | { readonly kind: "all" }
    | {
      readonly kind: "keyword";
      readonly name: string;
      /** Undefined for `/NAME`. */
      readonly value: Expression | undefined;
    }
  )
  & { readonly at: Position };

/** One statement of a command. */
export type Statement =
  & (
    | {
      readonly kind: "assign";
      /** A name, or a part of what one holds: subscripts and tags, one behind the other. */
      readonly target: Expression;
      /** The operator of `name += expr`. */
      readonly operator: BinaryOperator | undefined;
      readonly value: Expression;
    }
    | {
      readonly kind: "procedure";
      readonly name: string;
      readonly arguments: readonly Argument[];
    }
    | {
      /** `x.name, ...`, `x->name, ...`. */
      readonly kind: "method";
      readonly base: Expression;
      readonly name: string;
      readonly arguments: readonly Argument[];
    }
    | { readonly kind: "return"; readonly value: Expression | undefined }
    /** An expression alone, which is printed. */
    | { readonly kind: "implied"; readonly value: Expression }
    /** `x++`, whose value no one needs. */
    | { readonly kind: "increment"; readonly value: Expression & { kind: "increment" } }
    | { readonly kind: "block"; readonly body: readonly Statement[] }
    | {
      readonly kind: "if";
      readonly condition: Expression;
      readonly then: Statement;
      readonly otherwise: Statement | undefined;
    }
    | {
      readonly kind: "for";
      readonly name: string;
      readonly from: Expression;
      readonly to: Expression;
      readonly step: Expression | undefined;
      readonly body: Statement;
    }
    | {
      readonly kind: "foreach";
      readonly name: string;
      readonly value: Expression;
      /** The variable that takes the number or the key of each element. */
      readonly key: string | undefined;
      readonly body: Statement;
    }
    | { readonly kind: "while"; readonly condition: Expression; readonly body: Statement }
    | { readonly kind: "repeat"; readonly body: Statement; readonly until: Expression }
    | {
      readonly kind: "case" | "switch";
      readonly value: Expression;
      readonly branches: readonly Branch[];
    }
    | { readonly kind: "break" | "continue" }
    | { readonly kind: "define"; readonly definition: Definition }
  )
  & { readonly at: Position };

/** A branch of CASE or SWITCH. */
export interface Branch {
  /** Undefined for ELSE. */
  readonly test: Expression | undefined;
  readonly body: Statement;
}

/** A function or a procedure of a program. */
export interface Definition {
  readonly kind: "function" | "procedure";
  /** Its name in capitals. */
  readonly name: string;
  /** The variables that take positional arguments, in capitals. */
  readonly parameters: readonly string[];
  /** The keywords, and the variables that take them, in capitals. */
  readonly keywords: readonly { readonly keyword: string; readonly variable: string }[];
  readonly body: readonly Statement[];
  /** Its text, and where in the command it begins. */
  readonly source: string;
  readonly at: Position;
}

/** The operations of a chain such as `a + b * c - d`, from the first to the last, and its first operand. */
export function chainOf<K extends "binary" | "logical">(
  expression: Expression & { kind: K },
): { first: Expression; operations: (Expression & { kind: K })[] } {
  const operations = [expression];
  let first = expression.left as Expression;
  while (first.kind === expression.kind) {
    operations.push(first as Expression & { kind: K });
    first = (first as Expression & { kind: "binary" }).left;
  }
  return { first, operations: operations.reverse() };
}

/** Whether an expression is one that means no value. */
export function isNull(expression: Expression): boolean {
  return expression.kind === "system" && expression.name === "!NULL" ||
    expression.kind === "array" && expression.elements.length === 0;
}
