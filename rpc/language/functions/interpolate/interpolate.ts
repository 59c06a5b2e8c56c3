/**
 * INTERPOLATE and BILINEAR.
 *
 * @module
 */

import { realNumber } from "../../values/convert.ts";
import { define, type NamedRoutine } from "../../routines/define.ts";
import { refuse } from "../../values/error.ts";
import { checkedCount } from "../../values/memory.ts";
import { describeValue } from "../../values/promotion.ts";
import type {
  CallContext,
  LanguageKeywords,
  Sketch,
  SketchedResult,
} from "../../routines/routine.ts";
import { elementsOf, IdlType, type IdlValue } from "../../values/value.ts";
import { withoutTrailing } from "../../values/arrays.ts";
import { doublesOf, isGiven, isSet, real, scratch } from "../../routines/arguments.ts";
import { convert } from "../../values/convert.ts";

/** What is interpolated: numbers in lines of `inner` that stay together, along up to three axes. */
interface Grid {
  readonly data: Float64Array;
  readonly inner: number;
  readonly lengths: readonly [number, number, number];
  /** What stands for places outside; undefined where the nearest edge does. */
  readonly missing: number | undefined;
  /** The parameter of cubic convolution; undefined for linear interpolation. */
  readonly cubic: number | undefined;
}

/** The parameter of cubic convolution that the keyword CUBIC gives, if it does. */
export function cubicOf(keywords: LanguageKeywords): number | undefined {
  const given = keywords["cubic"];
  if (!isGiven(given)) return undefined;
  const parameter = realNumber(given);
  if (parameter === 0) return undefined;
  // IDL manual, "INTERPOLATE", CUBIC: from -1 to 0; any other number means -1.
  return parameter > 0 || parameter < -1 ? -1 : parameter;
}

/** IDL manual, "INTERPOLATE": linear along the last dimensions, as many as places are given for. */
function interpolate(
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const [x, ...places] = args;
  const value = real(x!, context);
  const rank = places.length;
  const { shape } = value;
  if (shape.length < rank) {
    refuse(`Cannot interpolate ${describeValue(value)} along ${rank} dimensions`);
  }
  const kept = shape.slice(0, shape.length - rank);
  const own = shape.slice(shape.length - rank);
  const missing = keywords["missing"];
  const cubic = cubicOf(keywords);
  if (cubic !== undefined && rank > 2) {
    refuse("Cannot interpolate by cubic convolution along three dimensions: one or two");
  }
  const grid: Grid = {
    data: doublesOf(value, context),
    inner: elementsOf(kept),
    lengths: [own[0] ?? 1, own[1] ?? 1, own[2] ?? 1],
    missing: isGiven(missing) ? realNumber(missing) : undefined,
    cubic,
  };
  const { places: spread, shape: outer } = isSet(keywords, "grid") && rank > 1
    ? gridPlaces(places, context)
    : listedPlaces(places, context);
  const result = [...kept, ...outer];
  const double = isSet(keywords, "double") || value.type === IdlType.DOUBLE;
  const out = context.allocate(double ? IdlType.DOUBLE : IdlType.FLOAT, result);
  const count = elementsOf(outer);
  const taps = (cubic === undefined ? 2 : 4) ** rank;
  const data = out.data as Float64Array;
  for (let from = 0; from < count; from += RUN) {
    const to = Math.min(count, from + RUN);
    context.work((to - from) * (10 + 2 * taps * grid.inner));
    if (cubic !== undefined) convolve(grid, spread, data, from, to, rank);
    else if (rank === 2 && grid.inner === 1) bilinearRun(grid, spread, data, from, to);
    else linearRun(grid, spread, data, from, to);
  }
  return { ...out, shape: withoutTrailing(result) };
}

/** Places that are computed between two looks at the clock. */
const RUN = 65_536;

/** Places along three axes; those of an axis that is not interpolated are all 0. */
type Places = readonly [Float64Array, Float64Array | undefined, Float64Array | undefined];

interface Spread {
  readonly places: Places;
  readonly shape: readonly number[];
}

