/**
 * INVERT, DETERM, LUDC, LUSOL, SVDC, SVSOL, EIGENQL.
 *
 * @module
 */

import { realNumber } from "../../values/convert.ts";
import { withoutTrailing } from "../../values/arrays.ts";
import { define, type NamedRoutine } from "../../routines/define.ts";
import { refuse } from "../../values/error.ts";
import { describeValue } from "../../values/promotion.ts";
import type {
  CallContext,
  LanguageKeywords,
  Sketch,
  SketchedResult,
} from "../../routines/routine.ts";
import { factored, type Factors, inverted, solved } from "../../kernels/equations.ts";
import { eigenvalues, singularValues } from "../../kernels/singular_values.ts";
import { elementsOf, IdlType, type IdlValue, scalar } from "../../values/value.ts";
import {
  doublesOf,
  floatOrDouble,
  fromDoubles,
  isGiven,
  isSet,
  reducing,
  scratch,
} from "../../routines/arguments.ts";

/** The order of a square matrix; a single number is one of order 1. */
function orderOf(matrix: IdlValue): number {
  const [columns = 1, rows = 1] = matrix.shape;
  if (matrix.shape.length > 2 || columns !== rows) {
    refuse(`Cannot use ${describeValue(matrix)}: expected a square matrix`);
  }
  return columns;
}

/** The elements of a matrix in memory that may be overwritten, row after row. */
function copyOf(matrix: IdlValue, context: CallContext): Float64Array<ArrayBuffer> {
  const data = doublesOf(matrix, context);
  const copy = scratch(data.length, context);
  copy.set(data);
  return copy;
}

function factorsOf(matrix: IdlValue, n: number, context: CallContext): Factors {
  context.reserve(4 * n);
  return factored(copyOf(matrix, context), n, (operations) => context.work(operations));
}

/** IDL manual, "INVERT": with STATUS 0, or 1 for a singular matrix, or 2 for a small pivot. */
function invert(
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const n = orderOf(args[0]!);
  const type = floatOrDouble([args[0]], keywords);
  const factors = factorsOf(args[0]!, n, context);
  const status = factors.singular ? 1 : factors.inaccurate ? 2 : 0;
  if (context.wants(1)) context.output(1, scalar(IdlType.LONG, status));
  else if (factors.singular) refuse(`Cannot invert ${describeValue(args[0]!)}: it is singular`);
  const inverse = scratch(n * n, context);
  if (factors.singular) inverse.set(doublesOf(args[0]!, context));
  else inverted(factors, inverse, (operations) => context.work(operations));
  return fromDoubles(type, args[0]!.shape, inverse, context);
}

/** IDL manual, "DETERM": elements nearer to 0 than ZERO count as 0. */
function determ(
  [matrix]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const n = orderOf(matrix!);
  const { matrix: factors, sign, singular } = factorsOf(matrix!, n, context);
  let product: number = sign;
  for (let i = 0; i < n; i++) product *= factors[i * n + i]!;
  return scalar(floatOrDouble([matrix], keywords), singular ? 0 : product);
}

/** IDL manual, "LUDC": the matrix is replaced by its factors, the index tells its rows' order. */
function ludc(args: readonly IdlValue[], keywords: LanguageKeywords, context: CallContext): void {
  const n = orderOf(args[0]!);
  const type = floatOrDouble([args[0]], keywords);
  const { matrix, order, sign, singular } = factorsOf(args[0]!, n, context);
  if (singular) refuse(`Cannot factor ${describeValue(args[0]!)}: it is singular`);
  const out = fromDoubles(type, args[0]!.shape, matrix as Float64Array<ArrayBuffer>, context);
  const index = context.allocate(IdlType.LONG, [n]);
  (index.data as Int32Array).set(order);
  context.output(0, out);
  context.output(1, index);
  if (context.wants("interchanges")) {
    context.output("interchanges", scalar(IdlType.LONG, sign));
  }
}

