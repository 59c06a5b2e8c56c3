/** Outputs that are objects of a store. */

import { HttpClient } from "../../http/client/client.ts";
import { parseS3Text } from "../../http/fields/s3_url.ts";
import { discard } from "../../http/message/answer.ts";
import { writeObject } from "../../http/s3/upload.ts";
import { HeliographError } from "../../net/errors.ts";
import type { StoreTarget } from "./store_flags.ts";

/**
 * Whether an object is there, as far as the store tells.
 *
 * @param text The object, `s3://BUCKET/KEY`.
 * @param store How its store is reached.
 */
export async function isObjectThere(text: string, store: StoreTarget): Promise<boolean> {
  const { s3, signal } = store;
  using client = new HttpClient({ s3, signal });
  const answer = await (await client.objectStore()).send("HEAD", parseS3Text(text));
  await discard(answer);
  return answer.status === 200;
}

/**
 * Writes an object: there whole or not at all. One that is there is kept unless `clobber`, and
 * where the store cannot see to that, it is said.
 *
 * @param text The object, `s3://BUCKET/KEY`.
 * @param pieces Its bytes, in order.
 * @param store How its store is reached.
 * @returns How many bytes it has.
 * @throws {HeliographError} If the text names no object, or the store refuses.
 */
export async function writeObjectOutput(
  text: string,
  pieces: Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>,
  store: StoreTarget,
): Promise<number> {
  const object = parseS3Text(text);
  if (object.key === "" || object.key.endsWith("/")) {
    throw new HeliographError(`Cannot write ${text}: it names no object, expected s3://BUCKET/KEY`);
  }
  const { s3, signal, clobber, report } = store;
  using client = new HttpClient({ s3, signal });
  const { bytes } = await writeObject(await client.objectStore(), object, encoded(pieces), {
    ...{ signal, keep: !clobber },
    onNotAtomic: () =>
      report(
        `${text}: the store cannot keep what another program writes meanwhile: it was looked at ` +
          "before",
      ),
  });
  return bytes;
}

async function* encoded(
  pieces: Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const piece of pieces) yield typeof piece === "string" ? encoder.encode(piece) : piece;
}
