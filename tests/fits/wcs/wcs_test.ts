import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { Card } from "../../../fits/header/card.ts";
import { Header } from "../../../fits/header/header.ts";
import type { WcsProblem } from "../../../fits/wcs/keywords/reader.ts";
import { readWcs, type ReadWcsOptions, type Wcs } from "../../../fits/wcs/wcs.ts";
import { FormatError } from "../../../net/errors.ts";
import { fuzz, fuzzRounds } from "../../support/random.ts";

type Cards = Record<string, number | string | bigint>;

function wcsOf(cards: Cards, options?: ReadWcsOptions): Wcs {
  return readWcs(new Map<string, unknown>(Object.entries(cards)), options)!;
}

function assertNear(found: number[], expected: number[], tolerance = 1e-9): void {
  assertEquals(found.length, expected.length);
  for (const [i, value] of found.entries()) {
    assert(Math.abs(value - expected[i]!) <= tolerance, `found ${found}, expected ${expected}`);
  }
}

const SOLAR: Cards = {
  CTYPE1: "HPLN-TAN",
  CTYPE2: "HPLT-TAN",
  CUNIT1: "arcsec",
  CUNIT2: "arcsec",
  CRPIX1: 512,
  CRPIX2: 512,
  CDELT1: 2,
  CDELT2: 2,
  CROTA2: 30,
};

/** Answers of WCSLIB 7.12 for the pixels (0, 0) and (99, 40). */
const RECORDED: [name: string, cards: Cards, first: number[], second: number[]][] = [
  [
    "TAN with CDi_j",
    {
      CTYPE1: "RA---TAN",
      CTYPE2: "DEC--TAN",
      CRPIX1: 512.5,
      CRPIX2: 512.5,
      CRVAL1: 202.4696,
      CRVAL2: 47.1952,
      CD1_1: -1e-4,
      CD1_2: 2e-5,
      CD2_1: 2e-5,
      CD2_2: 1e-4,
    },
    [202.5297509071576, 47.13380428017269],
    [202.5163795114808, 47.13979049552771],
  ],
  [
    "a Carrington map in CAR",
    {
      CTYPE1: "CRLN-CAR",
      CTYPE2: "CRLT-CAR",
      CRPIX1: 181,
      CRPIX2: 90.5,
      CRVAL1: 180,
      CDELT1: 1,
      CDELT2: 1,
    },
    [0, -89.5],
    [99, -49.5],
  ],
  [
    "AIT, whose corners lie outside the sky",
    {
      CTYPE1: "GLON-AIT",
      CTYPE2: "GLAT-AIT",
      CRPIX1: 180.5,
      CRPIX2: 90.5,
      CDELT1: -1,
      CDELT2: 1,
    },
    [NaN, NaN],
    [113.84882714822311, -45.861238103412724],
  ],
  [
    "ZPN",
    {
      CTYPE1: "RA---ZPN",
      CTYPE2: "DEC--ZPN",
      CRPIX1: 0,
      CRPIX2: 0,
      CRVAL1: 10,
      CRVAL2: -45,
      CDELT1: -0.01,
      CDELT2: 0.01,
      PV2_1: 1,
      PV2_3: -50,
    },
    [9.985860289149022, -44.98999909707106],
    [8.56972945072161, -44.57331617919491],
  ],
  [
    "helioprojective seconds of arc, turned by CROTA2",
    SOLAR,
    [359.8960895687375 - 360, -0.38779287469975554],
    [359.93260977198753 - 360, -0.34105016114769426],
  ],
  [
    "NCP, the old name of an oblique SIN",
    {
      CTYPE1: "RA---NCP",
      CTYPE2: "DEC--NCP",
      CRPIX1: 10,
      CRPIX2: 10,
      CRVAL1: 80,
      CRVAL2: 60,
      CDELT1: -0.1,
      CDELT2: 0.1,
    },
    [81.7517784720899, 59.07980618165647],
    [60.881415942578776, 61.340930552828105],
  ],
];

