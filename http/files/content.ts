import { ClosedError } from "../../net/errors.ts";
import { answerContent, type Content } from "./answer.ts";
import type { PreparedForm } from "./cache.ts";
import { type Coding, collect, compressed } from "./compression.ts";
import { notModifiedFields } from "./fields.ts";
import type { FileValidators } from "./validators.ts";
import type { HeaderFields } from "../message/header_fields.ts";
import type { FilePart, OpenFile } from "../server/open_file.ts";
import { HttpError } from "../message/http_error.ts";
import { PreparedResponse } from "../server/prepared_response.ts";
import type { ByteRange } from "../fields/ranges.ts";
import type { HttpRequest, HttpResponse } from "../server/types.ts";

/** A file that is read while it is sent. */
export class FileContent implements Content {
  readonly fields: HeaderFields;
  readonly validators: FileValidators;
  readonly common: HeaderFields;
  #file: OpenFile;
  #isSent = false;

  constructor(
    file: OpenFile,
    fields: HeaderFields,
    validators: FileValidators,
    common: HeaderFields,
  ) {
    this.#file = file;
    this.fields = fields;
    this.validators = validators;
    this.common = common;
  }

  get size(): number {
    return this.#file.size;
  }

  get hasRanges(): boolean {
    return hasRanges(this.fields);
  }

  /** Answers a request; the file is closed unless it is part of the answer. */
  answer(request: HttpRequest, now: number): HttpResponse {
    try {
      return answerContent(request, this, now);
    } finally {
      if (!this.#isSent) this.#file.close();
    }
  }

  whole(): HttpResponse {
    const part = this.part({ first: 0, last: this.size - 1 });
    return { status: 200, fields: this.fields, body: [part] };
  }

  part({ first, last }: ByteRange): FilePart {
    this.#isSent = true;
    return { file: this.#file, start: first, end: last + 1 };
  }
}

/** A file whose bytes are in memory. */
export class PreparedContent implements Content {
  readonly common: HeaderFields;
  #form: PreparedForm;

  constructor(form: PreparedForm, common: HeaderFields) {
    this.#form = form;
    this.common = common;
  }

  get size(): number {
    return this.#form.bytes.length;
  }

  get fields(): HeaderFields {
    return this.#form.whole.fields;
  }

  get validators(): FileValidators {
    return this.#form.validators;
  }

  get hasRanges(): boolean {
    return hasRanges(this.fields);
  }

  whole(): HttpResponse {
    return this.#form.whole;
  }

  notModified(): HttpResponse {
    return this.#form.notModified;
  }

  part({ first, last }: ByteRange): Uint8Array {
    return this.#form.bytes.subarray(first, last + 1);
  }
}

/**
 * Reads a file into memory, and closes it.
 *
 * @param file The file.
 * @param fields The fields of the answer 200.
 * @param validators Its validators.
 * @throws {HttpError} 503 if the file changes meanwhile.
 */
export function prepareForm(
  file: OpenFile,
  fields: HeaderFields,
  validators: FileValidators,
): PreparedForm {
  try {
    const bytes = new Uint8Array(file.size);
    file.readFully(bytes, 0);
    file.checkUnchanged();
    return {
      bytes,
      validators,
      whole: new PreparedResponse(200, fields, bytes),
      notModified: new PreparedResponse(304, notModifiedFields(fields)),
    };
  } catch (error) {
    if (!(error instanceof ClosedError)) throw error;
    throw new HttpError(503, "the file is being changed", { cause: error });
  } finally {
    file.close();
  }
}

/**
 * Reads a file into memory, compressed, and closes it.
 *
 * @param file The file.
 * @param fields The fields of the answer 200.
 * @param validators Its validators.
 * @param coding The coding.
 * @throws {HttpError} 503 if the file changes meanwhile.
 */
export async function compressForm(
  file: OpenFile,
  fields: HeaderFields,
  validators: FileValidators,
  coding: Coding,
): Promise<PreparedForm> {
  try {
    const bytes = await collect(compressed(file, coding));
    return {
      bytes,
      validators,
      whole: new PreparedResponse(200, fields, bytes),
      notModified: new PreparedResponse(304, notModifiedFields(fields)),
    };
  } catch (error) {
    if (!(error instanceof ClosedError)) throw error;
    throw new HttpError(503, "the file is being changed", { cause: error });
  }
}

function hasRanges(fields: HeaderFields): boolean {
  return fields.get("accept-ranges") === "bytes";
}
