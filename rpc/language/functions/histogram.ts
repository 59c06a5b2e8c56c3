/**
 * HISTOGRAM.
 *
 * @module
 */

import { convert, realNumber } from "../values/convert.ts";
import { define, type NamedRoutine } from "../routines/define.ts";
import { outOfRange, refuse } from "../values/error.ts";
import { binary } from "../kernels/operators.ts";
import type { CallContext, LanguageKeywords, Sketch, SketchedResult } from "../routines/routine.ts";
import { nearLongs, rowsOf } from "../values/rows.ts";
import {
  type IdlNumeric,
  IdlType,
  type IdlValue,
  isNumeric,
  scalar,
  toBigInt,
} from "../values/value.ts";
import { isSet, real } from "../routines/arguments.ts";

const MAX_BINS = 2 ** 30;

/** How values are counted into bins. */
interface Bins {
  readonly least: number;
  readonly greatest: number;
  readonly size: number;
  readonly count: number;
  /** What the ends count from, where doubles do not hold the elements themselves. */
  readonly base: bigint;
}

/** IDL manual, "HISTOGRAM": bins by MIN, MAX, BINSIZE and NBINS. */
function binsFor(
  value: IdlNumeric,
  keywords: LanguageKeywords,
  range: readonly [number, number],
  base: bigint,
): Bins {
  const given = (name: string): number | undefined =>
    keywords[name] === undefined ? undefined : realNumber(keywords[name]);
  const end = (name: string): number | undefined => {
    const number = given(name);
    if (base === 0n || number === undefined) return number;
    const [exact] = isNumeric(keywords[name]!) ? keywords[name].data : [];
    return typeof exact === "bigint" ? Number(exact - base) : number - Number(base);
  };
  const whole = !(value.data instanceof Float32Array || value.data instanceof Float64Array);
  const toType = (number: number): number =>
    whole ? Math.trunc(number) : value.type === IdlType.FLOAT ? Math.fround(number) : number;
  const least = toType(end("min") ?? (value.type === IdlType.BYTE ? 0 : range[0]));
  const number = given("nbins");
  const limit = end("max");
  let size = given("binsize");
  if (number !== undefined && !(number >= 1)) refuse(`Cannot make a histogram of ${number} bins`);
  let greatest = toType(limit ?? (value.type === IdlType.BYTE ? 255 : range[1]));
  if (number !== undefined && size === undefined) {
    size = (greatest - least) / Math.max(1, number - 1);
  }
  size ??= 1;
  if (whole) size = Math.max(1, Math.trunc(size));
  if (!(size > 0)) refuse(`Cannot make a histogram with bins of ${size}`);
  if (number !== undefined && limit === undefined) {
    greatest = Math.max(greatest, least + number * size);
  }
  if (greatest < least) refuse(`Cannot make a histogram from ${least} to ${greatest}`);
  const count = Math.trunc(number ?? Math.floor((greatest - least) / size) + 1);
  if (!(count <= MAX_BINS)) outOfRange(`Cannot make a histogram of ${count} bins`);
  return { least, greatest, size, count, base };
}

function histogram(
  [x]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const value = real(x!, context);
  const near = nearLongs(value, context);
  const rows = rowsOf(near?.differences ?? value, undefined, context);
  const bins = binsFor(value, keywords, finiteRange(rows.data), near?.base ?? 0n);
  context.work(4 * rows.length + bins.count);
  const wide = isSet(keywords, "l64");
  const input = keywords["input"];
  const counts = context.allocate(IdlType.LONG, [bins.count]);
  const tally = counts.data as Int32Array;
  const places = new Places(rows.data, bins);
  for (let i = 0; i < rows.length; i++) {
    const bin = places.of(i);
    if (bin >= 0) tally[bin]!++;
  }
  reportBins(value, bins, context);
  if (context.wants("reverse_indices")) {
    context.output("reverse_indices", reverseIndices(rows.length, tally, places, context));
  }
  const result = wide ? convert(counts, IdlType.LONG64, context) : counts;
  return input === undefined
    ? result
    : binary("+", convert(input, result.type, context), result, context);
}

