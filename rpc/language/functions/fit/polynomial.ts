/**
 * POLY, POLY_FIT and LINFIT.
 *
 * @module
 */

import { convertRange, wholeNumber } from "../../values/convert.ts";
import { define, type NamedRoutine } from "../../routines/define.ts";
import { refuse } from "../../values/error.ts";
import { describeValue } from "../../values/promotion.ts";
import type { CallContext, LanguageKeywords } from "../../routines/routine.ts";
import { factored, inverted } from "../../kernels/equations.ts";
import { simd, SIMD_BLOCK, turnBytes } from "../../kernels/simd.ts";
import { gammaAbove } from "../../kernels/special.ts";
import { elementsOf, IdlType, type IdlValue, isComplex, scalar } from "../../values/value.ts";
import { binary } from "../../kernels/operators.ts";
import {
  doublesOf,
  floatOrDouble,
  fromDoubles,
  isGiven,
  numeric,
  scratch,
} from "../../routines/arguments.ts";

/** Terms of a polynomial at most: more than DOUBLE can tell apart. */
const MAX_DEGREE = 100;

/** IDL manual, "POLY": c0 + c1 x + c2 x^2 ..., by Horner's rule. */
function poly([x, coefficients]: readonly IdlValue[], context: CallContext): IdlValue {
  const value = numeric(x!, context);
  const list = numeric(coefficients!, context);
  if (isComplex(value.type) || isComplex(list.type)) return polyComplex(value, list, context);
  const c = doublesOf(list, context);
  const out = context.allocate(floatOrDouble([value, list]), value.shape);
  const single = out.type === IdlType.FLOAT;
  const loops = single ? simd.single : simd.double;
  const blocks = single ? simd.floats : simd.doubles;
  const type = single ? IdlType.FLOAT : IdlType.DOUBLE;
  const [x0, sums, ...terms] = simd.addresses;
  // The coefficients for which there are slots are filled in once.
  const kept = Math.min(terms.length - 1, c.length - 1);
  for (let k = 0; k < kept; k++) blocks[2 + k]!.fill(c[k]!);
  const target = out.data as Float64Array;
  for (let from = 0; from < target.length; from += SIMD_BLOCK) {
    const count = Math.min(SIMD_BLOCK, target.length - from);
    context.work(2 * count * c.length);
    convertRange(value, from, blocks[0]!, type, count);
    const bytes = turnBytes((single ? 4 : 8) * count);
    blocks[1]!.fill(c[c.length - 1]!);
    for (let k = c.length - 2; k >= 0; k--) {
      if (k % 1024 === 0) context.work(0);
      const slot = Math.min(k, kept);
      if (k >= kept) blocks[2 + kept]!.fill(c[k]!);
      loops.binary["*"]!(sums!, x0!, sums!, bytes);
      loops.binary["+"]!(sums!, terms[slot]!, sums!, bytes);
    }
    target.set(
      (count === SIMD_BLOCK ? blocks[1]! : blocks[1]!.subarray(0, count)) as Float64Array,
      from,
    );
  }
  return out;
}

function polyComplex(x: IdlValue, coefficients: IdlValue, context: CallContext): IdlValue {
  const parts = isComplex(coefficients.type) ? 2 : 1;
  const count = elementsOf(coefficients.shape);
  if (count > MAX_DEGREE) refuse(`Cannot use ${count} coefficients of complex numbers`);
  const at = (k: number): IdlValue =>
    ({
      ...coefficients,
      shape: [],
      data: (coefficients.data as Float64Array).slice(parts * k, parts * (k + 1)),
    }) as IdlValue;
  let sum = binary("+", binary("*", x, scalar(IdlType.FLOAT, 0), context), at(count - 1), context);
  for (let k = count - 2; k >= 0; k--) {
    sum = binary("+", binary("*", sum, x, context), at(k), context);
  }
  return sum;
}

