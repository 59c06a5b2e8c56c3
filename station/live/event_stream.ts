/** `/events`: what happens at the station, as a stream of server-sent events. */

import { type Parameter, readParameters, wholeNumber } from "../../http/fields/parameters.ts";
import type { HttpRequest, HttpResponse } from "../../http/server/types.ts";
import { clientAddress } from "../api/client_address.ts";
import { failureResponse, ProblemError, type ProblemPlaces } from "../api/problem.ts";
import { type BusEvent, type EventBus, type Topic, TOPICS } from "./bus.ts";

/** Streams of one address at one time. */
const MAX_STREAMS = 4;
/** Events that wait for a reader; one that is slower starts over. */
const MAX_WAITING = 1_000;
/** Milliseconds after which a line says that the station is still there. */
const STILL_HERE_MS = 15_000;

const TOPICS_RULE: Parameter<readonly Topic[]> = {
  expected: `some of ${TOPICS.join(",")}`,
  read: (text) => {
    const names = text.split(",");
    return names.every((name) => (TOPICS as readonly string[]).includes(name))
      ? names as Topic[]
      : undefined;
  },
};

const RULES = {
  topics: TOPICS_RULE,
  /** The last event that a page knows when it begins to listen. */
  last: wholeNumber(0, 1e15),
  path: {
    expected: "the path of a file below /files/",
    read: (text: string) => {
      const names = text.split("/");
      const isPath = names.every((name) => !/^\.{0,2}$|[\\\0]/.test(name));
      return isPath ? names : undefined;
    },
  },
} as const;

/** Options of {@linkcode EventStreams}. */
export interface EventStreamOptions {
  readonly bus: EventBus;
  readonly places: ProblemPlaces;
  readonly trustProxy: boolean;
  /** Watches a file while somebody listens, until that is called. */
  readonly watch?: ((segments: readonly string[]) => () => void) | undefined;
  /** Milliseconds between lines without an event. @default {15000} */
  readonly stillHere?: number | undefined;
}

/** Answers with streams of events. */
export class EventStreams {
  readonly #options: EventStreamOptions;
  readonly #open = new Map<string, number>();

  /**
   * Prepares the answers.
   *
   * @param options What is told.
   */
  constructor(options: EventStreamOptions) {
    this.#options = options;
  }

  /**
   * Answers a request for events.
   *
   * @param request The request; `topics` chooses, and Last-Event-ID goes on from there.
   */
  handle(request: HttpRequest): HttpResponse {
    try {
      return this.#answer(request);
    } catch (error) {
      return failureResponse(request, error, this.#options.places);
    }
  }

  #answer(request: HttpRequest): HttpResponse {
    if (request.method !== "GET") {
      throw new ProblemError(405, "method", `${request.method} is not allowed`);
    }
    const { topics = TOPICS, path, last: known } = readParameters(request.query, "events", RULES);
    const address = clientAddress(request, this.#options.trustProxy);
    const count = this.#open.get(address) ?? 0;
    if (count >= MAX_STREAMS) {
      throw new ProblemError(
        429,
        "busy",
        `${MAX_STREAMS} streams of your address are open already`,
      );
    }
    this.#open.set(address, count + 1);
    const unwatch = path === undefined ? undefined : this.#options.watch?.(path);
    const field = /^\d{1,15}$/.exec(request.fields.get("last-event-id") ?? "")?.[0];
    const last = field === undefined ? known : Number(field);
    const end = () => {
      unwatch?.();
      const left = this.#open.get(address)! - 1;
      if (left > 0) this.#open.set(address, left);
      else this.#open.delete(address);
    };
    return {
      status: 200,
      fields: {
        "Content-Type": "text/event-stream",
        "Cache-Control": "no-store",
        "X-Accel-Buffering": "no",
        "X-Content-Type-Options": "nosniff",
      },
      body: this.#stream(
        request,
        new Set(topics),
        last,
        end,
      ),
    };
  }

  #stream(
    request: HttpRequest,
    topics: ReadonlySet<Topic>,
    last: number | undefined,
    end: () => void,
  ): AsyncIterable<Uint8Array> {
    const { bus, stillHere = STILL_HERE_MS } = this.#options;
    const ended = AbortSignal.any([request.signal, request.draining]);
    const missed = last === undefined ? [] : bus.since(last);
    let waiting: BusEvent[] = (missed ?? []).filter(({ topic }) => topics.has(topic));
    let isReset = missed === undefined;
    let wake = () => {};
    const stop = bus.listen((event) => {
      if (!topics.has(event.topic)) return;
      if (waiting.push(event) > MAX_WAITING) {
        waiting = [];
        isReset = true;
      }
      wake();
    });
    const encoder = new TextEncoder();
    const next = async (): Promise<string | undefined> => {
      if (waiting.length === 0 && !isReset && !ended.aborted) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, stillHere);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
          ended.addEventListener("abort", wake, { once: true });
        });
        ended.removeEventListener("abort", wake);
      }
      if (ended.aborted) return undefined;
      const reset = isReset ? `event: reset\nid: ${bus.last}\ndata: {}\n\n` : "";
      const text = waiting.map(eventText).join("");
      [waiting, isReset] = [[], false];
      return reset + text || ": still here\n\n";
    };
    let isBegun = false;
    let isOver = false;
    const over = () => {
      if (isOver) return;
      isOver = true;
      stop();
      end();
    };
    // An iterator of its own: it is ended even if it has never been asked.
    const iterator: AsyncIterator<Uint8Array> = {
      next: async () => {
        const text = isOver
          ? undefined
          : isBegun
          ? await next()
          : (isBegun = true, `retry: 2000\nid: ${bus.last}\n\n`);
        if (text !== undefined) return { done: false, value: encoder.encode(text) };
        over();
        return { done: true, value: undefined };
      },
      return: () => {
        over();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
    return { [Symbol.asyncIterator]: () => iterator };
  }
}

function eventText({ id, name, data }: BusEvent): string {
  return `event: ${name}\nid: ${id}\ndata: ${data}\n\n`;
}
