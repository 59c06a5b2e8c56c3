/**
 * MEAN, MEDIAN, VARIANCE, STDDEV, MOMENT, HISTOGRAM.
 *
 * @module
 */

import { wholeNumber } from "../values/convert.ts";
import { define, type NamedRoutine } from "../routines/define.ts";
import { refuse } from "../values/error.ts";
import { describeValue } from "../values/promotion.ts";
import type { CallContext, LanguageKeywords } from "../routines/routine.ts";
import { reducedRows, rowsOf } from "../values/rows.ts";
import { meanOfAll, momentsOfAll, momentsOfRun } from "../kernels/moments.ts";
import { middleOf } from "../values/selection.ts";
import { type IdlNumeric, IdlType, type IdlValue, isComplex, scalar } from "../values/value.ts";
import {
  dimensionIn,
  doublesOf,
  isSet,
  numeric,
  real,
  reducing,
  scratch,
} from "../routines/arguments.ts";
import { medianFilter } from "./filters.ts";
import { componentOf, means } from "./reductions.ts";

function resultType(value: IdlNumeric, keywords: LanguageKeywords): 4 | 5 {
  return isSet(keywords, "double") || value.type === IdlType.DOUBLE
    ? IdlType.DOUBLE
    : IdlType.FLOAT;
}

function mean(
  [x]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const value = numeric(x!, context);
  const axis = dimensionIn(keywords["dimension"], value);
  const nan = isSet(keywords, "nan");
  const rowAxis = value.shape.length < 2 ? undefined : axis;
  if (!isComplex(value.type)) {
    if (rowAxis === undefined) {
      return scalar(resultType(value, keywords), meanOfAll(value, nan, context).mean);
    }
    return means(rowsOf(value, rowAxis, context), resultType(value, keywords), nan, context);
  }
  const [real, imaginary] = [0, 1].map((part) =>
    means(rowsOf(componentOf(value, part, context), rowAxis, context), IdlType.DOUBLE, nan, context)
  );
  const out = context.allocate(value.type, real!.shape);
  for (let i = 0; i < real!.data.length; i++) {
    out.data[2 * i] = real!.data[i]!;
    out.data[2 * i + 1] = imaginary!.data[i]!;
  }
  return out;
}

/** One of the moments, of all elements or along DIMENSION. */
function oneMoment(
  which: "variance" | "sdev" | "skewness" | "kurtosis" | "mdev",
  [x]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const value = real(x!, context);
  const axis = value.shape.length < 2 ? undefined : dimensionIn(keywords["dimension"], value);
  const nan = isSet(keywords, "nan");
  const type = resultType(value, keywords);
  if (axis === undefined) return scalar(type, momentsOfAll(value, nan, context)[which]);
  const rows = rowsOf(value, axis, context);
  return reducedRows(
    rows,
    type,
    (data, start, length) => momentsOfRun(data, start, length, nan)[which],
    context,
  );
}

/** IDL manual, "MEANABSDEV": with MEDIAN the distances from the median. */
function meanDeviation(
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  if (!isSet(keywords, "median")) return oneMoment("mdev", args, keywords, context);
  const value = real(args[0]!, context);
  if (keywords["dimension"] !== undefined) refuse("Cannot use DIMENSION with MEDIAN");
  const data = doublesOf(value, context);
  const own = scratch(data.length, context);
  context.work(30 * data.length);
  let count = 0;
  for (const element of data) if (!Number.isNaN(element)) own[count++] = element;
  const middle = middleOf(own, count, true);
  let sum = 0;
  for (let i = 0; i < count; i++) sum += Math.abs(own[i]! - middle);
  return scalar(resultType(value, keywords), sum / count);
}

