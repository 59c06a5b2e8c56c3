import { LITTLE_ENDIAN } from "../../net/byte_order.ts";
import type { HttpHandler, HttpRequest, HttpResponse } from "../../http/server/types.ts";
import { Header } from "../header/header.ts";
import { renderPng } from "../picture/render.ts";
import type { FeedStore } from "./feed/store.ts";
import { cameraFrameFile, type FitspipeFrame } from "./feed/frame.ts";
import { escapeHtml } from "../../http/pages/escape_html.ts";
import palette from "../../http/pages/palette.css" with { type: "text" };
import body from "./view.html" with { type: "text" };

/** Options of {@linkcode feedView}. */
export interface FeedViewOptions {
  /** The path that the view is mounted at, with a slash at its end. @default {"/"} */
  base?: string | undefined;
  /** The percentage of pixels between the ends of the scale. @default {99.5} */
  percentile?: number | undefined;
  /** Pixels of the longer side of a picture at most. @default {800} */
  size?: number | undefined;
  /** Pictures per second of one feed at most, however many look. @default {10} */
  rate?: number | undefined;
}

/** The page, in the colours of all pages. */
const PAGE = body.replace("<style>\n", `<style>\n${palette}`);

/** Where the figures of the feeds stand, and the words where there is none. */
const [PLACE, NONE] = ['<div id="feeds"></div>', 'id="none"'];

/** The page as it is now: whole without script, which keeps it fresh. */
function pageOf(feeds: ReturnType<FeedStore["list"]>): string {
  const now = new Date().toISOString().slice(0, 19).replace("T", " ");
  const figures = feeds.map(({ feed, newest, width, height }) => {
    const name = escapeHtml(feed);
    const href = escapeHtml(encodeURIComponent(feed));
    return `<figure id="feed-${name}"><img src="${href}.png" alt="The newest frame of feed ${name}">` +
      `<figcaption><b>${name}</b><span>${width} × ${height}, frame ${newest}, at ${now} UTC</span>` +
      `<span><a href="${href}.png">PNG</a> <a href="${href}.fits">FITS</a> </span></figcaption></figure>`;
  });
  if (figures.length === 0) return PAGE;
  // Names are no patterns of a replacement.
  return PAGE.replace(PLACE, () => `<div id="feeds">${figures.join("\n")}</div>`)
    .replace(NONE, `${NONE} hidden`);
}

const BOUNDARY = "heliograph-frame";
/** How each picture begins; its length, which no one needs, is not known so early. */
const PART_HEAD = `--${BOUNDARY}\r\nContent-Type: image/png\r\n\r\n`;
const encoder = new TextEncoder();

/**
 * Shows feeds in a browser: a page with each feed live, its newest frame as PNG or
 * FITS, and a stream of pictures. A reader that is slow gets the newest only; what
 * no one looks at is not rendered.
 *
 * | path | answer |
 * |---|---|
 * | `` | the page |
 * | `feeds.json` | what `ls` tells, as an array |
 * | `NAME.png`, `NAME.fits` | the newest frame |
 * | `NAME.live` | a picture that is replaced by each new frame (`multipart/x-mixed-replace`) |
 *
 * @param store The frames.
 * @param options Where it is mounted, and how it renders.
 * @returns A handler for `serveHttp`.
 */
export function feedView(store: FeedStore, options: FeedViewOptions = {}): HttpHandler {
  const view = new FeedView(store, options);
  return (request) => view.answer(request);
}

interface Picture {
  readonly number: number;
  readonly png: Uint8Array;
}

class FeedView {
  #store: FeedStore;
  #base: string;
  #percentile: number;
  #size: number;
  #interval: number;
  /** The last picture of each feed, for all who look. */
  #pictures = new Map<string, Picture>();

  constructor(store: FeedStore, options: FeedViewOptions) {
    this.#store = store;
    this.#base = options.base ?? "/";
    this.#percentile = options.percentile ?? 99.5;
    this.#size = options.size ?? 800;
    this.#interval = 1_000 / (options.rate ?? 10);
  }

