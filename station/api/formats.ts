/** The forms in which `/fits/PATH` gives a file: their parameters, and what each answers. */

import type { Hdu } from "../../fits/file/hdu.ts";
import { resolveSection } from "../../fits/image/section.ts";
import {
  badValue,
  number,
  oneOf,
  type Parameter,
  type ParameterRules,
  type Parameters,
  SWITCH,
  wholeNumber,
  words,
} from "../../http/fields/parameters.ts";
import { COLORMAPS } from "../../fits/picture/colormap.ts";
import { prefersJson } from "../../http/fields/accept.ts";
import { inSlices } from "../pyramid/slices.ts";
import type { HttpRequest } from "../../http/server/types.ts";
import { REDUCES, tileGrid } from "../pyramid/levels.ts";
import { FormatError } from "../../net/errors.ts";
import type { PyramidStore } from "../pyramid/store.ts";
import { readStored, StoredPlane } from "../pyramid/stored_plane.ts";
import { encodeTile, TILE_TYPE } from "../pyramid/tile.ts";
import {
  fileInfo,
  findingsOf,
  headersAsJson,
  headersAsText,
  headersOf,
  type PyramidState,
} from "./file_info.ts";
import type { OpenFits } from "./open_files.ts";
import { ProblemError } from "./problem.ts";
import {
  HDU,
  LIMITS,
  MISSING,
  PLANE,
  RANGE,
  REDUCE,
  SCOPE,
  SECTION,
  STRETCH,
  TILE,
} from "./rules.ts";
import { columnNpy } from "../binning/columns.ts";
import { findRows } from "./table_query.ts";
import { PAGE_ROWS, type PartOptions, readTablePart, type TablePart } from "./table_part.ts";
import { imageSurvey, planeSurvey, type Survey, surveyHistogram, surveyLimits } from "./survey.ts";
import type { BinnedTable } from "./binned.ts";
import { LINE, profileOf, spectrumOf, SPOT, WIDTH } from "./lines.ts";
import type { TextRegion } from "../web/regions/ds9_text.ts";
import { FRAME } from "../measure/places.ts";
import { regionNumbers } from "../measure/region_numbers.ts";
import { boxOf, regionSurvey } from "../measure/region_survey.ts";
import { placeRegions, regionsRule } from "../measure/regions_rule.ts";
import { rowsAsCsv } from "../measure/row_text.ts";
import { makePicture } from "./picture.ts";
import { makeThumbnail, type Thumbnail } from "../../fits/thumbnail.ts";
import {
  attachment,
  pixelOf,
  PLACE,
  statisticsOf,
  takeFits,
  type TakenAway,
  takeNpy,
  worldOf,
} from "./take_away.ts";
import { codeTile } from "./tile_coding.ts";
import { hasPass, makeTile } from "./tile_maker.ts";

/** What an answer is made from. */
export interface FitsTask {
  readonly file: OpenFits;
  readonly request: Pick<HttpRequest, "fields" | "signal">;
  readonly pyramids: PyramidStore;
  /** Whether the client is on another machine. */
  readonly isFar: boolean;
  /** The image that is shown in the place of a table, where one is asked for. */
  readonly binned?: BinnedTable | undefined;
}

/** What is answered. */
export interface FitsAnswer {
  readonly type: string;
  readonly body: string | Uint8Array;
  /** Whether it may never be kept: it is soon replaced. */
  readonly draft?: boolean | undefined;
  readonly fields?: Readonly<Record<string, string>> | undefined;
}

/** A form of a file. */
export interface FitsFormat {
  readonly rules: ParameterRules;
  /** What has to be in the file: nothing, an HDU that is named, or an image. */
  readonly needs: "file" | "image";
  /** Whether it takes an image that is made of a table. */
  readonly bins: boolean;
  /** Whether the answer depends on what the client accepts. */
  readonly varies: boolean;
  /** Whether it is compressed for clients on other machines. */
  readonly codes?: boolean | undefined;
  /** Whether it costs next to nothing, and waits for no turn. */
  readonly light?: boolean | undefined;
  /** Whether the answer becomes another while the file stays. */
  readonly changes?: boolean | undefined;
  answer(task: FitsTask, given: Parameters<ParameterRules>, hdu: Hdu | undefined): Promise<
    FitsAnswer
  >;
}

