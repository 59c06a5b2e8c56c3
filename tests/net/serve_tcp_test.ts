import { createConnection } from "node:net";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { connect } from "../../net/connect.ts";
import { HeliographError, TimeoutError } from "../../net/errors.ts";
import {
  serveTcp,
  type ServeTcpOptions,
  serveTls,
  type TcpConnection,
} from "../../net/serve_tcp.ts";
import type { Socket } from "../../net/socket.ts";
import { SocketReader } from "../../net/socket_reader.ts";
import { writeAll } from "../../net/write_all.ts";

const encoder = new TextEncoder();
const certificate = (name: string) =>
  Deno.readTextFileSync(new URL(`../certificates/${name}`, import.meta.url));
const cert = certificate("localhost.pem");
const key = certificate("localhost.key.pem");
const caCerts = [certificate("authority.pem")];

/** The two ways in which every server is reached; one accept loop is under both. */
const WAYS: readonly { name: string; identity: ServeTcpOptions; tls: boolean }[] = [
  { name: "plain", identity: {}, tls: false },
  { name: "TLS", identity: { cert, key }, tls: true },
];

type Address = { hostname: string; port: number };
type Way = { identity: ServeTcpOptions; enter: (address: Address) => Promise<Socket> };

/** One test for each way. */
function bothWays(name: string, test: (way: Way) => Promise<void>): void {
  for (const { name: way, identity, tls } of WAYS) {
    const enter = (address: Address) => connect({ ...address, tls }, { caCerts, deadline: 10_000 });
    Deno.test(`${name} (${way})`, () => test({ identity, enter }));
  }
}

async function echo({ socket }: TcpConnection): Promise<void> {
  const reader = new SocketReader(socket);
  for (let line = await reader.readLine(100); line !== null; line = await reader.readLine(100)) {
    await writeAll(socket, encoder.encode(line + "\n"));
  }
}

/** Whether the peer ends the connection, cleanly or by a reset. */
async function isClosed(socket: { read(target: Uint8Array): Promise<number | null> }) {
  try {
    return await socket.read(new Uint8Array(1)) === null;
  } catch (error) {
    // The second one is the end of TLS without a farewell.
    return error instanceof Deno.errors.ConnectionReset ||
      error instanceof Deno.errors.UnexpectedEof;
  }
}

bothWays("serveTcp() ends only the connection whose handler fails", async ({ identity, enter }) => {
  const errors: string[] = [];
  let first = true;
  const options = { onError: (error: unknown) => void errors.push(String(error)) };
  await using server = serveTcp({ ...identity, ...options }, (connection) => {
    if (!first) return echo(connection);
    first = false;
    throw new Error("broken handler");
  });
  const broken = await enter(server.address);
  assert(await isClosed(broken));
  const fine = await enter(server.address);
  await writeAll(fine, encoder.encode("still here\n"));
  assertEquals(await new SocketReader(fine).readLine(80), "still here");
  assertEquals(errors, ["Error: broken handler"]);
  for (const socket of [broken, fine]) socket.close();
});

Deno.test("serveTcp() accepts no more than maxConnections, and the next when one ends", async () => {
  await using server = serveTcp({ maxConnections: 2, drainTimeout: 0 }, echo);
  const sockets = [await connect(server.address), await connect(server.address)];
  for (const socket of sockets) {
    await writeAll(socket, encoder.encode("in\n"));
    assertEquals(await new SocketReader(socket).readLine(80), "in");
  }
  const third = await connect(server.address);
  await writeAll(third, encoder.encode("third\n"));
  assertEquals(server.connections, 2);
  sockets.pop()!.close();
  assertEquals(await new SocketReader(third).readLine(80), "third");
  for (const socket of [...sockets, third]) socket.close();
});

bothWays(
  "serveTcp() refuses those who come when all places have been taken for long",
  async (way) => {
    const errors: string[] = [];
    await using server = serveTcp({
      ...way.identity,
      ...{ maxConnections: 1, fullTimeout: 1, drainTimeout: 0 },
      onError: (error) => errors.push(String(error)),
    }, echo);
    const first = await way.enter(server.address);
    const second = await connect(server.address);
    assert(await isClosed(second));
    assertEquals(errors, ["LimitError: All 1 places are taken: those who come are refused"]);
    await first.closeWrite();
    assert(await isClosed(first));
    const third = await way.enter(server.address);
    await writeAll(third, encoder.encode("third\n"));
    assertEquals(await new SocketReader(third).readLine(80), "third");
    for (const socket of [first, second, third]) socket.close();
  },
);

