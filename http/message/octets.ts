/**
 * Which octets may stand where in a message (RFC 9110 section 5, RFC 3986), and
 * text with one octet for each character (ISO-8859-1).
 *
 * @module
 */

import { platform } from "../../net/platform/mod.ts";

function tableOf(allowed: (octet: number) => boolean): Uint8Array {
  const table = new Uint8Array(256);
  for (let octet = 0; octet < 256; octet++) table[octet] = allowed(octet) ? 1 : 0;
  return table;
}

const ALPHA_DIGIT = /[A-Za-z0-9]/;

/** `tchar` of RFC 9110 section 5.6.2: methods, field names, most parameters. */
export const TOKEN: Uint8Array = tableOf((octet) => {
  const char = String.fromCharCode(octet);
  return ALPHA_DIGIT.test(char) || "!#$%&'*+-.^_`|~".includes(char);
});

/** What a field value may contain (RFC 9110 section 5.5): no control but the tab. */
export const FIELD_VALUE: Uint8Array = tableOf((octet) =>
  octet === 9 || (octet >= 32 && octet !== 127)
);

/**
 * What is accepted in a request target. RFC 3986 allows less, but clients send
 * `|`, `"` and raw UTF-8, as every widespread server lets them; `#` would begin
 * a fragment, which is never sent (RFC 9112 section 3.2).
 */
export const TARGET: Uint8Array = tableOf((octet) => octet > 32 && octet !== 127 && octet !== 35);

/** The characters of a registered name (RFC 3986 section 3.2.2), the percent sign included. */
export const REGISTERED_NAME: Uint8Array = tableOf((octet) => {
  const char = String.fromCharCode(octet);
  return ALPHA_DIGIT.test(char) || "-._~!$&'()*+,;=%".includes(char);
});

/** Each octet in lower case (ASCII letters only). */
export const LOWER: Uint8Array = Uint8Array.from(
  { length: 256 },
  (_, octet) => octet >= 65 && octet <= 90 ? octet + 32 : octet,
);

/** The horizontal tab. */
export const HTAB = 9;
/** The line feed. */
export const LF = 10;
/** The carriage return. */
export const CR = 13;
/** The space. */
export const SP = 32;
/** The colon. */
export const COLON = 58;

const decoder = new TextDecoder();

/**
 * Octets as text, one character for each.
 *
 * @param bytes Where they are.
 * @param start The first.
 * @param end Behind the last.
 */
export function decodeLatin1(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  return platform.decodeLatin1(bytes, start, end);
}

/**
 * ASCII as text.
 *
 * @param bytes Where it is; no octet is above 127.
 */
export function decodeAscii(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/**
 * Text as octets, the inverse of {@linkcode decodeLatin1}.
 *
 * @param text Characters up to U+00FF; of others only the low octet is kept.
 */
export function encodeLatin1(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  platform.encodeLatin1Into(text, bytes, 0);
  return bytes;
}

/**
 * Text as octets in memory that exists already.
 *
 * @param text Characters up to U+00FF.
 * @param target Where they go.
 * @param at The index of the first.
 * @returns The index behind the last.
 */
export function encodeLatin1Into(text: string, target: Uint8Array, at: number): number {
  if (text.length > target.length - at) {
    throw new RangeError(`Cannot write ${text.length} bytes into ${target.length - at}`);
  }
  platform.encodeLatin1Into(text, target, at);
  return at + text.length;
}

/** Whether every character of a text is in a table, and there is at least one. */
export function consistsOf(text: string, table: Uint8Array): boolean {
  if (text.length === 0) return false;
  for (let i = 0; i < text.length; i++) {
    if (table[text.charCodeAt(i)] !== 1) return false;
  }
  return true;
}

/** Text for a message: quoted, control characters escaped, cut where it gets long. */
export function quoted(text: string): string {
  const shown = text.length > 60 ? text.slice(0, 60) + "…" : text;
  return JSON.stringify(shown).replace(
    /[\u007f-\u009f]/g,
    (char) => `\\u00${char.charCodeAt(0).toString(16)}`,
  );
}
