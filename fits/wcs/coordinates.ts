/** The way from pixels to world coordinates and back, when everything has been read. */

import { FormatError } from "../../net/errors.ts";
import type { WcsAxis } from "./axes.ts";
import type { CelestialPart } from "./celestial.ts";
import type { Distortion } from "./distortions/distortion.ts";
import type { WcsProblem } from "./keywords/reader.ts";
import { invert, type Matrix, multiplyInto } from "./linear.ts";
import type { WcsPart } from "./part.ts";
import type { Pair } from "./projections.ts";
import { type SkyPoints, skyPoints } from "./sky_points.ts";

/** The celestial pair of axes. */
export interface WcsCelestial {
  /** The longitude axis, counted from 0. */
  readonly longitude: number;
  /** The latitude axis, counted from 0. */
  readonly latitude: number;
  /** What the longitude is: `RA`, `GLON`, `ELON`, `HPLN`, `CRLN` and so on. */
  readonly system: string;
  /** The code of the projection, such as `TAN`. */
  readonly projection: string;
  /** RADESYS, or its default; undefined for coordinates that are not equatorial or ecliptic. */
  readonly frame: string | undefined;
  /** EQUINOX (or the old EPOCH) in years, or undefined. */
  readonly equinox: number | undefined;
}

/** How pixels are counted. */
export interface PixelOptions {
  /**
   * The number of the first pixel: 0 as in arrays, or 1 as in CRPIXj, sections and most viewers.
   *
   * @default {0, or the origin that the coordinates were read with}
   */
  readonly origin?: 0 | 1 | undefined;
}

/** Options for many points at once. */
export interface PointsOptions extends PixelOptions {
  /** Where the results go, as many numbers as the points have; by default new memory. */
  readonly into?: Float64Array | undefined;
}

/** Options of {@linkcode Wcs.footprint}. */
export interface FootprintOptions {
  /** NAXIS1 and NAXIS2; by default those of the header. */
  readonly shape?: readonly [number, number] | undefined;
  /**
   * Whether the corners are the outer ones of the corner pixels, or their centres.
   *
   * @default {"outer"}
   */
  readonly corners?: "outer" | "center" | undefined;
}

/**
 * World coordinates of an image.
 *
 * Pixels are counted from 0, unless {@linkcode PixelOptions.origin} is 1: the centre of the first pixel is
 * (0, 0), which is (1, 1) in the keywords of the header and in sections such as `1:100,1:100`.
 * Celestial coordinates are in degrees, longitudes from 0 to 360, or from -180 to 180 where
 * the Sun's disc is the origin (HPLN, HGLN); spectral coordinates are in SI units; others are
 * in the header's own units. They stand in the order of the axes.
 */
export interface Wcs {
  /** The axes in the order of CTYPEi. */
  readonly axes: readonly WcsAxis[];
  /** The celestial pair of axes, or undefined. */
  readonly celestial: WcsCelestial | undefined;
  /** WCSNAME, or undefined. */
  readonly name: string | undefined;
  /** What was left out or guessed, with keyword and reason; empty for most headers. */
  readonly problems: readonly WcsProblem[];
  /**
   * The world coordinates of a pixel.
   *
   * @param pixel Pixel coordinates, axis 1 first; missing ones count as the first pixel.
   * @param options How pixels are counted.
   * @returns World coordinates; NaN where the projection has no point, or the axis cannot be read.
   */
  pixelToWorld(pixel: ArrayLike<number>, options?: PixelOptions): number[];
  /**
   * The pixel of world coordinates. Distortions are undone by iteration, to 1e-10 pixels.
   *
   * @param world World coordinates, one for every axis.
   * @param options How pixels are counted.
   * @returns Pixel coordinates, axis 1 first; NaN where the projection has no point.
   * @throws {FormatError} If the header's matrix is singular.
   */
  worldToPixel(world: ArrayLike<number>, options?: PixelOptions): number[];
  /**
   * The world coordinates of many pixels.
   *
   * @param pixels The points one after the other, each with a coordinate for every axis.
   * @param options How pixels are counted, and where the results go.
   * @returns World coordinates in the same order.
   * @throws {FormatError} If the numbers are not those of whole points.
   */
  pixelsToWorld(pixels: ArrayLike<number>, options?: PointsOptions): Float64Array;
  /**
   * The pixels of many world coordinates.
   *
   * @param world The points one after the other, each with a coordinate for every axis.
   * @param options How pixels are counted, and where the results go.
   * @returns Pixel coordinates in the same order.
   * @throws {FormatError} If the header's matrix is singular, or the numbers are not those of
   * whole points.
   */
  worldToPixels(world: ArrayLike<number>, options?: PointsOptions): Float64Array;
  /**
   * The size of a pixel along each pixel axis at the reference pixel, without distortions: in
   * degrees for the sky, in the units of the axes otherwise.
   */
  pixelScale(): number[];
  /**
   * The celestial coordinates of an image's four corners: of the pixels (1, 1), (1, NAXIS2),
   * (NAXIS1, NAXIS2) and (NAXIS1, 1).
   *
   * @param options The size of the image, and which corners.
   * @returns Longitude and latitude of each corner in degrees; undefined without a celestial
   * pair, or without a size.
   */
  footprint(options?: FootprintOptions): [longitude: number, latitude: number][] | undefined;
}

