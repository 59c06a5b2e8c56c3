/**
 * From the words of a command to the trees of its expressions.
 *
 * @module
 */

import type { Argument, BinaryOperator, Expression, UnaryOperator } from "./ast.ts";
import { LanguageError, type Position } from "../values/error.ts";
import { IdlType, type IdlValue, scalar } from "../values/value.ts";
import { isWord, type Token } from "./lexer.ts";

/** Words of IDL that are no names. */
export const RESERVED: ReadonlySet<string> = new Set(
  ("BEGIN BREAK CASE COMMON COMPILE_OPT CONTINUE DO ELSE END ENDCASE ENDELSE ENDFOR ENDFOREACH " +
    "ENDIF ENDREP ENDSWITCH ENDWHILE FOR FOREACH FORWARD_FUNCTION FUNCTION GOTO IF INHERITS OF " +
    "ON_IOERROR PRO REPEAT SWITCH THEN UNTIL WHILE").split(" "),
);

/** IDL manual, "Operator precedence": the levels of operators, from the last to the first. */
const LOGICAL = 1;
const BITWISE = 2;
const RELATIONAL = 3;
const ADDITIVE = 4;
const MULTIPLICATIVE = 5;
const POWER = 6;
const NEGATION = 7;
const BRACKET = 8;
const MEMBER = 9;

const LEVELS: ReadonlyMap<string, number> = new Map(
  ([
    [LOGICAL, "&& ||"],
    [BITWISE, "AND OR XOR"],
    [RELATIONAL, "EQ NE LE LT GE GT"],
    [ADDITIVE, "+ - < >"],
    [MULTIPLICATIVE, "* / # ## MOD"],
    [POWER, "^"],
    [NEGATION, "NOT ~"],
    [BRACKET, "[ ("],
    [MEMBER, ". ->"],
  ] as const).flatMap(([level, words]) => words.split(" ").map((word) => [word, level] as const)),
);

/** Reads expressions, word by word. */
export class ExpressionParser {
  /** The words, and an `end`. */
  readonly tokens: readonly Token[];
  /** The most levels within each other. */
  readonly nesting: number;
  /** The number of the next word. */
  next = 0;
  /** The levels that are open. */
  depth = 0;
  /** Whether a whole number without a suffix is LONG. */
  longIntegers = false;
  /** The level of each word that is an operator, else 0. */
  readonly #levels: Uint8Array;

  constructor(tokens: readonly Token[], nesting: number) {
    this.tokens = tokens;
    this.nesting = nesting;
    this.#levels = new Uint8Array(tokens.length);
    for (let i = 0; i < tokens.length; i++) {
      const { kind, text } = tokens[i]!;
      if (kind === "operator") this.#levels[i] = LEVELS.get(text) ?? 0;
    }
  }

