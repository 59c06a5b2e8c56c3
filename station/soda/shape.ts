/** Shapes of the sky on the pixels of an image: the box that they need. */

import type { PlaneFrame } from "../web/sky/places.ts";
import { separation } from "../../fits/sky/separation.ts";
import type { SkyPlace, SkyShape } from "./query.ts";

/** Places along the edge of a shape. */
const EDGE_PLACES = 720;
/** Places of the image, on each axis, that are looked at for what the edge does not tell. */
const GRID_PLACES = 48;

const RADIAN = Math.PI / 180;

/** Pixels from 1, ends included. */
export interface PixelRange {
  readonly x: readonly [first: number, last: number];
  readonly y: readonly [first: number, last: number];
}

/**
 * The pixels that a shape touches, as a box.
 *
 * The edge is followed on the sky. Where an edge leaves what the projection shows, pixels inside
 * tell the rest.
 *
 * @param shape The shape.
 * @param frame ICRS on the pixels.
 * @param size The image.
 * @returns Undefined if they have no pixel in common.
 */
export function boxOfShape(
  shape: SkyShape,
  frame: PlaneFrame,
  { width, height }: { readonly width: number; readonly height: number },
): PixelRange | undefined {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  const take = (x: number, y: number) => {
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [bottom, top] = [Math.min(bottom, y), Math.max(top, y)];
  };
  for (const place of edgeOf(shape)) {
    const [x, y] = frame.toPixel(place);
    if (Number.isFinite(x) && Number.isFinite(y)) take(x, y);
  }
  for (let i = 0; i <= GRID_PLACES; i++) {
    for (let j = 0; j <= GRID_PLACES; j++) {
      const x = 0.5 + width * i / GRID_PLACES;
      const y = 0.5 + height * j / GRID_PLACES;
      const place = frame.toWorld([x, y]);
      if (place.every(Number.isFinite) && isInShape(shape, place)) take(x, y);
    }
  }
  // A pixel reaches half a pixel around its centre; an edge between two is of neither alone.
  const first = (value: number) => Math.max(1, Math.round(value));
  const last = (value: number, length: number) => Math.min(length, Math.ceil(value - 0.5));
  const x = [first(left), last(right, width)] as const;
  const y = [first(bottom), last(top, height)] as const;
  return x[0] <= x[1] && y[0] <= y[1] ? { x, y } : undefined;
}

/** Places along the edge of a shape. */
export function* edgeOf(shape: SkyShape): Generator<SkyPlace> {
  switch (shape.kind) {
    case "circle":
      for (let i = 0; i < EDGE_PLACES; i++) {
        yield beside(shape.centre, shape.radius, i * 360 / EDGE_PLACES);
      }
      return;
    case "range": {
      const { longitude: [left, right], latitude: [bottom, top] } = shape;
      for (let i = 0; i <= EDGE_PLACES; i++) {
        const part = i / EDGE_PLACES;
        yield [left + (right - left) * part, bottom];
        yield [left + (right - left) * part, top];
        yield [left, bottom + (top - bottom) * part];
        yield [right, bottom + (top - bottom) * part];
      }
      return;
    }
    case "polygon": {
      const { corners } = shape;
      const steps = Math.ceil(EDGE_PLACES / corners.length);
      for (const [i, corner] of corners.entries()) {
        const next = corners[(i + 1) % corners.length]!;
        for (let step = 0; step < steps; step++) yield between(corner, next, step / steps);
      }
    }
  }
}

/** Whether a place is in a shape, its edge included. */
export function isInShape(shape: SkyShape, place: SkyPlace): boolean {
  switch (shape.kind) {
    case "circle":
      return separation(shape.centre, place) <= shape.radius;
    case "range": {
      const { longitude: [left, right], latitude: [bottom, top] } = shape;
      const longitude = ((place[0] % 360) + 360) % 360;
      // 360 is where 0 is.
      const isBetween = longitude >= left && longitude <= right || longitude === 0 && right === 360;
      return isBetween && place[1] >= bottom && place[1] <= top;
    }
    case "polygon":
      return isInPolygon(shape.corners, place);
  }
}

/**
 * Whether a place is inside of a polygon of great circles, smaller than half of the sky: its
 * corners wind around the place.
 */
function isInPolygon(corners: readonly SkyPlace[], place: SkyPlace): boolean {
  const up = vectorOf(place);
  const centre = corners.map(vectorOf).reduce(([a, b, c], [x, y, z]) => [a + x, b + y, c + z]);
  // What is seen on the other side of the sky winds around the antipode.
  if (dot(up, centre) <= 0) return false;
  let turn = 0;
  const around = corners.map((corner) => directionFrom(place, corner));
  for (const [i, angle] of around.entries()) {
    const next = around[(i + 1) % around.length]!;
    turn += ((next - angle + 540) % 360 + 360) % 360 - 180;
  }
  return Math.abs(turn) > 180;
}

type Vector = readonly [number, number, number];

function vectorOf([longitude, latitude]: SkyPlace): Vector {
  const [a, d] = [longitude * RADIAN, latitude * RADIAN];
  return [Math.cos(d) * Math.cos(a), Math.cos(d) * Math.sin(a), Math.sin(d)];
}

function placeOf([x, y, z]: Vector): SkyPlace {
  return [Math.atan2(y, x) / RADIAN, Math.atan2(z, Math.hypot(x, y)) / RADIAN];
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** The place at a distance in a direction from another: degrees, from north over east. */
function beside([longitude, latitude]: SkyPlace, distance: number, angle: number): SkyPlace {
  const [d, r, p] = [latitude * RADIAN, distance * RADIAN, angle * RADIAN];
  const up = Math.sin(d) * Math.cos(r) + Math.cos(d) * Math.sin(r) * Math.cos(p);
  const east = Math.sin(r) * Math.sin(p);
  const along = Math.cos(d) * Math.cos(r) - Math.sin(d) * Math.sin(r) * Math.cos(p);
  return [
    longitude + Math.atan2(east, along) / RADIAN,
    Math.atan2(up, Math.hypot(east, along)) / RADIAN,
  ];
}

/** A place on the great circle between two. */
function between(from: SkyPlace, to: SkyPlace, part: number): SkyPlace {
  const [a, b] = [vectorOf(from), vectorOf(to)];
  const angle = Math.acos(Math.min(1, Math.max(-1, dot(a, b))));
  if (angle < 1e-12) return from;
  const [one, other] = [Math.sin((1 - part) * angle), Math.sin(part * angle)];
  return placeOf([
    one * a[0] + other * b[0],
    one * a[1] + other * b[1],
    one * a[2] + other * b[2],
  ]);
}

/** The direction from one place to another. */
function directionFrom(from: SkyPlace, to: SkyPlace): number {
  const across = (to[0] - from[0]) * RADIAN;
  const [d, e] = [from[1] * RADIAN, to[1] * RADIAN];
  const east = Math.cos(e) * Math.sin(across);
  const north = Math.cos(d) * Math.sin(e) - Math.sin(d) * Math.cos(e) * Math.cos(across);
  return Math.atan2(east, north) / RADIAN;
}
