// HCOMPRESS_1 decoded: quadtrees of bit planes, then the inverse H-transform. See hcompress.ts.

/** How a stream ended up. */
const OK: i32 = 0;
const SHORT: i32 = 1;
const BAD_CODE: i32 = 2;
const NO_ROOM: i32 = 3;

/** Huffman codes of nibbles by the next six bits: the nibble, and 16 times the code's length. */
const CODES = memory.data<u8>([
  // 000: 1, 001: 2, 010: 4, 011: 8, eight entries each
  0x31, 0x31, 0x31, 0x31, 0x31, 0x31, 0x31, 0x31, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32,
  0x34, 0x34, 0x34, 0x34, 0x34, 0x34, 0x34, 0x34, 0x38, 0x38, 0x38, 0x38, 0x38, 0x38, 0x38, 0x38,
  // 1000: 3, 1001: 5, 1010: 10, 1011: 12, 1100: 15, four each
  0x43, 0x43, 0x43, 0x43, 0x45, 0x45, 0x45, 0x45, 0x4a, 0x4a, 0x4a, 0x4a, 0x4c, 0x4c, 0x4c, 0x4c,
  0x4f, 0x4f, 0x4f, 0x4f,
  // 11010: 6, 11011: 7, 11100: 9, 11101: 11, 11110: 13, two each
  0x56, 0x56, 0x57, 0x57, 0x59, 0x59, 0x5b, 0x5b, 0x5d, 0x5d,
  // 111110: 0, 111111: 14
  0x60, 0x6e,
]);

/** The source: where the next byte is, where it ends, and the bits at hand, left-aligned. */
let next: usize = 0;
let end: usize = 0;
let bits: u64 = 0;
let held: i32 = 0;
/** Whether bits were asked for that the source does not have; they are given as 0. */
let ranOut: bool = false;

// @ts-ignore: decorator
@inline
function refill(): void {
  if (next + 4 <= end) {
    bits |= <u64>bswap<u32>(load<u32>(next)) << (32 - held);
    next += 4;
    held += 32;
    return;
  }
  while (held < 32 && next < end) {
    bits |= <u64>load<u8>(next++) << (56 - held);
    held += 8;
  }
  if (held >= 32) return;
  // Zeros behind the end; what they are taken for is thrown away.
  if (held == 0) ranOut = true;
}

/** Takes so many bits, at most 6. */
// @ts-ignore: decorator
@inline
function take(count: i32): i32 {
  if (held < 32) refill();
  const value = <i32>(bits >>> (64 - count));
  if (count > held) {
    ranOut = true;
    bits = 0;
    held = 0;
    return value;
  }
  bits <<= count;
  held -= count;
  return value;
}

/** Takes a nibble in Huffman's code. */
// @ts-ignore: decorator
@inline
function takeCode(): i32 {
  if (held < 32) refill();
  const entry = <i32>load<u8>(CODES + <usize>(bits >>> 58));
  const count = entry >> 4;
  if (count > held) {
    ranOut = true;
    bits = 0;
    held = 0;
    return 0;
  }
  bits <<= count;
  held -= count;
  return entry & 15;
}

/** The number of times that 1 is doubled until it is no less than `length`. */
function levels(length: i32): i32 {
  return length <= 1 ? 0 : 32 - clz<i32>(length - 1);
}

/** Two bits as the lowest bits of two coefficients: of 32 bits in one number of 64. */
// @ts-ignore: decorator
@inline
function pair32(two: i32): u64 {
  return <u64>(two >> 1) | (<u64>(two & 1) << 32);
}

/** Puts two bits into a plane of two neighbours. No branch: bits of noise are like coins. */
// @ts-ignore: decorator
@inline
function putPair<T>(at: usize, two: i32, plane: i32): void {
  if (sizeof<T>() == 4) {
    store<u64>(at, load<u64>(at) | (pair32(two) << plane));
  } else {
    store<u64>(at, load<u64>(at) | (<u64>(two >> 1) << plane));
    store<u64>(at, load<u64>(at, 8) | (<u64>(two & 1) << plane), 8);
  }
}

