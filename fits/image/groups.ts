/** Random groups: arrays that each come with parameters (FITS 4.0, section 6; used by radio interferometers). */

import { toNativeOrder } from "../../net/byte_order.ts";
import type { HduData } from "../hdu/data.ts";
import { type ImageOptions, readPhysical, readStored } from "./image.ts";
import { pixelBytes, scaleLongs } from "./pixel_conversion.ts";
import { type Image, imageScaling, PIXEL_ARRAYS, storedType } from "./pixels.ts";

/** Bytes of groups whose parameters are read at a time. */
const PIECE_BYTES = 1 << 20;

/** The groups of a primary HDU. */
export class RandomGroups {
  /** How many groups there are (GCOUNT). */
  readonly count: number;
  /** The names of the parameters (PTYPEn), `""` where there is none; names may repeat. */
  readonly names: readonly string[];
  /** The lengths of the axes of each group's array, without NAXIS1 = 0. */
  readonly shape: readonly number[];
  readonly #data: HduData;
  readonly #groupBytes: number;
  readonly #size: 1 | 2 | 4 | 8;

  /**
   * Reads the structure of the groups.
   *
   * @param data An HDU of kind `GROUPS`.
   */
  constructor(data: HduData) {
    const { layout, header } = data;
    this.#data = data;
    this.#size = pixelBytes(layout.bitpix);
    this.count = layout.gcount;
    this.shape = layout.shape.slice(1);
    const pixels = this.shape.reduce((product, length) => product * length, 1);
    this.#groupBytes = (layout.pcount + pixels) * this.#size;
    // A keyword has no room for a larger number than 999, whatever PCOUNT says.
    this.names = Array.from(
      { length: Math.min(layout.pcount, 999) },
      (_, i) => header.string(`PTYPE${i + 1}`)?.trim() ?? "",
    );
  }

  /**
   * Reads one parameter of all groups: PZEROn + PSCALn x stored.
   *
   * A name that stands for several parameters gives their sum, as the standard has it
   * for values that need more than one number's precision (section 6.3).
   *
   * @param parameter Its name in any case, or its number, counted from 1.
   * @returns A value for each group.
   * @throws {FormatError} If there is no such parameter.
   */
  async parameter(parameter: string | number): Promise<Float64Array<ArrayBuffer>> {
    const indices = this.names.flatMap((name, i) =>
      parameter === i + 1 || name.toUpperCase() === String(parameter).toUpperCase() ? [i] : []
    );
    if (indices.length === 0) {
      throw this.#data.error(
        0,
        `found no parameter ${parameter} of random groups, expected one of ${
          this.names.join(", ")
        }`,
      );
    }
    await this.#data.awaitPresent(0, this.#data.size);
    const sum = new Float64Array(this.count);
    for (const index of indices) await this.#addParameter(index, sum);
    return sum;
  }

  async #addParameter(index: number, sum: Float64Array): Promise<void> {
    const { header, layout: { bitpix } } = this.#data;
    const scale = header.number(`PSCAL${index + 1}`) ?? 1;
    const zero = header.number(`PZERO${index + 1}`) ?? 0;
    const together = Math.max(1, Math.floor(PIECE_BYTES / this.#size));
    for (let first = 0; first < this.count; first += together) {
      const count = Math.min(together, this.count - first);
      const offsets = Float64Array.from(
        { length: count },
        (_, i) => (first + i) * this.#groupBytes + index * this.#size,
      );
      const bytes = new Uint8Array(count * this.#size);
      await this.#data.readRuns(offsets, this.#size, bytes);
      toNativeOrder(bytes, this.#size, "big");
      const stored = new PIXEL_ARRAYS[storedType(bitpix)](bytes.buffer);
      const values = new Float64Array(count);
      if (stored instanceof BigInt64Array) {
        scaleLongs(stored, { scale, zero, missing: undefined }, values, 0);
      } else for (let i = 0; i < count; i++) values[i] = zero + scale * (stored[i] as number);
      for (let i = 0; i < count; i++) sum[first + i]! += values[i]!;
    }
  }

  /**
   * Reads the array of one group.
   *
   * @param group Its number, counted from 0.
   * @param options Section, and whether pixels are physical or as stored.
   * @returns The pixels, as {@linkcode Hdu.image} gives them.
   * @throws {FormatError} If there is no such group.
   */
  async image(group: number, options: ImageOptions = {}): Promise<Image> {
    if (!Number.isInteger(group) || group < 0 || group >= this.count) {
      throw this.#data.error(0, `found no group ${group}, expected 0 to ${this.count - 1}`);
    }
    const { header, layout: { bitpix, pcount } } = this.#data;
    const offset = group * this.#groupBytes + pcount * this.#size;
    const block = { data: this.#data, offset, bitpix, shape: this.shape };
    if (options.physical === false) return await readStored(block, options);
    return await readPhysical(block, imageScaling(header, bitpix), options);
  }
}
