import type { SocketReader } from "../../net/socket_reader.ts";
import {
  type RequestHead,
  type RequestHeadLimits,
  RequestHeadParser,
} from "../message/request_head.ts";

/** Heads longer than this are parsed each time; there is one memory for each connection. */
const MAX_REMEMBERED_BYTES = 2_048;

const NOTHING: Uint8Array = new Uint8Array(0);

/**
 * The heads of the requests of one connection. A head with the same bytes as the
 * last one is the same head, and is not parsed again: clients that ask often ask alike.
 */
export class RequestHeads {
  #parser: RequestHeadParser;
  #bytes: Uint8Array = NOTHING;
  #head: RequestHead | undefined;
  #begun = false;

  /**
   * Makes the memory and the parser of a connection.
   *
   * @param limits How much of a head is read.
   */
  constructor(limits: RequestHeadLimits) {
    this.#parser = new RequestHeadParser(limits);
  }

  /**
   * Takes the next head from what has been received.
   *
   * @param reader The connection.
   * @returns The head; undefined if more bytes are needed.
   * @throws {HttpError} With the status to answer, if it is no head.
   */
  take(reader: SocketReader): RequestHead | undefined {
    const bytes = reader.buffered;
    if (bytes.length === 0) return undefined;
    if (!this.#begun && this.#head !== undefined && startsWith(bytes, this.#bytes)) {
      reader.consume(this.#bytes.length);
      return this.#head;
    }
    const head = this.#parser.parse(bytes, 0, bytes.length);
    this.#begun = head === undefined;
    if (head === undefined) return undefined;
    if (head.headBytes <= MAX_REMEMBERED_BYTES) {
      this.#bytes = bytes.slice(0, head.headBytes);
      this.#head = head;
    }
    reader.consume(head.headBytes);
    return head;
  }
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  const length = start.length;
  if (length > bytes.length) return false;
  for (let i = 0; i < length; i++) if (bytes[i] !== start[i]) return false;
  return true;
}
