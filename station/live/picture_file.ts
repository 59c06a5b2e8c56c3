/** Pictures and arrays of all kinds as FITS files, so that they are shown as values. */

import { Card } from "../../fits/header/card.ts";
import type { AnyPixels } from "../../fits/image/output.ts";
import { isNpy, parseNpy } from "../../fits/image/npy.ts";
import { decodeJpeg, isJpeg } from "../../fits/picture/jpeg_reader.ts";
import { PNG_CHANNELS, type PngImage } from "../../fits/picture/png_format.ts";
import { decodePng } from "../../fits/picture/png_reader.ts";
import { encodeFits } from "../../fits/write/write.ts";
import { FormatError } from "../../net/errors.ts";
import type { Picture, PictureValues } from "../../rpc/picture/picture.ts";

/** Bytes of the pixels of a picture at most. */
const MAX_BYTES = 1 << 30;

/** What a file of a picture is, by its first bytes. */
export type PictureKind = "fits" | "npy" | "png" | "jpeg";

/** The kind of a file; undefined for what is shown in no other way than as it is. */
export function pictureKind(bytes: Uint8Array): PictureKind | undefined {
  const starts = (text: string) =>
    [...text].every((letter, i) => bytes[i] === letter.charCodeAt(0));
  if (starts("SIMPLE  =")) return "fits";
  if (isNpy(bytes)) return "npy";
  if (starts("\x89PNG\r\n\x1a\n")) return "png";
  return isJpeg(bytes) ? "jpeg" : undefined;
}

/**
 * A file of a picture as a FITS file.
 *
 * @param bytes The file.
 * @throws {FormatError} If it is of no known kind, or damaged.
 */
export async function fitsOfFile(bytes: Uint8Array): Promise<Uint8Array> {
  switch (pictureKind(bytes)) {
    case "fits":
      return bytes;
    case "npy": {
      const { type, shape, data } = parseNpy(bytes);
      if (/^(c|f16)/.test(type)) {
        throw new FormatError(`FITS images hold no pixels of type ${type}`);
      }
      return await fitsOf(data as AnyPixels, shape.length === 0 ? [1] : shape);
    }
    case "png":
      return await fitsOfImage(decodePng(bytes, { maxBytes: MAX_BYTES }));
    case "jpeg":
      return await fitsOfImage(await decodeJpeg(bytes, { maxBytes: MAX_BYTES }));
    default:
      throw new FormatError("The bytes are of no kind that is shown: FITS, npy, PNG or JPEG");
  }
}

/** A picture of the array server as a FITS file: the values, or of a plot its pixels. */
export async function fitsOfPicture({ values, image, title }: Picture): Promise<Uint8Array> {
  const header = title === undefined || !/^[\x20-\x7e]*$/.test(title)
    ? []
    : [Card.of("OBJECT", title.slice(0, 60))];
  if (values === undefined) return await fitsOfImage(image, header);
  const { data, shape } = inPlanes(values);
  return await fitsOf(data as AnyPixels, shape, header, values.topDown);
}

/** Rows from the top become rows from the bottom, and colours planes. */
async function fitsOfImage(
  { width, height, color, data }: PngImage,
  header: readonly Card[] = [],
): Promise<Uint8Array> {
  const channels = PNG_CHANNELS[color];
  const planes = channels < 3 ? 1 : 3;
  const count = width * height;
  const pixels = data instanceof Uint16Array
    ? new Uint16Array(count * planes)
    : new Uint8Array(count * planes);
  for (let plane = 0; plane < planes; plane++) {
    for (let y = 0; y < height; y++) {
      let from = (height - 1 - y) * width * channels + plane;
      let to = plane * count + y * width;
      for (let x = 0; x < width; x++, from += channels) pixels[to++] = data[from]!;
    }
  }
  return await fitsOf(pixels, planes === 1 ? [width, height] : [width, height, 3], header);
}

/** Colours along any axis as planes, along the third. */
function inPlanes(
  { data, shape, colorAxis }: PictureValues,
): Pick<PictureValues, "data" | "shape"> {
  if (colorAxis === 0) return { data, shape: shape.length < 2 ? [shape[0] ?? 1, 1] : shape };
  if (colorAxis === 3) return { data, shape };
  const [width, height] = shape.toSpliced(colorAxis - 1, 1) as [number, number];
  const colors = shape[colorAxis - 1]!;
  const planes = data.slice();
  let to = 0;
  for (let color = 0; color < colors; color++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const from = colorAxis === 1
          ? color + colors * (x + width * y)
          : x + width * (color + colors * y);
        planes[to++] = data[from]!;
      }
    }
  }
  return { data: planes, shape: [width, height, colors] };
}

async function fitsOf(
  pixels: AnyPixels,
  shape: readonly number[],
  header: readonly Card[] = [],
  topDown = false,
): Promise<Uint8Array> {
  const order = topDown ? [Card.of("ROWORDER", "TOP-DOWN")] : [];
  return await encodeFits([{ pixels, shape: [...shape], header: [...header, ...order] }]);
}
