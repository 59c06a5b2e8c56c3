/** Cutouts: parts of images as FITS files of their own. */

import { concatenate } from "../../net/bytes/concatenate.ts";
import { FormatError } from "../../net/errors.ts";
import type { FitsFile, HduChoice } from "../file/fits_file.ts";
import type { Hdu } from "../file/hdu.ts";
import type { HduInput } from "../hdu/output.ts";
import { type Section, SectionError } from "../image/section.ts";
import { copyHdu } from "../write/hdu_copy.ts";
import { fitsPieces } from "../write/write.ts";
import { Companions, isCorrection } from "./corrections.ts";
import { addHistory, type CutImage, cutImage, type PreparedImage } from "./image.ts";

/** What is cut. */
export interface CutoutOptions {
  /**
   * The image: its number, EXTNAME or `EXTNAME,EXTVER`; `all` cuts every image of the file.
   *
   * @default {the first image}
   */
  readonly hdu?: HduChoice | undefined;
  /**
   * The part, which may reach beyond the image: the pixels that are not there have no value.
   * A function says it for each image; undefined leaves that image out.
   *
   * @default {the whole image}
   */
  readonly section?:
    | Section
    | ((hdu: Hdu) => Section | undefined | Promise<Section | undefined>)
    | undefined;
  /** Ends the work; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** A part of a file, ready to be written. */
export interface Cutout {
  /** The images that were cut, in the order of the file. */
  readonly images: readonly CutImage[];
  /** Numbers of HDUs that were left out: tables, and images that the section does not touch. */
  readonly left: readonly number[];
  /**
   * The bytes of the FITS file, piece by piece: the same whenever the same is cut.
   *
   * @returns Pieces that are valid until the next is asked for.
   */
  pieces(): AsyncGenerator<Uint8Array>;
  /** The bytes of the FITS file. */
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Cuts a part out of the images of a file.
 *
 * The cutout is a FITS file of its own: pixels as they are stored, of compressed images
 * decompressed; CRPIXj of every description moved, LTVi and LTMi_j set, with steps also the
 * scale; corrections of the coordinates by other HDUs taken along; HISTORY with what was cut from
 * where; DATASUM and CHECKSUM. Pixels outside of the image are NaN or BLANK. Of a file on a
 * server only what is needed is read.
 *
 * @param file The file.
 * @param options Which HDU and which part.
 * @returns The cutout; its pixels are read when this returns.
 * @throws {SectionError} If the section has no pixel of the image, or cannot be read.
 * @throws {FormatError} If there is no such HDU or it holds no image.
 * @throws {LimitError} If too many of the pixels lie outside of the image.
 *
 * @example
 * ```ts
 * import { Card, encodeFits, openFits } from "@heliograph/heliograph/fits";
 * import { cutout } from "@heliograph/heliograph/fits/cutout";
 * import { assertEquals } from "@std/assert";
 *
 * const header = [Card.of("CTYPE1", "FREQ"), Card.of("CRPIX1", 4), Card.of("CDELT1", 1e6)];
 * const pixels = new Int16Array([1, 2, 3, 4, 5, 6, 7, 8]);
 * await using file = await openFits(await encodeFits([{ pixels, shape: [8], header }]));
 * const cut = await cutout(file, { section: "3:6" });
 * assertEquals(cut.images[0]!.shape, [4]);
 *
 * await using part = await openFits(await cut.bytes());
 * assertEquals([...(await part.image()).pixels], [3, 4, 5, 6]);
 * assertEquals(part.header.get("CRPIX1"), 2);
 * ```
 */
export async function cutout(file: FitsFile, options: CutoutOptions = {}): Promise<Cutout> {
  return await file.latest(async () => {
    const cut = options.hdu === "all" ? await cutAll(file, options) : await cutOne(file, options);
    await file.confirm();
    return cut;
  });
}

async function cutOne(file: FitsFile, { hdu, section, signal }: CutoutOptions): Promise<Cutout> {
  const image = hdu === undefined
    ? await file.find((candidate) => candidate.isImage)
    : await file.hdu(hdu);
  if (image === undefined || !image.isImage) {
    const where = image === undefined ? file.source.name : image.data.title;
    const found = image === undefined ? "" : `: its type is ${image.kind}`;
    throw new FormatError(`Cannot find an image in ${where}${found}`, {
      source: file.source.name,
    });
  }
  const wanted = typeof section === "function" ? await section(image) : section;
  if (wanted === undefined && typeof section === "function") {
    throw new SectionError(`Cannot cut ${image.data.title}: nothing of it is asked for`);
  }
  const prepared = await cutImage(file, image, wanted, { alone: true, signal });
  return await joined(file, undefined, [prepared], [], signal);
}

/** Every image, under the primary HDU of the file where that holds none. */
async function cutAll(file: FitsFile, { section, signal }: CutoutOptions): Promise<Cutout> {
  const prepared: PreparedImage[] = [];
  const left: number[] = [];
  let primary: HduInput | undefined;
  let outside: SectionError | undefined;
  for await (const hdu of file.hdus) {
    if (hdu.index === 0 && hdu.kind === "PRIMARY" && hdu.shape.length === 0) {
      primary = copyHdu(hdu);
      continue;
    }
    if (isCorrection(hdu)) continue;
    if (!hdu.isImage || hdu.shape.includes(0)) {
      left.push(hdu.index);
      continue;
    }
    try {
      const wanted = typeof section === "function" ? await section(hdu) : section;
      if (wanted === undefined && typeof section === "function") left.push(hdu.index);
      else prepared.push(await cutImage(file, hdu, wanted, { alone: false, signal }));
    } catch (error) {
      if (!(error instanceof SectionError)) throw error;
      outside ??= error;
      left.push(hdu.index);
    }
  }
  if (prepared.length > 0) return await joined(file, primary, prepared, left, signal);
  throw outside ?? new FormatError(`Cannot find an image to cut in ${file.source.name}`, {
    source: file.source.name,
  });
}

async function joined(
  file: FitsFile,
  primary: HduInput | undefined,
  prepared: readonly PreparedImage[],
  left: readonly number[],
  signal: AbortSignal | undefined,
): Promise<Cutout> {
  const companions = new Companions(file);
  const hdus: HduInput[] = primary === undefined ? [] : [primary];
  const images: CutImage[] = [];
  for (const { cut, axes, header, input } of prepared) {
    const notes = [...cut.notes, ...await companions.add(header, axes)];
    const image = { ...cut, notes };
    addHistory(header, image, file.source.name);
    images.push(image);
    hdus.push(input(header));
  }
  hdus.push(...companions.inputs);
  const pieces = () => fitsPieces(hdus, { checksum: true, signal });
  return {
    images,
    left,
    pieces,
    async bytes() {
      const all: Uint8Array[] = [];
      let size = 0;
      for await (const piece of pieces()) {
        all.push(piece.slice());
        size += piece.length;
      }
      return concatenate(all, size);
    },
  };
}
