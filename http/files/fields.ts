import { HeliographError } from "../../net/errors.ts";
import { contentTypeOf } from "../fields/content_type.ts";
import { formatHttpDate } from "../message/date.ts";
import { HeaderFields, type HeaderFieldsInit } from "../message/header_fields.ts";
import type { FileValidators } from "./validators.ts";

/** Fields that only the server can know. */
const OWN_FIELDS =
  /^(connection|content-(encoding|length|range)|date|etag|keep-alive|last-modified|trailer|transfer-encoding|upgrade)$/i;

/** Whether a field is one whose value only the server can know, such as Content-Length. */
export function isServersOwn(name: string): boolean {
  return OWN_FIELDS.test(name);
}

/** What the fields of a file's answer say, beside its validators. */
export interface FileDescription {
  /** The name, for the content type. */
  readonly name: string;
  /** The content coding of a precompressed form. */
  readonly encoding: string | undefined;
  /** Whether there are precompressed forms, so that the answer depends on Accept-Encoding. */
  readonly varies: boolean;
}

/**
 * The fields of every answer.
 *
 * @param options Fields that were asked for, and whether pages of every origin may read.
 * @throws {HeliographError} If one of them is the server's own.
 */
export function commonFields(
  { headers, cors = false }: { headers?: HeaderFieldsInit | undefined; cors?: boolean | undefined },
): HeaderFields {
  const fields = new HeaderFields({ "X-Content-Type-Options": "nosniff" });
  if (cors) {
    fields.set("Access-Control-Allow-Origin", "*");
    fields.set("Access-Control-Expose-Headers", "*");
  }
  const own = new HeaderFields(headers);
  for (const [name] of own) {
    if (isServersOwn(name)) {
      throw new HeliographError(`Cannot set the field ${name}: only the server knows its value`);
    }
    fields.delete(name);
  }
  for (const [name, value] of own) fields.append(name, value);
  return fields;
}

/**
 * The fields of the answer 200 for a file.
 *
 * @param description The file.
 * @param validators Its validators.
 * @param common Fields of every answer, which stand in the place of others.
 */
export function fileFields(
  description: FileDescription,
  { etag, lastModified }: FileValidators,
  common: HeaderFields,
): HeaderFields {
  const fields = new HeaderFields({
    "Content-Type": contentTypeOf(description.name),
    "Last-Modified": formatHttpDate(lastModified),
    "ETag": etag,
  });
  // Ranges are those of the file as it is.
  if (description.encoding === undefined) fields.set("Accept-Ranges", "bytes");
  else fields.set("Content-Encoding", description.encoding);
  if (description.varies) fields.set("Vary", "Accept-Encoding");
  setAll(fields, common);
  return fields;
}

/** What 304 repeats of the fields of 200 (RFC 9110 section 15.4.5): nothing about the content. */
const NOT_IN_304 = /^(content-(?!location)|last-modified$|accept-ranges$)/i;

/**
 * The fields of the answer 304.
 *
 * @param fields The fields of 200.
 */
export function notModifiedFields(fields: HeaderFields): HeaderFields {
  const kept = new HeaderFields();
  for (const [name, value] of fields) {
    if (!NOT_IN_304.test(name)) kept.append(name, value);
  }
  return kept;
}

/** Sets fields in the place of those with the same name; a Vary joins what exists. */
export function setAll(fields: HeaderFields, others: HeaderFields): void {
  for (const [name] of others) if (name.toLowerCase() !== "vary") fields.delete(name);
  for (const [name, value] of others) fields.append(name, value);
}
