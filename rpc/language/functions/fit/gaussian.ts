/**
 * GAUSSFIT and GAUSS2DFIT.
 *
 * @module
 */

import { define, type NamedRoutine } from "../../routines/define.ts";
import { refuse } from "../../values/error.ts";
import { describeValue } from "../../values/promotion.ts";
import type { CallContext, LanguageKeywords } from "../../routines/routine.ts";
import { type Fit, type FitSpace, leastSquares, type Model } from "../../kernels/least_squares.ts";
import { elementsOf, type IdlValue } from "../../values/value.ts";
import {
  doublesOf,
  floatOrDouble,
  fromDoubles,
  integerOf,
  isGiven,
  isSet,
  scratch,
} from "../../routines/arguments.ts";
import { weightsOf } from "./polynomial.ts";

function spaceOf(context: CallContext): FitSpace {
  return {
    scratch: (count) => scratch(count, context),
    work: (operations) => context.work(operations),
  };
}

/** A0 exp(-z^2 / 2) + A3 + A4 x + A5 x^2, with z = (x - A1) / A2. */
function gaussianModel(x: Float64Array, terms: number): Model {
  return {
    count: x.length,
    evaluate(a, values, slopes) {
      const [height, middle, width] = [a[0]!, a[1]!, a[2]!];
      for (let i = 0; i < x.length; i++) {
        const place = x[i]!;
        const z = (place - middle) / width;
        const e = Math.exp(-z * z / 2);
        const at = i * terms;
        let value = height * e;
        slopes[at] = e;
        slopes[at + 1] = height * e * z / width;
        slopes[at + 2] = height * e * z * z / width;
        for (let k = 3, power = 1; k < terms; k++, power *= place) {
          value += a[k]! * power;
          slopes[at + k] = power;
        }
        values[i] = value;
      }
    },
  };
}

/** Where fits begin: at the highest and at the lowest point above a line, as wide as to 1/e. */
function estimated(x: Float64Array, y: Float64Array, terms: number): Float64Array[] {
  const n = x.length;
  const { constant, slope } = terms > 3 ? lineThrough(x, y) : { constant: 0, slope: 0 };
  const base = terms === 4 ? mean(y) : constant;
  const tilt = terms > 4 ? slope : 0;
  const rest = (i: number): number => y[i]! - base - tilt * x[i]!;
  let [low, high] = [0, 0];
  for (let i = 0; i < n; i++) {
    if (rest(i) > rest(high)) high = i;
    if (rest(i) < rest(low)) low = i;
  }
  return [high, low].map((top) => {
    const at = Math.min(n - 2, Math.max(1, top));
    const limit = Math.abs(rest(at)) / Math.E;
    let i = 0;
    while (
      at + i + 1 < n && at - i > 0 && Math.abs(rest(at + i)) > limit &&
      Math.abs(rest(at - i)) > limit
    ) i++;
    const start = new Float64Array(terms);
    start.set([rest(at), x[at]!, Math.abs(x[at]! - x[at + i]!) || Math.abs(x[1]! - x[0]!) || 1]);
    if (terms > 3) start[3] = base;
    if (terms > 4) start[4] = tilt;
    return start;
  });
}

function mean(y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < y.length; i++) sum += y[i]!;
  return sum / y.length;
}

function lineThrough(x: Float64Array, y: Float64Array): { constant: number; slope: number } {
  const [mx, my] = [mean(x), mean(y)];
  let sxx = 0, sxy = 0;
  for (let i = 0; i < x.length; i++) {
    sxx += (x[i]! - mx) ** 2;
    sxy += (x[i]! - mx) * (y[i]! - my);
  }
  const slope = sxx === 0 ? 0 : sxy / sxx;
  return { constant: my - slope * mx, slope };
}

