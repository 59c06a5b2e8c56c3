import { HeliographError } from "../../net/errors.ts";
import { matchesGlob } from "../../net/text/glob.ts";
import { type HttpAnswer, readBody } from "../client/exchange.ts";
import { isS3Text, parseS3Text, s3ObjectOf } from "../fields/s3_url.ts";
import { BodyCutter } from "../fields/byte_selection.ts";
import { type ClientOptions, fetchUrl, HttpClient } from "../client/client.ts";
import { contentCodings } from "../client/content_coding.ts";
import { FtpPool } from "./ftp/pool.ts";
import { listFtpFolder } from "./ftp/listing.ts";
import { type LinkedFile, parseJsonListing, parseLinks } from "./links/link_list.ts";
import { shownUrl } from "../../net/text/shown_url.ts";

/** Options of {@linkcode listFiles}. */
export interface ListOptions extends ClientOptions {
  /** A pattern of the shell for the names, such as `*.fits`. Default: all. */
  match?: string | undefined;
  /** Whether `ftp:` URLs must be listed with TLS (`AUTH TLS`). @default {false} */
  ftpTls?: boolean | undefined;
  /** Called for each line of a dialogue with an FTP server; passwords are replaced. */
  onFtpLine?: ((line: string) => void) | undefined;
  /** Hears of the folders beside the files: what other keys of a bucket begin with. */
  onFolders?: ((urls: readonly string[]) => void) | undefined;
}

/** The most bytes of a page that are read. */
const MAX_PAGE_BYTES = 67_108_864;

/**
 * Lists the files that a folder's page links to, or that an FTP folder has.
 *
 * @param url The folder: an http, https, s3, ftp, ftps or ftpes URL; of FTP, its last part may
 * be a pattern, such as `ftp://localhost/sun/*.fits`, of S3 its key.
 * @param options Pattern, credentials, deadlines.
 * @returns The files, with size and time where the server tells.
 * @throws {HeliographError} If there is no such folder.
 */
export async function listFiles(
  url: string | URL,
  options: ListOptions = {},
): Promise<LinkedFile[]> {
  const found: LinkedFile[] = [];
  for await (const files of listPages(url, options)) for (const file of files) found.push(file);
  return found;
}

/**
 * Lists files as {@linkcode listFiles} does, but as many at a time as the server sends: a bucket
 * may have more than memory holds.
 *
 * @param url The folder.
 * @param options Pattern, credentials, deadlines.
 * @throws {HeliographError} If there is no such folder.
 */
export async function* listPages(
  url: string | URL,
  options: ListOptions = {},
): AsyncGenerator<LinkedFile[]> {
  const { match } = options;
  const matching = (files: LinkedFile[]) =>
    match === undefined ? files : files.filter((file) => matchesGlob(match, file.name));
  if (isS3Text(String(url))) {
    for await (const files of listBucket(url, options)) yield matching(files);
    return;
  }
  const target = fetchUrl(url, ["http:", "https:", "ftp:", "ftps:", "ftpes:", "s3:"]);
  yield matching(
    target.protocol.startsWith("ftp")
      ? await listFtpUrl(target, options)
      : await listPage(target, options),
  );
}

async function* listBucket(
  url: string | URL,
  options: ListOptions,
): AsyncGenerator<LinkedFile[]> {
  const place = url instanceof URL ? s3ObjectOf(url) : parseS3Text(url);
  const { listObjects } = await import("./objects.ts");
  using client = new HttpClient(options);
  for await (const { files, folders } of listObjects(client, place)) {
    if (folders.length > 0) options.onFolders?.(folders);
    yield files;
  }
}

async function listPage(url: URL, options: ListOptions): Promise<LinkedFile[]> {
  using client = new HttpClient(options);
  const answer = await client.send("GET", url, [[
    "Accept",
    "application/json, text/html;q=0.9, */*;q=0.1",
  ]]);
  const source = shownUrl(answer.url);
  try {
    if (answer.status !== 200) {
      const reason = `${answer.status} ${answer.reason}`.trimEnd();
      throw new HeliographError(`Cannot list ${source}: the server answered ${reason}`, { source });
    }
    const text = new TextDecoder().decode(await readPage(answer));
    const type = answer.fields.get("content-type") ?? "";
    const listing = /^application\/json\b/i.test(type)
      ? parseJsonListing(text, answer.url)
      : /^(text\/html|application\/xhtml)/i.test(type)
      ? parseLinks(text, answer.url)
      : undefined;
    if (listing !== undefined) return listing;
    throw new HeliographError(
      `Cannot list ${source}: found ${type === "" ? "no type" : type}, expected a page in HTML`,
      { source },
    );
  } catch (error) {
    options.signal?.throwIfAborted();
    throw error;
  } finally {
    answer.cancel();
  }
}

async function readPage(answer: HttpAnswer): Promise<Uint8Array> {
  const codings = contentCodings(answer.fields);
  if (codings.length === 0) return await readBody(answer, MAX_PAGE_BYTES);
  const { decodeBody } = await import("../client/decode_body.ts");
  const page = new BodyCutter({ first: 0 }, MAX_PAGE_BYTES);
  for await (const piece of decodeBody(answer, codings, () => {})) page.push(piece);
  return page.finish();
}

async function listFtpUrl(url: URL, options: ListOptions): Promise<LinkedFile[]> {
  const signal = options.signal ?? new AbortController().signal;
  const pool = new FtpPool({
    ...options,
    tls: options.ftpTls ?? false,
    timeout: options.silenceTimeout ?? 30_000,
    signal,
    onLine: options.onFtpLine,
  });
  try {
    return await listFtpFolder(pool, url);
  } finally {
    await pool.close();
  }
}
