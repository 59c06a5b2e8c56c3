/** CRC-32 (RFC 1952, section 8) and Adler-32 (RFC 1950, section 8.2). */

/** Tables for four bytes at a time: the second and later for bytes with others behind them. */
let tables: Int32Array[] | undefined;

function makeTables(): Int32Array[] {
  const tables = Array.from({ length: 4 }, () => new Int32Array(256));
  for (let byte = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? value >>> 1 ^ 0xedb88320 : value >>> 1;
    tables[0]![byte] = value;
  }
  for (let table = 1; table < 4; table++) {
    for (let byte = 0; byte < 256; byte++) {
      const before = tables[table - 1]![byte]!;
      tables[table]![byte] = before >>> 8 ^ tables[0]![before & 255]!;
    }
  }
  return tables;
}

/**
 * The CRC-32 of bytes.
 *
 * @param bytes The bytes.
 * @param before The checksum of the bytes before them.
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  const [first, second, third, fourth] = (tables ??= makeTables()) as [
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  let value = ~before;
  let at = 0;
  for (const end = bytes.length - 3; at < end; at += 4) {
    value ^= bytes[at]! | bytes[at + 1]! << 8 | bytes[at + 2]! << 16 | bytes[at + 3]! << 24;
    value = fourth[value & 255]! ^ third[value >>> 8 & 255]! ^ second[value >>> 16 & 255]! ^
      first[value >>> 24]!;
  }
  for (; at < bytes.length; at++) value = value >>> 8 ^ first[(value ^ bytes[at]!) & 255]!;
  return ~value >>> 0;
}

/** Bytes whose sums stay below 2^31. */
const ADLER_PIECE = 3800;

/**
 * The Adler-32 of bytes.
 *
 * @param bytes The bytes.
 * @param before The checksum of the bytes before them.
 */
export function adler32(bytes: Uint8Array, before = 1): number {
  let low = before & 0xffff;
  let high = before >>> 16;
  for (let i = 0; i < bytes.length;) {
    const end = Math.min(i + ADLER_PIECE, bytes.length);
    for (; i < end; i++) {
      low += bytes[i]!;
      high += low;
    }
    low %= 65521;
    high %= 65521;
  }
  return ((high << 16) | low) >>> 0;
}
