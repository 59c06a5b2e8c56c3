import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { pixelOfText } from "../../../../station/web/sky/go_to.ts";
import { WorldReadout } from "../../../../station/web/sky/readout.ts";

const world = (keywords: Record<string, unknown>) =>
  new WorldReadout(new Map(Object.entries(keywords)));
const SKY = world({
  ...{ NAXIS: 2, CTYPE1: "RA---TAN", CTYPE2: "DEC--TAN", CRPIX1: 50, CRPIX2: 40 },
  ...{ CRVAL1: 83.6, CRVAL2: 22, CDELT1: -0.01, CDELT2: 0.01, RADESYS: "ICRS" },
});
const SUN = world({
  ...{ NAXIS: 2, CTYPE1: "HPLN-TAN", CTYPE2: "HPLT-TAN", CUNIT1: "arcsec", CUNIT2: "arcsec" },
  ...{ CRPIX1: 100, CRPIX2: 100, CRVAL1: 0, CRVAL2: 0, CDELT1: 2, CDELT2: 2 },
});

Deno.test("pixelOfText() reads pixels, and places of the sky and the Sun", () => {
  const cases: [text: string, of: WorldReadout | undefined, sky: string, x: number, y: number][] = [
    ["12 34", undefined, "native", 12, 34],
    [" 12.5, 34.25 ", SKY, "native", 12.5, 34.25],
    ["83.6d 22d", SKY, "native", 50, 40],
    ["icrs 83.6 22", SKY, "galactic", 50, 40],
    ["sky 83.6 22", SKY, "native", 50, 40],
    ["05:34:24 +22:00:00", SKY, "native", 50, 40],
    ["5h34m24s +22d00m00s", SKY, "icrs", 50, 40],
    // astropy 5.2.1: SkyCoord(83.6, 22, unit="deg").galactic
    ["galactic 184.55326029616288 -5.818026107076034", SKY, "native", 50, 40],
    ["184.55326029616288d -5.818026107076034d", SKY, "galactic", 50, 40],
    ['200" -100"', SUN, "native", 200, 50],
    ["0.5' 0'", SUN, "native", 115, 100],
  ];
  for (const [text, of, sky, x, y] of cases) {
    const found = pixelOfText(text, { world: of, sky, plane: [] });
    assertAlmostEquals(found[0], x, 1e-3, text);
    assertAlmostEquals(found[1], y, 1e-3, text);
  }
});

Deno.test("pixelOfText() says what is wrong with a place", () => {
  const cases: [text: string, of: WorldReadout | undefined, words: string][] = [
    ["", SKY, "Type a place"],
    ["83.6d 22d", undefined, "no places of the frame native"],
    ["galactic 1 2", SUN, "no places of the frame galactic"],
    ["263.6d -22d", SKY, "does not show"],
    ["here and there", SKY, "here and there"],
  ];
  for (const [text, of, words] of cases) {
    assertThrows(() => pixelOfText(text, { world: of, sky: "native", plane: [] }), Error, words);
  }
  assertEquals(pixelOfText("1e1 2", { world: undefined, sky: "native", plane: [] }), [10, 2]);
});