/** Pixels of `values` at most. */
const MAX_VALUES = 1 << 22;
/** Bins of a histogram. */
const [DEFAULT_BINS, MAX_BINS] = [1024, 65_536];

function ofFile<R extends ParameterRules>(
  rules: R,
  varies: boolean,
  answer: (task: FitsTask, given: Parameters<R>, hdu: Hdu | undefined) => Promise<FitsAnswer>,
): FitsFormat {
  return {
    rules,
    needs: "file",
    bins: true,
    varies,
    light: true,
    answer: answer as FitsFormat["answer"],
  };
}

function ofImage<R extends ParameterRules>(
  rules: R,
  answer: (task: FitsTask, given: Parameters<R>, hdu: Hdu) => Promise<FitsAnswer>,
): FitsFormat {
  return {
    rules: { hdu: HDU, ...rules },
    needs: "image",
    bins: true,
    varies: false,
    answer: answer as FitsFormat["answer"],
  };
}

function coded(format: FitsFormat): FitsFormat {
  return { ...format, codes: true };
}

/** Rows of a table that are given at once. */
const MAX_ROWS = 10_000;
/** Rows of a table, the first and the last. */
const ROWS: Parameter<readonly [first: number, last: number]> = {
  expected: `FIRST:LAST from 1, at most ${MAX_ROWS} rows`,
  read: (text) => {
    const [first, last] = (/^(\d{1,15}):(\d{1,15})$/.exec(text) ?? []).slice(1).map(Number);
    if (first === undefined || last === undefined || first < 1) return undefined;
    return last >= first && last - first < MAX_ROWS ? [first, last] : undefined;
  },
};

/** What of a table is asked for. */
const TABLE_RULES = {
  hdu: HDU,
  rows: ROWS,
  filter: words("a condition such as 'FLUX > 3 && FLAG = 0'"),
  sort: words("a column, behind - for descending values"),
  columns: {
    expected: "names of columns, separated by commas",
    read: (text: string) => text === "" ? undefined : text.split(",").map((name) => name.trim()),
  },
} as const;

/** A column, by its whole name. */
const ONE_COLUMN: Parameter<string> = words("the name of a column");
/** What of a column is asked for; all of its rows fit in what is given at once, or none. */
const COLUMN_RULES = {
  ...TABLE_RULES,
  columns: ONE_COLUMN,
  rows: {
    expected: "FIRST:LAST from 1",
    read: (text: string) => {
      const [first, last] = (/^(\d{1,15}):(\d{1,15})$/.exec(text) ?? []).slice(1).map(Number);
      if (first === undefined || last === undefined || first < 1) return undefined;
      return last >= first ? [first, last] as const : undefined;
    },
  },
} as const;

/** Reads rows; what is wrong with the question is no fault of the file. */
async function tablePart(
  table: Hdu,
  first: number,
  count: number,
  options: PartOptions,
  signal: AbortSignal,
): Promise<TablePart> {
  const other = options.columns === undefined ? "sort" : "columns";
  return await asQuestion(() => readTablePart(table, first, signal, count, options), other);
}

/** Does what a question asks for: what is wrong with it is said of its parameters. */
async function asQuestion<T>(work: () => Promise<T>, other: "sort" | "columns"): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const [what] = error instanceof FormatError
      ? /^The condition|it has no column/.exec(error.message) ?? []
      : [];
    if (what === undefined) throw error;
    const parameter = what === "The condition" ? "filter" : other;
    throw new ProblemError(400, "bad-value", (error as Error).message, { parameter });
  }
}

/** The numbers of the rows that are asked for, from 0, in their order. */
async function rowNumbers(
  table: Hdu,
  [first, last]: readonly [first: number, last: number],
  { filter, sort, pause = inSlices() }: PartOptions,
  signal: AbortSignal,
): Promise<number[]> {
  const found = await asQuestion(() => findRows(table, { filter, sort }, pause, signal), "sort");
  if (found !== undefined) return [...found.subarray(first - 1, last)];
  const count = Math.max(0, Math.min(table.openTable().rows, last) - first + 1);
  return Array.from({ length: count }, (_, i) => first - 1 + i);
}

