/** Tiles decoded: the algorithm, the fallbacks, floating-point numbers from integers, missing pixels. */

import { FormatError } from "../../net/errors.ts";
import { PIXEL_ARRAYS, storedType } from "../image/pixels.ts";
import { decodeTile, loadCodec, mostPixels } from "./codecs/codec.ts";
import type { Compression } from "./compression.ts";
import { dequantize } from "./codecs/dequantize.ts";
import { decodeGzip, MAX_DEFLATE_RATIO, putBigEndian } from "./codecs/gzip.ts";
import type { StoredPixels } from "./codecs/integers.ts";
import type { DecodedTile } from "./tile_cache.ts";
import type { TileEntry } from "./tile_table.ts";

/** A tile to be decoded. */
export interface EncodedTile {
  /** Which tile it is. */
  readonly share: {
    readonly number: number;
    readonly box: { readonly shape: readonly number[]; readonly pixels: number };
  };
  /** How it is meant. */
  readonly entry: TileEntry;
  /** Its bytes. */
  readonly bytes: Uint8Array;
  /** The bytes of its NULL_PIXEL_MASK. */
  readonly mask: Uint8Array;
}

/** Decodes the tiles of one image. */
export class TileDecoder {
  readonly #compression: Compression;
  /** Integers of a quantised tile, used again for the next. */
  #integers: Int32Array<ArrayBuffer> = new Int32Array(0);
  /** Pixels of a tile that is not kept, used again for the next. */
  #pixels: StoredPixels | undefined;

  private constructor(compression: Compression) {
    this.#compression = compression;
  }

  /**
   * Makes a decoder, its kernels loaded.
   *
   * @param compression How the image is compressed.
   */
  static async load(compression: Compression): Promise<TileDecoder> {
    await loadCodec(compression.codec, compression.quantized);
    if (compression.maskCodec !== undefined) await loadCodec(compression.maskCodec, false);
    return new TileDecoder(compression);
  }

  /**
   * Decodes a tile.
   *
   * @param tile The tile.
   * @param keep Whether the result is kept; else its memory is used again for the next.
   * @param least How many of its pixels are wanted, from the first on; there may be more.
   * @returns Its pixels.
   * @throws {FormatError} If the tile is damaged.
   */
  decode(tile: EncodedTile, keep: boolean, least: number = tile.share.box.pixels): DecodedTile {
    this.#checkRoom(tile);
    const count = this.#mayEnd(tile) ? least : tile.share.box.pixels;
    const pixels = keep ? this.#newPixels(count) : this.#scratch(count);
    this.decodeInto(tile, pixels);
    return { pixels, missing: this.#missing(tile, pixels) };
  }

  /**
   * Decodes a tile into memory of the caller. What the tile itself says of missing integers is
   * left out.
   *
   * @param tile The tile.
   * @param target As many stored pixels as the tile has, or fewer where that may end early.
   * @throws {FormatError} If the tile is damaged.
   */
  decodeInto(tile: EncodedTile, target: StoredPixels): void {
    this.#checkRoom(tile);
    const { entry, bytes, share: { box } } = tile;
    if (entry.form === "gzip") return decodeGzip(bytes, target, { shuffled: false });
    if (entry.form === "plain") return this.#takePlain(tile, target);
    const { codec, parameters, quantized, plioOffset } = this.#compression;
    if (quantized) return this.#decodeQuantized(tile, target);
    if (plioOffset !== 0) return this.#decodeOffset(tile, target);
    decodeTile(codec, parameters, bytes, target, box);
  }

  #decodeQuantized({ entry, bytes, share: { number, box } }: EncodedTile, target: StoredPixels) {
    const { codec, parameters, dither, seed } = this.#compression;
    const values = this.#someIntegers(target.length);
    decodeTile(codec, parameters, bytes, values, box);
    dequantize(values, target as Float32Array | Float64Array, {
      scale: entry.scale,
      zero: entry.zero,
      blank: entry.blank,
      dither,
      seed,
      tile: number,
    });
  }

