/**
 * Whether the environment sends a request through a proxy, by the variables that
 * curl and wget read too.
 *
 * @module
 */

/**
 * The proxy for a URL.
 *
 * `http_proxy` counts in small letters only: in a CGI program `HTTP_PROXY` would be
 * a header field of the request (CVE-2016-5385).
 *
 * @param url The URL.
 * @param variable Reads a variable of the environment.
 * @returns The proxy as the variable has it, or undefined for none.
 */
export function proxyFor(
  url: URL,
  variable: (name: string) => string | undefined,
): string | undefined {
  const scheme = url.protocol.slice(0, -1);
  const names = scheme === "http"
    ? ["http_proxy", "all_proxy", "ALL_PROXY"]
    : [`${scheme}_proxy`, `${scheme.toUpperCase()}_PROXY`, "all_proxy", "ALL_PROXY"];
  const proxy = names.map(variable).find((value) => value !== undefined && value !== "");
  if (proxy === undefined) return undefined;
  const exceptions = variable("no_proxy") ?? variable("NO_PROXY") ?? "";
  return isException(url, exceptions) ? undefined : proxy;
}

function isException(url: URL, exceptions: string): boolean {
  const host = url.hostname.toLowerCase();
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return exceptions.split(/[\s,]+/).some((entry) => {
    if (entry === "") return false;
    if (entry === "*") return true;
    const match = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase())!;
    if (match[2] !== undefined && match[2] !== port) return false;
    const name = match[1]!.replace(/^\*?\./, "");
    return host === name || host.endsWith(`.${name}`);
  });
}
