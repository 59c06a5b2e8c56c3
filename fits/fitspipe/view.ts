import { checkCaps } from "../../net/caps.ts";
import { LITTLE_ENDIAN } from "../../net/byte_order.ts";
import type { HttpHandler, HttpRequest, HttpResponse } from "../../http/server/types.ts";
import { Header } from "../header/header.ts";
import { encodeJpeg } from "../picture/jpeg.ts";
import { decodePng } from "../picture/png_reader.ts";
import { renderPng } from "../picture/render.ts";
import { prefersJson } from "../../http/fields/accept.ts";
import { evaluateConditions } from "../../http/fields/conditions.ts";
import { errorResponse } from "../../http/server/error_response.ts";
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
/** Milliseconds that a later frame is waited for. */
const MAX_WAIT_MS = 30_000;
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
 * | `NAME/latest.png`, `.jpg`, `.fits` | the same with a tag; `?after=N` waits for a later one |
 * | `NAME/live.mjpeg` | as `NAME.live`, as JPEG |
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
  jpeg?: Promise<Uint8Array>;
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
    checkCaps(options);
    this.#base = options.base ?? "/";
    this.#percentile = options.percentile ?? 99.5;
    this.#size = options.size ?? 800;
    this.#interval = 1_000 / (options.rate ?? 10);
  }

  answer(request: HttpRequest): HttpResponse | Promise<HttpResponse> {
    if (request.method !== "GET" && request.method !== "HEAD") {
      return { status: 405, fields: { Allow: "GET, HEAD" } };
    }
    if (!request.path.startsWith(this.#base)) return notFound();
    const name = request.path.slice(this.#base.length);
    if (name === "") {
      return prefersJson(request.fields.get("accept"))
        ? content("application/json", JSON.stringify(this.#store.list()))
        : content("text/html; charset=utf-8", pageOf(this.#store.list()));
    }
    if (name === "feeds.json") {
      return content("application/json", JSON.stringify(this.#store.list()));
    }
    const latest = /^([^/]+)\/latest\.(png|jpg|fits)$/.exec(name);
    if (latest !== null) {
      return this.#latest(latest[1]!, latest[2] as "png" | "jpg" | "fits", request);
    }
    const match = /^([^/]+)(?:\.(png|fits|live)|\/live\.(mjpeg))$/.exec(name);
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
      body: this.#live(feed, request, match![3] === "mjpeg" ? "image/jpeg" : "image/png"),
    };
  }

  /** The newest frame, or the one after a number once it is there. */
  async #latest(
    feed: string,
    form: "png" | "jpg" | "fits",
    request: HttpRequest,
  ): Promise<HttpResponse> {
    const query = new URLSearchParams(request.query);
    const after = query.get("after");
    const unknown = [...query.keys()].find((key) => key !== "after");
    if (unknown !== undefined || after !== null && !/^\d{1,15}$/.test(after)) {
      return wrong(unknown ?? "after", unknown === undefined ? "a frame's number" : "after");
    }
    if (this.#store.newest(feed) === undefined) return notFound();
    const frame = after === null
      ? this.#store.newest(feed)
      : await this.#later(feed, Number(after), request);
    // Nothing has come: who asks again goes on waiting.
    if (frame === undefined) return { status: 204, fields: { "Cache-Control": "no-store" } };
    const etag = `"${this.#store.session}-${feed}-${frame.number}-${form}"`;
    const fields = {
      "Cache-Control": "private, no-cache",
      "ETag": etag,
      "Heliograph-Frame": String(frame.number),
      "X-Content-Type-Options": "nosniff",
    };
    const outcome = evaluateConditions(request.method, request.fields, { etag });
    if (outcome === 304) return { status: 304, fields };
    const { fields: _, ...answer } = form === "fits"
      ? this.#file(frame)
      : { status: 200, body: await this.#encoded(feed, frame, form === "jpg"), fields: {} };
    const type = form === "fits" ? "image/fits" : form === "jpg" ? "image/jpeg" : "image/png";
    return { ...answer, fields: { ...fields, "Content-Type": type } };
  }

  /** The newest frame once its number is greater; undefined after half a minute without one. */
  async #later(
    feed: string,
    number: number,
    request: HttpRequest,
  ): Promise<FitspipeFrame | undefined> {
    const newest = this.#store.newest(feed);
    // Of another session of the server the numbers started over.
    if (newest !== undefined && newest.number !== number) return newest;
    const timeout = AbortSignal.timeout(MAX_WAIT_MS);
    const ended = AbortSignal.any([request.signal, request.draining, timeout]);
    return await this.#after(feed, number, ended);
  }

  async #encoded(feed: string, frame: FitspipeFrame, asJpeg: boolean): Promise<Uint8Array> {
    const picture = this.#picture(feed, frame);
    if (!asJpeg) return picture.png;
    // One encoding for all who look.
    picture.jpeg ??= encodeJpeg(decodePng(picture.png));
    return await picture.jpeg;
  }

  /** The frame's memory may be used again while a slow reader takes it, so the bytes are copied. */
  #file(frame: FitspipeFrame): HttpResponse {
    const [header, pixels, padding] = cameraFrameFile(frame);
    return content("image/fits", [header!.slice(), pixels!.slice(), padding!]);
  }

  #picture(feed: string, frame: FitspipeFrame): Picture {
    const last = this.#pictures.get(feed);
    if (last?.number === frame.number) return last;
    const picture: Picture = { number: frame.number, png: this.#render(frame) };
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
  async *#live(
    feed: string,
    request: HttpRequest,
    type: "image/png" | "image/jpeg",
  ): AsyncGenerator<Uint8Array, void, void> {
    const head = encoder.encode(`--${BOUNDARY}\r\nContent-Type: ${type}\r\n\r\n`);
    const ended = AbortSignal.any([request.signal, request.draining]);
    let last: number | undefined;
    yield head;
    while (!ended.aborted) {
      const began = performance.now();
      const frame = await this.#after(feed, last, ended);
      if (frame === undefined) return;
      last = frame.number;
      yield await this.#encoded(feed, frame, type === "image/jpeg");
      // With the picture, the head of the one after: browsers show a part when the next begins.
      yield encoder.encode("\r\n");
      yield head;
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

function wrong(parameter: string, expected: string): HttpResponse {
  return errorResponse(400, `the parameter '${parameter.slice(0, 80)}': expected ${expected}`);
}

function notFound(): HttpResponse {
  return {
    status: 404,
    fields: { "Content-Type": "text/plain; charset=utf-8" },
    body: "Not found\n",
  };
}