for (const [name, cards, first, second] of RECORDED) {
  Deno.test(`readWcs() reads ${name}`, () => {
    const wcs = wcsOf(cards);
    if (first.some(Number.isNaN)) assertEquals(wcs.pixelToWorld([0, 0]), first);
    else assertNear(wcs.pixelToWorld([0, 0]), first);
    assertNear(wcs.pixelToWorld([99, 40]), second);
    assertNear(wcs.worldToPixel(second), [99, 40], 1e-8);
  });
}

Deno.test("readWcs() says what the axes are", () => {
  const wcs = wcsOf({
    ...SOLAR,
    WCSAXES: 3,
    WCSNAME: "Helioprojective-cartesian",
    CTYPE3: "WAVE",
    CUNIT3: "Angstrom",
    CNAME3: "wavelength",
    CRVAL3: 171,
    CRPIX3: 1,
  });
  assertEquals(wcs.name, "Helioprojective-cartesian");
  assertEquals(wcs.axes, [
    { ctype: "HPLN-TAN", kind: "longitude", unit: "deg", name: undefined, frame: undefined },
    { ctype: "HPLT-TAN", kind: "latitude", unit: "deg", name: undefined, frame: undefined },
    { ctype: "WAVE", kind: "spectral", unit: "m", name: "wavelength", frame: undefined },
  ]);
  assertEquals(wcs.celestial, {
    longitude: 0,
    latitude: 1,
    system: "HPLN",
    projection: "TAN",
    frame: undefined,
    equinox: undefined,
  });
  assertNear(wcs.pixelToWorld([511, 511]), [0, 0, 171e-10], 1e-20);
});

Deno.test("readWcs() reads Solar-X and Solar-Y as helioprojective seconds of arc", () => {
  const modern = wcsOf(SOLAR);
  for (const [x, y] of [["Solar-X", "Solar-Y"], ["SOLAR_X", "SOLAR_Y"], ["solarx", "solary"]]) {
    const { CUNIT1: _1, CUNIT2: _2, ...cards } = SOLAR;
    const old = wcsOf({ ...cards, CTYPE1: x!, CTYPE2: y! });
    assertEquals(old.celestial?.system, "HPLN");
    assertEquals(old.pixelToWorld([99, 40]), modern.pixelToWorld([99, 40]));
  }
});

Deno.test("readWcs() takes CROTA1 where an old solar header has no CROTA2", () => {
  const { CROTA2: angle, ...cards } = SOLAR;
  assertEquals(
    wcsOf({ ...cards, CROTA1: angle! }).pixelToWorld([3, 4]),
    wcsOf(SOLAR).pixelToWorld([3, 4]),
  );
});

Deno.test("readWcs() reads a synoptic map in sine latitude", () => {
  const wcs = wcsOf({
    CTYPE1: "CRLN-CEA",
    CTYPE2: "CRLT-CEA",
    CUNIT1: "Degree",
    CUNIT2: "Sine Latitude",
    CRPIX1: 1800.5,
    CRPIX2: 720.5,
    CRVAL1: 180,
    CRVAL2: 0,
    CDELT1: 0.1,
    CDELT2: 1 / 720,
  });
  assertNear(wcs.pixelToWorld([0, 719.5 + 360]), [0.05, 30]);
});

Deno.test("readWcs() reads an alternate description by its letter", () => {
  const cards: Cards = { ...SOLAR, NAXIS: 2 };
  for (const [keyword, value] of Object.entries(RECORDED[0]![1])) cards[keyword + "A"] = value;
  assertNear(wcsOf(cards, { alternate: "A" }).pixelToWorld([0, 0]), RECORDED[0]![2]);
  assertNear(wcsOf(cards).pixelToWorld([0, 0]), RECORDED[4]![2]);
  assertEquals(readWcs(new Map(), { alternate: "A" }), undefined);
  assertThrows(() => wcsOf(cards, { alternate: "AB" }), FormatError, "the alternate is 'AB'");
});

Deno.test("readWcs() finds nothing in a header without coordinates", () => {
  assertEquals(readWcs(new Map<string, unknown>([["NAXIS", 2], ["NAXIS1", 5]])), undefined);
});

