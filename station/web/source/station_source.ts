/** A file of a station, by its HTTP interface. */

import { parseTile, type Tile } from "../picture/tile.ts";
import type { RegionStatistics } from "../regions/statistics.ts";
import { CardList, type CardTriple } from "./card_list.ts";
import {
  ChangedError,
  type ColumnNumbers,
  type FileInfo,
  type HduInfo,
  type HduVersion,
  type HeaderFinding,
  type HistogramAnswer,
  type HistogramOptions,
  type LimitsAnswer,
  type PictureSource,
  type PlaneNumber,
  type SourceLinks,
  type TablePart,
  type TableQuery,
  type TilePlace,
} from "./picture_source.ts";

/** Tiles asked for at a time: two of a browser's six connections stay free. */
const MOST_TILES = 4;
/** Characters of a refusal that are shown. */
const MAX_REASON = 500;

/** What makes an image of a table. */
const OF_BINNED = ["bin", "table", "filter", "weight"] as const;

/** What a station is asked for. */
type Parameters = Readonly<Record<string, string | number | undefined>>;

/** Options of {@linkcode StationSource}. */
export interface StationSourceOptions {
  /** The address of the file itself, for its link. */
  readonly file?: string | undefined;
  /** What a command of the command line takes. @default {file} */
  readonly argument?: string | undefined;
  /** How it is asked. @default {fetch} */
  readonly fetch?: typeof fetch | undefined;
}

/**
 * Another file of the station that has made a page.
 *
 * @param place The element with the address of files in its `data-fits`.
 * @param path The path of the file, or its address on another server.
 */
export function stationFile(place: HTMLElement, path: string): StationSource {
  const { fits = "/fits/" } = place.dataset;
  const isAddress = /^(?:https?|s3):/.test(path);
  const end = isAddress
    ? `?url=${encodeURIComponent(path)}`
    : path.split("/").map(encodeURIComponent).join("/");
  return new StationSource(new URL(fits + end, location.href), { argument: path });
}

/** A file of a station. */
export class StationSource implements PictureSource {
  readonly links: SourceLinks;
  readonly mostTiles: number = MOST_TILES;
  readonly #url: URL;
  readonly #fetch: typeof fetch;

