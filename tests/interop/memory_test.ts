/** How much memory a process takes, which shows only where no other test runs beside it. */

import { assert, assertEquals } from "@std/assert";
import { encodeFits } from "../../fits/write/write.ts";
import { serveHttp, upgradeWebSocket } from "../../http/mod.ts";
import { ArrayClient, serveArrays } from "../../rpc/mod.ts";
import { ROOT, runDeno, startDeno } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary.ts";
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

/** The memory that a process has had at most, in bytes. */
async function peakOf(pid: number): Promise<number> {
  const { stdout } = await new Deno.Command("cat", { args: [`/proc/${pid}/status`] }).output();
  const kibibytes = /VmHWM:\s*(\d+) kB/.exec(new TextDecoder().decode(stdout))?.[1];
  return Number(kibibytes) * 1024;
}

Deno.test("an array server stays within its memory, whatever many clients send together", async () => {
  const cap = 48 * MIB;
  await using folder = await temporaryFolder();
  const limits = ["--max-memory", `${cap}`, "--max-array", `${16 * MIB}`, "--workers", "1"];
  // A process of its own: in this one the clients, and other tests, have their memory.
  await using server = startDeno([
    ...["run", "-A", "--no-check", `${ROOT}cli.ts`, "rpc", "serve", "--port", "0", "--json"],
    ...["--out", folder.path, ...limits],
  ]);
  const { port } = new URL(JSON.parse((await server.line())!).url);
  const address = { hostname: "127.0.0.1", port: Number(port) };
  const sum = async (data: Float64Array<ArrayBuffer>) => {
    await using client = await ArrayClient.connect(address);
    return (await client.call("total(data)", { arrays: { data } }))?.data[0];
  };
  assertEquals(await sum(Float64Array.of(1, 2)), 3);
  const before = await peakOf(server.process.pid);
  const data = new Float64Array(2 * MIB).fill(1);
  const sums = await Promise.all(Array.from({ length: 40 }, () => sum(data)));
  assertEquals(sums, Array(40).fill(2 * MIB));
  const grown = await peakOf(server.process.pid) - before;
  // 640 MiB were sent: the rest is what a collection of garbage has not come to.
  assert(grown < 2 * cap, `the process grew by ${grown} bytes`);
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

Deno.test("a map holds no more after thousands of files than after hundreds", async () => {
  await using folder = await temporaryFolder();
  const file = `${folder.path}/a.fits`;
  await Deno.writeFile(file, await encodeFits([{ pixels: new Int16Array(64), shape: [8, 8] }]));
  const flags = ["-A", "--no-check", "--quiet", "--v8-flags=--expose-gc"];
  const heldAfter = async (jobs: number) => {
    const script = `${ROOT}tests/interop/map_memory.ts`;
    const { code, stdout, stderr } = await runDeno(
      ["run", ...flags, script, file, `${jobs}`, `${folder.path}/${jobs}.jsonl`],
    );
    assertEquals(code, 0, stderr);
    const { lines, failed, program, thread } = JSON.parse(stdout);
    assertEquals([lines, failed], [jobs, 0]);
    return { program, thread };
  };
  const few = await heldAfter(500);
  const many = await heldAfter(4_500);
  // 4,000 names are 4 MB, and so are their lines. Compiled code alone takes half of one.
  for (const place of ["program", "thread"] as const) {
    const more = many[place] - few[place];
    assert(more < 1_500_000, `${place}: ${more} bytes more after 4,500 jobs than after 500`);
  }
});
