import { assert, assertEquals, assertRejects } from "@std/assert";
import { connect } from "../../../net/connect.ts";
import { ProtocolError } from "../../../net/errors.ts";
import { SocketReader } from "../../../net/socket_reader.ts";
import { writeAll } from "../../../net/write_all.ts";
import { FitspipeClient } from "../../../fits/fitspipe/client.ts";
import { FeedStore } from "../../../fits/fitspipe/feed/store.ts";
import { encodeCameraFrame, type FitspipeFrame } from "../../../fits/fitspipe/feed/frame.ts";
import { serveFitspipe } from "../../../fits/fitspipe/server.ts";
import { Header } from "../../../fits/header/header.ts";
import { encodeFits } from "../../../fits/write/write.ts";
import { SeededRandom } from "../../support/random.ts";
import { until } from "../../support/until.ts";

const encoder = new TextEncoder();

/** A FITS file whose pixels are seeded by its number. */
function file(seed: number, width = 7, height = 5): Uint8Array[] {
  const random = new SeededRandom(seed);
  const pixels = Uint16Array.from({ length: width * height }, () => random.integer(0, 65_535));
  return encodeCameraFrame({ width, height, pixels, header: new Header().set("SEQNUM", seed) });
}

const joined = (pieces: readonly Uint8Array[]) =>
  new Uint8Array(pieces.flatMap((piece) => [...piece]));

/** Whether a frame is a file that was put, bit for bit. */
function assertFrame(frame: FitspipeFrame, sent: readonly Uint8Array[]): void {
  assertEquals(frame.header, sent[0]);
  assertEquals(frame.pixels, sent[1]!.subarray(0, frame.pixels.length));
}

/** A bare connection, to send exact bytes. */
async function raw(address: { hostname: string; port: number }) {
  const socket = await connect(address);
  const reader = new SocketReader(socket, { timeout: 10_000 });
  return {
    socket,
    reader,
    send: (bytes: string | Uint8Array) =>
      writeAll(socket, typeof bytes === "string" ? encoder.encode(bytes) : bytes),
    line: () => reader.readLine(10_000),
    text: async (count: number) => new TextDecoder().decode(await reader.readExactly(count)),
    [Symbol.dispose]: () => {
      reader.release();
      socket.close();
    },
  };
}

Deno.test("serveFitspipe() gives what was put, by number and as the newest", async () => {
  await using server = serveFitspipe({ port: 0 });
  await using client = await FitspipeClient.connect(server.address);
  for (let seed = 1; seed <= 3; seed++) assertEquals(await client.put("default", file(seed)), seed);
  assertFrame(await client.get("default", { frame: 2 }), file(2));
  const newest = await client.get("default");
  assertEquals(newest.number, 3);
  assertFrame(newest, file(3));
  const info = { oldest: 1, newest: 3, depth: 64, width: 7, height: 5, frames: 3 };
  assertEquals(await client.list(), [{ feed: "default", ...info }]);
  await assertRejects(() => client.get("other"), ProtocolError, "answers: no feed 'other'");
});

Deno.test("serveFitspipe() sends a minimal header unless the full one is asked for", async () => {
  await using server = serveFitspipe({ port: 0 });
  await using client = await FitspipeClient.connect(server.address);
  await client.put("default", file(1));
  const frame = await client.get("default", { fullHeader: false });
  assertEquals(
    Header.parse(frame.header).cards.map(({ raw }) => raw.slice(0, 30)),
    [
      "SIMPLE  =                    T",
      "BITPIX  =                   16",
      "NAXIS   =                    2",
      "NAXIS1  =                    7",
      "NAXIS2  =                    5",
      "BSCALE  =                    1",
      "BZERO   =                32768",
    ],
  );
});

Deno.test("serveFitspipe() speaks to the published client, whose commands end with nothing", async () => {
  await using server = serveFitspipe({ port: 0 });
  await using producer = await FitspipeClient.connect(server.address);
  await producer.put("default", file(1));
  using client = await raw(server.address);
  await client.send("ls");
  assertEquals(
    await client.line(),
    "+ feed=default newest=1 oldest=1 depth=64 width=7 height=5 frames=1",
  );
  assertEquals(await client.line(), ". OK");
  await client.send("get feed=default frame=2 fullheader=1");
  await producer.put("default", file(2));
  assertEquals(await client.text(40), "#          2          7 x          5   \n");
  assertEquals(await client.reader.readExactly(2_880), file(2)[0]);
  assertEquals(await client.reader.readExactly(70), file(2)[1]!.subarray(0, 70));
  await client.send("q");
  assertEquals(await client.line(), null);
});

