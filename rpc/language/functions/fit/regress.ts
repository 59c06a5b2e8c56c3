/**
 * REGRESS and SVDFIT.
 *
 * @module
 */

import { realNumber } from "../../values/convert.ts";
import { define, type NamedRoutine } from "../../routines/define.ts";
import { refuse } from "../../values/error.ts";
import { describeValue } from "../../values/promotion.ts";
import type { CallContext, LanguageKeywords } from "../../routines/routine.ts";
import { factored, inverted } from "../../kernels/equations.ts";
import { singularValues } from "../../kernels/singular_values.ts";
import { elementsOf, IdlType, type IdlValue, scalar } from "../../values/value.ts";
import {
  doublesOf,
  floatOrDouble,
  fromDoubles,
  isGiven,
  isSet,
  scratch,
} from "../../routines/arguments.ts";
import { weightedPoints, weightsOf } from "./polynomial.ts";

/** Terms of a fit at most. */
const MAX_TERMS = 500;

/** IDL manual, "REGRESS": y as a constant and a sum of terms, each a row's element. */
function regress(
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const [terms, ordinates] = args;
  const count = elementsOf(ordinates!.shape);
  const [first = 1, second = 1] = terms!.shape;
  const n = terms!.shape.length < 2 ? 1 : first;
  const points = terms!.shape.length < 2 ? first : second;
  if (points !== count || terms!.shape.length > 2 || n > MAX_TERMS) {
    refuse(
      `Cannot fit ${describeValue(ordinates!)} by ${describeValue(terms!)}: expected ` +
        `[terms, ${count}]`,
    );
  }
  if (count < n + 1) refuse(`Cannot fit ${n} terms and a constant to ${count} points`);
  const x = doublesOf(terms!, context);
  const y = doublesOf(ordinates!, context);
  const { weights, measured } = weightsOf(keywords["measure_errors"], count, context);
  context.work(count * (n * n + 6 * n));
  let total = 0, my = 0;
  const mx = new Float64Array(n);
  for (let i = 0; i < count; i++) {
    total += weights[i]!;
    my += weights[i]! * y[i]!;
    for (let k = 0; k < n; k++) mx[k]! += weights[i]! * x[i * n + k]!;
  }
  my /= total;
  for (let k = 0; k < n; k++) mx[k]! /= total;
  const normal = new Float64Array(n * n);
  const right = new Float64Array(n);
  let syy = 0;
  for (let i = 0; i < count; i++) {
    if (i % 1024 === 0) context.work(0);
    const dy = y[i]! - my;
    syy += weights[i]! * dy * dy;
    for (let k = 0; k < n; k++) {
      const dx = weights[i]! * (x[i * n + k]! - mx[k]!);
      right[k]! += dx * dy;
      for (let l = 0; l < n; l++) normal[k * n + l]! += dx * (x[i * n + l]! - mx[l]!);
    }
  }
  const diagonal = Float64Array.from({ length: n }, (_, k) => normal[k * (n + 1)]!);
  const work = (operations: number): void => context.work(operations);
  const factors = factored(normal, n, work);
  const status = factors.singular ? 1 : factors.inaccurate ? 2 : 0;
  if (context.wants("status")) context.output("status", scalar(IdlType.LONG, status));
  else if (factors.singular) refuse("Cannot fit: the terms are not independent");
  const inverse = new Float64Array(n * n);
  if (!factors.singular) inverted(factors, inverse, work);
  const coefficients = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    for (let l = 0; l < n; l++) coefficients[k]! += inverse[k * n + l]! * right[l]!;
  }
  let constant = my;
  for (let k = 0; k < n; k++) constant -= coefficients[k]! * mx[k]!;
  const fitted = scratch(count, context);
  let chisq = 0;
  for (let i = 0; i < count; i++) {
    let sum = constant;
    for (let k = 0; k < n; k++) sum += coefficients[k]! * x[i * n + k]!;
    fitted[i] = sum;
    chisq += weights[i]! * (y[i]! - sum) ** 2;
  }
  const type = floatOrDouble(args, keywords);
  const put = (name: string, shape: readonly number[], data: Float64Array<ArrayBuffer>) => {
    if (context.wants(name)) context.output(name, fromDoubles(type, shape, data, context));
  };
  const freedom = count - n - 1;
  const scale = measured ? 1 : chisq / Math.max(1, freedom);
  put("yfit", ordinates!.shape, fitted.subarray(0, count));
  put("const", [], Float64Array.of(constant));
  put("chisq", [], Float64Array.of(chisq));
  put("covariance", [n, n], inverse);
  put("sigma", [n], diagonal.map((_, k) => Math.sqrt(Math.abs(inverse[k * (n + 1)]! * scale))));
  put("correlation", [n], diagonal.map((sxx, k) => right[k]! / Math.sqrt(sxx * syy)));
  put("mcorrelation", [], Float64Array.of(Math.sqrt(Math.max(0, 1 - chisq / syy))));
  put("ftest", [], Float64Array.of((syy - chisq) / n / (chisq / freedom)));
  return fromDoubles(type, [1, n], coefficients, context);
}

/** A singular value that is so small a part of the greatest is left out. */
const SMALL_VALUE = 1e-9;

