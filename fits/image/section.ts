/** Sections of an array: which pixels of each axis are meant. */

import { HeliographError } from "../../net/errors.ts";

/**
 * One axis of a section, counted from 0: `start`, up to but not including `stop`, every `step`th.
 * With a step below 0 the axis is turned around, and `stop` lies before `start`: `[9, -1, -1]`.
 */
export type AxisRange = readonly [start: number, stop: number, step?: number];

/**
 * A part of an array: a FITS string, 1-based and inclusive, such as
 * `"1:100,50:60:2,*"`, or ranges for each axis, 0-based and half-open, axis 1 first. `-*` is an
 * axis whole and turned around, `-*:2` every second pixel of it from the last on, as in CFITSIO.
 *
 * World coordinates count pixels from 0: the pixel `"1:1,1:1"` is `wcs.pixelToWorld([0, 0])`,
 * unless `readWcs` is told `origin: 1`.
 */
export type Section = string | readonly AxisRange[];

/** A section of a given array, every axis stated. */
export interface ResolvedSection {
  /** The ranges of every axis, axis 1 first. */
  readonly ranges: readonly (readonly [start: number, stop: number, step: number])[];
  /** The lengths of the axes of the section. */
  readonly shape: readonly number[];
}

/** How a section may be. */
export interface ResolveOptions {
  /**
   * Whether axes may be turned around; else that is an error.
   *
   * @default {false}
   */
  readonly turned?: boolean | undefined;
}

/** The section is not one of the array that it is meant for. */
export class SectionError extends HeliographError {}

/**
 * Reads a section and compares it with the array.
 *
 * Axes that are not named are taken whole; an axis of one number (`"5"`) keeps
 * its place with length 1.
 *
 * @param section The section; undefined is the whole array.
 * @param shape The lengths of the array's axes, axis 1 first.
 * @param array What the array is, for error messages.
 * @param options Whether axes may be turned around.
 * @returns The ranges of every axis.
 * @throws {SectionError} If the section cannot be read or is not within the array.
 */
export function resolveSection(
  section: Section | undefined,
  shape: readonly number[],
  array: string = "the array",
  { turned = false }: ResolveOptions = {},
): ResolvedSection {
  const given = section === undefined
    ? []
    : typeof section === "string"
    ? parseSection(section, shape)
    : section;
  if (given.length > shape.length) {
    throw new SectionError(
      `The section ${show(section)} has ${given.length} axes, ${array} has ${shape.length}`,
    );
  }
  const ranges = shape.map((length, axis) => {
    const [start, stop, step = 1] = given[axis] ?? [0, length, 1];
    const whole = [start, stop, step].every(Number.isSafeInteger);
    if (whole && step < 0 && start < length && stop >= -1 && stop <= start) {
      if (turned) return [start, stop, step] as const;
      throw new SectionError(
        `The section ${show(section)} turns axis ${axis + 1} around, expected first:last here`,
      );
    }
    if (!whole || step < 1 || start < 0 || stop < start || stop > length) {
      throw new SectionError(
        `The section ${show(section)} asks for ${start + 1} to ${stop} step ${step} of axis ` +
          `${axis + 1} of ${array}, which has pixels 1 to ${length}`,
      );
    }
    return [start, stop, step] as const;
  });
  return {
    ranges,
    shape: ranges.map(([start, stop, step]) => Math.ceil((stop - start) / step)),
  };
}

function show(section: Section | undefined): string {
  return typeof section === "string" ? `'${section}'` : JSON.stringify(section);
}

/** One axis of a section's text, 1-based and inclusive; `last` is undefined for the axis's end. */
interface AxisText {
  readonly first: number;
  readonly last: number | undefined;
  readonly step: number;
}

/**
 * Checks a section's text without an array.
 *
 * @param text The section, such as `1:100,50:60`.
 * @throws {SectionError} If it cannot be the section of any array.
 */
export function checkSection(text: string): void {
  axesOf(text);
}

function axesOf(text: string): AxisText[] {
  const inner = text.trim().replace(/^\[(.*)\]$/, "$1");
  return inner.split(",").map((part, axis) => {
    const turned = /^\s*-\s*\*\s*(?::\s*(\d+)\s*)?$/.exec(part);
    if (turned !== null && turned[1] !== "0") {
      return { first: 1, last: undefined, step: -Number(turned[1] ?? 1) };
    }
    const match = /^\s*(?:(\*)|(\d+)(?:\s*:\s*(\d+|\*|(?=\s*(?::|$))))?)(?:\s*:\s*(\d+))?\s*$/.exec(
      part,
    );
    const [whole, begin, end, every] = match?.slice(1) ?? [];
    const [first, step] = [Number(begin ?? 1), Number(every ?? 1)];
    const open = whole !== undefined || end === "*" || end === "";
    const last = open ? undefined : Number(end ?? begin);
    if (match !== null && first >= 1 && step >= 1 && (last ?? first) >= first) {
      return { first, last, step };
    }
    throw new SectionError(
      `The section '${text}' has '${part}' for axis ${axis + 1}, ` +
        "expected first:last, first:last:step, first:, one number, or *, counted from 1",
    );
  });
}

