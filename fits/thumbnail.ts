/** Small pictures of files that tell the truth: of whatever is no image, in words. */

import { escapeHtml } from "../http/pages/escape_html.ts";
import { concatenate } from "../net/bytes/concatenate.ts";
import { messageOf } from "../net/errors.ts";
import { choosePlane } from "./chosen_plane.ts";
import type { FitsFile } from "./file/fits_file.ts";
import type { Hdu } from "./file/hdu.ts";
import { renderPlane } from "./file/rendering.ts";
import { unitOf } from "./image/magnitude.ts";
import { encodePngStream } from "./picture/png_writer.ts";
import { plainNumbers } from "./picture/scale/values.ts";

/** What a thumbnail shows. */
export type ThumbnailKind = "image" | "table" | "line" | "empty" | "error";

/** A thumbnail. */
export interface Thumbnail {
  readonly kind: ThumbnailKind;
  readonly type: "image/png" | "image/svg+xml";
  readonly body: string | Uint8Array;
  /** The same in words. */
  readonly words: string;
}

/** Pixels that are read for a thumbnail at most. */
const MAX_PIXELS = 1 << 20;
/** Characters of a reason. */
const MAX_REASON = 60;
/** Points of a line. */
const MAX_POINTS = 256;

/**
 * Makes the thumbnail of a file; it never fails, whatever is in the file.
 *
 * @param open Opens it.
 * @param choice Which HDU; without it the first image with two axes, else the first of what
 * there is.
 * @param size Pixels of the longer side.
 * @param signal Ends the reading.
 */
export async function makeThumbnail(
  open: () => Promise<FitsFile>,
  choice: Hdu | undefined,
  size: number,
  signal?: AbortSignal,
): Promise<Thumbnail> {
  try {
    const fits = await open();
    const hdu = choice ?? await mostTelling(fits);
    if (hdu === undefined) return await noPixels(fits, size);
    if (hdu.isTable) return table(hdu, size);
    if (!hdu.isImage || hdu.shape.includes(0)) return await noPixels(fits, size);
    if (hdu.shape.length === 1 || hdu.shape.filter((length) => length > 1).length < 2) {
      return await line(hdu, size, signal);
    }
    return await image(hdu, size, signal);
  } catch (error) {
    if (signal?.aborted) throw error;
    const reason = messageOf(error);
    return words("error", lines(reason.slice(0, MAX_REASON)), reason, size);
  }
}

async function image(hdu: Hdu, size: number, signal: AbortSignal | undefined): Promise<Thumbnail> {
  const { plane } = choosePlane(hdu, { mostPixels: MAX_PIXELS, signal });
  const picture = await renderPlane(plane, { size });
  const shape = hdu.shape.join(" x ");
  if (picture.empty) return words("empty", ["no values"], `${shape} pixels without a value`, size);
  const pieces = await Array.fromAsync(encodePngStream({ ...picture, depth: 8 }, picture.rows));
  return {
    kind: "image",
    type: "image/png",
    body: concatenate(pieces),
    words: `image of ${shape} pixels`,
  };
}

/** The first image with two axes, else the first with one, else the first table. */
async function mostTelling(fits: FitsFile): Promise<Hdu | undefined> {
  let other: Hdu | undefined;
  for await (const hdu of fits.hdus) {
    const long = hdu.shape.filter((length) => length > 1).length;
    if (hdu.isImage && !hdu.shape.includes(0) && long >= 2) return hdu;
    if (other === undefined && hdu.isImage && !hdu.shape.includes(0)) other = hdu;
    if (hdu.isTable && (other === undefined || !other.isTable && !other.isImage)) other = hdu;
  }
  return other;
}

function table(hdu: Hdu, size: number): Thumbnail {
  const { columns, rows } = hdu.openTable();
  const said = [count(columns.length, "column"), count(rows, "row")];
  return words("table", said, `table of ${said.join(", ")}`, size);
}

