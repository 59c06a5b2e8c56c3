/** Guesses whether compressing pays, from a sample. */

/** Bytes that are looked at. */
const SAMPLE_BYTES = 4_096;
/**
 * Bits of entropy per byte from which compressing does not pay: JPEG and gzip have
 * 7.9, Base64 of them 5.98 (deflate would win the quarter that Base64 added, at a
 * tenth of the speed of the network), English text 4.5.
 */
const TOO_DENSE_BITS = 5.9;

const counts = new Uint32Array(256);

/**
 * Whether bytes look as if they had been compressed before: their distribution
 * is nearly even, as that of JPEG, PNG, gzip and Base64 of them is.
 *
 * @param bytes The beginning of a message.
 * @returns True if compressing them would cost time for little.
 */
export function looksCompressed(bytes: Uint8Array): boolean {
  // Past the head of a file, which is often compressible when the file is not.
  const start = Math.min(1_024, Math.max(0, bytes.length - SAMPLE_BYTES));
  const end = Math.min(bytes.length, start + SAMPLE_BYTES);
  counts.fill(0);
  for (let i = start; i < end; i++) counts[bytes[i]!]!++;
  const total = end - start;
  let bits = 0;
  for (const count of counts) if (count > 0) bits += count * Math.log2(total / count);
  return bits / total > TOO_DENSE_BITS;
}
