/** What the commands of `ws` print and return, word by word. */

import { assertEquals, assertMatch } from "@std/assert";
import { serveImages } from "../../../http/image_exchange/serve_images.ts";
import { runCommand } from "../../support/run_command.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const GIF = Uint8Array.fromBase64("R0lGODlhAQABAAAAACwAAAAAAQABAAA=");

async function setUp() {
  const folder = await temporaryFolder();
  const image = `${folder.path}/sun.gif`;
  await Deno.writeFile(image, GIF);
  const received = `${folder.path}/received`;
  await Deno.mkdir(received);
  const server = await serveImages({ port: 0, folder: received, token: "t" });
  return {
    folder: folder.path,
    image,
    received,
    url: server.webSocketUrl,
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      await folder[Symbol.asyncDispose]();
    },
  };
}

Deno.test("ws send prints sizes as text or as JSON, and only those under --quiet", async () => {
  await using it = await setUp();
  const send = (...words: string[]) =>
    runCommand("ws send", [it.image, it.url, "--token", "t", ...words]);
  const peer = `tcp4:${new URL(it.url).host}`;
  const opened = [`Server connected: ${peer}`, "WebSocket connection open."];
  const closed = "WebSocket connection closed: 1000 (normal closure)";
  const sizes = [
    "Encoded size of the sent image: 32 bytes",
    "Encoded size of the received image: 32 bytes",
  ];
  const text = await send();
  assertEquals([text.status, text.out, text.error], [0, [...opened, ...sizes, closed], []]);
  const quiet = await send("--quiet", it.image);
  assertEquals([quiet.status, quiet.out], [0, [...sizes, ...sizes]]);
  const binary = await send("--binary", "-q");
  const bytes = ["Size of the sent image: 23 bytes", "Binary message received: 23 bytes"];
  assertEquals([binary.status, binary.out], [0, bytes]);
  const json = await send("--json");
  const echo = JSON.parse(json.out[0]!);
  assertEquals([json.status, json.out.length], [0, 1]);
  assertEquals([echo.event, echo.image, echo.identical], ["echo", it.image, true]);
  const named = await send("--name", "-q");
  assertEquals([named.status, named.out], [0, sizes]);
  assertEquals(await Deno.readFile(`${it.received}/sun.gif`), GIF);
});

Deno.test("ws send says what did not come back, and which line is wrong", async () => {
  await using it = await setUp();
  const note = `${it.folder}/note.txt`;
  await Deno.writeTextFile(note, "no image");
  const refused = await runCommand("ws send", [note, it.image, it.url, "--token", "t", "-q"]);
  assertEquals([refused.status, refused.error.length], [1, 1]);
  assertMatch(
    refused.error[0]!,
    /^heliograph ws send: the server did not send '.*note.txt' back: /,
  );
  const stranger = await runCommand("ws send", [it.image, it.url]);
  assertEquals([stranger.status, stranger.out, stranger.error.length], [1, [], 1]);
  for (
    const [words, message] of [
      [["http://h/"], "'http://h/' is no ws: or wss: URL and no file"],
      [["ws://a/", "ws://b/"], "'ws://b/' is a second URL, expected one"],
      [["ws://"], "'ws://' is no URL, expected ws://HOST:PORT/"],
    ] as const
  ) {
    const { status, out, error } = await runCommand("ws send", words);
    assertEquals([status, out, error], [2, [], [message]]);
  }
  const folder = await runCommand("ws send", [it.folder, it.url]);
  const words = `Cannot send '${it.folder}': it is a folder, expected a file`;
  assertEquals([folder.status, folder.error], [1, [words]]);
});

Deno.test("ws serve tells what comes as lines or objects, and keeps what it is told to", async () => {
  await using it = await setUp();
  for (const flags of [["--keep"], ["--json", "--save-binary"], ["--quiet", "--echo"]]) {
    const end = new AbortController();
    const heard = Promise.withResolvers<string>();
    const out = `${it.folder}/${flags[0]}`;
    const line = ["--port", "0", "--out", out, ...flags];
    const running = runCommand("ws serve", line, end.signal, heard.resolve);
    const url = /ws:\/\/127\.0\.0\.1:\d+\//.exec(await heard.promise)![0];
    for (const kind of [[], ["--binary"]]) {
      assertEquals((await runCommand("ws send", [it.image, url, ...kind])).status, 0);
    }
    end.abort();
    const { status, out: lines, error } = await running;
    assertEquals(status, 130);
    const page = `open http://${new URL(url).host}/ in a browser to send images from there`;
    assertEquals(error, flags[0] === "--quiet" ? [] : [page]);
    const told = lines.slice(1).join("\n").split("\n").filter((text) => text !== "");
    const names = flags[0] === "--quiet" ? [] : [...Deno.readDirSync(out)].map(({ name }) => name);
    if (flags[0] === "--keep") {
      assertEquals(lines[0], `listening on ${url}`);
      assertEquals(told.map((text) => text.replace(/:\d+$/, ":PORT")), [
        "Client connecting: tcp4:127.0.0.1:PORT",
        "WebSocket connection open.",
        "Text message received, saving to a file",
        `Saved ${names[0]}: 23 bytes, image/gif`,
        "WebSocket connection closed: 1000 (normal closure)",
        "Client connecting: tcp4:127.0.0.1:PORT",
        "WebSocket connection open.",
        "Binary message received: 23 bytes",
        "WebSocket connection closed: 1000 (normal closure)",
      ]);
      assertEquals(names.length, 1);
    } else if (flags[0] === "--json") {
      assertEquals(JSON.parse(lines[0]!), { event: "listening", url });
      const events = told.map((text) => JSON.parse(text).event);
      const about = ["connecting", "open"];
      assertEquals(events, [
        ...[...about, "text", "saved", "closed"],
        ...[...about, "binary", "saved", "closed"],
      ]);
    } else assertEquals(told, []);
  }
});
