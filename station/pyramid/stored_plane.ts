/** A plane of an image as its tiles have it: stored values, and what they mean. */

import type { Hdu } from "../../fits/file/hdu.ts";
import { imageScaling, storedType } from "../../fits/image/pixels.ts";
import type { AxisRange } from "../../fits/image/section.ts";
import { type Box, levelCount, type NumberArray, type ValueRule } from "./levels.ts";
import type { TileValues } from "./tile.ts";

/** What is read of an image, and what it means. */
export interface StoredPixels {
  readonly values: TileValues;
  readonly rule: ValueRule;
  /** Whether the values are rounded from 64-bit integers. */
  readonly rounded: boolean;
}

/** How the pixels of an image are read without loss. */
type Form = "stored" | "exact" | "offset" | "double" | "long";

/** How pixels are read. */
export interface ReadOptions {
  /** Every how many-th pixel of the two axes is read. @default {[1, 1]} */
  readonly steps?: readonly [x: number, y: number] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * How the stored pixels of an image become values of a tile.
 *
 * @param hdu The image.
 * @param exact Whether 64-bit integers stay what they are.
 */
function formOf(hdu: Hdu, exact: boolean): { readonly form: Form; readonly rule: ValueRule } {
  const { bscale, bzero, blank, exact: type } = imageScaling(hdu.header, hdu.bitpix);
  const plain = { bscale: 1, bzero: 0, blank: undefined };
  if (hdu.bitpix < 0) return { form: "stored", rule: { bscale, bzero, blank: undefined } };
  // A compressed image may say of each pixel that it has no value.
  if (hdu.kind === "compressed IMAGE" && hasMissingPixels(hdu)) {
    return { form: "double", rule: plain };
  }
  if (hdu.bitpix === 64) {
    if (!exact) return { form: "double", rule: plain };
    if (blank === undefined && type !== undefined) return { form: "exact", rule: plain };
    const number = blank === undefined ? undefined : Number(blank);
    return { form: "long", rule: { bscale, bzero, blank: number } };
  }
  if (blank === undefined) {
    return type === undefined
      ? { form: "stored", rule: { bscale, bzero, blank } }
      : { form: "exact", rule: plain };
  }
  if (type === undefined || type === storedType(hdu.bitpix)) {
    return { form: "stored", rule: { bscale, bzero, blank: Number(blank) } };
  }
  return { form: "offset", rule: { ...plain, blank: Number(blank) + bzero } };
}

/** Whether columns of the table that stores the image tell pixels without a value. */
function hasMissingPixels({ data: { header } }: Hdu): boolean {
  return header.cards.some(({ keyword, value }) =>
    /^TTYPE\d+$/.test(keyword) && /^\s*(ZBLANK|NULL_PIXEL_MASK)\s*$/i.test(String(value))
  );
}

/**
 * Reads a section of an image without loss.
 *
 * @param hdu The image.
 * @param section The ranges of its axes.
 * @param exact Whether 64-bit integers stay what they are; else they are rounded to doubles.
 * @param signal Ends the reading.
 */
export async function readStored(
  hdu: Hdu,
  section: readonly AxisRange[],
  exact: boolean,
  signal?: AbortSignal,
): Promise<StoredPixels> {
  const { form, rule } = formOf(hdu, exact);
  const options = { section, signal };
  const rounded = hdu.bitpix === 64 && form === "double";
  if (form === "double") {
    const { pixels } = await hdu.image({ ...options, as: "float64" });
    return { values: pixels, rule, rounded };
  }
  if (form === "exact") {
    const { pixels } = await hdu.image(options);
    return { values: pixels, rule, rounded };
  }
  const { pixels } = await hdu.image({ ...options, physical: false });
  return { values: form === "offset" ? flipTopBits(pixels as NumberArray) : pixels, rule, rounded };
}

/** The integers of the convention: half their range added. */
function flipTopBits(pixels: NumberArray): NumberArray {
  const { buffer, byteOffset, length } = pixels;
  if (pixels instanceof Int16Array) {
    const result = new Uint16Array(buffer, byteOffset, length);
    for (let i = 0; i < length; i++) result[i]! ^= 0x8000;
    return result;
  }
  if (pixels instanceof Int32Array) {
    const result = new Uint32Array(buffer, byteOffset, length);
    for (let i = 0; i < length; i++) result[i]! ^= 0x80000000;
    return result;
  }
  const result = new Int8Array(buffer, byteOffset, length);
  for (let i = 0; i < length; i++) result[i]! ^= 0x80;
  return result;
}

/** A plane of an image: axes 1 and 2, at a place of the others. */
export class StoredPlane {
  /** The image. */
  readonly hdu: Hdu;
  /** Pixels of a row. */
  readonly width: number;
  /** Rows; 1 of an image with a single axis. */
  readonly height: number;
  /** The place on axis 3 and those after it, from 0. */
  readonly place: readonly number[];

  /**
   * Chooses a plane.
   *
   * @param hdu The image.
   * @param place The place on axis 3 and those after it, from 0; 0 where it is not given.
   * @throws {RangeError} If the image has no such plane.
   */
  constructor(hdu: Hdu, place: readonly number[] = []) {
    const { shape } = hdu;
    const others = shape.slice(2);
    if (place.length > others.length || place.some((at, axis) => at >= others[axis]!)) {
      throw new RangeError(
        `plane ${place.map((at) => at + 1).join(",")} is asked for, it has ` +
          (others.length === 0 ? "a single one" : `planes 1 to ${others.join(",")}`),
      );
    }
    this.hdu = hdu;
    this.width = shape[0] ?? 0;
    this.height = shape.length === 1 ? 1 : shape[1] ?? 0;
    this.place = others.map((_, axis) => place[axis] ?? 0);
  }

  /** How many levels it has. */
  get levels(): number {
    return levelCount(this.width, this.height);
  }

  /** What its stored values mean. */
  get rule(): ValueRule {
    return formOf(this.hdu, false).rule;
  }

  /**
   * Reads a box, 64-bit integers as doubles.
   *
   * @param box The box.
   * @param options Steps, and a signal that ends the reading.
   */
  async read(
    box: Box,
    { steps, signal }: ReadOptions = {},
  ): Promise<StoredPixels & { readonly values: NumberArray }> {
    const pixels = await readStored(this.hdu, this.sectionOf(box, steps), false, signal);
    return pixels as StoredPixels & { readonly values: NumberArray };
  }

  /**
   * The section of the image that a box is.
   *
   * @param box The box.
   * @param steps Every how many-th pixel of the two axes is meant.
   */
  sectionOf(
    { x, y, width, height }: Box,
    [stepX, stepY]: readonly [x: number, y: number] = [1, 1],
  ): AxisRange[] {
    const axes: AxisRange[] = [[x, x + width, stepX], [y, y + height, stepY]];
    return [
      ...axes.slice(0, this.hdu.shape.length),
      ...this.place.map((at): AxisRange => [at, at + 1]),
    ];
  }

  /**
   * Divides a box into bands of whole rows that cut no compressed tile, as far as they can.
   *
   * @param box The box.
   * @param most About how many pixels a band has.
   */
  *bands(box: Box, most: number): Generator<Box> {
    const tile = this.hdu.tile[1] ?? 1;
    const rows = Math.max(1, Math.floor(most / box.width));
    const together = Math.max(1, Math.floor(rows / tile)) * tile;
    const end = box.y + box.height;
    for (let y = box.y; y < end;) {
      const next = Math.min(end, (Math.floor(y / together) + 1) * together);
      yield { x: box.x, y, width: box.width, height: next - y };
      y = next;
    }
  }
}