/** Puts a bit into a plane of a coefficient. */
// @ts-ignore: decorator
@inline
function putOne<T>(at: usize, one: i32, plane: i32): void {
  store<T>(at, load<T>(at) | (<T>(one & 1) << <T>plane));
}

/** Puts nibbles, one for 2 x 2 coefficients, into a bit plane of a quadrant. */
function putPlane<T>(
  nibbles: usize,
  quadrant: usize,
  width: i32,
  rows: i32,
  columns: i32,
  plane: i32,
): void {
  const across = (columns + 1) >> 1;
  const pairs = columns >> 1;
  for (let i = 0; i < rows; i += 2) {
    const row = quadrant + <usize>i * <usize>width * sizeof<T>();
    const below = row + <usize>width * sizeof<T>();
    const from = nibbles + <usize>(i >> 1) * <usize>across;
    if (i + 1 < rows) {
      for (let j = 0; j < pairs; j++) {
        const nibble = <i32>load<u8>(from + <usize>j);
        if (nibble == 0) continue;
        const at = <usize>(j << 1) * sizeof<T>();
        putPair<T>(row + at, nibble >> 2, plane);
        putPair<T>(below + at, nibble & 3, plane);
      }
    } else {
      for (let j = 0; j < pairs; j++) {
        const nibble = <i32>load<u8>(from + <usize>j);
        putPair<T>(row + <usize>(j << 1) * sizeof<T>(), nibble >> 2, plane);
      }
    }
    if (pairs == across) continue;
    const nibble = <i32>load<u8>(from + <usize>pairs);
    const at = <usize>(columns - 1) * sizeof<T>();
    putOne<T>(row + at, nibble >> 3, plane);
    if (i + 1 < rows) putOne<T>(below + at, nibble >> 1, plane);
  }
}

/**
 * Expands a level of the quadtree: each bit of a nibble becomes a cell, and each cell that is
 * set a new nibble, read from the last cell backwards.
 */
function expand(parents: usize, children: usize, rows: i32, columns: i32): void {
  const across = (columns + 1) >> 1;
  // In locals: a global is memory each time.
  let some = bits;
  let count = held;
  let at = next;
  const last = end;
  for (let i = rows - 1; i >= 0; i--) {
    const from = parents + <usize>(i >> 1) * <usize>across;
    const row = children + <usize>i * <usize>columns;
    const shift = (i & 1) == 0 ? 2 : 0;
    // The column behind the last is that of the odd one's partner: it has no place.
    for (let j = across - 1; j >= 0; j--) {
      const two = (<i32>load<u8>(from + <usize>j) >> shift) & 3;
      const to = row + <usize>(j << 1);
      const alone = (j << 1) + 1 == columns;
      if (two == 0) {
        if (alone) store<u8>(to, 0);
        else store<u16>(to, 0);
        continue;
      }
      if (count < 12) {
        if (at + 4 <= last) {
          some |= <u64>bswap<u32>(load<u32>(at)) << (32 - count);
          at += 4;
          count += 32;
        } else {
          while (count < 32 && at < last) {
            some |= <u64>load<u8>(at++) << (56 - count);
            count += 8;
          }
        }
      }
      let right: i32 = 0;
      if (!alone && (two & 1) != 0) {
        const entry = <i32>load<u8>(CODES + <usize>(some >>> 58));
        some <<= entry >> 4;
        count -= entry >> 4;
        right = entry & 15;
      }
      let left: i32 = 0;
      if ((two & 2) != 0) {
        const entry = <i32>load<u8>(CODES + <usize>(some >>> 58));
        some <<= entry >> 4;
        count -= entry >> 4;
        left = entry & 15;
      }
      if (alone) store<u8>(to, left);
      else store<u16>(to, left | (right << 8));
      if (count < 0) {
        // What was made of zeros behind the end is thrown away with the rest.
        ranOut = true;
        some = 0;
        count = 0;
      }
    }
  }
  bits = some;
  held = count;
  next = at;
}