/** IDL manual, "GAUSSFIT": a Gaussian, by NTERMS with a constant, a line or a parabola below it. */
function gaussfit(
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const terms = integerOf(keywords, "nterms") ?? 6;
  if (!(terms >= 3 && terms <= 6)) refuse(`Cannot fit ${terms} terms: expected 3 to 6`);
  const [abscissae, ordinates] = args;
  const count = elementsOf(abscissae!.shape);
  if (elementsOf(ordinates!.shape) !== count || count < terms) {
    refuse(
      `Cannot fit ${terms} terms to ${describeValue(ordinates!)} at ${describeValue(abscissae!)}`,
    );
  }
  const [x, y] = [doublesOf(abscissae!, context), doublesOf(ordinates!, context)];
  const { weights, measured } = weightsOf(keywords["measure_errors"], count, context);
  const given = keywords["estimates"];
  if (isGiven(given) && elementsOf(given.shape) !== terms) {
    refuse(`Cannot begin with ${describeValue(given)}: expected ${terms} estimates`);
  }
  context.work(20 * count);
  const starts = isGiven(given) ? [doublesOf(given, context)] : estimated(x, y, terms);
  const free = new Array<boolean>(terms).fill(true);
  const model = gaussianModel(x, terms);
  const fits = starts.map((start) =>
    leastSquares(model, y, weights, start, free, spaceOf(context))
  );
  // A peak and a dip may each be an end of the way: the better one is meant.
  const fit = fits.reduce((best, other) => other.chisq < best.chisq ? other : best);
  // The width's sign means nothing.
  fit.parameters[2] = Math.abs(fit.parameters[2]!);
  return reported({ fit, args, output: 2, terms, count, measured, moving: terms }, context);
}

interface Reported {
  readonly fit: Fit;
  readonly args: readonly IdlValue[];
  /** The argument that takes the parameters. */
  readonly output: number;
  readonly terms: number;
  readonly count: number;
  readonly measured: boolean;
  /** Parameters that were fitted. */
  readonly moving: number;
}

function reported(own: Reported, context: CallContext): IdlValue {
  const { fit, args, terms, count } = own;
  const values = args[own.output === 1 ? 0 : 1]!;
  const type = floatOrDouble([args[0], values]);
  const freedom = Math.max(1, count - own.moving);
  const put = (name: string | number, shape: readonly number[], data: Float64Array) => {
    if (!context.wants(name)) return;
    context.output(name, fromDoubles(type, shape, data as Float64Array<ArrayBuffer>, context));
  };
  put(own.output, [terms], fit.parameters);
  // IDL manual: the sum of squares over the degrees of freedom.
  put("chisq", [], Float64Array.of(fit.chisq / freedom));
  put("yerror", [], Float64Array.of(Math.sqrt(fit.chisq / freedom)));
  const scale = own.measured ? 1 : fit.chisq / freedom;
  put(
    "sigma",
    [terms],
    Float64Array.from(
      { length: terms },
      (_, k) => Math.sqrt(Math.abs(fit.covariance[k * (terms + 1)]! * scale)),
    ),
  );
  const fitted = scratch(count, context);
  fitted.set(fit.values.subarray(0, count));
  return fromDoubles(type, values.shape, fitted, context);
}

/** A0 + A1 exp(-U / 2), U the squared distance from (A4, A5) in widths A2 and A3, turned by A6. */
function planeModel(x: Float64Array, y: Float64Array, terms: number): Model {
  const [n, m] = [x.length, y.length];
  return {
    count: n * m,
    evaluate(a, values, slopes) {
      const cosine = terms === 7 ? Math.cos(a[6]!) : 1;
      const sine = terms === 7 ? Math.sin(a[6]!) : 0;
      const [height, wx, wy] = [a[1]!, a[2]!, a[3]!];
      for (let j = 0; j < m; j++) {
        const dy = y[j]! - a[5]!;
        for (let i = 0; i < n; i++) {
          const dx = x[i]! - a[4]!;
          const u = (dx * cosine - dy * sine) / wx;
          const v = (dx * sine + dy * cosine) / wy;
          const e = Math.exp(-(u * u + v * v) / 2);
          const at = (j * n + i) * terms;
          const peak = height * e;
          values[j * n + i] = a[0]! + peak;
          slopes[at] = 1;
          slopes[at + 1] = e;
          slopes[at + 2] = peak * u * u / wx;
          slopes[at + 3] = peak * v * v / wy;
          slopes[at + 4] = peak * (u * cosine / wx + v * sine / wy);
          slopes[at + 5] = peak * (v * cosine / wy - u * sine / wx);
          if (terms === 7) slopes[at + 6] = peak * u * v * (wy / wx - wx / wy);
        }
      }
    },
  };
}

/** IDL manual, "GAUSS2DFIT": a Gaussian in two dimensions on a constant. */
function gauss2dfit(
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const [image, , columns, rows] = args;
  if (image!.shape.length !== 2) {
    refuse(`Cannot fit ${describeValue(image!)}: it must have two dimensions`);
  }
  const [n, m] = image!.shape as [number, number];
  const terms = isSet(keywords, "tilt") ? 7 : 6;
  const z = doublesOf(image!, context);
  const x = placesOf(columns, n, context);
  const y = placesOf(rows, m, context);
  if (n * m < terms) refuse(`Cannot fit ${terms} terms to ${describeValue(image!)}`);
  const start = planeEstimate(z, x, y, isSet(keywords, "negative"), terms);
  const weights = maskOf(keywords["mask"], n * m, context);
  const free = freeOf(keywords["fita"], terms, context);
  context.work(100 * n * m);
  const fit = leastSquares(planeModel(x, y, terms), z, weights, start, free, spaceOf(context));
  fit.parameters[2] = Math.abs(fit.parameters[2]!);
  fit.parameters[3] = Math.abs(fit.parameters[3]!);
  const moving = free.filter(Boolean).length;
  return reported({ fit, args, output: 1, terms, count: n * m, measured: false, moving }, context);
}

