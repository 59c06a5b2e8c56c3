import { assert, assertEquals, assertRejects } from "@std/assert";
import { base64Length } from "../../../http/websocket/base64/encoder.ts";
import {
  connectWebSocket,
  serveHttp,
  upgradeWebSocket,
  type UpgradeWebSocketOptions,
  WebSocketConnection,
  type WebSocketOptions,
} from "../../../http/mod.ts";
import { decodeBase64, encodeBase64Stream } from "../../../http/websocket/base64_stream.ts";
import {
  ClosedError,
  FormatError,
  HeliographError,
  LimitError,
  ProtocolError,
  TimeoutError,
} from "../../../net/mod.ts";
import { Deflater } from "../../../http/websocket/deflate/stream.ts";
import {
  giveVectorBuffer,
  takeVectorBuffer,
  VECTOR_BUFFER_BYTES,
} from "../../../http/websocket/vectors/vectors.ts";
import { MemorySocket, never, settle } from "../../support/net/memory_socket.ts";
import { fuzz, fuzzRounds, SeededRandom } from "../../support/random.ts";
import { frame } from "../../support/websocket/frames.ts";
import {
  DEFLATED_MEBIBYTE,
  describe,
  probeClients,
  probeServer,
  sendBomb,
} from "../../support/websocket/probe.ts";

type Handler = UpgradeWebSocketOptions["handler"];