/** Reads the bit planes of a quadrant. */
function readQuadrant<T>(
  quadrant: usize,
  width: i32,
  rows: i32,
  columns: i32,
  planes: i32,
  scratch: usize,
): i32 {
  if (rows == 0 || columns == 0) {
    // Such a quadrant still has the codes of its planes.
    for (let plane = 0; plane < planes; plane++) {
      const form = take(4);
      if (form != 0 && form != 15) return BAD_CODE;
      if (form == 15) takeCode();
    }
    return ranOut ? SHORT : OK;
  }
  const size = <usize>((rows + 1) >> 1) * <usize>((columns + 1) >> 1);
  const depth = levels(max(rows, columns));
  for (let plane = planes - 1; plane >= 0; plane--) {
    const form = take(4);
    let nibbles = scratch;
    if (form == 0) {
      for (let i: usize = 0; i < size; i++) store<u8>(nibbles + i, take(4));
    } else if (form == 15) {
      let other = scratch + size;
      store<u8>(nibbles, takeCode());
      for (let level = depth - 1; level >= 1; level--) {
        // Lengths halved and rounded up as often as levels are left.
        const high = (rows + (1 << level) - 1) >> level;
        const wide = (columns + (1 << level) - 1) >> level;
        expand(nibbles, other, high, wide);
        const swap = nibbles;
        nibbles = other;
        other = swap;
      }
    } else return BAD_CODE;
    if (ranOut) return SHORT;
    putPlane<T>(nibbles, quadrant, width, rows, columns, plane);
  }
  return OK;
}

/** Takes a bit for every coefficient that is not 0: whether it is below 0. */
// @ts-ignore: decorator
@inline
function takeSigns<T>(start: usize, stop: usize): void {
  let at = start;
  while (at < stop) {
    if (held < 32) refill();
    if (held == 0) {
      // The end: what is left must be zeros.
      for (; at < stop; at += sizeof<T>()) {
        if (load<T>(at) != <T>0) {
          ranOut = true;
          return;
        }
      }
      ranOut = false;
      return;
    }
    let some = bits;
    let count = held;
    // No branch for a coefficient: each takes at most one bit.
    const end = min(stop, at + <usize>count * sizeof<T>());
    for (; at < end; at += sizeof<T>()) {
      const value = load<T>(at);
      const taken: u64 = value != <T>0 ? 1 : 0;
      const sign = <T>((some >>> 63) & taken);
      some <<= taken;
      count -= <i32>taken;
      store<T>(at, (value ^ -sign) + sign);
    }
    bits = some;
    held = count;
  }
}

/** Adds half of a power of 2, one less below 0, and clears the bits under it. */
// @ts-ignore: decorator
@inline
function rounded<T>(value: T, half: T, less: T, mask: T): T {
  return (value + (value >= <T>0 ? half : less)) & mask;
}

// @ts-ignore: decorator
@inline
function limited<T>(value: T, least: T, most: T): T {
  return value > most ? (most < least ? least : most) : value < least ? least : value;
}

/** Lets a slope follow its neighbours, by at most half the scale. */
// @ts-ignore: decorator
@inline
function smoothed<T>(slope: T, before: T, here: T, after: T, most: T): T {
  const up = after - here;
  const down = here - before;
  const high = max<T>(min<T>(up, down), 0) << 2;
  const low = min<T>(max<T>(up, down), 0) << 2;
  if (low >= high) return slope;
  const wanted = limited<T>(after - before, low, high);
  let change = wanted - (slope << 3);
  change = change >= <T>0 ? change >> 3 : (change + 7) >> 3;
  return slope + limited<T>(change, -most, most);
}

