import { constants as zlib, gunzipSync } from "node:zlib";
import {
  FormatError,
  HeliographError,
  LimitError,
  messageOf,
  ProtocolError,
} from "../../net/errors.ts";
import {
  BodyCutter,
  type ByteSelection,
  expectedLength,
  rangeField,
  selectBytes,
} from "../fields/byte_selection.ts";
import { discard, type HttpAnswer, readBody } from "./exchange.ts";
import { type ClientOptions, fetchUrl, HttpClient } from "./client.ts";
import { contentCodings, keepsCoding } from "./content_coding.ts";
import { decodeBody } from "./decode_body.ts";
import { nameOfUrl } from "../fields/file_name.ts";
import type { HeaderFields } from "../message/header_fields.ts";
import { type ContentRange, parseContentRange } from "../fields/ranges.ts";
import { shownUrl } from "../../net/text/shown_url.ts";

/** Options of {@linkcode readRange}. */
export interface ReadRangeOptions extends ClientOptions {
  /**
   * The bytes wanted, counted from 0: `[first, last]`, both included, `[first]` to the
   * end, `[-n]` for the last n; or as text, `0-2879`. Default: all.
   */
  range?: string | readonly number[] | undefined;
  /**
   * What to do with a server that ignores the range and sends the whole file: `cut` the
   * part out of it, or `refuse` it.
   *
   * @default {"cut"}
   */
  whole?: "cut" | "refuse" | undefined;
  /** Whether to inflate the bytes if they begin as gzip does. @default {false} */
  gunzip?: boolean | undefined;
  /** The most bytes, before and after inflating. @default {1073741824} */
  maxBytes?: number | undefined;
  /** Hears of the bytes of the body as they come, and of how many there are if that is known. */
  onPiece?: ((bytes: number, whole: number | undefined) => void) | undefined;
}

