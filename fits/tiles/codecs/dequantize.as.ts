// Integers made the floating-point numbers that they stand for. See dequantize.ts.

/** The most pixels at a time. */
const MOST: i32 = 8192;
/** How many random numbers there are. */
const NUMBERS: i32 = 10000;

const values = memory.data(MOST * 4, 64);
const results = memory.data(MOST * 8, 64);
// A vector that begins at the last number may read up to eight bytes behind it.
const numbers = memory.data(NUMBERS * 4 + 16, 64);

/** Where the integers go in this module's memory. */
export function valuesStart(): usize {
  return values;
}

/** Where the floating-point numbers come from. */
export function resultsStart(): usize {
  return results;
}

/** Where the table of random numbers goes. */
export function numbersStart(): usize {
  return numbers;
}

/** The most pixels at a time. */
export function most(): i32 {
  return MOST;
}


/** Two numbers: (I - R + 0.5) x scale + zero, or I x scale + zero. Nothing is fused. */
// @ts-ignore: decorator
@inline
function two(pair: v128, random: v128, dither: bool, scale: v128, zero: v128): v128 {
  let wide = f64x2.convert_low_i32x4_s(pair);
  if (dither) {
    wide = f64x2.sub(wide, f64x2.promote_low_f32x4(random));
    wide = f64x2.add(wide, f64x2.splat(0.5));
  }
  return f64x2.add(f64x2.mul(wide, scale), zero);
}

/**
 * Makes floating-point numbers of integers, two at a time.
 *
 * @param count How many pixels; no more than up to the end of the random numbers.
 * @param scale ZSCALE.
 * @param zero ZZERO.
 * @param dither The method: 0, 1 or 2.
 * @param first Where the first pixel's random number is.
 * @param hasBlank Whether an integer stands for no value.
 * @param blank That integer.
 * @returns 0, or 1 if a parameter would run past the memory: then nothing is done.
 */
// @ts-ignore: decorator
@inline
function run<T>(
  count: i32,
  scale: f64,
  zero: f64,
  dither: i32,
  first: i32,
  hasBlank: bool,
  blank: i32,
): i32 {
  if (<u32>count > <u32>MOST) return 1;
  if (dither != 0 && (<u32>first > <u32>NUMBERS || first + count > NUMBERS)) return 1;
  const scales = f64x2.splat(scale);
  const zeros = f64x2.splat(zero);
  const blanks = i32x4.splat(blank);
  // The value that SUBTRACTIVE_DITHER_2 keeps for exact zeros, as every writer has it.
  const marks = i32x4.splat(-2147483646);
  const special = hasBlank || dither == 2;
  for (let i = 0; i < count; i += 4) {
    const four = v128.load(values + (<usize>i << 2));
    const upper = i8x16.shuffle(
      four,
      four,
      8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15,
    );
    let low: v128;
    let high: v128;
    if (dither != 0) {
      const at = numbers + (<usize>(first + i) << 2);
      const random = v128.load(at);
      const after = i8x16.shuffle(
        random,
        random,
        8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15,
      );
      low = two(four, random, true, scales, zeros);
      high = two(upper, after, true, scales, zeros);
    } else {
      low = two(four, four, false, scales, zeros);
      high = two(upper, four, false, scales, zeros);
    }
    if (sizeof<T>() == 4) {
      let out = i8x16.shuffle(
        f32x4.demote_f64x2_zero(low),
        f32x4.demote_f64x2_zero(high),
        0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23,
      );
      if (special) {
        if (dither == 2) out = v128.andnot(out, i32x4.eq(four, marks));
        if (hasBlank) out = v128.bitselect(f32x4.splat(NaN), out, i32x4.eq(four, blanks));
      }
      v128.store(results + (<usize>i << 2), out);
    } else {
      if (special) {
        if (dither == 2) {
          const mark = i32x4.eq(four, marks);
          low = v128.andnot(low, i64x2.extend_low_i32x4_s(mark));
          high = v128.andnot(high, i64x2.extend_high_i32x4_s(mark));
        }
        if (hasBlank) {
          const none = i32x4.eq(four, blanks);
          low = v128.bitselect(f64x2.splat(NaN), low, i64x2.extend_low_i32x4_s(none));
          high = v128.bitselect(f64x2.splat(NaN), high, i64x2.extend_high_i32x4_s(none));
        }
      }
      v128.store(results + (<usize>i << 3), low);
      v128.store(results + (<usize>i << 3), high, 16);
    }
  }
  return 0;
}

/** Makes 32-bit numbers; parameters as of `run`. */
export function dequantize32(
  count: i32,
  scale: f64,
  zero: f64,
  dither: i32,
  first: i32,
  hasBlank: bool,
  blank: i32,
): i32 {
  return run<f32>(count, scale, zero, dither, first, hasBlank, blank);
}

/** Makes 64-bit numbers; parameters as of `run`. */
export function dequantize64(
  count: i32,
  scale: f64,
  zero: f64,
  dither: i32,
  first: i32,
  hasBlank: bool,
  blank: i32,
): i32 {
  return run<f64>(count, scale, zero, dither, first, hasBlank, blank);
}