/**
 * Smooths the coefficients of a level (SMOOTH): those of its edges stay as they are.
 *
 * `means` has a row of `half` for each pair of rows; the differences lie in three quadrants.
 */
function smooth<T>(
  means: usize,
  half: i32,
  slopesX: usize,
  slopesY: usize,
  curves: usize,
  width: i32,
  rows: i32,
  columns: i32,
  most: T,
): void {
  const size = sizeof<T>();
  const stride = <usize>width * size;
  const step = <usize>half * size;
  for (let i = 1; 2 * i < rows - 2; i++) {
    let mean = means + <usize>i * step;
    let at = slopesX + <usize>i * stride;
    for (let j = 0; 2 * j < columns; j++) {
      store<T>(
        at,
        smoothed<T>(load<T>(at), load<T>(mean - step), load<T>(mean), load<T>(mean + step), most),
      );
      mean += size;
      at += size;
    }
  }
  for (let i = 0; 2 * i < rows; i++) {
    let mean = means + <usize>i * step + size;
    let at = slopesY + <usize>i * stride + size;
    for (let j = 1; 2 * j < columns - 2; j++) {
      store<T>(
        at,
        smoothed<T>(load<T>(at), load<T>(mean - size), load<T>(mean), load<T>(mean + size), most),
      );
      mean += size;
      at += size;
    }
  }
  for (let i = 1; 2 * i < rows - 2; i++) {
    for (let j = 1; 2 * j < columns - 2; j++) {
      const mean = means + <usize>i * step + <usize>j * size;
      const offset = <usize>i * stride + <usize>j * size;
      const here = load<T>(mean);
      const mm = load<T>(mean - step - size);
      const pm = load<T>(mean + step - size);
      const mp = load<T>(mean - step + size);
      const pp = load<T>(mean + step + size);
      const x2 = load<T>(slopesX + offset) << 1;
      const y2 = load<T>(slopesY + offset) << 1;
      const high = min<T>(
        min<T>(max<T>(pp - here, 0) - x2 - y2, max<T>(here - pm, 0) + x2 - y2),
        min<T>(max<T>(here - mp, 0) - x2 + y2, max<T>(mm - here, 0) + x2 + y2),
      ) << 4;
      const low = max<T>(
        max<T>(min<T>(pp - here, 0) - x2 - y2, min<T>(here - pm, 0) + x2 - y2),
        max<T>(min<T>(here - mp, 0) - x2 + y2, min<T>(mm - here, 0) + x2 + y2),
      ) << 4;
      if (low >= high) continue;
      const at = curves + offset;
      const curve = load<T>(at);
      let change = limited<T>(pp + mm - mp - pm, low, high) - (curve << 6);
      change = change >= <T>0 ? change >> 6 : (change + 63) >> 6;
      store<T>(at, curve + limited<T>(change, -most, most));
    }
  }
}

