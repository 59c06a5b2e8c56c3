// Sums of the pixels of rows over the pixels of a smaller picture. See sums.ts.

/** The most bytes of rows at a time: with the sums they stay in the cache. */
const ROWS_BYTES: i32 = 128 * 1024;
/** The most pixels of a row of the smaller picture. */
const MOST: i32 = 32_768;

/** What a vector may read behind the last row. */
const PAD_BYTES: i32 = 16;

const rows = memory.data(ROWS_BYTES + PAD_BYTES, 64);
/** Sums of columns of 8- or 16-bit pixels, of 32 bits; a vector may write seven behind the last. */
const columns = memory.data(4 * (ROWS_BYTES + PAD_BYTES), 64);
const sums = memory.data(8 * MOST, 64);
const areas = memory.data(8 * MOST, 64);

/** Where rows go in this module's memory. */
export function rowsStart(): usize {
  return rows;
}

/** How many bytes there is room for. */
export function rowsBytes(): i32 {
  return ROWS_BYTES;
}

/** Where the sums are, as doubles. */
export function sumsStart(): usize {
  return sums;
}

/** Where the areas are that the sums are of, as doubles. */
export function areasStart(): usize {
  return areas;
}

/** How many sums there is room for. */
export function most(): i32 {
  return MOST;
}

/** The sum of the pixels that were looked at last, and the area of those that are finite. */
let sum: f64 = 0;
let area: f64 = 0;

/** Adds the finite pixels of a run one by one. */
function addFinite<T>(from: usize, end: usize): void {
  let some: f64 = 0;
  let count: f64 = 0;
  for (let at = from; at < end; at += sizeof<T>()) {
    const value = <f64>load<T>(at);
    if (value - value != 0) continue;
    some += value;
    count += 1;
  }
  sum += some;
  area += count;
}

/** Adds the pixels of a run, by four sums that wait for each other less than one. */
// @ts-ignore: decorator
@inline
function addRun<T>(from: usize, end: usize): void {
  const size = sizeof<T>();
  let a: f64 = 0;
  let b: f64 = 0;
  let c: f64 = 0;
  let d: f64 = 0;
  let at = from;
  for (; at + 4 * size <= end; at += 4 * size) {
    a += <f64>load<T>(at);
    b += <f64>load<T>(at + size);
    c += <f64>load<T>(at + 2 * size);
    d += <f64>load<T>(at + 3 * size);
  }
  for (; at < end; at += size) a += <f64>load<T>(at);
  const all = a + b + (c + d);
  if (isFloat<T>() && all - all != 0) return addFinite<T>(from, end);
  sum += all;
  area += <f64>((end - from) / size);
}

/** Adds a part of one pixel. */
// @ts-ignore: decorator
@inline
function addPart<T>(at: usize, part: f64): void {
  const value = <f64>load<T>(at);
  if (value - value != 0) return;
  sum += value * part;
  area += part;
}

/**
 * Adds one row to the sums.
 *
 * @param first Where it is.
 * @param start Its first pixel, in pixels of the large picture.
 * @param last The pixel behind its last one.
 * @param rows How many rows its pixels are the sums of.
 */
// @ts-ignore: decorator
@inline
function addRow<T>(
  first: usize,
  start: i32,
  last: i32,
  rows: i32,
  ratio: f64,
  left: i32,
  targets: i32,
  share: f64,
): i32 {
  const size = <i32>sizeof<T>();
  const end = <f64>last;
  const times = <f64>rows;
  let target = left;
  for (let x = <f64>start; x < end; target++) {
    const edge = target == targets - 1 ? end : min(end, <f64>(target + 1) * ratio);
    const whole = max(x, floor(edge));
    sum = 0;
    area = 0;
    // The part of the first pixel that the target before has left.
    const part = min(edge, floor(x) + 1) - x;
    if (part < 1) {
      addPart<T>(first + <usize>((<i32>x - start) * size), part);
      x = min(edge, floor(x) + 1);
    }
    if (x < whole) {
      addRun<T>(
        first + <usize>((<i32>x - start) * size),
        first + <usize>((<i32>whole - start) * size),
      );
      x = whole;
    }
    // The part of the last pixel that is this target's.
    if (x < edge) {
      addPart<T>(first + <usize>((<i32>x - start) * size), edge - x);
      x = edge;
    }
    const at = <usize>(8 * target);
    store<f64>(sums + at, load<f64>(sums + at) + sum * share);
    store<f64>(areas + at, load<f64>(areas + at) + area * times * share);
  }
  return target;
}

/** Four or eight pixels as numbers of 32 bits, the first of them or those behind. */
// @ts-ignore: decorator
@inline
function low<T>(pixels: v128): v128 {
  if (isSigned<T>()) return i32x4.extend_low_i16x8_s(pixels);
  return i32x4.extend_low_i16x8_u(pixels);
}

// @ts-ignore: decorator
@inline
function high<T>(pixels: v128): v128 {
  if (isSigned<T>()) return i32x4.extend_high_i16x8_s(pixels);
  return i32x4.extend_high_i16x8_u(pixels);
}

