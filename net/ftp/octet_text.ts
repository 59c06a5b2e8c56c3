/**
 * Text of FTP connections: one character for each octet, since servers that know
 * no UTF-8 send names in whatever their disk has, and want them back unchanged.
 *
 * @module
 */

import { platform } from "../platform/mod.ts";

/** Octets as text, one character for each. */
export function octetsToText(bytes: Uint8Array): string {
  return platform.decodeLatin1(bytes, 0, bytes.length);
}

/** The inverse of {@linkcode octetsToText}. */
export function textToOctets(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/**
 * A name of octets for a person: as UTF-8 (RFC 2640), or as ISO-8859-1 if it is none.
 *
 * @param octets One character for each octet.
 */
export function readableName(octets: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(textToOctets(octets));
  } catch {
    return octets;
  }
}

/** A name for a person as octets of UTF-8, one character for each. */
export function nameOctets(name: string): string {
  return octetsToText(new TextEncoder().encode(name));
}
