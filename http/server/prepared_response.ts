import type { HeaderFields } from "../message/header_fields.ts";
import type { HttpResponse } from "./types.ts";
import { formatHttpDate } from "../message/date.ts";
import { encodeLatin1Into } from "../message/octets.ts";
import type { RequestHead } from "../message/request_head.ts";
import { statusText } from "../message/status_text.ts";

/** Bodies up to this many bytes are kept together with their head and leave in one write. */
const MAX_JOINED_BYTES = 262_144;

/**
 * An answer that is encoded once and sent many times; only its Date changes.
 *
 * For clients that keep the connection open, which need no field Connection, it is
 * ready to be written as it is.
 */
export class PreparedResponse implements HttpResponse {
  readonly status: number;
  readonly fields: HeaderFields;
  readonly body: Uint8Array | undefined;
  #head: string;
  #date = "";
  #bytes: Uint8Array<ArrayBuffer> | undefined;

  /**
   * Prepares an answer.
   *
   * @param status The status code.
   * @param fields The fields, without Date, Connection and Content-Length; they
   * must not change afterwards.
   * @param body The body; none for 304.
   */
  constructor(status: number, fields: HeaderFields, body?: Uint8Array) {
    this.status = status;
    this.fields = fields;
    this.body = body;
    const length = body === undefined ? "" : `Content-Length: ${body.length}\r\n`;
    this.#head = `\r\n${fields.toText()}${length}\r\n`;
  }

  /**
   * Whether the answer can go to a client as it is: the client keeps connections
   * open without asking, sends no body and wants all of it.
   */
  fits(head: RequestHead): boolean {
    return head.version === "1.1" && head.framing === "none" &&
      (head.method !== "HEAD" || this.body === undefined);
  }

  /** Whether head and body leave in one write. */
  get joined(): boolean {
    return this.body === undefined || this.body.length <= MAX_JOINED_BYTES;
  }

  /** Bytes of memory that it takes, of the body and of the body with its head. */
  get keptBytes(): number {
    return (this.body?.length ?? 0) * (this.joined ? 2 : 1);
  }

  /**
   * The head with the date of now and, if it is {@linkcode PreparedResponse.joined},
   * the body. The bytes are never changed: each second has its own.
   */
  encode(): Uint8Array<ArrayBuffer> {
    const date = formatHttpDate(Date.now());
    if (this.#bytes !== undefined && date === this.#date) return this.#bytes;
    const status = `HTTP/1.1 ${this.status} ${statusText(this.status)}\r\nDate: `;
    const head = status + date + this.#head;
    const body = this.joined ? this.body : undefined;
    const bytes = new Uint8Array(head.length + (body?.length ?? 0));
    encodeLatin1Into(head, bytes, 0);
    if (body !== undefined) bytes.set(body, head.length);
    this.#date = date;
    return this.#bytes = bytes;
  }
}
