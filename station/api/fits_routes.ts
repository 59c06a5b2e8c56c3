/** `/fits/PATH`: FITS files for programs, as values, headers, numbers and pictures. */

import { createHash } from "node:crypto";
import type { Hdu } from "../../fits/file/hdu.ts";
import { chooseEncoding } from "../../http/fields/accept.ts";
import { evaluateConditions } from "../../http/fields/conditions.ts";
import { type Parameter, readParameters } from "../../http/fields/parameters.ts";
import { parseRequestPath } from "../../http/files/request_path.ts";
import { HeaderFields } from "../../http/message/header_fields.ts";
import type { HttpRequest, HttpResponse } from "../../http/server/types.ts";
import { ClosedError, FormatError } from "../../net/errors.ts";
import { HttpError } from "../../http/message/http_error.ts";
import {
  badFormat,
  type FitsAnswer,
  type FitsFormat,
  FORMATS,
  thumbnailAnswer,
} from "./formats.ts";
import { ChangedFileError } from "../../fits/source/source.ts";
import { remoteProblem } from "./remote_files.ts";
import { PyramidStore } from "../pyramid/store.ts";
import type { FitsInUse, OpenFiles, OpenFits } from "./open_files.ts";
import {
  BIN_RULES,
  type BinnedTable,
  BinnedTables,
  type BinQuestion,
  chooseTable,
} from "./binned.ts";
import { AnswerCache } from "./answer_cache.ts";
import { clientAddress } from "./client_address.ts";
import { isNear } from "./tile_coding.ts";
import { Turns } from "./turns.ts";
import { failureResponse, ProblemError, problemOf, type ProblemPlaces } from "./problem.ts";
import { VERSION } from "./rules.ts";
import { makeThumbnail } from "../../fits/thumbnail.ts";

/** How long what never changes is kept, in seconds: a year. */
const FOR_EVER = "private, max-age=31536000, immutable";
/** Pixels of a thumbnail of what cannot be opened. */
const ERROR_SIZE = 96;
const ALWAYS_ASK = "private, no-cache";

/** What answers below `/fits/`. */
export interface FitsRoutesOptions {
  /** The files. */
  readonly files: OpenFiles;
  /** The path before that of the file. @default {"/fits"} */
  readonly base?: string | undefined;
  /** Where the levels of large planes are kept. @default {a store of its own} */
  readonly pyramids?: PyramidStore | undefined;
  /** Where pages are that problems lead to. */
  readonly places?: ProblemPlaces | undefined;
  /** Whether X-Forwarded-For is told by a proxy of one's own. @default {false} */
  readonly trustProxy?: boolean | undefined;
}

/** What has been answered. */
export interface FitsCounts {
  /** Tiles: made, made as drafts, taken from those that are kept, failed. */
  readonly tiles: Readonly<Record<"made" | "draft" | "kept" | "failed", number>>;
  /** Seconds that making took. */
  readonly tileSeconds: number;
  /** Answers of any kind that were kept. */
  readonly hits: number;
}

/** Answers requests for FITS files. */
export class FitsRoutes implements Disposable {
  readonly #files: OpenFiles;
  readonly #base: string;
  readonly #places: ProblemPlaces | undefined;
  readonly #trustProxy: boolean;
  readonly #pyramids: PyramidStore;
  readonly #answers = new AnswerCache();
  readonly #turns = new Turns();
  readonly #counts = { tiles: { made: 0, draft: 0, kept: 0, failed: 0 }, tileSeconds: 0, hits: 0 };
  readonly #tables = new BinnedTables();

  /**
   * Prepares the answers.
   *
   * @param options The files.
   */
  constructor({ files, base = "/fits", pyramids, places, trustProxy }: FitsRoutesOptions) {
    this.#files = files;
    this.#places = places;
    this.#trustProxy = trustProxy ?? false;
    this.#pyramids = pyramids ?? new PyramidStore();
    this.#base = base;
  }

