/**
 * Chaos for so many SECONDS: a server that is killed and restarted, producers and
 * consumers that come and go, connections that are cut, all seeded. Ends with an error
 * at the first frame that is not what was put or that is missed without a word; else
 * prints what happened, and what is left of descriptors and memory.
 */

import { assertEquals } from "@std/assert";
import { connect } from "../../../net/connect.ts";
import { closeQuietly } from "../../../net/socket.ts";
import { FitspipeClient } from "../../../fits/fitspipe/client.ts";
import { FeedStore } from "../../../fits/fitspipe/feed/store.ts";
import { followFeed } from "../../../fits/fitspipe/follow.ts";
import type { FitspipeFrame } from "../../../fits/fitspipe/feed/frame.ts";
import { type FitspipeServer, serveFitspipe } from "../../../fits/fitspipe/server.ts";
import { Header } from "../../../fits/header/header.ts";
import { SeededRandom } from "../../support/random.ts";
import { seededFile } from "./seeded_file.ts";

const FEEDS = 8;
const CONSUMERS = 32;

// The runtime keeps some of what a first round opens.
await chaos(1);
const before = await leftovers();
const result = await chaos(Number(Deno.args[0]));
const after = await leftovers();
console.log(JSON.stringify({
  ...result,
  descriptorsBefore: before.descriptors,
  descriptorsAfter: after.descriptors,
  memoryBefore: before.memory,
  memoryAfter: after.memory,
}));

/** What the process holds when nothing runs. */
async function leftovers(): Promise<{ descriptors: string; memory: number }> {
  // What one collection finds to be garbage may hold more.
  for (let round = 0; round < 3; round++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    (globalThis as { gc?: () => void }).gc!();
  }
  const { heapUsed, external } = Deno.memoryUsage();
  return { descriptors: descriptorKinds(), memory: heapUsed + external };
}

/** How many sockets, pipes and other things without a path this process has open, by kind. */
function descriptorKinds(): string {
  const counts = new Map<string, number>();
  for (const { name } of Deno.readDirSync("/proc/self/fd")) {
    const link = linkOf(`/proc/self/fd/${name}`);
    if (link === undefined || link.startsWith("/")) continue;
    const kind = link.replace(/:\[\d+\]$/, "");
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => `${kind}: ${count}`).sort().join(", ");
}

/** Where a descriptor leads; that of the listing itself is gone by now. */
function linkOf(path: string): string | undefined {
  try {
    return Deno.readLinkSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function chaos(seconds: number): Promise<Record<string, number>> {
  // Less than eight full feeds take, so that the bound is reached.
  const maxMemory = 700_000;
  const random = new SeededRandom(20_250);
  const port = freePort();
  const end = performance.now() + seconds * 1_000;
  const over = new AbortController();
  let store = new FeedStore({ depth: 16, maxMemory });
  let server: FitspipeServer = start(port, store);
  let generation = 0;
  let peak = 0;
  let longestPut = 0;
  let received = 0;
  let gaps = 0;

  /** A frame says which store, feed and number it has; its pixels follow from them. */
  const seedOf = (feed: number, number: number) =>
    generation * 10_000_000 + feed * 1_000_000 + number;

  const producer = async (feed: number) => {
    const mine = new SeededRandom(feed);
    while (!over.signal.aborted) {
      try {
        await using client = await FitspipeClient.connect({ hostname: "127.0.0.1", port }, {
          signal: over.signal,
        });
        for (let frames = mine.integer(5, 200); frames > 0 && !over.signal.aborted; frames--) {
          const info = (await client.list()).find((entry) => entry.feed === `feed${feed}`);
          const started = performance.now();
          await client.put(`feed${feed}`, seededFile(seedOf(feed, (info?.newest ?? 0) + 1)));
          longestPut = Math.max(longestPut, performance.now() - started);
          await new Promise((resolve) => setTimeout(resolve, mine.integer(0, 8)));
        }
        // Now and then a producer leaves in the middle of a frame.
        if (mine.next() < 0.5) await cutPut(port, feed, mine);
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  };

  const consumer = async (id: number) => {
    const mine = new SeededRandom(1_000 + id);
    while (!over.signal.aborted) {
      const stop = new AbortController();
      const signal = AbortSignal.any([over.signal, stop.signal]);
      let last: number | undefined;
      let missed = 0;
      try {
        const frames = followFeed({ hostname: "127.0.0.1", port }, {
          feed: `feed${id % FEEDS}`,
          from: "oldest",
          count: mine.integer(10, 300),
          signal,
          replyTimeout: 5_000,
          onEvent: (event) => {
            if (event.kind === "gap") missed += event.last - event.first + 1;
            if (event.kind === "restarted") last = undefined;
          },
        });
        for await (const frame of frames) {
          checkFrame(frame);
          if (last !== undefined) {
            assertEquals(frame.number - last - 1, missed, "frames missed without a report");
            gaps += missed;
          }
          last = frame.number;
          missed = 0;
          received++;
          if (id >= 28) await new Promise((resolve) => setTimeout(resolve, 200));
        }
      } catch (error) {
        if (error instanceof Error && error.name === "AssertionError") throw error;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      stop.abort();
    }
  };

  const destroyer = async () => {
    while (performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, random.integer(1_500, 4_000)));
      peak = Math.max(peak, store.bytes);
      if (random.next() < 0.6) continue;
      await server.shutdown();
      generation++;
      store = new FeedStore({ depth: 16, maxMemory });
      server = start(port, store);
    }
    over.abort();
  };

  const watch = setInterval(() => peak = Math.max(peak, store.bytes), 5);
  await Promise.all([
    destroyer(),
    ...Array.from({ length: FEEDS }, (_, feed) => producer(feed)),
    ...Array.from({ length: CONSUMERS }, (_, id) => consumer(id)),
  ]);
  clearInterval(watch);
  await server.shutdown();
  return { received, gaps, restarts: generation, longestPut, peak, maxMemory };
}

function start(port: number, store: FeedStore): FitspipeServer {
  return serveFitspipe({ port, store, progressTimeout: 2_000 });
}

/** The pixels of every frame follow from its SEED card. */
function checkFrame(frame: FitspipeFrame): void {
  const seed = Header.parse(frame.header).integer("SEED")!;
  const [header, data] = seededFile(seed);
  assertEquals(frame.header, header);
  assertEquals(frame.pixels, data!.subarray(0, frame.pixels.length));
}

/** Begins a put and ends the connection at a random byte of it. */
async function cutPut(port: number, feed: number, random: SeededRandom): Promise<void> {
  const socket = await connect({ hostname: "127.0.0.1", port });
  const bytes = new Uint8Array([
    ...new TextEncoder().encode(`put feed=feed${feed}\n`),
    ...seededFile(1).flatMap((piece) => [...piece]),
  ]);
  await socket.write(bytes.subarray(0, random.integer(1, 2_880 + 6_000)));
  closeQuietly(socket);
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return listener.addr.port;
}
