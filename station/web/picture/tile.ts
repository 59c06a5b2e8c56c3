/**
 * Tiles of values as they travel: `HLT1`, 64 bytes of head, then values, the lowest row first.
 *
 * @module
 */

import { FormatError } from "../../../net/errors.ts";

/** What holds the values of a tile. */
export type TileValues =
  | Uint8Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | BigUint64Array<ArrayBuffer>;

/** A tile, or the values of a section. */
export interface Tile {
  readonly width: number;
  readonly height: number;
  /** The level of the pyramid, 0 the plane itself. */
  readonly level: number;
  /** The stored values, axis 1 fastest, the lowest row first; undefined if no pixel has one. */
  readonly values: TileValues | undefined;
  /** Whether `values` is one value, which all pixels have. */
  readonly isConstant: boolean;
  /** Whether only some of the pixels were read: a better one is to come. */
  readonly isDraft: boolean;
  /** Whether 64-bit integers were rounded to doubles. */
  readonly isRounded: boolean;
  /** Physical value = `scale` * stored + `zero`. */
  readonly scale: number;
  readonly zero: number;
  /** The stored value of pixels without one, or undefined. */
  readonly blank: number | undefined;
  /** The least and the greatest finite physical value; NaN if there is none. */
  readonly least: number;
  readonly greatest: number;
  /** Pixels without a value. */
  readonly missing: number;
  /** Bytes of the values. */
  readonly bytes: number;
}

const HEAD_BYTES = 64;
const MAGIC = 0x31544c48;
/** Pixels of one answer at most: what `format=values` may have. */
const MAX_PIXELS = 4 << 20;

const TYPES = [
  undefined,
  ...[Uint8Array, Int8Array, Int16Array, Uint16Array, Int32Array, Uint32Array],
  ...[Float32Array, Float64Array, BigInt64Array, BigUint64Array],
] as const;

const DRAFT = 1;
const PLANES = 2;
const EMPTY = 4;
const CONSTANT = 8;
const BLANK = 16;
const ROUNDED = 32;

/**
 * Reads a tile.
 *
 * @param bytes The answer; the tile may keep its memory.
 * @param maxPixels Pixels that it may have.
 * @returns The tile.
 * @throws {FormatError} If it is none, or its length is not what its head says.
 */
export function parseTile(
  bytes: Uint8Array<ArrayBuffer>,
  maxPixels: number = MAX_PIXELS,
): Tile {
  if (bytes.length < HEAD_BYTES) throw broken(`found ${bytes.length} bytes, expected 64 or more`);
  const head = new DataView(bytes.buffer, bytes.byteOffset, HEAD_BYTES);
  if (head.getUint32(0, true) !== MAGIC) throw broken("it does not begin with HLT1");
  const [type, flags] = [head.getUint8(4), head.getUint8(5)];
  const [width, height] = [head.getUint32(8, true), head.getUint32(12, true)];
  const Values = TYPES[type];
  if (Values === undefined) throw broken(`its type is ${type}, expected 1 to 10`);
  const pixels = width * height;
  if (pixels > maxPixels) throw broken(`it has ${pixels} pixels, expected at most ${maxPixels}`);
  const count = flags & EMPTY ? 0 : flags & CONSTANT ? 1 : pixels;
  const size = count * Values.BYTES_PER_ELEMENT;
  if (bytes.length !== HEAD_BYTES + size) {
    throw broken(`found ${bytes.length - HEAD_BYTES} bytes of values, expected ${size}`);
  }
  const body = bodyOf(bytes, (flags & PLANES) !== 0, Values.BYTES_PER_ELEMENT, count);
  return {
    ...{ width, height, level: head.getUint8(6), bytes: size },
    values: count === 0 ? undefined : new Values(body.buffer, body.byteOffset, count) as TileValues,
    isConstant: (flags & CONSTANT) !== 0,
    isDraft: (flags & DRAFT) !== 0,
    isRounded: (flags & ROUNDED) !== 0,
    scale: head.getFloat64(16, true),
    zero: head.getFloat64(24, true),
    blank: flags & BLANK ? head.getFloat64(32, true) : undefined,
    least: head.getFloat64(40, true),
    greatest: head.getFloat64(48, true),
    missing: head.getUint32(56, true),
  };
}

/** The values, where a typed array can lie on them, their bytes side by side. */
function bodyOf(
  bytes: Uint8Array<ArrayBuffer>,
  planes: boolean,
  size: number,
  count: number,
): Uint8Array<ArrayBuffer> {
  const body = bytes.subarray(HEAD_BYTES);
  if (!planes || size === 1) return body.byteOffset % size === 0 ? body : body.slice();
  const joined = new Uint8Array(body.length);
  for (let byte = 0; byte < size; byte++) {
    const plane = byte * count;
    for (let i = 0, to = byte; i < count; i++, to += size) joined[to] = body[plane + i]!;
  }
  return joined;
}

function broken(why: string): FormatError {
  return new FormatError(`Cannot read a tile: ${why}`);
}

/** A pixel's value, as the file stores it and what it means. */
export interface PixelValue {
  /** As it is stored; undefined where a pixel has no value. */
  readonly stored: number | bigint | undefined;
  /** The physical value; NaN without one. */
  readonly physical: number;
}

/**
 * The value of a pixel.
 *
 * @param tile The tile.
 * @param x Its column in the tile, from 0.
 * @param y Its row, from 0 at the bottom.
 */
export function valueAt(tile: Tile, x: number, y: number): PixelValue {
  const stored = tile.values?.[tile.isConstant ? 0 : y * tile.width + x];
  const number = Number(stored);
  if (stored === undefined || number === tile.blank || Number.isNaN(number)) {
    return { stored: typeof stored === "bigint" ? stored : undefined, physical: NaN };
  }
  return { stored, physical: number * tile.scale + tile.zero };
}
