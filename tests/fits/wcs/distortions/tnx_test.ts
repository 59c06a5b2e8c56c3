import { assert, assertEquals } from "@std/assert";
import { readWcs, type Wcs } from "../../../../fits/wcs/wcs.ts";

/** A header of TNX whose surfaces are given as IRAF writes them. */
function tnx(lngcor: string, latcor: string | undefined, code = "TNX", more = ""): Wcs {
  const cards = new Map<string, unknown>([
    ...[["CTYPE1", `RA---${code}`], ["CTYPE2", `DEC--${code}`], ["CRPIX1", 1], ["CRPIX2", 1]],
    ...[["CRVAL1", 150], ["CRVAL2", 10], ["CD1_1", 1e-3], ["CD2_2", 1e-3]],
  ] as [string, unknown][]);
  const texts = [
    `wtype=tnx axtype=ra ${more} lngcor = "${lngcor} "`,
    `wtype=tnx axtype=dec ${more}` + (latcor === undefined ? "" : ` latcor = "${latcor} "`),
  ];
  for (const [i, text] of texts.entries()) {
    for (let card = 0; card * 68 < text.length; card++) {
      const name = `WAT${i + 1}_${String(card + 1).padStart(3, "0")}`;
      // The value of a card has lost the blanks at its end.
      cards.set(name, text.slice(card * 68, card * 68 + 68).trimEnd());
    }
  }
  return readWcs(cards)!;
}

/** The same header in TAN, moved in its plane. */
function tan(x: number, y: number): number[] {
  const cards = [
    ...[["CTYPE1", "RA---TAN"], ["CTYPE2", "DEC--TAN"], ["CRPIX1", 1], ["CRPIX2", 1]],
    ...[["CRVAL1", 150], ["CRVAL2", 10], ["CD1_1", 1e-3], ["CD2_2", 1e-3]],
  ] as [string, unknown][];
  return readWcs(new Map(cards))!.pixelToWorld([x / 1e-3, y / 1e-3]);
}

function assertNear(found: number[], expected: number[], tolerance = 1e-11) {
  for (const [i, value] of found.entries()) {
    assert(Math.abs(value - expected[i]!) < tolerance, `found ${found}, expected ${expected}`);
  }
}

// At the pixel (30, 20) x is 0.03 and y is 0.02 degrees of the plane; of the intervals -0.07
// to 0.07 and -0.06 to 0.06 that is s = 3/7 and t = 1/3.
const [X, Y, S, T] = [0.03, 0.02, 3 / 7, 1 / 3];
const INTERVALS = "-0.07 0.07 -0.06 0.06";

Deno.test("readWcs() reads TNX with polynomials, Chebyshev's and Legendre's, by hand", () => {
  const cases: [name: string, lngcor: string, dx: number][] = [
    [
      "all terms",
      `3. 2. 2. 1. ${INTERVALS} 1E-3 2E-2 3E-2 0.4`,
      1e-3 + 0.02 * X + 0.03 * Y + 0.4 * X * Y,
    ],
    [
      "half of the terms",
      `3. 3. 3. 2. ${INTERVALS} 1E-3 0. 0.2 0. 0.3 0.4`,
      1e-3 + 0.2 * X * X + 0.3 * X * Y + 0.4 * Y * Y,
    ],
    [
      "no cross terms",
      `3. 3. 3. 0. ${INTERVALS} 1E-3 0. 0.2 0.3 0.4`,
      1e-3 + 0.2 * X * X + 0.3 * Y + 0.4 * Y * Y,
    ],
    [
      "Chebyshev",
      `1. 3. 2. 1. ${INTERVALS} 0. 0. 1E-3 0. 0. 2E-3`,
      (1e-3 + 2e-3 * T) * (2 * S * S - 1),
    ],
    [
      "Legendre",
      `2. 3. 2. 1. ${INTERVALS} 0. 0. 1E-3 0. 0. 2E-3`,
      (1e-3 + 2e-3 * T) * (1.5 * S * S - 0.5),
    ],
  ];
  for (const [name, lngcor, dx] of cases) {
    const wcs = tnx(lngcor, undefined);
    assertEquals(wcs.problems, [], name);
    const world = wcs.pixelToWorld([30, 20]);
    assertNear(world, tan(X + dx, Y));
    assertNear(wcs.worldToPixel(world), [30, 20], 1e-7);
  }
  const both = tnx(cases[0]![1], `3. 1. 2. 1. ${INTERVALS} 0. 0.05`);
  assertNear(both.pixelToWorld([30, 20]), tan(X + cases[0]![2], Y + 0.05 * Y));
});

Deno.test("readWcs() gives no coordinates of TNX whose text is damaged", () => {
  for (
    const [lngcor, reason] of [
      ["7. 2. 2. 1. -1 1 -1 1 0 0 0 0", "WAT1 has a correction that begins with '7. 2. 2. 1."],
      ["3. 2. 2. 1. -1 1 -1 1 0 0 0", "WAT1 has a correction of 11 numbers, expected 12"],
      ["3. 1e9 2. 1. -1 1 -1 1 0", "WAT1 has a correction that begins with"],
      ["3. 2. 2. 1. -1 1 -1 1 0 0 0 x", "WAT1 has a correction of 12 numbers"],
    ] as const
  ) {
    const wcs = tnx(lngcor, undefined);
    assertEquals(wcs.pixelToWorld([3, 4]), [NaN, NaN]);
    assert(wcs.problems[0]!.reason.includes(reason), wcs.problems[0]!.reason);
  }
});

Deno.test("readWcs() reads ZPX with the polynomial of its radius", () => {
  const none = `3. 1. 1. 0. ${INTERVALS} 0.`;
  const zpx = tnx(none, undefined, "ZPX", "projp1=1. projp3=0.3");
  const zpn = readWcs(
    new Map<string, unknown>([
      ...[["CTYPE1", "RA---ZPN"], ["CTYPE2", "DEC--ZPN"], ["CRPIX1", 1], ["CRPIX2", 1]],
      ...[["CRVAL1", 150], ["CRVAL2", 10], ["CD1_1", 1e-3], ["CD2_2", 1e-3]],
      ...[["PV2_1", 1], ["PV2_3", 0.3]],
    ] as [string, unknown][]),
  )!;
  assertEquals(zpx.problems, []);
  assertNear(zpx.pixelToWorld([3000, 2000]), zpn.pixelToWorld([3000, 2000]));
});
