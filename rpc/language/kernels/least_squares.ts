/**
 * Least squares of what is not linear, by Levenberg's and Marquardt's way.
 *
 * @module
 */

import { factored, inverted, solved } from "./equations.ts";

/** Steps at most. */
const MAX_STEPS = 200;

/** What a model gives at its parameters. */
export interface Model {
  /** Points. */
  readonly count: number;
  /**
   * Writes the model's values, and its derivatives by each parameter.
   *
   * @param parameters The parameters.
   * @param values Takes a value for each point.
   * @param slopes Takes, for each point, a derivative by each parameter.
   */
  evaluate(parameters: Float64Array, values: Float64Array, slopes: Float64Array): void;
}

/** Where the memory for a fit comes from, and what is charged. */
export interface FitSpace {
  scratch(count: number): Float64Array;
  work(operations: number): void;
}

/** How a fit ended. */
export interface Fit {
  readonly parameters: Float64Array;
  /** The model's values there. */
  readonly values: Float64Array;
  /** The weighted sum of squares. */
  readonly chisq: number;
  /** The inverse of the curvature, in rows. */
  readonly covariance: Float64Array;
  readonly steps: number;
  /** Whether the last step changed nothing to speak of. */
  readonly converged: boolean;
}

/**
 * The parameters with the least weighted sum of squares near some.
 *
 * @param model What is fitted.
 * @param y The points.
 * @param weights Their weights.
 * @param start Where to begin.
 * @param free Which parameters may change.
 */
export function leastSquares(
  model: Model,
  y: Float64Array,
  weights: Float64Array,
  start: Float64Array,
  free: readonly boolean[],
  space: FitSpace,
): Fit {
  const { count } = model;
  const terms = start.length;
  const moving = [...free.keys()].filter((k) => free[k]);
  const n = moving.length;
  const cost = count * (20 + 4 * terms + n * n);
  let parameters = start.slice();
  let values = space.scratch(count);
  let next = space.scratch(count);
  const slopes = space.scratch(count * terms);
  const other = space.scratch(count * terms);
  const sum = (own: Float64Array): number => {
    let total = 0;
    for (let i = 0; i < count; i++) total += weights[i]! * (y[i]! - own[i]!) ** 2;
    return total;
  };
  space.work(cost);
  model.evaluate(parameters, values, slopes);
  let chisq = sum(values);
  let lambda = 1e-3;
  let steps = 0;
  let converged = false;
  const equations = new NormalEquations(n);
  for (let fresh = true; steps < MAX_STEPS && !converged; steps++) {
    space.work(cost + 4 * n * n * n);
    if (fresh) equations.fill(y, values, weights, slopes, terms, moving);
    const step = equations.step(lambda);
    const trial = parameters.slice();
    for (const [k, place] of moving.entries()) trial[place]! += step[k]!;
    model.evaluate(trial, next, other);
    const changed = sum(next);
    if (changed <= chisq) {
      converged = chisq - changed <= 1e-14 * chisq;
      parameters = trial;
      [values, next] = [next, values];
      slopes.set(other);
      chisq = changed;
      lambda = Math.max(1e-12, lambda / 10);
      fresh = true;
    } else {
      lambda *= 10;
      fresh = false;
      converged = lambda > 1e12 || !Number.isFinite(chisq);
    }
  }
  equations.fill(y, values, weights, slopes, terms, moving);
  const covariance = new Float64Array(terms * terms);
  const own = equations.inverse();
  for (const [k, row] of moving.entries()) {
    for (const [l, column] of moving.entries()) covariance[row * terms + column] = own[k * n + l]!;
  }
  return { parameters, values, chisq, covariance, steps, converged };
}

/** The normal equations of one step. */
class NormalEquations {
  readonly n: number;
  readonly #matrix: Float64Array;
  readonly #right: Float64Array;

  constructor(n: number) {
    this.n = n;
    this.#matrix = new Float64Array(n * n);
    this.#right = new Float64Array(n);
  }

  fill(
    y: Float64Array,
    values: Float64Array,
    weights: Float64Array,
    slopes: Float64Array,
    terms: number,
    moving: readonly number[],
  ): void {
    const { n } = this;
    const matrix = this.#matrix.fill(0);
    const right = this.#right.fill(0);
    const places = Int32Array.from(moving);
    for (let i = 0; i < values.length; i++) {
      const weight = weights[i]!;
      const rest = weight * (y[i]! - values[i]!);
      for (let k = 0; k < n; k++) {
        const slope = slopes[i * terms + places[k]!]!;
        right[k]! += rest * slope;
        for (let l = 0; l <= k; l++) {
          matrix[k * n + l]! += weight * slope * slopes[i * terms + places[l]!]!;
        }
      }
    }
    for (let k = 0; k < n; k++) for (let l = 0; l < k; l++) matrix[l * n + k] = matrix[k * n + l]!;
  }

  step(lambda: number): Float64Array {
    const { n } = this;
    const matrix = this.#matrix.slice();
    for (let k = 0; k < n; k++) {
      const diagonal = matrix[k * n + k]!;
      matrix[k * n + k] = diagonal === 0 ? 1 : diagonal * (1 + lambda);
    }
    const step = new Float64Array(n);
    const factors = factored(matrix, n, () => {});
    if (!factors.singular) solved(factors, this.#right, step);
    return step;
  }

  inverse(): Float64Array {
    const { n } = this;
    const inverse = new Float64Array(n * n);
    const factors = factored(this.#matrix.slice(), n, () => {});
    if (!factors.singular) inverted(factors, inverse, () => {});
    return inverse;
  }
}
