/**
 * Digests that a server sends with a file: Repr-Digest and Content-Digest (RFC 9530)
 * and the old Content-MD5 (RFC 1864).
 *
 * @module
 */

/** The algorithms that are checked, weakest first. */
export type DigestAlgorithm = "md5" | "sha1" | "sha256" | "sha512";

/** A digest that the file, or the body as it was sent, must have. */
export interface ExpectedDigest {
  readonly algorithm: DigestAlgorithm;
  /** The digest in hexadecimal, small letters. */
  readonly hex: string;
  /** Where it comes from, for messages. */
  readonly from: string;
}

const ALGORITHMS: Readonly<Record<string, { name: DigestAlgorithm; bytes: number }>> = {
  "md5": { name: "md5", bytes: 16 },
  "sha-256": { name: "sha256", bytes: 32 },
  "sha-512": { name: "sha512", bytes: 64 },
};

/** The names that lists of sums use, with and without a hyphen. */
const SUMS: Readonly<Record<string, DigestAlgorithm>> = {
  "md5": "md5",
  "sha1": "sha1",
  "sha256": "sha256",
  "sha512": "sha512",
};

/** Hexadecimal digits of each. */
const SUM_DIGITS: Readonly<Record<DigestAlgorithm, number>> = {
  md5: 32,
  sha1: 40,
  sha256: 64,
  sha512: 128,
};

/**
 * Reads the sum of a file as lists write it: `md5=HEX`, `sha-1=HEX`, `sha-256=HEX`,
 * `sha-512=HEX`.
 *
 * @param text The sum.
 * @returns The digest; undefined if it is none.
 */
export function parseSum(text: string): ExpectedDigest | undefined {
  const match = /^(md-?5|sha-?(?:1|256|512))[=:]([0-9a-f]+)$/i.exec(text);
  if (match === null) return undefined;
  const algorithm = SUMS[match[1]!.replace("-", "").toLowerCase()]!;
  if (match[2]!.length !== SUM_DIGITS[algorithm]) return undefined;
  return { algorithm, hex: match[2]!.toLowerCase(), from: "as given" };
}

/**
 * Reads Repr-Digest or Content-Digest: a dictionary of byte sequences (RFC 8941
 * section 3.2). Members of other algorithms and broken ones are passed over, as a
 * recipient that does not know them must.
 *
 * @param value The field's value.
 * @param from The field's name.
 * @returns The strongest digest, or undefined if there is none to check.
 */
export function parseDigestField(
  value: string | undefined,
  from: string,
): ExpectedDigest | undefined {
  if (value === undefined) return undefined;
  let best: ExpectedDigest | undefined;
  for (const match of value.matchAll(/(?:^|,)\s*([a-z0-9*._-]+)=:([A-Za-z0-9+/=]*):/g)) {
    const found = expected(match[1]!, match[2]!, from);
    if (found !== undefined && (best === undefined || found.hex.length > best.hex.length)) {
      best = found;
    }
  }
  return best;
}

/**
 * Reads Content-MD5.
 *
 * @param value The field's value, Base64.
 */
export function parseContentMd5(value: string | undefined): ExpectedDigest | undefined {
  return value === undefined ? undefined : expected("md5", value.trim(), "Content-MD5");
}

function expected(name: string, base64: string, from: string): ExpectedDigest | undefined {
  const algorithm = Object.hasOwn(ALGORITHMS, name) ? ALGORITHMS[name]! : undefined;
  if (algorithm === undefined) return undefined;
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.fromBase64(base64);
  } catch {
    return undefined;
  }
  if (bytes.length !== algorithm.bytes) return undefined;
  return { algorithm: algorithm.name, hex: bytes.toHex(), from };
}
