// RICE_1 encoded: the hot loop of compressing integers. See rice.ts.

/** Values that share their number of low bits. */
const BLOCK: i32 = 32;
/** The most bytes of pixels at a time: a whole number of blocks. */
const SOURCE_BYTES: i32 = 64 * 1024;
/** Room for what they become at worst: as many bits as they had and 5 for each block, and a word. */
const TARGET_BYTES: i32 = SOURCE_BYTES + SOURCE_BYTES / BLOCK + 64;
/** Bytes before the source that hold the pixel before the first. */
const BEFORE: i32 = 16;

const source = memory.data(BEFORE + SOURCE_BYTES, 64) + BEFORE;
const target = memory.data(TARGET_BYTES, 64);
/** The differences of a block, mapped to whole numbers from 0 on. */
const mapped = memory.data(BLOCK * 4, 64);

/** Where pixels go in this module's memory. */
export function sourceStart(): usize {
  return source;
}

/** How many bytes of pixels there is room for. */
export function sourceBytes(): i32 {
  return SOURCE_BYTES;
}

/** Where the code comes from. */
export function targetStart(): usize {
  return target;
}

/** How much of it there may be. */
export function targetBytes(): i32 {
  return TARGET_BYTES;
}

/** Bits not yet written, left-aligned in 64, and how many: fewer than 8. */
let bits: u64 = 0;
let held: i32 = 0;

/** Begins a stream: the next pixels are its first. */
export function riceBegin(): void {
  bits = 0;
  held = 0;
  started = 0;
}

/** Whether the first pixel has been written. */
let started: i32 = 0;

/**
 * Ends a stream: fills the last byte with zeros.
 *
 * @returns How many bytes it writes at the start of the target.
 */
export function riceEnd(): i32 {
  if (held == 0) return 0;
  store<u8>(target, <u8>(bits >> 56));
  held = 0;
  bits = 0;
  return 1;
}

/** Puts up to 56 bits: all whole bytes are written, without a branch that could be guessed wrong. */
// @ts-ignore: decorator
@inline
function put(p: usize, value: u64, count: i32): usize {
  bits |= value << (64 - held - count);
  held += count;
  store<u64>(p, bswap<u64>(bits));
  p += held >>> 3;
  bits <<= held & 56;
  held &= 7;
  return p;
}

/** Puts as many zeros as there are. */
function putZeros(p: usize, count: i32): usize {
  for (; count > 0; count -= 48) p = put(p, 0, min(count, 48));
  return p;
}

/** A pixel of the source, in this machine's byte order. */
// @ts-ignore: decorator
@inline
function pixel<T>(at: usize, swapped: bool): T {
  if (sizeof<T>() == 1) return load<T>(at);
  return swapped ? bswap<T>(load<T>(at)) : load<T>(at);
}

/** Brings the bytes of 16-bit or 32-bit lanes into this machine's order. */
// @ts-ignore: decorator
@inline
function native<T>(lanes: v128, swapped: bool): v128 {
  if (!swapped) return lanes;
  if (sizeof<T>() == 2) {
    return v128.shuffle<u8>(lanes, lanes, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14);
  }
  return v128.shuffle<u8>(lanes, lanes, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
}

/**
 * Maps the differences of a block: 0, -1, 1, -2, ... become 0, 1, 2, 3, ...
 *
 * @returns Their sum.
 */
// @ts-ignore: decorator
@inline
function differences<T>(at: usize, count: i32, swapped: bool): u64 {
  const size = <i32>sizeof<T>();
  if (size == 2 && count == BLOCK) {
    let sums = i32x4.splat(0);
    for (let i = 0; i < BLOCK; i += 8) {
      const p = at + <usize>(i * 2);
      const now = native<T>(v128.load(p), swapped);
      const before = native<T>(v128.load(p - 2), swapped);
      const difference = i16x8.sub(now, before);
      const folded = v128.xor(i16x8.shl(difference, 1), i16x8.shr_s(difference, 15));
      const low = i32x4.extend_low_i16x8_u(folded);
      const high = i32x4.extend_high_i16x8_u(folded);
      v128.store(mapped + <usize>(i * 4), low);
      v128.store(mapped + <usize>(i * 4 + 16), high);
      sums = i32x4.add(sums, i32x4.add(low, high));
    }
    return <u64><u32>(i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1) +
      i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3));
  }
  if (size == 4 && count == BLOCK) {
    let sums = i64x2.splat(0);
    for (let i = 0; i < BLOCK; i += 4) {
      const p = at + <usize>(i * 4);
      const now = native<T>(v128.load(p), swapped);
      const before = native<T>(v128.load(p - 4), swapped);
      const difference = i32x4.sub(now, before);
      const folded = v128.xor(i32x4.shl(difference, 1), i32x4.shr_s(difference, 31));
      v128.store(mapped + <usize>(i * 4), folded);
      sums = i64x2.add(
        sums,
        i64x2.add(i64x2.extend_low_i32x4_u(folded), i64x2.extend_high_i32x4_u(folded)),
      );
    }
    return <u64>(i64x2.extract_lane(sums, 0) + i64x2.extract_lane(sums, 1));
  }
  let sum: u64 = 0;
  let last = pixel<T>(at - sizeof<T>(), swapped);
  for (let i = 0; i < count; i++) {
    const next = pixel<T>(at + <usize>(i * size), swapped);
    const shift = 32 - size * 8;
    const difference = ((<i32>next - <i32>last) << shift) >> shift;
    const folded = <u32>((difference << 1) ^ (difference >> 31));
    store<u32>(mapped + <usize>(i * 4), folded);
    sum += folded;
    last = next;
  }
  return sum;
}