async function served(handler: Handler, options: Partial<UpgradeWebSocketOptions> = {}) {
  const errors: unknown[] = [];
  const server = await serveHttp(
    { port: 0, onError: (error) => errors.push(error) },
    (request) => upgradeWebSocket(request, { ...options, handler }),
  );
  return {
    url: `ws://127.0.0.1:${server.address.port}/`,
    errors,
    server,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

const echo: Handler = async (connection) => {
  for await (const message of connection) {
    await connection.send(await message.bytes(), { kind: message.kind });
  }
};

async function* chunks(...list: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of list) {
    yield await Promise.resolve(
      typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk,
    );
  }
}

Deno.test("send() and receive() pass text, bytes and streams, whole and in pieces", async () => {
  await using server = await served(echo);
  await using connection = await connectWebSocket(server.url, { fragmentSize: 100_000 });
  const large = new SeededRandom(1).bytes(1_000_003);
  await connection.send("");
  assertEquals(await (await connection.receive())?.text(), "");
  await connection.send("\ufeffGrüße");
  assertEquals(await (await connection.receive())?.text(), "\ufeffGrüße");
  await connection.send(large);
  assertEquals(await (await connection.receive())?.bytes(), large);
  await connection.send(chunks(large.subarray(0, 7), new Uint8Array(0), large.subarray(7)));
  const pieces = await connection.receive();
  let at = 0;
  for await (const piece of pieces!) {
    assertEquals(piece, large.subarray(at, at + piece.length));
    at += piece.length;
  }
  assertEquals([pieces!.kind, at], ["binary", large.length]);
  await connection.send(chunks("Grü", "ße"), { kind: "text" });
  const text = (await connection.receive())!;
  assertEquals([text.kind, await text.text()], ["text", "Grüße"]);
  await connection.send(large);
  const streamed = await new Response((await connection.receive())!.stream()).bytes();
  assertEquals(streamed, large);
});

Deno.test("messages of every length come back, compressed or not", async () => {
  await using server = await served(echo);
  const connections = [
    await connectWebSocket(server.url),
    await connectWebSocket(server.url, { compression: false }),
    await connectWebSocket(server.url, {
      compression: { clientNoContextTakeover: true, threshold: 1 },
    }),
  ];
  await fuzz(fuzzRounds(150, 2_000), 1, async (random) => {
    const connection = random.pick(connections);
    const size = random.integer(0, random.pick([130, 70_000, 400_000]));
    const bytes = random.next() < 0.5 ? random.bytes(size) : new Uint8Array(size).fill(65);
    const kind = bytes[0] === 65 && bytes[1] === 65 ? "text" : "binary";
    const source = random.next() < 0.3 ? random.split(bytes, 50_000) : bytes;
    const sent = connection.send(source, { kind, compress: random.next() < 0.5 });
    const message = (await connection.receive())!;
    assertEquals(message.kind, kind);
    const back = await message.bytes();
    assert(back.length === bytes.length && back.every((byte, i) => byte === bytes[i]), `${size}`);
    await sent;
  });
  for (const connection of connections) await connection.close();
});

Deno.test("sends that are not waited for keep their order", async () => {
  await using server = await served(echo);
  await using connection = await connectWebSocket(server.url);
  const sent = Array.from({ length: 300 }, (_, i) => "x".repeat(i % 7 === 0 ? 90_000 + i : i));
  const all = Promise.all(sent.map((message) => connection.send(message)));
  for (const message of sent) assertEquals(await (await connection.receive())?.text(), message);
  await all;
});

Deno.test("a message that is not read is dropped when the next is asked for", async () => {
  await using server = await served(async (connection) => {
    await connection.send(new Uint8Array(500_000));
    await connection.send("next");
  });
  await using connection = await connectWebSocket(server.url);
  const first = (await connection.receive())!;
  const second = (await connection.receive())!;
  assertEquals(await second.text(), "next");
  await assertRejects(async () => await first.bytes(), ClosedError, "the next one was asked for");
  await assertRejects(async () => await second.bytes(), HeliographError, "twice");
  assertEquals(await connection.receive(), undefined);
});

Deno.test("pings pass between the fragments of a large message, and are answered between them", async () => {
  await using server = await served(async (connection) => {
    const sent = connection.send(new Uint8Array(8_000_000), { compress: false });
    await connection.ping(new Uint8Array([7]));
    await sent;
  }, { fragmentSize: 65_536 });
  const probe = await probeServer(server.url);
  await probe.send(probe.frame({ opcode: 9, payload: "now" }));
  const answers = [await probe.next(), await probe.next()].sort();
  assertEquals(answers, [describe("ping", new Uint8Array([7])), describe("pong", "now")]);
  await probe.send(probe.frame({ opcode: 10, payload: new Uint8Array([7]) }));
  assertEquals(await probe.next(), describe("binary", new Uint8Array(8_000_000)));
  probe.close();
});

Deno.test("ping() gives the round trip, and a pong answers earlier pings too", async () => {
  await using clients = probeClients(() => "", async (probe) => {
    assertEquals(await probe.next(), describe("ping", "1"));
    assertEquals(await probe.next(), describe("ping", "2"));
    await probe.send(probe.frame({ opcode: 10, payload: "other" }));
    await probe.send(probe.frame({ opcode: 10, payload: "2" }));
    assertEquals([await probe.next(), await probe.next()], [describe("ping", "3"), "close 1000"]);
  });
  const connection = await connectWebSocket(clients.url);
  const times = await Promise.all([connection.ping(), connection.ping()]);
  assert(times.every((ms) => ms > 0 && ms < 20_000));
  await assertRejects(() => connection.ping(new Uint8Array(126)), HeliographError, "at most 125");
  const lost = connection.ping();
  await connection.close();
  await assertRejects(() => lost, ClosedError);
});

Deno.test("a silent peer is pinged, and then the connection ends", async () => {
  const told = Promise.withResolvers<string>();
  await using clients = probeClients(() => "", async (probe) => {
    told.resolve(await probe.next());
    await probe.rest().catch(() => {});
  });
  const connection = await connectWebSocket(clients.url, { pingInterval: 60, pongTimeout: 60 });
  await assertRejects(
    () => connection.receive(),
    TimeoutError,
    "no answer to a ping within 60 ms",
  );
  assertEquals(await told.promise, describe("ping", ""));
  assertEquals(await connection.closed, { code: 1006, reason: "", clean: false });
});

Deno.test("close() shakes hands with code and reason, and sending fails from then on", async () => {
  const seen = Promise.withResolvers<unknown>();
  await using server = await served(async (connection) => {
    assertEquals(await connection.receive(), undefined);
    seen.resolve(await connection.closed);
  });
  const connection = await connectWebSocket(server.url);
  await assertRejects(() => connection.close(1005), HeliographError, "may not be sent");
  const closed = connection.close(4001, "enough " + "é".repeat(100));
  await assertRejects(() => connection.send("late"), ClosedError, "is closing");
  assertEquals((await closed).code, 4001);
  assertEquals(await seen.promise, { code: 4001, reason: "enough " + "é".repeat(58), clean: true });
  assertEquals(await connection.receive(), undefined);
});

Deno.test("close() gives up on a peer that does not answer", async () => {
  await using clients = probeClients(() => "", async (probe) => {
    await probe.rest().catch(() => {});
  });
  const connection = await connectWebSocket(clients.url, { closeTimeout: 80 });
  assertEquals(await connection.close(), { code: 1006, reason: "", clean: false });
});

Deno.test("what was sent before the close frame is worked on before it is answered", async () => {
  await using server = await served(echo);
  const probe = await probeServer(server.url);
  const message = probe.frame({ opcode: 2, payload: new Uint8Array(300_000) });
  const close = probe.frame({ opcode: 8, payload: new Uint8Array([3, 232]) });
  await probe.send(new Uint8Array([...message, ...message, ...close]));
  const echoed = describe("binary", new Uint8Array(300_000));
  assertEquals(await probe.rest(), [echoed, echoed, "close 1000"]);
  probe.close();
});

Deno.test("a peer that breaks the protocol is told, and so is the receiver", async () => {
  const cases: [bytes: Uint8Array, error: typeof HeliographError, code: number, message: string][] =
    [
      [frame({ opcode: 1, payload: "a" }), ProtocolError, 1002, "a frame is not masked"],
      [
        frame({ opcode: 1, payload: new Uint8Array([0xc0]), key: 1 }),
        FormatError,
        1007,
        "not UTF-8",
      ],
      [frame({ opcode: 2, payload: new Uint8Array(101), key: 1 }), LimitError, 1009, "at most 100"],
    ];
  for (const [bytes, error, code, message] of cases) {
    const seen = Promise.withResolvers<unknown>();
    await using server = await served(async (connection) => {
      await connection.receive().then((received) => received?.bytes()).catch(seen.resolve);
      assertEquals((await connection.closed).code, code);
    }, { maxMessageSize: 100 });
    const probe = await probeServer(server.url);
    await probe.send(bytes);
    assertEquals(await probe.rest(), [`close ${code}`]);
    const failure = await seen.promise;
    assert(failure instanceof error && failure.message.includes(message), String(failure));
    assertEquals(server.errors, []);
    probe.close();
  }
});

Deno.test("a connection that is lost is an error for the receiver, with 1006", async () => {
  await using clients = probeClients(() => "", async (probe) => {
    await probe.send(probe.frame({ opcode: 1, payload: "whole" }));
    await probe.send(probe.frame({ opcode: 1, payload: "half", final: false }));
  });
  const connection = await connectWebSocket(clients.url);
  assertEquals(await (await connection.receive())?.text(), "whole");
  const half = (await connection.receive())!;
  await assertRejects(() => half.bytes(), ClosedError, "ended without a close frame");
  await assertRejects(() => connection.receive(), ClosedError);
  assertEquals(await connection.closed, { code: 1006, reason: "", clean: false });
});

Deno.test("send() refuses text that is not UTF-8, and a source that fails closes only what it began", async () => {
  await using server = await served(echo);
  const connection = await connectWebSocket(server.url);
  const bad = new Uint8Array([0xc0]);
  await assertRejects(() => connection.send(bad, { kind: "text" }), FormatError);
  async function* failing(before: number): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < before; i++) yield await Promise.resolve(new Uint8Array(10));
    throw new TypeError("the disk is gone");
  }
  await assertRejects(() => connection.send(failing(0)), TypeError);
  await connection.send("still here");
  assertEquals(await (await connection.receive())?.text(), "still here");
  await assertRejects(() => connection.send(failing(2)), TypeError);
  assertEquals(await connection.closed, { code: 1011, reason: "", clean: true });
});

