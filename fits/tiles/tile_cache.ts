/** Decoded tiles that are kept for the next section: bounded in bytes, the longest unused go first. */

import type { StoredPixels } from "./codecs/integers.ts";

/** A decoded tile: its pixels as they are stored, NaN where floating-point ones have no value. */
export interface DecodedTile {
  /** The pixels, axis 1 fastest; where no more was wanted, the first of them. */
  readonly pixels: StoredPixels;
  /** 1 for every integer pixel without a value, where the tile itself says so. */
  readonly missing: Uint8Array | undefined;
}

/** The bytes of tiles that are kept without another limit. */
export const DEFAULT_TILE_CACHE_BYTES: number = 64 << 20;

/** Tiles of an HDU, and HDUs, whose number together is a safe integer. */
const TILES_OF_HDU = 2 ** 40;
const MAX_HDU = 2 ** 13;

/** What a tile takes besides its pixels. */
const ENTRY_BYTES = 256;

/** Decoded tiles of all compressed images of a file. */
export class TileCache {
  /** The most bytes that are kept. */
  readonly maxBytes: number;
  readonly #tiles = new Map<number | string, DecodedTile>();
  #bytes = 0;

  /**
   * Makes an empty cache.
   *
   * @param maxBytes The most bytes that are kept; 0 keeps nothing.
   */
  constructor(maxBytes: number = DEFAULT_TILE_CACHE_BYTES) {
    this.maxBytes = maxBytes;
  }

  /** The bytes that are kept now. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Finds a tile.
   *
   * @param hdu The number of the HDU.
   * @param tile The number of the tile, from 0.
   */
  get(hdu: number, tile: number): DecodedTile | undefined {
    const key = keyOf(hdu, tile);
    const found = this.#tiles.get(key);
    if (found !== undefined) {
      // A Map keeps the order of insertion: the tile becomes the youngest.
      this.#tiles.delete(key);
      this.#tiles.set(key, found);
    }
    return found;
  }

  /** Whether anything of a tile is kept; it becomes no younger. */
  has(hdu: number, tile: number): boolean {
    return this.#tiles.has(keyOf(hdu, tile));
  }

  /**
   * Keeps a tile, and gives up others for it.
   *
   * @param hdu The number of the HDU.
   * @param number The number of the tile, from 0.
   * @param tile The tile, which no one changes from now on.
   */
  put(hdu: number, number: number, tile: DecodedTile): void {
    const bytes = bytesOf(tile);
    if (bytes > this.maxBytes) return;
    const key = keyOf(hdu, number);
    this.#drop(key);
    for (const oldest of this.#tiles.keys()) {
      if (this.#bytes + bytes <= this.maxBytes) break;
      this.#drop(oldest);
    }
    this.#tiles.set(key, tile);
    this.#bytes += bytes;
  }

  /** Gives up all tiles. */
  clear(): void {
    this.#tiles.clear();
    this.#bytes = 0;
  }

  #drop(key: number | string): void {
    const tile = this.#tiles.get(key);
    if (tile === undefined) return;
    this.#tiles.delete(key);
    this.#bytes -= bytesOf(tile);
  }
}

/** Texts cost more than the rest of a look-up: only what no safe integer can hold is one. */
function keyOf(hdu: number, tile: number): number | string {
  return hdu < MAX_HDU && tile < TILES_OF_HDU ? hdu * TILES_OF_HDU + tile : `${hdu} ${tile}`;
}

function bytesOf({ pixels, missing }: DecodedTile): number {
  return pixels.byteLength + (missing?.byteLength ?? 0) + ENTRY_BYTES;
}