function parseSection(text: string, shape: readonly number[]): AxisRange[] {
  return axesOf(text).map(({ first, last, step }, axis) => {
    const end = last ?? shape[axis] ?? 0;
    return step < 0 ? [end - 1, -1, step] : [first - 1, end, step];
  });
}

/** A section read forwards, and which axes are turned around afterwards. */
export interface TurnedSection {
  /** The same pixels, every step above 0. */
  readonly section: readonly AxisRange[];
  /** The axes to be turned, counted from 0. */
  readonly axes: readonly number[];
}

/**
 * Takes the turned axes out of a section.
 *
 * @param section The section.
 * @param shape The lengths of the array's axes.
 * @param array What the array is, for error messages.
 * @returns The section and its turned axes, or undefined if no axis is turned.
 */
export function turnedSection(
  section: Section | undefined,
  shape: readonly number[],
  array?: string,
): TurnedSection | undefined {
  const may = typeof section === "string"
    ? section.includes("-")
    : section?.some(([, , step = 1]) => step < 0);
  if (!may) return undefined;
  const resolved = resolveSection(section, shape, array, { turned: true });
  const axes = resolved.ranges.flatMap(([, , step], axis) => step < 0 ? [axis] : []);
  const forward = resolved.ranges.map(([start, stop, step], axis): AxisRange => {
    if (step > 0) return [start, stop, step];
    const count = resolved.shape[axis]!;
    return count === 0 ? [0, 0] : [start + (count - 1) * step, start + 1, -step];
  });
  return axes.length === 0 ? undefined : { section: forward, axes };
}

/**
 * Turns axes of an array around where it lies.
 *
 * @param elements The elements, axis 1 fastest.
 * @param shape The lengths of the axes.
 * @param axes The axes to be turned, counted from 0.
 */
export function turnAxes<T>(
  elements: { [index: number]: T },
  shape: readonly number[],
  axes: readonly number[],
): void {
  const count = shape.reduce((product, length) => product * length, 1);
  for (const axis of axes) {
    const length = shape[axis]!;
    const inner = shape.slice(0, axis).reduce((product, length) => product * length, 1);
    for (let block = 0; block < count; block += inner * length) {
      let low = block;
      let high = block + (length - 1) * inner;
      for (; low < high; low += inner, high -= inner) {
        for (let i = 0; i < inner; i++) {
          const kept = elements[low + i]!;
          elements[low + i] = elements[high + i]!;
          elements[high + i] = kept;
        }
      }
    }
  }
}

/** The runs of contiguous elements that a section is made of. */
export interface SectionRuns {
  /** Elements of each run, as they lie in the array (those between steps included). */
  readonly span: number;
  /** Every how many elements of a run one is taken. */
  readonly step: number;
  /** Elements that are taken of each run. */
  readonly taken: number;
  /** How many runs there are. */
  readonly count: number;
  /** Writes where the runs `first`, `first + 1`, ... begin, in elements of the array. */
  starts(first: number, into: Float64Array): void;
}

/**
 * Divides a section into runs, as long as the array's order allows.
 *
 * @param section The section.
 * @param shape The lengths of the array's axes, axis 1 first.
 * @returns Its runs in the order of its elements.
 */
export function sectionRuns(section: ResolvedSection, shape: readonly number[]): SectionRuns {
  const { ranges } = section;
  if (ranges.length === 0 || section.shape.includes(0)) {
    return { span: 0, step: 1, taken: 0, count: 0, starts: () => {} };
  }
  // Leading axes that are taken whole make one run with the next axis.
  let joined = 0;
  let inner = 1;
  while (joined + 1 < ranges.length && isWhole(ranges[joined]!, shape[joined]!)) {
    inner *= shape[joined++]!;
  }
  const [start, stop, step] = ranges[joined]!;
  const steppedAlone = step === 1 || inner === 1;
  const taken = section.shape[joined]!;
  const outer = ranges.slice(steppedAlone ? joined + 1 : joined);
  const outerShape = section.shape.slice(steppedAlone ? joined + 1 : joined);
  const strides: number[] = [];
  let stride = 1;
  for (let axis = 0; axis < shape.length; axis++) {
    strides.push(stride);
    stride *= shape[axis]!;
  }
  const outerStrides = strides.slice(steppedAlone ? joined + 1 : joined);
  return {
    span: steppedAlone ? inner * (step === 1 ? stop - start : (taken - 1) * step + 1) : inner,
    step: steppedAlone ? step : 1,
    taken: steppedAlone ? inner * taken : inner,
    count: outerShape.reduce((product, length) => product * length, 1),
    starts: (first, into) => {
      const base = steppedAlone ? start * inner : 0;
      for (let i = 0; i < into.length; i++) {
        let rest = first + i;
        let at = base;
        for (let axis = 0; axis < outer.length; axis++) {
          const length = outerShape[axis]!;
          const place = rest % length;
          rest = (rest - place) / length;
          at += (outer[axis]![0] + place * outer[axis]![2]) * outerStrides[axis]!;
        }
        into[i] = at;
      }
    },
  };
}

