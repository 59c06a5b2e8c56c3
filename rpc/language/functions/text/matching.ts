/**
 * STREGEX, STRMATCH, STRCMP, STRSPLIT, STRPUT.
 *
 * @module
 */

import { convertToString, TEXT_WORK, textOf, wholeNumber } from "../../values/convert.ts";
import { define, type NamedRoutine } from "../../routines/define.ts";
import { typeWeight } from "../../routines/estimate.ts";
import { refuse } from "../../values/error.ts";
import { describeValue } from "../../values/promotion.ts";
import type { CallContext, LanguageKeywords } from "../../routines/routine.ts";
import { elementsOf, type IdlString, IdlType, type IdlValue, scalar } from "../../values/value.ts";
import { isGiven, isSet } from "../../routines/arguments.ts";
import { RegularExpression } from "./regular_expression.ts";

/** An expression, whose compilation is charged. */
function expressionOf(
  pattern: IdlValue,
  keywords: LanguageKeywords,
  context: CallContext,
): RegularExpression {
  const text = textOf(pattern);
  context.work(1000 * text.length + 1000);
  const expression = new RegularExpression(text, isSet(keywords, "fold_case"));
  context.work(10 * expression.cost);
  return expression;
}

/** IDL manual, "STREGEX": where the expression matches first, or the text, or whether it does. */
function stregex(
  [x, pattern]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const texts = convertToString(x!, context);
  const expression = expressionOf(pattern!, keywords, context);
  const count = texts.data.length;
  const boolean = isSet(keywords, "boolean");
  const parts = isSet(keywords, "subexpr") && !boolean ? expression.groups + 1 : 1;
  const shape = parts > 1 || isSet(keywords, "subexpr") && !boolean
    ? [parts, ...texts.shape]
    : texts.shape;
  const positions = context.allocate(IdlType.LONG, shape);
  const lengths = context.allocate(IdlType.LONG, shape);
  const work = (operations: number): void => context.work(operations);
  for (const [i, text] of texts.data.entries()) {
    const found = expression.search(text, 0, work);
    for (let k = 0; k < parts; k++) {
      const begin = found?.[2 * k] ?? -1;
      const end = found?.[2 * k + 1] ?? -1;
      const whole = begin >= 0 && end >= 0;
      positions.data[i * parts + k] = whole ? begin : -1;
      lengths.data[i * parts + k] = whole ? end - begin : -1;
    }
  }
  if (context.wants("length")) context.output("length", lengths);
  if (boolean) {
    const out = context.allocate(IdlType.BYTE, shape);
    for (let i = 0; i < count; i++) out.data[i] = Number(positions.data[i]) >= 0 ? 1 : 0;
    return out;
  }
  if (!isSet(keywords, "extract")) return positions;
  const pieces: string[] = [];
  for (const [i, text] of texts.data.entries()) {
    for (let k = 0; k < parts; k++) {
      const at = Number(positions.data[i * parts + k]);
      pieces.push(at < 0 ? "" : text.slice(at, at + Number(lengths.data[i * parts + k])));
    }
  }
  return stringsOf(shape, pieces, context);
}

/** Texts as a value, charged before they are kept. */
function stringsOf(shape: readonly number[], texts: string[], context: CallContext): IdlString {
  let units = 0;
  for (const text of texts) units += text.length;
  context.reserve(16 * texts.length + 2 * units);
  return context.strings(shape, texts);
}

/** One mark of a pattern with wildcards: a set of characters, any one, or any number. */
type Mark = "any" | "many" | { readonly characters: string; readonly negated: boolean };

/** IDL manual, "STRMATCH": `*`, `?`, `[...]` with ranges and `!`, and `\` before what is meant. */
function marksOf(pattern: string): Mark[] {
  const marks: Mark[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i]!;
    const close = pattern.indexOf("]", i + 2);
    if (character === "*") {
      if (marks.at(-1) !== "many") marks.push("many");
    } else if (character === "?") marks.push("any");
    else if (character === "[" && close > 0) {
      const inner = pattern.slice(i + 1, close);
      const negated = inner.startsWith("!") || inner.startsWith("^");
      marks.push({ characters: spread(negated ? inner.slice(1) : inner), negated });
      i = close;
    } else if (character === "\\" && i + 1 < pattern.length) {
      marks.push({ characters: pattern[++i]!, negated: false });
    } else marks.push({ characters: character, negated: false });
  }
  return marks;
}

