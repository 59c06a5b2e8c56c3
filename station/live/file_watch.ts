/** Files that somebody looks at: their growth is told HDU by HDU. */

import { HttpError } from "../../http/message/http_error.ts";
import { HeliographError } from "../../net/errors.ts";
import type { OpenFiles } from "../api/open_files.ts";
import type { EventBus } from "./bus.ts";

/** Milliseconds between two looks: file systems on a network tell of nothing. */
export const LOOK_MS = 100;
/** Milliseconds after something was written until one looks: much is written at once. */
const REST_MS = 20;
/** Files that are watched at one time. */
const MAX_WATCHED = 64;

/** A file that is watched. */
interface Watched {
  watchers: number;
  /** Ends the looks. */
  readonly end: () => void;
}

/** Watches files while somebody listens. */
export class FileWatch {
  readonly #files: OpenFiles;
  readonly #bus: EventBus;
  readonly #interval: number;
  readonly #watched = new Map<string, Watched>();

  /**
   * Watches nothing at first.
   *
   * @param files The files.
   * @param bus Who hears of them.
   * @param interval Milliseconds between two looks.
   */
  constructor(files: OpenFiles, bus: EventBus, interval: number = LOOK_MS) {
    this.#files = files;
    this.#bus = bus;
    this.#interval = interval;
  }

  /**
   * Watches a file.
   *
   * @param segments The names from the root down.
   * @returns Ends it.
   */
  watch(segments: readonly string[]): () => void {
    const path = segments.join("/");
    let watched = this.#watched.get(path);
    if (watched === undefined) {
      if (this.#watched.size >= MAX_WATCHED) return () => {};
      watched = { watchers: 0, end: this.#begin(path, segments) };
      this.#watched.set(path, watched);
    }
    watched.watchers++;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      if (--watched.watchers > 0) return;
      watched.end();
      this.#watched.delete(path);
    };
  }

  #begin(path: string, segments: readonly string[]): () => void {
    let version: string | undefined;
    let complete = -1;
    let busy = false;
    let soon: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      if (busy) return;
      busy = true;
      try {
        const now = this.#files.versionOf(segments);
        if (now === version) return;
        using inUse = await this.#files.use(segments);
        const { file } = inUse;
        let hdus = 0;
        for await (const hdu of file.fits.hdus) {
          if (hdu.dataOffset + hdu.dataSize <= file.bytes) hdus = hdu.index + 1;
        }
        const before = complete;
        [version, complete] = [now, hdus];
        if (before < 0) return;
        const added = Array.from({ length: Math.max(0, hdus - before) }, (_, i) => before + i);
        this.#bus.publish("files", "file", {
          ...{ path, epoch: file.epoch, hdus, bytes: file.bytes, added },
        });
      } catch (error) {
        // It is not there, or not yet a FITS file: the next look tells.
        if (!(error instanceof HttpError || error instanceof HeliographError)) throw error;
      } finally {
        busy = false;
      }
    };
    const lookSoon = () => {
      soon ??= setTimeout(() => {
        soon = undefined;
        // One that looks now may have come too early.
        if (busy) lookSoon();
        else void look();
      }, REST_MS);
    };
    void look();
    const timer = setInterval(() => void look(), this.#interval);
    const close = this.#hear(segments, lookSoon);
    return () => {
      clearInterval(timer);
      close();
      clearTimeout(soon);
    };
  }

  /** Hears at once of what is written to a file of this machine. */
  #hear(segments: readonly string[], look: () => void): () => void {
    let watcher: Deno.FsWatcher;
    try {
      watcher = Deno.watchFs(this.#files.pathOf(segments));
    } catch {
      // It is not there yet, or the system watches no more files: the looks tell, a little later.
      return () => {};
    }
    void (async () => {
      try {
        for await (const _ of watcher) look();
      } catch (error) {
        // Closed while it waited.
        if (!(error instanceof Deno.errors.BadResource)) throw error;
      }
    })();
    return () => watcher.close();
  }
}
