/**
 * FORMAT codes of PRINT and STRING (IDL manual, "Format codes").
 *
 * @module
 */

import { fixed, scientific } from "../../../net/text/decimal.ts";
import { TEXT_WORK, textOf } from "./convert.ts";
import { type DatePart, datePartAt, DEFAULT_DATE, writtenDate } from "./dates/date_format.ts";
import { refuse } from "./error.ts";
import type { Workspace } from "./memory.ts";
import { formatElement, formatGeneral } from "./number_format.ts";
import {
  type IdlNumeric,
  type IdlString,
  IdlType,
  type IdlValue,
  isInteger,
  isNumeric,
  toBigInt,
} from "./value.ts";

/** One element that is to be written: a number, a whole number, or a text. */
interface Element {
  readonly number: number | bigint | string;
  /** How PRINT would write it without a format. */
  readonly plain: () => string;
  readonly double: boolean;
  /** Bits of a number. */
  readonly bits: number;
  readonly integer: boolean;
}

type Item =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "line" }
  | { readonly kind: "stop" }
  /** Goes to a column, from 1, or by so many columns to the left or the right. */
  | { readonly kind: "tab"; readonly to: number | undefined; readonly by: number }
  | { readonly kind: "group"; readonly items: readonly Item[]; readonly repeat: number }
  | {
    readonly kind: "code";
    readonly code: string;
    readonly repeat: number;
    readonly width: number | undefined;
    readonly digits: number | undefined;
    readonly zeros: boolean;
    readonly plus: boolean;
    readonly left: boolean;
    /** Whether hexadecimal digits are capitals. */
    readonly capitals: boolean;
    /** The parts of a date by the code C. */
    readonly parts?: readonly DatePart[] | undefined;
  };

/** The most that one width, one count or all the widths of a line may be. */
const MAX_FORMAT_NUMBER = 10_000;

/** What a line is charged besides its characters, in UTF-16 units. */
const LINE_UNITS = 16;

/** The text of values by a format: a scalar for one line, else an array of lines. */
export function formatWith(
  values: readonly IdlValue[],
  format: IdlValue,
  space: Workspace,
): IdlString {
  const lines = formattedLines(values, format, space);
  return space.strings(lines.length === 1 ? [] : [lines.length], lines);
}

/**
 * The lines of values by a format such as `(3(f8.3, 1x), a)`.
 *
 * @throws Refusal for a format that is none, and for values that its codes do not take.
 */
export function formattedLines(
  values: readonly IdlValue[],
  format: IdlValue,
  space: Workspace,
): string[] {
  const items = parseFormat(textOf(format));
  const elements = new Elements(values, space);
  if (elements.left > 0 && !items.some(takesElements)) {
    refuse(`Cannot print ${elements.left} values by a format without a code for them`);
  }
  const writer = new FormatWriter(elements, space);
  do writer.pass(items); while (!writer.done);
  return writer.lines;
}

/** The elements of values in turn, each made when it is written. */
class Elements {
  readonly #values: readonly IdlValue[];
  #value = 0;
  #next = 0;
  /** How many have not been taken. */
  left: number;

  constructor(values: readonly IdlValue[], space: Workspace) {
    this.#values = values;
    this.left = values.reduce((sum, { data }) => sum + data.length, 0);
    space.work(TEXT_WORK * this.left);
  }

  /** The next one, which there is. */
  take(): Element {
    while (this.#next >= this.#values[this.#value]!.data.length) {
      this.#value++;
      this.#next = 0;
    }
    this.left--;
    const value = this.#values[this.#value]!;
    const at = this.#next++;
    return isNumeric(value) ? elementAt(value, at) : textElement(String(value.data[at]));
  }
}

function textElement(text: string): Element {
  return { number: text, plain: () => text, double: false, bits: 0, integer: false };
}

function elementAt(value: IdlNumeric, index: number): Element {
  const double = value.type === IdlType.DOUBLE || value.type === IdlType.DCOMPLEX;
  const number = value.data[index]!;
  const plain = isInteger(value.type)
    ? () => formatElement(value, index)
    : () => formatGeneral(Number(number), double ? 16 : 13, double ? 8 : 6);
  const bits = 8 * value.data.BYTES_PER_ELEMENT;
  return { number, plain, double, bits, integer: isInteger(value.type) };
}

class FormatWriter {
  readonly elements: Elements;
  readonly space: Workspace;
  readonly lines: string[] = [];
  #line = "";
  /** Where in the line the next text goes. */
  #column = 0;
  #stopped = false;
  #units = 0;
  #steps = 0;

