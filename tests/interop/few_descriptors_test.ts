/** A server that runs out of descriptors, which `ulimit` gives it few of. */

import { assertEquals } from "@std/assert";
import { connect } from "../../net/connect.ts";
import type { Socket } from "../../net/socket.ts";
import { SocketReader } from "../../net/socket_reader.ts";
import { start } from "../support/processes.ts";
import { temporaryFolder } from "../support/temporary.ts";

const certificate = (name: string) =>
  Deno.readTextFileSync(new URL(`../certificates/${name}`, import.meta.url));
const caCerts = [certificate("authority.pem")];

/** A server of a process of its own with few descriptors, which says what goes wrong. */
const FEW_DESCRIPTORS = `
import { serveTcp } from ${JSON.stringify(new URL("../../net/serve_tcp.ts", import.meta.url).href)};
const [cert, key] = Deno.args;
const server = serveTcp({
  ...(cert === undefined ? {} : { cert, key }),
  onError: (error) => console.log("error", error.code),
}, async ({ socket }) => {
  await socket.write(new TextEncoder().encode("served\\n"));
  await socket.read(new Uint8Array(1));
});
console.log("listening", server.address.port);
`;

for (
  const [name, tls, greets] of [["plain", false], ["TLS", true], [
    "TLS, greeted",
    true,
    true,
  ]] as const
) {
  Deno.test(`serveTcp() accepts again after too many files were open (${name})`, () =>
    acceptsAgain(tls, greets === true));
}

/** A client that begins a handshake and waits for nothing. */
async function greeting(address: { hostname: string; port: number }): Promise<Socket> {
  const connection = await Deno.connectTls({ ...address, caCerts });
  connection.handshake().catch(() => {});
  return connection;
}

/** @param greets Whether those who take the descriptors begin a handshake. */
async function acceptsAgain(tls: boolean, greets: boolean): Promise<void> {
  await using folder = await temporaryFolder();
  const script = `${folder.path}/server.ts`;
  await Deno.writeTextFile(script, FEW_DESCRIPTORS);
  const deno = [Deno.execPath(), "run", "-A", "--no-check", script];
  const identityArgs = tls ? [certificate("localhost.pem"), certificate("localhost.key.pem")] : [];
  await using server = start("sh", [
    ...["-c", `ulimit -n ${greets ? 200 : 60}; exec "$@"`, "sh"],
    ...[...deno, ...identityArgs],
  ]);
  const [, port] = await server.line(/^listening (\d+)$/);
  const address = { hostname: "127.0.0.1", port: Number(port) };
  const held: Socket[] = [];
  const errors = server.line(/^error EMFILE$/);
  let found = false;
  void errors.then(() => found = true);
  for (let i = 0; i < 200 && !found; i++) {
    held.push(greets ? await greeting(address) : await connect(address));
  }
  await errors;
  for (const socket of held) socket.close();
  const socket = await connect({ ...address, tls }, { caCerts, deadline: 10_000 });
  assertEquals(await new SocketReader(socket).readLine(80), "served");
  socket.close();
}