Deno.test("readWcs() reads linear axes of any name, and logarithmic wavelengths", () => {
  const wcs = wcsOf({
    NAXIS: 2n,
    CTYPE1: "TIME",
    CRVAL1: 100,
    CDELT1: 0.5,
    CRPIX1: 1,
    CUNIT1: "s",
    CTYPE2: "WAVE-LOG",
    CUNIT2: "nm",
    CRVAL2: 500,
    CDELT2: 10,
    CRPIX2: 1,
  });
  assertNear(wcs.pixelToWorld([4, 2]), [102, 500e-9 * Math.exp(20 / 500)], 1e-15);
  assertNear(wcs.worldToPixel(wcs.pixelToWorld([4, 2])), [4, 2]);
});

Deno.test("readWcs() reads TPV: the plane bent by PVi_m, TAN without coefficients", () => {
  const tpv = {
    CTYPE1: "RA---TPV",
    CTYPE2: "DEC--TPV",
    CRPIX1: 1,
    CRPIX2: 1,
    CRVAL1: 10,
    CRVAL2: 20,
    CD1_1: -1e-3,
    CD2_2: 1e-3,
  };
  const tan = { ...tpv, CTYPE1: "RA---TAN", CTYPE2: "DEC--TAN" };
  assertEquals(wcsOf(tpv).pixelToWorld([100, 50]), wcsOf(tan).pixelToWorld([100, 50]));
  assertEquals(wcsOf(tpv).celestial?.projection, "TPV");
  const bent = wcsOf({ ...tpv, PV1_1: 1.01, PV1_2: 0.003, PV1_7: 0.1, PV2_3: 0.002, PV2_39: 5 });
  // At x = -0.1 and y = 0.05 degrees of the plane, bent by hand.
  const x = 1.01 * -0.1 + 0.003 * 0.05 + 0.1 * (-0.1) ** 3;
  const r = Math.hypot(0.1, 0.05);
  const y = 0.05 + 0.002 * r + 5 * r ** 7;
  assertNear(
    bent.pixelToWorld([100, 50]),
    wcsOf(tan).pixelToWorld([x / -1e-3, y / 1e-3]),
    1e-12,
  );
  assertNear(bent.worldToPixel(bent.pixelToWorld([100, 50])), [100, 50], 1e-9);
});

Deno.test("worldToPixel() leaves an axis without scale at its reference pixel", () => {
  const wcs = wcsOf({ ...SOLAR, CTYPE3: "LAMBDA", CRVAL3: 6e-5, CRPIX3: 1, CDELT3: 0 });
  const world = wcs.pixelToWorld([10, 20, 5]);
  assertEquals(world[2], 6e-5);
  assertNear(wcs.worldToPixel(world), [10, 20, 0], 1e-8);
});

