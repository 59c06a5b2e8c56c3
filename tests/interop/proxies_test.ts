/** Through a SOCKS proxy of the environment, and names of hosts in other letters than ASCII. */

import { assertEquals } from "@std/assert";
import { serveHttp } from "../../http/server/serve_http.ts";
import { serveTcp } from "../../net/serve_tcp.ts";
import { connect } from "../../net/connect.ts";
import type { Socket } from "../../net/socket.ts";
import { SocketReader } from "../../net/socket_reader.ts";
import { writeAll } from "../../net/write_all.ts";
import { temporaryFolder } from "../support/temporary.ts";

/** Passes bytes on until their end. */
async function pass(from: SocketReader, to: Socket): Promise<void> {
  do {
    await writeAll(to, from.buffered.slice());
    from.consume(from.buffered.length);
  } while (await from.fill());
  await to.closeWrite();
}

/** A SOCKS5 proxy (RFC 1928) for names, all of which it takes for one port of this machine. */
function socksProxy(port: number, names: string[]) {
  return serveTcp({ port: 0, onError: () => {} }, async ({ socket }) => {
    const reader = new SocketReader(socket);
    const [, methods] = await reader.readExactly(2);
    await reader.readExactly(methods!);
    await socket.write(Uint8Array.of(5, 0));
    const [, command, , kind, length] = await reader.readExactly(5);
    assertEquals([command, kind], [1, 3]);
    const target = await reader.readExactly(length! + 2);
    names.push(new TextDecoder().decode(target.subarray(0, -2)));
    await socket.write(Uint8Array.of(5, 0, 0, 1, 127, 0, 0, 1, 0, 0));
    const server = await connect({ hostname: "127.0.0.1", port });
    try {
      await Promise.all([pass(reader, server), pass(new SocketReader(server), socket)]);
    } finally {
      server.close();
    }
  });
}

Deno.test("heliograph get asks through a SOCKS5 proxy for a name in other letters than ASCII", async () => {
  await using folder = await temporaryFolder();
  const hosts: (string | undefined)[] = [];
  await using server = await serveHttp({ port: 0, allowHosts: ["*"] }, ({ host }) => {
    hosts.push(host);
    return { status: 200, body: "sun" };
  });
  const names: string[] = [];
  await using proxy = socksProxy(server.address.port, names);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-check", "-A", "cli.ts", "get", "http://bücher.example/sun.fits"],
      ...["-o", folder.path],
    ],
    env: {
      all_proxy: `socks5h://127.0.0.1:${proxy.address.port}`,
      http_proxy: "",
      no_proxy: "",
      // Deno itself asks for its newest version now and then.
      DENO_NO_UPDATE_CHECK: "1",
    },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals([code, text(stdout)], [0, `${folder.path}/sun.fits\n`], text(stderr));
  assertEquals(Deno.readTextFileSync(`${folder.path}/sun.fits`), "sun");
  assertEquals([names, hosts], [["xn--bcher-kva.example"], ["xn--bcher-kva.example"]]);
});
