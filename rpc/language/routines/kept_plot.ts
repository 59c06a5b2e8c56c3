/**
 * The last plot of a session, so that OPLOT and XYOUTS can add to it.
 *
 * @module
 */

import type { LanguagePicture, PlotCurve, PlotText } from "./host.ts";

/** Points of a curve that are kept at most; a plot is 550 points wide. */
const MAX_POINTS = 4096;

/** Curves and texts of a plot at most. */
const MAX_PARTS = 32;

/** A plot as plain data, which moves between threads. */
export interface KeptPlot {
  /** The texts beside the axes. */
  readonly axisTitles?: LanguagePicture["axisTitles"];
  /** The range of each axis, where one was given. */
  readonly ranges?: LanguagePicture["ranges"];
  /** Which axes are logarithmic. */
  readonly logarithmic?: LanguagePicture["logarithmic"];
  /** The title, where one was given. */
  readonly title?: LanguagePicture["title"];
  /** How the first curve is drawn. */
  readonly symbol: LanguagePicture["symbol"];
  /** The first is that of PLOT, which the axes are made for. */
  readonly curves: readonly PlotCurve[];
  /** The texts of XYOUTS. */
  readonly texts: readonly PlotText[];
}

/** Whether a plot has no room for another curve or text. */
export function isFull({ curves, texts }: KeptPlot): boolean {
  return curves.length + texts.length > MAX_PARTS;
}

/**
 * A curve that looks the same in a plot: of a long one the extremes of each of many parts are kept.
 *
 * @param x The abscissae; undefined for 0, 1, 2 ...
 * @param y As many ordinates.
 * @param symbol The number of the symbol at each point, 0 for a line.
 */
export function keptCurve(
  x: Float64Array | undefined,
  y: Float64Array,
  symbol: number,
): PlotCurve {
  const count = y.length;
  const at = (i: number): number => x === undefined ? i : x[i]!;
  if (count <= MAX_POINTS) {
    return { x: Array.from(y, (_, i) => at(i)), y: Array.from(y), symbol };
  }
  const parts = Math.floor(MAX_POINTS / 6);
  const [xs, ys]: [number[], number[]] = [[], []];
  for (let part = 0; part < parts; part++) {
    const from = Math.floor(part * count / parts);
    const to = Math.floor((part + 1) * count / parts);
    let [lowY, highY, lowX, highX] = [from, from, from, from];
    for (let i = from; i < to; i++) {
      if (y[i]! < y[lowY]! || y[lowY] !== y[lowY]) lowY = i;
      if (y[i]! > y[highY]! || y[highY] !== y[highY]) highY = i;
      if (at(i) < at(lowX)) lowX = i;
      if (at(i) > at(highX)) highX = i;
    }
    const chosen = new Set([from, lowY, highY, lowX, highX, to - 1]);
    for (const i of [...chosen].sort((a, b) => a - b)) {
      xs.push(at(i));
      ys.push(y[i]!);
    }
  }
  return { x: xs, y: ys, symbol };
}
