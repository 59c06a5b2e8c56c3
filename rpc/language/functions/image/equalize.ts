/**
 * HIST_EQUAL, ADAPT_HIST_EQUAL, HIST_2D.
 *
 * @module
 */

import { define, type NamedRoutine } from "../../routines/define.ts";
import { refuse } from "../../values/error.ts";
import { checkedCount } from "../../values/memory.ts";
import { describeValue } from "../../values/promotion.ts";
import type { CallContext, LanguageKeywords } from "../../routines/routine.ts";
import { IdlType, type IdlValue } from "../../values/value.ts";
import { doublesOf, isSet, numberOf, real, scratch } from "../../routines/arguments.ts";

/** Bins of a histogram at most. */
const MAX_BINS = 2 ** 26;

/** Bins of what is not BYTE. */
const FINE_BINS = 5000;

function extent(data: Float64Array): readonly [least: number, greatest: number] {
  let least = Infinity, greatest = -Infinity;
  for (let i = 0; i < data.length; i++) {
    if (data[i]! < least) least = data[i]!;
    if (data[i]! > greatest) greatest = data[i]!;
  }
  return [least, greatest];
}

/** IDL manual, "HIST_EQUAL": to bytes that are each about as frequent. */
function histEqual(
  [x]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const value = real(x!, context);
  const data = doublesOf(value, context);
  context.work(12 * data.length);
  const [low, high] = extent(data);
  const least = numberOf(keywords, "minv") ?? low;
  const greatest = numberOf(keywords, "maxv") ?? high;
  if (!(least < greatest)) refuse("Cannot equalize the histogram: MINV must be less than MAXV");
  const byte = value.type === IdlType.BYTE;
  const size = numberOf(keywords, "binsize") ?? (byte ? 1 : (greatest - least) / FINE_BINS);
  const top = numberOf(keywords, "top") ?? 255;
  const bins = Math.floor((greatest - least) / size) + 1;
  if (!(size > 0 && bins >= 1 && bins <= MAX_BINS)) {
    refuse(`Cannot equalize the histogram in bins of ${size}`);
  }
  if (!(top >= 0 && top <= 255)) refuse(`Cannot scale to bytes up to ${top}`);
  const sums = scratch(bins, context);
  for (let i = 0; i < data.length; i++) {
    const bin = Math.floor((data[i]! - least) / size);
    if (data[i]! >= least && data[i]! <= greatest && bin < bins) sums[bin]!++;
  }
  // IDL's own routine does not count the first bin: a dark sky would take up all levels.
  sums[0] = 0;
  for (let bin = 1; bin < bins; bin++) sums[bin]! += sums[bin - 1]!;
  if (isSet(keywords, "histogram_only")) {
    const out = context.allocate(IdlType.LONG, [bins]);
    for (let bin = 0; bin < bins; bin++) out.data[bin] = sums[bin]!;
    return out;
  }
  const span = sums[bins - 1]! - sums[0]!;
  const levels = new Uint8Array(bins);
  for (let bin = 0; bin < bins; bin++) {
    levels[bin] = span === 0
      ? 0
      : sums[bin]! >= sums[bins - 1]!
      ? top
      : (top + 0.9999) * (sums[bin]! - sums[0]!) / span;
  }
  const out = context.allocate(IdlType.BYTE, value.shape);
  const bytes = out.data as Uint8Array;
  for (let i = 0; i < data.length; i++) {
    const bin = Math.floor((Math.max(data[i]!, least) - least) / size);
    bytes[i] = levels[bin < bins ? bin : bins - 1]!;
  }
  return out;
}

/** IDL manual, "HIST_2D": how many pairs lie in each bin. */
function hist2d(
  [first, second]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const [a, b] = [doublesOf(first!, context), doublesOf(second!, context)];
  const n = Math.min(a.length, b.length);
  context.work(12 * n);
  const axes = [["1", a] as const, ["2", b] as const].map(([which, data]) => {
    const [low, high] = extent(data);
    const size = numberOf(keywords, `bin${which}`) ?? 1;
    const least = numberOf(keywords, `min${which}`) ?? Math.min(0, low);
    const greatest = numberOf(keywords, `max${which}`) ?? high;
    const bins = Math.floor((greatest - least) / size) + 1;
    if (!(size > 0) || !Number.isFinite(bins) || bins < 1) {
      refuse(`Cannot count from ${least} to ${greatest} in bins of ${size}`);
    }
    return { size, least, greatest, bins };
  });
  const [x, y] = axes as [(typeof axes)[0], (typeof axes)[0]];
  if (checkedCount([x.bins, y.bins]) > MAX_BINS) {
    refuse(`Cannot count in ${x.bins} by ${y.bins} bins`);
  }
  const out = context.allocate(IdlType.LONG, [x.bins, y.bins]);
  const counts = out.data as Int32Array;
  for (let i = 0; i < n; i++) {
    const u = a[i]!;
    const v = b[i]!;
    if (!(u >= x.least && u <= x.greatest && v >= y.least && v <= y.greatest)) continue;
    counts[Math.floor((u - x.least) / x.size) + x.bins * Math.floor((v - y.least) / y.size)]!++;
  }
  return out;
}

/**
 * IDL manual, "ADAPT_HIST_EQUAL": each element by the histograms of the regions around it, whose
 * peaks are cut at CLIP of what they would be if all levels were as frequent.
 */
