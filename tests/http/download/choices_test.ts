/** What the caller may choose besides: mirrors, sums, short files, pages, compression, a rate. */
import { serveHttp } from "../../../http/server/serve_http.ts";

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { download } from "../../../http/download/download.ts";
import type { DownloadOptions, DownloadRequest } from "../../../http/download/job/options.ts";
import { HeliographError } from "../../../net/errors.ts";
import { answer, hostileServer, type Script } from "../../support/http/hostile_server.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const SUN = new TextEncoder().encode("SIMPLE  =                    T");
const hex = (algorithm: string) => createHash(algorithm).update(SUN).digest("hex");

const good: Script = async (_request, peer) => void await peer.send(...answer("200 OK", {}, SUN));

/** Fetches, and tells the outcome, the files and their contents. */
async function fetched(
  request: DownloadRequest | DownloadRequest[],
  options: DownloadOptions = {},
) {
  await using output = await temporaryFolder();
  const warnings: string[] = [];
  const results = await download(request, {
    folder: output.path,
    retries: 1,
    firstWait: 1,
    onWarning: (message) => warnings.push(message.replace(output.path, "out")),
    ...options,
  });
  const files = Object.fromEntries(
    [...Deno.readDirSync(output.path)].map(({ name }) => [
      name,
      Deno.readTextFileSync(`${output.path}/${name}`),
    ]),
  );
  return { results, files, warnings };
}

Deno.test("download() asks the next mirror when one fails, whatever its fault", async () => {
  const text = new TextDecoder().decode(SUN);
  await using here = hostileServer(good);
  const faults: Record<string, Script> = {
    missing: async (_request, peer) => void await peer.send(...answer("404 Not Found", {})),
    closed: (_request, peer) => peer.close(),
    short: async (_request, peer) => {
      await peer.send('HTTP/1.1 200 OK\r\nContent-Length: 99\r\nETag: "a"\r\n\r\nother bytes');
      peer.close();
    },
    busy: async (_request, peer) => {
      await peer.send(...answer("503 Busy", { "Retry-After": "100000" }));
    },
    spoilt: async (_request, peer) => void await peer.send(...answer("200 OK", {}, SUN.slice(1))),
  };
  for (const [fault, script] of Object.entries(faults)) {
    await using there = hostileServer(script);
    const { results, files } = await fetched({
      url: `${there.url}/sun.fits`,
      mirrors: [`${there.url}/again`, `${here.url}/other-name`],
      checksum: `sha-1=${hex("sha1")}`,
    });
    assertEquals([results[0]!.error, results[0]!.url], [null, `${here.url}/other-name`], fault);
    assertEquals(files, { "sun.fits": text }, fault);
    assertEquals(there.requests.length, 2, fault);
  }
});

Deno.test("download() gives no mirror of another server what is secret", async () => {
  await using there = hostileServer(async (_request, peer) =>
    void await peer.send(...answer("404 Not Found", {}))
  );
  await using here = hostileServer(good);
  const request = {
    url: `${there.url}/sun.fits`,
    mirrors: [`${here.url}/a`, `${there.url}/again`],
    checksum: `sha-1=${hex("sha1")}`,
  };
  const netrc = [{ machine: undefined, login: "ada", password: "secret" }];
  for (
    const secret of [
      { user: "ada", password: "secret" },
      { headers: { "X-Api-Key": "secret" } },
      { netrc },
    ]
  ) {
    const { results, warnings } = await fetched(request, secret);
    assertMatch(results[0]!.error!, /404/);
    assertEquals(warnings, [
      `${here.url}/a is not asked: it must not see the credentials, which are for ${there.url}`,
    ]);
  }
  assertEquals([here.requests.length, there.requests.length], [0, 6]);
  const { results } = await fetched(request, { headers: { "Accept-Language": "de" } });
  assertEquals([results[0]!.error, results[0]!.url], [null, `${here.url}/a`]);
});

Deno.test("download() gives up when the last mirror has failed as often as may be", async () => {
  await using there = hostileServer((_request, peer) => peer.close());
  const { results, files } = await fetched({
    url: `${there.url}/sun.fits`,
    mirrors: [`${there.url}/b`],
  });
  assertMatch(results[0]!.error!, /\/b: .*|closed without an answer \(after 2 attempts\)$/);
  assertEquals([there.requests.length, files], [3, {}]);
  await assertRejects(
    () => download({ url: `${there.url}/a`, mirrors: ["ftp://h/a"] }, { folder: "." }),
    HeliographError,
    "the scheme is ftp, expected one of http, https",
  );
});