/** A connection whose writes are kept, and what it wrote so far. */
function written(role: "server" | "client", options: WebSocketOptions = {}) {
  const writes: Uint8Array[] = [];
  const socket = new MemorySocket({
    read: () => never,
    write: (bytes) => {
      writes.push(bytes.slice());
      return bytes.length;
    },
  });
  return { writes, connection: new WebSocketConnection({ socket, role }, options) };
}

Deno.test("a stream of known size goes in one frame, and in fragments where it is long", async () => {
  const parts = ["abc", "", "defg", "h"];
  const cases: [fragmentSize: number, frames: string[]][] = [
    [100, ["81 abcdefgh"]],
    [8, ["81 abcdefgh"]],
    [5, ["01 abcde", "80 fgh"]],
    [3, ["01 abc", "00 def", "80 gh"]],
  ];
  for (const role of ["server", "client"] as const) {
    for (const [fragmentSize, expected] of cases) {
      const { writes, connection } = written(role, { fragmentSize });
      await connection.send(chunks(...parts), { kind: "text", size: 8 });
      assertEquals(framesOf(writes), expected);
      connection.abort();
      await connection.closed;
    }
  }
});

/** The frames of some writes, each as its first byte and its payload. */
function framesOf(writes: Uint8Array[]): string[] {
  const bytes = writes.flatMap((write) => [...write]);
  const frames: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const masked = (bytes[at + 1]! & 0x80) !== 0;
    const length = bytes[at + 1]! & 0x7f;
    const key = masked ? bytes.slice(at + 2, at + 6) : [0, 0, 0, 0];
    const start = at + (masked ? 6 : 2);
    const payload = bytes.slice(start, start + length).map((byte, i) => byte ^ key[i & 3]!);
    frames.push(
      `${[bytes[at]!].map((b) => b.toString(16).padStart(2, "0"))} ${
        new TextDecoder().decode(new Uint8Array(payload))
      }`,
    );
    at = start + length;
  }
  return frames;
}

