/** Reads PNG files of every colour type, depth and interlacing into plain samples. */

import { checkCaps } from "../../net/caps.ts";
import { FormatError, LimitError } from "../../net/errors.ts";
import { platform } from "../../net/platform/mod.ts";
import { parseChunks, type PngChunks } from "./png_chunks.ts";
import { paeth, PNG_CHANNELS, type PngColor, type PngImage } from "./png_format.ts";

/** Limits of {@linkcode decodePng}. */
export interface DecodePngOptions {
  /**
   * The most bytes of samples that a picture may have.
   *
   * @default {1073741824}
   */
  readonly maxBytes?: number | undefined;
}

/** Channels as stored, by colour type. */
const STORED_CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Of each pass of Adam7: first column, first row, column step, row step (section 8.2). */
const ADAM7: readonly (readonly [number, number, number, number])[] = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

/**
 * Reads a PNG file.
 *
 * Samples of less than 8 bits are widened to the range 0..255, palettes become
 * colours, a transparent colour becomes an alpha channel; gamma and colour
 * profiles are left alone.
 *
 * @param bytes The file.
 * @param options Limits.
 * @returns The picture, with 16-bit samples if the file has them.
 * @throws {FormatError} If it is not a PNG file, or a damaged one.
 * @throws {LimitError} If its samples would be more than `maxBytes`.
 *
 * @example Write and read again
 * ```ts
 * import { decodePng, encodePng } from "@heliograph/heliograph/fits";
 * import { assertEquals } from "@std/assert";
 *
 * const image = { width: 2, height: 1, color: "gray", data: new Uint8Array([7, 9]) } as const;
 * assertEquals(decodePng(encodePng(image)), image);
 * ```
 */
export function decodePng(
  bytes: Uint8Array,
  options: DecodePngOptions = {},
): PngImage<Uint8Array | Uint16Array> {
  const png = parseChunks(bytes);
  const color = colorOf(png);
  const samples = png.width * png.height * PNG_CHANNELS[color];
  checkCaps(options);
  const most = options.maxBytes ?? 2 ** 30;
  const size = samples * (png.depth === 16 ? 2 : 1);
  if (size > most) {
    throw new LimitError(
      `Cannot read a PNG of ${png.width} x ${png.height} pixels: ` +
        `it needs ${size} bytes, the limit is ${most}`,
    );
  }
  const filtered = inflate(png);
  const data = png.depth === 16 ? new Uint16Array(samples) : new Uint8Array(samples);
  let at = 0;
  for (const [x0, y0, dx, dy] of passes(png)) {
    const columns = Math.ceil((png.width - x0) / dx);
    const rows = Math.ceil((png.height - y0) / dy);
    if (columns <= 0 || rows <= 0) continue;
    const rowBytes = storedRowBytes(png, columns);
    unfilter(filtered, at, rows, rowBytes, Math.max(1, pixelBits(png) >> 3));
    const put = sampleWriter(png, color, data);
    for (let row = 0; row < rows; row++) {
      const line = filtered.subarray(at + 1, at + 1 + rowBytes);
      put(line, columns, (y0 + row * dy) * png.width + x0, dx);
      at += rowBytes + 1;
    }
  }
  return { width: png.width, height: png.height, color, data };
}

function pixelBits(png: PngChunks): number {
  return STORED_CHANNELS[png.type]! * png.depth;
}

function storedRowBytes(png: PngChunks, columns: number): number {
  return Math.ceil(columns * pixelBits(png) / 8);
}

function passes(png: PngChunks): readonly (readonly [number, number, number, number])[] {
  return png.interlaced ? ADAM7 : [[0, 0, 1, 1]];
}

function colorOf(png: PngChunks): PngColor {
  const alpha = png.transparency !== undefined;
  if (png.type === 0) return alpha ? "gray-alpha" : "gray";
  if (png.type === 4) return "gray-alpha";
  return alpha || png.type === 6 ? "rgb-alpha" : "rgb";
}

/** The filtered rows, no more of them than the head announces and the data can hold. */
function inflate(png: PngChunks): Uint8Array {
  let expected = 0;
  for (const [x0, y0, dx, dy] of passes(png)) {
    const columns = Math.ceil((png.width - x0) / dx);
    const rows = Math.ceil((png.height - y0) / dy);
    if (columns > 0 && rows > 0) expected += rows * (storedRowBytes(png, columns) + 1);
  }
  const shortOf = (found: number | string) =>
    new FormatError(
      `Cannot read a PNG of ${png.width} x ${png.height} pixels: ` +
        `its image data hold ${found} bytes, expected ${expected}`,
    );
  // Deflate expands at most 1032 times: refuse before a large buffer is asked for.
  if (expected > png.packed.length * 1032) throw shortOf("too few");
  let filtered: Uint8Array;
  try {
    filtered = platform.inflateSync(png.packed, expected, expected, {
      format: "zlib",
      truncated: true,
    });
  } catch (cause) {
    if (cause instanceof LimitError) throw shortOf("more");
    throw new FormatError(
      `Cannot read a PNG of ${png.width} x ${png.height} pixels: ` +
        `its image data cannot be inflated (${inflateFault(cause)})`,
      { cause },
    );
  }
  if (filtered.length !== expected) throw shortOf(filtered.length);
  return filtered;
}

