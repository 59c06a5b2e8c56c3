/** How much memory a process takes, which shows only where no other test runs beside it. */

import { assert, assertEquals } from "@std/assert";
import { serveHttp, upgradeWebSocket } from "../../http/mod.ts";
import { ArrayClient, serveArrays } from "../../rpc/mod.ts";
import { probeServer, sendBomb } from "../support/websocket/probe.ts";

const MIB = 1 << 20;

/** The bytes by which the process grew at most while some work was done. */
async function growth(work: () => Promise<void>): Promise<number> {
  const before = Deno.memoryUsage().rss;
  let most = before;
  const watch = setInterval(() => most = Math.max(most, Deno.memoryUsage().rss), 5);
  await work();
  clearInterval(watch);
  return Math.max(most, Deno.memoryUsage().rss) - before;
}

Deno.test("a received array takes the memory of the array, not that of a copy", async () => {
  const bytes = 64 * MIB;
  let seen = 0;
  await using server = await serveArrays({
    port: 0,
    functions: { look: () => seen = Deno.memoryUsage().rss },
  });
  await using client = await ArrayClient.connect(server.address);
  const data = new Float64Array(bytes / 8).fill(1);
  await client.call("look(data)", { arrays: { data: Float64Array.of(1) } });
  const before = Deno.memoryUsage().rss;
  await client.call("look(data)", { arrays: { data } });
  assert(seen - before < 1.5 * bytes, `${seen - before} bytes for an array of ${bytes}`);
});

Deno.test("an array server stays within its memory, whatever many clients send together", async () => {
  const cap = 48 * MIB;
  await using server = await serveArrays({
    port: 0,
    maxMemory: cap,
    maxArray: 16 * MIB,
    workers: 1,
  });
  const data = new Float64Array(2 * MIB).fill(1);
  const grown = await growth(async () => {
    await Promise.all(Array.from({ length: 12 }, async () => {
      await using client = await ArrayClient.connect(server.address);
      assertEquals((await client.call("total(data)", { arrays: { data } }))?.data[0], 2 * MIB);
    }));
  });
  assert(grown < 4 * cap, `the process grew by ${grown} bytes`);
  assertEquals(server.metrics().memory.used, 0);
});

Deno.test("a compression bomb takes no memory", async () => {
  await using server = await serveHttp(
    { port: 0, onError: () => {} },
    (request) =>
      upgradeWebSocket(request, {
        maxMessageSize: 8 * MIB,
        handler: async (connection) => void await (await connection.receive())?.bytes(),
      }),
  );
  const grown = await growth(async () => {
    const probe = await probeServer(server.url.replace(/^http/, "ws"), "permessage-deflate");
    const sending = sendBomb(probe);
    assertEquals(await probe.next(), "close 1009");
    await sending;
    probe.close();
  });
  assert(grown < 120 * MIB, `the process grew by ${grown} bytes`);
});