  /** PLIO has no values below 0: unsigned 16-bit pixels are stored with the offset of BZERO. */
  #decodeOffset({ bytes, share: { box } }: EncodedTile, target: StoredPixels): void {
    const { codec, parameters, plioOffset } = this.#compression;
    const values = this.#someIntegers(box.pixels);
    decodeTile(codec, parameters, bytes, values, box);
    for (let i = 0; i < values.length; i++) {
      const value = values[i]! - plioOffset;
      if (value > 32_767) {
        throw new FormatError(`the value ${values[i]} of pixel ${i + 1}, expected at most 65535`);
      }
      target[i] = value;
    }
  }

  #takePlain({ entry, bytes, share: { box } }: EncodedTile, target: StoredPixels): void {
    const size = entry.elementBytes;
    if (
      (size !== 1 && size !== 2 && size !== 4 && size !== 8) || bytes.length / size !== box.pixels
    ) {
      // A column of bytes may hold pixels of any size.
      const each = bytes.length / box.pixels;
      if (size === 1 && each === target.BYTES_PER_ELEMENT) {
        return putBigEndian(bytes, each as 1 | 2 | 4 | 8, target);
      }
      throw new FormatError(`${bytes.length} bytes for ${box.pixels} pixels of ${size} bytes`);
    }
    putBigEndian(bytes, size, target);
  }

  /** Whether decoding may end before the last pixel: Rice makes one after the other. */
  #mayEnd({ entry, mask }: EncodedTile): boolean {
    return this.#compression.codec === "RICE_1" && entry.form === "compressed" && mask.length === 0;
  }

  /** What the tile says of integers without a value: ZBLANK of its own, or a mask. */
  #missing(tile: EncodedTile, pixels: StoredPixels): Uint8Array | undefined {
    const { blank, maskCodec, parameters, bitpix } = this.#compression;
    if (bitpix < 0 && tile.mask.length === 0) return undefined;
    let missing: Uint8Array<ArrayBuffer> | undefined;
    if (tile.mask.length > 0) {
      if (maskCodec === undefined) {
        throw new FormatError("it has a NULL_PIXEL_MASK, but no ZMASKCMP");
      }
      missing = new Uint8Array(pixels.length);
      decodeTile(maskCodec, { ...parameters, bytePix: 1 }, tile.mask, missing, tile.share.box);
    }
    const own = tile.entry.blank;
    if (blank.column === undefined || own === undefined) return missing;
    for (let i = 0; i < pixels.length; i++) {
      if (Number(pixels[i]) !== own) continue;
      missing ??= new Uint8Array(pixels.length);
      missing[i] = 1;
    }
    return missing;
  }

  /** Makes sure that the bytes can stand for so many pixels, before memory is taken for them. */
  #checkRoom({ entry, bytes, share: { box } }: EncodedTile): void {
    const { codec, parameters } = this.#compression;
    const most = entry.form === "gzip"
      ? bytes.length * MAX_DEFLATE_RATIO
      : entry.form === "plain"
      ? bytes.length
      : mostPixels(codec, parameters, bytes.length);
    if (box.pixels <= most) return;
    throw new FormatError(
      `its ${bytes.length} bytes stand for at most ${Math.max(0, most)} pixels, expected ` +
        `${box.pixels}`,
    );
  }

  #newPixels(count: number): StoredPixels {
    return new PIXEL_ARRAYS[storedType(this.#compression.bitpix)](count);
  }

  #scratch(count: number): StoredPixels {
    if (this.#pixels === undefined || this.#pixels.length < count) {
      this.#pixels = this.#newPixels(count);
    }
    return this.#pixels.subarray(0, count) as StoredPixels;
  }

  #someIntegers(count: number): Int32Array<ArrayBuffer> {
    if (this.#integers.length < count) this.#integers = new Int32Array(count);
    return this.#integers.subarray(0, count);
  }
}
