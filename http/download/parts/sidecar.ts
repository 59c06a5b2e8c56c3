/**
 * The note beside a part file: what the bytes in it are a part of.
 *
 * @module
 */

import { safeFileName } from "../../fields/file_name.ts";

/** What is known about the file that a part file belongs to. */
export interface Sidecar {
  /** The URL that was asked for, without user and password. */
  readonly url: string;
  /** The name that the finished file gets. */
  readonly name: string;
  /** The strong entity tag of the response (RFC 9110 section 8.8.3). */
  readonly etag?: string | undefined;
  /** Last-Modified of the response, or MDTM of an FTP server as an HTTP date. */
  readonly lastModified?: string | undefined;
  /** The whole size in bytes. */
  readonly length?: number | undefined;
  /**
   * The parts that are there, `[first, end)` in bytes, of a file that comes over
   * several connections; without it, the part file has the bytes from 0 to its size.
   */
  readonly spans?: readonly (readonly [first: number, end: number])[] | undefined;
}

/** The form of the note; another number is not understood and starts over. */
const VERSION = 1;

/** The longest name of a file in bytes, and what the names here add to one. */
const MAX_NAME_BYTES = 255;
const MAX_ENDING_LENGTH = ".part.json".length;

/** The name of the part file of a file. */
export function partName(name: string): string {
  return `${stemOf(name)}.part`;
}

/** The name of the note beside the part file of a file. */
export function sidecarName(name: string): string {
  return `${stemOf(name)}.part.json`;
}

/** The name, shorter where it would get too long with the ending. */
function stemOf(name: string): string {
  // Three bytes at most for each character: a look that nearly always suffices.
  if (name.length * 3 <= MAX_NAME_BYTES - MAX_ENDING_LENGTH) return name;
  return safeFileName(name, { maxBytes: MAX_NAME_BYTES - MAX_ENDING_LENGTH });
}

/** The note as text. */
export function formatSidecar(sidecar: Sidecar): string {
  return JSON.stringify({ heliograph: VERSION, ...sidecar }) + "\n";
}

/**
 * Reads a note. Nothing in it is believed that does not make sense: what is broken
 * costs a new beginning, never a wrong file.
 *
 * @param text The file's content.
 * @returns The note, or undefined if it is none.
 */
export function parseSidecar(text: string): Sidecar | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { heliograph, url, name, etag, lastModified, length, spans } = value as Record<
    string,
    unknown
  >;
  if (heliograph !== VERSION || typeof url !== "string" || typeof name !== "string") {
    return undefined;
  }
  if (!isFieldText(etag) || !isFieldText(lastModified)) return undefined;
  if (length !== undefined && !isCount(length)) return undefined;
  if (spans !== undefined && !areSpans(spans, length)) return undefined;
  return {
    url,
    name,
    etag,
    lastModified,
    length,
    spans,
  };
}

function isFieldText(value: unknown): value is string | undefined {
  return value === undefined || (typeof value === "string" && !/\p{Cc}/u.test(value));
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Spans must lie in the file, in order, without touching each other. */
function areSpans(value: unknown, length: number | undefined): value is [number, number][] {
  if (!Array.isArray(value) || value.length > 10_000 || length === undefined) return false;
  let before = -1;
  for (const span of value) {
    if (!Array.isArray(span) || span.length !== 2) return false;
    const [first, end]: unknown[] = span;
    if (!isCount(first) || !isCount(end)) return false;
    if (first <= before || end <= first || end > length) return false;
    before = end;
  }
  return true;
}
