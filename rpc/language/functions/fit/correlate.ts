/**
 * CORRELATE, C_CORRELATE, A_CORRELATE.
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
  fromDoubles,
  isSet,
  scratch,
} from "../../routines/arguments.ts";

/** The elements less their mean. */
function deviations(value: IdlValue, count: number, context: CallContext): Float64Array {
  const data = floatsOf(value, context);
  const out = scratch(count, context);
  context.work(4 * count);
  let sum = 0;
  for (let i = 0; i < count; i++) sum += data[i]!;
  const mean = sum / count;
  for (let i = 0; i < count; i++) out[i] = data[i]! - mean;
  return out;
}

function product(a: Float64Array, b: Float64Array): number {
  // Four sums that do not wait for each other.
  let s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  const { length } = a;
  let i = 0;
  for (; i + 3 < length; i += 4) {
    s0 += a[i]! * b[i]!;
    s1 += a[i + 1]! * b[i + 1]!;
    s2 += a[i + 2]! * b[i + 2]!;
    s3 += a[i + 3]! * b[i + 3]!;
  }
  for (; i < length; i++) s0 += a[i]! * b[i]!;
  return s0 + s1 + (s2 + s3);
}

/** IDL manual, "CORRELATE": of two vectors, or of every two columns of an array. */
function correlate(
  [x, y]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const covariance = isSet(keywords, "covariance");
  const type = floatOrDouble([x, y], keywords);
  if (y === undefined) return matrixOf(x!, covariance, type, context);
  const count = Math.min(elementsOf(x!.shape), elementsOf(y.shape));
  if (count < 2) refuse(`Cannot correlate ${describeValue(x!)} and ${describeValue(y)}`);
  const a = deviations(x!, count, context);
  const b = deviations(y, count, context);
  context.work(6 * count);
  const common = product(a, b);
  return scalar(
    type,
    covariance ? common / (count - 1) : common / Math.sqrt(product(a, a) * product(b, b)),
  );
}

function matrixOf(
  x: IdlValue,
  covariance: boolean,
  type: 4 | 5,
  context: CallContext,
): IdlValue {
  if (x.shape.length !== 2) {
    refuse(`Cannot correlate the columns of ${describeValue(x)}: it must have two dimensions`);
  }
  const [columns, rows] = x.shape as [number, number];
  const data = doublesOf(x, context);
  context.work(4 * data.length + columns * columns * rows);
  const lines = scratch(columns * rows, context);
  for (let i = 0; i < columns; i++) {
    let sum = 0;
    for (let k = 0; k < rows; k++) sum += data[k * columns + i]!;
    for (let k = 0; k < rows; k++) lines[i * rows + k] = data[k * columns + i]! - sum / rows;
  }
  const out = scratch(columns * columns, context);
  const line = (i: number): Float64Array => lines.subarray(i * rows, (i + 1) * rows);
  for (let i = 0; i < columns; i++) {
    context.work(0);
    for (let j = 0; j <= i; j++) {
      out[i * columns + j] = out[j * columns + i] = product(line(i), line(j));
    }
  }
  const sizes = Float64Array.from(
    { length: columns },
    (_, i) => Math.sqrt(out[i * (columns + 1)]!),
  );
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j < columns; j++) {
      const scale = covariance ? rows - 1 : sizes[i]! * sizes[j]!;
      out[i * columns + j]! /= scale;
    }
  }
  return fromDoubles(type, [columns, columns], out, context);
}

/** IDL manual, "C_CORRELATE": of x with y that begins so many elements later. */
function lagged(
  [x, y, lags]: readonly [IdlValue, IdlValue, IdlValue],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const count = elementsOf(x.shape);
  if (elementsOf(y.shape) !== count || count < 2) {
    refuse(`Cannot correlate ${describeValue(x)} and ${describeValue(y)}: as many of both`);
  }
  const a = deviations(x, count, context);
  const b = y === x ? a : deviations(y, count, context);
  const distances = doublesOf(lags, context);
  const scale = isSet(keywords, "covariance")
    ? count
    : y === x
    ? product(a, a)
    : Math.sqrt(product(a, a) * product(b, b));
  const out = scratch(distances.length, context);
  for (let k = 0; k < distances.length; k++) {
    const lag = Math.trunc(distances[k]!);
    const distance = Math.abs(lag);
    if (!(distance < count)) {
      refuse(`Cannot correlate ${describeValue(x)} at a lag of ${lag}: it has ${count} elements`);
    }
    context.work(2 * (count - distance) + 20);
    const [early, late] = lag >= 0 ? [a, b] : [b, a];
    out[k] = product(early.subarray(0, count - distance), late.subarray(distance)) / scale;
  }
  const type = floatOrDouble([x, y], keywords);
  return fromDoubles(type, lags.shape, out.subarray(0, distances.length), context);
}

/** The routines of this file. */
export const CORRELATION: readonly NamedRoutine[] = [
  define("correlate(x, [y], /COVARIANCE, /DOUBLE)", {
    summary: "The correlation of two vectors, or of every two columns of an array",
    sketch: ([x, y]) => {
      const [columns = 1] = x?.shape ?? [];
      const count = y === undefined ? columns * columns : 1;
      return { count, bytes: 8, operations: (x?.count ?? 1) * (10 + (y ? 0 : columns)) };
    },
    run: correlate,
  }),
  define("c_correlate(x, y, lag, /COVARIANCE, /DOUBLE)", {
    summary: "The correlation of x with y so many elements later",
    sketch: ([x, , lag]) => {
      const count = lag?.count ?? 1;
      return { count, shape: lag?.shape, bytes: 8, operations: (x?.count ?? 1) * (10 + 2 * count) };
    },
    run: ([x, y, lag], keywords, context) => lagged([x!, y!, lag!], keywords, context),
  }),
  define("a_correlate(x, lag, /COVARIANCE, /DOUBLE)", {
    summary: "The correlation of x with itself so many elements later",
    sketch: ([x, lag]) => {
      const count = lag?.count ?? 1;
      return { count, shape: lag?.shape, bytes: 8, operations: (x?.count ?? 1) * (10 + 2 * count) };
    },
    run: ([x, lag], keywords, context) => lagged([x!, x!, lag!], keywords, context),
  }),
];
