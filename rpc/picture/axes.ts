/** The axes of plots: what they show, where, and with which numbers. */

import { FormatError } from "../../net/errors.ts";
import { LETTER, type Raster } from "../../fits/picture/plot/bitmap_font.ts";
import type { LanguagePicture } from "../language/routines/host.ts";
import { type IdlNumeric, isComplex } from "../language/values/value.ts";

/** The size of a window of IDL's direct graphics. */
export const WIDTH: number = 640;
/** Its height. */
export const HEIGHT: number = 512;

/** The frame that the axes make. */
export const FRAME: {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
} = { left: 70, right: WIDTH - 20, top: 34, bottom: HEIGHT - 46 };

const TICK_LENGTH = 6;

/** How many marks an axis has, roughly. */
const MARKS = 6;

/** The shortest axis: below it a step would not be a number of full precision. */
const LEAST_SPAN = 1e-290;

/** The least and the greatest value on an axis. */
type Range = readonly [number, number];

/** One axis: what it shows, and where. */
export interface Axis {
  readonly logarithmic: boolean;
  /** The least and the greatest value, or their logarithms. */
  readonly from: number;
  readonly to: number;
  /** Values that are marked, or their logarithms. */
  readonly ticks: readonly number[];
}

/** The elements of a real value as numbers. */
export function numbersOf({ type, data }: IdlNumeric): Float64Array {
  if (isComplex(type)) throw new FormatError("Cannot plot complex numbers: take ABS of them");
  return Float64Array.from(data as ArrayLike<number | bigint>, Number);
}

/** The axis of some values, or of a range. */
export function axisOf(values: Float64Array, range: Range | undefined, logarithmic: boolean): Axis {
  let [least, most] = range ?? finiteRange(values, logarithmic);
  if (logarithmic) {
    most = most > 0 ? most : 1;
    least = least > 0 ? least : most / 1_000;
    [least, most] = [Math.log10(least), Math.log10(most)];
  }
  [least, most] = apart(least, most);
  // Halves, since the span of all numbers is none.
  const step = niceStep(Math.abs(most / 2 - least / 2) * 2 / MARKS, logarithmic);
  const [low, high] = least < most ? [least, most] : [most, least];
  const first = range === undefined ? Math.floor(low / step + 1e-9) : Math.ceil(low / step - 1e-9);
  let last = range === undefined ? Math.ceil(high / step - 1e-9) : Math.floor(high / step + 1e-9);
  if (range === undefined && last === first) last++;
  const ticks = Array.from({ length: Math.max(0, last - first) + 1 }, (_, i) => (first + i) * step)
    .filter(Number.isFinite);
  if (range !== undefined) return { logarithmic, from: least, to: most, ticks };
  return { logarithmic, from: finite(first * step), to: finite(last * step), ticks };
}

/**
 * The ends of an axis so far from each other that marks between them are numbers of their own.
 * Equal ones are put half a unit apart on both sides.
 */
function apart(least: number, most: number): Range {
  const largest = Math.max(Math.abs(least), Math.abs(most));
  const span = Math.max(LEAST_SPAN, largest * 2 ** -44);
  if (Math.abs(most / 2 - least / 2) * 2 >= span) return [least, most];
  const half = least === most ? Math.max(0.5, span) : span;
  return least <= most
    ? [finite(least - half), finite(most + half)]
    : [finite(least + half), finite(most - half)];
}

function finite(number: number): number {
  return Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, number));
}

function finiteRange(values: Float64Array, positive: boolean): Range {
  let least = Infinity;
  let most = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value) || (positive && value <= 0)) continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return least <= most ? [least, most] : [0, 1];
}

/** A step of 1, 2 or 5 times a power of ten, near a rough one. */
function niceStep(rough: number, wholeDecades: boolean): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power *
    (rough / power < 1.5 ? 1 : rough / power < 3.5 ? 2 : rough / power < 7.5 ? 5 : 10);
  return wholeDecades ? Math.max(1, Math.round(step)) : step;
}

/** Where on the picture a value of the lower axis stands. */
export function across(axis: Axis, value: number): number {
  return Math.round(FRAME.left + place(axis, value) * (FRAME.right - FRAME.left));
}

/** Where on the picture a value of the upright axis stands. */
export function upwards(axis: Axis, value: number): number {
  return Math.round(FRAME.bottom - place(axis, value) * (FRAME.bottom - FRAME.top));
}