/** What a description of world coordinates comes to. */
export interface CoordinatesFields {
  /** The number of the first pixel where a call does not say it. */
  readonly first: 0 | 1;
  readonly axes: readonly WcsAxis[];
  readonly celestial: WcsCelestial | undefined;
  readonly name: string | undefined;
  readonly problems: readonly WcsProblem[];
  /** From pixel offsets to intermediate coordinates, in the units of the axes. */
  readonly matrix: Matrix;
  /** CRPIXj. */
  readonly reference: readonly number[];
  /** The distortion of pixels counted from 1, or undefined. */
  readonly pixels: Distortion | undefined;
  /** The distortion of intermediate coordinates 1 and 2, or undefined. */
  readonly intermediate: Distortion | undefined;
  readonly parts: readonly WcsPart[];
  readonly sky: CelestialPart | undefined;
  /** NAXIS1 and NAXIS2, where the header has them. */
  readonly shape: readonly [number | undefined, number | undefined];
}

/** World coordinates, computed point by point in memory that is used again. */
export class Coordinates implements Wcs {
  readonly axes: readonly WcsAxis[];
  readonly celestial: WcsCelestial | undefined;
  readonly name: string | undefined;
  readonly problems: readonly WcsProblem[];
  readonly #of: CoordinatesFields;
  readonly #pair: Pair = [0, 0];
  readonly #offsets: Float64Array;
  readonly #intermediate: Float64Array;
  readonly #world: Float64Array;
  /** The way for many points of an image of the sky alone. */
  readonly #points: SkyPoints | undefined;
  #inverse: Matrix | undefined;

  /**
   * Joins what has been read.
   *
   * @param fields The parts.
   */
  constructor(fields: CoordinatesFields) {
    this.#of = fields;
    this.axes = fields.axes;
    this.celestial = fields.celestial;
    this.name = fields.name;
    this.problems = fields.problems;
    this.#offsets = new Float64Array(fields.axes.length);
    this.#intermediate = new Float64Array(fields.axes.length);
    this.#world = new Float64Array(fields.axes.length);
    const { sky, matrix, reference, pixels, intermediate } = fields;
    if (sky !== undefined && pixels === undefined && intermediate === undefined) {
      this.#points = skyPoints(sky, matrix, reference);
    }
  }

