import { assertEquals, assertRejects } from "@std/assert";
import { downloadToBucket } from "../../../commands/get/to_bucket.ts";
import type { DownloadOptions, DownloadResult } from "../../../http/download/job/options.ts";
import { SeededRandom } from "../../support/random.ts";
import { errorAnswer, serveObjects } from "../../support/http/object_store.ts";
import { temporaryFolder } from "../../support/temporary.ts";

Deno.test("downloadToBucket() puts files into a bucket once they are whole", async () => {
  let refused = "";
  await using store = await serveObjects({
    instead: ({ method, path }) =>
      method === "PUT" && path === refused ? errorAnswer(403, "AccessDenied", "No.") : undefined,
  });
  await using folder = await temporaryFolder();
  const large = new SeededRandom(4).bytes((17 << 20) + 3);
  store.put("sun/night/a.fits", "a");
  store.put("sun/night/b c.fits", "bb");
  store.put("sun/night/large", large);
  const get = async (urls: string[], options: DownloadOptions = {}) => {
    const results: DownloadResult[] = [];
    await downloadToBucket("s3://sun/copy/2026", urls.map((url) => ({ url })), {
      ...{ s3: store.s3, existing: "skip", ...options },
      onResult: (result) => void results.push(result),
    }, folder.path);
    const told = results.map(({ path, outcome, bytes }) => [path, outcome, bytes]);
    assertEquals(Array.from(Deno.readDirSync(folder.path)), [], "nothing stays on the disk");
    return told.toSorted();
  };
  const to = "s3://sun/copy/2026";
  assertEquals(await get(["s3://sun/night/*", "data:text/plain,sun"]), [
    [`${to}/a.fits`, "fetched", 1],
    [`${to}/b c.fits`, "fetched", 2],
    [`${to}/data.txt`, "fetched", 3],
    [`${to}/large`, "fetched", large.length],
  ]);
  assertEquals(store.objects.get("sun/copy/2026/large")?.bytes, large);
  // What is there is neither fetched nor written.
  const before = store.requests.length;
  assertEquals(await get(["s3://sun/night/b c.fits"]), [[`${to}/b c.fits`, "skipped", 2]]);
  const lines = store.requests.slice(before).map(({ line }) => line);
  assertEquals(lines, ["HEAD /sun/copy/2026/b%20c.fits"]);
  assertEquals(await get(["s3://sun/night/*.fits"]), [
    [`${to}/a.fits`, "skipped", 1],
    [`${to}/b c.fits`, "skipped", 2],
  ]);
  store.put("sun/night/a.fits", "other");
  assertEquals(await get(["s3://sun/night/a.fits"], { existing: "clobber" }), [
    [`${to}/a.fits`, "fetched", 5],
  ]);
  refused = "/sun/copy/2026/a.fits";
  assertEquals(await get(["s3://sun/night/a.fits"], { existing: "clobber" }), [
    [null, "failed", 0],
  ]);
  await assertRejects(
    () => get(["s3://sun/night/a.fits"], { existing: "newer" }),
    Error,
    "--newer is for files of this machine, and --output is 's3://sun/copy/2026'",
  );
});

Deno.test("downloadToBucket() keeps an object that another program writes meanwhile", async () => {
  let looks = 0;
  await using store = await serveObjects({
    // It is not there before what is fetched has come.
    instead: ({ method, path }) =>
      method === "HEAD" && path === "/sun/to/data.txt" && looks++ < 1
        ? errorAnswer(404, "NoSuchKey", "None.")
        : undefined,
  });
  await using folder = await temporaryFolder();
  store.put("sun/to/data.txt", "theirs");
  const results: DownloadResult[] = [];
  const options = { s3: store.s3, existing: "skip" as const };
  await downloadToBucket("s3://sun/to", [{ url: "data:text/plain,ours" }], {
    ...options,
    onResult: (result) => void results.push(result),
  }, folder.path);
  assertEquals(
    results.map(({ path, outcome, bytes, error }) => [path, outcome, bytes, error]),
    [["s3://sun/to/data.txt", "skipped", 6, null]],
  );
  assertEquals(new TextDecoder().decode(store.objects.get("sun/to/data.txt")!.bytes), "theirs");
  assertEquals(store.requests.some(({ line }) => line.startsWith("PUT")), true);
});

Deno.test("downloadToBucket() shows no password and no signature of what is there already", async () => {
  await using store = await serveObjects();
  await using folder = await temporaryFolder();
  store.put("sun/to/a.fits", "a");
  const results: DownloadResult[] = [];
  const urls = [
    "http://ada:secret@127.0.0.1:1/a.fits",
    "http://127.0.0.1:1/a.fits?X-Amz-Signature=secret&x=1",
  ];
  await downloadToBucket("s3://sun/to", urls.map((url) => ({ url })), {
    ...{ s3: store.s3, existing: "skip" },
    onResult: (result) => void results.push(result),
  }, folder.path);
  assertEquals(results.map(({ url, outcome }) => [url, outcome]), [
    ["http://127.0.0.1:1/a.fits", "skipped"],
    ["http://127.0.0.1:1/a.fits?x=1&...", "skipped"],
  ]);
});

Deno.test("downloadToBucket() ends with what its caller throws, and leaves nothing behind", async () => {
  await using store = await serveObjects();
  await using folder = await temporaryFolder();
  const urls = ["data:text/plain,a", `${store.endpoint}/sun/none`, "data:text/plain,b"];
  await assertRejects(
    () =>
      downloadToBucket("s3://sun/to", urls.map((url) => ({ url })), {
        ...{ s3: store.s3, existing: "clobber", retries: 0 },
        onResult() {
          throw new Error("the output is closed");
        },
      }, folder.path),
    Error,
    "the output is closed",
  );
  assertEquals(Array.from(Deno.readDirSync(folder.path)), []);
});
