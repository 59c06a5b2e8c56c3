import { FtpClient, type FtpTls } from "../../../net/ftp/client.ts";
import { octetsToText } from "../../../net/ftp/octet_text.ts";
import { type CredentialOptions, credentialsFor } from "../../client/credentials.ts";
import { percentDecoded } from "../../fields/data_url.ts";

/** Options of a {@linkcode FtpPool}. */
export interface FtpPoolOptions extends CredentialOptions {
  /** Whether `ftp:` URLs are fetched with TLS, too. */
  tls: boolean;
  /** Certificate authorities in PEM that are trusted in addition to the system's. */
  caCerts?: readonly string[] | undefined;
  /** Whether any certificate is taken. @default {false} */
  insecure?: boolean | undefined;
  /** Milliseconds that a server may stay silent. */
  timeout: number;
  /** Closes every connection. */
  signal: AbortSignal;
  /** Called for each line of a dialogue. */
  onLine?: ((line: string) => void) | undefined;
}

/** Connections to FTP servers, used again for the next file of the same server and user. */
export class FtpPool {
  #options: FtpPoolOptions;
  #idle = new Map<string, FtpClient[]>();
  /** Servers of `ftps:` URLs that have answered in clear, so that they want `AUTH TLS`. */
  #explicit = new Set<string>();

  /**
   * Makes a pool without connections.
   *
   * @param options Credentials, trust, deadlines.
   */
  constructor(options: FtpPoolOptions) {
    this.#options = options;
  }

  /**
   * Takes a connection for a URL.
   *
   * @param url The URL, with credentials if it has them.
   * @returns The connection, and whether it was used before and may have been closed since.
   */
  async take(url: URL): Promise<{ client: FtpClient; reused: boolean }> {
    const idle = this.#idle.get(keyOf(url));
    for (let client = idle?.pop(); client !== undefined; client = idle?.pop()) {
      if (!client.closed) return { client, reused: true };
    }
    const { hostname, port, mode } = ftpServer(url, this.#options.tls);
    if (mode !== "implicit" || !this.#explicit.has(url.host)) {
      try {
        return { client: await this.#connect(url, hostname, port, mode), reused: false };
      } catch (error) {
        // Only a server that has begun to speak in clear is greeted in clear.
        if (mode !== "implicit" || !spokeInClear(error)) throw error;
        this.#explicit.add(url.host);
      }
    }
    return { client: await this.#connect(url, hostname, port, "explicit"), reused: false };
  }

  async #connect(url: URL, hostname: string, port: number, mode: FtpTls): Promise<FtpClient> {
    const { caCerts, insecure, timeout, signal, onLine } = this.#options;
    return await FtpClient.connect({ hostname, port }, {
      ...credentialsFor(url, this.#options),
      tls: mode,
      timeout,
      signal,
      caCerts: caCerts && [...caCerts],
      insecure,
      onLine,
    });
  }

  /** Gives a connection back. */
  give(url: URL, client: FtpClient): void {
    if (client.closed) return;
    const key = keyOf(url);
    const idle = this.#idle.get(key);
    if (idle === undefined) this.#idle.set(key, [client]);
    else idle.push(client);
  }

  /** Says goodbye on every connection. */
  async close(): Promise<void> {
    const clients = [...this.#idle.values()].flat();
    this.#idle.clear();
    await Promise.all(clients.map((client) => client.close()));
  }
}

function keyOf(url: URL): string {
  return `${url.protocol}//${url.username}:${url.password}@${url.host}`;
}

/**
 * Where an FTP URL leads to. `ftp:` is plain, or explicit TLS where that is demanded;
 * `ftps:` is implicit TLS, by default on port 990; a server that answers it in clear is asked
 * for explicit TLS. `ftpes:` is explicit TLS.
 *
 * @param url The URL.
 * @param tls Whether `ftp:` must be encrypted, too.
 */
export function ftpServer(
  url: URL,
  tls: boolean,
): { hostname: string; port: number; mode: FtpTls } {
  const implicit = url.protocol === "ftps:";
  const mode = implicit ? "implicit" : tls || url.protocol === "ftpes:" ? "explicit" : "none";
  const port = url.port === "" ? (implicit ? 990 : 21) : Number(url.port);
  return { hostname: url.hostname.replace(/^\[(.*)\]$/, "$1"), port, mode };
}

/** Whether a TLS handshake failed for bytes that are none of TLS, such as a greeting. */
function spokeInClear(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && cause.message.includes("InvalidContentType");
}

/**
 * The path of an FTP URL in octets: relative to the folder after login, as RFC 1738
 * section 3.2.2 has it; `%2F` at its beginning makes it absolute. A `?` is no query here.
 *
 * @param url The URL.
 */
export function ftpPath(url: URL): string {
  const path = (url.pathname + url.search).replace(/^\//, "").replace(/;type=[aid]$/i, "");
  return octetsToText(percentDecoded(path));
}
