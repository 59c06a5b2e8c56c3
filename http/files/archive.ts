/**
 * A folder as one stream: tar (POSIX.1-2001, with pax headers where ustar has no room) or zip
 * (APPNOTE 6.3, stored, with Zip64 where numbers are large). Nothing is kept but a line for each file
 * of a zip.
 *
 * @module
 */

import { crc32 } from "node:zlib";
import type { OpenFile } from "../server/open_file.ts";

/** The kinds of archives. */
export type ArchiveKind = "tar" | "zip";

/** A file or a folder on its way into an archive. */
export interface ArchiveEntry {
  /** Its path below the folder, with slashes; that of a folder ends with one. */
  readonly path: string;
  /** When it changed last, in milliseconds since 1970. */
  readonly mtime: number;
  /** The open file; undefined for a folder. The caller that takes the entry closes it. */
  readonly file: OpenFile | undefined;
}

/** Bytes of a file that are read at one time. */
const PIECE_BYTES = 262_144;

/** The most bytes that a field of 32 bits tells. */
const MAX_32 = 0xffff_ffff;

/** The most entries that a field of 16 bits tells. */
const MAX_16 = 0xffff;

const encoder = new TextEncoder();

/**
 * Writes an archive.
 *
 * @param kind What it is.
 * @param entries What it has.
 * @returns Its bytes, piece by piece.
 * @throws {ClosedError} If a file changes while it is read: its length stands before it.
 */
export function archiveOf(
  kind: ArchiveKind,
  entries: AsyncIterable<ArchiveEntry>,
): AsyncGenerator<Uint8Array> {
  return kind === "tar" ? tarOf(entries) : zipOf(entries);
}

function* contentOf(file: OpenFile): Generator<Uint8Array> {
  for (let at = 0; at < file.size;) {
    const piece = new Uint8Array(Math.min(PIECE_BYTES, file.size - at));
    file.readFully(piece, at);
    at += piece.length;
    yield piece;
  }
  file.checkUnchanged();
}

async function* tarOf(entries: AsyncIterable<ArchiveEntry>): AsyncGenerator<Uint8Array> {
  for await (const { path, mtime, file } of entries) {
    using open = file;
    const size = open?.size ?? 0;
    const name = encoder.encode(path);
    const extended = [
      // deno-lint-ignore no-control-regex
      name.length > 100 || /[^\x00-\x7f]/.test(path) ? paxRecord("path", path) : "",
      size > 0o77777777777 ? paxRecord("size", String(size)) : "",
    ].join("");
    if (extended !== "") {
      const bytes = encoder.encode(extended);
      yield tarHeader("pax", bytes.length, mtime, "x");
      yield padded(bytes);
    }
    const short = new TextDecoder().decode(name.subarray(0, 100)).replace(/\ufffd+$/, "");
    yield tarHeader(short, Math.min(size, 0o77777777777), mtime, open === undefined ? "5" : "0");
    if (open === undefined) continue;
    yield* contentOf(open);
    if (size % 512 > 0) yield new Uint8Array(512 - size % 512);
  }
  yield new Uint8Array(1_024);
}

/** A record of a pax header: its own length stands before it, digits included. */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const bytes = encoder.encode(rest).length;
  let length = bytes + String(bytes).length;
  length = bytes + String(length).length;
  return length + rest;
}

function tarHeader(name: string, size: number, mtime: number, type: string): Uint8Array {
  const header = new Uint8Array(512);
  const put = (text: string, at: number) => encoder.encodeInto(text, header.subarray(at));
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, "0") + "\0";
  put(name, 0);
  put(octal(type === "5" ? 0o755 : 0o644, 7), 100);
  put(octal(0, 7) + octal(0, 7), 108);
  put(octal(size, 11), 124);
  put(octal(Math.min(0o77777777777, Math.max(0, Math.floor(mtime / 1000))), 11), 136);
  put("        " + type, 148);
  put("ustar\x0000", 257);
  put(octal(header.reduce((sum, byte) => sum + byte, 0), 6) + " ", 148);
  return header;
}

function padded(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil(bytes.length / 512) * 512);
  whole.set(bytes);
  return whole;
}

