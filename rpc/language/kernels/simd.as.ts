// Loops over blocks of FLOAT and DOUBLE, four vectors in one turn. See simd.ts.

/** Elements of a block. */
const BLOCK_ELEMENTS: i32 = 2048;
/** Bytes of a slot, which holds a block of DOUBLE. */
const SLOT_BYTES: i32 = 8 * BLOCK_ELEMENTS;
/** How many blocks the memory holds. */
const SLOTS: i32 = 16;
/** Bytes that a loop takes in one turn: four vectors. */
const TURN: i32 = 64;

const slots = memory.data(SLOTS * SLOT_BYTES, 64);
const end = slots + SLOTS * SLOT_BYTES;

/** Where the first slot begins in this module's memory. */
export function slotsStart(): usize {
  return slots;
}

/** How many slots there are. */
export function slotCount(): i32 {
  return SLOTS;
}

/** How many elements a block has. */
export function blockElements(): i32 {
  return BLOCK_ELEMENTS;
}

// A trap, not a code: only a fault of the program asks for what these forbid.

/** Traps if bytes are no whole turns. */
@inline
function checkTurns(bytes: i32): void {
  if (bytes % TURN != 0) unreachable();
}

/** Traps if a loop would leave the slots. */
@inline
function check(at: usize, bytes: i32): void {
  if (at < slots || at > end || <u32>bytes > <u32>(end - at)) unreachable();
}

// What is done with two vectors. `LESS` and `MORE` are IDL's: a < b ? a : b.
const ADD = 0, SUBTRACT = 1, MULTIPLY = 2, DIVIDE = 3, LESS = 4, MORE = 5;
const EQ = 6, NE = 7, LT = 8, GT = 9, LE = 10, GE = 11;
// Those of Math.min and Math.max, which keep NaN.
const LEAST = 12, GREATEST = 13;

/** The operation is a constant of each loop below, and the rest of this goes. */
@inline
function combine<T>(operation: i32, a: v128, b: v128): v128 {
  if (operation == ADD) return v128.add<T>(a, b);
  if (operation == SUBTRACT) return v128.sub<T>(a, b);
  if (operation == MULTIPLY) return v128.mul<T>(a, b);
  if (operation == DIVIDE) return v128.div<T>(a, b);
  if (operation == LESS) return v128.pmin<T>(b, a);
  if (operation == MORE) return v128.pmax<T>(b, a);
  if (operation == EQ) return v128.eq<T>(a, b);
  if (operation == NE) return v128.ne<T>(a, b);
  if (operation == LT) return v128.lt<T>(a, b);
  if (operation == GT) return v128.gt<T>(a, b);
  if (operation == LE) return v128.le<T>(a, b);
  if (operation == LEAST) return v128.min<T>(a, b);
  if (operation == GREATEST) return v128.max<T>(a, b);
  return v128.ge<T>(a, b);
}

/** Combines whole turns of bytes at `a` and `b` into `out`. */
@inline
function binary<T>(operation: i32, a: usize, b: usize, out: usize, bytes: i32): void {
  checkTurns(bytes);
  check(a, bytes);
  check(b, bytes);
  check(out, bytes);
  for (; bytes > 0; bytes -= TURN) {
    v128.store(out, combine<T>(operation, v128.load(a), v128.load(b)));
    v128.store(out, combine<T>(operation, v128.load(a, 16), v128.load(b, 16)), 16);
    v128.store(out, combine<T>(operation, v128.load(a, 32), v128.load(b, 32)), 32);
    v128.store(out, combine<T>(operation, v128.load(a, 48), v128.load(b, 48)), 48);
    a += TURN;
    b += TURN;
    out += TURN;
  }
}

