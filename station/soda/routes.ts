/** `/soda/`: cutouts as the IVOA's standard has them asked for (SODA 1.0), at once. */

import type { Hdu } from "../../fits/file/hdu.ts";
import { readFileWcs } from "../../fits/file/wcs.ts";
import { HttpError } from "../../http/message/http_error.ts";
import { parseRequestPath } from "../../http/files/request_path.ts";
import { escapeHtml } from "../../http/pages/escape_html.ts";
import type { HttpRequest, HttpResponse } from "../../http/server/types.ts";
import { FormatError, LimitError } from "../../net/errors.ts";
import { clientAddress } from "../api/client_address.ts";
import type { OpenFiles, OpenFits } from "../api/open_files.ts";
import { problemOf } from "../api/problem.ts";
import { takeFits } from "../api/take_away.ts";
import { Turns } from "../api/turns.ts";
import { WorldReadout } from "../web/sky/readout.ts";
import { planesOfBand } from "./band.ts";
import { readSodaQuery, SodaError, type SodaQuery, usage } from "./query.ts";
import { boxOfShape } from "./shape.ts";

/** Bytes of a form. */
const MAX_FORM = 64 << 10;
const LIGHT = 299_792_458;

/** Options of {@linkcode SodaRoutes}. */
export interface SodaOptions {
  readonly files: OpenFiles;
  /** The path before `/soda/`. */
  readonly base: string;
  readonly trustProxy: boolean;
}

/** Answers requests for cutouts. */
export class SodaRoutes {
  readonly #options: SodaOptions;
  readonly #turns = new Turns();

  /**
   * Prepares the answers.
   *
   * @param options The files.
   */
  constructor(options: SodaOptions) {
    this.#options = options;
  }

  /**
   * Answers a request below `/soda/`.
   *
   * @param request The request.
   */
  async handle(request: HttpRequest): Promise<HttpResponse> {
    const name = request.path.slice(`${this.#options.base}/soda/`.length);
    try {
      if (name === "capabilities") return xml(capabilities(this.#addressOf(request)));
      if (name === "availability") return xml(AVAILABILITY);
      if (name === "sync") return await this.#cut(request);
      throw usage(`there is no '${name.slice(0, 40)}', expected sync, capabilities`, 404);
    } catch (error) {
      return failure(error);
    }
  }

  async #cut(request: HttpRequest): Promise<HttpResponse> {
    const query = readSodaQuery(await parametersOf(request));
    const { files, trustProxy } = this.#options;
    const path = parseRequestPath(`/${query.id.replace(/^\/+/, "")}`);
    using inUse = await files.ask(path.segments, new URLSearchParams());
    const address = clientAddress(request, trustProxy);
    return await this.#turns.run(address, request.signal, async (): Promise<HttpResponse> => {
      const { file } = inUse;
      const hdu = await chooseHdu(file, query.hdu);
      const section = await sectionOf(file, hdu, query);
      // Nothing in common is no error.
      if (section === "none") return { status: 204, fields: { "Cache-Control": "no-store" } };
      const { bytes, disposition } = await takeFits(file, hdu, section, request.signal);
      return {
        status: 200,
        fields: {
          "Content-Type": "application/fits",
          "Content-Disposition": disposition,
          "Cache-Control": "private, no-cache",
          "X-Content-Type-Options": "nosniff",
        },
        body: bytes,
      };
    });
  }

  /** Where a client has found the service. */
  #addressOf({ host = "localhost", secure, fields }: HttpRequest): string {
    const { base, trustProxy } = this.#options;
    const told = trustProxy ? fields.get("x-forwarded-proto")?.trim() : undefined;
    const scheme = told === "https" || told === "http" ? told : secure ? "https" : "http";
    return `${scheme}://${host}${base}/soda`;
  }
}

async function parametersOf(request: HttpRequest): Promise<URLSearchParams> {
  if (request.method === "GET" || request.method === "HEAD") {
    return new URLSearchParams(request.query);
  }
  if (request.method !== "POST") {
    throw usage(`${request.method} is not allowed, expected GET or POST`, 405);
  }
  const type = request.fields.get("content-type") ?? "";
  if (!/^application\/x-www-form-urlencoded\b/i.test(type)) {
    throw usage(`the body is '${type.slice(0, 80)}', expected a form`, 415);
  }
  const both = new URLSearchParams(request.query);
  for (const [name, value] of new URLSearchParams(await request.body.text(MAX_FORM))) {
    both.append(name, value);
  }
  return both;
}

