import { Buffer } from "node:buffer";
import { Socket as NodeSocket } from "node:net";
import process from "node:process";
import { Duplex } from "node:stream";
import { connect as connectTls, type SecureContext, TLSSocket } from "node:tls";
import { Deadline } from "./deadline.ts";
import { closeQuietly, type Socket } from "./socket.ts";

/** How the first record of a client begins (RFC 8446 section 5.1). */
const HANDSHAKE_RECORD = 0x16;

/** A fatal alert, unexpected_message, for who speaks something else: it tells that TLS is spoken. */
const ALERT = Uint8Array.of(0x15, 3, 3, 0, 2, 2, 10);

/** Bytes of one read. */
const READ_BYTES = 16_384;

/** Connections with a second descriptor, at most; those that come later do with one. */
const MAX_NATIVE_STREAMS = 16;

/** The most bytes that are enciphered at one time, so that a deadline sees the progress. */
const MAX_WRITE_BYTES = 65_536;

/** One end of a TLS connection on a plain one, by `node:tls`. */
abstract class TlsStreamSocket implements Socket {
  readonly localAddr: Deno.Addr;
  readonly remoteAddr: Deno.Addr;
  protected readonly plain: Socket;
  #stream: { destroy(): void } | undefined;
  #tls: TLSSocket | undefined;
  #failure: Error | undefined;
  #ended = false;
  #secure = false;
  /** Those that wait for bytes, for the handshake or for the end, first come first. */
  #waiting: (() => void)[] = [];

  /**
   * Takes a connection.
   *
   * @param plain The connection; nothing else may use it from now on.
   */
  constructor(plain: Socket) {
    this.localAddr = plain.localAddr;
    this.remoteAddr = plain.remoteAddr;
    this.plain = plain;
  }

  /** Begins TLS on a stream of the plain connection. */
  protected begin(stream: Duplex, make: () => TLSSocket, secured: string): void {
    this.#stream = stream;
    const tls = this.#tls = make();
    tls.on("readable", () => this.#wake());
    tls.on(secured, () => {
      this.#secure = true;
      this.#wake();
    });
    tls.on("end", () => {
      this.#ended = true;
      this.#wake();
    });
    tls.on("error", (error) => {
      this.#failure ??= new Deno.errors.ConnectionReset(error.message);
      this.#wake();
    });
    tls.on("close", () => {
      this.#failure ??= new Deno.errors.Interrupted("the connection was closed");
      this.#wake();
    });
  }

  /** Waits for the end of the handshake. */
  protected async secured(): Promise<void> {
    while (!this.#secure) {
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#ended) throw new Deno.errors.ConnectionReset("it ended within the handshake");
      await this.#change();
    }
  }

  async read(target: Uint8Array): Promise<number | null> {
    const tls = this.#tls!;
    if (target.length === 0) return 0;
    // Reads that wait already come first.
    if (this.#waiting.length > 0) await this.#change();
    for (;;) {
      const available = tls.readableLength;
      if (available > 0) {
        const bytes: Buffer | null = tls.read(Math.min(available, target.length));
        if (bytes !== null) {
          target.set(bytes);
          // What is left, or the end, may be for the next one.
          this.#wake();
          return bytes.length;
        }
      }
      if (this.#ended) return null;
      if (this.#failure !== undefined) throw this.#failure;
      // A read of nothing asks the stream for more.
      tls.read(0);
      await this.#change();
    }
  }

  write(bytes: Uint8Array): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const length = Math.min(bytes.length, MAX_WRITE_BYTES);
    // The caller may reuse its memory as soon as the promise resolves, and only then.
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, length);
    this.#tls!.write(view, (error) => {
      if (error) reject(new Deno.errors.BrokenPipe(error.message));
      else resolve(length);
    });
    return promise;
  }

