import { formatSeconds } from "../../net/progress.ts";
import { download } from "../../http/download/download.ts";
import { parseUrlList } from "../../http/download/links/input_list.ts";
import { isMetalink, parseMetalink } from "../../http/download/links/metalink.ts";
import type { ClientOptions } from "../../http/client/client.ts";
import { safeFileName } from "../../http/fields/file_name.ts";
import type { ExistingPolicy } from "../../http/download/job/names.ts";
import type { DownloadOptions, DownloadRequest } from "../../http/download/job/options.ts";
import type { ListOptions } from "../../http/download/list_files.ts";
import {
  CLIENT_FLAGS,
  CLIENT_PERMISSION,
  clientOptions,
  ENVIRONMENT_PERMISSION,
  milliseconds,
} from "../http/client_flags.ts";
import {
  type Command,
  type CommandContext,
  defineCommand,
  UsageError,
} from "../program/command.ts";
import { readFlagFile } from "../program/flag_files.ts";
import { STORE_DETAILS, STORE_FLAGS } from "../program/store_flags.ts";
import { StandardInput } from "../program/streams.ts";
import { DownloadResults } from "./results.ts";
import { followMatches, showLists } from "./linked_files.ts";

const FLAGS = {
  input: {
    type: "string",
    short: "i",
    value: "LIST",
    help: "take URLs from a file, a Metalink too; - for standard input",
  },
  output: { type: "string", short: "o", value: "DIR", help: "folder for the files", default: "." },
  name: { type: "string", value: "NAME", help: "name of the file, for one URL" },
  clobber: { type: "boolean", help: "fetch files that exist already and replace them" },
  newer: {
    type: "boolean",
    help: "replace files whose size differs or that are newer on the server",
  },
  unique: { type: "boolean", help: "fetch files that exist already under a numbered name" },
  list: { type: "boolean", help: "list the files that a page links to; fetch nothing" },
  match: { type: "string", value: "PATTERN", help: "fetch (or list) the linked files that match" },
  jobs: { type: "count", short: "j", value: "N", help: "files at a time", default: 8 },
  "per-host": { type: "count", value: "N", help: "connections to one server", default: 8 },
  split: { type: "count", value: "N", help: "connections for one large file", default: 1 },
  sha256: { type: "string", value: "HEX", help: "expected SHA-256 of the file, for one URL" },
  retries: {
    type: "integer",
    value: "N",
    help: "failed attempts in a row before giving up",
    default: 5,
  },
  deadline: { type: "seconds", value: "SECONDS", help: "time limit for the whole run" },
  "lowest-speed": {
    type: "size",
    value: "SIZE",
    help: "restart transfers slower than SIZE per second",
    default: 100,
  },
  "limit-rate": { type: "size", value: "SIZE", help: "at most SIZE per second, all together" },
  compressed: { type: "boolean", help: "ask for compressed bodies and store them inflated" },
  "accept-html": {
    type: "boolean",
    help: "take a page (HTML) in place of what is there of a file",
  },
  "accept-short": { type: "boolean", help: "keep files of which fewer bytes come than announced" },
  "max-size": { type: "size", value: "SIZE", help: "refuse larger files" },
  fsync: { type: "boolean", help: "wait until each file is on the disk" },
  "ftp-tls": { type: "boolean", help: "require TLS for ftp: servers too (AUTH TLS)" },
  ...CLIENT_FLAGS,
  ...STORE_FLAGS,
} as const;

type Context = CommandContext<typeof FLAGS>;

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
    "page links to, --list shows them.\n" +
    STORE_DETAILS,
  flags: FLAGS,
  arguments: [0, Infinity],
  example: "get http://127.0.0.1:8000/sun.fits -o .",
  permissions: [CLIENT_PERMISSION, "--allow-read=.", "--allow-write=."],
  furtherPermissions: ENVIRONMENT_PERMISSION,
  run: async (context) => {
    const requests = await requestsOf(context);
    if (requests.length === 0 && context.args.length === 0 && context.flags.input === undefined) {
      throw new UsageError("needs a URL or -i LIST");
    }
    const { list, match } = context.flags;
    const client = await clientOptions(context);
    if (list) return await showLists(context, requests, listOptions(context, client));
    const options = downloadOptions(context, client);
    if (match === undefined) return await fetchAll(context, requests, options);
    const { found, complete } = await followMatches(
      context,
      requests,
      listOptions(context, client),
    );
    const code = await fetchAll(context, found, options);
    return complete ? code : Math.max(code, 1);
  },
});

