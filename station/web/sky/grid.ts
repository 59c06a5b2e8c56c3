/** Lines of equal longitude and latitude over a view, as straight as they are on the screen. */

import { fixed } from "../../../net/text/decimal.ts";
import {
  type CanvasSize,
  type PlaneSize,
  type Point,
  toPixel,
  toScreen,
  type View,
} from "../picture/transform.ts";
import type { Place, PlaneFrame } from "./places.ts";

/** Lines of one kind at most. */
const MAX_LINES = 12;
/** Places along each side of the view at which the sky is looked at. */
const SAMPLES = 16;
/** Pieces of a line before it is refined, and how often each may be halved. */
const PIECES = 24;
const MAX_HALVINGS = 6;
/** CSS pixels by which a piece may miss the curve. */
const STRAIGHT = 0.5;

/** How numbers are written: hours or degrees with minutes and seconds, degrees, seconds of arc. */
export type GridStyle = "hours" | "sexagesimal" | "degrees" | "arcsec";

/** A line, with what it is called. */
export interface GridLine {
  readonly kind: "longitude" | "latitude";
  /** Degrees. */
  readonly value: number;
  readonly label: string;
  /** Parts of the line, as points of the screen. */
  readonly parts: readonly (readonly Point[])[];
  /** Where its label stands; undefined if no part of it is seen. */
  readonly labelAt: Point | undefined;
}

/** What a grid is of. */
export interface GridOptions {
  readonly frame: PlaneFrame;
  readonly view: View;
  readonly size: CanvasSize;
  readonly plane: PlaneSize;
  readonly longitude: GridStyle;
  readonly latitude: GridStyle;
}

/**
 * The lines of a grid.
 *
 * @param options The frame, the view, and how numbers are written.
 * @returns At most 12 lines of each kind; none where the view shows no sky.
 */
export function gridLines(options: GridOptions): GridLine[] {
  const range = rangeOf(options);
  if (range === undefined) return [];
  const { longitudes, latitudes } = range;
  const lines: GridLine[] = [];
  const valuesOf = ([low, high]: Place, style: GridStyle) => {
    const step = stepOf(high - low, style);
    const first = Math.ceil(low / step - 1e-9);
    const count = Math.min(MAX_LINES + 1, Math.floor(high / step + 1e-9) - first + 1);
    return { step, values: Array.from({ length: count }, (_, i) => (first + i) * step) };
  };
  const meridians = valuesOf(longitudes, options.longitude);
  const isWhole = longitudes[1] - longitudes[0] >= 360;
  for (const value of isWhole ? meridians.values.slice(0, -1) : meridians.values) {
    const at = (part: number): Place => [value, mix(latitudes, part)];
    const label = gridLabel(value, meridians.step, options.longitude);
    lines.push(lineOf(options, "longitude", value, label, at));
  }
  const parallels = valuesOf(latitudes, options.latitude);
  for (const value of parallels.values) {
    if (Math.abs(value) >= 90) continue;
    const at = (part: number): Place => [mix(longitudes, part), value];
    const label = gridLabel(value, parallels.step, options.latitude);
    lines.push(lineOf(options, "latitude", value, label, at));
  }
  return lines;
}

function mix([low, high]: Place, part: number): number {
  return low + (high - low) * part;
}

/** The longitudes and latitudes that are seen, from the lowest to the highest. */
function rangeOf(
  { frame, view, size, plane }: GridOptions,
): { longitudes: Place; latitudes: Place } | undefined {
  const isSeen = (x: number, y: number) =>
    x >= 0.5 && x <= plane.width + 0.5 && y >= 0.5 && y <= plane.height + 0.5;
  let origin: number | undefined;
  let [west, east, south, north] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i <= SAMPLES; i++) {
    for (let j = 0; j <= SAMPLES; j++) {
      const pixel = toPixel(view, size, size.width * i / SAMPLES, size.height * j / SAMPLES);
      const near: Place = [
        Math.min(plane.width + 0.5, Math.max(0.5, pixel[0])),
        Math.min(plane.height + 0.5, Math.max(0.5, pixel[1])),
      ];
      const [longitude, latitude] = frame.toWorld(near);
      if (!Number.isFinite(longitude) || !Number.isFinite(latitude)) continue;
      origin ??= longitude;
      const across = ((longitude - origin + 540) % 360 + 360) % 360 - 180;
      [west, east] = [Math.min(west, across), Math.max(east, across)];
      [south, north] = [Math.min(south, latitude), Math.max(north, latitude)];
    }
  }
  if (origin === undefined) return undefined;
  let isWhole = east - west > 270;
  for (const pole of [-90, 90]) {
    const [x, y] = frame.toPixel([origin, pole]);
    const [left, top] = toScreen(view, size, x, y);
    if (!isSeen(x, y) || left < 0 || top < 0 || left > size.width || top > size.height) continue;
    isWhole = true;
    if (pole < 0) south = pole;
    else north = pole;
  }
  return {
    longitudes: isWhole ? [0, 360] : [origin + west, origin + east],
    latitudes: [Math.max(-90, south), Math.min(90, north)],
  };
}

/** Steps of degrees, minutes and seconds that people read easily, in degrees. */
const SEXAGESIMAL = [
  ...[90, 60, 45, 30, 20, 15, 10, 5, 2, 1],
  ...[30, 20, 15, 10, 5, 2, 1].map((minutes) => minutes / 60),
  ...[30, 20, 15, 10, 5, 2, 1].map((seconds) => seconds / 3600),
];
/** The same of hours, in degrees. */
const HOURS = [
  ...[6, 3, 2, 1].map((hours) => hours * 15),
  ...[30, 20, 15, 10, 5, 2, 1].map((minutes) => minutes / 4),
  ...[30, 20, 15, 10, 5, 2, 1].map((seconds) => seconds / 240),
];

