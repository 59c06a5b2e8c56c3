import { readableName } from "../../../net/ftp/octet_text.ts";
import { matchesGlob } from "../../../net/text/glob.ts";
import { withoutCredentials } from "../../client/credentials.ts";
import { ftpPath, type FtpPool } from "./pool.ts";
import type { LinkedFile } from "../links/link_list.ts";

/**
 * Lists an FTP folder, or the files of it that match the pattern that a URL ends in.
 *
 * @param pool The connections.
 * @param url The URL, with credentials if it has them.
 */
export async function listFtpFolder(pool: FtpPool, url: URL): Promise<LinkedFile[]> {
  const { client } = await pool.take(url);
  const path = ftpPath(url);
  const pattern = ftpPattern(url);
  const folder = pattern === undefined ? path : path.slice(0, path.lastIndexOf("/") + 1);
  const entries = await client.list(folder === "/" ? folder : folder.replace(/\/$/, ""));
  pool.give(url, client);
  const bare = withoutCredentials(url);
  const above = `${bare.protocol}//${bare.host}/${encodeOctets(folder)}`;
  const base = above.endsWith("/") ? above : `${above}/`;
  return entries
    .filter((entry) => entry.type === "file" || entry.type === "link")
    .filter((entry) => pattern === undefined || matchesGlob(pattern, entry.name))
    // Servers list in the order of their disks; a shell's pattern comes in that of the names.
    .sort((one, other) => one.name < other.name ? -1 : 1)
    .map((entry) => ({
      name: readableName(entry.name),
      url: base + encodeOctets(entry.name),
      size: entry.size,
      modified: entry.modified?.toISOString().slice(0, 19),
    }));
}

/** The pattern that an FTP URL ends in, in octets; a percent-encoded star is no pattern. */
export function ftpPattern(url: URL): string | undefined {
  const raw = url.pathname + url.search;
  const last = raw.slice(raw.lastIndexOf("/") + 1);
  if (!/[*?[]/.test(last)) return undefined;
  const escaped = last.replace(
    /%(2A|3F|5B|5C)/gi,
    (_, hex) => `\\${String.fromCharCode(parseInt(hex, 16))}`,
  );
  const path = ftpPath(new URL(`ftp://localhost/${escaped.replaceAll("\\", "%5C")}`));
  return path;
}

function encodeOctets(octets: string): string {
  return octets.replace(
    /[^A-Za-z0-9\-._~/:@!$&'()+,=]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}
