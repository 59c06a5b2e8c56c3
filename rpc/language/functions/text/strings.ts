/**
 * Functions of STRINGs.
 *
 * @module
 */

import { convert, convertToString, TEXT_WORK, textOf, wholeNumber } from "../../values/convert.ts";
import { define, type NamedRoutine } from "../../routines/define.ts";
import { typeWeight } from "../../routines/estimate.ts";
import { refuse } from "../../values/error.ts";
import { checkedCount } from "../../values/memory.ts";
import type { CallContext, LanguageKeywords } from "../../routines/routine.ts";
import { type IdlString, IdlType, type IdlValue } from "../../values/value.ts";
import { isSet } from "../../routines/arguments.ts";

function mapped(
  value: IdlValue,
  change: (text: string) => string,
  context: CallContext,
): IdlString {
  const texts = convertToString(value, context);
  let units = 0;
  for (const text of texts.data) units += text.length;
  context.work(50 * texts.data.length + units);
  context.reserve(16 * texts.data.length + 2 * units);
  return context.strings(texts.shape, texts.data.map(change));
}

function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x09;
}

/** A text without its blanks at one end or both, in one pass (a pattern that ends with $ takes n^2). */
function stripped(text: string, before: boolean, behind: boolean): string {
  let start = 0;
  let end = text.length;
  while (before && start < end && isBlank(text.charCodeAt(start))) start++;
  while (behind && end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

/** IDL manual, "STRTRIM": 0 trims blanks behind, 1 before, 2 both. */
function trim(value: IdlValue, which: number, context: CallContext): IdlString {
  if (which !== 0 && which !== 1 && which !== 2) {
    refuse(`Cannot trim by ${which}: expected 0, 1 or 2`);
  }
  return mapped(value, (text) => stripped(text, which > 0, which !== 1), context);
}

function lengths(value: IdlValue, context: CallContext): IdlValue {
  const texts = convertToString(value, context);
  context.work(10 * texts.data.length);
  const out = context.allocate(IdlType.LONG, texts.shape);
  for (const [i, text] of texts.data.entries()) out.data[i] = text.length;
  return out;
}

function positions(
  [value, searched, from]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const texts = convertToString(value!, context);
  const needle = textOf(searched!);
  const start = from === undefined ? undefined : wholeNumber(from);
  const backwards = isSet(keywords, "reverse_search");
  const out = context.allocate(IdlType.LONG, texts.shape);
  for (const [i, text] of texts.data.entries()) {
    context.work(text.length + 50);
    // IDL manual, "STRPOS": the lesser of Pos and the last place.
    if (needle === "") {
      out.data[i] = Math.min(text.length - 1, Math.max(0, start ?? (backwards ? Infinity : 0)));
    } else {
      out.data[i] = backwards
        ? text.lastIndexOf(needle, start ?? Infinity)
        : text.indexOf(needle, start ?? 0);
    }
  }
  return out;
}

/** Units of UTF-16 of a text that is joined of others. */
const MAX_JOINED = 2 ** 24;

/** All elements as one text. */
export function joinedTexts(texts: IdlString, between: string, context: CallContext): IdlValue {
  let units = between.length * texts.data.length;
  for (const text of texts.data) units += text.length;
  if (units > MAX_JOINED) refuse(`Cannot make a STRING of ${units} characters`);
  context.work(20 * texts.data.length + units);
  return context.strings([], [texts.data.join(between)]);
}

function joined(
  [value, delimiter]: readonly IdlValue[],
  context: CallContext,
): IdlValue {
  const between = delimiter === undefined ? "" : textOf(delimiter);
  return joinedTexts(convertToString(value!, context), between, context);
}

/**
 * IDL manual, "STRMID": with arrays of positions or lengths each text gives a row of parts, one
 * for each position.
 */
function middles(
  [x, first, length]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const backwards = isSet(keywords, "reverse_offset");
  const part = (text: string, offset: number, count: number): string => {
    const from = backwards ? text.length - 1 - offset : offset;
    return text.slice(Math.max(0, from), Math.max(0, from + Math.max(0, count)));
  };
  if (first!.shape.length === 0 && (length === undefined || length.shape.length === 0)) {
    const offset = wholeNumber(first!);
    const count = length === undefined ? Infinity : wholeNumber(length);
    return mapped(x!, (text) => part(text, offset, count), context);
  }
  const texts = convertToString(x!, context);
  const offsets = convert(first!, IdlType.LONG, context);
  const counts = length === undefined ? undefined : convert(length, IdlType.LONG, context);
  const columns = Math.max(offsets.data.length, counts?.data.length ?? 0);
  const shape = texts.shape.length === 0 ? [columns] : [columns, ...texts.shape];
  const total = checkedCount(shape);
  context.reserve(100 * total);
  const parts: string[] = [];
  for (const text of texts.data) {
    for (let i = 0; i < columns; i++) {
      if (i % 256 === 0) context.work(100 * Math.min(256, columns - i));
      const offset = offsets.shape.length === 0 ? offsets.data[0]! : offsets.data[i];
      const count = counts?.shape.length === 0 ? counts.data[0] : counts?.data[i];
      // What has no position or no length of its own is empty.
      parts.push(
        offset === undefined || counts !== undefined && count === undefined
          ? ""
          : part(text, Number(offset), count === undefined ? Infinity : Number(count)),
      );
    }
  }
  return context.strings(shape, parts);
}

/** The routines of this family. */
export const STRINGS: readonly NamedRoutine[] = [
  define("strtrim(x, [which])", {
    summary: "The text without blanks behind (0), before (1) or both (2)",
    cost: TEXT_WORK,
    weight: typeWeight(IdlType.STRING),
    run: ([x, which], _keywords, context) =>
      trim(x!, which === undefined ? 0 : wholeNumber(which), context),
  }),
  define("strcompress(x, /REMOVE_ALL)", {
    summary: "The text with runs of blanks made one, or with /REMOVE_ALL without blanks",
    cost: TEXT_WORK,
    weight: typeWeight(IdlType.STRING),
    run: ([x], keywords, context) => {
      const blank = isSet(keywords, "remove_all") ? "" : " ";
      return mapped(x!, (text) => text.replace(/[ \t]+/g, blank), context);
    },
  }),
  define("strlen(x)", {
    summary: "The number of characters",
    cost: TEXT_WORK,
    run: ([x], _keywords, context) => lengths(x!, context),
  }),
  define("strupcase(x)", {
    summary: "The text in capitals",
    cost: 20,
    weight: typeWeight(IdlType.STRING),
    run: ([x], _keywords, context) => mapped(x!, (text) => text.toUpperCase(), context),
  }),
  define("strlowcase(x)", {
    summary: "The text in small letters",
    cost: 20,
    weight: typeWeight(IdlType.STRING),
    run: ([x], _keywords, context) => mapped(x!, (text) => text.toLowerCase(), context),
  }),
  define("strmid(x, first, [length], /REVERSE_OFFSET)", {
    summary: "The part of the text from a character (from 0, or from the last back) on",
    cost: 20,
    weight: typeWeight(IdlType.STRING),
    run: middles,
  }),
  define("strpos(x, searched, [from], /REVERSE_SEARCH)", {
    summary: "Where a text first stands in the text (from 0); -1 if nowhere",
    cost: 20,
    weight: typeWeight(IdlType.STRING),
    run: positions,
  }),
  define("strjoin(x, [delimiter])", {
    summary: "All elements as one text",
    cost: 20,
    weight: typeWeight(IdlType.STRING),
    run: (args, _keywords, context) => joined(args, context),
  }),
];