Deno.test("serveFitspipe() answers each command once, however its bytes are split", async () => {
  await using server = serveFitspipe({ port: 0 });
  using client = await raw(server.address);
  await client.send("ver");
  await client.send("sion\nls\r\nver");
  assert((await client.line())!.startsWith("+ Heliograph fitspipe session="));
  assertEquals([await client.line(), await client.line()], [". OK", ". OK"]);
  await client.send("sion\0\n\nnonsense\n");
  assert((await client.line())!.startsWith("+ Heliograph fitspipe session="));
  assertEquals([await client.line(), await client.line()], [
    ". OK",
    "! unknown command 'nonsense'",
  ]);
});

Deno.test("serveFitspipe() pads the error of a get to 40 bytes", async () => {
  await using server = serveFitspipe({ port: 0 });
  using client = await raw(server.address);
  await client.send("get feed=none\nget frame=x\nls\n");
  assertEquals(await client.text(40), "! no feed 'none'".padEnd(39) + "\n");
  assertEquals(await client.text(40), "! bad frame number 'x'".padEnd(39) + "\n");
  assertEquals(await client.line(), ". OK");
});

Deno.test("serveFitspipe() takes a bare FITS file, and a put that runs into its file", async () => {
  await using server = serveFitspipe({ port: 0 });
  using producer = await raw(server.address);
  await producer.send(joined(file(1)));
  assertEquals(await producer.line(), ". OK frame=1");
  await producer.send(joined([encoder.encode("put feed=cam"), ...file(2)]));
  assertEquals(await producer.line(), ". OK frame=1");
  await producer.send(joined([encoder.encode("put feed=cam\n"), ...file(3), ...file(4)]));
  assertEquals([await producer.line(), await producer.line()], [". OK frame=2", ". OK frame=2"]);
  assertFrame(server.store.get("cam", 2)!, file(3));
  assertFrame(server.store.get("default", 2)!, file(4));
});

Deno.test("serveFitspipe() passes over the extensions of a file that was put", async () => {
  await using server = serveFitspipe({ port: 0 });
  using producer = await raw(server.address);
  // Pixels of an extension may look like commands.
  const table = new Uint8Array(100).map((_, i) => "shutdown\nls\n".charCodeAt(i % 12));
  const whole = await encodeFits([{ pixels: new Int16Array([1, 2]), shape: [2, 1] }, {
    pixels: table,
  }, { pixels: table }]);
  const large = await encodeFits([{ pixels: new Int32Array(4), shape: [2, 2] }, { pixels: table }]);
  await producer.send(joined([whole, encoder.encode("put feed=a\n"), whole]));
  await producer.send(joined([encoder.encode("put\n"), large, encoder.encode("put feed=.*\n")]));
  await producer.send(joined([whole, encoder.encode("version\n")]));
  assertEquals(
    [await producer.line(), await producer.line(), await producer.line(), await producer.line()],
    [". OK frame=1", ". OK frame=1", "! BITPIX is 32, expected 16", "! bad feed name '.*'"],
  );
  assertEquals((await producer.line())?.startsWith("+ Heliograph fitspipe"), true);
});

Deno.test("serveFitspipe() refuses a frame that is too large before its pixels come", async () => {
  await using server = serveFitspipe({ port: 0, maxMemory: 100_000 });
  using producer = await raw(server.address);
  const header = Header.parse(file(1)[0]!).set("NAXIS1", 60_000).set("NAXIS2", 60_000);
  await producer.send(joined([encoder.encode("put\n"), header.toBytes()]));
  assertEquals(await producer.line(), "! 60000 x 60000 pixels are too many");
});

