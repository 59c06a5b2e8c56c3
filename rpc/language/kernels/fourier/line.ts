/**
 * The discrete Fourier transform of one line, of any length.
 *
 * @module
 */

/**
 * Transforms of a fixed length. A length whose prime factors are 2 takes the
 * radix-2 algorithm, every other Bluestein's, so that both take n log n steps.
 */
export class FourierPlan {
  readonly length: number;
  readonly #cosines: Float64Array;
  readonly #sines: Float64Array;
  readonly #chirp: Chirp | undefined;

  constructor(length: number) {
    this.length = length;
    const power = (length & (length - 1)) === 0;
    const table = power ? length : 2;
    this.#cosines = new Float64Array(Math.max(1, table >> 1));
    this.#sines = new Float64Array(Math.max(1, table >> 1));
    for (let i = 0; i < this.#cosines.length; i++) {
      this.#cosines[i] = Math.cos(2 * Math.PI * i / table);
      this.#sines[i] = Math.sin(2 * Math.PI * i / table);
    }
    this.#chirp = power ? undefined : new Chirp(length);
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
    reorder(real, imaginary);
    this.#butterflies(real, imaginary, sign);
  }

  #butterflies(real: Float64Array, imaginary: Float64Array, sign: 1 | -1): void {
    const n = this.length;
    for (let size = 2; size <= n; size *= 2) {
      const half = size >> 1;
      const step = n / size;
      for (let start = 0; start < n; start += size) {
        for (let k = 0; k < half; k++) {
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

/** Puts elements to the places that their numbers with reversed bits name. */
function reorder(real: Float64Array, imaginary: Float64Array): void {
  const n = real.length;
  for (let i = 1, j = 0; i < n; i++) {
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

  constructor(length: number) {
    this.length = length;
    let size = 1;
    while (size < 2 * length - 1) size *= 2;
    this.#plan = new FourierPlan(size);
    this.#cosines = new Float64Array(length);
    this.#sines = new Float64Array(length);
    this.#filterReal = new Float64Array(size);
    this.#filterImaginary = new Float64Array(size);
    this.#real = new Float64Array(size);
    this.#imaginary = new Float64Array(size);
    for (let i = 0; i < length; i++) {
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
      const v = -sign * imaginary[i]!;
      x[i] = real[i]! * this.#cosines[i]! + v * this.#sines[i]!;
      y[i] = v * this.#cosines[i]! - real[i]! * this.#sines[i]!;
    }
    this.#plan.transform(x, y, -1);
    for (let i = 0; i < x.length; i++) {
      const u = x[i]!;
      x[i] = u * this.#filterReal[i]! - y[i]! * this.#filterImaginary[i]!;
      y[i] = u * this.#filterImaginary[i]! + y[i]! * this.#filterReal[i]!;
    }
    this.#plan.transform(x, y, 1);
    const scale = 1 / x.length;
    for (let i = 0; i < n; i++) {
      real[i] = (x[i]! * this.#cosines[i]! + y[i]! * this.#sines[i]!) * scale;
      imaginary[i] = -sign * (y[i]! * this.#cosines[i]! - x[i]! * this.#sines[i]!) * scale;
    }
  }
}
