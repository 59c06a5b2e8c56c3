/** A frame: the header blocks and the big-endian pixels of a 16-bit image. A core without sockets. */

import { toNativeOrder } from "../../../net/byte_order.ts";
import { FormatError, LimitError } from "../../../net/errors.ts";
import { Header } from "../../header/header.ts";
import { hduLayout, paddedSize } from "../../hdu/layout.ts";

/** One image of a feed, as it was put. */
export interface FitspipeFrame {
  /** Its number in the feed. */
  readonly number: number;
  /** NAXIS1. */
  readonly width: number;
  /** NAXIS2. */
  readonly height: number;
  /** The header blocks up to and including the one with END. */
  readonly header: Uint8Array;
  /** The stored pixels: 16-bit, big-endian, NAXIS1 fastest, without padding. */
  readonly pixels: Uint8Array;
}

/** What a header says of the data that follow it. */
export interface FrameShape {
  readonly width: number;
  readonly height: number;
  /** Bytes of pixels, without padding. */
  readonly bytes: number;
}

/**
 * The size of the data behind a header, whatever they are.
 *
 * @param header The header blocks.
 * @returns Bytes, with their padding.
 * @throws {FormatError} If the header does not tell.
 */
export function dataBlockBytes(header: Uint8Array): number {
  const parsed = Header.parse(header);
  return paddedSize(hduLayout(parsed, !parsed.has("XTENSION")).dataSize);
}

/**
 * Checks that a header is that of a frame.
 *
 * @param header The header blocks.
 * @param mostBytes The most bytes of pixels.
 * @returns Width, height and bytes.
 * @throws {FormatError} If it is not the header of a 16-bit image of two axes.
 * @throws {LimitError} If the image is larger than `mostBytes`.
 */
export function frameShape(header: Uint8Array, mostBytes: number): FrameShape {
  const layout = hduLayout(Header.parse(header), true);
  const [width, height] = layout.shape;
  if (layout.bitpix !== 16) throw new FormatError(`BITPIX is ${layout.bitpix}, expected 16`);
  if (layout.shape.length !== 2 || width === undefined || height === undefined) {
    throw new FormatError(`NAXIS is ${layout.shape.length}, expected 2`);
  }
  if (width === 0 || height === 0) throw new FormatError(`the image is ${width} x ${height}`);
  if (layout.dataSize > mostBytes || width > 99_999 || height > 99_999) {
    throw new LimitError(`${width} x ${height} pixels are too many`);
  }
  return { width, height, bytes: layout.dataSize };
}

/** A frame as a FITS file: header, pixels, and the zeros that fill the last block. */
export function cameraFrameFile(frame: FitspipeFrame): Uint8Array[] {
  const padding = paddedSize(frame.pixels.length) - frame.pixels.length;
  return [frame.header, frame.pixels, new Uint8Array(padding)];
}

/** Pixels that become a frame. */
export interface CameraImage {
  /** NAXIS1. */
  readonly width: number;
  /** NAXIS2. */
  readonly height: number;
  /** Physical values, NAXIS1 fastest; unsigned ones are stored with BZERO 32768. */
  readonly pixels: Uint16Array | Int16Array;
  /** Cards behind those that describe the pixels. */
  readonly header?: Header | undefined;
}

/**
 * Makes a FITS file of an image that a fitspipe server takes.
 *
 * @param image Width, height, pixels and further cards.
 * @returns Header, big-endian pixels and padding.
 * @throws {RangeError} If the pixels are not width x height.
 */
export function encodeCameraFrame(image: CameraImage): Uint8Array[] {
  const { width, height, pixels } = image;
  if (pixels.length !== width * height) {
    throw new RangeError(`Cannot make a frame of ${width} x ${height}: ${pixels.length} pixels`);
  }
  const header = new Header();
  header.set("SIMPLE", true).set("BITPIX", 16).set("NAXIS", 2);
  header.set("NAXIS1", width).set("NAXIS2", height);
  const unsigned = pixels instanceof Uint16Array;
  if (unsigned) header.set("BZERO", 32_768).set("BSCALE", 1);
  if (image.header !== undefined) header.append(...image.header);
  const stored = new Uint16Array(pixels.buffer, pixels.byteOffset, pixels.length);
  const data = new Uint8Array(paddedSize(pixels.length * 2));
  const words = new Uint16Array(data.buffer, 0, pixels.length);
  // BZERO 32768 is the top bit flipped; it stands in the first byte of the two.
  const flip = unsigned ? 0x8000 : 0;
  for (let i = 0; i < words.length; i++) words[i] = stored[i]! ^ flip;
  toNativeOrder(data.subarray(0, pixels.length * 2), 2, "big");
  return [header.toBytes(), data];
}

/** The keywords that a reader of the pixels cannot do without. */
const STRUCTURE = ["BSCALE", "BZERO", "BLANK"];

/** The smallest valid header of a frame, for a `get` without `fullheader`. */
export function minimalHeader(frame: FitspipeFrame): Uint8Array {
  const full = Header.parse(frame.header);
  const header = new Header();
  header.set("SIMPLE", true).set("BITPIX", 16).set("NAXIS", 2);
  header.set("NAXIS1", frame.width).set("NAXIS2", frame.height);
  for (const keyword of STRUCTURE) {
    const card = full.card(keyword);
    if (card !== undefined) header.append(card);
  }
  return header.toBytes();
}

/** Checks the header of a received frame against the line before it, and its size against a limit. */
export function checkFrame(
  line: { width: number; height: number },
  header: Uint8Array,
  mostBytes: number,
): void {
  const shape = frameShape(header, mostBytes);
  if (shape.width === line.width && shape.height === line.height) return;
  throw new FormatError(
    `the header says ${shape.width} x ${shape.height}, ` +
      `the line before it ${line.width} x ${line.height}`,
  );
}
