/**
 * Times: offsets from the reference of a header as dates, exactly (FITS 4.0, section 9; Rots et
 * al. 2015). They are counted in whole attoseconds: a Julian date as a double ends at 40 us.
 */

import { FormatError } from "../../net/errors.ts";
import { unitRatio } from "./keywords/units.ts";
import {
  isKnownScale,
  type KnownScale,
  LEAP_SECONDS,
  scaleOf,
  TAI_GPS_SECONDS,
  TT_TAI_MILLISECONDS,
} from "./keywords/time_scales.ts";
import { type WcsKeywords, type WcsProblem, WcsReader } from "./keywords/reader.ts";

/** How a date is written. */
export interface TimeDateOptions {
  /**
   * Decimals of the seconds at most, 0 to 18; zeros at the end are left out.
   *
   * @default {those that the value has as a double, 9 at most}
   */
  readonly digits?: number | undefined;
  /**
   * The scale of the date: another one than the times' own among `UTC`, `TAI`, `TT` and `GPS`.
   *
   * @default {the times' own}
   */
  readonly scale?: "UTC" | "TAI" | "TT" | "GPS" | undefined;
}

/** What the values of a time axis, of a TIME column, or of TSTART and TSTOP mean. */
export interface WcsTime {
  /** The time scale: TIMESYS, or that of CTYPEi; `UTC` by default. */
  readonly scale: string;
  /** The unit of the values: CUNITi, or TIMEUNIT; `s` by default. */
  readonly unit: string;
  /** The date of the value 0, in the scale, from MJDREF, JDREF or DATEREF, and TIMEOFFS. */
  readonly reference: string;
  /** TREFPOS (or the older TIMEREF): where the times are measured, or undefined. */
  readonly position: string | undefined;
  /** TREFDIR: the direction that path lengths were corrected for, or undefined. */
  readonly direction: string | undefined;
  /** PLEPHEM: the ephemeris that corrections were made with, or undefined. */
  readonly ephemeris: string | undefined;
  /** What was left out of the times: a TIMEZERO, or an unknown scale; empty for most headers. */
  readonly problems: readonly WcsProblem[];
  /**
   * The date of a value, such as `2016-01-26T17:58:29.89117`.
   *
   * @param value The value, in the unit.
   * @param options Decimals and scale.
   * @returns The date, without its scale; undefined for what is no number, or beyond the years
   * -99999 to 99999.
   * @throws {FormatError} If the scale cannot be turned into the one that is asked for.
   */
  toDate(value: number, options?: TimeDateOptions): string | undefined;
  /**
   * The value of a date in the scale of the times.
   *
   * @param date The date, such as `2016-01-26T17:58:29.89117`, or a day alone.
   * @returns The value, in the unit.
   * @throws {FormatError} If the text is no date.
   */
  toValue(date: string): number;
}

/** Time scales by the names of table 30; others are taken as they are. */
const SCALES = /^(?:TAI|TT|UTC|UT1|UT|TDB|TCG|TCB|GPS|LOCAL)$/;

const ATTO = 10n ** 18n;
const MILLI_ATTO = 10n ** 15n;
const DAY_SECONDS = 86_400n;
const DAY = DAY_SECONDS * ATTO;
/** JD of the zero of modified Julian dates, in half days. */
const JD_OF_MJD_HALF_DAYS = 4_800_001n;
/** MJD of 1970-01-01, from which `Date` counts. */
const MJD_1970 = 40_587;
/** Decimals of seconds that an attosecond has. */
const MAX_DIGITS = 18;
const DEFAULT_DIGITS = 9;
/** Years that a date can have (FITS 4.0, section 9.1.1). */
const MAX_YEAR = 99_999;
/** Larger numbers are no times: 1e30 s is far beyond the age of everything. */
const MAX_VALUE = 1e30;