  answer(request: HttpRequest): HttpResponse {
    if (request.method !== "GET" && request.method !== "HEAD") {
      return { status: 405, fields: { Allow: "GET, HEAD" } };
    }
    if (!request.path.startsWith(this.#base)) return notFound();
    const name = request.path.slice(this.#base.length);
    if (name === "") return content("text/html; charset=utf-8", pageOf(this.#store.list()));
    if (name === "feeds.json") {
      return content("application/json", JSON.stringify(this.#store.list()));
    }
    const match = /^(.+)\.(png|fits|live)$/.exec(name);
    const feed = match?.[1] ?? "";
    const frame = this.#store.newest(feed);
    if (frame === undefined) return notFound();
    if (match![2] === "png") return content("image/png", this.#picture(feed, frame).png);
    if (match![2] === "fits") return this.#file(frame);
    return {
      status: 200,
      fields: {
        "Content-Type": `multipart/x-mixed-replace; boundary=${BOUNDARY}`,
        "Cache-Control": "no-store",
      },
      body: this.#live(feed, request),
    };
  }

  /** The frame's memory may be used again while a slow reader takes it, so the bytes are copied. */
  #file(frame: FitspipeFrame): HttpResponse {
    const [header, pixels, padding] = cameraFrameFile(frame);
    return content("image/fits", [header!.slice(), pixels!.slice(), padding!]);
  }

  #picture(feed: string, frame: FitspipeFrame): Picture {
    const last = this.#pictures.get(feed);
    if (last?.number === frame.number) return last;
    const picture = { number: frame.number, png: this.#render(frame) };
    this.#pictures.set(feed, picture);
    return picture;
  }

  #render(frame: FitspipeFrame): Uint8Array {
    const unsigned = Header.parse(frame.header).number("BZERO") === 32_768;
    const pixels = physicalPixels(frame.pixels, unsigned);
    return renderPng({ pixels, shape: [frame.width, frame.height] }, {
      limits: `percentile:${this.#percentile}`,
      size: Math.min(this.#size, Math.max(frame.width, frame.height)),
    });
  }

  /** Parts of the live picture; the sender asks for the next when the reader has taken the last. */
  async *#live(feed: string, request: HttpRequest): AsyncGenerator<Uint8Array, void, void> {
    const ended = AbortSignal.any([request.signal, request.draining]);
    let last: number | undefined;
    yield encoder.encode(PART_HEAD);
    while (!ended.aborted) {
      const began = performance.now();
      const frame = await this.#after(feed, last, ended);
      if (frame === undefined) return;
      last = frame.number;
      const { png } = this.#picture(feed, frame);
      yield png;
      // With the picture, the head of the one after: browsers show a part when the next begins.
      yield encoder.encode("\r\n" + PART_HEAD);
      await until(began + this.#interval, ended);
    }
  }

  /** The newest frame once it is another than `last`; undefined when the reader has gone. */
  async #after(
    feed: string,
    last: number | undefined,
    ended: AbortSignal,
  ): Promise<FitspipeFrame | undefined> {
    for (;;) {
      const newest = this.#store.newest(feed);
      if (newest !== undefined && newest.number !== last) return newest;
      const next = Promise.withResolvers<void>();
      const gone = () => next.resolve();
      const stop = this.#store.listen((name) => name === feed && next.resolve());
      ended.addEventListener("abort", gone, { once: true });
      if (!ended.aborted) await next.promise;
      ended.removeEventListener("abort", gone);
      stop();
      if (ended.aborted) return undefined;
    }
  }
}

/** Stored big-endian pixels as numbers of this machine. */
function physicalPixels(stored: Uint8Array, unsigned: boolean): Uint16Array | Int16Array {
  const bytes = stored.slice();
  const words = new Uint16Array(bytes.buffer);
  const flip = unsigned ? 0x8000 : 0;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    words[i] = (LITTLE_ENDIAN ? (word >> 8) | (word << 8) : word) ^ flip;
  }
  return unsigned ? words : new Int16Array(bytes.buffer);
}

/** Waits until a time, or until a signal aborts. */
function until(time: number, signal: AbortSignal): Promise<void> {
  const wait = time - performance.now();
  if (wait <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, wait);
    signal.addEventListener("abort", done);
  });
}

function content(type: string, body: NonNullable<HttpResponse["body"]>): HttpResponse {
  const fields = {
    "Content-Type": type,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
  };
  return { status: 200, fields, body };
}

function notFound(): HttpResponse {
  return {
    status: 404,
    fields: { "Content-Type": "text/plain; charset=utf-8" },
    body: "Not found\n",
  };
}
