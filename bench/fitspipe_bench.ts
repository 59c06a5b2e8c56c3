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

async function firstLine(child: Deno.ChildProcess): Promise<string> {
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) break;
    text += value;
  }
  void (async () => {
    while (!(await reader.read()).done);
  })();
  return text.split("\n")[0]!;
}

async function serve(): Promise<{ child: Deno.ChildProcess; port: string }> {
  const cli = new URL("../cli.ts", import.meta.url).pathname;
  const child = start([cli, "fitspipe", "serve", "--port", "0", "--depth", "16"]);
  return { child, port: /:(\d+)$/.exec(await firstLine(child))![1]! };
}

async function ready(port: string): Promise<void> {
  await using client = await FitspipeClient.connect({ hostname: "127.0.0.1", port: Number(port) });
  while ((await client.list()).length === 0);
}

/** MiB per second that all consumers together receive, and the frames per second of one. */
async function stream(consumers: number, frames: number): Promise<{ rate: number; fps: number }> {
  const { child, port } = await serve();
  const producer = start([here("producer.ts"), "127.0.0.1", port, `${WIDTH}`, `${WIDTH}`]);
  try {
    await ready(port);
    const results = await Promise.all(Array.from({ length: consumers }, async () => {
      const consumer = start([here("consumer.ts"), "127.0.0.1", port, String(frames)]);
      return JSON.parse(await firstLine(consumer)) as {
        frames: number;
        bytes: number;
        seconds: number;
      };
    }));
    const rate = results.reduce((sum, { bytes, seconds }) => sum + bytes / MIB / seconds, 0);
    return { rate, fps: results[0]!.frames / results[0]!.seconds };
  } finally {
    for (const process of [producer, child]) {
      process.kill("SIGKILL");
      await process.status;
    }
  }
}

async function iperf3(): Promise<number> {
  const port = "15201";
  const server = new Deno.Command("iperf3", {
    args: ["-s", "-p", port, "--forceflush"],
    stdout: "piped",
  }).spawn();
  await firstLine(server);
  try {
    const { stdout } = await new Deno.Command("iperf3", {
      args: ["-c", "127.0.0.1", "-p", port, "-l", "1M", "-t", "2", "-J"],
    }).output();
    return JSON.parse(new TextDecoder().decode(stdout)).end.sum_received.bits_per_second / 8 / MIB;
  } finally {
    server.kill("SIGKILL");
    await server.status;
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
    child.kill("SIGKILL");
    await child.status;
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
  { name: "heliograph, 32 consumers together", run: async () => (await stream(32, 12)).rate },
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
