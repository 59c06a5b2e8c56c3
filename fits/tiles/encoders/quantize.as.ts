// Floating-point pixels made whole numbers: the noise of a row, and the pixels in its terms. See quantize.ts.

/** The most bytes of pixels at a time: a million doubles, two million floats. */
const SOURCE_BYTES: i32 = 8 * 1024 * 1024;
/** How many random numbers there are. */
const RANDOMS: i32 = 10000;
/** What stands for no value, and for exactly 0. */
const NULL_VALUE: i32 = -2147483647;
const ZERO_VALUE: i32 = -2147483646;
/** Values that are looked at to guess where a median lies, and how far from it the guess goes. */
const SAMPLE: i32 = 128;
const MARGIN: i32 = 12;
/** Fewer values are sorted at once. */
const FEW: i32 = 1024;

const source = memory.data(SOURCE_BYTES, 64);
/** Pixels of a row that have a value; later what stands for them. */
const values = memory.data(SOURCE_BYTES, 64);
/** Absolute differences of 2nd, 3rd and 5th order. */
const second = memory.data(SOURCE_BYTES, 64);
const third = memory.data(SOURCE_BYTES, 64);
const fifth = memory.data(SOURCE_BYTES, 64);
const sample = memory.data(SAMPLE * 8, 64);
const randoms = memory.data(RANDOMS * 4 + 16, 64);

/** Where big-endian pixels go in this module's memory. */
export function sourceStart(): usize {
  return source;
}

/** How many bytes of them there is room for. */
export function sourceBytes(): i32 {
  return SOURCE_BYTES;
}

/** Where whole numbers come from. */
export function targetStart(): usize {
  return values;
}

/** Where the random numbers go. */
export function randomsStart(): usize {
  return randoms;
}

/** How many random numbers there are. */
export function randomsCount(): i32 {
  return RANDOMS;
}

/** What the last row had: its least and greatest value, and medians of differences. */
let least: f64 = 0;
let greatest: f64 = 0;
let median2: f64 = 0;
let median3: f64 = 0;
let median5: f64 = 0;
/** How many differences there were of 2nd order, and of the others. */
let count2: i32 = 0;
let count3: i32 = 0;

/** The least value of the last row. */
export function noiseLeast(): f64 {
  return least;
}

/** The greatest value of the last row. */
export function noiseGreatest(): f64 {
  return greatest;
}

/** The median of its differences of 2nd order. */
export function noiseMedian2(): f64 {
  return median2;
}

/** The median of its differences of 3rd order. */
export function noiseMedian3(): f64 {
  return median3;
}

/** The median of its differences of 5th order. */
export function noiseMedian5(): f64 {
  return median5;
}

/** Whether it had differences of 2nd order. */
export function noiseHas2(): bool {
  return count3 == 1 ? count2 == 1 : count3 > 1 && count2 > 1;
}

/** Whether it had the others. */
export function noiseHas3(): bool {
  return count3 > 0;
}

/** A big-endian pixel in this machine's byte order. */
// @ts-ignore: decorator
@inline
function pixel<T>(at: usize): T {
  if (sizeof<T>() == 4) return <T>reinterpret<f32>(bswap<u32>(load<u32>(at)));
  return <T>reinterpret<f64>(bswap<u64>(load<u64>(at)));
}

// @ts-ignore: decorator
@inline
function swap<T>(one: usize, other: usize): void {
  const held = load<T>(one);
  store<T>(one, load<T>(other));
  store<T>(other, held);
}

/**
 * The value that would stand at a place if an array were sorted. The array is left in the order
 * in which the usual partition by the median of three leaves it: CFITSIO reads what is left.
 */
