/** fitspipe with the published client's bytes, in a browser, and through a minute of chaos. */

import { assert, assertEquals } from "@std/assert";
import { connect } from "../../net/connect.ts";
import { closeQuietly } from "../../net/socket.ts";
import { serveHttp } from "../../http/serve_http.ts";
import { FitspipeClient } from "../../fits/fitspipe/client.ts";
import { FeedStore } from "../../fits/fitspipe/feed_store.ts";
import { followFeed } from "../../fits/fitspipe/follow.ts";
import { encodeFrame, type FitspipeFrame } from "../../fits/fitspipe/frame.ts";
import { type FitspipeServer, serveFitspipe } from "../../fits/fitspipe/server.ts";
import { feedView } from "../../fits/fitspipe/view.ts";
import { Header } from "../../fits/header.ts";
import { openPage } from "../support/chromium.ts";
import { openFiles } from "../support/process_state.ts";
import { SeededRandom } from "../support/random.ts";
import { temporaryFolder } from "../support/temporary.ts";

/** A frame whose pixels follow from its seed. */
function file(seed: number, width = 64, height = 48): Uint8Array[] {
  const random = new SeededRandom(seed);
  const pixels = Uint16Array.from({ length: width * height }, () => random.integer(0, 65_535));
  return encodeFrame({ width, height, pixels, header: new Header().set("SEED", seed) });
}

async function run(command: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(command, { args }).output();
  const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assertEquals(code, 0, `${command} ${args.join(" ")}: ${text}`);
  return text;
}

Deno.test("the published client gets every frame as it was put", async () => {
  await using folder = await temporaryFolder();
  await using server = serveFitspipe({ port: 0 });
  await using producer = await FitspipeClient.connect(server.address);
  await producer.put("cam", file(1));
  const script = new URL("fitspipe/published_client.py", import.meta.url).pathname;
  const { hostname, port } = server.address;
  const client = new Deno.Command("python3", {
    args: [script, hostname, String(port), "cam", "5", `${folder.path}/frame`],
    stdout: "piped",
  }).spawn();
  let said = "";
  let next = 2;
  for await (const text of client.stdout.pipeThrough(new TextDecoderStream() as never)) {
    said += text;
    // One frame for each line, so that every get waits for its frame.
    while (next <= 6 && next <= said.split("\n").length) await producer.put("cam", file(next++));
  }
  assertEquals((await client.status).code, 0);
  const frames = [2, 3, 4, 5, 6].map((n) => `Frame ${n}: getting 6144 bytes\n`).join("");
  assertEquals(said, "newest 1\n" + frames);
  for (let i = 1; i <= 5; i++) {
    const bytes = await Deno.readFile(`${folder.path}/frame0000${i}.fits`);
    const sent = new Uint8Array(file(i + 1).flatMap((piece) => [...piece]));
    assertEquals(bytes, sent, `frame ${i}`);
  }
});

Deno.test("the example writes three files that fitsverify accepts", async () => {
  await using folder = await temporaryFolder();
  const example = new URL("../../examples/fitspipe_get.ts", import.meta.url).pathname;
  const text = await run(
    Deno.execPath(),
    ...["run", "--allow-net=127.0.0.1", "--allow-read=.", "--allow-write=out", example],
    `${folder.path}/frame`,
  );
  const paths = [1, 2, 3].map((i) => `${folder.path}/frame0000${i}.fits`);
  for (const path of paths) {
    assert(text.includes(path));
    assert((await run("fitsverify", "-q", path)).startsWith("verification OK"));
  }
});

Deno.test("the page shows each feed live in a browser", async () => {
  const store = new FeedStore();
  await using server = serveFitspipe({ port: 0, store });
  await using view = await serveHttp({ port: 0 }, feedView(store));
  await using producer = await FitspipeClient.connect(server.address);
  let seed = 1;
  await producer.put("cam", file(seed));
  const camera = setInterval(() => void producer.put("cam", file(++seed)), 50);
  await using page = await openPage(view.url);
  assertEquals(await page.until("document.images[0]?.naturalWidth || false"), 64);
  const first = await page.until<string>("document.querySelector('figcaption span')?.textContent");
  assert(/^64 × 48, frame \d+/.test(first), first);
  const later = `document.querySelector('figcaption span').textContent !== ${
    JSON.stringify(first)
  }`;
  assertEquals(await page.until(later), true);
  clearInterval(camera);
});

const CHAOS_SECONDS = 60;
const FEEDS = 8;
const CONSUMERS = 32;

Deno.test("a minute of chaos: frames are whole, gaps are true, memory and descriptors stay bounded", async () => {
  const maxMemory = 8 << 20;
  const random = new SeededRandom(20_250);
  const port = freePort();
  const end = performance.now() + CHAOS_SECONDS * 1_000;
  const over = new AbortController();
  const descriptors = openFiles(Deno.pid);
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
          await client.put(`feed${feed}`, file(seedOf(feed, (info?.newest ?? 0) + 1)));
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
  console.log(
    `${received} frames received, ${gaps} missed, ${generation} restarts, longest put ${
      Math.round(longestPut)
    } ms`,
  );
  assert(received > 1_000 && generation > 2, "there was no chaos");
  assert(peak <= maxMemory, `${peak} bytes were in memory`);
  assert(longestPut < 5_000, `a producer waited ${longestPut} ms`);
  // Thousands of connections came and went; a few of other tests' may have ended meanwhile.
  const leaked = openFiles(Deno.pid) - descriptors;
  assert(leaked < 8, `${leaked} file descriptors more than before`);
});

function start(port: number, store: FeedStore): FitspipeServer {
  return serveFitspipe({ port, store, progressTimeout: 2_000 });
}

/** The pixels of every frame follow from its SEED card. */
function checkFrame(frame: FitspipeFrame): void {
  const seed = Header.parse(frame.header).integer("SEED")!;
  const [header, data] = file(seed);
  assertEquals(frame.header, header);
  assertEquals(frame.pixels, data!.subarray(0, frame.pixels.length));
}

/** Begins a put and ends the connection at a random byte of it. */
async function cutPut(port: number, feed: number, random: SeededRandom): Promise<void> {
  const socket = await connect({ hostname: "127.0.0.1", port });
  const bytes = new Uint8Array([
    ...new TextEncoder().encode(`put feed=feed${feed}\n`),
    ...file(1).flatMap((piece) => [...piece]),
  ]);
  await socket.write(bytes.subarray(0, random.integer(1, 2_880 + 6_000)));
  closeQuietly(socket);
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return listener.addr.port;
}
