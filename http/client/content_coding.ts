/**
 * Content codings: what was done to a body before it was sent (RFC 9110 section 8.4).
 *
 * @module
 */

import type { HeaderFields } from "../message/header_fields.ts";
import { quoted } from "../message/octets.ts";

/** Names that say by their ending that the bytes are compressed, and in which coding. */
const COMPRESSED_NAMES: Readonly<Record<string, RegExp>> = {
  gzip: /\.(t?gz|svgz)$/i,
  compress: /\.Z$/,
  br: /\.br$/i,
  zstd: /\.t?zst$/i,
};

const NONE: readonly string[] = [];

/** The codings that can be taken off. */
const KNOWN: ReadonlySet<string> = new Set(["gzip", "deflate", "br", "zstd"]);

/**
 * What stands in Content-Encoding and changes no byte: names of character sets and of
 * transfer encodings of mail, and what S3 keeps of an upload in pieces.
 */
const NO_CODING =
  /^(identity|none|aws-chunked|binary|[78]bit|utf-?8|us-ascii|iso-8859-\d+|windows-125\d)$/;

/**
 * The content codings of a body that can be taken off, in the order in which they were applied
 * (RFC 9110 section 8.4). Where one of them is not known the bytes are kept as they come, as
 * curl and wget do: {@linkcode codingOddities} says so.
 *
 * @param fields The header fields.
 */
export function contentCodings(fields: HeaderFields): readonly string[] {
  if (!fields.has("content-encoding")) return NONE;
  const codings = namedCodings(fields);
  return codings.every((coding) => KNOWN.has(coding)) ? codings : NONE;
}

/**
 * What is odd about the content codings of an answer.
 *
 * @param fields The header fields.
 * @returns Sentences for a person; none where every coding is known.
 */
export function codingOddities(fields: HeaderFields): readonly string[] {
  if (!fields.has("content-encoding")) return NONE;
  const unknown = namedCodings(fields).filter((coding) => !KNOWN.has(coding));
  return unknown.map((coding) =>
    `the Content-Encoding ${quoted(coding)} is not known; the bytes are kept as they come`
  );
}

function namedCodings(fields: HeaderFields): string[] {
  return fields.list("content-encoding")
    .map((coding) => coding.toLowerCase().replace(/^x-(gzip|compress)$/, "$1"))
    .filter((coding) => !NO_CODING.test(coding));
}

/**
 * Whether a name keeps its bytes as they were sent: servers label `sun.fits.gz` with
 * `Content-Encoding: gzip`, and who fetches it wants the compressed file.
 *
 * @param name The file's name.
 * @param codings The codings of the body.
 */
export function keepsCoding(name: string, codings: readonly string[]): boolean {
  const coding = codings[0];
  if (coding === undefined || codings.length > 1) return false;
  return Object.hasOwn(COMPRESSED_NAMES, coding) && COMPRESSED_NAMES[coding]!.test(name);
}
