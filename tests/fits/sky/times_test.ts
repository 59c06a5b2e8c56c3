import { assertEquals } from "@std/assert";
import { observationDate } from "../../../fits/sky/times.ts";

function dateOf(cards: Record<string, unknown>): string | undefined {
  const found = observationDate(new Map(Object.entries(cards)));
  return found && `${found.keyword} ${found.date.toFixed(6)}`;
}

// The Julian dates (TT) are astropy's.
Deno.test("observationDate() reads dates in every scale as terrestrial time", () => {
  const cases: [Record<string, unknown>, string | undefined][] = [
    [{}, undefined],
    [{ "DATE-OBS": "2000-01-01T11:58:55.816" }, "DATE-OBS 2451545.000000"],
    [{ "DATE-OBS": "2000-01-01T12:00:00", TIMESYS: "TT" }, "DATE-OBS 2451545.000000"],
    [{ "DATE-OBS": "2016-12-31T23:59:60" }, "DATE-OBS 2457754.500801"],
    [{ "DATE-OBS": "2017-01-01" }, "DATE-OBS 2457754.500801"],
    [{ "DATE-OBS": "2017-01-01", TIMESYS: "UTC (TBR)" }, "DATE-OBS 2457754.500801"],
    [{ "DATE-OBS": "2020-01-01", TIMESYS: "TAI" }, "DATE-OBS 2458849.500373"],
    [{ "DATE-OBS": "2020-01-01", TIMESYS: "GPS" }, "DATE-OBS 2458849.500592"],
    [{ "DATE-OBS": "31/12/99", "TIME-OBS": "12:00:00" }, "DATE-OBS 2451544.000743"],
    [{ "MJD-OBS": 51544.5, TIMESYS: "TDB" }, "MJD-OBS 2451545.000000"],
    [{ "DATE-OBS": "0050-01-01T12:00:00", TIMESYS: "TT" }, "DATE-OBS 1739323.000000"],
    [{ "DATE-OBS": "2020-01-01", "DATE-AVG": "2020-01-02" }, "DATE-AVG 2458850.500801"],
  ];
  for (const [cards, expected] of cases) assertEquals(dateOf(cards), expected);
});