/** Compares: `out` takes one byte for each element, 0 or 1. */
@inline
function comparison<T>(operation: i32, a: usize, b: usize, out: usize, bytes: i32): void {
  checkTurns(bytes);
  check(a, bytes);
  check(b, bytes);
  check(out, bytes / sizeof<T>());
  for (; bytes > 0; bytes -= TURN) {
    const first = combine<T>(operation, v128.load(a), v128.load(b));
    const second = combine<T>(operation, v128.load(a, 16), v128.load(b, 16));
    const third = combine<T>(operation, v128.load(a, 32), v128.load(b, 32));
    const fourth = combine<T>(operation, v128.load(a, 48), v128.load(b, 48));
    if (sizeof<T>() == 4) {
      // Four masks of 32 bits become 16 bytes, of each its lowest bit.
      const upper = i16x8.narrow_i32x4_s(third, fourth);
      const bits = i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(first, second), upper);
      v128.store(out, v128.and(bits, i8x16.splat(1)));
    } else {
      // Four masks of 64 bits, of which every other half is taken, become 8 bytes.
      const lower = v128.shuffle<i32>(first, second, 0, 2, 4, 6);
      const upper = v128.shuffle<i32>(third, fourth, 0, 2, 4, 6);
      const words = i16x8.narrow_i32x4_s(lower, upper);
      const bits = v128.and(i8x16.narrow_i16x8_s(words, words), i8x16.splat(1));
      v128.store64_lane(out, bits, 0);
    }
    a += TURN;
    b += TURN;
    out += TURN / sizeof<T>();
  }
}

// What is done with one vector.
const ABS = 0, NEG = 1, SQRT = 2;

@inline
function compute<T>(operation: i32, a: v128): v128 {
  if (operation == ABS) return v128.abs<T>(a);
  if (operation == NEG) return v128.neg<T>(a);
  return v128.sqrt<T>(a);
}

/** Computes whole turns of bytes at `a` into `out`. */
@inline
function unary<T>(operation: i32, a: usize, out: usize, bytes: i32): void {
  checkTurns(bytes);
  check(a, bytes);
  check(out, bytes);
  for (; bytes > 0; bytes -= TURN) {
    v128.store(out, compute<T>(operation, v128.load(a)));
    v128.store(out, compute<T>(operation, v128.load(a, 16)), 16);
    v128.store(out, compute<T>(operation, v128.load(a, 32)), 32);
    v128.store(out, compute<T>(operation, v128.load(a, 48)), 48);
    a += TURN;
    out += TURN;
  }
}

/** Folds whole turns of bytes at `a` into the 64 bytes at `folded`, each vector into its own. */
@inline
function fold<T>(operation: i32, a: usize, folded: usize, bytes: i32): void {
  checkTurns(bytes);
  check(a, bytes);
  check(folded, TURN);
  let first = v128.load(folded), second = v128.load(folded, 16);
  let third = v128.load(folded, 32), fourth = v128.load(folded, 48);
  for (; bytes > 0; bytes -= TURN) {
    first = combine<T>(operation, v128.load(a), first);
    second = combine<T>(operation, v128.load(a, 16), second);
    third = combine<T>(operation, v128.load(a, 32), third);
    fourth = combine<T>(operation, v128.load(a, 48), fourth);
    a += TURN;
  }
  v128.store(folded, first);
  v128.store(folded, second, 16);
  v128.store(folded, third, 32);
  v128.store(folded, fourth, 48);
}

/** The sum of four sums, of two DOUBLEs each, that did not wait for each other. */
@inline
function total(first: v128, second: v128, third: v128, fourth: v128): f64 {
  const sums = f64x2.add(f64x2.add(first, second), f64x2.add(third, fourth));
  return f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
}

/** The sum of whole turns of FLOATs at `a`, in DOUBLE. */
export function sumFloats(a: usize, bytes: i32): f64 {
  checkTurns(bytes);
  check(a, bytes);
  let first = f64x2(0, 0), second = first, third = first, fourth = first;
  let fifth = first, sixth = first, seventh = first, eighth = first;
  for (; bytes > 0; bytes -= TURN) {
    first = f64x2.add(first, f64x2.promote_low_f32x4(v128.load64_zero(a)));
    second = f64x2.add(second, f64x2.promote_low_f32x4(v128.load64_zero(a, 8)));
    third = f64x2.add(third, f64x2.promote_low_f32x4(v128.load64_zero(a, 16)));
    fourth = f64x2.add(fourth, f64x2.promote_low_f32x4(v128.load64_zero(a, 24)));
    fifth = f64x2.add(fifth, f64x2.promote_low_f32x4(v128.load64_zero(a, 32)));
    sixth = f64x2.add(sixth, f64x2.promote_low_f32x4(v128.load64_zero(a, 40)));
    seventh = f64x2.add(seventh, f64x2.promote_low_f32x4(v128.load64_zero(a, 48)));
    eighth = f64x2.add(eighth, f64x2.promote_low_f32x4(v128.load64_zero(a, 56)));
    a += TURN;
  }
  return total(
    f64x2.add(first, fifth),
    f64x2.add(second, sixth),
    f64x2.add(third, seventh),
    f64x2.add(fourth, eighth),
  );
}

