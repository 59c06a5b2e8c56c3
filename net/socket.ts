import { ClosedError } from "./errors.ts";

/**
 * A connected byte stream: a `Deno.TcpConn`, a `Deno.TlsConn`, or anything else
 * that reads and writes bytes in order.
 */
export interface Socket {
  /** The address of this end. */
  readonly localAddr: Deno.Addr;
  /** The address of the other end. */
  readonly remoteAddr: Deno.Addr;
  /** Reads at least one byte into `target`; null at the end of the stream. */
  read(target: Uint8Array): Promise<number | null>;
  /** Writes at least one byte of `bytes`, perhaps not all of them. */
  write(bytes: Uint8Array): Promise<number>;
  /** Ends the stream in the writing direction; the peer then reads its end. */
  closeWrite(): Promise<void>;
  /** Closes the connection; what is waiting for it fails. */
  close(): void;
}

/**
 * Closes a connection that may be closed already, which is not an error.
 *
 * @param socket What is closed.
 */
export function closeQuietly(socket: { close(): void }): void {
  try {
    socket.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}

/**
 * Whether an error only says that the connection has ended: reset or aborted by
 * the peer, closed at this end while something waited for it, or broken.
 *
 * @param error What a read or a write threw.
 * @returns True if the connection is gone and nothing else went wrong.
 */
export function isDisconnect(error: unknown): boolean {
  return error instanceof ClosedError ||
    error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.ConnectionAborted ||
    error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.NotConnected ||
    error instanceof Deno.errors.UnexpectedEof ||
    error instanceof Deno.errors.Interrupted ||
    error instanceof Deno.errors.BadResource;
}

/**
 * An address as people write it: `127.0.0.1:8000`, `[::1]:8000`, or a path.
 *
 * @param address The address of one end of a connection.
 */
export function formatAddress(address: Deno.Addr): string {
  if (!("hostname" in address)) return "path" in address ? address.path : address.transport;
  const { hostname, port } = address;
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}
