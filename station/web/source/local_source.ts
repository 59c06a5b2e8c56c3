/** A file of this computer, read by a worker. Nothing of it leaves the browser. */

import { parseTile, type Tile } from "../picture/tile.ts";
import { CardList, type CardTriple } from "./card_list.ts";
import {
  type LocalMethod,
  type LocalRequest,
  type LocalResponse,
  READY,
} from "./local_messages.ts";
import type {
  ColumnNumbers,
  FileInfo,
  HduVersion,
  HeaderFinding,
  HistogramAnswer,
  HistogramOptions,
  LimitsAnswer,
  PictureSource,
  PlaneNumber,
  SourceLinks,
  TablePart,
  TableQuery,
  TilePlace,
} from "./picture_source.ts";

/** Tiles that a worker is asked for at a time. */
const MOST_TILES = 2;

/** Trusted types, where the browser has them. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string };
}

let policy: { createScriptURL(url: string): string } | undefined;

/** The address of the worker: the only script that the page starts by its address. */
function workerUrl(): string {
  const url = new URL("./local_worker.ts", import.meta.url).href;
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  policy ??= trustedTypes?.createPolicy("heliograph", {
    createScriptURL: (wanted) => {
      if (wanted !== url) throw new TypeError(`No worker is at ${wanted}`);
      return wanted;
    },
  });
  return policy?.createScriptURL(url) ?? url;
}

/** A worker that reads one file after the other. */
export interface LocalReader {
  readonly worker: Worker;
  /** Resolves when it has loaded all that it may need, and the network may go. */
  readonly ready: Promise<void>;
  /** The number of the last question. */
  last: number;
}

/** Starts a worker that reads one file after the other. */
export function startReader(): LocalReader {
  const worker = new Worker(workerUrl(), { type: "module" });
  const ready = new Promise<void>((resolve) => {
    worker.addEventListener("message", ({ data }: MessageEvent<LocalResponse>) => {
      if (data.id === READY) resolve();
    });
  });
  return { worker, ready, last: READY };
}

interface Waiting {
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}

/** A file of this computer. */
export class LocalSource implements PictureSource {
  readonly links: SourceLinks;
  readonly mostTiles: number = MOST_TILES;
  readonly #reader: LocalReader;
  readonly #waiting = new Map<number, Waiting>();
  readonly #opened: Promise<unknown>;
  readonly #closed = new AbortController();

  /**
   * Opens a file.
   *
   * @param file The file that was dropped or chosen.
   * @param reader The worker; the file that it read before is closed.
   */
  constructor(file: File, reader: LocalReader) {
    this.#reader = reader;
    this.links = { file: undefined, argument: file.name };
    const { signal } = this.#closed;
    reader.worker.addEventListener("message", ({ data }: MessageEvent<LocalResponse>) => {
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if ("error" in data) waiting?.reject(new Error(data.error));
      else waiting?.resolve(data.value);
    }, { signal });
    reader.worker.addEventListener("error", (event) => {
      const error = new Error(event.message || "The worker that reads files cannot be loaded");
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    }, { signal });
    this.#opened = this.#ask("open", [file], signal);
    // The caller hears of it.
    this.#opened.catch(() => {});
  }

  async info(signal: AbortSignal): Promise<FileInfo> {
    await this.#opened;
    return await this.#ask("info", [], signal) as FileInfo;
  }

  async header({ index }: HduVersion, signal: AbortSignal): Promise<CardList> {
    return new CardList(await this.#ask("header", [index], signal) as CardTriple[]);
  }

  async findings({ index }: HduVersion, signal: AbortSignal): Promise<readonly HeaderFinding[]> {
    return await this.#ask("findings", [index], signal) as HeaderFinding[];
  }

  async tile(
    { index }: HduVersion,
    plane: PlaneNumber,
    place: TilePlace,
    signal: AbortSignal,
  ): Promise<Tile> {
    const bytes = await this.#ask("tile", [index, plane, place], signal);
    return parseTile(bytes as Uint8Array<ArrayBuffer>);
  }

  async values({ index }: HduVersion, section: string, signal: AbortSignal): Promise<Tile> {
    const bytes = await this.#ask("values", [index, section], signal);
    return parseTile(bytes as Uint8Array<ArrayBuffer>);
  }

  async limits(
    { index }: HduVersion,
    plane: PlaneNumber,
    options: { readonly limits: string; readonly scope: "plane" | "file" },
    signal: AbortSignal,
  ): Promise<LimitsAnswer> {
    return await this.#ask("limits", [index, plane, options], signal) as LimitsAnswer;
  }

  async histogram(
    { index }: HduVersion,
    plane: PlaneNumber,
    options: HistogramOptions,
    signal: AbortSignal,
  ): Promise<HistogramAnswer> {
    return await this.#ask("histogram", [index, plane, options], signal) as HistogramAnswer;
  }

  async rows(
    { index }: HduVersion,
    first: number,
    last: number,
    query: TableQuery,
    signal: AbortSignal,
  ): Promise<TablePart> {
    return await this.#ask("rows", [index, first, last, query], signal) as TablePart;
  }

  async columns(
    { index }: HduVersion,
    names: readonly string[],
    filter: string | undefined,
    signal: AbortSignal,
  ): Promise<ColumnNumbers> {
    return await this.#ask("columns", [index, names, filter], signal) as ColumnNumbers;
  }

  cutoutUrl(): undefined {
    return undefined;
  }

  close(): void {
    this.#closed.abort(new Error("The file is closed"));
  }

  async #ask(method: LocalMethod, args: readonly unknown[], asked: AbortSignal): Promise<unknown> {
    const signal = AbortSignal.any([asked, this.#closed.signal]);
    signal.throwIfAborted();
    const { worker } = this.#reader;
    const id = ++this.#reader.last;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.set(id, { resolve, reject });
    const abort = () => {
      this.#waiting.delete(id);
      worker.postMessage({ id, method: "abort" } satisfies LocalRequest);
      reject(signal.reason);
    };
    signal.addEventListener("abort", abort, { once: true });
    worker.postMessage({ id, method, args } satisfies LocalRequest);
    try {
      return await promise;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }
}
