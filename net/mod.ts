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

// Connections, out and in.
export { connect, type ConnectOptions, type Endpoint } from "./connect.ts";
export type { BackoffOptions } from "./backoff.ts";
export { serveTcp, type ServeTcpOptions, serveTls } from "./serve_tcp.ts";
export type { TcpConnection, TcpServer } from "./serve_tcp.ts";
export { formatAddress, type Socket } from "./socket.ts";
export { Deadline } from "./deadline.ts";

// Bytes in and out.
export { type ByteSource, SocketReader, type SocketReaderOptions } from "./socket_reader.ts";
export { type ByteSink, writeAll, type WriteAllOptions } from "./write_all.ts";
export { type ElementSize, LITTLE_ENDIAN, swapBytes, toNativeOrder } from "./byte_order.ts";

// FTP.
export { FtpClient, type FtpOptions, type FtpTls } from "./ftp/client.ts";
export { FtpError } from "./ftp/error.ts";
export { FtpTransfer, type FtpTransferOptions } from "./ftp/transfer.ts";
export type { FtpEntry } from "./ftp/listing.ts";

// Errors.
export {
  ClosedError,
  FormatError,
  HeliographError,
  type HeliographErrorOptions,
  LimitError,
  ProtocolError,
  TimeoutError,
} from "./errors.ts";
