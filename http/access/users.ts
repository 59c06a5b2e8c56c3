/**
 * Users of a server, with their passwords as hashes: what a file or a command line may hold.
 *
 * @module
 */

import { createHmac, randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { FormatError } from "../../net/errors.ts";

/** What a hash costs (RFC 7914): 2 to the power of this many rounds, some 50 ms and 16 MiB. */
const COST = 14;
const BLOCK = 8;
const PARALLEL = 1;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** What a hash of a user may cost at most. */
const MAX_COST = 18;

/** Passwords that were right and are known without their hash, at most. */
const MAX_KNOWN = 1_000;

/** Checks that may wait for their turn; further ones are refused for now. */
const MAX_WAITING = 64;

/** A user and the hash of the password. */
interface User {
  readonly cost: number;
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
}

/**
 * Hashes a password.
 *
 * @param password The password.
 * @returns `scrypt:COST:SALT:HASH`, in letters, digits, `-` and `_` besides.
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, COST);
  return `scrypt:${COST}:${encode(salt)}:${encode(hash)}`;
}

/** Who may come in: names and hashes of passwords. */
export class Users {
  readonly #users = new Map<string, User>();
  /** For a name that no one has: to look for it takes as long. */
  readonly #nobody: User = {
    cost: COST,
    salt: randomBytes(SALT_BYTES),
    hash: randomBytes(HASH_BYTES),
  };
  readonly #secret = randomBytes(HASH_BYTES);
  /** Digests, by a secret of this process, of credentials that were right. */
  readonly #known = new Set<string>();
  #waiting = 0;
  #turn: Promise<unknown> = Promise.resolve();

  /**
   * Reads users.
   *
   * @param lines `NAME:scrypt:COST:SALT:HASH`, as {@linkcode hashPassword} makes them.
   * @throws {FormatError} If one is none; the message does not show it.
   */
  constructor(lines: readonly string[]) {
    for (const [i, line] of lines.entries()) {
      const match = /^([^:]+):scrypt:(\d{1,2}):([\w-]{8,88}):([\w-]{43})$/.exec(line);
      const cost = Number(match?.[2]);
      if (match === null || cost < 10 || cost > MAX_COST) {
        throw new FormatError(
          `Cannot read user ${i + 1}: expected NAME:HASH, as 'heliograph hash NAME' prints it`,
        );
      }
      this.#users.set(match[1]!, { cost, salt: decode(match[3]!), hash: decode(match[4]!) });
    }
  }

  /**
   * Checks the field Authorization, of the scheme Basic (RFC 7617).
   *
   * @param field Its value.
   * @returns Whether the password is that of the user; undefined if too many are being checked.
   */
  async check(field: string | undefined): Promise<boolean | undefined> {
    const match = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(field ?? "");
    if (match === null) return false;
    const key = createHmac("sha256", this.#secret).update(match[1]!).digest("hex");
    if (this.#known.has(key)) return true;
    if (this.#waiting >= MAX_WAITING) return undefined;
    this.#waiting++;
    // One after the other: a hash takes memory and a thread.
    const checked = this.#turn.then(() => this.#verify(match[1]!));
    this.#turn = checked.catch(() => {});
    try {
      const right = await checked;
      if (right && this.#known.size < MAX_KNOWN) this.#known.add(key);
      return right;
    } finally {
      this.#waiting--;
    }
  }

  async #verify(base64: string): Promise<boolean> {
    let text: string;
    try {
      text = new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.fromBase64(base64));
    } catch {
      return false;
    }
    const colon = text.indexOf(":");
    const found = colon < 0 ? undefined : this.#users.get(text.slice(0, colon));
    const { cost, salt, hash } = found ?? this.#nobody;
    const same = timingSafeEqual(await derive(text.slice(colon + 1), salt, cost), hash);
    return same && found !== undefined;
  }
}

function derive(password: string, salt: Uint8Array, cost: number): Promise<Uint8Array> {
  const N = 2 ** cost;
  const options = { N, r: BLOCK, p: PARALLEL, maxmem: 256 * N * BLOCK };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFC"), salt, HASH_BYTES, options, (error, hash) => {
      if (error === null || error === undefined) resolve(hash as unknown as Uint8Array);
      else reject(error);
    });
  });
}

function encode(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

function decode(text: string): Uint8Array {
  return Uint8Array.fromBase64(text, { alphabet: "base64url" });
}