function select<T>(array: usize, count: i32, rank: i32): T {
  const size = sizeof<T>();
  let low = 0;
  let high = count - 1;
  const wanted = array + <usize>rank * size;
  while (high > low) {
    const first = array + <usize>low * size;
    const last = array + <usize>high * size;
    if (high == low + 1) {
      if (load<T>(first) > load<T>(last)) swap<T>(first, last);
      return load<T>(wanted);
    }
    const middle = array + <usize>((low + high) / 2) * size;
    if (load<T>(middle) > load<T>(last)) swap<T>(middle, last);
    if (load<T>(first) > load<T>(last)) swap<T>(first, last);
    if (load<T>(middle) > load<T>(first)) swap<T>(middle, first);
    swap<T>(middle, first + size);
    const pivot = load<T>(first);
    let up = first + size;
    let down = last;
    for (;;) {
      do up += size; while (pivot > load<T>(up));
      do down -= size; while (load<T>(down) > pivot);
      if (down < up) break;
      swap<T>(up, down);
    }
    swap<T>(first, down);
    if (down <= wanted) low = <i32>((up - array) / size);
    if (down >= wanted) high = <i32>((down - array) / size) - 1;
  }
  return load<T>(wanted);
}

/**
 * The lower median of an array, whose order is lost.
 *
 * A sample says between which two values it lies, most likely: only the values between them are
 * sorted, and no branch of the pass over all can be guessed wrong. It is twice as fast as sorting
 * them all.
 */
function median<T>(array: usize, count: i32, room: usize): T {
  const size = sizeof<T>();
  const rank = (count - 1) / 2;
  if (count < FEW) return select<T>(array, count, rank);
  const step = <usize>(count / SAMPLE) * size;
  for (let i = 0; i < SAMPLE; i++) {
    store<T>(sample + <usize>i * size, load<T>(array + <usize>i * step));
  }
  const low = select<T>(sample, SAMPLE, SAMPLE / 2 - MARGIN);
  const high = select<T>(sample, SAMPLE, SAMPLE / 2 + MARGIN);
  let below = 0;
  let inside = 0;
  const end = array + <usize>count * size;
  for (let p = array; p < end; p += size) {
    const value = load<T>(p);
    store<T>(room + <usize>inside * size, value);
    below += i32(value < low);
    inside += i32(value >= low) & i32(value <= high);
  }
  if (rank < below || rank >= below + inside) return select<T>(array, count, rank);
  return select<T>(room, inside, rank - below);
}

/**
 * Measures the noise of a row as CFITSIO does: by medians of absolute differences between pixels
 * that have a value; where neighbours are equal there is none.
 *
 * @param count Pixels of the row, in the source.
 * @param alone Whether the row is a tile: what is left of earlier rows then plays no part.
 * @returns How many of them have a value; -1 if there are more than room, -2 if one is infinite.
 */
