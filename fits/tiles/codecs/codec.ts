/** The algorithms of tile compression by their names (FITS 4.0, section 10.4, table 36). */

import { FormatError } from "../../../net/errors.ts";
import { loadDequantizer } from "./dequantize.ts";
import { decodeGzip, MAX_DEFLATE_RATIO } from "./gzip.ts";
import { decodeHcompress, loadHcompressDecoder, MAX_HCOMPRESS_PIXELS } from "./hcompress.ts";
import { copyIntegers, type Integers, type StoredPixels } from "./integers.ts";
import { decodePlio, mostPlioPixels } from "./plio.ts";
import {
  decodeRice,
  loadRiceDecoder,
  MAX_RICE_BLOCK,
  mostRiceValues,
  type RiceBytes,
  type RiceParameters,
} from "./rice.ts";

/** The algorithms. RICE_ONE is CFITSIO's other name of RICE_1 beside SUBTRACTIVE_DITHER_2. */
export type CodecName = "RICE_1" | "GZIP_1" | "GZIP_2" | "PLIO_1" | "HCOMPRESS_1" | "NOCOMPRESS";

const NAMES: Readonly<Record<string, CodecName>> = {
  RICE_1: "RICE_1",
  RICE_ONE: "RICE_1",
  GZIP_1: "GZIP_1",
  GZIP_2: "GZIP_2",
  PLIO_1: "PLIO_1",
  HCOMPRESS_1: "HCOMPRESS_1",
  NOCOMPRESS: "NOCOMPRESS",
};

/** What the algorithms are told. */
export interface CodecParameters extends RiceParameters {
  /** SMOOTH of HCOMPRESS. */
  readonly smooth: boolean;
}

/**
 * Reads the name of an algorithm.
 *
 * @param name The value of the keyword, without blanks.
 * @param keyword The keyword, for the message.
 * @throws {FormatError} If it is none.
 */
export function parseCodecName(name: string, keyword: string): CodecName {
  const codec = NAMES[name.toUpperCase()];
  if (codec !== undefined) return codec;
  const shown = name.slice(0, 70).replace(/[^\x20-\x7e]/g, "?");
  throw new FormatError(
    `${keyword} is '${shown}', expected one of ${Object.keys(NAMES).join(", ")}`,
  );
}

/**
 * Reads the parameters of an algorithm, with those that it has without being told.
 *
 * @param codec The algorithm.
 * @param given ZNAMEn and ZVALn.
 * @throws {FormatError} If they cannot be.
 */
export function codecParameters(
  codec: CodecName,
  given: ReadonlyMap<string, number>,
): CodecParameters {
  let blockSize = given.get("BLOCKSIZE") ?? 32;
  let bytePix = given.get("BYTEPIX") ?? 4;
  // Old files have the two values exchanged.
  if (blockSize < 16 && bytePix > 8) [blockSize, bytePix] = [bytePix, blockSize];
  if (codec === "RICE_1") {
    if (!Number.isInteger(blockSize) || blockSize < 1 || blockSize > MAX_RICE_BLOCK) {
      throw new FormatError(`BLOCKSIZE is ${blockSize}, expected 1 to ${MAX_RICE_BLOCK}`);
    }
    if (bytePix !== 1 && bytePix !== 2 && bytePix !== 4) {
      throw new FormatError(`BYTEPIX is ${bytePix}, expected 1, 2 or 4`);
    }
  }
  return {
    blockSize,
    bytePix: bytePix as RiceBytes,
    smooth: (given.get("SMOOTH") ?? 0) !== 0,
  };
}

/** A tile on its way through a codec. */
export interface TileForm {
  /** Its lengths, axis 1 first. */
  readonly shape: readonly number[];
  /** How many pixels it has. */
  readonly pixels: number;
}

/** Loads what an algorithm needs before {@linkcode decodeTile}. */
export async function loadCodec(codec: CodecName, quantized: boolean): Promise<void> {
  if (codec === "RICE_1") await loadRiceDecoder();
  if (codec === "HCOMPRESS_1") await loadHcompressDecoder();
  if (quantized) await loadDequantizer();
}

/**
 * The most pixels that so many bytes can stand for: more are never made room for.
 *
 * @param codec The algorithm.
 * @param parameters Its parameters.
 * @param bytes Bytes of a compressed tile.
 */
export function mostPixels(codec: CodecName, parameters: CodecParameters, bytes: number): number {
  switch (codec) {
    case "RICE_1":
      return mostRiceValues(bytes, parameters);
    case "PLIO_1":
      return mostPlioPixels(bytes);
    case "HCOMPRESS_1":
      return MAX_HCOMPRESS_PIXELS;
    case "NOCOMPRESS":
      return bytes;
    default:
      return bytes * MAX_DEFLATE_RATIO;
  }
}

/**
 * Decodes a tile.
 *
 * @param codec The algorithm.
 * @param parameters Its parameters.
 * @param bytes The compressed tile.
 * @param target The pixels; integers but for GZIP, which takes floats as they are.
 * @param form The shape of the tile.
 * @throws {FormatError} If the bytes are no such tile.
 */
export function decodeTile(
  codec: CodecName,
  parameters: CodecParameters,
  bytes: Uint8Array,
  target: StoredPixels,
  { shape }: TileForm,
): void {
  if (codec === "GZIP_1" || codec === "GZIP_2") {
    return decodeGzip(bytes, target, { shuffled: codec === "GZIP_2" });
  }
  if (target instanceof Float32Array || target instanceof Float64Array) {
    throw new FormatError(`${codec} holds integers, expected floating-point pixels`);
  }
  if (codec === "RICE_1") return decodeRiceTile(bytes, parameters, target);
  if (codec === "PLIO_1") {
    if (!(target instanceof BigInt64Array)) return decodePlio(bytes, target);
    const values = new Int32Array(target.length);
    decodePlio(bytes, values);
    return copyIntegers(values, target);
  }
  if (codec === "HCOMPRESS_1") {
    const long = shape.filter((length) => length > 1);
    const wide = !(target instanceof Uint8Array || target instanceof Int16Array);
    return decodeHcompress(bytes, target, { shape: long, smooth: parameters.smooth, wide });
  }
  throw new FormatError(`the tile is not compressed (${codec}), found compressed data`);
}

const RICE_CLASSES = { 1: Uint8Array, 2: Int16Array, 4: Int32Array } as const;

function decodeRiceTile(bytes: Uint8Array, parameters: CodecParameters, target: Integers): void {
  const { bytePix } = parameters;
  const constructor = RICE_CLASSES[bytePix];
  if (target instanceof constructor) return decodeRice(bytes, parameters, target);
  const values = new constructor(target.length);
  decodeRice(bytes, parameters, values);
  copyIntegers(values, target);
}
