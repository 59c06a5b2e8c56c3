/**
 * The functions of Gamma and of errors, in DOUBLE.
 *
 * @module
 */

// Lanczos's coefficients for g = 7 and 9 terms: 15 digits.
const LANCZOS = [
  0.99999999999980993,
  676.5203681218851,
  -1259.1392167224028,
  771.32342877765313,
  -176.61502916214059,
  12.507343278686905,
  -0.13857109526572012,
  9.9843695780195716e-6,
  1.5056327351493116e-7,
] as const;

/** The logarithm of the absolute value of the Gamma function. */
export function logGamma(x: number): number {
  if (x === 1 || x === 2) return 0;
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - logGamma(1 - x);
  const z = x - 1;
  let sum = LANCZOS[0];
  for (let i = 1; i < 9; i++) sum += LANCZOS[i]! / (z + i);
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Terms of a series or a fraction at most. */
const MAX_TERMS = 10_000;

/** The incomplete Gamma function P(a, x) (Numerical Recipes, section 6.2). */
export function gammaBelow(a: number, x: number): number {
  if (!(x > 0) || !(a > 0)) return x === 0 && a > 0 ? 0 : NaN;
  return x < a + 1 ? seriesOf(a, x) : 1 - fractionOf(a, x);
}

/** Its complement Q(a, x) = 1 - P(a, x). */
export function gammaAbove(a: number, x: number): number {
  if (!(x > 0) || !(a > 0)) return x === 0 && a > 0 ? 1 : NaN;
  return x < a + 1 ? 1 - seriesOf(a, x) : fractionOf(a, x);
}

function seriesOf(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < MAX_TERMS; n++) {
    term *= x / (a + n);
    sum += term;
    if (term < sum * 1e-17) break;
  }
  return sum * Math.exp(a * Math.log(x) - x - logGamma(a));
}

/** Lentz's way to a continued fraction. */
function fractionOf(a: number, x: number): number {
  if (x === Infinity) return 0;
  const tiny = 1e-300;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < MAX_TERMS; i++) {
    const an = -i * (i - a);
    b += 2;
    d = an * d + b;
    if (Math.abs(d) < tiny) d = tiny;
    c = b + an / c;
    if (Math.abs(c) < tiny) c = tiny;
    d = 1 / d;
    const change = d * c;
    h *= change;
    if (Math.abs(change - 1) < 1e-16) break;
  }
  return h * Math.exp(a * Math.log(x) - x - logGamma(a));
}

/** The error function. */
export function errorFunction(x: number): number {
  if (x === 0 || x !== x) return x;
  return x < 0 ? -gammaBelow(0.5, x * x) : gammaBelow(0.5, x * x);
}

/** Its complement, which keeps its digits where it is small. */
export function complementaryErrorFunction(x: number): number {
  if (x !== x) return x;
  return x <= 0 ? 1 + gammaBelow(0.5, x * x) : gammaAbove(0.5, x * x);
}
