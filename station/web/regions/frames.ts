/** Regions of a file on the pixels of an image, and back: the frames of DS9's files. */

import { type LocalFrame, localFrame, type PlaneFrame } from "../sky/places.ts";
import type { RegionFrame, Size, TextRegion } from "./ds9_text.ts";
import { type Place, type Region, wholeTurn } from "./shapes.ts";

/** A header, as far as the detector's pixels need it. */
export interface PhysicalKeywords {
  get(keyword: string): unknown;
}

/** What finds the frames of an image. */
export interface FrameSource {
  /** The header. */
  readonly keywords: PhysicalKeywords;
  /** A frame of the sky on the pixels; undefined where the image has none. */
  sky(name: "fk5" | "icrs" | "galactic"): PlaneFrame | undefined;
}

/** The frame of the pixels themselves. */
const IMAGE: PlaneFrame = {
  toWorld: (pixel) => pixel,
  toPixel: (place) => place,
  at: () => ({ scale: 1, north: 90, isUsual: true }),
};

/** The frames of one image. */
export class RegionFrames {
  readonly #source: FrameSource;
  readonly #frames = new Map<RegionFrame, PlaneFrame | undefined>();

  /**
   * Takes an image.
   *
   * @param source What finds its frames.
   */
  constructor(source: FrameSource) {
    this.#source = source;
  }

  /** A frame on the pixels; undefined where the image has none. */
  frame(name: RegionFrame): PlaneFrame | undefined {
    if (!this.#frames.has(name)) this.#frames.set(name, this.#make(name));
    return this.#frames.get(name);
  }

  #make(name: RegionFrame): PlaneFrame | undefined {
    if (name === "image") return IMAGE;
    return name === "physical" ? physicalFrame(this.#source.keywords) : this.#source.sky(name);
  }

  /**
   * A region of a file on the pixels.
   *
   * @param region The region.
   * @returns The same on pixels; undefined where the image has no such place.
   */
  toImage(region: TextRegion): Region | undefined {
    const frame = this.frame(region.frame);
    if (frame === undefined) return undefined;
    const points = region.points.map((point) => frame.toPixel(point));
    const local = frame.at(points[0]!);
    if (local === undefined || !points.flat().every(Number.isFinite)) return undefined;
    const sizes = region.sizes.map((size) => this.#pixels(size, local, points[0]!));
    if (!sizes.every(Number.isFinite)) return undefined;
    const { name, isExcluded, properties } = region;
    const isTurned = name === "box" || name === "ellipse";
    const angle = isTurned ? angleOnImage(local, region.angle) : 0;
    return { name, points, sizes, angle, isExcluded, properties };
  }

  #pixels({ value, unit }: Size, own: LocalFrame, at: Place): number {
    if (unit === "image") return value;
    if (unit === "own") return value / own.scale;
    const frame = unit === "physical"
      ? this.frame("physical")
      : this.frame("icrs") ?? this.frame("fk5");
    return value / (frame?.at(at)?.scale ?? NaN);
  }

  /**
   * A region of the pixels in a frame.
   *
   * @param region The region.
   * @param name The frame.
   * @returns The same there; undefined where the frame has no such place.
   */
  toText(region: Region, name: RegionFrame): TextRegion | undefined {
    const frame = this.frame(name);
    const local = frame?.at(region.points[0]!);
    if (frame === undefined || local === undefined) return undefined;
    const points = region.points.map((point) => frame.toWorld(point));
    if (!points.flat().every(Number.isFinite)) return undefined;
    const isTurned = region.name === "box" || region.name === "ellipse";
    return {
      ...{ frame: name, name: region.name, points },
      sizes: region.sizes.map((size) => ({ value: size * local.scale, unit: "own" as const })),
      angle: isTurned ? angleInFrame(local, region.angle) : 0,
      ...{ isExcluded: region.isExcluded, properties: region.properties },
    };
  }
}

/** An angle of a frame on the pixels: that of the sky is counted from west, over north. */
function angleOnImage({ north, isUsual }: LocalFrame, angle: number): number {
  return wholeTurn(north + (isUsual ? 1 : -1) * (angle - 90));
}

function angleInFrame({ north, isUsual }: LocalFrame, angle: number): number {
  return wholeTurn(90 + (isUsual ? 1 : -1) * (angle - north));
}

/** The pixels of the detector: LTV and LTM say where they are. */
function physicalFrame(keywords: PhysicalKeywords): PlaneFrame {
  const number = (keyword: string, otherwise: number) => {
    const value = keywords.get(keyword);
    return typeof value === "number" ? value : otherwise;
  };
  const [a, b, c, d] = [
    ...[number("LTM1_1", 1), number("LTM1_2", 0), number("LTM2_1", 0), number("LTM2_2", 1)],
  ] as [number, number, number, number];
  const [right, up] = [number("LTV1", 0), number("LTV2", 0)];
  const determinant = a * d - b * c;
  const toWorld = ([x, y]: Place): Place => {
    const [dx, dy] = [x - right, y - up];
    return [(d * dx - b * dy) / determinant, (a * dy - c * dx) / determinant];
  };
  // An x that grows to the right of north is the usual one here, as on the image itself.
  const local = localFrame([-d / determinant, -c / determinant], [
    b / determinant,
    a / determinant,
  ]);
  return {
    toWorld,
    toPixel: ([x, y]) => [a * x + b * y + right, c * x + d * y + up],
    at: () => local,
  };
}
