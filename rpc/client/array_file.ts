/** Files as arrays of the command language, and back: FITS, npy, PNG, JPEG. */

import { decodeJpeg, isJpeg } from "../../fits/picture/jpeg_reader.ts";
import { encodeNpy, isNpy, type NpyArray, parseNpy } from "../../fits/image/npy.ts";
import type { FitsFile, HduOptions } from "../../fits/file/fits_file.ts";
import { localReading, openFits } from "../../fits/file/open.ts";
import type { ImageOptions } from "../../fits/image/image.ts";
import type { Image } from "../../fits/image/pixels.ts";
import { compressionOf } from "../../fits/source/wrapper.ts";
import { decodePng, encodePng, type PngImage } from "../../fits/picture/png.ts";
import { encodeFits } from "../../fits/write/write.ts";
import { FormatError } from "../../net/errors.ts";
import { numericDtype, typeOfDtype } from "../frames/dtypes.ts";
import { idlArray } from "../language/routines/plain.ts";
import {
  type IdlNumeric,
  type IdlNumericData,
  IdlType,
  type IdlValue,
  isComplex,
  isNumeric,
  typeName,
  viewOf,
} from "../language/values/value.ts";
import { drawPicture } from "../picture/picture.ts";

export { localReading };

const PNG_SIGNATURE = Uint8Array.fromHex("89504e470d0a1a0a");

/**
 * Reads a file as an array.
 *
 * A picture becomes what READ_JPEG with /TRUE makes of it: `[3, width, height]`, or
 * `[width, height]` if it is gray, the bottom row first; transparency is dropped. Of a
 * FITS file it is the first image, or what is chosen, with physical values.
 *
 * @param bytes The whole file; its kind is known by its first bytes.
 * @param source Its name, for messages.
 * @param options The HDU and the section of a FITS file.
 * @returns The array.
 * @throws {FormatError} If it is of no kind that is known, or damaged, or a part of it is chosen
 * and it is no FITS file.
 */
export async function arrayFromFile(
  bytes: Uint8Array<ArrayBuffer>,
  source: string,
  options: HduOptions & Pick<ImageOptions, "section"> = {},
): Promise<IdlNumeric> {
  return (await valueFromFile(bytes, source, options)).value;
}

/** How a FITS file is given whose wanted HDU is a table, or which holds tables and no image. */
interface TableFiles {
  /** Whether it becomes its bytes, as MRDFITS takes them; else it is an error. */
  readonly tables?: boolean | undefined;
}

async function isOfTables(file: FitsFile, hdu: HduOptions["hdu"]): Promise<boolean> {
  if (hdu !== undefined) return (await file.hdu(hdu)).isTable;
  return await file.find(({ isImage }) => isImage) === undefined &&
    await file.find(({ isTable }) => isTable) !== undefined;
}

/**
 * Reads a file as an array, and of a FITS file the header of its HDU: its cards, 80 characters
 * each, unless a section is chosen, which they would not describe.
 *
 * @param bytes The whole file.
 * @param source Its name, for messages.
 * @param options The HDU and the section of a FITS file, and what is done with tables.
 * @returns The array, and the cards of a FITS file.
 * @throws {FormatError} As {@linkcode arrayFromFile} does.
 */
export async function valueFromFile(
  bytes: Uint8Array<ArrayBuffer>,
  source: string,
  options: HduOptions & Pick<ImageOptions, "section"> & TableFiles = {},
): Promise<{ value: IdlNumeric; cards: readonly string[] | undefined }> {
  const { hdu, section } = options;
  if ((hdu ?? section) !== undefined && !isFits(bytes)) {
    throw new FormatError(`Cannot read a part of '${source}': it is no FITS file`, { source });
  }
  const value = await plainArray(bytes, source);
  if (value !== undefined) return { value, cards: undefined };
  await using file = await openFits(bytes, { name: source });
  if (options.tables === true && section === undefined && await isOfTables(file, hdu)) {
    return { value: numeric(bytes, [bytes.length]), cards: undefined };
  }
  const image = await file.image({ hdu, section });
  // The cards describe the whole image.
  const found = section !== undefined
    ? undefined
    : hdu === undefined
    ? await file.find(({ isImage }) => isImage)
    : await file.hdu(hdu);
  const cards = found && [...found.header].flatMap(({ raw }) => raw.match(/.{1,80}/gs) ?? []);
  return { value: arrayFromImage(image), cards };
}

/**
 * The pixels of an image as an array.
 *
 * @param image What was read of a FITS file.
 */
