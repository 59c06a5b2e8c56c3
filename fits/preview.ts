/** FITS files as pictures, for the file server, which knows no FITS. */

import { HeliographError } from "../net/errors.ts";
import { openFits } from "./file/open.ts";
import { ImagePlane } from "./file/plane.ts";
import { renderPlane } from "./file/rendering.ts";
import { encodePngStream } from "./picture/png_writer.ts";
import { concatenate } from "../net/bytes/concatenate.ts";
import { type Limits, parseLimits } from "./picture/limits.ts";
import type { RenderOptions } from "./picture/render.ts";
import { HttpError } from "../http/message/http_error.ts";
import type { Representation } from "../http/files/representation.ts";
import { type ColormapName, COLORMAPS } from "./picture/colormap.ts";
import { type Stretch, STRETCHES } from "./picture/stretch.ts";

/** Pixels of the longer side of a preview, where the request does not say. */
const DEFAULT_SIZE = 1024;

/** Pixels of an image that is previewed at most: 64 Mpx take about a second. */
const MAX_PIXELS = 67_108_864;

/**
 * The first image of a FITS file as PNG: `/sun.fits?as=preview`, with the
 * parameters `size` (1 to 4096 pixels of the longer side), `stretch`, `limits` and `colormap`
 * of `heliograph fits view`. A file without an image, or with more than 64 Mpx, is answered 422.
 *
 * @example
 * ```ts
 * import { encodeFits, fileHandler, fitsPreview, serveHttp } from "@heliograph/heliograph";
 * import { assertEquals } from "@std/assert";
 *
 * await Deno.mkdir("out/preview", { recursive: true });
 * const pixels = Float32Array.from({ length: 64 * 64 }, (_, i) => i);
 * await Deno.writeFile("out/preview/ramp.fits", await encodeFits([{ pixels, shape: [64, 64] }]));
 *
 * const files = fileHandler({ root: "out/preview", representations: [fitsPreview] });
 * await using server = await serveHttp({ port: 0 }, files);
 * const answer = await fetch(new URL("ramp.fits?as=preview&size=32", server.url));
 * assertEquals([answer.status, answer.headers.get("content-type")], [200, "image/png"]);
 * await answer.body?.cancel();
 * ```
 */
export const fitsPreview: Representation = {
  name: "preview",
  label: "preview",
  type: "image/png",
  thumbnail: "size=96",
  matches: (name) => /\.(fits?|fts)(\.gz|\.fz)?$|\.fz$/i.test(name),
  async render(file, query) {
    await using fits = await openFits(file);
    const hdu = await fits.find(({ isImage, shape }) => isImage && shape.length >= 2);
    if (hdu === undefined) throw new HttpError(422, `${file.name} has no image to show`);
    const plane = new ImagePlane(hdu);
    const { width, height } = plane;
    if (width * height > MAX_PIXELS) {
      throw new HttpError(422, `${file.name} has ${width} x ${height} pixels, too many to show`);
    }
    const picture = await renderPlane(plane, renderOptions(query));
    const pieces = await Array.fromAsync(encodePngStream({ ...picture, depth: 8 }, picture.rows));
    return concatenate(pieces);
  },
};

function renderOptions(query: URLSearchParams): RenderOptions {
  const size = Number(query.get("size") ?? DEFAULT_SIZE);
  if (!Number.isInteger(size) || size < 1 || size > 4_096) {
    throw new HttpError(400, `size is '${query.get("size")}', expected 1 to 4096`);
  }
  return {
    size,
    stretch: oneOf<Stretch>(query, "stretch", STRETCHES, "linear"),
    colormap: oneOf<ColormapName>(query, "colormap", COLORMAPS, "gray"),
    limits: limitsOf(query.get("limits") ?? "zscale"),
  };
}

function limitsOf(text: string): Limits {
  try {
    return parseLimits(text);
  } catch (error) {
    if (error instanceof HeliographError) throw new HttpError(400, error.message);
    throw error;
  }
}

function oneOf<T extends string>(
  query: URLSearchParams,
  name: string,
  values: readonly T[],
  fallback: T,
): T {
  const text = query.get(name) ?? fallback;
  const value = values.find((entry) => entry === text);
  if (value === undefined) {
    throw new HttpError(400, `${name} is '${text}', expected one of ${values}`);
  }
  return value;
}
