/** What went wrong, for programs and for people (RFC 9457). */

import { prefersJson } from "../../http/fields/accept.ts";
import { ParameterError } from "../../http/fields/parameters.ts";
import { HeaderFields, type HeaderFieldsInit } from "../../http/message/header_fields.ts";
import { HttpError } from "../../http/message/http_error.ts";
import { escapeHtml } from "../../http/pages/escape_html.ts";
import type { HttpRequest, HttpResponse } from "../../http/server/types.ts";
import { ClosedError, FormatError, type HeliographError, LimitError } from "../../net/errors.ts";
import { SectionError } from "../../fits/image/section.ts";

/** The kinds of problems: their titles, and what they mean. */
export const PROBLEMS = {
  "unknown-parameter": ["Unknown parameter", "The query has a name that this form does not know."],
  "repeated-parameter": ["Repeated parameter", "The query has a name more than once."],
  "missing-parameter": ["Missing parameter", "The query lacks a parameter that this form needs."],
  "bad-value": ["Bad value", "A parameter has a value that it cannot have."],
  "bad-request": ["Bad request", "The request cannot be understood."],
  "not-found": ["Not found", "There is no such file, HDU, plane or tile."],
  "forbidden": ["Forbidden", "The file may not be read."],
  "method": ["Method not allowed", "The address takes GET and HEAD."],
  "changed": ["Changed", "The file is not the version that was asked for."],
  "too-large": ["Too large", "More is asked for than is answered at once."],
  "not-decodable": ["Not decodable", "The bytes of the file are not what its header says."],
  "command": ["Command failed", "The array server could not run the command."],
  "remote": ["Remote server", "Another server could not be asked, or did not give the file."],
  "busy": ["Busy", "So much has been asked for that this has to be asked for again."],
  "failed": ["Failed", "The request could not be answered."],
} as const;

/** The name of a kind of problem. */
export type ProblemKind = keyof typeof PROBLEMS;

/** What is told besides the words. */
export type ProblemMembers = Readonly<Record<string, string | number | readonly number[]>>;

/** A request that is answered by a problem. */
export class ProblemError extends HttpError {
  /** Which kind of problem it is. */
  readonly kind: ProblemKind;
  /** What else is told. */
  readonly members: ProblemMembers;

  /**
   * Makes an error.
   *
   * @param status The status to answer.
   * @param kind Which kind of problem it is.
   * @param message What was found and what was expected.
   * @param members What else is told.
   */
  constructor(status: number, kind: ProblemKind, message: string, members: ProblemMembers = {}) {
    super(status, message);
    this.kind = kind;
    this.members = members;
  }
}

const KINDS_OF_STATUS: Readonly<Record<number, ProblemKind>> = {
  400: "bad-request",
  403: "forbidden",
  404: "not-found",
  405: "method",
  409: "changed",
  413: "too-large",
  415: "not-decodable",
  422: "not-decodable",
  429: "busy",
  502: "remote",
  503: "busy",
};

/**
 * The problem that an error is.
 *
 * @param error What was thrown.
 * @returns The problem; undefined for what is a fault of the program.
 */
export function problemOf(error: unknown): ProblemError | undefined {
  if (error instanceof ProblemError) return error;
  if (error instanceof ParameterError) {
    const { fault, parameter, found, expected } = error.detail;
    return new ProblemError(400, fault, error.message, { parameter, found, expected });
  }
  if (error instanceof HttpError) {
    const kind = KINDS_OF_STATUS[error.status] ?? "failed";
    return new ProblemError(error.status, kind, error.message);
  }
  if (error instanceof SectionError) {
    return new ProblemError(400, "bad-value", error.message, { parameter: "section" });
  }
  if (error instanceof LimitError) return new ProblemError(413, "too-large", error.message);
  if (error instanceof FormatError || error instanceof ClosedError) {
    return new ProblemError(422, "not-decodable", error.message, decodingMembers(error));
  }
  return undefined;
}

function decodingMembers(error: HeliographError): ProblemMembers {
  const members: Record<string, number> = {};
  const { hdu } = error as { readonly hdu?: unknown };
  if (typeof hdu === "number") members.hdu = hdu;
  if (error.offset !== undefined) members.byte = error.offset;
  return members;
}

/** Where pages are that problems lead to. */
export interface ProblemPlaces {
  /** The first page. */
  readonly home: string;
  /** The page that says what the kinds of problems mean. */
  readonly problems: string;
}

/** Where they are if nothing else is before them. */
export const USUAL_PLACES: ProblemPlaces = { home: "/", problems: "/problems" };

/**
 * Answers with a problem: as JSON, or as a page for a browser that navigates.
 *
 * @param request The request.
 * @param problem The problem.
 * @param places Where pages are that it leads to.
 * @param fields Further fields.
 */
export function problemResponse(
  request: Pick<HttpRequest, "path" | "fields">,
  problem: ProblemError,
  places: ProblemPlaces = USUAL_PLACES,
  fields?: HeaderFieldsInit,
): HttpResponse {
  const { status, kind, message, members } = problem;
  const [title] = PROBLEMS[kind];
  const accept = request.fields.get("accept");
  const html = /text\/html/i.test(accept ?? "") && !prefersJson(accept);
  const all = new HeaderFields({
    "Content-Type": html ? "text/html; charset=utf-8" : "application/problem+json",
    "Cache-Control": "no-store",
    "Vary": "Accept",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
  });
  if (status === 503 || status === 429) all.set("Retry-After", "1");
  if (status === 405) all.set("Allow", "GET, HEAD");
  for (const [name, value] of new HeaderFields(fields)) all.set(name, value);
  const type = `${places.problems}#${kind}`;
  const body = html
    ? problemPage({ status, title, message, type, home: places.home })
    : JSON.stringify({
      type,
      title,
      status,
      detail: message,
      instance: request.path,
      ...members,
    });
  return { status, fields: all, body };
}

function problemPage(
  { status, title, message, type, home }: {
    readonly status: number;
    readonly title: string;
    readonly message: string;
    readonly type: string;
    readonly home: string;
  },
): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${status} ${title}</title>
<main>
<h1>${title}</h1>
<p>${escapeHtml(message)}</p>
<p><a href="${escapeHtml(type)}">what this means</a> · <a href="${
    escapeHtml(home)
  }">the station</a></p>
</main>
`;
}

/**
 * Answers with the problem that an error is.
 *
 * @param request The request.
 * @param error What its answer ended with.
 * @param places Where pages are that the answer leads to.
 * @throws The error, if it is the program's own.
 */
export function failureResponse(
  request: Pick<HttpRequest, "path" | "fields">,
  error: unknown,
  places: ProblemPlaces | undefined,
): HttpResponse {
  const problem = problemOf(error);
  if (problem === undefined) throw error;
  return problemResponse(request, problem, places);
}