  /**
   * Names the file.
   *
   * @param url Its address below `/fits/`.
   * @param options Its links.
   */
  constructor(
    url: URL | string,
    { file, argument, fetch: ask }: StationSourceOptions = {},
  ) {
    this.#url = new URL(url);
    this.#fetch = ask ?? ((...given) => fetch(...given));
    this.links = { file, argument: argument ?? file ?? this.#url.href };
  }

  /** The address of an answer. */
  urlOf(parameters: Parameters): string {
    const url = new URL(this.#url);
    // Rows are those of a table as it is, not of the image that is made of one.
    if (parameters.format === "rows") {
      for (const name of OF_BINNED) {
        url.searchParams.delete(name);
      }
    }
    for (const [name, value] of Object.entries(parameters)) {
      if (value !== undefined && value !== "") url.searchParams.set(name, String(value));
    }
    // Signs of sections and planes can be read as they are.
    url.search = url.search.replaceAll("%2C", ",").replaceAll("%3A", ":").replaceAll("%2F", "/");
    return url.href;
  }

  async info(signal: AbortSignal): Promise<FileInfo> {
    return await this.#json({ format: "info" }, signal, "no-cache") as FileInfo;
  }

  async header(hdu: HduVersion, signal: AbortSignal): Promise<CardList> {
    const [header] = await this.#json(
      { format: "header", hdu: hdu.index, v: hdu.validator },
      signal,
    ) as { cards: CardTriple[] }[];
    return new CardList(header!.cards);
  }

  async findings(hdu: HduVersion, signal: AbortSignal): Promise<readonly HeaderFinding[]> {
    const parameters = { format: "findings", hdu: hdu.index, v: hdu.validator };
    return await this.#json(parameters, signal) as HeaderFinding[];
  }

  async tile(
    hdu: HduVersion,
    plane: PlaneNumber,
    { level, x, y, draft }: TilePlace,
    signal: AbortSignal,
  ): Promise<Tile> {
    return await this.#tile({
      ...{ format: "tile", ...placeOf(hdu, plane), tile: `${level}/${x}/${y}` },
      draft: draft ? 1 : undefined,
      v: hdu.validator,
    }, signal);
  }

  async values(hdu: HduVersion, section: string, signal: AbortSignal): Promise<Tile> {
    const parameters = { format: "values", hdu: hdu.index, section, v: hdu.validator };
    return await this.#tile(parameters, signal);
  }

  async limits(
    hdu: HduVersion,
    plane: PlaneNumber,
    { limits, scope }: { readonly limits: string; readonly scope: "plane" | "file" },
    signal: AbortSignal,
  ): Promise<LimitsAnswer> {
    return await this.#json({
      ...{ format: "limits", ...placeOf(hdu, plane), limits },
      scope: scope === "file" ? scope : undefined,
      v: hdu.validator,
    }, signal) as LimitsAnswer;
  }

  async histogram(
    hdu: HduVersion,
    plane: PlaneNumber,
    { scope, bins, range }: HistogramOptions,
    signal: AbortSignal,
  ): Promise<HistogramAnswer> {
    return await this.#json({
      ...{ format: "histogram", ...placeOf(hdu, plane), bins, range: range?.join(",") },
      scope: scope === "file" ? scope : undefined,
      v: hdu.validator,
    }, signal) as HistogramAnswer;
  }

  async rows(
    hdu: HduVersion,
    first: number,
    last: number,
    { filter, sort }: TableQuery,
    signal: AbortSignal,
  ): Promise<TablePart> {
    const parameters = {
      ...{ hdu: hdu.index, rows: `${first}:${last}`, filter, sort },
      v: hdu.validator,
    };
    return await this.#json({ format: "rows", ...parameters }, signal) as TablePart;
  }

  async regionNumbers(
    hdu: HduVersion,
    plane: PlaneNumber,
    regions: string,
    signal: AbortSignal,
  ): Promise<RegionStatistics> {
    const parameters = { format: "statistics", ...placeOf(hdu, plane), regions, v: hdu.validator };
    const [found] = await this.#json(parameters, signal) as Record<string, unknown>[];
    const { pixels, missing } = found!;
    const number = (name: string) => (found![name] as number | null) ?? NaN;
    const place = (name: string) => (found![name] as readonly [number, number] | null) ?? undefined;
    return {
      ...{ pixels: pixels as number, missing: missing as number },
      ...{ sum: number("sum"), mean: number("mean"), median: number("median") },
      ...{ stddev: number("stddev"), min: number("min"), max: number("max") },
      ...{ minAt: place("minAt"), maxAt: place("maxAt"), centroid: place("centroid") },
    };
  }

  async columns(
    hdu: HduVersion & Pick<HduInfo, "rows">,
    names: readonly string[],
    filter: string | undefined,
    signal: AbortSignal,
  ): Promise<ColumnNumbers> {
    const { parseNpy } = await import("../../../fits/image/npy.ts");
    const values = await Promise.all(names.map(async (name) => {
      const parameters = { hdu: hdu.index, columns: name, filter, v: hdu.validator };
      const response = await this.#ask({ format: "column", ...parameters }, signal);
      const { data } = parseNpy(new Uint8Array(await response.arrayBuffer()));
      return Float64Array.from(data as ArrayLike<number | bigint>, Number);
    }));
    return { values, total: hdu.rows ?? values[0]!.length };
  }

  async rowsAsCsv(
    hdu: HduVersion,
    first: number,
    last: number,
    { filter, sort }: TableQuery,
    signal: AbortSignal,
  ): Promise<string> {
    const rows = `${first}:${last}`;
    const parameters = { format: "rows", hdu: hdu.index, rows, filter, sort, v: hdu.validator };
    return await (await this.#ask(parameters, signal, "default", "text/csv")).text();
  }

  cutoutUrl(hdu: HduVersion, section: string, format: "fits" | "npy" = "fits"): string {
    return this.urlOf({ format, hdu: hdu.index, section });
  }

  close(): void {}

  async #tile(parameters: Parameters, signal: AbortSignal): Promise<Tile> {
    const response = await this.#ask(parameters, signal);
    return parseTile(new Uint8Array(await response.arrayBuffer()));
  }

  async #json(parameters: Parameters, signal: AbortSignal, cache?: RequestCache): Promise<unknown> {
    return await (await this.#ask(parameters, signal, cache)).json();
  }

  async #ask(
    parameters: Parameters,
    signal: AbortSignal,
    cache: RequestCache = "default",
    accept = "application/json, */*;q=0.5",
  ): Promise<Response> {
    const init = { signal, cache, headers: { accept } };
    const response = await this.#fetch(this.urlOf(parameters), init);
    if (response.ok) return response;
    const reason = await reasonOf(response);
    if (response.status === 409) throw new ChangedError(reason);
    throw new Error(reason);
  }
}

function placeOf(hdu: HduVersion, plane: PlaneNumber): Parameters {
  return { hdu: hdu.index, plane: plane.join(",") };
}

/** Why a station refuses, in its own words. */
async function reasonOf(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const { detail, title } = JSON.parse(text);
    return String(detail ?? title).slice(0, MAX_REASON);
  } catch {
    // No problem in JSON: something else than a station answers.
    return `the station answers ${response.status} ${response.statusText}`.trim();
  }
}
