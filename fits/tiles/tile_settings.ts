/** How an image is going to be compressed: what was asked for, checked against the image. */

import { FormatError } from "../../net/errors.ts";
import type { Bitpix } from "../hdu/layout.ts";
import type { Header } from "../header/header.ts";
import type { CodecName } from "./codecs/codec.ts";
import type { Quantization } from "./encoders/quantize.ts";
import { type TileGrid, tileGrid } from "./tile_grid.ts";

/** The algorithms by the names that people type. */
export type TileAlgorithm = "rice" | "gzip1" | "gzip2" | "plio" | "hcompress" | "none";

/** How an image is compressed. */
export interface CompressOptions {
  /**
   * The algorithm. Without it integers of at most 32 bits and quantised floats are stored by
   * Rice; others, without loss, by GZIP_2.
   */
  readonly algorithm?: TileAlgorithm | undefined;
  /**
   * The lengths of a tile, axis 1 first, or `"whole"` for one tile. Axes that are not named have
   * length 1.
   *
   * @default {a row; for HCOMPRESS about 16 rows}
   */
  readonly tile?: readonly number[] | "whole" | undefined;
  /**
   * For floating-point pixels: how many steps the noise of a tile is divided into. Below 0 it is
   * the step itself; 0 stores them without loss.
   *
   * @default {4}
   */
  readonly quantize?: number | undefined;
  /**
   * The method of dithering quantised floats: 0 none, 1, or 2, which keeps pixels of exactly 0.
   *
   * @default {1}
   */
  readonly dither?: 0 | 1 | 2 | undefined;
  /**
   * ZDITHER0, 1 to 10000.
   *
   * @default {from the sum of the first tile's bytes, so that it is the same every time}
   */
  readonly seed?: number | undefined;
  /**
   * For HCOMPRESS: above 1, pixels are rounded to about this step.
   *
   * @default {0}
   */
  readonly scale?: number | undefined;
  /** For HCOMPRESS: whether readers are asked to smooth. @default {false} */
  readonly smooth?: boolean | undefined;
}

/** What is compressed. */
export interface PlainImage {
  readonly bitpix: Bitpix;
  /** The lengths of the axes, axis 1 first. */
  readonly shape: readonly number[];
  /** The header of the image. */
  readonly header: Header;
}

/** How an image is going to be compressed. */
export interface TileSettings {
  readonly bitpix: Bitpix;
  readonly codec: CodecName;
  readonly grid: TileGrid;
  /** How floats are made whole numbers; undefined where pixels are stored as they are. */
  readonly quantization: Quantization | undefined;
  /** ZDITHER0; undefined where the first tile tells it. */
  readonly seed: number | undefined;
  /** Bytes of the elements that the algorithm gets. */
  readonly elementBytes: 1 | 2 | 4 | 8;
  /** How much PLIO values are greater than the stored pixels. */
  readonly plioOffset: number;
  /** SCALE and SMOOTH of HCOMPRESS. */
  readonly scale: number;
  readonly smooth: boolean;
  /** BLANK of integers. */
  readonly blank: number | undefined;
}

const CODECS: Readonly<Record<TileAlgorithm, CodecName>> = {
  rice: "RICE_1",
  gzip1: "GZIP_1",
  gzip2: "GZIP_2",
  plio: "PLIO_1",
  hcompress: "HCOMPRESS_1",
  none: "NOCOMPRESS",
};

/** The names of the algorithms. */
export const TILE_ALGORITHMS: readonly TileAlgorithm[] = Object.keys(CODECS) as TileAlgorithm[];

/** Steps of the noise where nothing else is asked for. */
const LEVEL = 4;
/** The least length of a tile for HCOMPRESS, on the axes that it has. */
const MIN_HCOMPRESS = 4;
/** Rows of a tile for HCOMPRESS, the best first, so that the last tile is not too short. */
const HCOMPRESS_ROWS = [16, 24, 20, 30, 28, 26, 22, 18, 14];

/**
 * Decides how an image is compressed.
 *
 * @param image The image.
 * @param options What is asked for.
 * @throws {FormatError} If it cannot be, or only with a loss that was not asked for.
 */
