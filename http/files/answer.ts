import { evaluateConditions } from "../fields/conditions.ts";
import { errorResponse } from "../server/error_response.ts";
import { notModifiedFields } from "./fields.ts";
import type { FileValidators } from "./validators.ts";
import type { HeaderFields } from "../message/header_fields.ts";
import {
  type ByteRange,
  formatContentRange,
  parseRange,
  planMultipart,
  randomBoundary,
} from "../fields/ranges.ts";
import type { BodyPiece, HttpRequest, HttpResponse } from "../server/types.ts";

/** A representation that can be sent whole or in parts. */
export interface Content {
  /** Bytes. */
  readonly size: number;
  /** The fields of the answer 200. */
  readonly fields: HeaderFields;
  /** What its validators are. */
  readonly validators: FileValidators;
  /** Whether parts of it can be asked for. */
  readonly hasRanges: boolean;
  /** Fields of every answer, errors too. */
  readonly common: HeaderFields;
  /** The answer 200. */
  whole(): HttpResponse;
  /** The answer 304, if there is one already. */
  notModified?(): HttpResponse;
  /** Bytes from `first` to `last`, both included. */
  part(range: ByteRange): BodyPiece;
}

/**
 * Answers GET or HEAD: first the conditions, in their order, then the range (RFC
 * 9110 sections 13.2.2 and 14.2).
 *
 * @param request Method and fields.
 * @param content What is asked for.
 * @param now The time of the answer, in milliseconds since 1970.
 */
export function answerContent(
  { method, fields }: Pick<HttpRequest, "method" | "fields">,
  content: Content,
  now: number,
): HttpResponse {
  const outcome = evaluateConditions(method, fields, { ...content.validators, now });
  if (outcome === 304) {
    return content.notModified?.() ??
      { status: 304, fields: notModifiedFields(content.fields) };
  }
  if (outcome === 412) {
    return errorResponse(412, "the file is not what the condition says", content.common);
  }
  const range = method === "GET" && content.hasRanges && outcome === "proceed"
    ? fields.get("range")
    : undefined;
  if (range === undefined) return content.whole();
  const ranges = parseRange(range, content.size);
  if (ranges === "whole") return content.whole();
  if (ranges === "unsatisfiable") return unsatisfiable(content);
  return ranges.length === 1 ? onePart(content, ranges[0]) : severalParts(content, ranges);
}

function onePart(content: Content, range: ByteRange): HttpResponse {
  const fields = content.fields.clone();
  fields.set("Content-Range", formatContentRange(range, content.size));
  return { status: 206, fields, body: [content.part(range)] };
}

function severalParts(content: Content, ranges: readonly ByteRange[]): HttpResponse {
  const fields = content.fields.clone();
  const type = fields.get("content-type") ?? "application/octet-stream";
  const plan = planMultipart(ranges, content.size, type, randomBoundary());
  fields.set("Content-Type", plan.contentType);
  const pieces = plan.parts.flatMap(({ head, range }) => [head, content.part(range)]);
  return { status: 206, fields, body: [...pieces, plan.tail] };
}

function unsatisfiable(content: Content): HttpResponse {
  const fields = content.common.clone();
  fields.set("Content-Range", formatContentRange(undefined, content.size));
  return errorResponse(416, `the file has ${content.size} bytes`, fields);
}
