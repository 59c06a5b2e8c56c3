/**
 * The sockets floor: connecting, listening, buffered reading, writing, byte order.
 *
 * @example A client and a server that speak in lines
 * ```ts
 * import { connect, serveTcp, SocketReader, writeAll } from "@heliograph/heliograph/net";
 * import { assertEquals } from "@std/assert";
 *
 * const encoder = new TextEncoder();
 * await using server = serveTcp({ port: 0 }, async ({ socket }) => {
 *   const name = await new SocketReader(socket).readLine(80);
 *   await writeAll(socket, encoder.encode(`hello ${name}\n`));
 * });
 *
 * const socket = await connect(server.address, { retry: true, deadline: 5_000 });
 * await writeAll(socket, encoder.encode("Sun\n"));
 * assertEquals(await new SocketReader(socket).readLine(80), "hello Sun");
 * socket.close();
 * ```
 *
 * @module
 */

export * from "./backoff.ts";
export * from "./byte_order.ts";
export * from "./connect.ts";
export * from "./deadline.ts";
export * from "./errors.ts";
export * from "./ftp/client.ts";
export * from "./ftp/error.ts";
export * from "./ftp/transfer.ts";
export { type FtpEntry } from "./ftp/listing.ts";
export { nameOctets, readableName } from "./ftp/octet_text.ts";
export * from "./glob.ts";
export * from "./progress.ts";
export * from "./serve_tcp.ts";
export * from "./socket.ts";
export * from "./socket_reader.ts";
export * from "./write_all.ts";
