// HCOMPRESS_1 encoded: the H-transform, then quadtrees of bit planes. See hcompress.ts.

/** Huffman codes of nibbles, and their lengths. */
const CODES = memory.data<u8>([
  0x3e, 0x00, 0x01, 0x08, 0x02, 0x09, 0x1a, 0x1b, 0x03, 0x1c, 0x0a, 0x1d, 0x0b, 0x1e, 0x3f, 0x0c,
]);
const LENGTHS = memory.data<u8>([6, 3, 3, 4, 3, 4, 5, 5, 3, 5, 4, 5, 4, 5, 6, 4]);

/** Where memory that the caller may grow begins: nothing of this module lies behind it. */
export function freeStart(): usize {
  return (__heap_base + 63) & ~63;
}

/** The target: where the next byte goes, and bits not yet written, left-aligned. */
let next: usize = 0;
let bits: u64 = 0;
let held: i32 = 0;

/** Puts up to 32 bits. */
// @ts-ignore: decorator
@inline
function put(value: u32, count: i32): void {
  bits |= <u64>value << (64 - held - count);
  held += count;
  store<u64>(next, bswap<u64>(bits));
  next += held >>> 3;
  bits <<= held & 56;
  held &= 7;
}

/** Fills the last byte. */
function align(): void {
  if (held > 0) next++;
  bits = 0;
  held = 0;
}

/** The number of times that 1 is doubled until it is no less than `length`. */
function levels(length: i32): i32 {
  return length <= 1 ? 0 : 32 - clz<i32>(length - 1);
}

/** Rounds a difference to the steps of its level. */
// @ts-ignore: decorator
@inline
function roundedDifference<T>(value: T, half: T, mask: T): T {
  return (value >= 0 ? value + half : value) & mask;
}

/** Rounds a mean to the steps of its level: to the same side for both signs. */
// @ts-ignore: decorator
@inline
function roundedMean<T>(value: T, half: T, mask: T): T {
  return (value >= 0 ? value + half : value + half - 1) & mask;
}

/** Rounds a coefficient to steps of the scale. */
// @ts-ignore: decorator
@inline
function scaled<T>(value: T, scale: T, half: T): T {
  if (scale <= 1) return value;
  return (value > 0 ? value + half : value - half) / scale;
}

/**
 * Transforms pixels: each level leaves the means of 2 x 2 values to the next, and puts their
 * differences where the stream has them.
 */
