/**
 * IDL manual, "Calendar format codes": Julian days by `C(CYI4, "-", CMOI2.2)`.
 *
 * @module
 */

import { dateOf, DAYS, MAX_JULIAN, MIN_JULIAN, MONTHS } from "./day_numbers.ts";

/** A part of a date: a text, or a number or a name with its width. */
export type DatePart =
  | { readonly kind: "text"; readonly text: string }
  | {
    readonly kind: "field";
    /** What is written: the letters between the first C and the last one, as they stand. */
    readonly field: string;
    /** A for a name, I for a whole number, F for one with decimals. */
    readonly form: "A" | "I" | "F";
    readonly width: number;
    readonly digits: number | undefined;
    readonly zeros: boolean;
  };

const FIELD = /C(MO|DW|AP|[YDHMS])([AIF])(0?)(\d*)(?:\.(\d+))?/iy;
const FORMS: { readonly [field: string]: string } = {
  MO: "AI",
  DW: "A",
  AP: "A",
  Y: "I",
  D: "I",
  H: "I",
  M: "I",
  S: "IF",
};

/**
 * Reads one part of a date.
 *
 * @param format The format.
 * @param at Where the part begins.
 * @returns The part and where it ends; undefined if there is none.
 */
export function datePartAt(
  format: string,
  at: number,
): { readonly part: DatePart; readonly end: number } | undefined {
  FIELD.lastIndex = at;
  const match = FIELD.exec(format);
  if (match === null) return undefined;
  const [, field, letter, zeros, width, digits] = match;
  const form = letter!.toUpperCase() as "A" | "I" | "F";
  if (!FORMS[field!.toUpperCase()]!.includes(form)) return undefined;
  return {
    part: {
      kind: "field",
      field: field!,
      form,
      width: width === "" ? defaultWidth(field!.toUpperCase(), form) : Number(width),
      digits: digits === undefined ? form === "F" ? 2 : undefined : Number(digits),
      zeros: zeros === "0" && width !== "",
    },
    end: FIELD.lastIndex,
  };
}

function defaultWidth(field: string, form: string): number {
  if (form === "F") return 5;
  if (form === "A") return field === "AP" ? 2 : 3;
  return field === "Y" ? 4 : 2;
}

const field = (name: string, form: "A" | "I", width: number, digits?: number): DatePart => ({
  kind: "field",
  field: name,
  form,
  width,
  digits,
  zeros: false,
});
const BLANK: DatePart = { kind: "text", text: " " };
const COLON: DatePart = { kind: "text", text: ":" };

/** The parts of `C()`: a date as SYSTIME writes it. */
export const DEFAULT_DATE: readonly DatePart[] = [
  field("Dw", "A", 3),
  BLANK,
  field("Mo", "A", 3),
  BLANK,
  field("D", "I", 2, 2),
  BLANK,
  field("H", "I", 2, 2),
  COLON,
  field("M", "I", 2, 2),
  COLON,
  field("S", "I", 2, 2),
  BLANK,
  field("Y", "I", 4),
];

/**
 * Writes a Julian day.
 *
 * @returns The text, or undefined for a number that is no day.
 */
export function writtenDate(julian: number, parts: readonly DatePart[]): string | undefined {
  if (!(julian >= MIN_JULIAN && julian <= MAX_JULIAN)) return undefined;
  let places = 0;
  for (const part of parts) {
    if (part.kind === "field" && part.form === "F") places = Math.max(places, part.digits ?? 0);
  }
  // A double has the hundred thousandth part of a second: what was a whole second is one again.
  const unit = 10 ** Math.min(places === 0 ? 3 : places, 4);
  let day = Math.floor(julian + 0.5);
  let seconds = Math.round((julian + 0.5 - day) * 86_400 * unit) / unit;
  if (seconds >= 86_400) {
    day++;
    seconds -= 86_400;
  }
  const when: Moment = { ...dateOf(day), weekday: (day + 1) % 7, seconds };
  return parts.map((part) => part.kind === "text" ? part.text : partText(part, when)).join("");
}

interface Moment {
  readonly month: number;
  readonly day: number;
  readonly year: number;
  /** 0 for Sunday. */
  readonly weekday: number;
  /** Seconds of the day. */
  readonly seconds: number;
}

function partText(part: DatePart & { kind: "field" }, when: Moment): string {
  const { field, form, width, digits, zeros } = part;
  if (form === "A") {
    const name = nameOf(field.toUpperCase(), when);
    const text = cased(name, field);
    return width === 0 ? text : text.slice(0, width).padStart(width);
  }
  const number = numberOf(field, when);
  const text = form === "F" ? number.toFixed(digits) : String(Math.trunc(number));
  const sign = text.startsWith("-") ? "-" : "";
  const least = form === "I" ? digits ?? (zeros ? width - sign.length : 0) : zeros ? width : 0;
  const padded = sign + text.slice(sign.length).padStart(least, "0");
  if (width === 0) return padded;
  return padded.length > width ? "*".repeat(width) : padded.padStart(width);
}

/** A name in capitals, with the first one capital, or in small letters, as the code has it. */
function cased(name: string, code: string): string {
  if (code === code.toUpperCase()) return name.toUpperCase();
  if (code === code.toLowerCase()) return name.toLowerCase();
  return name;
}

function nameOf(field: string, { month, weekday, seconds }: Moment): string {
  if (field === "MO") return MONTHS[month - 1]!;
  if (field === "DW") return DAYS[(weekday + 7) % 7]!;
  return seconds < 43_200 ? "Am" : "Pm";
}

function numberOf(field: string, { month, day, year, seconds }: Moment): number {
  const hour = Math.floor(seconds / 3600);
  switch (field) {
    case "h":
      return hour % 12 === 0 ? 12 : hour % 12;
    case "H":
      return hour;
  }
  switch (field.toUpperCase()) {
    case "MO":
      return month;
    case "D":
      return day;
    case "Y":
      return year;
    case "M":
      return Math.floor(seconds / 60) % 60;
    default:
      return seconds % 60;
  }
}
