/**
 * Frames through a fitspipe server, each part in a process of its own, beside what
 * iperf3 moves over the same loopback.
 */

import { FitspipeClient } from "../fits/fitspipe/client.ts";
import { encodeFrame } from "../fits/fitspipe/frame.ts";
import { compare, printTable } from "./compare.ts";

const WIDTH = 2_048;
const MIB = 1_048_576;
const here = (name: string) => new URL(`fitspipe/${name}`, import.meta.url).pathname;

function start(args: string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-net", "--allow-read", ...args],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

/** The lines that a process prints, one at each call. */
function linesOf(child: Deno.ChildProcess): () => Promise<string> {
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return async () => {
    while (!text.includes("\n")) {
      const { value, done } = await reader.read();
      if (done) throw new Error("a process of the benchmark ended early");
      text += value;
    }
    const line = text.slice(0, text.indexOf("\n"));
    text = text.slice(line.length + 1);
    return line;
  };
}

async function stop(...processes: Deno.ChildProcess[]): Promise<void> {
  for (const process of processes) {
    try {
      process.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
    await process.status;
  }
}

async function serve(): Promise<{ child: Deno.ChildProcess; port: string }> {
  const cli = new URL("../cli.ts", import.meta.url).pathname;
  const child = start([cli, "fitspipe", "serve", "--port", "0", "--depth", "16"]);
  return { child, port: /:(\d+)$/.exec(await linesOf(child)())![1]! };
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
  const { child, port } = await serve();
  const processes = [child];
  try {
    await using client = await FitspipeClient.connect({
      hostname: "127.0.0.1",
      port: Number(port),
    });
    await client.put("default", encodeFrame({ width: 1, height: 1, pixels: new Uint16Array(1) }));
    const consumers = Array.from({ length: count }, () => {
      const consumer = start([here("consumer.ts"), "127.0.0.1", port, String(frames)]);
      processes.push(consumer);
      return linesOf(consumer);
    });
    // Nobody starts while others are measured already.
    await Promise.all(consumers.map((line) => line()));
    processes.push(start([here("producer.ts"), "127.0.0.1", port, `${WIDTH}`, `${WIDTH}`]));
    const results = await Promise.all(
      consumers.map(async (line) => JSON.parse(await line()) as Received),
    );
    const began = Math.min(...results.map((result) => result.began));
    const ended = Math.max(...results.map((result) => result.ended));
    const bytes = results.reduce((sum, result) => sum + result.bytes, 0);
    const seconds = (ended - began) / 1_000;
    return { rate: bytes / MIB / seconds, fps: results[0]!.frames / seconds };
  } finally {
    await stop(...processes.toReversed());
  }
}

async function iperf3(): Promise<number> {
  const port = "15201";
  const server = new Deno.Command("iperf3", {
    args: ["-s", "-p", port, "--forceflush"],
    stdout: "piped",
  }).spawn();
  await linesOf(server)();
  try {
    const { stdout } = await new Deno.Command("iperf3", {
      args: ["-c", "127.0.0.1", "-p", port, "-l", "1M", "-t", "2", "-J"],
    }).output();
    return JSON.parse(new TextDecoder().decode(stdout)).end.sum_received.bits_per_second / 8 / MIB;
  } finally {
    await stop(server);
  }
}

/** Milliseconds from the end of a put to the last byte at a consumer that waits. */
async function latency(): Promise<number> {
  const { child, port } = await serve();
  try {
    const address = { hostname: "127.0.0.1", port: Number(port) };
    await using producer = await FitspipeClient.connect(address);
    await using consumer = await FitspipeClient.connect(address);
    const file = encodeFrame({ width: 640, height: 480, pixels: new Uint16Array(640 * 480) });
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
  } finally {
    await stop(child);
  }
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
console.log(
  `\nframes per second of one consumer: ${fps.map((rate) => Math.round(rate)).join(", ")}`,
);
printTable(
  "640 x 480 frame, begin of put to last byte at a waiting consumer",
  "ms",
  await compare([{ name: "heliograph", run: latency }], 3),
);
