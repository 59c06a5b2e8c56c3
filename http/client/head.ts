import { printable } from "../../net/text/printable.ts";
import { HeliographError } from "../../net/errors.ts";
import type { HttpAnswer } from "./exchange.ts";
import { type ClientOptions, fetchUrl, HttpClient } from "./client.ts";
import { discard } from "./exchange.ts";
import type { HeaderFields } from "../message/header_fields.ts";
import { shownUrl } from "../../net/text/shown_url.ts";

/** The head of an answer. */
export interface FetchHeadResult {
  /** The URL that answered, behind all redirects. */
  readonly url: string;
  /** The version of the protocol, where it is known. */
  readonly version: string | undefined;
  /** The status code; 404 is no error. */
  readonly status: number;
  /** The reason phrase. */
  readonly reason: string;
  /** The header fields. */
  readonly fields: HeaderFields;
  /** HEAD, or GET where the server had no good answer to HEAD. */
  readonly method: "HEAD" | "GET";
}

/** Answers to HEAD that say more about the server than about the file. */
const REFUSALS: ReadonlySet<number> = new Set([400, 403, 405, 406, 500, 501, 502, 503]);

/**
 * Asks for the header fields of a file without the file: the document's webhead.
 *
 * Redirects are followed. Where HEAD is refused or not answered properly, a GET is sent
 * and given up behind the head of its answer.
 *
 * @param url An http, https or s3 URL.
 * @param options Credentials, trust, deadlines.
 * @returns The head, whatever its status.
 * @throws {HeliographError} If no server answers.
 *
 * @example
 * ```ts
 * import { fetchHead, serveHttp } from "@heliograph/heliograph/http";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await serveHttp({ port: 0 }, () => ({
 *   status: 200,
 *   fields: { "Content-Type": "image/fits" },
 *   body: "SIMPLE  =",
 * }));
 * const result = await fetchHead(`http://127.0.0.1:${server.address.port}/sun.fits`);
 * assertEquals([result.status, result.fields.get("content-type")], [200, "image/fits"]);
 * ```
 */
export async function fetchHead(
  url: string | URL,
  options: ClientOptions = {},
): Promise<FetchHeadResult> {
  const target = fetchUrl(url, ["http:", "https:", "s3:"]);
  using client = new HttpClient(options);
  let failure: unknown;
  try {
    const answer = await client.send("HEAD", target);
    await discard(answer);
    if (!REFUSALS.has(answer.status)) return resultOf(answer, "HEAD");
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!(error instanceof HeliographError)) throw error;
    failure = error;
  }
  try {
    const answer = await client.send("GET", target);
    answer.cancel();
    return resultOf(answer, "GET");
  } catch (error) {
    options.signal?.throwIfAborted();
    // No one there: the first message says it as well as the second.
    throw failure ?? error;
  }
}

/**
 * A head as lines of text: the status line and one line for each field.
 *
 * @param result The head.
 */
export function headLines(
  result: Pick<FetchHeadResult, "version" | "status" | "reason" | "fields">,
): string[] {
  const first = `${result.version ?? "HTTP"} ${result.status} ${result.reason}`.trimEnd();
  return [first, ...[...result.fields].map(([name, value]) => `${name}: ${readable(value)}`)];
}

/** Octets as text for a person: UTF-8 where they are that, no control of the terminal. */
function readable(value: string): string {
  let text = value;
  try {
    const octets = Uint8Array.from(value, (char) => char.charCodeAt(0));
    text = new TextDecoder("utf-8", { fatal: true }).decode(octets);
  } catch {
    // ISO-8859-1 is what it is already.
  }
  return printable(text);
}

function resultOf(answer: HttpAnswer, method: "HEAD" | "GET"): FetchHeadResult {
  const { url, version, status, reason, fields } = answer;
  return { url: shownUrl(url), version, status, reason, fields, method };
}
