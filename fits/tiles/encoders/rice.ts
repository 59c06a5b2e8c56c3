/**
 * RICE_1, encoded: differences of neighbours, each as a run of zeros and some low bits (FITS 4.0,
 * section 10.4.1). The loop is a kernel.
 */

import type { RiceBytes } from "../codecs/rice.ts";
import { GrowingBytes } from "./growing_bytes.ts";
import { loadRice, type RiceKernel } from "./rice_module.ts";

/** BLOCKSIZE of what is written: values that share their number of low bits. */
export const RICE_BLOCK = 32;

interface Encoder {
  readonly source: Uint8Array;
  readonly target: Uint8Array;
  readonly encode: { readonly [B in RiceBytes]: (count: number) => number };
  readonly encodeNative: (count: number) => number;
  readonly begin: () => void;
  readonly end: () => number;
}

let encoder: Encoder | undefined;
let loading: Promise<void> | undefined;
const output = new GrowingBytes();

/** Loads the kernel, which {@linkcode encodeRice} needs; once for all. */
export function loadRiceEncoder(): Promise<void> {
  return loading ??= loadRice().then((kernel) => {
    encoder = encoderOf(kernel);
  });
}

function encoderOf(kernel: RiceKernel): Encoder {
  const { buffer } = kernel.memory;
  return {
    source: new Uint8Array(buffer, kernel.sourceStart(), kernel.sourceBytes()),
    target: new Uint8Array(buffer, kernel.targetStart(), kernel.targetBytes()),
    encode: { 1: kernel.riceEncode8, 2: kernel.riceEncode16, 4: kernel.riceEncode32 },
    encodeNative: kernel.riceEncode32Native,
    begin: kernel.riceBegin,
    end: kernel.riceEnd,
  };
}

/**
 * Encodes pixels. The streams are those of CFITSIO, byte for byte.
 *
 * @param pixels Big-endian pixels (unsigned of 1 byte, signed of 2 or 4), or an array of 32-bit
 * ones in this machine's byte order.
 * @param bytePix Bytes of a pixel.
 * @returns The stream, valid until the next call.
 */
export function encodeRice(pixels: Uint8Array | Int32Array, bytePix: RiceBytes): Uint8Array {
  if (encoder === undefined) throw new TypeError("the kernel has not been loaded");
  const { source, target, begin, end } = encoder;
  const native = pixels instanceof Int32Array;
  const encode = native ? encoder.encodeNative : encoder.encode[bytePix];
  const bytes = native
    ? new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength)
    : pixels;
  output.clear();
  if (bytes.length === 0) return output.view;
  begin();
  for (let at = 0; at < bytes.length; at += source.length) {
    const piece = bytes.subarray(at, at + source.length);
    source.set(piece);
    output.add(target.subarray(0, encode(piece.length / bytePix)));
  }
  output.add(target.subarray(0, end()));
  return output.view;
}
