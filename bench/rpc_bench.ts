/**
 * The array server beside a plain Python socket and ZeroMQ: a float64 array is sent,
 * summed, and the sum comes back; small calls, one by one and pipelined.
 *
 * Every client and every server is a process of its own. Peers: python3-numpy, python3-zmq.
 *
 * deno run -A bench/rpc_bench.ts [client PORT]
 */

import { linesOf } from "@std/streams";
import { ArrayClient } from "../rpc/mod.ts";
import { compare, printTable } from "./compare.ts";
import { Peer } from "./peer.ts";

const MIB = 1024 ** 2;
const PYTHON_PEER = new URL("rpc_peer.py", import.meta.url).pathname;
const CLI = new URL("../cli.ts", import.meta.url).pathname;
const SELF = new URL(import.meta.url).pathname;

/** The client of ours: the same questions and answers as those of the Python script. */
async function runClient(port: number): Promise<void> {
  const client = await ArrayClient.connect({ hostname: "127.0.0.1", port });
  const arrays = new Map<number, Float64Array<ArrayBuffer>>();
  for await (const order of linesOf(Deno.stdin.readable)) {
    const [size, rounds] = order.split(" ").map(Number) as [number, number];
    console.log(size === 0 ? await pipelined(client, rounds) : await inTurn(client, size, rounds));
  }

  async function inTurn(client: ArrayClient, size: number, rounds: number): Promise<number> {
    const data = arrays.get(size) ?? new Float64Array(size / 8).fill(1.5);
    arrays.set(size, data);
    const times: number[] = [];
    for (let i = 0; i < rounds; i++) {
      const start = performance.now();
      const total = await client.call("total(data)", { arrays: { data } });
      times.push((performance.now() - start) / 1000);
      if (total?.data[0] !== data.length * 1.5) throw new Error("the sum is wrong");
    }
    return times.sort((a, b) => a - b)[times.length >> 1]!;
  }

  async function pipelined(client: ArrayClient, count: number): Promise<number> {
    const data = Float64Array.of(1, 2);
    const start = performance.now();
    await Promise.all(
      Array.from({ length: count }, () => client.call("total(data)", { arrays: { data } })),
    );
    return (performance.now() - start) / 1000;
  }
}

if (Deno.args[0] === "client") {
  await runClient(Number(Deno.args[1]));
  Deno.exit();
}

const deno = Deno.execPath();
await using server = new Peer(deno, ["run", "-A", CLI, "rpc", "serve", "--port", "0", "--quiet"]);
const port = /:(\d+)$/.exec(await server.line())![1]!;
await using ours = new Peer(deno, ["run", "-A", SELF, "client", port]);
const python = "/usr/bin/python3";
await using socketServer = new Peer(python, [PYTHON_PEER, "serve-socket"]);
await using plain = new Peer(python, [PYTHON_PEER, "client-socket", await socketServer.line()]);
await using zmqServer = new Peer(python, [PYTHON_PEER, "serve-zmq"]);
await using zmq = new Peer(python, [PYTHON_PEER, "client-zmq", await zmqServer.line()]);
const contenders: [string, Peer][] = [
  ["heliograph", ours],
  ["Python socket, recv_into", plain],
  ["ZeroMQ, copy=False", zmq],
];

for (const [mib, rounds] of [[1, 1_000], [16, 20], [256, 3]] as const) {
  const figures = await compare(
    contenders.map(([name, peer]) => ({
      name,
      run: async () => mib / await peer.ask(`${mib * MIB} ${rounds}`),
    })),
    5,
  );
  printTable(`float64, ${mib} MiB sent, summed, answered`, "MiB/s", figures);
}
printTable(
  "A small call (16 bytes), one after the other",
  "microseconds",
  await compare(
    contenders.map(([name, peer]) => ({
      name,
      run: async () => 1e6 * await peer.ask("16 2000"),
    })),
    5,
  ),
);
printTable(
  "Small calls on one connection, pipelined",
  "calls/s",
  await compare([{ name: "heliograph", run: async () => 20_000 / await ours.ask("0 20000") }], 5),
);
