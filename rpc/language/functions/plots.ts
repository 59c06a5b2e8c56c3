/**
 * PLOT, OPLOT, XYOUTS, CONTOUR and SURFACE.
 *
 * @module
 */

import { convertToString, realNumber, textOf } from "../values/convert.ts";
import { define, type NamedRoutine } from "../routines/define.ts";
import { refuse } from "../values/error.ts";
import { describeValue } from "../values/promotion.ts";
import type { LanguagePicture, PlotText } from "../routines/host.ts";
import { isFull, keptCurve, type KeptPlot } from "../routines/kept_plot.ts";
import type { CallContext, LanguageKeywords } from "../routines/routine.ts";
import { elementsOf, type IdlNumeric, IdlType, type IdlValue } from "../values/value.ts";
import {
  doublesOf,
  integerOf,
  isGiven,
  isSet,
  numberOf,
  numbersIn,
  real,
} from "../routines/arguments.ts";

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
  const symbol = isSet(keywords, "nodata") ? "none" : symbolOf(keywords);
  const own = decoration(keywords, context);
  const curve = keptCurve(
    abscissae && doublesOf(abscissae, context),
    doublesOf(value, context),
    symbol === "none" ? 0 : symbol,
  );
  context.work(4 * value.data.length);
  context.plot = { ...own, symbol, curves: [curve], texts: [] };
  return asProcedure(context.host.show({
    kind: "plot",
    value,
    abscissae,
    symbol,
    colorAxis: 0,
    topDown: false,
    colorTable: context.colorTable,
    ...own,
  }));
}

/** IDL manual, "PSYM": 1 to 7 for a symbol at each point, below 0 with lines between them. */
function symbolOf(keywords: LanguageKeywords): number {
  const symbol = integerOf(keywords, "psym") ?? 0;
  if (!(Math.abs(symbol) <= 7)) refuse(`Cannot use the symbol ${symbol}: expected -7 to 7`);
  return symbol;
}

/** The last plot, if there is room for more in it. */
function lastPlot(context: CallContext): KeptPlot {
  const { plot } = context;
  if (plot === undefined) return refuse("There is no plot to draw into: PLOT makes one");
  if (isFull(plot)) return refuse("The plot has as many curves and texts as one may have");
  return plot;
}

/** Shows the last plot with what was added to it. */
function showAgain(plot: KeptPlot, context: CallContext): void | PromiseLike<void> {
  context.plot = plot;
  const { curves: [first, ...curves], ...rest } = plot;
  const numbers = (list: readonly number[]): IdlNumeric => {
    const out = context.allocate(IdlType.DOUBLE, [list.length]);
    (out.data as Float64Array).set(list);
    return out;
  };
  return asProcedure(context.host.show({
    kind: "plot",
    value: numbers(first!.y),
    abscissae: numbers(first!.x),
    curves,
    colorAxis: 0,
    topDown: false,
    colorTable: context.colorTable,
    ...rest,
  }));
}

/** IDL manual, "OPLOT": another curve on the axes of the last plot. */
function oplot(
  [x, y]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): void | PromiseLike<void> {
  const plot = lastPlot(context);
  const value = real(y ?? x!, context);
  if (value.shape.length > 1) {
    refuse(`Cannot plot ${describeValue(value)}: it must have one dimension`);
  }
  const abscissae = y === undefined ? undefined : real(x!, context);
  if (abscissae !== undefined && elementsOf(abscissae.shape) !== elementsOf(value.shape)) {
    refuse(`Cannot plot ${describeValue(value)} against ${describeValue(abscissae)}`);
  }
  context.work(4 * value.data.length);
  const curve = keptCurve(
    abscissae && doublesOf(abscissae, context),
    doublesOf(value, context),
    symbolOf(keywords),
  );
  return showAgain({ ...plot, curves: [...plot.curves, curve] }, context);
}

/** IDL manual, "XYOUTS": texts in the last plot, at places on its axes. */
function xyouts(
  [x, y, words]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): void | PromiseLike<void> {
  const [xs, ys] = [numbersIn(x!, context), numbersIn(y!, context)];
  const texts = convertToString(words!, context);
  const count = Math.max(xs.length, ys.length, texts.data.length);
  let plot = lastPlot(context);
  for (let i = 0; i < count; i++) {
    if (isFull(plot)) refuse("The plot has as many curves and texts as one may have");
    const text: PlotText = {
      text: texts.data[Math.min(i, texts.data.length - 1)]!.slice(0, MAX_TITLE),
      x: xs[Math.min(i, xs.length - 1)]!,
      y: ys[Math.min(i, ys.length - 1)]!,
      unit: isSet(keywords, "normal") ? "normal" : "data",
      alignment: Math.min(1, Math.max(0, numberOf(keywords, "alignment") ?? 0)),
    };
    plot = { ...plot, texts: [...plot.texts, text] };
  }
  return showAgain(plot, context);
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
  const given = levelsOf(own.value, keywords, context);
  const filled = isSet(keywords, "fill");
  const levels = filled ? bandsOf(own.value, given, keywords, context) : given;
  context.work(own.value.data.length * (4 + 8 * (levels?.length ?? 6)));
  return asProcedure(context.host.show({
    kind: "contour",
    ...own,
    levels,
    fill: filled ? colorsOf(levels!.length, keywords, context) : undefined,
    colorAxis: 0,
    topDown: false,
    colorTable: context.colorTable,
    ...decoration(keywords, context),
  }));
}

/** Bands that are filled where neither LEVELS nor NLEVELS says how many. */
const BANDS = 6;