/** Undoes one level: means and three differences become pixels, or the means of the next level. */
function undo<T>(
  means: usize,
  out: usize,
  coefficients: usize,
  width: i32,
  rows: i32,
  columns: i32,
  level: i32,
): void {
  const size = sizeof<T>();
  const high = (rows + 1) >> 1;
  const wide = (columns + 1) >> 1;
  const bit0 = <T>1 << <T>level;
  const bit1 = bit0 << 1;
  const mask0 = -bit0;
  const mask1 = mask0 << 1;
  const half0 = bit0 >> 1;
  const half1 = bit1 >> 1;
  // The last level has no half of 1 to be one less than.
  const less0: T = level == 0 ? 0 : half0 - 1;
  const less1 = half1 - 1;
  const shift: T = level == 0 ? 2 : 1;
  const pairs = columns >> 1;
  for (let i = 0; i < high; i++) {
    const down = 2 * i + 1 < rows;
    const row = out + <usize>(2 * i) * <usize>columns * size;
    const below = row + <usize>columns * size;
    const mean = means + <usize>i * <usize>wide * size;
    const y = coefficients + (<usize>i * <usize>width + <usize>wide) * size;
    const x = coefficients + <usize>(high + i) * <usize>width * size;
    const c = x + <usize>wide * size;
    let j = 0;
    if (down) {
      if (sizeof<T>() == 4) {
        const whole = pairs & ~3;
        undoFours(mean, x, y, c, row, below, whole, level);
        j = whole;
      }
      for (; j < pairs; j++) {
        const at = <usize>j * size;
        const to = at << 1;
        let h0 = load<T>(mean + at);
        let hx = rounded<T>(load<T>(x + at), half1, less1, mask1);
        let hy = rounded<T>(load<T>(y + at), half1, less1, mask1);
        const hc = rounded<T>(load<T>(c + at), half0, less0, mask0);
        const low0 = hc & bit0;
        hx = hx >= <T>0 ? hx - low0 : hx + low0;
        hy = hy >= <T>0 ? hy - low0 : hy + low0;
        const low1 = (hc ^ hx ^ hy) & bit1;
        h0 = h0 >= <T>0 ? h0 + low0 - low1 : h0 + (low0 == <T>0 ? low1 : low0 - low1);
        store<T>(below + to + size, (h0 + hx + hy + hc) >> shift);
        store<T>(below + to, (h0 + hx - hy - hc) >> shift);
        store<T>(row + to + size, (h0 - hx + hy - hc) >> shift);
        store<T>(row + to, (h0 - hx - hy + hc) >> shift);
      }
      if (pairs == wide) continue;
      const at = <usize>pairs * size;
      let h0 = load<T>(mean + at);
      const hx = rounded<T>(load<T>(x + at), half1, less1, mask1);
      const low1 = hx & bit1;
      h0 = h0 >= <T>0 ? h0 - low1 : h0 + low1;
      store<T>(below + (at << 1), (h0 + hx) >> shift);
      store<T>(row + (at << 1), (h0 - hx) >> shift);
      continue;
    }
    for (; j < pairs; j++) {
      const at = <usize>j * size;
      const to = at << 1;
      let h0 = load<T>(mean + at);
      const hy = rounded<T>(load<T>(y + at), half1, less1, mask1);
      const low1 = hy & bit1;
      h0 = h0 >= <T>0 ? h0 - low1 : h0 + low1;
      store<T>(row + to + size, (h0 + hy) >> shift);
      store<T>(row + to, (h0 - hy) >> shift);
    }
    if (pairs == wide) continue;
    const at = <usize>pairs * size;
    store<T>(row + (at << 1), load<T>(mean + at) >> shift);
  }
}

/** Four 32-bit numbers rounded as `rounded` does, by what is added where they are below 0. */
// @ts-ignore: decorator
@inline
function roundedFour(value: v128, half: v128, less: v128, mask: v128): v128 {
  const below = v128.and(i32x4.shr_s(value, 31), less);
  return v128.and(i32x4.add(i32x4.add(value, half), below), mask);
}

/** Takes `low` off four numbers, towards 0. */
// @ts-ignore: decorator
@inline
function lowered(value: v128, low: v128): v128 {
  const sign = i32x4.shr_s(value, 31);
  return i32x4.sub(value, i32x4.sub(v128.xor(low, sign), sign));
}

