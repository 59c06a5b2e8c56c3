import { createServer, type TLSSocket } from "node:tls";
import { createPrivateKey, X509Certificate } from "node:crypto";
import type { AddressInfo } from "node:net";
import { Buffer } from "node:buffer";
import { HeliographError } from "./errors.ts";
import type { Socket } from "./socket.ts";

/** A source of connections, with or without TLS. */
export interface Listener {
  /** Where it listens. */
  readonly addr: Deno.NetAddr;
  /** Waits for the next connection; fails with `BadResource` once closed. */
  accept(): Promise<Socket>;
  /** Stops listening; accepted connections go on. */
  close(): void;
}

/** A certificate chain and its key, in PEM. */
export interface TlsIdentity {
  /** The certificate and those that sign it. */
  cert: string;
  /** The private key of the first certificate. */
  key: string;
}

/**
 * Listens with TLS.
 *
 * It goes through `node:tls`: a connection that `Deno.listenTls` accepts cannot be
 * closed before its handshake has ended, so that a silent peer would hold it for ever.
 *
 * @param address Where to listen.
 * @param identity Certificate and key.
 * @param handshakeTimeout Milliseconds that a handshake may take.
 */
export async function listenTls(
  address: { hostname: string; port: number },
  identity: TlsIdentity,
  handshakeTimeout: number,
): Promise<Listener> {
  const arrived: Socket[] = [];
  const waiting: PromiseWithResolvers<Socket>[] = [];
  let closed = false;
  const server = createServer({ ...identity, handshakeTimeout, ALPNProtocols: ["http/1.1"] });
  server.on("secureConnection", (tls) => {
    const socket = new NodeTlsSocket(tls);
    const next = waiting.shift();
    if (next === undefined) arrived.push(socket);
    else next.resolve(socket);
  });
  server.on("tlsClientError", (_error, tls) => tls.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(address.port, address.hostname, () => resolve());
  });
  const bound = server.address() as AddressInfo;
  const gone = () => new Deno.errors.BadResource("the listener is closed");
  return {
    addr: { transport: "tcp", hostname: bound.address, port: bound.port },
    accept: () => {
      const socket = arrived.shift();
      if (socket !== undefined) return Promise.resolve(socket);
      if (closed) return Promise.reject(gone());
      const next = Promise.withResolvers<Socket>();
      waiting.push(next);
      return next.promise;
    },
    close: () => {
      closed = true;
      server.close();
      for (const socket of arrived.splice(0)) socket.close();
      for (const next of waiting.splice(0)) next.reject(gone());
    },
  };
}

/** A TLS connection of `node:tls` with the methods of a {@linkcode Socket}. */
class NodeTlsSocket implements Socket {
  readonly localAddr: Deno.NetAddr;
  readonly remoteAddr: Deno.NetAddr;
  #tls: TLSSocket;
  #failure: Error | undefined;
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(tls: TLSSocket) {
    this.#tls = tls;
    tls.setNoDelay(true);
    this.localAddr = {
      transport: "tcp",
      hostname: tls.localAddress ?? "",
      port: tls.localPort ?? 0,
    };
    this.remoteAddr = {
      transport: "tcp",
      hostname: tls.remoteAddress ?? "",
      port: tls.remotePort ?? 0,
    };
    const wake = () => this.#wake?.();
    tls.on("readable", wake);
    tls.on("end", () => {
      this.#ended = true;
      wake();
    });
    tls.on("error", (error) => {
      this.#failure = new Deno.errors.ConnectionReset(error.message);
      wake();
    });
    tls.on("close", () => {
      this.#failure ??= new Deno.errors.Interrupted("the connection was closed");
      wake();
    });
  }

  async read(target: Uint8Array): Promise<number | null> {
    if (target.length === 0) return 0;
    for (;;) {
      const available = this.#tls.readableLength;
      if (available > 0) {
        const bytes: Buffer = this.#tls.read(Math.min(available, target.length));
        if (bytes !== null) {
          target.set(bytes);
          return bytes.length;
        }
      }
      if (this.#ended) return null;
      if (this.#failure !== undefined) throw this.#failure;
      const next = Promise.withResolvers<void>();
      this.#wake = next.resolve;
      // A read of nothing asks the stream for more.
      this.#tls.read(0);
      await next.promise;
      this.#wake = undefined;
    }
  }

  write(bytes: Uint8Array): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    // The caller may reuse its memory as soon as the promise resolves, and only then.
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#tls.write(view, (error) => {
      if (error) reject(new Deno.errors.BrokenPipe(error.message));
      else resolve(bytes.length);
    });
    return promise;
  }

  closeWrite(): Promise<void> {
    return new Promise((resolve) => this.#tls.end(() => resolve()));
  }

  close(): void {
    this.#tls.destroy();
  }
}

/**
 * Checks a certificate and its key before anything listens with them.
 *
 * @param cert The certificate chain in PEM.
 * @param key The private key in PEM.
 * @returns Both, or undefined if neither is given.
 * @throws {HeliographError} If one is missing or unreadable, or if they do not
 * belong together.
 */
export function tlsIdentity(
  cert: string | undefined,
  key: string | undefined,
): TlsIdentity | undefined {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    const [found, missing] = cert === undefined ? ["key", "certificate"] : ["certificate", "key"];
    throw new HeliographError(
      `Cannot serve with TLS: there is a ${found} but no ${missing}, expected both`,
    );
  }
  const certificate = readPem("certificate", () => new X509Certificate(cert));
  const privateKey = readPem("private key", () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new HeliographError(
      `Cannot serve with TLS: the key is not that of the certificate of ${certificate.subject}`,
    );
  }
  return { cert, key };
}

function readPem<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new HeliographError(`Cannot serve with TLS: the ${what} cannot be read, expected PEM`, {
      cause: error,
    });
  }
}
