import { ParseMemory } from "../../net/bytes/parse_memory.ts";
import type { SocketReader } from "../../net/socket_reader.ts";
import {
  type RequestHead,
  type RequestHeadLimits,
  RequestHeadParser,
} from "../message/request_head.ts";

/** Heads longer than this are parsed each time; there is one memory for each connection. */
const MAX_REMEMBERED_BYTES = 2_048;

/**
 * Reads the heads of the requests of one connection. A head with the same bytes as the
 * last one is the same head, and is not parsed again: clients that ask often ask alike.
 */
export class RequestHeadReader {
  #parser: RequestHeadParser;
  #last = new ParseMemory<RequestHead>(MAX_REMEMBERED_BYTES);
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
    const last = this.#begun ? undefined : this.#last.atStartOf(bytes);
    if (last !== undefined) {
      reader.consume(this.#last.length);
      return last;
    }
    const head = this.#parser.parse(bytes, 0, bytes.length);
    this.#begun = head === undefined;
    if (head === undefined) return undefined;
    this.#last.keep(bytes.subarray(0, head.headBytes), head);
    reader.consume(head.headBytes);
    return head;
  }
}
