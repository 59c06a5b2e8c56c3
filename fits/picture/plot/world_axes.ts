/** The axes of a picture's frame: world coordinates where its edges cross round values. */

import type { Wcs } from "../../wcs/wcs.ts";
import type { FrameAxis } from "./frame.ts";
import { type Tick, ticksBetween, type TickStyle } from "./ticks.ts";

/** Places along an edge where coordinates are computed. */
const EDGE_SAMPLES = 257;
/** Letters of a title at most. */
const MAX_TITLE = 60;

/** What the edges of a picture are. */
export interface Edges {
  readonly width: number;
  readonly height: number;
  /** The two axes of the image that the picture shows, from 0. */
  readonly axes: readonly [number, number];
  /** The pixel of the image, from 0, at a place of the picture from its lower left corner. */
  readonly pixelAt: (x: number, y: number) => number[];
}

/** How a coordinate is written beside an edge. */
interface Notation {
  readonly title: string;
  readonly style: TickStyle;
  /** What values are multiplied by. */
  readonly factor: number;
  /** Whether values come round after 360 degrees. */
  readonly isRound: boolean;
  /** Whether labels are those from 0 to 360. */
  readonly isPositive: boolean;
}

/**
 * Finds the axes below and on the left of a picture.
 *
 * @param edges The picture.
 * @param wcs The world coordinates of its image; without them pixels are written, from 1.
 */
export function worldAxes(
  edges: Edges,
  wcs: Wcs | undefined,
): { readonly bottom: FrameAxis; readonly left: FrameAxis } {
  const { width, height } = edges;
  const line = (across: number) => sampleEdge((t) => edges.pixelAt(t * width, across));
  const upright = (across: number) => sampleEdge((t) => edges.pixelAt(across, t * height));
  const [bottomAxis, leftAxis] = chooseAxes(edges, wcs, line(height / 2), upright(width / 2));
  return {
    bottom: axisAlong(wcs, bottomAxis, line, { length: width, across: height, room: 90 }),
    left: axisAlong(wcs, leftAxis, upright, { length: height, across: width, room: 50 }),
  };
}

/** The axis of an edge, or where that has no coordinates of the nearest line along it that has. */
function axisAlong(
  wcs: Wcs | undefined,
  axis: number,
  line: (across: number) => number[][],
  { length, across, room }: { length: number; across: number; room: number },
): FrameAxis {
  const count = Math.max(2, Math.round(length / room));
  let found: FrameAxis | undefined;
  for (const at of [0, 0.5, across / 2]) {
    found = axisOf(wcs, axis, line(at), length, count);
    if (found.ticks.length > 0) break;
  }
  return found!;
}

function sampleEdge(pixelAt: (t: number) => number[]): number[][] {
  return Array.from({ length: EDGE_SAMPLES }, (_, i) => pixelAt(i / (EDGE_SAMPLES - 1)));
}

/** Of the sky, the coordinate that changes most along each edge; of other axes, its own. */
function chooseAxes(
  { axes }: Edges,
  wcs: Wcs | undefined,
  below: readonly number[][],
  beside: readonly number[][],
): readonly [number, number] {
  const sky = wcs?.celestial;
  if (wcs === undefined || sky === undefined) return axes;
  const { longitude, latitude } = sky;
  if (!axes.includes(longitude) || !axes.includes(latitude)) return axes;
  const change = (edge: readonly number[][], axis: number) => {
    const ends = [edge[0]!, edge.at(-1)!].map((pixel) => wcs.pixelToWorld(pixel));
    const way = ends[1]![axis]! - ends[0]![axis]!;
    if (axis !== longitude) return Math.abs(way);
    const turn = Math.abs(((way + 540) % 360 + 360) % 360 - 180);
    return turn * Math.cos((ends[0]![latitude]! + ends[1]![latitude]!) / 2 * Math.PI / 180);
  };
  const across = change(below, longitude) + change(beside, latitude);
  const upward = change(below, latitude) + change(beside, longitude);
  return upward > across ? [latitude, longitude] : [longitude, latitude];
}

