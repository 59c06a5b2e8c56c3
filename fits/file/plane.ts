/** A plane of an image: two of its axes, read in parts that together are never more than memory. */

import { FormatError } from "../../net/errors.ts";
import { imageScaling, PIXEL_ARRAYS, type PixelArrays, type PixelType } from "../image/pixels.ts";
import {
  type AxisRange,
  cellsOf,
  rangeOfCell,
  resolveSection,
  type Section,
} from "../image/section.ts";
import type { TileError } from "../image/tile_error.ts";
import type { PlanePart } from "../picture/scale/search.ts";
import type { Hdu } from "./hdu.ts";

/** Which plane of an image is meant, and how it is read. */
export interface PlaneOptions {
  /** The part of the image; axes of which it leaves one pixel are no axes of a picture. */
  readonly section?: Section | undefined;
  /** Which plane of the section, from 1, where it has more than two axes. @default {1} */
  readonly plane?: number | undefined;
  /** Called for every damaged tile of a compressed image; see `ImageOptions`. */
  readonly onDamage?: ((error: TileError) => void) | undefined;
  /** Ends the reading; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** About how many pixels are read together. @default {1048576} */
  readonly partPixels?: number | undefined;
  /** The most bytes of a plane that is read once and kept for further passes. @default {67108864} */
  readonly keptBytes?: number | undefined;
}

/** About how many pixels a part has: little memory, and enough for all workers. */
const PART_PIXELS = 1 << 20;
/** A plane of at most so many bytes is read once and kept for further passes. */
const MAX_KEPT_BYTES = 64 << 20;

/** One axis of the plane within the image. */
interface PlaneAxis {
  /** Its number in the image, from 0. */
  readonly axis: number;
  readonly start: number;
  readonly stop: number;
  readonly step: number;
  readonly length: number;
}

/** A plane of an image that lies in a file. */
export class ImagePlane {
  /** Pixels in a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** How many planes there are to choose from. */
  readonly planes: number;
  /** The numbers of the two axes in the image, from 0. */
  readonly axes: readonly [number, number];
  readonly #hdu: Hdu;
  readonly #ranges: readonly (readonly [number, number, number])[];
  readonly #x: PlaneAxis;
  readonly #y: PlaneAxis;
  readonly #options: PlaneOptions;
  #kept: PlanePart | undefined;
  #passes = 0;
  #memory: PixelArrays[PixelType] | undefined;

