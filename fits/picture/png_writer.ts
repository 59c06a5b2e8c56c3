/** Writes pictures as PNG, whole or by rows, from 8- and 16-bit samples. */

import { concatenate } from "../../net/bytes/concatenate.ts";
import { FormatError } from "../../net/errors.ts";
import { adler32 } from "../../net/platform/checksums.ts";
import { platform } from "../../net/platform/mod.ts";
import { cheapestFilter, type ChooseFilter, filterChooser } from "./png_filters.ts";
import {
  MAX_PNG_LENGTH,
  paeth,
  PNG_CHANNELS,
  PNG_COLOR_TYPES,
  PNG_SIGNATURE,
  type PngColor,
  type PngImage,
  type PngSamples,
} from "./png_format.ts";

/** How a picture is packed. */
export interface EncodePngOptions {
  /**
   * How hard the compressor tries, from 0 (not at all) to 9.
   *
   * @default {6}
   */
  readonly level?: number | undefined;
  /**
   * What is subtracted from a row before it is compressed. `adaptive` takes, row
   * by row, the filter with the least sum of absolute differences; `none` is
   * best for pictures of few colours.
   *
   * @default {"adaptive"}
   */
  readonly filter?: "adaptive" | "none" | "sub" | "up" | "average" | "paeth" | undefined;
  /** Texts to carry along, by keyword such as `Title` or `Source`; written as iTXt chunks. */
  readonly text?: Readonly<Record<string, string>> | undefined;
}

/** The form of a picture whose samples come later. */
export interface PngLayout {
  /** Pixels in a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** The channels of a pixel. */
  readonly color: PngColor;
  /** Bits of a sample. */
  readonly depth: 8 | 16;
}

const FILTERS = ["none", "sub", "up", "average", "paeth"] as const;

/** Filtered bytes that are compressed together: enough that the lost history does not matter. */
const BAND_BYTES = 1 << 20;

/**
 * Writes a picture as the bytes of a PNG file.
 *
 * @param image The picture; 16-bit samples give a 16-bit PNG.
 * @param options How it is packed.
 * @returns The file.
 * @throws {FormatError} If the samples are not `width` x `height` x channels in number.
 *
 * @example One red pixel
 * ```ts
 * import { encodePng } from "@heliograph/heliograph/fits";
 * import { assertEquals } from "@std/assert";
 *
 * const data = new Uint8Array([255, 0, 0]);
 * const png = encodePng({ width: 1, height: 1, color: "rgb", data });
 * assertEquals(png.subarray(1, 4), new TextEncoder().encode("PNG"));
 * ```
 */
export function encodePng(
  image: PngImage,
  options: EncodePngOptions = {},
): Uint8Array<ArrayBuffer> {
  const { width, height, color, data } = image;
  const layout: PngLayout = { width, height, color, depth: data instanceof Uint16Array ? 16 : 8 };
  return concatenate([...encodePngRows(layout, [data], options)]);
}

/**
 * Writes a picture as pieces of a PNG file while its rows are made, so that
 * neither has to be in memory whole.
 *
 * @param layout The form of the picture.
 * @param rows Its samples from the top, in pieces of one or more whole rows.
 * @param options How it is packed.
 * @returns Pieces of the file, each of about 1 MiB before compression.
 * @throws {FormatError} If a piece is not whole rows or their number is not `height`.
 *
 * @example A gradient that is never in memory whole
 * ```ts
 * import { encodePngRows } from "@heliograph/heliograph/fits/picture";
 *
 * function* rows() {
 *   for (let y = 0; y < 1000; y++) yield new Uint16Array(1000).fill(y * 65);
 * }
 * let bytes = 0;
 * const layout = { width: 1000, height: 1000, color: "gray", depth: 16 } as const;
 * for (const piece of encodePngRows(layout, rows())) bytes += piece.length;
 * console.log(bytes);
 * ```
 */
export function* encodePngRows(
  layout: PngLayout,
  rows: Iterable<PngSamples>,
  options: EncodePngOptions = {},
): Generator<Uint8Array<ArrayBuffer>, void> {
  const writer = new PngRows(layout, options);
  yield writer.preamble;
  for (const piece of rows) yield* writer.add(piece);
  yield* writer.finish();
}

/**
 * The same as {@linkcode encodePngRows} for rows that have to be waited for.
 *
 * @param layout The form of the picture.
 * @param rows Its samples from the top, in pieces of one or more whole rows.
 * @param options How it is packed.
 * @returns Pieces of the file.
 * @throws {FormatError} If a piece is not whole rows or their number is not `height`.
 */
