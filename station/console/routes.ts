/** `/console`: commands for the array server, over HTTP. */

import { ClosedError, FormatError } from "../../net/errors.ts";
import { HeaderFields } from "../../http/message/header_fields.ts";
import type { HttpRequest, HttpResponse } from "../../http/server/types.ts";
import { type ArrayClient, CallError } from "../../rpc/client/array_client.ts";
import type { ArrayInput } from "../../rpc/client/array_input.ts";
import { printValues } from "../../rpc/language/values/print.ts";
import { type IdlValue, typeName } from "../../rpc/language/values/value.ts";
import { clientAddress } from "../api/client_address.ts";
import {
  failureResponse,
  ProblemError,
  type ProblemMembers,
  type ProblemPlaces,
} from "../api/problem.ts";
import { Turns } from "../api/turns.ts";
import type { EventBus } from "../live/bus.ts";
import type { PictureStore } from "../live/pictures.ts";
import { MAX_COMMAND, readQuestion } from "./question.ts";
import { ConsoleSessions } from "./sessions.ts";

/** Bytes of a question: a command in UTF-8, escaped, and what is beside it. */
const MAX_BODY = 6 * MAX_COMMAND + 4_096;
/** Lines and characters of what a command prints that are told. */
const [MAX_LINES, MAX_LINE] = [1_000, 4_096];
/** Elements of a result that are told. */
const MAX_ELEMENTS = 10_000;
/** Elements of an array of a picture. */
const MAX_INPUT = 1 << 26;

/** What a command has given. */
export interface ConsoleAnswer {
  /** Null where it has no result. */
  readonly result: {
    readonly type: string;
    /** The fastest dimension first; none of a single value. */
    readonly shape: readonly number[];
    /** The elements; absent where they are more than are told. */
    readonly data?: unknown;
    /** As PRINT shows it, as far as it is told. */
    readonly text: readonly string[];
  } | null;
  readonly printed: readonly string[];
  /** Pictures that it has shown. */
  readonly pictures: readonly string[];
  readonly seconds: number;
}

/** Options of {@linkcode ConsoleRoutes}. */
export interface ConsoleOptions {
  readonly server: () => string | undefined;
  readonly token: string | undefined;
  readonly pictures: PictureStore;
  readonly bus: EventBus;
  readonly places: ProblemPlaces;
  readonly trustProxy: boolean;
  /** Makes the page for people. */
  page(): HttpResponse;
}

/** Answers requests for commands. */
export class ConsoleRoutes implements AsyncDisposable {
  readonly #options: ConsoleOptions;
  readonly #sessions: ConsoleSessions;
  readonly #turns = new Turns();

  /**
   * Prepares the answers.
   *
   * @param options The array server, and the pictures.
   */
  constructor(options: ConsoleOptions) {
    this.#options = options;
    this.#sessions = new ConsoleSessions(options);
  }

