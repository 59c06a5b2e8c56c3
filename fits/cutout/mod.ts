/**
 * Cutouts: parts of images as FITS files of their own, with coordinates that are right.
 *
 * @example Around a point of the sky
 * ```ts
 * import { Card, encodeFits, openFits, readFileWcs } from "@heliograph/heliograph/fits";
 * import { cutout, parseCutSize, sectionAround } from "@heliograph/heliograph/fits/cutout";
 * import { assertEquals } from "@std/assert";
 *
 * const header = Object.entries({
 *   ...{ CTYPE1: "RA---TAN", CTYPE2: "DEC--TAN", CRVAL1: 10, CRVAL2: 20 },
 *   ...{ CRPIX1: 50.5, CRPIX2: 50.5, CDELT1: -0.001, CDELT2: 0.001 },
 * }).map(([keyword, value]) => Card.of(keyword, value));
 * const pixels = new Float32Array(100 * 100);
 * await using file = await openFits(await encodeFits([{ pixels, shape: [100, 100], header }]));
 *
 * const wcs = (await readFileWcs(file, await file.hdu(0)))!;
 * const size = parseCutSize("0.02deg");
 * const section = sectionAround(wcs, { shape: [100, 100], center: [10, 20], size });
 * const cut = await cutout(file, { section });
 * assertEquals(cut.images[0]!.section, "41:60,41:60");
 * ```
 *
 * @module
 */

export { type Cutout, cutout, type CutoutOptions } from "./cutout.ts";
export type { CutImage } from "./image.ts";
export { type AroundOptions, type CutSize, parseCutSize, sectionAround } from "./around.ts";
