import { checkCaps } from "../../net/caps.ts";
import { concatenate } from "../../net/bytes/concatenate.ts";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { FormatError, HeliographError, LimitError, messageOf } from "../../net/errors.ts";
import { parseContentDisposition } from "../fields/content_disposition.ts";
import { discard, type HttpAnswer } from "../client/exchange.ts";
import { type ClientOptions, fetchUrl, type HttpClient } from "../client/client.ts";
import { contentCodings } from "../client/content_coding.ts";
import { decodeBody } from "../client/decode_body.ts";
import { fileError } from "../../net/file_error.ts";
import { CollectedBytes } from "../message/collected_bytes.ts";
import { parseDataUrl } from "../fields/data_url.ts";
import { nameOfUrl } from "../fields/file_name.ts";
import { MAX_SNIFFED_BYTES, sniffImageType } from "../fields/image_type.ts";
import { shownUrl } from "../../net/text/shown_url.ts";

/** An image of a type that browsers show. */
export interface RenderedImage {
  /** The bytes of the image. */
  readonly bytes: Uint8Array;
  /** Its media type, such as `image/png`. */
  readonly type: string;
}

/**
 * Makes an image that browsers show of one that they do not, such as FITS.
 *
 * @param bytes The content, inflated if it was compressed.
 * @param type Its media type, if its first bytes tell.
 * @param name Its name.
 * @returns The image, or undefined if this is nothing that can be rendered.
 */
export type ImageRenderer = (
  bytes: Uint8Array<ArrayBuffer>,
  type: string | undefined,
  name: string,
) => Promise<RenderedImage | undefined>;

/** Options of the functions that stream images. */
export interface ImageStreamOptions extends ClientOptions {
  /** Makes images of types that browsers do not show. Default: these are refused. */
  render?: ImageRenderer | undefined;
  /** The most bytes of one image, inflated. @default {268435456} */
  maxBytes?: number | undefined;
}

/** Types that every browser shows in an `img`. */
const SHOWN: ReadonlySet<string> = new Set([
  "image/jpeg",
  "image/png",
  "image/gif",
  "image/webp",
  "image/avif",
  "image/bmp",
  "image/vnd.microsoft.icon",
]);

/** An image as it comes. */
export interface ImageStream {
  readonly name: string;
  readonly type: string;
  /** The bytes, piece by piece; each is valid until the next one is asked for. */
  readonly pieces: AsyncIterable<Uint8Array>;
}

/**
 * Opens an image: inflates it if it begins as gzip does, and finds its type by its
 * first bytes, whatever name and header fields say.
 *
 * @param target The URL.
 * @param options Renderer, limit, credentials.
 * @throws {FormatError} If it is no image that can be shown.
 */
export async function openImage(
  target: string | URL,
  options: ImageStreamOptions & { client: HttpClient },
): Promise<ImageStream> {
  const url = fetchUrl(target, ["http:", "https:", "s3:", "file:", "data:"]);
  const { name, source, pieces } = await openSource(url, options.client);
  checkCaps(options);
  const { maxBytes = 268_435_456 } = options;
  const { beginning, all } = await inflated(pieces, source);
  const limited = limit(all, maxBytes, source);
  const type = sniffImageType(beginning);
  if (type !== undefined && SHOWN.has(type)) return { name, type, pieces: limited };
  const rendered = await options.render?.(await collect(limited), type, name);
  if (rendered !== undefined) {
    return { name, type: rendered.type, pieces: toAsync([rendered.bytes]) };
  }
  await limited.return(undefined);
  throw new FormatError(
    `Cannot show ${source}: ` +
      (type === "image/svg+xml"
        ? "SVG may carry scripts, which an image must not"
        : `found ${type ?? "no image"}, expected JPEG, PNG, GIF, WebP, AVIF or BMP`),
    { source },
  );
}

interface Source {
  name: string;
  source: string;
  pieces: AsyncGenerator<Uint8Array>;
}