Deno.test("serveTcp() passes over clients that have gone before they are accepted", async () => {
  const errors: unknown[] = [];
  const entered = Promise.withResolvers<void>();
  const leave = Promise.withResolvers<void>();
  await using server = serveTcp(
    { port: 0, maxConnections: 1, onError: (error) => errors.push(error) },
    async ({ socket }) => {
      entered.resolve();
      await leave.promise;
      await writeAll(socket, encoder.encode("served"));
    },
  );
  const first = await connect(server.address);
  await entered.promise;
  // While the only place is taken, connections come and are reset.
  for (let i = 0; i < 5; i++) {
    const { promise, resolve } = Promise.withResolvers<void>();
    const hasty = createConnection(server.address.port, "127.0.0.1", () => hasty.resetAndDestroy());
    hasty.once("close", () => resolve());
    await promise;
  }
  const last = await connect(server.address);
  leave.resolve();
  assertEquals(await new SocketReader(last).readLine(100), "served");
  assertEquals(errors, []);
  for (const socket of [first, last]) socket.close();
});

bothWays(
  "serveTcp() closes connections past maxConnectionsPerAddress",
  async ({ identity, enter }) => {
    const options = { ...identity, maxConnectionsPerAddress: 2, drainTimeout: 0 };
    await using server = serveTcp(options, echo);
    const enterAndSpeak = async () => {
      const socket = await enter(server.address);
      await writeAll(socket, encoder.encode("in\n"));
      assertEquals(await new SocketReader(socket).readLine(80), "in");
      return socket;
    };
    const [first, second] = [await enterAndSpeak(), await enterAndSpeak()];
    const third = await connect(server.address);
    assert(await isClosed(third));
    // The server ends its side when the first one is no longer counted.
    await first.closeWrite();
    assert(await isClosed(first));
    const fourth = await enterAndSpeak();
    for (const socket of [first, second, third, fourth]) socket.close();
  },
);

Deno.test("serveTcp() counts connections whose TLS handshake is under way", async () => {
  const options = { cert, key, maxConnectionsPerAddress: 3, drainTimeout: 0 };
  await using server = serveTcp(options, echo);
  const silent = [];
  for (let i = 0; i < 3; i++) silent.push(await connect(server.address));
  const refused = await connect(server.address);
  assert(await isClosed(refused));
  assertEquals(server.connections, 3);
  for (const socket of [...silent, refused]) socket.close();
});

Deno.test("serveTcp() accepts no more than maxConnections whose TLS handshake is under way", async () => {
  await using server = serveTcp({ cert, key, maxConnections: 2, drainTimeout: 0 }, echo);
  const silent = [await connect(server.address), await connect(server.address)];
  const late = connect({ ...server.address, tls: true }, { caCerts, deadline: 10_000 });
  // The third one waits to be accepted, so that its handshake does not begin.
  const more = await connect(server.address);
  assertEquals(server.connections, 2);
  for (const socket of [...silent, more]) socket.close();
  const socket = await late;
  await writeAll(socket, encoder.encode("late\n"));
  assertEquals(await new SocketReader(socket).readLine(80), "late");
  socket.close();
});

Deno.test("serveTcp() does not wait for TLS handshakes when it shuts down", async () => {
  const options = { cert, key, handshakeTimeout: 60_000, drainTimeout: 60_000 };
  const server = serveTcp(options, echo);
  const silent = await connect(server.address);
  const half = await connect(server.address);
  await writeAll(half, Uint8Array.of(22, 3, 1, 1, 0));
  // One that is served tells that the two before it have been accepted.
  const served = await connect({ ...server.address, tls: true }, { caCerts });
  await served.closeWrite();
  assert(await isClosed(served));
  await server.shutdown();
  for (const socket of [silent, half]) assert(await isClosed(socket));
  for (const socket of [silent, half, served]) socket.close();
});

