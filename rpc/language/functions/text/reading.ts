/**
 * READS.
 *
 * @module
 */

import { convert, convertToString, TEXT_WORK, textOf } from "../../values/convert.ts";
import { define, type NamedRoutine } from "../../routines/define.ts";
import { Refusal, refuse } from "../../values/error.ts";
import type { CallContext, LanguageKeywords } from "../../routines/routine.ts";
import {
  elementsOf,
  type IdlString,
  IdlType,
  type IdlValue,
  isComplex,
  isNumeric,
  text,
} from "../../values/value.ts";
import { isGiven } from "../../routines/arguments.ts";

/** Fields that one format may name, with what its repeats write out. */
const MAX_FIELDS = 10_000;

/** What is read from: lines, and how far they have been read. */
class Input {
  readonly lines: readonly string[];
  #line = 0;
  #at = 0;

  constructor(lines: readonly string[]) {
    this.lines = lines;
  }

  /** The next number's text, from this line or a later one. */
  token(): string {
    for (; this.#line < this.lines.length; this.nextLine()) {
      const own = this.lines[this.#line]!;
      while (this.#at < own.length && isSeparator(own.charCodeAt(this.#at))) this.#at++;
      if (this.#at >= own.length) continue;
      const start = this.#at;
      if (own[start] === "(") {
        while (this.#at < own.length && own[this.#at] !== ")") this.#at++;
        this.#at++;
      } else while (this.#at < own.length && !isSeparator(own.charCodeAt(this.#at))) this.#at++;
      return own.slice(start, this.#at);
    }
    throw new Refusal("value", "Cannot read: the text ends before every variable has a value");
  }

  /** The rest of this line; of the next one if this has been read to its end. */
  rest(): string {
    if (this.#line >= this.lines.length) {
      throw new Refusal("value", "Cannot read: the text ends before every variable has a value");
    }
    const text = this.lines[this.#line]!.slice(this.#at);
    this.nextLine();
    return text;
  }

  /** So many characters of this line; blanks if it is shorter. */
  field(width: number): string {
    if (this.#line >= this.lines.length) {
      throw new Refusal("value", "Cannot read: the text ends before every variable has a value");
    }
    const text = this.lines[this.#line]!.slice(this.#at, this.#at + width);
    this.#at += width;
    return text;
  }

  skip(width: number): void {
    this.#at += width;
  }

  nextLine(): void {
    this.#line++;
    this.#at = 0;
  }
}

function isSeparator(unit: number): boolean {
  return unit === 0x20 || unit === 0x09 || unit === 0x2c;
}

/** Where the values of the variables come from. */
interface Source {
  number(): string;
  string(): string;
}

function freeSource(input: Input): Source {
  return { number: () => input.token(), string: () => input.rest() };
}

/** One thing that a format says. */
interface Field {
  readonly kind: "value" | "skip" | "line";
  readonly width: number;
  /** Digits that stand behind the point where the text has none. */
  readonly decimals: number;
}

const CODE = /\s*,?\s*(?:(\d*)\(|(\))|(\d*)([AIFDEGZOB])(\d+)?(?:\.(\d+))?|(\d*)X|(\/)|:)\s*,?/iy;

/** IDL manual, "Format codes": those that read, A D E F G I O Z X / with repeats and groups. */
function fieldsOf(format: string): readonly Field[] {
  const refused = (): never =>
    refuse(`Cannot read by the format ${JSON.stringify(format.slice(0, 80))}`);
  const own = format.trim();
  if (!own.startsWith("(") || !own.endsWith(")")) refused();
  const stack: { fields: Field[]; repeat: number }[] = [{ fields: [], repeat: 1 }];
  CODE.lastIndex = 1;
  const end = own.length - 1;
  while (CODE.lastIndex < end) {
    const match = CODE.exec(own);
    if (match === null) return refused();
    const [, group, close, repeat, code, width, decimals, blanks, slash] = match;
    const top = stack.at(-1)!;
    const times = (digits: string | undefined): number =>
      digits === undefined || digits === "" ? 1 : Number(digits);
    if (group !== undefined) stack.push({ fields: [], repeat: times(group) });
    else if (close !== undefined) {
      stack.pop();
      const parent = stack.at(-1) ?? refused();
      if (parent.fields.length + top.fields.length * top.repeat > MAX_FIELDS) refused();
      for (let i = 0; i < top.repeat; i++) parent.fields.push(...top.fields);
    } else if (code !== undefined) {
      if (top.fields.length + times(repeat) > MAX_FIELDS) refused();
      const field: Field = {
        kind: "value",
        width: width === undefined ? Infinity : Number(width),
        decimals: decimals === undefined || /[IAOZB]/i.test(code) ? 0 : Number(decimals),
      };
      for (let i = 0; i < times(repeat); i++) top.fields.push(field);
    } else if (slash !== undefined) top.fields.push({ kind: "line", width: 0, decimals: 0 });
    else if (blanks !== undefined) {
      top.fields.push({ kind: "skip", width: times(blanks), decimals: 0 });
    }
    if (stack.length > 20) refused();
  }
  if (stack.length !== 1 || !stack[0]!.fields.some(({ kind }) => kind === "value")) refused();
  return stack[0]!.fields;
}

function formattedSource(input: Input, format: string): Source {
  const fields = fieldsOf(format);
  let next = 0;
  const field = (): { readonly text: string; readonly decimals: number } => {
    for (;;) {
      if (next === fields.length) {
        next = 0;
        input.nextLine();
      }
      const { kind, width, decimals } = fields[next++]!;
      if (kind === "line") input.nextLine();
      else if (kind === "skip") input.skip(width);
      else {
        const text = width === Infinity ? input.rest() : input.field(width);
        return { text, decimals };
      }
    }
  };
  return {
    number() {
      const { text, decimals } = field();
      const trimmed = text.trim();
      // IDL manual: digits without a point are a number times 10^-decimals.
      if (decimals > 0 && /^[+-]?\d+$/.test(trimmed)) return `${trimmed}e-${decimals}`;
      return trimmed === "" ? "0" : trimmed;
    },
    string: () => field().text,
  };
}

/** IDL manual, "READS": values from texts, in the types and shapes of the variables. */
function reads(
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): void {
  const [source, ...variables] = args;
  const lines = convertToString(source!, context).data;
  let units = 0;
  for (const line of lines) units += line.length;
  context.work(20 * units + 1000 * lines.length);
  const input = new Input(lines);
  const format = keywords["format"];
  const values = isGiven(format) ? formattedSource(input, textOf(format)) : freeSource(input);
  for (const [i, variable] of variables.entries()) {
    context.output(i + 1, valueLike(variable, values, context));
  }
}

/** A value of a variable's type and shape; FLOAT for one that is undefined. */
function valueLike(variable: IdlValue, source: Source, context: CallContext): IdlValue {
  if (!isNumeric(variable) && variable.type === IdlType.STRING) {
    if (variable.shape.length === 0) return text(source.string());
    const texts: string[] = [];
    for (let i = 0; i < variable.data.length; i++) {
      if (i % 256 === 0) context.work(256 * TEXT_WORK);
      texts.push(source.string());
    }
    return context.strings(variable.shape, texts);
  }
  const type = isNumeric(variable) ? variable.type : IdlType.FLOAT;
  const shape = isNumeric(variable) ? variable.shape : [];
  if (isComplex(type)) return complexLike(type, shape, source, context);
  return convert(wordsFrom(source, shape, context), type, context);
}

/** As many words as a shape has elements. */
function wordsFrom(source: Source, shape: readonly number[], context: CallContext): IdlString {
  const count = elementsOf(shape);
  const words: string[] = [];
  context.reserve(50 * count);
  for (let i = 0; i < count; i++) {
    if (i % 256 === 0) context.work(256 * TEXT_WORK);
    words.push(source.number());
  }
  return { type: IdlType.STRING, shape, data: words };
}

function complexLike(
  type: 6 | 9,
  shape: readonly number[],
  source: Source,
  context: CallContext,
): IdlValue {
  const { data } = wordsFrom(source, shape, context);
  const parts = data.flatMap((word) => {
    const [real = "", imaginary = "0"] = word.replace(/[()]/g, " ").split(",");
    return [real, imaginary];
  });
  const words: IdlString = { type: IdlType.STRING, shape: [parts.length], data: parts };
  const numbers = convert(words, IdlType.DOUBLE, context);
  const out = context.allocate(type, shape);
  (out.data as Float64Array).set(numbers.data as Float64Array);
  return out;
}

/** The routine of this file. */
export const READING: readonly NamedRoutine[] = [
  define("reads, input, ?variables..., FORMAT=", {
    summary: "Reads values from texts into variables, of their types and shapes",
    departs: "no AM_PM, DAYS_OF_WEEK and MONTHS; commas part numbers too",
    cost: TEXT_WORK,
    run: reads,
  }),
];