/** Undoes a level for 2 x 2 pixels of `count` means in a row, four at a time, without a branch. */
// @ts-ignore: decorator
@inline
function undoFours(
  means: usize,
  x: usize,
  y: usize,
  c: usize,
  row: usize,
  below: usize,
  count: i32,
  level: i32,
): void {
  const bit0 = i32x4.splat(1 << level);
  const bit1 = i32x4.splat(2 << level);
  const mask0 = i32x4.splat(-(1 << level));
  const mask1 = i32x4.splat(-(2 << level));
  const half0 = i32x4.splat((1 << level) >> 1);
  const half1 = i32x4.splat(1 << level);
  const less0 = i32x4.splat(level == 0 ? 0 : -1);
  const less1 = i32x4.splat(-1);
  const shift = level == 0 ? 2 : 1;
  const zero = i32x4.splat(0);
  for (let j = 0; j < count; j += 4) {
    const at = <usize>j << 2;
    let h0 = v128.load(means + at);
    let hx = roundedFour(v128.load(x + at), half1, less1, mask1);
    let hy = roundedFour(v128.load(y + at), half1, less1, mask1);
    const hc = roundedFour(v128.load(c + at), half0, less0, mask0);
    const low0 = v128.and(hc, bit0);
    hx = lowered(hx, low0);
    hy = lowered(hy, low0);
    const low1 = v128.and(v128.xor(v128.xor(hc, hx), hy), bit1);
    // Below 0, and where low0 is 0, low1 is added instead of taken off.
    const added = v128.and(i32x4.shr_s(h0, 31), i32x4.eq(low0, zero));
    h0 = i32x4.add(i32x4.sub(i32x4.add(h0, low0), low1), v128.and(i32x4.shl(low1, 1), added));
    const sum = i32x4.add(h0, hx);
    const difference = i32x4.sub(h0, hx);
    const plus = i32x4.add(hy, hc);
    const minus = i32x4.sub(hy, hc);
    const belowRight = i32x4.shr_s(i32x4.add(sum, plus), shift);
    const belowLeft = i32x4.shr_s(i32x4.sub(sum, plus), shift);
    const right = i32x4.shr_s(i32x4.add(difference, minus), shift);
    const left = i32x4.shr_s(i32x4.sub(difference, minus), shift);
    const to = at << 1;
    v128.store(
      row + to,
      i8x16.shuffle(left, right, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23),
    );
    v128.store(
      row + to,
      i8x16.shuffle(left, right, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31),
      16,
    );
    v128.store(
      below + to,
      i8x16.shuffle(belowLeft, belowRight, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23),
    );
    v128.store(
      below + to,
      i8x16.shuffle(
        belowLeft,
        belowRight,
        8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31,
      ),
      16,
    );
  }
}

/** Where the pixels of the last call begin. */
let pixels: usize = 0;

/** Where the pixels of the last call begin. */
export function pixelsStart(): usize {
  return pixels;
}

/** The first address that is free for a source, coefficients and scratch memory. */
export function freeStart(): usize {
  return (__heap_base + 63) & ~63;
}

/**
 * Decodes an image.
 *
 * From `start` on lie the source and, from the next multiple of 8, room for three arrays of
 * `rows` x `columns` values, the last a place for the nibbles of two levels too. Nothing is read
 * or written outside `start` to `limit`.
 */