/** Points with the weights 1 / sigma^2 that their errors give them. */
export interface WeightedPoints {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly weights: Float64Array;
  /** Whether errors were given: else they are estimated from the fit. */
  readonly measured: boolean;
}

/** The points of a fit, with the errors of the keyword MEASURE_ERRORS. */
export function weightedPoints(
  [abscissae, ordinates]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): WeightedPoints {
  const count = elementsOf(abscissae!.shape);
  if (count !== elementsOf(ordinates!.shape)) {
    refuse(`Cannot fit ${describeValue(ordinates!)} at ${describeValue(abscissae!)}`);
  }
  const x = doublesOf(abscissae!, context);
  const y = doublesOf(ordinates!, context);
  const errors = keywords["measure_errors"] ?? keywords["sdev"];
  return { x, y, ...weightsOf(errors, count, context) };
}

/** The weights 1 / sigma^2 of so many errors; 1 where none are given. */
export function weightsOf(
  errors: IdlValue | undefined,
  count: number,
  context: CallContext,
): { readonly weights: Float64Array; readonly measured: boolean } {
  const weights = scratch(count, context);
  if (!isGiven(errors)) return { weights: weights.fill(1), measured: false };
  if (elementsOf(errors.shape) !== count) {
    refuse(`Cannot use ${describeValue(errors)} as errors: expected one for each of ${count}`);
  }
  const given = doublesOf(errors, context);
  for (let i = 0; i < count; i++) weights[i] = 1 / (given[i]! * given[i]!);
  return { weights, measured: true };
}

/** IDL manual, "POLY_FIT": the polynomial of least squares, by the normal equations. */
function polyFit(
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const degree = wholeNumber(args[2]!);
  if (!(degree >= 0 && degree <= MAX_DEGREE)) {
    refuse(`Cannot fit a polynomial of degree ${degree}: expected 0 to ${MAX_DEGREE}`);
  }
  const points = weightedPoints(args, keywords, context);
  const { x, y, weights, measured } = points;
  const terms = degree + 1;
  if (x.length < terms) refuse(`Cannot fit ${terms} coefficients to ${x.length} points`);
  const type = floatOrDouble(args.slice(0, 2), keywords);
  // About the middle and in the half width, where the powers do not grow out of bounds.
  const { middle, width } = extentOf(x);
  context.work(x.length * (terms * terms + 4 * terms));
  const normal = new Float64Array(terms * terms);
  const right = new Float64Array(terms);
  const powers = new Float64Array(terms);
  for (let i = 0; i < x.length; i++) {
    if (i % 4096 === 0) context.work(0);
    const place = (x[i]! - middle) / width;
    let power = 1;
    for (let k = 0; k < terms; k++, power *= place) powers[k] = power;
    for (let k = 0; k < terms; k++) {
      right[k]! += weights[i]! * powers[k]! * y[i]!;
      for (let l = 0; l <= k; l++) normal[k * terms + l]! += weights[i]! * powers[k]! * powers[l]!;
    }
  }
  for (let k = 0; k < terms; k++) {
    for (let l = 0; l < k; l++) normal[l * terms + k] = normal[k * terms + l]!;
  }
  const work = (operations: number): void => context.work(operations);
  const factors = factored(normal, terms, work);
  const status = scalar(IdlType.LONG, factors.singular ? 1 : factors.inaccurate ? 2 : 0);
  if (context.wants("status")) context.output("status", status);
  if (factors.singular && !context.wants("status")) {
    refuse("Cannot fit the polynomial: its equations are singular");
  }
  const own = new Float64Array(terms * terms);
  inverted(factors, own, work);
  const shifted = new Float64Array(terms);
  for (let k = 0; k < terms; k++) {
    for (let l = 0; l < terms; l++) shifted[k]! += own[k * terms + l]! * right[l]!;
  }
  const change = shiftMatrix(terms, middle, width);
  const coefficients = new Float64Array(terms);
  for (let k = 0; k < terms; k++) {
    for (let l = k; l < terms; l++) coefficients[k]! += change[k * terms + l]! * shifted[l]!;
  }
  const covariance = congruent(change, own, terms);
  reportFit({ args, type, points, coefficients, covariance, terms, measured }, context);
  return fromDoubles(type, [1, terms], coefficients, context);
}