/** The sum of whole turns of DOUBLEs at `a`. */
export function sumDoubles(a: usize, bytes: i32): f64 {
  checkTurns(bytes);
  check(a, bytes);
  let first = f64x2(0, 0), second = first, third = first, fourth = first;
  for (; bytes > 0; bytes -= TURN) {
    first = f64x2.add(first, v128.load(a));
    second = f64x2.add(second, v128.load(a, 16));
    third = f64x2.add(third, v128.load(a, 32));
    fourth = f64x2.add(fourth, v128.load(a, 48));
    a += TURN;
  }
  return total(first, second, third, fourth);
}

/** The sum of the products of whole turns of FLOATs about their means, in DOUBLE. */
export function productFloats(a: usize, b: usize, bytes: i32, meanA: f64, meanB: f64): f64 {
  checkTurns(bytes);
  check(a, bytes);
  check(b, bytes);
  const x = f64x2.splat(meanA), y = f64x2.splat(meanB);
  let first = f64x2(0, 0), second = first, third = first, fourth = first;
  for (; bytes > 0; bytes -= 32) {
    first = f64x2.add(first, centred(a, x, b, y));
    second = f64x2.add(second, centred(a + 8, x, b + 8, y));
    third = f64x2.add(third, centred(a + 16, x, b + 16, y));
    fourth = f64x2.add(fourth, centred(a + 24, x, b + 24, y));
    a += 32;
    b += 32;
  }
  return total(first, second, third, fourth);
}

/** The products of two FLOATs at `a` and at `b`, less their means. */
@inline
function centred(a: usize, x: v128, b: usize, y: v128): v128 {
  return f64x2.mul(
    f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(a)), x),
    f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(b)), y),
  );
}

/** For each byte the numbers of its bits that are set, the lowest first, in eight bytes. */
const placesOfBits = memory.data(256 * 8, 16);
for (let bits = 0; bits < 256; bits++) {
  let at = placesOfBits + 8 * bits;
  for (let bit = 0; bit < 8; bit++) if (bits & (1 << bit)) store<u8>(at++, bit);
}

/**
 * Writes one bit to `out` for each of whole turns of bytes at `a`, the lowest first: 1 where it is
 * not zero. Returns how many are 1.
 */
export function truthBits(a: usize, bytes: i32, out: usize): i32 {
  checkTurns(bytes);
  check(a, bytes);
  check(out, bytes / 8);
  const none = i8x16.splat(0);
  let count = 0;
  for (; bytes > 0; bytes -= 16) {
    const bits = i8x16.bitmask(i8x16.eq(v128.load(a), none)) ^ 0xffff;
    count += popcnt(bits);
    store<u16>(out, <u16>bits);
    a += 16;
    out += 2;
  }
  return count;
}

/**
 * Writes the numbers of the bits at `a` that are 1, or with `zero` 1 of those that are 0, as LONGs
 * to `out`, and returns how many they are. The first bit has the number `first`. What lies up to
 * 32 bytes behind the numbers is overwritten, too.
 */
export function bitPlaces(a: usize, bits: i32, zero: i32, first: i32, out: usize): i32 {
  check(a, (bits + 7) / 8);
  check(out, 4 * bits + 32);
  const start = out;
  const flip: u64 = zero ? -1 : 0;
  for (let i = 0; i < bits;) {
    if (i + 64 <= bits && load<u64>(a) == flip) {
      i += 64;
      a += 8;
      continue;
    }
    let byte = (<i32>load<u8>(a++) ^ <i32>flip) & 0xff;
    if (i + 8 > bits) byte &= (1 << (bits - i)) - 1;
    const places = i16x8.extend_low_i8x16_u(v128.load64_zero(placesOfBits + (byte << 3)));
    const from = i32x4.splat(first + i);
    v128.store(out, i32x4.add(from, i32x4.extend_low_i16x8_u(places)));
    v128.store(out, i32x4.add(from, i32x4.extend_high_i16x8_u(places)), 16);
    out += <usize>popcnt(byte) << 2;
    i += 8;
  }
  return <i32>((out - start) >> 2);
}

