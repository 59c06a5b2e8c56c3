/**
 * DERIV and INT_TABULATED.
 *
 * @module
 */

import { define, type NamedRoutine } from "../../routines/define.ts";
import { refuse } from "../../values/error.ts";
import { describeValue } from "../../values/promotion.ts";
import type { CallContext, LanguageKeywords } from "../../routines/routine.ts";
import { elementsOf, type IdlValue, scalar } from "../../values/value.ts";
import {
  doublesOf,
  floatOrDouble,
  floatsOf,
  isSet,
  reducing,
  scratch,
} from "../../routines/arguments.ts";
import { intervalOf, splineAt, splineCurvatures } from "../interpolate/splines.ts";

/** IDL manual, "DERIV": the slope of the parabola through three neighbours. */
function deriv(args: readonly IdlValue[], context: CallContext): IdlValue {
  const ordinates = args[1] ?? args[0]!;
  const n = elementsOf(ordinates.shape);
  if (n < 3) refuse(`Cannot differentiate ${describeValue(ordinates)}: it takes three or more`);
  if (args[1] !== undefined && elementsOf(args[0]!.shape) !== n) {
    refuse(`Cannot differentiate ${describeValue(ordinates)} at ${describeValue(args[0]!)}`);
  }
  const y = floatsOf(ordinates, context);
  const result = context.allocate(floatOrDouble(args), ordinates.shape);
  const out = result.data as Float64Array;
  context.work(12 * n);
  if (args[1] === undefined) {
    for (let i = 1; i < n - 1; i++) out[i] = (y[i + 1]! - y[i - 1]!) / 2;
    out[0] = (-3 * y[0]! + 4 * y[1]! - y[2]!) / 2;
    out[n - 1] = (3 * y[n - 1]! - 4 * y[n - 2]! + y[n - 3]!) / 2;
  } else {
    const x = floatsOf(args[0]!, context);
    for (let i = 0; i < n; i++) {
      const k = i === 0 ? 1 : i === n - 1 ? n - 2 : i;
      out[i] = slopeAt(x, y, k, x[i]!);
    }
  }
  return result;
}

/** The slope at `u` of the parabola through the three points around `k`. */
function slopeAt(
  x: Float32Array | Float64Array,
  y: Float32Array | Float64Array,
  k: number,
  u: number,
): number {
  const x0 = x[k - 1]!;
  const x1 = x[k]!;
  const x2 = x[k + 1]!;
  return y[k - 1]! * (2 * u - x1 - x2) / ((x0 - x1) * (x0 - x2)) +
    y[k]! * (2 * u - x0 - x2) / ((x1 - x0) * (x1 - x2)) +
    y[k + 1]! * (2 * u - x0 - x1) / ((x2 - x0) * (x2 - x1));
}

/**
 * IDL manual, "INT_TABULATED": the formula of Newton and Cotes of five points, on the natural
 * spline through the points at places evenly apart.
 */
function intTabulated(
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const n = elementsOf(args[0]!.shape);
  if (n !== elementsOf(args[1]!.shape) || n < 3) {
    refuse(
      `Cannot integrate ${describeValue(args[1]!)} at ${describeValue(args[0]!)}: ` +
        "expected as many of both, three or more",
    );
  }
  let x = doublesOf(args[0]!, context);
  let y = doublesOf(args[1]!, context);
  context.work(80 * n);
  if (isSet(keywords, "sort")) [x, y] = sortedPoints(x, y, context);
  for (let i = 1; i < n; i++) {
    if (!(x[i]! > x[i - 1]!)) refuse("Cannot integrate: x must rise, or the keyword SORT be set");
  }
  const curvatures = scratch(n, context);
  splineCurvatures(x, y, curvatures, scratch(n, context));
  const segments = 4 * Math.ceil((n - 1) / 4);
  const step = (x[n - 1]! - x[0]!) / segments;
  let sum = 0;
  for (let i = 0; i <= segments; i++) {
    const u = x[0]! + i * step;
    const value = splineAt(x, y, curvatures, u, intervalOf(x, u));
    const place = i % 4;
    const weight = place === 0 ? (i === 0 || i === segments ? 7 : 14) : place === 2 ? 12 : 32;
    sum += weight * value;
  }
  return scalar(floatOrDouble(args, keywords), 2 * step * sum / 45);
}

function sortedPoints(
  x: Float64Array,
  y: Float64Array,
  context: CallContext,
): [Float64Array<ArrayBuffer>, Float64Array<ArrayBuffer>] {
  const n = x.length;
  context.work(40 * n * Math.ceil(Math.log2(n)));
  context.reserve(4 * n);
  const order = Int32Array.from({ length: n }, (_, i) => i).sort((a, b) => x[a]! - x[b]!);
  const [places, values] = [scratch(n, context), scratch(n, context)];
  for (let i = 0; i < n; i++) {
    places[i] = x[order[i]!]!;
    values[i] = y[order[i]!]!;
  }
  return [places, values];
}

/** The routines of this file. */
export const CALCULUS: readonly NamedRoutine[] = [
  define("deriv(x, [y])", {
    summary: "The derivative of y at x, or of the only argument at its element numbers",
    cost: 20,
    run: (args, _keywords, context) => deriv(args, context),
  }),
  define("int_tabulated(x, f, /DOUBLE, /SORT)", {
    summary: "The integral of f, tabulated at x",
    sketch: reducing(120),
    run: intTabulated,
  }),
];