/** The step at which a range has few lines. */
function stepOf(range: number, style: GridStyle): number {
  const least = Math.max(range, 1e-12) / (MAX_LINES * 0.6);
  const list = style === "hours" ? HOURS : style === "sexagesimal" ? SEXAGESIMAL : [];
  const found = list.findLast((step) => step >= least);
  const last = list.at(-1);
  if (found !== undefined && (found !== last || least > last / 2)) return found;
  // Beyond seconds, and in plain numbers: 1, 2 or 5 with zeros.
  const unit = style === "arcsec" || style === "sexagesimal" ? 3600 : style === "hours" ? 240 : 1;
  const power = 10 ** Math.floor(Math.log10(least * unit));
  const times = [1, 2, 5, 10].find((times) => times * power >= least * unit * (1 - 1e-12))!;
  return Math.min(times * power / unit, 90);
}

/**
 * What stands at a line.
 *
 * @param value Its longitude or latitude in degrees.
 * @param step How far the next line is.
 * @param style How it is written.
 */
export function gridLabel(value: number, step: number, style: GridStyle): string {
  const digits = (step: number) => Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  const plain = (value: number, step: number) =>
    fixed(value, digits(step)).replace(/^-(?=0*\.?0*$)/, "").replace("-", "\u2212");
  if (style === "arcsec") return `${plain(value * 3600, step * 3600)}\u2033`;
  if (style === "degrees") return `${plain(value, step)}\u00b0`;
  const isHours = style === "hours";
  const turned = isHours ? ((value % 360) + 360) % 360 : value;
  const unit = isHours ? 240 : 3600;
  const decimals = digits(step * unit);
  const all = Number(fixed(Math.abs(turned) * unit, decimals));
  const [whole, minutes] = [Math.floor(all / 3600), Math.floor(all / 60) % 60];
  const seconds = fixed(all - whole * 3600 - minutes * 60, decimals);
  const two = (text: string | number) =>
    String(text).padStart(decimals === 0 || typeof text === "number" ? 2 : decimals + 3, "0");
  const [h, m, s] = isHours ? ["h", "m", "s"] : ["\u00b0", "\u2032", "\u2033"];
  const sign = turned < 0 && all !== 0 ? "\u2212" : isHours ? "" : "+";
  const parts = [`${sign}${isHours ? two(whole % 24) : whole}${h}`];
  if (step * unit < 3600 - 1e-6) parts.push(`${two(minutes)}${m}`);
  if (step * unit < 60 - 1e-6) parts.push(`${two(seconds)}${s}`);
  return parts.join(" ");
}

function lineOf(
  { frame, view, size, plane }: GridOptions,
  kind: GridLine["kind"],
  value: number,
  label: string,
  at: (part: number) => Place,
): GridLine {
  const parts: Point[][] = [];
  let part: Point[] = [];
  const far = 2 * (size.width + size.height);
  const place = (t: number): Point | undefined => {
    const [x, y] = frame.toPixel(at(t));
    if (!Number.isFinite(x) || !Number.isFinite(y)) return undefined;
    const point = toScreen(view, size, x, y);
    return Math.abs(point[0]) > far || Math.abs(point[1]) > far ? undefined : point;
  };
  const end = () => {
    if (part.length > 1) parts.push(part);
    part = [];
  };
  const go = (
    from: number,
    to: number,
    start: Point | undefined,
    stop: Point | undefined,
    left: number,
  ): void => {
    const middle = (from + to) / 2;
    const half = place(middle);
    const isStraight = start !== undefined && stop !== undefined && half !== undefined &&
      Math.hypot(half[0] - (start[0] + stop[0]) / 2, half[1] - (start[1] + stop[1]) / 2) <=
        STRAIGHT;
    if (isStraight || left === 0) {
      // A piece that is not straight after all these halvings is torn: the sky ends there.
      if (!isStraight) return end();
      if (part.length === 0) part.push(start);
      part.push(stop);
      return;
    }
    if (start === undefined && stop === undefined && half === undefined && left < MAX_HALVINGS) {
      return end();
    }
    go(from, middle, start, half, left - 1);
    go(middle, to, half, stop, left - 1);
  };
  let before = place(0);
  for (let i = 1; i <= PIECES; i++) {
    const next = place(i / PIECES);
    go((i - 1) / PIECES, i / PIECES, before, next, MAX_HALVINGS);
    before = next;
  }
  end();
  return { kind, value, label, parts, labelAt: labelPlace(parts, kind, view, size, plane) };
}

/** The lowest place of a meridian that is seen, the leftmost of a parallel. */
function labelPlace(
  parts: readonly (readonly Point[])[],
  kind: GridLine["kind"],
  view: View,
  size: CanvasSize,
  plane: PlaneSize,
): Point | undefined {
  let best: Point | undefined;
  for (const part of parts) {
    for (let i = 1; i < part.length; i++) {
      const [from, to] = [part[i - 1]!, part[i]!];
      const steps = Math.max(1, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / 4));
      for (let step = 0; step <= steps; step++) {
        const left = from[0] + (to[0] - from[0]) * step / steps;
        const top = from[1] + (to[1] - from[1]) * step / steps;
        if (left < 2 || top < 2 || left > size.width - 2 || top > size.height - 2) continue;
        const [x, y] = toPixel(view, size, left, top);
        if (x < 0.5 || y < 0.5 || x > plane.width + 0.5 || y > plane.height + 0.5) continue;
        const isBetter = best === undefined ||
          (kind === "longitude" ? top > best[1] : left < best[0]);
        if (isBetter) best = [left, top];
      }
    }
  }
  return best;
}
