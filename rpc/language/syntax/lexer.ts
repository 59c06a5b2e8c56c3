/**
 * The words of a command: names, numbers, strings, operators.
 *
 * @module
 */

import { LanguageError, type Position } from "../values/error.ts";
import { type IdlNumericType, IdlType, type IdlValue, scalar, text } from "../values/value.ts";

/** One word of a command. */
export interface Token {
  /** `operator` also for brackets, commas and IDL's operators that are words; `end` after the last. */
  readonly kind: "name" | "system" | "literal" | "operator" | "separator" | "end";
  /** The word in capitals; of a literal, the text as it stands. */
  readonly text: string;
  /** Where it begins. */
  readonly at: Position;
  /** The value of a literal. */
  readonly value?: IdlValue | undefined;
}

const WORD_OPERATORS = new Set(
  ["AND", "OR", "XOR", "NOT", "MOD", "EQ", "NE", "LE", "LT", "GE", "GT"],
);

// The longest first.
const OPERATORS = [
  ["##=", "&&", "||", "##", "#=", "+=", "-=", "*=", "/=", "^=", "<=", ">=", "->"],
  ["+", "-", "*", "/", "^", "#", "<", ">", "=", "~", "?", ":", ",", "(", ")", "[", "]"],
  ["{", "}", ".", "@", "%"],
].flat();

/**
 * Splits a command into its words.
 *
 * @param command The text of the command.
 * @returns The words and an `end`.
 * @throws LanguageError (`syntax`) for text that is no word of the language.
 */
export function tokenize(command: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < command.length) {
    const end = lexQuickly(command, at, tokens);
    if (end > at) {
      at = end;
      continue;
    }
    const next = lexAt(command, at);
    if (next.token !== undefined) tokens.push(next.token);
    at = next.end;
  }
  tokens.push({ kind: "end", text: "", at, value: undefined });
  return tokens;
}

/**
 * A program of several lines as one line that means the same: `&` for the line ends, without
 * comments and continuations.
 *
 * @param command The text of the program.
 * @throws LanguageError (`syntax`) for text that is no word of the language.
 */
export function onOneLine(command: string): string {
  let line = "";
  let end = 0;
  for (const { kind, text, at } of tokenize(command)) {
    if (kind === "end") break;
    if (kind === "separator") {
      if (line !== "" && !line.endsWith(" &")) line += " &";
    } else {
      if (line !== "" && at > end || line.endsWith("&")) line += " ";
      line += command.slice(at, at + text.length);
    }
    end = at + text.length;
  }
  return line.replace(/ &$/, "");
}

/** A word, or none for space and comments, and where it ends. */
interface Lexed {
  readonly token?: Token | undefined;
  readonly end: Position;
}

const SPACE = /[^\S\n]+|;[^\n]*|\$[^\S\n]*(?:;[^\n]*)?\n/y;
const NAME = /[A-Za-z_][A-Za-z0-9_$]*/y;
const SYSTEM = /![A-Za-z_][A-Za-z0-9_$]*(?:\.[A-Za-z_][A-Za-z0-9_$]*)?/y;

/** What a character below 128 may be: the beginning of a name, or a part of one. */
const NAME_START = 1;
const NAME_PART = 2;
const CHARACTERS = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const character = String.fromCharCode(code);
  if (/[A-Za-z_]/.test(character)) CHARACTERS[code] = NAME_START | NAME_PART;
  else if (/[0-9$]/.test(character)) CHARACTERS[code] = NAME_PART;
}

/** Operators of one character by its code, where no longer one begins with the two that stand there. */
const SINGLES: (string | undefined)[] = [];
for (const text of "+-*/^<>=~?:,()[]{}") SINGLES[text.charCodeAt(0)] = text;
/** The characters that make a longer operator of a first one. */
const SECONDS: (ReadonlySet<number> | undefined)[] = [];
for (const word of OPERATORS.filter((word) => word.length > 1)) {
  const first = word.charCodeAt(0);
  SECONDS[first] = new Set([...(SECONDS[first] ?? []), word.charCodeAt(1)]);
}

/** INTs that many commands have; no one changes the value of a literal. */
const SMALL_INTS = Array.from({ length: 256 }, (_, number) => scalar(IdlType.INT, number));

/**
 * The commonest words without a pattern: names, short numbers, operators of one character.
 *
 * @param tokens Takes the word, if there is one.
 * @returns Where it ends; the same place if it is of another kind.
 */
function lexQuickly(command: string, at: Position, tokens: Token[]): Position {
  const first = command.charCodeAt(at);
  if (first === 0x20) return at + 1;
  if (first >= 128) return at;
  if ((CHARACTERS[first]! & NAME_START) !== 0) {
    let end = at + 1;
    while ((CHARACTERS[command.charCodeAt(end)]! & NAME_PART) !== 0) end++;
    tokens.push(wordToken(command.slice(at, end).toUpperCase(), at));
    return end;
  }
  if (first >= 0x30 && first <= 0x39) return lexShortNumber(command, at, tokens);
  const text = SINGLES[first];
  if (text === undefined || SECONDS[first]?.has(command.charCodeAt(at + 1))) return at;
  tokens.push({ kind: "operator", text, at, value: undefined });
  return at + 1;
}

