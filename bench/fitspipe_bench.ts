/**
 * Frames through a fitspipe server, each part in a process of its own, beside what
 * iperf3 moves over the same loopback.
 */

import { FitspipeClient } from "../fits/fitspipe/client.ts";
import { encodeCameraFrame } from "../fits/fitspipe/feed/frame.ts";
import { compare, printNote, printTable } from "./compare.ts";
import { Peer } from "./peer.ts";

const WIDTH = 2_048;
const MIB = 1_048_576;
const here = (name: string) => new URL(`fitspipe/${name}`, import.meta.url).pathname;

/** Starts a program of ours. */
function start(args: string[]): Peer {
  return new Peer(Deno.execPath(), ["run", "--allow-net", "--allow-read", ...args]);
}

async function serve(): Promise<{ server: Peer; port: string }> {
  const cli = new URL("../cli.ts", import.meta.url).pathname;
  const server = start([cli, "fitspipe", "serve", "--port", "0", "--depth", "16"]);
  return { server, port: /:(\d+)$/.exec(await server.line())![1]! };
}

/** What a consumer prints at its end. */
interface Received {
  readonly began: number;
  readonly ended: number;
  readonly frames: number;
  readonly bytes: number;
  readonly missed: number;
}

/** MiB per second that all consumers together receive, and the frames per second of one. */
async function stream(count: number, frames: number): Promise<{ rate: number; fps: number }> {
  await using processes = new AsyncDisposableStack();
  const { server, port } = await serve();
  processes.use(server);
  await using client = await FitspipeClient.connect({ hostname: "127.0.0.1", port: Number(port) });
  await client.put(
    "default",
    encodeCameraFrame({ width: 1, height: 1, pixels: new Uint16Array(1) }),
  );
  const consumers = Array.from(
    { length: count },
    () => processes.use(start([here("consumer.ts"), "127.0.0.1", port, String(frames)])),
  );
  // No one starts while others are measured already.
  await Promise.all(consumers.map((consumer) => consumer.line()));
  processes.use(start([here("producer.ts"), "127.0.0.1", port, `${WIDTH}`, `${WIDTH}`]));
  const results = await Promise.all(
    consumers.map(async (consumer) => JSON.parse(await consumer.line()) as Received),
  );
  const began = Math.min(...results.map((result) => result.began));
  const ended = Math.max(...results.map((result) => result.ended));
  const bytes = results.reduce((sum, result) => sum + result.bytes, 0);
  const seconds = (ended - began) / 1_000;
  return { rate: bytes / MIB / seconds, fps: results[0]!.frames / seconds };
}

async function iperf3(): Promise<number> {
  const port = "15201";
  await using server = new Peer("iperf3", ["-s", "-p", port, "--forceflush"]);
  await server.line();
  const { stdout } = await new Deno.Command("iperf3", {
    args: ["-c", "127.0.0.1", "-p", port, "-l", "1M", "-t", "2", "-J"],
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).end.sum_received.bits_per_second / 8 / MIB;
}

/** Milliseconds from the end of a put to the last byte at a consumer that waits. */
async function latency(): Promise<number> {
  const { server, port } = await serve();
  await using _ = server;
  const address = { hostname: "127.0.0.1", port: Number(port) };
  await using producer = await FitspipeClient.connect(address);
  await using consumer = await FitspipeClient.connect(address);
  const file = encodeCameraFrame({ width: 640, height: 480, pixels: new Uint16Array(640 * 480) });
  await producer.put("default", file);
  const times: number[] = [];
  for (let frame = 2; frame < 102; frame++) {
    const waiting = consumer.get("default", { frame });
    await new Promise((resolve) => setTimeout(resolve, 5));
    const sent = performance.now();
    void producer.put("default", file);
    await waiting;
    times.push(performance.now() - sent);
  }
  return times.sort((a, b) => a - b)[50]!;
}

const fps: number[] = [];
const figures = await compare([
  {
    name: "heliograph, one producer, one consumer",
    run: async () => {
      const result = await stream(1, 150);
      fps.push(result.fps);
      return result.rate;
    },
  },
  { name: "heliograph, 32 consumers together", run: async () => (await stream(32, 25)).rate },
  { name: "iperf3 -l 1M", run: iperf3 },
], 3);
printTable("2048 x 2048 16-bit frames over loopback", "MiB/s", figures);
printNote(
  `\nframes per second of one consumer: ${fps.map((rate) => Math.round(rate)).join(", ")}`,
);
printTable(
  "640 x 480 frame, begin of put to last byte at a waiting consumer",
  "ms",
  await compare([{ name: "heliograph", run: latency }], 3),
);
