/**
 * Cubic splines: SPL_INIT, SPL_INTERP, SPLINE.
 *
 * @module
 */

import { define, type NamedRoutine } from "../../routines/define.ts";
import { refuse } from "../../values/error.ts";
import { describeValue } from "../../values/promotion.ts";
import type { CallContext, LanguageKeywords } from "../../routines/routine.ts";
import { elementsOf, type IdlValue } from "../../values/value.ts";
import {
  doublesOf,
  floatOrDouble,
  fromDoubles,
  numberOf,
  scratch,
  sizedAs,
} from "../../routines/arguments.ts";

/**
 * The second derivatives of the cubic spline through points, natural at an end whose first
 * derivative is not given (Numerical Recipes, section 3.3).
 *
 * @param curvatures Takes the second derivatives.
 * @param work Memory of the same length.
 */
export function splineCurvatures(
  x: Float64Array,
  y: Float64Array,
  curvatures: Float64Array,
  work: Float64Array,
  first?: number | undefined,
  last?: number | undefined,
): void {
  const n = x.length;
  curvatures[0] = work[0] = 0;
  if (first !== undefined) {
    curvatures[0] = -0.5;
    const step = x[1]! - x[0]!;
    work[0] = 3 / step * ((y[1]! - y[0]!) / step - first);
  }
  for (let i = 1; i < n - 1; i++) {
    const part = (x[i]! - x[i - 1]!) / (x[i + 1]! - x[i - 1]!);
    const p = part * curvatures[i - 1]! + 2;
    curvatures[i] = (part - 1) / p;
    const bend = (y[i + 1]! - y[i]!) / (x[i + 1]! - x[i]!) -
      (y[i]! - y[i - 1]!) / (x[i]! - x[i - 1]!);
    work[i] = (6 * bend / (x[i + 1]! - x[i - 1]!) - part * work[i - 1]!) / p;
  }
  let [quotient, end] = [0, 0];
  if (last !== undefined) {
    quotient = 0.5;
    const step = x[n - 1]! - x[n - 2]!;
    end = 3 / step * (last - (y[n - 1]! - y[n - 2]!) / step);
  }
  curvatures[n - 1] = (end - quotient * work[n - 2]!) / (quotient * curvatures[n - 2]! + 1);
  for (let i = n - 2; i >= 0; i--) curvatures[i] = curvatures[i]! * curvatures[i + 1]! + work[i]!;
}

/** The value at `u` of the spline in the interval from `s` to `s + 1`. */
export function splineAt(
  x: Float64Array,
  y: Float64Array,
  curvatures: Float64Array,
  u: number,
  s: number,
): number {
  const step = x[s + 1]! - x[s]!;
  const a = (x[s + 1]! - u) / step;
  const b = (u - x[s]!) / step;
  return a * y[s]! + b * y[s + 1]! +
    ((a * a * a - a) * curvatures[s]! + (b * b * b - b) * curvatures[s + 1]!) * step * step / 6;
}

/** The interval of rising numbers in which a number lies, the first and the last for all beyond. */
export function intervalOf(x: Float64Array, u: number): number {
  let low = 0;
  let high = x.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (x[middle]! > u) high = middle;
    else low = middle;
  }
  return low;
}

function pointsOf(
  [abscissae, ordinates]: readonly IdlValue[],
  context: CallContext,
): { x: Float64Array; y: Float64Array } {
  if (elementsOf(abscissae!.shape) !== elementsOf(ordinates!.shape)) {
    refuse(`Cannot make a spline of ${describeValue(ordinates!)} at ${describeValue(abscissae!)}`);
  }
  if (elementsOf(abscissae!.shape) < 3) refuse("Cannot make a spline of fewer than 3 points");
  return { x: doublesOf(abscissae!, context), y: doublesOf(ordinates!, context) };
}

function splInit(
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const { x, y } = pointsOf(args, context);
  context.work(20 * x.length);
  const curvatures = scratch(x.length, context);
  const work = scratch(x.length, context);
  splineCurvatures(x, y, curvatures, work, numberOf(keywords, "yp0"), numberOf(keywords, "ypn_1"));
  return fromDoubles(floatOrDouble(args, keywords), args[0]!.shape, curvatures, context);
}

function splInterp(
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const { x, y } = pointsOf(args, context);
  const curvatures = doublesOf(args[2]!, context);
  if (curvatures.length !== x.length) refuse("Cannot use the derivatives: one for each point");
  const u = doublesOf(args[3]!, context);
  const out = scratch(u.length, context);
  context.work(u.length * (20 + Math.ceil(Math.log2(x.length))));
  for (let i = 0; i < u.length; i++) {
    out[i] = splineAt(x, y, curvatures, u[i]!, intervalOf(x, u[i]!));
  }
  return fromDoubles(floatOrDouble(args, keywords), args[3]!.shape, out, context);
}

/** The routines of this file. */
export const SPLINES: readonly NamedRoutine[] = [
  define("spl_init(x, y, YP0=, YPN_1=, /DOUBLE)", {
    summary: "The second derivatives of the cubic spline through points",
    cost: 20,
    run: splInit,
  }),
  define("spl_interp(x, y, y2, xout, /DOUBLE)", {
    summary: "The cubic spline through points at xout; y2 is of SPL_INIT",
    sketch: sizedAs(3, 40),
    run: splInterp,
  }),
];