function listedPlaces(given: readonly IdlValue[], context: CallContext): Spread {
  const [first] = given;
  const count = elementsOf(first!.shape);
  for (const place of given) {
    if (elementsOf(place.shape) !== count) {
      refuse(
        `Cannot interpolate at ${given.map(describeValue).join(" and ")}: ` +
          "as many places along each dimension, or the keyword GRID",
      );
    }
  }
  const [x, y, z] = given.map((place) => doublesOf(place, context));
  return { places: [x!, y, z], shape: first!.shape };
}

/** IDL manual, "INTERPOLATE", GRID: every place along one axis with every place along the others. */
function gridPlaces(given: readonly IdlValue[], context: CallContext): Spread {
  const lengths = given.map((place) => elementsOf(place.shape));
  const count = checkedCount(lengths);
  let below = 1;
  const lists = given.map((place) => {
    const own = doublesOf(place, context);
    const list = scratch(count, context);
    context.work(2 * count);
    const repeat = below;
    for (let i = 0; i < count; i += repeat) {
      const next = own[i / repeat % own.length]!;
      for (let k = 0; k < repeat; k++) list[i + k] = next;
    }
    below *= own.length;
    return list;
  });
  return { places: [lists[0]!, lists[1], lists[2]], shape: lengths };
}

function bilinearRun(
  { data, lengths: [nx, ny], missing }: Grid,
  [px, py]: Places,
  out: Float64Array,
  start: number,
  end: number,
): void {
  const [lastX, lastY] = [nx - 1, ny - 1];
  const ys = py!;
  for (let i = start; i < end; i++) {
    let x = px[i]!;
    let y = ys[i]!;
    if (!(x >= 0 && x <= lastX && y >= 0 && y <= lastY)) {
      if (missing !== undefined) {
        out[i] = missing;
        continue;
      }
      x = x > lastX ? lastX : x >= 0 ? x : 0;
      y = y > lastY ? lastY : y >= 0 ? y : 0;
    }
    const column = x | 0;
    const row = y | 0;
    const dx = x - column;
    const dy = y - row;
    const at = row * nx + column;
    const right = column < lastX ? 1 : 0;
    const up = row < lastY ? nx : 0;
    out[i] = (1 - dy) * ((1 - dx) * data[at]! + dx * data[at + right]!) +
      dy * ((1 - dx) * data[at + up]! + dx * data[at + up + right]!);
  }
}

function linearRun(
  { data, inner, lengths: [nx, ny, nz], missing }: Grid,
  [px, py, pz]: Places,
  out: Float64Array,
  start: number,
  end: number,
): void {
  for (let i = start; i < end; i++) {
    let x = px[i]!;
    let y = py === undefined ? 0 : py[i]!;
    let z = pz === undefined ? 0 : pz[i]!;
    const inside = x >= 0 && x <= nx - 1 && y >= 0 && y <= ny - 1 && z >= 0 && z <= nz - 1;
    if (!inside) {
      if (missing !== undefined) {
        out.fill(missing, i * inner, (i + 1) * inner);
        continue;
      }
      x = Math.min(nx - 1, x >= 0 ? x : 0);
      y = Math.min(ny - 1, y >= 0 ? y : 0);
      z = Math.min(nz - 1, z >= 0 ? z : 0);
    }
    const ix = Math.floor(x);
    const iy = Math.floor(y);
    const iz = Math.floor(z);
    const dx = x - ix;
    const dy = y - iy;
    const dz = z - iz;
    const at = inner * (ix + nx * (iy + ny * iz));
    const right = ix < nx - 1 ? inner : 0;
    const up = iy < ny - 1 ? inner * nx : 0;
    const deep = iz < nz - 1 ? inner * nx * ny : 0;
    for (let k = 0; k < inner; k++) {
      const c = at + k;
      const near = (1 - dy) * ((1 - dx) * data[c]! + dx * data[c + right]!) +
        dy * ((1 - dx) * data[c + up]! + dx * data[c + up + right]!);
      const far = (1 - dy) * ((1 - dx) * data[c + deep]! + dx * data[c + deep + right]!) +
        dy * ((1 - dx) * data[c + deep + up]! + dx * data[c + deep + up + right]!);
      out[i * inner + k] = dz === 0 ? near : (1 - dz) * near + dz * far;
    }
  }
}