Deno.test("readWcs() gives no coordinates where it cannot compute them, with the reason", () => {
  const cases: [Cards, keyword: string, reason: string][] = [
    [{ ...SOLAR, CTYPE1: "RA---XYZ" }, "CTYPE1", "'XYZ' of 'RA---XYZ' is no known projection"],
    [{ ...SOLAR, CTYPE1: "RA---XYZ" }, "CTYPE2", "'HPLT-TAN' stands alone"],
    [
      { ...SOLAR, CTYPE1: "HPLN-SIN" },
      "CTYPE1",
      "different projections ('HPLN-SIN' and 'HPLT-TAN')",
    ],
    [{ ...SOLAR, A_ORDER: 2 }, "A_ORDER", "B_ORDER is undefined, expected 0 to 9"],
    [{ ...SOLAR, A_ORDER: 2, B_ORDER: 1e9 }, "A_ORDER", "B_ORDER is 1000000000, expected 0 to 9"],
    [
      { ...SOLAR, CTYPE1: "RA---CAR", CTYPE2: "DEC--CAR", CRVAL2: 162e3, LONPOLE: 90 },
      "CTYPE1",
      "no pole agrees with latitude 45, LONPOLE 90",
    ],
    [{ ...SOLAR, CTYPE1: "RA---ZPN", CTYPE2: "DEC--ZPN" }, "CTYPE1", "ZPN without the parameters"],
    [{ ...SOLAR, CTYPE1: "RA---CEA", CTYPE2: "DEC--CEA", PV2_1: 2 }, "CTYPE1", "CEA with lambda 2"],
    [{ ...SOLAR, CTYPE1: "RA---AZP", CTYPE2: "DEC--AZP", PV2_1: -1 }, "CTYPE1", "AZP with mu -1"],
    [{ ...SOLAR, CTYPE1: "RA---COE", CTYPE2: "DEC--COE" }, "CTYPE1", "COE without PVi_1"],
    [
      { ...SOLAR, CUNIT1: "hourangle" },
      "CUNIT1",
      "'hourangle' does not measure what HPLN-TAN does",
    ],
    [{ ...SOLAR, CUNIT2: "min" }, "CUNIT2", "'min' does not measure what HPLT-TAN does (deg)"],
  ];
  for (const [cards, keyword, reason] of cases) {
    // The third axis is not touched by it.
    const wcs = wcsOf({ ...cards, CTYPE3: "STOKES", CRPIX3: 1, CRVAL3: 1, CDELT3: 1 });
    assertEquals(wcs.pixelToWorld([3, 4, 1]), [NaN, NaN, 2], reason);
    assertEquals(wcs.worldToPixel([0, 0, 2])[2], 1, reason);
    assert(
      wcs.problems.some((one) => one.keyword === keyword && one.reason.includes(reason)),
      `${reason}: ${JSON.stringify(wcs.problems)}`,
    );
  }
});

Deno.test("readWcs() takes RESTFRQ where a header has RESTWAV too, as WCSLIB does", () => {
  const cards = {
    ...{ CTYPE1: "VRAD-V2F", CRPIX1: 32768, CRVAL1: 2.120347082e7, CDELT1: 683.8345224 },
    RESTFRQ: 110201353000,
  };
  const wcs = wcsOf({ ...cards, RESTWAV: 0.00272040633 });
  assertEquals(wcs.pixelToWorld([2040]), wcsOf(cards).pixelToWorld([2040]));
});

Deno.test("readWcs() says that it knows no older form of the correction of a detector", () => {
  const wcs = wcsOf({ ...SOLAR, AXISCORR: 2 });
  assertEquals(wcs.problems.map(({ keyword }) => keyword), ["AXISCORR"]);
  assertEquals(wcs.pixelToWorld([3, 4]), wcsOf(SOLAR).pixelToWorld([3, 4]));
  // Beside the form of today it says nothing more.
  const both = wcsOf({ ...SOLAR, AXISCORR: 2, D2IMDIS2: "Spline" });
  assertEquals(both.problems.map(({ keyword }) => keyword), ["D2IMDIS2"]);
});

Deno.test("readWcs() says which corrections it leaves out", () => {
  for (const keyword of ["CPDIS1", "CPDIS2", "CQDIS1", "D2IMDIS2"]) {
    const wcs = wcsOf({ ...SOLAR, [keyword]: "Spline" });
    assertEquals(wcs.problems, [{
      keyword,
      reason: "the correction 'Spline' is unknown here; coordinates are without it",
    }]);
    assertEquals(wcs.pixelToWorld([3, 4]), wcsOf(SOLAR).pixelToWorld([3, 4]));
  }
});

Deno.test("readWcs() gives no coordinates about a pole that is none, and says why", () => {
  for (const latitude of [90.000001, 172.175331703, -200]) {
    const wcs = wcsOf({
      ...{ CTYPE1: "RA---TAN", CRVAL1: 10, CTYPE2: "DEC--TAN", CRVAL2: latitude },
      ...{ CTYPE3: "FREQ", CRVAL3: 5, CD3_3: 2, CD1_1: -0.001, CD2_2: 0.001 },
    });
    assertEquals(wcs.pixelToWorld([0, 0, 1]), [NaN, NaN, 9]);
    const [{ reason }] = wcs.problems as [WcsProblem];
    assertStringIncludes(reason, `the latitude of the reference point is ${latitude}, expected`);
  }
});

