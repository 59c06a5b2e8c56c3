import { HttpError } from "./http_error.ts";
import { consistsOf, quoted, SP, TARGET, TOKEN } from "./octets.ts";

/**
 * Says what is wrong with a request line that the parser could not take.
 *
 * The line is refused even where a guess would be possible: a blank in a target
 * or a tab between the words is read differently by different programs (RFC 9112
 * section 3).
 *
 * @param line The line without its end.
 * @throws {HttpError} Always: 505 for another version than 1.x, else 400.
 */
export function refuseRequestLine(line: string): never {
  const words = line.split(" ");
  const version = words.at(-1)!;
  const number = /^HTTP\/([0-9])\.[0-9]$/.exec(version);
  if (number !== null && number[1] !== "1" && words.length > 2) {
    throw new HttpError(505, `the version is ${version}, expected HTTP/1.1`);
  }
  if (line.includes("\r")) {
    throw new HttpError(400, `the request line ${quoted(line)} has a carriage return in it`);
  }
  if (number === null || words.length !== 3) {
    throw new HttpError(
      400,
      `the request line is ${quoted(line)}, expected METHOD TARGET HTTP/1.1`,
    );
  }
  const [method = "", target = ""] = words;
  if (!consistsOf(method, TOKEN)) throw new HttpError(400, `${quoted(method)} is not a method`);
  if (target.includes("#")) {
    throw new HttpError(400, `the target ${quoted(target)} has a fragment, which is never sent`);
  }
  if (!consistsOf(target, TARGET)) {
    throw new HttpError(400, `the target ${quoted(target)} is empty or has a control character`);
  }
  throw new HttpError(400, `the request line is ${quoted(line)}, expected METHOD TARGET HTTP/1.1`);
}

/**
 * The minor version of ` HTTP/1.x`, with the blank before it.
 *
 * @param bytes The memory.
 * @param at Where the blank is expected.
 * @param end Behind the last byte that may be read.
 * @returns The minor version; -1 if something else stands there.
 */
export function versionAt(bytes: Uint8Array, at: number, end: number): number {
  if (at + 9 > end) return -1;
  if (bytes[at] !== SP) return -1;
  if (bytes[at + 1] !== 72 || bytes[at + 2] !== 84 || bytes[at + 3] !== 84) return -1;
  if (bytes[at + 4] !== 80 || bytes[at + 5] !== 47) return -1;
  if (bytes[at + 6] !== 49 || bytes[at + 7] !== 46) return -1;
  const minor = bytes[at + 8]! - 48;
  return minor >= 0 && minor <= 9 ? minor : -1;
}

/**
 * Refuses what cannot be a request line by its first byte: noise, and TLS where
 * none is spoken, need no deadline.
 *
 * @param octet The byte.
 * @throws {HttpError} 400, always.
 */
export function refuseFirstByte(octet: number): never {
  if (octet === TLS_HANDSHAKE) {
    throw new HttpError(400, "the bytes look like TLS, expected HTTP/1.1 in plain text");
  }
  const shown = octet > SP && octet < 127
    ? `'${String.fromCharCode(octet)}'`
    : `byte 0x${octet.toString(16).padStart(2, "0")}`;
  throw new HttpError(400, `the request begins with ${shown}, expected a method`);
}

/** The first byte of a connection with TLS. */
const TLS_HANDSHAKE = 22;
