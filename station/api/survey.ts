/** What is said of the values of planes: limits and histograms. */

import type { Hdu } from "../../fits/file/hdu.ts";
import { unitOf } from "../../fits/image/magnitude.ts";
import { type Limits, LimitSearch } from "../../fits/picture/scale/search.ts";
import { type PixelValues, plainNumbers } from "../../fits/picture/scale/values.ts";
import type { Box } from "../pyramid/levels.ts";
import { StoredPlane } from "../pyramid/stored_plane.ts";

/** Pixels that are looked at in one turn of the event loop. */
const BAND_PIXELS = 1 << 20;
/** Planes of at most so many pixels are looked at whole. */
export const MAX_EXACT_PIXELS: number = 1 << 26;
/** Pixels of a sample at most. */
const MAX_SAMPLE_PIXELS = 1 << 22;
/** Planes of a sample of a whole cube at most. */
const MAX_SAMPLE_PLANES = 16;
/** What a histogram shows: all but the last ten-thousandth at both ends. */
const SHOWN: Limits = "percentile:99.98";

/** Limits, and whether every pixel was looked at. */
export interface LimitsAnswer {
  readonly low: number;
  readonly high: number;
  readonly exact: boolean;
}

/** How many values lie in each of some bins of equal width. */
export interface HistogramAnswer {
  readonly low: number;
  readonly high: number;
  readonly counts: readonly number[];
  readonly below: number;
  readonly above: number;
  readonly missing: number;
  readonly exact: boolean;
}

/** Pixels in parts, to be gone through more than once. */
export interface Survey {
  readonly width: number;
  readonly height: number;
  /** Whether it has all pixels that are meant. */
  readonly exact: boolean;
  /** The parts, in the order of the rows. */
  parts(signal?: AbortSignal): AsyncGenerator<PlanePixels, void>;
}

/** Physical values of whole rows. */
interface PlanePixels {
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly pixels: PixelValues;
}

/** Lets others have their turn: what reads waits for it after each part. */
export type Pause = () => Promise<void>;

/**
 * The pixels of a plane; of a large one, a sample of its rows.
 *
 * @param plane The plane.
 * @param pause What is waited for after each part.
 */
export function planeSurvey(plane: StoredPlane, pause: Pause): Survey {
  const { width, height } = plane;
  const whole = width * height <= MAX_EXACT_PIXELS;
  const step = whole ? 1 : Math.ceil(Math.sqrt(width * height / MAX_SAMPLE_PIXELS));
  return surveyOf([plane], step, pause);
}

/**
 * A sample of the pixels of all planes of an image.
 *
 * @param hdu The image.
 * @param pause What is waited for after each part.
 */
export function imageSurvey(hdu: Hdu, pause: Pause): Survey {
  const others = hdu.shape.slice(2);
  const count = others.reduce((product, length) => product * length, 1);
  const taken = Math.min(count, MAX_SAMPLE_PLANES);
  const planes = Array.from({ length: taken }, (_, i) => {
    let rest = Math.floor(i * count / taken);
    const place = others.map((length) => {
      const at = rest % length;
      rest = (rest - at) / length;
      return at;
    });
    return new StoredPlane(hdu, place);
  });
  const { width, height } = planes[0]!;
  const pixels = width * height * taken;
  const step = Math.max(1, Math.ceil(Math.sqrt(pixels / MAX_SAMPLE_PIXELS)));
  const survey = surveyOf(planes, step, pause);
  return { ...survey, exact: survey.exact && taken === count };
}

function surveyOf(planes: readonly StoredPlane[], step: number, pause: Pause): Survey {
  const { width, height } = planes[0]!;
  const rows = Math.ceil(height / step);
  return {
    width: Math.ceil(width / step),
    height: rows * planes.length,
    exact: step === 1,
    async *parts(signal) {
      for (const [index, plane] of planes.entries()) {
        for (const box of bandsOf(plane, step)) {
          const pixels = await readPhysical(plane, box, step, signal);
          yield {
            y: index * rows + box.y / step,
            width: Math.ceil(width / step),
            height: Math.ceil(box.height / step),
            pixels,
          };
          await pause();
        }
      }
    },
  };
}

/** Bands whose first rows are rows of the sample. */
function* bandsOf(plane: StoredPlane, step: number): Generator<Box> {
  const { width, height } = plane;
  const whole = { x: 0, y: 0, width, height };
  if (step === 1) return yield* plane.bands(whole, BAND_PIXELS);
  const rows = Math.max(1, Math.floor(BAND_PIXELS / width)) * step;
  for (let y = 0; y < height; y += rows) {
    yield { x: 0, y, width, height: Math.min(rows, height - y) };
  }
}

async function readPhysical(
  plane: StoredPlane,
  box: Box,
  step: number,
  signal: AbortSignal | undefined,
): Promise<PixelValues> {
  const { pixels } = await plane.hdu.image({ section: plane.sectionOf(box, [step, step]), signal });
  return pixels;
}

/**
 * The limits of a survey.
 *
 * @param survey The pixels.
 * @param limits What is wanted.
 * @param signal Ends the search.
 */
export async function surveyLimits(
  survey: Survey,
  limits: Limits,
  signal?: AbortSignal,
): Promise<LimitsAnswer> {
  const search = new LimitSearch(limits, survey.width, survey.height);
  while (search.needsPass) {
    for await (const part of survey.parts(signal)) {
      signal?.throwIfAborted();
      search.add({ x: 0, ...part });
    }
    search.endPass();
  }
  const [low, high] = search.limits;
  return { low, high, exact: survey.exact || typeof limits === "object" };
}

/**
 * The histogram of a survey.
 *
 * @param survey The pixels.
 * @param bins How many bins.
 * @param range The ends of the first and the last bin; without them, those between which all
 * but the last ten-thousandth of the values at both ends lies.
 * @param signal Ends the counting.
 */
export async function surveyHistogram(
  survey: Survey,
  bins: number,
  range: readonly [number, number] | undefined,
  signal?: AbortSignal,
): Promise<HistogramAnswer> {
  const found = range === undefined ? await surveyLimits(survey, SHOWN, signal) : undefined;
  const [low, high] = range ?? [found!.low, found!.high];
  const counts = new Float64Array(bins);
  const others = { below: 0, above: 0, missing: 0 };
  for await (const { pixels } of survey.parts(signal)) {
    signal?.throwIfAborted();
    countValues(plainNumbers(pixels), [low, high], counts, others);
  }
  return { low, high, counts: [...counts], ...others, exact: survey.exact };
}

/** Counts values; the last bin has its upper end too. */
function countValues(
  values: ArrayLike<number>,
  [low, high]: readonly [number, number],
  counts: Float64Array,
  others: { below: number; above: number; missing: number },
): void {
  const bins = counts.length;
  // The widest range has no width that is a double, the narrowest no inverse.
  const unit = unitOf(low, high);
  const [first, last] = [low / unit, high / unit];
  const scale = last > first ? bins / (last - first) : 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value !== value) others.missing++;
    else if (value < low) others.below++;
    else if (value > high) others.above++;
    else {
      const bin = Math.min(bins - 1, Math.floor((value / unit - first) * scale));
      counts[bin] = counts[bin]! + 1;
    }
  }
}
