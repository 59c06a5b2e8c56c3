import { formatSeconds } from "../../net/progress.ts";
import { download } from "../../http/download/download.ts";
import { parseUrlList } from "../../http/download/links/input_list.ts";
import { isMetalink, parseMetalink } from "../../http/download/links/metalink.ts";
import type { ClientOptions } from "../../http/client/client.ts";
import { isS3Text } from "../../http/fields/s3_url.ts";
import { safeFileName } from "../../http/fields/file_name.ts";
import type { ExistingPolicy } from "../../http/download/job/names.ts";
import type { DownloadOptions, DownloadRequest } from "../../http/download/job/options.ts";
import type { ListOptions } from "../../http/download/list_files.ts";
import { clientOptions, milliseconds } from "../http/client_flags.ts";
import { UsageError } from "../program/command.ts";
import { readFlagFile } from "../program/flag_files.ts";
import { StandardInput } from "../program/streams.ts";
import { DownloadResults } from "./results.ts";
import type { GetContext as Context } from "./flags.ts";
import { followMatches, showLists } from "./linked_files.ts";

/** Fetches, or lists, what the command line asks for; returns the exit status. */
export async function fetchFiles(context: Context): Promise<number> {
  const requests = await requestsOf(context);
  if (requests.length === 0 && context.args.length === 0 && context.flags.input === undefined) {
    throw new UsageError("needs a URL or -i LIST");
  }
  const { list, match } = context.flags;
  const client = await clientOptions(context);
  if (context.flags.recursive) return await followAll(context, requests, client);
  for (const name of ["no-parent", "ignore-robots"] as const) {
    if (context.flags[name]) throw new UsageError(`--${name} needs --recursive`);
  }
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
}

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

/** With --recursive, each URL is a page, and what it leads to is what is fetched. */
async function followAll(
  context: Context,
  requests: DownloadRequest[],
  client: ClientOptions,
): Promise<number> {
  const { flags } = context;
  const { followLinks, showFound } = await import("./recursion.ts");
  const options = { ...downloadOptions(context, client), noParent: flags["no-parent"] };
  const results = new DownloadResults(context);
  const found = await followLinks(context, requests, {
    ...options,
    depth: flags.depth,
    ignoreRobots: flags["ignore-robots"],
    match: flags.match,
    listOnly: flags.list,
    onResult: (result) => results.add(result),
    onWarning: (message) => results.warn(message),
    onDetail: (line) => results.detail(line),
  });
  if (flags.list) showFound(context, found.files);
  const code = flags.list ? 0 : await fetchAll(context, found.files, options, results);
  found.lines.forEach((line) => context.report(line));
  return found.complete && results.failed === 0 ? code : 1;
}

async function fetchAll(
  context: Context,
  requests: DownloadRequest[],
  options: DownloadOptions,
  results: DownloadResults = new DownloadResults(context),
): Promise<number> {
  try {
    await fetchInto(context.flags.output, requests, {
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

/** Fetches into a folder, or into a bucket. */
async function fetchInto(
  output: string,
  requests: DownloadRequest[],
  options: DownloadOptions,
): Promise<void> {
  if (!isS3Text(output)) return void await download(requests, options);
  const { downloadToBucket }: typeof import("./to_bucket.ts") = await import(
    import.meta.resolve("./to_bucket.ts")
  );
  await downloadToBucket(output, requests, options);
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
  const given = (["clobber", "newer", "unique", "continue"] as const).filter((name) => flags[name]);
  if (given.length > 1) throw new UsageError(`--${given[0]} and --${given[1]} exclude each other`);
  return given[0] ?? "skip";
}
