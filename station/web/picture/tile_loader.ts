/** The tiles of one plane: what of them is there, what is asked for, and in which order. */

import { tileIndices } from "./color_table.ts";
import { type Tile, valueAt } from "./tile.ts";
import type { PixelValue } from "./tile.ts";
import { TileCache } from "./tile_cache.ts";
import { TileQueue, type Wanted } from "./tile_queue.ts";
import { TILE_SIZE } from "./transform.ts";

/** Bytes of values that are kept without another limit. */
export const MAX_VALUE_BYTES: number = 256 << 20;
/** Pixels of level 0 behind a tile that is asked for only so that there is something. */
const MAX_ANCESTOR_PIXELS = 64 << 20;
/** Bytes of the rest of an entry. */
const ENTRY_BYTES = 256;

/** Where a tile is in the pyramid. */
export interface TileAddress {
  readonly level: number;
  readonly x: number;
  readonly y: number;
}

/** A tile to be asked for. */
export interface TileRequest extends TileAddress {
  readonly plane: string;
  readonly draft: boolean;
}

/** A tile that is there. */
export interface LoadedTile {
  readonly tile: Tile;
  indices: Uint16Array<ArrayBuffer> | undefined;
  /** The limits that `indices` are of. */
  low: number;
  high: number;
}

/** The plane whose tiles are wanted. */
export interface PlaneShape {
  /** What tells it from other planes and from other versions of it. */
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly levels: number;
  /** Whether coarse levels may be asked for as drafts first. */
  readonly drafts: boolean;
  /** Of planes of one series, the one before is seen until the tiles of the next are there. */
  readonly series?: string | undefined;
}

/** What of a level is wanted. */
export interface WantedRange {
  readonly level: number;
  readonly fromX: number;
  readonly toX: number;
  readonly fromY: number;
  readonly toY: number;
  /** The place, in tiles, that is most looked at. */
  readonly nearX: number;
  readonly nearY: number;
}

/** How tiles are asked for. */
export interface TileLoaderOptions {
  load(request: TileRequest, signal: AbortSignal): Promise<Tile>;
  /** Is called when a tile came. */
  onTile(address: TileAddress): void;
  /** Is called when one did not come. */
  onError(address: TileAddress, error: unknown): void;
  readonly most: number;
  /** Bytes of values that are kept. @default {268435456} */
  readonly maxBytes?: number | undefined;
}

/** The name of a tile in its plane. */
export function tileKey({ level, x, y }: TileAddress): string {
  return `${level}/${x}/${y}`;
}

/** Holds the tiles of the planes that were looked at. */
export class TileLoader {
  readonly #cache: TileCache<LoadedTile>;
  readonly #queue: TileQueue<TileRequest, Tile>;
  readonly #failed = new Map<string, string>();
  /** Whether the tile of the coarsest level, which is all of the plane, is wanted too. */
  wantsTop = false;
  #plane: PlaneShape | undefined;