/** IDL manual, "LUSOL": solves a system that LUDC has factored. */
function lusol(
  [matrix, index, right]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const n = orderOf(matrix!);
  const order = Int32Array.from(doublesOf(index!, context));
  if (order.length !== n || elementsOf(right!.shape) !== n) {
    refuse(
      `Cannot solve by ${describeValue(matrix!)}: expected an index and a right side of ${n}`,
    );
  }
  if (order.some((row) => row < 0 || row >= n)) {
    refuse("Cannot solve: the index is not one that LUDC made");
  }
  context.work(4 * n * n);
  const solution = scratch(n, context);
  const factors = { matrix: doublesOf(matrix!, context), order };
  solved(
    { ...factors, sign: 1, singular: false, inaccurate: false },
    doublesOf(right!, context),
    solution,
  );
  return fromDoubles(floatOrDouble([matrix, right], keywords), right!.shape, solution, context);
}

/** IDL manual, "SVDC": A = U W V^T; here the values are in descending order. */
function svdc(
  [matrix]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): void {
  const { shape } = matrix!;
  if (shape.length === 0 || shape.length > 2) {
    refuse(`Cannot decompose ${describeValue(matrix!)}: expected a matrix`);
  }
  const column = isSet(keywords, "column");
  const [first = 1, second = 1] = shape;
  // Rows are IDL's second dimension, unless the keyword COLUMN says that the matrix is by columns.
  const [rows, columns] = column ? [first, second] : [second, first];
  context.reserve(8 * (3 * rows * columns + 3 * columns * columns));
  const data = copyOf(matrix!, context);
  const plain = column ? transposed(data, first, second) : data;
  const { values, left, right } = singularValues(
    plain,
    rows,
    columns,
    (operations) => context.work(operations),
  );
  const type = floatOrDouble([matrix], keywords);
  const put = (at: number, own: readonly number[], list: Float64Array) =>
    context.output(at, fromDoubles(type, own, list as Float64Array<ArrayBuffer>, context));
  put(1, [columns], values);
  put(
    2,
    column ? [rows, columns] : [columns, rows],
    column ? transposed(left, columns, rows) : left,
  );
  put(3, [columns, columns], column ? transposed(right, columns, columns) : right);
}

/** The transpose of an array of two dimensions, the first fastest. */
function transposed(data: Float64Array, first: number, second: number): Float64Array<ArrayBuffer> {
  const out = new Float64Array(first * second);
  for (let j = 0; j < second; j++) {
    for (let i = 0; i < first; i++) out[i * second + j] = data[j * first + i]!;
  }
  return out;
}

/** Singular values smaller than this part of the greatest count as 0 where a system is solved. */
const SMALL_VALUE = 1e-12;

/** IDL manual, "SVSOL": solves a system by the parts that SVDC made. */
function svsol(
  [left, values, right, known]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const [columns = 1, rows = 1] = left!.shape;
  const n = elementsOf(values!.shape);
  if (
    columns !== n || elementsOf(right!.shape) !== n * n || elementsOf(known!.shape) !== rows
  ) {
    refuse(
      `Cannot solve by ${describeValue(left!)}, ${describeValue(values!)} and ${
        describeValue(right!)
      }: expected what SVDC makes`,
    );
  }
  const [u, w, v, b] = [left!, values!, right!, known!].map((value) => doublesOf(value, context));
  context.work(4 * n * (n + rows));
  const greatest = w!.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const solution = scratch(n, context);
  for (let k = 0; k < n; k++) {
    if (!(Math.abs(w![k]!) > SMALL_VALUE * greatest)) continue;
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += u![i * n + k]! * b![i]!;
    for (let j = 0; j < n; j++) solution[j]! += v![j * n + k]! * sum / w![k]!;
  }
  const type = floatOrDouble([left, values, right, known], keywords);
  return fromDoubles(type, [n], solution, context);
}

