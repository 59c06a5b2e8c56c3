/** Downloads from object stores: resumed, retried, checked, and never a mixture of two versions. */

import { assert, assertEquals } from "@std/assert";
import { download } from "../../../http/download/download.ts";
import type { DownloadOptions, DownloadResult } from "../../../http/download/job/options.ts";
import { listFiles } from "../../../http/download/list_files.ts";
import { errorAnswer, serveObjects, STORE_KEY } from "../../support/http/object_store.ts";
import { SeededRandom } from "../../support/random.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const QUICK: DownloadOptions = { firstWait: 1 };

async function filesOf(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
}

function outcomes(results: readonly DownloadResult[]): unknown[] {
  return results.map(({ url, outcome, status, error }) => [url, outcome, status, error]);
}

Deno.test("download() fetches objects by their keys, whatever these are", async () => {
  await using store = await serveObjects();
  await using folder = await temporaryFolder();
  store.put("sun/2026/a b+c.fits", "one");
  store.put("sun/é&%41?.txt", "two");
  const results = await download(
    ["s3://sun/2026/a b+c.fits", "s3://sun/é&%41?.txt", "s3://sun/none"],
    { ...QUICK, folder: folder.path, s3: store.s3 },
  );
  assertEquals(outcomes(results), [
    ["s3://sun/2026/a b+c.fits", "fetched", 200, null],
    ["s3://sun/é&%41?.txt", "fetched", 200, null],
    [
      "s3://sun/none",
      "failed",
      404,
      "Cannot fetch s3://sun/none: the server answered 404 Not Found (NoSuchKey: The specified " +
      "key does not exist)",
    ],
  ]);
  assertEquals(await Deno.readTextFile(`${folder.path}/a b+c.fits`), "one");
  assertEquals((await filesOf(folder.path)).length, 2);
  const [, second] = results;
  assertEquals(await Deno.readTextFile(second!.path!), "two");
  const again = await download("s3://sun/2026/a b+c.fits", { folder: folder.path, s3: store.s3 });
  assertEquals(again[0]!.outcome, "skipped");
});

Deno.test("download() puts objects in the place of a pattern, and none of other folders", async () => {
  await using store = await serveObjects({ pageKeys: 2 });
  for (
    const key of ["a/1.fits", "a/2.fits", "a/3.txt", "a/b/4.fits", "a/b/5.fits", "a/", "c/6.fits"]
  ) store.put(`sun/${key}`, key);
  const cases: [url: string, names: string[]][] = [
    ["s3://sun/a/*.fits", ["1.fits", "2.fits"]],
    ["s3://sun/a/*", ["1.fits", "2.fits", "3.txt"]],
    ["s3://sun/a*/*.fits", ["1.fits", "2.fits"]],
    ["s3://sun/*/*.fits", ["1.fits", "2.fits", "6.fits"]],
    ["s3://sun/a/**.fits", ["1.fits", "2.fits", "4.fits", "5.fits"]],
    ["s3://sun/a/[12]*", ["1.fits", "2.fits"]],
    ["s3://sun/**", ["1.fits", "2.fits", "3.txt", "4.fits", "5.fits", "6.fits"]],
  ];
  for (const [url, names] of cases) {
    await using folder = await temporaryFolder();
    const results = await download(url, { ...QUICK, folder: folder.path, s3: store.s3 });
    assertEquals(await filesOf(folder.path), names, url);
    assert(results.every(({ outcome }) => outcome === "fetched"));
  }
  await using folder = await temporaryFolder();
  const urls = ["s3://sun/x*", "s3://moon/*", "s3://sun/c/6.fits"];
  assertEquals(outcomes(await download(urls, { folder: folder.path, s3: store.s3 })), [
    ["s3://sun/x*", "failed", null, "Cannot fetch s3://sun/x*: no object there matches"],
    [
      "s3://moon/*",
      "failed",
      null,
      "Cannot list s3://moon/: the store answered 404 Not Found (NoSuchBucket: The specified " +
      "bucket does not exist)",
    ],
    ["s3://sun/c/6.fits", "fetched", 200, null],
  ]);
});

Deno.test("download() takes a star in a URL object as it stands", async () => {
  await using store = await serveObjects();
  await using folder = await temporaryFolder();
  store.put("sun/a*b", "star");
  store.put("sun/a-b", "other");
  const results = await download(new URL("s3://sun/a%2Ab"), { folder: folder.path, s3: store.s3 });
  assertEquals(results.map(({ url, bytes }) => [url, bytes]), [["s3://sun/a*b", 4]]);
  assertEquals(store.requests.length, 1);
});

/** A file that is large enough for a note beside its part, and two versions of it. */
const BYTES = new SeededRandom(16).bytes(3_000_000);
const OTHER = new SeededRandom(17).bytes(3_000_000);

/** The store breaks off the first answer of an object after so many bytes. */
function breakOff(bytes: Uint8Array<ArrayBuffer>, etag: string, after: number) {
  return {
    status: 200,
    fields: {
      ETag: etag,
      "Content-Length": String(bytes.length),
      "Last-Modified": "Sat, 28 Nov 2026 09:00:00 GMT",
    },
    body: new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(bytes.subarray(0, after));
        controller.close();
      },
    }),
  };
}

Deno.test("download() goes on with an object that broke off, by If-Match", async () => {
  let etag = "";
  await using store = await serveObjects({
    instead: (_, count) => count === 1 ? breakOff(BYTES, etag, 2_000_000) : undefined,
  });
  etag = store.put("sun/a.fits", BYTES).etag;
  await using folder = await temporaryFolder();
  const [result] = await download("s3://sun/a.fits", {
    ...QUICK,
    folder: folder.path,
    s3: store.s3,
  });
  assertEquals(result!.outcome, "fetched");
  assertEquals(await Deno.readFile(result!.path!), BYTES);
  const [, second] = store.requests;
  assertEquals(
    ["range", "if-match", "if-range"].map((name) => second!.fields.get(name)),
    ["bytes=2000000-", etag, undefined],
  );
});

