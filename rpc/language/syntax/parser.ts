/**
 * From the words of a command to its tree.
 *
 * @module
 */

import type { Argument, BinaryOperator, Branch, Definition, Expression, Statement } from "./ast.ts";
import { ExpressionParser, isTarget, RESERVED } from "./expression_parser.ts";
import { LanguageError } from "../values/error.ts";
import { type Token, tokenize } from "./lexer.ts";
import { DEFAULT_LIMITS } from "../values/meter.ts";

/** What a command's text may be at most. */
export interface ParserLimits {
  /** Levels of brackets, operators and statements within each other. */
  readonly nesting: number;
  /** UTF-16 units of the command. */
  readonly commandLength: number;
}

/**
 * Parses a command.
 *
 * @param command Statements joined by `&` or line ends, and functions and procedures.
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
  return new StatementParser(tokenize(command), command, limits.nesting).command();
}

/**
 * Whether a command asks for an answer by a RETURN statement, even where the
 * rest of it is no command. That of a function or a procedure is none of the command's.
 */
export function asksForAnswer(command: string): boolean {
  try {
    let inside = false;
    return tokenize(command).some((token, i, tokens) => {
      if (token.kind !== "name") return false;
      const before = tokens[i - 1];
      const begins = before === undefined || before.kind === "separator";
      if (begins && (token.text === "FUNCTION" || token.text === "PRO")) inside = true;
      if (begins && token.text === "END") inside = false;
      return token.text === "RETURN" && !inside && (begins || BEFORE_STATEMENT.has(before.text));
    });
  } catch {
    return command.split(/[&\n]/).some((part) => /^\s*return\b/i.test(part));
  }
}

/** Words behind which a statement begins. */
const BEFORE_STATEMENT = new Set(["THEN", "ELSE", "DO", "BEGIN", "REPEAT", ":"]);

/** Statements of IDL that this language does not have, and why. */
const REFUSED: { readonly [word: string]: string } = {
  GOTO: "GOTO is not part of the command language: use loops, BREAK and CONTINUE",
  COMMON: "COMMON is not part of the command language: pass values as arguments",
  ON_IOERROR: "ON_IOERROR takes NULL alone, since there are no labels: use CATCH",
};

/** The word that may end a block besides END, by the statement in which it stands. */
type BlockEnd =
  | "ENDIF"
  | "ENDELSE"
  | "ENDFOR"
  | "ENDFOREACH"
  | "ENDWHILE"
  | "ENDREP"
  | "ENDCASE"
  | "ENDSWITCH";

/** Words before which a statement ends. */
const AFTER_STATEMENT: ReadonlySet<string> = new Set(
  ("ELSE UNTIL END ENDIF ENDELSE ENDFOR ENDFOREACH ENDWHILE ENDREP ENDCASE ENDSWITCH").split(" "),
);

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

class StatementParser extends ExpressionParser {
  readonly #text: string;
  #loops = 0;
  #choices = 0;

  constructor(tokens: readonly Token[], text: string, nesting: number) {
    super(tokens, nesting);
    this.#text = text;
  }

  command(): Statement[] {
    const statements: Statement[] = [];
    for (;;) {
      this.#skipSeparators();
      if (this.token.kind === "end") return statements;
      // A program in a file has an END behind its last statement.
      if (this.#word("END") && this.#isLast()) return statements;
      statements.push(
        this.#word("FUNCTION", "PRO") ? this.#definition() : this.#statement(),
      );
      if (!this.#atSeparator()) throw this.unexpected("the end of the statement");
    }
  }

  #isLast(): boolean {
    return this.tokens.slice(this.next + 1).every(({ kind }) =>
      kind === "separator" || kind === "end"
    );
  }

  #skipSeparators(): void {
    while (this.token.kind === "separator") this.next++;
  }

