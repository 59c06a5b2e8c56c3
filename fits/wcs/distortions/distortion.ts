/** Distortions of coordinates in the plane, and their inverses by Newton's method. */

import type { Pair } from "../projections/projection.ts";

/** A distortion, both ways. */
export interface Distortion {
  /** Distorts. */
  apply(u: number, v: number, out: Pair): void;
  /** Finds the coordinates that {@linkcode apply} takes to these; NaN if there are none near. */
  undo(u: number, v: number, out: Pair): void;
}

/** Values of two functions of u and v, and their derivatives. */
export interface Slopes {
  f: number;
  g: number;
  fu: number;
  fv: number;
  gu: number;
  gv: number;
}

/** Steps of Newton's method for the way back. */
const MAX_STEPS = 50;
/** Steps of the way back where Newton's method does not end. */
const MAX_SMALL_STEPS = 500;
/** The way back ends when a step is smaller than this, in pixels. */
const STEP = 1e-11;

/**
 * Makes a distortion of two functions.
 *
 * @param evaluate Writes the functions and their derivatives at a point.
 */
export function distortion(evaluate: (u: number, v: number, out: Slopes) => void): Distortion {
  const at: Slopes = { f: 0, g: 0, fu: 1, fv: 0, gu: 0, gv: 1 };
  return {
    apply(u, v, out) {
      evaluate(u, v, at);
      out[0] = at.f;
      out[1] = at.g;
    },
    undo(u, v, out) {
      let p = u;
      let q = v;
      for (let i = 0; i < MAX_STEPS; i++) {
        evaluate(p, q, at);
        const determinant = at.fu * at.gv - at.fv * at.gu;
        const dp = ((at.f - u) * at.gv - (at.g - v) * at.fv) / determinant;
        const dq = ((at.g - v) * at.fu - (at.f - u) * at.gu) / determinant;
        p -= dp;
        q -= dq;
        if (Math.abs(dp) + Math.abs(dq) >= 1e-13 * (1 + Math.abs(p) + Math.abs(q))) continue;
        out[0] = p;
        out[1] = q;
        return;
      }
      out[0] = out[1] = NaN;
    },
  };
}

/**
 * Newton's method with slopes over half a pixel: tables have corners.
 *
 * @param forward Distorts pixels.
 * @param x The first coordinate of the distorted pixel.
 * @param y The second.
 * @param out The pixel; NaN if there is none near.
 */
export function undoByNewton(
  forward: (x: number, y: number, out: Pair) => void,
  x: number,
  y: number,
  out: Pair,
): void {
  let [p, q] = [x, y];
  const [at, east, north]: [Pair, Pair, Pair] = [[0, 0], [0, 0], [0, 0]];
  for (let step = 0; step < MAX_STEPS; step++) {
    forward(p, q, at);
    forward(p + 0.5, q, east);
    forward(p, q + 0.5, north);
    const [fu, gu] = [2 * (east[0] - at[0]), 2 * (east[1] - at[1])];
    const [fv, gv] = [2 * (north[0] - at[0]), 2 * (north[1] - at[1])];
    const determinant = fu * gv - fv * gu;
    const dp = ((at[0] - x) * gv - (at[1] - y) * fv) / determinant;
    const dq = ((at[1] - y) * fu - (at[0] - x) * gu) / determinant;
    p -= dp;
    q -= dq;
    if (Math.abs(dp) + Math.abs(dq) >= STEP * (1 + Math.abs(p) + Math.abs(q))) continue;
    out[0] = p;
    out[1] = q;
    return;
  }
  undoBySteps(forward, x, y, out);
}

/**
 * By steps as large as what is missing, where slopes lead back and forth over the corner of a
 * table: they end wherever a distortion moves neighbours less than they are apart.
 */
function undoBySteps(
  forward: (x: number, y: number, out: Pair) => void,
  x: number,
  y: number,
  out: Pair,
): void {
  let [p, q] = [x, y];
  const at: Pair = [0, 0];
  for (let step = 0; step < MAX_SMALL_STEPS; step++) {
    forward(p, q, at);
    const [dp, dq] = [at[0] - x, at[1] - y];
    p -= dp;
    q -= dq;
    if (Math.abs(dp) + Math.abs(dq) >= STEP * (1 + Math.abs(p) + Math.abs(q))) continue;
    out[0] = p;
    out[1] = q;
    return;
  }
  out[0] = out[1] = NaN;
}