/**
 * Reads what the times of a header mean: those of TSTART and TSTOP, and of columns of times. A
 * time axis has the same as `wcs.axes[i].time`.
 *
 * @param header The header.
 * @returns The times.
 * @throws {FormatError} If TIMEUNIT or the reference cannot be read.
 *
 * @example When an observation of Chandra began
 * ```ts
 * import { readTime } from "@heliograph/heliograph/fits/wcs";
 * import { assertEquals } from "@std/assert";
 *
 * const time = readTime(
 *   new Map<string, unknown>([
 *     ["TIMESYS", "TT"], ["MJDREF", 50_814], ["TIMEUNIT", "s"], ["TSTART", 570_218_309.89117],
 *   ]),
 * );
 * assertEquals(time.reference, "1998-01-01T00:00:00");
 * assertEquals(time.toDate(570_218_309.89117), "2016-01-26T17:58:29.89117");
 * assertEquals(time.toDate(570_218_309.89117, { scale: "UTC", digits: 3 }), "2016-01-26T17:57:21.707");
 * assertEquals(time.toValue("1998-01-02T00:00:00"), 86_400);
 * ```
 */
export function readTime(header: WcsKeywords): WcsTime {
  const reader = new WcsReader(header, "", undefined);
  const unit = reader.plainText("TIMEUNIT") || "s";
  const times = readTimes(reader, undefined, undefined, unit);
  if (times !== undefined) return times;
  const [{ keyword, reason }] = reader.problems as [WcsProblem];
  throw new FormatError(`Cannot read the times: ${keyword}: ${reason}`);
}

/**
 * Reads what times of a header refer to.
 *
 * @param reader The keywords; what cannot be read is noted there.
 * @param axis The axis, counted from 0, or undefined for the header's own times.
 * @param scale The scale that CTYPEi names, or undefined.
 * @param unit CUNITi or TIMEUNIT.
 * @returns The times, or undefined if their unit or their reference cannot be read.
 */
export function readTimes(
  reader: WcsReader,
  axis: number | undefined,
  scale: string | undefined,
  unit: string,
): WcsTime | undefined {
  const seconds = unitRatio(unit, "s");
  if (seconds === undefined) {
    reader.problem(
      axis === undefined ? "TIMEUNIT" : `CUNIT${axis + 1}`,
      `'${unit}' is no unit of time; values have no dates`,
    );
    return undefined;
  }
  const zero = referenceOf(reader);
  if (zero === undefined) return undefined;
  const own = scale ?? (reader.plainText("TIMESYS") || "UTC");
  const problems: WcsProblem[] = [];
  const problem = (keyword: string, reason: string) => {
    problems.push({ keyword, reason });
    reader.problem(keyword, reason);
  };
  if (!SCALES.test(scaleOf(own))) {
    problem(
      scale === undefined || reader.plainText("TIMESYS") === scale ? "TIMESYS" : "CTYPE",
      `'${own.slice(0, 60)}' is no time scale of the standard; dates are in it, whatever it is`,
    );
  }
  // Older files have clock corrections in it, others days: to add it would be a guess.
  const older = reader.plainNumber("TIMEZERO") ?? 0;
  if (older !== 0) {
    problem("TIMEZERO", `the value ${older} is of no standard; times are without it`);
  }
  // An offset has the unit of the header.
  const offset = reader.plainNumber("TIMEOFFS") ?? 0;
  const offsetUnit = unitRatio(reader.plainText("TIMEUNIT") || "s", "s") ?? 1;
  const position = axis === undefined ? undefined : reader.text(`TRPOS${axis + 1}`);
  const direction = axis === undefined ? undefined : reader.text(`TRDIR${axis + 1}`);
  return new Times({
    ...{ scale: own, unit, problems },
    position: position ?? reader.plainText("TREFPOS") ?? reader.plainText("TIMEREF"),
    direction: direction ?? reader.plainText("TREFDIR"),
    ephemeris: reader.plainText("PLEPHEM"),
    unitAttoseconds: attosecondsOf(seconds),
    zero: zero + decimalTimes(offset, attosecondsOf(offsetUnit)),
  });
}

