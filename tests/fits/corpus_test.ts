/** Every real file gives what the oracle says. */

import { assertEquals } from "@std/assert";
import { type Hdu, type Image, openFits } from "../../fits/mod.ts";
import { type ElementSize, swapBytes } from "../../net/byte_order.ts";
import { corpusFile, corpusTest } from "../support/corpus.ts";
import { EXPECTED, type ExpectedHdu } from "../support/fits/expected.ts";

/**
 * Cards that astropy puts into a header that it opens, and that the file does not have (1), or
 * that it leaves out of the header of a compressed image (-1: BZERO or BLANK).
 */
const CARDS_OF_THE_ORACLE: Readonly<Record<string, number>> = {
  "image/file-img2-bitpix+08.fits 0": 1,
  "image/file-img2-bitpix+16.fits 0": 1,
  "image/file-img2-bitpix+32.fits 0": 1,
  "image/file-img2-bitpix+64.fits 0": 1,
  "image/file-img2-bitpix-32.fits 0": 1,
  "image/file-img2-bitpix-64.fits 0": 1,
  "malformed/group_invalid.fits 0": 1,
  "compressed/compressed_with_nan.fits 1": 1,
  "derived/f64nan_gzip2_lossless.fits.fz 1": 1,
  "derived/f64nan_rice_dither1_seed5.fits.fz 1": 1,
  "compressed/compressed_2d_scaled_blank.fits 1": -1,
  "derived/i32_gzip2.fits.fz 1": -1,
  "derived/i32_rice_t32x32.fits.fz 1": -1,
  "derived/u8_gzip1.fits.fz 1": -1,
  "derived/u8_rice.fits.fz 1": -1,
  "solar/soho_mdi_M_64_rice_i32.fits 1": -1,
};

/** Stored pixels as the oracle hashes them: big-endian, every NaN the same one. */
async function hashOf({ type, pixels }: Image): Promise<string> {
  const bytes = new Uint8Array(pixels.buffer.slice(0));
  if (type === "float32") {
    const words = new Uint32Array(bytes.buffer);
    pixels.forEach((value, i) => Number.isNaN(value) && (words[i] = 0x7fc00000));
  } else if (type === "float64") {
    const words = new BigUint64Array(bytes.buffer);
    pixels.forEach((value, i) => Number.isNaN(value) && (words[i] = 0x7ff8000000000000n));
  }
  swapBytes(bytes, pixels.BYTES_PER_ELEMENT as ElementSize);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

async function summary(hdu: Hdu, expected: ExpectedHdu) {
  const readable = expected.sha256_stored_be !== undefined;
  return {
    i: hdu.index,
    // The oracle knows no compressed tables: what it counts are the cards of what stores them.
    cards: (hdu.kind === "compressed BINTABLE" ? hdu.data.header : hdu.header).cards.length,
    shape: expected.shape === undefined ? undefined : hdu.shape.toReversed(),
    pixels: readable ? await hashOf(await hdu.image({ physical: false })) : undefined,
  };
}

corpusTest("openFits() gives the HDUs, cards, shapes and pixels of the oracle", async (t) => {
  for (const [path, { hdus, error }] of EXPECTED) {
    if (error !== undefined) continue;
    await t.step(path, async () => {
      await using file = await openFits(corpusFile(`fits/${path}`));
      const found = await Array.fromAsync(file.hdus);
      assertEquals(found.length, hdus.length);
      for (const expected of hdus) {
        const added = CARDS_OF_THE_ORACLE[`${path} ${expected.i}`] ?? 0;
        assertEquals(await summary(found[expected.i]!, expected), {
          i: expected.i,
          cards: expected.cards - added,
          shape: expected.shape,
          pixels: expected.sha256_stored_be,
        });
      }
    });
  }
});