Deno.test("readWcs() tells of a keyword that stands twice with different values", () => {
  const twice = (...cards: (readonly [string, string | number])[]) =>
    readWcs(new Header(cards.map(([keyword, value]) => Card.of(keyword, value))))!;
  const wcs = twice(
    ...[["CTYPE1", "FREQ"], ["CRVAL1", 5], ["CDELT1", 2]] as const,
    ...[["CDELT1", 3], ["CRVAL1", 5], ["CTYPE1", "FREQ  "]] as const,
  );
  assertEquals(wcs.pixelToWorld([1]), [9]);
  assertEquals(wcs.problems, [{
    keyword: "CDELT1",
    reason: "the value is 2 and, in a later card, 3; the first is taken",
  }]);
});

Deno.test("readWcs() has no problems with good headers", () => {
  for (const [name, cards] of RECORDED) assertEquals(wcsOf(cards).problems, [], name);
});

Deno.test("worldToPixel() refuses a singular matrix and a wrong number of coordinates", () => {
  const singular = wcsOf({ ...SOLAR, CROTA2: 0, PC1_1: 1, PC1_2: 1, PC2_1: 1, PC2_2: 1 });
  assertThrows(() => singular.worldToPixel([0, 0]), FormatError, "is singular");
  assertThrows(
    () => wcsOf(SOLAR).worldToPixel([1]),
    FormatError,
    "got 1 coordinates, expected 2 (HPLN-TAN, HPLT-TAN)",
  );
});

Deno.test("worldToPixel() is the inverse of pixelToWorld() wherever there is sky", async () => {
  const projections = ["TAN", "SIN", "ARC", "STG", "ZEA", "CAR", "CEA", "MER", "SFL", "AIT"];
  await fuzz(fuzzRounds(300, 3_000), 7_000, (random) => {
    const code = random.pick(projections);
    const wcs = wcsOf({
      CTYPE1: `RA---${code}`,
      CTYPE2: `DEC--${code}`,
      CRPIX1: 50,
      CRPIX2: 50,
      CRVAL1: random.next() * 360,
      CRVAL2: ["CAR", "CEA", "MER", "SFL", "AIT"].includes(code) ? 0 : random.next() * 160 - 80,
      CDELT1: -0.1,
      CDELT2: 0.1,
      PC1_1: 0.8,
      PC1_2: -0.6,
      PC2_1: 0.6,
      PC2_2: 0.8,
    });
    const pixel = [random.next() * 100, random.next() * 100];
    assertNear(wcs.worldToPixel(wcs.pixelToWorld(pixel)), pixel, 1e-7);
  });
});

Deno.test("readWcs() answers any values of the keywords with coordinates or a FormatError", async () => {
  const keywords = [
    ...["CRPIX", "CRVAL", "CDELT", "CROTA"].flatMap((name) => [name + 1, name + 2]),
    ...["PC", "CD", "PV"].flatMap((name) => ["1_1", "1_2", "2_1", "2_2"].map((ij) => name + ij)),
    ...["LONPOLE", "LATPOLE", "WCSAXES", "A_ORDER", "B_ORDER", "A_2_0", "B_0_2"],
  ];
  const codes = ["TAN", "SIN", "ZPN", "AZP", "CEA", "AIT", "NCP", "XXX", "CAR-SIP"];
  await fuzz(fuzzRounds(2_000, 20_000), 8_000, (random) => {
    const code = random.pick(codes);
    const cards: Cards = { CTYPE1: `GLON-${code}`, CTYPE2: `GLAT-${code}` };
    for (let i = 0; i < 8; i++) {
      cards[random.pick(keywords)] = random.pick<number | string | bigint>([
        0,
        1,
        -1,
        90,
        1e300,
        -1e-300,
        2,
        "text",
        10n ** 400n,
        random.next() * 100,
      ]);
    }
    try {
      const wcs = wcsOf(cards);
      const world = wcs.pixelToWorld([1, 2]);
      assertEquals(world.length, wcs.axes.length);
      wcs.worldToPixel(world);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
    }
  });
});