Deno.test("a stream that has another size than was said is an error, and the peer is not left waiting", async () => {
  await using server = await served(echo);
  const short = await connectWebSocket(server.url);
  await assertRejects(
    () => short.send(chunks("abc"), { size: 4 }),
    HeliographError,
    "Cannot send a message of 4 bytes: its source has 3",
  );
  // Within a frame there is no place for a close frame.
  assertEquals(await short.closed, { code: 1006, reason: "", clean: false });
  const long = await connectWebSocket(server.url);
  await assertRejects(
    () => long.send(chunks("abc", "de"), { size: 3 }),
    HeliographError,
    "Cannot send a message of 3 bytes: its source has at least 5",
  );
  assertEquals((await long.closed).code, 1011);
  const none = await connectWebSocket(server.url);
  await assertRejects(() => none.send(chunks(), { size: 1 }), HeliographError, "its source has 0");
  await none.send(chunks(), { size: 0 });
  assertEquals((await (await none.receive())!.bytes()).length, 0);
  await none.close();
});

Deno.test("a message in one frame tells its size before it has come", async () => {
  await using server = await served(async (connection) => {
    await connection.send(chunks("a", "b"), { size: 2 });
    await connection.send(chunks("a", "b"));
    await connection.receive();
  });
  await using connection = await connectWebSocket(server.url);
  const sizes = [(await connection.receive())!.size, (await connection.receive())!.size];
  assertEquals(sizes, [2, undefined]);
});

Deno.test("messages that answer one read leave in few writes", async () => {
  const message = frame({ opcode: 2, payload: new Uint8Array(10), key: 1 });
  const bytes = new Uint8Array(Array(50).fill([...message]).flat());
  let given = false;
  let writes = 0;
  const socket = new MemorySocket({
    read: (target) => {
      if (given) return never;
      given = true;
      target.set(bytes);
      return bytes.length;
    },
    write: (part) => {
      writes++;
      return part.length;
    },
  });
  const connection = new WebSocketConnection({ socket, role: "server" });
  const work = echo(connection, undefined as never);
  await settle();
  assertEquals(socket.bytesWritten, 50 * 12);
  assert(writes <= 3, `${writes} writes`);
  connection.abort();
  await assertRejects(async () => await work, ClosedError);
});

Deno.test("a peer that never reads holds the sender back, and is given up", async () => {
  const over = Promise.withResolvers<void>();
  await using clients = probeClients(() => "", async (probe) => {
    await probe.next();
    await over.promise;
  });
  const connection = await connectWebSocket(clients.url, { stallTimeout: 200 });
  await connection.send("begin");
  let sent = 0;
  await assertRejects(
    async () => {
      for (;;) {
        await connection.send(new Uint8Array(60_000));
        assert(connection.bufferedAmount < 200_000);
        sent++;
      }
    },
    TimeoutError,
    "it took nothing for 200 ms",
  );
  assert(sent > 1);
  assertEquals((await connection.closed).code, 1006);
  over.resolve();
});

/** A peer that sends the same frames for ever. */
function flood(bytes: Uint8Array, takes: boolean): MemorySocket {
  let at = 0;
  return new MemorySocket({
    read: (target) => {
      const part = bytes.subarray(at, at + target.length);
      target.set(part);
      at = (at + part.length) % bytes.length;
      return part.length;
    },
    write: (written) => takes ? written.length : never,
  });
}

Deno.test("a peer that pings and never reads the answers is not read for ever", async () => {
  const ping = frame({ opcode: 9, payload: new Uint8Array(125), key: 1 });
  const socket = flood(new Uint8Array(Array(50).fill([...ping]).flat()), false);
  const connection = new WebSocketConnection({ socket, role: "server" });
  await settle();
  const read = socket.bytesRead;
  assert(read > 0 && read < 1_000_000, `${read} bytes were read`);
  assert(connection.bufferedAmount < 200_000);
  await settle();
  assertEquals(socket.bytesRead, read);
  connection.abort();
  assertEquals((await connection.closed).code, 1006);
});

