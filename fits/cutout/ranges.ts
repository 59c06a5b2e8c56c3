/** Sections that may reach beyond the image: which pixels are there, and which are not. */

import { LimitError } from "../../net/errors.ts";
import { type AxisRange, type Section, SectionError } from "../image/section.ts";

/**
 * The most pixels outside of the image that a cutout has: they are made from nothing, whatever
 * the size of the file.
 */
const MAX_OUTSIDE_PIXELS = 1 << 26;
/** Digits of a pixel's number at most, so that it is exact. */
const MAX_DIGITS = 15;

const AXIS = new RegExp(
  String.raw`^\s*(?:(\*)|(-?\d{1,${MAX_DIGITS}})` +
    String.raw`(?:\s*:\s*(-?\d{1,${MAX_DIGITS}}|\*|(?=\s*(?::|$))))?)` +
    String.raw`(?:\s*:\s*(\d{1,${MAX_DIGITS}}))?\s*$`,
);

/** An axis whole and turned around, as in CFITSIO. */
const TURNED = new RegExp(String.raw`^\s*-\s*\*\s*(?::\s*(\d{1,${MAX_DIGITS}})\s*)?$`);

/** One axis of a cutout. */
export interface CutAxis {
  /** The first pixel, counted from 1; 0 and less lie before the image. */
  readonly first: number;
  /** Every how many pixels one is taken; below 0 where the axis is turned around. */
  readonly step: number;
  /** How many pixels are taken. */
  readonly count: number;
  /** The part that the image has, 0-based and half-open. */
  readonly inside: AxisRange;
  /** How many of the pixels taken lie before the image. */
  readonly before: number;
}

/**
 * Compares a section with an image; unlike other sections it may reach beyond it.
 *
 * @param section As {@linkcode Section}, where numbers may also be 0, negative, or larger than
 * the axis; `-*` is within it. Axes that are not named are taken whole.
 * @param shape The lengths of the image's axes, axis 1 first.
 * @param image What the image is, for error messages.
 * @returns The axes of the cutout.
 * @throws {SectionError} If the section cannot be read, or has no pixel of the image.
 * @throws {LimitError} If too many of its pixels lie outside.
 */
export function cutAxes(
  section: Section | undefined,
  shape: readonly number[],
  image: string,
): CutAxis[] {
  const ranges = section === undefined
    ? []
    : typeof section === "string"
    ? readRanges(section, shape)
    : section;
  const text = typeof section === "string" ? `'${section}'` : JSON.stringify(section);
  if (ranges.length > shape.length) {
    throw new SectionError(
      `The section ${text} has ${ranges.length} axes, ${image} has ${shape.length}`,
    );
  }
  const axes = shape.map((length, axis) => {
    const [start, stop, step = 1] = ranges[axis] ?? [0, length, 1];
    const whole = [start, stop, step].every(Number.isSafeInteger);
    if (whole && step < 0 && start < length && stop >= -1 && stop < start) {
      const count = Math.ceil((stop - start) / step);
      const inside = [start, start + (count - 1) * step - 1, step] as const;
      return { first: start + 1, step, count, inside, before: 0 };
    }
    if (!whole || step < 1 || stop <= start) {
      throw new SectionError(
        `The section ${text} asks for ${start + 1} to ${stop} step ${step} of axis ${axis + 1}, ` +
          "expected at least one pixel",
      );
    }
    const cut = cutAxis(start, stop, step, length);
    if (cut !== undefined) return cut;
    throw new SectionError(
      `The section ${text} lies outside of ${image}: it asks for ${start + 1} to ${stop} of axis ` +
        `${axis + 1}, which has pixels 1 to ${length}`,
    );
  });
  const pixels = axes.reduce((product, { count }) => product * count, 1);
  const inside = axes.reduce((product, axis) => product * insideCount(axis), 1);
  if (pixels - inside > MAX_OUTSIDE_PIXELS) {
    throw new LimitError(
      `The section ${text} has ${pixels - inside} pixels outside of ${image}, expected at most ` +
        `${MAX_OUTSIDE_PIXELS}`,
    );
  }
  return axes;
}

/**
 * Checks the text of a section without an image.
 *
 * @param text The section.
 * @throws {SectionError} If it cannot be the section of any image.
 */
export function checkCutSection(text: string): void {
  readRanges(text, []);
}

function readRanges(text: string, shape: readonly number[]): AxisRange[] {
  const inner = text.trim().replace(/^\[(.*)\]$/, "$1");
  return inner.split(",").map((part, axis) => {
    const turned = TURNED.exec(part);
    if (turned !== null && turned[1] !== "0") {
      return [(shape[axis] ?? 1) - 1, -1, -Number(turned[1] ?? 1)] as const;
    }
    const [, whole, begin, end, every] = AXIS.exec(part) ?? [];
    const [first, step] = [Number(begin ?? 1), Number(every ?? 1)];
    const open = whole !== undefined || end === "*" || end === "";
    const last = open ? Math.max(first, shape[axis] ?? first) : Number(end ?? begin);
    if (last >= first && step >= 1) return [first - 1, last, step] as const;
    throw new SectionError(
      `The section '${text}' has '${part}' for axis ${axis + 1}, ` +
        "expected first:last, first:last:step, first:, one number, or *, counted from 1",
    );
  });
}

function cutAxis(start: number, stop: number, step: number, length: number): CutAxis | undefined {
  const count = Math.ceil((stop - start) / step);
  const before = Math.max(0, Math.ceil(-start / step));
  const from = start + before * step;
  const until = Math.min(stop, length);
  if (from >= until) return undefined;
  const taken = Math.ceil((until - from) / step);
  const inside = [from, from + (taken - 1) * step + 1, step] as const;
  return { first: start + 1, step, count, inside, before };
}

/** How many pixels of an axis of a cutout the image has. */
export function insideCount({ inside: [start, stop, step = 1] }: CutAxis): number {
  return Math.ceil((stop - start) / step);
}

/** Whether an axis has pixels that the image has not. */
export function reachesBeyond(axis: CutAxis): boolean {
  return insideCount(axis) < axis.count;
}

/** Whether an axis is taken as it is. */
export function isWhole({ first, step, count }: CutAxis, length: number): boolean {
  return first === 1 && step === 1 && count === length;
}

/** A section in the style of FITS: `101:200,1:50:2`; a turned axis from its last pixel on: `9:1`. */
export function sectionText(axes: readonly CutAxis[]): string {
  return axes.map(({ first, step, count }) => {
    const range = `${first}:${first + (count - 1) * step}`;
    return Math.abs(step) === 1 ? range : `${range}:${Math.abs(step)}`;
  }).join(",");
}
