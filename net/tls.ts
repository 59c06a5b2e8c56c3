import { createSecureContext, type SecureContext } from "node:tls";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { Deadline } from "./deadline.ts";
import { HeliographError } from "./errors.ts";
import type { Socket } from "./socket.ts";
import { TlsServerSocket } from "./tls_socket.ts";

/** A certificate and its key that have been checked, ready for connections. */
export interface TlsIdentity {
  /** What each handshake uses. */
  readonly context: SecureContext;
}

/** Options of {@linkcode acceptTls}. */
export interface AcceptTlsOptions {
  /** Milliseconds that the handshake may take. */
  timeout: number;
  /** Ends the handshake. */
  signal: AbortSignal;
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
  return { context: createSecureContext({ cert, key }) };
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

/**
 * Speaks TLS on a connection that was accepted plainly, and waits for the handshake.
 *
 * Neither listener of the platform will do. A connection of `Deno.listenTls` cannot be
 * closed before its handshake has ended, so that a silent peer would hold it for ever; that
 * of `node:tls` accepts whoever comes, and never again after too many open files once.
 *
 * @param socket The connection; only what is returned may use it from now on.
 * @param identity Certificate and key.
 * @param options The deadline of the handshake, and what ends it.
 * @returns The connection with TLS.
 * @throws {Deno.errors.ConnectionReset} If the peer speaks no TLS, or goes.
 * @throws {Deno.errors.Interrupted} If the handshake takes too long, or is ended.
 */
export async function acceptTls(
  socket: Socket,
  identity: TlsIdentity,
  { timeout, signal }: AcceptTlsOptions,
): Promise<Socket> {
  const secured = new TlsServerSocket(socket, identity.context);
  const stop = () => secured.close();
  using deadline = new Deadline(stop);
  deadline.set(timeout);
  signal.addEventListener("abort", stop, { once: true });
  try {
    if (signal.aborted) stop();
    await secured.handshake();
    return secured;
  } catch (error) {
    secured.close();
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
