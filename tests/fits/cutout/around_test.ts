import { assertEquals, assertThrows } from "@std/assert";
import { parseCutSize, sectionAround } from "../../../fits/cutout/mod.ts";
import { readWcs, SectionError } from "../../../fits/mod.ts";
import { FormatError } from "../../../net/errors.ts";

Deno.test("parseCutSize() reads pixels, degrees, minutes and seconds of arc", () => {
  const cases: readonly [string, ...string[]][] = [
    ["200", "200 pixel", "200 pixel"],
    ["200,100px", "200 pixel", "100 pixel"],
    ["0.1deg", "0.1 deg", "0.1 deg"],
    ["1.5d, 30'", "1.5 deg", "0.5 deg"],
    ["30arcmin,36arcsec", "0.5 deg", "0.01 deg"],
    ["36\",36''", "0.01 deg", "0.01 deg"],
    [".5 DEG", "0.5 deg", "0.5 deg"],
    ["2\u00b0,30\u2032", "2 deg", "0.5 deg"],
  ];
  for (const [text, ...expected] of cases) {
    assertEquals(parseCutSize(text).map(({ value, unit }) => `${value} ${unit}`), expected);
  }
  for (
    const text of ["", "0", "-5", "1,2,3", "5 parsec", "1e3", "5,", "constructor", "1constructor"]
  ) {
    assertThrows(
      () => parseCutSize(text),
      FormatError,
      `Cannot read the size '${text}', expected W`,
    );
  }
});

const WCS = readWcs(
  new Map<string, unknown>([
    ...Object.entries({
      ...{ NAXIS: 3, CTYPE1: "DEC--TAN", CTYPE2: "FREQ", CTYPE3: "RA---TAN", CRVAL1: 20 },
      ...{ CRVAL2: 1e9, CRVAL3: 10, CRPIX1: 51, CRPIX2: 1, CRPIX3: 41 },
      ...{ CDELT1: 0.01, CDELT2: 1e6, CDELT3: -0.02 },
    }),
  ]),
)!;

Deno.test("sectionAround() takes the axes of the sky in their order, the others whole", () => {
  const shape = [100, 7, 80];
  const at = (size: string, center: [number, number] = [10, 20]) =>
    sectionAround(WCS, { shape, center, size: parseCutSize(size) });
  assertEquals(at("10"), [[45, 55], [0, 7], [35, 45]]);
  assertEquals(at("11,4"), [[45, 56], [0, 7], [38, 42]]);
  // Halves round to the even number, as numpy's do.
  assertEquals(at("0.105deg,0.2deg"), [[45, 55], [0, 7], [35, 45]]);
  assertEquals(at("300"), [[-100, 200], [0, 7], [-110, 190]]);
  assertThrows(
    () => at("10", [190, -20]),
    SectionError,
    "Cannot cut around 190,-20: the image cannot show the point",
  );
  assertThrows(
    () => at("1arcsec"),
    SectionError,
    "Cannot cut around 10,20: the size is 0 pixels along axis 1, expected 1 to 1073741824",
  );
  assertThrows(
    () => sectionAround(WCS, { shape: [100], center: [10, 20], size: parseCutSize("5") }),
    FormatError,
    "Cannot cut around a point: the image has 1 axes, and the celestial ones are 1 and 3",
  );
});

Deno.test("sectionAround() needs celestial axes", () => {
  const wcs = readWcs(new Map<string, unknown>([["NAXIS", 1], ["CTYPE1", "FREQ"]]))!;
  assertThrows(
    () => sectionAround(wcs, { shape: [9], center: [0, 0], size: parseCutSize("5") }),
    FormatError,
    "Cannot cut around a point: the image has no celestial axes",
  );
});