export async function* encodePngStream(
  layout: PngLayout,
  rows: AsyncIterable<PngSamples>,
  options: EncodePngOptions = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const writer = new PngRows(layout, options, await filterChooser());
  yield writer.preamble;
  for await (const piece of rows) yield* writer.add(piece);
  yield* writer.finish();
}

/** A picture on its way into chunks. */
class PngRows {
  readonly preamble: Uint8Array<ArrayBuffer>;
  readonly #layout: PngLayout;
  readonly #band: Band;

  constructor(layout: PngLayout, options: EncodePngOptions, choose: ChooseFilter = cheapestFilter) {
    const { width, height } = layout;
    checkSize("width", width);
    checkSize("height", height);
    this.#layout = layout;
    this.preamble = preamble(layout, options.text ?? {});
    const pixelBytes = PNG_CHANNELS[layout.color] * layout.depth / 8;
    this.#band = new Band(width * pixelBytes, pixelBytes, height, options, choose);
  }

  *add(piece: PngSamples): Generator<Uint8Array<ArrayBuffer>, void> {
    const { width, height, depth } = this.#layout;
    const band = this.#band;
    const bytes = bigEndian(piece, depth);
    if (bytes.length % band.rowBytes !== 0) {
      throw new FormatError(
        `Cannot write a PNG of ${width} x ${height} pixels: got ${bytes.length} bytes of samples, ` +
          `expected whole rows of ${band.rowBytes}`,
      );
    }
    for (let at = 0; at < bytes.length; at += band.rowBytes) {
      if (band.full) yield pngChunk("IDAT", band.compress(true));
      band.add(bytes.subarray(at, at + band.rowBytes));
    }
  }

