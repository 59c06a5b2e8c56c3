import { reasonOf } from "../../net/connect_reason.ts";
import { Deadline } from "../../net/deadline.ts";
import { ClosedError, HeliographError, TimeoutError } from "../../net/errors.ts";
import { HeaderFields } from "../message/header_fields.ts";
import {
  givenUp,
  type HttpAnswer,
  type HttpRequest,
  type Patience,
  type Transport,
} from "./exchange.ts";
import { shownUrl } from "../../net/text/shown_url.ts";

/** Options of a {@linkcode FetchTransport}. */
export interface FetchTransportOptions {
  /** Certificate authorities in PEM that are trusted in addition to the system's. */
  caCerts?: readonly string[] | undefined;
  /** Ends every exchange when it aborts. */
  signal?: AbortSignal | undefined;
  /** The proxy that the environment names for a URL, for messages. */
  proxyOf?: ((url: URL) => string | undefined) | undefined;
}

/**
 * Sends requests over the platform's fetch: HTTP/2, and proxies from the environment.
 *
 * It never follows redirects by itself, since it would carry credentials along, and
 * never decodes: `Accept-Encoding: identity` keeps it from inflating.
 */
export class FetchTransport implements Transport {
  #options: FetchTransportOptions;
  #client: Deno.HttpClient | undefined;
  #open = new Set<AbortController>();

  /**
   * Makes a transport without connections.
   *
   * @param options Trust.
   */
  constructor(options: FetchTransportOptions = {}) {
    this.#options = options;
  }

  async send(request: HttpRequest, patience: Patience): Promise<HttpAnswer> {
    const { caCerts = [], signal, proxyOf } = this.#options;
    const proxy = proxyOf?.(request.url);
    this.#client ??= Deno.createHttpClient({ caCerts: [...caCerts] });
    const controller = new AbortController();
    this.#open.add(controller);
    // The platform does not tell when it is connected: the longer of the two is for both.
    const silence = Math.max(patience.connectTimeout, patience.headTimeout);
    const deadline = new Deadline(() => {
      controller.abort(new TimeoutError(`no answer within ${silence} ms`));
    });
    const abort = () => controller.abort(signal!.reason);
    signal?.addEventListener("abort", abort, { once: true });
    const end = () => {
      deadline.end();
      signal?.removeEventListener("abort", abort);
      this.#open.delete(controller);
    };
    deadline.set(silence);
    try {
      signal?.throwIfAborted();
      const response = await fetch(request.url, {
        method: request.method,
        headers: [...request.fields].map(([name, value]): [string, string] => [name, value]),
        redirect: "manual",
        body: request.body ?? null,
        signal: controller.signal,
        client: this.#client,
      });
      deadline.clear();
      return new FetchAnswer(request, response, deadline, controller, patience, end);
    } catch (error) {
      end();
      throw describe(error, request.url, "Cannot fetch", proxy);
    }
  }

  close(): void {
    for (const controller of this.#open) controller.abort(new ClosedError("the client was closed"));
    this.#client?.close();
    this.#client = undefined;
  }
}

/** An answer whose body comes from the platform. */
class FetchAnswer implements HttpAnswer {
  readonly url: URL;
  onOddity: ((found: string) => void) | undefined;
  readonly version = undefined;
  readonly status: number;
  readonly reason: string;
  readonly fields: HeaderFields;
  readonly oddities: readonly string[] = [];
  readonly contentLength: number | undefined;
  #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> | undefined;
  #deadline: Deadline;
  #controller: AbortController;
  #silence: number;
  #remaining: number | undefined;
  #end: () => void;
  #isCancelled = false;

  constructor(
    request: HttpRequest,
    response: Response,
    deadline: Deadline,
    controller: AbortController,
    patience: Patience,
    end: () => void,
  ) {
    this.url = request.url;
    this.status = response.status;
    this.reason = response.statusText;
    this.fields = new HeaderFields(response.headers);
    const length = this.fields.get("content-length");
    this.contentLength = request.method === "GET" && length !== undefined && /^\d+$/.test(length)
      ? Number(length)
      : undefined;
    this.#remaining = this.contentLength;
    this.#deadline = deadline;
    this.#controller = controller;
    this.#silence = patience.silenceTimeout;
    this.#end = end;
    this.#reader = response.body?.getReader();
    if (this.#reader === undefined) end();
  }

  /** The platform hands over no byte before it is waited for. */
  takeWhole(): undefined {}

  release(): void {}

  async next(): Promise<Uint8Array<ArrayBuffer> | null> {
    if (this.#isCancelled) throw givenUp(this.url);
    if (this.#reader === undefined) return null;
    this.#deadline.set(this.#silence);
    try {
      const { done, value } = await this.#reader.read();
      this.#deadline.clear();
      if (!done) {
        if (this.#remaining !== undefined) this.#remaining -= value.length;
        return value;
      }
      if ((this.#remaining ?? 0) > 0) {
        throw new ClosedError(
          `Cannot read ${
            shownUrl(this.url)
          }: ${this.#remaining} of ${this.contentLength} bytes are missing`,
          { source: shownUrl(this.url) },
        );
      }
      this.#reader = undefined;
      this.#end();
      return null;
    } catch (error) {
      const late = this.#deadline.expired;
      this.#end();
      this.#reader = undefined;
      if (!late) throw describe(error, this.url, "Cannot read");
      throw new TimeoutError(
        `Cannot read ${shownUrl(this.url)}: nothing came for ${this.#silence} ms`,
        { source: shownUrl(this.url) },
      );
    }
  }

  cancel(): void {
    if (this.#reader === undefined) return;
    this.#isCancelled = true;
    this.#reader = undefined;
    this.#end();
    this.#controller.abort(givenUp(this.url));
  }
}

/** The platform reports every failure of the network as a TypeError. */
function describe(error: unknown, url: URL, what: string, proxy?: string): unknown {
  if (error instanceof HeliographError && error.message.startsWith(what)) return error;
  const options = { cause: error, source: shownUrl(url) };
  const task = `${what} ${shownUrl(url)}${
    proxy === undefined ? "" : ` through the proxy ${proxy}`
  }`;
  if (error instanceof TimeoutError) {
    return new TimeoutError(`${task}: ${error.message}`, options);
  }
  if (!(error instanceof TypeError) && !(error instanceof Deno.errors.Http)) return error;
  const cause = error.cause instanceof Error ? error.cause : error;
  const found = new Error(
    cause.message.replace(`error sending request for url (${url.href}): `, "")
      .replace(/^client error \(\w+\): /, ""),
  );
  // A later attempt would find the same.
  const lasting = /certificate|lookup address|authentication required/.test(found.message);
  const message = `${task}: ${reasonOf(found)}`;
  return lasting ? new HeliographError(message, options) : new ClosedError(message, options);
}
