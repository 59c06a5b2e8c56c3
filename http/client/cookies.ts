/**
 * Cookies (RFC 6265), as far as a program that fetches needs them: servers with a login set one
 * on the way back to the file. A core without sockets and clocks.
 *
 * @module
 */

import { FormatError } from "../../net/errors.ts";
import { parseHttpDate } from "../message/date.ts";

/** The most cookies of one domain, and the most bytes of one of them: what browsers grant. */
const MAX_COOKIES_OF_DOMAIN = 180;
const MAX_COOKIE_BYTES = 4_096;

/** The most domains that have cookies. */
const MAX_DOMAINS = 1_000;

interface Cookie {
  readonly name: string;
  readonly value: string;
  /** The host, in small letters. */
  readonly domain: string;
  /** Whether only this host gets it, and none below it. */
  readonly hostOnly: boolean;
  readonly path: string;
  /** Whether it goes over https alone. */
  readonly secure: boolean;
  /** Milliseconds since 1970; undefined while the program runs. */
  readonly expires: number | undefined;
}

/**
 * The cookies of one run.
 *
 * @example
 * ```ts
 * import { CookieJar } from "@heliograph/heliograph/http";
 * import { assertEquals } from "@std/assert";
 *
 * const jar = new CookieJar();
 * jar.store(new URL("https://data.example/login"), ["sid=7; Path=/; Secure; HttpOnly"], 0);
 * assertEquals(jar.fieldFor(new URL("https://data.example/sun.fits"), 0), "sid=7");
 * assertEquals(jar.fieldFor(new URL("http://data.example/sun.fits"), 0), undefined);
 * ```
 */
export class CookieJar {
  readonly #domains = new Map<string, Cookie[]>();

  /** Whether there are none. */
  get empty(): boolean {
    return this.#domains.size === 0;
  }

  /**
   * Takes what an answer sets.
   *
   * @param url What was asked for.
   * @param lines The values of its Set-Cookie fields.
   * @param now Milliseconds since 1970.
   */
  store(url: URL, lines: readonly string[], now: number): void {
    for (const line of lines) {
      const cookie = parseSetCookie(line, url, now);
      if (cookie === undefined) continue;
      if (url.protocol !== "https:" && this.#coversSecure(cookie, now)) continue;
      this.#put(cookie, now);
    }
  }

  /**
   * Takes the cookies of a file in the format of Netscape, as browsers' extensions and
   * `curl -c` write it: seven columns, divided by tabs.
   *
   * @param text The file.
   * @param now Milliseconds since 1970.
   * @param source Its name, for messages.
   * @throws {FormatError} If a line is none of that format; the message shows none of it.
   */
  load(text: string, now: number, source = "the cookies"): void {
    for (const [i, line] of text.replace(/^\ufeff/, "").split(/\r?\n/).entries()) {
      const content = line.replace(/^#HttpOnly_/i, "");
      if (content.trim() === "" || content.startsWith("#")) continue;
      const columns = content.split("\t");
      const [domain = "", below = "", path = "", secure = "", time = "", name = ""] = columns;
      // A value that is empty may have lost its tab.
      if (columns.length < 6 || columns.length > 7 || domain === "" || !/^-?\d+$/.test(time)) {
        throw new FormatError(
          `Cannot read ${source}: line ${i + 1} has ${columns.length} columns, expected the 7 of ` +
            "the Netscape format (domain, subdomains, path, secure, expires, name, value)",
          { source },
        );
      }
      const value = columns[6] ?? "";
      if (!isSendable(name) || !isSendable(value)) continue;
      this.#put({
        name,
        value,
        domain: domain.replace(/^\./, "").toLowerCase(),
        hostOnly: below.toUpperCase() !== "TRUE",
        path: path.startsWith("/") ? path : "/",
        secure: secure.toUpperCase() === "TRUE",
        expires: Number(time) <= 0 ? undefined : Number(time) * 1000,
      }, now);
    }
  }

  /**
   * The value of Cookie for a request.
   *
   * @param url What is asked for.
   * @param now Milliseconds since 1970.
   * @returns The cookies, those with longer paths first; undefined for none.
   */
  fieldFor(url: URL, now: number): string | undefined {
    if (this.#domains.size === 0) return undefined;
    const host = hostOf(url);
    const found: Cookie[] = [];
    for (const domain of domainsAbove(host)) {
      for (const cookie of this.#domains.get(domain) ?? []) {
        if (cookie.hostOnly && cookie.domain !== host) continue;
        if (cookie.secure && url.protocol !== "https:") continue;
        if (!isBelow(url.pathname, cookie.path) || isOver(cookie, now)) continue;
        found.push(cookie);
      }
    }
    if (found.length === 0) return undefined;
    found.sort((a, b) => b.path.length - a.path.length);
    return found.map(({ name, value }) => name === "" ? value : `${name}=${value}`).join("; ");
  }

  /**
   * Whether a cookie would stand in the way of one that came over https (RFC 6265bis section
   * 5.7): who answers in place of a server without TLS could choose a session so.
   */
  #coversSecure({ name, domain, path }: Cookie, now: number): boolean {
    for (const [other, cookies] of this.#domains) {
      const related = other === domain || other.endsWith(`.${domain}`) ||
        domain.endsWith(`.${other}`);
      if (!related) continue;
      for (const cookie of cookies) {
        if (cookie.secure && cookie.name === name && isBelow(path, cookie.path)) {
          if (!isOver(cookie, now)) return true;
        }
      }
    }
    return false;
  }

