/**
 * HCOMPRESS_1: the H-transform of two-dimensional tiles, its bit planes as quadtrees (FITS 4.0,
 * section 10.4.4). The loops are a kernel; unlike CFITSIO's they keep the means of a level apart
 * from the differences, so that nothing is shuffled in memory between the levels.
 */

import { FormatError, LimitError } from "../../../net/errors.ts";
import { type HcompressKernel, loadHcompress } from "./hcompress_module.ts";
import { copyIntegers, type Integers } from "./integers.ts";

/**
 * The most pixels of a tile: a stream of twenty bytes can stand for any number, and each takes
 * up to 24 bytes of memory on the way.
 */
export const MAX_HCOMPRESS_PIXELS: number = 1 << 25;

/** Bytes of a stream before its bits. */
const HEAD_BYTES = 25;
const MAGIC = 0xdd99;
/** The most planes of bits that fit an integer beside its sign. */
const MAX_PLANES = { 4: 31, 8: 63 } as const;
/** Bytes of a page of a kernel's memory. */
const PAGE_BYTES = 65_536;

const STATES = ["", "the stream ends early", "the stream has a code that is none", "no room"];

let kernel: HcompressKernel | undefined;
let loading: Promise<void> | undefined;

/** Loads the kernel, which {@linkcode decodeHcompress} needs; once for all. */
export function loadHcompressDecoder(): Promise<void> {
  return loading ??= loadHcompress().then((loaded) => {
    kernel = loaded;
  });
}

/** How a tile is decoded. */
export interface HcompressOptions {
  /** The lengths of the tile's axes that are longer than 1, axis 1 first: at most two. */
  readonly shape: readonly number[];
  /** Whether the lossy steps are smoothed (SMOOTH). */
  readonly smooth: boolean;
  /** Whether the sums of pixels need 64 bits: where pixels have more than 16. */
  readonly wide: boolean;
}

/**
 * Decodes a stream.
 *
 * @param bytes The stream.
 * @param target The pixels.
 * @param options The shape of the tile, and how it is decoded.
 * @throws {FormatError} If the stream is none, of another shape, or ends early.
 * @throws {LimitError} If the tile is too large.
 */
export function decodeHcompress(
  bytes: Uint8Array,
  target: Integers,
  { shape, smooth, wide }: HcompressOptions,
): void {
  if (kernel === undefined) throw new TypeError("the kernel has not been loaded");
  const { rows, columns, scale, sum, planes } = headOf(bytes, shape);
  const count = rows * columns;
  if (count > MAX_HCOMPRESS_PIXELS) {
    throw new LimitError(
      `a tile of HCOMPRESS has ${count} pixels, the limit is ${MAX_HCOMPRESS_PIXELS}`,
    );
  }
  const size = wide ? 8 : 4;
  const most = MAX_PLANES[size];
  if (planes.some((count) => count > most)) {
    throw new FormatError(`${Math.max(...planes)} planes of bits, expected at most ${most}`);
  }
  const start = kernel.freeStart();
  const length = bytes.length - HEAD_BYTES;
  // Coefficients, and the means of two levels, one of them the place of nibbles before.
  const needed = start + length + 3 * count * size + 2 * count + 256;
  const { memory } = kernel;
  const missing = needed - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
  new Uint8Array(memory.buffer).set(bytes.subarray(HEAD_BYTES), start);
  const decode = wide ? kernel.decode64 : kernel.decode32;
  const packed = planes[0] | (planes[1] << 8) | (planes[2] << 16);
  const limit = memory.buffer.byteLength;
  const state = decode(start, length, limit, rows, columns, scale, sum, packed, smooth ? 1 : 0);
  if (state !== 0) throw new FormatError(STATES[state] ?? "the stream cannot be decoded");
  const at = kernel.pixelsStart();
  if (target instanceof Int16Array) {
    if (kernel.narrow(count) === 0) {
      throw new FormatError("a pixel is decoded that has over 16 bits");
    }
    target.set(new Int16Array(memory.buffer, at, count));
    return;
  }
  const values = wide
    ? new BigInt64Array(memory.buffer, at, count)
    : new Int32Array(memory.buffer, at, count);
  copyIntegers(values as Integers, target);
}

interface Head {
  readonly rows: number;
  readonly columns: number;
  readonly scale: number;
  readonly sum: bigint;
  readonly planes: readonly [number, number, number];
}

function headOf(bytes: Uint8Array, shape: readonly number[]): Head {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEAD_BYTES || view.getUint16(0) !== MAGIC) {
    throw new FormatError(`${bytes.length} bytes are no stream of HCOMPRESS`);
  }
  const [rows, columns] = [view.getInt32(2), view.getInt32(6)];
  const [width = 1, height = 1] = shape;
  if (columns !== width || rows !== height || shape.length > 2) {
    throw new FormatError(
      `the stream has ${columns} x ${rows} pixels, expected ${shape.join(" x ")}`,
    );
  }
  return {
    rows,
    columns,
    scale: view.getInt32(10),
    sum: view.getBigInt64(14),
    planes: [bytes[22]!, bytes[23]!, bytes[24]!],
  };
}
