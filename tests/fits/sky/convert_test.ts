import { assertEquals, assertThrows } from "@std/assert";
import { convertSky } from "../../../fits/sky/convert.ts";
import type { SkyFrame, SkyFrameName } from "../../../fits/sky/frame.ts";
import { readSunObserver } from "../../../fits/sky/observer.ts";
import { separation } from "../../../fits/sky/separation.ts";
import { FormatError } from "../../../net/errors.ts";
import CELESTIAL from "./celestial_vectors.json" with { type: "json" };
import SOLAR from "./solar_vectors.json" with { type: "json" };

const MILLIARCSECOND = 1 / 3_600_000;

/** Name, equinox and time of observation; 0 is the default. */
function frameOf([name, equinox, obstime]: unknown[]): SkyFrame {
  return {
    name: name as SkyFrameName,
    equinox: (equinox as number) || undefined,
    obstime: (obstime as number) || undefined,
  };
}

Deno.test("convertSky() is within a milliarcsecond of astropy 5.2 between all frames of the sky", () => {
  const far = CELESTIAL.filter(([from, to, longitude, latitude, ...expected]) => {
    const found = convertSky(
      longitude as number,
      latitude as number,
      frameOf(from as unknown[]),
      frameOf(to as unknown[]),
    );
    return !(separation(found, expected as [number, number]) < MILLIARCSECOND);
  });
  assertEquals(far, []);
  assertEquals(CELESTIAL.length, 284);
});

Deno.test("convertSky() is within 0.1 seconds of arc of sunpy 4.1 between all frames of the Sun", () => {
  const far: unknown[] = [];
  for (const { cards, points } of SOLAR) {
    const observer = readSunObserver(new Map<string, unknown>(Object.entries(cards)));
    for (const [from, to, longitude, latitude, x, y] of points) {
      const found = convertSky(
        longitude as number,
        latitude as number,
        from as SkyFrameName,
        to as SkyFrameName,
        { observer },
      );
      // Beside the disc there is no place on the Sun, here as in sunpy.
      const agrees = x === null
        ? found.every(Number.isNaN)
        : separation(found, [x as number, y as number]) < 0.1 / 3600;
      if (!agrees) far.push([from, to, longitude, latitude, x, y, ...found]);
    }
  }
  assertEquals(far, []);
});

Deno.test("convertSky() comes back to where it began", () => {
  const observer = readSunObserver(new Map<string, unknown>(Object.entries(SOLAR[3]!.cards)));
  const pairs: [SkyFrame | SkyFrameName, SkyFrame | SkyFrameName][] = [
    ["icrs", { name: "fk4", equinox: 1900 }],
    [{ name: "fk4", equinox: 1900 }, "fk4"],
    ["fk5", "supergalactic"],
    [{ name: "ecliptic", equinox: 2026 }, "galactic"],
    ["helioprojective", "radial"],
    ["helioprojective", "stonyhurst"],
    ["radial", "carrington"],
  ];
  for (const [from, to] of pairs) {
    const start: [number, number] = from === "radial" ? [200, -89.9] : [0.1, -0.05];
    const there = convertSky(...start, from, to, { observer });
    const back = convertSky(...there, to, from, { observer });
    // The matrix of FK4 is no pure rotation: its inverse is right to 0.1 mas.
    const near = separation(back, start) < 0.1 * MILLIARCSECOND;
    assertEquals([from, to, near], [from, to, true]);
  }
});

Deno.test("convertSky() takes many points at once", () => {
  const longitudes = new Float64Array([10, 200, 359.9]);
  const latitudes = [0, -45, 89];
  const [l, b] = convertSky(longitudes, latitudes, "icrs", "galactic");
  for (const [i, longitude] of longitudes.entries()) {
    assertEquals([l[i], b[i]], convertSky(longitude, latitudes[i]!, "icrs", "galactic"));
  }
  assertThrows(
    () => convertSky(longitudes, [1], "icrs", "fk5"),
    FormatError,
    "not as many longitudes as latitudes",
  );
});

Deno.test("convertSky() reads radial coordinates as position angle and distance less 90 degrees", () => {
  for (
    const [x, y, angle] of [[0, 1, 0], [-1, 0, 90], [0, -1, 180], [1, 0, 270]] as const
  ) {
    const [psi, delta] = convertSky(x, y, "helioprojective", "radial");
    assertEquals([psi.toFixed(9), delta.toFixed(9)], [angle.toFixed(9), (-89).toFixed(9)]);
  }
});

Deno.test("convertSky() refuses what it cannot know, by name", () => {
  for (
    const [from, to, message] of [
      ["icrs", "stonyhurst", "one is a frame of the Sun"],
      ["helioprojective", "stonyhurst", "expected HGLN_OBS, HGLT_OBS and DSUN_OBS"],
      ["fk6", "icrs", "Cannot read the frame 'fk6'"],
      [{ name: "fk5", equinox: 20000 }, "icrs", "the equinox is 20000"],
      [{ name: "fk4", obstime: NaN }, "icrs", "the obstime is NaN"],
    ] as const
  ) {
    assertThrows(
      () => convertSky(0, 0, from as SkyFrameName, to),
      FormatError,
      message,
    );
  }
});
