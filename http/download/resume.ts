/**
 * What to ask a server for, and what to do with its answer, given the existing part of
 * the file already. No answer can make two versions of a file flow into one.
 *
 * @module
 */

import type { ContentRange } from "../fields/ranges.ts";

/** What the part file is known to be a part of. */
export interface PartIdentity {
  /** The strong entity tag. */
  readonly etag?: string | undefined;
  /** Last-Modified, if it was at least a second before Date. */
  readonly lastModified?: string | undefined;
  /** The whole size in bytes. */
  readonly length?: number | undefined;
}

/** The bytes that are asked for: from the first to the last, or to the end. */
export interface AskedRange {
  /** The first byte, counted from 0. */
  readonly first: number;
  /** The last byte, included; without it, to the end. */
  readonly last?: number | undefined;
}

/** The fields that ask for a part of a file. */
export interface RangeFields {
  readonly Range: string;
  readonly "If-Range"?: string;
  readonly "If-Match"?: string;
  readonly "If-Unmodified-Since"?: string;
}

/**
 * How a server is asked for a part of one version: by If-Range, where it answers with the whole
 * of another one, or as object stores are, which refuse with 412 and do not look at If-Range.
 */
export type PartCondition = "If-Range" | "If-Match";

/**
 * The fields that ask for a part, if the file is still the one that is known.
 *
 * @param known What the bytes are a part of.
 * @param asked The bytes wanted.
 * @param condition How the version is named.
 * @returns The fields; null if nothing could tell that the file has changed, so that
 * the whole must be asked for.
 */
export function rangeFields(
  known: PartIdentity,
  asked: AskedRange,
  condition: PartCondition = "If-Range",
): RangeFields | null {
  const { etag, lastModified } = known;
  const Range = `bytes=${asked.first}-${asked.last ?? ""}`;
  const validator = etag ?? lastModified;
  if (validator === undefined) return null;
  if (condition === "If-Range") return { Range, "If-Range": validator };
  return etag === undefined
    ? { Range, "If-Unmodified-Since": validator }
    : { Range, "If-Match": validator };
}

/** What of an answer's head decides. */
export interface AnswerFacts {
  readonly status: number;
  /** ETag as it stands there. */
  readonly etag?: string | undefined;
  /** Last-Modified as it stands there. */
  readonly lastModified?: string | undefined;
  /** Content-Length, where the body is not chunked. */
  readonly contentLength?: number | undefined;
  /** Content-Range, if there is one that makes sense. */
  readonly contentRange?: ContentRange | undefined;
  /** Whether the body has a content coding that was not asked for. */
  readonly coded: boolean;
  /** Whether it is a multipart/byteranges. */
  readonly multipart: boolean;
  /** Whether it is a page (HTML) in answer to a file whose name says that it is none. */
  readonly page: boolean;
}

/** What to do with an answer. */
export type Verdict =
  /** The body is the whole file: empty the part file and write from its beginning. */
  | { readonly kind: "whole" }
  /** The body goes to `at`, `length` bytes; the file has `total`, where the server tells. */
  | {
    readonly kind: "part";
    readonly at: number;
    readonly length: number;
    readonly total?: number | undefined;
  }
  /** Nothing is missing: the part file is the whole file. */
  | { readonly kind: "complete" }
  /** The existing part belongs to another version: forget it and ask for the whole. */
  | { readonly kind: "restart"; readonly why: string }
  /** The answer is no success: ask again later, or give up. */
  | { readonly kind: "refused"; readonly status: number }
  /** The answer cannot be used at all. */
  | { readonly kind: "unusable"; readonly why: string };

/**
 * Judges the answer to a request for a file or for a part of it.
 *
 * @param asked The bytes that were asked for; null for the whole.
 * @param known What the part file is a part of.
 * @param facts The answer.
 * @returns What to do.
 */