bothWays("serveTcp() leaves handlers behind that do not end with their connection", async (way) => {
  const errors: unknown[] = [];
  const entered = Promise.withResolvers<void>();
  const server = serveTcp(
    { ...way.identity, drainTimeout: 1, onError: (error) => errors.push(error) },
    () => {
      entered.resolve();
      return new Promise(() => {});
    },
  );
  const socket = await way.enter(server.address);
  await entered.promise;
  await server.shutdown();
  assert(await isClosed(socket));
  assert(errors[0] instanceof TimeoutError);
  assertEquals(
    errors.map(String),
    ["TimeoutError: 1 connections were closed, but their handlers have not ended"],
  );
  socket.close();
});

bothWays("serveTcp() gives bytes to the reads of a connection in their order", async (way) => {
  const seen = Promise.withResolvers<string[]>();
  await using server = serveTcp(way.identity, async ({ socket }) => {
    const parts = [new Uint8Array(2), new Uint8Array(2), new Uint8Array(2)];
    const counts = await Promise.all(parts.map((part) => socket.read(part)));
    seen.resolve(parts.map((part, i) => new TextDecoder().decode(part.subarray(0, counts[i]!))));
  });
  const socket = await way.enter(server.address);
  await writeAll(socket, encoder.encode("abcdef"));
  assertEquals(await seen.promise, ["ab", "cd", "ef"]);
  socket.close();
});

bothWays("serveTcp() tells a handler that its client has gone", async (way) => {
  const ends: unknown[] = [];
  const both = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  await using server = serveTcp(way.identity, async ({ socket }) => {
    ends.push(await socket.read(new Uint8Array(1)).catch((error) => error.name));
    both[ends.length - 1]!.resolve();
  });
  for (const { promise } of both) {
    const socket = await way.enter(server.address);
    socket.close();
    await promise;
  }
  assertEquals(ends, [null, null]);
});

bothWays(
  "serveTcp() closes a connection that is idle past idleTimeout",
  async ({ identity, enter }) => {
    await using server = serveTcp({ ...identity, idleTimeout: 50 }, echo);
    const socket = await enter(server.address);
    assert(await isClosed(socket));
    socket.close();
  },
);

bothWays(
  "serveTcp() lets connections finish at shutdown, and closes those that do not",
  async ({ identity, enter }) => {
    const release = Promise.withResolvers<void>();
    const busy = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const server = serveTcp({ ...identity, drainTimeout: 2_000 }, async ({ socket, draining }) => {
      const reader = new SocketReader(socket);
      if (await reader.readLine(80) === "patient") {
        busy[0]!.resolve();
        await release.promise;
        assert(draining.aborted);
        await writeAll(socket, encoder.encode("finished\n"));
      } else {
        busy[1]!.resolve();
        await reader.readLine(80);
      }
    });
    const patient = await enter(server.address);
    const stubborn = await enter(server.address);
    await writeAll(patient, encoder.encode("patient\n"));
    await writeAll(stubborn, encoder.encode("stubborn\n"));
    await Promise.all(busy.map(({ promise }) => promise));
    const down = server.shutdown();
    release.resolve();
    assertEquals(await new SocketReader(patient).readLine(80), "finished");
    await down;
    await server.finished;
    assert(await isClosed(stubborn));
    await assertRejects(() => connect(server.address), HeliographError, "refused");
    for (const socket of [patient, stubborn]) socket.close();
  },
);

bothWays(
  "serveTcp() shuts down when its signal aborts, even while it is full",
  async ({ identity, enter }) => {
    const controller = new AbortController();
    const server = serveTcp({
      ...identity,
      maxConnections: 1,
      drainTimeout: 0,
      signal: controller.signal,
    }, echo);
    const socket = await enter(server.address);
    await writeAll(socket, encoder.encode("in\n"));
    await new SocketReader(socket).readLine(80);
    controller.abort();
    await server.finished;
    socket.close();
  },
);