/** The bin of an element, or -1. */
class Places {
  readonly data: Float64Array;
  readonly bins: Bins;

  constructor(data: Float64Array, bins: Bins) {
    this.data = data;
    this.bins = bins;
  }

  of(i: number): number {
    const element = this.data[i]!;
    // MAX itself is counted, but not what lies beyond the last bin.
    const { least, greatest, size, count } = this.bins;
    if (!(element >= least && element <= greatest)) return -1;
    const bin = Math.floor((element - least) / size);
    return bin < count ? bin : -1;
  }
}

function finiteRange(data: Float64Array): readonly [number, number] {
  let least = Infinity, greatest = -Infinity;
  for (let i = 0; i < data.length; i++) {
    const element = data[i]!;
    if (element < least && element !== -Infinity) least = element;
    if (element > greatest && element !== Infinity) greatest = element;
  }
  if (least > greatest) refuse("Cannot make a histogram of elements none of which is finite");
  return [least, greatest];
}

function reportBins(value: IdlNumeric, bins: Bins, context: CallContext): void {
  const { type } = value;
  const as = (number: number): IdlValue =>
    type === IdlType.LONG64 || type === IdlType.ULONG64
      ? scalar(type, bins.base + toBigInt(number))
      : scalar(type, number);
  if (context.wants("omin")) context.output("omin", as(bins.least));
  if (context.wants("omax")) context.output("omax", as(bins.greatest));
  if (!context.wants("locations")) return;
  const out = context.allocate(type, [bins.count]);
  for (let i = 0; i < bins.count; i++) {
    const location = bins.least + i * bins.size;
    out.data[i] = out.data instanceof BigInt64Array || out.data instanceof BigUint64Array
      ? bins.base + toBigInt(location)
      : location;
  }
  context.output("locations", out);
}

/** IDL manual, "REVERSE_INDICES": where the list of each bin begins, then the lists. */
function reverseIndices(
  length: number,
  tally: Int32Array,
  places: Places,
  context: CallContext,
): IdlValue {
  const counted = tally.reduce((sum, count) => sum + count, 0);
  const out = context.allocate(IdlType.LONG, [tally.length + 1 + counted]);
  const list = out.data as Int32Array;
  context.reserve(tally.byteLength);
  const next = new Int32Array(tally.length);
  let at = tally.length + 1;
  for (let bin = 0; bin < tally.length; bin++) {
    list[bin] = at;
    next[bin] = at;
    at += tally[bin]!;
  }
  list[tally.length] = at;
  for (let i = 0; i < length; i++) {
    const bin = places.of(i);
    if (bin >= 0) list[next[bin]!++] = i;
  }
  return out;
}

/** The values decide how many bins there are, unless the keywords tell or they are BYTE. */
function histogramSketch(
  [x]: readonly Sketch[],
  keywords: ReadonlyMap<string, Sketch>,
): SketchedResult {
  const elements = x?.count ?? 1;
  const given = (name: string) => keywords.get(name)?.number;
  const whole = x?.bytes === 1;
  const span = (given("max") ?? (whole ? 255 : Infinity)) -
    (given("min") ?? (whole ? 0 : -Infinity));
  const size = keywords.has("binsize") ? given("binsize") ?? 0 : 1;
  const bins = keywords.has("nbins") ? given("nbins") ?? Infinity : Math.abs(span / size) + 1;
  const count = Math.max(1, bins);
  return { count, bytes: 8, operations: 6 * elements + 8 * count };
}

/** The routine of this file. */
export const HISTOGRAM: readonly NamedRoutine[] = [
  define(
    "histogram(x, BINSIZE=, NBINS=, MIN=, MAX=, OMIN=>, OMAX=>, LOCATIONS=>, " +
      "REVERSE_INDICES=>, INPUT=, /NAN, /L64)",
    {
      summary: "How many elements lie in each bin",
      cost: 6,
      sketch: histogramSketch,
      run: histogram,
    },
  ),
];
