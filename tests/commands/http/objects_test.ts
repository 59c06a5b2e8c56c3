/** `head`, `read`, `stream` and `get` of `s3:` URLs, word by word. */

import { assertEquals, assertMatch } from "@std/assert";
import { runDeno } from "../../support/program.ts";
import { serveObjects, STORE_KEY } from "../../support/http/object_store.ts";
import { runCommand } from "../../support/run_command.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const GIF = Uint8Array.fromBase64("R0lGODlhAQABAAAAACwAAAAAAQABAAA=");

async function openStore() {
  const store = await serveObjects({ open: ["sun"], pageKeys: 2 });
  store.put("sun/2026/a b.txt", "0123456789");
  store.put("sun/2026/b.txt", "bb");
  store.put("sun/2026/11/c.txt", "c");
  store.put("sun/x.gif", GIF);
  return { store, flags: ["--endpoint", store.endpoint, "--no-sign-request"] };
}

Deno.test("head and read take objects, and tell of them under their own names", async () => {
  const { store, flags } = await openStore();
  await using _ = store;
  await using folder = await temporaryFolder();
  const url = "s3://sun/2026/a b.txt";
  const head = await runCommand("head", [url, ...flags, "--json"]);
  const told = JSON.parse(head.out[0]!);
  assertEquals([told.url, told.status, told.headers["content-length"]], [url, 200, "10"]);
  const read = await runCommand("read", [url, "--range", "2-4", ...flags]);
  assertEquals([read.status, new TextDecoder().decode(read.bytes)], [0, "234"]);
  const path = `${folder.path}/out`;
  const whole = await runCommand("read", [url, "-o", path, "--json", ...flags]);
  assertEquals(JSON.parse(whole.out[0]!), {
    url,
    status: 200,
    content_range: null,
    bytes: 10,
    output: path,
  });
  const none = await runCommand("read", ["s3://sun/none", ...flags]);
  assertEquals([none.status, none.error], [1, [
    "Cannot read s3://sun/none: the server answered 404 Not Found " +
    "(NoSuchKey: The specified key does not exist)",
  ]]);
  const missing = await runCommand("head", ["s3://sun/none", ...flags]);
  assertEquals([missing.status, missing.out[0]], [0, "HTTP/1.1 404 Not Found"]);
});

Deno.test("stream takes objects", async () => {
  const { store, flags } = await openStore();
  await using _ = store;
  const page = await runCommand("stream", ["s3://sun/x.gif", ...flags]);
  assertEquals(page.status, 0);
  const text = new TextDecoder().decode(page.bytes);
  assertEquals(text.includes(`data:image/gif;base64,${GIF.toBase64()}`), true);
});

Deno.test("get lists a bucket a page at a time, and fetches what matches", async () => {
  const { store, flags } = await openStore();
  await using _ = store;
  await using folder = await temporaryFolder();
  const list = await runCommand("get", ["--list", "s3://sun/2026/", ...flags]);
  assertEquals(list.out, [
    "          10  2026-11-28 09:00:00  s3://sun/2026/a b.txt",
    "           2  2026-11-28 09:00:00  s3://sun/2026/b.txt",
  ]);
  assertEquals(list.error, ["folder s3://sun/2026/11/"]);
  const json = await runCommand("get", ["--list", "s3://sun/2026/", ...flags, "--json"]);
  assertEquals(JSON.parse(json.out[0]!), {
    name: "a b.txt",
    url: "s3://sun/2026/a b.txt",
    size: 10,
    rounded: false,
    modified: "2026-11-28T09:00:00",
  });
  const got = await runCommand("get", ["s3://sun/2026/*", "-o", folder.path, ...flags]);
  assertEquals([got.status, got.out.sort()], [0, [
    `${folder.path}/a b.txt`,
    `${folder.path}/b.txt`,
  ]]);
  const matching = ["s3://sun/2026/", "--match", "b*", "--clobber", "-o", folder.path];
  assertEquals((await runCommand("get", [...matching, ...flags])).out, [`${folder.path}/b.txt`]);
  const nothing = await runCommand("get", ["s3://sun/2026/", "--match", "z*", ...flags]);
  assertEquals(nothing.error, [
    "Cannot fetch 'z*' of s3://sun/2026/: nothing there matches",
  ]);
  const wrong = await runCommand("get", ["s3://sun/x", "--endpoint", "store:9000"]);
  assertEquals([wrong.status, wrong.error[0]], [
    2,
    "--endpoint expects the URL of a store, such as https://HOST:PORT",
  ]);
});

Deno.test("the program takes its key from the environment, and shows it nowhere", async () => {
  await using store = await serveObjects();
  store.put("sun/a.txt", "found");
  const env = {
    AWS_ACCESS_KEY_ID: STORE_KEY.accessKeyId,
    AWS_SECRET_ACCESS_KEY: STORE_KEY.secretAccessKey,
    AWS_SESSION_TOKEN: "a-token-of-hours",
    AWS_ENDPOINT_URL_S3: store.endpoint,
    AWS_ENDPOINT_URL: "http://127.0.0.1:9/",
  };
  const net = `--allow-net=${new URL(store.endpoint).host}`;
  const run = (permissions: string[], ...args: string[]) =>
    runDeno(["run", "--no-prompt", "--no-check", net, ...permissions, "cli.ts", ...args], { env });
  const read = await run(["--allow-env=AWS_*,HOME"], "read", "s3://sun/a.txt", "--verbose");
  assertEquals([read.code, read.stdout], [0, "found"]);
  const refused = await run(["--allow-env=AWS_*"], "read", "s3://sun/none", "--verbose");
  assertEquals(refused.code, 1);
  assertMatch(refused.stderr, /404 Not Found \(NoSuchKey: The specified key does not exist\)/);
  const hidden = await run([], "read", "s3://sun/a.txt", "--endpoint", store.endpoint);
  assertEquals([hidden.code, hidden.stdout, hidden.stderr], [
    1,
    "",
    "heliograph read: Cannot reach an object store: AWS_ACCESS_KEY_ID may not be read: start the " +
    "program with --allow-env=AWS_*,HOME, or use --no-sign-request (in the library, " +
    "s3.anonymous) for a public bucket\n",
  ]);
  const output = [read, refused, hidden].map(({ stdout, stderr }) => stdout + stderr).join();
  for (const secret of [...Object.values(env).slice(0, 3), "Signature=", "Credential="]) {
    assertEquals(output.includes(secret), false);
  }
});
