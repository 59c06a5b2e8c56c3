import { HttpError } from "../message/http_error.ts";

/** The path of a request, decoded, checked and split. */
export interface RequestPath {
  /** The names from the root down; none is empty, `.` or `..`, none has a slash. */
  readonly segments: readonly string[];
  /** Whether the path ends with a slash, as that of a folder does. */
  readonly endsWithSlash: boolean;
}

/** What makes a path worth a closer look; all others are only split. */
const SPECIAL = /[^!-~]|[%\\]|\/\/|\/\.{1,2}(?:\/|$)/;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Decodes the path of a request (RFC 3986 sections 2.1 and 3.3), once.
 *
 * Empty segments and `.` are dropped. What could mean another file to the disk
 * than it does to a proxy or a reader of the log is refused: `..`, an encoded
 * slash, a backslash, NUL, bytes that are no UTF-8.
 *
 * @param path The path as it was sent, one character for each octet.
 * @returns The names in it.
 * @throws {HttpError} 400 if it is malformed or refused.
 */
export function parseRequestPath(path: string): RequestPath {
  if (!path.startsWith("/")) throw refused("it does not begin with a slash");
  const endsWithSlash = /\/(?:\.|%2e)?$/i.test(path);
  if (!SPECIAL.test(path)) {
    const end = path.length - (endsWithSlash ? 1 : 0);
    return { segments: end < 1 ? [] : path.slice(1, end).split("/"), endsWithSlash };
  }
  const segments: string[] = [];
  for (const raw of path.split("/")) {
    const segment = decodeSegment(raw);
    if (segment === "..") throw refused("it has '..'");
    if (segment !== "" && segment !== ".") segments.push(segment);
  }
  return { segments, endsWithSlash: endsWithSlash || segments.length === 0 };
}

function decodeSegment(raw: string): string {
  const octets = new Uint8Array(raw.length);
  let length = 0;
  for (let i = 0; i < raw.length; i++) {
    let octet = raw.charCodeAt(i);
    if (octet === 0x25) {
      const digits = raw.slice(i + 1, i + 3);
      if (!/^[0-9a-f]{2}$/i.test(digits)) throw refused("'%' is not followed by two hex digits");
      octet = parseInt(digits, 16);
      i += 2;
    }
    if (octet === 0) throw refused("it has a NUL");
    if (octet === 0x2f) throw refused("it has an encoded slash");
    if (octet === 0x5c) throw refused("it has a backslash");
    octets[length++] = octet;
  }
  try {
    return utf8.decode(octets.subarray(0, length));
  } catch {
    throw refused("it is not UTF-8");
  }
}

function refused(reason: string): HttpError {
  return new HttpError(400, `Cannot use the path of the request: ${reason}`);
}

/**
 * Writes names as the path of a request, each percent-encoded.
 *
 * @param segments The names from the root down.
 * @param endsWithSlash Whether it is the path of a folder.
 * @returns The path; it begins with exactly one slash, so that it can never name
 * another host.
 */
export function formatRequestPath(segments: readonly string[], endsWithSlash: boolean): string {
  const path = "/" + segments.map(encodeURIComponent).join("/");
  return endsWithSlash && segments.length > 0 ? path + "/" : path;
}
