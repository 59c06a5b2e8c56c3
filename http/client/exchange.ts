import { ClosedError } from "../../net/errors.ts";
import { shownUrl } from "../../net/text/shown_url.ts";
import type { HttpAnswer } from "../message/answer.ts";

export { discard, type HttpAnswer, readBody } from "../message/answer.ts";

/** What a client asks with; object stores alone are written to. */
export type RequestMethod = "GET" | "HEAD" | "PUT" | "POST" | "DELETE";

/** A request. */
export interface HttpRequest {
  readonly method: RequestMethod;
  /** The URL, without user and password. */
  readonly url: URL;
  /** Its origin: the platform's URL makes it again at each look. */
  readonly origin: string;
  /** Fields besides those that every request has. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** What is sent; its length is among the fields. */
  readonly body?: Uint8Array<ArrayBuffer> | undefined;
}

/** How long a server may take. */
export interface Patience {
  /** Milliseconds to connect, the TLS handshake included. */
  readonly connectTimeout: number;
  /** Milliseconds from the request to the end of the answer's head. */
  readonly headTimeout: number;
  /** Milliseconds that may pass between two pieces of the body. */
  readonly silenceTimeout: number;
}

/** A way to send requests. */
export interface Transport {
  /**
   * Sends a request and waits for the head of the answer.
   *
   * @param request The request.
   * @param patience How long it may take.
   */
  send(request: HttpRequest, patience: Patience): Promise<HttpAnswer>;
  /** Closes every connection. */
  close(): void;
}

/** What a body ends with whose rest was given up: it has no end that its reader may trust. */
export function givenUp(url: URL): ClosedError {
  const source = shownUrl(url);
  return new ClosedError(`Cannot read ${source}: the rest was given up`, { source });
}