  /**
   * Finds a plane; nothing is read yet.
   *
   * @param hdu The image.
   * @param options Which plane.
   * @throws {FormatError} If the image has a single axis or no pixels, or not so many planes.
   * @throws {SectionError} If the section is not one of the image.
   */
  constructor(hdu: Hdu, options: PlaneOptions = {}) {
    const { title, source } = hdu.data;
    const fail = (problem: string): never => {
      throw new FormatError(`Cannot show ${title}: ${problem}`, { source: source.name });
    };
    const { ranges, shape } = resolveSection(options.section, hdu.shape, title, {
      turned: true,
    });
    if (shape.length < 2) {
      fail(`it has ${shape.length === 1 ? "a single axis" : "no axes"}, a picture needs two`);
    }
    if (shape.includes(0)) fail(`its shape is ${shape.join(" x ")}, it has no pixels`);
    this.axes = pictureAxes(shape);
    const others = shape.map((length, axis) => this.axes.includes(axis) ? 1 : length);
    this.planes = others.reduce((product, length) => product * length, 1);
    const plane = options.plane ?? 1;
    if (!Number.isInteger(plane) || plane < 1 || plane > this.planes) {
      fail(`plane ${plane} is asked for, it has planes 1 to ${this.planes}`);
    }
    let rest = plane - 1;
    this.#ranges = ranges.map((range, axis) => {
      if (this.axes.includes(axis)) return range;
      const place = rest % others[axis]!;
      rest = (rest - place) / others[axis]!;
      const at = range[0] + place * range[2];
      return [at, at + 1, 1] as const;
    });
    const axisOf = (axis: number): PlaneAxis => {
      const [start, stop, step] = ranges[axis]!;
      return { axis, start, stop, step, length: shape[axis]! };
    };
    [this.#x, this.#y] = [axisOf(this.axes[0]), axisOf(this.axes[1])];
    [this.width, this.height] = [this.#x.length, this.#y.length];
    this.#hdu = hdu;
    this.#options = options;
  }

  /**
   * The pixel of the image that a place in the plane is.
   *
   * @param x The column, from 0.
   * @param y The row, from 0 at the bottom.
   * @returns Pixel coordinates for every axis, from 0.
   */
  pixelAt(x: number, y: number): number[] {
    const pixel = this.#ranges.map(([start]) => start);
    pixel[this.#x.axis] = this.#x.start + x * this.#x.step;
    pixel[this.#y.axis] = this.#y.start + y * this.#y.step;
    return pixel;
  }

  /** Reads the plane by parts in the order of the rows; those of one row of parts from the left. */
  async *parts(): AsyncGenerator<PlanePart, void> {
    yield* this.#read(this.#boxes());
  }

  /** Reads the plane by parts of whole rows, the last rows first. */
  async *fromTop(): AsyncGenerator<PlanePart, void> {
    yield* this.#read(this.#bands());
  }

  async *#read(boxes: Iterable<Box>): AsyncGenerator<PlanePart, void> {
    if (this.#fits) {
      const box = { x: 0, y: 0, width: this.width, height: this.height };
      return yield this.#kept ??= await this.#readBox(box, undefined);
    }
    for (const box of boxes) {
      const part = await this.#readBox(box, this.#memory);
      this.#memory = part.pixels as PixelArrays[PixelType];
      yield part;
    }
    this.#passes++;
  }

  /** Whether the plane is small enough to be kept. */
  get #fits(): boolean {
    const { type } = imageScaling(this.#hdu.header, this.#hdu.bitpix);
    const bytes = PIXEL_ARRAYS[type].BYTES_PER_ELEMENT;
    return this.width * this.height * bytes <= (this.#options.keptBytes ?? MAX_KEPT_BYTES);
  }

  async #readBox(box: Box, memory: PixelArrays[PixelType] | undefined): Promise<PlanePart> {
    const section: AxisRange[] = this.#ranges.map((range) => range);
    section[this.#x.axis] = rangeOfCell(this.#ranges[this.#x.axis]!, [box.x, box.width]);
    section[this.#y.axis] = rangeOfCell(this.#ranges[this.#y.axis]!, [box.y, box.height]);
    const count = box.width * box.height;
    const { onDamage, signal } = this.#options;
    const { pixels } = await this.#hdu.image({
      section,
      signal,
      // Of further passes no one wants to hear again.
      onDamage: onDamage && this.#passes > 0 ? () => {} : onDamage,
      into: memory?.length === count ? memory : undefined,
    });
    return { ...box, pixels };
  }

  /** Boxes that cut no tile, as far as the plane's own steps and edges allow. */
  *#boxes(): Generator<Box> {
    const most = this.#options.partPixels ?? PART_PIXELS;
    const tile = this.#hdu.tile;
    const columns = [...cellsOf(this.#ranges[this.#x.axis]!, tile[this.#x.axis] ?? 1, most)];
    const widest = Math.max(...columns.map(([, length]) => length));
    const rows = Math.max(1, Math.floor(most / widest));
    for (const [y, height] of cellsOf(this.#ranges[this.#y.axis]!, tile[this.#y.axis] ?? 1, rows)) {
      for (const [x, width] of columns) yield { x, y, width, height };
    }
  }

  *#bands(): Generator<Box> {
    const most = this.#options.partPixels ?? PART_PIXELS;
    const tile = this.#hdu.tile[this.#y.axis] ?? 1;
    const rows = Math.max(1, Math.floor(most / this.width));
    for (const [y, height] of [...cellsOf(this.#ranges[this.#y.axis]!, tile, rows)].reverse()) {
      yield { x: 0, y, width: this.width, height };
    }
  }
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The axes of a picture: the first two of more than one pixel. A single row or column has the
 * first other axis beside it.
 */
function pictureAxes(shape: readonly number[]): readonly [number, number] {
  const long = shape.flatMap((length, axis) => length > 1 ? [axis] : []);
  if (long.length >= 2) return [long[0]!, long[1]!];
  const only = long[0] ?? 0;
  return only === 0 ? [0, 1] : [0, only];
}