/** The table that is named, or the first. */
async function tableOf(file: OpenFits, hdu: Hdu | undefined): Promise<Hdu> {
  const table = hdu ?? await file.fits.find(({ isTable }) => isTable);
  if (table !== undefined && table.isTable && table.damage === undefined) return table;
  const found = table === undefined ? "the file has none" : `HDU ${table.index} is none`;
  throw new ProblemError(404, "not-found", `there is no table: ${found}`, { parameter: "hdu" });
}

/** A form of tables as they are: it takes work, and waits for its turn. */
function waiting(format: FitsFormat): FitsFormat {
  return { ...format, light: false, bins: false };
}

/** A section that may reach beyond the image: the cutout says what is wrong with it. */
const CUT_SECTION = words("a section such as 1:100,50:60");

/** The forms by their names. */
export const FORMATS: Readonly<Record<string, FitsFormat>> = {
  info: {
    ...ofFile({}, false, async ({ file, pyramids, binned }) => {
      const infoOf = (file: OpenFits) => fileInfo(file, (hdu) => pyramidState(file, hdu, pyramids));
      const info = await infoOf(file);
      if (binned === undefined) return json(info);
      const { index, name, version } = info.hdus[binned.table.index]!;
      const [image] = (await infoOf(binned.file)).hdus;
      const kind = "binned table";
      return json({
        ...info,
        hdus: info.hdus.with(index, { ...image!, index, name, version, kind }),
      });
    }),
    changes: true,
  },

  header: ofFile({ hdu: HDU, inherit: SWITCH }, true, async ({ file, request }, given, hdu) => {
    const headers = await headersOf(file.fits, { hdu, inherit: given.inherit });
    const accept = request.fields.get("accept") ?? "";
    return /text\/plain/i.test(accept) && !prefersJson(accept)
      ? { type: "text/plain; charset=utf-8", body: headersAsText(headers) }
      : json(headersAsJson(headers));
  }),

  findings: ofFile({ hdu: HDU }, false, async ({ file }, _given, hdu) => {
    return json(await findingsOf(hdu ?? await file.fits.hdu(0)));
  }),

  rows: waiting(ofFile(TABLE_RULES, true, async ({ file, request }, given, hdu) => {
    const table = await tableOf(file, hdu);
    const [first, last] = given.rows ?? [1, PAGE_ROWS];
    const { filter, sort, columns } = given;
    const options = { filter, sort, columns, pause: inSlices() };
    const accept = request.fields.get("accept") ?? "";
    if (/text\/csv/i.test(accept) && !prefersJson(accept)) {
      const rows = await rowNumbers(table, [first, last], options, request.signal);
      const { signal } = request;
      const text = await asQuestion(
        () => rowsAsCsv(table.openTable(), { rows, columns, signal }),
        columns === undefined ? "sort" : "columns",
      );
      return { type: "text/csv; charset=utf-8; header=present", body: text };
    }
    return json(await tablePart(table, first, last - first + 1, options, request.signal));
  })),

  column: waiting(ofFile(COLUMN_RULES, false, async ({ file, request }, given, hdu) => {
    const table = await tableOf(file, hdu);
    const { columns, rows, filter, sort } = given;
    if (columns === undefined) throw missing("format=column", "columns", ONE_COLUMN.expected);
    const { signal } = request;
    const asked = filter === undefined && sort === undefined ? undefined : { filter, sort };
    const found = asked === undefined
      ? undefined
      : await asQuestion(() => findRows(table, asked, inSlices(), signal), "sort");
    const range = rows === undefined ? undefined : [rows[0] - 1, rows[1]] as const;
    const bytes = await columnNpy(table, columns, range, found, signal);
    return saved("application/octet-stream", { bytes, disposition: attachment(columns, "npy") });
  })),

  tile: coded(ofImage(
    { plane: PLANE, tile: TILE, reduce: REDUCE, draft: SWITCH },
    async ({ file, request, pyramids, isFar }, given, hdu) => {
      const { tile, reduce = REDUCES[0]! } = given;
      if (tile === undefined) throw missing("format=tile", "tile", TILE.expected);
      const plane = planeOf(hdu, given.plane);
      const grid = tileGrid(plane.width, plane.height, tile.level);
      if (tile.x >= grid.columns || tile.y >= grid.rows) {
        throw new ProblemError(
          404,
          "not-found",
          `tile ${tile.level}/${tile.x}/${tile.y} is asked for, level ${tile.level} has ` +
            `${grid.columns} x ${grid.rows} tiles`,
          { parameter: "tile", columns: grid.columns, rows: grid.rows },
        );
      }
      const source = {
        key: `${file.validatorOf(hdu)} ${plane.place}`,
        plane,
        file: file.path === undefined || file.version === undefined
          ? undefined
          : { path: file.path, version: file.version, hdu: hdu.index, place: plane.place },
        use: () => file.use(),
      };
      const content = await makeTile(
        source,
        { ...tile, reduce, draft: given.draft === true },
        pyramids,
        request.signal,
      );
      const percent = content.draft ? pyramids.percentOf(source.key) : undefined;
      const { body, coding } = isFar
        ? codeTile(content, request.fields)
        : { body: encodeTile(content), coding: undefined };
      const fields: Record<string, string> = {};
      if (percent !== undefined) fields["Heliograph-Pyramid"] = `${percent}`;
      if (coding !== undefined) fields["Content-Encoding"] = coding;
      return { type: TILE_TYPE, body, draft: content.draft, fields };
    },
  )),

  values: ofImage({ section: SECTION }, async ({ request }, given, hdu) => {
    const { ranges, shape } = resolveSection(given.section, hdu.shape, hdu.data.title);
    const pixels = shape.reduce((product, length) => product * length, 1);
    if (pixels > MAX_VALUES) {
      throw new ProblemError(
        413,
        "too-large",
        `the section has ${pixels} pixels, expected at most ${MAX_VALUES}`,
        { parameter: "section" },
      );
    }
    const [width = 0] = shape;
    const stored = await readStored(hdu, ranges, true, request.signal);
    const content = { ...stored, width, height: width === 0 ? 0 : pixels / width, level: 0 };
    return { type: TILE_TYPE, body: encodeTile(content) };
  }),

  png: ofImage(
    {
      plane: PLANE,
      section: SECTION,
      region: regionsRule("region"),
      size: wholeNumber(1, 4096),
      stretch: STRETCH,
      limits: LIMITS,
      scope: SCOPE,
      colormap: oneOf(COLORMAPS),
      invert: SWITCH,
      bias: number("0 to 1", 0, 1),
      contrast: number("0 to 10", 0, 10),
      missing: MISSING,
    },
    async ({ request }, given, hdu) => {
      planeOf(hdu, given.plane);
      const { region, ...look } = given;
      if (region !== undefined && look.section !== undefined) throw exclusive("region", "section");
      const { png, limits, exact } = await makePicture(hdu, {
        ...look,
        ...region === undefined
          ? {}
          : { section: sectionOfRegions(hdu, look.plane, region), plane: undefined },
        size: given.size ?? DEFAULT_SIZE,
        mostPixels: MAX_PICTURE_PIXELS,
        signal: request.signal,
      });
      const fields = {
        "Heliograph-Limits": limits.join(","),
        ...(exact ? {} : { "Heliograph-Sampled": "true" }),
      };
      return { type: "image/png", body: png, fields };
    },
  ),

  thumbnail: {
    ...ofFile(
      { hdu: HDU, size: wholeNumber(32, 256) },
      false,
      async ({ file, request }, given, hdu) => {
        const size = given.size ?? DEFAULT_THUMBNAIL;
        const open = () => Promise.resolve(file.fits);
        return thumbnailAnswer(await makeThumbnail(open, hdu, size, request.signal));
      },
    ),
    light: false,
  },

  limits: ofImage(
    { plane: PLANE, limits: LIMITS, scope: SCOPE },
    async ({ request }, given, hdu) => {
      const survey = surveyOf(hdu, given);
      return json(await surveyLimits(survey, given.limits ?? "zscale", request.signal));
    },
  ),

  fits: ofImage({ section: CUT_SECTION }, async ({ file, request }, { section }, hdu) => {
    return saved("image/fits", await takeFits(file, hdu, section, request.signal));
  }),

  npy: ofImage({ section: SECTION }, async ({ file, request }, { section }, hdu) => {
    return saved("application/octet-stream", await takeNpy(file, hdu, section, request.signal));
  }),

  statistics: ofImage(
    { section: SECTION, plane: PLANE, regions: regionsRule("regions") },
    async ({ request }, { section, plane, regions }, hdu) => {
      const { signal } = request;
      if (section !== undefined) {
        if (plane !== undefined) throw exclusive("plane", "section");
        if (regions !== undefined) throw exclusive("regions", "section");
        return json(await statisticsOf(hdu, section, signal));
      }
      if (regions === undefined) {
        return json(await statisticsOf(hdu, sectionOfPlane(hdu, plane), signal));
      }
      const chosen = planeOf(hdu, plane);
      const placed = placeRegions(hdu, chosen.place, regions, "regions");
      return json(await regionNumbers(hdu, chosen, placed, { signal, pause: inSlices() }));
    },
  ),

  spectrum: ofImage(
    { at: SPOT, region: regionsRule("region"), plane: PLANE, axis: wholeNumber(3, 999) },
    async ({ file, request }, given, hdu) => {
      const { at, region, plane, axis = 3 } = given;
      if (at !== undefined && region !== undefined) throw exclusive("region", "at");
      if (at === undefined && region === undefined) {
        throw missing("format=spectrum", "at", `${SPOT.expected}, or region`);
      }
      const { place } = planeOf(hdu, plane);
      const of = region === undefined
        ? at!
        : placeRegions(hdu, place, region, "region").map(({ region }) => region);
      return json(await spectrumOf(file, hdu, of, place, axis, request.signal));
    },
  ),

  profile: ofImage(
    { line: LINE, plane: PLANE, width: WIDTH },
    async ({ request }, { line, plane, width }, hdu) => {
      if (line === undefined) throw missing("format=profile", "line", LINE.expected);
      return json(await profileOf(planeOf(hdu, plane), line, width, request.signal));
    },
  ),

  world: ofImage({ at: PLACE, frame: FRAME }, async ({ file }, { at, frame }, hdu) => {
    if (at === undefined) throw missing("format=world", "at", PLACE.expected);
    return json(await worldOf(file, hdu, at, frame));
  }),

  pixel: ofImage({ at: PLACE, frame: FRAME }, async ({ file }, { at, frame }, hdu) => {
    if (at === undefined) throw missing("format=pixel", "at", PLACE.expected);
    return json(await pixelOf(file, hdu, at, frame));
  }),

  histogram: ofImage(
    {
      ...{ plane: PLANE, scope: SCOPE, bins: wholeNumber(1, MAX_BINS), range: RANGE },
      region: regionsRule("region"),
    },
    async ({ request }, given, hdu) => {
      const { bins = DEFAULT_BINS, range, region } = given;
      if (region !== undefined && given.scope !== undefined) throw exclusive("region", "scope");
      const survey = region === undefined
        ? surveyOf(hdu, given)
        : surveyOfRegions(hdu, given.plane, region);
      return json(await surveyHistogram(survey, bins, range, request.signal));
    },
  ),
};

