/** GZIP_1 and GZIP_2, encoded: big-endian elements, deflated; GZIP_2 with their bytes shuffled (FITS 4.0, section 10.4.2). */

import { platform } from "../../../net/platform/mod.ts";

/** How hard the compressor tries: streams are shorter than those of CFITSIO, and take as long. */
const LEVEL = 3;

/**
 * Deflates elements.
 *
 * @param bytes Big-endian elements.
 * @param size Bytes of one; above 1, their bytes are shuffled (GZIP_2).
 * @returns The stream.
 */
export function encodeGzip(bytes: Uint8Array, size: number): Uint8Array {
  return platform.deflateSync(size > 1 ? shuffled(bytes, size) : bytes, {
    format: "gzip",
    level: LEVEL,
  });
}

/**
 * Puts all first bytes of elements first, then all second ones and so on.
 *
 * @param bytes Elements.
 * @param size Bytes of one.
 */
export function shuffled(bytes: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const count = bytes.length / size;
  const out = new Uint8Array(bytes.length);
  for (let byte = 0; byte < size; byte++) {
    const plane = out.subarray(byte * count, (byte + 1) * count);
    for (let i = 0, at = byte; i < count; i++, at += size) plane[i] = bytes[at]!;
  }
  return out;
}