export function arrayFromImage({ pixels, shape }: Image): IdlNumeric {
  return numeric(pixels instanceof Int8Array ? Int16Array.from(pixels) : pixels, shape);
}

/** A file of another format than FITS. */
async function plainArray(
  bytes: Uint8Array<ArrayBuffer>,
  source: string,
): Promise<IdlNumeric | undefined> {
  if (isNpy(bytes)) return fromNpy(parseNpy(bytes, { source }));
  if (isJpeg(bytes)) return fromPicture(await decodeJpeg(bytes, { source }));
  const isPng = PNG_SIGNATURE.every((byte, i) => bytes[i] === byte);
  return isPng ? fromPicture(decodePng(bytes)) : undefined;
}

/** Whether bytes are a FITS file, plain or compressed as a whole. */
function isFits(bytes: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(bytes.subarray(0, 9)) === "SIMPLE  =" ||
    compressionOf(bytes.subarray(0, 3)) !== undefined;
}

function numeric(data: IdlNumericData, shape: readonly number[]): IdlNumeric {
  return idlArray(data, shape);
}

function fromNpy({ type, shape, data }: NpyArray): IdlNumeric {
  if (type === "i8") return numeric(Int16Array.from(data as Int8Array), shape);
  if (type === "f16") return numeric(Float32Array.from(data as Float16Array), shape);
  const known = typeOfDtype(type) ?? IdlType.BYTE;
  const { buffer, byteOffset, byteLength } = data as IdlNumericData;
  return viewOf(known, shape, new Uint8Array(buffer, byteOffset, byteLength));
}

/** Rows from the bottom, and no transparency. */
function fromPicture({ width, height, color, data }: PngImage): IdlNumeric {
  const colored = color.startsWith("rgb");
  const channels = colored ? 3 : 1;
  const stride = channels + (color.endsWith("alpha") ? 1 : 0);
  const flipped = data instanceof Uint16Array
    ? new Uint16Array(width * height * channels)
    : new Uint8Array(width * height * channels);
  for (let y = 0, to = 0; y < height; y++) {
    let from = (height - 1 - y) * width * stride;
    for (let x = 0; x < width; x++, from += stride) {
      for (let channel = 0; channel < channels; channel++) flipped[to++] = data[from + channel]!;
    }
  }
  return numeric(flipped, colored ? [3, width, height] : [width, height]);
}

/** The format that a file's name tells by its ending; undefined if it is none of these. */
export function fileKind(name: string): "npy" | "fits" | "png" | undefined {
  const ending = /\.(npy|fits?|fts|png)$/i.exec(name)?.[1]?.toLowerCase();
  return ending === "npy" || ending === "png" ? ending : ending === undefined ? ending : "fits";
}

/**
 * The bytes of a file that holds a value.
 *
 * @param value The value.
 * @param name The file's name, whose ending tells the format: `.npy`, `.fits`, `.png`.
 * @returns The file.
 * @throws {FormatError} If the format has no form for the value.
 */
export async function fileFromArray(
  value: IdlValue,
  name: string,
): Promise<Uint8Array<ArrayBuffer>> {
  if (!isNumeric(value)) {
    throw new FormatError(
      `Cannot write ${name}: the result is ${value.type === IdlType.STRING ? "text" : "undefined"}`,
    );
  }
  switch (fileKind(name)) {
    case "npy": {
      const type = numericDtype(value.type);
      return encodeNpy({ type, shape: value.shape, data: value.data });
    }
    case "fits": {
      if (isComplex(value.type)) {
        throw new FormatError(`Cannot write ${name}: FITS images hold no complex numbers`);
      }
      const shape = value.shape.length === 0 ? [1] : value.shape;
      return await encodeFits([{ pixels: value.data, shape }]);
    }
    case "png":
      return encodePng(drawPicture({
        kind: "image",
        value,
        colorAxis: colorAxisOf(value.shape),
        topDown: false,
        colorTable: 0,
      }));
    default:
      throw new FormatError(
        `Cannot write ${name}: expected a name that ends in .npy, .fits or .png`,
      );
  }
}

function colorAxisOf(shape: readonly number[]): 0 | 1 | 2 | 3 {
  return shape.length === 3 ? (shape.indexOf(3) + 1) as 0 | 1 | 2 | 3 : 0;
}

/** A value in a few words, such as `BYTE [3, 512, 512], 786432 bytes`. */
export function describeValue({ type, shape, data }: IdlNumeric): string {
  const form = shape.length === 0 ? "scalar" : `[${shape.join(", ")}]`;
  return `${typeName(type)} ${form}, ${data.byteLength} bytes`;
}
