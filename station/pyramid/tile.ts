/** A tile as it travels: 64 bytes of head, then values, little-endian, the lowest row first. */

import type { NumberArray, Reduce, ValueRule } from "./levels.ts";
import { REDUCES } from "./levels.ts";

/** The content type of a tile. */
export const TILE_TYPE = "application/vnd.heliograph.tile";
/** Bytes of the head. */
export const TILE_HEAD_BYTES = 64;

/** The flags of a tile, byte 5 of its head. */
export const TILE_FLAGS = {
  /** Made of a sample of the pixels. */
  draft: 1,
  /** All first bytes of the values, then all second ones, and so on. */
  planes: 2,
  /** No pixel has a value; there is no body. */
  empty: 4,
  /** All pixels have the same value; the body is one value. */
  constant: 8,
  /** BLANK is given. */
  blank: 16,
  /** Rounded from 64-bit integers. */
  rounded: 32,
} as const;

/** Values of a tile, 64-bit integers only where they are asked for exactly. */
export type TileValues =
  | NumberArray
  | BigInt64Array<ArrayBuffer>
  | BigUint64Array<ArrayBuffer>;

/** The classes of values in the order of their codes, byte 4 of the head, from 1. */
const CLASSES: readonly string[] = [
  "Uint8Array",
  "Int8Array",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "Float32Array",
  "Float64Array",
  "BigInt64Array",
  "BigUint64Array",
];

/** What a tile is made of. */
export interface TileContent {
  /** Pixels of a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** The stored values. */
  readonly values: TileValues;
  /** What they mean. */
  readonly rule: ValueRule;
  readonly level: number;
  /** How pixels became one; undefined at level 0. */
  readonly reduce?: Reduce | undefined;
  readonly draft?: boolean | undefined;
  readonly rounded?: boolean | undefined;
}

/** What is said of the values of a tile. */
interface Summary {
  /** The least and the greatest finite physical value; NaN if there is none. */
  readonly least: number;
  readonly greatest: number;
  /** Pixels without a value. */
  readonly missing: number;
  readonly constant: boolean;
}

/**
 * Writes a tile.
 *
 * @param tile The tile.
 * @param options Whether the bytes of the values go in planes, for a coding that then shrinks
 * them further.
 * @returns Head and body.
 */
export function encodeTile(
  tile: TileContent,
  options: { readonly planes?: boolean | undefined } = {},
): Uint8Array<ArrayBuffer> {
  const { values, rule, level, reduce } = tile;
  const { least, greatest, missing, constant } = summaryOf(values, rule);
  const empty = missing === values.length;
  const body = empty ? values.subarray(0, 0) : constant ? values.subarray(0, 1) : values;
  const planes = options.planes === true && body.length > 1 && values.BYTES_PER_ELEMENT > 1;
  const bytes = new Uint8Array(TILE_HEAD_BYTES + body.byteLength);
  const head = new DataView(bytes.buffer);
  bytes.set([0x48, 0x4c, 0x54, 0x31]);
  head.setUint8(4, CLASSES.indexOf(values.constructor.name) + 1);
  const { draft, planes: inPlanes, empty: isEmpty, constant: isConstant, blank, rounded } =
    TILE_FLAGS;
  head.setUint8(
    5,
    (tile.draft === true ? draft : 0) | (planes ? inPlanes : 0) | (empty ? isEmpty : 0) |
      (constant ? isConstant : 0) | (rule.blank !== undefined ? blank : 0) |
      (tile.rounded === true ? rounded : 0),
  );
  head.setUint8(6, level);
  head.setUint8(7, reduce === undefined ? 0 : REDUCES.indexOf(reduce) + 1);
  head.setUint32(8, tile.width, true);
  head.setUint32(12, tile.height, true);
  head.setFloat64(16, rule.bscale, true);
  head.setFloat64(24, rule.bzero, true);
  head.setFloat64(32, rule.blank ?? NaN, true);
  head.setFloat64(40, least, true);
  head.setFloat64(48, greatest, true);
  head.setUint32(56, missing, true);
  const stored = littleEndian(body);
  bytes.set(planes ? bytePlanes(stored, values.BYTES_PER_ELEMENT) : stored, TILE_HEAD_BYTES);
  return bytes;
}

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function littleEndian(values: TileValues): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  if (LITTLE_ENDIAN || values.BYTES_PER_ELEMENT === 1) return bytes;
  const size = values.BYTES_PER_ELEMENT;
  const turned = bytes.slice();
  for (let at = 0; at < turned.length; at += size) turned.subarray(at, at + size).reverse();
  return turned;
}

function bytePlanes(bytes: Uint8Array, size: number): Uint8Array {
  const planes = new Uint8Array(bytes.length);
  const count = bytes.length / size;
  for (let byte = 0, to = 0; byte < size; byte++) {
    for (let i = 0, from = byte; i < count; i++, from += size) planes[to++] = bytes[from]!;
  }
  return planes;
}

function summaryOf(values: TileValues, rule: ValueRule): Summary {
  const [low, high, missing] = values instanceof BigInt64Array || values instanceof BigUint64Array
    ? rangeOfLongs(values, rule.blank)
    : rangeOf(values, rule.blank ?? NaN);
  const ends = [low, high].map((end) => rule.bzero + rule.bscale * end);
  const some = low <= high;
  return {
    least: some ? Math.min(...ends) : NaN,
    greatest: some ? Math.max(...ends) : NaN,
    missing,
    constant: some && missing === 0 && isConstant(values),
  };
}

/** The least and the greatest finite value, and how many are none. */
function rangeOf(values: NumberArray, blank: number): [low: number, high: number, missing: number] {
  let [low, high, missing] = [Infinity, -Infinity, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value === blank || value !== value) missing++;
    else if (value - value === 0) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return [low, high, missing];
}

function rangeOfLongs(
  values: BigInt64Array | BigUint64Array,
  blank: number | undefined,
): [low: number, high: number, missing: number] {
  const none = blank === undefined ? undefined : BigInt(blank);
  let [low, high, missing] = [Infinity, -Infinity, 0];
  for (const value of values) {
    if (value === none) missing++;
    else {
      low = Math.min(low, Number(value));
      high = Math.max(high, Number(value));
    }
  }
  return [low, high, missing];
}

/** Whether all are the same; 0 and -0 are not. */
function isConstant(values: TileValues): boolean {
  const first = values[0]!;
  for (let i = 1; i < values.length; i++) if (values[i] !== first) return false;
  if (first !== 0) return true;
  return (values as ArrayLike<unknown> & TileValues).every((value: unknown) =>
    Object.is(value, first)
  );
}