  pixelToWorld(
    pixel: ArrayLike<number>,
    { origin = this.#of.first }: PixelOptions = {},
  ): number[] {
    const shift = 1 - origin;
    const { length } = this.axes;
    for (let j = 0; j < length; j++) this.#offsets[j] = (pixel[j] ?? origin) + shift;
    this.#toWorld();
    return [...this.#world];
  }

  worldToPixel(
    world: ArrayLike<number>,
    { origin = this.#of.first }: PixelOptions = {},
  ): number[] {
    const { length } = this.axes;
    if (world.length !== length) {
      throw new FormatError(
        `Cannot turn world coordinates into pixels: got ${world.length} coordinates, ` +
          `expected ${length} (${this.axes.map(({ ctype }) => ctype).join(", ")})`,
      );
    }
    for (let i = 0; i < length; i++) this.#world[i] = world[i]!;
    this.#toPixel();
    const shift = 1 - origin;
    return Array.from(this.#offsets, (value) => value - shift);
  }

  pixelsToWorld(pixels: ArrayLike<number>, options: PointsOptions = {}): Float64Array {
    const shift = 1 - (options.origin ?? this.#of.first);
    const out = this.#resultOf(pixels, options, "pixels");
    if (this.#points !== undefined) {
      this.#points.toWorld(pixels, shift, out);
      return out;
    }
    const { length } = this.axes;
    for (let at = 0; at < pixels.length; at += length) {
      for (let j = 0; j < length; j++) this.#offsets[j] = pixels[at + j]! + shift;
      this.#toWorld();
      for (let i = 0; i < length; i++) out[at + i] = this.#world[i]!;
    }
    return out;
  }

  worldToPixels(world: ArrayLike<number>, options: PointsOptions = {}): Float64Array {
    const shift = 1 - (options.origin ?? this.#of.first);
    const out = this.#resultOf(world, options, "world coordinates");
    if (this.#points !== undefined) {
      this.#inverse ??= invert(this.#of.matrix);
      this.#points.toPixels(world, shift, this.#inverse, out);
      return out;
    }
    const { length } = this.axes;
    for (let at = 0; at < world.length; at += length) {
      for (let i = 0; i < length; i++) this.#world[i] = world[at + i]!;
      this.#toPixel();
      for (let j = 0; j < length; j++) out[at + j] = this.#offsets[j]! - shift;
    }
    return out;
  }

  pixelScale(): number[] {
    const { size, rows } = this.#of.matrix;
    return Array.from({ length: size }, (_, j) => {
      let square = 0;
      for (let i = 0; i < size; i++) square += rows[i * size + j]! ** 2;
      return Math.sqrt(square);
    });
  }

  footprint(
    { shape, corners = "outer" }: FootprintOptions = {},
  ): [longitude: number, latitude: number][] | undefined {
    const [width, height] = shape ?? this.#of.shape;
    if (this.celestial === undefined || width === undefined || height === undefined) {
      return undefined;
    }
    const { longitude, latitude } = this.celestial;
    const edge = corners === "outer" ? 0.5 : 0;
    const low = 1 - edge;
    return [[low, low], [low, height + edge], [width + edge, height + edge], [width + edge, low]]
      .map((corner) => {
        const world = this.pixelToWorld(corner, { origin: 1 });
        return [world[longitude]!, world[latitude]!];
      });
  }

  #resultOf(points: ArrayLike<number>, { into }: PointsOptions, what: string): Float64Array {
    const { length } = this.axes;
    if (points.length % length !== 0) {
      throw new FormatError(
        `Cannot transform ${what}: got ${points.length} numbers, expected ${length} for each point`,
      );
    }
    if (into !== undefined && into.length < points.length) {
      throw new FormatError(
        `Cannot transform ${what}: the results need ${points.length} numbers, ` +
          `and there is room for ${into.length}`,
      );
    }
    return into ?? new Float64Array(points.length);
  }

  /** From pixels counted from 1, in the memory of offsets, to world coordinates. */
  #toWorld(): void {
    const { reference, pixels, matrix, intermediate, parts } = this.#of;
    const offsets = this.#offsets;
    if (pixels !== undefined) {
      pixels.apply(offsets[0]!, offsets[1]!, this.#pair);
      offsets[0] = this.#pair[0];
      offsets[1] = this.#pair[1];
    }
    for (let j = 0; j < offsets.length; j++) offsets[j]! -= reference[j]!;
    multiplyInto(matrix, offsets, this.#intermediate);
    if (intermediate !== undefined) {
      intermediate.apply(this.#intermediate[0]!, this.#intermediate[1]!, this.#pair);
      this.#intermediate.set(this.#pair);
    }
    for (const part of parts) part.toWorld(this.#intermediate, this.#world);
  }

  /** From world coordinates to pixels counted from 1, in the memory of offsets. */
  #toPixel(): void {
    const { reference, pixels, matrix, intermediate, parts } = this.#of;
    this.#inverse ??= invert(matrix);
    for (const part of parts) part.toIntermediate(this.#world, this.#intermediate);
    if (intermediate !== undefined) {
      intermediate.undo(this.#intermediate[0]!, this.#intermediate[1]!, this.#pair);
      this.#intermediate.set(this.#pair);
    }
    const offsets = this.#offsets;
    multiplyInto(this.#inverse, this.#intermediate, offsets);
    for (let j = 0; j < offsets.length; j++) offsets[j]! += reference[j]!;
    if (pixels === undefined) return;
    pixels.undo(offsets[0]!, offsets[1]!, this.#pair);
    offsets[0] = this.#pair[0];
    offsets[1] = this.#pair[1];
  }
}
