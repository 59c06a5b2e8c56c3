/**
 * `data:` URLs (RFC 2397, and the data: URL processor of the Fetch standard).
 *
 * @module
 */

import { FormatError } from "../../net/errors.ts";

/** What a `data:` URL carries. */
export interface DataUrl {
  /** The media type as it stands there, `text/plain;charset=US-ASCII` if none does. */
  readonly type: string;
  /** The bytes. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Reads a `data:` URL.
 *
 * @param url The URL.
 * @returns Type and bytes.
 * @throws {FormatError} If it has no comma or its Base64 is broken.
 */
export function parseDataUrl(url: string): DataUrl {
  const match = /^data:([^,]*),([^#]*)/is.exec(url.trim());
  if (match === null) {
    throw new FormatError(`Cannot read the data: URL ${abbreviate(url)}: expected a comma`);
  }
  const base64 = /;\s*base64\s*$/i.exec(match[1]!);
  const type = (base64 === null ? match[1]! : match[1]!.slice(0, base64.index)).trim();
  const bytes = percentDecoded(match[2]!);
  return {
    type: type === "" || type.startsWith(";") ? "text/plain;charset=US-ASCII" : type,
    bytes: base64 === null ? bytes : fromBase64(bytes, url),
  };
}

/** Bytes of a text in which `%XX` stands for a byte; other percent signs stay. */
export function percentDecoded(text: string): Uint8Array<ArrayBuffer> {
  const source = new TextEncoder().encode(text);
  let length = 0;
  for (let i = 0; i < source.length; i++) {
    let byte = source[i]!;
    if (byte === 0x25 && i + 2 < source.length) {
      const high = hexValue(source[i + 1]!);
      const low = hexValue(source[i + 2]!);
      if (high >= 0 && low >= 0) {
        byte = high * 16 + low;
        i += 2;
      }
    }
    source[length++] = byte;
  }
  return source.subarray(0, length);
}

function hexValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

function fromBase64(bytes: Uint8Array, url: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.fromBase64(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new FormatError(`Cannot read the data: URL ${abbreviate(url)}: broken Base64`, { cause });
  }
}

/** A URL for a message: a data: URL may be megabytes long. */
export function abbreviate(url: string): string {
  return url.length <= 200 ? url : `${url.slice(0, 60)}… (${url.length} characters)`;
}