function moment(
  [x]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const value = real(x!, context);
  const type = resultType(value, keywords);
  if (value.data.length < 2) refuse(`Cannot compute moments of ${describeValue(value)}`);
  const moments = momentsOfAll(value, isSet(keywords, "nan"), context);
  for (const name of ["mean", "variance", "skewness", "kurtosis", "mdev", "sdev"] as const) {
    if (context.wants(name)) context.output(name, scalar(type, moments[name]));
  }
  const out = context.allocate(type, [4]);
  const { mean, variance, skewness, kurtosis } = moments;
  for (const [i, moment] of [mean, variance, skewness, kurtosis].entries()) out.data[i] = moment;
  return out;
}

/** IDL manual, "MEDIAN": the middle element, or a filter of the width given. */
function median(
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const value = real(args[0]!, context);
  const width = args[1];
  if (width !== undefined) return medianFilter(value, wholeNumber(width), context);
  const even = isSet(keywords, "even");
  const type = resultType(value, keywords);
  const axis = value.shape.length < 2 ? undefined : dimensionIn(keywords["dimension"], value);
  const rows = rowsOf(value, axis, context);
  // The elements are put into another order, so they must not be the caller's.
  const own = context.allocate(IdlType.DOUBLE, [rows.length]).data as Float64Array;
  context.work(4 * rows.data.length);
  return reducedRows(rows, type, (data, start, length) => {
    let count = 0;
    for (let i = start; i < start + length; i++) {
      if (!Number.isNaN(data[i]!)) own[count++] = data[i]!;
    }
    return middleOf(own, count, even);
  }, context);
}

/** The routines of this family. */
export const STATISTICS: readonly NamedRoutine[] = [
  define("mean(x, DIMENSION=, /DOUBLE, /NAN)", {
    summary: "The mean of the elements, or the means along DIMENSION",
    sketch: reducing(2),
    run: mean,
  }),
  define("median(x, [width], DIMENSION=, /EVEN, /DOUBLE)", {
    summary: "The middle element, or with a width the image filtered by medians",
    cost: 30,
    sketch: (args) => {
      const [x, width] = args;
      const { count, shape } = x ?? { count: 1, shape: [] };
      const window = width === undefined
        ? 10
        : Math.abs(width.number ?? Infinity) ** Math.min(2, shape.length);
      return { count, shape, bytes: 8, operations: 4 * count * window };
    },
    run: median,
  }),
  define("variance(x, DIMENSION=, /DOUBLE, /NAN)", {
    summary: "The variance of the elements, or the variances along DIMENSION",
    sketch: reducing(8),
    run: (args, keywords, context) => oneMoment("variance", args, keywords, context),
  }),
  define("stddev(x, DIMENSION=, /DOUBLE, /NAN)", {
    summary: "The standard deviation of the elements, or those along DIMENSION",
    sketch: reducing(8),
    run: (args, keywords, context) => oneMoment("sdev", args, keywords, context),
  }),
  define("skewness(x, DIMENSION=, /DOUBLE, /NAN)", {
    summary: "The skewness of the elements, or those along DIMENSION",
    sketch: reducing(8),
    run: (args, keywords, context) => oneMoment("skewness", args, keywords, context),
  }),
  define("kurtosis(x, DIMENSION=, /DOUBLE, /NAN)", {
    summary: "The kurtosis of the elements (0 of a normal distribution), or those along DIMENSION",
    sketch: reducing(8),
    run: (args, keywords, context) => oneMoment("kurtosis", args, keywords, context),
  }),
  define("meanabsdev(x, DIMENSION=, /DOUBLE, /NAN, /MEDIAN)", {
    summary: "The mean distance of the elements from their mean, or with /MEDIAN their median",
    sketch: reducing(30),
    run: meanDeviation,
  }),
  define(
    "moment(x, MEAN=>, VARIANCE=>, SKEWNESS=>, KURTOSIS=>, MDEV=>, SDEV=>, /DOUBLE, /NAN)",
    {
      summary: "Mean, variance, skewness and kurtosis",
      sketch: reducing(8),
      run: moment,
    },
  ),
];
