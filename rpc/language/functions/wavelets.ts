/**
 * WTN.
 *
 * @module
 */

import { wholeNumber } from "../values/convert.ts";
import { define, type NamedRoutine } from "../routines/define.ts";
import { refuse } from "../values/error.ts";
import { describeValue } from "../values/promotion.ts";
import type { CallContext, LanguageKeywords } from "../routines/routine.ts";
import { elementsOf, type IdlValue } from "../values/value.ts";
import {
  doublesOf,
  floatOrDouble,
  fromDoubles,
  isSet,
  real,
  scratch,
} from "../routines/arguments.ts";

const ROOT_3 = Math.sqrt(3);

/** The filters of Daubechies with 4, 12 and 20 coefficients (Numerical Recipes, section 13.10). */
const FILTERS: { readonly [coefficients: number]: readonly number[] | undefined } = {
  4: [1 + ROOT_3, 3 + ROOT_3, 3 - ROOT_3, 1 - ROOT_3].map((c) => c / (4 * Math.SQRT2)),
  12: [
    ...[0.111540743350, 0.494623890398, 0.751133908021, 0.315250351709],
    ...[-0.226264693965, -0.129766867567, 0.097501605587, 0.027522865530],
    ...[-0.031582039318, 0.000553842201, 0.004777257511, -0.001077301085],
  ],
  20: [
    ...[0.026670057901, 0.188176800078, 0.527201188932, 0.688459039454],
    ...[0.281172343661, -0.249846424327, -0.195946274377, 0.127369340336],
    ...[0.093057364604, -0.071394147166, -0.029457536822, 0.033212674059],
    ...[0.003606553567, -0.010733175483, 0.001395351747, 0.001992405295],
    ...[-0.000685856695, -0.000116466855, 0.0000935886703, -0.0000132642029],
  ],
};

/** IDL manual, "WTN": the wavelet transform along each dimension, whose length is a power of 2. */
function wtn(
  [x, coefficients]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const value = real(x!, context);
  const filter = FILTERS[wholeNumber(coefficients!)];
  if (filter === undefined) {
    return refuse(`Cannot use ${wholeNumber(coefficients!)} coefficients: expected 4, 12 or 20`);
  }
  const { shape } = value;
  if (shape.length === 0 || shape.some((length) => (length & (length - 1)) !== 0)) {
    refuse(`Cannot transform ${describeValue(value)}: each dimension must be a power of 2`);
  }
  const out = scratch(elementsOf(shape), context);
  out.set(doublesOf(value, context));
  const longest = Math.max(...shape);
  const [line, work] = [scratch(longest, context), scratch(longest, context)];
  const inverse = isSet(keywords, "inverse");
  for (const [axis, length] of shape.entries()) {
    const inner = elementsOf(shape.slice(0, axis));
    for (let i = 0; i < out.length / length; i++) {
      context.work(4 * length * filter.length);
      const start = Math.floor(i / inner) * inner * length + i % inner;
      for (let k = 0; k < length; k++) line[k] = out[start + k * inner]!;
      if (inverse) { for (let n = 4; n <= length; n *= 2) joined(line, n, filter, work); }
      else for (let n = length; n >= 4; n /= 2) parted(line, n, filter, work);
      for (let k = 0; k < length; k++) out[start + k * inner] = line[k]!;
    }
  }
  return fromDoubles(floatOrDouble([value], keywords), shape, out, context);
}

/** Parts `n` elements into smooth ones and details, half as many of each. */
function parted(
  line: Float64Array,
  n: number,
  filter: readonly number[],
  work: Float64Array,
): void {
  const half = n / 2;
  const length = filter.length;
  const shift = length / 2;
  for (let i = 0; i < half; i++) {
    let smooth = 0, detail = 0;
    for (let k = 0; k < length; k++) {
      // Around the ends; the filter is in the middle of its elements.
      const element = line[(2 * i + k + 2 - shift + length * n) % n]!;
      smooth += filter[k]! * element;
      detail += (k % 2 === 0 ? 1 : -1) * filter[length - 1 - k]! * element;
    }
    work[i] = smooth;
    work[half + i] = detail;
  }
  line.set(work.subarray(0, n));
}

/** The inverse of {@linkcode parted}, which is its transpose. */
function joined(
  line: Float64Array,
  n: number,
  filter: readonly number[],
  work: Float64Array,
): void {
  const half = n / 2;
  const length = filter.length;
  const shift = length / 2;
  work.fill(0, 0, n);
  for (let i = 0; i < half; i++) {
    for (let k = 0; k < length; k++) {
      const at = (2 * i + k + 2 - shift + length * n) % n;
      work[at]! += filter[k]! * line[i]! +
        (k % 2 === 0 ? 1 : -1) * filter[length - 1 - k]! * line[half + i]!;
    }
  }
  line.set(work.subarray(0, n));
}

/** The routine of this file. */
export const WAVELETS: readonly NamedRoutine[] = [
  define("wtn(x, coefficients, /DOUBLE, /INVERSE)", {
    summary: "The wavelet transform by Daubechies's filter of 4, 12 or 20 coefficients",
    departs: "no COLUMN and OVERWRITE",
    cost: 200,
    run: wtn,
  }),
];
