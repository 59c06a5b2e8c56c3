import { assert, assertEquals } from "@std/assert";
import { connectWebSocket, sendImage } from "../../../http/mod.ts";
import { start } from "../../support/processes.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const ROOT = new URL("../../../", import.meta.url).pathname;
const CLI = `${ROOT}cli.ts`;
const GIF = Uint8Array.fromBase64("R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=");

/** The program with the permissions that its help names, and no more. */
function heliograph(cwd: string, ...args: string[]) {
  const permissions = [
    "--allow-net=127.0.0.1",
    `--allow-read=.,${ROOT}`,
    ...(args[1] === "serve" ? ["--allow-write=."] : []),
  ];
  return start(Deno.execPath(), ["run", "--no-check", ...permissions, CLI, ...args], {
    cwd,
    stderr: "null",
  });
}

Deno.test("ws serve and ws send print the document's lines and exchange the document's files", async () => {
  await using folder = await temporaryFolder();
  Deno.writeFileSync(`${folder.path}/image.jpg`, GIF);
  Deno.writeFileSync(`${folder.path}/sun.gif`, GIF);
  Deno.writeTextFileSync(`${folder.path}/text.txt`, "no image");
  await using server = heliograph(folder.path, "ws", "serve", "--port", "0", "--out", "got");
  const [, url] = await server.line(/^listening on (ws:.*)$/);
  assertEquals(server.lines.length, 1);
  const peer = `tcp4:${new URL(url!).host}`;

  await using plain = heliograph(folder.path, "ws", "send", url!);
  assertEquals(await plain.ended(), 0);
  assertEquals(plain.lines, [
    `Server connected: ${peer}`,
    "WebSocket connection open.",
    "Encoded size of the sent image: 48 bytes",
    "Encoded size of the received image: 48 bytes",
    "WebSocket connection closed: 1000 (normal closure)",
  ]);
  assertEquals(Deno.readFileSync(`${folder.path}/got/image_received.jpg`), GIF);

  await using several = heliograph(
    folder.path,
    ...["ws", "send", "image.jpg", "sun.gif", url!, "--name", "--json"],
  );
  assertEquals(await several.ended(), 0);
  const echoes = several.lines.map((line) => JSON.parse(line));
  assertEquals(echoes.map(({ event, image, identical }) => [event, image, identical]), [
    ["echo", "image.jpg", true],
    ["echo", "sun.gif", true],
  ]);
  assertEquals(Deno.readFileSync(`${folder.path}/got/sun.gif`), GIF);

  await using binary = heliograph(folder.path, "ws", "send", "--binary", "sun.gif", url!, "-q");
  assertEquals(await binary.ended(), 0);
  assertEquals(binary.lines, [
    "Size of the sent image: 35 bytes",
    "Binary message received: 35 bytes",
  ]);

  await using refused = heliograph(folder.path, "ws", "send", "text.txt", url!);
  assertEquals(await refused.ended(), 1);

  server.kill("SIGTERM");
  assertEquals(await server.ended(), 143);
  assertEquals(server.lines.slice(1).map((line) => line.replace(/:\d+$/, ":PORT")).slice(0, 5), [
    "Client connecting: tcp4:127.0.0.1:PORT",
    "WebSocket connection open.",
    "Text message received, saving to a file",
    "Saved image_received.jpg: 35 bytes, image/gif",
    "WebSocket connection closed: 1000 (normal closure)",
  ]);
  assert(server.lines.includes("Binary message received: 35 bytes"));
  assert(server.lines.some((line) => line.startsWith("Not saved: the bytes are of no known kind")));
});

Deno.test("ws send reaches ws serve over TLS if it is told of the authority, and not otherwise", async () => {
  await using folder = await temporaryFolder();
  Deno.writeFileSync(`${folder.path}/sun.gif`, GIF);
  const certificates = `${ROOT}tests/certificates`;
  await using server = heliograph(
    folder.path,
    ...["ws", "serve", "--port", "0", "--cert", `${certificates}/localhost.pem`],
    ...["--key", `${certificates}/localhost.key.pem`],
  );
  const [, url] = await server.line(/^listening on (wss:.*)$/);
  const send = ["ws", "send", "sun.gif", url!, "--json"];

  await using trusting = heliograph(
    folder.path,
    ...[...send, "--ca", `${certificates}/authority.pem`],
  );
  assertEquals(await trusting.ended(), 0);
  assertEquals(trusting.lines.map((line) => JSON.parse(line).identical), [true]);

  await using strange = heliograph(folder.path, ...send);
  assertEquals(await strange.ended(), 1);
  assertEquals(strange.lines.map((line) => Object.keys(JSON.parse(line))), [["error"]]);
});

Deno.test("ws serve goes on when the reader of its lines has gone", async () => {
  await using folder = await temporaryFolder();
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", CLI, "ws", "serve", "--port", "0"],
    cwd: folder.path,
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const lines = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const [, url] = /^listening on (ws:.*)\n/.exec((await lines.read()).value!)!;
  await lines.cancel();
  for (let i = 0; i < 3; i++) {
    await using connection = await connectWebSocket(url!);
    const { identical, reply } = await sendImage(connection, GIF);
    assertEquals([identical, reply], [true, undefined]);
  }
  process.kill("SIGTERM");
  assertEquals((await process.status).code, 143);
  assertEquals(Deno.readFileSync(`${folder.path}/image_received.jpg`), GIF);
});

Deno.test("ws serve speaks JSON, and wrong usage ends with 2", async () => {
  await using folder = await temporaryFolder();
  await using server = heliograph(folder.path, "ws", "serve", "--port", "0", "--json");
  await server.line(/./);
  const { event, url } = JSON.parse(server.lines[0]!);
  assert(event === "listening" && /^ws:\/\/127\.0\.0\.1:\d+\/$/.test(url));
  const wrong: string[][] = [
    ["ws", "send", url, "ws://localhost:1/"],
    ["ws", "send", "ws://"],
    ["ws", "serve", "--cert", "x.pem"],
  ];
  const programs = wrong.map((args) => heliograph(folder.path, ...args));
  for (const program of programs) assertEquals(await program.ended(), 2);
  await using missing = heliograph(folder.path, "ws", "send", "missing.jpg", url);
  assertEquals(await missing.ended(), 1);
});
