/** A file on a server that is changed between any two reads is an error, never a mixture. */

import { assert, assertEquals } from "@std/assert";
import { compressImage, encodeFits, openFits } from "../../../fits/mod.ts";
import { FormatError } from "../../../net/errors.ts";

/** Rows that are read, each by a request of its own. */
const ROWS = 51;
/** Bytes of a row: more than is read over. */
const WIDTH = 90_000;

/** Rows of one value, which are read, and between them rows that no algorithm makes smaller. */
function pixelsOf(version: 0 | 1): Uint8Array<ArrayBuffer> {
  const pixels = new Uint8Array(WIDTH * ROWS * 2);
  for (let i = 0, seed = 7; i < pixels.length; i++) {
    seed = (seed * 48_271) % 2_147_483_647;
    pixels[i] = Math.floor(i / WIDTH) % 2 === 0 ? version : seed >> 16;
  }
  return pixels;
}

async function plain(version: 0 | 1): Promise<Uint8Array<ArrayBuffer>> {
  return await encodeFits([{ pixels: pixelsOf(version), shape: [WIDTH, ROWS * 2] }]);
}

async function compressed(version: 0 | 1): Promise<Uint8Array<ArrayBuffer>> {
  const image = { pixels: pixelsOf(version), shape: [WIDTH, ROWS * 2] };
  return await encodeFits([await compressImage(image, { algorithm: "gzip1" })]);
}

/** A server of files that each are another one after the requests that their name says. */
function serveChanging(versions: readonly Uint8Array<ArrayBuffer>[], heedsIfRange: boolean) {
  const counts = new Map<string, number>();
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    const name = new URL(request.url).pathname.slice(1);
    const before = counts.get(name) ?? 0;
    counts.set(name, before + 1);
    const version = before < Number(name) ? 0 : 1;
    const bytes = versions[version]!;
    const tag = `"v${version}"`;
    const condition = request.headers.get("if-range");
    if (heedsIfRange && condition !== null && condition !== tag) {
      return new Response(bytes, { headers: { ETag: tag } });
    }
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get("range")!)!.map(Number);
    const body = bytes.subarray(first!, last! + 1);
    const range = `bytes ${first}-${first! + body.length - 1}/${bytes.length}`;
    return new Response(body, { status: 206, headers: { ETag: tag, "Content-Range": range } });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    counts,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

for (const [name, make] of Object.entries({ plain, compressed })) {
  for (const heedsIfRange of [true, false]) {
    const heeded = heedsIfRange ? "is heeded" : "is not heeded";
    Deno.test(`a ${name} file that changes at any of 50 places is an error, where If-Range ${heeded}`, async () => {
      const versions = [await make(0), await make(1)];
      await using server = serveChanging(versions, heedsIfRange);
      const read = async (after: number) => {
        await using file = await openFits(`${server.url}${after}`);
        return (await file.image({ section: "1:2,*:2" })).pixels;
      };
      const isOf = (version: number) => (pixel: number | bigint) => pixel === version;
      assertEquals((await read(1000)).every(isOf(0)), true);
      const requests = server.counts.get("1000")!;
      assert(requests > 50, `${requests} requests`);
      for (let after = 1; after <= 50; after++) {
        const error = await read(after).then(() => undefined, (error) => error);
        assert(error instanceof FormatError, `change after ${after} requests: ${error}`);
        assert(error.message.includes("it has been changed"), error.message);
      }
      // With the new file from its beginning all is well again.
      assertEquals((await read(0)).every(isOf(1)), true);
    });
  }
}
