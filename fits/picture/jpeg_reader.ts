/**
 * JPEG to pixels, with the platform's own decoder.
 *
 * The samples come out as they are stored: without colour management and without the
 * rotation that a camera noted, as libjpeg's `djpeg` and IDL's READ_JPEG give them.
 */

import { checkCaps } from "../../net/caps.ts";
import { concatenate } from "../../net/bytes/concatenate.ts";
import { FormatError, LimitError, messageOf } from "../../net/errors.ts";
import { decodePng, type PngImage } from "./png.ts";

/** Options of {@linkcode decodeJpeg}. */
export interface DecodeJpegOptions {
  /** What is read, for messages. */
  source?: string | undefined;
  /** The most bytes of the pixels. @default {1073741824} */
  maxBytes?: number | undefined;
}

/** The platform's canvas takes no more pixels than this in a row or a column. */
const MAX_PIXELS = 16_384;

/** What the frame header of a JPEG file says (ITU-T T.81, section B.2.2). */
interface FrameHeader {
  readonly width: number;
  readonly height: number;
  readonly components: number;
}

/** Whether bytes begin like a JPEG file. */
export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

/**
 * Decodes a JPEG file, baseline or progressive.
 *
 * @param bytes The whole file.
 * @param options Its name for messages, and the most bytes of the pixels.
 * @returns The picture, rows from the top: `gray` for a file of one component, else `rgb`.
 * @throws {FormatError} If it is no JPEG file, if it is damaged, or if it uses what
 * the platform cannot decode (arithmetic coding, more than 16,384 pixels in a row).
 * @throws {LimitError} If its pixels would have more than `maxBytes`.
 */
export async function decodeJpeg(
  bytes: Uint8Array,
  options: DecodeJpegOptions = {},
): Promise<PngImage<Uint8Array>> {
  checkCaps(options);
  const { source = "the JPEG file", maxBytes = 1024 ** 3 } = options;
  const { frame, plain } = readSegments(bytes, source);
  const { width, height, components } = frame;
  if (width * height * 4 > maxBytes) {
    throw new LimitError(
      `Cannot decode ${source}: ${width} x ${height} pixels need ${width * height * 4} bytes, ` +
        `at most ${maxBytes} are allowed`,
      { source },
    );
  }
  let png: PngImage;
  try {
    const bitmap = await createImageBitmap(new Blob([plain], { type: "image/jpeg" }), {
      colorSpaceConversion: "none",
    });
    const canvas = new OffscreenCanvas(width, height);
    canvas.getContext("bitmaprenderer")!.transferFromImageBitmap(bitmap);
    const blob = await canvas.convertToBlob({ type: "image/png" });
    png = decodePng(new Uint8Array(await blob.arrayBuffer()));
  } catch (error) {
    throw new FormatError(
      `Cannot decode ${source}: ${messageOf(error)}`,
      { cause: error, source },
    );
  }
  return withChannels(png as PngImage<Uint8Array>, components === 1 ? 1 : 3);
}

/**
 * Walks the segments up to the frame header, and copies the file without its Exif
 * segments, whose rotation the decoder would apply.
 */
function readSegments(
  bytes: Uint8Array,
  source: string,
): { frame: FrameHeader; plain: Uint8Array<ArrayBuffer> } {
  const fail = (problem: string, offset: number): never => {
    throw new FormatError(`Cannot decode ${source}: ${problem}`, { source, offset });
  };
  if (!isJpeg(bytes)) fail("it does not begin with ff d8 ff, the mark of a JPEG file", 0);
  const kept: Uint8Array[] = [bytes.subarray(0, 2)];
  for (let at = 2;;) {
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++;
    const marker = bytes[at + 1];
    if (at + 4 > bytes.length || marker === undefined) fail("it ends before its picture", at);
    if (bytes[at] !== 0xff) fail(`a marker was expected, ${bytes[at]!.toString(16)} found`, at);
    const length = bytes[at + 2]! * 256 + bytes[at + 3]!;
    const next = at + 2 + length;
    if (length < 2 || next > bytes.length) fail("it ends in the middle of a segment", at);
    if (isFrameHeader(marker!)) {
      const frame = readFrameHeader(bytes.subarray(at, next), fail, at);
      return { frame, plain: concatenate([...kept, bytes.subarray(at)]) };
    }
    if (!isExif(bytes.subarray(at, next))) kept.push(bytes.subarray(at, next));
    at = next;
  }
}

/** SOF0 to SOF15; C4, C8 and CC are tables. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function isExif(segment: Uint8Array): boolean {
  return segment[1] === 0xe1 &&
    [0x45, 0x78, 0x69, 0x66].every((byte, i) => segment[4 + i] === byte);
}

function readFrameHeader(
  segment: Uint8Array,
  fail: (problem: string, offset: number) => never,
  offset: number,
): FrameHeader {
  if (segment.length < 10) fail("its frame header is too short", offset);
  if (segment[1]! > 0xc2) {
    const process = segment[1]! >= 0xc9 ? "arithmetic coding" : "lossless or hierarchical coding";
    fail(`it uses ${process}, expected baseline or progressive`, offset);
  }
  if (segment[4] !== 8) fail(`its samples have ${segment[4]} bits, expected 8`, offset);
  const height = segment[5]! * 256 + segment[6]!;
  const width = segment[7]! * 256 + segment[8]!;
  if (width === 0 || height === 0) fail(`its picture has ${width} x ${height} pixels`, offset);
  if (width > MAX_PIXELS || height > MAX_PIXELS) {
    fail(`${width} x ${height} pixels, at most ${MAX_PIXELS} each way can be decoded`, offset);
  }
  return { width, height, components: segment[9]! };
}

/** The picture with one or three channels, whatever the canvas made of it. */
function withChannels(picture: PngImage<Uint8Array>, channels: 1 | 3): PngImage<Uint8Array> {
  const color = channels === 1 ? "gray" : "rgb";
  if (picture.color === color) return picture;
  const { width, height } = picture;
  const pixels = width * height;
  const stride = picture.data.length / pixels;
  const data = new Uint8Array(pixels * channels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let channel = 0; channel < channels; channel++) {
      data[pixel * channels + channel] = picture.data[pixel * stride + (stride < 3 ? 0 : channel)]!;
    }
  }
  return { width, height, color, data };
}