/** Eight pixels of 8 or 16 bits as 16 bits each. */
// @ts-ignore: decorator
@inline
function eight<T>(at: usize): v128 {
  if (sizeof<T>() == 2) return v128.load(at);
  if (isSigned<T>()) return v128.load8x8_s(at);
  return v128.load8x8_u(at);
}

/** Sums the columns of rows that lie one behind the other. */
// @ts-ignore: decorator
@inline
function sumColumns<T>(count: i32, width: i32): void {
  const size = <i32>sizeof<T>();
  const step = <usize>(width * size);
  const end = rows + step * <usize>count;
  for (let x: i32 = 0; x < width; x += 8) {
    let first = i32x4.splat(0);
    let second = i32x4.splat(0);
    for (let at = rows + <usize>(x * size); at < end; at += step) {
      const pixels = eight<T>(at);
      first = i32x4.add(first, low<T>(pixels));
      second = i32x4.add(second, high<T>(pixels));
    }
    v128.store(columns + <usize>(4 * x), first);
    v128.store(columns + <usize>(4 * x), second, 16);
  }
}

/**
 * Adds rows to the sums, each by the same share.
 *
 * @param count How many rows lie one behind the other.
 * @param width Pixels of each.
 * @param start The first of them, in pixels of the large picture.
 * @param ratio Pixels of the large picture for one of the small one, each way no less than 1.
 * @param left The first pixel of the small picture.
 * @param targets How many pixels a row of it has.
 * @param share What part of the rows is in this row of it.
 * @returns The pixel of the small picture behind the last one; -1, and nothing done, if a
 * parameter would run past the memory.
 */
// @ts-ignore: decorator
@inline
function add<T>(
  count: i32,
  width: i32,
  start: i32,
  ratio: f64,
  left: i32,
  targets: i32,
  share: f64,
): i32 {
  const size = <i32>sizeof<T>();
  const room = ROWS_BYTES / size;
  if (width < 1 || width > room || count < 1 || count > room / width) return -1;
  if (start < 0 || start > i32.MAX_VALUE - room || left < 0 || left >= targets) return -1;
  if (targets > MOST || !(ratio >= 1) || !(<f64>(left + 1) * ratio >= <f64>start)) return -1;
  const last = start + width;
  if (sizeof<T>() < 4) {
    // No sum of as many rows as there is room for leaves 32 bits.
    sumColumns<T>(count, width);
    return addRow<i32>(columns, start, last, count, ratio, left, targets, share);
  }
  let target = left;
  for (let row: i32 = 0; row < count; row++) {
    const first = rows + <usize>(row * width * size);
    target = addRow<T>(first, start, last, 1, ratio, left, targets, share);
  }
  return target;
}

/** Adds rows of u8 pixels; parameters as of `add`. */
export function addUint8(
  count: i32,
  width: i32,
  start: i32,
  ratio: f64,
  left: i32,
  targets: i32,
  share: f64,
): i32 {
  return add<u8>(count, width, start, ratio, left, targets, share);
}

/** Adds rows of i8 pixels; parameters as of `add`. */
export function addInt8(
  count: i32,
  width: i32,
  start: i32,
  ratio: f64,
  left: i32,
  targets: i32,
  share: f64,
): i32 {
  return add<i8>(count, width, start, ratio, left, targets, share);
}

/** Adds rows of i16 pixels; parameters as of `add`. */
export function addInt16(
  count: i32,
  width: i32,
  start: i32,
  ratio: f64,
  left: i32,
  targets: i32,
  share: f64,
): i32 {
  return add<i16>(count, width, start, ratio, left, targets, share);
}

/** Adds rows of u16 pixels; parameters as of `add`. */
export function addUint16(
  count: i32,
  width: i32,
  start: i32,
  ratio: f64,
  left: i32,
  targets: i32,
  share: f64,
): i32 {
  return add<u16>(count, width, start, ratio, left, targets, share);
}

/** Adds rows of i32 pixels; parameters as of `add`. */
export function addInt32(
  count: i32,
  width: i32,
  start: i32,
  ratio: f64,
  left: i32,
  targets: i32,
  share: f64,
): i32 {
  return add<i32>(count, width, start, ratio, left, targets, share);
}

/** Adds rows of u32 pixels; parameters as of `add`. */
export function addUint32(
  count: i32,
  width: i32,
  start: i32,
  ratio: f64,
  left: i32,
  targets: i32,
  share: f64,
): i32 {
  return add<u32>(count, width, start, ratio, left, targets, share);
}

/** Adds rows of f32 pixels; parameters as of `add`. */
export function addFloat32(
  count: i32,
  width: i32,
  start: i32,
  ratio: f64,
  left: i32,
  targets: i32,
  share: f64,
): i32 {
  return add<f32>(count, width, start, ratio, left, targets, share);
}

/** Adds rows of f64 pixels; parameters as of `add`. */
export function addFloat64(
  count: i32,
  width: i32,
  start: i32,
  ratio: f64,
  left: i32,
  targets: i32,
  share: f64,
): i32 {
  return add<f64>(count, width, start, ratio, left, targets, share);
}
