/** Writes files of Unix compress for tests: nothing on a test machine does. */

/**
 * Compresses bytes as `compress -b` does, without clear codes.
 *
 * @param bytes The bytes.
 * @param mostBits The widest code, 9 to 16.
 */
export function compressLzw(bytes: Uint8Array, mostBits: number): Uint8Array<ArrayBuffer> {
  const out: number[] = [0x1f, 0x9d, 0x80 | mostBits];
  const codes = new Map<number, number>();
  let free = 257;
  let width = 9;
  let buffer = 0n;
  let filled = 0;
  let inGroup = 0;
  const put = (code: number) => {
    buffer |= BigInt(code) << BigInt(filled);
    filled += width;
    inGroup = (inGroup + 1) % 8;
    while (filled >= 8) {
      out.push(Number(buffer & 0xffn));
      buffer >>= 8n;
      filled -= 8;
    }
  };
  const widen = () => {
    // The rest of a group of eight codes is padding.
    while (inGroup !== 0) put(0);
    width++;
  };
  let prefix = -1;
  for (const byte of bytes) {
    const known = prefix < 0 ? byte : codes.get(prefix << 8 | byte);
    if (known !== undefined) {
      prefix = known;
      continue;
    }
    if (free - 1 === (1 << width) && width < mostBits) widen();
    put(prefix);
    if (free < 1 << mostBits) codes.set(prefix << 8 | byte, free++);
    prefix = byte;
  }
  if (prefix >= 0) {
    if (free - 1 === (1 << width) && width < mostBits) widen();
    put(prefix);
  }
  if (filled > 0) out.push(Number(buffer & 0xffn));
  return Uint8Array.from(out);
}
