import { assertEquals, assertThrows } from "@std/assert";
import { formatSky, parseSky } from "../../../fits/sky/text.ts";
import { separation } from "../../../fits/sky/separation.ts";
import { FormatError } from "../../../net/errors.ts";
import { SeededRandom } from "../../support/random.ts";

Deno.test("parseSky() reads every form", () => {
  const cases: [string, number, number][] = [
    ["05:34:31.94 +22:00:52.2", 83.63308333333333, 22.0145],
    ["05 34 31.94 -00 00 30", 83.63308333333333, -30 / 3600],
    ["05:34:31.94,-00:00:30", 83.63308333333333, -30 / 3600],
    ["5h34m31.94s +22d00m52.2s", 83.63308333333333, 22.0145],
    ["5h34m31.94s+22d00m52.2s", 83.63308333333333, 22.0145],
    ["1h 2m 3s, -4d 5m", 15.5125, -4 - 5 / 60],
    ["83.633 22.0145", 83.633, 22.0145],
    [" -83.633 , -22 ", -83.633, -22],
    ["12:00:00-45:00:00", 180, -45],
    ["10\u00b030\u203215\u2033 \u22125\u00b0", 10.504166666666666, -5],
    ["10d30'15\" -5d", 10.504166666666666, -5],
    ["5:34 -22:00", 83.5, -22],
    ["05 34 -22 30", 83.5, -22.5],
    ["1e2 3e-1", 100, 0.3],
    ["0 -90", 0, -90],
    ["12:30:00 45", 187.5, 45],
    [".5 -.25", 0.5, -0.25],
  ];
  for (const [text, longitude, latitude] of cases) {
    const [lon, lat] = parseSky(text);
    assertEquals([text, lon.toFixed(12), lat.toFixed(12)], [
      text,
      longitude.toFixed(12),
      latitude.toFixed(12),
    ]);
  }
  assertEquals(parseSky("120:30:00 -10:00:00", { hours: false }), [120.5, -10]);
});

Deno.test("parseSky() refuses what is no point, and says why", () => {
  const cases = [
    ["", "there is no latitude"],
    ["5", "there is no latitude"],
    ["5 6 7", "there is more behind them"],
    ["5,6,7", "there is more behind them"],
    ["5:60:00 1:0:0", "there are 60 minutes"],
    ["5:00:60 1:0:0", "there are 60 seconds"],
    ["24:00:00 0", "there are 24 hours"],
    ["-5:00:00 0", "the hours are negative"],
    ["10 90.1", "the latitude is 90.1 degrees"],
    ["361 0", "the longitude is 361 degrees"],
    ["1h 2h", "the latitude is in hours"],
    ["5.5h30m 3", "only the last part may have a fraction"],
    ["x", "found 'x'"],
    ["nan nan", "found 'nan nan'"],
    ["05 34 31.9 22 00", "there is more behind them"],
    ["1".repeat(201), "they have 201 characters"],
  ] as const;
  for (const [text, why] of cases) assertThrows(() => parseSky(text), FormatError, why);
});

Deno.test("formatSky() rounds once: never 60 seconds, never 24 hours", () => {
  const cases = [
    [formatSky(83.63308, -0.00833), "05:34:31.939 -00:00:29.99"],
    [formatSky(359.9999999999, -0.0000001), "00:00:00.000 -00:00:00.00"],
    [formatSky(14.9999999, 59.9999999), "01:00:00.000 +60:00:00.00"],
    [formatSky(0, 0, { precision: 0 }), "00:00:00.0 +00:00:00"],
    [formatSky(10, -5.5, { style: "letters" }), "00h40m00.000s -05d30m00.00s"],
    [formatSky(10, 5, { style: "blanks", precision: 1 }), "00 40 00.00 +05 00 00.0"],
    [formatSky(359.99999999, 5, { hours: false, precision: 1 }), "000:00:00.0 +05:00:00.0"],
    [formatSky(-10.5, 3, { hours: false }), "-010:30:00.00 +03:00:00.00"],
    [formatSky(83.5, -3.25, { style: "decimal" }), "83.500000 -3.250000"],
    [formatSky(NaN, NaN), "nan nan"],
  ];
  for (const [found, expected] of cases) assertEquals(found, expected);
  assertThrows(() => formatSky(0, 0, { precision: 16 }), FormatError, "the precision is 16");
});

Deno.test("parseSky() reads what formatSky() writes", () => {
  const random = new SeededRandom(15);
  for (let i = 0; i < 500; i++) {
    const [lon, lat] = [random.next() * 360, random.next() * 180 - 90];
    for (const style of ["colons", "blanks", "letters", "decimal"] as const) {
      const text = formatSky(lon, lat, { style, precision: style === "decimal" ? 12 : 8 });
      const far = separation(parseSky(text), [lon, lat]);
      assertEquals([text, far < 1e-11], [text, true]);
    }
  }
});
