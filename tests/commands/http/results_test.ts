/** What `head`, `read` and `stream` print, report and return, word by word. */

import { assertEquals, assertMatch } from "@std/assert";
import { answer, hostileServer } from "../../support/http/hostile_server.ts";
import { runCommand } from "../../support/run_command.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const DATA = new TextEncoder().encode("SIMPLE  =                    T");
const GIF = Uint8Array.fromBase64("R0lGODlhAQABAAAAACwAAAAAAQABAAA=");

/** Answers with a part where one is asked for, and repeats a field. */
function dataServer() {
  return hostileServer(async ({ path, text, field }, peer) => {
    if (path === "/none") {
      await peer.send(...answer("404 Not Found", {}, new Uint8Array()));
      return;
    }
    const range = /^bytes=(\d+)-(\d+)$/.exec(field("Range") ?? "");
    const whole = path.endsWith(".gif") ? GIF : DATA;
    const partial = range !== null && path !== "/whole";
    const [first, last] = partial ? [Number(range[1]), Number(range[2])] : [0, whole.length - 1];
    const [head, body] = answer(
      partial ? "206 Partial Content" : "200 OK",
      {
        "X-Note": "one",
        ...(partial ? { "Content-Range": `bytes ${first}-${last}/${whole.length}` } : {}),
        "Content-Type": path.endsWith(".gif") ? "image/gif" : "image/fits",
      },
      whole.subarray(first, last + 1),
    );
    await peer.send(head, text.startsWith("HEAD") ? "" : body);
  });
}

Deno.test("head prints the fields of each URL, and goes on where one cannot be asked", async () => {
  await using server = dataServer();
  const [a, b] = [`${server.url}/a`, `${server.url}/none`];
  const fields = [
    "HTTP/1.1 200 OK",
    "Content-Length: 30",
    "X-Note: one",
    "Content-Type: image/fits",
  ];
  const one = await runCommand("head", [a]);
  assertEquals([one.status, one.error], [0, []]);
  assertEquals(one.out.toSorted(), fields.toSorted());
  const two = await runCommand("head", [a, b]);
  assertEquals([two.status, two.error], [0, []]);
  assertEquals(two.out[0], a);
  assertEquals(two.out[5], `\n${b}`);
  assertEquals(two.out[6], "HTTP/1.1 404 Not Found");
  const json = await runCommand("head", [a, b, "--json"]);
  const [first, second] = json.out.map((line) => JSON.parse(line));
  assertEquals([first.url, first.status, first.reason, first.method], [a, 200, "OK", "HEAD"]);
  assertEquals(first.headers, {
    "content-length": "30",
    "content-type": "image/fits",
    "x-note": "one",
  });
  assertEquals([second.url, second.status, second.reason], [b, 404, "Not Found"]);
  const wrong = await runCommand("head", ["x:y", a, "--json"]);
  assertEquals([wrong.status, wrong.out.length, wrong.error.length], [1, 2, 1]);
  const { error } = JSON.parse(wrong.out[0]!);
  assertEquals(error, {
    name: "HeliographError",
    message: "Cannot fetch x:y: the scheme is x, expected one of http, https, s3",
    command: "head",
    source: "x:y",
  });
  assertEquals(wrong.error, [`heliograph head: ${error.message}`]);
  assertEquals(JSON.parse(wrong.out[1]!).status, 200);
  const alone = await runCommand("head", ["x:y"]);
  assertEquals([alone.status, alone.out, alone.error], [1, [], [error.message]]);
});

