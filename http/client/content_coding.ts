/**
 * Content codings: what was done to a body before it was sent (RFC 9110 section 8.4).
 *
 * @module
 */

import type { HeaderFields } from "../message/header_fields.ts";

/** Names that say by their ending that the bytes are compressed, and in which coding. */
const COMPRESSED_NAMES: Readonly<Record<string, RegExp>> = {
  gzip: /\.(t?gz|svgz)$/i,
  compress: /\.Z$/,
  br: /\.br$/i,
  zstd: /\.t?zst$/i,
};

const NONE: readonly string[] = [];

/**
 * The content codings of a body, in the order in which they were applied
 * (RFC 9110 section 8.4).
 *
 * @param fields The header fields.
 */
export function contentCodings(fields: HeaderFields): readonly string[] {
  if (!fields.has("content-encoding")) return NONE;
  return fields.list("content-encoding")
    .map((coding) => coding.toLowerCase().replace(/^x-(gzip|compress)$/, "$1"))
    .filter((coding) => coding !== "identity" && coding !== "");
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
