/**
 * Lines of text as bytes: a number becomes digits in their place, without a string of its own.
 *
 * @module
 */

import { POWERS_OF_TEN, shortDigits } from "./short_float.ts";

const FIRST_BYTES = 65_536;
const [ZERO, MINUS, POINT] = [0x30, 0x2d, 0x2e];

/** Digits of one number at most, and where they are put together, from the end. */
const MAX_DIGITS = 24;
const DIGITS = new Uint8Array(MAX_DIGITS);

/** Numbers of this size and more have more digits than a double tells apart, or an exponent. */
const MOST = 1e15;
/** Smaller ones are soon written with an exponent. */
const LEAST = 1e-5;

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder("utf-8", { ignoreBOM: true });

/** Bytes of lines that are written one behind the other. */
export class LineBytes {
  #bytes = new Uint8Array(FIRST_BYTES);
  #length = 0;

  /** Bytes that have been written. */
  get length(): number {
    return this.#length;
  }

  /** Gives what has been written as text, and begins again. */
  take(): string {
    const text = DECODER.decode(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
    return text;
  }

  /**
   * Writes one character of ASCII.
   *
   * @param code Its code.
   */
  byte(code: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length++] = code;
  }

  /**
   * Writes a text.
   *
   * @param text Any text.
   */
  text(text: string): void {
    const { length } = text;
    if (this.#length + 3 * length > this.#bytes.length) this.#grow(3 * length);
    const bytes = this.#bytes;
    let at = this.#length;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) {
        this.#length += ENCODER.encodeInto(text, bytes.subarray(this.#length)).written;
        return;
      }
      bytes[at++] = code;
    }
    this.#length = at;
  }

  /**
   * Writes a whole number.
   *
   * @param value The number, smaller than 1e15 in size.
   */
  integer(value: number): void {
    const from = digitsOf(Math.abs(value));
    this.#sign(value);
    this.#digits(from, MAX_DIGITS);
  }

  /**
   * Writes what a 32-bit float holds with the fewest figures that read back equal.
   *
   * @param value A finite number, not -0.
   */
  float(value: number): void {
    const size = Math.abs(value);
    if (size < 1e7 && Number.isInteger(value)) return this.integer(value);
    const short = shortDigits(value);
    if (short.digits < 0) this.text(short.text);
    else if (short.power <= 0) {
      this.integer((value < 0 ? -1 : 1) * short.digits * POWERS_OF_TEN[-short.power]!);
    } else {
      this.#sign(value);
      this.#fraction(short.digits, short.power);
    }
  }

  /**
   * Writes a number whose decimal has fifteen figures at most.
   *
   * @param value A finite number, not -0.
   * @returns Whether it has; else nothing has been written.
   */
  shortDouble(value: number): boolean {
    const size = Math.abs(value);
    if (size < MOST && Number.isInteger(value)) {
      this.integer(value);
      return true;
    }
    if (!(size >= LEAST && size < MOST)) return false;
    // Decimals of fifteen figures lie farther apart than doubles: one of them at most is read as
    // this double, and no shorter one is another number.
    const power = 14 - Math.floor(Math.log10(size));
    const scale = POWERS_OF_TEN[power]!;
    const digits = Math.round(size * scale);
    if (digits >= MOST || digits / scale !== size) return false;
    this.#sign(value);
    this.#fraction(digits, power);
    return true;
  }

  #sign(value: number): void {
    if (value < 0) this.byte(MINUS);
  }

  /** Writes digits with so many of them, 1 or more, behind the point; no zeros at the end. */
  #fraction(digits: number, power: number): void {
    let from = digitsOf(digits);
    let end = MAX_DIGITS;
    const point = MAX_DIGITS - power;
    while (end > point && DIGITS[end - 1] === ZERO) end--;
    // Zeros before the digits of a number below 1.
    while (from >= point) DIGITS[--from] = ZERO;
    if (end <= point) return this.#digits(from, point);
    this.#digits(from, point);
    this.byte(POINT);
    this.#digits(point, end);
  }

  #digits(from: number, end: number): void {
    if (this.#length + MAX_DIGITS > this.#bytes.length) this.#grow(MAX_DIGITS);
    const bytes = this.#bytes;
    let at = this.#length;
    for (let i = from; i < end; i++) bytes[at++] = DIGITS[i]!;
    this.#length = at;
  }

  #grow(more: number): void {
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + more));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

/** Puts the digits of a whole number to the end of their place, and gives where they begin. */
function digitsOf(size: number): number {
  let at = MAX_DIGITS;
  let rest = size;
  while (rest >= 1e9) {
    const above = Math.floor(rest / 1e9);
    let low = (rest - above * 1e9) | 0;
    for (let i = 0; i < 9; i++) {
      const next = (low / 10) | 0;
      DIGITS[--at] = ZERO + low - 10 * next;
      low = next;
    }
    rest = above;
  }
  let low = rest | 0;
  do {
    const next = (low / 10) | 0;
    DIGITS[--at] = ZERO + low - 10 * next;
    low = next;
  } while (low > 0);
  return at;
}