function inflateFault(error: unknown): string {
  return (error as Error).message.replace(/^Cannot inflate: /, "");
}

/** Undoes the filters of `rows` rows in place (section 9.2). */
function unfilter(
  bytes: Uint8Array,
  start: number,
  rows: number,
  rowBytes: number,
  pixelBytes: number,
): void {
  for (let row = 0, at = start; row < rows; row++, at += rowBytes + 1) {
    const type = bytes[at]!;
    const first = at + 1;
    const end = first + rowBytes;
    const above = row === 0 ? -1 : first - rowBytes - 1;
    if (type > 4) throw new FormatError(`Cannot read a PNG: unknown filter ${type} in row ${row}`);
    for (let i = first; type > 0 && i < end; i++) {
      const left = i - pixelBytes >= first ? bytes[i - pixelBytes]! : 0;
      const up = above < 0 ? 0 : bytes[above + i - first]!;
      if (type === 1) bytes[i] = bytes[i]! + left;
      else if (type === 2) bytes[i] = bytes[i]! + up;
      else if (type === 3) bytes[i] = bytes[i]! + ((left + up) >> 1);
      else {
        const corner = above < 0 || i - pixelBytes < first
          ? 0
          : bytes[above + i - first - pixelBytes]!;
        bytes[i] = bytes[i]! + paeth(left, up, corner);
      }
    }
  }
}

/** Writes the pixels of one row to every `step`-th place of the picture. */
type PutRow = (line: Uint8Array, columns: number, first: number, step: number) => void;

function sampleWriter(png: PngChunks, color: PngColor, data: Uint8Array | Uint16Array): PutRow {
  if (png.type === 3) return paletteWriter(png, data as Uint8Array);
  const stored = STORED_CHANNELS[png.type]!;
  const channels = PNG_CHANNELS[color];
  const wide = png.depth === 16;
  const scale = wide ? 1 : 255 / (2 ** Math.min(png.depth, 8) - 1);
  const key = png.transparency === undefined ? undefined : Array.from(
    { length: stored },
    (_, i) => png.transparency![2 * i]! << 8 | png.transparency![2 * i + 1]!,
  );
  if (png.depth === 8 && key === undefined) {
    return (line, columns, first, step) => {
      if (step === 1) return data.set(line, first * channels);
      for (let x = 0; x < columns; x++) {
        for (let c = 0; c < channels; c++) {
          data[(first + x * step) * channels + c] = line[x * channels + c]!;
        }
      }
    };
  }
  return (line, columns, first, step) => {
    for (let x = 0; x < columns; x++) {
      const to = (first + x * step) * channels;
      let matches = key !== undefined;
      for (let c = 0; c < stored; c++) {
        const sample = wide
          ? line[2 * (x * stored + c)]! << 8 | line[2 * (x * stored + c) + 1]!
          : bitsAt(line, x * stored + c, png.depth);
        data[to + c] = sample * scale;
        if (matches && sample !== key![c]) matches = false;
      }
      if (key !== undefined) data[to + stored] = matches ? 0 : wide ? 65535 : 255;
    }
  };
}

function paletteWriter(png: PngChunks, data: Uint8Array): PutRow {
  const palette = png.palette!;
  const alpha = png.transparency;
  const channels = alpha === undefined ? 3 : 4;
  return (line, columns, first, step) => {
    for (let x = 0; x < columns; x++) {
      const index = bitsAt(line, x, png.depth);
      if (index * 3 >= palette.length) {
        throw new FormatError(
          `Cannot read a PNG: colour ${index} of a palette of ${palette.length / 3}`,
        );
      }
      const to = (first + x * step) * channels;
      for (let c = 0; c < 3; c++) data[to + c] = palette[index * 3 + c]!;
      if (alpha !== undefined) data[to + 3] = alpha[index] ?? 255;
    }
  };
}

/** Sample `index` of a row of samples of 1, 2, 4 or 8 bits, the first in the highest bits. */
function bitsAt(line: Uint8Array, index: number, depth: number): number {
  if (depth === 8) return line[index]!;
  const bit = index * depth;
  return (line[bit >> 3]! >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
}
