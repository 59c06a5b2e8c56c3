import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { alignedView, pixelMap } from "../../../../station/web/sky/align.ts";
import { WorldReadout } from "../../../../station/web/sky/readout.ts";
import { toPixel, toScreen, type View } from "../../../../station/web/picture/transform.ts";

const SIZE = { width: 800, height: 600, ratio: 1 };
const UPRIGHT: View = { x: 55, y: 40, zoom: 4, rotate: 0, flipX: false, flipY: false };

const worldOf = (keywords: Record<string, unknown>) =>
  new WorldReadout(new Map(Object.entries({ NAXIS: 2, RADESYS: "ICRS", ...keywords })));

/** A plate around one point of the sky, turned, scaled, mirrored. */
function plate(scale: number, degrees: number, parity: 1 | -1, types = ["RA---TAN", "DEC--TAN"]) {
  const [cos, sin] = [Math.cos(degrees * Math.PI / 180), Math.sin(degrees * Math.PI / 180)];
  return worldOf({
    ...{ CTYPE1: types[0], CTYPE2: types[1], CRPIX1: 50, CRPIX2: 50 },
    ...{ CRVAL1: 83.633, CRVAL2: 22.0145 },
    ...{
      CD1_1: -scale * cos * parity,
      CD1_2: scale * sin,
      CD2_1: scale * sin * parity,
      CD2_2: scale * cos,
    },
  });
}

Deno.test("an aligned view shows every place of the sky where the other does", () => {
  const from = plate(0.001, 0, 1);
  const views: View[] = [
    UPRIGHT,
    { ...UPRIGHT, rotate: 33, zoom: 0.7 },
    { ...UPRIGHT, flipX: true, rotate: 120 },
    { ...UPRIGHT, flipY: true },
  ];
  for (const view of views) {
    for (
      const [scale, degrees, parity] of [[0.001, 0, 1], [0.002, 0, 1], [0.0005, 90, 1], [
        0.001,
        37,
        -1,
      ]] as const
    ) {
      const to = plate(scale, degrees, parity);
      const map = pixelMap(from, to)!;
      const { view: aligned, deviation } = alignedView(view, SIZE, map)!;
      const about = JSON.stringify([view, scale, degrees, parity]);
      assertAlmostEquals(aligned.zoom, view.zoom * scale / 0.001, 1e-3, about);
      assert(deviation < 0.5, `${deviation} ${about}`);
      for (const [left, top] of [[400, 300], [500, 310], [330, 200]]) {
        const there = toScreen(aligned, SIZE, ...map(toPixel(view, SIZE, left!, top!))!);
        assertAlmostEquals(there[0], left!, 0.1, about);
        assertAlmostEquals(there[1], top!, 0.1, about);
      }
    }
  }
});

Deno.test("the same plate gives the same view, upright to the last digit", () => {
  const { view, deviation } = alignedView(
    UPRIGHT,
    SIZE,
    pixelMap(plate(0.001, 0, 1), plate(0.001, 0, 1))!,
  )!;
  assertEquals([view.rotate, view.flipX, view.flipY], [0, false, false]);
  for (const name of ["x", "y", "zoom"] as const) {
    assertAlmostEquals(view[name], UPRIGHT[name], 1e-6);
  }
  assert(deviation < 1e-3, `${deviation}`);
});

Deno.test("plates in other frames are aligned by the sky; what has no common sky is not", () => {
  const galactic = worldOf({
    ...{ CTYPE1: "GLON-TAN", CTYPE2: "GLAT-TAN", CRPIX1: 50, CRPIX2: 50, CDELT1: -0.001 },
    ...{ CRVAL1: 184.557416, CRVAL2: -5.784422, CDELT2: 0.001 },
  });
  const map = pixelMap(plate(0.001, 0, 1), galactic)!;
  const [x, y] = map([50, 50])!;
  assertAlmostEquals(x, 50, 1e-2);
  assertAlmostEquals(y, 50, 1e-2);
  const solar = worldOf({
    CTYPE1: "HPLN-TAN",
    CTYPE2: "HPLT-TAN",
    CUNIT1: "arcsec",
    CUNIT2: "arcsec",
  });
  for (const other of [solar, worldOf({})]) {
    assertEquals(pixelMap(plate(0.001, 0, 1), other), undefined);
    assertEquals(pixelMap(other, plate(0.001, 0, 1)), undefined);
  }
  // A wide view of a plate of the other side of the sky is nowhere.
  const far = plate(0.001, 0, 1);
  const opposite = worldOf({
    ...{ CTYPE1: "RA---TAN", CTYPE2: "DEC--TAN", CRPIX1: 1, CRPIX2: 1, CDELT1: -1, CDELT2: 1 },
    ...{ CRVAL1: 263.633, CRVAL2: -22.0145 },
  });
  assertEquals(alignedView(UPRIGHT, SIZE, pixelMap(far, opposite)!), undefined);
});

Deno.test("how far corners are off is told where a view is wide", () => {
  const wide = (types: string[]) => plate(0.2, 0, 1, types);
  const map = pixelMap(wide(["RA---TAN", "DEC--TAN"]), wide(["RA---SIN", "DEC--SIN"]))!;
  const { deviation } = alignedView({ ...UPRIGHT, x: 50, y: 50 }, SIZE, map)!;
  assert(deviation > 5, `${deviation}`);
});