function isWhole([start, stop, step]: readonly [number, number, number], length: number): boolean {
  return start === 0 && stop === length && step === 1;
}

/**
 * Divides an array into sections that are read one after the other.
 *
 * @param shape The lengths of the array's axes, axis 1 first.
 * @param unit The lengths of what is best read together, such as a tile: no section cuts one.
 * @param most About how many elements a section has, unless one unit has more.
 * @returns Sections that together are the array, none of them overlapping; of an array without
 * elements none.
 */
export function* sectionsOf(
  shape: readonly number[],
  unit: readonly number[],
  most: number,
): Generator<AxisRange[]> {
  if (shape.length === 0 || shape.includes(0)) return;
  const lengths = shape.map((length, axis) => Math.min(length, unit[axis] ?? 1));
  let elements = lengths.reduce((product, length) => product * length, 1);
  for (let axis = 0; axis < shape.length; axis++) {
    const times = Math.max(1, Math.floor(most / elements));
    elements /= lengths[axis]!;
    lengths[axis] = Math.min(shape[axis]!, lengths[axis]! * times);
    elements *= lengths[axis]!;
    if (lengths[axis]! < shape[axis]!) break;
  }
  const start = new Array<number>(shape.length).fill(0);
  for (;;) {
    yield start.map((first, axis) => [first, Math.min(shape[axis]!, first + lengths[axis]!)]);
    let axis = 0;
    while (axis < shape.length && (start[axis]! += lengths[axis]!) >= shape[axis]!) {
      start[axis++] = 0;
    }
    if (axis === shape.length) return;
  }
}

/** Elements of one axis of a section: the first, counted within the section, and how many. */
export type AxisCell = readonly [first: number, length: number];

/**
 * Cuts an axis of a section into cells that end where units of the array do.
 *
 * @param range The axis.
 * @param unit The length of what is best read together, such as a tile.
 * @param most About how many elements a cell has, unless one unit has more.
 */
export function* cellsOf(
  [start, stop, step]: readonly [start: number, stop: number, step: number],
  unit: number,
  most: number,
): Generator<AxisCell> {
  const length = Math.ceil((stop - start) / step);
  if (step < 0) {
    const forward = [start + (length - 1) * step, start + 1, -step] as const;
    for (const [first, count] of [...cellsOf(forward, unit, most)].reverse()) {
      yield [length - first - count, count];
    }
    return;
  }
  const together = Math.max(1, Math.floor(most * step / unit)) * unit;
  for (let first = 0; first < length;) {
    const edge = (Math.floor((start + first * step) / together) + 1) * together;
    const next = Math.min(length, Math.ceil((edge - start) / step));
    yield [first, next - first];
    first = next;
  }
}

/** The range of the array that a cell of an axis takes. */
export function rangeOfCell(
  [start, , step]: readonly [start: number, stop: number, step: number],
  [first, length]: AxisCell,
): AxisRange {
  return [start + first * step, start + (first + length - 1) * step + Math.sign(step), step];
}

/**
 * Divides a section into parts in the order of its elements: each continues where the one before
 * it ends.
 *
 * @param section The section.
 * @param unit The lengths of what is best read together, such as a tile: no part cuts one.
 * @param most About how many elements a part has, unless the units side by side have more.
 * @returns The parts, as sections of the same array.
 */
export function* partsOf(
  { ranges, shape }: ResolvedSection,
  unit: readonly number[],
  most: number,
): Generator<AxisRange[]> {
  if (shape.length === 0 || shape.includes(0)) return;
  // The axis that is cut: those before it are whole, of those behind it one element is taken.
  let cut = Math.max(0, unit.findLastIndex((length, axis) => length > 1 && shape[axis]! > 1));
  let before = shape.slice(0, cut).reduce((product, length) => product * length, 1);
  while (cut + 1 < shape.length && before * shape[cut]! <= most) before *= shape[cut++]!;
  const cells = [
    ...cellsOf(ranges[cut]!, unit[cut] ?? 1, Math.max(1, Math.floor(most / before))),
  ];
  const place = new Array<number>(shape.length).fill(0);
  for (;;) {
    const outer = ranges.map((range, axis) =>
      axis <= cut ? range : rangeOfCell(range, [place[axis]!, 1])
    );
    for (const cell of cells) {
      yield (outer as AxisRange[]).with(cut, rangeOfCell(ranges[cut]!, cell));
    }
    let axis = cut + 1;
    while (axis < shape.length && ++place[axis]! === shape[axis]) place[axis++] = 0;
    if (axis >= shape.length) return;
  }
}
