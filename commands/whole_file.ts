import { HeliographError } from "../net/errors.ts";

/**
 * Writes a file that is either there whole or not at all: beside its place first, then
 * under its name.
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
  const part = `${path}.part`;
  let bytes = 0;
  const file = await doing(
    path,
    () => Deno.open(part, { write: true, create: true, truncate: true }),
  );
  try {
    const encoder = new TextEncoder();
    for await (const piece of pieces) {
      const chunk = typeof piece === "string" ? encoder.encode(piece) : piece;
      await doing(path, async () => {
        for (let at = 0; at < chunk.length;) at += await file.write(chunk.subarray(at));
      });
      bytes += chunk.length;
    }
    file.close();
    await doing(path, () => Deno.rename(part, path));
    return bytes;
  } catch (error) {
    try {
      file.close();
    } catch (closed) {
      if (!(closed instanceof Deno.errors.BadResource)) throw closed;
    }
    await Deno.remove(part);
    throw error;
  }
}

async function doing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof Deno.errors.NotCapable) throw error;
    const reason = error instanceof Deno.errors.NotFound
      ? "there is no such folder"
      : error.message;
    throw new HeliographError(`Cannot write ${path}: ${reason}`, { cause: error, source: path });
  }
}
