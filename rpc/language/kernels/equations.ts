/**
 * Linear equations by LU factorisation, in DOUBLE.
 *
 * @module
 */

/** A square matrix as its factors L and U, with the order of its rows. */
export interface Factors {
  /** Row after row: U on and above the diagonal, L (whose diagonal is 1) below. */
  readonly matrix: Float64Array;
  /** The row that stood at each place before. */
  readonly order: Int32Array;
  /** 1 or -1, as the rows were exchanged an even or an odd number of times. */
  readonly sign: 1 | -1;
  /** Whether a pivot is 0. */
  readonly singular: boolean;
  /** Whether a pivot is so small that the solution is not accurate. */
  readonly inaccurate: boolean;
}

/** What LU factorisation of order n costs, in operations. */
export function factorCost(n: number): number {
  return 2 * n * n * n + 10 * n * n;
}

/** A pivot smaller than this part of its matrix makes a solution inaccurate. */
const SMALL_PIVOT = 1e-12;

/**
 * Factors a matrix in place, with partial pivoting.
 *
 * @param matrix n rows of n, which are overwritten.
 * @param work Charges operations before they are done.
 */
export function factored(
  matrix: Float64Array,
  n: number,
  work: (operations: number) => void,
): Factors {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  let sign: 1 | -1 = 1;
  let singular = false;
  let inaccurate = false;
  let scale = 0;
  for (let i = 0; i < n * n; i++) scale = Math.max(scale, Math.abs(matrix[i]!));
  for (let k = 0; k < n; k++) {
    work(2 * (n - k) * (n - k) + 10);
    let pivot = k;
    for (let i = k + 1; i < n; i++) {
      if (Math.abs(matrix[i * n + k]!) > Math.abs(matrix[pivot * n + k]!)) pivot = i;
    }
    if (pivot !== k) {
      for (let j = 0; j < n; j++) {
        const other = matrix[k * n + j]!;
        matrix[k * n + j] = matrix[pivot * n + j]!;
        matrix[pivot * n + j] = other;
      }
      const row = order[k]!;
      order[k] = order[pivot]!;
      order[pivot] = row;
      sign = sign === 1 ? -1 : 1;
    }
    const diagonal = matrix[k * n + k]!;
    if (diagonal === 0) {
      singular = true;
      continue;
    }
    if (Math.abs(diagonal) < SMALL_PIVOT * scale) inaccurate = true;
    for (let i = k + 1; i < n; i++) {
      const factor = matrix[i * n + k]! / diagonal;
      matrix[i * n + k] = factor;
      if (factor === 0) continue;
      for (let j = k + 1; j < n; j++) matrix[i * n + j]! -= factor * matrix[k * n + j]!;
    }
  }
  return { matrix, order, sign, singular, inaccurate };
}

/**
 * Solves a system that has been factored.
 *
 * @param right The right side.
 * @param solution Takes the solution; not the right side's own memory.
 */
export function solved(
  { matrix, order }: Factors,
  right: Float64Array,
  solution: Float64Array,
): void {
  const n = order.length;
  for (let i = 0; i < n; i++) {
    let sum = right[order[i]!]!;
    for (let j = 0; j < i; j++) sum -= matrix[i * n + j]! * solution[j]!;
    solution[i] = sum;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = solution[i]!;
    for (let j = i + 1; j < n; j++) sum -= matrix[i * n + j]! * solution[j]!;
    solution[i] = sum / matrix[i * n + i]!;
  }
}

/** The inverse of a factored matrix, row after row, into `inverse`. */
export function inverted(
  factors: Factors,
  inverse: Float64Array,
  work: (operations: number) => void,
): void {
  const n = factors.order.length;
  const right = new Float64Array(n);
  const column = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    work(2 * n * n + 10);
    right.fill(0);
    right[j] = 1;
    solved(factors, right, column);
    for (let i = 0; i < n; i++) inverse[i * n + j] = column[i]!;
  }
}