/** 0 at the beginning of an axis and 1 at its end. */
function place(axis: Axis, value: number): number {
  const { from, to } = axis;
  return (position(axis, value) / 2 - from / 2) / (to / 2 - from / 2);
}

function position(axis: Axis, value: number): number {
  return axis.logarithmic ? Math.log10(value) : value;
}

/** Draws both axes with their marks and numbers. */
export function drawFrame(raster: Raster, x: Axis, y: Axis): void {
  const { left, right, top, bottom } = FRAME;
  raster.line(left, top, right, top);
  raster.line(left, bottom, right, bottom);
  raster.line(left, top, left, bottom);
  raster.line(right, top, right, bottom);
  for (const tick of x.ticks) {
    const at = across(x, x.logarithmic ? 10 ** tick : tick);
    raster.line(at, bottom, at, bottom - TICK_LENGTH);
    raster.line(at, top, at, top + TICK_LENGTH);
    const label = tickLabel(tick, x);
    raster.text(label, at - (label.length * LETTER.width >> 1), bottom + 6);
  }
  for (const tick of y.ticks) {
    const at = upwards(y, y.logarithmic ? 10 ** tick : tick);
    raster.line(left, at, left + TICK_LENGTH, at);
    raster.line(right, at, right - TICK_LENGTH, at);
    const label = tickLabel(tick, y);
    raster.text(label, left - 5 - label.length * LETTER.width, at - (LETTER.height >> 1));
  }
}

function tickLabel(tick: number, axis: Axis): string {
  if (axis.logarithmic) {
    return tick >= -4 && tick <= 5 ? String(Number((10 ** tick).toPrecision(1))) : `1e${tick}`;
  }
  const span = Math.abs(axis.to - axis.from);
  return String(Number((Math.abs(tick) < span * 1e-9 ? 0 : tick).toPrecision(6)));
}

/** Writes the titles of a picture and of its axes. */
export function drawTitles(raster: Raster, picture: LanguagePicture): void {
  const centered = (text: string, middle: number) => middle - (text.length * LETTER.width >> 1);
  const { left, right, top, bottom } = FRAME;
  const { title } = picture;
  if (title !== undefined) raster.text(title, centered(title, (left + right) >> 1), top - 18);
  const [below, beside] = picture.axisTitles ?? [];
  if (below) raster.text(below, centered(below, (left + right) >> 1), bottom + 24);
  if (beside) {
    raster.text(beside, ((top + bottom) >> 1) + (beside.length * LETTER.width >> 1), 6, "upwards");
  }
}

/** The ranges that a command gives its axes. */
export function checkedRanges(
  picture: LanguagePicture,
): readonly (readonly [number, number] | undefined)[] {
  const ranges = picture.ranges ?? [];
  for (const range of ranges) {
    if (range === undefined || range.every(Number.isFinite)) continue;
    throw new FormatError(`Cannot plot from ${range[0]} to ${range[1]}: expected finite numbers`);
  }
  return ranges;
}

/** The places of columns or rows: those that are given, else 0, 1, 2 ... */
export function placesOf(given: IdlNumeric | undefined, count: number): Float64Array {
  return given === undefined ? Float64Array.from({ length: count }, (_, i) => i) : numbersOf(given);
}

/** A line inside the frame; the parts outside are cut off (Liang and Barsky). */
export function drawSegment(
  raster: Raster,
  fromX: number,
  fromY: number,
  toX: number,
  toY: number,
): void {
  const { left, right, top, bottom } = FRAME;
  let [enter, leave] = [0, 1];
  const dx = toX - fromX;
  const dy = toY - fromY;
  for (
    const [change, room] of [
      [-dx, fromX - left],
      [dx, right - fromX],
      [-dy, fromY - top],
      [dy, bottom - fromY],
    ] as const
  ) {
    if (change === 0) {
      if (room < 0) return;
    } else if (change < 0) enter = Math.max(enter, room / change);
    else leave = Math.min(leave, room / change);
  }
  if (enter > leave) return;
  raster.line(
    Math.round(fromX + enter * dx),
    Math.round(fromY + enter * dy),
    Math.round(fromX + leave * dx),
    Math.round(fromY + leave * dy),
  );
}
