/** Images as HDUs to be written: every type of pixel, unsigned ones by BZERO (section 5.3). */

import { FormatError } from "../../net/errors.ts";
import { LITTLE_ENDIAN, swapInto } from "../../net/byte_order.ts";
import { Card } from "../header/card.ts";
import {
  type HduInput,
  type HduOutput,
  nameCards,
  ownCards,
  structureCards,
} from "../hdu/output.ts";
import { Header } from "../header/header.ts";
import { flipTopBits, pixelBytes } from "./pixel_conversion.ts";
import { PIXEL_ARRAYS, type PixelType, STORED_AS } from "./pixels.ts";

/** An array of pixels of any type, in any kind of memory. */
export type AnyPixels =
  | Uint8Array
  | Int8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** An image to be written. */
export interface ImageInput {
  /** The pixels in this machine's byte order, axis 1 fastest; their class gives the type. */
  readonly pixels: AnyPixels;
  /** The lengths of the axes, axis 1 first; without it one axis. An empty list is no data. */
  readonly shape?: readonly number[] | undefined;
  /** More cards; those of the structure and of checksums are left out. */
  readonly header?: Iterable<Card> | undefined;
  /** EXTNAME. */
  readonly name?: string | undefined;
  /** EXTVER. */
  readonly version?: number | undefined;
  /**
   * Whether the pixels are stored ones, to be scaled by the BSCALE, BZERO and BLANK
   * of `header`. Else they are physical ones and these keywords are left out.
   *
   * @default {false}
   */
  readonly stored?: boolean | undefined;
}

/** Bytes that are brought into big-endian order at a time. */
const PIECE_BYTES = 1 << 20;

const SCALING = /^(BSCALE|BZERO|BLANK)$/;

/** The name of the type of an array of pixels. */
export function pixelTypeOf(pixels: AnyPixels): PixelType {
  for (const type of Object.keys(PIXEL_ARRAYS) as PixelType[]) {
    if (pixels instanceof PIXEL_ARRAYS[type]) return type;
  }
  throw new TypeError("Cannot write pixels that are no typed array");
}

/**
 * Makes an image ready to be written.
 *
 * @param image The image.
 * @returns What {@linkcode writeFits} takes.
 * @throws {FormatError} If the shape does not fit the pixels.
 */
export function imageHdu(image: ImageInput): HduInput {
  const type = pixelTypeOf(image.pixels);
  const shape = image.shape ?? [image.pixels.length];
  const count = shape.length === 0 ? 0 : shape.reduce((product, length) => product * length, 1);
  if (shape.length > 999) {
    throw new FormatError(`Cannot write an image of ${shape.length} axes: expected at most 999`);
  }
  if (!shape.every((length) => Number.isSafeInteger(length) && length >= 0)) {
    throw new FormatError(
      `Cannot write an image of shape ${JSON.stringify(shape)}: expected whole lengths`,
    );
  }
  if (count !== image.pixels.length) {
    throw new FormatError(
      `Cannot write an image of shape ${JSON.stringify(shape)}: found ${image.pixels.length} ` +
        `pixels, expected ${count}`,
    );
  }
  return {
    canBePrimary: true,
    prepare: (primary): HduOutput => ({
      header: imageHeader(image, type, shape, primary),
      dataSize: image.pixels.byteLength,
      fill: 0,
      data: () => bigEndian(image.pixels, type),
    }),
  };
}

function imageHeader(
  image: ImageInput,
  type: PixelType,
  shape: readonly number[],
  primary: boolean,
): Header {
  const { bitpix, bzero } = STORED_AS[type];
  const header = new Header(structureCards(primary ? undefined : "IMAGE", bitpix, shape));
  if (primary) {
    header.append(Card.of("EXTEND", true, "extensions may follow"));
  } else {
    header.append(Card.of("PCOUNT", 0), Card.of("GCOUNT", 1));
  }
  header.appendAll(nameCards(image));
  if (bzero !== 0) {
    header.append(
      Card.of("BSCALE", 1, "physical = BZERO + BSCALE * stored", { real: true }),
      Card.of("BZERO", bzero, "offset of unsigned integers and signed bytes"),
    );
  }
  const keepScaling = image.stored === true && bzero === 0;
  header.appendAll(ownCards(image.header, (keyword) =>
    (!keepScaling && SCALING.test(keyword)) ||
    (keyword === "EXTNAME" && image.name !== undefined) ||
    (keyword === "EXTVER" && image.version !== undefined)));
  return header;
}

/** The pixels as they are stored, piece by piece in one buffer. */
function* bigEndian(pixels: AnyPixels, type: PixelType): Generator<Uint8Array> {
  const { bitpix, bzero } = STORED_AS[type];
  const size = pixelBytes(bitpix);
  const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  const buffer = new Uint8Array(Math.min(PIECE_BYTES, bytes.length));
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    const source = bytes.subarray(at, at + PIECE_BYTES);
    const piece = buffer.subarray(0, source.length);
    if (LITTLE_ENDIAN) swapInto(source, piece, size);
    else piece.set(source);
    if (bzero !== 0) flipTopBits(piece, size);
    yield piece;
  }
}
