/** Every real file gives what the oracle says. */

import { assertEquals } from "@std/assert";
import { type Hdu, type Image, openFits } from "../../fits/mod.ts";
import { type ElementSize, swapBytes } from "../../net/byte_order.ts";
import { corpusFile, corpusTest } from "../support/corpus.ts";
import { EXPECTED, type ExpectedHdu } from "../support/fits/expected.ts";

/** Cards that astropy puts into a header that it opens, and that the file does not have. */
const ADDED_BY_THE_ORACLE: Readonly<Record<string, string>> = {
  "image/file-img2-bitpix+08.fits 0": "EXTEND",
  "image/file-img2-bitpix+16.fits 0": "EXTEND",
  "image/file-img2-bitpix+32.fits 0": "EXTEND",
  "image/file-img2-bitpix+64.fits 0": "EXTEND",
  "image/file-img2-bitpix-32.fits 0": "EXTEND",
  "image/file-img2-bitpix-64.fits 0": "EXTEND",
  "malformed/group_invalid.fits 0": "NAXIS1",
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

const isCompressed = (hdu: ExpectedHdu) => hdu.cls === "CompImageHDU";

/** What of an HDU is compared: of a compressed image, all but the header and pixels within. */
async function summary(hdu: Hdu, expected: ExpectedHdu) {
  const readable = expected.sha256_stored_be !== undefined && !isCompressed(expected);
  return {
    i: hdu.index,
    cards: isCompressed(expected) ? undefined : hdu.header.cards.length,
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
        const added = ADDED_BY_THE_ORACLE[`${path} ${expected.i}`] === undefined ? 0 : 1;
        assertEquals(await summary(found[expected.i]!, expected), {
          i: expected.i,
          cards: isCompressed(expected) ? undefined : expected.cards - added,
          shape: expected.shape,
          pixels: isCompressed(expected) ? undefined : expected.sha256_stored_be,
        });
      }
    });
  }
});