Deno.test("serveFitspipe() refuses what is no frame, and the connection goes on", async () => {
  const header = (edit: (header: Header) => void) => {
    const made = Header.parse(file(1)[0]!);
    edit(made);
    return made.toBytes();
  };
  const block = new Uint8Array(2_880);
  const cases: [string, Uint8Array[], string][] = [
    ["BITPIX", [header((h) => h.set("BITPIX", -32)), block], "! BITPIX is -32, expected 16"],
    ["NAXIS", [header((h) => h.set("NAXIS", 1)), block], "! NAXIS is 1, expected 2"],
    ["empty", [header((h) => h.set("NAXIS2", 0))], "! the image is 7 x 0"],
    [
      "large",
      [header((h) => h.set("NAXIS1", 9_000).set("NAXIS2", 9)), new Uint8Array(164_160)],
      "! 9000 x 9 pixels are too many",
    ],
  ];
  await using server = serveFitspipe({ port: 0, maxMemory: 100_000 });
  using producer = await raw(server.address);
  for (const [name, pieces, reply] of cases) {
    await producer.send("put feed=a\n");
    await producer.send(joined(pieces));
    assertEquals(await producer.line(), reply, name);
  }
  await producer.send(joined([encoder.encode("put feed=a\n"), ...file(1)]));
  assertEquals(await producer.line(), ". OK frame=1");
  assertEquals(server.store.bytes, 2_880 + 70);
});

Deno.test("serveFitspipe() ends a connection that cannot go on, before anything is allocated", async () => {
  await using server = serveFitspipe({ port: 0 });
  const absurd = Header.parse(file(1)[0]!).set("NAXIS1", 99_999_999).set("NAXIS2", 9_999_999);
  const cases: [Uint8Array, string][] = [
    [absurd.toBytes(), "! 99999999 x 9999999 pixels are too many"],
    [encoder.encode("hello, this is no file"), "! expected a FITS file after put"],
    [
      encoder.encode("SIMPLE  =                    T".padEnd(2_880 * 100)),
      "! no END within 100 header blocks",
    ],
  ];
  for (const [bytes, reply] of cases) {
    using producer = await raw(server.address);
    await producer.send("put\n");
    await producer.send(bytes);
    assertEquals(await producer.line(), reply);
    assertEquals(await producer.line().catch(() => null), null);
  }
  using endless = await raw(server.address);
  await endless.send("x".repeat(5_000));
  assertEquals(await endless.line(), "! a command line is longer than 4096 bytes");
  assertEquals(server.store.bytes, 0);
});

Deno.test("serveFitspipe() shows no frame whose put was cut, at any byte", async () => {
  await using server = serveFitspipe({ port: 0 });
  const whole = joined([encoder.encode("put feed=a\n"), ...file(1)]);
  await using watcher = await FitspipeClient.connect(server.address);
  for (const cut of [5, 11, 12, 500, 2_891, 2_892, 2_960]) {
    using producer = await raw(server.address);
    await producer.send(whole.subarray(0, cut));
    await producer.socket.closeWrite();
    while (await producer.line().catch(() => null) !== null);
    assertEquals(await watcher.list(), [], `cut after ${cut} bytes`);
    assertEquals(server.store.bytes, 0);
  }
  using unpadded = await raw(server.address);
  await unpadded.send(whole.subarray(0, 11 + 2_880 + 70));
  assertFrame(await followed(watcher, "a"), file(1));
});

/** The first frame of a feed that may not have come into being yet. */
async function followed(client: FitspipeClient, feed: string): Promise<FitspipeFrame> {
  await until(async () => (await client.list()).length > 0, "a frame is there");
  return await client.get(feed);
}

Deno.test("serveFitspipe() lets clients go away while they wait, and drains", async () => {
  const server = serveFitspipe({ port: 0 });
  await using producer = await FitspipeClient.connect(server.address);
  await producer.put("a", file(1));
  {
    using gone = await raw(server.address);
    await gone.send("get feed=a frame=2\n");
  }
  await until(() => server.connections === 1, "the other has gone");
  using waiting = await raw(server.address);
  await waiting.send("ls\nget feed=a frame=2\n");
  assertEquals((await waiting.line())!.slice(0, 8), "+ feed=a");
  assertEquals(await waiting.line(), ". OK");
  await producer.list();
  const down = server.shutdown();
  assertEquals(await waiting.text(40), "! the server is shutting down".padEnd(39) + "\n");
  assertEquals(await waiting.line(), null);
  await down;
});

Deno.test("serveFitspipe() takes a file on a connection whose get has waited", async () => {
  await using server = serveFitspipe({ port: 0 });
  await using producer = await FitspipeClient.connect(server.address);
  await producer.put("a", file(1));
  await using both = await FitspipeClient.connect(server.address);
  const waiting = both.get("a", { frame: 2 });
  await until(() => server.connections === 2, "the other has come");
  await producer.put("a", file(2));
  assertFrame(await waiting, file(2));
  const large = file(3, 500, 400);
  assertEquals(await both.put("b", large), 1);
  assertFrame(await both.get("b"), large);
});

