import type { Socket } from "../../net/socket.ts";
import { HeliographError } from "../../net/errors.ts";
import type { HeaderFields } from "../message/header_fields.ts";
import type { IncomingBody } from "./request_body.ts";
import type { RequestHead } from "../message/request_head.ts";
import type { HttpRequest, HttpResponse, RequestBody, TakenConnection } from "./types.ts";

/** The connection as a request needs it. */
export interface RequestConnection {
  readonly socket: Socket;
  readonly secure: boolean;
  readonly draining: AbortSignal;
  /** Makes the body of the request that is being answered. */
  openBody(head: RequestHead): IncomingBody;
  /** The signal that aborts when the connection fails while the request is answered. */
  watch(head: RequestHead, bodyEnded: boolean): AbortSignal;
  /** Whether {@linkcode RequestConnection.watch} is reading from the connection. */
  readonly watching: boolean;
}

/** A request on a connection. */
export class ServerRequest implements HttpRequest {
  /** The head, which may be that of an earlier request with the same bytes. */
  readonly head: RequestHead;
  #connection: RequestConnection;
  #body: IncomingBody | undefined;

  constructor(connection: RequestConnection, head: RequestHead) {
    this.#connection = connection;
    this.head = head;
  }

  get method(): string {
    return this.head.method;
  }

  get target(): string {
    return this.head.target;
  }

  get path(): string {
    return this.head.path;
  }

  get query(): string | undefined {
    return this.head.query;
  }

  get host(): string | undefined {
    return this.head.host;
  }

  get version(): "1.0" | "1.1" {
    return this.head.version;
  }

  get fields(): HeaderFields {
    return this.head.fields;
  }

  get sameHead(): object {
    return this.head;
  }

  get upgrade(): readonly string[] {
    return this.head.upgrade;
  }

  get remoteAddr(): Deno.Addr {
    return this.#connection.socket.remoteAddr;
  }

  get localAddr(): Deno.Addr {
    return this.#connection.socket.localAddr;
  }

  get secure(): boolean {
    return this.#connection.secure;
  }

  get draining(): AbortSignal {
    return this.#connection.draining;
  }

  get signal(): AbortSignal {
    return this.#connection.watch(this.head, this.unreadBody === undefined);
  }

  get body(): RequestBody {
    return this.#body ??= this.#connection.openBody(this.head);
  }

  /** The body as the connection sees it; undefined if nothing of it is left to be read. */
  get unreadBody(): IncomingBody | undefined {
    if (this.head.framing === "none") return undefined;
    const body = this.#body ??= this.#connection.openBody(this.head);
    return body.ended ? undefined : body;
  }

  takeOver(
    response: HttpResponse,
    protocol: (connection: TakenConnection) => Promise<void>,
  ): HttpResponse {
    if (this.#connection.watching || this.unreadBody !== undefined) {
      throw new HeliographError(
        "Cannot take over the connection: the request's signal or body is still reading from it",
      );
    }
    return new TakeOver(response, protocol);
  }
}

/** The answer after which the connection speaks another protocol. */
export class TakeOver implements HttpResponse {
  readonly status: number;
  readonly fields: HttpResponse["fields"];
  readonly protocol: (connection: TakenConnection) => Promise<void>;

  constructor(
    response: HttpResponse,
    protocol: (connection: TakenConnection) => Promise<void>,
  ) {
    this.status = response.status;
    this.fields = response.fields;
    this.protocol = protocol;
  }
}