export function tileSettings(image: PlainImage, options: CompressOptions): TileSettings {
  const { bitpix, shape, header } = image;
  if (shape.length === 0 || shape.includes(0)) {
    throw new FormatError("it has no pixels");
  }
  const { quantize = LEVEL, dither = 1, seed, scale = 0 } = options;
  if (!Number.isFinite(quantize)) {
    throw new FormatError(`the level of quantisation is ${quantize}, expected a number`);
  }
  if (seed !== undefined && !(Number.isInteger(seed) && seed >= 1 && seed <= 10_000)) {
    throw new FormatError(`the seed is ${seed}, expected 1 to 10000`);
  }
  if (!Number.isInteger(scale) || scale < 0 || scale > 2_147_483_647) {
    throw new FormatError(`the scale is ${scale}, expected a whole number, 0 or more`);
  }
  const quantized = bitpix < 0 && quantize !== 0 && options.algorithm !== "none";
  const algorithm = options.algorithm ??
    (bitpix === 64 || (bitpix < 0 && !quantized) ? "gzip2" : "rice");
  checkAlgorithm(algorithm, bitpix, quantized);
  const codec = CODECS[algorithm];
  const integer = header.integer("BLANK");
  return {
    bitpix,
    codec,
    grid: tileGrid(shape, tileShape(shape, options.tile, codec)),
    quantization: quantized ? { level: quantize, dither } : undefined,
    seed: quantized && dither !== 0 ? seed : 1,
    elementBytes: quantized ? 4 : Math.abs(bitpix) / 8 as 1 | 2 | 4 | 8,
    plioOffset: bitpix === 16 && header.number("BZERO") === 32768 &&
        (header.number("BSCALE") ?? 1) === 1
      ? 32768
      : 0,
    scale,
    smooth: options.smooth ?? false,
    blank: bitpix > 0 ? integer : undefined,
  };
}

function checkAlgorithm(algorithm: TileAlgorithm, bitpix: Bitpix, quantized: boolean): void {
  const name = CODECS[algorithm];
  if (name === undefined) {
    throw new FormatError(
      `the algorithm is '${algorithm}', expected one of ${TILE_ALGORITHMS.join(", ")}`,
    );
  }
  const integers = algorithm === "rice" || algorithm === "plio" || algorithm === "hcompress";
  if (!integers) return;
  if (bitpix === 64) {
    throw new FormatError(
      `${name} has no 64-bit integers and would cut them: gzip2 keeps them whole`,
    );
  }
  if (bitpix > 0) return;
  if (algorithm === "plio") {
    throw new FormatError(
      "PLIO_1 has whole numbers from 0 to 2^24 and would cut floating-point pixels: gzip2 keeps " +
        "them whole, rice quantises them",
    );
  }
  if (quantized) return;
  throw new FormatError(
    `${name} has whole numbers only and would cut floating-point pixels that are not quantised: ` +
      "gzip2 keeps them whole",
  );
}

function tileShape(
  shape: readonly number[],
  asked: readonly number[] | "whole" | undefined,
  codec: CodecName,
): number[] {
  const tile = asked === "whole"
    ? shape.map((length, axis) => codec === "HCOMPRESS_1" && axis > 1 ? 1 : length)
    : asked === undefined
    ? defaultTile(shape, codec)
    : askedTile(shape, asked);
  if (codec === "HCOMPRESS_1") checkHcompressTile(shape, tile);
  return tile;
}

function askedTile(shape: readonly number[], asked: readonly number[]): number[] {
  const bad = asked.find((length) => !Number.isSafeInteger(length) || length < 1);
  if (bad !== undefined) throw new FormatError(`a tile has length ${bad}, expected 1 or more`);
  if (asked.length > shape.length) {
    throw new FormatError(
      `a tile of ${asked.length} axes is asked for, the image has ${shape.length}`,
    );
  }
  return shape.map((length, axis) => Math.min(length, asked[axis] ?? 1));
}

function defaultTile(shape: readonly number[], codec: CodecName): number[] {
  return shape.map((length, axis) => {
    if (axis === 0) return length;
    if (axis > 1 || codec !== "HCOMPRESS_1") return 1;
    if (length <= 30) return length;
    return HCOMPRESS_ROWS.find((rows) => length % rows === 0 || length % rows >= MIN_HCOMPRESS) ??
      17;
  });
}

/** HCOMPRESS has two axes; CFITSIO wants at least 4 pixels on each, in the last tile too. */
function checkHcompressTile(shape: readonly number[], tile: number[]): void {
  if (shape.length < 2) {
    throw new FormatError("HCOMPRESS_1 is for images of two axes, the image has 1");
  }
  for (const axis of [0, 1]) {
    const length = shape[axis]!;
    const rest = () => length % tile[axis]!;
    if (rest() > 0 && rest() < MIN_HCOMPRESS) tile[axis]!++;
    if (tile[axis]! < MIN_HCOMPRESS || (rest() > 0 && rest() < MIN_HCOMPRESS)) {
      throw new FormatError(
        `HCOMPRESS_1 is for tiles of at least ${MIN_HCOMPRESS} pixels on the first two axes: axis ` +
          `${axis + 1} has ${length}, in tiles of ${tile[axis]}`,
      );
    }
  }
  const deep = tile.findIndex((length, axis) => axis > 1 && length > 1);
  if (deep >= 0) {
    throw new FormatError(
      `HCOMPRESS_1 is for tiles of two axes: the tile has length ${tile[deep]} on axis ${deep + 1}`,
    );
  }
}
