import { CLIENT_FLAGS, CLIENT_PERMISSION, ENVIRONMENT_PERMISSION } from "../http/client_flags.ts";
import { type Command, defineCommand } from "../program/command.ts";
import { STORE_DETAILS, STORE_FLAGS } from "../program/store_flags.ts";
import { OWN_FLAGS } from "./flags.ts";

/** `heliograph get`: the document's webcopy. */
export const command: Command = defineCommand({
  name: "get",
  summary: "Download files, with resuming, retries and checksums",
  usage: "URL... [-i LIST]",
  details:
    "URLs of http, https, ftp, ftps, ftpes, s3, file and data; the last part of an FTP URL may\n" +
    "be a pattern ('ftp://HOST/DIR/*.fits'), and so may the key of an object: in\n" +
    "'s3://BUCKET/2026/*.fits' the star is any text without a slash, ** any text. Files that are\n" +
    "there are skipped. What is left of a broken transfer (NAME.part) is used by the next run. The\n" +
    "paths of the files go to standard output; with --json one object per file: url, path, outcome\n" +
    "(fetched, skipped, failed), status, bytes, seconds, error. Exit status 0 only if all files are\n" +
    "there.\n" +
    "A list has one file a line (further URLs of it behind tabs), # comments, and below it indented\n" +
    "out=NAME and checksum=sha-256=HEX (or md5, sha-1, sha-512). --match fetches the files that a\n" +
    "page links to, --list shows them. --recursive follows links on the same server, as robots.txt\n" +
    "lets it: what is below the page's folder goes to the same place below DIR, the rest to a\n" +
    "folder named like the server; pages that servers make of folders are read and not kept.\n" +
    STORE_DETAILS,
  flags: { ...OWN_FLAGS, ...CLIENT_FLAGS, ...STORE_FLAGS },
  arguments: [0, Infinity],
  example: "get http://127.0.0.1:8000/sun.fits -o .",
  examples: ["get --recursive --no-parent --match '*.fits' http://127.0.0.1:8000/ -o ."],
  permissions: [CLIENT_PERMISSION, "--allow-read=.", "--allow-write=."],
  furtherPermissions: ENVIRONMENT_PERMISSION,
  run: async (context) => {
    const { fetchFiles } = await loadFetching();
    return await fetchFiles(context);
  },
});

/** Loads what fetches files when it is called: a line of help needs none of it. */
async function loadFetching(): Promise<typeof import("./fetch_files.ts")> {
  return await import(import.meta.resolve("./fetch_files.ts"));
}
