import { assert, assertEquals } from "@std/assert";
import { openFits } from "../../../../fits/file/open.ts";
import { corpusFile, corpusTest } from "../../../support/corpus.ts";
import { readWcs } from "../../../../fits/wcs/wcs.ts";

/** The plate solution of a field about Proxima Centauri, as the survey's server gives it. */
const PLATE: [string, string | number][] = [
  ...[["PLTRAH", 14], ["PLTRAM", 37], ["PLTRAS", 46.88253], ["PLTDECSN", "-"], ["PLTDECD", 60]],
  ...[["PLTDECM", 12], ["PLTDECS", 59.28761], ["CNPIX1", 8860], ["CNPIX2", 1708]],
  ...[["XPIXELSZ", 25.28445], ["YPIXELSZ", 25.28445], ["PPO3", 176616.9833815]],
  ...[["PPO6", 177193.56115606], ["AMDX1", 67.226158492105], ["AMDX2", -0.23024540155842]],
  ...[["AMDX3", 1.0901493794544], ["AMDX4", 1.1835555135256e-6], ["AMDX5", 5.5613287069447e-6]],
  ...[["AMDX6", -3.8419945268889e-5], ["AMDX8", 2.2770722559048e-6]],
  ...[["AMDX9", 1.0335160125448e-7], ["AMDX10", 2.3321693523829e-6]],
  ...[["AMDX11", 1.8565977703272e-7], ["AMDY1", 67.23331978069], ["AMDY2", 0.22606735154764]],
  ...[["AMDY3", -0.52719954923422], ["AMDY4", -7.3037555803828e-6]],
  ...[["AMDY5", 1.9544740562734e-5], ["AMDY6", -5.6277730545338e-6]],
  ...[["AMDY8", 2.2086510085905e-6], ["AMDY9", 1.0292330494988e-8]],
  ...[["AMDY10", 2.1738798605975e-6], ["AMDY11", -1.5811855244111e-8]],
] as [string, string | number][];

Deno.test("readWcs() reads a DSS plate: the object that its header places is there", () => {
  const wcs = readWcs(new Map<string, unknown>(PLATE), { origin: 1 })!;
  assertEquals(wcs.problems, []);
  assertEquals(wcs.celestial?.projection, "DSS");
  // OBJCTX and OBJCTY are on the plate; OBJCTRA is 14 29 56.000, OBJCTDEC -62 41 05.00.
  const pixel = [8910.35 - 8860 + 0.5, 1758.93 - 1708 + 0.5];
  const [ra, dec] = wcs.pixelToWorld(pixel) as [number, number];
  const away = Math.hypot((ra - 217.4833333) * Math.cos(dec * Math.PI / 180), dec + 62.6847222);
  // The header gives the pixel to a hundredth, which is 0.017 seconds of arc.
  assert(away * 3600 < 0.02, `found ${ra}, ${dec}, ${away * 3600} seconds of arc away`);
  const back = wcs.worldToPixel([ra, dec]);
  assert(Math.hypot(back[0]! - pixel[0]!, back[1]! - pixel[1]!) < 1e-6, `${back}`);
});

Deno.test("readWcs() takes the plate of a DSS header that has CTYPEi too, and says so", () => {
  const linear = [
    ...[["CTYPE1", "RA---TAN"], ["CTYPE2", "DEC--TAN"], ["CRVAL1", 217], ["CRVAL2", -62]],
    ...[["CRPIX1", 1], ["CRPIX2", 1], ["CDELT1", -1e-4], ["CDELT2", 1e-4]],
  ] as [string, unknown][];
  const plate = readWcs(new Map<string, unknown>(PLATE))!;
  const wcs = readWcs(new Map([...PLATE, ...linear] as [string, unknown][]))!;
  assertEquals(wcs.celestial?.projection, "DSS");
  assertEquals(wcs.pixelToWorld([10, 20]), plate.pixelToWorld([10, 20]));
  assertEquals(wcs.problems.map(({ keyword }) => keyword), ["CTYPE1"]);
  const alternate = readWcs(
    new Map([...PLATE, ...linear.map(([keyword, value]) => [`${keyword}A`, value] as const)]),
    { alternate: "A" },
  )!;
  assertEquals(alternate.pixelToWorld([0, 0]), [217, -62]);
});

corpusTest("readWcs() places the pixels of a DSS plate as WCSLIB does", async () => {
  await using file = await openFits(corpusFile("fits/image/dss.14.29.56-62.41.05.fits.gz"));
  const [ra, dec] = readWcs((await file.hdu(0)).header)!.pixelToWorld([10, 20]);
  // all_pix2world() of astropy 5.2.1 with WCSLIB 7.12.
  assert(Math.abs(ra! - 217.52347724129012) < 1e-9, `${ra}`);
  assert(Math.abs(dec! + 62.69957787047001) < 1e-9, `${dec}`);
});

Deno.test("readWcs() says which keyword a DSS plate lacks, and gives no coordinates", () => {
  const cards = new Map<string, unknown>(PLATE.filter(([keyword]) => keyword !== "PLTRAM"));
  const wcs = readWcs(cards)!;
  assertEquals(wcs.pixelToWorld([3, 4]), [NaN, NaN]);
  assertEquals(wcs.problems, [{
    keyword: "PLTRAH",
    reason: "the plate solution has no PLTRAM; the image has no coordinates",
  }]);
});
