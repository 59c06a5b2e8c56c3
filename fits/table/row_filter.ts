/** Which rows of a table are wanted, as an expression of its columns: `PI > 300 && GRADE < 4`. */

import { FormatError } from "../../net/errors.ts";
import { cellsOf, type CellValue } from "./column_data.ts";
import type { TableColumn } from "./column.ts";
import type { Table, TableData } from "./table.ts";

/** Characters of an expression at most. */
const MAX_EXPRESSION = 10_000;
/** How deep parentheses may stand in each other. */
const MAX_DEPTH = 100;

/** A filter, made for one table. */
export interface RowFilter {
  /** The numbers of the columns that it looks at, counted from 0. */
  readonly columns: readonly number[];
  /** For rows that have been read: whether the row of an index is wanted. */
  keep(data: TableData): (row: number) => boolean;
}

/** What a row gives: null is a value that is missing, or that does not follow from those. */
type Value = number | bigint | string | boolean | null;
type Kind = "number" | "text" | "logical";
type Cells = ReadonlyMap<number, (row: number) => CellValue>;

/** A part of an expression: what its value is, and how it is found in the rows of a piece. */
interface Part {
  readonly kind: Kind;
  bind(cells: Cells): (row: number) => Value;
}

const TOKEN =
  /\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|'((?:[^']|'')*)'|"([^"]*)"|\$([^$]+)\$|([A-Za-z_]\w*)|(\.[A-Za-z]{2,3}\.|&&|\|\||[<>=!]=|<>|\*\*|[-+*/%^<>=!()[\],]))/y;

/** Words and Fortran's forms of the signs, as other programs take them. */
const ALIASES: Readonly<Record<string, string>> = {
  ...{ and: "&&", or: "||", not: "!", ".and.": "&&", ".or.": "||", ".not.": "!" },
  ...{ "==": "=", ".eq.": "=", "<>": "!=", ".ne.": "!=", "**": "^" },
  ...{ ".lt.": "<", ".le.": "<=", ".gt.": ">", ".ge.": ">=" },
};

const FUNCTIONS: Readonly<Record<string, (x: number) => number>> = {
  abs: Math.abs,
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: Math.log,
  log10: Math.log10,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  floor: Math.floor,
  ceil: Math.ceil,
};

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
  "^": (a, b) => a ** b,
};

/** The same of integers, beyond 2^53 too; a quotient that is no integer is one of doubles. */
const EXACT: Readonly<Record<string, (a: bigint, b: bigint) => bigint | undefined>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => b !== 0n && a % b === 0n ? a / b : undefined,
  "%": (a, b) => b === 0n ? undefined : a % b,
};

/** Functions that leave integers integers. */
const EXACT_FUNCTIONS: Readonly<Record<string, (x: bigint) => bigint>> = {
  abs: (x) => x < 0n ? -x : x,
  floor: (x) => x,
  ceil: (x) => x,
};

/** Integers beyond this are doubles again, so that no product grows without an end. */
const MAX_EXACT = 1n << 256n;

/** Computes with integers where one has 64 bits and both are whole, else with doubles. */
function computed(sign: string, a: Value, b: Value): number | bigint {
  const exact = EXACT[sign];
  if (exact !== undefined && (typeof a === "bigint" || typeof b === "bigint")) {
    const [one, two] = [wholeOf(a), wholeOf(b)];
    const value = one === undefined || two === undefined ? undefined : exact(one, two);
    if (value !== undefined && value < MAX_EXACT && value > -MAX_EXACT) return value;
  }
  return ARITHMETIC[sign]!(Number(a), Number(b));
}

function wholeOf(value: Value): bigint | undefined {
  if (typeof value === "bigint") return value;
  return Number.isSafeInteger(value) ? BigInt(value as number) : undefined;
}

const COMPARE: Readonly<Record<string, (a: Value, b: Value) => boolean>> = {
  // A 64-bit integer is compared exactly with a number: == of the language does that.
  // deno-lint-ignore eqeqeq
  "=": (a, b) => a! == b!,
  // deno-lint-ignore eqeqeq
  "!=": (a, b) => a! != b!,
  "<": (a, b) => a! < b!,
  "<=": (a, b) => a! <= b!,
  ">": (a, b) => a! > b!,
  ">=": (a, b) => a! >= b!,
};

