import { assert, assertEquals } from "@std/assert";
import { toPixel } from "../../../../station/web/picture/transform.ts";
import { gridLabel, gridLines, type GridStyle } from "../../../../station/web/sky/grid.ts";
import { WorldReadout } from "../../../../station/web/sky/readout.ts";

const SIZE = { width: 800, height: 600, ratio: 1 };
const PLANE = { width: 1000, height: 800 };
const VIEW = { x: 500.5, y: 400.5, zoom: 0.75, rotate: 0, flipX: false, flipY: false };

function headerOf(more: readonly (readonly [string, unknown])[]): Map<string, unknown> {
  return new Map<string, unknown>([
    ...[["NAXIS", 2], ["CRPIX1", 500.5], ["CRPIX2", 400.5]] as const,
    ...more,
  ]);
}

const TURNED = headerOf([
  ...[["CTYPE1", "RA---TAN"], ["CTYPE2", "DEC--TAN"], ["CRVAL1", 359.9], ["CRVAL2", 40]] as const,
  ...[["CD1_1", -0.0018], ["CD1_2", 0.001], ["CD2_1", 0.001], ["CD2_2", 0.0018]] as const,
]);
const SUN = headerOf([
  ...[["CTYPE1", "HPLN-TAN"], ["CTYPE2", "HPLT-TAN"], ["CUNIT1", "arcsec"]] as const,
  ...[["CUNIT2", "arcsec"], ["CDELT1", 2.4], ["CDELT2", 2.4], ["CROTA2", 20]] as const,
  ...[["CRVAL1", 0], ["CRVAL2", 0]] as const,
]);
const POLE = headerOf([
  ...[["CTYPE1", "RA---TAN"], ["CTYPE2", "DEC--TAN"], ["CRVAL1", 30], ["CRVAL2", 89.5]] as const,
  ...[["CDELT1", -0.005], ["CDELT2", 0.005]] as const,
]);
const WHOLE = headerOf([
  ...[["CTYPE1", "GLON-AIT"], ["CTYPE2", "GLAT-AIT"], ["CRVAL1", 0], ["CRVAL2", 0]] as const,
  ...[["CDELT1", -0.36], ["CDELT2", 0.36]] as const,
]);

Deno.test("every point of a grid's lines has the longitude or latitude that is written there", () => {
  const cases: readonly (readonly [Map<string, unknown>, string, GridStyle, GridStyle])[] = [
    [TURNED, "native", "hours", "sexagesimal"],
    [TURNED, "galactic", "degrees", "degrees"],
    [SUN, "native", "arcsec", "arcsec"],
    [POLE, "native", "hours", "sexagesimal"],
    [WHOLE, "native", "degrees", "degrees"],
  ];
  for (const [header, sky, longitude, latitude] of cases) {
    const frame = new WorldReadout(header).places(sky, [])!;
    for (const view of [VIEW, { ...VIEW, rotate: 30, flipX: true }]) {
      const lines = gridLines({ frame, view, size: SIZE, plane: PLANE, longitude, latitude });
      const name = `${header.get("CTYPE1")} ${sky}`;
      for (const kind of ["longitude", "latitude"] as const) {
        const own = lines.filter((line) => line.kind === kind);
        assert(own.length >= 2 && own.length <= 13, `${name}: ${own.length} lines of ${kind}`);
        assertEquals(new Set(own.map(({ label }) => label)).size, own.length, name);
      }
      let points = 0;
      for (const { kind, value, parts, label } of lines) {
        for (const point of parts.flat()) {
          points++;
          const world = frame.toWorld(toPixel(view, SIZE, ...point));
          const found = kind === "longitude" ? world[0] : world[1];
          const off = ((found - value + 540) % 360 + 360) % 360 - 180;
          const isPole = kind === "longitude" && Math.abs(world[1]) > 90 - 1e-6;
          assert(isPole || Math.abs(off) < 1e-6, `${name}: ${label} is ${found} at ${point}`);
        }
      }
      assert(points > 40, `${name}: ${points} points`);
      assert(lines.filter(({ labelAt }) => labelAt !== undefined).length >= 4, name);
    }
  }
});

Deno.test("pieces of a grid's lines are straight to half a pixel", () => {
  const frame = new WorldReadout(POLE).places("native", [])!;
  const lines = gridLines({
    ...{ frame, view: VIEW, size: SIZE, plane: PLANE },
    ...{ longitude: "hours", latitude: "sexagesimal" },
  });
  for (const { kind, value, parts } of lines) {
    if (kind !== "latitude") continue;
    for (const part of parts) {
      for (const [i, to] of part.entries()) {
        const from = part[i - 1];
        if (from === undefined) continue;
        const middle = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2] as const;
        const [, latitude] = frame.toWorld(toPixel(VIEW, SIZE, ...middle));
        // 0.005 degrees a pixel of the image, 0.75 of the screen each.
        assert(Math.abs(latitude - value) / 0.005 * 0.75 < 0.6, `${latitude} of ${value}`);
      }
    }
  }
});

Deno.test("gridLabel() has as many digits as the step needs", () => {
  const cases: readonly (readonly [number, number, GridStyle, string])[] = [
    [83.75, 1.25, "hours", "05h 35m"],
    [360, 15, "hours", "00h"],
    [-1.25, 1.25, "hours", "23h 55m"],
    [83.625, 1 / 240, "hours", "05h 34m 30s"],
    [83.625, 1 / 2400, "hours", "05h 34m 30.0s"],
    [22.5, 0.5, "sexagesimal", "+22\u00b0 30\u2032"],
    [-0.5, 0.25, "sexagesimal", "\u22120\u00b0 30\u2032"],
    [0, 10, "sexagesimal", "+0\u00b0"],
    [-1e-18, 0.05, "degrees", "0.00\u00b0"],
    [184.25, 0.05, "degrees", "184.25\u00b0"],
    [-200 / 3600, 200 / 3600, "arcsec", "\u2212200\u2033"],
  ];
  for (const [value, step, style, expected] of cases) {
    assertEquals(gridLabel(value, step, style), expected);
  }
});

Deno.test("a header without a sky on the image has no places", () => {
  assertEquals(new WorldReadout(new Map()).places("native", []), undefined);
  assertEquals(new WorldReadout(SUN).places("icrs", []), undefined);
});
