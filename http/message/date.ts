/** Dates of HTTP (RFC 9110 section 5.6.7). */

const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

const DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
const LONG_DAY = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day";
const MONTH = "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";
const TIME = "(\\d\\d):(\\d\\d):(\\d\\d)";

/** `Sun, 06 Nov 1994 08:49:37 GMT` */
const IMF_FIXDATE = new RegExp(`^${DAY}, (\\d\\d) ${MONTH} (\\d{4}) ${TIME} GMT$`);
/** `Sunday, 06-Nov-94 08:49:37 GMT` */
const RFC_850 = new RegExp(`^${LONG_DAY}, (\\d\\d)-${MONTH}-(\\d\\d) ${TIME} GMT$`);
/** `Sun Nov  6 08:49:37 1994` */
const ASCTIME = new RegExp(`^${DAY} ${MONTH} ([ \\d]\\d) ${TIME} (\\d{4})$`);

let formattedSecond = NaN;
let formatted = "";

let parsedText = "";
let parsed: number | undefined;

/**
 * A date as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT`.
 *
 * The last one is remembered: a server writes the same second many times.
 *
 * @param time Milliseconds since 1970; the fraction of the second is dropped.
 */
export function formatHttpDate(time: number): string {
  const second = Math.floor(time / 1000);
  if (second !== formattedSecond) {
    formatted = new Date(second * 1000).toUTCString();
    formattedSecond = second;
  }
  return formatted;
}

/**
 * Reads a date in any of the three formats that a recipient must know.
 *
 * The last one is remembered: files that came into a folder together have one date.
 *
 * @param text The value of a field.
 * @param now Milliseconds since 1970, for years of two digits.
 * @returns Milliseconds since 1970; undefined if the text is no date.
 */
export function parseHttpDate(text: string, now?: number): number | undefined {
  if (text === parsedText) return parsed;
  let match = IMF_FIXDATE.exec(text);
  if (match !== null) {
    parsedText = text;
    return parsed = timeOf(match[3]!, match[2]!, match[1]!, match, 4);
  }
  match = ASCTIME.exec(text);
  if (match !== null) return timeOf(match[6]!, match[1]!, match[2]!, match, 3);
  match = RFC_850.exec(text);
  if (match === null) return undefined;
  const year = fullYear(Number(match[3]), match, now ?? Date.now());
  return timeOf(String(year), match[2]!, match[1]!, match, 4);
}

/**
 * A year of two digits: of this century, unless that is more than 50 years in the
 * future; then the most recent year in the past with these digits.
 */
function fullYear(digits: number, match: RegExpExecArray, now: number): number {
  const today = new Date(now);
  const year = today.getUTCFullYear() - today.getUTCFullYear() % 100 + digits;
  const time = timeOf(String(year), match[2]!, match[1]!, match, 4) ?? now;
  const limit = new Date(now);
  limit.setUTCFullYear(today.getUTCFullYear() + 50);
  return time > limit.getTime() ? year - 100 : year;
}

/** Milliseconds since 1970; undefined for a day or a time that does not exist. */
function timeOf(
  year: string,
  month: string,
  day: string,
  match: RegExpExecArray,
  clock: number,
): number | undefined {
  const [hour, minute, second] = [match[clock], match[clock + 1], match[clock + 2]].map(Number) as [
    number,
    number,
    number,
  ];
  // 60 is a leap second.
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const monthIndex = MONTHS.indexOf(month) / 3;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), monthIndex, Number(day));
  if (date.getUTCMonth() !== monthIndex || Number(day) === 0) return undefined;
  return date.setUTCHours(hour, minute, second);
}
