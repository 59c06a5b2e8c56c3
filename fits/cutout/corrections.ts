/**
 * What the coordinates of an image need of other HDUs goes along with a cutout: tables of
 * coordinates (-TAB) as they are, images of corrections (CPDISj, D2IMDISj) moved.
 */

import type { FitsFile } from "../file/fits_file.ts";
import type { Hdu } from "../file/hdu.ts";
import type { HduInput, HduOutput } from "../hdu/output.ts";
import type { Header } from "../header/header.ts";
import { wcsNeeds } from "../wcs/wcs.ts";
import type { WcsNeed } from "../wcs/keywords/tables.ts";
import { copyHdu } from "../write/hdu_copy.ts";
import { movedCorrection } from "./moved_header.ts";
import type { CutAxis } from "./ranges.ts";

/** The most bytes of an HDU that goes along. */
const MAX_BYTES = 64 << 20;
/** Keywords of corrections by tables. */
const CORRECTION = /^(?:CPDIS|D2IMDIS|CPERR|D2IMERR|DP|DQ|D2IM)\d+(?:\.|$)|^AXISCORR$/;
/** Names of images that correct coordinates. */
const CORRECTION_NAME = /^(?:WCSDVARR|D2IMARR)$/i;

/** Whether an HDU is there for the coordinates of others. */
export function isCorrection(hdu: Hdu): boolean {
  return CORRECTION_NAME.test(hdu.name);
}

/** HDUs that go along with images. */
export class Companions {
  readonly #file: FitsFile;
  /** By the number of the HDU: where the cutout begins, and what is written. */
  readonly #hdus = new Map<number, { readonly place: string; readonly input: HduInput }>();

  /**
   * Begins without any.
   *
   * @param file The file that they are in.
   */
  constructor(file: FitsFile) {
    this.#file = file;
  }

  /** What is written behind the images. */
  get inputs(): HduInput[] {
    return [...this.#hdus.values()].map(({ input }) => input);
  }

  /**
   * Takes along what an image needs, or removes the corrections from its header.
   *
   * @param header The header of the cutout; it is changed.
   * @param axes The axes of the cutout.
   * @returns What could not be taken along, for a person.
   */
  async add(header: Header, axes: readonly CutAxis[]): Promise<string[]> {
    const missing: string[] = [];
    let dropped = false;
    for (const need of needsOf(header)) {
      const name = `${need.extname},${need.extver}`;
      const reason = await this.#take(need, axes);
      if (reason === undefined) continue;
      if (need.kind === "image") dropped = true;
      missing.push(`the coordinates need HDU ${name}, which is left out: ${reason}`);
    }
    if (dropped) {
      for (const { keyword } of header.cards.slice()) {
        if (CORRECTION.test(keyword)) header.delete(keyword);
      }
      missing.push("the coordinates are without the corrections of CPDISj and D2IMDISj");
    }
    return missing;
  }

  async #take(need: WcsNeed, axes: readonly CutAxis[]): Promise<string | undefined> {
    const hdu = await this.#file.find((hdu) =>
      hdu.name.toUpperCase() === need.extname.toUpperCase() && hdu.version === need.extver &&
      (need.kind === "image" ? hdu.isImage : hdu.isTable)
    );
    if (hdu === undefined) return "the file has none";
    if (hdu.dataSize > MAX_BYTES) return `it has ${hdu.dataSize} bytes`;
    const moves = need.kind === "image";
    if (moves && axes.slice(0, 2).some(({ step }) => step !== 1)) return "the section has steps";
    const place = moves ? axes.slice(0, 2).map(({ first }) => first).join() : "";
    const found = this.#hdus.get(hdu.index);
    if (found !== undefined) {
      return found.place === place ? undefined : "another image needs it at another place";
    }
    const stored = hdu.dataSize === 0
      ? new Uint8Array(0)
      : (await hdu.data.read(0, hdu.dataSize)).slice();
    this.#hdus.set(hdu.index, { place, input: copied(hdu, stored, moves ? axes : undefined) });
    return undefined;
  }
}

function needsOf(header: Header): WcsNeed[] {
  const needs = new Map<string, WcsNeed>();
  for (const need of wcsNeeds(header)) needs.set(JSON.stringify(need), need);
  return [...needs.values()];
}

/** An HDU that is in memory, since it is read twice: for its sum, and to be written. */
function copied(
  hdu: Hdu,
  stored: Uint8Array,
  axes: readonly CutAxis[] | undefined,
): HduInput {
  const copy = copyHdu(hdu);
  return {
    canBePrimary: false,
    prepare: (primary): HduOutput => {
      const output = copy.prepare(primary);
      const header = axes === undefined ? output.header : movedCorrection(output.header, axes);
      return { ...output, header, data: () => [stored] };
    },
  };
}