/** BYTSCL of two DOUBLEs: 0 below `least`, `top` from `greatest`, between them by `factor`. */
@inline
function scaled(x: v128, least: v128, greatest: v128, factor: v128, span: v128, top: v128): v128 {
  const between = f64x2.div(f64x2.mul(factor, f64x2.sub(x, least)), span);
  const capped = v128.bitselect(top, between, f64x2.ge(x, greatest));
  return i32x4.trunc_sat_f64x2_s_zero(v128.and(capped, f64x2.gt(x, least)));
}

/** Scales whole turns of bytes at `a` to one byte for each element at `out`; NaN becomes 0. */
@inline
function scale<T>(
  a: usize,
  out: usize,
  bytes: i32,
  least: f64,
  greatest: f64,
  factor: f64,
  top: f64,
): void {
  checkTurns(bytes);
  check(a, bytes);
  check(out, bytes / sizeof<T>());
  const low = f64x2.splat(least), high = f64x2.splat(greatest), by = f64x2.splat(factor);
  const span = f64x2.splat(greatest - least), most = f64x2.splat(top);
  for (; bytes > 0; bytes -= 4 * sizeof<T>()) {
    let one = v128.load(a), two: v128;
    if (sizeof<T>() == 4) {
      two = f64x2.promote_low_f32x4(v128.shuffle<i32>(one, one, 2, 3, 0, 1));
      one = f64x2.promote_low_f32x4(one);
    } else two = v128.load(a, 16);
    const first = scaled(one, low, high, by, span, most);
    const second = scaled(two, low, high, by, span, most);
    const words = v128.shuffle<i32>(first, second, 0, 1, 4, 5);
    const halves = i16x8.narrow_i32x4_s(words, words);
    v128.store32_lane(out, i8x16.narrow_i16x8_u(halves, halves), 0);
    a += 4 * sizeof<T>();
    out += 4;
  }
}

/** 1.5 * 2^23: a FLOAT that it is added to is rounded to a whole number, in the lowest bits. */
const WHOLE: f32 = 12582912;
/** How far from a whole number and a half FLOAT decides as DOUBLE: its error is below 6e-5. */
const SURE: f32 = 0.4998;

/** Vectors of a loop that would be made again in every turn if they were constants. */
const vectors = memory.data(64, 16);
v128.store(vectors, f32x4.splat(0.5));
v128.store(vectors, f32x4.splat(WHOLE), 16);
v128.store(vectors, f32x4.splat(SURE), 32);
v128.store(vectors, i32x4.splat(0xff), 48);

/** Four products, less one half: the whole number that is nearest is the product cut off. */
@inline
function product(x: v128, least: v128, by: v128, half: v128): v128 {
  return f32x4.sub(f32x4.mul(f32x4.sub(x, least), by), half);
}

/** Which of four products are so near to a whole number that FLOAT may not decide. */
@inline
function unsure(product: v128, rounded: v128, whole: v128, sure: v128): v128 {
  return f32x4.gt(f32x4.abs(f32x4.sub(product, f32x4.sub(rounded, whole))), sure);
}

/** Four products cut off, as LONGs: 0 up to `least`, `top` from `greatest`. */
@inline
function cut(x: v128, rounded: v128, least: v128, greatest: v128, top: v128, byte: v128): v128 {
  const between = v128.and(rounded, byte);
  const capped = v128.bitselect(top, between, f32x4.ge(x, greatest));
  return v128.and(capped, f32x4.gt(x, least));
}

/** One turn of `scaleFloats`. */
function scaleTurn(
  a: usize,
  out: usize,
  least: f64,
  greatest: f64,
  factor: f64,
  top: f64,
): void {
  scale<f32>(a, out, TURN, least, greatest, factor, top);
}

/**
 * The same as `scaleFloats`, computed in FLOAT with `by`, which is the factor over the span, but
 * for turns in which FLOAT may not decide. Both limits must be FLOATs.
 *
 * Returns how many turns those were.
 */