// @ts-ignore: decorator
@inline
function noise<T>(count: i32, alone: bool): i32 {
  const size = sizeof<T>();
  if (count < 0 || <u32>count > <u32>(SOURCE_BYTES / <i32>size)) return -1;
  count2 = 0;
  count3 = 0;
  let good = 0;
  let low = <T>Infinity;
  let high = <T>-Infinity;
  for (let i = 0; i < count; i++) {
    const value = pixel<T>(source + <usize>i * size);
    store<T>(values + <usize>good * size, value);
    good += i32(value == value);
    if (value < low) low = value;
    if (value > high) high = value;
  }
  least = <f64>low;
  greatest = <f64>high;
  if (good > 0 && (low == <T>-Infinity || high == <T>Infinity)) return -2;
  let n2 = 0;
  let n3 = 0;
  for (let i = 4; i < good - 4; i++) {
    const p = values + <usize>i * size;
    if (size == 4 && i + 4 <= good - 4) {
      // Four at a time where no neighbours are equal.
      const w5 = v128.load(p);
      const w6 = v128.load(p + 4);
      const w7 = v128.load(p + 8);
      if (!v128.any_true(v128.and(f32x4.eq(w5, w6), f32x4.eq(w6, w7)))) {
        const w1 = v128.load(p - 16);
        const w3 = v128.load(p - 8);
        const w9 = v128.load(p + 16);
        const four3 = f32x4.mul(w3, f32x4.splat(4));
        const four7 = f32x4.mul(w7, f32x4.splat(4));
        const of3 = f32x4.sub(f32x4.sub(f32x4.mul(w5, f32x4.splat(2)), w3), w7);
        const of5 = f32x4.sub(f32x4.sub(f32x4.mul(w5, f32x4.splat(6)), four3), four7);
        v128.store(second + <usize>n2 * 4, f32x4.abs(f32x4.sub(w5, w7)));
        v128.store(third + <usize>n3 * 4, f32x4.abs(of3));
        v128.store(fifth + <usize>n3 * 4, f32x4.abs(f32x4.add(f32x4.add(of5, w1), w9)));
        n2 += 4;
        n3 += 4;
        i += 3;
        continue;
      }
    }
    const v1 = load<T>(p - 4 * size);
    const v3 = load<T>(p - 2 * size);
    const v4 = load<T>(p - size);
    const v5 = load<T>(p);
    const v6 = load<T>(p + size);
    const v7 = load<T>(p + 2 * size);
    const v9 = load<T>(p + 4 * size);
    const flat = i32(v5 == v6) & i32(v6 == v7);
    // What an earlier row has left stays as it is.
    if (alone || flat == 0) store<T>(second + <usize>n2 * size, abs<T>(v5 - v7));
    n2 += 1 - flat;
    store<T>(third + <usize>n3 * size, abs<T>(<T>2 * v5 - v3 - v7));
    store<T>(fifth + <usize>n3 * size, abs<T>(<T>6 * v5 - <T>4 * v3 - <T>4 * v7 + v1 + v9));
    n3 += 1 - (flat & i32(v3 == v4) & i32(v4 == v5));
  }
  count2 = n2;
  count3 = n3;
  if (n3 == 0) return good;
  if (n3 == 1) {
    median2 = <f64>load<T>(second);
    median3 = <f64>load<T>(third);
    median5 = <f64>load<T>(fifth);
    return good;
  }
  if (n2 > 1) {
    // CFITSIO takes the median of as many values as there are of the other orders: behind the
    // last, of what an earlier row has left, or of zeros.
    if (n2 < n3 && alone) memory.fill(second + <usize>n2 * size, 0, <usize>(n3 - n2) * size);
    median2 = alone && n2 == n3
      ? <f64>median<T>(second, n3, values)
      : <f64>select<T>(second, n3, (n3 - 1) / 2);
  }
  median3 = <f64>median<T>(third, n3, values);
  median5 = <f64>median<T>(fifth, n3, values);
  return good;
}

/** Forgets what rows of an earlier tile have left. */
export function noiseClear(bytes: i32): void {
  if (<u32>bytes <= <u32>SOURCE_BYTES) memory.fill(second, 0, bytes);
}

/** Measures the noise of floats; parameters as of `noise`. */
export function noise32(count: i32, alone: bool): i32 {
  return noise<f32>(count, alone);
}

/** Measures the noise of doubles. */
export function noise64(count: i32, alone: bool): i32 {
  return noise<f64>(count, alone);
}

/** Where in the random numbers the next pixel is, and which of them says where they go on. */
let next: i32 = 0;
let seed: i32 = 0;

/**
 * Begins a tile.
 *
 * @param start Which random number says where those of the pixels begin, 0 to 9999.
 */
export function ditherBegin(start: i32): void {
  seed = <i32>(<u32>start % <u32>RANDOMS);
  next = <i32>(load<f32>(randoms + <usize>seed * 4) * 500);
}

/** Whole numbers of two doubles: rounded, halves away from 0. */
// @ts-ignore: decorator
@inline
function rounded(numbers: v128): v128 {
  const sign = v128.and(numbers, i64x2.splat(<i64>0x8000000000000000));
  return i32x4.trunc_sat_f64x2_s_zero(f64x2.add(numbers, v128.or(sign, f64x2.splat(0.5))));
}

/** Two pixels in terms of the step. */
// @ts-ignore: decorator
@inline
function scaled(pixels: v128, zero: v128, step: v128, random: usize, dither: i32): v128 {
  const numbers = f64x2.div(f64x2.sub(pixels, zero), step);
  if (dither == 0) return rounded(numbers);
  const shifts = f64x2.promote_low_f32x4(v128.load64_zero(random));
  return rounded(f64x2.sub(f64x2.add(numbers, shifts), f64x2.splat(0.5)));
}