function adaptHistEqual(
  [x]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const value = real(x!, context);
  if (value.shape.length !== 2) {
    refuse(`Cannot equalize ${describeValue(value)}: it must have two dimensions`);
  }
  const [width, height] = value.shape as [number, number];
  const data = doublesOf(value, context);
  const count = data.length;
  context.work(40 * count);
  const top = numberOf(keywords, "top") ?? 255;
  if (!(top >= 1 && top <= 255)) refuse(`Cannot scale to bytes up to ${top}`);
  const [low, high] = extent(data);
  const byte = value.type === IdlType.BYTE;
  const levels = context.allocate(IdlType.BYTE, [count]).data as Uint8Array;
  for (let i = 0; i < count; i++) {
    levels[i] = byte ? data[i]! : high > low ? 255.9999 * (data[i]! - low) / (high - low) : 0;
  }
  // IDL manual: the regions are by default a quarter of the smaller side.
  const side = Math.trunc(numberOf(keywords, "nregions") ?? Math.min(width, height) / 4);
  const region = Math.max(1, Math.min(side, width, height));
  const columns = Math.max(1, Math.floor(width / region));
  const rows = Math.max(1, Math.floor(height / region));
  const clip = numberOf(keywords, "clip") ?? 0;
  const own: Regions = { levels, width, height, columns, rows, clip, top };
  const tables = context.allocate(IdlType.BYTE, [256 * columns * rows]).data as Uint8Array;
  context.work(1000 * columns * rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) regionTable(own, column, row, tables);
  }
  const out = context.allocate(IdlType.BYTE, value.shape);
  blended(own, tables, out.data as Uint8Array);
  return out;
}

interface Regions {
  readonly levels: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly rows: number;
  readonly clip: number;
  readonly top: number;
}

/** The table that equalizes the histogram of one region. */
function regionTable(own: Regions, column: number, row: number, tables: Uint8Array): void {
  const { levels, width, height, columns, rows, clip, top } = own;
  const [x0, x1] = [column, column + 1].map((i) => Math.floor(i * width / columns));
  const [y0, y1] = [row, row + 1].map((i) => Math.floor(i * height / rows));
  const counts = new Float64Array(256);
  for (let y = y0!; y < y1!; y++) {
    for (let x = x0!; x < x1!; x++) counts[levels[y * width + x]!]!++;
  }
  const total = (x1! - x0!) * (y1! - y0!);
  if (clip > 0) {
    const most = Math.max(1, clip * total / 256);
    let excess = 0;
    for (let i = 0; i < 256; i++) {
      excess += Math.max(0, counts[i]! - most);
      counts[i] = Math.min(most, counts[i]!);
    }
    for (let i = 0; i < 256; i++) counts[i]! += excess / 256;
  }
  let sum = 0;
  const at = 256 * (column + columns * row);
  for (let i = 0; i < 256; i++) {
    sum += counts[i]!;
    tables[at + i] = Math.min(top, top * sum / total + 0.5);
  }
}

/** Each element between the tables of the four regions around it. */
function blended(own: Regions, tables: Uint8Array, out: Uint8Array): void {
  const { levels, width, height, columns, rows } = own;
  for (let y = 0; y < height; y++) {
    const v = Math.min(rows - 1, Math.max(0, (y + 0.5) * rows / height - 0.5));
    const low = Math.floor(v);
    const up = Math.min(rows - 1, low + 1);
    for (let x = 0; x < width; x++) {
      const u = Math.min(columns - 1, Math.max(0, (x + 0.5) * columns / width - 0.5));
      const left = Math.floor(u);
      const right = Math.min(columns - 1, left + 1);
      const level = levels[y * width + x]!;
      const du = u - left;
      const dv = v - low;
      const near = (1 - du) * tables[256 * (left + columns * low) + level]! +
        du * tables[256 * (right + columns * low) + level]!;
      const far = (1 - du) * tables[256 * (left + columns * up) + level]! +
        du * tables[256 * (right + columns * up) + level]!;
      out[y * width + x] = (1 - dv) * near + dv * far + 0.5;
    }
  }
}

/** The routines of this file. */
export const EQUALIZE: readonly NamedRoutine[] = [
  define("hist_equal(x, BINSIZE=, /HISTOGRAM_ONLY, MAXV=, MINV=, TOP=)", {
    summary: "The elements scaled to bytes that are each about as frequent",
    departs: "no FCN, OMAX, OMIN and PERCENT",
    cost: 16,
    sketch: ([x]) => {
      const { count = 1, shape } = x ?? {};
      return { count, shape, bytes: 16, operations: 16 * count + 4 * FINE_BINS };
    },
    run: histEqual,
  }),
  define("adapt_hist_equal(image, CLIP=, NREGIONS=, TOP=)", {
    summary: "The image scaled to bytes by the histograms of the regions around each element",
    departs: "no FCN; regions are whole and their edges lie elsewhere",
    cost: 60,
    run: adaptHistEqual,
  }),
  define("hist_2d(v1, v2, BIN1=, BIN2=, MAX1=, MAX2=, MIN1=, MIN2=)", {
    summary: "How many pairs of elements lie in each bin of two variables",
    sketch: ([a, b], keywords) => {
      const span = (axis: string): number =>
        ((keywords.get(`max${axis}`)?.number ?? Infinity) -
          (keywords.get(`min${axis}`)?.number ?? 0)) / (keywords.get(`bin${axis}`)?.number ?? 1);
      const count = Math.max(1, (span("1") + 1) * (span("2") + 1));
      const elements = Math.max(a?.count ?? 1, b?.count ?? 1);
      return { count, bytes: 4, operations: 12 * elements + count };
    },
    run: hist2d,
  }),
];
