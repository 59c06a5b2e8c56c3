/** Heads of messages, as the bytes that are sent. */

import { FormatError } from "../../net/errors.ts";
import type { HeaderFields } from "./header_fields.ts";
import { consistsOf, encodeLatin1, FIELD_VALUE, quoted, TARGET, TOKEN } from "./octets.ts";
import { statusText } from "./status_text.ts";

/**
 * Writes the head of a response, its empty line included.
 *
 * @param status The status code, 100 to 599.
 * @param fields The header fields.
 * @param reason The reason phrase; that of the registry without it.
 * @throws {FormatError} If the status or the phrase cannot stand in a status line.
 */
export function encodeResponseHead(
  status: number,
  fields: HeaderFields,
  reason: string = statusText(status),
): Uint8Array<ArrayBuffer> {
  if (!Number.isInteger(status) || status < 100 || status > 599) {
    throw new FormatError(`Cannot answer with the status ${status}, expected 100 to 599`);
  }
  if (reason !== "" && !consistsOf(reason, FIELD_VALUE)) {
    throw new FormatError(`Cannot answer with the reason ${quoted(reason)}, expected one line`);
  }
  return encodeLatin1(`HTTP/1.1 ${status} ${reason}\r\n${fields.toText()}\r\n`);
}

/**
 * Writes the head of a request, its empty line included.
 *
 * @param method The method.
 * @param target The request target, such as the path of a URL with its query.
 * @param fields The header fields, Host among them.
 * @throws {FormatError} If method or target cannot stand in a request line.
 */
export function encodeRequestHead(
  method: string,
  target: string,
  fields: HeaderFields,
): Uint8Array<ArrayBuffer> {
  if (!consistsOf(method, TOKEN)) {
    throw new FormatError(`Cannot ask with the method ${quoted(method)}, expected a word`);
  }
  if (!consistsOf(target, TARGET)) {
    throw new FormatError(
      `Cannot ask for ${quoted(target)}: expected a target without blanks and control characters`,
    );
  }
  return encodeLatin1(`${method} ${target} HTTP/1.1\r\n${fields.toText()}\r\n`);
}
