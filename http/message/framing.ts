/** How long the body of a message is, from its fields (RFC 9112 section 6). */

import { listElements, trimBlanks } from "./header_fields.ts";
import { HttpError } from "./http_error.ts";
import { quoted } from "./octets.ts";

/**
 * Where the body of a message ends: `none` for no body, `length` for as many
 * bytes as Content-Length says, `chunked` for the chunked coding, `close` (only in
 * responses) for the end of the connection.
 */
export type Framing = "none" | "length" | "chunked" | "close";

/**
 * Reads Content-Length. Strict, since every looseness has been used to make two
 * programs disagree where a message ends: one line, digits only, no list (6.3).
 *
 * @param values The values of all lines with this name.
 * @throws {HttpError} 400 for anything but one number below 2^53.
 */
export function parseContentLength(values: readonly string[]): number {
  const value = values[0] ?? "";
  if (values.length > 1) {
    throw new HttpError(400, `${values.length} Content-Length fields, expected one`);
  }
  if (!/^[0-9]+$/.test(value)) {
    throw new HttpError(400, `the Content-Length is ${quoted(value)}, expected digits`);
  }
  const length = Number(value);
  if (!Number.isSafeInteger(length)) {
    throw new HttpError(400, `the Content-Length ${quoted(value)} is too large`);
  }
  return length;
}

/**
 * Reads the Content-Length of a response, in which the same number may stand more than
 * once (RFC 9110 section 8.6): no one stands behind a client who could take another of them.
 *
 * @param values The values of all lines with this name.
 * @throws {HttpError} 400 for anything but one number below 2^53, or several that differ.
 */
export function parseResponseLength(values: readonly string[]): number {
  const elements = listElements(values.join(","));
  if (elements.length < 2) return parseContentLength(elements.length === 1 ? elements : values);
  const lengths = new Set(elements.map((element) => parseContentLength([element])));
  if (lengths.size === 1) return lengths.values().next().value!;
  throw new HttpError(
    400,
    `the Content-Length is ${quoted(elements.join(", "))}, expected one number`,
  );
}

/**
 * Checks that Transfer-Encoding is the one coding that is understood: chunked.
 *
 * @param values The values of all lines with this name.
 * @throws {HttpError} 400 if the last coding is not chunked, if chunked occurs
 * twice or has parameters; 501 for another coding below it (6.1).
 */
export function requireChunked(values: readonly string[]): void {
  const codings = values.join(",").split(",").map((coding) => trimBlanks(coding).toLowerCase());
  if (codings.length === 1 && codings[0] === "chunked") return;
  const shown = quoted(values.join(", "));
  if (codings.at(-1) !== "chunked" || codings.includes("")) {
    throw new HttpError(400, `the Transfer-Encoding is ${shown}, expected chunked at its end`);
  }
  if (codings.indexOf("chunked") < codings.length - 1) {
    throw new HttpError(400, `the Transfer-Encoding ${shown} names chunked more than once`);
  }
  throw new HttpError(501, `the Transfer-Encoding ${shown} is not known, expected chunked`);
}