Deno.test("download() checks sums of each kind", async () => {
  await using server = hostileServer(good);
  for (const [name, algorithm] of [["md5", "md5"], ["sha-1", "sha1"], ["sha-512", "sha512"]]) {
    const sum = hex(algorithm!);
    const wrong = sum.replace(/^./, (digit) => digit === "0" ? "1" : "0");
    const { results } = await fetched([
      { url: `${server.url}/a`, checksum: `${name}=${sum.toUpperCase()}` },
      { url: `${server.url}/b`, checksum: `${name}=${wrong}` },
    ]);
    assertEquals(results[0]!.error, null);
    assertMatch(results[1]!.error!, new RegExp(`its ${algorithm} is ${sum}, expected ${wrong}`));
  }
  await assertRejects(
    () => download({ url: `${server.url}/a`, checksum: "md5=00" }, { folder: "." }),
    HeliographError,
    "Cannot check a sum of 'md5=00': expected md5=HEX, sha-1=HEX, sha-256=HEX or sha-512=HEX",
  );
});

Deno.test("download() keeps a short file where that is asked for, and says so", async () => {
  const script: Script = async (_request, peer) => {
    await peer.send("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", SUN);
    peer.close();
  };
  await using server = hostileServer(script);
  const refused = await fetched({ url: `${server.url}/sun.fits` });
  assertEquals([refused.results[0]!.outcome, refused.files], ["failed", {}]);
  const kept = await fetched({ url: `${server.url}/sun.fits` }, { acceptShort: true });
  assertEquals(kept.results[0]!.outcome, "fetched");
  assertEquals(kept.files, { "sun.fits": new TextDecoder().decode(SUN) });
  assertMatch(kept.warnings.join(), /^out\/sun\.fits is short: .*69 of 99 bytes are missing/);
  const sum = await fetched(
    { url: `${server.url}/sun.fits`, checksum: `md5=${hex("md5")}` },
    { acceptShort: true },
  );
  assertEquals([sum.results[0]!.outcome, sum.files], ["failed", {}]);
});

Deno.test("download() takes a page over a file where that is asked for", async () => {
  const page = new TextEncoder().encode("<p>");
  await using server = hostileServer(async (_request, peer) => {
    await peer.send(...answer("200 OK", { "Content-Type": "text/html" }, page));
  });
  await using output = await temporaryFolder();
  const path = `${output.path}/a.fits`;
  await Deno.writeFile(path, SUN);
  const options = { folder: output.path, existing: "clobber" } as const;
  const [kept] = await download(`${server.url}/a.fits`, options);
  assertEquals([kept!.outcome, await Deno.readFile(path)], ["failed", SUN]);
  const [taken] = await download(`${server.url}/a.fits`, { ...options, acceptHtml: true });
  assertEquals([taken!.outcome, await Deno.readFile(path)], ["fetched", page]);
});

Deno.test("download() asks for compressed bodies where that is wanted, and stores the file", async () => {
  await using server = hostileServer(async (request, peer) => {
    const coded = request.field("Accept-Encoding")!.includes("gzip");
    const fields = coded ? { "Content-Encoding": "gzip" } : {};
    await peer.send(...answer("200 OK", fields, coded ? gzipSync(SUN) : SUN));
  });
  for (const compressed of [false, true]) {
    const { files } = await fetched({ url: `${server.url}/a.fits` }, { compressed });
    assertEquals(files, { "a.fits": new TextDecoder().decode(SUN) });
  }
  const asked = server.requests.map((request) => request.field("Accept-Encoding"));
  assertEquals(asked, ["identity", "gzip, deflate, br, zstd"]);
});

Deno.test("download() comes no faster than its rate, all files together", async () => {
  const body = new Uint8Array(20_000);
  await using server = hostileServer(async (_request, peer) => {
    await peer.send(...answer("200 OK", { ETag: '"a"' }, body));
  });
  const requests = ["a", "b", "c"].map((name) => ({ url: `${server.url}/${name}` }));
  const start = performance.now();
  const { results } = await fetched(requests, { limitRate: 200_000 });
  // 60,000 bytes are 0.3 s, of which a quarter of a second may be in hand at most.
  assert(performance.now() - start >= 50);
  assertEquals(results.map(({ bytes }) => bytes), [20_000, 20_000, 20_000]);
});

Deno.test("download() opens more connections where files are small and far away, and not where told how many", async () => {
  const most = async (options: DownloadOptions) => {
    await using folder = await temporaryFolder();
    let open = 0;
    let seen = 0;
    await using server = await serveHttp({ port: 0 }, async () => {
      seen = Math.max(seen, ++open);
      await new Promise((resolve) => setTimeout(resolve, 30));
      open--;
      return { status: 200, body: "sun" };
    });
    const urls = Array.from({ length: 120 }, (_, i) => `${server.url}${i}.fits`);
    const results = await download(urls, { folder: folder.path, ...options });
    assertEquals(results.filter(({ outcome }) => outcome === "fetched").length, 120);
    return seen;
  };
  assertEquals(await most({}) > 8, true);
  assertEquals(await most({ jobs: 4 }), 4);
  assertEquals(await most({ perHost: 3 }), 3);
});
