/** FITS files as pictures, for the file server, which knows no FITS. */

import {
  oneOf,
  type Parameter,
  readParameters,
  wholeNumber,
  words,
} from "../http/fields/parameters.ts";
import type { Representation } from "../http/files/representation.ts";
import { HttpError } from "../http/message/http_error.ts";
import { concatenate } from "../net/bytes/concatenate.ts";
import { FormatError } from "../net/errors.ts";
import { choosePlane } from "./chosen_plane.ts";
import type { FitsFile } from "./file/fits_file.ts";
import type { Hdu } from "./file/hdu.ts";
import { openFits } from "./file/open.ts";
import { renderPlane } from "./file/rendering.ts";
import { checkSection, SectionError } from "./image/section.ts";
import { COLORMAPS } from "./picture/colormap.ts";
import { type Limits, parseLimits } from "./picture/limits.ts";
import { encodePngStream } from "./picture/png_writer.ts";
import { STRETCHES } from "./picture/stretch.ts";
import { makeThumbnail } from "./thumbnail.ts";

/** Pixels of the longer side of a preview, where the request does not say. */
const DEFAULT_SIZE = 1024;

/** Pixels that a preview is made of at most: of a larger image every how many-th is taken. */
const MAX_PIXELS = 67_108_864;

const LIMITS: Parameter<Limits> = {
  expected: "zscale, minmax, percentile:P or LOW,HIGH",
  read: (text) => orUndefined(() => parseLimits(text), FormatError),
};
const SECTION: Parameter<string> = {
  expected: "a section such as 1:100,50:60:2,*",
  read: (text) => orUndefined(() => (checkSection(text), text), SectionError),
};
const HDU: Parameter<number | string> = {
  ...words("a number, EXTNAME or EXTNAME,EXTVER"),
  read: (text) => text.trim() === "" ? undefined : /^\d{1,9}$/.test(text) ? Number(text) : text,
};

const RULES = {
  as: words("preview"),
  hdu: HDU,
  section: SECTION,
  size: wholeNumber(1, 4096),
  stretch: oneOf(STRETCHES),
  limits: LIMITS,
  colormap: oneOf(COLORMAPS),
} as const;
const MAX_THUMBNAIL = 256;
const THUMBNAIL_RULES = {
  as: words("preview"),
  thumbnail: wholeNumber(32, MAX_THUMBNAIL),
} as const;

/**
 * The first image of a FITS file as PNG: `/sun.fits?as=preview`, with the parameters `size`
 * (1 to 4096 pixels of the longer side), `stretch`, `limits` and `colormap` of
 * `heliograph fits view`, and `hdu` and `section` (which leaves one plane). Of an image with more
 * than 64 Mpx, every how many-th pixel is taken. A file without an image is answered 422, an
 * unknown parameter 400.
 *
 * `?as=preview&thumbnail=96` (32 to 256 pixels) never fails for what is in the file: whatever is
 * no image is told in words, as SVG.
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
  thumbnail: "thumbnail=96",
  matches: (name) => /\.(fits?|fts)(\.gz|\.fz)?$|\.fz$/i.test(name),
  render: (file, query) => renderPreview(() => openFits(file), file.name, query),
};

/**
 * Makes the picture of a FITS file, wherever it is.
 *
 * @param open Opens the file, which is closed at the end.
 * @param name What it is called, for messages.
 * @param query The parameters of the request, as of {@linkcode fitsPreview}.
 * @returns PNG, or what tells in words that there is none, with its type.
 * @throws {HttpError} With the status to answer.
 */
export async function renderPreview(
  open: () => Promise<FitsFile>,
  name: string,
  query: URLSearchParams,
): Promise<Uint8Array | { readonly type: string; readonly bytes: Uint8Array }> {
  if (query.has("thumbnail")) {
    const { thumbnail } = readParameters(query, "the thumbnail", THUMBNAIL_RULES);
    let fits: FitsFile | undefined;
    try {
      return await inWords(async () => fits = await open(), undefined, thumbnail!);
    } finally {
      await fits?.close();
    }
  }
  const { hdu: choice, section, size = DEFAULT_SIZE, ...colors } = readParameters(
    query,
    "the preview",
    RULES,
  );
  await using fits = await open();
  const hdu = choice === undefined
    ? await fits.find(({ isImage, shape }) => isImage && shape.length >= 2)
    : await namedHdu(fits, choice);
  if (hdu === undefined) {
    throw new HttpError(422, `${name} has no image with two axes to show`);
  }
  return await preview(fits, hdu, section, { size, ...colors });
}

/** What a file is, as a small picture. */
async function inWords(
  open: () => Promise<FitsFile>,
  hdu: Hdu | undefined,
  size: number,
): Promise<{ type: string; bytes: Uint8Array }> {
  const { type, body } = await makeThumbnail(open, hdu, size);
  return { type, bytes: typeof body === "string" ? new TextEncoder().encode(body) : body };
}

async function preview(
  fits: FitsFile,
  hdu: Hdu,
  section: string | undefined,
  options: Parameters<typeof renderPlane>[1],
): Promise<Uint8Array | { type: string; bytes: Uint8Array }> {
  try {
    const { plane } = choosePlane(hdu, { section, mostPixels: MAX_PIXELS });
    const picture = await renderPlane(plane, options);
    if (picture.empty) return await inWords(() => Promise.resolve(fits), hdu, MAX_THUMBNAIL);
    const pieces = await Array.fromAsync(encodePngStream({ ...picture, depth: 8 }, picture.rows));
    return concatenate(pieces);
  } catch (error) {
    if (error instanceof SectionError) throw new HttpError(400, error.message);
    throw error;
  }
}

async function namedHdu(fits: FitsFile, choice: number | string): Promise<Hdu> {
  try {
    return await fits.hdu(choice);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new HttpError(404, error.message);
  }
}

/** Undefined for what makes an error of a kind. */
function orUndefined<T>(read: () => T, kind: new (...args: never[]) => Error): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof kind) return undefined;
    throw error;
  }
}
