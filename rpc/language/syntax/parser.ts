/**
 * From the words of a command to its tree.
 *
 * @module
 */

import type { Argument, BinaryOperator, Expression, Statement, UnaryOperator } from "./ast.ts";
import { LanguageError, type Position } from "../values/error.ts";
import { type Token, tokenize } from "./lexer.ts";
import { DEFAULT_LIMITS } from "../values/meter.ts";

/** What a command's text may be at most. */
export interface ParserLimits {
  /** Levels of brackets and operators within each other. */
  readonly nesting: number;
  /** UTF-16 units of the command. */
  readonly commandLength: number;
}

/**
 * Parses a command.
 *
 * @param command Statements joined by `&` or line ends.
 * @param limits What it may be at most.
 * @returns The statements.
 * @throws LanguageError (`syntax` or `limit`) with the position of what does not fit.
 */
export function parseCommand(
  command: string,
  limits: ParserLimits = DEFAULT_LIMITS,
): Statement[] {
  if (command.length > limits.commandLength) {
    throw new LanguageError(
      "limit",
      `The command has ${command.length} characters, more than the ${limits.commandLength} that ` +
        "one may have",
      limits.commandLength,
    );
  }
  return new Parser(tokenize(command), limits.nesting).command();
}

/**
 * Whether a command asks for an answer by a RETURN statement, even where the
 * rest of it is no command.
 */
export function asksForAnswer(command: string): boolean {
  try {
    return tokenize(command).some((token, i, tokens) =>
      token.text === "RETURN" && token.kind === "name" &&
      (i === 0 || tokens[i - 1]!.kind === "separator")
    );
  } catch {
    return command.split(/[&\n]/).some((part) => /^\s*return\b/i.test(part));
  }
}

// Words of IDL that begin a statement this language does not have.
const RESERVED = new Set(
  ("BEGIN BREAK CASE COMMON COMPILE_OPT CONTINUE DO ELSE END ENDCASE ENDELSE ENDFOR ENDFOREACH " +
    "ENDIF ENDREP ENDSWITCH ENDWHILE FOR FOREACH FORWARD_FUNCTION FUNCTION GOTO IF INHERITS OF " +
    "ON_IOERROR PRO REPEAT SWITCH THEN UNTIL WHILE").split(" "),
);

const RELATIONAL = ["EQ", "NE", "LE", "LT", "GE", "GT"];
const PREFIXES = ["-", "+", "NOT", "~"];
const ASSIGNMENTS: { readonly [text: string]: BinaryOperator } = {
  "+=": "+",
  "-=": "-",
  "*=": "*",
  "/=": "/",
  "^=": "^",
  "<=": "<",
  ">=": ">",
  "#=": "#",
  "##=": "##",
};

