/** The target of a request: what it names, and on which host (RFC 9112 section 3.2). */

import { HttpError } from "./http_error.ts";
import { quoted, REGISTERED_NAME } from "./octets.ts";

/** The four forms of a request target (RFC 9112 section 3.2). */
export type TargetForm = "origin" | "absolute" | "authority" | "asterisk";

/** A request target in its parts. */
export interface RequestTarget {
  /** Which form it has. */
  readonly form: TargetForm;
  /** The path, percent-encoded as it came; `*` for the asterisk form, empty for the authority form. */
  readonly path: string;
  /** What follows the question mark; undefined without one. */
  readonly query: string | undefined;
  /** Host and port, where the target itself names them. */
  readonly authority: string | undefined;
}

/**
 * Divides a request target.
 *
 * @param method The method, on which the form depends.
 * @param target The target: ASCII without blanks, controls and `#`.
 * @throws {HttpError} 400 if the method does not take a target of that form.
 */
export function parseTarget(method: string, target: string): RequestTarget {
  if (method === "CONNECT") {
    // Only CONNECT has the authority form, and nothing else (3.2.3).
    if (!isAuthority(target, true)) {
      throw new HttpError(400, `CONNECT to ${quoted(target)}, expected HOST:PORT`);
    }
    return { form: "authority", path: "", query: undefined, authority: target };
  }
  if (target.startsWith("/")) return withQuery("origin", target, undefined);
  if (target === "*") {
    if (method === "OPTIONS") {
      return { form: "asterisk", path: "*", query: undefined, authority: undefined };
    }
    throw new HttpError(400, `the target * is only for OPTIONS, found with ${quoted(method)}`);
  }
  const absolute = /^https?:\/\/([^/?]*)(.*)$/is.exec(target);
  if (absolute === null) {
    throw new HttpError(400, `the target is ${quoted(target)}, expected a path that begins with /`);
  }
  const [, authority = "", rest = ""] = absolute;
  if (!isAuthority(authority, false)) {
    throw new HttpError(400, `${quoted(authority)} in the target is not a host`);
  }
  if (rest === "" && method === "OPTIONS") {
    // Without a path the last proxy would have sent the asterisk (3.2.4).
    return { form: "absolute", path: "*", query: undefined, authority };
  }
  return withQuery("absolute", rest.startsWith("/") ? rest : "/" + rest, authority);
}

function withQuery(
  form: TargetForm,
  text: string,
  authority: string | undefined,
): RequestTarget {
  const mark = text.indexOf("?");
  if (mark < 0) return { form, path: text, query: undefined, authority };
  return { form, path: text.substring(0, mark), query: text.substring(mark + 1), authority };
}

/**
 * Whether a text is a host with or without a port, as Host and the authority
 * form carry it: a registered name, an IPv4 address, or an IPv6 address in
 * brackets; no user, no path, not empty (RFC 3986 section 3.2).
 *
 * @param text The text.
 * @param portNeeded Whether a port must follow.
 */
export function isAuthority(text: string, portNeeded: boolean): boolean {
  let at = 0;
  if (text.startsWith("[")) {
    at = text.indexOf("]") + 1;
    if (at === 0 || !isLiteral(text.slice(1, at - 1))) return false;
  } else {
    for (; at < text.length; at++) {
      const char = text.charCodeAt(at);
      if (char === PERCENT && !/^%[0-9a-f]{2}/i.test(text.slice(at, at + 3))) return false;
      if (REGISTERED_NAME[char] !== 1) break;
    }
  }
  if (at === 0) return false;
  if (at === text.length) return !portNeeded;
  return text.charCodeAt(at) === COLON && isPort(text, at + 1, portNeeded);
}

const PERCENT = 37;
const COLON = 58;

function isPort(text: string, from: number, needed: boolean): boolean {
  if (from === text.length) return !needed;
  let port = 0;
  for (let i = from; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return false;
    port = port * 10 + digit;
    if (port > 65_535) return false;
  }
  return true;
}

/** An IPv6 address, or an address of a version to come (RFC 3986 section 3.2.2). */
function isLiteral(text: string): boolean {
  if (/^v[0-9a-f]+\.[\w\-.~!$&'()*+,;=:]+$/i.test(text)) return true;
  return /^[0-9a-f:.]{2,45}$/i.test(text) && URL.canParse(`http://[${text}]/`);
}

/**
 * A target with its octets above 127 percent-encoded, which clients that do not
 * encode send as raw UTF-8.
 *
 * @param target One character for each octet.
 */
export function encodeHighOctets(target: string): string {
  return target.replace(
    /[\u0080-\u00ff]/g,
    (char) => "%" + char.charCodeAt(0).toString(16).toUpperCase(),
  );
}