/** The characters of a set such as `a-f9`. */
function spread(set: string): string {
  return set.replace(/([^])-([^])/g, (range, from: string, to: string) => {
    const [first, last] = [from.charCodeAt(0), to.charCodeAt(0)];
    if (last < first || last - first > 1000) return range;
    return String.fromCharCode(...Array.from({ length: last - first + 1 }, (_, i) => first + i));
  });
}

/** Whether all of a text matches; a `*` is left as soon as the next one is reached. */
function matches(text: string, marks: readonly Mark[]): boolean {
  let at = 0, k = 0, star = -1, from = 0;
  while (at < text.length) {
    const mark = marks[k];
    if (mark === "many") {
      star = k++;
      from = at;
    } else if (
      mark !== undefined &&
      (mark === "any" || mark.characters.includes(text[at]!) !== mark.negated)
    ) {
      at++;
      k++;
    } else if (star >= 0) {
      k = star + 1;
      at = ++from;
    } else return false;
  }
  while (marks[k] === "many") k++;
  return k === marks.length;
}

function strmatch(
  [x, pattern]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const fold = isSet(keywords, "fold_case");
  const folded = (text: string): string => fold ? text.toLowerCase() : text;
  const texts = convertToString(x!, context);
  const own = textOf(pattern!);
  context.work(100 * own.length);
  const marks = marksOf(folded(own));
  const out = context.allocate(IdlType.BYTE, texts.shape);
  for (const [i, text] of texts.data.entries()) {
    context.work(50 + 4 * text.length * (marks.length + 1));
    out.data[i] = matches(folded(text), marks) ? 1 : 0;
  }
  return out;
}

/** IDL manual, "STRCMP": whether texts, or their first characters, are equal. */
function strcmp(
  [first, second, length]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const [a, b] = [convertToString(first!, context), convertToString(second!, context)];
  const most = length === undefined ? Infinity : Math.max(0, wholeNumber(length));
  const fold = isSet(keywords, "fold_case");
  const cut = (text: string): string => {
    const own = text.length > most ? text.slice(0, most) : text;
    return fold ? own.toLowerCase() : own;
  };
  const shape = a.shape.length === 0
    ? b.shape
    : b.shape.length === 0 || elementsOf(a.shape) <= elementsOf(b.shape)
    ? a.shape
    : b.shape;
  const out = context.allocate(IdlType.BYTE, shape);
  for (let i = 0; i < out.data.length; i++) {
    const left = a.data[a.shape.length === 0 ? 0 : i]!;
    const right = b.data[b.shape.length === 0 ? 0 : i]!;
    context.work(20 + Math.min(left.length, right.length));
    out.data[i] = cut(left) === cut(right) ? 1 : 0;
  }
  return out;
}

/** What parts a text where no expression is given. */
const BLANKS: IdlValue = { type: IdlType.STRING, shape: [], data: ["[ \t]+"] };

/** A piece of a text: where it begins and ends. */
type Piece = readonly [begin: number, end: number];

/** IDL manual, "STRSPLIT": the pieces between characters, or between matches of an expression. */
function strsplit(
  [x, pattern]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const value = convertToString(x!, context);
  if (value.data.length !== 1) {
    refuse(`Cannot split ${describeValue(value)}: expected one STRING`);
  }
  const text = value.data[0]!;
  context.work(20 * text.length + 100);
  const all = isSet(keywords, "regex")
    ? piecesByExpression(text, expressionOf(pattern ?? BLANKS, keywords, context), context)
    : piecesByCharacters(text, pattern, keywords);
  const keeps = isSet(keywords, "preserve_null");
  let pieces = keeps ? all : all.filter(([begin, end]) => end > begin);
  // A text without a piece is one of no characters.
  const empty = pieces.length === 0;
  if (empty) pieces = [[0, 0]];
  if (context.wants("count")) {
    context.output("count", scalar(IdlType.LONG, empty ? 0 : pieces.length));
  }
  const shape = empty ? [] : [pieces.length];
  context.reserve(24 * pieces.length);
  const numbers = (of: (piece: Piece) => number): IdlValue => {
    const out = context.allocate(IdlType.LONG, shape);
    for (const [i, piece] of pieces.entries()) out.data[i] = of(piece);
    return out;
  };
  if (context.wants("length")) context.output("length", numbers(([begin, end]) => end - begin));
  if (!isSet(keywords, "extract")) return numbers(([begin]) => begin);
  const escape = escapeOf(keywords);
  return stringsOf(
    shape,
    pieces.map(([begin, end]) => unescaped(text.slice(begin, end), escape)),
    context,
  );
}

