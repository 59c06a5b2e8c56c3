/** Which names a server goes by, and which pages may change what it has. */

/** What a server is told of itself. */
export interface OwnNamesOptions {
  /** The address that it listens on. */
  hostname?: string | undefined;
  /** Names that it goes by, such as `data.example`; `*` for any. */
  names?: readonly string[] | undefined;
}

/**
 * The names of a server, as the field Host may give them.
 *
 * A page may let its own name stand for 127.0.0.1 (DNS rebinding): the browser of a visitor
 * then takes what is here for a part of that page, and only Host tells. Addresses are safe,
 * since a name that was bent is always a name; so are names without a dot, which belong to
 * the local network and to no stranger.
 */
export class OwnNames {
  #names: readonly string[];
  #any: boolean;
  /** The last host that was found to be good: most requests have the same. */
  #last: string | undefined;

  /**
   * Takes the names.
   *
   * @param options Where the server listens, and how it is called.
   */
  constructor({ hostname, names = [] }: OwnNamesOptions) {
    const own = hostname === undefined ? names : [hostname, ...names];
    this.#names = own.map(plainName);
    this.#any = names.includes("*");
  }

  /**
   * Whether a host is this server.
   *
   * @param host The value of Host, with or without a port; undefined if there is none, as
   * from no browser.
   */
  has(host: string | undefined): boolean {
    if (host === undefined || host === "" || host === this.#last || this.#any) return true;
    const name = plainName(URL.parse(`http://${host}`)?.hostname ?? host);
    const isOwn = isAddress(name) || !name.includes(".") || name.endsWith(".localhost") ||
      this.#names.some((own) => covers(own, name));
    if (isOwn) this.#last = host;
    return isOwn;
  }
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

/** `URL` writes every form of an address of four numbers with dots. */
function isAddress(name: string): boolean {
  return name.startsWith("[") || /^\d+\.\d+\.\d+\.\d+$/.test(name);
}

/** Whether a name is another's, or one of those of a certificate like `*.data.example`. */
function covers(own: string, name: string): boolean {
  return own === name ||
    (own.startsWith("*.") && own.slice(1) === name.slice(Math.max(0, name.indexOf("."))));
}

/**
 * Whether a page may open a WebSocket or change what a server has (RFC 6455 section 10.2):
 * browsers let every page send to every server, and say only where it comes from.
 *
 * @param origin The value of Origin; undefined or empty if there is none, as from no browser.
 * @param host The value of Host.
 * @param allowed Further origins, such as `https://example.org`; `*` for every page.
 */
export function isOwnOrigin(
  origin: string | undefined,
  host: string | undefined,
  allowed: readonly string[],
): boolean {
  if (origin === undefined || origin === "" || allowed.includes("*")) return true;
  const wanted = origin.toLowerCase();
  if (allowed.some((known) => known.toLowerCase().replace(/\/$/, "") === wanted)) return true;
  const from = URL.parse(origin);
  return from !== null && (from.protocol === "http:" || from.protocol === "https:") &&
    from.host === (URL.parse(`${from.protocol}//${host ?? ""}`)?.host ?? "");
}
