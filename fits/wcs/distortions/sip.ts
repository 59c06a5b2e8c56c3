/** The Simple Imaging Polynomial: distortions of pixel coordinates (Shupe et al. 2005). */

import { FormatError } from "../../../net/errors.ts";
import { type Distortion, distortion, type Slopes } from "./distortion.ts";

/** A number of the header, or undefined. */
export type NumberOf = (keyword: string) => number | undefined;

/** Standard practice is 9 at most; beyond it powers of pixels lose their figures. */
const MAX_ORDER = 9;

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
  const [aByU, aByV] = derivatives(a);
  const [bByU, bByV] = derivatives(b);
  // The inverse polynomials AP and BP that some headers have are only fits, wrong by
  // tenths of a pixel at the corners.
  return distortion((u, v, out: Slopes) => {
    out.f = u + evaluate(a, u, v);
    out.g = v + evaluate(b, u, v);
    out.fu = 1 + evaluate(aByU, u, v);
    out.fv = evaluate(aByV, u, v);
    out.gu = evaluate(bByU, u, v);
    out.gv = 1 + evaluate(bByV, u, v);
  });
}

function readPolynomial(
  name: "A" | "B",
  order: number | undefined,
  number: NumberOf,
): Polynomial {
  if (order === undefined || !Number.isInteger(order) || order < 0 || order > MAX_ORDER) {
    throw new FormatError(
      `Cannot read the SIP distortion: ${name}_ORDER is ${order}, expected 0 to ${MAX_ORDER}`,
    );
  }
  return Array.from(
    { length: order + 1 },
    (_, p) => Array.from({ length: order + 1 - p }, (_, q) => number(`${name}_${p}_${q}`) ?? 0),
  );
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