Deno.test("read writes a part to standard output or to a file, and says what came", async () => {
  await using folder = await temporaryFolder();
  await using server = dataServer();
  const path = `${folder.path}/part`;
  const url = `${server.url}/a`;
  const plain = await runCommand("read", [url, "--range", "2-5"]);
  assertEquals([plain.status, plain.out, plain.error], [0, [], []]);
  assertEquals(plain.bytes, DATA.slice(2, 6));
  const told = await runCommand("read", [url, "-r", "0-8", "-o", path, "--verbose"]);
  assertEquals([told.status, told.out, told.bytes.length], [0, [], 0]);
  assertEquals([told.error[0], told.error.at(-1)], [
    "HTTP/1.1 206 Partial Content",
    `${path}: 9 bytes (status 206)`,
  ]);
  assertEquals(await Deno.readTextFile(path), "SIMPLE  =");
  const json = await runCommand("read", [
    url,
    "-r",
    "0-8",
    "-o",
    path,
    "--clobber",
    "--json",
    "-q",
  ]);
  assertEquals([json.status, json.error], [0, []]);
  const result = { url, status: 206, content_range: "bytes 0-8/30", bytes: 9, output: path };
  assertEquals(json.out, [JSON.stringify(result)]);
  const whole = await runCommand("read", [url, "-o", path, "--clobber", "--json"]);
  assertEquals(JSON.parse(whole.out[0]!), {
    url,
    status: 200,
    content_range: null,
    bytes: 30,
    output: path,
  });
  const cut = await runCommand("read", [`${server.url}/whole`, "-r", "1-3"]);
  assertEquals([cut.status, cut.bytes], [0, DATA.slice(1, 4)]);
  const strict = await runCommand("read", [`${server.url}/whole`, "-r", "1-3", "--strict"]);
  assertEquals([strict.status, strict.bytes.length, strict.error.length], [1, 0, 1]);
  const large = await runCommand("read", [url, "--max-size", "29"]);
  assertEquals([large.status, large.bytes.length], [1, 0]);
  assertEquals((await runCommand("read", [url, "--max-size", "30"])).status, 0);
});

Deno.test("head, read and stream refuse flags that do not go together, with status 2", async () => {
  const url = "http://127.0.0.1:1/a";
  for (
    const [name, words, message] of [
      ["read", [url, "--json"], "--json needs --output FILE: the bytes take standard output"],
      [
        "read",
        [url, "--json", "-o", "-"],
        "--json needs --output FILE: the bytes take standard output",
      ],
      ["read", [url, "-r", "x"], "--range is 'x', expected FIRST-LAST, FIRST or -COUNT, from 0"],
      ["stream", [url, "--json"], "--json needs --output PAGE: the page takes standard output"],
      ["stream", [url, "--caption", "a", "--caption", "b"], "2 captions for 1 images"],
      ["head", [url, "--password", "x"], "--password needs --user NAME"],
      [
        "head",
        [url, "--user", "a:b"],
        "--user has a colon, expected the name alone; --password is its own flag",
      ],
      ["head", [url, "--header", "x"], "--header expects 'NAME: VALUE'"],
      ["head", [url, "--header", "a b: x"], "--header expects 'NAME: VALUE'"],
    ] as const
  ) {
    const { status, out, error } = await runCommand(name, words);
    assertEquals([status, out, error], [2, [], [message]]);
  }
});

Deno.test("clients send the fields, the user and the password that flags name", async () => {
  await using server = dataServer();
  const words = ["--header", "X-A: 1", "--header", "X-B:  two words", "--user", "sun"];
  await runCommand("head", [`${server.url}/a`, ...words, "--password", "word"]);
  const { field } = server.requests.at(-1)!;
  assertEquals([field("X-A"), field("X-B")], ["1", "two words"]);
  assertEquals(field("Authorization"), `Basic ${btoa("sun:word")}`);
});

Deno.test("stream writes a page of images with their captions, and says how many", async () => {
  await using folder = await temporaryFolder();
  await using server = dataServer();
  const path = `${folder.path}/page.html`;
  const urls = [`${server.url}/a.gif`, `${server.url}/b.gif`];
  const words = [...urls, "--caption", "first & last", "--title", "Two <suns>", "-o", path];
  const told = await runCommand("stream", words);
  const page = await Deno.readTextFile(path);
  const size = new TextEncoder().encode(page).length;
  assertEquals([told.status, told.out, told.error], [0, [], [`${path}: 2 images, ${size} bytes`]]);
  assertMatch(page, /<title>Two &lt;suns&gt;<\/title>/);
  assertMatch(page, /first &amp; last/);
  assertEquals(page.split(GIF.toBase64()).length, 3);
  const json = await runCommand("stream", [urls[0]!, "-o", path, "--clobber", "--json"]);
  const { size: bytes } = await Deno.stat(path);
  assertEquals([json.status, json.out], [0, [JSON.stringify({ output: path, bytes, images: 1 })]]);
  const one = await runCommand("stream", [urls[0]!, "-o", path, "--clobber"]);
  assertEquals(one.error, [`${path}: 1 image, ${bytes} bytes`]);
  const plain = await runCommand("stream", [urls[0]!]);
  assertEquals([plain.status, new TextDecoder().decode(plain.bytes)], [
    0,
    await Deno.readTextFile(path),
  ]);
  const large = await runCommand("stream", [urls[0]!, "--max-size", `${GIF.length - 1}`]);
  assertEquals(large.status, 1);
});