Deno.test("serveTcp() proposes the next free port, and names impossible ones", async () => {
  await using server = serveTcp({}, echo);
  const { hostname, port } = server.address;
  const error = assertThrows(() => serveTcp({ hostname, port }, echo), HeliographError);
  const match = /^Cannot listen on 127.0.0.1:\d+: the port is in use; (\d+) is free$/
    .exec((error as Error).message);
  assert(match !== null, (error as Error).message);
  await using other = serveTcp({ port: Number(match[1]) }, echo);
  assertEquals(other.address.port, Number(match[1]));
  for (const wrong of [-1, 65_536, 1.5, NaN]) {
    assertThrows(() => serveTcp({ port: wrong }, echo), HeliographError, `port ${wrong}, expected`);
  }
});

Deno.test("serveTls() speaks TLS and survives peers that do not", async () => {
  await using server = await serveTls({
    cert,
    key,
    handshakeTimeout: 200,
    drainTimeout: 0,
  }, echo);
  const silent = await connect(server.address);
  const noisy = await connect(server.address);
  await writeAll(noisy, encoder.encode("GET / HTTP/1.1\r\n\r\n"));
  const socket = await connect({ ...server.address, tls: true }, { caCerts });
  const reader = new SocketReader(socket);
  for (const line of ["over TLS", "x".repeat(90), "again"]) {
    await writeAll(socket, encoder.encode(line + "\n"));
    assertEquals(await reader.readLine(100), line);
  }
  const alert = new Uint8Array(7);
  assertEquals(await noisy.read(alert), 7);
  assertEquals(alert.toHex(), "1503030002020a");
  assert(await isClosed(noisy));
  assert(await isClosed(silent));
  for (const connection of [socket, silent, noisy]) connection.close();
});

Deno.test("serveTls() moves megabytes both ways, whole", async () => {
  await using server = await serveTls({ cert, key }, async ({ socket }) => {
    await writeAll(socket, await new SocketReader(socket).readExactly(5_000_001));
  });
  const socket = await connect({ ...server.address, tls: true }, { caCerts });
  const sent = new Uint8Array(5_000_001).map((_, i) => i % 251);
  const [received] = await Promise.all([
    new SocketReader(socket).readExactly(sent.length),
    writeAll(socket, sent),
  ]);
  assert(received.every((byte, i) => byte === sent[i]));
  socket.close();
});

Deno.test("serveTls() wants certificate and key together, and refuses ones that are none", async () => {
  await assertRejects(() => serveTls({ cert }, echo), HeliographError, "a certificate but no key");
  await assertRejects(() => serveTls({ key: "x" }, echo), HeliographError, "a key but no cert");
  const wrong: [string, string, string][] = [
    [cert, "x", "the private key cannot be read, expected PEM"],
    ["x", certificate("localhost.key.pem"), "the certificate cannot be read, expected PEM"],
    [
      certificate("authority.pem"),
      certificate("localhost.key.pem"),
      "the key is not that of the certificate of CN=Heliograph test authority",
    ],
  ];
  for (const [cert, key, message] of wrong) {
    await assertRejects(() => serveTls({ cert, key }, echo), HeliographError, message);
  }
});

Deno.test("useCertificate() shows another certificate, and changes nothing if it cannot", async () => {
  await using plain = serveTcp({}, echo);
  assertThrows(() => plain.useCertificate(cert, key), HeliographError, "the server speaks no TLS");
  await using server = await serveTls({ cert, key }, echo);
  assertThrows(() => server.useCertificate("x", key), HeliographError, "expected PEM");
  server.useCertificate(cert, key);
  const socket = await connect({ ...server.address, tls: true }, { caCerts });
  await writeAll(socket, encoder.encode("sun\n"));
  assertEquals(await new SocketReader(socket).readLine(100), "sun");
  socket.close();
});

Deno.test("serveTcp() goes on where onError throws", async () => {
  const told: string[] = [];
  const print = console.error;
  console.error = (...words: unknown[]) => told.push(String(words.at(-1)));
  try {
    await using server = serveTcp({
      port: 0,
      onError: () => {
        throw new Error("onError");
      },
    }, () => {
      throw new Error("handler");
    });
    for (let i = 0; i < 2; i++) {
      using socket = await Deno.connect({ hostname: "127.0.0.1", port: server.address.port });
      assertEquals(await socket.read(new Uint8Array(1)), null);
    }
  } finally {
    console.error = print;
  }
  assertEquals(told, ["Error: onError", "Error: onError"]);
});
