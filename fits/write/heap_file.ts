/** The heap of a table that is being compressed: in memory while it is small, else in a file. */

import { createPart } from "../../net/own_parts.ts";
import { fileError } from "../../net/file_error.ts";
import { writeWhole } from "../../net/replace_file.ts";
import { MemoryHeap, type TileHeap } from "../tiles/tile_heap.ts";

/** Bytes that are kept in memory. */
const MAX_MEMORY = 64 << 20;
/** Bytes that are read at a time. */
const READ_BYTES = 1 << 20;

/**
 * Where compressed tiles wait until all are done, in a file once they are more than memory should
 * hold: for `compressImage()` and `compressTable()` of images and tables of any size, which are
 * read piece by piece.
 *
 * @example An image of a file, whatever its size
 * ```ts
 * import { compressImage, FileHeap } from "@heliograph/heliograph/fits/compress";
 * import { openFits, writeFits } from "@heliograph/heliograph/fits";
 * import { assertEquals } from "@std/assert";
 *
 * await Deno.mkdir("out", { recursive: true });
 * const pixels = new Int16Array(100 * 100).fill(7);
 * await writeFits("out/plain_image.fits", [{ pixels, shape: [100, 100] }]);
 * {
 *   await using file = await openFits("out/plain_image.fits");
 *   await using heap = new FileHeap("out/plain_image.heap.part");
 *   const packed = await compressImage(await file.hdu(0), { heap });
 *   await writeFits("out/packed_image.fits.fz", [packed]);
 * }
 * await using again = await openFits("out/packed_image.fits.fz");
 * assertEquals((await again.image()).pixels, pixels);
 * ```
 */
export class FileHeap implements TileHeap, AsyncDisposable {
  readonly #memory = new MemoryHeap();
  readonly #path: string;
  readonly #most: number;
  #file: Deno.FsFile | undefined;
  #size = 0;

  /**
   * Begins a heap.
   *
   * @param path Where the file is made, should there be one; it goes with the heap.
   * @param most Bytes that are kept in memory.
   */
  constructor(path: string, most: number = MAX_MEMORY) {
    this.#path = path;
    this.#most = most;
  }

  get size(): number {
    return this.#size;
  }

  add(bytes: Uint8Array): void | Promise<void> {
    this.#size += bytes.length;
    if (this.#size <= this.#most) return this.#memory.add(bytes);
    return this.#write(bytes);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    try {
      this.#file ??= (await createPart(() => this.#path, { read: true })).file;
      await writeWhole(this.#file, bytes);
    } catch (error) {
      throw fileError(error, "write", this.#path);
    }
  }

  async *pieces(): AsyncGenerator<Uint8Array> {
    yield* this.#memory.pieces();
    if (this.#file === undefined) return;
    await this.#file.seek(0, Deno.SeekMode.Start);
    const buffer = new Uint8Array(READ_BYTES);
    for (let count = await this.#file.read(buffer); count !== null;) {
      yield buffer.subarray(0, count);
      count = await this.#file.read(buffer);
    }
  }

  /** Removes the file. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#file === undefined) return;
    this.#file.close();
    this.#file = undefined;
    await Deno.remove(this.#path);
  }
}
