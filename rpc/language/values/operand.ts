/**
 * Reading an operand block by block, in the type that a loop computes in.
 *
 * @module
 */

import { convertRange } from "./convert.ts";
import { type IdlNumeric, type IdlNumericType, IdlType } from "./value.ts";

/** Elements of a block: three blocks of DOUBLE stay in the first cache. */
export const BLOCK = 1024;

/** An operand of which blocks are read as DOUBLE: as it lies, or converted into a block. */
export class DoubleOperand {
  readonly data: Float64Array;
  at = 0;
  readonly #source: IdlNumeric;
  readonly #fixed: boolean;
  readonly #lies: boolean;
  readonly #rounded: Float32Array | undefined;

  constructor(source: IdlNumeric, type: IdlNumericType, count: number) {
    this.#source = source;
    this.#fixed = source.shape.length === 0;
    this.#lies = !this.#fixed && source.data instanceof Float64Array;
    const length = Math.min(BLOCK, count);
    this.data = this.#lies ? source.data as Float64Array : new Float64Array(length);
    // A LONG meets a FLOAT as a FLOAT, rounded.
    const rounds = type === IdlType.FLOAT && source.type !== IdlType.FLOAT;
    this.#rounded = rounds ? new Float32Array(length) : undefined;
    if (this.#fixed) {
      const number = Number(source.data[0]);
      this.data.fill(rounds ? Math.fround(number) : number);
    }
  }

  load(at: number, n: number): void {
    if (this.#fixed) return;
    if (this.#lies) {
      this.at = at;
      return;
    }
    if (this.#rounded === undefined) {
      convertRange(this.#source, at, this.data as Float64Array<ArrayBuffer>, IdlType.DOUBLE, n);
      return;
    }
    convertRange(this.#source, at, this.#rounded as Float32Array<ArrayBuffer>, IdlType.FLOAT, n);
    this.data.set(n === this.#rounded.length ? this.#rounded : this.#rounded.subarray(0, n));
  }
}
