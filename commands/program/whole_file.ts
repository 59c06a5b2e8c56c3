import { isS3Text } from "../../http/fields/s3_url.ts";
import { replaceFile, writeWhole } from "../../net/replace_file.ts";
import { loadObjectOutput } from "./output_file.ts";
import type { StoreTarget } from "./store_flags.ts";

/**
 * Writes a file, or an object, that is either there whole or not at all.
 *
 * @param path The file; `s3://BUCKET/KEY` where there is a store.
 * @param pieces Its bytes or its text, in order.
 * @param store How objects are written; without it there are none.
 * @returns How many bytes it has.
 * @throws {HeliographError} If it cannot be written.
 */
export async function writeWholeFile(
  path: string,
  pieces: Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>,
  store?: StoreTarget,
): Promise<number> {
  if (store !== undefined && isS3Text(path)) {
    return await (await loadObjectOutput()).writeObjectOutput(path, pieces, store);
  }
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
