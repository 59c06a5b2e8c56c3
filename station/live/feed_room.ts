/** Frames of feeds as FITS files, for anyone who asks for values. */

import { openFits } from "../../fits/file/open.ts";
import { cameraFrameFile } from "../../fits/fitspipe/feed/frame.ts";
import type { FeedStore } from "../../fits/fitspipe/feed/store.ts";
import { wholeNumber } from "../../http/fields/parameters.ts";
import { concatenate } from "../../net/bytes/concatenate.ts";
import { ProtocolError } from "../../net/errors.ts";
import { type FitsInUse, type FitsRoom, OpenFits } from "../api/open_files.ts";
import { ProblemError } from "../api/problem.ts";

/** Frames that are kept open. */
const MAX_OPEN = 8;
const NUMBER = wholeNumber(1, Number.MAX_SAFE_INTEGER);

/** The newest frame of a feed, or one by its number. */
export class FeedRoom implements FitsRoom {
  readonly parameters: readonly string[] = ["number"];
  readonly #store: FeedStore;
  readonly #open = new Map<string, Promise<OpenFits>>();

  /**
   * Takes the feeds of a store.
   *
   * @param store The frames.
   */
  constructor(store: FeedStore) {
    this.#store = store;
  }

  async use(names: readonly string[], query: URLSearchParams): Promise<FitsInUse> {
    const [feed = ""] = names.length === 1 ? names : [];
    const wanted = query.get("number");
    const number = wanted === null ? undefined : NUMBER.read(wanted);
    if (wanted !== null && number === undefined) {
      throw new ProblemError(
        400,
        "bad-value",
        `number is '${wanted.slice(0, 80)}', expected 1 or more`,
        {
          parameter: "number",
        },
      );
    }
    const frame = this.#find(feed, number);
    const key = `${this.#store.session} ${feed} ${frame.number}`;
    let opened = this.#open.get(key);
    if (opened === undefined) {
      // The memory of a frame is used again: the file has its own.
      const bytes = concatenate(cameraFrameFile(frame));
      opened = openFits(bytes).then((fits) => OpenFits.of(`${feed}.fits`, fits, { own: key }));
      this.#open.set(key, opened);
      for (const oldest of this.#open.keys()) {
        if (this.#open.size <= MAX_OPEN) break;
        const gone = this.#open.get(oldest);
        this.#open.delete(oldest);
        gone?.then((file) => file.forget(), () => {});
      }
    }
    const inUse = (await opened).use();
    if (inUse !== undefined) return inUse;
    throw new ProblemError(503, "busy", `frame ${frame.number} of ${feed} is no longer kept`);
  }

  #find(feed: string, number: number | undefined) {
    try {
      const frame = this.#store.get(feed, number);
      if (frame !== undefined) return frame;
      throw new ProblemError(
        404,
        "not-found",
        `frame ${number} of feed '${feed}' has not come yet`,
      );
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      throw new ProblemError(404, "not-found", error.message);
    }
  }
}