/** MJDREF, JDREF or DATEREF in this order, as attoseconds since MJD 0; 0 without any. */
function referenceOf(reader: WcsReader): bigint | undefined {
  const mjd = daysOf(reader, "MJDREF");
  if (mjd !== undefined) return mjd;
  const jd = daysOf(reader, "JDREF");
  if (jd !== undefined) return jd - JD_OF_MJD_HALF_DAYS * (DAY / 2n);
  const date = reader.plainText("DATEREF");
  if (date === undefined || date === "") return 0n;
  const parsed = parseDate(date);
  if (parsed !== undefined) return parsed.since + parsed.leap;
  reader.problem("DATEREF", `the value is '${date.slice(0, 60)}', expected a date; no dates`);
  return undefined;
}

/** The pair of a whole and a part of a day wins over the single keyword, which wins over one of a pair. */
function daysOf(reader: WcsReader, keyword: "MJDREF" | "JDREF"): bigint | undefined {
  const [whole, part] = [reader.plainNumber(`${keyword}I`), reader.plainNumber(`${keyword}F`)];
  const single = reader.plainNumber(keyword);
  const days = whole !== undefined && part !== undefined
    ? [whole, part]
    : single !== undefined
    ? [single]
    : [whole, part].filter((one) => one !== undefined);
  if (days.length === 0 || days.some((one) => Math.abs(one) > MAX_VALUE)) return undefined;
  return days.reduce((sum, one) => sum + decimalTimes(one, DAY), 0n);
}

function attosecondsOf(seconds: number): bigint {
  if (Number.isInteger(seconds)) return BigInt(seconds) * ATTO;
  return seconds < 1e-3
    ? BigInt(Math.max(1, Math.round(seconds * 1e18)))
    : BigInt(Math.round(seconds * 1e9)) * (ATTO / 1_000_000_000n);
}

/** A keyword's number, as the decimals that a header has, times attoseconds. */
function decimalTimes(value: number, attoseconds: bigint): bigint {
  const [mantissa, exponent = "0"] = String(value).split("e");
  const [whole, fraction = ""] = mantissa!.split(".");
  const power = Number(exponent) - fraction.length;
  const product = BigInt(whole! + fraction) * attoseconds;
  return power >= 0 ? product * 10n ** BigInt(power) : rounded(product, 10n ** BigInt(-power));
}

/** A value as the binary number that it is, times attoseconds. */
function binaryTimes(value: number, attoseconds: bigint): bigint {
  let [number, halvings] = [value, 0n];
  while (!Number.isInteger(number)) {
    number *= 2;
    halvings++;
  }
  return rounded(BigInt(number) * attoseconds, 1n << halvings);
}

/** A quotient, rounded to the nearest. */
function rounded(numerator: bigint, denominator: bigint): bigint {
  return floorOf(2n * numerator + denominator, 2n * denominator);
}

function floorOf(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  return numerator % denominator < 0n ? quotient - 1n : quotient;
}

interface TimesFields
  extends Pick<WcsTime, "scale" | "unit" | "position" | "direction" | "ephemeris" | "problems"> {
  readonly unitAttoseconds: bigint;
  /** Attoseconds since MJD 0, in the scale. */
  readonly zero: bigint;
}

class Times implements WcsTime {
  readonly scale: string;
  readonly unit: string;
  readonly reference: string;
  readonly position: string | undefined;
  readonly direction: string | undefined;
  readonly ephemeris: string | undefined;
  readonly #unit: bigint;
  readonly #zero: bigint;
  readonly #problems: readonly WcsProblem[];
  /** Whether values are seconds that pass, leap seconds among them, and not days of a calendar. */
  readonly #leaps: boolean;