/**
 * Reads an expression of a table's columns.
 *
 * It has numbers, texts in quotes, names of columns in any case (`$a name$` with other
 * characters), one element of an array (`X[2]`, counted from 1), `+ - * / % ^`,
 * `= != < <= > >=`, `&& || !` (or `and or not`, `.and.` and so on), parentheses, `isnull(X)`,
 * and functions such as `sqrt`. A comparison with a missing value or NaN keeps no row.
 *
 * @param text The expression.
 * @param table The table.
 * @returns The filter.
 * @throws {FormatError} If it is none for this table.
 */
export function rowFilter(text: string, table: Pick<Table, "columns">): RowFilter {
  const reader = new Reader(text, table.columns);
  const whole = reader.whole();
  return {
    columns: [...reader.used],
    keep: (data) => {
      const cells = new Map(data.columns.map((column) => [column.column.index, cellsOf(column)]));
      const value = whole.bind(cells);
      return (row) => value(row) === true;
    },
  };
}

interface Token {
  readonly kind: "number" | "text" | "name" | "sign" | "end";
  readonly text: string;
  readonly at: number;
}

class Reader {
  readonly used = new Set<number>();
  readonly #text: string;
  readonly #columns: readonly TableColumn[];
  readonly #tokens: Token[];
  #next = 0;
  #depth = 0;

  constructor(text: string, columns: readonly TableColumn[]) {
    this.#text = text;
    this.#columns = columns;
    if (text.length > MAX_EXPRESSION) {
      throw new FormatError(
        `The condition has ${text.length} characters, expected ${MAX_EXPRESSION} at most`,
      );
    }
    this.#tokens = this.#split();
  }

  whole(): Part {
    const part = this.#or();
    const end = this.#tokens[this.#next]!;
    if (end.kind !== "end") throw this.#wrong(end, "expected && or ||");
    return this.#logical(part, this.#tokens[0]!);
  }

  #split(): Token[] {
    const tokens: Token[] = [];
    TOKEN.lastIndex = 0;
    const end = this.#text.trimEnd().length;
    while (TOKEN.lastIndex < end) {
      const from = TOKEN.lastIndex;
      const match = TOKEN.exec(this.#text);
      if (match === null) {
        const at = from + this.#text.slice(from).search(/\S/);
        throw this.#wrong({ kind: "sign", text: this.#text[at]!, at }, "expected a value");
      }
      const [whole, number, single, double, dollars, word, sign] = match;
      const at = TOKEN.lastIndex - whole.trimStart().length;
      const alias = ALIASES[(word ?? sign ?? "").toLowerCase()];
      if (number !== undefined) tokens.push({ kind: "number", text: number, at });
      else if (single !== undefined) {
        tokens.push({ kind: "text", text: single.replaceAll("''", "'"), at });
      } else if (double !== undefined) tokens.push({ kind: "text", text: double, at });
      else if (dollars !== undefined) tokens.push({ kind: "name", text: dollars, at });
      else if (alias !== undefined) tokens.push({ kind: "sign", text: alias, at });
      else if (word !== undefined) tokens.push({ kind: "name", text: word, at });
      else tokens.push({ kind: "sign", text: sign!, at });
    }
    tokens.push({ kind: "end", text: "the end", at: this.#text.length });
    return tokens;
  }

  #wrong({ text, at }: Token, expected: string): FormatError {
    return new FormatError(
      `The condition '${this.#text}' has '${text}' at character ${at + 1}, ${expected}`,
    );
  }

  /** Takes the next token if it is one of some signs. */
  #take(...signs: string[]): string | undefined {
    const { kind, text } = this.#tokens[this.#next]!;
    if (kind !== "sign" || !signs.includes(text)) return undefined;
    this.#next++;
    return text;
  }

