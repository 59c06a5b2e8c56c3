/** Sixteen clients of each sort that want everything, and one that wants little. */

import { assert, assertEquals } from "@std/assert";
import { ArrayClient } from "../../rpc/mod.ts";
import { ROOT, startDeno } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { SORT_NAMES } from "./rpc_fairness/hostile.ts";

/** Milliseconds that a small call may take, of a hundred all but one. */
const MOST_MS = 20;

/** Milliseconds that each sort is measured for. */
const MEASURED_MS = 2_000;

/** The 99th percentile of the milliseconds of small calls, one after the other. */
async function percentile(
  client: ArrayClient,
  milliseconds: number,
): Promise<{ beside: number; calls: number }> {
  const times: number[] = [];
  const end = performance.now() + milliseconds;
  while (performance.now() < end || times.length < 50) {
    const begin = performance.now();
    assertEquals((await client.call("1 + 1"))?.data[0], 2);
    times.push(performance.now() - begin);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  times.sort((a, b) => a - b);
  return { beside: times[Math.floor(times.length * 0.99)]!, calls: times.length };
}

Deno.test("a small call is answered in 20 ms beside 16 hostile clients of each sort", async (t) => {
  for (const sort of SORT_NAMES) {
    await t.step(sort, async () => {
      await using folder = await temporaryFolder();
      const flags = ["--allow-net=127.0.0.1", `--allow-read=${ROOT},${folder.path}`];
      const serve = ["cli.ts", "rpc", "serve", "--port", "0", "--json", "-q", "--out", folder.path];
      await using server = startDeno(
        ["run", ...flags, `--allow-write=${folder.path}`, ...serve],
      );
      const { port } = new URL(JSON.parse((await server.line())!).url);
      await using client = await ArrayClient.connect({ hostname: "127.0.0.1", port: Number(port) });
      await percentile(client, 100);
      // A machine that has other things to do is slow for everybody.
      const { beside: alone } = await percentile(client, 500);
      const clients = new Deno.Command(Deno.execPath(), {
        args: ["run", "--allow-net=127.0.0.1", "tests/long/rpc_fairness/hostile.ts", port, sort],
        cwd: ROOT,
        stdin: "piped",
        stdout: "piped",
        stderr: "null",
      }).spawn();
      try {
        const output = clients.stdout.getReader();
        await output.read();
        const before = await client.metrics();
        const { beside, calls: own } = await percentile(client, MEASURED_MS);
        const after = await client.metrics();
        await output.cancel();
        const { done, failed, cancelled, running } = after.calls;
        const ended = done + failed + cancelled - own -
          (before.calls.done + before.calls.failed + before.calls.cancelled);
        const received = after.bytes.received - before.bytes.received;
        console.log(
          `${sort}: ${alone.toFixed(1)} ms alone, ${beside.toFixed(1)} ms beside them: ` +
            `${after.connections.open - 1} of them, ${ended} calls ended, ${running} running, ` +
            `${(received / 1024 ** 2).toFixed(1)} MiB received`,
        );
        assert(beside < MOST_MS * Math.max(1, alone), `${beside} ms, ${alone} ms alone`);
        // Who was turned away at once has been no load at all.
        assertEquals(after.connections.open, 17);
        assert(ended + running > 0 || received > 0, "the others did nothing");
      } finally {
        clients.kill("SIGKILL");
        await clients.stdin.abort().catch(() => {});
        await clients.status;
      }
    });
  }
});