/** A number of up to four digits with nothing behind them that could belong to it: an INT. */
function lexShortNumber(command: string, at: Position, tokens: Token[]): Position {
  let end = at;
  let number = 0;
  for (;; end++) {
    const code = command.charCodeAt(end);
    if (!(code >= 0x30 && code <= 0x39)) break;
    number = 10 * number + code - 0x30;
  }
  const next = command.charCodeAt(end);
  if (end - at > 4 || next === 0x2e || (CHARACTERS[next]! & NAME_PART) !== 0) return at;
  const value = number < 256 ? SMALL_INTS[number] : scalar(IdlType.INT, number);
  tokens.push({ kind: "literal", text: command.slice(at, end), at, value });
  return end;
}

function lexAt(command: string, at: Position): Lexed {
  const space = matchAt(SPACE, command, at);
  if (space !== undefined) return { end: at + space.length };
  const name = matchAt(NAME, command, at);
  if (name !== undefined) {
    return { token: wordToken(name.toUpperCase(), at), end: at + name.length };
  }
  const system = matchAt(SYSTEM, command, at);
  if (system !== undefined) {
    return { token: { kind: "system", text: system.toUpperCase(), at }, end: at + system.length };
  }
  const first = command[at]!;
  if (/[0-9]/.test(first) || first === "." && /[0-9]/.test(command[at + 1] ?? "")) {
    return lexNumber(command, at);
  }
  if (first === "'" || first === '"') return lexQuoted(command, at);
  if (first === "\n" || first === "&" && command[at + 1] !== "&") {
    return { token: { kind: "separator", text: "&", at }, end: at + 1 };
  }
  const operator = OPERATORS.find((word) => command.startsWith(word, at));
  if (operator !== undefined) {
    return { token: { kind: "operator", text: operator, at }, end: at + operator.length };
  }
  const character = String.fromCodePoint(command.codePointAt(at)!);
  throw new LanguageError(
    "syntax",
    `Cannot read the command: found ${JSON.stringify(character)}, which begins no word`,
    at,
  );
}

function matchAt(pattern: RegExp, command: string, at: Position): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(command)?.[0];
}

/** Whether a word is one of the operators that look like names, such as `AND`. */
export function isWord({ kind, text }: Token): boolean {
  return kind === "operator" && WORD_OPERATORS.has(text);
}

function wordToken(word: string, at: Position): Token {
  // None of them has more than three letters.
  const kind = word.length <= 3 && WORD_OPERATORS.has(word) ? "operator" : "name";
  return { kind, text: word, at, value: undefined };
}

const PREFIXED = /0([xob])([0-9a-f]+?)(u?(?:s|ll?|b)?|u)(?![0-9a-z_$.])/iy;
const DECIMAL = /(?:[0-9]+(\.[0-9]*)?|(\.[0-9]+))(?:([ed])([+-]?[0-9]+)?(?![a-z_$]))?/iy;
const INTEGER_SUFFIX = /[a-z][a-z0-9_$]*/iy;

/** IDL manual, "Constants": numbers by their suffix. */
function lexNumber(command: string, at: Position): Lexed {
  const prefixed = matchPrefixed(command, at);
  if (prefixed !== undefined) return prefixed;
  DECIMAL.lastIndex = at;
  const match = DECIMAL.exec(command)!;
  const end = at + match[0].length;
  const [whole, fraction, bare, exponentLetter, exponent] = match;
  if (fraction !== undefined || bare !== undefined || exponentLetter !== undefined) {
    refuseNameAfterNumber(command, end, at);
    const digits = whole.replace(/[ed].*$/i, "");
    const number = Number(`${digits}e${exponent ?? "0"}`);
    const type = exponentLetter?.toUpperCase() === "D" ? IdlType.DOUBLE : IdlType.FLOAT;
    return literal(command, at, end, scalar(type, number));
  }
  const suffix = matchAt(INTEGER_SUFFIX, command, end) ?? "";
  // `5eq 3`: a word operator may follow a number without a space.
  const word = WORD_OPERATORS.has(suffix.toUpperCase()) ? "" : suffix;
  return literal(
    command,
    at,
    end + word.length,
    integerLiteral(BigInt(whole), 10, word.toUpperCase(), at),
  );
}

function matchPrefixed(command: string, at: Position): Lexed | undefined {
  PREFIXED.lastIndex = at;
  const match = PREFIXED.exec(command);
  if (match === null) return undefined;
  const letter = match[1]!.toLowerCase();
  const base = letter === "x" ? 16 : letter === "o" ? 8 : 2;
  const number = digitsIn(base, match[2]!, at);
  const suffix = match[3]!.toUpperCase();
  return literal(command, at, at + match[0].length, integerLiteral(number, base, suffix, at));
}

