/**
 * Julian days and dates.
 *
 * @module
 */

/** The first day of the Gregorian calendar, 15 October 1582. */
const GREGORIAN = 2_299_161;

/** The days of the week and the months as IDL writes them. */
export const DAYS: readonly string[] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
export const MONTHS: readonly string[] = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(
  " ",
);

/** The day number at noon, by Meeus, "Astronomical Algorithms", chapter 7; there is no year 0. */
export function dayNumber(month: number, day: number, year: number): number {
  let y = year < 0 ? year + 1 : year;
  let m = month;
  if (m <= 2) {
    y--;
    m += 12;
  }
  const century = Math.floor(y / 100);
  const julian = Math.floor(365.25 * (y + 4716)) + Math.floor(30.6001 * (m + 1)) + day - 1524;
  // By the calendar that was in use on that day.
  const gregorian = year > 1582 || year === 1582 && (month > 10 || month === 10 && day >= 15);
  return gregorian ? julian + 2 - century + Math.floor(century / 4) : julian;
}

/** A day of the calendar. */
export interface CalendarDate {
  readonly month: number;
  readonly day: number;
  readonly year: number;
}

/** The date of a day number. */
export function dateOf(number: number): CalendarDate {
  let a = number;
  if (number >= GREGORIAN) {
    const alpha = Math.floor((number - 1_867_216.25) / 36_524.25);
    a = number + 1 + alpha - Math.floor(alpha / 4);
  }
  const b = a + 1524;
  const c = Math.floor((b - 122.1) / 365.25);
  const d = Math.floor(365.25 * c);
  const e = Math.floor((b - d) / 30.6001);
  const month = e < 14 ? e - 1 : e - 13;
  const year = month > 2 ? c - 4716 : c - 4715;
  return { month, day: b - d - Math.floor(30.6001 * e), year: year > 0 ? year : year - 1 };
}

/** The day numbers of which a date can be told. */
export const MIN_JULIAN = -1095;
export const MAX_JULIAN = 1_827_933_925;
