/**
 * The array server beside a plain Python socket and ZeroMQ: a float64 array is sent,
 * summed, and the sum comes back; small calls, one by one and pipelined.
 *
 * Every client and every server is a process of its own, and all of them are restarted
 * several times: the figures are medians over these pairs. Peers: python3-numpy, python3-zmq.
 *
 * deno run -A bench/rpc_bench.ts [client PORT]
 */

import { linesOf } from "@std/streams";
import { ArrayClient } from "../rpc/mod.ts";
import { figuresOf, printTable } from "./compare.ts";
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

/** How often every contender is restarted. */
const PAIRS = 3;

const TITLES = [
  ["float64, 1 MiB sent, summed, answered", "MiB/s"],
  ["float64, 16 MiB sent, summed, answered", "MiB/s"],
  ["float64, 256 MiB sent, summed, answered", "MiB/s"],
  ["A small call (16 bytes), one after the other", "microseconds"],
] as const;

const CONTENDERS = [
  { name: "heliograph", start: startOurs },
  { name: "Python socket, recv_into", start: () => startPython("socket") },
  { name: "ZeroMQ, copy=False", start: () => startPython("zmq") },
] as const;

/** A server and a client of it, each a process of its own. */
interface Pair {
  readonly server: Peer;
  readonly client: Peer;
}

async function startOurs(): Promise<Pair> {
  const deno = Deno.execPath();
  const args = ["run", "-A", CLI, "rpc", "serve", "--port", "0", "--quiet"];
  const server = new Peer(deno, args);
  const port = /:(\d+)$/.exec(await server.line())![1]!;
  return { server, client: new Peer(deno, ["run", "-A", SELF, "client", port]) };
}

async function startPython(kind: "socket" | "zmq"): Promise<Pair> {
  const python = "/usr/bin/python3";
  const server = new Peer(python, [PYTHON_PEER, `serve-${kind}`]);
  const port = await server.line();
  return { server, client: new Peer(python, [PYTHON_PEER, `client-${kind}`, port]) };
}

/** The figures of {@linkcode TITLES} of one client; each is taken after a warm-up of its own. */
async function measure(client: Peer): Promise<number[]> {
  const twice = async (order: string) => {
    await client.ask(order);
    return await client.ask(order);
  };
  return [
    1 / await twice(`${MIB} 1000`),
    16 / await twice(`${16 * MIB} 20`),
    256 / await twice(`${256 * MIB} 3`),
    1e6 * await twice("16 2000"),
  ];
}

// Where the system puts the two processes of a pair decides more than what they do, and it
// seldom moves them: every pair is another draw.
const measured = CONTENDERS.map((): number[][] => TITLES.map(() => []));
const pipelined: number[] = [];
for (let pair = 0; pair < PAIRS; pair++) {
  for (const [i, { start }] of CONTENDERS.entries()) {
    const { server, client } = await start();
    await using _server = server;
    await using _client = client;
    for (const [j, figure] of (await measure(client)).entries()) measured[i]![j]!.push(figure);
    if (start !== startOurs) continue;
    await client.ask("0 20000");
    pipelined.push(20_000 / await client.ask("0 20000"));
  }
}
for (const [j, [title, unit]] of TITLES.entries()) {
  const figures = CONTENDERS.map(({ name }, i) => figuresOf(name, measured[i]![j]!));
  printTable(title, unit, figures);
}
printTable("Small calls on one connection, pipelined", "calls/s", [
  figuresOf("heliograph", pipelined),
]);
