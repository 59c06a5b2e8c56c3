/** The connection to `/live`: frames as they come, frames by number, and a new one when it ends. */

import { type LiveFrame, parseLiveFrame } from "./live_frame.ts";

/** The subprotocol. */
const PROTOCOL = "heliograph.live.1";
/** Milliseconds before the next try, at first and at most. */
const [FIRST_WAIT_MS, MAX_WAIT_MS] = [250, 4_000];

/** Which frames a feed has. */
export interface KeptFrames {
  readonly oldest: number;
  readonly newest: number;
  /** The run of the station that counts them. */
  readonly session: string;
}

/** What a connection tells. */
export interface FrameLinkOptions {
  /** The address of `/live`. */
  readonly url: URL;
  readonly feed: string;
  /** Pixels of the window, until it is known better. */
  readonly size: readonly [width: number, height: number];
  /** The newest frame, each time that there is credit. */
  onFrame(frame: LiveFrame): void;
  /** Which frames there are. */
  onKept(kept: KeptFrames): void;
  /** The station answers, or since when it does not. */
  onState(silentSince: number | undefined): void;
  /** Makes a connection. @default {new WebSocket} */
  readonly connect?: ((url: URL, protocol: string) => WebSocket) | undefined;
}

interface Asked {
  resolve(frame: LiveFrame): void;
  reject(reason: unknown): void;
}

/** A connection that is made again until it is closed. */
export class FrameLink {
  readonly #options: FrameLinkOptions;
  readonly #asked = new Map<number, Asked[]>();
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wait = FIRST_WAIT_MS;
  #silentSince: number | undefined;
  #size: readonly [number, number];
  #credit = 0;
  #isClosed = false;

  /**
   * Connects.
   *
   * @param options The feed, and who hears of it.
   */
  constructor(options: FrameLinkOptions) {
    this.#options = options;
    this.#size = options.size;
    this.#open();
  }

  /** Says how many pixels the window has: frames of more than twice as many come halved. */
  resize(size: readonly [width: number, height: number]): void {
    if (size[0] === this.#size[0] && size[1] === this.#size[1]) return;
    this.#size = size;
    this.#subscribe();
  }

  /** Takes one more frame. */
  more(): void {
    // One is on its way already: what is not yet shown is no reason for another.
    if (this.#credit > 0) return;
    this.#credit = 1;
    this.#say({ credit: 1, feed: `feeds/${this.#options.feed}` });
  }

  /** Asks which frames are kept. */
  askKept(): void {
    this.#say({ kept: `feeds/${this.#options.feed}` });
  }

  /**
   * A frame by its number, all of it.
   *
   * @throws {Error} If it is not kept, or the connection ends before it is there.
   */
  frame(number: number): Promise<LiveFrame> {
    return new Promise((resolve, reject) => {
      if (this.#socket?.readyState !== WebSocket.OPEN) {
        return reject(new Error("The station does not answer"));
      }
      const waiting = this.#asked.get(number) ?? [];
      waiting.push({ resolve, reject });
      this.#asked.set(number, waiting);
      if (waiting.length === 1) this.#say({ number, feed: `feeds/${this.#options.feed}` });
    });
  }

  /** Ends it. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
    this.#fail();
  }

  #open(): void {
    const { url, connect = (at, protocol) => new WebSocket(at, protocol) } = this.#options;
    const socket = connect(url, PROTOCOL);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    socket.onopen = () => {
      this.#wait = FIRST_WAIT_MS;
      this.#silentSince = undefined;
      this.#options.onState(undefined);
      this.askKept();
      this.#subscribe();
    };
    socket.onmessage = ({ data }) => this.#hear(data);
    socket.onclose = () => {
      if (this.#isClosed) return;
      this.#fail();
      this.#silentSince ??= Date.now();
      this.#options.onState(this.#silentSince);
      this.#timer = setTimeout(() => this.#open(), this.#wait);
      this.#wait = Math.min(MAX_WAIT_MS, 2 * this.#wait);
    };
  }

  #hear(data: unknown): void {
    if (typeof data === "string") {
      const kept = JSON.parse(data) as KeptFrames & { gone?: number };
      this.#options.onKept(kept);
      if (kept.gone === undefined) return;
      const words = `Frame ${kept.gone} is not kept: there are ${kept.oldest} to ${kept.newest}`;
      for (const { reject } of this.#take(kept.gone)) reject(new Error(words));
      return;
    }
    const frame = parseLiveFrame(new Uint8Array(data as ArrayBuffer));
    if (frame.isAsked) {
      for (const { resolve } of this.#take(frame.number)) resolve(frame);
      return;
    }
    this.#credit = 0;
    this.#options.onFrame(frame);
  }

  #subscribe(): void {
    const { feed } = this.#options;
    this.#say({ subscribe: `feeds/${feed}`, size: this.#size, credit: this.#credit });
  }

  #say(what: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(what));
  }

  #take(number: number): readonly Asked[] {
    const waiting = this.#asked.get(number) ?? [];
    this.#asked.delete(number);
    return waiting;
  }

  #fail(): void {
    for (const number of [...this.#asked.keys()]) {
      for (const { reject } of this.#take(number)) reject(new Error("The station has gone away"));
    }
  }
}
