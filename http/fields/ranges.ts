/** Parts of a representation (RFC 9110 section 14). */

import { decodeLatin1, encodeLatin1 } from "../message/octets.ts";
import { listElements, trimBlanks } from "../message/header_fields.ts";

/** A part of a representation: the first and the last byte, counted from 0, both included. */
export interface ByteRange {
  /** The first byte. */
  readonly first: number;
  /** The last byte. */
  readonly last: number;
}

/**
 * What the Range field of a request comes to: the whole representation (the field
 * does not count), 416, or these parts in the order of the request.
 */
export type RangeRequest = "whole" | "unsatisfiable" | readonly [ByteRange, ...ByteRange[]];

/** More parts than this are answered with the whole. */
const MAX_RANGES = 32;

const RANGE_SPEC = /^(\d+)-(\d*)$|^-(\d+)$/;

/**
 * Reads a Range field against the size of what it asks for.
 *
 * Another unit than bytes and bad syntax do not count (section 14.2). Neither do
 * many parts or parts that overlap: one short request would make the server send
 * the same bytes over and over (section 17.15).
 *
 * @param value The value of the field.
 * @param size Bytes of the whole representation.
 *
 * @example
 * ```ts
 * import { parseRange } from "@heliograph/heliograph/http/fields";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseRange("bytes=0-99,-10", 1000), [
 *   { first: 0, last: 99 },
 *   { first: 990, last: 999 },
 * ]);
 * assertEquals(parseRange("bytes=1000-", 1000), "unsatisfiable");
 * assertEquals(parseRange("rows=1-2", 1000), "whole");
 * ```
 */
export function parseRange(value: string, size: number): RangeRequest {
  const set = /^bytes=(.*)$/i.exec(value);
  if (set === null) return "whole";
  const specs = listElements(set[1]!);
  if (specs.length === 0 || specs.length > MAX_RANGES) return "whole";
  const ranges: ByteRange[] = [];
  for (const spec of specs) {
    const range = parseSpec(spec, size);
    if (range === undefined) return "whole";
    if (range !== "unsatisfiable") ranges.push(range);
  }
  const [one, ...others] = ranges;
  if (one === undefined) return "unsatisfiable";
  return overlap(ranges) ? "whole" : [one, ...others];
}

function parseSpec(spec: string, size: number): ByteRange | "unsatisfiable" | undefined {
  const match = RANGE_SPEC.exec(spec);
  if (match === null) return undefined;
  const [, firstDigits, lastDigits, suffixDigits] = match;
  if (suffixDigits !== undefined) {
    const length = Number(suffixDigits);
    if (length === 0) return "unsatisfiable";
    // The end of nothing is nothing, which no Content-Range can say.
    if (size === 0) return undefined;
    return { first: Math.max(0, size - length), last: size - 1 };
  }
  const first = Number(firstDigits);
  const last = lastDigits === "" ? Infinity : Number(lastDigits);
  if (last < first) return undefined;
  return first >= size ? "unsatisfiable" : { first, last: Math.min(last, size - 1) };
}

function overlap(ranges: readonly ByteRange[]): boolean {
  if (ranges.length === 1) return false;
  const sorted = ranges.toSorted((a, b) => a.first - b.first);
  return sorted.some((range, i) => i > 0 && range.first <= sorted[i - 1]!.last);
}

/**
 * A Content-Range field: `bytes 0-99/1000`, or `bytes *\/1000` for 416.
 *
 * @param range The part; undefined if none could be sent.
 * @param size Bytes of the whole representation.
 */
export function formatContentRange(range: ByteRange | undefined, size: number): string {
  return range === undefined ? `bytes */${size}` : `bytes ${range.first}-${range.last}/${size}`;
}

/** What a Content-Range field says. */
export interface ContentRange {
  /** The part that was sent; undefined in a 416 answer. */
  readonly range: ByteRange | undefined;
  /** Bytes of the whole representation; undefined if the server does not know. */
  readonly size: number | undefined;
}

/**
 * Reads a Content-Range field.
 *
 * @param value The value of the field.
 * @returns What it says; undefined if it is none of bytes or contradicts itself.
 */
export function parseContentRange(value: string): ContentRange | undefined {
  const match = /^bytes +(?:(\d+)-(\d+)|\*)\/(?:(\d+)|\*)$/i.exec(trimBlanks(value));
  if (match === null) return undefined;
  const [first, last, size] = match.slice(1).map((text) =>
    text === undefined ? -1 : Number(text)
  ) as [number, number, number];
  if (Math.max(first, last, size) > Number.MAX_SAFE_INTEGER) return undefined;
  if (first < 0) return size < 0 ? undefined : { range: undefined, size };
  if (last < first || (size >= 0 && last >= size)) return undefined;
  return { range: { first, last }, size: size < 0 ? undefined : size };
}

/** A multipart/byteranges body before the bytes of the parts are read. */
export interface MultipartPlan {
  /** The value of Content-Type. */
  readonly contentType: string;
  /** What stands before each part, in order, and the part. */
  readonly parts: readonly { readonly head: Uint8Array<ArrayBuffer>; readonly range: ByteRange }[];
  /** What stands behind the last part. */
  readonly tail: Uint8Array<ArrayBuffer>;
  /** Bytes of the whole body: heads, parts and tail. */
  readonly length: number;
}

/**
 * Plans a multipart/byteranges body (RFC 9110 section 14.6).
 *
 * @param ranges The parts, in the order in which they are sent.
 * @param size Bytes of the whole representation.
 * @param contentType The type of the whole representation.
 * @param boundary What divides the parts: 1 to 70 letters and digits that do not
 * occur in the content, such as {@linkcode randomBoundary} makes.
 */
export function planMultipart(
  ranges: readonly ByteRange[],
  size: number,
  contentType: string,
  boundary: string,
): MultipartPlan {
  let length = 0;
  const parts = ranges.map((range, i) => {
    const head = encodeLatin1(
      `${i === 0 ? "" : "\r\n"}--${boundary}\r\nContent-Type: ${contentType}\r\n` +
        `Content-Range: ${formatContentRange(range, size)}\r\n\r\n`,
    );
    length += head.length + range.last - range.first + 1;
    return { head, range };
  });
  const tail = encodeLatin1(`\r\n--${boundary}--\r\n`);
  return {
    contentType: `multipart/byteranges; boundary=${boundary}`,
    parts,
    tail,
    length: length + tail.length,
  };
}

/** 24 random characters to divide the parts of a body: 144 bits, nothing contains them by chance. */
export function randomBoundary(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return decodeLatin1(bytes.map((byte) => BOUNDARY_LETTERS[byte & 63]!));
}

const BOUNDARY_LETTERS = encodeLatin1(
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
);
