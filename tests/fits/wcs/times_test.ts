/** Times as dates: references, scales, leap seconds, and every figure. */

import { assertEquals, assertThrows } from "@std/assert";
import { FormatError } from "../../../net/errors.ts";
import { readTime, readWcs } from "../../../fits/wcs/mod.ts";

const keywords = (cards: Record<string, unknown>) => new Map(Object.entries(cards));

type Case = [cards: Record<string, unknown>, value: number, date: string | undefined];

const MET = { MJDREFI: 55_197, MJDREFF: 7.660185185185e-4, TIMESYS: "TT", TIMEUNIT: "s" };

const DATES: readonly Case[] = [
  [{}, 86_400, "1858-11-18T00:00:00"],
  [{ TIMEUNIT: "d", TIMESYS: "UTC" }, 57_413.748957074, "2016-01-26T17:58:29.891194"],
  [MET, 0, "2010-01-01T00:01:06.184"],
  [MET, 1e-9, "2010-01-01T00:01:06.184000001"],
  // The pair before the single keyword, that before one of a pair, MJD before JD before a date.
  [{ ...MET, MJDREF: 1, JDREF: 2, DATEREF: "1990-01-01" }, 0, "2010-01-01T00:01:06.184"],
  [{ MJDREFI: 5, MJDREF: 51_544, JDREF: 2 }, 0.5, "2000-01-01T00:00:00.5"],
  [{ MJDREFI: 51_544 }, 0, "2000-01-01T00:00:00"],
  [{ JDREFI: 2_451_545, JDREFF: 0.25, TIMESYS: "TDB" }, 1, "2000-01-01T18:00:01"],
  [
    { DATEREF: "2000-02-29T23:59:58.123456789012345678", TIMESYS: "TAI" },
    2,
    "2000-03-01T00:00:00.123456789",
  ],
  [{ DATEREF: "+12345-06-07", TIMESYS: "LOCAL" }, 1, "+12345-06-07T00:00:01"],
  [{ DATEREF: "-00044-03-15", TIMESYS: "TT", TIMEUNIT: "yr" }, 0.5, "-00044-09-13T15:00:00"],
  [
    { DATEREF: "2000-01-01", TIMEOFFS: 0.5, TIMEUNIT: "min", TIMESYS: "TT" },
    1,
    "2000-01-01T00:01:30",
  ],
  [{ DATEREF: "2000-01-01", TIMESYS: "TT", TIMEUNIT: "ms" }, 1.5, "2000-01-01T00:00:00.0015"],
  [{ DATEREF: "2000-01-01", TIMESYS: "TT", TIMEUNIT: "ns" }, 7, "2000-01-01T00:00:00.000000007"],
  [{ DATEREF: "2000-01-01", TIMESYS: "TT", TIMEUNIT: "cy" }, 1, "2100-01-01T00:00:00"],
  [{ DATEREF: "2000-01-01", TIMESYS: "TT", TIMEUNIT: "Ga" }, 1, undefined],
  [{ DATEREF: "2000-01-01", TIMESYS: "TT" }, -0.25, "1999-12-31T23:59:59.75"],
  [{ DATEREF: "2000-01-01", TIMESYS: "TT" }, NaN, undefined],
  [{ DATEREF: "2000-01-01", TIMESYS: "TT" }, 1e300, undefined],
  // Seconds of UTC pass through leap seconds, days of UTC are those of the calendar.
  [{ DATEREF: "2016-12-31T23:59:59", TIMESYS: "UTC" }, 1.5, "2016-12-31T23:59:60.5"],
  [{ DATEREF: "2016-12-31T23:59:59", TIMESYS: "UTC(NIST)" }, 2, "2017-01-01T00:00:00"],
  [{ DATEREF: "1999-01-01" }, 568_080_005, "2017-01-01T00:00:00"],
  [{ DATEREF: "2016-12-31", TIMESYS: "UTC", TIMEUNIT: "d" }, 1.5, "2017-01-01T12:00:00"],
  [{ DATEREF: "2016-12-31T23:59:59", TIMESYS: "TT" }, 1.5, "2017-01-01T00:00:00.5"],
];

Deno.test("readTime() turns values into dates", () => {
  for (const [cards, value, date] of DATES) {
    assertEquals([cards, value, readTime(keywords(cards)).toDate(value)], [cards, value, date]);
  }
});

Deno.test("readTime() takes dates back to their values", () => {
  for (const [cards, value, date] of DATES) {
    if (date === undefined || value === 57_413.748957074) continue;
    const back = readTime(keywords(cards)).toValue(date);
    // Nine decimals are written.
    assertEquals([cards, Math.abs(back - value) < 1e-8], [cards, true], `${back}`);
  }
});

Deno.test("toDate() keeps what a Julian date as a double loses", () => {
  const time = readTime(keywords({ ...MET, MJDREFF: 0 }));
  // Neighbouring doubles of an event of 2026, 0.06 us apart.
  const event = 5.3e8;
  const next = event + 2 ** -24;
  assertEquals(
    [time.toDate(event, { digits: 18 }), time.toDate(next, { digits: 18 })],
    ["2026-10-18T06:13:20", "2026-10-18T06:13:20.000000059604644775"],
  );
  assertEquals(time.toDate(next), "2026-10-18T06:13:20.0000001");
  assertEquals(time.toDate(next, { digits: 0 }), "2026-10-18T06:13:20");
  assertEquals(2_400_000.5 + 55_197 + event / 86_400, 2_400_000.5 + 55_197 + next / 86_400);
});

