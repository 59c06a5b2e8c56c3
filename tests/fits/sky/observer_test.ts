import { assertEquals, assertThrows } from "@std/assert";
import { readSunObserver } from "../../../fits/sky/observer.ts";
import { separation } from "../../../fits/sky/separation.ts";
import { FormatError } from "../../../net/errors.ts";
import SOLAR from "./solar_vectors.json" with { type: "json" };

type Cards = Record<string, unknown>;

function observerOf(cards: Cards) {
  return readSunObserver(new Map(Object.entries(cards)));
}

Deno.test("readSunObserver() is within 0.1 seconds of arc of sunpy 4.1 for all kinds of keywords", () => {
  for (const { cards, observer: [longitude, latitude, distance] } of SOLAR) {
    const found = observerOf(cards);
    const far = separation([found.longitude, found.latitude], [longitude!, latitude!]);
    assertEquals([cards, far < 0.1 / 3600], [cards, true]);
    assertEquals(Math.abs(found.distance - distance!) < 1, true);
  }
});

Deno.test("readSunObserver() says what it used and what it assumed", () => {
  const place = { HGLN_OBS: 0, HGLT_OBS: 5, DSUN_OBS: 1.5e11 };
  const cases: [Cards, string[], string[]][] = [
    [place, ["HGLN_OBS", "HGLT_OBS", "DSUN_OBS"], []],
    [{ ...place, "DATE-OBS": "2020-01-01" }, [
      ...["DATE-OBS", "HGLN_OBS", "HGLT_OBS", "DSUN_OBS"],
    ], []],
    [{ ...place, CRLN_OBS: 33 }, ["HGLN_OBS", "HGLT_OBS", "CRLN_OBS", "DSUN_OBS"], []],
    [
      { "DATE-OBS": "01/02/98", "TIME-OBS": "12:30:00", SOLAR_B0: -6 },
      ["DATE-OBS", "SOLAR_B0"],
      [
        "HGLN_OBS is missing, taken as 0: the longitude of the Earth",
        "DSUN_OBS is missing, taken as the distance of the Earth",
      ],
    ],
    [{ HGLN_OBS: 0, HGLT_OBS: 1, RSUN_OBS: 960, RSUN_REF: 6.96e8 }, [
      ...["HGLN_OBS", "HGLT_OBS", "RSUN_OBS", "RSUN_REF"],
    ], []],
  ];
  for (const [cards, used, assumed] of cases) {
    const observer = observerOf(cards);
    assertEquals([observer.used, observer.assumed], [used, assumed]);
  }
  assertEquals(observerOf({ ...place, CRLN_OBS: 33 }).meridian, 33);
  const { distance, radius } = observerOf(cases[4]![0]);
  assertEquals([distance.toExponential(5), radius], ["1.49543e+11", 6.96e8]);
});

Deno.test("readSunObserver() names the keywords that are missing or wrong", () => {
  const place = { HGLN_OBS: 0, HGLT_OBS: 5, DSUN_OBS: 1.5e11 };
  for (
    const [cards, message] of [
      [{}, "there is no HGLN_OBS and HGLT_OBS"],
      [{ HGLN_OBS: 0, HGLT_OBS: 5 }, "there is no DSUN_OBS"],
      [{ HGLN_OBS: 0, HGLT_OBS: "x" }, "HGLT_OBS is 'x', expected a number"],
      [{ HGLN_OBS: 0, HGLT_OBS: 95, DSUN_OBS: 1.5e11 }, "HGLT_OBS is 95"],
      [{ ...place, DSUN_OBS: 1 }, "DSUN_OBS is 1 m"],
      [{ ...place, DSUN_OBS: -1 }, "the distance is -1 m"],
      [{ ...place, RSUN_REF: 0 }, "the radius is 0 m"],
      [{ CRLN_OBS: 0, CRLT_OBS: 5, DSUN_OBS: 1.5e11 }, "CRLN_OBS needs a time"],
      [{ HAEX_OBS: 1.5e11, HAEY_OBS: 0, HAEZ_OBS: 0 }, "HAEX_OBS needs a time"],
      [
        { "DATE-OBS": "2004-03-01", SOLAR_B0: -7.22, DSUN_OBS: 1.85e10 },
        "1.850e+10 m by DSUN_OBS or RSUN_OBS) is not that of the Earth (1.482e+11 m)",
      ],
      [{ ...place, "DATE-OBS": "yesterday" }, "Cannot read DATE-OBS: found 'yesterday'"],
      [{ ...place, "DATE-OBS": "2020-02-30" }, "Cannot read DATE-OBS"],
      [{ ...place, "DATE-OBS": "2020-02-03", TIMESYS: "LOCAL" }, "TIMESYS is 'LOCAL'"],
      [{ ...place, "DATE-OBS": "1830-02-03" }, "expected 1900 to 2100"],
    ] as [Cards, string][]
  ) {
    assertThrows(() => observerOf(cards), FormatError, message);
  }
});
