/** Random images to be compressed: all types, shapes of one to four axes, flat parts, pixels without a value. */

import type { AnyPixels, ImageInput } from "../../../fits/mod.ts";
import { Header } from "../../../fits/mod.ts";
import type { SeededRandom } from "../random.ts";

/** The types of pixels. */
export type RandomType =
  | "uint8"
  | "int8"
  | "int16"
  | "uint16"
  | "int32"
  | "uint32"
  | "int64"
  | "float32"
  | "float64";

const CLASSES = {
  uint8: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

/** What a random image is like. */
export interface RandomImageOptions {
  /** The least length of the first two axes. */
  readonly least?: number;
  /** The most axes. */
  readonly axes?: number;
  /** The greatest value, from 0 on; without it, all values of the type may come. */
  readonly most?: number;
  /** Whether floats may have no value. */
  readonly missing?: boolean;
}

/** Makes an image. */
export function randomImage(
  random: SeededRandom,
  type: RandomType,
  { least = 1, axes = 4, most, missing = true }: RandomImageOptions = {},
): ImageInput & { readonly shape: number[] } {
  const count = random.integer(least > 1 ? 2 : 1, axes);
  const shape = Array.from(
    { length: count },
    (_, axis) => axis < 2 ? random.integer(least, 60) : random.integer(1, 3),
  );
  const pixels = new CLASSES[type](shape.reduce((product, length) => product * length, 1));
  const spread = 2 ** random.integer(0, most === undefined ? 8 * pixels.BYTES_PER_ELEMENT : 12);
  const scale = type.startsWith("float") ? 10 ** random.integer(-3, 3) : 1;
  let value = random.integer(0, 1000);
  const flat = random.pick([0, 0.3, 0.95]);
  const holes = missing && random.next() < 0.5 ? 0.1 : 0;
  for (let i = 0; i < pixels.length; i++) {
    // A sum of three is near to what a detector's noise is like.
    const noise = random.next() + random.next() + random.next() - 1.5;
    if (random.next() >= flat) value = 500 + noise * spread;
    const given = most === undefined ? value : Math.min(most, Math.max(0, Math.round(value)));
    set(pixels, i, type.startsWith("float") && random.next() < holes ? NaN : given * scale);
  }
  const header = new Header();
  header.set("OBJECT", "a 'star'", { comment: "what was looked at" });
  header.set("EXPTIME", random.next(), { comment: "s" });
  header.addCommentary("HISTORY", "made at random");
  header.addCommentary("", "");
  header.addCommentary("COMMENT", "of no use");
  return { pixels, shape, header: header.cards };
}

function set(pixels: AnyPixels, i: number, value: number): void {
  if (pixels instanceof BigInt64Array || pixels instanceof BigUint64Array) {
    pixels[i] = BigInt(Math.round(value)) * 3n;
  } else pixels[i] = value;
}
