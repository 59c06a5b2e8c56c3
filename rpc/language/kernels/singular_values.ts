/**
 * Singular values, and the eigenvalues of symmetric matrices, by Jacobi's rotations, in DOUBLE.
 *
 * @module
 */

/** Rounds of rotations at most; some ten are enough for any matrix of DOUBLE. */
const MAX_SWEEPS = 60;

/** A matrix as U, W and V: A = U diag(W) V^T. */
export interface SingularValues {
  /** Descending. */
  readonly values: Float64Array;
  /** m rows of n. */
  readonly left: Float64Array;
  /** n rows of n. */
  readonly right: Float64Array;
}

/**
 * The singular values of a matrix, by one-sided rotations (Hestenes 1958).
 *
 * @param matrix m rows of n; overwritten.
 * @param work Charges operations before they are done.
 */
export function singularValues(
  matrix: Float64Array,
  m: number,
  n: number,
  work: (operations: number) => void,
): SingularValues {
  // Columns side by side in memory, for the rotations run along them.
  const columns = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    if (i % 16_384 === 0) work(0);
    for (let j = 0; j < n; j++) columns[j * m + i] = matrix[i * n + j]!;
  }
  const turns = new Float64Array(n * n);
  for (let j = 0; j < n; j++) turns[j * n + j] = 1;
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    let turned = false;
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) {
        work(10 * (m + n));
        if (turnColumns(columns, turns, m, n, p, q)) turned = true;
      }
    }
    if (!turned) break;
  }
  return sortedValues(columns, turns, m, n);
}

/** Makes two columns orthogonal; whether they were not before. */
function turnColumns(
  columns: Float64Array,
  turns: Float64Array,
  m: number,
  n: number,
  p: number,
  q: number,
): boolean {
  let a = 0, b = 0, c = 0;
  for (let i = 0; i < m; i++) {
    const x = columns[p * m + i]!;
    const y = columns[q * m + i]!;
    a += x * x;
    b += y * y;
    c += x * y;
  }
  if (!(Math.abs(c) > 1e-15 * Math.sqrt(a * b)) || c === 0) return false;
  const zeta = (b - a) / (2 * c);
  const t = Math.sign(zeta || 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
  const cosine = 1 / Math.sqrt(1 + t * t);
  const sine = cosine * t;
  turn(columns, p * m, q * m, m, cosine, sine);
  turn(turns, p * n, q * n, n, cosine, sine);
  return true;
}

function turn(
  data: Float64Array,
  p: number,
  q: number,
  length: number,
  cosine: number,
  sine: number,
): void {
  for (let i = 0; i < length; i++) {
    const x = data[p + i]!;
    const y = data[q + i]!;
    data[p + i] = cosine * x - sine * y;
    data[q + i] = sine * x + cosine * y;
  }
}

function sortedValues(
  columns: Float64Array,
  turns: Float64Array,
  m: number,
  n: number,
): SingularValues {
  const lengths = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    let sum = 0;
    for (let i = 0; i < m; i++) sum += columns[j * m + i]! * columns[j * m + i]!;
    lengths[j] = Math.sqrt(sum);
  }
  const order = [...lengths.keys()].sort((i, j) => lengths[j]! - lengths[i]!);
  const values = Float64Array.from(order, (j) => lengths[j]!);
  const left = new Float64Array(m * n);
  const right = new Float64Array(n * n);
  for (const [k, j] of order.entries()) {
    const length = lengths[j]! || 1;
    for (let i = 0; i < m; i++) left[i * n + k] = columns[j * m + i]! / length;
    for (let i = 0; i < n; i++) right[i * n + k] = turns[j * n + i]!;
  }
  return { values, left, right };
}

/** The eigenvalues of a symmetric matrix and its eigenvectors, one in each row. */
export interface Eigenvalues {
  /** Descending. */
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/**
 * The eigenvalues of a symmetric matrix, by cyclic rotations.
 *
 * @param matrix n rows of n; overwritten.
 * @param work Charges operations before they are done.
 */
export function eigenvalues(
  matrix: Float64Array,
  n: number,
  work: (operations: number) => void,
): Eigenvalues {
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1;
  let size = 0;
  for (let i = 0; i < n * n; i++) size = Math.max(size, Math.abs(matrix[i]!));
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    let turned = false;
    for (let p = 0; p < n - 1; p++) {
      work(20 * (n - p) * n);
      for (let q = p + 1; q < n; q++) {
        if (turnPair(matrix, vectors, n, p, q, size)) turned = true;
      }
    }
    if (!turned) break;
  }
  const order = Array.from({ length: n }, (_, i) => i)
    .sort((i, j) => matrix[j * n + j]! - matrix[i * n + i]!);
  const values = Float64Array.from(order, (i) => matrix[i * n + i]!);
  const sorted = new Float64Array(n * n);
  for (const [k, i] of order.entries()) sorted.set(vectors.subarray(i * n, (i + 1) * n), k * n);
  return { values, vectors: sorted };
}

/** Makes an element beside the diagonal 0; whether it was not before. */
function turnPair(
  matrix: Float64Array,
  vectors: Float64Array,
  n: number,
  p: number,
  q: number,
  size: number,
): boolean {
  const element = matrix[p * n + q]!;
  if (!(Math.abs(element) > 1e-17 * size)) return false;
  const theta = (matrix[q * n + q]! - matrix[p * n + p]!) / (2 * element);
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(1 + theta * theta));
  const cosine = 1 / Math.sqrt(1 + t * t);
  const sine = cosine * t;
  for (let i = 0; i < n; i++) {
    const x = matrix[i * n + p]!;
    const y = matrix[i * n + q]!;
    matrix[i * n + p] = cosine * x - sine * y;
    matrix[i * n + q] = sine * x + cosine * y;
  }
  turn(matrix, p * n, q * n, n, cosine, sine);
  turn(vectors, p * n, q * n, n, cosine, sine);
  return true;
}