async function* zipOf(entries: AsyncIterable<ArchiveEntry>): AsyncGenerator<Uint8Array> {
  const directory: Uint8Array[] = [];
  let at = 0;
  for await (const { path, mtime, file } of entries) {
    using open = file;
    const size = open?.size ?? 0;
    const name = encoder.encode(path);
    const large = size >= MAX_32;
    const start = at;
    // The sum comes behind the bytes (bit 3); names are UTF-8 (bit 11).
    const common = numbers([45, 2], [0x808, 2], [0, 2], ...dosTime(mtime));
    const sizes = large ? numbers([1, 2], [16, 2], [0, 8], [0, 8]) : new Uint8Array(0);
    const place: Field[] = [[0, 4], [large ? MAX_32 : 0, 4], [large ? MAX_32 : 0, 4]];
    const lengths: Field[] = [[name.length, 2], [sizes.length, 2]];
    const head = [numbers([0x04034b50, 4]), common, numbers(...place, ...lengths), name, sizes];
    for (const bytes of head) {
      at += bytes.length;
      yield bytes;
    }
    let sum = 0;
    if (open !== undefined) {
      for (const piece of contentOf(open)) {
        sum = crc32(piece, sum);
        at += piece.length;
        yield piece;
      }
    }
    const width = large ? 8 : 4;
    const behind = numbers([0x08074b50, 4], [sum, 4], [size, width], [size, width]);
    at += behind.length;
    yield behind;
    directory.push(centralEntry({ common, sum, size, start, name, isFolder: open === undefined }));
  }
  const start = at;
  for (const entry of directory) {
    at += entry.length;
    yield entry;
  }
  yield endOfZip(directory.length, start, at);
}

function centralEntry(
  { common, sum, size, start, name, isFolder }: {
    common: Uint8Array;
    sum: number;
    size: number;
    start: number;
    name: Uint8Array;
    isFolder: boolean;
  },
): Uint8Array {
  const wide: Field[] = size >= MAX_32 ? [[size, 8], [size, 8]] : [];
  if (start >= MAX_32) wide.push([start, 8]);
  const extra = wide.length === 0
    ? new Uint8Array(0)
    : numbers([1, 2], [8 * wide.length, 2], ...wide);
  const shown = Math.min(size, MAX_32);
  return joined([
    // Made on Unix, which the mode below is of.
    numbers([0x02014b50, 4], [0x032d, 2]),
    common,
    numbers([sum, 4], [shown, 4], [shown, 4], [name.length, 2], [extra.length, 2], [0, 2]),
    numbers([0, 2], [0, 2], [(isFolder ? 0o040755 : 0o100644) * 65_536 + (isFolder ? 16 : 0), 4]),
    numbers([Math.min(start, MAX_32), 4]),
    name,
    extra,
  ]);
}

function endOfZip(count: number, start: number, end: number): Uint8Array {
  const size = end - start;
  const shown = Math.min(count, MAX_16);
  const last = joined([
    numbers([0x06054b50, 4], [0, 2], [0, 2], [shown, 2], [shown, 2]),
    numbers([Math.min(size, MAX_32), 4], [Math.min(start, MAX_32), 4], [0, 2]),
  ]);
  if (count < MAX_16 && start < MAX_32 && size < MAX_32) return last;
  return joined([
    numbers([0x06064b50, 4], [44, 8], [45, 2], [45, 2], [0, 4], [0, 4], [count, 8], [count, 8]),
    numbers([size, 8], [start, 8]),
    numbers([0x07064b50, 4], [0, 4], [end, 8], [1, 4]),
    last,
  ]);
}

/** A number and the bytes that it takes, the low ones first. */
type Field = readonly [value: number, bytes: number];

function numbers(...fields: readonly Field[]): Uint8Array {
  const all = new Uint8Array(fields.reduce((sum, [, bytes]) => sum + bytes, 0));
  const view = new DataView(all.buffer);
  let at = 0;
  for (const [value, bytes] of fields) {
    if (bytes === 2) view.setUint16(at, value, true);
    else if (bytes === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += bytes;
  }
  return all;
}

/** Time and date of MS-DOS, in UTC, to two seconds. */
function dosTime(mtime: number): [Field, Field] {
  const date = new Date(Math.min(Math.max(mtime, Date.UTC(1980, 0, 1)), Date.UTC(2107, 11, 31)));
  const time = date.getUTCHours() * 2048 + date.getUTCMinutes() * 32 +
    Math.floor(date.getUTCSeconds() / 2);
  const day = (date.getUTCFullYear() - 1980) * 512 + (date.getUTCMonth() + 1) * 32 +
    date.getUTCDate();
  return [[time, 2], [day, 2]];
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
