/** Images in notebooks. */

import { renderPng } from "../picture/render.ts";
import { showInNotebooks } from "../header/notebook.ts";
import type { Image } from "../image/pixels.ts";

/** Pixels of the longer side of a picture at most. */
const MAX_SIDE = 1024;

/**
 * Makes an image show itself in notebooks: as a picture with the limits of zscale, of more than
 * two axes the first plane.
 *
 * @param image The image.
 * @returns The same object.
 */
export function notebookImage<T extends Image>(image: T): T {
  showInNotebooks<Image>(image, ({ type, shape, pixels }): Readonly<Record<string, string>> => {
    const text = `image of ${shape.join(" x ") || "0"} pixels, ${type}`;
    const [width = 0, height = 0] = shape;
    if (width * height === 0) return { "text/plain": text };
    const plane = {
      ...image,
      shape: [width, height],
      pixels: pixels.subarray(0, width * height),
    } as Image;
    const size = Math.min(MAX_SIDE, Math.max(width, height));
    return { "text/plain": text, "image/png": renderPng(plane, { size }).toBase64() };
  });
  return image;
}
