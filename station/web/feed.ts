/** The page of a feed: the newest frame as it comes, any that is kept, and what changed. */

import { createViewer } from "./create_viewer.ts";
import { PageAddress } from "./page/address.ts";
import { icon, iconButton } from "./page/controls.ts";
import { h, setText } from "./page/dom.ts";
import { FrameLink, type KeptFrames } from "./source/frame_link.ts";
import { FrameSource, type ShownFrame } from "./source/frame_source.ts";
import { frameSize, type LiveFrame } from "./source/live_frame.ts";
import { readState, writeState } from "./view/url_state.ts";

/** Frames whose times make the rate. */
const RATE_FRAMES = 20;
/** Milliseconds after which a frame is followed, even if it could not all be drawn. */
const PATIENCE_MS = 1_000;

/**
 * Starts the page of a feed.
 *
 * @param place The element with the addresses in `data-source` and `data-live`.
 */
export function startFeed(place: HTMLElement): void {
  const { source = "", live = "", file, argument, program, home = "/" } = place.dataset;
  const url = new URL(live, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const feed = decodeURIComponent(source.slice(source.lastIndexOf("/") + 1));
  const { state } = readState(location.search, location.hash);
  const address = new PageAddress({
    onReturn: (query, fragment) => viewer.goTo(readState(query, fragment).state),
    signal: new AbortController().signal,
  });
  const player = new FeedPlayer(url, feed, {
    file: file === undefined ? undefined : new URL(file, location.href).href,
    argument: argument ?? new URL(source, location.href).href,
  });
  const viewer = createViewer(place, player.source, state, {
    onState: (state, kind) => address.write(writeState(state), kind),
    program,
    player,
    strip: player.element,
    onDrawn: (level, isSettled) => player.drawn(level, isSettled),
    lead: h("a", { href: home, class: "home", title: "The station" }, "Heliograph"),
  });
  player.onInfo = (info) => viewer.model.advance(info);
  player.onProblem = (error) => viewer.model.report(error);
  document.body.classList.add("with-viewer");
}

/** Plays a feed, holds it, and goes through the frames that are kept. */
class FeedPlayer {
  readonly source: FrameSource;
  readonly element: HTMLElement;
  onInfo: (info: Awaited<ReturnType<FrameSource["show"]>>) => void = () => {};
  onProblem: (error: unknown) => void = () => {};
  readonly #link: FrameLink;
  readonly #play = iconButton("pause", "Hold the feed (Space)", () => this.toggle());
  readonly #slider: HTMLInputElement = h("input", {
    type: "range",
    "aria-label": "Frame",
    disabled: true,
    min: 1,
    max: 1,
    onchange: () => void this.#goTo(Number(this.#slider.value)),
  });
  readonly #difference: HTMLInputElement = h("input", {
    type: "checkbox",
    onchange: () => void this.#again(),
  });
  readonly #words = h("span", { class: "feed-words" });
  readonly #gap = h("span", { class: "feed-gap faint" });
  readonly #silence = h("strong", { class: "feed-silence", hidden: true });
  readonly #times: number[] = [];
  #frame: LiveFrame | undefined;
  /** The frame that came before the one that is shown. */
  #before: LiveFrame | undefined;
  #kept: KeptFrames | undefined;
  #isPlaying = true;
  #isShowing = false;
  #isWaiting = true;
  #skipped = 0;
  /** The last frame that was shown as it came, since when nothing was held. */
  #lastLive: number | undefined;
  #wasHeld = false;
  #patience: ReturnType<typeof setTimeout> | undefined;

  constructor(
    url: URL,
    feed: string,
    links: { readonly file: string | undefined; readonly argument: string },
  ) {
    this.#link = new FrameLink({
      url,
      feed,
      size: [innerWidth, innerHeight].map((side) =>
        Math.max(1, Math.ceil(side * devicePixelRatio))
      ) as [number, number],
      onFrame: (frame) => void this.#receive(frame),
      onKept: (kept) => this.#keep(kept),
      onState: (since) => this.#showSilence(since),
    });
    this.source = new FrameSource(feed, (number) => this.#whole(number), links);
    this.element = h(
      "div",
      { class: "feed", role: "group", "aria-label": "Feed" },
      this.#play,
      iconButton("left", "Frame before ([)", () => this.step(-1)),
      this.#slider,
      iconButton("right", "Frame after (])", () => this.step(1)),
      h("label", {}, this.#difference, " difference to the frame before"),
      this.#words,
      this.#gap,
      this.#silence,
    );
    this.#link.more();
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.#next();
    });
  }

  /** Goes on with the newest, or holds what is shown. */
  toggle(): void {
    this.#isPlaying = !this.#isPlaying;
    const label = this.#isPlaying ? "Hold the feed (Space)" : "Show the newest (Space)";
    this.#play.replaceChildren(icon(this.#isPlaying ? "pause" : "play"));
    this.#play.setAttribute("aria-label", label);
    this.#play.title = label;
    this.#slider.disabled = this.#isPlaying;
    this.#times.length = 0;
    if (this.#isPlaying) return this.#next();
    this.#wasHeld = true;
    this.#link.askKept();
    this.#showWords();
    // What is held is seen in full.
    if (this.#frame !== undefined && this.#frame.level > 0) void this.#goTo(this.#frame.number);
  }

  /** Goes to the frame before or after the one that is shown. */
  step(by: 1 | -1): void {
    if (this.#isPlaying) this.toggle();
    if (this.#frame !== undefined) void this.#goTo(this.#frame.number + by);
  }

  /** Something is drawn: all of a frame is when the next may come. */
  drawn(level: number, isSettled: boolean): void {
    const frame = this.#frame;
    if (frame === undefined) return;
    const [width, height] = frameSize(frame);
    const side = 2 ** (level + 1);
    // Such a window that frames come as often halved as they are drawn.
    this.#link.resize([Math.ceil(width / side), Math.ceil(height / side)]);
    if (isSettled && this.#isWaiting) this.#next();
  }

  /** Asks for the next frame, if it is to be shown. */
  #next(): void {
    if (!this.#isPlaying || this.#isShowing || document.hidden) return;
    clearTimeout(this.#patience);
    this.#isWaiting = false;
    this.#link.more();
  }

  async #receive(frame: LiveFrame): Promise<void> {
    const before = this.#frame;
    if (this.#kept !== undefined && frame.number > this.#kept.newest) {
      this.#kept = { ...this.#kept, newest: frame.number };
    }
    if (!this.#isPlaying) return;
    const [from, to] = [(this.#lastLive ?? frame.number) + 1, frame.number - 1];
    const gap = from > to ? "" : from === to ? `not shown: ${to}` : `not shown: ${from} to ${to}`;
    setText(this.#gap, gap);
    // What was not seen while the feed was held is not the browser's slowness.
    if (!this.#wasHeld && from <= to) this.#skipped += to - from + 1;
    this.#wasHeld = false;
    this.#lastLive = frame.number;
    this.#times.push(performance.now());
    if (this.#times.length > RATE_FRAMES) this.#times.shift();
    await this.#show(frame, before);
  }

  async #show(frame: LiveFrame, before: LiveFrame | undefined): Promise<void> {
    this.#isShowing = true;
    this.#isWaiting = true;
    try {
      const info = await this.source.show(await this.#compared(frame, before));
      this.#frame = frame;
      this.#before = before;
      this.onInfo(info);
      this.element.dataset.frame = String(frame.number);
    } catch (error) {
      // The next may be compared with this one again.
      this.#frame = frame;
      this.onProblem(error);
    } finally {
      this.#isShowing = false;
    }
    this.#showWords();
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.#next(), PATIENCE_MS);
  }

  /** The frame and the one to subtract, equally often halved. */
  async #compared(frame: LiveFrame, before: LiveFrame | undefined): Promise<ShownFrame> {
    if (!this.#difference.checked || before === undefined) return { frame };
    if (frame.level === before.level) return { frame, before };
    const wanted = [frame, before].map(async (one) =>
      one.level === 0 ? one : await this.#whole(one.number)
    );
    const [whole, wholeBefore] = await Promise.all(wanted);
    return { frame: whole!, before: wholeBefore };
  }

  /** Shows a frame that is kept, and holds it. */
  async #goTo(number: number): Promise<void> {
    try {
      const frame = number === this.#frame?.number && this.#frame.level === 0
        ? this.#frame
        : await this.#whole(number);
      const before = this.#difference.checked ? await this.#whole(number - 1) : undefined;
      if (this.#isPlaying) return;
      setText(this.#gap, "");
      await this.#show(frame, before);
    } catch (error) {
      this.onProblem(error);
    }
    this.#link.askKept();
  }

  /** Shows the same frame as a difference, or as it is. */
  async #again(): Promise<void> {
    const frame = this.#frame;
    if (frame === undefined) return;
    if (!this.#isPlaying) return await this.#goTo(frame.number);
    await this.#show(frame, this.#before);
  }

  async #whole(number: number): Promise<LiveFrame> {
    for (const frame of [this.#frame, this.#before]) {
      if (frame?.number === number && frame.level === 0) return frame;
    }
    return await this.#link.frame(number);
  }

  #keep(kept: KeptFrames): void {
    // Of another run of the station the numbers started over: nothing came before.
    if (this.#kept !== undefined && kept.session !== this.#kept.session) {
      this.#before = this.#lastLive = undefined;
      if (this.#isPlaying) this.#frame = undefined;
    }
    this.#kept = kept;
    this.#showWords();
  }

  #showWords(): void {
    const frame = this.#frame;
    const kept = this.#kept;
    if (kept !== undefined) {
      this.#slider.min = String(kept.oldest);
      this.#slider.max = String(kept.newest);
    }
    if (frame === undefined) return;
    this.#slider.value = String(frame.number);
    const first = this.#times[0];
    const span = first === undefined ? 0 : this.#times.at(-1)! - first;
    const rate = span > 0 ? `${((this.#times.length - 1) * 1_000 / span).toFixed(1)}/s` : "";
    const time = Number.isNaN(frame.time) ? "" : new Date(frame.time).toISOString().slice(11, 23);
    const range = this.#isPlaying || kept === undefined
      ? ""
      : `held; kept are ${kept.oldest} to ${kept.newest}`;
    const skipped = this.#skipped === 0 ? "" : `${this.#skipped} skipped`;
    const parts = [`frame ${frame.number}`, time, rate, skipped, range];
    setText(this.#words, parts.filter((part) => part !== "").join(" \u00b7 "));
  }

  #showSilence(since: number | undefined): void {
    this.#silence.hidden = since === undefined;
    if (since === undefined) return;
    const time = new Date(since).toTimeString().slice(0, 8);
    setText(this.#silence, `the station does not answer since ${time}`);
  }
}