function extentOf(x: Float64Array): { readonly middle: number; readonly width: number } {
  let least = Infinity, greatest = -Infinity;
  for (let i = 0; i < x.length; i++) {
    least = Math.min(least, x[i]!);
    greatest = Math.max(greatest, x[i]!);
  }
  return { middle: (least + greatest) / 2, width: (greatest - least) / 2 || 1 };
}

/** From the coefficients in (x - middle) / width to those in x. */
function shiftMatrix(terms: number, middle: number, width: number): Float64Array {
  const change = new Float64Array(terms * terms);
  for (let l = 0; l < terms; l++) {
    let factor = width ** -l;
    // The binomial of l over k, from k = l down.
    for (let k = l; k >= 0; k--) {
      change[k * terms + l] = factor;
      factor *= -middle * k / (l - k + 1);
    }
  }
  return change;
}

/** The matrix C M C^T. */
function congruent(change: Float64Array, matrix: Float64Array, n: number): Float64Array {
  const half = new Float64Array(n * n);
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      for (let j = 0; j < n; j++) half[i * n + j]! += change[i * n + k]! * matrix[k * n + j]!;
    }
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      for (let k = 0; k < n; k++) out[i * n + j]! += half[i * n + k]! * change[j * n + k]!;
    }
  }
  return out;
}

interface PolynomialFit {
  readonly args: readonly IdlValue[];
  readonly type: 4 | 5;
  readonly points: WeightedPoints;
  readonly coefficients: Float64Array;
  readonly covariance: Float64Array;
  readonly terms: number;
  readonly measured: boolean;
}

function reportFit(fit: PolynomialFit, context: CallContext): void {
  const { args, type, points: { x, y, weights }, coefficients, covariance, terms } = fit;
  const count = x.length;
  context.work(4 * count * terms);
  const fitted = scratch(count, context);
  let chisq = 0;
  for (let i = 0; i < count; i++) {
    let sum = coefficients[terms - 1]!;
    for (let k = terms - 2; k >= 0; k--) sum = sum * x[i]! + coefficients[k]!;
    fitted[i] = sum;
    chisq += weights[i]! * (y[i]! - sum) ** 2;
  }
  const variance = count > terms ? chisq / (count - terms) : 0;
  const scale = fit.measured ? 1 : variance;
  const { shape } = args[1]!;
  const put = (name: string | number, own: readonly number[], data: Float64Array) => {
    if (context.wants(name)) {
      context.output(name, fromDoubles(type, own, data.slice(0, elementsOf(own)), context));
    }
  };
  put("yfit", shape, fitted);
  put(3, shape, fitted);
  put("chisq", [], Float64Array.of(chisq));
  put("yerror", [], Float64Array.of(Math.sqrt(variance)));
  put(5, [], Float64Array.of(Math.sqrt(variance)));
  put("covar", [terms, terms], covariance);
  put(6, [terms, terms], covariance.map((element) => element * variance));
  const sigma = new Float64Array(terms);
  for (let k = 0; k < terms; k++) {
    sigma[k] = Math.sqrt(Math.abs(covariance[k * terms + k]! * scale));
  }
  put("sigma", [terms], sigma);
  if (!context.wants("yband") && !context.wants(4)) return;
  const band = scratch(count, context);
  context.work(count * terms * terms);
  const powers = new Float64Array(terms);
  for (let i = 0; i < count; i++) {
    if (i % 4096 === 0) context.work(0);
    let power = 1;
    for (let k = 0; k < terms; k++, power *= x[i]!) powers[k] = power;
    let sum = 0;
    for (let k = 0; k < terms; k++) {
      for (let l = 0; l < terms; l++) sum += powers[k]! * powers[l]! * covariance[k * terms + l]!;
    }
    band[i] = Math.sqrt(Math.abs(sum * scale));
  }
  put("yband", shape, band);
  put(4, shape, band);
}

