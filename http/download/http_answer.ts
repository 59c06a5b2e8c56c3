/**
 * What an answer tells about the file that was asked for.
 *
 * @module
 */

import { HeliographError } from "../../net/errors.ts";
import type { HttpAnswer } from "../client/exchange.ts";
import type { HeaderFields } from "../message/header_fields.ts";
import { parseContentDisposition } from "../fields/content_disposition.ts";
import { parseHttpDate } from "../message/date.ts";
import { parseContentRange } from "../fields/ranges.ts";
import { contentCodings, keepsCoding } from "../client/content_coding.ts";
import type { AnswerFacts, Verdict } from "./resume.ts";
import { isTransientStatus, parseRetryAfter } from "./retry.ts";
import { TransientError } from "./job/transfer.ts";

/**
 * What decides about an answer.
 *
 * @param answer The answer.
 * @param name The name that the file gets: some names keep their coding.
 */
export function factsOf(answer: HttpAnswer, name: string): AnswerFacts {
  const { fields } = answer;
  const contentRange = single(fields, "content-range");
  const codings = contentCodings(fields);
  const type = fields.getAll("content-type")[0] ?? "";
  return {
    status: answer.status,
    etag: single(fields, "etag"),
    lastModified: single(fields, "last-modified"),
    contentLength: answer.contentLength,
    contentRange: contentRange === undefined ? undefined : parseContentRange(contentRange),
    coded: codings.length > 0 && !keepsCoding(name, codings),
    multipart: answer.status === 206 &&
      /^multipart\/byteranges/i.test(type),
    page: /^(text\/html|application\/xhtml\+xml)\b/i.test(type) &&
      isNoPage(name),
  };
}

/**
 * The value of a field that may stand in an answer once. Two lines with the same value are one;
 * two values are none: no one knows which counts.
 */
function single(fields: HeaderFields, name: string): string | undefined {
  const [first, ...others] = fields.getAll(name);
  return others.every((other) => other === first) ? first : undefined;
}

/** Names of pages, and of programs whose answers are pages. */
const PAGE_NAME = /\.(x?html?|shtml|php\d?|aspx?|jsp|cgi|pl)$/i;

/** Whether a name has an ending, and not that of a page. */
function isNoPage(name: string): boolean {
  return /\.[a-z]\w{0,7}$/i.test(name) && !PAGE_NAME.test(name);
}

/** The name that the server proposes by Content-Disposition, not to be trusted. */
export function proposedName(answer: HttpAnswer): string | undefined {
  const [disposition] = answer.fields.getAll("content-disposition");
  return disposition === undefined ? undefined : parseContentDisposition(disposition).filename;
}

/** The time of the last change in milliseconds since 1970, where the server tells. */
export function modifiedOf(answer: HttpAnswer): number | undefined {
  const lastModified = single(answer.fields, "last-modified");
  return lastModified === undefined ? undefined : parseHttpDate(lastModified);
}

/**
 * The error for an answer without a file.
 *
 * @param answer The answer.
 * @param verdict Why it has none.
 * @param url What was asked for, for the message.
 * @returns A transient error where the same request may succeed later.
 */
export function refusal(
  answer: HttpAnswer,
  verdict: Verdict,
  url: string,
): HeliographError {
  const { fields, status } = answer;
  const options = { source: url };
  if (verdict.kind === "unusable") {
    // No ProtocolError: the part of the file is still good.
    return new HeliographError(
      `Cannot fetch ${url}: the server answered ${verdict.why}`,
      options,
    );
  }
  const hint = status === 401
    ? "; it wants a user and a password"
    : status === 407
    ? "; the proxy wants a user and a password"
    : "";
  const message = `Cannot fetch ${url}: the server answered ${status} ${answer.reason}`.trimEnd() +
    hint;
  if (!isTransientStatus(status)) return new HeliographError(message, options);
  const now = parseHttpDate(fields.get("date") ?? "") ?? Date.now();
  const retryAfter = parseRetryAfter(fields.get("retry-after"), now);
  const wholeServer = status === 429 || (status === 503 && retryAfter !== undefined);
  return new TransientError(message, { ...options, retryAfter, wholeServer });
}
