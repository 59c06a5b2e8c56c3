/** Tile-compressed images: sections read and decoded tile by tile (FITS 4.0, section 10.1). */

import { ClosedError, FormatError, LimitError } from "../../net/errors.ts";
import type { HduData } from "../hdu/data.ts";
import type { Bitpix } from "../hdu/layout.ts";
import type { Header } from "../header/header.ts";
import { type ImageOptions, resultArray } from "../image/image.ts";
import {
  type Image,
  imageScaling,
  PIXEL_ARRAYS,
  type PixelType,
  type Scaling,
  storedType,
} from "../image/pixels.ts";
import { resolveSection } from "../image/section.ts";
import {
  compressedBitpix,
  compressedShape,
  type Compression,
  readCompression,
} from "./compression.ts";
import { imageHeader } from "./image_header.ts";
import type { StoredPixels } from "./codecs/integers.ts";
import { putExact, type PutPixels, putScaled } from "./put_pixels.ts";
import type { DecodedTile, TileCache } from "./tile_cache.ts";
import { TileDecoder } from "./tile_decoder.ts";
import { MIN_THREAD_PIXELS, TileBatches } from "./tile_job.ts";
import { TileError } from "../image/tile_error.ts";
import { type TileShare, tilesOf } from "./tile_grid.ts";
import { type LoadedTile, loadTiles } from "./tile_loader.ts";
import { TileTable } from "./tile_table.ts";
import { ChangedFileError } from "../source/source.ts";

/** The most bytes of an image that is decoded at once: its header alone may ask for any number. */
const MAX_IMAGE_BYTES = 2 ** 32;

/** A section of at most this part of the cache is kept whole; of a larger one, tiles it cuts. */
const CACHE_SHARE = 4;

/** A compressed image of an open file. */
export class CompressedImage {
  readonly #data: HduData;
  readonly #cache: TileCache;
  #header: Header | undefined;
  #compression: Compression | undefined;
  #table: TileTable | undefined;

  /**
   * Makes a reader; nothing is read yet.
   *
   * @param data The data of the table that stores the image.
   * @param cache Where decoded tiles are kept.
   */
  constructor(data: HduData, cache: TileCache) {
    this.#data = data;
    this.#cache = cache;
  }

  /** The header of the image within. */
  get header(): Header {
    return this.#header ??= imageHeader(this.#data.header);
  }

