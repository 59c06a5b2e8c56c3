import { fileError } from "../../net/file_error.ts";
export { withoutCredentials } from "../../net/text/shown_url.ts";
import { findNetrcEntry, type NetrcEntry, parseNetrc } from "./netrc.ts";

/** A user and a password. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** Where credentials come from, besides the URL itself. */
export interface CredentialOptions {
  /** The user's name, for the servers of the URLs that are asked for. */
  user?: string | undefined;
  /** The password. @default {""} */
  password?: string | undefined;
  /** The entries of a `.netrc` file, each for its own host. */
  netrc?: readonly NetrcEntry[] | undefined;
}

/**
 * The credentials for a URL: those in the URL, else the given ones, else those of
 * the `.netrc` file.
 *
 * @param url The URL.
 * @param options Where else to look.
 * @returns The credentials, or undefined for none.
 */
export function credentialsFor(url: URL, options: CredentialOptions): Credentials | undefined {
  const inUrl = url.username === "" ? undefined : decodeUserinfo(url.username);
  if (inUrl !== undefined && url.password !== "") {
    return { user: inUrl, password: decodeUserinfo(url.password) };
  }
  if (options.user !== undefined && (inUrl === undefined || inUrl === options.user)) {
    return { user: options.user, password: options.password ?? "" };
  }
  return netrcCredentials(options.netrc, url.hostname, inUrl) ??
    (inUrl === undefined ? undefined : { user: inUrl, password: "" });
}

/**
 * The credentials of a `.netrc` file for a host.
 *
 * @param entries The file's entries.
 * @param hostname The host.
 * @param user The user's name, where it is known.
 */
export function netrcCredentials(
  entries: readonly NetrcEntry[] | undefined,
  hostname: string,
  user?: string,
): Credentials | undefined {
  const entry = entries && findNetrcEntry(entries, hostname.replace(/^\[(.*)\]$/, "$1"), user);
  const name = user ?? entry?.login;
  return entry === undefined || name === undefined
    ? undefined
    : { user: name, password: entry.password ?? "" };
}

/** The value of Authorization for the scheme Basic (RFC 7617), in UTF-8. */
export function basicAuthorization({ user, password }: Credentials): string {
  return `Basic ${new TextEncoder().encode(`${user}:${password}`).toBase64()}`;
}

/**
 * Who asks, from the value that {@linkcode basicAuthorization} made.
 *
 * @param value The value of Authorization.
 */
export function basicCredentials(value: string): Credentials | undefined {
  const match = /^Basic ([A-Za-z0-9+/]+={0,2})$/.exec(value);
  if (match === null) return undefined;
  const text = new TextDecoder().decode(Uint8Array.fromBase64(match[1]!));
  const colon = text.indexOf(":");
  return { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/**
 * Reads the user's `.netrc` file.
 *
 * @param path The file. Default: that which NETRC names, else `.netrc` in the home folder.
 * @param warn Called if other users may read the passwords in it: like curl and unlike ftp,
 * it is used all the same, since a secret that is mounted into a container is seldom private.
 * @returns Its entries; none if there is no such file and no path was given.
 * @throws {HeliographError} If it cannot be read.
 */
export async function readNetrc(
  path?: string,
  warn?: (message: string) => void,
): Promise<NetrcEntry[]> {
  const file = path ?? usualNetrc();
  if (file === undefined) return [];
  try {
    const entries = parseNetrc(await Deno.readTextFile(file));
    const { mode } = await Deno.stat(file);
    if (((mode ?? 0) & OTHERS_READ) !== 0 && entries.some((entry) => entry.password)) {
      warn?.(`other users may read the passwords in ${file}: 'chmod 600' makes it private`);
    }
    return entries;
  } catch (error) {
    if (path === undefined && error instanceof Deno.errors.NotFound) return [];
    throw fileError(error, "read", file);
  }
}

/** The rights of the group and of all others to read a file. */
const OTHERS_READ = 0o044;

function usualNetrc(): string | undefined {
  const home = Deno.env.get("HOME") ?? Deno.env.get("USERPROFILE");
  return Deno.env.get("NETRC") ?? (home === undefined ? undefined : `${home}/.netrc`);
}

function decodeUserinfo(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
