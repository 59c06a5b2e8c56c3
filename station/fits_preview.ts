/** FITS files as pictures, for the file server, which knows no FITS. */

import { ClosedError, HeliographError } from "../net/errors.ts";
import type { FitsSource } from "../fits/source/source.ts";
import { openFits } from "../fits/file/open.ts";
import { type Limits, parseLimits } from "../fits/picture/limits.ts";
import { type RenderOptions, renderPng } from "../fits/picture/render.ts";
import { HttpError } from "../http/message/http_error.ts";
import type { Representation, RepresentedFile } from "../http/files/representation.ts";
import { type ColormapName, COLORMAPS } from "../fits/picture/colormap.ts";
import { type Stretch, STRETCHES } from "../fits/picture/stretch.ts";

/** Pixels of the longer side of a preview, where the request does not say. */
const DEFAULT_SIZE = 1024;

/** Pixels of an image that is previewed at most: 64 Mpx take about a second. */
const MAX_PIXELS = 67_108_864;

/**
 * The first image of a FITS file as PNG: `/sun.fits?as=preview`, with the
 * parameters `size`, `stretch`, `limits` and `colormap` of `heliograph fits view`.
 */
export const FITS_PREVIEW: Representation = {
  name: "preview",
  label: "preview",
  type: "image/png",
  thumbnail: "size=96",
  matches: (name) => /\.(fits?|fts)(\.gz|\.fz)?$|\.fz$/i.test(name),
  async render(file, query) {
    await using fits = await openFits(new OpenFileSource(file));
    const hdu = await fits.find(({ isImage, shape }) => isImage && shape.length >= 2);
    if (hdu === undefined) throw new HttpError(422, `${file.name} has no image to show`);
    const [width = 0, height = 0] = hdu.shape;
    if (width * height > MAX_PIXELS) {
      throw new HttpError(422, `${file.name} has ${width} x ${height} pixels, too many to show`);
    }
    const plane = hdu.shape.map((length, axis) => axis < 2 ? `1:${length}` : "1:1").join(",");
    const image = await hdu.image({ section: plane });
    return renderPng(image, renderOptions(query));
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

/** A file that the server has opened, as the source of a FITS file. */
class OpenFileSource implements FitsSource {
  readonly name: string;
  readonly size: number;
  #file: RepresentedFile;

  constructor(file: RepresentedFile) {
    this.#file = file;
    this.name = file.name;
    this.size = file.size;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, this.size - offset)));
    return bytes.subarray(0, await this.readInto(offset, bytes));
  }

  readInto(offset: number, target: Uint8Array): Promise<number> {
    let done = 0;
    while (done < target.length) {
      const count = this.#file.readAt(target.subarray(done), offset + done);
      if (count === 0) break;
      done += count;
    }
    return Promise.resolve(done);
  }

  async readRuns(offsets: ArrayLike<number>, length: number, target: Uint8Array): Promise<void> {
    for (let i = 0; i < offsets.length; i++) {
      const run = target.subarray(i * length, (i + 1) * length);
      if (await this.readInto(offsets[i]!, run) < length) {
        throw new ClosedError(`Cannot read '${this.name}': it ends within a row of pixels`);
      }
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