/** IDL manual, "EIGENQL": eigenvalues in descending order, eigenvectors in the rows of an array. */
function eigenql(
  [matrix]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const n = orderOf(matrix!);
  context.reserve(8 * (3 * n * n + 2 * n));
  const copy = copyOf(matrix!, context);
  checkSymmetric(copy, n, matrix!);
  const found = eigenvalues(copy, n, (operations) => context.work(operations));
  const rank = (i: number): number =>
    isSet(keywords, "absolute") ? -Math.abs(found.values[i]!) : -found.values[i]!;
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => rank(i) - rank(j));
  if (isSet(keywords, "ascending")) order.reverse();
  const type = floatOrDouble([matrix], keywords);
  if (context.wants("eigenvectors")) {
    const vectors = scratch(n * n, context);
    for (const [k, i] of order.entries()) {
      vectors.set(found.vectors.subarray(i * n, (i + 1) * n), k * n);
    }
    context.output("eigenvectors", fromDoubles(type, [n, n], vectors, context));
  }
  const values = Float64Array.from(order, (i) => found.values[i]!);
  return fromDoubles(type, [n], values, context);
}

function checkSymmetric(matrix: Float64Array, n: number, value: IdlValue): void {
  let size = 0;
  for (let i = 0; i < n * n; i++) size = Math.max(size, Math.abs(matrix[i]!));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      if (!(Math.abs(matrix[i * n + j]! - matrix[j * n + i]!) <= 1e-5 * size)) {
        refuse(`Cannot find the eigenvalues of ${describeValue(value)}: it is not symmetric`);
      }
    }
  }
}

/** IDL manual, "CROSSP": the vector product. */
function crossp([a, b]: readonly IdlValue[], context: CallContext): IdlValue {
  if (elementsOf(a!.shape) !== 3 || elementsOf(b!.shape) !== 3) {
    refuse(`Cannot multiply ${describeValue(a!)} and ${describeValue(b!)}: expected 3 elements`);
  }
  const [x, y] = [doublesOf(a!, context), doublesOf(b!, context)];
  const at = (i: number, j: number): number => x[i]! * y[j]! - x[j]! * y[i]!;
  const product = Float64Array.of(at(1, 2), at(2, 0), at(0, 1));
  return fromDoubles(productType(a!, b!), a!.shape, product, context);
}

function productType(a: IdlValue, b: IdlValue): 2 | 3 | 4 | 5 | 14 {
  const types = [a.type, b.type];
  if (types.includes(IdlType.DOUBLE)) return IdlType.DOUBLE;
  if (types.includes(IdlType.FLOAT) || types.includes(IdlType.STRING)) return IdlType.FLOAT;
  if (types.some((type) => type >= IdlType.LONG64)) return IdlType.LONG64;
  return types.some((type) => type === 3 || type === 13) ? IdlType.LONG : IdlType.INT;
}

function identity(
  [order]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const n = Math.trunc(realNumber(order!));
  if (!(n >= 1)) refuse(`Cannot make a matrix of order ${n}`);
  const type = isSet(keywords, "double") ? IdlType.DOUBLE : IdlType.FLOAT;
  const out = context.allocate(type, withoutTrailing([n, n]));
  context.work(n * n);
  for (let i = 0; i < n; i++) out.data[i * (n + 1)] = 1;
  return out;
}

/**
 * IDL manual, "NORM": of a vector the length, or the norm of the power LNORM, 0 for infinity; of a
 * matrix that of the rows' sums (0), of the columns' sums (1) or the greatest singular value (2).
 */
function norm(
  [x]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const { shape } = x!;
  if (shape.length < 1 || shape.length > 2) {
    refuse(`Cannot take the norm of ${describeValue(x!)}: expected a vector or a matrix`);
  }
  const given = keywords["lnorm"];
  const power = isGiven(given) ? realNumber(given) : shape.length === 1 ? 2 : 0;
  const data = doublesOf(x!, context);
  context.work(4 * data.length);
  const type = floatOrDouble([x], keywords);
  if (shape.length === 1) return scalar(type, vectorNorm(data, power));
  const [columns, rows] = [shape[0]!, shape[1]!];
  if (power === 0) return scalar(type, largestSum(data, rows, columns, columns, 1));
  if (power === 1) return scalar(type, largestSum(data, columns, rows, 1, columns));
  if (power !== 2) refuse(`Cannot use ${power} as LNORM of a matrix: expected 0, 1 or 2`);
  context.reserve(8 * (3 * rows * columns + 3 * columns * columns));
  const parts = singularValues(
    copyOf(x!, context),
    rows,
    columns,
    (operations) => context.work(operations),
  );
  return scalar(type, parts.values[0]!);
}