export function scaleFloatsQuickly(
  a: usize,
  out: usize,
  bytes: i32,
  least: f64,
  greatest: f64,
  factor: f64,
  top: f64,
  by: f32,
): i32 {
  checkTurns(bytes);
  check(a, bytes);
  check(out, bytes / 4);
  const low = f32x4.splat(<f32>least), high = f32x4.splat(<f32>greatest);
  const each = f32x4.splat(by), most = i32x4.splat(<i32>top);
  const half = v128.load(vectors), whole = v128.load(vectors, 16);
  const sure = v128.load(vectors, 32), byte = v128.load(vectors, 48);
  let turns = 0;
  for (; bytes > 0; bytes -= TURN) {
    const x = v128.load(a), y = v128.load(a, 16), z = v128.load(a, 32), u = v128.load(a, 48);
    const p = product(x, low, each, half), q = product(y, low, each, half);
    const r = product(z, low, each, half), s = product(u, low, each, half);
    const i = f32x4.add(p, whole), j = f32x4.add(q, whole);
    const k = f32x4.add(r, whole), l = f32x4.add(s, whole);
    const left = v128.or(unsure(p, i, whole, sure), unsure(q, j, whole, sure));
    const right = v128.or(unsure(r, k, whole, sure), unsure(s, l, whole, sure));
    if (v128.any_true(v128.or(left, right))) {
      scaleTurn(a, out, least, greatest, factor, top);
      turns++;
    } else {
      const first = i16x8.narrow_i32x4_s(
        cut(x, i, low, high, most, byte),
        cut(y, j, low, high, most, byte),
      );
      const second = i16x8.narrow_i32x4_s(
        cut(z, k, low, high, most, byte),
        cut(u, l, low, high, most, byte),
      );
      v128.store(out, i8x16.narrow_i16x8_u(first, second));
    }
    a += TURN;
    out += TURN / 4;
  }
  return turns;
}

// The loops of each operation and type.