Deno.test("a peer whose messages nobody receives is held back, small ones and large ones", async () => {
  for (const size of [0, 50, 20_000, 5_000_000]) {
    const socket = flood(frame({ opcode: 2, payload: new Uint8Array(size), key: 1 }), true);
    const connection = new WebSocketConnection({ socket, role: "server" });
    await settle(40);
    const read = socket.bytesRead;
    assert(read > 0 && read < 1_500_000, `${read} bytes of messages of ${size}`);
    await settle();
    assertEquals(socket.bytesRead, read);
    // Receiving lets the peer go on.
    for (let i = 0; i < 400; i++) {
      assertEquals((await (await connection.receive())!.bytes()).length, size);
    }
    assert(socket.bytesRead >= 400 * size);
    connection.abort();
    await connection.closed;
  }
});

Deno.test("a message is only given the memory that its bytes have earned", async () => {
  const head = frame({ opcode: 2, payload: new Uint8Array(0), key: 1 });
  head[1] = 0xff;
  const announced = new Uint8Array([
    ...head.subarray(0, 2),
    0,
    0,
    0,
    0,
    0x3f,
    0xff,
    0xff,
    0xff,
    1,
    0,
    0,
    0,
  ]);
  let given = false;
  let largest = 0;
  const socket = new MemorySocket({
    read: (target) => {
      largest = Math.max(largest, target.byteLength, target.buffer.byteLength);
      if (given) return never;
      given = true;
      target.set(announced);
      return announced.length;
    },
  });
  const connection = new WebSocketConnection({ socket, role: "server" }, {
    maxMessageSize: 2 ** 31,
  });
  const message = (await connection.receive())!;
  const whole = message.bytes();
  await settle();
  assert(largest <= 262_144, `${largest} bytes for a peer that announced 1 GiB and sent nothing`);
  connection.abort();
  await assertRejects(() => whole, HeliographError);
  await connection.closed;
});

/** How many of the shared buffers nobody has. */
function freeBuffers(): number {
  const taken: Uint8Array<ArrayBuffer>[] = [];
  for (;;) {
    const buffer = takeVectorBuffer(1);
    if (buffer.length < VECTOR_BUFFER_BYTES) break;
    taken.push(buffer);
  }
  for (const buffer of taken) giveVectorBuffer(buffer);
  return taken.length;
}

Deno.test("long messages give back the buffers that connections share, whole or cut off", async () => {
  const free = freeBuffers();
  const image = new SeededRandom(4).bytes(3_000_000);
  for (const end of ["read", "left", "aborted by the server", "aborted by the client"]) {
    const received = Promise.withResolvers<void>();
    {
      await using server = await served(async (connection) => {
        for await (const message of connection) {
          let length = 0;
          for await (const piece of message) {
            length += piece.length;
            if (length < 1_000_000) continue;
            received.resolve();
            if (end === "left") break;
            if (end === "aborted by the server") connection.abort();
          }
          if (end === "read") await connection.send(encodeBase64Stream([image]), { kind: "text" });
        }
      });
      const connection = await connectWebSocket(server.url, { compression: false });
      const text = encodeBase64Stream([image]);
      const sent = end === "aborted by the client"
        ? connection.send(new ReadableStream({ pull: (to) => to.enqueue(image) }))
        : connection.send(text, { kind: "text", size: base64Length(image.length) });
      const settled = sent.catch((error) => assert(error instanceof ClosedError, end));
      await received.promise;
      if (end === "read") {
        assertEquals(await decodeBase64((await connection.receive())!), image);
        await connection.close();
      }
      if (end === "aborted by the client") connection.abort();
      await settled;
      if (end === "left") await connection.close();
      await connection.closed;
    }
    assertEquals(freeBuffers(), free, end);
  }
});

