/** The gateway to a bucket: its listings, and the pages of FITS files in it. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { serveBucket } from "../../../commands/serve/bucket.ts";
import type { FolderSettings } from "../../../commands/serve/folder.ts";
import { encodeFits } from "../../../mod.ts";
import { serveObjects } from "../../support/http/object_store.ts";

const SETTINGS: FolderSettings = {
  ...{ root: "s3://sun/2026", hostname: "127.0.0.1", port: 0, reusePort: false },
  ...{ cert: undefined, key: undefined, headers: [], cors: false, allowHosts: [] },
  ...{ hidden: false, followSymlinks: false, listing: true, compress: false, upload: undefined },
  ...{ viewer: true, program: "heliograph", users: [], accessLog: undefined, showsRequests: false },
};

Deno.test("serveBucket() shows FITS files in pages, as a folder does", async () => {
  await using store = await serveObjects();
  const pixels = Int16Array.from({ length: 600 }, (_, i) => i);
  store.put("sun/2026/a b.fits", await encodeFits([{ pixels, shape: [30, 20] }]));
  store.put("sun/2026/night/c.txt", "no FITS file");
  store.put("sun/secret.fits", await encodeFits([{ pixels, shape: [30, 20] }]));
  const stop = new AbortController();
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  const server = await serveBucket(SETTINGS, store.s3, stop.signal, say);
  const get = async (path: string, accept = "text/html") => {
    const answer = await fetch(server.url + path, { headers: { Accept: accept } });
    return [answer.status, await answer.text()] as const;
  };
  const [, listing] = await get("");
  assertStringIncludes(listing, '<a href="/-/view/a%20b.fits">view</a>');
  const [status, page] = await get("-/view/a%20b.fits");
  assertEquals(status, 200);
  assertStringIncludes(page, "a b.fits - Heliograph");
  assertStringIncludes(page, 'href="/a%20b.fits"');
  const module = /<script[^>]* src="\/([^"]+)"/.exec(page)![1]!;
  assertEquals((await get(module))[0], 200);
  const [, info] = await get("-/fits/a%20b.fits?format=info");
  assertEquals(JSON.parse(info).hdus[0].shape, [30, 20]);
  assertEquals((await get("-/fits/a%20b.fits?format=thumbnail&size=64"))[0], 200);
  for (
    const [path, code] of [
      ["-/view/none.fits", 404],
      ["-/view/night/c.txt", 422],
      ["-/view/../secret.fits", 404],
      ["-/view/%2e%2e/secret.fits", 404],
      ["-/view/?url=s3://sun/secret.fits", 403],
    ] as const
  ) {
    const [found, text] = await get(path);
    assertEquals(found, code, path);
    assertEquals(/s3:|sun\//.test(text.replaceAll("url=s3://sun/", "")), false, text);
  }
  assertMatch((await get("a%20b.fits"))[1], /^SIMPLE/);
  stop.abort();
  await server.finished;
  assertEquals(said, []);
});
