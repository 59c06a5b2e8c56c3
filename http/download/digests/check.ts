import type { Hash } from "node:crypto";
import { FormatError } from "../../../net/errors.ts";
import { fileError } from "../../../net/file_error.ts";
import type { ExpectedDigest } from "../../fields/digest_fields.ts";

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

/**
 * Compares an existing file.
 *
 * @param path The file.
 * @param sha256 What it must have, in hexadecimal.
 * @throws {FormatError} If it has another digest.
 */
export async function checkFile(path: string, sha256: string): Promise<void> {
  const hex = sha256.toLowerCase();
  const check = await DigestCheck.of([{ algorithm: "sha256", hex, from: "as given" }]);
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
