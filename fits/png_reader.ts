/** Reads PNG files of every colour type, depth and interlacing into plain samples. */

import { constants, crc32, inflateSync } from "node:zlib";
import { FormatError, LimitError } from "../net/errors.ts";
import {
  paeth,
  PNG_CHANNELS,
  PNG_MOST,
  PNG_SIGNATURE,
  type PngColor,
  type PngImage,
} from "./png_format.ts";

/** Limits of {@linkcode decodePng}. */
export interface DecodePngOptions {
  /**
   * The most bytes of samples that a picture may have.
   *
   * @default {1073741824}
   */
  readonly maxBytes?: number;
}

/** Sample depths that each colour type may have (section 11.2.1). */
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

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

interface Parsed {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly type: number;
  readonly interlaced: boolean;
  readonly palette: Uint8Array | undefined;
  readonly transparency: Uint8Array | undefined;
  readonly packed: Uint8Array;
}

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

function pixelBits(png: Parsed): number {
  return STORED_CHANNELS[png.type]! * png.depth;
}

function storedRowBytes(png: Parsed, columns: number): number {
  return Math.ceil(columns * pixelBits(png) / 8);
}

function passes(png: Parsed): readonly (readonly [number, number, number, number])[] {
  return png.interlaced ? ADAM7 : [[0, 0, 1, 1]];
}

function colorOf(png: Parsed): PngColor {
  const alpha = png.transparency !== undefined;
  if (png.type === 0) return alpha ? "gray-alpha" : "gray";
  if (png.type === 4) return "gray-alpha";
  return alpha || png.type === 6 ? "rgb-alpha" : "rgb";
}

function damaged(what: string, offset: number): FormatError {
  return new FormatError(`Cannot read a PNG: ${what} at byte ${offset}`, { offset });
}

/** Chunks up to IEND, their lengths and CRCs checked (section 5.3). */
function parseChunks(bytes: Uint8Array): Parsed {
  if (!PNG_SIGNATURE.every((byte, i) => bytes[i] === byte)) {
    throw new FormatError("Cannot read a PNG: the file does not begin with the PNG signature", {
      offset: 0,
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const idat: Uint8Array[] = [];
  let head: Omit<Parsed, "palette" | "transparency" | "packed"> | undefined;
  let palette: Uint8Array | undefined;
  let transparency: Uint8Array | undefined;
  let ended = false;
  for (let at = 8; !ended;) {
    if (at + 12 > bytes.length) throw damaged("the file ends where a chunk should be", at);
    const length = view.getUint32(at);
    if (length > PNG_MOST || at + 12 + length > bytes.length) {
      throw damaged(`a chunk of ${length} bytes passes the end of the file`, at);
    }
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (crc32(bytes.subarray(at + 4, at + 8 + length)) !== view.getUint32(at + 8 + length)) {
      throw damaged(`the checksum of the chunk '${type}' is wrong`, at);
    }
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (head === undefined) head = parseHead(type, data, at);
    else if (type === "PLTE") palette = checkPalette(data, at);
    else if (type === "tRNS") transparency = checkTransparency(data, head.type, at);
    else if (type === "IDAT") idat.push(data);
    else if (type === "IEND") ended = true;
    else if (/^[A-Z]/.test(type)) throw damaged(`an unknown critical chunk '${type}'`, at);
    at += 12 + length;
  }
  if (head!.type === 3 && palette === undefined) throw damaged("no palette (PLTE)", bytes.length);
  if (idat.length === 0) throw damaged("no image data (IDAT)", bytes.length);
  return { ...head!, palette, transparency, packed: joined(idat) };
}

function parseHead(
  chunk: string,
  data: Uint8Array,
  at: number,
): Omit<Parsed, "palette" | "transparency" | "packed"> {
  if (chunk !== "IHDR" || data.length !== 13) {
    throw damaged(`the first chunk is '${chunk}' of ${data.length} bytes, expected IHDR of 13`, at);
  }
  const view = new DataView(data.buffer, data.byteOffset, 13);
  const width = view.getUint32(0);
  const height = view.getUint32(4);
  if (width < 1 || height < 1 || width > PNG_MOST || height > PNG_MOST) {
    throw damaged(`a picture of ${width} x ${height} pixels`, at);
  }
  const [depth, type, compression, filter, interlace] = data.subarray(8);
  if (!DEPTHS[type!]?.includes(depth!)) {
    throw damaged(`colour type ${type} with ${depth}-bit samples`, at);
  }
  if (compression !== 0 || filter !== 0 || interlace! > 1) {
    throw damaged(`unknown method (${compression}, ${filter}, ${interlace}) in IHDR`, at);
  }
  return { width, height, depth: depth!, type: type!, interlaced: interlace === 1 };
}

function checkPalette(data: Uint8Array, at: number): Uint8Array {
  if (data.length === 0 || data.length % 3 !== 0 || data.length > 768) {
    throw damaged(`a palette of ${data.length} bytes`, at);
  }
  return data;
}

function checkTransparency(data: Uint8Array, type: number, at: number): Uint8Array | undefined {
  if (type === 4 || type === 6) return undefined;
  if (type === 3 ? data.length > 256 : data.length !== (type === 0 ? 2 : 6)) {
    throw damaged(`transparency (tRNS) of ${data.length} bytes`, at);
  }
  return data;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The filtered rows, no more of them than the head announces and the data can hold. */
function inflate(png: Parsed): Uint8Array {
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
    filtered = inflateSync(png.packed, {
      maxOutputLength: expected,
      finishFlush: constants.Z_SYNC_FLUSH,
    });
  } catch (cause) {
    if (cause instanceof RangeError) throw shortOf("more");
    throw new FormatError(
      `Cannot read a PNG of ${png.width} x ${png.height} pixels: ` +
        `its image data cannot be inflated (${(cause as Error).message})`,
      { cause },
    );
  }
  if (filtered.length !== expected) throw shortOf(filtered.length);
  return filtered;
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

function sampleWriter(png: Parsed, color: PngColor, data: Uint8Array | Uint16Array): PutRow {
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

function paletteWriter(png: Parsed, data: Uint8Array): PutRow {
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
