// RICE_1 decoded: the hot loop of most compressed images. See rice.ts.

/** The most compressed bytes at a time. */
const SOURCE_BYTES: i32 = 128 * 1024;
/** The most bytes of pixels at a time: both together stay in the cache. */
const TARGET_BYTES: i32 = 128 * 1024;
/** Zeros around the source, so that a load of eight bytes or sixteen may go beyond its ends. */
const PAD_BYTES: i32 = 32;

const source = memory.data(SOURCE_BYTES + PAD_BYTES, 64);
const reversed = memory.data(SOURCE_BYTES + 2 * PAD_BYTES, 64);
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
 * Puts the source into memory back to front: eight bytes from any place on then are a number of
 * 64 bits, the first bit on top, by one load. (To exchange the bytes of each would take ten
 * instructions.)
 *
 * @returns The address from which the place of a byte is taken away to load what begins there.
 */
function reverse(length: i32): usize {
  // Zeros behind the last byte of the source, which are in front of it when reversed.
  v128.store(reversed, i64x2.splat(0));
  v128.store(reversed, i64x2.splat(0), 16);
  const first = reversed + PAD_BYTES;
  for (let at: usize = 0; at < <usize>length; at += 16) {
    const bytes = v128.load(source + at);
    v128.store(
      // The last vector may have bytes from behind the source; they fall on the zeros.
      first + <usize>length - at - 16,
      i8x16.shuffle(bytes, bytes, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
    );
  }
  v128.store(first - 16, i64x2.splat(0));
  return first + <usize>length - 8;
}

/** The bits at hand, left-aligned; how many of them count; the byte from which more come. */
let bits: u64 = 0;
let held: i32 = 0;
let next: i32 = 0;
/** Where a byte's place is taken away from to load what begins there, and the source's length. */
let top: usize = reversed + PAD_BYTES - 8;
let length: i32 = 0;
/** The value before the next pixel. */
let last: i32 = 0;

/**
 * Takes a new source.
 *
 * @param bytes How many bytes of it have been put into its place.
 * @returns 0, or 1 if there is no room for so many: then nothing is done.
 */
export function riceSource(bytes: i32): i32 {
  if (<u32>bytes > <u32>SOURCE_BYTES) return 1;
  length = bytes;
  top = reverse(bytes);
  return 0;
}

/** Fills the bits up to at least 56, as long as the source has any. */
// @ts-ignore: decorator
@inline
function refill(): void {
  if (next > length) return;
  bits |= load<u64>(top - <usize>next) >>> held;
  const more = (63 - held) >> 3;
  next += more;
  held += more << 3;
}

/**
 * Decodes one pixel that may have more bits than are at hand.
 *
 * @returns Whether the source has it.
 */
function decodeLong<T>(low: i32, to: usize): bool {
  let run: u32 = 0;
  for (;;) {
    refill();
    const zeros = <i32>clz<u64>(bits);
    if (zeros < held) {
      run += zeros;
      bits = bits << zeros << 1;
      held -= zeros + 1;
      break;
    }
    if (next > length) return false;
    run += held;
    bits = 0;
    held = 0;
  }
  refill();
  if (held < low) return false;
  const rest: u32 = low == 0 ? 0 : <u32>(bits >>> (64 - low));
  bits <<= low;
  held -= low;
  last += unmapped((run << low) | rest);
  store<T>(to, <T>last);
  return true;
}

/**
 * Decodes the pixels of a block whose differences have `low` low bits.
 *
 * Four pixels are decoded as if their bits were at hand, which is looked at afterwards: that is
 * a branch for four pixels. Where `low` is a constant, one shift of each pixel is by a variable.
 *
 * @returns Whether the source has them all.
 */
// @ts-ignore: decorator
@inline
function decodeBlock<T>(low: i32, from: usize, end: usize): bool {
  const shift = <u64>(63 - low);
  const gone = <u64>(low + 1);
  const one: u32 = 1 << low;
  const size = sizeof<T>();
  // Fours that 56 bits are seldom enough for are not tried.
  const fours = low <= 11 ? end - 4 * size : 0;
  let to = from;
  // In locals: a global is memory each time.
  const first = top;
  const most = length;
  let some = bits;
  let count = held;
  let at = next;
  let value = last;
  while (to < end) {
    if (to <= fours) {
      if (at <= most) {
        some |= load<u64>(first - <usize>at) >>> count;
        const more = (63 - count) >> 3;
        at += more;
        count += more << 3;
      }
      let left = some;
      let four = value;
      const zeros0 = clz<u64>(left);
      left <<= zeros0;
      four += unmapped((<u32>zeros0 << low) + <u32>(left >>> shift) - one);
      store<T>(to, <T>four);
      left <<= gone;
      const zeros1 = clz<u64>(left);
      left <<= zeros1;
      four += unmapped((<u32>zeros1 << low) + <u32>(left >>> shift) - one);
      store<T>(to + size, <T>four);
      left <<= gone;
      const zeros2 = clz<u64>(left);
      left <<= zeros2;
      four += unmapped((<u32>zeros2 << low) + <u32>(left >>> shift) - one);
      store<T>(to + 2 * size, <T>four);
      left <<= gone;
      const zeros3 = clz<u64>(left);
      left <<= zeros3;
      four += unmapped((<u32>zeros3 << low) + <u32>(left >>> shift) - one);
      store<T>(to + 3 * size, <T>four);
      left <<= gone;
      const used = <i32>(zeros0 + zeros1 + zeros2 + zeros3) + 4 * (low + 1);
      if (used <= count) {
        some = left;
        count -= used;
        value = four;
        to += 4 * size;
        continue;
      }
    }
    bits = some;
    held = count;
    next = at;
    last = value;
    if (!decodeLong<T>(low, to)) return false;
    some = bits;
    count = held;
    at = next;
    value = last;
    to += size;
  }
  bits = some;
  held = count;
  next = at;
  last = value;
  return true;
}

/** Writes the last value again. */
// @ts-ignore: decorator
@inline
function repeat<T>(from: usize, end: usize): void {
  let to = from;
  const same = sizeof<T>() == 1
    ? i8x16.splat(<i8>last)
    : sizeof<T>() == 2
    ? i16x8.splat(<i16>last)
    : i32x4.splat(last);
  for (; to + 16 <= end; to += 16) v128.store(to, same);
  for (; to < end; to += sizeof<T>()) store<T>(to, <T>last);
}

/** Decodes the pixels of a block whose differences are stored as they are. */
// @ts-ignore: decorator
@inline
function decodePlain<T>(from: usize, end: usize): bool {
  const width = <i32>sizeof<T>() * 8;
  for (let to = from; to < end; to += sizeof<T>()) {
    refill();
    if (held < width) return false;
    last += unmapped(<u32>(bits >>> (64 - width)));
    bits <<= width;
    held -= width;
    store<T>(to, <T>last);
  }
  return true;
}

/**
 * Decodes whole blocks of pixels, as many as the source holds.
 *
 * The bits not yet used stand left-aligned in 64, so that the zeros of a difference are counted
 * by one instruction and its low bits, with the 1 before them, come out by one shift. They are
 * filled up without a branch, once for several pixels: bits beyond those that count are those of
 * the bytes to come, and are put there again. Behind the source are zeros, and nothing
 * is taken from further off; nothing is written but `count` pixels.
 *
 * @param bit Where the first block begins, in bits from the start of the source.
 * @param before The value of the pixel before.
 * @param count How many pixels are wanted.
 * @param block Pixels of a block; the last one is shorter.
 * @returns How many pixels were decoded: fewer where the source ends within a block; -1, and
 * nothing done, if a parameter would run past the memory.
 */
// @ts-ignore: decorator
@inline
function decode<T>(bit: i32, before: i32, count: i32, block: i32): i32 {
  const room = TARGET_BYTES / <i32>sizeof<T>();
  if (<u32>count > <u32>room || block < 1 || block > room) return -1;
  if (<u32>bit > <u32>(length << 3)) return -1;
  // The next byte that has not been counted. It passes the end by at most seven.
  next = bit >>> 3;
  bits = load<u64>(top - <usize>next) << (bit & 7);
  held = 56 - (bit & 7);
  next += 7;
  last = before;
  let done: i32 = 0;
  nextBit = bit;
  nextLast = before;
  while (done < count) {
    refill();
    if (held < fsBits<T>()) return done;
    const low = <i32>(bits >>> (64 - fsBits<T>())) - 1;
    bits <<= fsBits<T>();
    held -= fsBits<T>();
    const stop = min(done + block, count);
    const to = target + <usize>done * sizeof<T>();
    const end = target + <usize>stop * sizeof<T>();
    let whole = true;
    if (low < 0) repeat<T>(to, end);
    else if (low >= fsMax<T>()) whole = low == fsMax<T>() && decodePlain<T>(to, end);
    else {
      switch (low) {
        case 0:
          whole = decodeBlock<T>(0, to, end);
          break;
        case 1:
          whole = decodeBlock<T>(1, to, end);
          break;
        case 2:
          whole = decodeBlock<T>(2, to, end);
          break;
        case 3:
          whole = decodeBlock<T>(3, to, end);
          break;
        case 4:
          whole = decodeBlock<T>(4, to, end);
          break;
        case 5:
          whole = decodeBlock<T>(5, to, end);
          break;
        case 6:
          whole = decodeBlock<T>(6, to, end);
          break;
        case 7:
          whole = decodeBlock<T>(7, to, end);
          break;
        case 8:
          whole = decodeBlock<T>(8, to, end);
          break;
        case 9:
          whole = decodeBlock<T>(9, to, end);
          break;
        default:
          whole = decodeBlock<T>(low, to, end);
      }
    }
    // Zeros behind the source are no bits of it.
    if (!whole || (next << 3) - held > length << 3) return done;
    done = stop;
    nextBit = (next << 3) - held;
    nextLast = <i32><T>last;
  }
  return done;
}

/** Decodes 8-bit pixels; parameters as of `decode`. */
export function riceDecode8(bit: i32, before: i32, count: i32, block: i32): i32 {
  return decode<u8>(bit, before, count, block);
}

/** Decodes 16-bit pixels; parameters as of `decode`. */
export function riceDecode16(bit: i32, before: i32, count: i32, block: i32): i32 {
  return decode<i16>(bit, before, count, block);
}

/** Decodes 32-bit pixels; parameters as of `decode`. */
export function riceDecode32(bit: i32, before: i32, count: i32, block: i32): i32 {
  return decode<i32>(bit, before, count, block);
}
