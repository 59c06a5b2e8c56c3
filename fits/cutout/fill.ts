/** Pixels outside of the image: NaN, or an integer that means "no value" (BLANK). */

import { FormatError } from "../../net/errors.ts";
import type { Bitpix } from "../hdu/layout.ts";
import type { Header } from "../header/header.ts";
import { type Image, imageScaling, PIXEL_ARRAYS, type StoredType } from "../image/pixels.ts";
import { type CutAxis, insideCount } from "./ranges.ts";

/** Values that are looked through for one that no pixel has. */
const CANDIDATES = 65_536;

/** What fills the pixels outside of the image. */
export interface Filling {
  readonly value: number | bigint;
  /** Whether the header has no BLANK that says so. */
  readonly isNew: boolean;
}

/** The smallest and the largest integer of a BITPIX. */
function limitsOf(bitpix: Bitpix): [bigint, bigint] {
  if (bitpix === 8) return [0n, 255n];
  const half = 1n << BigInt(bitpix - 1);
  return [-half, half - 1n];
}

/**
 * Chooses what pixels without a value are stored as: NaN, the header's BLANK, or the smallest
 * integer that no pixel has.
 *
 * @param header The header of the image.
 * @param bitpix Its BITPIX.
 * @param pixels The pixels that are kept.
 * @throws {FormatError} If every integer is the value of a pixel.
 */
export function fillingOf(
  header: Header,
  bitpix: Bitpix,
  pixels: ArrayLike<number | bigint>,
): Filling {
  if (bitpix < 0) return { value: NaN, isNew: false };
  const [least, most] = limitsOf(bitpix);
  const typed = (value: bigint) => bitpix === 64 ? value : Number(value);
  const { blank } = imageScaling(header, bitpix);
  if (blank !== undefined && BigInt(blank) >= least && BigInt(blank) <= most) {
    return { value: typed(BigInt(blank)), isNew: false };
  }
  const used = new Uint8Array(Math.min(CANDIDATES, Number(most - least) + 1));
  const last = typed(least + BigInt(used.length - 1));
  for (let i = 0; i < pixels.length; i++) {
    const pixel = pixels[i]!;
    if (pixel > last) continue;
    // Large 64-bit integers are not exact as doubles, their differences are.
    used[typeof pixel === "bigint" ? Number(pixel - least) : pixel - Number(least)] = 1;
  }
  const free = used.indexOf(0);
  if (free >= 0) return { value: typed(least + BigInt(free)), isNew: true };
  throw new FormatError(
    `Cannot fill the pixels outside of the image: each of ${used.length} integers is the value ` +
      "of a pixel, and the header has no BLANK",
  );
}

/**
 * Puts the pixels of an image into an array that reaches beyond it.
 *
 * @param image The part that the image has.
 * @param axes The axes of the whole array.
 * @param value What the others are.
 */
export function filled(
  image: Image<StoredType>,
  axes: readonly CutAxis[],
  value: number | bigint,
): Image<StoredType>["pixels"] {
  const count = axes.reduce((product, axis) => product * axis.count, 1);
  const whole = new PIXEL_ARRAYS[image.type](count);
  (whole as { fill(value: number | bigint): unknown }).fill(value);
  const inside = axes.map(insideCount);
  const run = inside[0]!;
  const place = new Array<number>(axes.length).fill(0);
  for (let from = 0; from < image.pixels.length; from += run) {
    let to = 0;
    for (let axis = axes.length - 1; axis >= 0; axis--) {
      to = to * axes[axis]!.count + axes[axis]!.before + place[axis]!;
    }
    const pixels = image.pixels.subarray(from, from + run);
    (whole as { set(pixels: unknown, at: number): void }).set(pixels, to);
    let axis = 1;
    while (axis < axes.length && ++place[axis]! === inside[axis]) place[axis++] = 0;
  }
  return whole;
}
