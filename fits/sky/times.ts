/** Dates of a header as Julian dates of terrestrial time (FITS 4.0, section 9). */

import { FormatError } from "../../net/errors.ts";
import {
  LEAP_SECONDS,
  scaleOf,
  TAI_GPS_SECONDS,
  TT_TAI_MILLISECONDS,
} from "../wcs/keywords/time_scales.ts";

/** What keywords are read from: a header, or anything that gives values by keyword. */
export interface SkyKeywords {
  /** The value of a keyword, or undefined. */
  get(keyword: string): unknown;
}

/** When something was observed. */
export interface ObservationDate {
  /** The Julian date (TT). */
  readonly date: number;
  /** The keyword that said it. */
  readonly keyword: string;
}

/** The modified Julian date counts from here. */
const MJD_ZERO = 2_400_000.5;
/** Days from the zero of modified Julian dates to 1970, where milliseconds are counted from. */
const MJD_1970 = 40_587;
const DAY = 86_400;
/** TT is ahead of TAI by so many seconds. */
const TT_TAI = TT_TAI_MILLISECONDS / 1000;

/** The keywords of dates, from the best on: the middle of an exposure before its beginning. */
const DATES: readonly string[] = [
  ...["DATE-AVG", "MJD-AVG", "DATE-OBS", "DATE_OBS", "MJD-OBS", "DATE-BEG", "MJD-BEG"],
];

/**
 * When something was observed, by the first of `DATE-AVG`, `MJD-AVG`, `DATE-OBS`, `DATE_OBS`,
 * `MJD-OBS`, `DATE-BEG`, `MJD-BEG` and in the scale of `TIMESYS`. Before 1972 UTC is taken to
 * be behind TT by the 42.184 s of 1972.
 *
 * @param header The header.
 * @returns The date, or undefined if the header has none.
 * @throws {FormatError} If the first of them cannot be read, or TIMESYS is unknown.
 */
export function observationDate(header: SkyKeywords): ObservationDate | undefined {
  for (const keyword of DATES) {
    const value = header.get(keyword);
    if (value === undefined || value === null || value === "") continue;
    const mjd = keyword.startsWith("MJD") ? value : mjdOf(value, header.get("TIME-OBS"));
    if (typeof mjd !== "number" || !Number.isFinite(mjd)) {
      throw new FormatError(
        `Cannot read ${keyword}: found '${`${value}`.slice(0, 80)}', expected ` +
          (keyword.startsWith("MJD") ? "a number" : "a date such as 2026-11-30T16:45:00"),
      );
    }
    return { date: MJD_ZERO + mjd + ahead(mjd, header.get("TIMESYS")) / DAY, keyword };
  }
  return undefined;
}

/** The date of a text, in its own scale; a date alone may have its time in TIME-OBS. */
function mjdOf(value: unknown, time: unknown): number | undefined {
  if (typeof value !== "string") return undefined;
  const old = /^\s*(\d{2})\/(\d{2})\/(\d{2})\s*$/.exec(value);
  const text = old === null ? value : `19${old[3]}-${old[2]}-${old[1]}`;
  const match =
    /^\s*(\d{4})[-/](\d{2})[-/](\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}(?:\.\d{0,12})?))?)?Z?\s*$/
      .exec(text);
  if (match === null) return undefined;
  const clock = match[4] === undefined && typeof time === "string"
    ? /^\s*(\d{2}):(\d{2}):(\d{2}(?:\.\d{0,12})?)\s*$/.exec(time)?.slice(1)
    : match.slice(4);
  const [year, month, day] = match.slice(1, 4).map(Number);
  const [hour = 0, minute = 0, second = 0] = (clock ?? []).map((part) => Number(part ?? 0));
  if (hour > 24 || minute > 59 || second >= 61) return undefined;
  // Date.UTC() takes years before 100 for those of the last century.
  const midnight = new Date(0).setUTCFullYear(year!, month! - 1, day!);
  if (new Date(midnight).getUTCDate() !== day || month! < 1 || month! > 12) return undefined;
  return midnight / 1000 / DAY + MJD_1970 + ((hour * 60 + minute) * 60 + second) / DAY;
}

/** Seconds by which TT is ahead of the scale of a header. */
function ahead(mjd: number, timesys: unknown): number {
  const scale = typeof timesys === "string" && timesys.trim() !== "" ? scaleOf(timesys) : "UTC";
  switch (scale) {
    case "UTC":
    case "UT":
    case "UT1": {
      // UT1 is within 0.9 s of UTC.
      const leap = LEAP_SECONDS.findLast(([since]) => mjd >= since) ?? LEAP_SECONDS[0]!;
      return TT_TAI + leap[1];
    }
    case "TAI":
      return TT_TAI;
    case "GPS":
      return TT_TAI + TAI_GPS_SECONDS;
    case "TT":
    case "TDB":
      // TDB is within 2 ms of TT.
      return 0;
  }
  throw new FormatError(
    `Cannot read the date: TIMESYS is '${`${timesys}`.slice(0, 80)}', expected UTC, TAI, TT, ` +
      "TDB, GPS or UT1",
  );
}