function transform<T>(
  means: usize,
  others: usize,
  coefficients: usize,
  rows: i32,
  columns: i32,
  scale: T,
): void {
  const size = sizeof<T>();
  const pitch = <usize>columns * size;
  const half = (scale + 1) / 2 - 1;
  const count = levels(max(rows, columns));
  let height = rows;
  let width = columns;
  for (let level = 0; level < count; level++) {
    const shift = <T>(level == 0 ? 0 : 1);
    const mask = <T>-2 << <T>level;
    const maskMean = <T>-4 << <T>level;
    const step = <T>1 << <T>level;
    const stepMean = <T>2 << <T>level;
    const below = (height + 1) >> 1;
    const beside = (width + 1) >> 1;
    for (let i = 0; i < height; i += 2) {
      const upper = means + <usize>(i * width) * size;
      const lower = upper + <usize>width * size;
      const hasLower = i + 1 < height;
      const mean = others + <usize>((i >> 1) * beside) * size;
      const y = coefficients + <usize>(i >> 1) * pitch + <usize>beside * size;
      const x = coefficients + <usize>(below + (i >> 1)) * pitch;
      const c = x + <usize>beside * size;
      for (let j = 0; j < width; j += 2) {
        const at = <usize>j * size;
        const to = <usize>(j >> 1) * size;
        const hasRight = j + 1 < width;
        const a00 = load<T>(upper + at);
        if (hasLower && hasRight) {
          const a01 = load<T>(upper + at + size);
          const a10 = load<T>(lower + at);
          const a11 = load<T>(lower + at + size);
          const h0 = (a11 + a10 + a01 + a00) >> shift;
          const hx = (a11 + a10 - a01 - a00) >> shift;
          const hy = (a11 - a10 + a01 - a00) >> shift;
          const hc = (a11 - a10 - a01 + a00) >> shift;
          store<T>(c + to, scaled<T>(hc, scale, half));
          store<T>(x + to, scaled<T>(roundedDifference<T>(hx, step, mask), scale, half));
          store<T>(y + to, scaled<T>(roundedDifference<T>(hy, step, mask), scale, half));
          store<T>(mean + to, roundedMean<T>(h0, stepMean, maskMean));
        } else if (hasLower) {
          const a10 = load<T>(lower + at);
          const hx = (a10 - a00) << (1 - shift);
          store<T>(x + to, scaled<T>(roundedDifference<T>(hx, step, mask), scale, half));
          store<T>(mean + to, roundedMean<T>((a10 + a00) << (1 - shift), stepMean, maskMean));
        } else if (hasRight) {
          const a01 = load<T>(upper + at + size);
          const hy = (a01 - a00) << (1 - shift);
          store<T>(y + to, scaled<T>(roundedDifference<T>(hy, step, mask), scale, half));
          store<T>(mean + to, roundedMean<T>((a01 + a00) << (1 - shift), stepMean, maskMean));
        } else {
          store<T>(mean + to, roundedMean<T>(a00 << (2 - shift), stepMean, maskMean));
        }
      }
    }
    const held = means;
    means = others;
    others = held;
    height = below;
    width = beside;
  }
  store<T>(coefficients, scaled<T>(load<T>(means), scale, half));
}

/** Puts a bit of 2 x 2 coefficients into each nibble. */
function nibblesOf<T>(
  quadrant: usize,
  pitch: usize,
  rows: i32,
  columns: i32,
  bit: T,
  nibbles: usize,
): void {
  const size = sizeof<T>();
  let to = nibbles;
  for (let i = 0; i < rows; i += 2) {
    const upper = quadrant + <usize>i * pitch;
    const lower = upper + pitch;
    const hasLower = i + 1 < rows;
    for (let j = 0; j < columns; j += 2) {
      const at = <usize>j * size;
      const hasRight = j + 1 < columns;
      let nibble = <i32>((load<T>(upper + at) >> bit) & 1) << 3;
      if (hasRight) nibble |= <i32>((load<T>(upper + at + size) >> bit) & 1) << 2;
      if (hasLower) {
        nibble |= <i32>((load<T>(lower + at) >> bit) & 1) << 1;
        if (hasRight) nibble |= <i32>((load<T>(lower + at + size) >> bit) & 1);
      }
      store<u8>(to++, <u8>nibble);
    }
  }
}

/** Makes nibbles that say which of 2 x 2 nibbles are not 0, in their own place. */
function reduce(nibbles: usize, rows: i32, columns: i32): void {
  let to = nibbles;
  for (let i = 0; i < rows; i += 2) {
    const upper = nibbles + <usize>(i * columns);
    const lower = upper + <usize>columns;
    const hasLower = i + 1 < rows;
    for (let j = 0; j < columns; j += 2) {
      const hasRight = j + 1 < columns;
      let nibble = i32(load<u8>(upper + <usize>j) != 0) << 3;
      if (hasRight) nibble |= i32(load<u8>(upper + <usize>j, 1) != 0) << 2;
      if (hasLower) {
        nibble |= i32(load<u8>(lower + <usize>j) != 0) << 1;
        if (hasRight) nibble |= i32(load<u8>(lower + <usize>j, 1) != 0);
      }
      store<u8>(to++, <u8>nibble);
    }
  }
}

/** Codes of a quadtree, the last first: bytes so far, and bits that are not yet one. */
let codes: i32 = 0;
let codeBits: u32 = 0;
let codeCount: i32 = 0;

