/** Columns of tables that have world coordinates. */

import { assertEquals } from "@std/assert";
import { readWcs, type WcsColumns, wcsColumns } from "../../../../fits/wcs/mod.ts";

const EVENTS: Record<string, unknown> = {
  ...{ XTENSION: "BINTABLE", NAXIS: 2, NAXIS1: 64, NAXIS2: 2, TFIELDS: 12 },
  ...{ TCTYP5: "CPCX", TCRVL5: 0, TCDLT5: 0.024, TCUNI5: "mm" },
  ...{ TCTYP11: "RA---TAN", TCRVL11: 158.5, TCRPX11: 4096.5, TCDLT11: -1e-4, TCUNI11: "deg" },
  ...{ TCTYP12: "DEC--TAN", TCRVL12: 58.1, TCRPX12: 4096.5, TCDLT12: 1e-4, TCUNI12: "deg" },
  ...{ RADESYS: "FK5", EQUINOX: 2000 },
};

const CASES: [name: string, Record<string, unknown>, WcsColumns[], letter?: string][] = [
  ["a list of events, the sky first", EVENTS, [{ list: [11, 12] }, { list: [5] }]],
  ["latitude before longitude", {
    ...{ TFIELDS: 4, TCTYP2: "GLAT-CAR", TCTYP4: "GLON-CAR", TCRVL2: 0, TCRVL4: 1 },
  }, [{ list: [4, 2] }]],
  ["two pairs of one type", {
    ...{ TFIELDS: 4, TCTYP1: "RA---TAN", TCTYP2: "DEC--TAN", TCTYP3: "RA---TAN" },
    TCTYP4: "DEC--TAN",
  }, [{ list: [1, 2] }, { list: [3, 4] }]],
  ["pairs of two types are no pair", {
    ...{ TFIELDS: 2, TCTYP1: "RA---TAN", TCTYP2: "DEC--SIN" },
  }, [{ list: [1] }, { list: [2] }]],
  ["a matrix connects", {
    ...{ TFIELDS: 3, TCRPX1: 1, TCRPX2: 1, TCRPX3: 1, TPC1_3: 0.5, TPC3_1: -0.5 },
  }, [{ list: [1, 3] }, { list: [2] }]],
  ["images in cells", {
    ...{ TFIELDS: 3, "1CTYP2": "WAVE", "1CRVL3": 5, "2CDLT3": 1 },
  }, [{ cell: 2 }, { cell: 3 }]],
  [
    "an alternate, in the shorter forms",
    {
      ...{ TFIELDS: 300, TCTY298P: "RA---TAN", TCTY299P: "DEC--TAN", TCRV298P: 5 },
    },
    [{ list: [298, 299] }],
    "P",
  ],
  ["no table", { NAXIS: 2, CTYPE1: "RA---TAN" }, []],
  ["a count that is none", { TFIELDS: 1e9 + 0.5, TCTYP1: "RA---TAN" }, []],
];

for (const [name, header, expected, letter] of CASES) {
  Deno.test(`wcsColumns() finds ${name}`, () => {
    assertEquals(wcsColumns(new Map(Object.entries(header)), letter), expected);
  });
}

Deno.test("wcsColumns() looks at no more columns than tables have", () => {
  const asked: string[] = [];
  const header = {
    get: (keyword: string) => {
      asked.push(keyword);
      return keyword === "TFIELDS" ? 1e12 : keyword.startsWith("TCRP") ? 1 : undefined;
    },
  };
  assertEquals(wcsColumns(header).length, 999);
  assertEquals(asked.length < 100_000, true, `${asked.length} keywords`);
});

Deno.test("readWcs() reads what a table says once for all its columns", () => {
  const wcs = readWcs(new Map(Object.entries(EVENTS)), {
    columns: { list: [11, 12] },
    origin: 1,
  })!;
  assertEquals(wcs.pixelToWorld([4096.5, 4096.5]), [158.5, 58.1]);
  assertEquals([wcs.celestial?.frame, wcs.celestial?.equinox, wcs.problems], ["FK5", 2000, []]);
  const second = readWcs(
    new Map(Object.entries({ ...EVENTS, RADE12: "ICRS", LONP12: 90 })),
    { columns: { list: [11, 12] } },
  )!;
  assertEquals(second.celestial?.frame, "ICRS");
  assertEquals(second.pixelToWorld([4000, 4096.5])[1]! > 58.1, true);
});