Deno.test("toDate() gives dates of other scales, and refuses those it would have to guess", () => {
  const date = { DATEREF: "2017-01-01T00:01:09.184" };
  const tt = readTime(keywords({ ...date, TIMESYS: "TT" }));
  assertEquals(
    (["TT", "TAI", "GPS", "UTC"] as const).map((scale) => tt.toDate(0, { scale })),
    [
      ...["2017-01-01T00:01:09.184", "2017-01-01T00:00:37", "2017-01-01T00:00:18"],
      "2017-01-01T00:00:00",
    ],
  );
  assertEquals(tt.toDate(-0.5, { scale: "UTC" }), "2016-12-31T23:59:60.5");
  const utc = readTime(keywords({ DATEREF: "2017-01-01", TIMEUNIT: "d" }));
  assertEquals(utc.toDate(-1, { scale: "TAI" }), "2016-12-31T00:00:36");
  assertThrows(
    () => readTime(keywords({ ...date, TIMESYS: "TDB" })).toDate(0, { scale: "UTC" }),
    FormatError,
    "Cannot turn times of TDB into UTC",
  );
});

Deno.test("readTime() names position, direction and ephemeris, and what cannot be read", () => {
  const time = readTime(
    keywords({ TREFPOS: "BARYCENTER", TREFDIR: "RA_OBJ,DEC_OBJ", PLEPHEM: "DE405" }),
  );
  assertEquals(
    [time.scale, time.unit, time.position, time.direction, time.ephemeris],
    ["UTC", "s", "BARYCENTER", "RA_OBJ,DEC_OBJ", "DE405"],
  );
  assertEquals(readTime(keywords({ TIMEREF: "LOCAL" })).position, "LOCAL");
  assertThrows(
    () => readTime(keywords({ TIMEUNIT: "m" })),
    FormatError,
    "TIMEUNIT: 'm' is no unit",
  );
  assertThrows(() => readTime(keywords({ DATEREF: "2001-02-29" })), FormatError, "DATEREF");
  for (const date of ["2001-02-29", "yesterday", "2001-01-01T24:00:00", "2001-01-01T00:00"]) {
    assertThrows(() => time.toValue(date), FormatError, "Cannot read the date");
  }
});

Deno.test("readWcs() gives time axes their times, in their own scale and unit", () => {
  const wcs = readWcs(keywords({
    ...{ NAXIS: 2, CTYPE1: "TIME", CUNIT1: "d", CRVAL1: 100.5, CDELT1: 0.25, CRPIX1: 1 },
    ...{ CTYPE2: "TAI", CRVAL2: 10, CRPIX2: 1, CDELT2: 2, MJDREF: 51_544, TIMESYS: "TDB" },
  }))!;
  const world = wcs.pixelToWorld([1, 1]);
  assertEquals(
    wcs.axes.map(({ kind, frame, unit, time }, i) => [kind, frame, unit, time?.toDate(world[i]!)]),
    [["time", "TDB", "d", "2000-04-10T18:00:00"], ["time", "TAI", "s", "2000-01-01T00:00:12"]],
  );
  const odd = readWcs(keywords({ CTYPE1: "TIME", CUNIT1: "m", CRVAL1: 1 }))!;
  assertEquals(odd.axes[0]!.time, undefined);
  assertEquals(odd.problems.map(({ keyword }) => keyword), ["CUNIT1"]);
});

Deno.test("a column of times needs no keywords of its own", () => {
  const header = keywords({
    ...{ TFIELDS: 2, TTYPE2: "Time", TUNIT2: "ms", MJDREF: 51_544, TIMESYS: "TT" },
    TRPOS2: "GEOCENTER",
  });
  const wcs = readWcs(header, { columns: { list: [2] }, origin: 1 })!;
  const { kind, unit, time } = wcs.axes[0]!;
  assertEquals([kind, unit, time?.position], ["time", "ms", "GEOCENTER"]);
  assertEquals(time?.toDate(wcs.pixelToWorld([1500])[0]!), "2000-01-01T00:00:01.5");
});

Deno.test("readTime() leaves out TIMEZERO, which means several things, and says so", () => {
  const chandra = readTime(keywords({ TIMESYS: "TT", MJDREF: 50_814, TIMEZERO: 0 }));
  assertEquals([chandra.reference, chandra.problems], ["1998-01-01T00:00:00", []]);
  // GOES: a day of MJD. Other files: seconds by which a clock was wrong.
  const goes = readTime(keywords({ TIMESYS: "MJD", MJDREF: 43_874, TIMEZERO: 55_719 }));
  assertEquals(goes.reference, "1979-01-01T00:00:00");
  assertEquals(goes.problems.map(({ keyword }) => keyword), ["TIMESYS", "TIMEZERO"]);
  const axis = readWcs(keywords({ CTYPE1: "TIME", CRVAL1: 1, TIMEZERO: 5, TIMESYS: "TT" }))!;
  assertEquals(axis.problems.map(({ keyword }) => keyword), ["TIMEZERO"]);
});
