/**
 * RICE_1: differences of neighbours, each as a run of zeros and some low bits (FITS 4.0,
 * section 10.4.1). The loops are a kernel: a bit buffer of 64 bits and the counting of zeros by
 * one instruction are what a processor is fast at and typed arrays do not have.
 */

import { FormatError } from "../../../net/errors.ts";
import { loadRice, type RiceKernel } from "./rice_module.ts";

/** Bytes of a value in the stream. */
export type RiceBytes = 1 | 2 | 4;

/** How a stream is made. */
export interface RiceParameters {
  /** BLOCKSIZE: values that share their number of low bits. */
  readonly blockSize: number;
  /** BYTEPIX: bytes of a value. */
  readonly bytePix: RiceBytes;
}

/** The values of a stream, by the bytes of one. */
export type RiceValues = Uint8Array | Int16Array | Int32Array;

/** The most values of a block; writers use 16 or 32. */
export const MAX_RICE_BLOCK = 4096;

/** The fewest bits of a block: those that say that all its values are the same. */
const BLOCK_BITS = { 1: 3, 2: 4, 4: 5 } as const;

interface Decoder {
  readonly source: Uint8Array;
  readonly targets: { readonly 1: Uint8Array; readonly 2: Int16Array; readonly 4: Int32Array };
  readonly decode: {
    readonly [B in RiceBytes]: (
      bit: number,
      last: number,
      count: number,
      block: number,
    ) => number;
  };
  readonly take: (bytes: number) => number;
  readonly bit: () => number;
  readonly last: () => number;
}

let decoder: Decoder | undefined;
let loading: Promise<void> | undefined;

/** Loads the kernel, which {@linkcode decodeRice} needs; once for all. */
export function loadRiceDecoder(): Promise<void> {
  return loading ??= loadRice().then((kernel) => {
    decoder = decoderOf(kernel);
  });
}

function decoderOf(kernel: RiceKernel): Decoder {
  const { buffer } = kernel.memory;
  const [start, bytes] = [kernel.targetStart(), kernel.targetBytes()];
  return {
    source: new Uint8Array(buffer, kernel.sourceStart(), kernel.sourceBytes()),
    targets: {
      1: new Uint8Array(buffer, start, bytes),
      2: new Int16Array(buffer, start, bytes / 2),
      4: new Int32Array(buffer, start, bytes / 4),
    },
    decode: { 1: kernel.riceDecode8, 2: kernel.riceDecode16, 4: kernel.riceDecode32 },
    take: kernel.riceSource,
    bit: kernel.riceBit,
    last: kernel.riceLast,
  };
}

/**
 * The most values that a stream can hold.
 *
 * @param bytes Bytes of the stream.
 * @param parameters How it is made.
 */
export function mostRiceValues(bytes: number, { blockSize, bytePix }: RiceParameters): number {
  return Math.floor((bytes - bytePix) * 8 / BLOCK_BITS[bytePix]) * blockSize;
}

/**
 * Decodes a stream.
 *
 * @param bytes The stream.
 * @param parameters How it is made.
 * @param target Filled whole: of the class that BYTEPIX asks for (1 unsigned, 2 and 4 signed).
 * @throws {FormatError} If the stream ends before the target is full.
 */
export function decodeRice(
  bytes: Uint8Array,
  { blockSize, bytePix }: RiceParameters,
  target: RiceValues,
): void {
  if (decoder === undefined) throw new TypeError("the kernel has not been loaded");
  if (target.length === 0) return;
  if (bytes.length < bytePix) throw short(bytes.length, 0, target.length);
  const { source, targets, decode, take, bit: nextBit, last: nextLast } = decoder;
  const values = targets[bytePix];
  const most = Math.floor(values.length / blockSize) * blockSize;
  let last = firstValue(bytes, bytePix);
  let start = bytePix as number;
  let bit = 0;
  let held = 0;
  for (let done = 0; done < target.length;) {
    if (held === 0) {
      held = Math.min(source.length, bytes.length - start);
      source.set(bytes.subarray(start, start + held));
      take(held);
    }
    const wanted = Math.min(most, target.length - done);
    const count = decode[bytePix](bit, last, wanted, blockSize);
    if (count > 0) {
      (target as Int32Array).set(values.subarray(0, count) as Int32Array, done);
      done += count;
      bit = nextBit();
      last = nextLast();
    }
    if (count === wanted) continue;
    // The source holds no further whole block: it goes on from the byte where that begins.
    const passed = bit >>> 3;
    if (start + held >= bytes.length || (passed === 0 && count <= 0)) {
      throw short(bytes.length, done, target.length);
    }
    start += passed;
    bit &= 7;
    held = 0;
  }
}

function firstValue(bytes: Uint8Array, bytePix: RiceBytes): number {
  let value = 0;
  for (let i = 0; i < bytePix; i++) value = (value << 8) | bytes[i]!;
  return value;
}

function short(bytes: number, found: number, expected: number): FormatError {
  return new FormatError(
    `${bytes} bytes of Rice code end or make no sense behind ${found} values, expected ${expected}`,
  );
}