function escapeOf(keywords: LanguageKeywords): string {
  const given = keywords["escape"];
  return isGiven(given) ? textOf(given) : "";
}

function unescaped(text: string, escape: string): string {
  if (escape === "") return text;
  let out = "";
  for (let i = 0; i < text.length; i++) {
    if (escape.includes(text[i]!) && i + 1 < text.length) i++;
    out += text[i]!;
  }
  return out;
}

function piecesByCharacters(
  text: string,
  pattern: IdlValue | undefined,
  keywords: LanguageKeywords,
): Piece[] {
  const fold = isSet(keywords, "fold_case");
  const own = pattern === undefined ? " \t" : textOf(pattern);
  const separators = new Set(fold ? own.toLowerCase() + own.toUpperCase() : own);
  const escape = escapeOf(keywords);
  const pieces: Piece[] = [];
  let begin = 0;
  for (let i = 0; i < text.length; i++) {
    if (escape.includes(text[i]!) && escape !== "") i++;
    else if (separators.has(text[i]!)) {
      pieces.push([begin, i]);
      begin = i + 1;
    }
  }
  pieces.push([begin, text.length]);
  return pieces;
}

function piecesByExpression(
  text: string,
  expression: RegularExpression,
  context: CallContext,
): Piece[] {
  const pieces: Piece[] = [];
  let begin = 0;
  for (let from = 0; from <= text.length;) {
    const found = expression.search(text, from, (operations) => context.work(operations));
    if (found === undefined) break;
    const [start, end] = [found[0]!, found[1]!];
    // A match of no characters parts nothing.
    if (end > start) {
      pieces.push([begin, start]);
      begin = end;
    }
    from = end > start ? end : end + 1;
  }
  pieces.push([begin, text.length]);
  return pieces;
}

/** IDL manual, "STRPUT": a text in the place of characters of a variable, which keeps its length. */
function strput(args: readonly IdlValue[], context: CallContext): void {
  const [target, source, place] = args;
  if (target!.type !== IdlType.STRING || context.variableName(0) === undefined) {
    refuse(`Cannot put into ${describeValue(target!)}: expected a variable of STRINGs`);
  }
  const texts = target as IdlString;
  const inserted = convertToString(source!, context);
  if (inserted.data.length !== 1) refuse(`Cannot put ${describeValue(inserted)}: expected one`);
  const at = place === undefined ? 0 : Math.max(0, wholeNumber(place));
  const own = inserted.data[0]!;
  let units = 0;
  for (const text of texts.data) units += text.length;
  context.work(100 * texts.data.length + units);
  context.reserve(16 * texts.data.length + 2 * units);
  const changed = texts.data.map((text) => {
    const end = Math.min(text.length, at + own.length);
    return text.slice(0, at) + own.slice(0, Math.max(0, end - at)) + text.slice(Math.max(at, end));
  });
  context.output(0, context.strings(texts.shape, changed));
}

const TEXTS = { cost: TEXT_WORK, weight: typeWeight(IdlType.STRING) };

/** What a text of unknown length and an expression of unknown size cost. */
function searching(cost: number): typeof TEXTS & { readonly cost: number } {
  return { ...TEXTS, cost: cost * TEXT_WORK };
}

/** The routines of this file. */
export const MATCHING: readonly NamedRoutine[] = [
  define("stregex(x, expression, /BOOLEAN, /EXTRACT, /FOLD_CASE, LENGTH=>, /SUBEXPR)", {
    summary: "Where a regular expression matches the text first (the longest match), or what does",
    ...searching(20),
    run: stregex,
  }),
  define("strmatch(x, pattern, /FOLD_CASE)", {
    summary: "1 for each text that a pattern with *, ? and [...] matches, else 0",
    ...searching(2),
    run: strmatch,
  }),
  define("strcmp(a, b, [n], /FOLD_CASE)", {
    summary: "1 for each two texts, or their first n characters, that are equal, else 0",
    ...searching(1),
    run: strcmp,
  }),
  define(
    "strsplit(x, [pattern], COUNT=>, ESCAPE=, /EXTRACT, /FOLD_CASE, LENGTH=>, /PRESERVE_NULL, " +
      "/REGEX)",
    {
      summary: "Where the pieces of a text begin, or with EXTRACT the pieces",
      departs: "one text at a time, not an array of them",
      ...searching(20),
      run: strsplit,
    },
  ),
  define("strput, variable, source, [position]", {
    summary: "Puts a text into the texts of a variable, which keep their lengths",
    ...searching(1),
    run: (args, _keywords, context) => strput(args, context),
  }),
];