/** One pixel. */
// @ts-ignore: decorator
@inline
function scaledOne<T>(value: T, zero: f64, step: f64, random: usize, dither: i32): i32 {
  if (value != value) return NULL_VALUE;
  if (dither == 2 && value == 0) return ZERO_VALUE;
  let number = (<f64>value - zero) / step;
  if (dither != 0) number = number + <f64>load<f32>(random) - 0.5;
  return <i32>(number >= 0 ? number + 0.5 : number - 0.5);
}

// @ts-ignore: decorator
@inline
function quantize<T>(count: i32, zero: f64, step: f64, dither: i32): i32 {
  const size = sizeof<T>();
  if (count < 0 || <u32>count > <u32>(SOURCE_BYTES / <i32>size)) return -1;
  const zeros = f64x2.splat(zero);
  const steps = f64x2.splat(step);
  let done = 0;
  while (done < count) {
    const stop = dither == 0 ? count : min(count, done + RANDOMS - next);
    let random = randoms + <usize>next * 4;
    if (dither != 0) next += stop - done;
    let i = done;
    for (; i + 4 <= stop; i += 4) {
      const at = source + <usize>i * size;
      let low: v128, high: v128, missing: v128, nothing: v128;
      if (size == 4) {
        const pixels = swapped32(v128.load(at));
        missing = f32x4.ne(pixels, pixels);
        nothing = f32x4.eq(pixels, f32x4.splat(0));
        low = f64x2.promote_low_f32x4(pixels);
        high = f64x2.promote_low_f32x4(v128.shuffle<u64>(pixels, pixels, 1, 1));
      } else {
        low = swapped64(v128.load(at));
        high = swapped64(v128.load(at, 16));
        missing = narrow(f64x2.ne(low, low), f64x2.ne(high, high));
        nothing = narrow(f64x2.eq(low, f64x2.splat(0)), f64x2.eq(high, f64x2.splat(0)));
      }
      const one = scaled(low, zeros, steps, random, dither);
      const other = scaled(high, zeros, steps, random + 8, dither);
      let numbers = v128.shuffle<u64>(one, other, 0, 2);
      if (dither == 2) numbers = v128.bitselect(i32x4.splat(ZERO_VALUE), numbers, nothing);
      numbers = v128.bitselect(i32x4.splat(NULL_VALUE), numbers, missing);
      v128.store(values + <usize>i * 4, numbers);
      random += 16;
    }
    for (; i < stop; i++, random += 4) {
      const value = pixel<T>(source + <usize>i * size);
      store<i32>(values + <usize>i * 4, scaledOne<T>(value, zero, step, random, dither));
    }
    done = stop;
    if (next == RANDOMS) {
      seed = seed + 1 == RANDOMS ? 0 : seed + 1;
      next = <i32>(load<f32>(randoms + <usize>seed * 4) * 500);
    }
  }
  return count;
}

/** Four floats in this machine's byte order. */
// @ts-ignore: decorator
@inline
function swapped32(lanes: v128): v128 {
  return v128.shuffle<u8>(lanes, lanes, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
}

/** Two doubles in this machine's byte order. */
// @ts-ignore: decorator
@inline
function swapped64(lanes: v128): v128 {
  return v128.shuffle<u8>(lanes, lanes, 7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8);
}

/** Two masks of two doubles as one of four numbers. */
// @ts-ignore: decorator
@inline
function narrow(low: v128, high: v128): v128 {
  return v128.shuffle<u32>(low, high, 0, 2, 4, 6);
}

/**
 * Makes floats of the source whole numbers in the target.
 *
 * @param count How many.
 * @param zero What 0 stands for.
 * @param step What 1 stands for, from there.
 * @param dither The method: 0 none, 1, or 2, which keeps pixels of exactly 0.
 * @returns How many; -1, and nothing done, if there are more than room.
 */
export function quantize32(count: i32, zero: f64, step: f64, dither: i32): i32 {
  if (dither == 0) return quantize<f32>(count, zero, step, 0);
  return dither == 1 ? quantize<f32>(count, zero, step, 1) : quantize<f32>(count, zero, step, 2);
}

/** Makes doubles whole numbers. */
export function quantize64(count: i32, zero: f64, step: f64, dither: i32): i32 {
  return quantize<f64>(count, zero, step, dither);
}