  *finish(): Generator<Uint8Array<ArrayBuffer>, void> {
    const { width, height } = this.#layout;
    if (this.#band.rows !== height) {
      throw new FormatError(
        `Cannot write a PNG of ${width} x ${height} pixels: got ${this.#band.rows} rows of samples`,
      );
    }
    yield pngChunk("IDAT", this.#band.finish());
    yield pngChunk("IEND", new Uint8Array(0));
  }
}

function checkSize(what: string, value: number): void {
  if (Number.isInteger(value) && value > 0 && value <= MAX_PNG_LENGTH) return;
  throw new FormatError(
    `Cannot write a PNG: its ${what} is ${value}, expected 1 to ${MAX_PNG_LENGTH}`,
  );
}

function preamble(
  layout: PngLayout,
  text: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const ihdr = new Uint8Array(13);
  const view = new DataView(ihdr.buffer);
  view.setUint32(0, layout.width);
  view.setUint32(4, layout.height);
  ihdr.set([layout.depth, PNG_COLOR_TYPES[layout.color]], 8);
  const parts = [
    new Uint8Array(PNG_SIGNATURE),
    pngChunk("IHDR", ihdr),
    ...Object.entries(text).map(([keyword, value]) => {
      if (!/^[!-~]([ -~]{0,77}[!-~])?$/.test(keyword)) {
        throw new FormatError(
          `Cannot write a PNG: a text has the keyword '${keyword}', ` +
            `expected 1 to 79 printable ASCII characters`,
        );
      }
      // Not compressed, no language, no translated keyword (section 11.3.3.4).
      return pngChunk("iTXt", new TextEncoder().encode(`${keyword}\0\0\0\0\0${value}`));
    }),
  ];
  return concatenate(parts);
}

/** Length, type, data and CRC of the type and data (section 5.3). */
export function pngChunk(type: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, platform.crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

/** The samples as the bytes of the file: 16-bit samples go most significant byte first. */
function bigEndian(samples: PngSamples, depth: 8 | 16): Uint8Array | Uint8ClampedArray {
  if ((samples instanceof Uint16Array) !== (depth === 16)) {
    throw new FormatError(
      `Cannot write a PNG of ${depth}-bit samples: got a ${samples.constructor.name}`,
    );
  }
  if (!(samples instanceof Uint16Array)) return samples;
  const bytes = new Uint8Array(samples.length * 2);
  for (let i = 0, at = 0; i < samples.length; i++) {
    const sample = samples[i]!;
    bytes[at++] = sample >> 8;
    bytes[at++] = sample;
  }
  return bytes;
}

/**
 * Rows on their way into the compressor. Each band is compressed alone and ends
 * on a byte (a sync flush), so that the bands laid end to end are one deflate
 * stream and the compressor can be the synchronous one.
 */
class Band {
  readonly rowBytes: number;
  rows = 0;
  readonly #pixelBytes: number;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #prior: Uint8Array;
  /** The filter of every row; undefined where each has its own. */
  readonly #filter: number | undefined;
  readonly #level: number;
  readonly #choose: ChooseFilter;
  #filled = 0;
  #started = false;
  #adler = 1;

  constructor(
    rowBytes: number,
    pixelBytes: number,
    rows: number,
    options: EncodePngOptions,
    choose: ChooseFilter,
  ) {
    this.#choose = choose;
    this.rowBytes = rowBytes;
    this.#pixelBytes = pixelBytes;
    const perBand = Math.min(rows, Math.max(1, Math.floor(BAND_BYTES / (rowBytes + 1))));
    this.#bytes = new Uint8Array(perBand * (rowBytes + 1));
    this.#prior = new Uint8Array(rowBytes);
    const { filter = "adaptive" } = options;
    this.#filter = filter === "adaptive" ? undefined : FILTERS.indexOf(filter);
    this.#level = options.level ?? 6;
  }

  get full(): boolean {
    return this.#filled === this.#bytes.length;
  }

  add(row: Uint8Array | Uint8ClampedArray): void {
    const filter = this.#filter ?? this.#choose(row, this.#prior, this.#pixelBytes);
    const at = this.#filled;
    this.#bytes[at] = filter;
    const place = this.#bytes.subarray(at + 1, at + 1 + this.rowBytes);
    applyFilter(filter, row, this.#prior, this.#pixelBytes, place);
    this.#filled += this.rowBytes + 1;
    this.#prior.set(row);
    this.rows++;
  }

  /** Compresses the rows since the last time; `open` if more will follow. */
  compress(open: boolean): Uint8Array {
    const filtered = this.#bytes.subarray(0, this.#filled);
    this.#adler = adler32(filtered, this.#adler);
    this.#filled = 0;
    const runs = isNoise(filtered, this.#level);
    const packed = platform.deflateSync(filtered, {
      format: "raw",
      level: this.#level,
      open,
      runs,
    });
    if (this.#started) return packed;
    this.#started = true;
    // Deflate with a window of 32 KiB (RFC 1950, section 2.2).
    return concatenate([[0x78, 0x01], packed]);
  }

  /** The last rows and the checksum of all. */
  finish(): Uint8Array {
    const last = this.compress(false);
    const checksum = new Uint8Array(4);
    new DataView(checksum.buffer).setUint32(0, this.#adler);
    return concatenate([last, checksum]);
  }
}

/** Bands from this size on are worth a sample, and bytes of that. */
const MIN_SAMPLED_BYTES = 524_288;
const SAMPLE_BYTES = 65_536;

/**
 * Whether filtered rows are noise, in which the compressor finds nothing twice but by chance: then
 * looking for runs alone leaves less of them. 16 Mpx of noise take a third of the time.
 */
function isNoise(filtered: Uint8Array, level: number): boolean {
  if (level === 0 || filtered.length < MIN_SAMPLED_BYTES) return false;
  const from = (filtered.length - SAMPLE_BYTES) >> 1;
  const sample = filtered.subarray(from, from + SAMPLE_BYTES);
  const [all, runs] = [false, true].map((runs) =>
    platform.deflateSync(sample, { format: "raw", level, runs }).length
  );
  return runs! <= all!;
}

/** Filter types 0 to 4 (section 9.2); bytes outside the picture count as 0. */
function applyFilter(
  type: number,
  row: Uint8Array | Uint8ClampedArray,
  prior: Uint8Array,
  pixelBytes: number,
  out: Uint8Array,
): void {
  const length = row.length;
  if (type === 0) {
    out.set(row);
  } else if (type === 1) {
    for (let i = 0; i < pixelBytes; i++) out[i] = row[i]!;
    for (let i = pixelBytes; i < length; i++) out[i] = row[i]! - row[i - pixelBytes]!;
  } else if (type === 2) {
    for (let i = 0; i < length; i++) out[i] = row[i]! - prior[i]!;
  } else if (type === 3) {
    for (let i = 0; i < pixelBytes; i++) out[i] = row[i]! - (prior[i]! >> 1);
    for (let i = pixelBytes; i < length; i++) {
      out[i] = row[i]! - ((row[i - pixelBytes]! + prior[i]!) >> 1);
    }
  } else {
    for (let i = 0; i < pixelBytes; i++) out[i] = row[i]! - prior[i]!;
    for (let i = pixelBytes; i < length; i++) {
      out[i] = row[i]! - paeth(row[i - pixelBytes]!, prior[i]!, prior[i - pixelBytes]!);
    }
  }
}
