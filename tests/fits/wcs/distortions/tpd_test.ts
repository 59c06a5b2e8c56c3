import { assert, assertEquals } from "@std/assert";
import { readWcs, type WcsKeywords } from "../../../../fits/wcs/wcs.ts";
import {
  type Card,
  keywordsOf,
  skyWithRecords,
  templateRecords,
} from "../../../support/fits/wcs_records.ts";

const PIXELS = [[1, 1], [100, 50], [499, 399]];

/** What WCSLIB 7.12 says of the pixels, counted from 1. */
const WCSLIB = {
  CPDIS: [
    [40.30531336354398, -30.16156312222874],
    [40.189521751594185, -30.129154212700023],
    [39.13160886342781, -29.944485674477686],
  ],
  CQDIS: [
    [40.3018711095936, -30.164620996311285],
    [40.188965048858286, -30.135078407778106],
    [39.69025408058796, -29.827068154582683],
  ],
};

function assertNear(found: number[], expected: number[], tolerance: number) {
  for (const [i, value] of found.entries()) {
    assert(Math.abs(value - expected[i]!) < tolerance, `found ${found}, expected ${expected}`);
  }
}

for (const kind of ["CPDIS", "CQDIS"] as const) {
  Deno.test(`readWcs() applies template polynomials of ${kind}, both ways`, () => {
    const wcs = readWcs(keywordsOf(skyWithRecords(templateRecords(kind))), { origin: 1 })!;
    assertEquals(wcs.problems, []);
    for (const [i, pixel] of PIXELS.entries()) {
      assertNear(wcs.pixelToWorld(pixel), WCSLIB[kind][i]!, 1e-12);
      assertNear(wcs.worldToPixel(WCSLIB[kind][i]!), pixel, 1e-9);
    }
    const points = wcs.pixelsToWorld(PIXELS.flat());
    assertEquals([...points], PIXELS.flatMap((pixel) => wcs.pixelToWorld(pixel)));
    assertEquals(
      [...wcs.worldToPixels(points)],
      PIXELS.flatMap((_, i) => wcs.worldToPixel(points.subarray(2 * i, 2 * i + 2))),
    );
  });
}

Deno.test("readWcs() takes the fields of a record from keywords of their own", () => {
  const cards = skyWithRecords(templateRecords("CPDIS"));
  const apart = cards.map(([name, value]): Card => {
    const field = name.startsWith("DP") ? /^(\S+): (\S+)$/.exec(String(value)) : null;
    return field === null ? [name, value] : [`${name}.${field[1]}`, Number(field[2])];
  });
  const values = new Map<string, unknown>(apart);
  const keywords: WcsKeywords = { get: (keyword) => values.get(keyword) };
  assertNear(readWcs(keywords, { origin: 1 })!.pixelToWorld([100, 50]), WCSLIB.CPDIS[1]!, 1e-12);
});

Deno.test("readWcs() takes a template polynomial of one coordinate alone", () => {
  const records: Card[] = [
    ...[["CPDIS1", "TPD"], ["DP1", "NAXES: 1"], ["DP1", "AXIS.1: 2"]] as Card[],
    // 0.5 y + 2 |y|: the other coordinate is no part of it, not even of the radius.
    ...[["DP1", "TPD.FWD.1: 0.5"], ["DP1", "TPD.FWD.3: 2"]] as Card[],
  ];
  const plain = readWcs(keywordsOf(skyWithRecords([])), { origin: 1 })!;
  const moved = readWcs(keywordsOf(skyWithRecords(records)), { origin: 1 })!;
  assertEquals(moved.pixelToWorld([100, 8]), plain.pixelToWorld([120, 8]));
});

for (
  const [fields, reason] of [
    [["NAXES: 3"], "its parameters DP1 are for axes 1, 2 of 3, expected axes 1 and 2"],
    [["AXIS.2: 3"], "its parameters DP1 are for axes 1, 3 of 2, expected axes 1 and 2"],
    [["TPD.FWD.60: 1"], "DP1 has TPD.FWD.60, expected coefficients up to 59"],
  ] as const
) {
  Deno.test(`readWcs() leaves out a template polynomial of ${fields}, and says so`, () => {
    const records: Card[] = [["CPDIS1", "TPD"], ...fields.map((one): Card => ["DP1", one])];
    const wcs = readWcs(keywordsOf(skyWithRecords(records)))!;
    const plain = readWcs(keywordsOf(skyWithRecords([])))!;
    assertEquals(wcs.problems, [
      { keyword: "CPDIS1", reason: `${reason}; coordinates are without it` },
    ]);
    assertEquals(wcs.pixelToWorld([3, 4]), plain.pixelToWorld([3, 4]));
  });
}
