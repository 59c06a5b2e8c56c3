/**
 * TNX and ZPX: TAN and ZPN with a correction of the plane, as IRAF writes them into the cards
 * `WAT1_001`, `WAT2_001` and so on (Valdes, "The TNX World Coordinate System").
 */

import { FormatError } from "../../../net/errors.ts";
import { type Distortion, distortion, type Slopes } from "./distortion.ts";
import type { WcsReader } from "../keywords/reader.ts";

/** Cards of one WAT text at most; IRAF counts to 999. */
const MAX_CARDS = 999;
/** The highest order of a surface in x or y; IRAF's own are below 10. */
const MAX_ORDER = 40;

/** A surface z(x, y): products of one polynomial in x and one in y. */
interface Surface {
  readonly kind: "chebyshev" | "legendre" | "polynomial";
  /** Coefficients: `terms[n][m]` belongs to x^m y^n. */
  readonly terms: readonly (readonly number[])[];
  /** The middle and half the length of the interval of each coordinate. */
  readonly x: readonly [middle: number, half: number];
  readonly y: readonly [middle: number, half: number];
}

/** A projection with the parameters and the distortion of its plane. */
export interface CorrectedProjection {
  readonly code: "TAN" | "ZPN";
  longitude(m: number): number | undefined;
  latitude(m: number): number | undefined;
  readonly bend: Distortion | undefined;
}

/**
 * Reads the projection and its correction.
 *
 * @param reader The keywords.
 * @param code `TNX` or `ZPX`.
 * @param longitude The longitude axis, counted from 0.
 * @param latitude The latitude axis, counted from 0.
 * @throws {FormatError} If the text of a correction is damaged.
 */
export function readTnx(
  reader: WcsReader,
  code: "TNX" | "ZPX",
  longitude: number,
  latitude: number,
): CorrectedProjection {
  const first = watText(reader, longitude);
  const second = watText(reader, latitude);
  const surfaces = [
    surfaceOf(attribute(first, "lngcor"), `WAT${longitude + 1}`),
    surfaceOf(attribute(second, "latcor"), `WAT${latitude + 1}`),
  ] as const;
  const projection = (m: number) => {
    const value = attribute(second, `projp${m}`) ?? attribute(first, `projp${m}`);
    return value === undefined ? undefined : Number(value);
  };
  return {
    code: code === "TNX" ? "TAN" : "ZPN",
    longitude: () => undefined,
    latitude: code === "TNX" ? () => undefined : projection,
    bend: surfaces.every((surface) => surface === undefined) ? undefined : correction(surfaces),
  };
}

/** The text of the cards WATi_001, WATi_002 and so on, each with the 68 characters it had. */
function watText(reader: WcsReader, axis: number): string {
  let text = "";
  for (let card = 1; card <= MAX_CARDS; card++) {
    const name = `WAT${axis + 1}_${String(card).padStart(3, "0")}`;
    const piece = reader.rawText(name);
    if (piece === undefined) break;
    // Blanks at the end of a card belong to the text, but are lost in its value.
    const more = reader.rawText(`WAT${axis + 1}_${String(card + 1).padStart(3, "0")}`);
    text += more === undefined ? piece : piece.padEnd(68);
  }
  return text;
}

/** The value of `name = "..."` or `name = word` in a WAT text. */
function attribute(text: string, name: string): string | undefined {
  const at = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|(\\S+))`).exec(text);
  return at === null ? undefined : at[1] ?? at[2];
}

/** Reads a surface: kind, orders, cross terms, the two intervals, coefficients. */
function surfaceOf(text: string | undefined, keyword: string): Surface | undefined {
  if (text === undefined) return undefined;
  const numbers = text.trim().split(/\s+/).map(Number);
  const [kind, xOrder, yOrder, cross, xMin, xMax, yMin, yMax] = numbers as [
    ...[number, number, number, number, number, number, number, number],
  ];
  const orders = [xOrder, yOrder].every((n) => Number.isInteger(n) && n >= 1 && n <= MAX_ORDER);
  const kinds = ["chebyshev", "legendre", "polynomial"] as const;
  if (!orders || kinds[kind - 1] === undefined || ![0, 1, 2].includes(cross)) {
    throw new FormatError(`${keyword} has a correction that begins with '${text.slice(0, 40)}'`);
  }
  const terms: number[][] = [];
  let at = 8;
  for (let n = 0; n < yOrder; n++) {
    const length = cross === 1
      ? xOrder
      : cross === 2
      ? Math.max(0, Math.min(xOrder, Math.max(xOrder, yOrder) - n))
      : n === 0
      ? xOrder
      : 1;
    terms.push(numbers.slice(at, at + length));
    at += length;
  }
  if (
    numbers.length < at || !numbers.slice(0, at).every(Number.isFinite) || xMax === xMin ||
    yMax === yMin
  ) {
    throw new FormatError(
      `${keyword} has a correction of ${numbers.length} numbers, expected ${at}`,
    );
  }
  return {
    kind: kinds[kind - 1]!,
    terms,
    x: [(xMin + xMax) / 2, (xMax - xMin) / 2],
    y: [(yMin + yMax) / 2, (yMax - yMin) / 2],
  };
}

function correction(surfaces: readonly [Surface | undefined, Surface | undefined]): Distortion {
  const sum = [0, 0, 0];
  const [first, second] = surfaces;
  return distortion((u, v, out: Slopes) => {
    evaluate(first, u, v, sum);
    out.f = u + sum[0]!;
    out.fu = 1 + sum[1]!;
    out.fv = sum[2]!;
    evaluate(second, u, v, sum);
    out.g = v + sum[0]!;
    out.gu = sum[1]!;
    out.gv = 1 + sum[2]!;
  });
}

/** Writes the value of a surface and its slopes by x and by y. */
function evaluate(surface: Surface | undefined, u: number, v: number, out: number[]): void {
  out[0] = out[1] = out[2] = 0;
  if (surface === undefined) return;
  const { kind, terms, x, y } = surface;
  const plain = kind === "polynomial";
  const [s, sBy] = plain ? [u, 1] : [(u - x[0]) / x[1], 1 / x[1]];
  const [t, tBy] = plain ? [v, 1] : [(v - y[0]) / y[1], 1 / y[1]];
  const width = Math.max(...terms.map((row) => row.length));
  const [px, dx] = basis(kind, s, width);
  const [py, dy] = basis(kind, t, terms.length);
  for (const [n, row] of terms.entries()) {
    for (const [m, c] of row.entries()) {
      out[0] += c * px[m]! * py[n]!;
      out[1]! += c * dx[m]! * sBy * py[n]!;
      out[2]! += c * px[m]! * dy[n]! * tBy;
    }
  }
}

/** The first polynomials of a kind at a place, and their slopes. */
function basis(
  kind: Surface["kind"],
  at: number,
  count: number,
): readonly [values: number[], slopes: number[]] {
  const values = [1, at];
  const slopes = [0, 1];
  for (let n = 2; n < count; n++) {
    const [a, b] = [values[n - 1]!, values[n - 2]!];
    const [da, db] = [slopes[n - 1]!, slopes[n - 2]!];
    if (kind === "polynomial") {
      values.push(at * a);
      slopes.push(a + at * da);
    } else if (kind === "chebyshev") {
      values.push(2 * at * a - b);
      slopes.push(2 * a + 2 * at * da - db);
    } else {
      values.push(((2 * n - 1) * at * a - (n - 1) * b) / n);
      slopes.push(((2 * n - 1) * (a + at * da) - (n - 1) * db) / n);
    }
  }
  return [values, slopes];
}
