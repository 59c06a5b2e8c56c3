import { HeaderFields } from "../message/header_fields.ts";
import { encodeResponseHead } from "../message/encoder.ts";
import type { BodyPiece, HttpResponse, ResponseBody } from "./types.ts";

/** An answer as it goes on the wire. */
export interface OutgoingResponse {
  /** The status code. */
  readonly status: number;
  /** Everything up to the body. */
  readonly head: Uint8Array<ArrayBuffer>;
  /** Pieces of known length; undefined for a stream and for no body. */
  readonly pieces: readonly BodyPiece[] | undefined;
  /** A body whose length is not known, or is only what its maker says. */
  readonly stream: AsyncIterable<Uint8Array> | undefined;
  /** Bytes that the head announces; undefined if it announces none. */
  readonly length: number | undefined;
  /** Whether the stream is sent chunked. */
  readonly chunked: boolean;
  /** Whether another request may follow on the connection. */
  readonly keepAlive: boolean;
}

/** What the form of an answer depends on. */
export interface AnsweredRequest {
  readonly method: string;
  readonly version: "1.0" | "1.1";
  /** Whether another request may follow on the connection. */
  readonly keepAlive: boolean;
}

const encoder = new TextEncoder();

/**
 * Gives an answer its framing (RFC 9112 section 6) and the fields that are the
 * server's own.
 *
 * @param answer The handler's answer.
 * @param request What it answers.
 * @param date The value of the field Date.
 * @returns The head, and how the body is sent.
 * @throws {FormatError} If the status or a field cannot be sent.
 */
export function outgoing(
  answer: HttpResponse | Response,
  request: AnsweredRequest,
  date: string,
): OutgoingResponse {
  const { status } = answer;
  const fields = answer instanceof Response
    ? new HeaderFields(answer.headers)
    : answer.fields instanceof HeaderFields
    ? answer.fields.clone()
    : new HeaderFields(answer.fields);
  const body: ResponseBody | null | undefined = answer.body;
  const closes = !request.keepAlive || /\bclose\b/i.test(fields.get("connection") ?? "");
  const announced = fields.get("content-length");
  for (const name of ["connection", "transfer-encoding", "content-length"]) fields.delete(name);
  if (!fields.has("date")) fields.set("Date", date);

  const stream = !hasNoBody(status) && isStream(body) ? body : undefined;
  const pieces = hasNoBody(status) || isStream(body) ? undefined : piecesOf(body);
  const length = bodyLength(answer, request, pieces, announced);
  const unknown = stream !== undefined && length === undefined;
  const chunked = unknown && request.version === "1.1";
  if (length !== undefined) fields.set("Content-Length", String(length));
  if (chunked) fields.set("Transfer-Encoding", "chunked");
  const keepAlive = !closes && (!unknown || chunked);
  if (!keepAlive) fields.set("Connection", "close");
  else if (request.version === "1.0") fields.set("Connection", "keep-alive");
  const sent = request.method !== "HEAD";
  return {
    status,
    head: encodeResponseHead(status, fields),
    pieces: sent ? pieces : undefined,
    stream: sent ? stream : undefined,
    length,
    chunked,
    keepAlive,
  };
}

/** Statuses without a body, whatever the handler says (RFC 9110 sections 15.3.5 and 15.4.5). */
function hasNoBody(status: number): boolean {
  return status === 204 || status === 304;
}

function bodyLength(
  answer: HttpResponse | Response,
  request: AnsweredRequest,
  pieces: readonly BodyPiece[] | undefined,
  announced: string | undefined,
): number | undefined {
  if (answer.status === 204) return undefined;
  if (pieces !== undefined && pieces.length > 0) {
    return pieces.reduce((sum, piece) => sum + pieceLength(piece), 0);
  }
  // A length without the body is what HEAD and 304 are for; a stream's maker knows it.
  const mayAnnounce = pieces === undefined || request.method === "HEAD";
  if (mayAnnounce && announced !== undefined && /^\d{1,15}$/.test(announced)) {
    return Number(announced);
  }
  return pieces === undefined ? undefined : 0;
}

/** The head of an answer after which another protocol begins; it has no framing. */
export function takeOverHead(answer: HttpResponse, date: string): Uint8Array<ArrayBuffer> {
  const fields = answer.fields instanceof HeaderFields
    ? answer.fields.clone()
    : new HeaderFields(answer.fields);
  if (!fields.has("date")) fields.set("Date", date);
  return encodeResponseHead(answer.status, fields);
}

function isStream(body: ResponseBody | null | undefined): body is AsyncIterable<Uint8Array> {
  return typeof body === "object" && body !== null && Symbol.asyncIterator in body;
}

function piecesOf(body: Exclude<ResponseBody, AsyncIterable<Uint8Array>> | null | undefined) {
  if (body === undefined || body === null) return [];
  if (typeof body === "string") return [encoder.encode(body)];
  return Array.isArray(body) ? body as readonly BodyPiece[] : [body as BodyPiece];
}

function pieceLength(piece: BodyPiece): number {
  return piece instanceof Uint8Array ? piece.length : piece.end - piece.start;
}
