import { createSecureContext, type SecureContext } from "node:tls";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { HeliographError } from "./errors.ts";

/** A certificate and its key that have been checked, ready for connections. */
export interface TlsIdentity {
  /** What each handshake uses. */
  readonly context: SecureContext;
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
  readySignals();
  return { context: createSecureContext({ cert, key }) };
}

/**
 * Has the platform make the pipe of its signals now: `node:tls` comes to need it later, and where
 * all descriptors are taken by then, the whole process ends with a panic.
 */
function readySignals(): void {
  if (Deno.build.os === "windows") return;
  const nothing = () => {};
  // No one is asked for it, and nothing ends by it.
  Deno.addSignalListener("SIGWINCH", nothing);
  Deno.removeSignalListener("SIGWINCH", nothing);
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
 * The names that a certificate is for (RFC 5280 section 4.2.1.6).
 *
 * @param cert The certificate chain in PEM.
 * @returns The names of its first certificate; none if there is none or it cannot be read.
 */
export function certificateNames(cert: string | undefined): string[] {
  if (cert === undefined) return [];
  try {
    const { subjectAltName = "" } = new X509Certificate(cert);
    return [...subjectAltName.matchAll(/(?:^|, )DNS:([^,]+)/g)].map(([, name]) => name!);
  } catch {
    // The listener that uses it says what is wrong.
    return [];
  }
}
