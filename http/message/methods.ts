import { HttpError } from "./http_error.ts";
import { decodeLatin1, quoted } from "./octets.ts";

/** The methods of the IANA registry, June 2025 (RFC 9110 section 16.1.1), and QUERY. */
const METHODS: readonly string[] = [
  "ACL",
  "BASELINE-CONTROL",
  "BIND",
  "CHECKIN",
  "CHECKOUT",
  "CONNECT",
  "COPY",
  "DELETE",
  "GET",
  "HEAD",
  "LABEL",
  "LINK",
  "LOCK",
  "MERGE",
  "MKACTIVITY",
  "MKCALENDAR",
  "MKCOL",
  "MKREDIRECTREF",
  "MKWORKSPACE",
  "MOVE",
  "OPTIONS",
  "ORDERPATCH",
  "PATCH",
  "POST",
  "PROPFIND",
  "PROPPATCH",
  "PUT",
  "QUERY",
  "REBIND",
  "REPORT",
  "SEARCH",
  "TRACE",
  "UNBIND",
  "UNCHECKOUT",
  "UNLINK",
  "UNLOCK",
  "UPDATE",
  "UPDATEREDIRECTREF",
  "VERSION-CONTROL",
];

/**
 * The methods that are known: for others a server answers 501, for these 405
 * where it does not allow them (RFC 9110 sections 15.5.6 and 15.6.2). Methods
 * are case-sensitive.
 */
export const KNOWN_METHODS: ReadonlySet<string> = new Set(METHODS);

/**
 * The method that stands at a place; for GET no text is made.
 *
 * @param bytes The memory.
 * @param start Its first byte.
 * @param end Behind its last byte.
 * @param others Methods that are known besides those of the registry.
 * @throws {HttpError} 501 for an unknown one.
 */
export function methodAt(
  bytes: Uint8Array,
  start: number,
  end: number,
  others: ReadonlySet<string> | undefined,
): string {
  if (end - start === 3 && bytes[start] === 71 && bytes[start + 1] === 69) {
    if (bytes[start + 2] === 84) return "GET";
  }
  const method = decodeLatin1(bytes, start, end);
  if (KNOWN_METHODS.has(method) || others?.has(method)) return method;
  throw new HttpError(501, `the method ${quoted(method)} is not known`);
}