  /** BITPIX of the image within; that of the table where the header does not tell it. */
  get bitpix(): Bitpix {
    return orElse(() => compressedBitpix(this.#data.header), this.#data.layout.bitpix);
  }

  /** The lengths of the axes of the image within, axis 1 first; none where they are not told. */
  get shape(): readonly number[] {
    return orElse(() => compressedShape(this.#data.header), []);
  }

  /** The lengths of a tile; none where the header does not tell how the image is compressed. */
  get tile(): readonly number[] {
    return orElse(() => this.#readCompression().grid.tile, []);
  }

  /** What is wrong with how the image is compressed; none of it unless it cannot be read. */
  get problems(): readonly string[] {
    try {
      readCompression(this.#data.header, this.#data.layout);
      return [];
    } catch (error) {
      if (error instanceof FormatError) return [error.message];
      throw error;
    }
  }

  /**
   * Reads the image, or a section of it: only the tiles that it touches.
   *
   * @param options The section, the form of the pixels, and what becomes of damaged tiles.
   * @returns The pixels.
   * @throws {FormatError} If the header does not tell how the image is compressed.
   * @throws {TileError} If a tile is damaged or missing.
   * @throws {LimitError} If the result would be larger than memory should hold.
   */
  async read(options: ImageOptions = {}): Promise<Image> {
    const compression = this.#readCompression();
    const section = resolveSection(options.section, compression.grid.shape, this.#data.title);
    const length = section.shape.reduce((product, count) => product * count, 1);
    const count = section.shape.length === 0 ? 0 : length;
    const scaling = this.#scaling(compression, options);
    const type = resultType(compression, scaling, options);
    if (count * PIXEL_ARRAYS[type].BYTES_PER_ELEMENT > MAX_IMAGE_BYTES) {
      throw new LimitError(
        `Cannot read ${count} ${type} pixels of ${this.#data.title}: the limit is ` +
          `${MAX_IMAGE_BYTES} bytes: read sections of it`,
        { source: this.#data.source.name },
      );
    }
    const decoder = await TileDecoder.load(compression);
    const table = this.#table ??= new TileTable(this.#data, compression);
    if (this.#data.source.sequential) await table.readAll();
    const tiles = loadTiles(this.#data, compression, table, tilesOf(compression.grid, section), {
      kept: (share) => {
        const tile = this.#cache.get(this.#data.place.index, share.number);
        return tile !== undefined && tile.pixels.length >= pixelsUpTo(share) ? tile : undefined;
      },
      signal: options.signal,
    });
    let result: SectionPixels | undefined;
    // Threads end in any order; damage is told of in that of the tiles.
    const damaged: TileError[] = [];
    const later = options.onDamage && ((error: TileError) => void damaged.push(error));
    const batches = options.workers === undefined || count < MIN_THREAD_PIXELS
      ? undefined
      : new TileBatches(options.workers, compression, {
        decode: (loaded) =>
          this.#takeTile(loaded, decoder, result!, { ...options, onDamage: later }),
        put: (loaded, pixels) => this.#takeDecoded(loaded, { pixels, missing: undefined }, result!),
      });
    for await (const together of tiles) {
      // No memory is taken before there is something to put into it.
      result ??= new SectionPixels(type, count, section.shape, compression, scaling, options);
      for (const loaded of together) {
        if (batches?.takes(loaded)) await batches.add(loaded);
        else if (batches === undefined) this.#takeTile(loaded, decoder, result, options);
        else this.#takeTile(loaded, decoder, result, { ...options, onDamage: later });
      }
    }
    await batches?.finish();
    options.signal?.throwIfAborted();
    damaged.sort((a, b) => (a.tile ?? 0) - (b.tile ?? 0));
    for (const error of damaged) options.onDamage?.(error);
    const pixels = result?.pixels ?? resultArray(type, count, options);
    return { type, pixels, shape: section.shape } as Image;
  }

  #readCompression(): Compression {
    if (this.#compression !== undefined) return this.#compression;
    const { header, layout, place, source, title } = this.#data;
    try {
      return this.#compression = readCompression(header, layout);
    } catch (cause) {
      if (!(cause instanceof FormatError)) throw cause;
      throw new FormatError(`Cannot read the compressed image in ${title}: ${cause.message}`, {
        cause,
        source: source.name,
        offset: place.headerOffset,
      });
    }
  }

  /** How pixels are scaled; doubles where tiles themselves may say that pixels have no value. */
  #scaling(compression: Compression, options: ImageOptions): Scaling {
    const scaling = imageScaling(this.header, compression.bitpix);
    const mayMiss = compression.bitpix > 0 &&
      (compression.mask !== undefined || compression.blank.column !== undefined ||
        options.onDamage !== undefined);
    return mayMiss ? { ...scaling, exact: undefined, type: "float64" } : scaling;
  }

  /** Whether a decoded tile is kept for the next section. */
  #keeps({ share }: LoadedTile, result: SectionPixels): boolean {
    const { maxBytes } = this.#cache;
    return share.box.pixels * result.storedBytes < maxBytes &&
      (!share.whole || result.bytes * CACHE_SHARE <= maxBytes);
  }

  /** Puts what another thread has decoded into its place. */
  #takeDecoded(loaded: LoadedTile, tile: DecodedTile, result: SectionPixels): void {
    if (this.#keeps(loaded, result)) {
      this.#cache.put(this.#data.place.index, loaded.share.number, tile);
    }
    result.put(tile, loaded.share);
  }

  #takeTile(
    loaded: LoadedTile,
    decoder: TileDecoder,
    result: SectionPixels,
    options: ImageOptions,
  ): void {
    const { share, entry } = loaded;
    const { place: { index, dataOffset }, source, title } = this.#data;
    try {
      if (loaded.kept !== undefined) return result.put(loaded.kept, share);
      if (loaded.failure !== undefined) throw loaded.failure;
      const keep = this.#keeps(loaded, result);
      if (!keep && result.takes(share)) return decoder.decodeInto(loaded, result.place(share));
      // What lies behind the last pixel that is wanted of a row waits until someone wants it; of
      // other tiles, further sections want nearly all soon.
      const isRow = share.box.pixels === share.box.shape[0];
      const whole = keep && (!isRow || this.#cache.has(index, share.number));
      const tile = decoder.decode(loaded, keep, whole ? share.box.pixels : pixelsUpTo(share));
      if (keep) this.#cache.put(index, share.number, tile);
      result.put(tile, share);
    } catch (cause) {
      if (!isDamage(cause)) throw cause;
      const first = share.box.start.map((start) => start + 1);
      const last = first.map((start, axis) => start + share.box.shape[axis]! - 1);
      const pixels = first.map((start, axis) => `${start}:${last[axis]}`).join(",");
      const offset = dataOffset + entry.offset;
      const error = new TileError(
        `Cannot decode tile ${share.number + 1} (pixels ${pixels}) of ${title} at byte ` +
          `${offset}: ${cause.message}`,
        { cause, source: source.name, offset, hdu: index, tile: share.number + 1 },
      );
      if (options.onDamage === undefined) throw error;
      options.onDamage(error);
      result.blank(share);
    }
  }
}

/** How many pixels a tile has up to the last one that is wanted of it. */
function pixelsUpTo({ box, from, step, count }: TileShare): number {
  let last = 0;
  for (let axis = count.length - 1; axis >= 0; axis--) {
    last = last * box.shape[axis]! + from[axis]! + (count[axis]! - 1) * step[axis]!;
  }
  return last + 1;
}

function orElse<T>(read: () => T, fallback: T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof FormatError) return fallback;
    throw error;
  }
}

function isDamage(error: unknown): error is FormatError | LimitError | ClosedError {
  return !(error instanceof ChangedFileError) &&
    (error instanceof FormatError || error instanceof LimitError || error instanceof ClosedError);
}

function resultType(
  compression: Compression,
  scaling: Scaling,
  options: ImageOptions,
): PixelType {
  if (options.physical === false) return storedType(compression.bitpix);
  return options.as ?? scaling.type;
}

/** The pixels of a section, which tiles are put into. */
class SectionPixels {
  readonly pixels: Image["pixels"];
  /** Bytes of a pixel as it is stored. */
  readonly storedBytes: number;
  /** Bytes of the section's pixels as they are stored. */
  readonly bytes: number;
  readonly #shape: readonly number[];
  readonly #put: PutPixels;
  /** Whether stored pixels and pixels of the result have the same bytes, but for a flipped bit. */
  readonly #exact: boolean;
  readonly #flip: boolean;
  readonly #stored: PixelType;
  readonly #scaling: Scaling;

  constructor(
    type: PixelType,
    count: number,
    shape: readonly number[],
    { bitpix }: Compression,
    scaling: Scaling,
    options: ImageOptions,
  ) {
    const stored = storedType(bitpix);
    this.pixels = resultArray(type, count, options);
    this.storedBytes = PIXEL_ARRAYS[stored].BYTES_PER_ELEMENT;
    this.bytes = count * this.storedBytes;
    this.#shape = shape;
    this.#stored = stored;
    this.#scaling = scaling;
    this.#exact = options.physical === false ||
      (type === scaling.exact && scaling.blank === undefined);
    this.#flip = this.#exact && type !== stored;
    this.#put = this.#exact
      ? putExact(this.pixels, this.#flip)
      : putScaled(this.pixels as Float64Array<ArrayBuffer>, scaling);
  }

  /** Whether a tile's pixels lie one behind the other in the result, in its own form. */
  takes({ count, whole }: TileShare): boolean {
    return whole && this.#exact && !this.#flip && this.#run(count) === count.length;
  }

  /** The place of such a tile. */
  place({ at, box }: TileShare): StoredPixels {
    const start = this.#index(at);
    return this.pixels.subarray(start, start + box.pixels) as StoredPixels;
  }

  /** Puts the shared pixels of a tile into their places. */
  put({ pixels, missing }: DecodedTile, share: TileShare): void {
    this.#eachRun(share, (from, step, count, at) => {
      this.#put(pixels, from, step, count, at);
      if (missing === undefined) return;
      for (let i = 0; i < count; i++) if (missing[from + i * step] === 1) this.#blankOne(at + i);
    });
  }

  /** Leaves the pixels of a damaged tile without a value. */
  blank(share: TileShare): void {
    this.#eachRun(share, (_from, _step, count, at) => {
      for (let i = 0; i < count; i++) this.#blankOne(at + i);
    });
  }

