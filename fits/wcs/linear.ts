/** The linear part of world coordinates: CRPIXj, PCi_j, CDELTi, CDi_j, CROTAi (FITS 4.0, section 8.1). */

import { FormatError } from "../../net/errors.ts";
import type { WcsReader } from "./keywords/reader.ts";

/** A square matrix, row by row. */
export interface Matrix {
  readonly size: number;
  readonly rows: Float64Array;
}

/**
 * Reads the matrix that takes pixel offsets to intermediate world coordinates.
 *
 * PCi_j wins over CDi_j, and both over CROTAi, as in WCSLIB. A CDi_j matrix that
 * leaves out a degenerate axis altogether gets a 1 there.
 *
 * @param reader The keywords.
 * @param size How many axes there are.
 * @param longitude The longitude axis, counted from 0, or -1.
 * @param latitude The latitude axis, counted from 0, or -1.
 * @returns The matrix, CDELTi included, in the header's units.
 */
export function readMatrix(
  reader: WcsReader,
  size: number,
  longitude: number,
  latitude: number,
): Matrix {
  const { pc, cd } = readForm(reader, size);
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
  const scales = readSteps(reader, size);
  const rows = new Float64Array(size * size);
  for (let i = 0; i < size; i++) rows[i * size + i] = 1;
  if (pc !== undefined) { for (const [place, value] of pc) rows[place] = value; }
  else if (longitude >= 0 && latitude >= 0) {
    turn(rows, size, longitude, latitude, scales, rotation(reader, longitude, latitude));
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) rows[i * size + j]! *= scales[i]!;
  }
  return { size, rows };
}

/**
 * The factors by which intermediate pixel coordinates become world coordinates: CDELTi, or 1
 * where CDi_j has them in it.
 *
 * @param reader The keywords.
 * @param size How many axes there are.
 */
export function readSteps(reader: WcsReader, size: number): number[] {
  const inMatrix = readForm(reader, size).cd !== undefined;
  return Array.from(
    { length: size },
    (_, i) => inMatrix ? 1 : reader.number(`CDELT${i + 1}`) ?? 1,
  );
}

/** The elements of the matrix in the form that the header gives it: PCi_j wins over CDi_j. */
function readForm(
  reader: WcsReader,
  size: number,
): { pc: Map<number, number> | undefined; cd: Map<number, number> | undefined } {
  const pc = readElements(reader, "PC", size) ?? readOldElements(reader, size);
  return { pc, cd: pc === undefined ? readElements(reader, "CD", size) : undefined };
}

function readElements(
  reader: WcsReader,
  name: string,
  size: number,
): Map<number, number> | undefined {
  const elements = new Map<number, number>();
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const value = reader.number(`${name}${i + 1}_${j + 1}`);
      if (value !== undefined) elements.set(i * size + j, value);
    }
  }
  return elements.size > 0 ? elements : undefined;
}

/** PC001001 and so on, as the matrix was written before the standard (FITS 4.0, section 8.2.1). */
function readOldElements(reader: WcsReader, size: number): Map<number, number> | undefined {
  const elements = new Map<number, number>();
  const digits = (n: number) => String(n).padStart(3, "0");
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const value = reader.plainNumber(`PC${digits(i + 1)}${digits(j + 1)}`);
      if (value !== undefined) elements.set(i * size + j, value);
    }
  }
  return elements.size > 0 ? elements : undefined;
}

/** CROTAi belongs to the latitude axis; older solar files wrote it to the longitude axis alone. */
function rotation(reader: WcsReader, longitude: number, latitude: number): number {
  return reader.number(`CROTA${latitude + 1}`) ?? reader.number(`CROTA${longitude + 1}`) ?? 0;
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

/** Writes the product of a matrix and a vector; a NaN spoils only what depends on it. */
export function multiplyInto(
  { size, rows }: Matrix,
  vector: Float64Array,
  product: Float64Array,
): void {
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let j = 0; j < size; j++) {
      const factor = rows[i * size + j]!;
      if (factor !== 0) sum += factor * vector[j]!;
    }
    product[i] = sum;
  }
}
