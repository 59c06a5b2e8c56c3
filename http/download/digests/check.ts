import type { Hash } from "node:crypto";
import { FormatError, HeliographError } from "../../../net/errors.ts";
import { fileError } from "../../../net/file_error.ts";
import { type ExpectedDigest, parseSum } from "../../fields/digest_fields.ts";

/** Computes the digests of bytes as they come and compares them with those expected. */
export class DigestCheck {
  #expected: readonly ExpectedDigest[];
  #hashes: ReadonlyMap<string, Hash>;

  private constructor(expected: readonly ExpectedDigest[], hashes: ReadonlyMap<string, Hash>) {
    this.#expected = expected;
    this.#hashes = hashes;
  }

  /**
   * Begins with no bytes. The platform's hashes are loaded (15 ms) only if there is
   * something to check.
   *
   * @param expected The digests; none for nothing to do.
   */
  static async of(expected: readonly ExpectedDigest[]): Promise<DigestCheck> {
    const hashes = new Map<string, Hash>();
    if (expected.length > 0) {
      const { createHash } = await import("node:crypto");
      for (const { algorithm } of expected) hashes.set(algorithm, createHash(algorithm));
    }
    return new DigestCheck(expected, hashes);
  }

  /** Whether there is anything to check. */
  get needed(): boolean {
    return this.#expected.length > 0;
  }

  /** Takes the next bytes. */
  update(bytes: Uint8Array): void {
    for (const hash of this.#hashes.values()) hash.update(bytes);
  }

  /**
   * Compares the digests after the last byte.
   *
   * @param source What the bytes are, for messages.
   * @throws {FormatError} If one differs.
   */
  finish(source: string): void {
    const found = new Map([...this.#hashes].map(([name, hash]) => [name, hash.digest("hex")]));
    for (const { algorithm, hex, from } of this.#expected) {
      if (found.get(algorithm) === hex) continue;
      throw new FormatError(
        `Cannot accept ${source}: its ${algorithm} is ${found.get(algorithm)}, ` +
          `expected ${hex} (${from})`,
        { source },
      );
    }
  }
}

/** The sums that the caller gives with a file. */
export interface GivenSums {
  /** Its SHA-256 in hexadecimal. */
  readonly sha256?: string | undefined;
  /** Its sum with the algorithm: `md5=HEX`, `sha-1=HEX`, `sha-256=HEX` or `sha-512=HEX`. */
  readonly checksum?: string | undefined;
}

/**
 * The digests that the caller expects.
 *
 * @param sums What was given.
 * @throws {HeliographError} If one is none.
 */
export function givenDigests({ sha256, checksum }: GivenSums): ExpectedDigest[] {
  const digests: ExpectedDigest[] = [];
  if (sha256 !== undefined) {
    if (!/^[0-9a-f]{64}$/i.test(sha256)) {
      throw new HeliographError(
        `Cannot check a SHA-256 of '${sha256.slice(0, 80)}': expected 64 hexadecimal digits`,
      );
    }
    digests.push({ algorithm: "sha256", hex: sha256.toLowerCase(), from: "as given" });
  }
  if (checksum !== undefined) {
    const digest = parseSum(checksum);
    if (digest === undefined) {
      throw new HeliographError(
        `Cannot check a sum of '${checksum.slice(0, 140)}': expected md5=HEX, sha-1=HEX, ` +
          "sha-256=HEX or sha-512=HEX",
      );
    }
    digests.push(digest);
  }
  return digests;
}

/**
 * Compares an existing file.
 *
 * @param path The file.
 * @param digests What it must have.
 * @throws {FormatError} If it has another digest.
 */
export async function checkFile(path: string, digests: readonly ExpectedDigest[]): Promise<void> {
  const check = await DigestCheck.of(digests);
  try {
    using file = await Deno.open(path);
    const buffer = new Uint8Array(1_048_576);
    for (let count = await file.read(buffer); count !== null; count = await file.read(buffer)) {
      check.update(buffer.subarray(0, count));
    }
  } catch (error) {
    throw fileError(error, "read", path);
  }
  check.finish(`${path}, which is there already`);
}