Deno.test("a piece stays as it is while it is worked on, though the connection is lost", async () => {
  const free = freeBuffers();
  const offered = Promise.withResolvers<{ piece: Uint8Array; next: () => Promise<unknown> }>();
  const done = Promise.withResolvers<void>();
  await using server = await served(async (connection) => {
    const pieces = (await connection.receive())![Symbol.asyncIterator]();
    let piece = (await pieces.next()).value as Uint8Array;
    // The first ones are not of the shared buffers.
    while (piece.length < 100_000) piece = (await pieces.next()).value as Uint8Array;
    connection.abort();
    await connection.closed;
    offered.resolve({ piece, next: () => pieces.next() });
    await done.promise;
  });
  const connection = await connectWebSocket(server.url, { compression: false });
  await assertRejects(() => connection.send(new Uint8Array(6_000_000).fill(7)), ClosedError);
  await connection.closed;
  const { piece, next } = await offered.promise;
  assertEquals(freeBuffers(), free - 1);
  const others = Array.from({ length: free - 1 }, () => takeVectorBuffer());
  for (const buffer of others) buffer.fill(0);
  assert(piece.every((byte) => byte === 7));
  for (const buffer of others) giveVectorBuffer(buffer);
  await assertRejects(next, ClosedError);
  assertEquals(freeBuffers(), free);
  done.resolve();
});

Deno.test("a connection that is lost within a compressed message gives back its compressor", async () => {
  const { close, deflate } = Deflater.prototype;
  const used = new Set<Deflater>();
  Deflater.prototype.deflate = function (...args) {
    used.add(this);
    return deflate.apply(this, args);
  };
  Deflater.prototype.close = function () {
    used.delete(this);
    close.call(this);
  };
  try {
    await using server = await served(async (connection) => {
      await connection.receive();
      connection.abort();
    });
    for (const piece of [20_000_000, 10_000]) {
      const text = new TextEncoder().encode(new SeededRandom(5).bytes(piece / 2).toHex());
      const connection = await connectWebSocket(server.url);
      const source = piece === 10_000
        ? new ReadableStream<Uint8Array>({ pull: (to) => to.enqueue(text) })
        : text;
      await assertRejects(() => connection.send(source, { compress: true }), ClosedError);
      await connection.closed;
      assertEquals(used.size, 0);
    }
  } finally {
    Object.assign(Deflater.prototype, { close, deflate });
  }
});

Deno.test("a compression bomb ends with 1009", async () => {
  await using server = await served(async (connection) => {
    await (await connection.receive())?.bytes();
  }, { maxMessageSize: 8 << 20 });
  const probe = await probeServer(server.url, "permessage-deflate");
  const sending = sendBomb(probe);
  assertEquals(await probe.next(), "close 1009");
  await sending;
  assert(DEFLATED_MEBIBYTE.length < 1_100);
  probe.close();
});

Deno.test("messages are compressed where it pays", async () => {
  const random = new SeededRandom(3);
  const cases: [
    message: string | Uint8Array,
    compress: boolean | undefined,
    compressed: boolean,
  ][] = [
    ["short", undefined, false],
    ["short", true, true],
    ["a long text of few words ".repeat(100), undefined, true],
    ["a long text of few words ".repeat(100), false, false],
    [random.bytes(100_000), undefined, false],
    [new TextEncoder().encode(random.bytes(100_000).toBase64()), undefined, false],
    ["", true, false],
  ];
  for (const [message, compress, compressed] of cases) {
    let first = 0;
    const socket = new MemorySocket({
      read: () => never,
      write: (bytes) => {
        first ||= bytes[0]!;
        return bytes.length;
      },
    });
    const both = { windowBits: 15, contextTakeover: true };
    const deflate = { server: both, client: both };
    const connection = new WebSocketConnection({ socket, role: "server", deflate });
    await connection.send(message, compress === undefined ? {} : { compress });
    await settle(2);
    assertEquals((first & 0x40) !== 0, compressed, String(message).slice(0, 20));
    connection.abort();
    await connection.closed;
  }
});

Deno.test("a piece that is held stays as it is while the connection is closed around it", async () => {
  for (const compress of [false, true]) {
    const bytes = new SeededRandom(7).bytes(4_000_000).map((byte) => byte & 15);
    const handler: Handler = async (connection) => {
      // A client that closes has the rest dropped.
      await connection.send(bytes).catch(() => {});
    };
    await using server = await served(handler, compress ? {} : { compression: false });
    const connection = await connectWebSocket(server.url, compress ? {} : { compression: false });
    const message = await connection.receive();
    let at = 0;
    for await (const piece of message!) {
      const before = piece.slice();
      assertEquals(before, bytes.subarray(at, at + before.length));
      at += piece.length;
      if (at < 1_000_000) continue;
      await connection.close();
      assertEquals(piece.every((byte, i) => byte === before[i]), true);
      break;
    }
  }
});
