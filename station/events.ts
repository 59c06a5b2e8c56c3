/** What happened at the station lately, for the page to show. */

import { formatBytes } from "../net/format_bytes.ts";
import type { FeedStore } from "../fits/fitspipe/feed/store.ts";
import type { AccessRecord } from "../http/server/access_log.ts";
import type { ImageExchangeEvent } from "../http/image_exchange/image_exchange.ts";
import type { ArrayServer } from "../rpc/server/array_server.ts";

/** One thing that happened. */
export interface StationEvent {
  /** When, as ISO 8601 in UTC. */
  readonly time: string;
  /** The service at which it happened, such as `files`. */
  readonly service: string;
  /** What, in one line. */
  readonly text: string;
}

/** An event before anybody asks for its words. */
interface Noted {
  readonly time: number;
  readonly service: string;
  readonly kind: string;
  readonly describe: () => string;
}

/** Events that the page has room for. */
const MAX_EVENTS = 6;

/** A URL of thousands of characters needs no more than its beginning. */
const MAX_CHARACTERS = 120;

/** What pages ask for by themselves: parts of them, small pictures, what keeps them fresh. */
const OF_PAGES =
  /^\/($|(station\.json|status|favicon\.ico)$|(app|feeds)\/|(events|live)($|\?)|.*\bformat=thumbnail\b)/;

/** The last events, one of each kind: a feed of 30 frames a second leaves room for the others. */
export class StationEvents {
  #noted: Noted[] = [];
  readonly #base: string;

  /**
   * Begins without events.
   *
   * @param base The path before those of the station's own pages.
   */
  constructor(base = "") {
    this.#base = base;
  }

  /** The events, the latest first. */
  get latest(): StationEvent[] {
    return this.#noted.map(({ time, service, describe }) => {
      const text = describe();
      return {
        time: new Date(time).toISOString(),
        service,
        text: text.length > MAX_CHARACTERS ? text.slice(0, MAX_CHARACTERS - 1) + "…" : text,
      };
    });
  }

  /**
   * Notes an event. It takes the place of an earlier one of the same service and kind.
   *
   * @param service The service.
   * @param kind What makes it the same kind, such as the path that was asked for.
   * @param describe Gives the words, if they are asked for.
   */
  note(service: string, kind: string, describe: () => string): void {
    const others = this.#noted.filter((noted) => noted.service !== service || noted.kind !== kind);
    this.#noted = [{ time: Date.now(), service, kind, describe }, ...others]
      .slice(0, MAX_EVENTS);
  }

  /** Notes a request that has been answered, unless it is one that the page makes by itself. */
  noteRequest({ method, target, status, bytes }: AccessRecord): void {
    if (target === undefined) return this.note("files", "", () => `no request: ${status}`);
    const path = target.startsWith(`${this.#base}/`) ? target.slice(this.#base.length) : target;
    if (OF_PAGES.test(path)) return;
    // A token in an address is no one else's.
    if (/[?&]token=/.test(target)) return;
    const size = status < 300 && bytes > 0 ? `, ${formatBytes(bytes)}` : "";
    this.note("files", `${method} ${target}`, () => `${method} ${target}: ${status}${size}`);
  }

  /** Notes a line of the log of the array server, but not that it listens. */
  noteLine(line: string): void {
    if (line.includes("Server listening")) return;
    const words = line.replace(/^% \w+: /, "");
    this.note("arrays", words, () => words);
  }

  /** Notes each second whether the array server was called. */
  watchCalls(server: ArrayServer, signal: AbortSignal): void {
    let before = 0;
    const timer = setInterval(() => {
      const { done, failed } = server.metrics().calls;
      if (done + failed === before) return;
      before = done + failed;
      this.note(
        "arrays",
        "calls",
        () => `${done + failed} ${done + failed === 1 ? "call" : "calls"} so far, ${failed} failed`,
      );
    }, 1_000);
    signal.addEventListener("abort", () => clearInterval(timer), { once: true });
  }

  /** Notes images that are saved or refused. */
  noteImage(event: ImageExchangeEvent): void {
    if (event.event === "saved") {
      const { name, bytes } = event;
      this.note("images", name, () => `${name}, ${formatBytes(bytes)}`);
    } else if (event.event === "refused") {
      this.note("images", event.reason, () => `refused: ${event.reason}`);
    }
  }

  /** Notes the frames that are put, but for those of one feed. */
  watchFrames(store: FeedStore, except: string): void {
    store.listen((feed, { number, width, height }) => {
      if (feed === except) return;
      this.note("frames", feed, () => `frame ${number} of ${feed}, ${width} x ${height}`);
    });
  }
}