Deno.test("readWcs() counts pixels from the origin that it is told", () => {
  for (const [name, cards] of RECORDED) {
    const zero = wcsOf(cards);
    const one = wcsOf(cards, { origin: 1 });
    assertEquals(one.pixelToWorld([100, 41]), zero.pixelToWorld([99, 40]), name);
    assertEquals(one.pixelToWorld([]), zero.pixelToWorld([0, 0]), name);
    const world = zero.pixelToWorld([99, 40]);
    const back = zero.worldToPixel(world).map((value) => value + 1);
    assertNear(one.worldToPixel(world), back, 1e-9);
    assertEquals(zero.pixelToWorld([100, 41], { origin: 1 }), zero.pixelToWorld([99, 40]), name);
    assertEquals(one.pixelToWorld([99, 40], { origin: 0 }), zero.pixelToWorld([99, 40]), name);
  }
  assertThrows(() => wcsOf(SOLAR, { origin: 2 as 1 }), FormatError, "expected 0 or 1");
});

Deno.test("pixelsToWorld() and worldToPixels() do for many points what is done for one", async () => {
  const codes = ["TAN", "SIN", "STG", "ZEA", "ARC", "CAR", "AIT", "TAN-SIP"];
  await fuzz(fuzzRounds(80, 800), 9_000, (random) => {
    const code = random.pick(codes);
    const cylindrical = code === "CAR" || code === "AIT";
    const cards: Cards = {
      ...{ CTYPE1: `${random.pick(["RA--", "HPLN"])}-${code}`, CRPIX1: 50, CRPIX2: 40 },
      ...{ CRVAL1: random.next() * 360, CRVAL2: cylindrical ? 0 : random.next() * 160 - 80 },
      ...{ CD1_1: -0.01, CD1_2: 0.002, CD2_1: 0.003, CD2_2: 0.01 },
    };
    cards.CTYPE2 = String(cards.CTYPE1).startsWith("RA") ? `DEC--${code}` : `HPLT-${code}`;
    if (code === "TAN-SIP") Object.assign(cards, { A_ORDER: 2, B_ORDER: 2, A_2_0: 1e-6 });
    const wcs = wcsOf(cards);
    const points = Float64Array.from({ length: 40 }, () => random.next() * 100);
    const origin = random.pick([0, 1] as const);
    const world = wcs.pixelsToWorld(points, { origin });
    const into = new Float64Array(40);
    assertEquals(wcs.worldToPixels(world, { origin, into }), into);
    for (let at = 0; at < points.length; at += 2) {
      const one = wcs.pixelToWorld([points[at]!, points[at + 1]!], { origin });
      assertNear([...world.subarray(at, at + 2)], one, 1e-11);
      assertNear([...into.subarray(at, at + 2)], [points[at]!, points[at + 1]!], 1e-7);
    }
  });
  const wcs = wcsOf(RECORDED[0]![1]);
  assertThrows(() => wcs.pixelsToWorld([1, 2, 3]), FormatError, "expected 2 for each point");
  assertThrows(
    () => wcs.pixelsToWorld([1, 2, 3, 4], { into: new Float64Array(3) }),
    FormatError,
    "there is room for 3",
  );
});

Deno.test("pixelsToWorld() has no points where the projection has none", () => {
  const sin = wcsOf({
    ...RECORDED[0]![1],
    CTYPE1: "RA---SIN",
    CTYPE2: "DEC--SIN",
    CD1_1: -1,
    CD2_2: 1,
  });
  assertEquals(sin.pixelsToWorld([5000, 5000]), Float64Array.of(NaN, NaN));
  assertEquals(sin.worldToPixels([22.4696, -47.1952]), Float64Array.of(NaN, NaN));
});

