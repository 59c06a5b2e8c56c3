/** The Simple Imaging Polynomial: distortions of pixel coordinates (Shupe et al. 2005). */

import { FormatError } from "../net/errors.ts";
import type { Pair } from "./wcs_projections.ts";

/** A number of the header, or undefined. */
export type NumberOf = (keyword: string) => number | undefined;

/** The distortion, both ways, of coordinates relative to CRPIX. */
export interface Distortion {
  /** Adds the polynomials. */
  apply(u: number, v: number, out: Pair): void;
  /** Finds the coordinates that {@linkcode apply} takes to these. */
  undo(u: number, v: number, out: Pair): void;
}

/** Standard practice is 9 at most; beyond it powers of pixels lose their figures. */
const GREATEST_ORDER = 9;

/** A polynomial of two variables: coefficient [p][q] belongs to u^p v^q. */
type Polynomial = readonly (readonly number[])[];

/**
 * Reads A_ORDER, A_p_q, B_ORDER and B_p_q.
 *
 * @param number Gives the numbers of the header.
 * @returns The distortion, or undefined if the header has none.
 * @throws {FormatError} If only one of the orders is there, or one is out of range.
 */
export function readSip(number: NumberOf): Distortion | undefined {
  const orders = [number("A_ORDER"), number("B_ORDER")] as const;
  if (orders[0] === undefined && orders[1] === undefined) return undefined;
  const a = readPolynomial("A", orders[0], number);
  const b = readPolynomial("B", orders[1], number);
  return { apply: (u, v, out) => applySip(a, b, u, v, out), undo: undoSip(a, b) };
}

function readPolynomial(
  name: "A" | "B",
  order: number | undefined,
  number: NumberOf,
): Polynomial {
  if (order === undefined || !Number.isInteger(order) || order < 0 || order > GREATEST_ORDER) {
    throw new FormatError(
      `Cannot read the SIP distortion: ${name}_ORDER is ${order}, expected 0 to ${GREATEST_ORDER}`,
    );
  }
  return Array.from(
    { length: order + 1 },
    (_, p) => Array.from({ length: order + 1 - p }, (_, q) => number(`${name}_${p}_${q}`) ?? 0),
  );
}

function applySip(a: Polynomial, b: Polynomial, u: number, v: number, out: Pair): void {
  const du = evaluate(a, u, v);
  const dv = evaluate(b, u, v);
  out[0] = u + du;
  out[1] = v + dv;
}

function evaluate(polynomial: Polynomial, u: number, v: number): number {
  let sum = 0;
  for (let p = polynomial.length - 1; p >= 0; p--) {
    const row = polynomial[p]!;
    let inner = 0;
    for (let q = row.length - 1; q >= 0; q--) inner = inner * v + row[q]!;
    sum = sum * u + inner;
  }
  return sum;
}

/** The derivatives of a polynomial by u and by v. */
function derivatives(polynomial: Polynomial): readonly [Polynomial, Polynomial] {
  return [
    polynomial.slice(1).map((row, p) => row.map((c) => c * (p + 1))),
    polynomial.map((row) => row.slice(1).map((c, q) => c * (q + 1))),
  ];
}

/**
 * Newton's method: the inverse polynomials AP and BP that some headers have are
 * only fits, wrong by tenths of a pixel at the corners.
 */
function undoSip(a: Polynomial, b: Polynomial): Distortion["undo"] {
  const [aByU, aByV] = derivatives(a);
  const [bByU, bByV] = derivatives(b);
  const at: Pair = [0, 0];
  return (u, v, out) => {
    let p = u;
    let q = v;
    for (let i = 0; i < 50; i++) {
      applySip(a, b, p, q, at);
      const eu = at[0] - u;
      const ev = at[1] - v;
      const uu = 1 + evaluate(aByU, p, q);
      const uv = evaluate(aByV, p, q);
      const vu = evaluate(bByU, p, q);
      const vv = 1 + evaluate(bByV, p, q);
      const determinant = uu * vv - uv * vu;
      const dp = (eu * vv - ev * uv) / determinant;
      const dq = (ev * uu - eu * vu) / determinant;
      p -= dp;
      q -= dq;
      if (Math.abs(dp) + Math.abs(dq) < 1e-13 * (1 + Math.abs(p) + Math.abs(q))) {
        out[0] = p;
        out[1] = q;
        return;
      }
    }
    out[0] = out[1] = NaN;
  };
}
