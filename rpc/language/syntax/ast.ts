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
      readonly name: string;
      /** Undefined where the whole variable is assigned. */
      readonly subscripts: readonly Argument[] | undefined;
      /** The operator of `name += expr`. */
      readonly operator: BinaryOperator | undefined;
      readonly value: Expression;
    }
    | {
      readonly kind: "procedure";
      readonly name: string;
      readonly arguments: readonly Argument[];
    }
    | { readonly kind: "return"; readonly value: Expression | undefined }
    /** An expression alone, which is printed. */
    | { readonly kind: "implied"; readonly value: Expression }
  )
  & { readonly at: Position };

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