/** Adds the codes of nibbles that are not 0; false if they take more room than the nibbles. */
function addCodes(nibbles: usize, count: i32, buffer: usize, most: i32): bool {
  for (let i = 0; i < count; i++) {
    const nibble = <usize>load<u8>(nibbles + <usize>i);
    if (nibble == 0) continue;
    codeBits |= <u32>load<u8>(CODES + nibble) << codeCount;
    codeCount += load<u8>(LENGTHS + nibble);
    if (codeCount < 8) continue;
    store<u8>(buffer + <usize>codes, <u8>codeBits);
    codes++;
    if (codes >= most) return false;
    codeBits >>= 8;
    codeCount -= 8;
  }
  return true;
}

/** Writes the bit planes of a quadrant, each as a quadtree or, if that is longer, as it is. */
function putQuadrant<T>(
  quadrant: usize,
  pitch: usize,
  rows: i32,
  columns: i32,
  planes: i32,
  scratch: usize,
): void {
  const halfRows = (rows + 1) >> 1;
  const halfColumns = (columns + 1) >> 1;
  const all = halfRows * halfColumns;
  const most = (all + 1) / 2;
  const buffer = scratch + <usize>all;
  const depth = levels(max(rows, columns));
  for (let bit = planes - 1; bit >= 0; bit--) {
    codes = 0;
    codeBits = 0;
    codeCount = 0;
    nibblesOf<T>(quadrant, pitch, rows, columns, <T>bit, scratch);
    let height = halfRows;
    let width = halfColumns;
    let shorter = addCodes(scratch, all, buffer, most);
    for (let level = 1; shorter && level < depth; level++) {
      reduce(scratch, height, width);
      height = (height + 1) >> 1;
      width = (width + 1) >> 1;
      shorter = addCodes(scratch, height * width, buffer, most);
    }
    if (!shorter) {
      put(0, 4);
      nibblesOf<T>(quadrant, pitch, rows, columns, <T>bit, scratch);
      for (let i = 0; i < all; i++) put(load<u8>(scratch + <usize>i), 4);
      continue;
    }
    put(15, 4);
    if (codeCount > 0) put(codeBits & ((1 << codeCount) - 1), codeCount);
    else if (codes == 0) put(load<u8>(CODES), load<u8>(LENGTHS));
    for (let i = codes - 1; i >= 0; i--) put(load<u8>(buffer + <usize>i), 8);
  }
}

/** Bits of the greatest coefficient of a quadrant. */
function planesOf<T>(quadrant: usize, pitch: usize, rows: i32, columns: i32): i32 {
  let all: T = 0;
  for (let i = 0; i < rows; i++) {
    const row = quadrant + <usize>i * pitch;
    for (let j = 0; j < columns; j++) all |= load<T>(row + <usize>j * sizeof<T>());
  }
  return <i32>sizeof<T>() * 8 - <i32>clz<T>(all);
}

/**
 * Encodes a tile.
 *
 * Memory from `start` on holds, one behind the other, the pixels, means, coefficients, signs,
 * nibbles and codes, and the stream.
 *
 * @param start Where the pixels are: so many of the type, in this machine's byte order.
 * @param limit Where the memory ends.
 * @param rows Pixels of the slow axis, at least 1.
 * @param columns Pixels of the fast axis, at least 1.
 * @param scale The step of coefficients.
 * @returns Bytes of the stream; -1, and nothing done, if the memory is too small.
 */