class Parser {
  readonly tokens: readonly Token[];
  readonly nesting: number;
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], nesting: number) {
    this.tokens = tokens;
    this.nesting = nesting;
  }

  command(): Statement[] {
    const statements: Statement[] = [];
    while (this.#token.kind !== "end") {
      if (this.#token.kind === "separator") {
        this.#next++;
        continue;
      }
      statements.push(this.#statement());
      if (!this.#atEnd()) {
        throw this.#unexpected("the end of the statement");
      }
    }
    return statements;
  }

  get #token(): Token {
    return this.tokens[this.#next]!;
  }

  #atEnd(): boolean {
    return this.#token.kind === "separator" || this.#token.kind === "end";
  }

  #is(...texts: string[]): boolean {
    return this.#token.kind === "operator" && texts.includes(this.#token.text);
  }

  #take(): Token {
    return this.tokens[this.#next++]!;
  }

  #expect(text: string): void {
    if (!this.#is(text)) throw this.#unexpected(`"${text}"`);
    this.#next++;
  }

  #unexpected(expected: string): LanguageError {
    const { kind, text, at } = this.#token;
    const found = kind === "end" ? "the end of the command" : `"${text}"`;
    return new LanguageError(
      "syntax",
      `Cannot read the command: found ${found}, expected ${expected}`,
      at,
    );
  }

  #statement(): Statement {
    const { kind, text, at } = this.#token;
    if (kind !== "name") return { kind: "implied", value: this.#expression(), at };
    if (RESERVED.has(text)) {
      throw new LanguageError("syntax", `${text} is not part of the command language`, at);
    }
    const after = this.tokens[this.#next + 1]!;
    if (text === "RETURN" && !isAssignment(after)) return this.#returnStatement();
    if (after.kind === "separator" || after.kind === "end" || after.text === ",") {
      this.#next++;
      return { kind: "procedure", name: text, arguments: this.#procedureArguments(), at };
    }
    return this.#assignment() ?? { kind: "implied", value: this.#expression(), at };
  }

  #returnStatement(): Statement {
    const { at } = this.#take();
    if (!this.#is(",")) return { kind: "return", value: undefined, at };
    this.#next++;
    return { kind: "return", value: this.#expression(), at };
  }

  #procedureArguments(): Argument[] {
    const found: Argument[] = [];
    while (this.#is(",")) {
      this.#next++;
      found.push(this.#argument());
    }
    return found;
  }

  /** `name = expr`, `name[...] = expr`, `name += expr`; or undefined, with nothing consumed. */
  #assignment(): Statement | undefined {
    const start = this.#next;
    const { text: name, at } = this.#take();
    let subscripts: Argument[] | undefined;
    if (this.#is("[", "(")) {
      const close = this.#take().text === "[" ? "]" : ")";
      subscripts = this.#arguments(close);
    }
    const operator = this.#assignmentOperator();
    if (operator === undefined) {
      this.#next = start;
      return undefined;
    }
    return {
      kind: "assign",
      name,
      subscripts,
      operator: operator.of,
      value: this.#expression(),
      at,
    };
  }

  #assignmentOperator(): { of: BinaryOperator | undefined } | undefined {
    const token = this.#token;
    if (token.kind !== "operator") return undefined;
    if (token.text === "=") {
      this.#next++;
      return { of: undefined };
    }
    if (Object.hasOwn(ASSIGNMENTS, token.text)) {
      this.#next++;
      return { of: ASSIGNMENTS[token.text] };
    }
    // `a and= b`
    const after = this.tokens[this.#next + 1]!;
    if (/^(AND|OR|XOR|MOD|EQ|NE|LE|LT|GE|GT)$/.test(token.text) && after.text === "=") {
      this.#next += 2;
      return { of: token.text as BinaryOperator };
    }
    return undefined;
  }

  #arguments(close: "]" | ")"): Argument[] {
    this.#enter();
    const found: Argument[] = [];
    if (!this.#is(close)) {
      found.push(this.#argument());
      while (this.#is(",")) {
        this.#next++;
        found.push(this.#argument());
      }
    }
    this.#expect(close);
    this.#depth--;
    return found;
  }

  #argument(): Argument {
    const { at } = this.#token;
    const after = this.tokens[this.#next + 1];
    if (this.#is("/") && after?.kind === "name") {
      this.#next += 2;
      return { kind: "keyword", name: after.text, value: undefined, at };
    }
    if (this.#token.kind === "name" && after?.kind === "operator" && after.text === "=") {
      const name = this.#take().text;
      this.#next++;
      return { kind: "keyword", name, value: this.#expression(), at };
    }
    if (this.#is("*")) {
      this.#next++;
      return { kind: "all", at };
    }
    const value = this.#expression();
    if (!this.#is(":")) return { kind: "value", value, at };
    this.#next++;
    return { kind: "range", from: value, to: this.#rangeEnd(), step: this.#rangeStep(), at };
  }

  #rangeEnd(): Expression | undefined {
    if (!this.#is("*")) return this.#expression();
    this.#next++;
    return undefined;
  }

  #rangeStep(): Expression | undefined {
    if (!this.#is(":")) return undefined;
    this.#next++;
    return this.#expression();
  }

  #enter(): void {
    if (++this.#depth > this.nesting) this.#tooDeep(this.#token.at);
  }

  #tooDeep(at: Position): never {
    throw new LanguageError(
      "limit",
      `The command nests more than ${this.nesting} levels of brackets and operators`,
      at,
    );
  }

  #height(at: Position, ...below: readonly Expression[]): number {
    let height = 0;
    for (const expression of below) height = Math.max(height, expression.height);
    if (++height > this.nesting) this.#tooDeep(at);
    return height;
  }

  /** A chain such as `a + b + c` is one level, however long: it is run from the left. */
  #chainHeight(
    at: Position,
    left: Expression,
    right: Expression,
    kind: "binary" | "logical",
  ): number {
    const height = this.#height(at, right);
    return left.kind === kind ? Math.max(height, left.height) : Math.max(height, left.height + 1);
  }

  /** IDL manual, "Operator precedence", from the last to the first. */
  #expression(): Expression {
    this.#enter();
    const condition = this.#logical();
    if (!this.#is("?")) {
      this.#depth--;
      return condition;
    }
    const { at } = this.#take();
    const then = this.#expression();
    this.#expect(":");
    const otherwise = this.#expression();
    this.#depth--;
    const height = this.#height(at, condition, then, otherwise);
    return { kind: "conditional", condition, then, otherwise, at, height };
  }

  #logical(): Expression {
    let left = this.#bitwise();
    while (this.#is("&&", "||")) {
      const { text, at } = this.#take();
      const right = this.#bitwise();
      const height = this.#chainHeight(at, left, right, "logical");
      left = { kind: "logical", operator: text as "&&" | "||", left, right, at, height };
    }
    return left;
  }

  #bitwise(): Expression {
    let left = this.#relational();
    while (this.#is("AND", "OR", "XOR")) left = this.#binary(left, () => this.#relational());
    return left;
  }

  #relational(): Expression {
    let left = this.#additive();
    while (this.#is(...RELATIONAL)) left = this.#binary(left, () => this.#additive());
    return left;
  }

  #additive(): Expression {
    let left = this.#prefixed(() => this.#multiplicative());
    while (this.#is("+", "-", "<", ">")) {
      left = this.#binary(left, () => this.#prefixed(() => this.#multiplicative()));
    }
    return left;
  }

  #multiplicative(): Expression {
    let left = this.#power();
    while (this.#is("*", "/", "#", "##", "MOD")) {
      left = this.#binary(left, () => this.#prefixed(() => this.#power()));
    }
    return left;
  }

  #power(): Expression {
    let left = this.#postfix();
    while (this.#is("^")) {
      left = this.#binary(left, () => this.#prefixed(() => this.#postfix()));
    }
    return left;
  }

  #binary(left: Expression, operand: () => Expression): Expression {
    const { text, at } = this.#take();
    const right = operand();
    const height = this.#chainHeight(at, left, right, "binary");
    return { kind: "binary", operator: text as BinaryOperator, left, right, at, height };
  }

  #prefixed(operand: () => Expression): Expression {
    if (!this.#is(...PREFIXES)) return operand();
    this.#enter();
    const { text, at } = this.#take();
    const below = this.#prefixed(operand);
    this.#depth--;
    const height = this.#height(at, below);
    return { kind: "unary", operator: text as UnaryOperator, operand: below, at, height };
  }

  #postfix(): Expression {
    let base = this.#primary();
    while (this.#is("[", "(")) {
      const { text, at } = this.#take();
      const subscripts = this.#arguments(text === "[" ? "]" : ")");
      const height = this.#height(at, base, ...subscripts.flatMap(expressionsIn));
      base = { kind: "subscript", base, subscripts, at, height };
    }
    if (this.#is(".", "->")) {
      throw new LanguageError(
        "syntax",
        "Structures and objects are not part of the command language",
        this.#token.at,
      );
    }
    return base;
  }

  #primary(): Expression {
    const { kind, text, at, value } = this.#token;
    if (kind === "literal") {
      this.#next++;
      return { kind: "literal", value: value!, at, height: 1 };
    }
    if (kind === "system") {
      this.#next++;
      return { kind: "system", name: text, at, height: 1 };
    }
    if (kind === "name") return this.#named();
    if (this.#is("(")) {
      this.#next++;
      const inner = this.#expression();
      this.#expect(")");
      return inner;
    }
    if (this.#is("[")) return this.#array();
    throw this.#unexpected("an expression");
  }

  #named(): Expression {
    const { text: name, at } = this.#take();
    if (RESERVED.has(name)) {
      throw new LanguageError("syntax", `${name} is not part of the command language`, at);
    }
    if (!this.#is("(")) return { kind: "name", name, at, height: 1 };
    this.#next++;
    const found = this.#arguments(")");
    const height = this.#height(at, ...found.flatMap(expressionsIn));
    return { kind: "call", name, arguments: found, at, height };
  }

  /**
   * IDL manual, "Array concatenation": brackets that hold nothing but brackets
   * join along the next dimension.
   */
  #array(): Expression {
    const { at } = this.#take();
    this.#enter();
    const elements: Expression[] = [];
    let brackets = true;
    while (!this.#is("]")) {
      if (elements.length > 0) this.#expect(",");
      brackets &&= this.#is("[");
      const element = this.#expression();
      brackets &&= element.kind === "array";
      elements.push(element);
    }
    this.#next++;
    this.#depth--;
    const first = elements[0];
    const inner = brackets && first?.kind === "array" ? first.dimension : 0;
    const height = this.#height(at, ...elements);
    return { kind: "array", elements, dimension: inner + 1, at, height };
  }
}

function isAssignment(token: Token): boolean {
  return token.kind === "operator" &&
    (token.text === "=" || Object.hasOwn(ASSIGNMENTS, token.text));
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
