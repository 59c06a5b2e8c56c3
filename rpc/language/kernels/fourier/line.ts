/**
 * The discrete Fourier transform of one line, of any length.
 *
 * @module
 */

/** Elements between two looks at the clock. */
const LOOK = 65_536;

/**
 * Transforms of a fixed length. A length whose prime factors are 2 takes the
 * radix-2 algorithm, every other Bluestein's, so that both take n log n steps.
 */
export class FourierPlan {
  readonly length: number;
  readonly #work: (operations: number) => void;
  readonly #cosines: Float64Array;
  readonly #sines: Float64Array;
  readonly #chirp: Chirp | undefined;

  /**
   * Prepares transforms.
   *
   * @param length Elements of a line.
   * @param work Charges operations; called now and then while it computes, to look at the clock.
   */
  constructor(length: number, work: (operations: number) => void) {
    this.length = length;
    this.#work = work;
    const power = (length & (length - 1)) === 0;
    const table = power ? length : 2;
    this.#cosines = new Float64Array(Math.max(1, table >> 1));
    this.#sines = new Float64Array(Math.max(1, table >> 1));
    for (let i = 0; i < this.#cosines.length; i++) {
      if (i % LOOK === 0) work(0);
      this.#cosines[i] = Math.cos(2 * Math.PI * i / table);
      this.#sines[i] = Math.sin(2 * Math.PI * i / table);
    }
    this.#chirp = power ? undefined : new Chirp(length, work);
  }

  /**
   * Transforms a line in place, without a factor.
   *
   * @param real The real parts.
   * @param imaginary The imaginary parts.
   * @param sign -1 for the forward transform, exp(-2 pi i k n / N), 1 for the inverse.
   */
  transform(real: Float64Array, imaginary: Float64Array, sign: 1 | -1): void {
    if (this.length === 1) return;
    if (this.#chirp !== undefined) return this.#chirp.transform(real, imaginary, sign);
    reorder(real, imaginary, this.#work);
    this.#butterflies(real, imaginary, sign);
  }

  #butterflies(real: Float64Array, imaginary: Float64Array, sign: 1 | -1): void {
    const n = this.length;
    let steps = 0;
    for (let size = 2; size <= n; size *= 2) {
      const half = size >> 1;
      const step = n / size;
      // A long run in pieces, between which the clock is looked at.
      const piece = Math.min(half, LOOK);
      for (let start = 0; start < n; start += size) {
        for (let from = 0; from < half; from += piece) {
          if ((steps += piece) >= LOOK) {
            steps = 0;
            this.#work(0);
          }
          for (let k = from; k < from + piece; k++) {
            const cosine = this.#cosines[k * step]!;
            const sine = sign * this.#sines[k * step]!;
            const i = start + k;
            const j = i + half;
            const x = real[j]! * cosine - imaginary[j]! * sine;
            const y = real[j]! * sine + imaginary[j]! * cosine;
            real[j] = real[i]! - x;
            imaginary[j] = imaginary[i]! - y;
            real[i]! += x;
            imaginary[i]! += y;
          }
        }
      }
    }
  }
}

/** Puts elements to the places that their numbers with reversed bits name. */
function reorder(
  real: Float64Array,
  imaginary: Float64Array,
  work: (operations: number) => void,
): void {
  const n = real.length;
  for (let i = 1, j = 0; i < n; i++) {
    if (i % LOOK === 0) work(0);
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i >= j) continue;
    const x = real[i]!;
    real[i] = real[j]!;
    real[j] = x;
    const y = imaginary[i]!;
    imaginary[i] = imaginary[j]!;
    imaginary[j] = y;
  }
}

/** Bluestein's algorithm: a transform of any length as a convolution. */
class Chirp {
  readonly length: number;
  readonly #plan: FourierPlan;
  readonly #cosines: Float64Array;
  readonly #sines: Float64Array;
  readonly #filterReal: Float64Array;
  readonly #filterImaginary: Float64Array;
  readonly #real: Float64Array;
  readonly #imaginary: Float64Array;

  readonly #work: (operations: number) => void;

  constructor(length: number, work: (operations: number) => void) {
    this.length = length;
    this.#work = work;
    let size = 1;
    while (size < 2 * length - 1) size *= 2;
    this.#plan = new FourierPlan(size, work);
    this.#cosines = new Float64Array(length);
    this.#sines = new Float64Array(length);
    this.#filterReal = new Float64Array(size);
    this.#filterImaginary = new Float64Array(size);
    this.#real = new Float64Array(size);
    this.#imaginary = new Float64Array(size);
    for (let i = 0; i < length; i++) {
      if (i % LOOK === 0) work(0);
      // i * i modulo 2 length keeps the angle small, and so exact.
      const angle = Math.PI * (i * i % (2 * length)) / length;
      this.#cosines[i] = Math.cos(angle);
      this.#sines[i] = Math.sin(angle);
      const mirrored = i === 0 ? 0 : size - i;
      this.#filterReal[i] = this.#filterReal[mirrored] = this.#cosines[i]!;
      this.#filterImaginary[i] = this.#filterImaginary[mirrored] = this.#sines[i]!;
    }
    this.#plan.transform(this.#filterReal, this.#filterImaginary, -1);
  }

  /** The inverse is the conjugate of the transform of the conjugate. */
  transform(real: Float64Array, imaginary: Float64Array, sign: 1 | -1): void {
    const n = this.length;
    const x = this.#real.fill(0);
    const y = this.#imaginary.fill(0);
    for (let i = 0; i < n; i++) {
      if (i % LOOK === 0) this.#work(0);
      const v = -sign * imaginary[i]!;
      x[i] = real[i]! * this.#cosines[i]! + v * this.#sines[i]!;
      y[i] = v * this.#cosines[i]! - real[i]! * this.#sines[i]!;
    }
    this.#plan.transform(x, y, -1);
    for (let i = 0; i < x.length; i++) {
      if (i % LOOK === 0) this.#work(0);
      const u = x[i]!;
      x[i] = u * this.#filterReal[i]! - y[i]! * this.#filterImaginary[i]!;
      y[i] = u * this.#filterImaginary[i]! + y[i]! * this.#filterReal[i]!;
    }
    this.#plan.transform(x, y, 1);
    const scale = 1 / x.length;
    for (let i = 0; i < n; i++) {
      if (i % LOOK === 0) this.#work(0);
      real[i] = (x[i]! * this.#cosines[i]! + y[i]! * this.#sines[i]!) * scale;
      imaginary[i] = -sign * (y[i]! * this.#cosines[i]! - x[i]! * this.#sines[i]!) * scale;
    }
  }
}