  /** Bytes that are kept: levels of planes, and answers. */
  get bytes(): { readonly pyramids: number; readonly answers: number } {
    return { pyramids: this.#pyramids.bytes, answers: this.#answers.bytes };
  }

  /** What has been answered so far. */
  get counts(): FitsCounts {
    return { ...this.#counts, tiles: { ...this.#counts.tiles } };
  }

  /** Ends what is under way for no one in particular. */
  [Symbol.dispose](): void {
    this.#pyramids.close();
    this.#tables[Symbol.dispose]();
  }

  /**
   * Answers a request whose path begins with the base.
   *
   * @param request The request.
   */
  async handle(request: HttpRequest): Promise<HttpResponse> {
    try {
      return await this.#answer(request);
    } catch (error) {
      // No one reads the answer.
      const reason = error instanceof DOMException && error.name === "AbortError"
        ? new ProblemError(503, "busy", "the client ended the request")
        : error;
      return failureResponse(request, reason, this.#places);
    }
  }

  async #answer(request: HttpRequest): Promise<HttpResponse> {
    const { method } = request;
    if (method !== "GET" && method !== "HEAD") {
      throw new ProblemError(405, "method", `${method} is not allowed, expected GET or HEAD`);
    }
    const { segments } = parseRequestPath(request.path.slice(this.#base.length) || "/");
    const query = new URLSearchParams(request.query);
    const name = query.get("format") ?? "fits";
    const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
    if (format === undefined) throw badFormat(name);
    const rules: Record<string, Parameter<unknown>> = {
      ...format.rules,
      ...{ format: ANY, v: VERSION },
    };
    if (segments.length === 0) rules.url = ANY;
    for (const parameter of this.#files.roomOf(segments)?.parameters ?? []) rules[parameter] = ANY;
    if (query.has("bin") && format.bins) Object.assign(rules, BIN_RULES);
    const given = readParameters(query, `format=${name}`, rules);
    const opened = await this.#open(segments, query, name === "thumbnail");
    if (!("file" in opened)) return opened;
    using inUse = opened;
    const address = clientAddress(request, this.#trustProxy);
    using binned = await this.#binned(inUse.file, given, address, request.signal);
    const isOther = binned === undefined || name === "info" || !binned.isMeant;
    const file = isOther ? inUse.file : binned.file;
    const hdu = isOther
      ? await chooseHdu(file, format, given.hdu as number | string | undefined)
      : await file.fits.hdu(0);
    const validator = hdu === undefined ? file.validator : file.validatorOf(hdu);
    if (given.v !== undefined && given.v !== validator) throw changed(file, validator);
    const isFar = format.codes === true && !isNear(address);
    const tag = file.settled && !format.changes
      ? tagOf(validator, query, request, { accept: format.varies, coding: isFar })
      : undefined;
    const fields = new HeaderFields({
      "Cache-Control": given.v !== undefined && file.settled && !format.changes
        ? FOR_EVER
        : ALWAYS_ASK,
      "X-Content-Type-Options": "nosniff",
    });
    if (tag !== undefined) fields.set("ETag", tag);
    if (format.varies) fields.set("Vary", "Accept");
    else if (isFar) fields.set("Vary", "Accept-Encoding");
    const outcome = evaluateConditions(method, request.fields, { etag: tag });
    if (outcome === 304) return { status: 304, fields };
    if (outcome === 412) {
      throw new ProblemError(412, "changed", "the file is not what the condition says");
    }
    const kept = tag === undefined ? undefined : this.#answers.get(tag);
    if (kept !== undefined) {
      this.#counts.hits++;
      if (name === "tile") this.#counts.tiles.kept++;
      return responseOf(kept, fields);
    }
    const task = { file, request, pyramids: this.#pyramids, isFar, binned };
    const plain = () => format.answer(task, given, hdu);
    const make = name === "tile" ? () => this.#timed(plain) : plain;
    const answer = await guarded(
      file,
      validator,
      () => format.light === true ? make() : this.#turns.run(address, request.signal, make),
    );
    checkUnchanged(file);
    if (tag !== undefined) this.#answers.keep(tag, answer);
    return responseOf(answer, fields);
  }

  /** Makes a tile, and counts it. */
  async #timed(make: () => Promise<FitsAnswer> | FitsAnswer): Promise<FitsAnswer> {
    const { tiles } = this.#counts;
    const start = performance.now();
    try {
      const answer = await make();
      tiles[answer.draft === true ? "draft" : "made"]++;
      this.#counts.tileSeconds += (performance.now() - start) / 1_000;
      return answer;
    } catch (error) {
      tiles.failed++;
      throw error;
    }
  }

  /** The image that `bin` makes of a table, and whether it is what is asked for. */
  async #binned(
    file: OpenFits,
    given: Readonly<Record<string, unknown>>,
    address: string,
    signal: AbortSignal,
  ): Promise<(BinnedTable & Disposable & { readonly isMeant: boolean }) | undefined> {
    const question = given as Partial<BinQuestion>;
    if (question.bin === undefined) return undefined;
    const [table, choice] = [given.table, given.hdu] as (number | string | undefined)[];
    const named = choice === undefined ? undefined : await findHdu(file.fits, choice);
    const wanted = table === undefined ? named : await findHdu(file.fits, table);
    const found = await chooseTable(file, question.bin, wanted);
    const isMeant = named === undefined || named.index === found.index;
    const use = () => this.#tables.use(file, found, question as BinQuestion, signal);
    const inUse = await this.#turns.run(address, signal, use);
    return {
      ...{ table: found, file: inUse.file, isMeant },
      [Symbol.dispose]: () => inUse[Symbol.dispose](),
    };
  }

  /** Opens a file; a thumbnail never fails for what is in it. */
  async #open(
    segments: readonly string[],
    query: URLSearchParams,
    forThumbnail: boolean,
  ): Promise<FitsInUse | HttpResponse> {
    try {
      return await this.#files.ask(segments, query);
    } catch (error) {
      if (!forThumbnail || error instanceof HttpError || problemOf(error) === undefined) {
        throw error;
      }
      return await unreadable(error);
    }
  }
}

/** A thumbnail of what cannot be opened: the reason in words. */
async function unreadable(error: unknown): Promise<HttpResponse> {
  const thumbnail = await makeThumbnail(() => Promise.reject(error), undefined, ERROR_SIZE);
  const fields = new HeaderFields({
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
  });
  return responseOf(thumbnailAnswer(thumbnail), fields);
}

/** The form is chosen before its parameters are read. */
const ANY = { expected: "a form", read: (text: string) => text };

/** The HDU that is named; of forms that need an image, without a name the first. */
async function chooseHdu(
  { fits }: OpenFits,
  { needs }: FitsFormat,
  choice: number | string | undefined,
): Promise<Hdu | undefined> {
  if (choice === undefined && needs === "file") return undefined;
  const hdu = choice === undefined
    ? await fits.find(({ isImage, shape }) => isImage && !shape.includes(0))
    : await findHdu(fits, choice);
  if (hdu === undefined) {
    throw new ProblemError(404, "not-found", `${fits.source.name} has no image`, {
      parameter: "hdu",
    });
  }
  if (needs === "image" && !hdu.isImage) {
    const found = hdu.damage ?? `its kind is ${hdu.kind}, it has ${hdu.shape.length} axes`;
    throw new ProblemError(404, "not-found", `HDU ${hdu.index} is no image: ${found}`, {
      parameter: "hdu",
    });
  }
  return hdu;
}

async function findHdu(fits: OpenFits["fits"], choice: number | string): Promise<Hdu> {
  try {
    return await fits.hdu(choice);
  } catch (error) {
    if (!(error instanceof FormatError) || !error.message.startsWith("Cannot find")) throw error;
    throw new ProblemError(404, "not-found", error.message, { parameter: "hdu" });
  }
}

/** What goes wrong with a file on another server is no fault of the request. */
async function guarded<T>(file: OpenFits, validator: string, work: () => Promise<T>): Promise<T> {
  if (!file.isRemote) return await work();
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ChangedFileError)) throw remoteProblem(error);
    file.outdate();
    throw changed(file, validator);
  }
}

function changed(file: OpenFits, validator: string): ProblemError {
  return new ProblemError(409, "changed", `${file.name} is not the version that was asked for`, {
    parameter: "v",
    validator,
  });
}

/** The strong tag of an answer: the version of what it is made from, and what was asked for. */
function tagOf(
  validator: string,
  query: URLSearchParams,
  { fields }: HttpRequest,
  by: { readonly accept: boolean; readonly coding: boolean },
): string {
  const asked = [...query].filter(([name]) => name !== "v").toSorted();
  const accept = by.accept
    ? fields.get("accept") ?? ""
    : by.coding
    ? chooseEncoding(fields.get("accept-encoding"), ["gzip"]) ?? ""
    : "";
  const hash = createHash("sha256").update(JSON.stringify([validator, asked, accept]));
  return `"${hash.digest("base64url").slice(0, 22)}"`;
}

/** What was read while the file was written is of no version. */
function checkUnchanged(file: OpenFits): void {
  try {
    file.checkUnchanged();
  } catch (error) {
    if (!(error instanceof ClosedError)) throw error;
    throw new ProblemError(503, "busy", `${file.name} is being changed`);
  }
}

function responseOf(
  { type, body, draft, fields: others }: FitsAnswer,
  fields: HeaderFields,
): HttpResponse {
  fields.set("Content-Type", type);
  for (const [name, value] of Object.entries(others ?? {})) fields.set(name, value);
  if (draft === true) {
    fields.set("Cache-Control", "no-store");
    fields.delete("ETag");
  }
  return { status: 200, fields, body };
}
