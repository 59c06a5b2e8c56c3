/** Conditional requests (RFC 9110 section 13). */

import { parseHttpDate } from "../message/date.ts";
import { equalStrong, equalWeak, isEntityTag, parseEntityTags } from "./entity_tag.ts";
import type { HeaderFields } from "../message/header_fields.ts";

/** What is known of the representation that would be sent. */
export interface Validators {
  /** Its entity tag, `"..."` or `W/"..."`. */
  readonly etag?: string | undefined;
  /** When it was last modified, in milliseconds since 1970. */
  readonly lastModified?: number | undefined;
  /** The time of the answer, in milliseconds since 1970. @default {Date.now()} */
  readonly now?: number | undefined;
}

/** Whether a condition holds; `absent` if there is none that counts. */
export type Verdict = "absent" | "true" | "false";

/** What to do with a request: as asked, without its Range, or 304 or 412 instead. */
export type Outcome = "proceed" | "ignore-range" | 304 | 412;

/** A date of whole seconds is taken as exact only this long after it (8.8.2.2). */
const STRONG_AFTER = 2000;

/**
 * Decides what the conditions of a request come to, in the order of section 13.2.2.
 * To be asked only where the answer would be 2xx without them.
 *
 * @param method The method of the request.
 * @param fields Its header fields.
 * @param validators What is known of the representation.
 * @returns What to do.
 *
 * @example
 * ```ts
 * import { evaluateConditions } from "@heliograph/heliograph/http/fields";
 * import { HeaderFields } from "@heliograph/heliograph/http";
 * import { assertEquals } from "@std/assert";
 *
 * const fields = new HeaderFields({ "If-None-Match": '"5-1234"' });
 * assertEquals(evaluateConditions("GET", fields, { etag: '"5-1234"' }), 304);
 * ```
 */
export function evaluateConditions(
  method: string,
  fields: HeaderFields,
  validators: Validators,
): Outcome {
  const reads = method === "GET" || method === "HEAD";
  const match = checkIfMatch(fields, validators);
  if (match === "false") return 412;
  if (match === "absent" && checkIfUnmodifiedSince(fields, validators) === "false") return 412;
  const noneMatch = checkIfNoneMatch(fields, validators);
  if (noneMatch === "false") return reads ? 304 : 412;
  if (noneMatch === "absent" && reads && checkIfModifiedSince(fields, validators) === "false") {
    return 304;
  }
  if (method === "GET" && fields.has("range") && checkIfRange(fields, validators) === "false") {
    return "ignore-range";
  }
  return "proceed";
}

/**
 * If-Match: one of the tags is the strong one that is there, or `*` (RFC 9110 section 13.1.1).
 *
 * @param fields The header fields of the request.
 * @param validators What is known of the representation.
 * @returns Whether the condition holds.
 */
export function checkIfMatch(fields: HeaderFields, { etag }: Validators): Verdict {
  const value = fields.get("if-match");
  if (value === undefined) return "absent";
  if (value === "*") return "true";
  if (etag === undefined) return "false";
  return verdict(parseEntityTags(value).some((tag) => equalStrong(tag, etag)));
}

/**
 * If-None-Match: none of the tags is the one that is there, weak or strong (RFC 9110
 * section 13.1.2).
 *
 * @param fields The header fields of the request.
 * @param validators What is known of the representation.
 * @returns Whether the condition holds.
 */
export function checkIfNoneMatch(fields: HeaderFields, { etag }: Validators): Verdict {
  const value = fields.get("if-none-match");
  if (value === undefined) return "absent";
  if (value === "*") return "false";
  if (etag === undefined) return "true";
  return verdict(value !== etag && !parseEntityTags(value).some((tag) => equalWeak(tag, etag)));
}

/**
 * If-Modified-Since: it was modified after the date (RFC 9110 section 13.1.3).
 * A date that is none does not count; one in the future does, which RFC 2616 had otherwise.
 *
 * @param fields The header fields of the request.
 * @param validators What is known of the representation.
 * @returns Whether the condition holds.
 */
export function checkIfModifiedSince(fields: HeaderFields, validators: Validators): Verdict {
  const { lastModified, now = Date.now() } = validators;
  const since = dateOf(fields, "if-modified-since", now);
  if (since === undefined || lastModified === undefined) return "absent";
  return verdict(wholeSeconds(lastModified) > since);
}

/**
 * If-Unmodified-Since: it was not modified after the date (RFC 9110 section 13.1.4).
 *
 * @param fields The header fields of the request.
 * @param validators What is known of the representation.
 * @returns Whether the condition holds.
 */
export function checkIfUnmodifiedSince(fields: HeaderFields, validators: Validators): Verdict {
  const { lastModified, now = Date.now() } = validators;
  const since = dateOf(fields, "if-unmodified-since", now);
  if (since === undefined || lastModified === undefined) return "absent";
  return verdict(wholeSeconds(lastModified) <= since);
}

/**
 * If-Range: what the client has a part of is what exists (RFC 9110 section 13.1.5).
 * A weak tag never is; a date is only if it is exactly the same and old enough that
 * nothing else happened in its second.
 *
 * @param fields The header fields of the request.
 * @param validators What is known of the representation.
 * @returns Whether the condition holds.
 */
export function checkIfRange(fields: HeaderFields, validators: Validators): Verdict {
  const value = fields.get("if-range");
  if (value === undefined) return "absent";
  const { etag, lastModified, now = Date.now() } = validators;
  if (isEntityTag(value)) return verdict(etag !== undefined && equalStrong(value, etag));
  const date = parseHttpDate(value, now);
  if (date === undefined || lastModified === undefined) return "false";
  return verdict(date === wholeSeconds(lastModified) && now - lastModified >= STRONG_AFTER);
}

function dateOf(fields: HeaderFields, name: string, now: number): number | undefined {
  const value = fields.get(name);
  return value === undefined ? undefined : parseHttpDate(value, now);
}

function wholeSeconds(time: number): number {
  return Math.floor(time / 1000) * 1000;
}

function verdict(holds: boolean): Verdict {
  return holds ? "true" : "false";
}
