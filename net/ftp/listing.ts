/**
 * Folder listings of FTP servers: MLSD (RFC 3659 section 7), and LIST as Unix and
 * DOS servers print it.
 *
 * @module
 */

import { readTimeVal, utcTime } from "./reply.ts";

/** One entry of a folder. */
export interface FtpEntry {
  /** The name, one character for each octet as the server sent it. */
  readonly name: string;
  /** What it is; a symbolic link may lead to anything. */
  readonly type: "file" | "folder" | "link" | "other";
  /** Bytes, where the server tells. */
  readonly size?: number | undefined;
  /**
   * The time of the last change, where the server tells. From LIST it is in the
   * server's time zone, taken for UTC, and often without seconds.
   */
  readonly modified?: Date | undefined;
}

/**
 * Reads one line of an MLSD listing.
 *
 * @param line The line without its end.
 * @returns The entry; null for the folder itself, its parent, and what is no entry.
 */
export function readMlsdLine(line: string): FtpEntry | null {
  const space = line.indexOf(" ");
  if (space < 0) return null;
  const name = line.slice(space + 1);
  const facts = new Map<string, string>();
  for (const fact of line.slice(0, space).split(";")) {
    const equals = fact.indexOf("=");
    if (equals > 0) facts.set(fact.slice(0, equals).toLowerCase(), fact.slice(equals + 1));
  }
  const fact = (facts.get("type") ?? "file").toLowerCase();
  if (fact === "cdir" || fact === "pdir") return null;
  const type = fact === "file"
    ? "file"
    : fact === "dir"
    ? "folder"
    : /^os\.unix=(slink|symlink)/.test(fact)
    ? "link"
    : "other";
  return entry(name, type, facts.get("size"), readTimeVal(facts.get("modify") ?? ""));
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const UNIX_LINE =
  /^([-dlbcpsD])[-rwxsStTlL]{9}[+.@]?\s.*?\b(\d+)\s+(?:([A-Za-z]{3})\s+(\d{1,2})\s+(?:(\d{1,2}):(\d\d)|(\d{4}))|(\d{4})-(\d\d)-(\d\d)\s+(\d\d):(\d\d)) (.+)$/s;

const DOS_LINE =
  /^(\d\d)-(\d\d)-(\d{4}|\d\d)\s+(\d{1,2}):(\d\d)\s*([AaPp][Mm])?\s+(?:(<[A-Z]+>)|(\d+))\s+(.+)$/s;

/**
 * A line of `ls -l` in other words: months of any language, before or behind the day, a year
 * with a clock, the seconds and the zone of `--full-time`. Everything up to the size is
 * counted, since a month may be any word here.
 */
const OTHER_UNIX_LINE =
  /^([-dlbcpsD])[-rwxsStTlL]{9}[+.@]?\s+(?:\d+\s+)?\S+\s+(?:\S+\s+)?(?:\d+,\s+)?(\d+)\s+(?:(?:[^\s\d]{2,12}\s+\d{1,2}\.?|\d{1,2}\.?\s+[^\s\d]{2,12})\s+(?:\d{4}(?:\s+\d{1,2}:\d\d(?::\d\d)?)?|\d{1,2}:\d\d)|\d{4}-\d\d-\d\d\s+\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:\s+[+-]\d{4})?) (.+)$/s;

/**
 * Reads one line of a LIST listing.
 *
 * @param line The line without its end.
 * @param now The time now: lines of the last months have no year.
 * @returns The entry; null for what is none, such as `total 12`.
 */
export function readListLine(line: string, now: Date): FtpEntry | null {
  // A year and a clock are both of the time; the usual line has one of them.
  const usual = / \d{4} +\d{1,2}:\d\d(?::\d\d)? /.test(line) ? null : readUnixLine(line, now);
  return usual ?? readOtherUnixLine(line) ?? readDosLine(line);
}

/** The time is left out: neither the word nor the zone may be guessed. */
function readOtherUnixLine(line: string): FtpEntry | null {
  const [, kind, size, name] = OTHER_UNIX_LINE.exec(line) ?? [];
  return kind === undefined ? null : unixEntry(kind, size!, name!, undefined);
}

function unixEntry(
  kind: string,
  size: string,
  name: string,
  modified: Date | undefined,
): FtpEntry | null {
  const type = kind === "-" ? "file" : kind === "d" ? "folder" : kind === "l" ? "link" : "other";
  const own = kind === "l" ? name.split(" -> ", 1)[0]! : name;
  return entry(own, type, type === "file" ? size : undefined, modified);
}

function readUnixLine(line: string, now: Date): FtpEntry | null {
  const match = UNIX_LINE.exec(line);
  if (match === null) return null;
  const [, kind, size, monthName, day, hour, minute, year] = match;
  const [isoYear, isoMonth, isoDay, isoHour, isoMinute] = match.slice(8, 13);
  let modified: Date | undefined;
  if (isoYear !== undefined) {
    modified = utcTime(
      Number(isoYear),
      Number(isoMonth),
      Number(isoDay),
      Number(isoHour),
      Number(isoMinute),
    );
  } else {
    const month = MONTHS.indexOf(monthName!.toLowerCase()) + 1;
    if (month === 0) return null;
    modified = year === undefined
      ? latestBefore(now, month, Number(day), Number(hour), Number(minute))
      : utcTime(Number(year), month, Number(day));
  }
  return unixEntry(kind!, size!, match[13]!, modified);
}

/** The last time with this month, day and clock that is not more than a day after now. */
function latestBefore(
  now: Date,
  month: number,
  day: number,
  hour: number,
  minute: number,
): Date | undefined {
  // Eight years back there is a 29 February in any case.
  for (let year = now.getUTCFullYear() + 1; year >= now.getUTCFullYear() - 8; year--) {
    const time = utcTime(year, month, day, hour, minute);
    if (time !== undefined && time.getTime() <= now.getTime() + 86_400_000) return time;
  }
  return undefined;
}

function readDosLine(line: string): FtpEntry | null {
  const match = DOS_LINE.exec(line);
  if (match === null) return null;
  const [, month, day, yearText, hourText, minute, half, mark, size, name] = match;
  let year = Number(yearText);
  // As in RFC 9110 section 5.6.7: two digits that seem far ahead belong to the last century.
  if (yearText!.length === 2) year += year < 70 ? 2000 : 1900;
  let hour = Number(hourText);
  if (half !== undefined) hour = hour % 12 + (half.toLowerCase() === "pm" ? 12 : 0);
  const modified = utcTime(year, Number(month), Number(day), hour, Number(minute));
  const type = mark === undefined ? "file" : mark === "<DIR>" ? "folder" : "link";
  return entry(name!, type, size, modified);
}

/** Names that lead out of the folder are no entries of it. */
function entry(
  name: string,
  type: FtpEntry["type"],
  sizeText: string | undefined,
  modified: Date | undefined,
): FtpEntry | null {
  if (name === "" || name === "." || name === ".." || /[/\0\r\n]/.test(name)) return null;
  const size = sizeText === undefined || !/^\d{1,16}$/.test(sizeText)
    ? undefined
    : Number(sizeText);
  return {
    name,
    type,
    size: Number.isSafeInteger(size) ? size : undefined,
    modified,
  };
}
