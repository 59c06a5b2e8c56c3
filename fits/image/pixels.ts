/** The types of pixels: what BITPIX stores and what scaling makes of it (FITS 4.0, sections 4.4.1, 5.3). */

import type { Bitpix } from "../hdu/layout.ts";
import type { Header } from "../header/header.ts";

/** The typed array of each type of pixel. */
export interface PixelArrays {
  /** BITPIX 8. */
  uint8: Uint8Array<ArrayBuffer>;
  /** BITPIX 8 with BZERO -128. */
  int8: Int8Array<ArrayBuffer>;
  /** BITPIX 16. */
  int16: Int16Array<ArrayBuffer>;
  /** BITPIX 16 with BZERO 32768. */
  uint16: Uint16Array<ArrayBuffer>;
  /** BITPIX 32. */
  int32: Int32Array<ArrayBuffer>;
  /** BITPIX 32 with BZERO 2147483648. */
  uint32: Uint32Array<ArrayBuffer>;
  /** BITPIX 64. */
  int64: BigInt64Array<ArrayBuffer>;
  /** BITPIX 64 with BZERO 9223372036854775808. */
  uint64: BigUint64Array<ArrayBuffer>;
  /** BITPIX -32. */
  float32: Float32Array<ArrayBuffer>;
  /** BITPIX -64, and whatever is scaled. */
  float64: Float64Array<ArrayBuffer>;
}

/** The name of a type of pixel. */
export type PixelType = keyof PixelArrays;

/** The name of the type that a BITPIX stores. */
export type StoredType<B extends Bitpix = Bitpix> = B extends 8 ? "uint8"
  : B extends 16 ? "int16"
  : B extends 32 ? "int32"
  : B extends 64 ? "int64"
  : B extends -32 ? "float32"
  : "float64";

/** An array of pixels whose `type` tells the class of `pixels`. */
export type Image<T extends PixelType = PixelType> = {
  [K in T]: {
    /** The type of the pixels. */
    readonly type: K;
    /** The pixels in this machine's byte order, axis 1 fastest. */
    readonly pixels: PixelArrays[K];
    /** The lengths of the axes, axis 1 first. */
    readonly shape: readonly number[];
  };
}[T];

/** The classes of the typed arrays by the names of their types. */
export const PIXEL_ARRAYS: {
  readonly [T in PixelType]: {
    new (length: number): PixelArrays[T];
    new (buffer: ArrayBuffer, offset?: number, length?: number): PixelArrays[T];
    readonly BYTES_PER_ELEMENT: number;
  };
} = {
  uint8: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
};

const STORED: { readonly [B in `${Bitpix}`]: StoredType } = {
  "8": "uint8",
  "16": "int16",
  "32": "int32",
  "64": "int64",
  "-32": "float32",
  "-64": "float64",
};

/** The type that a BITPIX stores. */
export function storedType(bitpix: Bitpix): StoredType {
  return STORED[`${bitpix}`];
}

/** The BITPIX and the BZERO with which a type of pixel is stored (section 5.3, table 11). */
export const STORED_AS: {
  readonly [T in PixelType]: { readonly bitpix: Bitpix; readonly bzero: number | bigint };
} = {
  uint8: { bitpix: 8, bzero: 0 },
  int8: { bitpix: 8, bzero: -128 },
  int16: { bitpix: 16, bzero: 0 },
  uint16: { bitpix: 16, bzero: 32768 },
  int32: { bitpix: 32, bzero: 0 },
  uint32: { bitpix: 32, bzero: 2147483648 },
  int64: { bitpix: 64, bzero: 0 },
  uint64: { bitpix: 64, bzero: 9223372036854775808n },
  float32: { bitpix: -32, bzero: 0 },
  float64: { bitpix: -64, bzero: 0 },
};

/** How stored pixels become physical ones: BZERO + BSCALE x stored, BLANK undefined. */
export interface Scaling {
  /** BSCALE, 1 without one. */
  readonly bscale: number;
  /** BZERO, 0 without one. */
  readonly bzero: number;
  /** The stored integer that stands for no value. */
  readonly blank: number | bigint | undefined;
  /** The exact integer type that BZERO asks for, where it is one of the standard's offsets. */
  readonly exact: PixelType | undefined;
  /** The type of the physical pixels. */
  readonly type: PixelType;
  /** What is wrong with the keywords. */
  readonly problems: readonly string[];
}

/**
 * Reads BSCALE, BZERO and BLANK.
 *
 * @param header The header of an image.
 * @param bitpix Its BITPIX.
 * @returns The scaling, with what had to be ignored among its problems.
 */
export function imageScaling(header: Header, bitpix: Bitpix): Scaling {
  const problems: string[] = [];
  const bscale = scaleValue(header, "BSCALE", 1, problems);
  const bzero = scaleValue(header, "BZERO", 0, problems);
  const blank = blankValue(header, bitpix, problems);
  const stored = storedType(bitpix);
  const exact = bscale !== 1 ? undefined : bzero === 0 ? stored : offsetType(bitpix, bzero);
  return {
    bscale,
    bzero,
    blank,
    exact,
    type: blank === undefined && exact !== undefined ? exact : "float64",
    problems,
  };
}

function scaleValue(header: Header, keyword: string, fallback: number, problems: string[]): number {
  const card = header.card(keyword);
  if (card === undefined) return fallback;
  const value = header.number(keyword);
  if (value !== undefined) {
    if (typeof card.value === "bigint" && BigInt(value) !== card.value) {
      problems.push(`${keyword} is ${card.value}, taken as ${BigInt(value)}, the nearest double`);
    }
    return value;
  }
  problems.push(`${keyword} is no number, taken as ${fallback}`);
  return fallback;
}

/** BLANK belongs to integers (section 4.4.2.5); real float images have it too and mean nothing by it. */
function blankValue(
  header: Header,
  bitpix: Bitpix,
  problems: string[],
): number | bigint | undefined {
  const value = header.get("BLANK");
  if (value === undefined || value === null) return undefined;
  if (bitpix < 0) {
    problems.push("BLANK is ignored: the pixels are floating-point numbers");
    return undefined;
  }
  if (typeof value === "bigint") return value;
  if (typeof value === "number" && Number.isInteger(value)) return value;
  problems.push("BLANK is ignored: it is no integer");
  return undefined;
}

function offsetType(bitpix: Bitpix, bzero: number): PixelType | undefined {
  if (bitpix === 8 && bzero === -128) return "int8";
  if (bitpix === 16 && bzero === 32768) return "uint16";
  if (bitpix === 32 && bzero === 2147483648) return "uint32";
  if (bitpix === 64 && bzero === 9223372036854775808) return "uint64";
  return undefined;
}