/** Pixels of a picture's longer side, where the request does not say. */
const DEFAULT_SIZE = 1024;
const DEFAULT_THUMBNAIL = 96;
/** Pixels that a picture is made of at most; of more, every how many-th is taken. */
const MAX_PICTURE_PIXELS = 1 << 26;

function saved(type: string, { bytes, disposition }: TakenAway): FitsAnswer {
  return { type, body: bytes, fields: { "Content-Disposition": disposition } };
}

/** How far the levels of an image are: `none` where it needs none. */
function pyramidState(file: OpenFits, hdu: Hdu, pyramids: PyramidStore): PyramidState {
  const plane = new StoredPlane(hdu);
  if (!hasPass(plane)) return "none";
  const isSingle = hdu.shape.slice(2).every((length) => length === 1);
  const key = `${file.validatorOf(hdu)} ${plane.place}`;
  return isSingle && pyramids.get(key) !== undefined ? "ready" : "draft";
}

/** The pixels that limits and histograms are of. */
function surveyOf(
  hdu: Hdu,
  { plane, scope }: {
    readonly plane?: readonly number[] | undefined;
    readonly scope?: "plane" | "file" | undefined;
  },
): Survey {
  const chosen = planeOf(hdu, plane);
  const pause = inSlices();
  return scope === "file" ? imageSurvey(hdu, pause) : planeSurvey(chosen, pause);
}