/**
 * Encodes pixels behind those of the call before.
 *
 * The number of low bits is chosen as CFITSIO chooses it, so that the streams are the same byte
 * for byte. It also keeps them short: no block takes more bits than its pixels have, and the few
 * that say how it is made.
 *
 * @param count How many pixels; a whole number of blocks unless they are the last.
 * @returns How many bytes it writes at the start of the target; -1, and nothing done, if there
 * are more pixels than room.
 */
// @ts-ignore: decorator
@inline
function encode<T>(count: i32, swapped: bool): i32 {
  const size = <i32>sizeof<T>();
  if (count < 1 || <u32>count > <u32>(SOURCE_BYTES / size)) return -1;
  const fsBits = size == 1 ? 3 : size == 2 ? 4 : 5;
  const fsMax = size == 1 ? 6 : size == 2 ? 14 : 25;
  let p = target;
  if (started == 0) {
    const first = pixel<T>(source, swapped);
    p = put(p, size == 4 ? <u64><u32>first : size == 2 ? <u64><u16>first : <u64><u8>first, size * 8);
    // The first difference is 0.
    store<T>(source - sizeof<T>(), load<T>(source));
    started = 1;
  }
  for (let done = 0; done < count; done += BLOCK) {
    const block = min(BLOCK, count - done);
    const sum = differences<T>(source + <usize>(done * size), block, swapped);
    const half = <u64>(block / 2 + 1);
    const mean = sum <= half ? 0 : block == BLOCK ? (sum - half) >> 5 : (sum - half) / block;
    const fs = 32 - <i32>clz<u32>(<u32>mean >> 1);
    if (fs >= fsMax) {
      p = put(p, fsMax + 1, fsBits);
      for (let i = 0; i < block; i++) p = put(p, load<u32>(mapped + <usize>(i * 4)), size * 8);
      continue;
    }
    if (sum == 0) {
      p = put(p, 0, fsBits);
      continue;
    }
    p = put(p, fs + 1, fsBits);
    const one: u32 = 1 << fs;
    const mask = one - 1;
    const least = fs + 1;
    let buffer = bits;
    let inside = held;
    let i = 0;
    // Four pixels at a time, unless their code is long.
    for (; i + 4 <= block; i += 4) {
      const v = mapped + <usize>(i * 4);
      const v0 = load<u32>(v);
      const v1 = load<u32>(v, 4);
      const v2 = load<u32>(v, 8);
      const v3 = load<u32>(v, 12);
      const l1 = (v1 >>> fs) + least;
      const l3 = (v3 >>> fs) + least;
      const l23 = (v2 >>> fs) + least + l3;
      const length = (v0 >>> fs) + least + l1 + l23;
      if (length <= 56) {
        const c01 = <u64>(one | (v0 & mask)) << l1 | <u64>(one | (v1 & mask));
        const c23 = <u64>(one | (v2 & mask)) << l3 | <u64>(one | (v3 & mask));
        buffer |= (c01 << l23 | c23) << (64 - inside - length);
        inside += length;
        store<u64>(p, bswap<u64>(buffer));
        p += inside >>> 3;
        buffer <<= inside & 56;
        inside &= 7;
        continue;
      }
      bits = buffer;
      held = inside;
      for (let j = 0; j < 4; j++) {
        const value = load<u32>(v + <usize>(j * 4));
        p = putZeros(p, value >>> fs);
        p = put(p, one | (value & mask), least);
      }
      buffer = bits;
      inside = held;
    }
    bits = buffer;
    held = inside;
    for (; i < block; i++) {
      const value = load<u32>(mapped + <usize>(i * 4));
      p = putZeros(p, value >>> fs);
      p = put(p, one | (value & mask), least);
    }
  }
  // What follows goes on from the last pixel.
  store<T>(source - sizeof<T>(), load<T>(source + <usize>((count - 1) * size)));
  return <i32>(p - target);
}

/** Encodes 8-bit pixels; parameters as of `encode`. */
export function riceEncode8(count: i32): i32 {
  return encode<u8>(count, false);
}

/** Encodes big-endian 16-bit pixels. */
export function riceEncode16(count: i32): i32 {
  return encode<i16>(count, true);
}

/** Encodes big-endian 32-bit pixels. */
export function riceEncode32(count: i32): i32 {
  return encode<i32>(count, true);
}

/** Encodes 32-bit pixels in this machine's byte order. */
export function riceEncode32Native(count: i32): i32 {
  return encode<i32>(count, false);
}
