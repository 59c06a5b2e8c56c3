import { assertEquals, assertRejects } from "@std/assert";
import { connect } from "../../net/connect.ts";
import { serveTcp, serveTls } from "../../net/serve_tcp.ts";
import type { Socket } from "../../net/socket.ts";
import { SocketReader } from "../../net/socket_reader.ts";
import { tlsIdentity } from "../../net/tls.ts";
import { TlsServerSocket } from "../../net/tls_socket.ts";
import { writeAll } from "../../net/write_all.ts";

const certificate = (name: string) =>
  Deno.readTextFileSync(new URL(`../certificates/${name}`, import.meta.url));
const { context } = tlsIdentity(certificate("localhost.pem"), certificate("localhost.key.pem"))!;
const caCerts = [certificate("authority.pem")];

/** A connection of which the platform knows nothing, so that TLS is carried by our own code. */
function foreign(socket: Socket): Socket {
  return {
    localAddr: socket.localAddr,
    remoteAddr: socket.remoteAddr,
    read: (target) => socket.read(target),
    write: (bytes) => socket.write(bytes),
    closeWrite: () => socket.closeWrite(),
    close: () => socket.close(),
  };
}

for (const [way, wrap] of [["native", (socket: Socket) => socket], ["carried", foreign]] as const) {
  Deno.test(`TlsServerSocket moves megabytes both ways and ends each of them (${way})`, async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { hostname, port } = listener.addr as Deno.NetAddr;
    const client = connect({ hostname, port, tls: true }, { caCerts, deadline: 10_000 });
    const socket = new TlsServerSocket(wrap(await listener.accept()));
    await socket.handshake(context, 10_000, new AbortController().signal);
    const peer = await client;
    assertEquals((socket.remoteAddr as Deno.NetAddr).port, (peer.localAddr as Deno.NetAddr).port);
    const sent = new Uint8Array(3_000_001).map((_, i) => i * 7 % 251);
    const echo = (async () => {
      const whole = await new SocketReader(socket).readToEnd();
      await writeAll(socket, whole);
      await socket.closeWrite();
    })();
    await writeAll(peer, sent);
    await peer.closeWrite();
    assertEquals(await new SocketReader(peer).readToEnd(), sent);
    await echo;
    for (const end of [socket, peer]) end.close();
  });

  Deno.test(`TlsServerSocket ends what waits for it when it is closed (${way})`, async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { hostname, port } = listener.addr as Deno.NetAddr;
    const client = connect({ hostname, port, tls: true }, { caCerts, deadline: 10_000 });
    const socket = new TlsServerSocket(wrap(await listener.accept()));
    await socket.handshake(context, 10_000, new AbortController().signal);
    const peer = await client;
    const reads = [1, 2].map(() =>
      socket.read(new Uint8Array(1)).catch((error) => error.constructor)
    );
    socket.close();
    assertEquals(await Promise.all(reads), [Deno.errors.Interrupted, Deno.errors.Interrupted]);
    assertEquals(
      await socket.write(new Uint8Array(1)).catch((error) => error.constructor),
      Deno.errors.Interrupted,
    );
    peer.close();
  });
}

Deno.test("TlsServerSocket tells who speaks no TLS that it does, by an alert", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { hostname, port } = listener.addr as Deno.NetAddr;
  const client = await connect({ hostname, port }, { deadline: 10_000 });
  using plain = await listener.accept();
  const handshake = new TlsServerSocket(plain).handshake(
    context,
    10_000,
    new AbortController().signal,
  );
  await writeAll(client, new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));
  await assertRejects(() => handshake, Deno.errors.ConnectionReset, "it does not speak TLS");
  const answer = new Uint8Array(16);
  const count = await client.read(answer);
  assertEquals(answer.subarray(0, count!).toHex(), "1503030002020a");
  client.close();
});

Deno.test("connect() with insecure takes a certificate that no one vouches for", async () => {
  await using server = await serveTls({
    port: 0,
    cert: certificate("localhost.pem"),
    key: certificate("localhost.key.pem"),
  }, async ({ socket }) => {
    const head = await new SocketReader(socket).readExactly(1_000);
    await writeAll(socket, new Uint8Array(2_000_001).map((_, i) => head[i % 1_000]!));
    await socket.closeWrite();
  });
  const { port } = server.address;
  for (const hostname of ["127.0.0.1", "localhost"]) {
    const endpoint = { hostname, port, tls: true };
    const options = { deadline: 30_000 };
    await assertRejects(() => connect(endpoint, options), Error, "of no authority that is trusted");
    const peer = await connect(endpoint, { ...options, insecure: true });
    const sent = new Uint8Array(1_000).map((_, i) => i * 7 % 251);
    await writeAll(peer, sent);
    const got = await new SocketReader(peer).readToEnd();
    assertEquals(got, new Uint8Array(2_000_001).map((_, i) => sent[i % 1_000]!));
    peer.close();
  }
});

Deno.test("connect() with insecure says what is wrong where a server speaks no TLS", async () => {
  await using server = serveTcp({ port: 0 }, async ({ socket }) => {
    await writeAll(socket, new TextEncoder().encode("220 good day\r\n"));
    await socket.closeWrite();
  });
  const endpoint = { ...server.address, tls: true };
  await assertRejects(
    () => connect(endpoint, { insecure: true, deadline: 30_000 }),
    Error,
    `Cannot connect to 127.0.0.1:${server.address.port}`,
  );
});
