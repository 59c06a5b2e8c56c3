/**
 * The scheme Digest (RFC 7616): the answer to a server that takes no Basic.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { Credentials } from "./credentials.ts";

/** The algorithms that are known, the strongest first. */
const ALGORITHMS: readonly (readonly [name: string, hash: string])[] = [
  ["SHA-256", "sha256"],
  ["MD5", "md5"],
];

/** What is asked for, and the number that the client makes up. */
export interface DigestRequest {
  readonly method: string;
  /** The target as it is sent. */
  readonly target: string;
  readonly cnonce: string;
}

/**
 * The value of Authorization for the strongest challenge that is understood.
 *
 * @param challenges The values of WWW-Authenticate.
 * @param credentials Who asks.
 * @param request What is asked for.
 * @returns The value; undefined if no challenge is of Digest, or of a kind that is known.
 */
export function digestAuthorization(
  challenges: readonly string[],
  { user, password }: Credentials,
  { method, target, cnonce }: DigestRequest,
): string | undefined {
  const all = challenges.flatMap((line) => line.split(/(?=\bDigest\s)/i))
    .filter((text) => /^Digest\s/i.test(text)).map(parametersOf);
  for (const [name, hash] of ALGORITHMS) {
    const found = all.find((given) => algorithmOf(given).replace(/-SESS$/, "") === name);
    const { realm, nonce, opaque, qop } = found ?? {};
    if (found === undefined || realm === undefined || nonce === undefined) continue;
    const auth = qop?.split(",").some((option) => option.trim().toLowerCase() === "auth") ?? false;
    // Another protection is of bodies, which a GET has not.
    if (qop !== undefined && !auth) continue;
    const digest = (text: string) => createHash(hash).update(text, "utf8").digest("hex");
    const own = digest(`${user}:${realm}:${password}`);
    const session = algorithmOf(found).endsWith("-SESS");
    const first = session ? digest(`${own}:${nonce}:${cnonce}`) : own;
    const second = digest(`${method}:${target}`);
    const middle = auth ? `${nonce}:00000001:${cnonce}:auth` : nonce;
    const fields = [
      `username=${quote(user)}`,
      `realm=${quote(realm)}`,
      `uri=${quote(target)}`,
      `nonce=${quote(nonce)}`,
      `response="${digest(`${first}:${middle}:${second}`)}"`,
      `algorithm=${found.algorithm ?? "MD5"}`,
    ];
    if (auth) fields.push("qop=auth", "nc=00000001", `cnonce="${cnonce}"`);
    if (opaque !== undefined) fields.push(`opaque=${quote(opaque)}`);
    return `Digest ${fields.join(", ")}`;
  }
  return undefined;
}

function algorithmOf({ algorithm = "MD5" }: Readonly<Record<string, string | undefined>>): string {
  return algorithm.toUpperCase();
}

function parametersOf(text: string): Record<string, string | undefined> {
  const parameters: Record<string, string | undefined> = Object.create(null);
  for (const match of text.matchAll(/([a-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))/gi)) {
    parameters[match[1]!.toLowerCase()] ??= match[2]?.replace(/\\(.)/g, "$1") ?? match[3]!;
  }
  return parameters;
}

/** A quoted string, in UTF-8 as octets: a field has no other characters. */
function quote(text: string): string {
  const octets = String.fromCharCode(...new TextEncoder().encode(text.slice(0, 10_000)));
  // deno-lint-ignore no-control-regex
  return `"${octets.replace(/[\x00-\x1f\x7f]/g, "").replace(/["\\]/g, "\\$&")}"`;
}