Deno.test("serveFitspipe() lets a get wait for longer than a connection may be idle", async () => {
  await using server = serveFitspipe({ port: 0, idleTimeout: 100 });
  {
    await using producer = await FitspipeClient.connect(server.address);
    await producer.put("a", file(1));
  }
  using waiting = await raw(server.address);
  await waiting.send("get feed=a frame=2 fullheader=1\n");
  using idle = await raw(server.address);
  await idle.send("ls\n");
  while (await idle.line() !== null);
  await using producer = await FitspipeClient.connect(server.address);
  await producer.put("a", file(2));
  assertEquals(await waiting.text(40), "#          2          7 x          5   \n");
});

Deno.test("serveFitspipe() stores nothing of a put that it refuses by its line", async () => {
  await using server = serveFitspipe({ port: 0 });
  using producer = await raw(server.address);
  await producer.send(joined([encoder.encode('put feed="a b"\n'), ...file(1)]));
  await producer.send(joined([encoder.encode("put feed=a\n"), ...file(2)]));
  assertEquals(await producer.line(), "! bad feed name 'a b'");
  assertEquals(await producer.line(), ". OK frame=1");
  assertEquals(server.store.list().map(({ feed, frames }) => [feed, frames]), [["a", 1]]);
});

Deno.test("serveFitspipe() obeys shutdown only where that is allowed", async () => {
  await using careful = serveFitspipe({ port: 0 });
  await using client = await FitspipeClient.connect(careful.address);
  await assertRejects(() => client.command("shutdown"), ProtocolError, "shutdown is not allowed");
  const obedient = serveFitspipe({ port: 0, allowShutdown: true });
  await using other = await FitspipeClient.connect(obedient.address);
  assertEquals(await other.command("shutdown"), []);
  await obedient.finished;
});

Deno.test("serveFitspipe() ends a consumer that takes nothing; producers do not wait for it", async () => {
  await using server = serveFitspipe({ port: 0, progressTimeout: 100, depth: 2 });
  await using producer = await FitspipeClient.connect(server.address);
  const large = file(1, 2_000, 2_000);
  await producer.put("a", large);
  using stuck = await raw(server.address);
  await stuck.send("get feed=a fullheader=1\n".repeat(4));
  for (let frame = 2; frame <= 4; frame++) assertEquals(await producer.put("a", large), frame);
  await until(() => server.connections === 1, "the other has gone");
  assertEquals(server.store.bytes, 2 * (2_880 + 8_000_000), "nothing lingers for it");
});

Deno.test("serveFitspipe() joins feeds side by side", async () => {
  await using server = serveFitspipe({ port: 0 });
  await using client = await FitspipeClient.connect(server.address);
  const image = (value: number, width: number, height: number) =>
    encodeCameraFrame({ width, height, pixels: new Uint16Array(width * height).fill(value) });
  await client.command("composite compenable=true compgeom=2x1 compfeeds=a,b");
  await client.put("a", image(7, 2, 2));
  await client.put("b", image(9, 1, 1));
  const frame = await client.get("composite", { frame: 2 });
  const view = new DataView(frame.pixels.buffer, frame.pixels.byteOffset);
  const values = Array.from({ length: 8 }, (_, i) => view.getInt16(i * 2) + 32_768);
  assertEquals([frame.width, frame.height], [4, 2]);
  assertEquals(values, [7, 7, 9, 0, 7, 7, 0, 0]);
  await client.command("composite compenable=false");
  await client.put("a", image(1, 2, 2));
  assertEquals(await client.get("composite").then(({ number }) => number), 2);
  await assertRejects(
    () => client.command("composite compenable=true compgeom=1x1 compfeeds=a,b"),
    ProtocolError,
    "compfeeds must name",
  );
});

Deno.test("serveFitspipe() makes no composite that is over its bounds, and producers go on", async () => {
  const logged: string[] = [];
  const log = (line: string) => void logged.push(line);
  await using server = serveFitspipe({ port: 0, maxMemory: 1_000_000, log });
  await using client = await FitspipeClient.connect(server.address);
  await client.command("composite compenable=true compgeom=99x99 compfeeds=a");
  assertEquals(await client.put("a", file(1, 100, 100)), 1);
  assertEquals(await client.put("a", file(2, 2_000, 1)), 2);
  assertEquals(logged, [
    "composite: a frame of 196022880 bytes, at most 1000000 are kept",
    "composite: 198000 x 99 pixels are too many",
  ]);
  assertEquals((await client.list()).map(({ feed }) => feed), ["a"]);
});

