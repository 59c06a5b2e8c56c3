/**
 * ROBUST_SIGMA and RESISTANT_MEAN of the IDL Astronomy Library.
 *
 * @module
 */

import { realNumber } from "../../values/convert.ts";
import { define, type NamedRoutine } from "../../routines/define.ts";
import { refuse } from "../../values/error.ts";
import type { CallContext, LanguageKeywords } from "../../routines/routine.ts";
import { middleOf } from "../../values/selection.ts";
import { IdlType, type IdlValue, scalar } from "../../values/value.ts";
import { doublesOf, floatOrDouble, isSet, reducing, scratch } from "../../routines/arguments.ts";

/** Below this a spread is none: as ROBUST_SIGMA's EPS. */
const EPSILON = 1e-20;

/** The median of numbers that stay as they are; the two in the middle averaged. */
function medianOf(data: Float64Array, own: Float64Array): number {
  own.set(data);
  return middleOf(own, data.length, true);
}

/**
 * Astronomy Library, "ROBUST_SIGMA" (Hoaglin, Mosteller and Tukey 1983): Tukey's biweight on the
 * distances from the median, or with ZERO from 0.
 */
function robustSigma(
  [x]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const all = doublesOf(x!, context);
  const type = floatOrDouble([x]);
  context.work(80 * all.length);
  const data = scratch(all.length, context);
  let count = 0;
  for (const element of all) if (!Number.isNaN(element)) data[count++] = element;
  const kept = data.subarray(0, count);
  const own = scratch(count, context);
  context.work(0);
  const center = isSet(keywords, "zero") ? 0 : medianOf(kept, own);
  context.work(0);
  for (let i = 0; i < count; i++) own[i] = Math.abs(kept[i]! - center);
  const sizes = own.slice(0, count);
  let spread = middleOf(own, count, true) / 0.6745;
  if (spread < EPSILON) {
    let sum = 0;
    for (const size of sizes) sum += size;
    spread = sum / count / 0.8;
  }
  if (spread < EPSILON) return scalar(type, 0);
  context.work(0);
  let within = 0;
  let numerator = 0;
  let denominator = 0;
  for (let i = 0; i < count; i++) {
    const u = (kept[i]! - center) / (6 * spread);
    const square = u * u;
    if (square > 1) continue;
    within++;
    numerator += (kept[i]! - center) ** 2 * (1 - square) ** 4;
    denominator += (1 - square) * (1 - 5 * square);
  }
  if (within < 3) return scalar(type, -1);
  const variance = count * numerator / (denominator * (denominator - 1));
  return scalar(type, variance > 0 ? Math.sqrt(variance) : 0);
}

/**
 * Astronomy Library, "RESISTANT_Mean": the mean of what lies within CUT standard deviations of the
 * median, which the cut itself makes too small: its polynomial corrects that.
 */
function resistantMean(
  [x, cut]: readonly IdlValue[],
  context: CallContext,
): void {
  const all = doublesOf(x!, context);
  const type = floatOrDouble([x]);
  const own = scratch(all.length, context);
  context.work(80 * all.length);
  const limit = realNumber(cut!);
  if (!(limit > 0)) refuse(`Cannot cut at ${limit} standard deviations: expected more than 0`);
  const center = medianOf(all, own);
  for (let i = 0; i < all.length; i++) own[i] = Math.abs(all[i]! - center);
  let spread = middleOf(own, all.length, true) / 0.6745;
  if (spread < 1e-24) {
    let sum = 0;
    for (const element of all) sum += Math.abs(element - center);
    spread = sum / all.length / 0.8;
  }
  let found = momentsWithin(all, center, limit * spread);
  const steps = Math.max(limit, 1);
  const share = steps <= 4.5
    ? -0.15405 + steps * (0.90723 + steps * (-0.23584 + steps * 0.020142))
    : 1;
  found = momentsWithin(all, center, limit * found.sigma / share);
  const corrected = found.sigma / share;
  context.output(2, scalar(type, found.mean));
  context.output(3, scalar(type, corrected / Math.sqrt(Math.max(1, found.count - 1))));
  context.output(4, scalar(IdlType.LONG, all.length - found.count));
}

function momentsWithin(data: Float64Array, center: number, distance: number) {
  let sum = 0;
  let count = 0;
  for (const element of data) {
    if (!(Math.abs(element - center) <= distance)) continue;
    sum += element;
    count++;
  }
  const mean = sum / count;
  let squares = 0;
  for (const element of data) {
    if (Math.abs(element - center) <= distance) squares += (element - mean) ** 2;
  }
  return { mean, count, sigma: Math.sqrt(squares / count) };
}

/** The routines of this file. */
export const ROBUST: readonly NamedRoutine[] = [
  define("robust_sigma(x, /ZERO)", {
    summary: "The Astronomy Library's: a standard deviation that outliers do not change",
    sketch: reducing(80),
    run: robustSigma,
  }),
  define("resistant_mean, x, cut, >mean, [>sigma], [>rejected]", {
    summary: "The Astronomy Library's: the mean of what lies within so many standard deviations",
    sketch: reducing(80),
    run: (args, _keywords, context) => resistantMean(args, context),
  }),
];
