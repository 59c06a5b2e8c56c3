import { assertEquals, assertMatch } from "@std/assert";
import { download } from "../../../http/download/download.ts";
import type { DownloadOptions } from "../../../http/download/job/options.ts";
import { answer, hostileServer } from "../../support/http/hostile_server.ts";
import { site } from "../../support/http/site.ts";
import { makeLink, temporaryFolder } from "../../support/temporary.ts";

/** Bytes of which no two parts are the same. */
function bytesOf(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = seed;
  for (let i = 0; i < words.length; i++) {
    words[i] = state = (state * 1_664_525 + 1_013_904_223) >>> 0;
  }
  return new Uint8Array(words.buffer, 0, length).slice();
}

const WHOLE = bytesOf(500_000);

/** Continues a file that another program has begun. */
async function go(begun: Uint8Array, served: Uint8Array, options: DownloadOptions = {}) {
  await using folder = await temporaryFolder();
  await using files = await site({ "sun.fits": served });
  const path = `${folder.path}/sun.fits`;
  Deno.writeFileSync(path, begun);
  const warnings: string[] = [];
  const [result] = await download(new URL("/sun.fits", files.server.url), {
    folder: folder.path,
    existing: "continue",
    onWarning: (message) => warnings.push(message),
    ...options,
  });
  const names = [...Deno.readDirSync(folder.path)].map(({ name }) => name).sort();
  return {
    outcome: result!.outcome,
    error: result!.error?.replaceAll(folder.path, "OUT").replaceAll(files.server.url, "URL/") ??
      null,
    warnings: warnings.map((text) => text.replaceAll(folder.path, "OUT")),
    names,
    bytes: Deno.readFileSync(path),
  };
}

Deno.test("download() continues a short file that another program has begun, certain of all of it", async () => {
  const { outcome, error, warnings, names, bytes } = await go(WHOLE.subarray(0, 100_000), WHOLE);
  assertEquals([outcome, error, warnings, names], ["fetched", null, [], ["sun.fits"]]);
  assertEquals(bytes, WHOLE);
});

Deno.test("download() continues a long one and says what it has not compared", async () => {
  const { outcome, warnings, bytes } = await go(WHOLE.subarray(0, 300_000), WHOLE);
  assertEquals([outcome, warnings], ["fetched", [
    "OUT/sun.fits is continued: its first and last 65536 bytes are the server's, those between " +
    "have not been compared; --sha256 HEX would tell",
  ]]);
  assertEquals(bytes, WHOLE);
});

Deno.test("download() takes a file of the server's size for whole, and begins an empty one", async () => {
  assertEquals((await go(WHOLE, WHOLE)).outcome, "skipped");
  const { outcome, bytes } = await go(new Uint8Array(0), WHOLE);
  assertEquals([outcome, bytes], ["fetched", WHOLE]);
});

Deno.test("download() mixes nothing: what is not the beginning stays as it is, with the reason", async () => {
  const changed = WHOLE.slice();
  changed[10]! ^= 1;
  const late = WHOLE.slice();
  late[299_999]! ^= 1;
  const cases: readonly (readonly [begun: Uint8Array, error: string])[] = [
    [changed.subarray(0, 300_000), "bytes 0 to 65535 are others than the server's"],
    [late.subarray(0, 300_000), "bytes 234464 to 299999 are others than the server's"],
    [changed.subarray(0, 1_000), "bytes 0 to 999 are others than the server's"],
    [bytesOf(500_001), "it has 500001 bytes, the server's 500000"],
    [bytesOf(900_000), "it has 900000 bytes, the server's 500000"],
  ];
  for (const [begun, error] of cases) {
    const result = await go(begun, WHOLE);
    assertEquals([result.outcome, result.error, result.names], [
      "failed",
      `Cannot continue OUT/sun.fits: ${error}; --clobber fetches the whole`,
      ["sun.fits"],
    ]);
    assertEquals(result.bytes, begun);
  }
});

Deno.test("download() notices by a sum that the middle is another, and fetches the whole", async () => {
  const changed = WHOLE.slice();
  changed[150_000]! ^= 1;
  await using folder = await temporaryFolder();
  await using files = await site({ "sun.fits": WHOLE });
  const path = `${folder.path}/sun.fits`;
  Deno.writeFileSync(path, changed.subarray(0, 300_000));
  const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", WHOLE)).toHex();
  const [result] = await download({ url: new URL("/sun.fits", files.server.url), sha256 }, {
    folder: folder.path,
    existing: "continue",
  });
  assertEquals([result!.error, result!.outcome], [null, "fetched"]);
  assertEquals(Deno.readFileSync(path), WHOLE);
});

Deno.test("download() continues no file that the server has changed since, nor without a validator", async () => {
  const cases: readonly (readonly [fields: Record<string, string>, error: RegExp])[] = [
    [
      { ETag: '"a"', "Last-Modified": new Date(Date.now() + 3_600_000).toUTCString() },
      /the server's file was changed at \S+, after this one was written \(\S+\); --clobber/,
    ],
    [{}, /the server tells nothing by which a change of its file would be noticed/],
    [{ ETag: 'W/"a"' }, /the server tells nothing by which a change of its file would be noticed/],
  ];
  for (const [fields, error] of cases) {
    await using folder = await temporaryFolder();
    await using server = hostileServer(async (_request, peer) => {
      await peer.send(...answer("206 Partial Content", {
        "Content-Range": "bytes 0-999/2000",
        ...fields,
      }, WHOLE.subarray(0, 1_000)));
    });
    Deno.writeFileSync(`${folder.path}/sun.fits`, WHOLE.subarray(0, 1_000));
    const [result] = await download(`${server.url}/sun.fits`, {
      folder: folder.path,
      existing: "continue",
    });
    assertMatch(result!.error!, error);
    assertEquals(Deno.readFileSync(`${folder.path}/sun.fits`), WHOLE.subarray(0, 1_000));
  }
});

Deno.test("download() continues nothing of a server without ranges, of aria2, or behind a link", async () => {
  await using folder = await temporaryFolder();
  await using server = hostileServer(async (_request, peer) => {
    await peer.send(...answer("200 OK", { ETag: '"a"' }, WHOLE.subarray(0, 2_000)));
  });
  const begun = WHOLE.subarray(0, 1_000);
  const errorOf = async (name: string) => {
    const options = { folder: folder.path, existing: "continue" } as const;
    const [result] = await download(`${server.url}/${name}`, options);
    return /: ([^:]*); --clobber/.exec(result!.error ?? "")?.[1];
  };
  Deno.writeFileSync(`${folder.path}/a`, begun);
  assertEquals(await errorOf("a"), "the server sends whole files only");
  Deno.writeFileSync(`${folder.path}/a.aria2`, new Uint8Array(1));
  assertEquals(await errorOf("a"), "it is aria2's, which fetches pieces, not the beginning");
  await makeLink("a", `${folder.path}/b`);
  assertEquals(await errorOf("b"), "it is a link");
  assertEquals(Deno.readFileSync(`${folder.path}/a`), begun);
});
