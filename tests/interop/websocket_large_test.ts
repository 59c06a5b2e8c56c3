/** Images larger than memory should hold, and a thousand connections. */

import { assert, assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { connectWebSocket, type WebSocketConnection } from "../../http/mod.ts";
import { start } from "../support/processes.ts";
import { SeededRandom } from "../support/random.ts";
import { processMemory } from "../support/process_state.ts";
import { temporaryFolder } from "../support/temporary.ts";

const CLI = new URL("../../cli.ts", import.meta.url).pathname;
const GIB = 2 ** 30;
const MIB = 2 ** 20;

function heliograph(args: string[], cwd: string) {
  return start(Deno.execPath(), ["run", "-A", "--no-check", CLI, ...args], { cwd, stderr: "null" });
}

/** A file that begins as a JPEG does and goes on for 2 GiB without repeating itself soon. */
function writeLargeImage(path: string): string {
  const block = new SeededRandom(2).bytes(4 * MIB);
  const hash = createHash("sha256");
  using file = Deno.openSync(path, { write: true, create: true });
  for (let written = 0; written < 2 * GIB; written += block.length) {
    block.set(new Uint8Array(new Float64Array([written]).buffer), 8);
    if (written === 0) block.set([0xff, 0xd8, 0xff, 0xe0]);
    hash.update(block);
    for (let done = 0; done < block.length;) done += file.writeSync(block.subarray(done));
  }
  return hash.digest("hex");
}

function digestOf(path: string): string {
  const hash = createHash("sha256");
  const piece = new Uint8Array(4 * MIB);
  using file = Deno.openSync(path);
  for (let count = file.readSync(piece); count !== null; count = file.readSync(piece)) {
    hash.update(piece.subarray(0, count));
  }
  return hash.digest("hex");
}

Deno.test("an image of 2 GiB passes as Base64 text and as binary in constant memory on both sides", async () => {
  await using folder = await temporaryFolder();
  const digest = writeLargeImage(`${folder.path}/image.jpg`);
  await using server = heliograph(
    ["ws", "serve", "--port", "0", "--out", "got", "--save-binary"],
    folder.path,
  );
  const [, url] = await server.line(/^listening on (ws:.*)$/);
  for (const form of ["text", "binary"]) {
    await using client = heliograph(
      ["ws", "send", url!, "--json", ...(form === "binary" ? ["--binary"] : [])],
      folder.path,
    );
    let most = 0;
    const watch = setInterval(() => {
      try {
        most = Math.max(most, processMemory(client.pid, "VmHWM"));
      } catch (error) {
        // It has ended.
        if (!(error instanceof Deno.errors.NotFound || error instanceof TypeError)) throw error;
      }
    }, 100);
    assertEquals(await client.ended(), 0);
    clearInterval(watch);
    const { bytes, sent, received, identical, seconds } = JSON.parse(client.lines[0]!);
    assertEquals([bytes, identical, sent], [2 * GIB, true, received]);
    assertEquals(sent, form === "binary" ? 2 * GIB : 4 * Math.ceil(2 * GIB / 3));
    assertEquals(digestOf(`${folder.path}/got/image_received.jpg`), digest);
    const server_ = processMemory(server.pid, "VmHWM");
    console.log(
      `${form}: ${seconds.toFixed(1)} s, client ${(most / MIB).toFixed(0)} MiB, ` +
        `server ${(server_ / MIB).toFixed(0)} MiB`,
    );
    assert(most > 0 && most < 250 * MIB, `the client took ${most / MIB} MiB`);
    assert(server_ < 250 * MIB, `the server took ${server_ / MIB} MiB`);
    Deno.removeSync(`${folder.path}/got/image_received.jpg`);
  }
  server.kill("SIGINT");
  assertEquals(await server.ended(), 130);
});

Deno.test("1,000 idle connections that have been used take less than 150 MiB", async () => {
  await using folder = await temporaryFolder();
  await using server = heliograph(["ws", "serve", "--port", "0", "--echo"], folder.path);
  const [, url] = await server.line(/^listening on (ws:.*)$/);
  const connections: WebSocketConnection[] = [];
  for (let i = 0; i < 1_000; i++) {
    const connection = await connectWebSocket(url!);
    await connection.send(`hello ${i}`);
    assertEquals(await (await connection.receive())?.text(), `hello ${i}`);
    connections.push(connection);
  }
  const memory = processMemory(server.pid, "VmRSS");
  console.log(`1,000 connections: the server has ${(memory / MIB).toFixed(0)} MiB`);
  assert(memory < 150 * MIB, `${memory / MIB} MiB`);
  await Promise.all(connections.map((connection) => connection.close()));
});
