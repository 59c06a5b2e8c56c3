import { assert, assertEquals } from "@std/assert";
import { openFits } from "../../../fits/file/open.ts";
import { readFileWcs } from "../../../fits/file/wcs.ts";
import { Card } from "../../../fits/header/card.ts";
import type { HduInput } from "../../../fits/hdu/output.ts";
import type { ImageInput } from "../../../fits/image/output.ts";
import { tableHdu } from "../../../fits/table/output.ts";
import { encodeFits } from "../../../fits/write/write.ts";
import type { Wcs } from "../../../fits/wcs/wcs.ts";

type Input = ImageInput | HduInput;
type Cards = [string, string | number][];

async function wcsOf(cards: Cards, others: Input[]): Promise<Wcs> {
  const image = { pixels: new Float32Array(4), shape: [2, 2], header: cardsOf(cards) };
  await using file = await openFits(await encodeFits([image, ...others]));
  return (await readFileWcs(file, await file.hdu(0)))!;
}

function cardsOf(cards: Cards): Card[] {
  return cards.map(([keyword, value]) => Card.of(keyword, value));
}

function assertNear(found: readonly number[], expected: readonly number[], tolerance = 1e-9) {
  assertEquals(found.length, expected.length);
  for (const [i, value] of found.entries()) {
    const near = Math.abs(value - expected[i]!) <= tolerance ||
      (Number.isNaN(value) && Number.isNaN(expected[i]!));
    assert(near, `found ${found}, expected ${expected}`);
  }
}

const SPECTRUM: Cards = [
  ...[["CTYPE1", "WAVE-TAB"], ["CUNIT1", "nm"], ["CRPIX1", 1], ["CRVAL1", 1], ["CDELT1", 0.5]],
  ...[["PS1_0", "WCS-TAB"], ["PS1_1", "COORDS"], ["PS1_2", "INDEX"], ["CTYPE2", "STOKES"]],
  ...[["CRPIX2", 1], ["CRVAL2", 1], ["CDELT2", 1]],
] as Cards;

/** The table of {@linkcode SPECTRUM}. */
function spectrumTable(version = 1): Input {
  return tableHdu({
    name: "WCS-TAB",
    version,
    columns: [
      { name: "COORDS", values: Float64Array.of(500, 510, 530, 560, 600), shape: [1, 5] },
      { name: "INDEX", values: Float64Array.of(1, 2.5, 4, 6, 9), shape: [5] },
    ],
  });
}

Deno.test("readFileWcs() reads a spectral axis from its table, as WCSLIB does", async () => {
  const wcs = await wcsOf(SPECTRUM, [spectrumTable()]);
  assertEquals(wcs.problems, []);
  assertEquals(wcs.axes[0]!.unit, "nm");
  // Answers of WCSLIB 7.12; half a step beyond the ends is extrapolated, further there is nothing.
  const cases: [pixel: number, world: number][] = [
    [0, 500],
    [1, 503.33333333333337],
    [3.3, 512],
    [10, 560],
    [15, 593.3333333333334],
    [17, 606.6666666666667],
    [19, 620],
    [-1, 496.66666666666663],
    [-2, NaN],
    [20, NaN],
  ];
  for (const [pixel, world] of cases) {
    assertNear(wcs.pixelToWorld([pixel, 2]), [world, 3]);
    if (!Number.isNaN(world)) assertNear(wcs.worldToPixel([world, 3]), [pixel, 2]);
  }
});

Deno.test("readFileWcs() says which table it misses, and reads the other axes", async () => {
  for (const others of [[], [spectrumTable(2)]]) {
    const wcs = await wcsOf(SPECTRUM, others);
    assertEquals(wcs.pixelToWorld([3, 2]), [NaN, 3]);
    assertEquals(wcs.problems, [{
      keyword: "PS1_1",
      reason: "the coordinates are in the column COORDS of the table WCS-TAB, which was not " +
        "given; the axis has no coordinates",
    }]);
  }
});

