/**
 * Template polynomials: CPDISj and CQDISi of `TPD`, up to the ninth degree in two coordinates
 * and their radius (Calabretta et al., "Paper IV"; the form is that of WCSLIB, which also
 * rewrites SIP, TPV, TNX and plates of the Digitized Sky Survey in it).
 */

import type { WcsReader } from "../keywords/reader.ts";
import type { Pair } from "../projections/projection.ts";
import { type Distortion, undoByNewton } from "./distortion.ts";
import {
  type CorrectedCoordinate,
  INPUT_FIELDS,
  readInputs,
  readPolynomial,
} from "./polynomial.ts";

/** The greatest number of a coefficient, TPD.FWD.59. */
const MAX_COEFFICIENT = 59;

/** The powers of x, y and the radius of each coefficient. */
const TERMS: readonly (readonly [x: number, y: number, r: number])[] = terms();

/** Of each degree the powers from x^n to y^n, and of the odd ones r^n. */
function terms(): [number, number, number][] {
  const list: [number, number, number][] = [];
  for (let degree = 0; degree <= 9; degree++) {
    for (let y = 0; y <= degree; y++) list.push([degree - y, y, 0]);
    if (degree % 2 === 1) list.push([0, 0, degree]);
  }
  return list;
}

/** The fields of the records that are read, for headers that give each its own keyword. */
const FIELDS: readonly string[] = [
  ...INPUT_FIELDS,
  ...[0, 1, 2].flatMap((m) => [`AUX.1.COEFF.${m}`, `AUX.2.COEFF.${m}`]),
  ...TERMS.map((_, m) => `TPD.FWD.${m}`),
];

/** Whether a correction is one of those that {@linkcode readCorrection} reads. */
export function isPolynomial(name: string): boolean {
  return /^(?:TPD|POLYNOMIAL)$/i.test(name.trim());
}

/**
 * Reads the polynomial of one coordinate, of either form.
 *
 * @param reader The keywords; what cannot be read is noted there.
 * @param keyword The keyword that names it, such as `CPDIS1`.
 * @param record The keyword of its parameters, such as `DP1`.
 * @param axis The coordinate that it corrects, counted from 0.
 * @returns The corrected coordinate, or undefined if it cannot be read.
 */
export function readCorrection(
  reader: WcsReader,
  keyword: string,
  record: string,
  axis: number,
): CorrectedCoordinate | undefined {
  const general = reader.text(keyword)?.toUpperCase() === "POLYNOMIAL";
  return (general ? readPolynomial : readTemplatePolynomial)(reader, keyword, record, axis);
}

/**
 * Reads the template polynomial of one coordinate.
 *
 * @param reader The keywords; what cannot be read is noted there.
 * @param keyword The keyword that names it, such as `CPDIS1`.
 * @param record The keyword of its parameters, such as `DP1`.
 * @param axis The coordinate that it corrects, counted from 0.
 * @returns The polynomial, or undefined if it cannot be read.
 */
function readTemplatePolynomial(
  reader: WcsReader,
  keyword: string,
  record: string,
  axis: number,
): CorrectedCoordinate | undefined {
  const fields = reader.records(record, FIELDS);
  const field = (name: string, other: number) => fields.get(name) ?? other;
  const inputs = readInputs(reader, keyword, record, fields);
  if (inputs === undefined) return undefined;
  const coefficients = TERMS.map((_, m) => field(`TPD.FWD.${m}`, 0));
  for (const name of fields.keys()) {
    const number = /^TPD\.FWD\.(\d+)$/.exec(name)?.[1];
    if (number === undefined || Number(number) <= MAX_COEFFICIENT) continue;
    reader.problem(
      keyword,
      `${record} has ${name}, expected coefficients up to ${MAX_COEFFICIENT}; ` +
        "coordinates are without it",
    );
    return undefined;
  }
  const a = [0, 1, 0].map((other, m) => field(`AUX.1.COEFF.${m}`, other));
  const b = [0, 0, 1].map((other, m) => field(`AUX.2.COEFF.${m}`, other));
  const { corrects } = inputs;
  return (p, q) => {
    const [u, v] = inputs.at(p, q);
    const x = a[0]! + a[1]! * u + a[2]! * v;
    const y = b[0]! + b[1]! * u + b[2]! * v;
    return (corrects ? (axis === 0 ? p : q) : 0) + evaluate(coefficients, x, y);
  };
}

/**
 * Reads what corrects intermediate pixel coordinates, behind the matrix and before CDELTi.
 *
 * @param reader The keywords; what cannot be read is noted there.
 * @param steps From intermediate pixel coordinates to the units of axes 1 and 2.
 * @param size How many axes there are.
 * @returns The distortion of the coordinates behind CDELTi, or undefined without any.
 */
export function readSequent(
  reader: WcsReader,
  steps: readonly number[],
  size: number,
): Distortion | undefined {
  const polynomials: [CorrectedCoordinate | undefined, CorrectedCoordinate | undefined] = [
    undefined,
    undefined,
  ];
  for (let axis = 0; axis < size; axis++) {
    const keyword = `CQDIS${axis + 1}`;
    const name = reader.text(keyword);
    if (name === undefined) continue;
    const [step1, step2] = steps;
    if (
      !isPolynomial(name) || axis > 1 || step2 === undefined || step1 === 0 || step2 === 0
    ) {
      reader.problem(
        keyword,
        `the correction '${name}' is unknown here; coordinates are without it`,
      );
      continue;
    }
    polynomials[axis as 0 | 1] = readCorrection(reader, keyword, `DQ${axis + 1}`, axis);
  }
  if (polynomials.every((one) => one === undefined)) return undefined;
  const forward = (p: number, q: number, out: Pair) => {
    out[0] = polynomials[0]?.(p, q) ?? p;
    out[1] = polynomials[1]?.(p, q) ?? q;
  };
  const [step1, step2] = steps as [number, number];
  return {
    apply(u, v, out) {
      forward(u / step1, v / step2, out);
      out[0] *= step1;
      out[1] *= step2;
    },
    undo(u, v, out) {
      undoByNewton(forward, u / step1, v / step2, out);
      out[0] *= step1;
      out[1] *= step2;
    },
  };
}

function evaluate(coefficients: readonly number[], x: number, y: number): number {
  let value = 0;
  for (const [m, [px, py, pr]] of TERMS.entries()) {
    const c = coefficients[m]!;
    if (c === 0) continue;
    value += c * (pr > 0 ? Math.hypot(x, y) ** pr : x ** px * y ** py);
  }
  return value;
}
