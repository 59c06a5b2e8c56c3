/** The linear part of world coordinates: CRPIXj, PCi_j, CDELTi, CDi_j, CROTAi (FITS 4.0, section 8.1). */

import { FormatError } from "../../net/errors.ts";

/** A square matrix, row by row. */
export interface Matrix {
  readonly size: number;
  readonly rows: Float64Array;
}

/** Gives a number of the header, already for the wanted alternate description. */
export type NumberKeyword = (keyword: string) => number | undefined;

/**
 * Reads the matrix that takes pixel offsets to intermediate world coordinates.
 *
 * PCi_j wins over CDi_j, and both over CROTAi, as in WCSLIB. A CDi_j matrix that
 * leaves out a degenerate axis altogether gets a 1 there.
 *
 * @param number The numbers of the header.
 * @param size How many axes there are.
 * @param longitude The longitude axis, counted from 0, or -1.
 * @param latitude The latitude axis, counted from 0, or -1.
 * @returns The matrix, CDELTi included, in the header's units.
 */
export function readMatrix(
  number: NumberKeyword,
  size: number,
  longitude: number,
  latitude: number,
): Matrix {
  const pc = readElements(number, "PC", size);
  const cd = pc === undefined ? readElements(number, "CD", size) : undefined;
  if (cd !== undefined) {
    for (let i = 0; i < size; i++) {
      const touched = Array.from({ length: size }, (_, j) => j)
        .some((j) => cd.has(i * size + j) || cd.has(j * size + i));
      if (!touched) cd.set(i * size + i, 1);
    }
    const rows = new Float64Array(size * size);
    for (const [place, value] of cd) rows[place] = value;
    return { size, rows };
  }
  const scales = Array.from({ length: size }, (_, i) => number(`CDELT${i + 1}`) ?? 1);
  const rows = new Float64Array(size * size);
  for (let i = 0; i < size; i++) rows[i * size + i] = 1;
  if (pc !== undefined) { for (const [place, value] of pc) rows[place] = value; }
  else if (longitude >= 0 && latitude >= 0) {
    turn(rows, size, longitude, latitude, scales, rotation(number, longitude, latitude));
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) rows[i * size + j]! *= scales[i]!;
  }
  return { size, rows };
}

function readElements(
  number: NumberKeyword,
  name: string,
  size: number,
): Map<number, number> | undefined {
  const elements = new Map<number, number>();
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const value = number(`${name}${i + 1}_${j + 1}`);
      if (value !== undefined) elements.set(i * size + j, value);
    }
  }
  return elements.size > 0 ? elements : undefined;
}

/** CROTAi belongs to the latitude axis; older solar files wrote it to the longitude axis alone. */
function rotation(number: NumberKeyword, longitude: number, latitude: number): number {
  return number(`CROTA${latitude + 1}`) ?? number(`CROTA${longitude + 1}`) ?? 0;
}

/** PCi_j of a rotation (Paper II, equation 189). */
function turn(
  rows: Float64Array,
  size: number,
  longitude: number,
  latitude: number,
  scales: readonly number[],
  degrees: number,
): void {
  if (degrees === 0) return;
  const ratio = scales[latitude]! / scales[longitude]!;
  const radians = degrees * Math.PI / 180;
  rows[longitude * size + longitude] = Math.cos(radians);
  rows[latitude * size + latitude] = Math.cos(radians);
  rows[longitude * size + latitude] = -Math.sin(radians) * ratio;
  rows[latitude * size + longitude] = Math.sin(radians) / ratio;
}

/**
 * Inverts a matrix by Gauss and Jordan's method with pivots.
 *
 * An axis that has nothing to do with any other and a scale of 0 (a third axis of
 * one pixel, in real files) stays at its reference pixel.
 *
 * @param matrix The matrix.
 * @returns Its inverse.
 * @throws {FormatError} If it has none.
 */
export function invert({ size, rows }: Matrix): Matrix {
  const work = rows.slice();
  const inverse = new Float64Array(size * size);
  const flat = flatAxes(rows, size);
  for (let i = 0; i < size; i++) inverse[i * size + i] = 1;
  for (const i of flat) work[i * size + i] = 1;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(work[row * size + column]!) > Math.abs(work[pivot * size + column]!)) {
        pivot = row;
      }
    }
    const value = work[pivot * size + column]!;
    if (!(Math.abs(value) > 0) || !Number.isFinite(value)) {
      throw new FormatError(
        "Cannot turn world coordinates into pixels: the matrix of PCi_j, CDi_j and CDELTi " +
          "is singular",
      );
    }
    for (const side of [work, inverse]) {
      for (let j = 0; j < size; j++) {
        const kept = side[column * size + j]!;
        side[column * size + j] = side[pivot * size + j]! / value;
        if (pivot !== column) side[pivot * size + j] = kept;
      }
    }
    for (let row = 0; row < size; row++) {
      const factor = work[row * size + column]!;
      if (row === column || factor === 0) continue;
      for (let j = 0; j < size; j++) {
        work[row * size + j]! -= factor * work[column * size + j]!;
        inverse[row * size + j]! -= factor * inverse[column * size + j]!;
      }
    }
  }
  for (const i of flat) inverse[i * size + i] = 0;
  return { size, rows: inverse };
}

/** Axes whose row and column are 0, if there are others. */
function flatAxes(rows: Float64Array, size: number): number[] {
  const axes = Array.from({ length: size }, (_, i) => i);
  const flat = axes.filter((i) =>
    axes.every((j) => rows[i * size + j] === 0 && rows[j * size + i] === 0)
  );
  return flat.length < size ? flat : [];
}

/** The product of a matrix and a vector. */
export function multiply({ size, rows }: Matrix, vector: ArrayLike<number>): number[] {
  const product = new Array<number>(size);
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let j = 0; j < size; j++) sum += rows[i * size + j]! * vector[j]!;
    product[i] = sum;
  }
  return product;
}