Deno.test("pixelScale() and footprint() measure the image", () => {
  const cards: Cards = {
    ...{ NAXIS: 2, NAXIS1: 100, NAXIS2: 50, CTYPE1: "RA---CAR", CTYPE2: "DEC--CAR" },
    ...{ CRPIX1: 50.5, CRPIX2: 25.5, CRVAL1: 180, CRVAL2: 0, CDELT1: -0.1, CDELT2: 0.2 },
  };
  const wcs = wcsOf(cards);
  assertNear(wcs.pixelScale(), [0.1, 0.2], 1e-15);
  const corners = (options?: Parameters<Wcs["footprint"]>[0]) => wcs.footprint(options)!.flat();
  assertNear(corners(), [185, -5, 185, 5, 175, 5, 175, -5], 1e-12);
  assertNear(
    corners({ corners: "center" }),
    [184.95, -4.9, 184.95, 4.9, 175.05, 4.9, 175.05, -4.9],
    1e-12,
  );
  assertNear(corners({ shape: [1, 1], corners: "center" }), [
    184.95,
    -4.9,
    184.95,
    -4.9,
    184.95,
    -4.9,
    184.95,
    -4.9,
  ], 1e-12);
  assertEquals(wcsOf({ CTYPE1: "FREQ", CRPIX1: 1 }).footprint(), undefined);
});

Deno.test("readWcs() reads the conventions that came before the standard", () => {
  const plain: Cards = {
    ...{ CTYPE1: "RA---TAN", CTYPE2: "DEC--TAN", CRPIX1: 10, CRPIX2: 5, CRVAL1: 80, CRVAL2: 30 },
    ...{ CDELT1: -0.1, CDELT2: 0.1 },
  };
  const old = wcsOf({ ...plain, PC001001: 0.8, PC001002: -0.6, PC002001: 0.6, PC002002: 0.8 });
  const modern = wcsOf({ ...plain, PC1_1: 0.8, PC1_2: -0.6, PC2_1: 0.6, PC2_2: 0.8 });
  assertEquals(old.pixelToWorld([20, 30]), modern.pixelToWorld([20, 30]));
  assertEquals(wcsOf({ ...plain, EPOCH: 1950 }).celestial?.equinox, 1950);
  assertEquals(wcsOf({ ...plain, EPOCH: 1950 }).celestial?.frame, "FK4");
  assertEquals(wcsOf({ ...plain, EQUINOX: 2000 }).celestial?.frame, "FK5");
  assertEquals(wcsOf(plain).celestial?.frame, "ICRS");
  // GLS away from the equator (answers of WCSLIB 7.12), PVi_m of SCAMP, AIPS' velocities.
  const gls = wcsOf({ ...plain, CTYPE1: "RA---GLS", CTYPE2: "DEC--GLS", CRVAL2: 60 });
  assertNear(gls.pixelToWorld([20, 30]), [80 - 1.1 / Math.cos(62.6 * Math.PI / 180), 62.6], 1e-9);
  const scamp = wcsOf({ ...plain, PV1_0: 0, PV1_1: 1.01, PV1_5: 0.1, PV2_1: 1.02 });
  const tpv = wcsOf({
    ...plain,
    CTYPE1: "RA---TPV",
    CTYPE2: "DEC--TPV",
    PV1_1: 1.01,
    PV1_5: 0.1,
    PV2_1: 1.02,
  });
  assertEquals(scamp.pixelToWorld([3, 4]), tpv.pixelToWorld([3, 4]));
  assertEquals(scamp.problems.map(({ reason }) => reason), [
    "TAN with polynomials in PVi_m is read as TPV",
  ]);
  assertEquals(tpv.problems, []);
  const velocity = wcsOf({
    ...plain,
    CTYPE3: "FELO-HEL",
    CRPIX3: 1,
    CRVAL3: 1e6,
    CDELT3: 1e4,
    RESTFRQ: 1.420405752e9,
  });
  assertNear(velocity.pixelToWorld([9, 4, 100]), [80, 30, 2003335.640951991], 1e-6);
  assertEquals(velocity.axes[2]!.frame, "BARYCENT");
  const radio = wcsOf({
    ...plain,
    CTYPE3: "VELO-LSR",
    CRPIX3: 1,
    CRVAL3: 1e6,
    CDELT3: 1e4,
    VELREF: 257,
  });
  assertEquals([radio.problems, radio.axes[2]!.frame], [[], "LSRK"]);
});