/** IDL manual, "LINFIT": y = a + b x of least squares (Numerical Recipes, section 15.2). */
function linfit(
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const { x, y, weights, measured } = weightedPoints(args, keywords, context);
  const count = x.length;
  if (count < 2) refuse("Cannot fit a line to fewer than two points");
  context.work(12 * count);
  let s = 0, sx = 0, sy = 0;
  for (let i = 0; i < count; i++) {
    s += weights[i]!;
    sx += weights[i]! * x[i]!;
    sy += weights[i]! * y[i]!;
  }
  let stt = 0, b = 0;
  for (let i = 0; i < count; i++) {
    const t = x[i]! - sx / s;
    stt += weights[i]! * t * t;
    b += weights[i]! * t * y[i]!;
  }
  b /= stt;
  const a = (sy - sx * b) / s;
  const fitted = scratch(count, context);
  let chisq = 0;
  for (let i = 0; i < count; i++) {
    fitted[i] = a + b * x[i]!;
    chisq += weights[i]! * (y[i]! - fitted[i]!) ** 2;
  }
  const [va, vb, vab] = [(1 + sx * sx / (s * stt)) / s, 1 / stt, -sx / (s * stt)];
  const scale = measured ? 1 : chisq / (count - 2);
  const type = floatOrDouble(args, keywords);
  const put = (name: string, shape: readonly number[], data: Float64Array<ArrayBuffer>) => {
    if (context.wants(name)) context.output(name, fromDoubles(type, shape, data, context));
  };
  put("yfit", args[1]!.shape, fitted.subarray(0, count));
  put("chisqr", [], Float64Array.of(chisq));
  put("covar", [2, 2], Float64Array.of(va, vab, vab, vb));
  put("sigma", [2], Float64Array.of(Math.sqrt(va * scale), Math.sqrt(vb * scale)));
  // IDL manual, "LINFIT", PROB: without errors it is 1.
  const probability = measured ? gammaAbove((count - 2) / 2, chisq / 2) : 1;
  put("prob", [], Float64Array.of(probability));
  return fromDoubles(type, [2], Float64Array.of(a, b), context);
}

/** The routines of this file. */
export const POLYNOMIAL: readonly NamedRoutine[] = [
  define("poly(x, c)", {
    summary: "The polynomial c[0] + c[1] x + c[2] x^2 ...",
    sketch: ([x, c]) => {
      const count = x?.count ?? 1;
      return { count, shape: x?.shape, bytes: 8, operations: 2 * count * (c?.count ?? 1) };
    },
    run: (args, _keywords, context) => poly(args, context),
  }),
  define(
    "poly_fit(x, y, degree, [>yfit], [>yband], [>sigma], [>corrm], CHISQ=>, COVAR=>, /DOUBLE, " +
      "MEASURE_ERRORS=, SIGMA=>, STATUS=>, YBAND=>, YERROR=>, YFIT=>)",
    {
      summary: "The coefficients, [1, degree + 1], of the polynomial of least squares",
      sketch: ([x, , degree]) => {
        const terms = Math.min(MAX_DEGREE, degree?.number ?? MAX_DEGREE) + 1;
        const operations = (x?.count ?? 1) * (terms * terms + 10);
        return { count: terms, shape: [1, terms], bytes: 8, operations };
      },
      run: polyFit,
    },
  ),
  define(
    "linfit(x, y, CHISQR=>, COVAR=>, /DOUBLE, MEASURE_ERRORS=, SDEV=, PROB=>, SIGMA=>, YFIT=>)",
    {
      summary: "The coefficients a and b of the line of least squares, y = a + b x",
      sketch: ([x]) => ({ count: 2, bytes: 8, operations: 30 * (x?.count ?? 1) }),
      run: linfit,
    },
  ),
];
