/** The file name that a server proposes (RFC 6266, RFC 8187). */

import { trimBlanks } from "../message/header_fields.ts";
import { encodeLatin1 } from "../message/octets.ts";

/** What a Content-Disposition field says. */
export interface ContentDisposition {
  /** `attachment`, `inline` or another word, in lower case; empty if the field has none. */
  readonly type: string;
  /**
   * The name that is proposed: of `filename*` if that can be read, else of
   * `filename`. As the server wrote it, so not to be trusted:
   * {@linkcode safeFileName}.
   */
  readonly filename: string | undefined;
}

/**
 * Reads a Content-Disposition field.
 *
 * Never fails: servers write this field in many wrong ways, and what cannot be
 * read is left out. Of a parameter that occurs twice the first counts. A
 * `filename` with octets above 127 is taken as UTF-8 if it is that, else as
 * ISO-8859-1.
 *
 * @param value The value of the field, one character for each octet.
 *
 * @example
 * ```ts
 * import { parseContentDisposition } from "@heliograph/heliograph/http/fields";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   parseContentDisposition(`attachment; filename="a.fits"; filename*=UTF-8''%C3%BC.fits`),
 *   { type: "attachment", filename: "ü.fits" },
 * );
 * ```
 */
export function parseContentDisposition(value: string): ContentDisposition {
  const [first = "", ...rest] = splitParameters(value);
  // Some servers leave the type out and begin with the name.
  const noType = first.includes("=");
  const parameters = new Map<string, string>();
  for (const text of noType ? [first, ...rest] : rest) {
    const equals = text.indexOf("=");
    const name = trimBlanks(text.slice(0, Math.max(0, equals))).toLowerCase();
    if (equals > 0 && !parameters.has(name)) {
      parameters.set(name, trimBlanks(text.slice(equals + 1)));
    }
  }
  const extended = parameters.get("filename*");
  const plain = parameters.get("filename");
  const filename = (extended === undefined ? undefined : decodeExtended(extended)) ??
    (plain === undefined ? undefined : decodePlain(plain));
  return { type: noType ? "" : first.toLowerCase(), filename };
}

/** The parts between semicolons that stand outside of quoted strings. */
function splitParameters(value: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let inString = false;
  for (let i = 0; i <= value.length; i++) {
    const char = value[i];
    if (inString && char === "\\") i++;
    else if (char === '"') inString = !inString;
    if (i >= value.length || (char === ";" && !inString)) {
      const part = trimBlanks(value.slice(start, i));
      if (part !== "") parts.push(part);
      start = i + 1;
    }
  }
  return parts;
}

/** A token or a quoted string; undefined if nothing is left. */
function decodePlain(value: string): string | undefined {
  let text = value;
  if (value.startsWith('"')) {
    const match = /^"((?:[^"\\]|\\[^])*)/.exec(value)!;
    text = match[1]!.replace(/\\([^])/g, "$1");
  }
  return text === "" ? undefined : asUtf8(text) ?? text;
}

/** `UTF-8'en'na%C3%AFve` (RFC 8187 section 3.2); undefined if it cannot be read. */
function decodeExtended(value: string): string | undefined {
  // Some servers put the whole in quotes.
  const match = /^"?(UTF-8|ISO-8859-1)'[\w-]*'([^"']*)"?$/i.exec(value);
  if (match === null) return undefined;
  const [, charset = "", encoded = ""] = match;
  if (/%(?![0-9a-f]{2})/i.test(encoded)) return undefined;
  const octets = encoded.replace(
    /%(..)/g,
    (_, digits: string) => String.fromCharCode(parseInt(digits, 16)),
  );
  if (octets === "") return undefined;
  return charset.toUpperCase() === "UTF-8" ? asUtf8(octets) : octets;
}

/** Octets as UTF-8; undefined if they are none. */
function asUtf8(octets: string): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(encodeLatin1(octets));
  } catch {
    return undefined;
  }
}