async function requestsOf(context: Context): Promise<DownloadRequest[]> {
  const { args, flags } = context;
  const requests: DownloadRequest[] = args.map((url) => ({ url }));
  if (flags.input !== undefined) {
    const text = await readList(flags.input, context.signal);
    const listed = isMetalink(text)
      ? parseMetalink(text, flags.input)
      : parseUrlList(text, flags.input);
    for (const request of listed) requests.push(request);
  }
  if (flags.name === undefined && flags.sha256 === undefined) return requests;
  if (requests.length !== 1) {
    const flag = flags.name === undefined ? "--sha256" : "--name";
    throw new UsageError(`${flag} is for one URL; there are ${requests.length}`);
  }
  if (flags.name !== undefined && (/[/\\]/.test(flags.name) || /^\.{0,2}$/.test(flags.name))) {
    throw new UsageError(
      `--name is '${flags.name}', expected a file name; --output names the folder`,
    );
  }
  if (flags.name !== undefined && safeFileName(flags.name) !== flags.name) {
    throw new UsageError(
      `--name is '${flags.name}', which not every system takes; '${safeFileName(flags.name)}' is ` +
        "one that does",
    );
  }
  if (flags.sha256 !== undefined && !/^[0-9a-f]{64}$/i.test(flags.sha256)) {
    throw new UsageError(`--sha256 is '${flags.sha256}', expected 64 hexadecimal digits`);
  }
  const [request] = requests as [DownloadRequest];
  const { name = request.name, sha256 = request.sha256 } = flags;
  return [{ ...request, name, sha256 }];
}

async function readList(path: string, signal: AbortSignal): Promise<string> {
  if (path === "-") return await new Response(new StandardInput(signal).readable).text();
  return await readFlagFile("--input", path);
}

async function fetchAll(
  context: Context,
  requests: DownloadRequest[],
  options: DownloadOptions,
): Promise<number> {
  const results = new DownloadResults(context);
  try {
    await download(requests, {
      ...options,
      progress: results.board.progress,
      onResult: (result) => results.add(result),
      onWarning: (message) => results.warn(message),
      onRetry: (url, reason, wait) =>
        results.detail(`${url}: ${reason}; next attempt in ${formatSeconds(wait / 1000)}`),
    });
  } catch (error) {
    if (!context.signal.aborted) throw error;
    results.board.end();
    context.report("interrupted; the same command again goes on where this one stopped");
    return 130;
  } finally {
    results.end();
  }
  context.report(results.summary);
  return results.failed === 0 ? 0 : 1;
}

function listOptions({ flags, detail }: Context, client: ClientOptions): ListOptions {
  return {
    ...client,
    match: flags.match,
    ftpTls: flags["ftp-tls"],
    onFtpLine: detail,
  };
}

function downloadOptions(context: Context, client: ClientOptions): DownloadOptions {
  const { flags } = context;
  if (flags["limit-rate"] !== undefined && flags["limit-rate"] < 1) {
    throw new UsageError(`--limit-rate is '${flags["limit-rate"]}', expected 1 or more`);
  }
  if (flags["max-size"] !== undefined && flags["max-size"] < 1) {
    throw new UsageError(`--max-size is '${flags["max-size"]}', expected 1 or more`);
  }
  return {
    ...client,
    folder: flags.output,
    existing: existingPolicy(flags),
    jobs: flags.jobs,
    perHost: flags["per-host"],
    split: flags.split,
    retries: flags.retries,
    lowestSpeed: flags["lowest-speed"],
    lowestSpeedTime: milliseconds(flags.timeout),
    fsync: flags.fsync,
    ftpTls: flags["ftp-tls"],
    limitRate: flags["limit-rate"],
    compressed: flags.compressed,
    acceptHtml: flags["accept-html"],
    acceptShort: flags["accept-short"],
    deadline: milliseconds(flags.deadline),
    maxSize: flags["max-size"],
    onFtpLine: context.verbose ? context.detail : undefined,
  };
}

function existingPolicy(flags: Context["flags"]): ExistingPolicy {
  const given = (["clobber", "newer", "unique"] as const).filter((name) => flags[name]);
  if (given.length > 1) throw new UsageError(`--${given[0]} and --${given[1]} exclude each other`);
  return given[0] ?? "skip";
}