function vectorNorm(data: Float64Array, power: number): number {
  let sum = 0;
  for (let i = 0; i < data.length; i++) {
    const size = Math.abs(data[i]!);
    if (power === 0) sum = size > sum || size !== size ? size : sum;
    else sum += power === 1 ? size : power === 2 ? size * size : size ** power;
  }
  return power === 0 || power === 1 ? sum : power === 2 ? Math.sqrt(sum) : sum ** (1 / power);
}

/** The greatest sum of magnitudes along lines of a matrix. */
function largestSum(
  data: Float64Array,
  lines: number,
  length: number,
  stride: number,
  step: number,
): number {
  let most = 0;
  for (let i = 0; i < lines; i++) {
    let sum = 0;
    for (let k = 0; k < length; k++) sum += Math.abs(data[i * stride + k * step]!);
    most = Math.max(most, sum);
  }
  return most;
}

function cubic([x]: readonly Sketch[]): SketchedResult {
  const [n = 1] = x?.shape ?? [];
  return { count: x?.count ?? 1, shape: x?.shape, bytes: 8, operations: 6 * n ** 3 + 20 * n * n };
}

/** The routines of this file. */
export const EQUATIONS: readonly NamedRoutine[] = [
  define("invert(matrix, [>status], /DOUBLE)", {
    summary: "The inverse of a square matrix",
    sketch: cubic,
    run: invert,
  }),
  define("determ(matrix, /CHECK, /DOUBLE, ZERO=)", {
    summary: "The determinant of a square matrix",
    sketch: (args) => ({ count: 1, bytes: 8, operations: cubic(args).operations }),
    run: determ,
  }),
  define("ludc, matrix, >index, /DOUBLE, INTERCHANGES=>", {
    summary: "Replaces a square matrix by its factors L and U",
    sketch: cubic,
    run: ludc,
  }),
  define("lusol(matrix, index, b, /DOUBLE)", {
    summary: "The solution of the equations that LUDC has factored",
    sketch: cubic,
    run: lusol,
  }),
  define("svdc, matrix, >w, >u, >v, /COLUMN, /DOUBLE", {
    summary: "The singular values of a matrix, and the matrices U and V",
    departs: "the values are in descending order",
    sketch: (args) => ({ ...cubic(args), operations: 30 * cubic(args).operations! }),
    run: svdc,
  }),
  define("svsol(u, w, v, b, /DOUBLE)", {
    summary: "The solution of equations by the parts that SVDC has made",
    sketch: cubic,
    run: svsol,
  }),
  define("eigenql(matrix, /ABSOLUTE, /ASCENDING, /DOUBLE, EIGENVECTORS=>)", {
    summary: "The eigenvalues of a symmetric matrix",
    departs: "no OVERWRITE and RESIDUAL; signs of eigenvectors are as they come",
    sketch: (args) => ({ ...cubic(args), operations: 30 * cubic(args).operations! }),
    run: eigenql,
  }),
  define("crossp(a, b)", {
    summary: "The vector product of two vectors of 3 elements",
    sketch: reducing(10),
    run: (args, _keywords, context) => crossp(args, context),
  }),
  define("identity(n, /DOUBLE)", {
    summary: "The matrix of order n with ones on its diagonal",
    sketch: ([n]) => {
      const order = n?.number ?? Infinity;
      return { count: order * order, shape: [order, order], bytes: 8 };
    },
    run: identity,
  }),
  define("norm(x, /DOUBLE, LNORM=)", {
    summary: "The norm of a vector or a matrix",
    sketch: (args) => ({ count: 1, bytes: 8, operations: 20 * cubic(args).operations! }),
    run: norm,
  }),
];
