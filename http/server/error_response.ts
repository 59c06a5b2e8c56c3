import { HeaderFields, type HeaderFieldsInit } from "../message/header_fields.ts";
import type { HttpResponse } from "./types.ts";
import { statusText } from "../message/status_text.ts";

/**
 * An answer that says in words what its status means.
 *
 * @param status The status code.
 * @param message What was found; it is sent to the client.
 * @param fields Further fields.
 */
export function errorResponse(
  status: number,
  message: string,
  fields?: HeaderFields | HeaderFieldsInit,
): HttpResponse {
  const all = new HeaderFields({
    "Content-Type": "text/plain; charset=utf-8",
    "X-Content-Type-Options": "nosniff",
  });
  for (const [name, value] of new HeaderFields(fields)) all.set(name, value);
  return { status, fields: all, body: `${status} ${statusText(status)}: ${message}\n` };
}
