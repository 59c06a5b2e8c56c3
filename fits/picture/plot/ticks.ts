/** Places and labels of ticks: round numbers, degrees and hours in sixtieths. */

import { fixed, general } from "../../../net/text/decimal.ts";

/** How the values of an axis are written. */
export type TickStyle = "plain" | "hours" | "degrees";

/** One tick. */
export interface Tick {
  /** The value. */
  readonly value: number;
  /** What is written beside it. */
  readonly label: string;
}

/** Ticks of an axis at most: a step that is too fine is made coarser. */
const MAX_TICKS = 50;

/** Steps within a degree or an hour, in seconds. */
const SIXTIETHS: readonly number[] = [
  ...[1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600],
];

/**
 * A round step.
 *
 * @param span What is divided.
 * @param count About how many steps it has.
 * @returns 1, 2 or 5 times a power of ten.
 */
export function roundStep(span: number, count: number): number {
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const times = [1, 2, 5, 10].find((times) => times * power >= rough * 0.999) ?? 10;
  return times * power;
}

/**
 * Round values between two, with labels that tell them apart.
 *
 * @param low One end; in degrees, of hours and degrees.
 * @param high The other.
 * @param count About how many ticks.
 * @param style How they are written.
 * @param isPositive Whether degrees are written from 0 to 360.
 * @returns Ticks from the lower end up; none where there is no range.
 */
export function ticksBetween(
  low: number,
  high: number,
  count: number,
  style: TickStyle,
  isPositive = false,
): Tick[] {
  if (!Number.isFinite(high - low) || low === high) return [];
  const [first, last] = low < high ? [low, high] : [high, low];
  if (style === "plain") {
    const step = roundStep(last - first, count);
    const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    return valuesOf(first, last, step).map((value) => {
      const shown = isPositive ? value - Math.floor(value / 360) * 360 : value;
      const label = decimals > 6 || Math.abs(shown) >= 1e7
        ? general(shown, 6)
        : fixed(shown, decimals);
      return { value, label };
    });
  }
  // Seconds of time or of arc in a degree.
  const seconds = style === "hours" ? 240 : 3600;
  const step = sixtiethStep((last - first) * seconds, count);
  return valuesOf(first * seconds, last * seconds, step).map((value) => ({
    value: value / seconds,
    label: sixtieths(
      isPositive ? value - Math.floor(value / (360 * seconds)) * (360 * seconds) : value,
      step,
      style,
    ),
  }));
}

function valuesOf(first: number, last: number, step: number): number[] {
  const values: number[] = [];
  const start = Math.ceil(first / step - 1e-9);
  for (let i = start; i * step <= last + step * 1e-9 && values.length < MAX_TICKS; i++) {
    // Never -0.
    values.push(i * step + 0);
  }
  return values;
}

function sixtiethStep(seconds: number, count: number): number {
  const rough = seconds / count;
  if (rough < 1) return roundStep(seconds, count);
  return SIXTIETHS.find((step) => step >= rough * 0.999) ??
    [1, 2, 5, 10, 15, 30, 45, 90].map((units) => units * 3600)
      .find((step) => step >= rough * 0.999) ??
    90 * 3600;
}

/** Such as 5h34m30s, or +22d30'; parts that are always 0 are left out. */
function sixtieths(value: number, step: number, style: "hours" | "degrees"): string {
  const decimals = step >= 1 ? 0 : Math.ceil(-Math.log10(step) - 1e-9);
  const scale = 10 ** decimals;
  const day = style === "hours" ? 86_400 : Infinity;
  let units = Math.round(Math.abs(value) * scale);
  const sign = style === "degrees" && value < 0 && units > 0 ? "-" : "";
  if (style === "hours") {
    units = Math.round((value - Math.floor(value / day) * day) * scale) % (day * scale);
  }
  const whole = Math.floor(units / (3600 * scale));
  const minutes = Math.floor(units / (60 * scale)) % 60;
  const rest = fixed((units % (60 * scale)) / scale, decimals);
  const [a, b, c] = style === "hours" ? ["h", "m", "s"] : ["d", "'", '"'];
  if (step % 3600 === 0) return `${sign}${whole}${a}`;
  const two = String(minutes).padStart(2, "0");
  if (step % 60 === 0) return `${sign}${whole}${a}${two}${b}`;
  const wide = rest.padStart(decimals === 0 ? 2 : decimals + 3, "0");
  return `${sign}${whole}${a}${two}${b}${wide}${c}`;
}