Deno.test("download() begins anew with an object that was changed, heeded condition or not", async () => {
  for (const conditions of [true, false]) {
    await using store = await serveObjects({
      conditions,
      instead: (_, count) => {
        if (count !== 1) return undefined;
        const { etag } = store.put("sun/a.fits", BYTES);
        const answer = breakOff(BYTES, etag, 2_000_000);
        store.put("sun/a.fits", OTHER);
        return answer;
      },
    });
    await using folder = await temporaryFolder();
    const s3 = store.s3;
    const [result] = await download("s3://sun/a.fits", { ...QUICK, folder: folder.path, s3 });
    assertEquals([result!.outcome, result!.error], ["fetched", null]);
    assertEquals(await Deno.readFile(result!.path!), OTHER);
  }
});

Deno.test("what a later run goes on with has the object's name beside it, and no secret", async () => {
  let etag = "";
  await using store = await serveObjects({
    instead: (_, count) => count === 1 ? breakOff(BYTES, etag, 2_000_000) : undefined,
  });
  etag = store.put("sun/a b.fits", BYTES).etag;
  await using folder = await temporaryFolder();
  const credentials = { ...STORE_KEY, sessionToken: "a-token-of-hours" };
  const options = { folder: folder.path, s3: { ...store.s3, credentials }, retries: 0 };
  const [failed] = await download("s3://sun/a b.fits", options);
  assertEquals(failed!.outcome, "failed");
  const names = await filesOf(folder.path);
  assertEquals(names, ["a b.fits.part", "a b.fits.part.json"]);
  const note = await Deno.readTextFile(`${folder.path}/a b.fits.part.json`);
  assertEquals(JSON.parse(note).url, "s3://sun/a b.fits");
  const told = JSON.stringify(failed) + note;
  for (
    const secret of [STORE_KEY.accessKeyId, STORE_KEY.secretAccessKey, "a-token", "Signature"]
  ) assertEquals(told.includes(secret), false);
  const [result] = await download("s3://sun/a b.fits", options);
  assertEquals(result!.outcome, "fetched");
  assertEquals(await Deno.readFile(result!.path!), BYTES);
  assertEquals(store.requests.at(-1)!.fields.get("range"), "bytes=2000000-");
});

Deno.test("download() asks a store that is too busy again, by its own schedule", async () => {
  await using store = await serveObjects({
    instead: (_, count) => count < 3 ? errorAnswer(503, "SlowDown", "Slow.") : undefined,
  });
  store.put("sun/a", "found");
  await using folder = await temporaryFolder();
  const waits: string[] = [];
  const [result] = await download("s3://sun/a", {
    ...QUICK,
    folder: folder.path,
    s3: store.s3,
    onRetry: (_, reason) => waits.push(reason),
  });
  assertEquals([result!.outcome, store.requests.length], ["fetched", 3]);
  const reason =
    "Cannot fetch s3://sun/a: the server answered 503 Service Unavailable (SlowDown: " +
    "Slow)";
  assertEquals(waits, [reason, reason]);
});

Deno.test("download() of a presigned URL shows and notes no query that is a key", async () => {
  let etag = "";
  await using store = await serveObjects({
    open: ["sun"],
    instead: (_, count) => count === 1 ? breakOff(BYTES, etag, 2_000_000) : undefined,
  });
  etag = store.put("sun/a.fits", BYTES).etag;
  await using folder = await temporaryFolder();
  const url = (signature: string) =>
    `${store.endpoint}/sun/a.fits?X-Amz-Credential=ID&X-Amz-Signature=${signature}`;
  const options = { folder: folder.path, retries: 0, name: "a.fits" };
  const [failed] = await download({ url: url("SECRET1"), name: "a.fits" }, options);
  assertEquals(failed!.url, `${store.endpoint}/sun/a.fits?...`);
  const note = await Deno.readTextFile(`${folder.path}/a.fits.part.json`);
  for (const text of [note, JSON.stringify(failed)]) assertEquals(/SECRET|X-Amz/.test(text), false);
  // Another signature of the same object goes on with it.
  const [result] = await download({ url: url("SECRET2"), name: "a.fits" }, options);
  assertEquals([result!.outcome, result!.status], ["fetched", 206]);
  assertEquals(await Deno.readFile(result!.path!), BYTES);
});

Deno.test("listFiles() lists a folder of a bucket, its own files alone", async () => {
  await using store = await serveObjects({ pageKeys: 2 });
  for (const key of ["2026/", "2026/a b.fits", "2026/b.txt", "2026/11/c.fits", "d.fits"]) {
    store.put(`sun/${key}`, key);
  }
  const folders: string[] = [];
  const options = { s3: store.s3, onFolders: (urls: readonly string[]) => folders.push(...urls) };
  const modified = "2026-11-28T09:00:00";
  assertEquals(await listFiles("s3://sun/2026/", options), [
    { name: "a b.fits", url: "s3://sun/2026/a b.fits", size: 13, modified },
    { name: "b.txt", url: "s3://sun/2026/b.txt", size: 10, modified },
  ]);
  assertEquals(folders, ["s3://sun/2026/11/"]);
  assertEquals((await listFiles("s3://sun/2026/", { ...options, match: "*.fits" })).length, 1);
  assertEquals((await listFiles("s3://sun", options)).map(({ name }) => name), ["d.fits"]);
  assertEquals((await listFiles("s3://sun/**.fits", options)).map(({ name }) => name), [
    "c.fits",
    "a b.fits",
    "d.fits",
  ]);
});