function placesOf(
  given: IdlValue | undefined,
  count: number,
  context: CallContext,
): Float64Array {
  if (!isGiven(given)) {
    const places = scratch(count, context);
    for (let i = 0; i < count; i++) places[i] = i;
    return places;
  }
  if (elementsOf(given.shape) !== count) {
    refuse(`Cannot use ${describeValue(given)} as places: expected ${count}`);
  }
  return doublesOf(given, context);
}

function maskOf(given: IdlValue | undefined, count: number, context: CallContext): Float64Array {
  const weights = scratch(count, context).fill(1);
  if (!isGiven(given)) return weights;
  if (elementsOf(given.shape) !== count) refuse(`Cannot use ${describeValue(given)} as MASK`);
  const mask = doublesOf(given, context);
  for (let i = 0; i < count; i++) weights[i] = mask[i] === 0 ? 0 : 1;
  return weights;
}

function freeOf(given: IdlValue | undefined, terms: number, context: CallContext): boolean[] {
  if (!isGiven(given)) return new Array<boolean>(terms).fill(true);
  const list = Array.from(doublesOf(given, context), (flag) => flag !== 0);
  if (list.length !== terms || !list.includes(true)) {
    refuse(`Cannot use ${describeValue(given)} as FITA: expected ${terms}, one of them 1`);
  }
  return list;
}

/** Where a fit begins: the peak above the level of the edges, as wide as it falls to half. */
function planeEstimate(
  z: Float64Array,
  x: Float64Array,
  y: Float64Array,
  negative: boolean,
  terms: number,
): Float64Array {
  const [n, m] = [x.length, y.length];
  let edge = 0, edges = 0, top = 0;
  const sign = negative ? -1 : 1;
  for (let j = 0; j < m; j++) {
    for (let i = 0; i < n; i++) {
      const at = j * n + i;
      if (sign * z[at]! > sign * z[top]!) top = at;
      if (i > 0 && i < n - 1 && j > 0 && j < m - 1) continue;
      edge += z[at]!;
      edges++;
    }
  }
  const base = edge / edges;
  const height = z[top]! - base;
  const [column, row] = [top % n, Math.floor(top / n)];
  const reach = (step: number, from: number, length: number): number => {
    let k = 1;
    while (from + k < length && Math.abs(z[top + k * step]! - base) > Math.abs(height) / 2) k++;
    let l = 1;
    while (from - l >= 0 && Math.abs(z[top - l * step]! - base) > Math.abs(height) / 2) l++;
    // Half of the full width at half of the maximum is 1.18 sigma.
    return (k + l) / 2 / 1.18;
  };
  const start = new Float64Array(terms);
  const stepOf = (places: Float64Array): number =>
    places.length < 2 ? 1 : Math.abs(places[1]! - places[0]!) || 1;
  start.set([
    base,
    height,
    reach(1, column, n) * stepOf(x),
    reach(n, row, m) * stepOf(y),
    x[column]!,
    y[row]!,
  ]);
  // At a turn of 0 the derivative by it may be 0.
  if (terms === 7) start[6] = 0.1;
  return start;
}

/** The routines of this file. */
export const GAUSSIAN: readonly NamedRoutine[] = [
  define(
    "gaussfit(x, y, [>a], CHISQ=>, ESTIMATES=, MEASURE_ERRORS=, NTERMS=, SIGMA=>, YERROR=>)",
    {
      summary: "A Gaussian fitted to y at x, with a parabola below it unless NTERMS is less than 6",

      cost: 5000,
      run: gaussfit,
    },
  ),
  define(
    "gauss2dfit(z, [>a], [x], [y], CHISQ=>, FITA=, MASK=, /NEGATIVE, SIGMA=>, /TILT)",
    {
      summary: "A Gaussian in two dimensions fitted to an image; a takes its parameters",
      departs: "CHISQ and SIGMA are as GAUSSFIT's; the tilt may differ by a quarter turn",
      cost: 5000,
      run: gauss2dfit,
    },
  ),
];