async function noPixels(fits: FitsFile, size: number): Promise<Thumbnail> {
  const hdus = await Array.fromAsync(fits.hdus);
  const said = ["header only", count(hdus.length, "HDU")];
  return words("empty", said, said.join(", "), size);
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

/** The values of an image with a single axis, as a line. */
async function line(hdu: Hdu, size: number, signal: AbortSignal | undefined): Promise<Thumbnail> {
  const axis = Math.max(0, hdu.shape.findIndex((length) => length > 1));
  const length = hdu.shape[axis]!;
  const step = Math.max(1, Math.ceil(length / MAX_POINTS));
  const section = hdu.shape.map((whole, at) => [0, whole, at === axis ? step : 1] as const);
  const { pixels } = await hdu.image({ section, signal });
  const values = [...Array.prototype.map.call(plainNumbers(pixels), Number) as number[]];
  const finite = values.filter(Number.isFinite);
  const shape = `${length.toLocaleString("en")} values`;
  if (finite.length === 0) return words("empty", ["no values"], `${shape}, none finite`, size);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const width = size - 8;
  const height = Math.round(size * 0.6) - 8;
  const x = (i: number) => 4 + (values.length < 2 ? width / 2 : i / (values.length - 1) * width);
  const unit = unitOf(low, high);
  const top = high / unit;
  const y = (value: number) =>
    4 + (high > low ? (top - value / unit) / (top - low / unit) * height : height / 2);
  let path = "";
  let pen = "M";
  for (const [i, value] of values.entries()) {
    if (!Number.isFinite(value)) {
      pen = "M";
      continue;
    }
    path += `${pen}${x(i).toFixed(1)} ${y(value).toFixed(1)}`;
    pen = "L";
  }
  const body = svg(
    size,
    Math.round(size * 0.6),
    `<path d="${path}" fill="none" stroke="#f2a33a" stroke-width="1.5"/>`,
    `line of ${shape}`,
  );
  return { kind: "line", type: "image/svg+xml", body, words: `line of ${shape}` };
}

/** Words in a frame; hatched behind where there is no value. */
function words(
  kind: ThumbnailKind,
  said: readonly string[],
  alt: string,
  size: number,
): Thumbnail {
  const height = Math.round(size * 0.6);
  const letter = Math.max(5, Math.min(size / 9, height / (said.length + 1)));
  const first = (height - said.length * letter * 1.2) / 2 + letter;
  const text = said.map((line, i) =>
    `<text x="50%" y="${(first + i * letter * 1.2).toFixed(1)}">${escapeHtml(line)}</text>`
  ).join("");
  const hatch = kind === "empty"
    ? `<defs><pattern id="h" width="8" height="8" patternUnits="userSpaceOnUse">` +
      `<path d="M0 8L8 0" stroke="#888" stroke-width="1"/></pattern></defs>` +
      `<rect width="100%" height="100%" fill="url(#h)" opacity=".4"/>`
    : "";
  const fill = kind === "error" ? "#e0603a" : "#d8dbe2";
  const content = `${hatch}<g fill="${fill}" font-family="system-ui,sans-serif" ` +
    `font-size="${letter.toFixed(1)}" text-anchor="middle">${text}</g>`;
  return { kind, type: "image/svg+xml", body: svg(size, height, content, alt), words: alt };
}

function svg(width: number, height: number, content: string, title: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}" role="img"><title>${escapeHtml(title)}</title>` +
    `<rect width="100%" height="100%" fill="#20242c"/>${content}</svg>`;
}

/** A reason in lines of about 20 characters. */
function lines(text: string): string[] {
  const found: string[] = [""];
  for (const word of text.split(/\s+/)) {
    const last = found.at(-1)!;
    if (last !== "" && last.length + word.length > 20) found.push(word.slice(0, 24));
    else found[found.length - 1] = last === "" ? word.slice(0, 24) : `${last} ${word}`;
  }
  return found;
}
