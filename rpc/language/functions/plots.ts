/**
 * PLOT, CONTOUR and SURFACE.
 *
 * @module
 */

import { realNumber, textOf } from "../values/convert.ts";
import { define, type NamedRoutine } from "../routines/define.ts";
import { refuse } from "../values/error.ts";
import { describeValue } from "../values/promotion.ts";
import type { LanguagePicture } from "../routines/host.ts";
import type { CallContext, LanguageKeywords } from "../routines/routine.ts";
import { elementsOf, type IdlNumeric, type IdlValue } from "../values/value.ts";
import { isGiven, isSet, numberOf, numbersIn, real } from "../routines/arguments.ts";

/** Characters of a title at most. */
const MAX_TITLE = 200;

/** Lines of a CONTOUR at most. */
const MAX_LEVELS = 100;

/** A procedure has no value; what it waits for is waited for. */
export function asProcedure(shown: number | PromiseLike<number>): void | PromiseLike<void> {
  return typeof shown === "number" ? undefined : shown.then(() => {});
}

/** The title of the keyword TITLE, where one was given. */
export function titleOf(keywords: LanguageKeywords): { readonly title?: string | undefined } {
  const title = keywords["title"];
  return title === undefined ? {} : { title: textOf(title).slice(0, MAX_TITLE) };
}

function rangeOf(
  keywords: LanguageKeywords,
  name: string,
  context: CallContext,
): readonly [number, number] | undefined {
  const value = keywords[name];
  if (value === undefined) return undefined;
  const [least, greatest, ...rest] = numbersIn(value, context);
  if (least === undefined || greatest === undefined || rest.length > 0) {
    return refuse(
      `Cannot use ${describeValue(value)} as ${name.toUpperCase()}: expected [least, greatest]`,
    );
  }
  return least === 0 && greatest === 0 ? undefined : [least, greatest];
}

/** What all plots have: titles, ranges, and which axes are logarithmic. */
function decoration(
  keywords: LanguageKeywords,
  context: CallContext,
): Pick<LanguagePicture, "axisTitles" | "ranges" | "logarithmic" | "title"> {
  const axisTitle = (name: string): string =>
    keywords[name] === undefined ? "" : textOf(keywords[name]).slice(0, MAX_TITLE);
  return {
    axisTitles: [axisTitle("xtitle"), axisTitle("ytitle")],
    ranges: [rangeOf(keywords, "xrange", context), rangeOf(keywords, "yrange", context)],
    logarithmic: [isSet(keywords, "xlog"), isSet(keywords, "ylog")],
    ...titleOf(keywords),
  };
}

/** IDL manual, "PLOT": y against its element numbers, or against x. */
function plot(
  [x, y]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): void | PromiseLike<void> {
  const value = real(y ?? x!, context);
  if (value.shape.length > 1) {
    refuse(`Cannot plot ${describeValue(value)}: it must have one dimension`);
  }
  const abscissae = y === undefined ? undefined : real(x!, context);
  if (abscissae !== undefined && abscissae.data.length !== value.data.length) {
    refuse(`Cannot plot ${describeValue(value)} against ${describeValue(abscissae)}`);
  }
  return asProcedure(context.host.show({
    kind: "plot",
    value,
    abscissae,
    colorAxis: 0,
    topDown: false,
    colorTable: context.colorTable,
    ...decoration(keywords, context),
  }));
}

/** The image of a plot in space, with the places of its columns and rows. */
function plane(
  [z, x, y]: readonly IdlValue[],
  context: CallContext,
): Pick<LanguagePicture, "value" | "abscissae" | "rows"> {
  const value = real(z!, context);
  if (value.shape.length !== 2) {
    refuse(`Cannot plot ${describeValue(value)}: it must have two dimensions`);
  }
  const places = (own: IdlValue | undefined, axis: 0 | 1): IdlNumeric | undefined => {
    if (!isGiven(own)) return undefined;
    if (own.shape.length > 1 || elementsOf(own.shape) !== value.shape[axis]) {
      refuse(`Cannot use ${describeValue(own)} as the places of ${describeValue(value)}`);
    }
    return real(own, context);
  };
  return { value, abscissae: places(x, 0), rows: places(y, 1) };
}

/** IDL manual, "CONTOUR": lines at LEVELS, or at NLEVELS heights evenly apart. */
function contour(
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): void | PromiseLike<void> {
  const own = plane(args, context);
  const levels = levelsOf(own.value, keywords, context);
  context.work(own.value.data.length * (4 + 8 * (levels?.length ?? 6)));
  return asProcedure(context.host.show({
    kind: "contour",
    ...own,
    levels,
    colorAxis: 0,
    topDown: false,
    colorTable: context.colorTable,
    ...decoration(keywords, context),
  }));
}

function levelsOf(
  value: IdlNumeric,
  keywords: LanguageKeywords,
  context: CallContext,
): readonly number[] | undefined {
  const given = keywords["levels"];
  if (isGiven(given)) {
    const levels = numbersIn(given, context);
    if (levels.length > MAX_LEVELS || !levels.every(Number.isFinite)) {
      refuse(`Cannot use ${describeValue(given)} as LEVELS: at most ${MAX_LEVELS} finite numbers`);
    }
    return levels;
  }
  const count = keywords["nlevels"];
  if (!isGiven(count)) return undefined;
  const lines = Math.trunc(realNumber(count));
  if (!(lines >= 1 && lines <= MAX_LEVELS)) {
    refuse(`Cannot draw ${lines} levels: expected 1 to ${MAX_LEVELS}`);
  }
  context.work(2 * value.data.length);
  let least = Infinity, most = -Infinity;
  for (const element of value.data) {
    const number = Number(element);
    if (!Number.isFinite(number)) continue;
    least = Math.min(least, number);
    most = Math.max(most, number);
  }
  if (!(most > least)) return [];
  return Array.from({ length: lines }, (_, k) => least + (k + 1) * (most - least) / (lines + 1));
}

/** IDL manual, "SURFACE": a net seen from the angles AX and AZ in degrees. */
function surface(
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): void | PromiseLike<void> {
  const own = plane(args, context);
  const view = [numberOf(keywords, "ax") ?? 30, numberOf(keywords, "az") ?? 30] as const;
  if (!view.every(Number.isFinite)) refuse(`Cannot look from the angles ${view.join(" and ")}`);
  context.work(4 * own.value.data.length + 1_000_000);
  return asProcedure(context.host.show({
    kind: "surface",
    ...own,
    view,
    colorAxis: 0,
    topDown: false,
    colorTable: context.colorTable,
    ...titleOf(keywords),
  }));
}

const AXES = "TITLE=, XTITLE=, YTITLE=, XRANGE=, YRANGE=, /XLOG, /YLOG";

/** The routines of this family. */
export const PLOTS: readonly NamedRoutine[] = [
  define(`plot, x, [y], ${AXES}`, {
    summary: "Shows a line through the elements, against their numbers or against x",
    departs: "each call makes a new picture; no OPLOT, PSYM and LINESTYLE",
    cost: 10,
    run: plot,
  }),
  define(`contour, z, [x], [y], LEVELS=, NLEVELS=, ${AXES}`, {
    summary: "Shows lines of equal height of an image, at x and y",
    departs: "lines without labels; no FILL and OVERPLOT",
    cost: 60,
    run: contour,
  }),
  define("surface, z, [x], [y], AX=, AZ=, TITLE=", {
    summary: "Shows an image as a net in space, of 80 lines each way at most",
    departs: "numbers stand at the ends of the axes alone",
    cost: 20,
    run: surface,
  }),
];