Deno.test("readFileWcs() reads two axes from one table of coordinates, both ways", async () => {
  const [width, height] = [5, 6];
  const values = new Float64Array(2 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      values[2 * (y * width + x)] = 10 + 0.1 * x + 0.01 * y + 0.002 * x * y;
      values[2 * (y * width + x) + 1] = 20 + 0.1 * y - 0.015 * x;
    }
  }
  const wcs = await wcsOf(
    [
      ...[["CTYPE1", "RA---TAB"], ["CTYPE2", "DEC--TAB"], ["CUNIT1", "deg"], ["CUNIT2", "deg"]],
      ...[["CRPIX1", 1], ["CRPIX2", 1], ["CRVAL1", 1], ["CRVAL2", 1], ["CDELT1", 0.5]],
      ...[["CDELT2", 0.25], ["PS1_0", "T2"], ["PS1_1", "C"], ["PS2_0", "T2"], ["PS2_1", "C"]],
      ...[["PV1_3", 1], ["PV2_3", 2]],
    ] as Cards,
    [tableHdu({ name: "T2", columns: [{ name: "C", values, shape: [2, width, height] }] })],
  );
  assertEquals(wcs.problems, []);
  // Answers of WCSLIB 7.12.
  const cases: [pixel: number[], world: number[]][] = [
    [[0, 0], [10, 20]],
    [[1, 3], [10.058250000000001, 20.0675]],
    [[3.3, 7], [10.188274999999999, 20.15025]],
    [[8, 20], [10.49, 20.44]],
    [[9, 21], [10.54975, 20.457500000000003]],
    [[9.9, 1], [NaN, NaN]],
    [[-1, -1], [9.94775, 19.982499999999998]],
  ];
  for (const [pixel, world] of cases) {
    assertNear(wcs.pixelToWorld(pixel), world);
    if (!Number.isNaN(world[0]!)) assertNear(wcs.worldToPixel(world), pixel);
  }
});

Deno.test("readFileWcs() moves pixels by the lookup tables of CPDISj and D2IMDISj", async () => {
  const linear: Cards = [["CTYPE1", "X"], ["CRPIX1", 1], ["CTYPE2", "Y"], ["CRPIX2", 1]];
  const cards: Cards = [
    ...linear,
    ...[["CPDIS1", "Lookup"], ["DP1", "EXTVER: 1"], ["DP1", "NAXES: 2"]],
    ...[["CPDIS2", "LOOKUP"], ["DP2", "EXTVER: 2"], ["D2IMDIS1", "LOOKUP"], ["D2IM1", "EXTVER: 1"]],
  ] as Cards;
  const step = cardsOf([["CRPIX1", 0], ["CRPIX2", 0], ["CDELT1", 10], ["CDELT2", 10]]);
  const table = (name: string, version: number, pixels: Float32Array): Input => {
    return { name, version, pixels, shape: [2, 2], header: step };
  };
  const wcs = await wcsOf(cards, [
    table("WCSDVARR", 1, Float32Array.of(0, 1, 2, 3)),
    table("WCSDVARR", 2, Float32Array.of(0.5, 0.5, 0.5, 0.5)),
    table("D2IMARR", 1, Float32Array.of(0.25, 0.25, 0.25, 0.25)),
  ]);
  assertEquals(wcs.problems, []);
  // The pixel (4, 2) lies 0.4 of a step along axis 1 of the tables, with D2IM 0.425, and 0.2
  // along axis 2: the first table has 0.425 + 2 x 0.2 there.
  assertNear(wcs.pixelToWorld([4, 2]), [4 + 0.25 + 0.425 + 0.4, 2.5], 1e-12);
  assertNear(wcs.worldToPixel(wcs.pixelToWorld([4, 2])), [4, 2], 1e-9);
  const missing = await wcsOf(cards, []);
  assertEquals(missing.pixelToWorld([4, 2]), [4, 2]);
  assertEquals(missing.problems.map(({ keyword }) => keyword), ["D2IMDIS1", "CPDIS1", "CPDIS2"]);
});