  #expect(sign: string): void {
    if (this.#take(sign) === undefined) {
      throw this.#wrong(this.#tokens[this.#next]!, `expected ${sign}`);
    }
  }

  #or(): Part {
    return this.#junction(["||"], () => this.#and(), true);
  }

  #and(): Part {
    return this.#junction(["&&"], () => this.#not(), false);
  }

  /** Parts that are joined: the first that decides, decides; else what is missing is missing. */
  #junction(signs: string[], operand: () => Part, decides: boolean): Part {
    const at = this.#tokens[this.#next]!;
    let left = operand();
    while (this.#take(...signs) !== undefined) {
      const token = this.#tokens[this.#next]!;
      const [a, b] = [this.#logical(left, at), this.#logical(operand(), token)];
      left = {
        kind: "logical",
        bind: (cells) => {
          const [one, other] = [a.bind(cells), b.bind(cells)];
          return (row) => {
            const first = one(row);
            if (first === decides) return decides;
            const second = other(row);
            return second === decides ? decides : first === null ? null : second;
          };
        },
      };
    }
    return left;
  }

  #not(): Part {
    if (this.#take("!") === undefined) return this.#comparison();
    const token = this.#tokens[this.#next]!;
    this.#deeper();
    const part = this.#logical(this.#not(), token);
    this.#depth--;
    return mapped("logical", [part], ([value]) => !value);
  }

  #comparison(): Part {
    const left = this.#sum();
    const token = this.#tokens[this.#next]!;
    const sign = this.#take("=", "!=", "<", "<=", ">", ">=");
    if (sign === undefined) return left;
    const right = this.#sum();
    if (left.kind !== right.kind) {
      throw this.#wrong(token, `between a ${left.kind} and a ${right.kind}, expected two alike`);
    }
    const compare = COMPARE[sign]!;
    return mapped("logical", [left, right], ([a, b]) => {
      return Number.isNaN(a) || Number.isNaN(b) ? null : compare(a!, b!);
    });
  }

  #sum(): Part {
    return this.#operation(["+", "-"], () => this.#product());
  }

  #product(): Part {
    return this.#operation(["*", "/", "%"], () => this.#signed());
  }

  #operation(signs: string[], operand: () => Part): Part {
    const at = this.#tokens[this.#next]!;
    let left = operand();
    for (let sign = this.#take(...signs); sign !== undefined; sign = this.#take(...signs)) {
      const token = this.#tokens[this.#next]!;
      left = this.#computed(sign, [left, at], [operand(), token]);
    }
    return left;
  }

  #computed(sign: string, ...sides: [Part, Token][]): Part {
    const parts = sides.map(([part, token]) => this.#number(part, token));
    return mapped("number", parts, ([a, b]) => computed(sign, a!, b!));
  }

  #signed(): Part {
    const token = this.#tokens[this.#next]!;
    const sign = this.#take("-", "+");
    if (sign === undefined) return this.#power();
    this.#deeper();
    const part = this.#number(this.#signed(), token);
    this.#depth--;
    if (sign === "+") return part;
    return mapped("number", [part], ([value]) => typeof value === "bigint" ? -value : -value!);
  }

  #power(): Part {
    const at = this.#tokens[this.#next]!;
    const base = this.#operand();
    if (this.#take("^") === undefined) return base;
    const token = this.#tokens[this.#next]!;
    this.#deeper();
    const power = this.#computed("^", [base, at], [this.#signed(), token]);
    this.#depth--;
    return power;
  }

  #operand(): Part {
    const token = this.#tokens[this.#next]!;
    if (this.#take("(") !== undefined) {
      this.#deeper();
      const part = this.#or();
      this.#expect(")");
      this.#depth--;
      return part;
    }
    if (token.kind === "end" || token.kind === "sign") throw this.#wrong(token, "expected a value");
    this.#next++;
    if (token.kind === "text") {
      const text = token.text.trimEnd();
      return { kind: "text", bind: () => () => text };
    }
    if (token.kind === "number") {
      const whole = /^\d+$/.test(token.text) && !Number.isSafeInteger(Number(token.text));
      const value = whole ? BigInt(token.text) : Number(token.text);
      return { kind: "number", bind: () => () => value };
    }
    return this.#called(token) ?? this.#column(token);
  }

  /** A function, or a logical value; a column of such a name comes first. */
  #called(token: Token): Part | undefined {
    if (this.#find(token.text) !== undefined) return undefined;
    const word = token.text.toLowerCase();
    if (/^(t|true|f|false)$/.test(word)) {
      const value = word.startsWith("t");
      return { kind: "logical", bind: () => () => value };
    }
    if (this.#take("(") === undefined) return undefined;
    const compute = Object.hasOwn(FUNCTIONS, word) ? FUNCTIONS[word] : undefined;
    if (compute === undefined && word !== "isnull") {
      throw this.#wrong(token, `expected isnull or one of ${Object.keys(FUNCTIONS).join(", ")}`);
    }
    const inner = this.#tokens[this.#next]!;
    this.#deeper();
    const part = this.#or();
    this.#depth--;
    this.#expect(")");
    if (compute !== undefined) {
      const exact = Object.hasOwn(EXACT_FUNCTIONS, word) ? EXACT_FUNCTIONS[word] : undefined;
      return mapped("number", [this.#number(part, inner)], ([value]) => {
        return typeof value === "bigint" && exact !== undefined
          ? exact(value)
          : compute(Number(value));
      });
    }
    return {
      kind: "logical",
      bind: (cells) => {
        const value = part.bind(cells);
        return (row) => value(row) === null || Number.isNaN(value(row));
      },
    };
  }

  #find(name: string): TableColumn | undefined {
    const wanted = name.trim().toUpperCase();
    return this.#columns.find(({ name, key }) =>
      name.toUpperCase() === wanted || key.toUpperCase() === wanted
    );
  }

  #column(token: Token): Part {
    const column = this.#find(token.text);
    if (column === undefined) {
      const names = this.#columns.slice(0, 20).map(({ key }) => key).join(", ");
      throw this.#wrong(token, `expected a column: ${names || "there is none"}`);
    }
    const element = this.#element();
    const { index, type, shape, variable } = column;
    const array = shape.length > 0 || variable || type === "bit";
    if (type.startsWith("complex")) throw this.#wrong(token, "a column of complex numbers");
    if (array && element === undefined) {
      throw this.#wrong(token, `a column of arrays, expected one element: ${column.key}[1]`);
    }
    if (!array && element !== undefined) throw this.#wrong(token, "a column of single values");
    this.used.add(index);
    const kind = type === "string" ? "text" : type === "logical" ? "logical" : "number";
    return {
      kind,
      bind: (cells) => {
        const cell = cells.get(index)!;
        return (row) => {
          let value: unknown = cell(row);
          for (const at of element ?? []) value = (value as ArrayLike<unknown> | null)?.[at];
          if (value === undefined || value === null) return null;
          if (typeof value === "string") return value.trimEnd();
          // Bits may come as numbers or as logical values.
          return kind === "number" && typeof value === "boolean" ? Number(value) : value as Value;
        };
      },
    };
  }

  /** The number of one element, counted from 0. */
  #element(): number[] | undefined {
    if (this.#take("[") === undefined) return undefined;
    const token = this.#tokens[this.#next++]!;
    if (token.kind !== "number" || !/^[1-9]\d{0,14}$/.test(token.text)) {
      throw this.#wrong(token, "expected the number of an element, counted from 1");
    }
    this.#expect("]");
    return [Number(token.text) - 1];
  }

  #deeper(): void {
    if (++this.#depth > MAX_DEPTH) {
      throw this.#wrong(this.#tokens[this.#next]!, `nested deeper than ${MAX_DEPTH}`);
    }
  }

  #number(part: Part, token: Token): Part {
    if (part.kind === "number") return part;
    throw this.#wrong(token, `which is a ${part.kind}, expected a number`);
  }

  #logical(part: Part, token: Token): Part {
    if (part.kind === "logical") return part;
    throw this.#wrong(token, `which is a ${part.kind}, expected a comparison`);
  }
}

/** A value that follows from others; from a missing one nothing does. */
function mapped(kind: Kind, parts: readonly Part[], compute: (values: Value[]) => Value): Part {
  return {
    kind,
    bind: (cells) => {
      const operands = parts.map((part) => part.bind(cells));
      return (row) => {
        const values = operands.map((operand) => operand(row));
        return values.includes(null) ? null : compute(values);
      };
    },
  };
}
