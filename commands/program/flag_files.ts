/** Files and folders that flags name: certificates, keys, tokens, lists, places for output. */

import { HeliographError, messageOf } from "../../net/errors.ts";
import { fileError } from "../../net/file_error.ts";
import { checkWritableFolder } from "../../net/writable_folder.ts";
import { type CommandContext, UsageError } from "./command.ts";

/**
 * Reads a file of text that a flag names.
 *
 * @param flag The flag, such as `--cert`.
 * @param path The file.
 * @throws {HeliographError} If it cannot be read.
 */
export async function readFlagFile(flag: string, path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    throw fileError(error, `read ${flag}`, path);
  }
}

/**
 * Reads the token that flags give.
 *
 * @param flags The values of --token and --token-file.
 * @returns The token, or undefined if neither is given.
 * @throws {UsageError} If both are.
 */
export async function tokenOf(
  flags: { readonly token: string | undefined; readonly "token-file": string | undefined },
): Promise<string | undefined> {
  const path = flags["token-file"];
  if (path === undefined) return flags.token;
  if (flags.token !== undefined) {
    throw new UsageError("--token and --token-file exclude each other");
  }
  return (await readFlagFile("--token-file", path)).trim();
}

/**
 * Reads what a server needs for TLS.
 *
 * @param flags The values of --cert and --key.
 * @returns Certificate and key in PEM, or undefined if neither is given.
 * @throws {UsageError} If one is given without the other.
 */
export async function readTlsFiles(
  { cert, key }: { readonly cert: string | undefined; readonly key: string | undefined },
): Promise<{ cert: string; key: string } | undefined> {
  if (cert === undefined && key === undefined) return undefined;
  if (key === undefined) throw new UsageError("--cert is given without --key, expected both");
  if (cert === undefined) throw new UsageError("--key is given without --cert, expected both");
  return { cert: await readPem("--cert", cert), key: await readPem("--key", key) };
}

/** The files of a certificate and its key, as flags name them. */
interface TlsFlags {
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/**
 * Has SIGHUP read certificate and key again; what cannot be used changes nothing.
 *
 * @param context The command.
 * @param name Its name, for messages.
 * @param servers What shows the certificate.
 */
export function renewOnHangup(
  { flags, report, complain, onHangup }:
    & Pick<CommandContext, "report" | "complain" | "onHangup">
    & { readonly flags: TlsFlags },
  name: string,
  servers: readonly { useCertificate(cert: string, key: string): void }[],
): void {
  if (flags.cert === undefined) return;
  const renew = async () => {
    try {
      const { cert, key } = (await readTlsFiles(flags))!;
      for (const server of servers) server.useCertificate(cert, key);
      report(`Read the certificate '${flags.cert}' again`);
    } catch (error) {
      complain(`heliograph ${name}: ${messageOf(error)}; the certificate of before is shown`);
    }
  };
  onHangup(() => void renew());
}

/** Reads the files of certificate authorities that clients trust in addition to the system's. */
export async function readAuthorities(flag: string, paths: readonly string[]): Promise<string[]> {
  return await Promise.all(paths.map(async (path) => {
    const text = await readPem(flag, path, "CERTIFICATE");
    const blocks = [
      ...text.matchAll(/^-----BEGIN CERTIFICATE-----\s([^-]*)(-----END CERTIFICATE-----)?/gm),
    ];
    const broken = blocks.findIndex(([, body = "", end]) => end === undefined || !isWhole(body));
    if (broken < 0) return text;
    // It would be reported as a fault of each server's certificate.
    throw new HeliographError(
      `Cannot use ${flag} '${path}': certificate ${broken + 1} of ${blocks.length} is damaged`,
      { source: path },
    );
  }));
}

/** Whether Base64 is one SEQUENCE of DER (X.690 section 8.1), as a certificate is. */
function isWhole(base64: string): boolean {
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.fromBase64(base64);
  } catch {
    return false;
  }
  const [tag, first = 0] = bytes;
  const count = first < 0x80 ? 0 : first - 0x80;
  const length = count === 0
    ? first
    : bytes.subarray(2, 2 + count).reduce((value, byte) => value * 256 + byte, 0);
  return tag === 0x30 && bytes.length === 2 + count + length;
}

async function readPem(flag: string, path: string, kind = "[A-Z ]+"): Promise<string> {
  const text = await readFlagFile(flag, path);
  if (new RegExp(`^-----BEGIN ${kind}-----\\s`, "m").test(text)) return text;
  const line = kind === "CERTIFICATE" ? "-----BEGIN CERTIFICATE-----" : "-----BEGIN";
  throw new HeliographError(
    `Cannot use ${flag} '${path}': there is no '${line}' line in it, expected PEM`,
    { source: path },
  );
}

/**
 * Makes the folder that a flag names, unless it is there.
 *
 * @param flag The flag, such as `--out`.
 * @param path The folder.
 * @throws {HeliographError} If it cannot be made.
 */
export async function makeFolder(flag: string, path: string): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true });
  } catch (error) {
    throw fileError(error, `make the folder of ${flag}`, path);
  }
  try {
    // A folder that is there may be of somebody else, or on a disk that is read only or full.
    await checkWritableFolder(path);
  } catch (error) {
    throw fileError(error, `write to the folder of ${flag}`, path);
  }
}
