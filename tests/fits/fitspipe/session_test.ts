/** Waits of the client and the server of fitspipe, and the file of a composite. */

import { assertEquals, assertRejects } from "@std/assert";
import { connect } from "../../../net/connect.ts";
import { HeliographError, ProtocolError } from "../../../net/errors.ts";
import { serveTcp } from "../../../net/serve_tcp.ts";
import { closeQuietly, type Socket } from "../../../net/socket.ts";
import { SocketReader } from "../../../net/socket_reader.ts";
import { writeAll } from "../../../net/write_all.ts";
import { FitspipeClient } from "../../../fits/fitspipe/client.ts";
import { cameraFrameFile, encodeCameraFrame } from "../../../fits/fitspipe/feed/frame.ts";
import { FeedStore } from "../../../fits/fitspipe/feed/store.ts";
import { followFeed } from "../../../fits/fitspipe/follow.ts";
import { Session, type SessionContext } from "../../../fits/fitspipe/session.ts";
import { serveFitspipe } from "../../../fits/fitspipe/server.ts";
import { openFits } from "../../../fits/file/open.ts";
import { verifyFits } from "../../../fits/verify/verify.ts";

const image = (value: number, width = 2, height = 2) =>
  encodeCameraFrame({ width, height, pixels: new Uint16Array(width * height).fill(value) });

Deno.test("a get waits for its frame for longer than for a reply", async () => {
  await using server = serveFitspipe({ port: 0 });
  await using producer = await FitspipeClient.connect(server.address);
  await producer.put("a", image(1));
  await using client = await FitspipeClient.connect(server.address, { replyTimeout: 1_000 });
  // A reply that was read before has left its deadline.
  await client.list();
  const frame = client.get("a", { frame: 2 });
  // Once a server that says nothing has cost another client this time, it has passed.
  await using silent = serveTcp({ drainTimeout: 0 }, async ({ socket }) => {
    await socket.read(new Uint8Array(1000));
    await socket.read(new Uint8Array(1000));
  });
  await assertRejects(
    () => FitspipeClient.connect(silent.address, { replyTimeout: 1_500 }),
    ProtocolError,
    "it does not answer",
  );
  await producer.put("a", image(2));
  assertEquals((await frame).number, 2);
});

Deno.test("a server that ends closes the connections that are idle after a command", async () => {
  const context: SessionContext = {
    ...{ store: new FeedStore({}), log: () => {}, allowShutdown: false, composite: undefined },
    ...{ progressTimeout: 60_000, firstTimeout: 60_000, idleTimeout: 60_000, stop: () => {} },
  };
  // For a command that is being carried out it would wait longer than the reader does.
  const options = { port: 0, drainTimeout: 60_000 };
  const server = serveTcp(options, (connection) => new Session(connection, context).run());
  const socket = await connect(server.address);
  const reader = new SocketReader(socket, { timeout: 10_000 });
  await writeAll(socket, new TextEncoder().encode("ls\n"));
  assertEquals(await reader.readLine(100), ". OK");
  const ended = server.shutdown();
  assertEquals(await reader.readLine(100), null);
  await ended;
  reader.release();
  socket.close();
});

Deno.test("a composite is a FITS file without a fault", async () => {
  await using server = serveFitspipe({ port: 0 });
  await using client = await FitspipeClient.connect(server.address);
  await client.command("composite compenable=true compgeom=2x1 compfeeds=a,b");
  await client.put("a", image(7));
  await client.put("b", image(60_000));
  const frame = await client.get("composite", { frame: 2, fullHeader: true });
  const bytes = new Uint8Array(await new Blob(cameraFrameFile(frame)).arrayBuffer());
  assertEquals(await verifyFits(bytes), []);
  await using file = await openFits(bytes);
  const { type, pixels, shape } = await file.image();
  assertEquals([type, shape], ["uint16", [4, 2]]);
  assertEquals([...pixels as Uint16Array], [7, 7, 60_000, 60_000, 7, 7, 60_000, 60_000]);
});

Deno.test("the waits of a follower between its attempts grow to the longest", async () => {
  await using server = serveFitspipe({ port: 0 });
  await using producer = await FitspipeClient.connect(server.address);
  await producer.put("a", image(1));
  const cut = Promise.withResolvers<void>();
  let connections = 0;
  // Lets the first connection through until it is cut, and closes all others at once.
  await using between = serveTcp({ drainTimeout: 0 }, async ({ socket }) => {
    if (++connections > 1) return closeQuietly(socket);
    const upstream = await connect(server.address);
    const pump = async (from: Socket, to: Socket) => {
      const buffer = new Uint8Array(65_536);
      try {
        for (let n; (n = await from.read(buffer)) !== null;) {
          await writeAll(to, buffer.subarray(0, n));
        }
      } catch {
        // Both have been closed.
      }
    };
    const pumps = [pump(socket, upstream), pump(upstream, socket)];
    await cut.promise;
    closeQuietly(socket);
    closeQuietly(upstream);
    await Promise.all(pumps);
  });
  const times: number[] = [];
  const stop = new AbortController();
  const random = Math.random;
  // Without jitter.
  Math.random = () => 0.999;
  try {
    const frames = followFeed(between.address, {
      feed: "a",
      from: "oldest",
      ahead: 0,
      retry: { first: 20, longest: 60 },
      signal: stop.signal,
      onEvent: () => {
        times.push(performance.now());
        if (times.length === 5) stop.abort(new HeliographError("enough"));
      },
    });
    const failure = (async () => {
      for await (const { number } of frames) {
        assertEquals(number, 1);
        cut.resolve();
      }
    })().catch((error) => error.message);
    assertEquals(await failure, "enough");
  } finally {
    Math.random = random;
  }
  const waits = times.slice(1).map((time, i) => time - times[i]!);
  // A timer may be late, never early; clocks differ by less than a millisecond.
  const least = [20, 40, 60, 60];
  assertEquals(waits.map((wait, i) => wait >= least[i]! - 2), [true, true, true, true], `${waits}`);
});
