/** How values between the limits are spread over the scale of colours. */

import { unitOf } from "../image/magnitude.ts";

/**
 * How brightness grows with the value x from 0 to 1: `linear`; `sqrt`; `log`,
 * log(1000 x + 1) / log(1001); `asinh`, asinh(10 x) / asinh(10); `histeq`, so
 * that every brightness is equally frequent.
 */
export type Stretch = "linear" | "log" | "sqrt" | "asinh" | "histeq";

/** The names of the stretches. */
export const STRETCHES: readonly Stretch[] = ["linear", "log", "sqrt", "asinh", "histeq"];

const LOG_FACTOR = 1000;
const ASINH_SCALE = 10;
const BINS = 4096;

/**
 * Turns values into brightness in place: 0 to 255, or NaN where the value is NaN.
 *
 * @param values The values.
 * @param low What becomes 0, as everything below it does. Above `high` it turns the scale round.
 * @param high What becomes 255, as everything above it does.
 * @param stretch How brightness grows between them.
 */
export function stretchValues(
  values: Float64Array,
  low: number,
  high: number,
  stretch: Stretch,
): void {
  // Without a range, what is not below it is in the middle or above.
  const unit = unitOf(low, high);
  const scale = high === low ? 0 : 1 / (high / unit - low / unit);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const x = scale === 0
      ? (value > high ? 1 : value < low ? 0 : 0.5)
      : unit === 1
      ? (value - low) * scale
      : (value / unit - low / unit) * scale;
    values[i] = Number.isNaN(value) ? NaN : x < 0 ? 0 : x > 1 ? 1 : x;
  }
  if (stretch === "histeq") return equalize(values);
  const logNorm = 255 / Math.log(LOG_FACTOR + 1);
  const asinhNorm = 255 / Math.asinh(ASINH_SCALE);
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!;
    if (stretch === "linear") values[i] = x * 255;
    else if (stretch === "sqrt") values[i] = Math.sqrt(x) * 255;
    else if (stretch === "log") values[i] = Math.log(LOG_FACTOR * x + 1) * logNorm;
    else values[i] = Math.asinh(ASINH_SCALE * x) * asinhNorm;
  }
}

/** Replaces values from 0 to 1 by their place among all values. */
function equalize(values: Float64Array): void {
  const counts = new Float64Array(BINS + 1);
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) continue;
    counts[1 + Math.min(BINS - 1, Math.floor(values[i]! * BINS))]!++;
    total++;
  }
  for (let bin = 1; bin <= BINS; bin++) counts[bin]! += counts[bin - 1]!;
  for (let i = 0; i < values.length; i++) {
    const place = values[i]! * BINS;
    if (Number.isNaN(place)) continue;
    const bin = Math.min(BINS - 1, Math.floor(place));
    const below = counts[bin]!;
    values[i] = (below + (place - bin) * (counts[bin + 1]! - below)) / total * 255;
  }
}