async function openSource(url: URL, client: HttpClient): Promise<Source> {
  if (url.protocol === "data:") {
    return {
      name: "image",
      source: "the data: URL",
      pieces: toAsync([parseDataUrl(url.href).bytes]),
    };
  }
  const name = nameOfUrl(url) ?? "image";
  if (url.protocol === "file:") return { name, source: url.href, pieces: readFile(url) };
  const answer = await client.send("GET", url);
  const source = shownUrl(answer.url);
  if (answer.status !== 200) {
    await discard(answer);
    const reason = `${answer.status} ${answer.reason}`.trimEnd();
    throw new HeliographError(`Cannot read ${source}: the server answered ${reason}`, { source });
  }
  const disposition = answer.fields.get("content-disposition") ?? "";
  const proposed = parseContentDisposition(disposition).filename;
  const pieces = bodyOf(answer);
  return { name: proposed ?? name, source, pieces };
}

async function* bodyOf(answer: HttpAnswer): AsyncGenerator<Uint8Array> {
  try {
    const codings = contentCodings(answer.fields);
    if (codings.length > 0) return yield* decodeBody(answer, codings, () => {});
    for (let piece = await answer.next(); piece !== null; piece = await answer.next()) yield piece;
  } finally {
    answer.cancel();
  }
}

async function* readFile(url: URL): AsyncGenerator<Uint8Array> {
  try {
    using file = await Deno.open(url);
    const buffer = new Uint8Array(1_048_576);
    for (let count = await file.read(buffer); count !== null; count = await file.read(buffer)) {
      yield buffer.subarray(0, count);
    }
  } catch (error) {
    throw fileError(error, "read", url.href);
  }
}

/** Takes the gzip off, if there is one, however often a server has put it on. */
async function inflated(
  pieces: AsyncGenerator<Uint8Array>,
  source: string,
  depth = 0,
): Promise<{ beginning: Uint8Array; all: AsyncGenerator<Uint8Array> }> {
  const { beginning, all } = await peek(pieces);
  if (beginning[0] !== 0x1f || beginning[1] !== 0x8b || depth === 2) return { beginning, all };
  return await inflated(gunzip(all, source), source, depth + 1);
}

async function* gunzip(
  pieces: AsyncIterable<Uint8Array>,
  source: string,
): AsyncGenerator<Uint8Array> {
  let failure: unknown;
  async function* copies(): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of pieces) yield piece.slice();
    } catch (error) {
      throw failure = error;
    }
  }
  const input = Readable.from(copies());
  const gunzip = createGunzip();
  input.on("error", (error) => gunzip.destroy(error));
  try {
    for await (const piece of input.pipe(gunzip)) yield piece as Uint8Array;
  } catch (error) {
    if (failure !== undefined) throw failure;
    const reason = messageOf(error);
    throw new FormatError(`Cannot inflate ${source}: ${reason}`, { cause: error, source });
  }
}

/** Waits for the first bytes, and gives them back in front of the others. */
async function peek(
  pieces: AsyncGenerator<Uint8Array>,
): Promise<{ beginning: Uint8Array; all: AsyncGenerator<Uint8Array> }> {
  const first: Uint8Array[] = [];
  let length = 0;
  while (length < MAX_SNIFFED_BYTES) {
    const { done, value } = await pieces.next();
    if (done) break;
    first.push(value.slice());
    length += value.length;
  }
  const beginning = concatenate(first, length);
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      yield beginning;
      yield* pieces;
    } finally {
      await pieces.return(undefined);
    }
  }
  return { beginning, all: all() };
}

async function* limit(
  pieces: AsyncGenerator<Uint8Array>,
  most: number,
  source: string,
): AsyncGenerator<Uint8Array, undefined> {
  let count = 0;
  for await (const piece of pieces) {
    count += piece.length;
    if (count > most) {
      throw new LimitError(`Cannot show ${source}: more than the ${most} bytes that are allowed`, {
        source,
      });
    }
    yield piece;
  }
}

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const collected = new CollectedBytes();
  for await (const piece of pieces) collected.append(piece);
  return collected.take();
}

async function* toAsync(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield await Promise.resolve(piece);
}