async function chooseHdu({ fits, name }: OpenFits, choice: string | undefined): Promise<Hdu> {
  const number = choice !== undefined && /^\d{1,9}$/.test(choice) ? Number(choice) : choice;
  const hdu = number === undefined
    ? await fits.find(({ isImage, shape }) => isImage && !shape.includes(0))
    : await fits.hdu(number);
  if (hdu === undefined || !hdu.isImage || hdu.shape.includes(0)) {
    throw usage(`${name} has no image${choice === undefined ? "" : ` in HDU ${choice}`}`, 404);
  }
  return hdu;
}

/** What is cut, as FITS writes it; undefined is all of it. */
async function sectionOf(
  { fits }: OpenFits,
  hdu: Hdu,
  { shape, band }: SodaQuery,
): Promise<string | undefined | "none"> {
  if (shape === undefined && band === undefined) return undefined;
  const axes = hdu.shape.map(() => "*");
  if (shape !== undefined) {
    const plane = hdu.shape.slice(2).map(() => 1);
    const frame = new WorldReadout(hdu.header).places("icrs", plane);
    if (frame === undefined) {
      throw usage(`POS: axes 1 and 2 of HDU ${hdu.index} are no sky that ICRS can become`);
    }
    const [width, height] = hdu.shape as [number, number];
    const box = boxOfShape(shape, frame, { width, height });
    if (box === undefined) return "none";
    [axes[0], axes[1]] = [box.x.join(":"), box.y.join(":")];
  }
  if (band !== undefined) {
    const wcs = await readFileWcs(fits, hdu);
    if (wcs === undefined) throw usage(`BAND: HDU ${hdu.index} has no world coordinates`);
    const { axis, range } = planesOfBand(wcs, hdu.shape, band, restFrequency(hdu));
    if (range === undefined) return "none";
    axes[axis] = range.join(":");
  }
  return axes.join(",");
}

/** RESTFRQ in hertz, or what RESTWAV says of it. */
function restFrequency({ header }: Hdu): number | undefined {
  const number = (keyword: string) => {
    const value = header.get(keyword);
    return typeof value === "number" && value > 0 ? value : undefined;
  };
  const wavelength = number("RESTWAV");
  return number("RESTFRQ") ?? number("RESTFREQ") ??
    (wavelength === undefined ? undefined : LIGHT / wavelength);
}

/** What went wrong, in plain text, as the standard has it. */
function failure(error: unknown): HttpResponse {
  const problem = error instanceof SodaError ? error : problemOf(error);
  if (problem === undefined && !(error instanceof HttpError)) throw error;
  const { status, message } = problem ?? error as HttpError;
  const isUsage = error instanceof HttpError || error instanceof FormatError ||
    error instanceof LimitError;
  const word = error instanceof SodaError
    ? error.word
    : status === 429 || status === 503
    ? "ServiceUnavailable"
    : isUsage
    ? "UsageError"
    : "Error";
  const allow: Record<string, string> = status === 405 ? { Allow: "GET, HEAD, POST" } : {};
  const again: Record<string, string> = status === 429 || status === 503
    ? { "Retry-After": "1" }
    : {};
  return {
    status,
    fields: {
      "Content-Type": "text/plain; charset=utf-8",
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
      ...allow,
      ...again,
    },
    body: `${word}: ${message}\n`,
  };
}

function xml(body: string): HttpResponse {
  return {
    status: 200,
    fields: {
      "Content-Type": "text/xml; charset=utf-8",
      "Cache-Control": "no-cache",
      "X-Content-Type-Options": "nosniff",
    },
    body,
  };
}

const AVAILABILITY = `<?xml version="1.0" encoding="UTF-8"?>
<vosi:availability xmlns:vosi="http://www.ivoa.net/xml/VOSIAvailability/v1.0">
  <vosi:available>true</vosi:available>
</vosi:availability>
`;

/** What the service can do (VOSI 1.1). */
function capabilities(address: string): string {
  const parts = [
    ["ivo://ivoa.net/std/VOSI#capabilities", "capabilities"],
    ["ivo://ivoa.net/std/VOSI#availability", "availability"],
    ["ivo://ivoa.net/std/SODA#sync-1.0", "sync"],
  ].map(([standard, name]) =>
    `  <capability standardID="${standard}">
    <interface xsi:type="vs:ParamHTTP" role="std" version="1.0">
      <accessURL use="${name === "sync" ? "base" : "full"}">${
      escapeHtml(`${address}/${name}`)
    }</accessURL>
    </interface>
  </capability>`
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<vosi:capabilities xmlns:vosi="http://www.ivoa.net/xml/VOSICapabilities/v1.0"
  xmlns:vs="http://www.ivoa.net/xml/VODataService/v1.1"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
${parts.join("\n")}
</vosi:capabilities>
`;
}