// @ts-ignore: decorator
@inline
function encode<T>(start: usize, limit: usize, rows: i32, columns: i32, scale: i32): i32 {
  const size = sizeof<T>();
  const count = rows * columns;
  if (rows < 1 || columns < 1 || <u64>rows * <u64>columns > <u64>(1 << 26)) return -1;
  const means = start;
  const others = means + <usize>count * size;
  const coefficients = others + <usize>(((rows + 1) >> 1) * ((columns + 1) >> 1)) * size;
  const signs = coefficients + <usize>count * size;
  const scratch = signs + <usize>(count / 8 + 16);
  target = scratch + <usize>count + <usize>(rows + columns) + 64;
  if (target + room(rows, columns, <i32>size * 8) > limit) return -1;
  transform<T>(means, others, coefficients, rows, columns, <T>scale);
  next = target;
  store<u16>(next, bswap<u16>(0xdd99));
  store<u32>(next, bswap<u32>(rows), 2);
  store<u32>(next, bswap<u32>(columns), 6);
  store<u32>(next, bswap<u32>(scale), 10);
  store<u64>(next, bswap<u64>(<u64><i64>load<T>(coefficients)), 14);
  store<T>(coefficients, 0);
  next = signs;
  bits = 0;
  held = 0;
  for (let i = 0; i < count; i++) {
    const at = coefficients + <usize>i * size;
    const value = load<T>(at);
    if (value == 0) continue;
    put(u32(value < 0), 1);
    store<T>(at, value < 0 ? -value : value);
  }
  align();
  const signBytes = next - signs;
  const pitch = <usize>columns * size;
  const upper = (rows + 1) >> 1;
  const left = (columns + 1) >> 1;
  const topRight = coefficients + <usize>left * size;
  const bottomLeft = coefficients + <usize>upper * pitch;
  const bottomRight = bottomLeft + <usize>left * size;
  const planes0 = planesOf<T>(coefficients, pitch, upper, left);
  const planes1 = max(
    planesOf<T>(topRight, pitch, upper, columns - left),
    planesOf<T>(bottomLeft, pitch, rows - upper, left),
  );
  const planes2 = planesOf<T>(bottomRight, pitch, rows - upper, columns - left);
  store<u8>(target, <u8>planes0, 22);
  store<u8>(target, <u8>planes1, 23);
  store<u8>(target, <u8>planes2, 24);
  next = target + 25;
  putQuadrant<T>(coefficients, pitch, upper, left, planes0, scratch);
  putQuadrant<T>(topRight, pitch, upper, columns - left, planes1, scratch);
  putQuadrant<T>(bottomLeft, pitch, rows - upper, left, planes1, scratch);
  putQuadrant<T>(bottomRight, pitch, rows - upper, columns - left, planes2, scratch);
  put(0, 4);
  align();
  memory.copy(next, signs, signBytes);
  return <i32>(next + signBytes - target);
}

/** Where the stream of the last call begins. */
let target: usize = 0;

/** Where the stream of the last call begins. */
export function targetStart(): usize {
  return target;
}

/** Bytes of the longest stream: every plane as it is, four bits for 2 x 2 coefficients. */
function room(rows: i32, columns: i32, planes: i32): usize {
  const nibbles = 4 * (<usize>rows / 4 + 2) * (<usize>columns / 4 + 2);
  return 25 + <usize>planes * (nibbles / 2 + 4) + <usize>(rows * columns) / 8 + 64;
}

/** Bytes of memory that a tile needs from its start. */
export function memoryFor(rows: i32, columns: i32, wide: bool): f64 {
  const size: f64 = wide ? 8 : 4;
  const count = <f64>rows * <f64>columns;
  const quarter = (<f64>rows / 2 + 1) * (<f64>columns / 2 + 1);
  const nibbles = 4 * (<f64>rows / 4 + 2) * (<f64>columns / 4 + 2);
  return size * (2 * count + quarter) + 2 * count + <f64>(rows + columns) +
    size * 8 * (nibbles / 2 + 4) + 512;
}

/** Encodes pixels whose sums fit 32 bits: those of at most 16; parameters as of `encode`. */
export function encode32(start: usize, limit: usize, rows: i32, columns: i32, scale: i32): i32 {
  return encode<i32>(start, limit, rows, columns, scale);
}

/** Encodes others; they are given as integers of 64 bits. */
export function encode64(start: usize, limit: usize, rows: i32, columns: i32, scale: i32): i32 {
  return encode<i64>(start, limit, rows, columns, scale);
}