/** Bytes of a file, and how the server answered. */
export interface ReadRangeResult {
  /** The URL that answered, behind all redirects. */
  readonly url: string;
  /** The version of the protocol, where it is known. */
  readonly version: string | undefined;
  /** 206 for a part; 200 for a whole file, even where a part was asked for. */
  readonly status: number;
  /** The reason phrase. */
  readonly reason: string;
  /** The header fields. */
  readonly fields: HeaderFields;
  /** Which part the server says that it sent. */
  readonly contentRange: ContentRange | undefined;
  /** The bytes that were asked for, whatever the server sent. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const MAX_BYTES = 1_073_741_824;

/**
 * Reads a file or a part of it into memory: the document's webread.
 *
 * The bytes are those that were asked for, or there is an error: the answer's
 * Content-Range and length are checked, and a whole file is never taken for its part.
 *
 * @param url An http, https or s3 URL.
 * @param options The range, credentials, deadlines.
 * @returns The bytes, with status and fields of the answer.
 * @throws {HeliographError} If the server has no such file or no such part of it.
 * @throws {ProtocolError} If it sends something else than what was asked for.
 *
 * @example
 * ```ts
 * import { readRange, serveHttp } from "@heliograph/heliograph/http";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await serveHttp({ port: 0 }, () => ({
 *   status: 200,
 *   fields: {},
 *   body: "SIMPLE  =                    T",
 * }));
 * const url = `http://127.0.0.1:${server.address.port}/sun.fits`;
 * const { bytes, status } = await readRange(url, { range: [0, 8] });
 * // This server knows no ranges, so the part was cut out of the whole.
 * assertEquals([new TextDecoder().decode(bytes), status], ["SIMPLE  =", 200]);
 * ```
 */
export async function readRange(
  url: string | URL,
  options: ReadRangeOptions = {},
): Promise<ReadRangeResult> {
  const target = fetchUrl(url, ["http:", "https:", "s3:"]);
  const selection = options.range === undefined ? undefined : selectBytes(options.range);
  using client = new HttpClient(options);
  const fields: [string, string][] = selection === undefined
    ? []
    : [["Range", rangeField(selection)]];
  const answer = await client.send("GET", target, fields);
  try {
    const bytes = await takeBytes(answer, selection, options);
    return {
      url: shownUrl(answer.url),
      version: answer.version,
      status: answer.status,
      reason: answer.reason,
      fields: answer.fields,
      contentRange: parseContentRange(answer.fields.get("content-range") ?? ""),
      bytes: options.gunzip ? inflate(bytes, shownUrl(answer.url), options, selection) : bytes,
    };
  } catch (error) {
    options.signal?.throwIfAborted();
    throw error;
  } finally {
    answer.cancel();
  }
}

async function takeBytes(
  answer: HttpAnswer,
  selection: ByteSelection | undefined,
  options: ReadRangeOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const { maxBytes = MAX_BYTES, whole = "cut", onPiece } = options;
  const source = shownUrl(answer.url);
  const heard = (piece: Uint8Array) => onPiece?.(piece.length, answer.contentLength);
  const found = parseContentRange(answer.fields.get("content-range") ?? "");
  if (answer.status === 206 && selection !== undefined) {
    const length = expectedLength(selection, found, source);
    if (contentCodings(answer.fields).length > 0) {
      throw new ProtocolError(
        `Cannot read ${source}: the server sent a part of a coded body, expected none`,
        { source },
      );
    }
    const bytes = await readBody(answer, Math.min(length, maxBytes), heard);
    if (bytes.length === length) return bytes;
    throw new ProtocolError(
      `Cannot read ${source}: ${bytes.length} bytes came, expected the ${length} of its Content-Range`,
      { source },
    );
  }
  if (answer.status !== 200 && answer.status !== 203) {
    await discard(answer);
    throw refusal(answer, found);
  }
  if (selection === undefined) return await collect(answer, { first: 0 }, maxBytes, heard);
  if (whole === "refuse") {
    throw new ProtocolError(
      `Cannot read a part of ${source}: the server answered 200 with the whole file, expected 206`,
      { source },
    );
  }
  return await collect(answer, selection, maxBytes, heard);
}

/** Reads the wanted bytes of a body that comes whole, decoded where it has a coding. */
async function collect(
  answer: HttpAnswer,
  selection: ByteSelection,
  maxBytes: number,
  heard: (piece: Uint8Array) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const codings = contentCodings(answer.fields);
  const coded = codings.length > 0 && !keepsCoding(nameOfUrl(answer.url) ?? "", codings);
  const all = !("suffix" in selection) && selection.first === 0 && selection.last === undefined;
  if (all && !coded) return await readBody(answer, maxBytes, heard);
  const source = shownUrl(answer.url);
  const cutter = new BodyCutter(selection, maxBytes);
  try {
    for await (
      const piece of coded ? decodeBody(answer, codings, heard) : piecesOf(answer, heard)
    ) {
      if (!cutter.push(piece)) break;
    }
  } catch (error) {
    if (!(error instanceof HeliographError) || error.source !== undefined) throw error;
    throw new LimitError(`Cannot read ${source}: ${error.message}`, { source });
  }
  const bytes = cutter.finish();
  if (bytes.length > 0 || all) return bytes;
  throw new HeliographError(
    `Cannot read ${rangeField(selection)} of ${source}: it has ${cutter.position} bytes`,
    { source },
  );
}

async function* piecesOf(
  answer: HttpAnswer,
  heard: (piece: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  for (let piece = await answer.next(); piece !== null; piece = await answer.next()) {
    heard(piece);
    yield piece;
  }
}

function refusal(answer: HttpAnswer, found: ContentRange | undefined): HeliographError {
  const source = shownUrl(answer.url);
  const size = found?.size === undefined ? "" : `; the file has ${found.size} bytes`;
  const reason = `${answer.status} ${answer.reason}`.trimEnd();
  return new HeliographError(`Cannot read ${source}: the server answered ${reason}${size}`, {
    source,
  });
}

function inflate(
  bytes: Uint8Array<ArrayBuffer>,
  source: string,
  options: ReadRangeOptions,
  selection: ByteSelection | undefined,
): Uint8Array<ArrayBuffer> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    // The beginning of a file inflates as far as it goes.
    const finishFlush = selection === undefined ? zlib.Z_FINISH : zlib.Z_SYNC_FLUSH;
    const maxOutputLength = options.maxBytes ?? MAX_BYTES;
    const whole = gunzipSync(bytes, { finishFlush, maxOutputLength });
    return new Uint8Array(whole.buffer as ArrayBuffer, whole.byteOffset, whole.length);
  } catch (error) {
    const reason = messageOf(error);
    throw new FormatError(`Cannot inflate ${source}: ${reason}`, { cause: error, source });
  }
}
