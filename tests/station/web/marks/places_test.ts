import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { frameOf, nearestRow, pixelsOf } from "../../../../station/web/marks/places.ts";
import { WorldReadout } from "../../../../station/web/sky/readout.ts";

const sky = (more: Readonly<Record<string, unknown>> = {}) =>
  new WorldReadout(
    new Map<string, unknown>(Object.entries({
      ...{ NAXIS: 2, NAXIS1: 100, NAXIS2: 80, CTYPE1: "RA---TAN", CTYPE2: "DEC--TAN" },
      ...{ CRPIX1: 50, CRPIX2: 40, CRVAL1: 83.6, CRVAL2: 22, CDELT1: -0.01, CDELT2: 0.01 },
      ...more,
    })),
  );

/** The Sun from the Earth, 2.5 seconds of arc a pixel. */
const sun = () =>
  sky({
    ...{ CTYPE1: "HPLN-TAN", CTYPE2: "HPLT-TAN", CUNIT1: "arcsec", CUNIT2: "arcsec" },
    ...{ CRVAL1: 0, CRVAL2: 0, CDELT1: 25, CDELT2: 25, DSUN_OBS: 1.496e11, HGLN_OBS: 0 },
    ...{ HGLT_OBS: 0, RSUN_REF: 695_700_000, "DATE-OBS": "2020-06-01T00:00:00" },
  });

Deno.test("pixelsOf() puts rows on the pixels of an image, and leaves out what it does not show", () => {
  const world = sky();
  const frame = frameOf(world, "icrs", []);
  const { x, y, count } = pixelsOf(
    Float64Array.of(83.6, 83.6, 263.6, NaN),
    Float64Array.of(22, 22.1, -22, 5),
    frame,
  );
  assertAlmostEquals(x[0]!, 50, 1e-6);
  assertAlmostEquals(y[0]!, 40, 1e-6);
  assertAlmostEquals(y[1]!, 50, 1e-4);
  // The other side of the sky has the same pixel, by the projection alone.
  assertEquals([x[2], y[3], count], [NaN, NaN, 2]);
  // Hours and degrees.
  const hours = pixelsOf(Float64Array.of(83.6 / 15), Float64Array.of(22), frame, [15, 1]);
  assertAlmostEquals(hours.x[0]!, 50, 1e-6);
  // astropy 5.2.1: SkyCoord(83.6, 22, unit="deg").galactic
  const galactic = frameOf(world, "galactic", []);
  const turned = pixelsOf(
    Float64Array.of(184.55326029616288),
    Float64Array.of(-5.818026107076034),
    galactic,
  );
  assertAlmostEquals(turned.x[0]!, 50, 1e-6);
  assertAlmostEquals(turned.y[0]!, 40, 1e-6);
  const plain = pixelsOf(Float64Array.of(3), Float64Array.of(4), frameOf(world, "pixel", []));
  assertEquals([plain.x[0], plain.y[0]], [3, 4]);
});

Deno.test("pixelsOf() shows the side of the Sun that is seen", () => {
  const frame = frameOf(sun(), "stonyhurst", []);
  const { x, y, count } = pixelsOf(
    Float64Array.of(0, 60, -60, 180, 120),
    Float64Array.of(0, 0, 30, 0, 0),
    frame,
  );
  assertAlmostEquals(x[0]!, 50, 1e-6);
  assertAlmostEquals(y[0]!, 40, 1e-6);
  // West is to the right.
  assertEquals([x[1]! > 80, x[2]! < 30, y[2]! > 55], [true, true, true]);
  assertEquals([x[3], x[4], count], [NaN, NaN, 3]);
});

Deno.test("frameOf() says which places an image does not have", () => {
  assertThrows(() => frameOf(sun(), "galactic", []), RangeError, "no places of the frame galactic");
  assertThrows(() => frameOf(sky(), "stonyhurst", []), RangeError, "stonyhurst");
  const none = new WorldReadout(new Map<string, unknown>([["NAXIS", 2]]));
  assertThrows(() => frameOf(none, "icrs", []), RangeError, "no world coordinates");
  assertEquals(frameOf(none, "pixel", []), undefined);
});

Deno.test("nearestRow() finds the row at a pixel", () => {
  const places = pixelsOf(Float64Array.of(1, 5, NaN, 9), Float64Array.of(1, 5, 5, 9), undefined);
  assertEquals(nearestRow(places, [5.4, 5.2], 1), 1);
  assertEquals(nearestRow(places, [7, 7], 1), undefined);
  assertEquals(nearestRow(places, [8, 8], 2), 3);
});
