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

const MAX_STEPS = 50;

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
