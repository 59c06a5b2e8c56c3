/**
 * General polynomials: CPDISj and CQDISi of `Polynomial`, with terms of any powers and auxiliary
 * variables (Calabretta et al., "Paper IV", section 3.1).
 */

import type { WcsReader } from "../keywords/reader.ts";

/** The corrected value of one coordinate, at coordinates 1 and 2. */
export type CorrectedCoordinate = (first: number, second: number) => number;

/** Terms and auxiliary variables of one polynomial at most. */
const MAX_TERMS = 1000;
const MAX_AUXILIARIES = 20;

/** What every polynomial's record has. */
export const INPUT_FIELDS: readonly string[] = [
  ...["NAXES", "AXIS.1", "AXIS.2", "OFFSET.1", "OFFSET.2", "SCALE.1", "SCALE.2", "DOCORR"],
];

/** The coordinates that a polynomial depends on, moved and scaled. */
export interface PolynomialInputs {
  /** One or two. */
  readonly count: number;
  /** Whether the polynomial is added to the coordinate, or is the new one. */
  readonly corrects: boolean;
  /** The variables at coordinates 1 and 2; the second is 0 where there is none. */
  at(p: number, q: number): readonly [number, number];
}

/**
 * Reads which coordinates a polynomial depends on.
 *
 * @param reader The keywords; what cannot be read is noted there.
 * @param keyword The keyword that names the polynomial, such as `CPDIS1`.
 * @param record The keyword of its parameters, such as `DP1`.
 * @param fields The parameters.
 * @returns The inputs, or undefined if they are of other axes.
 */
export function readInputs(
  reader: WcsReader,
  keyword: string,
  record: string,
  fields: ReadonlyMap<string, number>,
): PolynomialInputs | undefined {
  const field = (name: string, other: number) => fields.get(name) ?? other;
  const count = field("NAXES", 2);
  const axes = [field("AXIS.1", 1), field("AXIS.2", 2)].slice(0, count);
  if ((count !== 1 && count !== 2) || axes.some((input) => input !== 1 && input !== 2)) {
    reader.problem(
      keyword,
      `its parameters ${record} are for axes ${axes.join(", ")} of ${count}, expected axes 1 ` +
        "and 2; coordinates are without it",
    );
    return undefined;
  }
  const [offset1, offset2] = [field("OFFSET.1", 0), field("OFFSET.2", 0)];
  const [scale1, scale2] = [field("SCALE.1", 1), field("SCALE.2", 1)];
  const [first, second] = axes;
  return {
    count,
    corrects: field("DOCORR", 1) !== 0,
    at: (p, q) => [
      ((first === 1 ? p : q) - offset1) * scale1,
      second === undefined ? 0 : ((second === 1 ? p : q) - offset2) * scale2,
    ],
  };
}

/** A sum of two powers and a constant, raised to a power. */
interface Auxiliary {
  readonly coefficients: readonly [constant: number, number, number];
  readonly powers: readonly [outer: number, number, number];
}

interface Term {
  readonly coefficient: number;
  readonly powers: readonly [number, number];
  /** The powers of the auxiliary variables. */
  readonly auxiliary: readonly number[];
}

/**
 * Reads the polynomial of one coordinate.
 *
 * @param reader The keywords; what cannot be read is noted there.
 * @param keyword The keyword that names it, such as `CPDIS1`.
 * @param record The keyword of its parameters, such as `DP1`.
 * @param axis The coordinate that it corrects, counted from 0.
 * @returns The corrected coordinate, or undefined if it cannot be read.
 */
export function readPolynomial(
  reader: WcsReader,
  keyword: string,
  record: string,
  axis: number,
): CorrectedCoordinate | undefined {
  const counts = reader.records(record, [...INPUT_FIELDS, "NAUX", "NTERMS"]);
  const inputs = readInputs(reader, keyword, record, counts);
  if (inputs === undefined) return undefined;
  const [terms, auxiliaries] = [counts.get("NTERMS") ?? 0, counts.get("NAUX") ?? 0];
  const whole = [terms, auxiliaries].every((count) => Number.isInteger(count) && count >= 0);
  if (!whole || terms < 1 || terms > MAX_TERMS || auxiliaries > MAX_AUXILIARIES) {
    reader.problem(
      keyword,
      `${record} has NTERMS of ${terms} and NAUX of ${auxiliaries}, expected 1 to ${MAX_TERMS} ` +
        `terms and up to ${MAX_AUXILIARIES} auxiliary variables; coordinates are without it`,
    );
    return undefined;
  }
  const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
  const fields = reader.records(record, [
    ...numbers(auxiliaries).flatMap((k) =>
      [0, 1, 2].flatMap((j) => [`AUX.${k}.COEFF.${j}`, `AUX.${k}.POWER.${j}`])
    ),
    ...numbers(terms).flatMap((m) => [
      ...[`TERM.${m}.COEFF`, `TERM.${m}.VAR.1`, `TERM.${m}.VAR.2`],
      ...numbers(auxiliaries).map((k) => `TERM.${m}.AUX.${k}`),
    ]),
  ]);
  const field = (name: string, other: number) => fields.get(name) ?? other;
  const three = (name: string, other: number) =>
    [0, 1, 2].map((j) => field(`${name}.${j}`, other)) as [number, number, number];
  const variables = numbers(auxiliaries).map((k): Auxiliary => ({
    coefficients: three(`AUX.${k}.COEFF`, 0),
    powers: three(`AUX.${k}.POWER`, 1),
  }));
  const sum = numbers(terms).map((m): Term => ({
    coefficient: field(`TERM.${m}.COEFF`, 0),
    powers: [field(`TERM.${m}.VAR.1`, 0), field(`TERM.${m}.VAR.2`, 0)],
    auxiliary: numbers(auxiliaries).map((k) => field(`TERM.${m}.AUX.${k}`, 0)),
  }));
  return (p, q) => {
    const [u, v] = inputs.at(p, q);
    const extra = variables.map(({ coefficients: [a, b, c], powers: [outer, i, j] }) =>
      (a + product(b, u, i) + product(c, v, j)) ** outer
    );
    let value = inputs.corrects ? (axis === 0 ? p : q) : 0;
    for (const { coefficient, powers: [i, j], auxiliary } of sum) {
      let term = product(product(coefficient, u, i), v, j);
      for (const [k, power] of auxiliary.entries()) term = product(term, extra[k]!, power);
      value += term;
    }
    return value;
  };
}

/** A factor times a power; without a factor the power is not looked at, which may be none. */
function product(factor: number, variable: number, power: number): number {
  return factor === 0 || power === 0 ? factor : factor * variable ** power;
}