/** IDL manual, "SVDFIT": a sum of powers, or of Legendre's polynomials, by singular values. */
function svdfit(
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const { x, y, weights, measured } = weightedPoints(args, keywords, context);
  const given = keywords["a"];
  const terms = args[2] !== undefined
    ? Math.trunc(realNumber(args[2]))
    : isGiven(given)
    ? elementsOf(given.shape)
    : refuse("Cannot fit without the number of terms");
  const count = x.length;
  if (!(terms >= 1 && terms <= MAX_TERMS && terms <= count)) {
    refuse(`Cannot fit ${terms} terms to ${count} points`);
  }
  context.work(10 * count * terms);
  const design = scratch(count * terms, context);
  const legendre = isSet(keywords, "legendre");
  for (let i = 0; i < count; i++) {
    if (i % LOOK === 0) context.work(0);
    basis(x[i]!, terms, legendre, design, i * terms, Math.sqrt(weights[i]!));
  }
  context.reserve(8 * (2 * count * terms + 2 * terms * terms));
  const { values, left, right } = singularValues(
    design,
    count,
    terms,
    (operations) => context.work(operations),
  );
  const coefficients = new Float64Array(terms);
  const variances = new Float64Array(terms);
  const covariance = new Float64Array(terms * terms);
  let singular = 0;
  for (let k = 0; k < terms; k++) {
    if (!(values[k]! > SMALL_VALUE * values[0]!)) {
      singular++;
      continue;
    }
    let sum = 0;
    context.work(0);
    for (let i = 0; i < count; i++) sum += left[i * terms + k]! * y[i]! * Math.sqrt(weights[i]!);
    for (let j = 0; j < terms; j++) {
      coefficients[j]! += right[j * terms + k]! * sum / values[k]!;
      for (let l = 0; l < terms; l++) {
        covariance[j * terms + l]! += right[j * terms + k]! * right[l * terms + k]! /
          (values[k]! * values[k]!);
      }
    }
  }
  const fitted = scratch(count, context);
  const row = new Float64Array(terms);
  let chisq = 0;
  for (let i = 0; i < count; i++) {
    if (i % LOOK === 0) context.work(0);
    basis(x[i]!, terms, legendre, row, 0, 1);
    let sum = 0;
    for (let k = 0; k < terms; k++) sum += coefficients[k]! * row[k]!;
    fitted[i] = sum;
    chisq += weights[i]! * (y[i]! - sum) ** 2;
  }
  const scale = measured ? 1 : chisq / Math.max(1, count - terms);
  for (let k = 0; k < terms; k++) variances[k] = covariance[k * (terms + 1)]!;
  const type = floatOrDouble(args.slice(0, 2), keywords);
  const put = (name: string, shape: readonly number[], data: Float64Array<ArrayBuffer>) => {
    if (context.wants(name)) context.output(name, fromDoubles(type, shape, data, context));
  };
  put("yfit", args[1]!.shape, fitted.subarray(0, count));
  put("chisq", [], Float64Array.of(chisq));
  put("covar", [terms, terms], covariance);
  put("variance", [terms], variances);
  put("sigma", [terms], variances.map((variance) => Math.sqrt(variance * scale)));
  if (context.wants("singular")) context.output("singular", scalar(IdlType.LONG, singular));
  return fromDoubles(type, [terms], coefficients, context);
}

/** Points between two looks at the clock. */
const LOOK = 16_384;

/** The terms at one place, times a weight. */
function basis(
  x: number,
  terms: number,
  legendre: boolean,
  out: Float64Array,
  at: number,
  weight: number,
): void {
  let [before, now] = [0, 1];
  for (let k = 0; k < terms; k++) {
    out[at + k] = now * weight;
    const next: number = legendre ? ((2 * k + 1) * x * now - k * before) / (k + 1) : now * x;
    before = now;
    now = next;
  }
}

/** The routines of this file. */
export const REGRESSION: readonly NamedRoutine[] = [
  define(
    "regress(x, y, CHISQ=>, CONST=>, CORRELATION=>, COVARIANCE=>, /DOUBLE, FTEST=>, " +
      "MCORRELATION=>, MEASURE_ERRORS=, SIGMA=>, STATUS=>, YFIT=>)",
    {
      summary: "The coefficients, [1, terms], of a sum of terms [terms, points] with a constant",
      sketch: ([x]) => {
        const [n = 1] = x?.shape ?? [];
        return { count: n, bytes: 8, operations: (x?.count ?? 1) * (n + 10) + 4 * n ** 3 };
      },
      run: regress,
    },
  ),
  define(
    "svdfit(x, y, [terms], A=, CHISQ=>, COVAR=>, /DOUBLE, /LEGENDRE, MEASURE_ERRORS=, SIGMA=>, " +
      "SINGULAR=>, VARIANCE=>, YFIT=>)",
    {
      summary: "The coefficients of powers, or of Legendre's polynomials, by singular values",
      departs: "no FUNCTION_NAME: powers and LEGENDRE only",
      sketch: ([x, , terms]) => {
        const n = Math.min(MAX_TERMS, terms?.number ?? MAX_TERMS);
        return { count: n, bytes: 8, operations: 60 * (x?.count ?? 1) * n * n };
      },
      run: svdfit,
    },
  ),
];