function refuseNameAfterNumber(command: string, end: Position, at: Position): void {
  const suffix = matchAt(INTEGER_SUFFIX, command, end);
  if (suffix !== undefined && !WORD_OPERATORS.has(suffix.toUpperCase())) {
    throw new LanguageError(
      "syntax",
      `Cannot read the number at ${command.slice(at, end)}: found "${suffix}" after it`,
      at,
    );
  }
}

function literal(command: string, at: Position, end: Position, value: IdlValue): Lexed {
  return { token: { kind: "literal", text: command.slice(at, end), at, value }, end };
}

function digitsIn(base: 2 | 8 | 16, digits: string, at: Position): bigint {
  const pattern = base === 16 ? /^[0-9a-f]+$/i : base === 8 ? /^[0-7]+$/ : /^[01]+$/;
  if (!pattern.test(digits)) {
    throw new LanguageError("syntax", `Cannot read "${digits}" as a number in base ${base}`, at);
  }
  return BigInt(`${base === 16 ? "0x" : base === 8 ? "0o" : "0b"}${digits}`);
}

const SUFFIX_TYPES: { readonly [suffix: string]: readonly IdlNumericType[] } = {
  // IDL manual, "Integer constants": without a suffix the number takes the least type that holds it.
  "": [IdlType.INT, IdlType.LONG, IdlType.LONG64],
  B: [IdlType.BYTE],
  UB: [IdlType.BYTE],
  S: [IdlType.INT],
  U: [IdlType.UINT, IdlType.ULONG, IdlType.ULONG64],
  US: [IdlType.UINT],
  L: [IdlType.LONG],
  UL: [IdlType.ULONG],
  LL: [IdlType.LONG64],
  ULL: [IdlType.ULONG64],
};

const BITS: { readonly [type: number]: readonly [bits: number, signed: boolean] } = {
  [IdlType.BYTE]: [8, false],
  [IdlType.INT]: [16, true],
  [IdlType.UINT]: [16, false],
  [IdlType.LONG]: [32, true],
  [IdlType.ULONG]: [32, false],
  [IdlType.LONG64]: [64, true],
  [IdlType.ULONG64]: [64, false],
};

function integerLiteral(number: bigint, base: number, suffix: string, at: Position): IdlValue {
  const types = SUFFIX_TYPES[suffix];
  if (types === undefined) {
    throw new LanguageError(
      "syntax",
      `Cannot read the number ${number}: unknown suffix "${suffix}"`,
      at,
    );
  }
  for (const type of types) {
    const [bits, signed] = BITS[type]!;
    // A hexadecimal number with a suffix names the bits, so that 'FFFFFFFF'xL is -1.
    // So do the 64 bits of one without a suffix.
    const namesBits = base !== 10 && (suffix !== "" || type === IdlType.LONG64);
    const width = namesBits ? bits : bits - (signed ? 1 : 0);
    if (number < 1n << BigInt(width)) return scalar(type, wrap(number, bits, signed));
  }
  throw new LanguageError(
    "syntax",
    `Cannot read the number ${number}${suffix}: it is too large for its type`,
    at,
  );
}

function wrap(number: bigint, bits: number, signed: boolean): bigint {
  return signed ? BigInt.asIntN(bits, number) : BigInt.asUintN(bits, number);
}

const BASED = /([xob])(ull|us|ul|ub|ll|u|s|l|b)?(?![0-9a-z_$])/iy;
const OCTAL = /"([0-7]+)(ull|us|ul|ub|ll|u|s|l|b)?(?![0-9a-z_$"])/iy;

/** A string, or a number in quotes with its base behind: `'FF'x`, `"17`. */
function lexQuoted(command: string, at: Position): Lexed {
  const quote = command[at]!;
  let end = at + 1;
  while (end < command.length && command[end] !== "\n") {
    if (command[end] === quote) {
      if (command[end + 1] !== quote) break;
      end++;
    }
    end++;
  }
  const closed = command[end] === quote;
  if (!closed && quote === '"') {
    OCTAL.lastIndex = at;
    const octal = OCTAL.exec(command);
    if (octal !== null) {
      const number = digitsIn(8, octal[1]!, at);
      const suffix = (octal[2] ?? "").toUpperCase();
      return literal(command, at, at + octal[0].length, integerLiteral(number, 8, suffix, at));
    }
  }
  if (!closed) {
    throw new LanguageError("syntax", "Cannot read the string: its closing quote is missing", at);
  }
  const content = command.slice(at + 1, end);
  BASED.lastIndex = end + 1;
  const based = BASED.exec(command);
  if (based !== null) {
    const letter = based[1]!.toLowerCase();
    const base = letter === "x" ? 16 : letter === "o" ? 8 : 2;
    const number = digitsIn(base, content.trim(), at);
    const suffix = (based[2] ?? "").toUpperCase();
    const stop = end + 1 + based[0].length;
    return literal(command, at, stop, integerLiteral(number, base, suffix, at));
  }
  return literal(command, at, end + 1, text(content.replaceAll(quote + quote, quote)));
}
