/**
 * MEAN, MEDIAN, VARIANCE, STDDEV, MOMENT, HISTOGRAM.
 *
 * @module
 */

import { wholeNumber } from "../convert.ts";
import { define, type NamedRoutine } from "../define.ts";
import { refuse } from "../error.ts";
import { describeValue } from "../promotion.ts";
import type { CallContext, LanguageKeywords } from "../routine.ts";
import { finiteIn, reducedRows, rowsOf, sumOf, sumOfFinite } from "../rows.ts";
import { middleOf } from "../selection.ts";
import { type IdlNumeric, IdlType, type IdlValue, isComplex, scalar } from "../value.ts";
import { dimensionIn, isSet, numeric, real, reducing } from "./arguments.ts";
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

/** Mean, variance, skewness, kurtosis, mean absolute deviation and standard deviation of a row. */
type Moments = readonly [number, number, number, number, number, number];

/** IDL manual, "MOMENT", with the correction of the variance for rounding of the mean. */
function momentsOf(data: Float64Array, start: number, length: number, nan: boolean): Moments {
  const count = nan ? finiteIn(data, start, length) : length;
  const mean = (nan ? sumOfFinite : sumOf)(data, start, length) / count;
  let deviation = 0, squares = 0, residues = 0, third = 0, fourth = 0;
  for (let i = start; i < start + length; i++) {
    if (nan && !Number.isFinite(data[i]!)) continue;
    const residue = data[i]! - mean;
    residues += residue;
    deviation += Math.abs(residue);
    squares += residue * residue;
    third += residue ** 3;
    fourth += residue ** 4;
  }
  const variance = (squares - residues * residues / count) / (count - 1);
  const spread = Math.sqrt(variance);
  const flat = variance === 0;
  const skewness = flat ? NaN : third / (count * variance * spread);
  const kurtosis = flat ? NaN : fourth / (count * variance * variance) - 3;
  return [mean, variance, skewness, kurtosis, deviation / count, spread];
}

/** One of the moments, of all elements or along DIMENSION. */
function oneMoment(
  which: 1 | 5,
  [x]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const value = real(x!, context);
  const axis = value.shape.length < 2 ? undefined : dimensionIn(keywords["dimension"], value);
  const nan = isSet(keywords, "nan");
  const rows = rowsOf(value, axis, context);
  return reducedRows(
    rows,
    resultType(value, keywords),
    (data, start, length) => momentsOf(data, start, length, nan)[which],
    context,
  );
}

function moment(
  [x]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const value = real(x!, context);
  const type = resultType(value, keywords);
  const rows = rowsOf(value, undefined, context);
  context.work(8 * rows.length);
  if (rows.length < 2) refuse(`Cannot compute moments of ${describeValue(value)}`);
  const moments = momentsOf(rows.data, 0, rows.length, isSet(keywords, "nan"));
  const outputs = [["mean", 0], ["variance", 1], ["skewness", 2], ["kurtosis", 3], ["mdev", 4], [
    "sdev",
    5,
  ]] as const;
  for (const [name, index] of outputs) {
    if (context.wants(name)) context.output(name, scalar(type, moments[index]));
  }
  const out = context.allocate(type, [4]);
  for (let i = 0; i < 4; i++) out.data[i] = moments[i]!;
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
    run: (args, keywords, context) => oneMoment(1, args, keywords, context),
  }),
  define("stddev(x, DIMENSION=, /DOUBLE, /NAN)", {
    summary: "The standard deviation of the elements, or those along DIMENSION",
    sketch: reducing(8),
    run: (args, keywords, context) => oneMoment(5, args, keywords, context),
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
