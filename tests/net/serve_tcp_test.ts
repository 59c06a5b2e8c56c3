import { createConnection } from "node:net";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { connect } from "../../net/connect.ts";
import { HeliographError } from "../../net/errors.ts";
import { serveTcp, serveTls, type TcpConnection } from "../../net/serve_tcp.ts";
import { SocketReader } from "../../net/socket_reader.ts";
import { writeAll } from "../../net/write_all.ts";

const encoder = new TextEncoder();
const certificate = (name: string) =>
  Deno.readTextFileSync(new URL(`../certificates/${name}`, import.meta.url));

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
    return error instanceof Deno.errors.ConnectionReset;
  }
}

Deno.test("serveTcp() ends only the connection whose handler fails", async () => {
  const errors: string[] = [];
  let first = true;
  const options = { onError: (error: unknown) => void errors.push(String(error)) };
  await using server = serveTcp(options, (connection) => {
    if (!first) return echo(connection);
    first = false;
    throw new Error("broken handler");
  });
  const broken = await connect(server.address);
  assert(await isClosed(broken));
  const fine = await connect(server.address);
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

Deno.test("serveTcp() closes connections past maxConnectionsPerAddress", async () => {
  await using server = serveTcp({ maxConnectionsPerAddress: 2, drainTimeout: 0 }, echo);
  const enter = async () => {
    const socket = await connect(server.address);
    await writeAll(socket, encoder.encode("in\n"));
    assertEquals(await new SocketReader(socket).readLine(80), "in");
    return socket;
  };
  const [first, second] = [await enter(), await enter()];
  const third = await connect(server.address);
  assert(await isClosed(third));
  first.close();
  while (server.connections === 2) await new Promise((resolve) => setTimeout(resolve));
  const fourth = await enter();
  for (const socket of [second, third, fourth]) socket.close();
});

Deno.test("serveTcp() closes a connection that is idle past idleTimeout", async () => {
  await using server = serveTcp({ idleTimeout: 50 }, echo);
  const socket = await connect(server.address);
  assert(await isClosed(socket));
  socket.close();
});

Deno.test("serveTcp() lets connections finish at shutdown, and closes those that do not", async () => {
  const release = Promise.withResolvers<void>();
  const busy = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const server = serveTcp({ drainTimeout: 200 }, async ({ socket, draining }) => {
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
  const patient = await connect(server.address);
  const stubborn = await connect(server.address);
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
});

Deno.test("serveTcp() shuts down when its signal aborts, even while it is full", async () => {
  const controller = new AbortController();
  const server = serveTcp({ maxConnections: 1, drainTimeout: 0, signal: controller.signal }, echo);
  const socket = await connect(server.address);
  await writeAll(socket, encoder.encode("in\n"));
  await new SocketReader(socket).readLine(80);
  controller.abort();
  await server.finished;
  socket.close();
});

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
    cert: certificate("localhost.pem"),
    key: certificate("localhost.key.pem"),
    handshakeTimeout: 200,
    drainTimeout: 0,
  }, echo);
  const silent = await connect(server.address);
  const noisy = await connect(server.address);
  await writeAll(noisy, encoder.encode("GET / HTTP/1.1\r\n\r\n"));
  const socket = await connect({ ...server.address, tls: true }, {
    caCerts: [certificate("authority.pem")],
  });
  const reader = new SocketReader(socket);
  for (const line of ["over TLS", "x".repeat(90), "again"]) {
    await writeAll(socket, encoder.encode(line + "\n"));
    assertEquals(await reader.readLine(100), line);
  }
  while (!await isClosed(noisy));
  assert(await isClosed(silent));
  for (const connection of [socket, silent, noisy]) connection.close();
});

Deno.test("serveTls() moves megabytes both ways, whole", async () => {
  await using server = await serveTls({
    cert: certificate("localhost.pem"),
    key: certificate("localhost.key.pem"),
  }, async ({ socket }) => {
    await writeAll(socket, await new SocketReader(socket).readExactly(5_000_001));
  });
  const socket = await connect({ ...server.address, tls: true }, {
    caCerts: [certificate("authority.pem")],
  });
  const sent = new Uint8Array(5_000_001).map((_, i) => i % 251);
  const [received] = await Promise.all([
    new SocketReader(socket).readExactly(sent.length),
    writeAll(socket, sent),
  ]);
  assert(received.every((byte, i) => byte === sent[i]));
  socket.close();
});

Deno.test("serveTls() wants certificate and key together, and refuses ones that are none", async () => {
  const cert = certificate("localhost.pem");
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