  /** The level of the next word. */
  get #level(): number {
    return this.#levels[this.next]!;
  }

  /** The next word. */
  get token(): Token {
    return this.tokens[this.next]!;
  }

  /** Whether the next word is this operator. */
  is(text: string): boolean {
    const { kind, text: own } = this.token;
    return own === text && kind === "operator";
  }

  /** Takes the next word. */
  take(): Token {
    return this.tokens[this.next++]!;
  }

  /** Takes an operator, or throws. */
  expect(text: string): void {
    if (!this.is(text)) throw this.unexpected(`"${text}"`);
    this.next++;
  }

  /** The error for the next word. */
  unexpected(expected: string): LanguageError {
    const { kind, text, at } = this.token;
    const found = kind === "end"
      ? "the end of the command"
      : kind === "separator"
      ? "the end of the statement"
      : `"${text}"`;
    return new LanguageError(
      "syntax",
      `Cannot read the command: found ${found}, expected ${expected}`,
      at,
    );
  }

  /** The arguments or subscripts up to a closing bracket. */
  arguments(close: "]" | ")"): Argument[] {
    this.enter();
    const found: Argument[] = [];
    if (!this.is(close)) {
      found.push(this.argument());
      while (this.is(",")) {
        this.next++;
        found.push(this.argument());
      }
    }
    this.expect(close);
    this.depth--;
    return found;
  }

  /** One argument or subscript. */
  argument(): Argument {
    const { at } = this.token;
    const after = this.tokens[this.next + 1];
    if (this.is("/") && after?.kind === "name") {
      this.next += 2;
      return { kind: "keyword", name: after.text, value: undefined, at };
    }
    if (this.token.kind === "name" && after?.kind === "operator" && after.text === "=") {
      const name = this.take().text;
      this.next++;
      return { kind: "keyword", name, value: this.expression(), at };
    }
    if (this.#isAll()) {
      this.next++;
      return { kind: "all", at };
    }
    const value = this.expression();
    if (!this.is(":")) return { kind: "value", value, at };
    this.next++;
    return { kind: "range", from: value, to: this.#rangeEnd(), step: this.#rangeStep(), at };
  }

  /** A star that stands alone: one before an operand follows a pointer. */
  #isAll(): boolean {
    if (!this.is("*")) return false;
    const { kind, text } = this.tokens[this.next + 1]!;
    return kind === "end" || kind === "separator" ||
      kind === "operator" && (text === "," || text === "]" || text === ")" || text === ":");
  }

  #rangeEnd(): Expression | undefined {
    if (!this.#isAll()) return this.expression();
    this.next++;
    return undefined;
  }

  #rangeStep(): Expression | undefined {
    if (!this.is(":")) return undefined;
    this.next++;
    return this.expression();
  }

  /** Begins a level within another one; who called takes it back from `depth`. */
  enter(): void {
    if (++this.depth > this.nesting) this.tooDeep(this.token.at);
  }

  tooDeep(at: Position): never {
    throw new LanguageError(
      "limit",
      `The command nests more than ${this.nesting} levels of brackets and operators`,
      at,
    );
  }

  #height(at: Position, first: Expression, ...others: readonly Expression[]): number {
    let { height } = first;
    for (const expression of others) height = Math.max(height, expression.height);
    return this.#above(at, height);
  }

  /** One level above others. */
  #above(at: Position, height: number): number {
    if (height >= this.nesting) this.tooDeep(at);
    return height + 1;
  }

  /** The greatest height of what stands in arguments, and of what they belong to. */
  #heightOf(at: Position, given: readonly Argument[], least = 0): number {
    let height = least;
    for (const argument of given) {
      if (argument.kind === "value") height = Math.max(height, argument.value.height);
      else {
        for (const expression of expressionsIn(argument)) {
          height = Math.max(height, expression.height);
        }
      }
    }
    return this.#above(at, height);
  }

  /** A chain such as `a + b + c` is one level, however long: it is run from the left. */
  #chainHeight(
    at: Position,
    left: Expression,
    right: Expression,
    kind: "binary" | "logical",
  ): number {
    const height = this.#above(at, right.height);
    return left.kind === kind ? Math.max(height, left.height) : Math.max(height, left.height + 1);
  }

  /** IDL manual, "Operator precedence", from the last to the first. */
  expression(): Expression {
    this.enter();
    if (this.#isAlone()) {
      this.depth--;
      return this.#primary();
    }
    const condition = this.#logical();
    if (!this.is("?")) {
      this.depth--;
      return condition;
    }
    const { at } = this.take();
    const then = this.expression();
    this.expect(":");
    const otherwise = this.expression();
    this.depth--;
    const height = this.#height(at, condition, then, otherwise);
    return { kind: "conditional", condition, then, otherwise, at, height };
  }

  /** A name or a literal that no operator and no bracket follows: most arguments are such. */
  #isAlone(): boolean {
    const { kind } = this.token;
    if (kind !== "name" && kind !== "literal" || this.#levels[this.next + 1] !== 0) return false;
    return this.tokens[this.next + 1]!.text !== "?";
  }

  #logical(): Expression {
    let left = this.#bitwise();
    while (this.#level === LOGICAL) {
      const { text, at } = this.take();
      const right = this.#bitwise();
      const height = this.#chainHeight(at, left, right, "logical");
      left = { kind: "logical", operator: text as "&&" | "||", left, right, at, height };
    }
    return left;
  }

  #bitwise(): Expression {
    let left = this.#relational();
    while (this.#level === BITWISE) left = this.#binary(left, RELATIONAL);
    return left;
  }

  #relational(): Expression {
    let left = this.#additive();
    while (this.#level === RELATIONAL) left = this.#binary(left, ADDITIVE);
    return left;
  }

  #additive(): Expression {
    let left = this.#prefixed(MULTIPLICATIVE);
    while (this.#level === ADDITIVE) left = this.#binary(left, MULTIPLICATIVE);
    return left;
  }

  #multiplicative(): Expression {
    let left = this.#power();
    while (this.#level === MULTIPLICATIVE) left = this.#binary(left, POWER);
    return left;
  }

  #power(): Expression {
    let left = this.#postfix();
    while (this.#level === POWER) left = this.#binary(left, BRACKET);
    return left;
  }

  /** An operation whose right operand is of a level. */
  #binary(left: Expression, level: number): Expression {
    const { text, at } = this.take();
    const right = level <= ADDITIVE ? this.#operand(level) : this.#prefixed(level);
    const height = this.#chainHeight(at, left, right, "binary");
    return { kind: "binary", operator: text as BinaryOperator, left, right, at, height };
  }

  #operand(level: number): Expression {
    switch (level) {
      case RELATIONAL:
        return this.#relational();
      case ADDITIVE:
        return this.#additive();
      case MULTIPLICATIVE:
        return this.#multiplicative();
      case POWER:
        return this.#power();
      default:
        return this.#postfix();
    }
  }

  #isPrefix(): boolean {
    const level = this.#level;
    if (level === NEGATION) return true;
    return level === ADDITIVE && (this.token.text === "-" || this.token.text === "+");
  }

  #prefixed(level: number): Expression {
    if (!this.#isPrefix()) return this.#operand(level);
    const step = this.#doubled();
    if (step !== undefined && this.tokens[this.next + 2]!.kind === "name") {
      const { at } = this.token;
      this.next += 2;
      const target = this.designator();
      if (!isTarget(target)) throw this.unexpected("a variable before it");
      const height = this.#height(at, target);
      return { kind: "increment", target, by: step, after: false, at, height };
    }
    this.enter();
    const { text, at } = this.take();
    const below = this.#prefixed(level);
    this.depth--;
    const height = this.#height(at, below);
    return { kind: "unary", operator: text as UnaryOperator, operand: below, at, height };
  }

  #postfix(): Expression {
    const target = this.designator();
    const step = this.#stepBehind();
    if (step === undefined || !isTarget(target)) return target;
    const { at } = this.token;
    this.next += 2;
    const height = this.#height(at, target);
    return { kind: "increment", target, by: step, after: true, at, height };
  }

  /** What can be changed: a name, or a part of what one holds; or any other operand. */
  designator(): Expression {
    let base = this.#primary();
    for (;;) {
      const level = this.#level;
      if (level === BRACKET) base = this.#subscripted(base);
      else if (level === MEMBER) base = this.#member(base);
      else return base;
    }
  }

  #subscripted(base: Expression): Expression {
    const { text, at } = this.take();
    const subscripts = this.arguments(text === "[" ? "]" : ")");
    const height = this.#heightOf(at, subscripts, base.height);
    return { kind: "subscript", base, subscripts, at, height };
  }

  /** `.tag`, `.(number)`, `.method(...)`, `->method(...)`. */
  #member(base: Expression): Expression {
    const { text, at } = this.take();
    if (text === "." && this.is("(")) {
      this.next++;
      const tag = this.expression();
      this.expect(")");
      return { kind: "tag", base, tag, at, height: this.#height(at, base, tag) };
    }
    if (this.token.kind !== "name" && !isWord(this.token)) {
      throw this.unexpected("the name of a tag or a method");
    }
    const name = this.take().text;
    if (this.is("(")) {
      this.next++;
      const given = this.arguments(")");
      const height = this.#heightOf(at, given, base.height);
      return { kind: "method", base, name, arguments: given, at, height };
    }
    const height = this.#height(at, base);
    if (text === ".") return { kind: "tag", base, tag: name, at, height };
    return { kind: "method", base, name, arguments: [], at, height };
  }

  /** `++` or `--` behind an operand, and no operand behind that. */
  #stepBehind(): 1 | -1 | undefined {
    const step = this.#doubled();
    if (step === undefined) return undefined;
    const after = this.tokens[this.next + 2]!;
    const operand = after.kind === "literal" || after.kind === "system" ||
      after.kind === "name" && !RESERVED.has(after.text) ||
      after.kind === "operator" && (after.text === "(" || after.text === "[");
    return operand ? undefined : step;
  }

  /** Two signs without a space between them. */
  #doubled(): 1 | -1 | undefined {
    if (this.#level !== ADDITIVE) return undefined;
    const { text, at } = this.token;
    if (text !== "+" && text !== "-") return undefined;
    const second = this.tokens[this.next + 1]!;
    if (second.kind !== "operator" || second.text !== text || second.at !== at + 1) {
      return undefined;
    }
    return text === "+" ? 1 : -1;
  }

  #primary(): Expression {
    const { kind, text, at, value } = this.token;
    if (kind === "literal") {
      this.next++;
      return { kind: "literal", value: this.#integer(text, value!), at, height: 1 };
    }
    if (kind === "system") {
      this.next++;
      return { kind: "system", name: text, at, height: 1 };
    }
    if (kind === "name") return this.#named();
    if (this.is("(")) {
      this.next++;
      const inner = this.expression();
      const whole = this.is("=") && isTarget(inner) ? this.#assignment(inner) : inner;
      this.expect(")");
      return whole;
    }
    if (this.is("[")) return this.#array();
    if (this.is("{")) return this.#structure();
    if (this.is("*")) return this.#dereference();
    throw this.unexpected("an expression");
  }

  /** IDL manual, "Assignment": in round brackets it is an expression, too. */
  #assignment(target: Expression): Expression {
    const { at } = this.take();
    const value = this.expression();
    return { kind: "assignment", target, value, at, height: this.#height(at, target, value) };
  }

  /** IDL manual, "Pointers": `*p`, `*p[0]`, `*s.p` follow a pointer after subscripts and tags. */
  #dereference(): Expression {
    const { kind, text } = this.tokens[this.next + 1]!;
    const isPointer = kind === "name" || kind === "operator" && (text === "(" || text === "*");
    if (!isPointer) throw this.unexpected("an expression");
    const { at } = this.take();
    this.enter();
    const operand = this.designator();
    this.depth--;
    return { kind: "deref", operand, at, height: this.#height(at, operand) };
  }

  /** IDL manual, "COMPILE_OPT": with DEFINT32 a whole number without a suffix is LONG. */
  #integer(text: string, value: IdlValue): IdlValue {
    if (!this.longIntegers || value.type !== IdlType.INT || !/^[0-9]+$/.test(text)) return value;
    return scalar(IdlType.LONG, value.data[0] as number);
  }

  #named(): Expression {
    const { text: name, at } = this.take();
    if (RESERVED.has(name)) {
      throw new LanguageError("syntax", `${name} is not part of the command language`, at);
    }
    if (!this.is("(")) return { kind: "name", name, at, height: 1 };
    this.next++;
    const found = this.arguments(")");
    const height = this.#heightOf(at, found);
    return { kind: "call", name, arguments: found, at, height };
  }

  /**
   * IDL manual, "Array concatenation": brackets that hold nothing but brackets
   * join along the next dimension.
   */
  #array(): Expression {
    const { at } = this.take();
    this.enter();
    const elements: Expression[] = [];
    let brackets = true;
    while (!this.is("]")) {
      if (elements.length > 0) this.expect(",");
      brackets &&= this.is("[");
      const element = this.expression();
      brackets &&= element.kind === "array";
      elements.push(element);
    }
    this.next++;
    this.depth--;
    const first = elements[0];
    const inner = brackets && first?.kind === "array" ? first.dimension : 0;
    const height = this.#above(at, highest(elements));
    return { kind: "array", elements, dimension: inner + 1, at, height };
  }

  /** IDL manual, "Structures": `{tag: value, ...}`, `{name, tag: value, ...}`, `{name}`. */
  #structure(): Expression {
    const { at } = this.take();
    this.enter();
    let name: string | undefined;
    const tags: string[] = [];
    const values: Expression[] = [];
    if (this.token.kind === "name" && this.tokens[this.next + 1]!.text !== ":") {
      name = this.take().text;
      if (!this.is("}")) this.expect(",");
    }
    while (!this.is("}")) {
      if (values.length > 0) this.expect(",");
      if (this.token.kind !== "name" && !isWord(this.token)) throw this.unexpected("a tag");
      tags.push(this.take().text);
      this.expect(":");
      values.push(this.expression());
    }
    this.next++;
    this.depth--;
    const height = this.#above(at, highest(values));
    return { kind: "structure", name, tags, values, at, height };
  }
}

function highest(expressions: readonly Expression[]): number {
  return expressions.reduce((most, { height }) => Math.max(most, height), 0);
}

/** Whether something can be stored where an expression stands. */
export function isTarget(expression: Expression): boolean {
  switch (expression.kind) {
    case "name":
    case "call":
    case "deref":
      return true;
    case "subscript":
    case "tag":
    case "method":
      return isTarget(expression.base);
    default:
      return false;
  }
}

/** The expressions that stand in an argument. */
export function expressionsIn(argument: Argument): Expression[] {
  switch (argument.kind) {
    case "value":
      return [argument.value];
    case "keyword":
      return argument.value === undefined ? [] : [argument.value];
    case "range":
      return [argument.from, argument.to, argument.step].filter((found) => found !== undefined);
    case "all":
      return [];
  }
}
