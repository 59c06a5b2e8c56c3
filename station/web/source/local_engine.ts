/**
 * Answers about a file of this computer: the same that a station answers, made by the same code,
 * in the browser.
 *
 * @module
 */

import type { FitsFile } from "../../../fits/file/fits_file.ts";
import type { Hdu } from "../../../fits/file/hdu.ts";
import { resolveSection } from "../../../fits/image/section.ts";
import { parseLimits } from "../../../fits/picture/limits.ts";
import { LimitError } from "../../../net/errors.ts";
import { fileInfo, findingsOf, headersAsJson } from "../../api/file_info.ts";
import {
  imageSurvey,
  type Pause,
  planeSurvey,
  surveyHistogram,
  surveyLimits,
} from "../../api/survey.ts";
import { readTablePart } from "../../api/table_part.ts";
import { type ColumnNumbers, readNumbers } from "../../binning/columns.ts";
import { makeDraft } from "../../pyramid/draft.ts";
import { LevelReduction, tileBox } from "../../pyramid/levels.ts";
import { readStored, StoredPlane } from "../../pyramid/stored_plane.ts";
import { encodeTile } from "../../pyramid/tile.ts";
import type { CardTriple } from "./card_list.ts";
import type {
  FileInfo,
  HeaderFinding,
  HistogramAnswer,
  HistogramOptions,
  LimitsAnswer,
  PlaneNumber,
  TablePart,
  TableQuery,
  TilePlace,
} from "./picture_source.ts";

/** Pixels that are read before others have their turn. */
const BAND_PIXELS = 1 << 20;
/** A tile of at most so many pixels is made at once and exactly: a draft would not be quicker. */
const QUICK_PIXELS = 1 << 22;
/** Planes of more pixels are shown as drafts first. */
const MAX_DIRECT_PIXELS = 1 << 24;
/** Pixels of `values` at most. */
const MAX_VALUES = 1 << 22;

/** Which pixels limits and histograms are of. */
type Scope = "plane" | "file";

/** A file that is open. */
export class LocalEngine {
  readonly #fits: FitsFile;
  readonly #name: string;
  readonly #bytes: number;
  readonly #pause: Pause;

  /**
   * Takes a file.
   *
   * @param fits The file.
   * @param about Its name and its size.
   * @param pause What is waited for between parts of long work.
   */
  constructor(
    fits: FitsFile,
    about: { readonly name: string; readonly bytes: number },
    pause: Pause,
  ) {
    this.#fits = fits;
    this.#name = about.name;
    this.#bytes = about.bytes;
    this.#pause = pause;
  }

  /** What the file holds. It cannot change: a browser refuses to read a file that did. */
  async info(): Promise<FileInfo> {
    const validatorOf = ({ index }: Hdu) => `local-${index}`;
    return await fileInfo({
      ...{ name: this.#name, bytes: this.#bytes, validator: "local" },
      fits: this.#fits,
      validatorOf,
    }, ({ shape }) => shape[0]! * (shape[1] ?? 1) > MAX_DIRECT_PIXELS ? "draft" : "none");
  }

  /** The cards of an HDU. */
  async header(index: number): Promise<readonly CardTriple[]> {
    const { header } = await this.#fits.hdu(index);
    return headersAsJson([{ index, header }])[0]!.cards as readonly CardTriple[];
  }

  /** What the standard says against its header. */
  async findings(index: number): Promise<readonly HeaderFinding[]> {
    return await findingsOf(await this.#fits.hdu(index));
  }

  /** A tile, as a station sends it. */
  async tile(
    index: number,
    plane: PlaneNumber,
    place: TilePlace,
    signal: AbortSignal,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const stored = await this.#plane(index, plane);
    const box = tileBox(stored.width, stored.height, place);
    const { level } = place;
    if (level === 0) {
      const { values, rule, rounded } = await stored.read(box, { signal });
      return encodeTile({ width: box.width, height: box.height, values, rule, rounded, level });
    }
    const rule = { bscale: 1, bzero: 0, blank: undefined };
    if (place.draft && box.width * box.height > QUICK_PIXELS) {
      const draft = await makeDraft(stored, place, signal);
      return encodeTile({ ...draft, rule, level, reduce: "mean", draft: true });
    }
    const reduction = new LevelReduction(level, box, stored.rule);
    for (const band of stored.bands(box, BAND_PIXELS)) {
      const { values } = await stored.read(band, { signal });
      reduction.add(values, band.y - box.y, band.width);
      await this.#pause();
      signal.throwIfAborted();
    }
    const { width, height } = reduction;
    return encodeTile({ width, height, values: reduction.finish(), rule, level, reduce: "mean" });
  }

  /** The exact values of a section, as a station sends them. */
  async values(
    index: number,
    section: string,
    signal: AbortSignal,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const hdu = await this.#fits.hdu(index);
    const { ranges, shape } = resolveSection(section, hdu.shape, hdu.data.title);
    const pixels = shape.reduce((product, length) => product * length, 1);
    if (pixels > MAX_VALUES) {
      throw new LimitError(
        `Cannot give the values of ${section}: it has ${pixels} pixels, expected ${MAX_VALUES}`,
      );
    }
    const [width = 0] = shape;
    const stored = await readStored(hdu, ranges, true, signal);
    return encodeTile({ ...stored, width, height: width === 0 ? 0 : pixels / width, level: 0 });
  }

  /** The ends of the scale. */
  async limits(
    index: number,
    plane: PlaneNumber,
    { limits, scope }: { readonly limits: string; readonly scope: Scope },
    signal: AbortSignal,
  ): Promise<LimitsAnswer> {
    return await surveyLimits(await this.#survey(index, plane, scope), parseLimits(limits), signal);
  }

  /** How values are spread. */
  async histogram(
    index: number,
    plane: PlaneNumber,
    { scope, bins, range }: HistogramOptions,
    signal: AbortSignal,
  ): Promise<HistogramAnswer> {
    return await surveyHistogram(await this.#survey(index, plane, scope), bins, range, signal);
  }

  /** Rows of a table, as text. */
  async rows(
    index: number,
    first: number,
    last: number,
    query: TableQuery,
    signal: AbortSignal,
  ): Promise<TablePart> {
    const options = { ...query, pause: this.#pause };
    const hdu = await this.#fits.hdu(index);
    return await readTablePart(hdu, first, signal, last - first + 1, options);
  }

  /** Numbers of columns. */
  async columns(
    index: number,
    names: readonly string[],
    filter: string | undefined,
    signal: AbortSignal,
  ): Promise<ColumnNumbers> {
    const options = { filter, pause: this.#pause, signal };
    return await readNumbers(await this.#fits.hdu(index), names, options);
  }

  async #plane(index: number, plane: PlaneNumber): Promise<StoredPlane> {
    const hdu = await this.#fits.hdu(index);
    return new StoredPlane(hdu, plane.map((place) => place - 1));
  }

  async #survey(index: number, plane: PlaneNumber, scope: Scope) {
    const stored = await this.#plane(index, plane);
    return scope === "file"
      ? imageSurvey(stored.hdu, this.#pause)
      : planeSurvey(stored, this.#pause);
  }
}
