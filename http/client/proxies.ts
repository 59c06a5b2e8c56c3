/**
 * Whether the environment sends a request through a proxy, by the variables that
 * curl and wget read too.
 *
 * @module
 */

import { FormatError } from "../../net/errors.ts";

/**
 * The proxy for a URL.
 *
 * `http_proxy` counts in small letters only: in a CGI program `HTTP_PROXY` would be
 * a header field of the request (CVE-2016-5385).
 *
 * @param url The URL.
 * @param variable Reads a variable of the environment.
 * @returns The proxy without user and password, such as `http://proxy:3128`; undefined for none.
 * @throws {FormatError} If the variable names no proxy: to go past one that was meant would
 * be a surprise.
 */
export function proxyFor(
  url: URL,
  variable: (name: string) => string | undefined,
): string | undefined {
  const scheme = url.protocol.slice(0, -1);
  const names = scheme === "http"
    ? ["http_proxy", "all_proxy", "ALL_PROXY"]
    : [`${scheme}_proxy`, `${scheme.toUpperCase()}_PROXY`, "all_proxy", "ALL_PROXY"];
  for (const name of names) {
    const value = variable(name) ?? "";
    if (value === "") continue;
    const exceptions = variable("no_proxy") ?? variable("NO_PROXY") ?? "";
    return isException(url, exceptions) ? undefined : shownProxy(name, value);
  }
  return undefined;
}

/** The proxy that a variable names, as it may be shown. */
function shownProxy(name: string, value: string): string {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`);
  if (url !== null && PROXY_SCHEMES.has(url.protocol) && url.hostname !== "") {
    return `${url.protocol}//${url.host}`;
  }
  const found = value.replace(/^(.*:\/\/)?[^@]*@/, "$1***@").slice(0, 200);
  throw new FormatError(
    `Cannot use the proxy of the environment: ${name} is ${JSON.stringify(found)}, ` +
      "expected http://HOST:PORT",
  );
}

/** What the platform's fetch can pass. */
const PROXY_SCHEMES: ReadonlySet<string> = new Set(["http:", "https:", "socks5:", "socks5h:"]);

function isException(url: URL, exceptions: string): boolean {
  const host = url.hostname.toLowerCase();
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return exceptions.split(/[\s,]+/).some((entry) => {
    if (entry === "") return false;
    if (entry === "*") return true;
    if (entry.includes("/")) return isInNetwork(host, entry);
    // An address of IPv6 has colons of its own; the host of a URL has it in brackets.
    if (host === `[${entry.toLowerCase()}]`) return true;
    const match = /^(\[.*\]|.*?)(?::(\d+))?$/.exec(entry.toLowerCase())!;
    if (match[2] !== undefined && match[2] !== port) return false;
    const name = match[1]!.replace(/^\*?\./, "");
    return host === name || host.endsWith(`.${name}`);
  });
}

/** Whether an address is in a network such as `10.0.0.0/8` or `fd00::/8`; never for a name. */
function isInNetwork(host: string, network: string): boolean {
  const [base = "", length = ""] = network.split("/");
  const address = addressBits(host.replace(/^\[(.*)\]$/, "$1"));
  const prefix = addressBits(base.replace(/^\[(.*)\]$/, "$1"));
  if (address === undefined || prefix?.length !== address.length) return false;
  if (!/^\d{1,3}$/.test(length) || Number(length) > address.length) return false;
  return address.startsWith(prefix.slice(0, Number(length)));
}

/** An address as text of its bits; undefined for a name. */
function addressBits(host: string): string | undefined {
  if (/^\d+(\.\d+){3}$/.test(host)) {
    return host.split(".").map((octet) => Number(octet).toString(2).padStart(8, "0")).join("");
  }
  if (!host.includes(":")) return undefined;
  const shown = URL.parse(`http://[${host}]/`)?.hostname.slice(1, -1);
  if (shown === undefined) return undefined;
  const [before = "", after] = shown.split("::");
  const groups = (text: string) => text === "" ? [] : text.split(":");
  const tail = groups(after ?? "");
  const zeros = after === undefined ? 0 : 8 - groups(before).length - tail.length;
  return [...groups(before), ...Array<string>(zeros).fill("0"), ...tail]
    .map((group) => parseInt(group, 16).toString(2).padStart(16, "0")).join("");
}
