/**
 * Discrete Fourier transforms of several lines at once, side by side in memory.
 *
 * @module
 */

import {
  KERNEL_NUMBERS,
  kernelArray,
  kernelPass,
  kernelRoots,
  MAX_KERNEL_LENGTH,
} from "./kernel.ts";
import { FourierPlan } from "./line.ts";
import { type Parts, passOf, passOf2, passOf3, passOf4, passOf5, type Turns } from "./passes.ts";

/** Prime factors above this take Bluestein's way, line by line. */
const MAX_PRIME = 31;

/** The factors of a length: fours first, then its primes; undefined if one is too large. */
export function radicesOf(length: number): readonly number[] | undefined {
  const radices: number[] = [];
  let rest = length;
  for (; rest % 4 === 0; rest /= 4) radices.push(4);
  for (let prime = 2; prime <= MAX_PRIME; prime++) {
    for (; rest % prime === 0; rest /= prime) radices.push(prime);
  }
  return rest === 1 ? radices : undefined;
}

/** The batch whose lines and roots the kernel holds. */
let holder: FourierBatch | undefined;

/**
 * Transforms of lines of one length, in Stockham's order: each pass reads and writes along memory,
 * and the lines lie side by side, so that the inner loops run over them.
 *
 * The element `k` of line `b` is at `k * batch + b` of the real and the imaginary parts. What lies
 * there is lost when another batch is made.
 */
export class FourierBatch {
  readonly length: number;
  readonly batch: number;
  real: Float64Array<ArrayBuffer>;
  imaginary: Float64Array<ArrayBuffer>;
  readonly #radices: readonly number[] | undefined;
  readonly #cosines: Float64Array;
  readonly #sines: Float64Array;
  readonly #line: FourierPlan | undefined;
  /** Whether the lines and the roots are the kernel's. */
  readonly #inKernel: boolean;
  #otherReal: Float64Array<ArrayBuffer>;
  #otherImaginary: Float64Array<ArrayBuffer>;

  /**
   * Prepares transforms.
   *
   * @param length Elements of a line.
   * @param batch Lines at once.
   * @param work Charges operations; called now and then while a long line is computed.
   */
  constructor(length: number, batch: number, work: (operations: number) => void = () => {}) {
    this.length = length;
    this.batch = batch;
    this.#radices = radicesOf(length);
    const mixed = this.#radices !== undefined;
    const count = length * batch;
    const inKernel = mixed && length <= MAX_KERNEL_LENGTH && count <= KERNEL_NUMBERS;
    this.#inKernel = inKernel;
    if (inKernel) holder = this;
    const memory = (number: number, numbers: number): Float64Array<ArrayBuffer> =>
      inKernel ? kernelArray(number, numbers) : new Float64Array(numbers);
    this.real = memory(0, count);
    this.imaginary = memory(1, count);
    this.#otherReal = memory(2, mixed ? count : length);
    this.#otherImaginary = memory(3, mixed ? count : length);
    this.#cosines = inKernel
      ? kernelRoots("cosines", length)
      : new Float64Array(mixed ? length : 0);
    this.#sines = inKernel ? kernelRoots("sines", length) : new Float64Array(mixed ? length : 0);
    for (let i = 0; i < this.#cosines.length; i++) {
      this.#cosines[i] = Math.cos(2 * Math.PI * i / length);
      this.#sines[i] = -Math.sin(2 * Math.PI * i / length);
    }
    this.#line = mixed ? undefined : new FourierPlan(length, work);
  }

  /** What one transform of a batch costs, in operations. */
  get cost(): number {
    return 6 * this.length * this.batch * Math.ceil(Math.log2(this.length + 1)) *
      (this.#radices === undefined ? 8 : 1);
  }

  /**
   * Transforms the batch in place, without a factor.
   *
   * @param sign -1 for the forward transform, exp(-2 pi i k n / N), 1 for the inverse.
   */
  transform(sign: 1 | -1): void {
    if (this.#line !== undefined) return this.#transformLines(this.#line, sign);
    if (this.#inKernel && holder !== this) throw new Error("The kernel holds other lines");
    // The inverse is the transform with the parts exchanged.
    if (sign === 1) this.#exchange();
    let rest = this.length;
    let stride = this.batch;
    for (const radix of this.#radices!) {
      this.#pass(radix, rest, stride);
      [this.real, this.#otherReal] = [this.#otherReal, this.real];
      [this.imaginary, this.#otherImaginary] = [this.#otherImaginary, this.imaginary];
      rest /= radix;
      stride *= radix;
    }
    if (sign === 1) this.#exchange();
  }

  #exchange(): void {
    [this.real, this.imaginary] = [this.imaginary, this.real];
    [this.#otherReal, this.#otherImaginary] = [this.#otherImaginary, this.#otherReal];
  }

  #transformLines(plan: FourierPlan, sign: 1 | -1): void {
    const [x, y] = [this.#otherReal, this.#otherImaginary];
    for (let b = 0; b < this.batch; b++) {
      for (let k = 0; k < this.length; k++) {
        x[k] = this.real[k * this.batch + b]!;
        y[k] = this.imaginary[k * this.batch + b]!;
      }
      plan.transform(x, y, sign);
      for (let k = 0; k < this.length; k++) {
        this.real[k * this.batch + b] = x[k]!;
        this.imaginary[k * this.batch + b] = y[k]!;
      }
    }
  }

  #pass(radix: number, rest: number, stride: number): void {
    const from: Parts = { real: this.real, imaginary: this.imaginary };
    const to: Parts = { real: this.#otherReal, imaginary: this.#otherImaginary };
    if (this.#inKernel && stride % 2 === 0) {
      return kernelPass(radix, from, to, this.length, rest, stride);
    }
    const turns: Turns = {
      cosines: this.#cosines,
      sines: this.#sines,
      step: this.length / rest,
    };
    if (radix === 4) passOf4(from, to, turns, rest, stride);
    else if (radix === 2) passOf2(from, to, turns, rest, stride);
    else if (radix === 3) passOf3(from, to, turns, rest, stride);
    else if (radix === 5) passOf5(from, to, turns, rest, stride);
    else passOf(radix, from, to, turns, rest, stride);
  }
}
