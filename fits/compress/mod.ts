/**
 * Images and tables compressed in tiles (FITS 4.0, section 10), as `heliograph fits compress`
 * writes them.
 *
 * @example An image of an open file, compressed piece by piece
 * ```ts
 * import { compressImage, compressTable } from "@heliograph/heliograph/fits/compress";
 * import { encodeFits, openFits, tableHdu } from "@heliograph/heliograph/fits";
 * import { assertEquals } from "@std/assert";
 *
 * const pixels = Int16Array.from({ length: 400 }, (_, i) => i % 9);
 * const columns = [{ name: "N", values: Int32Array.of(1, 2, 3) }];
 * const plain = await encodeFits([{ pixels, shape: [20, 20] }, tableHdu({ columns, name: "T" })]);
 * await using file = await openFits(plain);
 * const packed = await encodeFits([
 *   await compressImage(await file.hdu(0), { algorithm: "rice", tile: [20, 5] }),
 *   await compressTable(await file.hdu("T")),
 * ]);
 * await using again = await openFits(packed);
 * assertEquals((await again.image({ section: "1:3,2" })).pixels, Int16Array.of(2, 3, 4));
 * assertEquals((await again.table({ hdu: "T" })).columns[0]!.values, Int32Array.of(1, 2, 3));
 * ```
 *
 * @module
 */

export { TileWorkers } from "../workers/tile_workers.ts";
export { FileHeap } from "../write/heap_file.ts";
export { compressImage, compressTable } from "../write/compress.ts";
export type { CompressOptions, TileAlgorithm } from "../tiles/tile_settings.ts";
export type { CompressionWork } from "../tiles/compress_image.ts";
export type { JobTile, TileAnswer, TileJob, TileThreads } from "../image/tile_threads.ts";
export type { TileHeap } from "../tiles/tile_heap.ts";