/** The values in regions of a plane. */
function surveyOfRegions(
  hdu: Hdu,
  plane: readonly number[] | undefined,
  regions: readonly TextRegion[],
): Survey {
  const chosen = planeOf(hdu, plane);
  const placed = placeRegions(hdu, chosen.place, regions, "region");
  return regionSurvey(chosen, placed.map(({ region }) => region), inSlices());
}

/** The box around regions as a section of the image; what is beside it is cut off. */
function sectionOfRegions(
  hdu: Hdu,
  plane: readonly number[] | undefined,
  regions: readonly TextRegion[],
): string {
  const chosen = planeOf(hdu, plane);
  const placed = placeRegions(hdu, chosen.place, regions, "region");
  const box = boxOf(placed.map(({ region }) => region), chosen);
  if (box === undefined) {
    throw new ProblemError(404, "not-found", "the region has no pixel of the image", {
      parameter: "region",
    });
  }
  const { left, right, bottom, top } = box;
  const axes = [`${left}:${right}`, `${bottom}:${top}`].slice(0, hdu.shape.length);
  return [...axes, ...chosen.place.map((at) => at + 1)].join(",");
}

/** A plane as a section of the image; without one, all of it. */
function sectionOfPlane(hdu: Hdu, plane: readonly number[] | undefined): string | undefined {
  if (plane === undefined) return undefined;
  const { place } = planeOf(hdu, plane);
  const axes = ["*", "*"].slice(0, hdu.shape.length);
  return [...axes, ...place.map((at) => at + 1)].join(",");
}

