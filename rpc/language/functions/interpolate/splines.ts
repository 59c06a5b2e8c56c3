/**
 * Cubic splines: SPL_INIT, SPL_INTERP, SPLINE.
 *
 * @module
 */

import { define, type NamedRoutine } from "../../routines/define.ts";
import { realNumber } from "../../values/convert.ts";
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

/** IDL manual, "SPLINE": sigma is near 0 for a cubic spline and large for straight lines. */
const MIN_TENSION = 0.001;

/**
 * A spline under tension (Cline 1974, "Scalar- and planar-valued curve fitting using splines under
 * tension"), whose slopes at the ends are those of the parabolas through three points.
 */
function spline(args: readonly IdlValue[], context: CallContext): IdlValue {
  const { x, y } = pointsOf(args, context);
  const tension = args[3] === undefined ? 1 : Math.max(MIN_TENSION, realNumber(args[3]));
  const t = doublesOf(args[2]!, context);
  const n = x.length;
  const span = x[n - 1]! - x[0]!;
  if (!(span > 0)) refuse("Cannot make a spline: expected rising abscissae");
  const scale = tension * (n - 1) / span;
  context.work(60 * n + t.length * (60 + Math.ceil(Math.log2(n))));
  const bends = tensionBends(x, y, scale, scratch(n, context), scratch(n, context));
  const out = scratch(t.length, context);
  for (let i = 0; i < t.length; i++) {
    const s = intervalOf(x, t[i]!);
    const [low, high, step] = [t[i]! - x[s]!, x[s + 1]! - t[i]!, x[s + 1]! - x[s]!];
    const whole = Math.sinh(scale * step);
    out[i] = (bends[s + 1]! * Math.sinh(scale * low) + bends[s]! * Math.sinh(scale * high)) /
        whole +
      ((y[s + 1]! - bends[s + 1]!) * low + (y[s]! - bends[s]!) * high) / step;
  }
  return fromDoubles(floatOrDouble(args.slice(0, 3)), args[2]!.shape, out, context);
}

/** The slope at the first of three points of the parabola through them. */
function endSlope(x: Float64Array, y: Float64Array, [a, b, c]: readonly number[]): number {
  const [near, far] = [x[b!]! - x[a!]!, x[c!]! - x[a!]!];
  const between = x[c!]! - x[b!]!;
  return -(near + far) / (near * far) * y[a!]! + far / (near * between) * y[b!]! -
    near / (far * between) * y[c!]!;
}

/** The second derivatives over the square of the tension at each point. */
function tensionBends(
  x: Float64Array,
  y: Float64Array,
  scale: number,
  bends: Float64Array,
  factors: Float64Array,
): Float64Array {
  const n = x.length;
  const first = endSlope(x, y, [0, 1, 2]);
  const last = endSlope(x, y, [n - 1, n - 2, n - 3]);
  let [before, diagonal, beside] = [first, 0, 0];
  for (let i = 0; i < n; i++) {
    let [slope, ownDiagonal, ownBeside] = [last, 0, 0];
    if (i < n - 1) {
      const step = x[i + 1]! - x[i]!;
      const sinh = Math.sinh(scale * step);
      slope = (y[i + 1]! - y[i]!) / step;
      ownDiagonal = (scale * step * Math.cosh(scale * step) - sinh) / (step * sinh);
      ownBeside = (sinh - scale * step) / (step * sinh);
    }
    const pivot = diagonal + ownDiagonal - (i === 0 ? 0 : beside * factors[i - 1]!);
    bends[i] = (slope - before - (i === 0 ? 0 : beside * bends[i - 1]!)) / pivot;
    factors[i] = ownBeside / pivot;
    [before, diagonal, beside] = [slope, ownDiagonal, ownBeside];
  }
  for (let i = n - 2; i >= 0; i--) bends[i]! -= factors[i]! * bends[i + 1]!;
  return bends;
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
  define("spline(x, y, t, [sigma])", {
    summary: "The spline under tension through points at t; sigma is 1 unless told",
    sketch: sizedAs(2, 100),
    run: (args, _keywords, context) => spline(args, context),
  }),
];
