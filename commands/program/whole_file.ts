import { replaceFile, writeWhole } from "../../net/replace_file.ts";

/**
 * Writes a file that is either there whole or not at all.
 *
 * @param path The file.
 * @param pieces Its bytes or its text, in order.
 * @returns How many bytes it has.
 * @throws {HeliographError} If it cannot be written.
 */
export async function writeWholeFile(
  path: string,
  pieces: Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>,
): Promise<number> {
  return await replaceFile(path, async (file) => {
    const encoder = new TextEncoder();
    let bytes = 0;
    for await (const piece of pieces) {
      const chunk = typeof piece === "string" ? encoder.encode(piece) : piece;
      await writeWhole(file, chunk);
      bytes += chunk.length;
    }
    return bytes;
  });
}
