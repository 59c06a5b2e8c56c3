/**
 * HCOMPRESS_1, encoded: the H-transform of two-dimensional tiles, its bit planes as quadtrees
 * (FITS 4.0, section 10.4.4). The loops are a kernel.
 */

import { FormatError, LimitError } from "../../../net/errors.ts";
import { MAX_HCOMPRESS_PIXELS } from "../codecs/hcompress.ts";
import { type HcompressKernel, loadHcompress } from "./hcompress_module.ts";

/** Bytes of a page of a kernel's memory. */
const PAGE_BYTES = 65_536;

let kernel: HcompressKernel | undefined;
let loading: Promise<void> | undefined;

/** Loads the kernel, which {@linkcode encodeHcompress} needs; once for all. */
export function loadHcompressEncoder(): Promise<void> {
  return loading ??= loadHcompress().then((loaded) => {
    kernel = loaded;
  });
}

/**
 * Encodes a tile.
 *
 * @param values The pixels.
 * @param shape The tile's lengths, axis 1 first; at most two of them above 1.
 * @param options The step of coefficients (SCALE), and whether sums of pixels need 64 bits: where
 * pixels have more than 16.
 * @returns The stream, valid until the next call.
 * @throws {LimitError} If the tile is larger than readers take.
 */
export function encodeHcompress(
  values: Int32Array,
  shape: readonly number[],
  { scale, wide }: { readonly scale: number; readonly wide: boolean },
): Uint8Array {
  if (kernel === undefined) throw new TypeError("the kernel has not been loaded");
  const [columns = 1, rows = 1] = shape.filter((length) => length > 1);
  if (rows * columns !== values.length) {
    throw new FormatError(`a tile of ${shape.join(" x ")} pixels, HCOMPRESS_1 has two axes`);
  }
  if (values.length > MAX_HCOMPRESS_PIXELS) {
    throw new LimitError(
      `a tile of HCOMPRESS has ${values.length} pixels, the limit is ${MAX_HCOMPRESS_PIXELS}`,
    );
  }
  const { memory } = kernel;
  const start = kernel.freeStart();
  const missing = start + kernel.memoryFor(rows, columns, wide ? 1 : 0) - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
  if (wide) {
    const into = new BigInt64Array(memory.buffer, start, values.length);
    for (let i = 0; i < values.length; i++) into[i] = BigInt(values[i]!);
  } else new Int32Array(memory.buffer, start, values.length).set(values);
  const encode = wide ? kernel.encode64 : kernel.encode32;
  const length = encode(start, memory.buffer.byteLength, rows, columns, scale);
  if (length < 0) throw new TypeError("the kernel has too little memory");
  return new Uint8Array(memory.buffer, kernel.targetStart(), length);
}
