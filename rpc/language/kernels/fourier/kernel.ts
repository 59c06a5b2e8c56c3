/**
 * Passes of Fourier transforms in WebAssembly, two numbers at a time: those of the kernel
 * `passes.as.ts`. On lines of 2,048 elements they take half the time of loops in JavaScript.
 *
 * The lines lie in the kernel's memory while they are transformed. There is one of it: a batch
 * that holds lines there is done with them before another one takes it.
 *
 * @module
 */

import * as kernel from "./passes.wasm";
import type { Parts } from "./passes.ts";

/** Elements of the longest line that the kernel transforms. */
export const MAX_KERNEL_LENGTH: number = kernel.longest();

/** Numbers of a batch of lines that the kernel holds. */
export const KERNEL_NUMBERS: number = kernel.capacity();

const { buffer } = kernel.memory;

/** The array of real or imaginary parts with a number from 0 to 3. */
export function kernelArray(number: number, count: number): Float64Array<ArrayBuffer> {
  const at = kernel.linesStart() + 8 * KERNEL_NUMBERS * number;
  return new Float64Array(buffer as ArrayBuffer, at, count);
}

/** The cosines or the sines of the roots of unity of a length. */
export function kernelRoots(part: "cosines" | "sines", length: number): Float64Array<ArrayBuffer> {
  const at = kernel.rootsStart() + (part === "sines" ? 8 * MAX_KERNEL_LENGTH : 0);
  return new Float64Array(buffer as ArrayBuffer, at, length);
}

/**
 * One pass.
 *
 * @param radix Its radix.
 * @param from What is read: arrays of the kernel.
 * @param to What is written.
 * @param length The length of the lines, whose roots the kernel holds.
 * @param n Elements that are left.
 * @param s Numbers of each; an even number.
 */
export function kernelPass(
  radix: number,
  { real, imaginary }: Parts,
  to: Parts,
  length: number,
  n: number,
  s: number,
): void {
  const x = real.byteOffset, y = imaginary.byteOffset;
  const u = to.real.byteOffset, v = to.imaginary.byteOffset;
  if (radix === 4) kernel.passOf4(x, y, u, v, length, n, s);
  else if (radix === 2) kernel.passOf2(x, y, u, v, length, n, s);
  else if (radix === 3) kernel.passOf3(x, y, u, v, length, n, s);
  else if (radix === 5) kernel.passOf5(x, y, u, v, length, n, s);
  else kernel.passOf(radix, x, y, u, v, length, n, s);
}
