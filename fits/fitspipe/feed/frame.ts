/** A frame: the header blocks and the big-endian pixels of a 16-bit image. A core without sockets. */

import { toNativeOrder } from "../../../net/byte_order.ts";
import { FormatError, LimitError } from "../../../net/errors.ts";
import { Header } from "../../header/header.ts";
import { scalePixels, toNativePixels } from "../../image/pixel_conversion.ts";
import { type Image, imageScaling } from "../../image/pixels.ts";
import { hduLayout, paddedSize } from "../../hdu/layout.ts";

/** The parts of a frame, without its number. */
export interface FitspipeFrameParts {
  /** NAXIS1. */
  readonly width: number;
  /** NAXIS2. */
  readonly height: number;
  /** The header blocks up to and including the one with END. */
  readonly header: Uint8Array<ArrayBuffer>;
  /** The stored pixels: 16-bit, big-endian, NAXIS1 fastest, without padding. */
  readonly pixels: Uint8Array<ArrayBuffer>;
}

/**
 * One image of a feed, as it was put.
 *
 * @example
 * ```ts
 * import { encodeCameraFrame, FitspipeFrame } from "@heliograph/heliograph/fits";
 * import { assertEquals } from "@std/assert";
 *
 * const image = { width: 3, height: 1, pixels: Uint16Array.of(0, 7, 65_535) };
 * const [header, data] = encodeCameraFrame(image);
 * const pixels = data!.subarray(0, 6);
 * const frame = new FitspipeFrame(1, { width: 3, height: 1, header: header!, pixels });
 * assertEquals(frame.image(), { type: "uint16", pixels: image.pixels, shape: [3, 1] });
 * ```
 */
export class FitspipeFrame implements FitspipeFrameParts {
  /** Its number in the feed. */
  readonly number: number;
  /** NAXIS1. */
  readonly width: number;
  /** NAXIS2. */
  readonly height: number;
  /** The header blocks up to and including the one with END. */
  readonly header: Uint8Array<ArrayBuffer>;
  /** The stored pixels: 16-bit, big-endian, NAXIS1 fastest, without padding. */
  readonly pixels: Uint8Array<ArrayBuffer>;

  /**
   * Numbers a frame.
   *
   * @param number Its number in the feed.
   * @param parts Size, header and pixels, which are not copied.
   */
  constructor(number: number, parts: FitspipeFrameParts) {
    this.number = number;
    this.width = parts.width;
    this.height = parts.height;
    this.header = parts.header;
    this.pixels = parts.pixels;
  }

  /**
   * The pixels as an image, with BSCALE, BZERO and BLANK applied, as `openFits` reads them.
   *
   * @returns Physical pixels in memory of their own, axis 1 (NAXIS1) fastest: `int16` or
   * `uint16` where they are exact, `float64` where they are scaled or where BLANK marks
   * missing ones (NaN).
   * @throws {FormatError} If the header cannot be read.
   */
  image(): Image {
    const scaling = imageScaling(Header.parse(this.header), 16);
    const { type } = scaling;
    const shape = [this.width, this.height];
    // Scaling works in place, and the frame stays as it is.
    const stored = this.pixels.slice();
    if (type === "float64") {
      const pixels = new Float64Array(this.width * this.height);
      scalePixels(stored, 16, scaling, pixels, 0);
      return { type, pixels, shape };
    }
    const pixels = new Uint8Array(stored.length);
    toNativePixels(stored, pixels, 16, type === "uint16");
    return type === "uint16"
      ? { type, pixels: new Uint16Array(pixels.buffer), shape }
      : { type: "int16", pixels: new Int16Array(pixels.buffer), shape };
  }
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

/**
 * A frame as a FITS file.
 *
 * @param frame The frame.
 * @returns Header, pixels, and the zeros that fill the last block; the first two are the
 * frame's own memory.
 *
 * @example
 * ```ts
 * import { cameraFrameFile, encodeCameraFrame } from "@heliograph/heliograph/fits";
 * import { assertEquals } from "@std/assert";
 *
 * const [header, data] = encodeCameraFrame({ width: 1, height: 1, pixels: Int16Array.of(5) });
 * const file = new Blob(cameraFrameFile({ header: header!, pixels: data!.subarray(0, 2) }));
 * assertEquals(file.size, 2 * 2_880);
 * ```
 */
export function cameraFrameFile(
  frame: Pick<FitspipeFrameParts, "header" | "pixels">,
): Uint8Array<ArrayBuffer>[] {
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
export function encodeCameraFrame(image: CameraImage): Uint8Array<ArrayBuffer>[] {
  const { width, height, pixels } = image;
  if (pixels.length !== width * height) {
    throw new RangeError(`Cannot make a frame of ${width} x ${height}: ${pixels.length} pixels`);
  }
  const header = new Header();
  header.set("SIMPLE", true).set("BITPIX", 16).set("NAXIS", 2);
  header.set("NAXIS1", width).set("NAXIS2", height);
  const unsigned = pixels instanceof Uint16Array;
  if (unsigned) header.set("BZERO", 32_768).set("BSCALE", 1);
  if (image.header !== undefined) header.appendAll(image.header);
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
export function minimalHeader(frame: FitspipeFrameParts): Uint8Array {
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