/** The four weights of cubic convolution (Park and Schowengerdt 1983) at a fraction of an interval. */
export function cubicWeights(a: number, d: number, weights: Float64Array): void {
  const far = 1 + d;
  weights[0] = a * (far * (far * (far - 5) + 8) - 4);
  weights[1] = (a + 2) * d * d * d - (a + 3) * d * d + 1;
  const e = 1 - d;
  weights[2] = (a + 2) * e * e * e - (a + 3) * e * e + 1;
  const beyond = 2 - d;
  weights[3] = a * (beyond * (beyond * (beyond - 5) + 8) - 4);
}

function convolve(
  { data, inner, lengths: [nx, ny], missing, cubic }: Grid,
  [px, py]: Places,
  out: Float64Array,
  start: number,
  end: number,
  rank: number,
): void {
  const wx = new Float64Array(4);
  const wy = Float64Array.of(0, 1, 0, 0);
  for (let i = start; i < end; i++) {
    let x = px[i]!;
    let y = rank === 1 ? 0 : py![i]!;
    if (!(x >= 0 && x <= nx - 1 && y >= 0 && y <= ny - 1)) {
      if (missing !== undefined) {
        out.fill(missing, i * inner, (i + 1) * inner);
        continue;
      }
      x = Math.min(nx - 1, x >= 0 ? x : 0);
      y = Math.min(ny - 1, y >= 0 ? y : 0);
    }
    const ix = Math.floor(x);
    const iy = Math.floor(y);
    cubicWeights(cubic!, x - ix, wx);
    if (rank === 2) cubicWeights(cubic!, y - iy, wy);
    for (let k = 0; k < inner; k++) {
      let sum = 0;
      for (let j = 0; j < 4; j++) {
        if (wy[j] === 0) continue;
        const row = nx * Math.min(ny - 1, Math.max(0, iy + j - 1));
        let line = 0;
        for (let l = 0; l < 4; l++) {
          const column = Math.min(nx - 1, Math.max(0, ix + l - 1));
          line += wx[l]! * data[inner * (row + column) + k]!;
        }
        sum += wy[j]! * line;
      }
      out[i * inner + k] = sum;
    }
  }
}

/** IDL manual, "BILINEAR": rows and columns as a grid, or a place for each element of the result. */
function bilinear(
  [x, columns, rows]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const value = real(x!, context);
  if (value.shape.length !== 2) {
    refuse(`Cannot interpolate ${describeValue(value)}: it must have two dimensions`);
  }
  const grid = columns!.shape.length < 2 && rows!.shape.length < 2;
  const { missing } = keywords;
  const flag = convert({ type: IdlType.INT, shape: [], data: Int16Array.of(1) }, 2, context);
  return interpolate(
    [value, columns!, rows!],
    { missing, ...(grid ? { grid: flag } : {}) },
    context,
  );
}

function sketch(
  [x, ...places]: readonly Sketch[],
  keywords: ReadonlyMap<string, Sketch>,
): SketchedResult {
  const grid = keywords.has("grid") || places.every(({ shape }) => shape.length < 2);
  const counts = places.map(({ count }) => count);
  const outer = grid
    ? counts.reduce((product, count) => product * count, 1)
    : Math.max(1, ...counts);
  // As many elements in front as are not interpolated; no more than half of all are likely.
  const inner = x === undefined ? 1 : elementsOf(x.shape.slice(0, -places.length));
  const count = outer * inner;
  const operations = 40 * count + outer * 20 + (x?.count ?? 1);
  return { count, bytes: 8 + 8 * places.length, operations };
}

/** The routines of this file. */
export const INTERPOLATE: readonly NamedRoutine[] = [
  define("interpolate(x, column, [row], [plane], /GRID, CUBIC=, MISSING=, /DOUBLE)", {
    summary: "x between its elements, at places along its last dimensions",
    sketch,
    run: interpolate,
  }),
  define("bilinear(x, columns, rows, MISSING=)", {
    summary: "An image between its pixels, at rows and columns or at a place for each",
    sketch,
    run: bilinear,
  }),
];
