/** Writes pictures as JPEG with what the platform brings along. */

import { FormatError } from "../../net/errors.ts";
import { PNG_CHANNELS, type PngImage } from "./png_format.ts";

/** How a picture is packed. */
export interface EncodeJpegOptions {
  /** From 0, small and coarse, to 1. @default {0.9} */
  readonly quality?: number | undefined;
}

/**
 * Writes a picture as the bytes of a JPEG file. JPEG knows no transparency:
 * what is transparent becomes black.
 *
 * @param image The picture, of 8-bit samples.
 * @param options How it is packed.
 * @returns The file.
 * @throws {FormatError} If the picture is wider or higher than 16384 pixels, or of 16-bit samples.
 *
 * @example
 * ```ts
 * import { encodeJpeg } from "@heliograph/heliograph/fits";
 * import { assertEquals } from "@std/assert";
 *
 * const jpeg = await encodeJpeg({ width: 1, height: 1, color: "gray", data: new Uint8Array([9]) });
 * assertEquals([...jpeg.subarray(0, 2)], [0xff, 0xd8]);
 * ```
 */
export async function encodeJpeg(
  image: PngImage,
  options: EncodeJpegOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height, data } = image;
  if (data instanceof Uint16Array || width > 16_384 || height > 16_384) {
    const found = data instanceof Uint16Array ? "16-bit samples" : `${width} x ${height} pixels`;
    throw new FormatError(
      `Cannot write a JPEG of ${found}: expected 8-bit samples, at most 16384 x 16384`,
    );
  }
  const bitmap = await createImageBitmap(new ImageData(opaque(image, data), width, height));
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("bitmaprenderer")!.transferFromImageBitmap(bitmap);
  const blob = await canvas.convertToBlob({
    type: "image/jpeg",
    quality: options.quality ?? 0.9,
  });
  return new Uint8Array(await blob.arrayBuffer());
}

/** RGBA without transparency. */
function opaque(
  { width, height, color }: PngImage,
  data: Uint8Array | Uint8ClampedArray,
): Uint8ClampedArray<ArrayBuffer> {
  const channels = PNG_CHANNELS[color];
  const rgba = new Uint8ClampedArray(width * height * 4);
  const gray = channels < 3;
  for (let from = 0, to = 0; to < rgba.length; from += channels, to += 4) {
    const alpha = channels % 2 === 0 ? data[from + channels - 1]! / 255 : 1;
    rgba[to] = data[from]! * alpha;
    rgba[to + 1] = data[gray ? from : from + 1]! * alpha;
    rgba[to + 2] = data[gray ? from : from + 2]! * alpha;
    rgba[to + 3] = 255;
  }
  return rgba;
}
