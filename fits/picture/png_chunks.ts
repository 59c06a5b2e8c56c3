/** The chunks of a PNG file: their order, lengths and checksums. */

import { concatenate } from "../../net/bytes/concatenate.ts";
import { FormatError } from "../../net/errors.ts";
import { platform } from "../../net/platform/mod.ts";
import { MAX_PNG_LENGTH, PNG_SIGNATURE } from "./png_format.ts";

/** Sample depths that each colour type may have (section 11.2.1). */
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/** What the chunks of a file say. */
export interface PngChunks {
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
 * The error of a damaged file.
 *
 * @param what What is wrong.
 * @param offset Where, in bytes.
 */
export function damaged(what: string, offset: number): FormatError {
  return new FormatError(`Cannot read a PNG: ${what} at byte ${offset}`, { offset });
}

/**
 * Reads the chunks up to IEND, their lengths and CRCs checked (section 5.3).
 *
 * @param bytes The file.
 * @returns What they say; the image data still compressed.
 * @throws {FormatError} If the file is no PNG, or damaged.
 */
export function parseChunks(bytes: Uint8Array): PngChunks {
  if (!PNG_SIGNATURE.every((byte, i) => bytes[i] === byte)) {
    throw new FormatError("Cannot read a PNG: the file does not begin with the PNG signature", {
      offset: 0,
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const idat: Uint8Array[] = [];
  let head: Omit<PngChunks, "palette" | "transparency" | "packed"> | undefined;
  let palette: Uint8Array | undefined;
  let transparency: Uint8Array | undefined;
  let ended = false;
  for (let at = 8; !ended;) {
    if (at + 12 > bytes.length) throw damaged("the file ends where a chunk should be", at);
    const length = view.getUint32(at);
    if (length > MAX_PNG_LENGTH || at + 12 + length > bytes.length) {
      throw damaged(`a chunk of ${length} bytes passes the end of the file`, at);
    }
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (
      platform.crc32(bytes.subarray(at + 4, at + 8 + length)) !== view.getUint32(at + 8 + length)
    ) {
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
  return {
    ...head!,
    palette,
    transparency,
    packed: idat.length === 1 ? idat[0]! : concatenate(idat),
  };
}

function parseHead(
  chunk: string,
  data: Uint8Array,
  at: number,
): Omit<PngChunks, "palette" | "transparency" | "packed"> {
  if (chunk !== "IHDR" || data.length !== 13) {
    throw damaged(`the first chunk is '${chunk}' of ${data.length} bytes, expected IHDR of 13`, at);
  }
  const view = new DataView(data.buffer, data.byteOffset, 13);
  const width = view.getUint32(0);
  const height = view.getUint32(4);
  if (width < 1 || height < 1 || width > MAX_PNG_LENGTH || height > MAX_PNG_LENGTH) {
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