  constructor(elements: Elements, space: Workspace) {
    this.elements = elements;
    this.space = space;
  }

  get done(): boolean {
    return this.elements.left === 0;
  }

  /** Writes by the whole format once; where values remain it begins again on a new line. */
  pass(items: readonly Item[]): void {
    const before = this.elements.left;
    this.#stopped = false;
    this.#write(items);
    this.#endLine();
    if (!this.done && this.elements.left === before) {
      refuse("Cannot print: the format takes no values");
    }
  }

  #endLine(): void {
    this.#charge(LINE_UNITS);
    this.lines.push(this.#line);
    this.#line = "";
    this.#column = 0;
  }

  #write(items: readonly Item[]): void {
    for (const item of items) {
      if (this.#stopped) return;
      // What writes nothing takes time too.
      if (++this.#steps % 1024 === 0) this.space.work(32 * 1024);
      if (item.kind === "text") this.#append(item.text);
      else if (item.kind === "line") this.#endLine();
      else if (item.kind === "stop") this.#stopped = this.done;
      else if (item.kind === "tab") {
        this.#column = Math.max(0, item.to === undefined ? this.#column + item.by : item.to - 1);
      } else if (item.kind === "group") {
        for (let i = 0; i < item.repeat && !this.#stopped; i++) this.#write(item.items);
      } else this.#writeCode(item);
    }
  }

  #writeCode(item: Item & { kind: "code" }): void {
    for (let i = 0; i < item.repeat; i++) {
      if (this.done) {
        this.#stopped = true;
        return;
      }
      this.#append(written(this.elements.take(), item));
    }
  }

  #append(text: string): void {
    const gap = Math.max(0, this.#column - this.#line.length);
    this.#charge(gap + text.length);
    const end = this.#column + text.length;
    // A tab to the left lets later text replace earlier one.
    this.#line = this.#line.slice(0, this.#column) + " ".repeat(gap) + text + this.#line.slice(end);
    this.#column = end;
  }

  #charge(units: number): void {
    this.#units += units;
    if (this.#units % 1024 >= units) return;
    this.space.work(1024);
    this.space.reserve(2 * this.#units);
  }
}

function written(element: Element, item: Item & { kind: "code" }): string {
  if (item.code === "A") return asText(element, item);
  if (typeof element.number === "string") {
    return refuse(
      `Cannot print the STRING ${JSON.stringify(element.number)} by the code ${item.code}`,
    );
  }
  if (item.parts !== undefined) return dateText(element.number, item.parts);
  const text = numberText(element, element.number, item);
  const width = item.width ?? defaultWidth(item.code, element);
  if (width === 0) return text.trim();
  if (item.left) return text.trim().padEnd(width);
  return text.length > width ? "*".repeat(width) : text.padStart(width);
}

function dateText(number: number | bigint, parts: readonly DatePart[]): string {
  return writtenDate(Number(number), parts) ??
    refuse(`Cannot print ${number} as a date: it is no Julian day`);
}

function asText(element: Element, { width, left }: Item & { kind: "code" }): string {
  const text = element.plain();
  if (width === undefined || width === 0) {
    return typeof element.number === "string" ? text : text.trim();
  }
  if (text.length > width) return text.slice(0, width);
  return left ? text.padEnd(width) : text.padStart(width);
}

/** IDL manual, "Format codes", default field widths. */
function defaultWidth(code: string, { bits, double }: Element): number {
  switch (code) {
    case "I":
    case "Z":
    case "O":
      return bits <= 16 ? 7 : bits <= 32 ? 12 : code === "O" ? 23 : 22;
    case "B":
      return bits;
    default:
      return double ? 25 : 15;
  }
}

function numberText(
  element: Element,
  number: number | bigint,
  item: Item & { kind: "code" },
): string {
  const { code, digits, width } = item;
  const plus = item.plus && Number(number) >= 0 ? "+" : "";
  if (code === "I") return plus + padded(toBigInt(number).toString(), digits, item);
  if (code === "Z" || code === "O" || code === "B") {
    const base = code === "Z" ? 16 : code === "O" ? 8 : 2;
    // The bits of an integer's own type; those of other numbers as LONG64.
    const bits = element.integer ? element.bits : 64;
    const digitsOf = BigInt.asUintN(bits, toBigInt(number)).toString(base);
    return padded(item.capitals ? digitsOf.toUpperCase() : digitsOf, digits, item);
  }
  const value = Number(number);
  if (!Number.isFinite(value)) return formatGeneral(value, 0, element.double ? 8 : 6);
  const places = Math.min(digits ?? defaultPlaces(width, element.double), 100);
  let text: string;
  if (code === "F" || code === "D") {
    text = fixed(value, places);
    // IDL keeps the point of a number without decimals.
    if (places === 0) text += ".";
  } else if (code === "E") text = scientific(value, places);
  else text = formatGeneral(value, 0, Math.max(1, places));
  return plus + (item.zeros && width !== undefined ? zeroFilled(text, width) : text);
}

function defaultPlaces(width: number | undefined, double: boolean): number {
  return width !== undefined ? 6 : double ? 16 : 7;
}

/** Leading zeros: as many digits as `I8.4` asks for, or to the width of `I04`. */
function padded(text: string, digits: number | undefined, item: Item & { kind: "code" }): string {
  const sign = text.startsWith("-") ? "-" : "";
  const least = digits ?? (item.zeros ? (item.width ?? 0) - sign.length : 0);
  return sign + text.slice(sign.length).padStart(least, "0");
}

function zeroFilled(text: string, width: number): string {
  const sign = text.startsWith("-") ? "-" : "";
  return sign + text.slice(sign.length).padStart(width - sign.length, "0");
}

function takesElements(item: Item): boolean {
  return item.kind === "code" || item.kind === "group" && item.items.some(takesElements);
}

function parseFormat(format: string): readonly Item[] {
  const parser = new FormatParser(format.trim());
  return parser.whole();
}

const CODE = /(\d*)([AIFDEGZOB])([-+]{0,2}0?(?=\d)|[-+]{0,2})(?:(\d+)(?:\.(\d+))?)?(?:E\d+)?/iy;
const TAB = /T([LR]?)(\d+)/iy;
const PRINTF = /%%|%([-+ 0#]*)(\d*)(?:\.(\d+))?([a-z])|\\[a-z\\]|[^%\\]+|%|\\/gi;
const PRINTF_CODES: { readonly [letter: string]: string | undefined } = {
  D: "I",
  I: "I",
  U: "I",
  F: "F",
  E: "E",
  G: "G",
  S: "A",
  X: "Z",
  O: "O",
  B: "B",
  Z: "Z",
};
const ESCAPES: { readonly [escape: string]: string | undefined } = {
  "\\t": "\t",
  "\\\\": "\\",
};
const SPACES = /(\d*)X/iy;
const REPEAT = /(\d*)\(/y;
const DATE = /(\d*)C\(/iy;
const QUOTED = /'((?:[^']|'')*)'|"((?:[^"]|"")*)"/y;

class FormatParser {
  readonly format: string;
  #at = 0;
  #depth = 0;
  #count = 0;

  constructor(format: string) {
    this.format = format;
  }

  whole(): readonly Item[] {
    if (!this.format.startsWith("(")) this.#refuse("it must stand in brackets");
    this.#at = 1;
    const items = this.#items();
    if (this.#at !== this.format.length) this.#refuse("there is more after its last bracket");
    return items;
  }

  #refuse(reason: string): never {
    return refuse(`Cannot use the format ${JSON.stringify(this.format.slice(0, 80))}: ${reason}`);
  }

  #items(): Item[] {
    if (++this.#depth > 20) this.#refuse("it nests more than 20 brackets");
    const items: Item[] = [];
    while (this.format[this.#at] !== ")") {
      if (this.#at >= this.format.length) this.#refuse("its closing bracket is missing");
      if (/[\s,]/.test(this.format[this.#at]!)) {
        this.#at++;
        continue;
      }
      items.push(this.#item());
      if (++this.#count > MAX_FORMAT_NUMBER) this.#refuse("it is too long");
    }
    this.#at++;
    this.#depth--;
    return items;
  }

  #item(): Item {
    const character = this.format[this.#at]!;
    if (character === "/" || character === ":" || character === "$") {
      this.#at++;
      return character === "/" ? { kind: "line" } : character === ":" ? { kind: "stop" } : EMPTY;
    }
    const tab = this.#match(TAB);
    if (tab !== null) return this.#tab(tab[1]!.toUpperCase(), this.#number(tab[2]));
    if (this.format.startsWith('%"', this.#at) || this.format.startsWith("%'", this.#at)) {
      return this.#printf();
    }
    const quoted = this.#match(QUOTED);
    if (quoted !== null) {
      const [, single, double] = quoted;
      return { kind: "text", text: single?.replaceAll("''", "'") ?? double!.replaceAll('""', '"') };
    }
    const date = this.#match(DATE);
    if (date !== null) return this.#date(this.#number(date[1]));
    const group = this.#match(REPEAT);
    if (group !== null) {
      return { kind: "group", repeat: this.#number(group[1]), items: this.#items() };
    }
    const spaces = this.#match(SPACES);
    if (spaces !== null) return { kind: "text", text: " ".repeat(this.#number(spaces[1])) };
    return this.#code();
  }

  #tab(direction: string, columns: number): Item {
    if (direction === "") return { kind: "tab", to: columns, by: 0 };
    return { kind: "tab", to: undefined, by: direction === "L" ? -columns : columns };
  }

  /** IDL manual, "C printf-style quoted string format code": `%"text %d text"`. */
  #printf(): Item {
    this.#at++;
    const [, single, double] = this.#match(QUOTED) ??
      this.#refuse("the quote behind its % has no end");
    const text = single ?? double!;
    const items: Item[] = [];
    for (const [piece, flags, width, digits, letter] of text.matchAll(PRINTF)) {
      const kind = letter?.toUpperCase();
      const code = kind === undefined ? undefined : PRINTF_CODES[kind];
      if (piece === "%%") items.push({ kind: "text", text: "%" });
      else if (code !== undefined) {
        items.push({
          kind: "code",
          code,
          repeat: 1,
          width: this.#number(width, 0, 0),
          digits: digits === undefined
            ? code === "F" || code === "E" ? 6 : undefined
            : Number(digits),
          zeros: flags!.includes("0"),
          plus: flags!.includes("+"),
          left: flags!.includes("-"),
          capitals: letter === "X" || letter === "Z",
        });
      } else if (piece.startsWith("%")) this.#refuse(`found ${JSON.stringify(piece.slice(0, 20))}`);
      else if (piece === "\\n") items.push({ kind: "line" });
      else items.push({ kind: "text", text: ESCAPES[piece] ?? piece });
      if (++this.#count > MAX_FORMAT_NUMBER) this.#refuse("it is too long");
    }
    return { kind: "group", repeat: 1, items };
  }

  /** IDL manual, "Calendar format codes": `C(CYI4, "-", CMOI2.2)`. */
  #date(repeat: number): Item {
    const parts: DatePart[] = [];
    while (this.format[this.#at] !== ")") {
      if (this.#at >= this.format.length) this.#refuse("its closing bracket is missing");
      if (/[\s,]/.test(this.format[this.#at]!)) {
        this.#at++;
        continue;
      }
      if (++this.#count > MAX_FORMAT_NUMBER) this.#refuse("it is too long");
      parts.push(this.#datePart());
    }
    this.#at++;
    return {
      kind: "code",
      code: "C",
      repeat,
      width: undefined,
      digits: undefined,
      zeros: false,
      plus: false,
      left: false,
      capitals: false,
      parts: parts.length === 0 ? DEFAULT_DATE : parts,
    };
  }

  #datePart(): DatePart {
    const quoted = this.#match(QUOTED);
    if (quoted !== null) {
      const [, single, double] = quoted;
      return { kind: "text", text: single?.replaceAll("''", "'") ?? double!.replaceAll('""', '"') };
    }
    const spaces = this.#match(SPACES);
    if (spaces !== null) return { kind: "text", text: " ".repeat(this.#number(spaces[1])) };
    const found = datePartAt(this.format, this.#at);
    if (found === undefined) this.#refuse(`found ${JSON.stringify(this.format[this.#at])}`);
    const { part, end } = found;
    if (part.kind === "field") {
      this.#number(String(part.width), 0);
      if (part.digits !== undefined) {
        this.#number(String(Math.min(part.digits, 100) - part.digits), 0);
      }
    }
    this.#at = end;
    return part;
  }

  #code(): Item {
    const match = this.#match(CODE);
    if (match === null) return this.#refuse(`found ${JSON.stringify(this.format[this.#at])}`);
    const [, repeat, code, flags, width, digits] = match;
    return {
      kind: "code",
      code: code!.toUpperCase(),
      repeat: this.#number(repeat),
      width: width === undefined ? undefined : this.#number(width, 0),
      digits: digits === undefined ? undefined : this.#number(digits, 0),
      zeros: flags!.includes("0"),
      plus: flags!.includes("+"),
      left: flags!.includes("-"),
      capitals: code === "Z",
    };
  }

  #number(text: string | undefined, least = 1, otherwise = 1): number {
    const number = text === undefined || text === "" ? otherwise : Number(text);
    if (number > MAX_FORMAT_NUMBER || number < least) {
      this.#refuse(`the number ${number} is out of range`);
    }
    return number;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.format);
    if (match !== null) this.#at = pattern.lastIndex;
    return match;
  }
}

const EMPTY: Item = { kind: "text", text: "" };
