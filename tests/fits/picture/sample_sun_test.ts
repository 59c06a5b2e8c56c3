import { assert, assertEquals, assertThrows } from "@std/assert";
import { sampleSun } from "../../../fits/picture/sample_sun.ts";
import { readWcs } from "../../../fits/wcs/wcs.ts";
import { FormatError } from "../../../net/errors.ts";

const SIZE = 256;
const sun = sampleSun({ size: SIZE });

function at(x: number, y: number): number {
  return sun.pixels[Math.round(y) * SIZE + Math.round(x)]!;
}

Deno.test("sampleSun() gives the same pixels for the same options, others for another seed", () => {
  assertEquals(sampleSun({ size: 32 }), sampleSun({ size: 32 }));
  assert(
    sampleSun({ size: 32 }).pixels.some((v, i) => v !== sampleSun({ size: 32, seed: 7 }).pixels[i]),
  );
});

Deno.test("sampleSun() is darker at the limb than in the middle, and dark outside", () => {
  const center = (SIZE - 1) / 2;
  const radius = Number(sun.header.get("RSUN_OBS")) / Number(sun.header.get("CDELT1"));
  const middle = at(center, center);
  // South, where there are no spots: limb darkening at 0.9 radii is about 0.65.
  const near = at(center, center - radius * 0.9);
  assert(near / middle > 0.55 && near / middle < 0.75, `${near} of ${middle}`);
  assert(at(center, center - radius * 1.05) < 500);
  assert(at(0, 0) < 200);
});

Deno.test("sampleSun() has its spots where their coordinates say, with umbra and penumbra", () => {
  const wcs = readWcs(sun.header)!;
  const rsun = Number(sun.header.get("RSUN_OBS"));
  const b0 = Number(sun.header.get("HGLT_OBS")) * Math.PI / 180;
  for (const { longitude, latitude, radius } of sun.spots.filter((spot) => spot.radius >= 1.7)) {
    const [l, b] = [longitude * Math.PI / 180, latitude * Math.PI / 180];
    const x = Math.cos(b) * Math.sin(l);
    const y = Math.sin(b) * Math.cos(b0) - Math.cos(b) * Math.cos(l) * Math.sin(b0);
    const [px, py] = wcs.worldToPixel([x * rsun / 3600, y * rsun / 3600]);
    const mu = Math.sqrt(1 - x * x - y * y);
    const quiet = 48_000 * (0.3 + 0.93 * mu - 0.23 * mu * mu);
    const umbra = at(px!, py!) / quiet;
    assert(umbra < 0.45, `umbra of ${umbra} at ${longitude}, ${latitude}`);
    // Beside the umbra, in the direction that is not foreshortened.
    const away = 0.75 * radius * Math.PI / 180 * rsun / Number(sun.header.get("CDELT1"));
    const norm = Math.hypot(x, y);
    const penumbra = at(px! - y / norm * away, py! + x / norm * away) / quiet;
    assert(penumbra > 0.5 && penumbra < 1, `penumbra of ${penumbra} at ${longitude}, ${latitude}`);
  }
});

Deno.test("sampleSun() refuses sizes out of range", () => {
  for (const size of [15, 8193, 20.5, NaN]) {
    assertThrows(
      () => sampleSun({ size }),
      FormatError,
      `Cannot make a sample Sun: its size is ${size}, expected 16 to 8192`,
    );
  }
});
