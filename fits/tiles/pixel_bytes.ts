/** The pixels of a plain image as bytes, tile by tile. */

import { type TileBox, tileBox, type TileGrid } from "./tile_grid.ts";

/** Where pixels are read from: big-endian bytes, as they are stored. */
export interface PixelBytes {
  /**
   * Reads bytes.
   *
   * @param offset The first, counted from the start of the data.
   * @param target Filled whole.
   */
  readInto(offset: number, target: Uint8Array): Promise<void>;
}

/** A tile of a plain image. */
export interface PlainTile {
  /** Its number, from 0. */
  readonly number: number;
  /** Its place. */
  readonly box: TileBox;
  /** Big-endian pixels, valid until the next tile is asked for. */
  readonly bytes: Uint8Array;
}

/** Bytes that are read together where tiles are small. */
const READ_BYTES = 4 << 20;
/** The most bytes that are read together where a row of tiles has more. */
const MAX_READ_BYTES = 256 << 20;

/**
 * Reads the tiles of an image in the order of their rows: in large pieces, each byte once,
 * unless a row of tiles has more bytes than memory should hold.
 *
 * @param pixels The bytes of the image.
 * @param grid Its tiles.
 * @param size Bytes of a pixel.
 */
export async function* plainTiles(
  pixels: PixelBytes,
  grid: TileGrid,
  size: number,
): AsyncGenerator<PlainTile> {
  const reader = new TileReader(pixels, grid, size);
  for (let number = 0; number < grid.total; number++) {
    const box = tileBox(grid, number);
    yield { number, box, bytes: await reader.tile(box) };
  }
}

class TileReader {
  readonly #pixels: PixelBytes;
  readonly #shape: readonly number[];
  readonly #size: number;
  /** Bytes from one pixel to the next, on each axis. */
  readonly #strides: readonly number[];
  readonly #total: number;
  /** What has been read, and where it begins. */
  #held: Uint8Array = new Uint8Array(0);
  #start = 0;
  #buffer: Uint8Array = new Uint8Array(0);
  #tile: Uint8Array = new Uint8Array(0);

  constructor(pixels: PixelBytes, { shape }: TileGrid, size: number) {
    this.#pixels = pixels;
    this.#shape = shape;
    this.#size = size;
    let stride = size;
    this.#strides = shape.map((length) => {
      const own = stride;
      stride *= length;
      return own;
    });
    this.#total = stride;
  }

  async tile({ start, shape, pixels }: TileBox): Promise<Uint8Array> {
    let first = 0;
    let last = 0;
    for (let axis = 0; axis < start.length; axis++) {
      first += start[axis]! * this.#strides[axis]!;
      last += (start[axis]! + shape[axis]! - 1) * this.#strides[axis]!;
    }
    // The tiles beside it have the same rows: they are read with it.
    const rowBytes = this.#shape[0]! * this.#size;
    const from = first - first % rowBytes;
    const to = last - last % rowBytes + rowBytes;
    if (to - from <= MAX_READ_BYTES) await this.#hold(from, to);
    const runAxes = this.#contiguous(shape);
    const run = shape.slice(0, runAxes).reduce((product, length) => product * length, this.#size);
    const bytes = pixels * this.#size;
    if (run === bytes && this.#holds(first, bytes)) {
      return this.#held.subarray(first - this.#start, first - this.#start + bytes);
    }
    if (this.#tile.length < bytes) this.#tile = new Uint8Array(bytes);
    const place = new Array<number>(shape.length).fill(0);
    for (let at = 0; at < bytes; at += run) {
      let offset = first;
      for (let axis = runAxes; axis < place.length; axis++) {
        offset += place[axis]! * this.#strides[axis]!;
      }
      await this.#copy(offset, this.#tile.subarray(at, at + run));
      let axis = runAxes;
      while (axis < place.length && ++place[axis]! === shape[axis]) place[axis++] = 0;
    }
    return this.#tile.subarray(0, bytes);
  }

  /** How many axes, from the first on, lie one behind the other in the file. */
  #contiguous(shape: readonly number[]): number {
    let axis = 0;
    while (axis < shape.length && shape[axis] === this.#shape[axis]) axis++;
    return Math.min(axis + 1, shape.length);
  }

  #holds(offset: number, length: number): boolean {
    return offset >= this.#start && offset + length <= this.#start + this.#held.length;
  }

  async #hold(from: number, to: number): Promise<void> {
    if (this.#holds(from, to - from)) return;
    const length = Math.min(Math.max(to - from, READ_BYTES), this.#total - from);
    if (this.#buffer.length < length) this.#buffer = new Uint8Array(length);
    this.#held = this.#buffer.subarray(0, length);
    this.#start = from;
    await this.#pixels.readInto(from, this.#held);
  }

  async #copy(offset: number, target: Uint8Array): Promise<void> {
    if (!this.#holds(offset, target.length)) return await this.#pixels.readInto(offset, target);
    target.set(this.#held.subarray(offset - this.#start, offset - this.#start + target.length));
  }
}