Deno.test("serveFitspipe() gives waiting clients their frame though a composite drops it at once", async () => {
  // Room for a frame and for its composite, whose header is longer.
  const store = new FeedStore({ maxMemory: 2 * (2_880 + 20_000) });
  const wait = store.wait.bind(store);
  let waits = Promise.withResolvers<void>();
  store.wait = (...args) => {
    waits.resolve();
    return wait(...args);
  };
  await using server = serveFitspipe({ port: 0, store });
  await using producer = await FitspipeClient.connect(server.address);
  await using consumer = await FitspipeClient.connect(server.address);
  await producer.command("composite compenable=true compgeom=1x1 compfeeds=a");
  await producer.put("a", file(1, 100, 100));
  for (let number = 2; number < 9; number++) {
    waits = Promise.withResolvers();
    const waiting = consumer.get("a", { frame: number });
    await waits.promise;
    await producer.put("a", file(number, 100, 100));
    assertFrame(await waiting, file(number, 100, 100));
  }
});

Deno.test("serveFitspipe() closes a connection that begins as a request of HTTP", async () => {
  await using server = serveFitspipe({ port: 0 });
  const body = ["put feed=evil\n", joined(file(1))];
  for (
    const head of [
      "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\n\r\n",
      "GET http://127.0.0.1/ HTTP/1.1\r\n\r\n",
      "OPTIONS * HTTP/1.1\r\n\r\n",
      "CONNECT 127.0.0.1:9999 HTTP/1.1\r\n\r\n",
      // A path that a page chooses can hold a line's end only in an encoded form.
      "POST /put%20feed=evil HTTP/1.0\n\n",
    ]
  ) {
    using client = await raw(server.address);
    const sent = client.send(
      new Uint8Array([...encoder.encode(head + body[0]), ...body[1] as Uint8Array]),
    );
    assertEquals(await client.line(), "! this is a fitspipe server, which speaks no HTTP", head);
    await assertEnded(client);
    await sent.catch(() => {});
  }
  assertEquals(server.store.list(), []);
});

/** Whether the server has closed a connection; what it had not read makes the system reset it. */
async function assertEnded(client: { line(): Promise<string | null> }): Promise<void> {
  const end = await client.line().catch((error) => {
    if (error instanceof Deno.errors.ConnectionReset) return null;
    throw error;
  });
  assertEquals(end, null);
}

Deno.test("serveFitspipe() closes a connection that never sends a command", async () => {
  await using server = serveFitspipe({ port: 0, firstTimeout: 20 });
  using client = await raw(server.address);
  await assertEnded(client);
  using other = await raw(server.address);
  await other.send("ls\n");
  assertEquals(await other.line(), ". OK");
  assertEquals(server.connections, 1);
});

Deno.test("serveFitspipe() gives one address fewer connections than there are", async () => {
  await using server = serveFitspipe({ port: 0, maxConnections: 3 });
  using first = await raw(server.address);
  using second = await raw(server.address);
  for (const client of [first, second]) {
    await client.send("ls\n");
    assertEquals(await client.line(), ". OK");
  }
  using third = await raw(server.address);
  await assertEnded(third);
});

Deno.test("serveFitspipe() loses no memory when new feeds are refused while their frames come", async () => {
  await using server = serveFitspipe({ port: 0, maxFeeds: 1 });
  const whole = joined(file(1, 300, 200));
  const clients = await Promise.all(["a", "b", "c", "d"].map(async (feed) => {
    const client = await raw(server.address);
    await client.send(`put feed=${feed}\n`);
    return client;
  }));
  // Each header is there before any frame is whole.
  for (const client of clients) await client.send(whole.subarray(0, 60_000));
  const replies = [];
  for (const client of clients) {
    await client.send(whole.subarray(60_000));
    replies.push(await client.line());
    client[Symbol.dispose]();
  }
  assertEquals(replies.filter((reply) => reply === ". OK frame=1").length, 1, String(replies));
  assertEquals(
    replies.filter((reply) => reply === "! no more than 1 feeds are possible").length,
    3,
    String(replies),
  );
  assertEquals(server.store.bytes, 2_880 + 120_000);
});