  #atSeparator(): boolean {
    return this.token.kind === "separator" || this.token.kind === "end";
  }

  /** Whether a word is one behind which no statement goes on. */
  #ends({ kind, text }: Token): boolean {
    return kind === "separator" || kind === "end" || kind === "name" && AFTER_STATEMENT.has(text);
  }

  #word(...words: string[]): boolean {
    return this.token.kind === "name" && words.includes(this.token.text);
  }

  #expectWord(word: string): void {
    if (!this.#word(word)) throw this.unexpected(word);
    this.next++;
  }

  #name(what: string): string {
    const { kind, text } = this.token;
    if (kind !== "name" || RESERVED.has(text)) throw this.unexpected(what);
    this.next++;
    return text;
  }

  /** IDL manual, "FUNCTION" and "PRO". */
  #definition(): Statement {
    const { text: word, at } = this.take();
    const name = this.#name("the name of the routine");
    const parameters: string[] = [];
    const keywords: { keyword: string; variable: string }[] = [];
    while (this.is(",")) {
      this.next++;
      const parameter = this.#name("a parameter");
      if (this.is("=")) {
        this.next++;
        keywords.push({ keyword: parameter, variable: this.#name("a variable") });
      } else parameters.push(parameter);
    }
    const variables = [...parameters, ...keywords.map(({ variable }) => variable)];
    if (new Set(variables).size < variables.length) {
      throw new LanguageError("syntax", `Two parameters of ${name} have the same name`, at);
    }
    if (!this.#atSeparator()) throw this.unexpected("a comma or the end of the line");
    const body = this.#body("END");
    this.longIntegers = false;
    const end = this.tokens[this.next - 1]!;
    const source = this.#text.slice(at, end.at + end.text.length);
    const kind = word === "PRO" ? "procedure" : "function";
    return {
      kind: "define",
      definition: { kind, name, parameters, keywords, body, source, at },
      at,
    };
  }

  /** Statements up to END or the word that may stand for it. */
  #body(end: BlockEnd | "END"): Statement[] {
    const body: Statement[] = [];
    for (;;) {
      this.#skipSeparators();
      if (this.#word("END", end)) {
        this.next++;
        return body;
      }
      if (this.token.kind === "end") throw this.unexpected(end);
      body.push(this.#statement());
      if (!this.#ends(this.token)) throw this.unexpected("the end of the statement");
    }
  }

  #statement(): Statement {
    this.enter();
    const statement = this.#anyStatement();
    this.depth--;
    return statement;
  }

  #anyStatement(): Statement {
    const { kind, text, at } = this.token;
    if (kind !== "name") return this.#unnamedStatement();
    if (text === "ON_IOERROR" && this.#isNullHandler()) return this.#option();
    if (Object.hasOwn(REFUSED, text)) throw new LanguageError("syntax", REFUSED[text]!, at);
    switch (text) {
      case "IF":
        return this.#if();
      case "FOR":
        return this.#for();
      case "FOREACH":
        return this.#foreach();
      case "WHILE":
        return this.#while();
      case "REPEAT":
        return this.#repeat();
      case "CASE":
      case "SWITCH":
        return this.#choice(text);
      case "BREAK":
      case "CONTINUE":
        return this.#jump(text);
      case "BEGIN":
        this.next++;
        return { kind: "block", body: this.#body("END"), at };
      case "COMPILE_OPT":
      case "FORWARD_FUNCTION":
        return this.#option();
      case "FUNCTION":
      case "PRO":
        throw new LanguageError("syntax", `${text} stands outside of blocks and routines only`, at);
    }
    if (RESERVED.has(text)) throw this.unexpected("a statement");
    const after = this.tokens[this.next + 1]!;
    if (text === "RETURN" && !this.#isAssignment(after)) return this.#returnStatement();
    if (this.#ends(after) || after.text === "," && after.kind === "operator") {
      this.next++;
      return { kind: "procedure", name: text, arguments: this.#procedureArguments(), at };
    }
    if (after.text === ":" && after.kind === "operator") {
      throw new LanguageError("syntax", `Cannot use the label ${text}: there is no GOTO`, at);
    }
    return this.#assignment() ?? this.#expressionStatement();
  }

  /** `ON_IOERROR, NULL`, which names no label. */
  #isNullHandler(): boolean {
    const [comma, name] = this.tokens.slice(this.next + 1, this.next + 3);
    return comma?.text === "," && name?.kind === "name" && name.text === "NULL";
  }

  #isAssignment(token: Token): boolean {
    return token.kind === "operator" &&
      (token.text === "=" || Object.hasOwn(ASSIGNMENTS, token.text));
  }

  /** `*p = expr`, `(*p).tag = expr`, or an expression. */
  #unnamedStatement(): Statement {
    const follows = this.is("*") || this.is("(") && this.tokens[this.next + 1]!.text === "*";
    return (follows ? this.#assignment() : undefined) ?? this.#expressionStatement();
  }

  #expressionStatement(): Statement {
    const { at } = this.token;
    const value = this.expression();
    if (value.kind === "system" && this.is("=")) {
      const text = `Cannot set ${value.name}: system variables can only be read here`;
      throw new LanguageError("syntax", text, this.token.at);
    }
    return value.kind === "increment"
      ? { kind: "increment", value, at }
      : { kind: "implied", value, at };
  }

  /** COMPILE_OPT IDL2 and DEFINT32; the other options change nothing here. */
  #option(): Statement {
    const { at } = this.take();
    while (this.token.kind === "name" || this.is(",")) {
      const { text } = this.take();
      if (text === "IDL2" || text === "IDL3" || text === "DEFINT32") this.longIntegers = true;
    }
    return { kind: "block", body: [], at };
  }

  #if(): Statement {
    const { at } = this.take();
    const condition = this.expression();
    this.#expectWord("THEN");
    const then = this.#branch("ENDIF");
    let otherwise: Statement | undefined;
    if (this.#word("ELSE")) {
      this.next++;
      otherwise = this.#branch("ENDELSE");
    }
    return { kind: "if", condition, then, otherwise, at };
  }

  /** One statement, or a block that the word ends. */
  #branch(end: BlockEnd): Statement {
    const { at } = this.token;
    if (!this.#word("BEGIN")) return this.#statement();
    this.next++;
    this.enter();
    const body = this.#body(end);
    this.depth--;
    return { kind: "block", body, at };
  }

  #loopBody(end: BlockEnd): Statement {
    this.#loops++;
    const body = this.#branch(end);
    this.#loops--;
    return body;
  }

  #for(): Statement {
    const { at } = this.take();
    const name = this.#name("the variable of the loop");
    this.expect("=");
    const from = this.expression();
    this.expect(",");
    const to = this.expression();
    let step: Expression | undefined;
    if (this.is(",")) {
      this.next++;
      step = this.expression();
    }
    this.#expectWord("DO");
    return { kind: "for", name, from, to, step, body: this.#loopBody("ENDFOR"), at };
  }

  #foreach(): Statement {
    const { at } = this.take();
    const name = this.#name("the variable of the loop");
    this.expect(",");
    const value = this.expression();
    let key: string | undefined;
    if (this.is(",")) {
      this.next++;
      key = this.#name("the variable of the keys");
    }
    this.#expectWord("DO");
    return { kind: "foreach", name, value, key, body: this.#loopBody("ENDFOREACH"), at };
  }

  #while(): Statement {
    const { at } = this.take();
    const condition = this.expression();
    this.#expectWord("DO");
    return { kind: "while", condition, body: this.#loopBody("ENDWHILE"), at };
  }

  #repeat(): Statement {
    const { at } = this.take();
    const body = this.#loopBody("ENDREP");
    this.#skipSeparators();
    this.#expectWord("UNTIL");
    return { kind: "repeat", body, until: this.expression(), at };
  }

  #choice(word: "CASE" | "SWITCH"): Statement {
    const { at } = this.take();
    const value = this.expression();
    this.#expectWord("OF");
    this.#choices++;
    const branches: Branch[] = [];
    for (;;) {
      this.#skipSeparators();
      if (this.#word("END", word === "CASE" ? "ENDCASE" : "ENDSWITCH")) break;
      branches.push(this.#caseBranch());
    }
    this.next++;
    this.#choices--;
    return { kind: word === "CASE" ? "case" : "switch", value, branches, at };
  }

  #caseBranch(): Branch {
    let test: Expression | undefined;
    if (this.#word("ELSE")) this.next++;
    else test = this.expression();
    this.expect(":");
    const { at } = this.token;
    if (this.#ends(this.token)) return { test, body: { kind: "block", body: [], at } };
    const body = this.#branch("END" as BlockEnd);
    if (!this.#ends(this.token)) throw this.unexpected("the end of the statement");
    return { test, body };
  }

  #jump(word: "BREAK" | "CONTINUE"): Statement {
    const { at } = this.take();
    if (this.#loops === 0 && (word === "CONTINUE" || this.#choices === 0)) {
      throw new LanguageError("syntax", `${word} stands outside of a loop`, at);
    }
    return { kind: word === "BREAK" ? "break" : "continue", at };
  }

  #returnStatement(): Statement {
    const { at } = this.take();
    if (!this.is(",")) return { kind: "return", value: undefined, at };
    this.next++;
    return { kind: "return", value: this.expression(), at };
  }

  #procedureArguments(): Argument[] {
    const found: Argument[] = [];
    while (this.is(",")) {
      this.next++;
      found.push(this.argument());
    }
    return found;
  }

  /** `target = expr`, `target += expr`, `x.method, ...`; or undefined, with nothing consumed. */
  #assignment(): Statement | undefined {
    const start = this.next;
    const { at } = this.token;
    const target = this.designator();
    if (this.#ends(this.token) || this.is(",")) {
      const method = this.#methodCall(target);
      if (method !== undefined) return method;
    }
    const operator = isTarget(target) ? this.#assignmentOperator() : undefined;
    if (operator === undefined) {
      this.next = start;
      return undefined;
    }
    return { kind: "assign", target, operator: operator.of, value: this.expression(), at };
  }

  /** IDL manual, "Calling methods": a procedure of an object, `x.name, ...` or `x->name, ...`. */
  #methodCall(target: Expression): Statement | undefined {
    const { at } = target;
    if (target.kind === "method" && target.arguments.length === 0 && this.#arrowBefore()) {
      const { base, name } = target;
      return { kind: "method", base, name, arguments: this.#procedureArguments(), at };
    }
    if (target.kind !== "tag" || typeof target.tag !== "string") return undefined;
    if (!this.is(",")) return undefined;
    return {
      kind: "method",
      base: target.base,
      name: target.tag,
      arguments: this.#procedureArguments(),
      at,
    };
  }

  /** Whether the word before the next but one is an arrow: `x->name`. */
  #arrowBefore(): boolean {
    return this.tokens[this.next - 2]!.text === "->";
  }

  #assignmentOperator(): { of: BinaryOperator | undefined } | undefined {
    const token = this.token;
    if (token.kind !== "operator") return undefined;
    if (token.text === "=") {
      this.next++;
      return { of: undefined };
    }
    if (Object.hasOwn(ASSIGNMENTS, token.text)) {
      this.next++;
      return { of: ASSIGNMENTS[token.text] };
    }
    // `a and= b`
    const after = this.tokens[this.next + 1]!;
    if (/^(AND|OR|XOR|MOD|EQ|NE|LE|LT|GE|GT)$/.test(token.text) && after.text === "=") {
      this.next += 2;
      return { of: token.text as BinaryOperator };
    }
    return undefined;
  }
}

/** The functions and procedures that a program defines, by name. */
export function definitionsIn(statements: readonly Statement[]): Definition[] {
  return statements.flatMap((statement) =>
    statement.kind === "define" ? [statement.definition] : []
  );
}