  /**
   * Makes a loader without a plane.
   *
   * @param options How tiles are asked for.
   */
  constructor(options: TileLoaderOptions) {
    this.#cache = new TileCache(options.maxBytes ?? MAX_VALUE_BYTES);
    this.#queue = new TileQueue({
      most: options.most,
      load: (request, signal) => options.load(request, signal),
      onLoaded: ({ place }, tile) => {
        const key = `${place.plane} ${tileKey(place)}`;
        const loaded = { tile, indices: undefined, low: NaN, high: NaN };
        this.#cache.set(key, loaded, tile.bytes + 2 * tile.width * tile.height + ENTRY_BYTES);
        options.onTile(place);
      },
      onFailed: ({ key, place }, error) => {
        this.#failed.set(key, error instanceof Error ? error.message : String(error));
        options.onError(place, error);
      },
    });
  }

  /** Bytes of values that are held. */
  get bytes(): number {
    return this.#cache.bytes;
  }

  /** Whether nothing is asked for. */
  get isIdle(): boolean {
    return this.#queue.isIdle;
  }

  /** Turns to a plane; tiles of others stay as long as there is room. */
  setPlane(plane: PlaneShape | undefined): void {
    this.#plane = plane;
    this.#queue.want([]);
  }

  /** A tile of the plane, if it is there. */
  get(address: TileAddress): LoadedTile | undefined {
    return this.#cache.get(`${this.#plane?.id} ${tileKey(address)}`);
  }

  /** Why a tile did not come, if so. */
  failureOf(address: TileAddress): string | undefined {
    return this.#failed.get(`${this.#plane?.id} ${tileKey(address)}`);
  }

  /** The indices of a tile's pixels between limits. */
  indicesOf(loaded: LoadedTile, low: number, high: number): Uint16Array<ArrayBuffer> {
    if (loaded.indices === undefined || loaded.low !== low || loaded.high !== high) {
      loaded.indices = tileIndices(loaded.tile, { low, high });
      loaded.low = low;
      loaded.high = high;
    }
    return loaded.indices;
  }

  /** The value of a pixel, counted from 0, if its tile of level 0 is there. */
  valueAt(x: number, y: number): PixelValue | undefined {
    return this.#valueOf(0, x, y);
  }

  /** The mean around a pixel from the finest level that is there, and its level. */
  meanAt(x: number, y: number): { value: PixelValue; level: number } | undefined {
    for (let level = 1; level < (this.#plane?.levels ?? 0); level++) {
      const value = this.#valueOf(level, Math.floor(x / 2 ** level), Math.floor(y / 2 ** level));
      if (value !== undefined) return { value, level };
    }
    return undefined;
  }

  #valueOf(level: number, x: number, y: number): PixelValue | undefined {
    const address = { level, x: Math.floor(x / TILE_SIZE), y: Math.floor(y / TILE_SIZE) };
    const loaded = this.get(address);
    if (loaded === undefined || loaded.tile.isRounded && level === 0) return undefined;
    return valueAt(loaded.tile, x % TILE_SIZE, y % TILE_SIZE);
  }

  /**
   * Says what is looked at: it is asked for in the order in which it is missed.
   *
   * @param range The tiles that are seen, and those around them.
   * @param planes Further planes that are looked at next, from their first to their last.
   */
  want(range: WantedRange, next: readonly PlaneShape[] = []): void {
    const plane = this.#plane;
    if (plane === undefined) return;
    const seen = addressesIn(range);
    const wanted: Wanted<TileRequest>[] = [];
    const pinned = new Set<string>();
    const ask = (shape: PlaneShape, address: TileAddress, draft: boolean) => {
      const key = `${shape.id} ${tileKey(address)}`;
      pinned.add(key);
      const there = this.#cache.get(key);
      const isDone = there !== undefined && (draft || !there.tile.isDraft);
      if (isDone || this.#failed.has(key) && !draft) return;
      wanted.push({ key, place: { ...address, plane: shape.id, draft } });
    };
    const coarse = this.#ancestorOf(seen, plane);
    if (coarse !== undefined) ask(plane, coarse, plane.drafts && coarse.level > 0);
    for (const address of seen) ask(plane, address, plane.drafts && address.level > 0);
    if (this.wantsTop) ask(plane, { level: plane.levels - 1, x: 0, y: 0 }, plane.drafts);
    // Better than drafts, once there is something everywhere.
    if (plane.drafts && range.level > 0 && wanted.length === 0) {
      for (const address of seen) ask(plane, address, false);
    }
    for (const shape of next) for (const address of seen) ask(shape, address, false);
    this.#cache.pin(pinned);
    this.#queue.want(wanted);
  }

  /** One coarse tile behind all that is seen, where nothing is there yet. */
  #ancestorOf(seen: readonly TileAddress[], plane: PlaneShape): TileAddress | undefined {
    const [first] = seen;
    if (first === undefined || seen.length < 3) return undefined;
    if (seen.some((address) => this.get(address) !== undefined)) return undefined;
    for (let level = first.level + 1; level < plane.levels; level++) {
      const step = 2 ** (level - first.level);
      const [x, y] = [Math.floor(first.x / step), Math.floor(first.y / step)];
      const covers = seen.every((tile) =>
        Math.floor(tile.x / step) === x && Math.floor(tile.y / step) === y
      );
      if (!covers) continue;
      const side = TILE_SIZE * 2 ** level;
      const pixels = Math.min(side, plane.width) * Math.min(side, plane.height);
      return pixels <= MAX_ANCESTOR_PIXELS ? { level, x, y } : undefined;
    }
    return undefined;
  }

  /** Asks again for what failed. */
  retry(): void {
    this.#failed.clear();
    this.#queue.retry();
  }

  /** Lets go of everything, and asks for nothing more. */
  close(): void {
    this.#queue.close();
    this.#cache.clear();
  }

  /** Lets go of all values: they come again when they are looked at. */
  clear(): void {
    this.#cache.clear();
  }
}

/** The tiles of a range, nearest first. */
export function addressesIn(range: WantedRange): TileAddress[] {
  const { level, fromX, toX, fromY, toY, nearX, nearY } = range;
  const all: TileAddress[] = [];
  for (let y = fromY; y <= toY; y++) for (let x = fromX; x <= toX; x++) all.push({ level, x, y });
  const distance = ({ x, y }: TileAddress) => Math.hypot(x + 0.5 - nearX, y + 0.5 - nearY);
  return all.sort((a, b) => distance(a) - distance(b));
}
