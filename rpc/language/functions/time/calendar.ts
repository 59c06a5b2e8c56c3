/**
 * JULDAY, CALDAT, SYSTIME.
 *
 * @module
 */

import { wholeNumber } from "../../values/convert.ts";
import {
  dateOf,
  dayNumber,
  DAYS,
  MAX_JULIAN,
  MIN_JULIAN,
  MONTHS,
} from "../../values/dates/day_numbers.ts";
import { define, type NamedRoutine } from "../../routines/define.ts";
import { refuse } from "../../values/error.ts";
import { checkedCount } from "../../values/memory.ts";
import type { CallContext, LanguageKeywords } from "../../routines/routine.ts";
import {
  elementsOf,
  type IdlNumericType,
  IdlType,
  type IdlValue,
  scalar,
  text,
} from "../../values/value.ts";
import { doublesOf, isGiven, isSet, scratch } from "../../routines/arguments.ts";

/** IDL manual, "JULDAY": years from 4716 before Christ on. */
const MIN_YEAR = -4716;
const MAX_YEAR = 5_000_000;

function julday(args: readonly IdlValue[], context: CallContext): IdlValue {
  const lists = args.map((argument) => doublesOf(argument, context));
  // A scalar goes with every element; of arrays the one with the fewest elements decides.
  const arrays = args.filter(({ shape }) => shape.length > 0);
  const shape = arrays.reduce<readonly number[]>(
    (found, { shape }) =>
      found.length === 0 || elementsOf(shape) < elementsOf(found) ? shape : found,
    [],
  );
  const count = checkedCount(shape);
  const clock = args.length > 3;
  const out = scratch(count, context);
  context.work(40 * count);
  const at = (k: number, i: number, otherwise: number): number => {
    const list = lists[k];
    return list === undefined ? otherwise : list[args[k]!.shape.length === 0 ? 0 : i]!;
  };
  for (let i = 0; i < count; i++) {
    const month = Math.trunc(at(0, i, 1));
    const day = Math.trunc(at(1, i, 1));
    const year = Math.trunc(at(2, i, 1));
    if (!(year >= MIN_YEAR && year <= MAX_YEAR) || year === 0) {
      refuse(`Cannot use the year ${year}: expected ${MIN_YEAR} to ${MAX_YEAR}, and not 0`);
    }
    if (!(Math.abs(month) < 1e6 && Math.abs(day) < 1e9)) {
      refuse(`Cannot use the month ${month} and the day ${day}`);
    }
    const number = dayNumber(month, day, year);
    out[i] = clock
      ? number + at(3, i, 12) / 24 - 0.5 + at(4, i, 0) / 1440 + at(5, i, 0) / 86_400
      : number;
  }
  const type = clock ? IdlType.DOUBLE : IdlType.LONG;
  const value = context.allocate(type, shape);
  for (let i = 0; i < count; i++) value.data[i] = out[i]!;
  return value;
}

/** Today's noon by the machine's clock, as JULDAY without arguments. */
function now(): number {
  return Date.now() / 86_400_000 + 2_440_587.5;
}

/** IDL manual, "CALDAT": the date and the time of day of day numbers. */
function caldat(args: readonly IdlValue[], context: CallContext): void {
  const [julian] = args;
  const numbers = doublesOf(julian!, context);
  const { shape } = julian!;
  context.work(60 * numbers.length);
  const parts = (type: IdlNumericType) => context.allocate(type, shape);
  const [months, days, years] = [parts(3), parts(3), parts(3)];
  const [hours, minutes] = [parts(3), parts(3)];
  const seconds = parts(IdlType.DOUBLE);
  // JULDAY without a time of day is an integer; then there are no fractions to be rounded.
  for (let i = 0; i < numbers.length; i++) {
    if (i % 65_536 === 0) context.work(0);
    const number = numbers[i]!;
    if (!(number >= MIN_JULIAN && number <= MAX_JULIAN)) {
      refuse(`Cannot tell the date of ${number}: expected ${MIN_JULIAN} to ${MAX_JULIAN}`);
    }
    const day = Math.floor(number + 0.5);
    const { month, day: dayOfMonth, year } = dateOf(day);
    months.data[i] = month;
    days.data[i] = dayOfMonth;
    years.data[i] = year;
    const fraction = number + 0.5 - day;
    // A little more than rounding takes away, so that 12:00:00 does not become 11:59:60.
    const least = Math.max(1e-12 * Math.abs(number), 1e-12);
    const hour = Math.min(23, Math.max(0, Math.floor(fraction * 24 + least)));
    const inHour = fraction - hour / 24;
    const minute = Math.min(59, Math.max(0, Math.floor(inHour * 1440 + least)));
    hours.data[i] = hour;
    minutes.data[i] = minute;
    seconds.data[i] = Math.max(0, (inHour - minute / 1440) * 86_400);
  }
  for (const [k, part] of [months, days, years, hours, minutes, seconds].entries()) {
    context.output(k + 1, part);
  }
}

/** IDL manual, "SYSTIME": the date as text, or seconds since 1970, or a Julian day; always UTC. */
function systime(
  [which]: readonly IdlValue[],
  keywords: LanguageKeywords,
): IdlValue {
  if (isSet(keywords, "julian")) return scalar(IdlType.DOUBLE, now());
  const seconds = isSet(keywords, "seconds") || isGiven(which) && wholeNumber(which) !== 0;
  if (seconds) return scalar(IdlType.DOUBLE, Date.now() / 1000);
  const date = new Date();
  const two = (number: number): string => String(number).padStart(2, "0");
  const day = String(date.getUTCDate()).padStart(2);
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(":");
  return text(
    `${DAYS[date.getUTCDay()]} ${
      MONTHS[date.getUTCMonth()]
    } ${day} ${time} ${date.getUTCFullYear()}`,
  );
}

/** The routines of this file. */
export const CALENDAR: readonly NamedRoutine[] = [
  define("julday(month, day, year, [hour], [minute], [second])", {
    summary: "The Julian day of a date: LONG, or DOUBLE with a time of day",
    cost: 60,
    run: (args, _keywords, context) => julday(args, context),
  }),
  define("caldat, julian, [>month], [>day], [>year], [>hour], [>minute], [>second]", {
    summary: "The date and the time of day of a Julian day",
    cost: 80,
    run: (args, _keywords, context) => caldat(args, context),
  }),
  define("systime([which], /JULIAN, /SECONDS, /UTC)", {
    summary: "The time now, in UTC: a text, or with 1 or /SECONDS the seconds since 1970",
    departs: "always UTC; no ELAPSED",
    cost: 0,
    run: ([which], keywords) => systime(which === undefined ? [] : [which], keywords),
  }),
];