/** The error of two parameters that say the same in two ways. */
function exclusive(parameter: string, other: string): ProblemError {
  return new ProblemError(400, "bad-value", `${parameter} and ${other} exclude each other`, {
    parameter,
  });
}

/** A thumbnail as an answer: data are never a page of their own. */
export function thumbnailAnswer({ kind, type, body, words }: Thumbnail): FitsAnswer {
  return {
    type,
    body,
    fields: {
      "Heliograph-Thumbnail": kind,
      "Heliograph-Alt": encodeURIComponent(words),
      "Content-Security-Policy": "default-src 'none'; sandbox",
    },
  };
}

/** A plane of an image that has pixels. */
export function planeOf(hdu: Hdu, place: readonly number[] | undefined): StoredPlane {
  if (hdu.shape.includes(0)) {
    throw new ProblemError(
      404,
      "not-found",
      `HDU ${hdu.index} has no pixels: its shape is ${hdu.shape.join(" x ")}`,
      { parameter: "hdu" },
    );
  }
  try {
    return new StoredPlane(hdu, place);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ProblemError(404, "not-found", error.message, { parameter: "plane" });
  }
}

/** The error of a parameter that a form needs. */
export function missing(what: string, parameter: string, expected: string): ProblemError {
  return new ProblemError(
    400,
    "missing-parameter",
    `${what} lacks the parameter '${parameter}', expected ${expected}`,
    { parameter, expected },
  );
}

/** JSON: NaN and infinities as null. */
function json(value: unknown): FitsAnswer {
  return { type: "application/json", body: JSON.stringify(value) };
}

/** The error of a form that there is not. */
export function badFormat(found: string): Error {
  return badValue("format", found, `one of ${Object.keys(FORMATS).join(", ")}`);
}