function axisOf(
  wcs: Wcs | undefined,
  axis: number,
  edge: readonly number[][],
  length: number,
  count: number,
): FrameAxis {
  const known = wcs !== undefined && wcs.axes[axis] !== undefined &&
    wcs.axes[axis].kind !== "unknown";
  const values = edge.map((pixel) => known ? wcs.pixelToWorld(pixel)[axis]! : pixel[axis]! + 1);
  const notation = known ? notationOf(wcs, axis, values) : PIXELS;
  if (notation.isRound) unwrap(values);
  const scaled = values.map((value) => value * notation.factor);
  const finite = scaled.filter(Number.isFinite);
  const ends = finite.length < 2 ? [NaN, NaN] : [Math.min(...finite), Math.max(...finite)];
  let ticks: Tick[] = [];
  // One tick tells no scale.
  for (let times = 1; times <= 3 && ticks.length < 2; times++) {
    const { style, isPositive } = notation;
    ticks = ticksBetween(ends[0]!, ends[1]!, count * times, style, isPositive);
  }
  return {
    title: notation.title.slice(0, MAX_TITLE),
    ticks: ticks.flatMap(({ value, label }) => {
      const at = crossing(scaled, value);
      return at === undefined ? [] : [{ at: at * length, label }];
    }),
  };
}

const PIXELS: Notation = {
  title: "Pixel",
  style: "plain",
  factor: 1,
  isRound: false,
  isPositive: false,
};

/** Longitudes without the step from 360 to 0. */
function unwrap(values: number[]): void {
  for (let i = 1; i < values.length; i++) {
    const way = values[i]! - values[i - 1]!;
    if (Number.isFinite(way)) values[i]! -= Math.round(way / 360) * 360;
  }
}

/** Where a value is reached, as a part of the way. */
function crossing(values: readonly number[], value: number): number | undefined {
  for (let i = 0; i + 1 < values.length; i++) {
    const [a, b] = [values[i]! - value, values[i + 1]! - value];
    if (!(a * b <= 0) || a === b) continue;
    return (i + a / (a - b)) / (values.length - 1);
  }
  return undefined;
}

/** Names of the celestial systems, by the first part of CTYPE. */
const LONGITUDES: Readonly<Record<string, readonly [string, string]>> = {
  RA: ["Right ascension", "Declination"],
  GLON: ["Galactic longitude", "Galactic latitude"],
  ELON: ["Ecliptic longitude", "Ecliptic latitude"],
  HLON: ["Helioecliptic longitude", "Helioecliptic latitude"],
  SLON: ["Supergalactic longitude", "Supergalactic latitude"],
  HPLN: ["Solar X", "Solar Y"],
  HGLN: ["Stonyhurst longitude", "Stonyhurst latitude"],
  CRLN: ["Carrington longitude", "Carrington latitude"],
};

/** Ranges on the Sun's disc up to so many degrees are written in seconds of arc. */
const MAX_ARCSEC_RANGE = 5;

function notationOf(wcs: Wcs, axis: number, values: readonly number[]): Notation {
  const { ctype, name, unit, frame } = wcs.axes[axis]!;
  const sky = wcs.celestial;
  const isLongitude = axis === sky?.longitude;
  if (sky === undefined || !(isLongitude || axis === sky.latitude)) {
    const what = name ?? (ctype.trim() || `Axis ${axis + 1}`);
    return { ...PIXELS, title: unit === "" ? what : `${what} (${unit})` };
  }
  const named = LONGITUDES[sky.system] ?? [sky.system, "Latitude"];
  const title = named[isLongitude ? 0 : 1]!;
  const isSun = /^(HPLN|HGLN|CRLN)$/.test(sky.system);
  const round = { isRound: isLongitude, isPositive: isLongitude && sky.system !== "HPLN" };
  if (sky.system === "HPLN") {
    const finite = values.filter(Number.isFinite);
    const range = Math.max(...finite) - Math.min(...finite);
    if (range <= MAX_ARCSEC_RANGE || range > 360 - MAX_ARCSEC_RANGE) {
      return { ...PIXELS, ...round, title: `${title} (arcsec)`, factor: 3600 };
    }
  }
  if (isSun) {
    const isPositive = isLongitude && sky.system === "CRLN";
    return { ...PIXELS, ...round, isPositive, title: `${title} (deg)` };
  }
  const style = sky.system === "RA" && isLongitude ? "hours" : "degrees";
  return { title: frame === undefined ? title : `${title} (${frame})`, style, factor: 1, ...round };
}
