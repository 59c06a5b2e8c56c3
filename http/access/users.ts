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

/** Checks of one address that may wait for their turn; further ones are refused for now. */
const MAX_WAITING_OF_ADDRESS = 64;

/** Checks that may wait in all; who comes then takes the place of those that have failed more often. */
const MAX_WAITING = 256;

/** Addresses whose failures are remembered. */
const MAX_ADDRESSES = 10_000;

/** A check that waits for its turn. */
interface Waiting {
  readonly address: string;
  /** Begins it, or gives it up. */
  readonly go: (begins: boolean) => void;
}

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
  readonly #unknown: User = {
    cost: COST,
    salt: randomBytes(SALT_BYTES),
    hash: randomBytes(HASH_BYTES),
  };
  readonly #secret = randomBytes(HASH_BYTES);
  /** Digests, by a secret of this process, of credentials that were right. */
  readonly #known = new Set<string>();
  /** Those that wait, in the order in which they have come. */
  readonly #waiting: Waiting[] = [];
  /** Wrong passwords by the address that they came from, since the last right one. */
  readonly #failures = new Map<string, number>();
  #busy = false;

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
   * One password is hashed at a time, since that takes memory and a thread. First come those
   * whose address has sent the fewest wrong ones, so that who floods waits for all others.
   *
   * @param field Its value.
   * @param address Where it comes from.
   * @returns Whether the password is that of the user; undefined if too many are being checked.
   */
  async check(field: string | undefined, address = ""): Promise<boolean | undefined> {
    const match = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(field ?? "");
    if (match === null) return false;
    const key = createHmac("sha256", this.#secret).update(match[1]!).digest("hex");
    if (this.#known.has(key)) return true;
    const network = networkOf(address);
    if (!await this.#turn(network)) return undefined;
    try {
      const right = await this.#verify(match[1]!);
      if (right && this.#known.size < MAX_KNOWN) this.#known.add(key);
      this.#count(network, right);
      return right;
    } finally {
      this.#busy = false;
      this.#next();
    }
  }

  /** Waits for the turn of an address; false if there is no room to wait. */
  #turn(address: string): Promise<boolean> | boolean {
    if (!this.#busy) return this.#busy = true;
    const own = this.#waiting.filter((other) => other.address === address).length;
    if (own >= MAX_WAITING_OF_ADDRESS) return false;
    if (this.#waiting.length >= MAX_WAITING) {
      const worst = this.#worst();
      if (this.#failuresOf(this.#waiting[worst]!.address) <= this.#failuresOf(address)) {
        return false;
      }
      this.#waiting.splice(worst, 1)[0]!.go(false);
    }
    return new Promise((resolve) => this.#waiting.push({ address, go: resolve }));
  }

  /** Lets the next one begin: of those with the fewest failures, who came first. */
  #next(): void {
    let best = 0;
    for (let i = 1; i < this.#waiting.length; i++) {
      if (this.#failures.size === 0) break;
      const failures = this.#failuresOf(this.#waiting[i]!.address);
      if (failures < this.#failuresOf(this.#waiting[best]!.address)) best = i;
    }
    const [next] = this.#waiting.splice(best, 1);
    if (next === undefined) return;
    this.#busy = true;
    next.go(true);
  }

  /** Of those with the most failures, who came last. */
  #worst(): number {
    let worst = 0;
    for (const [i, { address }] of this.#waiting.entries()) {
      const most = this.#failuresOf(this.#waiting[worst]!.address);
      if (this.#failuresOf(address) >= most) worst = i;
    }
    return worst;
  }

  #failuresOf(address: string): number {
    return this.#failures.get(address) ?? 0;
  }

  #count(address: string, right: boolean): void {
    const before = this.#failuresOf(address);
    this.#failures.delete(address);
    if (right) return;
    this.#failures.set(address, before + 1);
    if (this.#failures.size <= MAX_ADDRESSES) return;
    const [oldest] = this.#failures.keys();
    this.#failures.delete(oldest!);
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
    const { cost, salt, hash } = found ?? this.#unknown;
    const same = timingSafeEqual(await derive(text.slice(colon + 1), salt, cost), hash);
    return same && found !== undefined;
  }
}

/** What one client has of addresses: one of IPv4, a network of 64 bits of IPv6. */
function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const full = URL.parse(`http://[${address.replace(/%.*$/, "")}]/`)?.hostname.slice(1, -1);
  if (full === undefined) return address;
  const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(full);
  if (mapped !== null) return full;
  const [before = "", after] = full.split("::");
  const groups = before === "" ? [] : before.split(":");
  const tail = after === undefined || after === "" ? [] : after.split(":");
  while (groups.length < 8 - tail.length) groups.push("0");
  return [...groups, ...tail].slice(0, 4).join(":");
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