  constructor(fields: TimesFields) {
    this.scale = fields.scale;
    this.unit = fields.unit;
    this.position = fields.position;
    this.direction = fields.direction;
    this.ephemeris = fields.ephemeris;
    this.#unit = fields.unitAttoseconds;
    this.#zero = fields.zero;
    this.#problems = fields.problems;
    this.#leaps = scaleOf(this.scale) === "UTC" && this.#unit < DAY &&
      this.#zero >= BigInt(LEAP_SECONDS[0]![0]) * DAY;
    this.reference = this.toDate(0) ?? "";
  }

  get problems(): readonly WcsProblem[] {
    return this.#problems;
  }

  toDate(value: number, { digits, scale }: TimeDateOptions = {}): string | undefined {
    if (!Number.isFinite(value) || Math.abs(value) > MAX_VALUE) return undefined;
    const own = scaleOf(this.scale);
    const to = scale ?? own;
    let since = this.#zero;
    const offset = binaryTimes(value, this.#unit);
    let leap = 0n;
    if (this.#leaps || (to !== own && isKnownScale(own))) {
      // Days of UTC are 86,400 s, and are added before leap seconds are looked at.
      const uniform = this.#leaps
        ? toTai(since, own as KnownScale) + offset
        : toTai(since + offset, own as KnownScale);
      [since, leap] = fromTai(uniform, to as KnownScale);
    } else {
      if (to !== own) {
        throw new FormatError(
          `Cannot turn times of ${this.scale} into ${to}, expected UTC, TAI, TT or GPS`,
        );
      }
      since += offset;
    }
    const decimals = digits ?? digitsOf(value, this.#unit);
    return dateText(since, leap, Math.max(0, Math.min(MAX_DIGITS, Math.trunc(decimals))));
  }

  toValue(date: string): number {
    const parsed = parseDate(date);
    if (parsed === undefined) {
      throw new FormatError(
        `Cannot read the date '${date.slice(0, 60)}', expected one such as 2026-11-30T16:45:00`,
      );
    }
    const { since, leap } = parsed;
    const offset = leap +
      (this.#leaps ? toTai(since, "UTC") - toTai(this.#zero, "UTC") : since - this.#zero);
    // Whole units and the rest apart, so that no figure is lost before the sum.
    const whole = offset / this.#unit;
    return Number(whole) + Number(offset - whole * this.#unit) / Number(this.#unit);
  }
}

/** Decimals of seconds that a double of this size can tell apart. */
function digitsOf(value: number, unit: bigint): number {
  if (value === 0) return DEFAULT_DIGITS;
  const step = 2 ** (Math.floor(Math.log2(Math.abs(value))) - 52) * Number(unit) / 1e18;
  return Math.min(DEFAULT_DIGITS, Math.floor(-Math.log10(step)));
}

/** TAI of a time, both in attoseconds since MJD 0 of their scale. */
function toTai(since: bigint, scale: KnownScale): bigint {
  if (scale === "UTC") {
    const day = Number(floorOf(since, DAY));
    return since + BigInt(leapsAt((mjd) => day >= mjd)) * ATTO;
  }
  return since + aheadOfTai(scale);
}

/** The time of a scale, and the attoseconds that it is inside a leap second. */
function fromTai(tai: bigint, scale: KnownScale): [since: bigint, leap: bigint] {
  if (scale !== "UTC") return [tai - aheadOfTai(scale), 0n];
  const leaps = leapsAt((mjd, seconds) => tai >= BigInt(mjd) * DAY + BigInt(seconds) * ATTO);
  const next = LEAP_SECONDS[LEAP_SECONDS.findIndex(([, seconds]) => seconds === leaps) + 1];
  const since = tai - BigInt(leaps) * ATTO;
  // 23:59:60 is behind the last second of its day.
  if (next === undefined || since < BigInt(next[0]) * DAY) return [since, 0n];
  const end = BigInt(next[0]) * DAY;
  return [end - 1n, since - end + 1n];
}

/** What makes TAI of a scale that runs as evenly. */
function aheadOfTai(scale: KnownScale): bigint {
  if (scale === "TT") return -BigInt(TT_TAI_MILLISECONDS) * MILLI_ATTO;
  return scale === "GPS" ? BigInt(TAI_GPS_SECONDS) * ATTO : 0n;
}

function leapsAt(reached: (mjd: number, seconds: number) => boolean): number {
  return (LEAP_SECONDS.findLast(([mjd, seconds]) => reached(mjd, seconds)) ?? LEAP_SECONDS[0]!)[1];
}

/** Attoseconds since MJD 0 as a date, rounded to so many decimals. */
function dateText(since: bigint, leap: bigint, digits: number): string | undefined {
  const unit = 10n ** BigInt(MAX_DIGITS - digits);
  let [day, seconds, fraction] = [0n, 0n, 0n];
  if (leap === 0n) {
    const whole = floorOf(since + unit / 2n, unit) * unit;
    day = floorOf(whole, DAY);
    [seconds, fraction] = [(whole - day * DAY) / ATTO, (whole - day * DAY) % ATTO];
  } else {
    // Rounding up the end of a leap second would need the next day: it is cut.
    const whole = (since + leap) / unit * unit;
    day = floorOf(since, DAY);
    [seconds, fraction] = [DAY_SECONDS, (whole - (day + 1n) * DAY) % ATTO];
  }
  const calendar = calendarOf(day);
  if (calendar === undefined) return undefined;
  const clock = leap === 0n ? seconds : DAY_SECONDS - 1n;
  const two = (value: bigint) => String(value).padStart(2, "0");
  const second = leap === 0n ? clock % 60n : 60n;
  const decimals = digits === 0 ? "" : String(fraction).padStart(MAX_DIGITS, "0")
    .slice(0, digits).replace(/0+$/, "");
  return `${calendar}T${two(clock / 3600n)}:${two(clock / 60n % 60n)}:${two(second)}` +
    (decimals === "" ? "" : `.${decimals}`);
}

/** The day of a modified Julian date; years have four figures, or a sign and five. */
function calendarOf(mjd: bigint): string | undefined {
  if (mjd < -40_000_000n || mjd > 40_000_000n) return undefined;
  const date = new Date((Number(mjd) - MJD_1970) * 86_400_000);
  const year = date.getUTCFullYear();
  if (Math.abs(year) > MAX_YEAR) return undefined;
  const text = year >= 0 && year <= 9999
    ? String(year).padStart(4, "0")
    : `${year < 0 ? "-" : "+"}${String(Math.abs(year)).padStart(5, "0")}`;
  const two = (value: number) => String(value).padStart(2, "0");
  return `${text}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
}

/**
 * A date as attoseconds since MJD 0 of its scale, of 23:59:60 the second before and one more;
 * undefined for what is none.
 */
function parseDate(text: string): { since: bigint; leap: bigint } | undefined {
  const match =
    /^\s*([+-]\d{5}|\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{0,40}))?)?Z?\s*$/
      .exec(text);
  if (match === null) return undefined;
  const [year, month, day] = match.slice(1, 4).map(Number) as [number, number, number];
  const [hour, minute, second] = match.slice(4, 7).map((part) => BigInt(part ?? 0)) as [
    ...[bigint, bigint, bigint],
  ];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  if (hour > 23n || minute > 59n || second > 60n) return undefined;
  const mjd = BigInt(date.getTime() / 86_400_000 + MJD_1970);
  const fraction = BigInt((match[7] ?? "").slice(0, MAX_DIGITS).padEnd(MAX_DIGITS, "0"));
  const leap = second / 60n;
  const seconds = (hour * 60n + minute) * 60n + second - leap;
  return { since: mjd * DAY + seconds * ATTO + fraction, leap: leap * ATTO };
}