  closeWrite(): Promise<void> {
    return new Promise((resolve) => this.#tls!.end(() => resolve()));
  }

  close(): void {
    this.#tls?.destroy();
    // TLS alone leaves what is below it open.
    this.#stream?.destroy();
    closeQuietly(this.plain);
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    if (this.#waiting.length > 0) { for (const go of this.#waiting.splice(0)) go(); }
  }
}

/**
 * The server's end of a TLS connection that was accepted plainly.
 *
 * Neither listener of the platform will do. A connection of `Deno.listenTls` cannot be
 * closed before its handshake has ended, so that a silent peer would hold it for ever; that
 * of `node:tls` accepts every client, and never again after too many open files once.
 */
export class TlsServerSocket extends TlsStreamSocket {
  /**
   * Waits for the handshake.
   *
   * @param context Certificate and key.
   * @param timeout Milliseconds that it may take.
   * @param signal Ends it.
   * @throws {Deno.errors.ConnectionReset} If the peer speaks no TLS, or goes.
   * @throws {Deno.errors.Interrupted} If the handshake takes too long, or is ended.
   */
  async handshake(context: SecureContext, timeout: number, signal: AbortSignal): Promise<void> {
    const stop = () => this.close();
    using deadline = new Deadline(stop);
    deadline.set(timeout);
    signal.addEventListener("abort", stop, { once: true });
    try {
      if (signal.aborted) stop();
      // Who says nothing costs nothing but the connection.
      const first = new Uint8Array(READ_BYTES);
      const count = await this.plain.read(first);
      if (count === null) throw new Deno.errors.ConnectionReset("it ended without a word");
      if (first[0] !== HANDSHAKE_RECORD) {
        await this.plain.write(ALERT);
        throw new Deno.errors.ConnectionReset("it does not speak TLS");
      }
      const options = { isServer: true, secureContext: context, ALPNProtocols: ["http/1.1"] };
      const few = nativeStreams < MAX_NATIVE_STREAMS;
      const stream = (few ? nativeStream(this.plain) : undefined) ?? carriedStream(this.plain);
      stream.unshift(Buffer.from(first.buffer, 0, count));
      this.begin(stream, () => new TLSSocket(stream, options), "secure");
      await this.secured();
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }
}

/**
 * The client's end of a TLS connection whose certificate is not checked, which the platform's own
 * connections do not offer.
 */
export class UncheckedTlsSocket extends TlsStreamSocket {
  /**
   * Waits for the handshake.
   *
   * @param hostname The server's name, which it may choose its certificate by.
   * @param signal Ends it.
   * @throws {Deno.errors.ConnectionReset} If the peer speaks no TLS, or goes.
   */
  async handshake(hostname: string, signal: AbortSignal | undefined): Promise<void> {
    const stop = () => this.close();
    signal?.addEventListener("abort", stop, { once: true });
    try {
      signal?.throwIfAborted();
      // An address is no name that may be asked for (RFC 6066 section 3).
      const servername = /^[\d.]+$|:/.test(hostname) ? "" : hostname;
      const options = { servername, rejectUnauthorized: false };
      // The client of the platform speaks on no stream of our own.
      const socket = nativeStream(this.plain);
      if (socket === undefined) throw new Error("this version of Deno checks each certificate");
      this.begin(socket, () => connectTls({ ...options, socket }), "secureConnect");
      await this.secured();
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }
}

let nativeStreams = 0;

/** What the platform's own modules do with a connection, and hide from others. */
interface NativeHandles {
  TCP: new (type: number) => { openFromRid?(resource: number): number };
  constants: { SOCKET: number };
}

/**
 * Hands a connection over to `node:net`, with nothing of JavaScript between TLS and the
 * system: files of 156 KiB take a third less of the processor than with a stream of our own.
 * The stream has a second descriptor; the first one must stay open as long, since closing
 * it would end the connection. Few connections are worth that.
 *
 * @returns The stream; undefined where the platform does not offer the way, if the connection
 * is none of its own, or if too many have one.
 */
function nativeStream(socket: Socket): NodeSocket | undefined {
  const resource = Object.getOwnPropertySymbols(socket)
    .find(({ description }) => description === "Deno.internal.rid");
  if (resource === undefined) return undefined;
  const { binding } = process as unknown as { binding?(name: string): NativeHandles };
  const { TCP, constants } = binding?.("tcp_wrap") ?? {};
  if (TCP === undefined || constants === undefined) return undefined;
  const handle = new TCP(constants.SOCKET);
  const rid = (socket as unknown as Record<symbol, unknown>)[resource];
  if (typeof rid !== "number" || handle.openFromRid?.(rid) !== 0) return undefined;
  const options = { handle, allowHalfOpen: true };
  const stream = new NodeSocket(options as ConstructorParameters<typeof NodeSocket>[0]);
  nativeStreams++;
  stream.once("close", () => nativeStreams--);
  return stream;
}

/** A connection as a stream of `node:stream`, which any connection can be. */
function carriedStream(socket: Socket): Duplex {
  const writeWhole = async (bytes: Uint8Array) => {
    for (let done = 0; done < bytes.length;) done += await socket.write(bytes.subarray(done));
  };
  const stream = new Duplex({
    allowHalfOpen: true,
    read: () => {
      const memory = new Uint8Array(READ_BYTES);
      socket.read(memory).then(
        (count) => stream.push(count === null ? null : Buffer.from(memory.buffer, 0, count)),
        (error) => stream.destroy(error),
      );
    },
    write: (bytes, _encoding, done) => void writeWhole(bytes).then(() => done(), done),
    final: (done) => void socket.closeWrite().then(() => done(), done),
    destroy: (error, done) => {
      closeQuietly(socket);
      done(error);
    },
  });
  // TLS tells of it, too.
  stream.on("error", () => {});
  return stream;
}
