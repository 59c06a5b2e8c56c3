/** Tiles made smaller: each by the algorithm of its image, or as it is where that cannot take it. */

import { FormatError } from "../../../net/errors.ts";
import { LITTLE_ENDIAN, swapInto } from "../../../net/byte_order.ts";
import type { CodecName } from "../codecs/codec.ts";
import { decodeHcompress, loadHcompressDecoder } from "../codecs/hcompress.ts";
import type { RiceBytes } from "../codecs/rice.ts";
import { encodeGzip } from "./gzip.ts";
import { encodeHcompress, loadHcompressEncoder } from "./hcompress.ts";
import { encodePlio } from "./plio.ts";
import { encodeRice, loadRiceEncoder } from "./rice.ts";

/** A tile of whole numbers. */
export interface IntegerTile {
  /** Big-endian elements, or an array of 32-bit ones in this machine's byte order. */
  readonly elements: Uint8Array | Int32Array;
  /** Bytes of one. */
  readonly size: 1 | 2 | 4 | 8;
  /** Its lengths, axis 1 first. */
  readonly shape: readonly number[];
}

/** What some algorithms are told. */
export interface EncoderParameters {
  /** How much PLIO values are greater than the stored pixels. */
  readonly plioOffset: number;
  /** SCALE and SMOOTH of HCOMPRESS. */
  readonly scale: number;
  readonly smooth: boolean;
}

/** Loads what an algorithm needs before {@linkcode encodeTile}. */
export async function loadEncoder(codec: CodecName): Promise<void> {
  if (codec === "RICE_1") await loadRiceEncoder();
  if (codec === "HCOMPRESS_1") {
    await Promise.all([loadHcompressEncoder(), loadHcompressDecoder()]);
  }
}

/**
 * Encodes a tile.
 *
 * @param codec The algorithm.
 * @param tile The tile.
 * @param parameters What some algorithms are told.
 * @returns The compressed tile, valid until the next call.
 * @throws {FormatError} If a value is none of those that the algorithm has.
 */
export function encodeTile(
  codec: CodecName,
  tile: IntegerTile,
  parameters: EncoderParameters,
): Uint8Array {
  const { elements, size } = tile;
  switch (codec) {
    case "RICE_1":
      return encodeRice(elements, size as RiceBytes);
    case "GZIP_1":
      return encodeGzip(bigEndian(elements), 1);
    case "GZIP_2":
      return encodeGzip(bigEndian(elements), size);
    case "PLIO_1":
      return encodePlio(wholeNumbers(elements, size), parameters.plioOffset);
    case "HCOMPRESS_1":
      return encodeTransform(wholeNumbers(elements, size), tile, parameters);
    case "NOCOMPRESS":
      return bigEndian(elements);
    default:
      throw new FormatError(`${codec} is no algorithm that is written`);
  }
}

const CLASSES = { 1: Uint8Array, 2: Int16Array, 4: Int32Array } as const;

/** HCOMPRESS; without a scale where its steps would take pixels out of the range of their type. */
function encodeTransform(
  values: Int32Array,
  { size, shape }: IntegerTile,
  { scale, smooth }: EncoderParameters,
): Uint8Array {
  const wide = size > 2;
  const bytes = encodeHcompress(values, shape, { scale, wide });
  if (scale <= 1) return bytes;
  const long = shape.filter((length) => length > 1);
  try {
    const read = new CLASSES[size as 1 | 2 | 4](values.length);
    decodeHcompress(bytes, read, { shape: long, smooth, wide });
    return bytes;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return encodeHcompress(values, shape, { scale: 0, wide });
  }
}

function bigEndian(elements: Uint8Array | Int32Array): Uint8Array {
  if (elements instanceof Uint8Array) return elements;
  const bytes = new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);
  return LITTLE_ENDIAN ? swapInto(bytes, new Uint8Array(bytes.length), 4) : bytes;
}

/** Elements of at most 4 bytes as an array of their own. */
function wholeNumbers(elements: Uint8Array | Int32Array, size: number): Int32Array {
  if (elements instanceof Int32Array) return elements;
  const count = elements.length / size;
  const values = new Int32Array(count);
  if (size === 1) {
    values.set(elements);
    return values;
  }
  const view = new DataView(elements.buffer, elements.byteOffset, elements.byteLength);
  if (size === 2) { for (let i = 0; i < count; i++) values[i] = view.getInt16(i * 2); }
  else for (let i = 0; i < count; i++) values[i] = view.getInt32(i * 4);
  return values;
}