  /** Ends all sessions. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sessions[Symbol.asyncDispose]();
  }

  /**
   * Answers a request for `/console`.
   *
   * @param request The request: GET gives the page, POST runs a command.
   */
  async handle(request: HttpRequest): Promise<HttpResponse> {
    try {
      const { method } = request;
      if (method === "GET" || method === "HEAD") return this.#options.page();
      if (method !== "POST") {
        throw new ProblemError(405, "method", `${method} is not allowed, expected GET or POST`);
      }
      // What a form of another site can send is no JSON.
      const type = request.fields.get("content-type") ?? "";
      if (!/^application\/json\b/i.test(type)) {
        const found = type.slice(0, 80);
        throw new ProblemError(415, "bad-request", `the body is '${found}', expected JSON`);
      }
      const question = readQuestion(await request.body.text(MAX_BODY));
      const address = clientAddress(request, this.#options.trustProxy);
      const run = () => this.#run(question, address, request.signal);
      return json(await this.#turns.run(address, request.signal, run));
    } catch (error) {
      const answer = failureResponse(request, problemOfCommand(error), this.#options.places);
      if (answer.status !== 405) return answer;
      const fields = new HeaderFields(answer.fields);
      fields.set("Allow", "GET, HEAD, POST");
      return { ...answer, fields };
    }
  }

  async #run(
    { command, pictures, session }: ReturnType<typeof readQuestion>,
    address: string,
    signal: AbortSignal,
  ): Promise<ConsoleAnswer> {
    const arrays: Record<string, ArrayInput> = {};
    for (const [name, id] of pictures) arrays[name] = await this.#arrayOf(id, signal);
    const printed: string[] = [];
    const shown: string[] = [];
    const stop = this.#options.bus.listen(({ name, data }) => {
      if (name !== "picture") return;
      const told = JSON.parse(data) as { readonly url?: string; readonly command?: string };
      if (told.url !== undefined && command.startsWith(told.command ?? "\0")) shown.push(told.url);
    });
    const start = performance.now();
    let client: ArrayClient | undefined;
    try {
      await using use = await this.#sessions.use(session, address);
      client = use.client;
      const onPrint = (line: string) => {
        if (printed.length < MAX_LINES) printed.push(line.slice(0, MAX_LINE));
      };
      const value = await client.call(command, { arrays, signal, onPrint });
      const seconds = (performance.now() - start) / 1_000;
      const result = value === undefined ? null : resultOf(value);
      return { result, printed, pictures: shown, seconds };
    } catch (error) {
      if (session !== undefined && client !== undefined && error instanceof ClosedError) {
        await this.#sessions.forget(session, client);
      }
      throw error;
    } finally {
      stop();
    }
  }

  /** The values of a picture as an array. */
  async #arrayOf(id: string, signal: AbortSignal): Promise<ArrayInput> {
    using inUse = await this.#options.pictures.use([id]);
    const image = await inUse.file.fits.find(({ isImage, shape }) => isImage && !shape.includes(0));
    if (image === undefined) {
      throw new ProblemError(404, "not-found", `picture ${id} has no image`);
    }
    const elements = image.shape.reduce((product, length) => product * length, 1);
    if (elements > MAX_INPUT) {
      throw new ProblemError(
        413,
        "too-large",
        `picture ${id} has ${elements} elements, expected at most ${MAX_INPUT}`,
      );
    }
    const { pixels, shape } = await image.image({ signal });
    // The language has no signed bytes.
    const data = pixels instanceof Int8Array ? Int16Array.from(pixels) : pixels;
    return { shape: [...shape], data } as ArrayInput;
  }
}

/** A value as it is told. */
function resultOf(value: IdlValue): ConsoleAnswer["result"] {
  const elements = value.shape.reduce((product, length) => product * length, 1);
  const about = { type: typeName(value.type), shape: value.shape };
  if (elements > MAX_ELEMENTS) {
    return { ...about, text: [`${about.type} = Array[${value.shape.join(", ")}]`] };
  }
  const text: string[] = [];
  printValues([value], { work: () => {} }, (line) => {
    if (text.length < MAX_LINES) text.push(line.slice(0, MAX_LINE));
  });
  return { ...about, data: Array.from(value.data as ArrayLike<Element>, elementJson), text };
}

type Element = number | bigint | string;

/** JSON has no NaN and no infinities, and beyond 2^53 no integers. */
function elementJson(value: Element): number | string | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "string") return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}

/** What a command does wrong is told with the place in it. */
function problemOfCommand(error: unknown): unknown {
  if (error instanceof CallError) {
    const { code, position, message } = error;
    const place: ProblemMembers = position === undefined ? {} : { position };
    return new ProblemError(422, "command", message, { code, ...place });
  }
  if (error instanceof FormatError) return new ProblemError(422, "command", error.message);
  if (error instanceof ClosedError) {
    return new ProblemError(503, "busy", `the array server ended the connection: ${error.message}`);
  }
  if (error instanceof DOMException && error.name === "AbortError") {
    return new ProblemError(503, "busy", "the client ended the request");
  }
  return error;
}

function json(value: ConsoleAnswer): HttpResponse {
  return {
    status: 200,
    fields: {
      "Content-Type": "application/json",
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
    },
    body: JSON.stringify(value),
  };
}