  #put(cookie: Cookie, now: number): void {
    const same = this.#domains.get(cookie.domain) ?? [];
    const others = same.filter((other) =>
      !isOver(other, now) && (other.name !== cookie.name || other.path !== cookie.path ||
        other.hostOnly !== cookie.hostOnly)
    );
    if (!isOver(cookie, now)) others.push(cookie);
    if (others.length > MAX_COOKIES_OF_DOMAIN) others.shift();
    if (others.length === 0) this.#domains.delete(cookie.domain);
    else if (this.#domains.has(cookie.domain) || this.#domains.size < MAX_DOMAINS) {
      this.#domains.set(cookie.domain, others);
    }
  }
}

/** Reads Set-Cookie (RFC 6265 section 5.2); undefined for a cookie that is refused. */
function parseSetCookie(line: string, url: URL, now: number): Cookie | undefined {
  if (line.length > MAX_COOKIE_BYTES) return undefined;
  const [pair = "", ...attributes] = line.split(";");
  const equals = pair.indexOf("=");
  const name = pair.slice(0, Math.max(0, equals)).trim();
  const value = pair.slice(equals + 1).trim();
  if (!isSendable(name) || !isSendable(value) || (name === "" && value === "")) return undefined;
  const host = hostOf(url);
  const given = new Map<string, string>();
  for (const attribute of attributes) {
    const at = attribute.indexOf("=");
    const key = (at < 0 ? attribute : attribute.slice(0, at)).trim().toLowerCase();
    given.set(key, at < 0 ? "" : attribute.slice(at + 1).trim());
  }
  const domain = (given.get("domain") ?? "").replace(/^\./, "").toLowerCase();
  if (domain !== "" && domain !== host && !isShared(host, domain)) return undefined;
  const secure = given.has("secure");
  if (secure && url.protocol !== "https:") return undefined;
  const path = given.get("path") ?? "";
  return {
    name,
    value,
    domain: domain === "" ? host : domain,
    hostOnly: domain === "" || domain === host && !isShared(`a.${host}`, host),
    path: path.startsWith("/") ? path : url.pathname.replace(/\/[^/]*$/, "") || "/",
    secure,
    expires: expiryOf(given, now),
  };
}

/** Max-Age counts before Expires (section 5.3). */
function expiryOf(given: ReadonlyMap<string, string>, now: number): number | undefined {
  const age = given.get("max-age");
  if (age !== undefined && /^-?\d+$/.test(age)) return now + Number(age) * 1000;
  const expires = given.get("expires");
  // Dates of cookies have hyphens where those of HTTP have blanks.
  return expires === undefined
    ? undefined
    : parseHttpDate(expires.replace(/(\d\d)-(\w{3})-(\d{4})/, "$1 $2 $3"), now);
}

/**
 * Whether a host may set a cookie for a domain above it. No list of the names under which the
 * public registers is at hand: a single word is such a name, and so is what looks like `co.uk`.
 */
function isShared(host: string, domain: string): boolean {
  if (/^[\d.]+$|[:[]/.test(host) || !host.endsWith(`.${domain}`)) return false;
  return domain.includes(".") && !/^[^.]{1,3}\.[a-z]{2}$/.test(domain);
}

/** The domain itself and those above it. */
function domainsAbove(host: string): string[] {
  if (/^[\d.]+$|[:[]/.test(host)) return [host];
  const labels = host.split(".");
  return labels.map((_, i) => labels.slice(i).join("."));
}

function hostOf(url: URL): string {
  return url.hostname.toLowerCase().replace(/\.$/, "");
}

/** Whether a path is that of a cookie or below it (section 5.1.4). */
function isBelow(path: string, above: string): boolean {
  if (!path.startsWith(above)) return false;
  return path.length === above.length || above.endsWith("/") || path[above.length] === "/";
}

function isOver({ expires }: Cookie, now: number): boolean {
  return expires !== undefined && expires <= now;
}

/** Whether a text can stand in a field without ending it or the cookie. */
function isSendable(text: string): boolean {
  // deno-lint-ignore no-control-regex
  return !/[\x00-\x1f\x7f;]|[^\x00-\xff]/.test(text);
}
