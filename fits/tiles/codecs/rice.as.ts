// RICE_1 decoded: the hot loop of most compressed images. See rice.ts.

/** The most compressed bytes at a time. */
const SOURCE_BYTES: i32 = 128 * 1024;
/** The most bytes of pixels at a time: both together stay in the cache. */
const TARGET_BYTES: i32 = 128 * 1024;

const source = memory.data(SOURCE_BYTES, 64);
const target = memory.data(TARGET_BYTES, 64);

/** Where compressed bytes go in this module's memory. */
export function sourceStart(): usize {
  return source;
}

/** How many there is room for. */
export function sourceBytes(): i32 {
  return SOURCE_BYTES;
}

/** Where pixels come from. */
export function targetStart(): usize {
  return target;
}

/** Room for pixels, in bytes. */
export function targetBytes(): i32 {
  return TARGET_BYTES;
}

/** Bits that say how many low bits the differences of a block have. */
// @ts-ignore: decorator
@inline
function fsBits<T>(): i32 {
  return sizeof<T>() == 1 ? 3 : sizeof<T>() == 2 ? 4 : 5;
}

/** That number of low bits which stands for differences that are stored as they are. */
// @ts-ignore: decorator
@inline
function fsMax<T>(): i32 {
  return sizeof<T>() == 1 ? 6 : sizeof<T>() == 2 ? 14 : 25;
}

/** Even differences are positive, odd ones negative: 0, -1, 1, -2, ... */
// @ts-ignore: decorator
@inline
function unmapped(difference: u32): i32 {
  return <i32>((difference >>> 1) ^ (0 - (difference & 1)));
}

/** The bit where the last call stopped, and the value before it. */
let nextBit: i32 = 0;
let nextLast: i32 = 0;

/** The bit, counted from the start of the source, at which the next block begins. */
export function riceBit(): i32 {
  return nextBit;
}

/** The value of the last pixel that was decoded. */
export function riceLast(): i32 {
  return nextLast;
}

/**
 * Decodes whole blocks of pixels, as many as the source holds.
 *
 * The bits not yet used stand left-aligned in 64, so that the zeros of a difference are counted
 * by one instruction and its low bits, with the 1 before them, come out by one shift. Nothing is
 * read behind the source's `length` bytes, nothing written but `count` pixels.
 *
 * @param length Bytes of the source.
 * @param bit Where the first block begins, in bits from the start of the source.
 * @param last The value of the pixel before.
 * @param count How many pixels are wanted.
 * @param block Pixels of a block; the last one is shorter.
 * @returns How many pixels were decoded: fewer where the source ends within a block; -1, and
 * nothing done, if a parameter would run past the memory.
 */
// @ts-ignore: decorator
@inline
function decode<T>(length: i32, bit: i32, last: i32, count: i32, block: i32): i32 {
  const room = TARGET_BYTES / <i32>sizeof<T>();
  if (<u32>length > <u32>SOURCE_BYTES || <u32>count > <u32>room) return -1;
  if (block < 1 || block > room || <u32>bit > <u32>(length << 3)) return -1;
  const start = source;
  const end = start + <usize>length;
  let p = start + <usize>(bit >>> 3);
  let bits: u64 = 0;
  let held: i32 = 0;
  if ((bit & 7) != 0 && p < end) {
    bits = <u64>load<u8>(p++) << (56 + (bit & 7));
    held = 8 - (bit & 7);
  }
  let done: i32 = 0;
  nextBit = bit;
  nextLast = last;
  while (done < count) {
    while (held < 32) {
      if (p + 4 <= end) {
        bits |= <u64>bswap<u32>(load<u32>(p)) << (32 - held);
        p += 4;
        held += 32;
      } else if (p < end) {
        bits |= <u64>load<u8>(p++) << (56 - held);
        held += 8;
      } else break;
    }
    if (held < fsBits<T>()) return done;
    const low = <i32>(bits >>> (64 - fsBits<T>())) - 1;
    bits <<= fsBits<T>();
    held -= fsBits<T>();
    const stop = min(done + block, count);
    if (low < 0) {
      for (let i = done; i < stop; i++) store<T>(target + (<usize>i) * sizeof<T>(), <T>last);
    } else if (low >= fsMax<T>()) {
      if (low > fsMax<T>()) return done;
      for (let i = done; i < stop; i++) {
        while (held < 32) {
          if (p + 4 <= end) {
            bits |= <u64>bswap<u32>(load<u32>(p)) << (32 - held);
            p += 4;
            held += 32;
          } else if (p < end) {
            bits |= <u64>load<u8>(p++) << (56 - held);
            held += 8;
          } else break;
        }
        if (held < <i32>sizeof<T>() * 8) return done;
        last += unmapped(<u32>(bits >>> (64 - sizeof<T>() * 8)));
        bits <<= sizeof<T>() * 8;
        held -= <i32>sizeof<T>() * 8;
        store<T>(target + (<usize>i) * sizeof<T>(), <T>last);
      }
    } else {
      const shift = <u64>(63 - low);
      const one: u32 = 1 << low;
      for (let i = done; i < stop; i++) {
        while (held < 32) {
          if (p + 4 <= end) {
            bits |= <u64>bswap<u32>(load<u32>(p)) << (32 - held);
            p += 4;
            held += 32;
          } else if (p < end) {
            bits |= <u64>load<u8>(p++) << (56 - held);
            held += 8;
          } else break;
        }
        const zeros = <i32>clz<u64>(bits);
        const used = zeros + 1 + low;
        if (used <= held) {
          last += unmapped((<u32>zeros << low) + <u32>((bits << zeros) >>> shift) - one);
          bits <<= used;
          held -= used;
        } else {
          // More zeros than are at hand, or the end.
          let run: u32 = 0;
          while (bits == 0) {
            run += held;
            held = 0;
            if (p >= end) return done;
            bits = <u64>load<u8>(p++) << 56;
            held = 8;
          }
          const rest = <i32>clz<u64>(bits);
          run += rest;
          // The last shift is by at most 63: `rest` bits, then the 1.
          bits = bits << rest << 1;
          held -= rest + 1;
          while (held < low) {
            if (p >= end) return done;
            bits |= <u64>load<u8>(p++) << (56 - held);
            held += 8;
          }
          const rests: u32 = low == 0 ? 0 : <u32>(bits >>> (64 - low));
          bits <<= low;
          held -= low;
          last += unmapped((run << low) | rests);
        }
        store<T>(target + (<usize>i) * sizeof<T>(), <T>last);
      }
    }
    done = stop;
    nextBit = (<i32>(p - start) << 3) - held;
    nextLast = <i32><T>last;
  }
  return done;
}

/** Decodes 8-bit pixels; parameters as of `decode`. */
export function riceDecode8(length: i32, bit: i32, last: i32, count: i32, block: i32): i32 {
  return decode<u8>(length, bit, last, count, block);
}

/** Decodes 16-bit pixels; parameters as of `decode`. */
export function riceDecode16(length: i32, bit: i32, last: i32, count: i32, block: i32): i32 {
  return decode<i16>(length, bit, last, count, block);
}

/** Decodes 32-bit pixels; parameters as of `decode`. */
export function riceDecode32(length: i32, bit: i32, last: i32, count: i32, block: i32): i32 {
  return decode<i32>(length, bit, last, count, block);
}
