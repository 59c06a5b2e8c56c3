/** One image cut: its pixels as they are stored, and the header that is right for them. */

import type { FitsFile } from "../file/fits_file.ts";
import type { Hdu } from "../file/hdu.ts";
import type { HduInput } from "../hdu/output.ts";
import type { Header } from "../header/header.ts";
import { imageHdu } from "../image/output.ts";
import type { Section } from "../image/section.ts";
import { filled, fillingOf } from "./fill.ts";
import { historyText, movedHeader } from "./moved_header.ts";
import { cutAxes, type CutAxis, isWhole, reachesBeyond, sectionText } from "./ranges.ts";

/** An image that has been cut. */
export interface CutImage {
  /** The number of its HDU. */
  readonly hdu: number;
  /** EXTNAME, or `""`. */
  readonly name: string;
  /** What was cut, in FITS style and counted in pixels of the whole image. */
  readonly section: string;
  /** The lengths of the axes, axis 1 first. */
  readonly shape: readonly number[];
  /** How many of the pixels the image does not have. */
  readonly outside: number;
  /** What they are stored as: NaN, or BLANK; undefined if there are none. */
  readonly fill: number | bigint | undefined;
  /** What a reader of the cutout should know. */
  readonly notes: readonly string[];
}

/** A cut image with what is written of it. */
export interface PreparedImage {
  readonly cut: CutImage;
  readonly axes: readonly CutAxis[];
  /** The header without HISTORY of the cut. */
  readonly header: Header;
  /**
   * Makes the HDU.
   *
   * @param header The header.
   */
  input(header: Header): HduInput;
}

/** Extremes of all pixels are seldom those of a part. */
const OF_ALL_PIXELS = ["DATAMIN", "DATAMAX"];

/**
 * Cuts an image.
 *
 * @param file The file.
 * @param hdu The image.
 * @param section What is cut.
 * @param options Whether the cutout stands alone, without the primary HDU that it inherits from;
 * the signal.
 * @throws {SectionError} If the section has no pixel of the image.
 */
export async function cutImage(
  file: FitsFile,
  hdu: Hdu,
  section: Section | undefined,
  { alone, signal }: { readonly alone: boolean; readonly signal?: AbortSignal | undefined },
): Promise<PreparedImage> {
  const axes = cutAxes(section, hdu.shape, hdu.data.title);
  const image = await hdu.image({
    physical: false,
    section: axes.map(({ inside }) => inside),
    signal,
  });
  const source = alone ? await file.inheritedHeader(hdu.index) : hdu.header;
  const { header, notes } = movedHeader(source, axes);
  if (alone) header.delete("INHERIT");
  if (!axes.every((axis, i) => isWhole(axis, hdu.shape[i]!))) {
    for (const keyword of OF_ALL_PIXELS) header.delete(keyword);
  }
  const shape = axes.map(({ count }) => count);
  const outside = shape.reduce((product, count) => product * count, 1) - image.pixels.length;
  let pixels = image.pixels;
  let fill: number | bigint | undefined;
  if (axes.some(reachesBeyond)) {
    const filling = fillingOf(header, hdu.bitpix, pixels);
    fill = filling.value;
    if (filling.isNew) header.set("BLANK", fill, { comment: "no value", after: "BZERO" });
    pixels = filled(image, axes, fill);
  }
  return {
    cut: {
      hdu: hdu.index,
      name: hdu.name,
      section: sectionText(axes),
      shape,
      outside,
      fill,
      notes,
    },
    axes,
    header,
    input: (header) => imageHdu({ pixels, shape, header, stored: true }),
  };
}

/**
 * Says in a header what was cut from where.
 *
 * @param header The header; it is changed.
 * @param cut The image.
 * @param source Where the file is.
 */
export function addHistory(header: Header, cut: CutImage, source: string): void {
  const name = cut.name === "" ? "" : ` ${cut.name}`;
  const lines = [
    `Cut by Heliograph: [${cut.section}] of HDU ${cut.hdu}${name} of ${baseName(source)}`,
    ...(cut.fill === undefined
      ? []
      : [`${cut.outside} pixels outside of the image are ${fillText(cut.fill)}`]),
    ...cut.notes,
  ];
  for (const line of lines) header.addCommentary("HISTORY", historyText(line));
}

/** What pixels without a value are, for a person. */
export function fillText(fill: number | bigint): string {
  return Number.isNaN(fill) ? "NaN" : `BLANK (${fill})`;
}

/** The last part of a path or a URL: folders and queries are no one's business. */
function baseName(source: string): string {
  const url = /^[a-z][a-z0-9+.-]+:\/\//i.test(source) ? URL.parse(source) : null;
  const path = url === null ? source : url.pathname;
  const name = path.replace(/\/+$/, "").split("/").at(-1)!;
  if (url === null) return name;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
