/** Threads that decode the tiles of compressed images: what they are given, and what they give. */

import type { StoredType } from "./pixels.ts";

/** A tile among those of a job. */
export interface JobTile {
  /** The tile's number, from 0. */
  readonly number: number;
  /** Its lengths, axis 1 first. */
  readonly shape: readonly number[];
  /** How many pixels it has. */
  readonly pixels: number;
  /** Where its bytes begin within those of the job. */
  readonly start: number;
  /** Where they end. */
  readonly end: number;
  /** How it is meant, as its row of the table says. */
  readonly entry: object;
}

/** Tiles that are decoded together. */
export interface TileJob {
  /** How the image is compressed. */
  readonly compression: object;
  /** The type of the pixels as they are stored. */
  readonly type: StoredType;
  /** The tiles. */
  readonly tiles: readonly JobTile[];
  /** Their bytes. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What became of a job. */
export interface TileAnswer {
  /** The pixels of all tiles, one tile behind the other. */
  readonly pixels: ArrayBuffer;
  /** What is wrong with damaged tiles, by their places in the job. */
  readonly damage: ReadonlyMap<number, string>;
}

/** Threads that take jobs, such as `TileWorkers` of `@heliograph/heliograph/fits/compress`. */
export interface TileThreads {
  /** Whether a job given now would be begun soon. */
  readonly free: boolean;
  /**
   * Decodes tiles.
   *
   * @param job The tiles.
   * @returns Their pixels; rejected if there is no thread that can do it.
   */
  decode(job: TileJob): Promise<TileAnswer>;
  /** Lets answers arrive that are there already. */
  turn(): Promise<void>;
}