export function addFloats(a: usize, b: usize, out: usize, bytes: i32): void {
  binary<f32>(ADD, a, b, out, bytes);
}
export function addDoubles(a: usize, b: usize, out: usize, bytes: i32): void {
  binary<f64>(ADD, a, b, out, bytes);
}
export function subtractFloats(a: usize, b: usize, out: usize, bytes: i32): void {
  binary<f32>(SUBTRACT, a, b, out, bytes);
}
export function subtractDoubles(a: usize, b: usize, out: usize, bytes: i32): void {
  binary<f64>(SUBTRACT, a, b, out, bytes);
}
export function multiplyFloats(a: usize, b: usize, out: usize, bytes: i32): void {
  binary<f32>(MULTIPLY, a, b, out, bytes);
}
export function multiplyDoubles(a: usize, b: usize, out: usize, bytes: i32): void {
  binary<f64>(MULTIPLY, a, b, out, bytes);
}
export function divideFloats(a: usize, b: usize, out: usize, bytes: i32): void {
  binary<f32>(DIVIDE, a, b, out, bytes);
}
export function divideDoubles(a: usize, b: usize, out: usize, bytes: i32): void {
  binary<f64>(DIVIDE, a, b, out, bytes);
}
export function lessFloats(a: usize, b: usize, out: usize, bytes: i32): void {
  binary<f32>(LESS, a, b, out, bytes);
}
export function lessDoubles(a: usize, b: usize, out: usize, bytes: i32): void {
  binary<f64>(LESS, a, b, out, bytes);
}
export function moreFloats(a: usize, b: usize, out: usize, bytes: i32): void {
  binary<f32>(MORE, a, b, out, bytes);
}
export function moreDoubles(a: usize, b: usize, out: usize, bytes: i32): void {
  binary<f64>(MORE, a, b, out, bytes);
}
export function leastFloats(a: usize, b: usize, out: usize, bytes: i32): void {
  binary<f32>(LEAST, a, b, out, bytes);
}
export function leastDoubles(a: usize, b: usize, out: usize, bytes: i32): void {
  binary<f64>(LEAST, a, b, out, bytes);
}
export function greatestFloats(a: usize, b: usize, out: usize, bytes: i32): void {
  binary<f32>(GREATEST, a, b, out, bytes);
}
export function greatestDoubles(a: usize, b: usize, out: usize, bytes: i32): void {
  binary<f64>(GREATEST, a, b, out, bytes);
}
export function andBytes(a: usize, b: usize, out: usize, bytes: i32): void {
  checkTurns(bytes);
  check(a, bytes);
  check(b, bytes);
  check(out, bytes);
  for (; bytes > 0; bytes -= 16) {
    v128.store(out, v128.and(v128.load(a), v128.load(b)));
    a += 16;
    b += 16;
    out += 16;
  }
}
export function orBytes(a: usize, b: usize, out: usize, bytes: i32): void {
  checkTurns(bytes);
  check(a, bytes);
  check(b, bytes);
  check(out, bytes);
  for (; bytes > 0; bytes -= 16) {
    v128.store(out, v128.or(v128.load(a), v128.load(b)));
    a += 16;
    b += 16;
    out += 16;
  }
}
export function eqFloats(a: usize, b: usize, out: usize, bytes: i32): void {
  comparison<f32>(EQ, a, b, out, bytes);
}
export function eqDoubles(a: usize, b: usize, out: usize, bytes: i32): void {
  comparison<f64>(EQ, a, b, out, bytes);
}
export function neFloats(a: usize, b: usize, out: usize, bytes: i32): void {
  comparison<f32>(NE, a, b, out, bytes);
}
export function neDoubles(a: usize, b: usize, out: usize, bytes: i32): void {
  comparison<f64>(NE, a, b, out, bytes);
}
export function ltFloats(a: usize, b: usize, out: usize, bytes: i32): void {
  comparison<f32>(LT, a, b, out, bytes);
}
export function ltDoubles(a: usize, b: usize, out: usize, bytes: i32): void {
  comparison<f64>(LT, a, b, out, bytes);
}
export function gtFloats(a: usize, b: usize, out: usize, bytes: i32): void {
  comparison<f32>(GT, a, b, out, bytes);
}
export function gtDoubles(a: usize, b: usize, out: usize, bytes: i32): void {
  comparison<f64>(GT, a, b, out, bytes);
}
export function leFloats(a: usize, b: usize, out: usize, bytes: i32): void {
  comparison<f32>(LE, a, b, out, bytes);
}
export function leDoubles(a: usize, b: usize, out: usize, bytes: i32): void {
  comparison<f64>(LE, a, b, out, bytes);
}
export function geFloats(a: usize, b: usize, out: usize, bytes: i32): void {
  comparison<f32>(GE, a, b, out, bytes);
}
export function geDoubles(a: usize, b: usize, out: usize, bytes: i32): void {
  comparison<f64>(GE, a, b, out, bytes);
}
export function absFloats(a: usize, out: usize, bytes: i32): void {
  unary<f32>(ABS, a, out, bytes);
}
export function absDoubles(a: usize, out: usize, bytes: i32): void {
  unary<f64>(ABS, a, out, bytes);
}
export function negFloats(a: usize, out: usize, bytes: i32): void {
  unary<f32>(NEG, a, out, bytes);
}
export function negDoubles(a: usize, out: usize, bytes: i32): void {
  unary<f64>(NEG, a, out, bytes);
}
export function sqrtFloats(a: usize, out: usize, bytes: i32): void {
  unary<f32>(SQRT, a, out, bytes);
}
export function sqrtDoubles(a: usize, out: usize, bytes: i32): void {
  unary<f64>(SQRT, a, out, bytes);
}
export function foldLessFloats(a: usize, folded: usize, bytes: i32): void {
  fold<f32>(LESS, a, folded, bytes);
}
export function foldLessDoubles(a: usize, folded: usize, bytes: i32): void {
  fold<f64>(LESS, a, folded, bytes);
}
export function foldMoreFloats(a: usize, folded: usize, bytes: i32): void {
  fold<f32>(MORE, a, folded, bytes);
}
export function foldMoreDoubles(a: usize, folded: usize, bytes: i32): void {
  fold<f64>(MORE, a, folded, bytes);
}
export function scaleFloats(
  a: usize,
  out: usize,
  bytes: i32,
  least: f64,
  greatest: f64,
  factor: f64,
  top: f64,
): void {
  scale<f32>(a, out, bytes, least, greatest, factor, top);
}
export function scaleDoubles(
  a: usize,
  out: usize,
  bytes: i32,
  least: f64,
  greatest: f64,
  factor: f64,
  top: f64,
): void {
  scale<f64>(a, out, bytes, least, greatest, factor, top);
}
