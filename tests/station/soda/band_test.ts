import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { readWcs } from "../../../fits/wcs/wcs.ts";
import { planesOfBand, wavelengthOf } from "../../../station/soda/band.ts";

const LIGHT = 299_792_458;

Deno.test("wavelengthOf() turns every kind of axis into metres", () => {
  const cases: [kind: string, unit: string, value: number, metres: number][] = [
    ["WAVE", "m", 5e-7, 5e-7],
    ["FREQ", "Hz", 1e9, LIGHT / 1e9],
    ["WAVN", "/m", 2e6, 5e-7],
    ["ENER", "J", 6.62607015e-34 * LIGHT / 5e-7, 5e-7],
    ["ENER", "eV", 1239.841984332 / 500, 5e-7],
    // At rest 21 cm; away with a tenth of the speed of light.
    ["VRAD", "m/s", LIGHT / 10, LIGHT / 1.42e9 / 0.9],
    ["VOPT", "m/s", LIGHT / 10, LIGHT / 1.42e9 * 1.1],
    ["ZOPT", "", 0.1, LIGHT / 1.42e9 * 1.1],
  ];
  for (const [kind, unit, value, metres] of cases) {
    assertAlmostEquals(wavelengthOf(kind, unit, 1.42e9)!(value) / metres, 1, 1e-9, kind);
  }
  assertEquals(wavelengthOf("VRAD", "m/s", undefined), undefined);
  assertEquals(wavelengthOf("STOK", "", 1e9), undefined);
});

Deno.test("planesOfBand() finds the planes that a band touches", () => {
  const wcs = readWcs(
    new Map<string, unknown>([
      ["NAXIS", 3],
      ...[["CTYPE3", "WAVE"], ["CUNIT3", "nm"], ["CRPIX3", 1], ["CRVAL3", 500]] as const,
      ["CDELT3", 10],
    ]),
    { origin: 1 },
  )!;
  const shape = [4, 4, 20];
  const range = (low: number, high: number) =>
    planesOfBand(wcs, shape, [low, high], undefined).range;
  assertEquals(range(501e-9, 502e-9), [1, 1]);
  assertEquals(range(504e-9, 506e-9), [1, 2]);
  assertEquals(range(520e-9, 520e-9), [3, 3]);
  assertEquals(range(-Infinity, 511e-9), [1, 2]);
  assertEquals(range(680e-9, Infinity), [19, 20]);
  assertEquals(range(1e-9, 2e-9), undefined);
  const plain = readWcs(
    new Map<string, unknown>([["NAXIS", 1], ["CTYPE1", "STOKES"], ["CRPIX1", 1]]),
  )!;
  assertThrows(() => planesOfBand(plain, [4], [1, 2], undefined), Error, "no axis of wavelengths");
});
