import { EventEmitter } from "node:events";
import { Buffer } from "node:buffer";
import type { Duplex } from "node:stream";
import { type SecureContext, TLSSocket } from "node:tls";
import { closeQuietly, type Socket } from "./socket.ts";

/** Bytes of the first read; larger where reads fill them, as those of an upload do. */
const FIRST_READ_BYTES = 8_192;
const MAX_READ_BYTES = 65_536;

/**
 * The most bytes that are enciphered at one time: three records of TLS (RFC 8446 section
 * 5.1), which `node:tls` hands on in one piece. 48 KiB take a quarter less of the processor
 * than 64 KiB, of which it makes two.
 */
const MAX_WRITE_BYTES = 49_152;

/** The server's end of a TLS connection that was accepted plainly. */
export class TlsServerSocket implements Socket {
  readonly localAddr: Deno.Addr;
  readonly remoteAddr: Deno.Addr;
  #tls: TLSSocket;
  #failure: Error | undefined;
  #ended = false;
  #secure = false;
  /** Those that wait for bytes, for the handshake or for the end, first come first. */
  #waiting: (() => void)[] = [];

  /**
   * Begins the handshake.
   *
   * @param socket The connection; nothing else may use it from now on.
   * @param context Certificate and key.
   */
  constructor(socket: Socket, context: SecureContext) {
    this.localAddr = socket.localAddr;
    this.remoteAddr = socket.remoteAddr;
    const tls = new TLSSocket(new Carrier(socket) as unknown as Duplex, {
      isServer: true,
      secureContext: context,
      ALPNProtocols: ["http/1.1"],
    });
    this.#tls = tls;
    tls.on("readable", () => this.#wake());
    tls.on("secure", () => {
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

  /**
   * Waits for the handshake.
   *
   * @throws {Deno.errors.ConnectionReset} If the peer speaks no TLS, or goes.
   * @throws {Deno.errors.Interrupted} If the connection is closed meanwhile.
   */
  async handshake(): Promise<void> {
    while (!this.#secure) {
      if (this.#failure !== undefined) throw this.#failure;
      await this.#change();
    }
  }

  async read(target: Uint8Array): Promise<number | null> {
    if (target.length === 0) return 0;
    // Reads that wait already come first.
    if (this.#waiting.length > 0) await this.#change();
    for (;;) {
      const available = this.#tls.readableLength;
      if (available > 0) {
        const bytes: Buffer | null = this.#tls.read(Math.min(available, target.length));
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
      this.#tls.read(0);
      await this.#change();
    }
  }

  write(bytes: Uint8Array): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const length = Math.min(bytes.length, MAX_WRITE_BYTES);
    // The caller may reuse its memory as soon as the promise resolves, and only then.
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, length);
    this.#tls.write(view, (error) => {
      if (error) reject(new Deno.errors.BrokenPipe(error.message));
      else resolve(length);
    });
    return promise;
  }

  closeWrite(): Promise<void> {
    return new Promise((resolve) => this.#tls.end(() => resolve()));
  }

  close(): void {
    this.#tls.destroy();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    if (this.#waiting.length > 0) { for (const go of this.#waiting.splice(0)) go(); }
  }
}

/**
 * A connection as `node:tls` uses the stream below it: what its `JSStreamSocket` calls of a
 * `Duplex`, without the queues of one, which cost a tenth of the processor.
 */
class Carrier extends EventEmitter {
  readonly readable = true;
  readonly writable = true;
  readonly readableObjectMode = false;
  #socket: Socket;
  #memory = new ArrayBuffer(FIRST_READ_BYTES);
  #flowing = false;
  #reading = false;
  #over = false;

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
  }

  pause(): this {
    this.#flowing = false;
    return this;
  }

  resume(): this {
    this.#flowing = true;
    if (!this.#reading && !this.#over) void this.#pump();
    return this;
  }

  cork(): void {}

  uncork(): void {}

  write(bytes: Uint8Array, done: (error?: Error) => void): boolean {
    this.#socket.write(bytes).then((count) => {
      if (count === bytes.length) done();
      else this.write(bytes.subarray(count), done);
    }, done);
    return true;
  }

  end(done: () => void): void {
    this.#socket.closeWrite().then(done, done);
  }

  destroy(): void {
    this.#over = true;
    closeQuietly(this.#socket);
    this.emit("close");
  }

  async #pump(): Promise<void> {
    this.#reading = true;
    try {
      while (this.#flowing && !this.#over) {
        const memory = this.#memory;
        const count = await this.#socket.read(new Uint8Array(memory));
        if (count === null) {
          this.#over = true;
          this.emit("end");
        } else {
          // The listener has deciphered it into other memory when it returns.
          this.emit("data", Buffer.from(memory, 0, count));
          if (count === memory.byteLength && count < MAX_READ_BYTES) {
            this.#memory = new ArrayBuffer(count * 2);
          }
        }
      }
    } catch {
      // Reset by the peer, or closed here: `close` says so.
      this.destroy();
    } finally {
      this.#reading = false;
    }
  }
}