  /** NaN; stored integers get BLANK where there is one, else 0. */
  #blankOne(at: number): void {
    const { pixels } = this;
    if (pixels instanceof Float32Array || pixels instanceof Float64Array) {
      pixels[at] = NaN;
      return;
    }
    const blank = this.#scaling.blank ?? 0;
    if (pixels instanceof BigInt64Array || pixels instanceof BigUint64Array) {
      pixels[at] = BigInt(blank);
    } else pixels[at] = Number(blank);
  }

  /** The first axis from which on the shared pixels are no longer one run. */
  #run(count: readonly number[]): number {
    let axis = 0;
    while (axis < count.length && count[axis] === this.#shape[axis]) axis++;
    // The next axis may be shared in part; those behind it must be of one pixel.
    axis++;
    while (axis < count.length && count[axis] === 1) axis++;
    return Math.min(axis, count.length);
  }

  #index(at: readonly number[]): number {
    let index = 0;
    for (let axis = at.length - 1; axis >= 0; axis--) {
      index = index * this.#shape[axis]! + at[axis]!;
    }
    return index;
  }

  /** Calls a function for every run of axis 1: where it begins in the tile and in the result. */
  #eachRun(
    { box, from, step, count, at, whole }: TileShare,
    take: (from: number, step: number, count: number, at: number) => void,
  ): void {
    if (whole && this.#run(count) === count.length) {
      return take(0, 1, box.pixels, this.#index(at));
    }
    const place = new Array<number>(count.length).fill(0);
    for (;;) {
      let source = 0;
      let target = 0;
      for (let axis = count.length - 1; axis >= 0; axis--) {
        source = source * box.shape[axis]! + from[axis]! + place[axis]! * step[axis]!;
        target = target * this.#shape[axis]! + at[axis]! + place[axis]!;
      }
      take(source, step[0]!, count[0]!, target);
      let axis = 1;
      while (axis < place.length && ++place[axis]! === count[axis]) place[axis++] = 0;
      if (axis >= place.length) return;
    }
  }
}