export function judgeAnswer(
  asked: AskedRange | null,
  known: PartIdentity,
  facts: AnswerFacts,
): Verdict {
  switch (facts.status) {
    // 203 is a 200 that a proxy has changed (RFC 9110 section 15.3.4).
    case 200:
    case 203:
      // A server that wants a login, or a network that does, sends its page for everything.
      return asked !== null && facts.page
        ? pageInPlace(facts.status, "the part of it that has arrived is kept")
        : { kind: "whole" };
    case 206:
      if (asked !== null) return judgePart(asked, known, facts);
      return isWhole(facts)
        ? { kind: "whole" }
        : { kind: "unusable", why: "206 Partial Content, though the whole was asked for" };
    case 416:
      if (asked !== null) return judgeUnsatisfiable(asked, known, facts);
      return { kind: "refused", status: 416 };
    case 412:
      if (asked !== null) return { kind: "restart", why: "the file has changed (412)" };
      return { kind: "refused", status: 412 };
    default:
      if (facts.status >= 200 && facts.status < 300) {
        return { kind: "unusable", why: `${facts.status}, which carries no file` };
      }
      return { kind: "refused", status: facts.status };
  }
}

/**
 * What to do with a page in place of a file.
 *
 * @param status The status of the answer.
 * @param kept What stays as it is, in words.
 */
export function pageInPlace(status: number, kept: string): Verdict {
  return {
    kind: "unusable",
    why: `${status} with a page (HTML) in place of the file; ${kept}`,
  };
}

/** Whether a 206 that no one asked for says itself that it carries every byte. */
function isWhole({ contentRange, contentLength, coded, multipart }: AnswerFacts): boolean {
  const { range, size } = contentRange ?? {};
  if (range === undefined || size === undefined || coded || multipart) return false;
  return range.first === 0 && range.last === size - 1 && contentLength === size;
}

function judgePart(asked: AskedRange, known: PartIdentity, facts: AnswerFacts): Verdict {
  const restart = (why: string): Verdict => ({ kind: "restart", why });
  const range = facts.contentRange?.range;
  if (facts.multipart) return restart("several parts instead of one");
  if (facts.coded) return restart("a part in a content coding");
  if (range === undefined) {
    return restart("206 without a Content-Range that makes sense");
  }
  if (range.first !== asked.first) {
    return restart(`bytes from ${range.first} instead of ${asked.first}`);
  }
  if (asked.last !== undefined && range.last > asked.last) {
    return restart(`bytes up to ${range.last} instead of ${asked.last}`);
  }
  const total = facts.contentRange?.size;
  if (known.length !== undefined && total !== undefined && total !== known.length) {
    return restart(`a size of ${total} bytes instead of ${known.length}`);
  }
  if (hasChanged(known, facts)) return restart("another version of the file");
  const length = range.last - range.first + 1;
  if (facts.contentLength !== undefined && facts.contentLength !== length) {
    return restart(`a Content-Length of ${facts.contentLength} for ${length} bytes`);
  }
  return { kind: "part", at: range.first, length, total };
}

/** A 416 is good news only if the server tells the size and nothing is missing of it. */
function judgeUnsatisfiable(asked: AskedRange, known: PartIdentity, facts: AnswerFacts): Verdict {
  const total = facts.contentRange?.size;
  const complete = total !== undefined && total === asked.first &&
    (known.length === undefined || known.length === total) && !hasChanged(known, facts);
  return complete
    ? { kind: "complete" }
    : { kind: "restart", why: "the part that is there does not fit the file (416)" };
}

/** Some servers ignore If-Range, but their 206 still tells which version it is. */
function hasChanged(known: PartIdentity, facts: AnswerFacts): boolean {
  if (known.etag !== undefined && facts.etag !== undefined) return facts.etag !== known.etag;
  return known.lastModified !== undefined && facts.lastModified !== undefined &&
    facts.lastModified !== known.lastModified;
}

/**
 * What an answer lets one know for a later request.
 *
 * @param facts The answer, a 200.
 * @param date Its Date field in milliseconds, where it has one.
 * @param modified Its Last-Modified in milliseconds, where it has one.
 * @returns The validators that are strong, and the size.
 */
export function identityOf(
  facts: AnswerFacts,
  date: number | undefined,
  modified: number | undefined,
): PartIdentity {
  if (facts.coded) return {};
  const strongTag = facts.etag !== undefined && /^"[^"]*"$/.test(facts.etag);
  // A file may change twice in a second: only an older date tells versions apart
  // (RFC 9110 section 8.8.2.2). Without Date nothing is known about the server's clock.
  const strongDate = modified !== undefined && date !== undefined && modified <= date - 1_000;
  return {
    etag: strongTag ? facts.etag : undefined,
    lastModified: strongDate ? facts.lastModified : undefined,
    length: facts.contentLength,
  };
}
