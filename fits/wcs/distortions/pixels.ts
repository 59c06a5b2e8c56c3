/** Distortions of pixel coordinates, before anything else: detectors, SIP, lookup tables. */

import { type Distortion, undoByNewton } from "./distortion.ts";
import type { PixelCorrection } from "./lookup.ts";
import type { Pair } from "../projections/projection.ts";

/** What moves pixels; all of them are corrections that are added. */
export interface PixelDistortions {
  /** From the detector to the image, before the others (D2IMDISj). */
  readonly detector: Corrections | undefined;
  /** The polynomial about the reference pixel (SIP). */
  readonly sip: Distortion | undefined;
  /** The lookup tables and template polynomials (CPDISj). */
  readonly lookup: Corrections | undefined;
  /** CRPIXj. */
  readonly reference: Readonly<Pair>;
}

type Corrections = readonly [PixelCorrection | undefined, PixelCorrection | undefined];

/**
 * Makes the distortion of pixels counted from 1, both ways. The way back is found by
 * Newton's method to 1e-10 pixels, and is NaN where that does not end.
 *
 * @param parts What moves pixels.
 * @returns The distortion, or undefined if nothing does.
 */
export function pixelDistortion(parts: PixelDistortions): Distortion | undefined {
  const { detector, sip, lookup, reference } = parts;
  if (detector === undefined && sip === undefined && lookup === undefined) return undefined;
  const moved: Pair = [0, 0];
  const forward = (x: number, y: number, out: Pair) => {
    const u = x + (detector?.[0]?.(x, y) ?? 0);
    const v = y + (detector?.[1]?.(x, y) ?? 0);
    out[0] = u + (lookup?.[0]?.(u, v) ?? 0);
    out[1] = v + (lookup?.[1]?.(u, v) ?? 0);
    if (sip === undefined) return;
    sip.apply(u - reference[0], v - reference[1], moved);
    out[0] += moved[0] - (u - reference[0]);
    out[1] += moved[1] - (v - reference[1]);
  };
  const onlySip = detector === undefined && lookup === undefined;
  return {
    apply: forward,
    undo(x, y, out) {
      if (onlySip) {
        sip!.undo(x - reference[0], y - reference[1], out);
        out[0] += reference[0];
        out[1] += reference[1];
        return;
      }
      undoByNewton(forward, x, y, out);
    },
  };
}