// @ts-ignore: decorator
@inline
function decode<T>(
  start: usize,
  length: i32,
  limit: usize,
  rows: i32,
  columns: i32,
  scale: i32,
  sum: i64,
  planes: i32,
  smoothing: bool,
): i32 {
  const size = sizeof<T>();
  const count = <usize>rows * <usize>columns;
  const coefficients = (start + <usize>length + 7) & ~7;
  const one = coefficients + ((count * size + 7) & ~7);
  const other = one + ((count * size + 7) & ~7);
  // Two levels of nibbles take at most (rows + 1) (columns + 1) / 2 bytes, that is 2 for one pixel.
  if (other + max<usize>(count * size, 64 + 2 * count) > limit || rows < 1 || columns < 1) {
    return NO_ROOM;
  }
  memory.fill(coefficients, 0, count * size);
  next = start;
  end = start + <usize>length;
  bits = 0;
  held = 0;
  ranOut = false;
  const top = (rows + 1) >> 1;
  const left = (columns + 1) >> 1;
  const right = coefficients + <usize>left * size;
  const bottom = <usize>top * <usize>columns * size;
  let state = readQuadrant<T>(coefficients, columns, top, left, planes & 255, other);
  const middle = (planes >> 8) & 255;
  if (state == OK) state = readQuadrant<T>(right, columns, top, columns - left, middle, other);
  if (state == OK) {
    state = readQuadrant<T>(coefficients + bottom, columns, rows - top, left, middle, other);
  }
  if (state == OK) {
    const last = planes >> 16;
    state = readQuadrant<T>(right + bottom, columns, rows - top, columns - left, last, other);
  }
  if (state != OK) return state;
  if (take(4) != 0) return BAD_CODE;
  if (ranOut) return SHORT;
  // Signs begin at a byte of their own; whole bytes at hand are theirs.
  const rest = held & 7;
  bits <<= rest;
  held -= rest;
  const stop = coefficients + count * size;
  takeSigns<T>(coefficients, stop);
  if (ranOut) return SHORT;
  store<T>(coefficients, <T>sum);
  if (scale > 1) {
    for (let at = coefficients; at < stop; at += size) {
      store<T>(at, load<T>(at) * <T>scale);
    }
  }
  let from = one;
  let to = other;
  const depth = levels(max(rows, columns));
  let mean = load<T>(coefficients);
  if (depth > 0) {
    const bit2 = <T>1 << <T>(depth + 1);
    mean = rounded<T>(mean, bit2 >> 1, (bit2 >> 1) - 1, -bit2);
  }
  store<T>(from, mean);
  for (let level = depth - 1; level >= 0; level--) {
    const high = (rows + (1 << level) - 1) >> level;
    const wide = (columns + (1 << level) - 1) >> level;
    if (smoothing && scale > 1) {
      const half = (wide + 1) >> 1;
      const slopesX = coefficients + <usize>((high + 1) >> 1) * <usize>columns * size;
      const slopesY = coefficients + <usize>half * size;
      const curves = slopesX + <usize>half * size;
      const most = <T>(scale >> 1);
      smooth<T>(from, half, slopesX, slopesY, curves, columns, high, wide, most);
    }
    undo<T>(from, to, coefficients, columns, high, wide, level);
    const swap = from;
    from = to;
    to = swap;
  }
  pixels = from;
  return OK;
}

/** Decodes into 32-bit pixels: enough for images of 16 bits. */
export function decode32(
  start: usize,
  length: i32,
  limit: usize,
  rows: i32,
  columns: i32,
  scale: i32,
  sum: i64,
  planes: i32,
  smoothing: bool,
): i32 {
  return decode<i32>(start, length, limit, rows, columns, scale, sum, planes, smoothing);
}

/** Decodes into 64-bit pixels. */
export function decode64(
  start: usize,
  length: i32,
  limit: usize,
  rows: i32,
  columns: i32,
  scale: i32,
  sum: i64,
  planes: i32,
  smoothing: bool,
): i32 {
  return decode<i64>(start, length, limit, rows, columns, scale, sum, planes, smoothing);
}

/**
 * Makes 16-bit numbers of the 32-bit pixels of the last call, where they lie.
 *
 * @param count How many there are.
 * @returns Whether every one fits; else the pixels are spoilt.
 */
export function narrow(count: i32): bool {
  let from = pixels;
  let to = pixels;
  const end = pixels + (<usize>count << 2);
  let lost = i32x4.splat(0);
  for (; from + 32 <= end; from += 32) {
    const low = v128.load(from);
    const high = v128.load(from, 16);
    const narrowed = i16x8.narrow_i32x4_s(low, high);
    lost = v128.or(lost, v128.xor(low, i32x4.extend_low_i16x8_s(narrowed)));
    lost = v128.or(lost, v128.xor(high, i32x4.extend_high_i16x8_s(narrowed)));
    v128.store(to, narrowed);
    to += 16;
  }
  let rest: i32 = 0;
  for (; from < end; from += 4) {
    const value = load<i32>(from);
    rest |= value ^ <i32><i16>value;
    store<i16>(to, <i16>value);
    to += 2;
  }
  return !v128.any_true(lost) && rest == 0;
}