Deno.test("readWcs() reads the coordinates of a table's columns", () => {
  const list = readWcs(
    new Map<string, unknown>([
      ...[["TCTYP2", "RA---TAN"], ["TCTYP3", "DEC--TAN"], ["TCRVL2", 10], ["TCRVL3", 20]],
      ...[["TCDLT2", -0.1], ["TCDLT3", 0.1], ["TCRPX2", 5], ["TCRPX3", 6]],
    ] as [string, unknown][]),
    { columns: { list: [2, 3] } },
  )!;
  const cell = readWcs(
    new Map<string, unknown>([
      ...[["1CTYP7", "RA---TAN"], ["2CTYP7", "DEC--TAN"], ["1CRVL7", 10], ["2CRVL7", 20]],
      ...[["1CDLT7", -0.1], ["2CDLT7", 0.1], ["1CRPX7", 5], ["2CRPX7", 6], ["12PC7", 0]],
    ] as [string, unknown][]),
    { columns: { cell: 7 } },
  )!;
  const image = wcsOf({
    ...{ CTYPE1: "RA---TAN", CTYPE2: "DEC--TAN", CRVAL1: 10, CRVAL2: 20, CDELT1: -0.1 },
    ...{ CDELT2: 0.1, CRPIX1: 5, CRPIX2: 6 },
  });
  assertEquals(list.pixelToWorld([3, 9]), image.pixelToWorld([3, 9]));
  assertEquals(cell.pixelToWorld([3, 9]), image.pixelToWorld([3, 9]));
});

Deno.test("readWcs() takes LONPOLE and LATPOLE of 999 as none given", () => {
  const cards: [string, string | number][] = [
    ...[["CTYPE1", "RA---CAR"], ["CTYPE2", "DEC--CAR"], ["CRPIX1", 50], ["CRPIX2", 50]],
    ...[["CRVAL1", 83], ["CRVAL2", -5], ["CDELT1", -0.1], ["CDELT2", 0.1]],
  ] as [string, string | number][];
  const plain = readWcs(new Map(cards))!.pixelToWorld([10, 20]);
  for (const keyword of ["LONPOLE", "LATPOLE"]) {
    assertEquals(readWcs(new Map([...cards, [keyword, 999]]))!.pixelToWorld([10, 20]), plain);
  }
});

Deno.test("worldToPixels() takes angles of any number of turns, as worldToPixel() does", () => {
  const wcs = wcsOf({
    ...{ CTYPE1: "RA---ZEA", CTYPE2: "DEC--ZEA", CRPIX1: 50, CRPIX2: 40, CRVAL1: 83, CRVAL2: 20 },
    ...{ CD1_1: -0.1, CD1_2: 0, CD2_1: 0, CD2_2: 0.1 },
  });
  const longitudes = [0, 45, 90, 134.9, 180, 225, 269.5, 270, 315, 360, 443, -10, -637, 3.6e5 + 80];
  for (const longitude of longitudes) {
    for (const latitude of [-89.9, -90, -45, 0, 10, 44.999, 45, 90, 100]) {
      const one = wcs.worldToPixel([longitude, latitude]);
      assertNear([...wcs.worldToPixels([longitude, latitude])], one, 1e-7);
    }
  }
  // The three ways through the arc tangent, the axes among them.
  const corners = wcs.worldToPixels([83, 89, 83, -60, 3, 0, 173, 0, 263, 45, 353, 0]);
  for (let at = 0; at < corners.length; at += 2) {
    const one = wcs.pixelToWorld([corners[at]!, corners[at + 1]!]);
    assertNear([...wcs.pixelsToWorld(corners.subarray(at, at + 2))], one, 1e-11);
  }
  for (const none of [NaN, Infinity]) {
    assertEquals(wcs.worldToPixels([none, 0]), Float64Array.of(NaN, NaN));
  }
  assert(wcs.worldToPixels([1e300, 20]).every(Number.isFinite));
});