/** The heights at which colours begin: those of LEVELS, or some evenly from the least height on. */
function bandsOf(
  value: IdlNumeric,
  levels: readonly number[] | undefined,
  keywords: LanguageKeywords,
  context: CallContext,
): readonly number[] {
  if (isGiven(keywords["levels"])) return levels!.toSorted((a, b) => a - b);
  const { least, most } = heightsOf(value, context);
  if (!(most > least)) return Number.isFinite(least) ? [least] : [];
  const count = levels === undefined ? BANDS : levels.length;
  return Array.from({ length: count }, (_, k) => least + k * (most - least) / count);
}

/** The colours of C_COLORS, in turn, or as many evenly from the colour table. */
function colorsOf(
  count: number,
  keywords: LanguageKeywords,
  context: CallContext,
): readonly number[] {
  const given = keywords["c_colors"];
  if (!isGiven(given)) {
    return Array.from({ length: count }, (_, k) => Math.floor((k + 0.5) * 256 / count));
  }
  const list = numbersIn(given, context);
  if (!list.every((color) => Number.isInteger(color) && color >= 0 && color <= 255)) {
    refuse(`Cannot use ${describeValue(given)} as C_COLORS: expected numbers from 0 to 255`);
  }
  return Array.from({ length: count }, (_, k) => list[k % list.length]!);
}

/** The bar of a colour table with the numbers that its colours mean. */
function colorbar(
  _args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): void | PromiseLike<void> {
  const [least, most] = rangeOf(keywords, "range", context) ?? [0, 255];
  if (!Number.isFinite(least) || !Number.isFinite(most) || least === most) {
    refuse(`Cannot make a bar from ${least} to ${most}`);
  }
  const count = integerOf(keywords, "ncolors") ?? 256;
  const bottom = integerOf(keywords, "bottom") ?? 0;
  if (!(count >= 1 && bottom >= 0 && bottom + count <= 256)) {
    refuse(`Cannot use ${count} colours from ${bottom}: there are 256`);
  }
  const upright = isSet(keywords, "vertical");
  const step = (k: number): number => least + k * (most - least) / count;
  const heights = Float64Array.from(
    { length: 2 * (count + 1) },
    (_, i) => upright ? i >> 1 : i % (count + 1),
  );
  const places = Float64Array.from({ length: count + 1 }, (_, k) => step(k));
  const list = (data: Float64Array<ArrayBuffer>, shape = [data.length]): IdlNumeric => {
    const out = context.allocate(IdlType.DOUBLE, shape);
    (out.data as Float64Array).set(data);
    return out;
  };
  context.work(1_000_000);
  const ends = list(Float64Array.of(0, 1));
  return asProcedure(context.host.show({
    kind: "contour",
    value: list(heights, upright ? [2, count + 1] : [count + 1, 2]),
    abscissae: upright ? ends : list(places),
    rows: upright ? list(places) : ends,
    levels: Array.from({ length: count }, (_, k) => k),
    fill: Array.from({ length: count }, (_, k) => bottom + k),
    colorAxis: 0,
    topDown: false,
    colorTable: context.colorTable,
    ...titleOf(keywords),
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
  const { least, most } = heightsOf(value, context);
  if (!(most > least)) return [];
  return Array.from({ length: lines }, (_, k) => least + (k + 1) * (most - least) / (lines + 1));
}

/** The least and the greatest finite height. */
function heightsOf(value: IdlNumeric, context: CallContext): { least: number; most: number } {
  context.work(2 * value.data.length);
  let least = Infinity, most = -Infinity;
  for (const element of value.data) {
    const number = Number(element);
    if (!Number.isFinite(number)) continue;
    least = Math.min(least, number);
    most = Math.max(most, number);
  }
  return { least, most };
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
  define(`plot, x, [y], ${AXES}, PSYM=, /NODATA`, {
    summary: "Shows a line through the elements, against their numbers or against x",
    departs: "each call makes a new picture; no COLOR, LINESTYLE and THICK",
    cost: 10,
    run: plot,
  }),
  define("oplot, x, [y], PSYM=", {
    summary: "Shows the last plot with another line through elements",
    departs: "each call makes a new picture; no COLOR, LINESTYLE and THICK",
    cost: 20,
    run: oplot,
  }),
  define("xyouts, x, y, text, ALIGNMENT=, /DATA, /NORMAL", {
    summary: "Shows the last plot with texts at places on its axes",
    departs: "each call makes a new picture; no CHARSIZE, COLOR, DEVICE and ORIENTATION",
    cost: 1000,
    run: xyouts,
  }),
  define(`contour, z, [x], [y], C_COLORS=, /FILL, LEVELS=, NLEVELS=, ${AXES}`, {
    summary: "Shows lines of equal height of an image, or with /FILL the colours between heights",
    departs: "lines without labels; no OVERPLOT; C_COLORS are those of /FILL",
    cost: 60,
    run: contour,
  }),
  define("colorbar, RANGE=, TITLE=, NCOLORS=, BOTTOM=, /VERTICAL", {
    summary: "Coyote's: shows the colours of LOADCT with the numbers that they mean",
    departs: "each call makes a new picture; no POSITION, DIVISIONS and FORMAT",
    cost: 1000,
    run: colorbar,
  }),
  define("surface, z, [x], [y], AX=, AZ=, TITLE=", {
    summary: "Shows an image as a net in space, of 80 lines each way at most",
    departs: "numbers stand at the ends of the axes alone",
    cost: 20,
    run: surface,
  }),
];
