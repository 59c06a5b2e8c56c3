/**
 * TRIM, STR2ARR, ARR2STR, IS_NUMBER of SolarSoft, and REPCHR of the Astronomy Library.
 *
 * @module
 */

import { convertToString, TEXT_WORK, textOf } from "../../values/convert.ts";
import { define, type NamedRoutine } from "../../routines/define.ts";
import { typeWeight } from "../../routines/estimate.ts";
import { refuse } from "../../values/error.ts";
import type { CallContext } from "../../routines/routine.ts";
import { type IdlString, IdlType, type IdlValue, isNumeric } from "../../values/value.ts";
import { joinedTexts } from "./strings.ts";

/** Pieces that one text is split into at most. */
const MAX_PIECES = 1_000_000;

/** The texts of a value, paid for. */
function textsOf(value: IdlValue, context: CallContext): IdlString {
  const texts = convertToString(value, context);
  let units = 0;
  for (const text of texts.data) units += text.length;
  context.work(50 * texts.data.length + units);
  context.reserve(16 * texts.data.length + 2 * units);
  return texts;
}

function mapped(value: IdlValue, change: (text: string) => string, context: CallContext) {
  const texts = textsOf(value, context);
  return context.strings(texts.shape, texts.data.map(change));
}

/** SolarSoft, "STR2ARR": the pieces between delimiters, empty ones among them. */
function split([value, delimiter]: readonly IdlValue[], context: CallContext): IdlValue {
  const text = textOf(value!);
  const between = delimiter === undefined ? "," : textOf(delimiter);
  context.work(4 * text.length);
  const pieces = between === "" ? [text] : text.split(between, MAX_PIECES + 1);
  if (pieces.length > MAX_PIECES) refuse(`Cannot split a text into more than ${MAX_PIECES} pieces`);
  context.work(50 * pieces.length);
  return context.strings([pieces.length], pieces);
}

/** SolarSoft, "ARR2STR": all elements as one text. */
function joined(
  [value, delimiter]: readonly IdlValue[],
  trims: boolean,
  context: CallContext,
): IdlValue {
  const texts = textsOf(value!, context);
  const between = delimiter === undefined ? "," : textOf(delimiter);
  const data = trims ? texts.data.map((text) => text.trim()) : texts.data;
  return joinedTexts({ ...texts, data }, between, context);
}

/** A number as IDL reads one from a text. */
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)([ed][-+]?\d+)?$/i;

/** SolarSoft, "IS_NUMBER": 1 for numbers and for texts that are one. */
function isNumber(value: IdlValue, context: CallContext): IdlValue {
  const out = context.allocate(IdlType.BYTE, value.shape);
  if (isNumeric(value)) {
    out.data.fill(1 as never);
    return out;
  }
  if (value.type === IdlType.UNDEFINED) return out;
  const texts = textsOf(value, context);
  for (const [i, text] of texts.data.entries()) out.data[i] = NUMBER.test(text.trim()) ? 1 : 0;
  return out;
}

const TEXTS = { cost: TEXT_WORK, weight: typeWeight(IdlType.STRING) };

/** The routines of this file. */
export const SOLAR_STRINGS: readonly NamedRoutine[] = [
  define("trim(x)", {
    summary: "SolarSoft's: the text, or the number as text, without blanks at both ends",
    departs: "no FORMAT and FLAG; numbers as STRTRIM(x, 2) writes them",
    ...TEXTS,
    run: ([x], _keywords, context) => mapped(x!, (text) => text.trim(), context),
  }),
  define("str2arr(x, [delimiter])", {
    summary: "SolarSoft's: the pieces of one text between delimiters (default a comma)",
    ...TEXTS,
    run: (args, _keywords, context) => split(args, context),
  }),
  define("arr2str(x, [delimiter], /TRIM)", {
    summary: "SolarSoft's: all elements as one text, with delimiters between (default a comma)",
    ...TEXTS,
    run: (args, keywords, context) => joined(args, keywords["trim"] !== undefined, context),
  }),
  define("repchr(x, old, [new])", {
    summary: "The Astronomy Library's: the text with another character (default a blank) for one",
    ...TEXTS,
    run: ([x, old, other], _keywords, context) => {
      const [from, to] = [textOf(old!), other === undefined ? " " : textOf(other)];
      if (from.length !== 1 || to.length !== 1) refuse("Cannot replace: expected one character");
      return mapped(x!, (text) => text.replaceAll(from, to), context);
    },
  }),
  define("is_number(?x)", {
    summary: "SolarSoft's: 1 for numbers, and for texts that are one, else 0",
    ...TEXTS,
    run: ([x], _keywords, context) => isNumber(x!, context),
  }),
];
