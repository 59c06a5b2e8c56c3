/**
 * ROT and POLY_2D's part of it.
 *
 * @module
 */

import { realNumber } from "../../values/convert.ts";
import { define, type NamedRoutine } from "../../routines/define.ts";
import { refuse } from "../../values/error.ts";
import { describeValue } from "../../values/promotion.ts";
import type { CallContext, LanguageKeywords } from "../../routines/routine.ts";
import { type IdlNumeric, type IdlValue, isInteger } from "../../values/value.ts";
import {
  doublesOf,
  fromDoubles,
  isGiven,
  isSet,
  numberOf,
  real,
  scratch,
} from "../../routines/arguments.ts";
import { cubicWeights } from "../interpolate/interpolate.ts";

/** Where in the source an element of the result lies: x = x0 + xx i + xy j, y = y0 + yx i + yy j. */
interface Turn {
  readonly x0: number;
  readonly xx: number;
  readonly xy: number;
  readonly y0: number;
  readonly yx: number;
  readonly yy: number;
}

/** How elements between those of the source are found. */
interface Sampling {
  readonly kind: "nearest" | "linear" | "cubic";
  readonly parameter: number;
  /** What stands for places outside; undefined where the nearest edge does. */
  readonly missing: number | undefined;
}

/** IDL manual, "ROT": clockwise by degrees about the centre, or about x0 and y0. */
function rot(
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const [image, angle, magnification, centerX, centerY] = args;
  const value = real(image!, context);
  if (value.shape.length !== 2) {
    refuse(`Cannot turn ${describeValue(value)}: it must have two dimensions`);
  }
  const [width, height] = value.shape as [number, number];
  const size = isGiven(magnification) ? realNumber(magnification) : 1;
  if (!(Math.abs(size) > 0)) refuse(`Cannot magnify by ${size}`);
  const theta = -realNumber(angle!) % 360 * Math.PI / 180;
  const middle = [(width - 1) / 2, (height - 1) / 2] as const;
  const place = [
    isGiven(centerX) ? realNumber(centerX) : middle[0],
    isGiven(centerY) ? realNumber(centerY) : middle[1],
  ] as const;
  // Without PIVOT the place comes to stand in the middle.
  const target = isSet(keywords, "pivot") ? place : middle;
  const cosine = Math.cos(theta) / size;
  const sine = Math.sin(theta) / size;
  const turn: Turn = {
    x0: place[0] - cosine * target[0] - sine * target[1],
    xx: cosine,
    xy: sine,
    y0: place[1] + sine * target[0] - cosine * target[1],
    yx: -sine,
    yy: cosine,
  };
  return turned(value, turn, samplingOf(keywords), context);
}

function samplingOf(keywords: LanguageKeywords): Sampling {
  const missing = numberOf(keywords, "missing");
  const cubic = numberOf(keywords, "cubic") ?? 0;
  if (cubic !== 0) {
    return { kind: "cubic", parameter: cubic > 0 || cubic < -1 ? -1 : cubic, missing };
  }
  return { kind: isSet(keywords, "interp") ? "linear" : "nearest", parameter: 0, missing };
}

function turned(
  value: IdlNumeric,
  turn: Turn,
  sampling: Sampling,
  context: CallContext,
): IdlNumeric {
  const [width, height] = value.shape as [number, number];
  const data = doublesOf(value, context);
  const out = scratch(width * height, context);
  const line = sampling.kind === "nearest" ? nearest : sampling.kind === "linear" ? linear : cubic;
  for (let j = 0; j < height; j++) {
    context.work(width * (sampling.kind === "cubic" ? 60 : 12));
    line(data, [width, height], turn, j, sampling, out);
  }
  if (isInteger(value.type) && sampling.kind !== "nearest") round(out, value);
  return fromDoubles(value.type, value.shape, out, context);
}

/** An interpolated byte stays within what a byte holds. */
function round(out: Float64Array, value: IdlNumeric): void {
  if (value.data.BYTES_PER_ELEMENT > 1) return;
  for (let i = 0; i < out.length; i++) out[i] = Math.min(255, Math.max(0, out[i]!));
}

/** One line of the result. */
type Sampler = (
  data: Float64Array,
  size: readonly [number, number],
  turn: Turn,
  j: number,
  sampling: Sampling,
  out: Float64Array,
) => void;

/** Halves of a pixel are told apart as they are in exact arithmetic, not by its last bit. */
const TOLERANCE = 1e-9;

const nearest: Sampler = (data, [width, height], turn, j, { missing }, out) => {
  for (let i = 0; i < width; i++) {
    let x = Math.floor(turn.x0 + turn.xx * i + turn.xy * j + 0.5 + TOLERANCE);
    let y = Math.floor(turn.y0 + turn.yx * i + turn.yy * j + 0.5 + TOLERANCE);
    if (x < 0 || y < 0 || x >= width || y >= height) {
      if (missing !== undefined) {
        out[j * width + i] = missing;
        continue;
      }
      x = Math.min(width - 1, Math.max(0, x));
      y = Math.min(height - 1, Math.max(0, y));
    }
    out[j * width + i] = data[y * width + x]!;
  }
};

const linear: Sampler = (data, [width, height], turn, j, { missing }, out) => {
  const lastX = width - 1;
  const lastY = height - 1;
  for (let i = 0; i < width; i++) {
    let x = turn.x0 + turn.xx * i + turn.xy * j;
    let y = turn.y0 + turn.yx * i + turn.yy * j;
    if (!(x >= -TOLERANCE && x <= lastX + TOLERANCE && y >= -TOLERANCE && y <= lastY + TOLERANCE)) {
      if (missing !== undefined) {
        out[j * width + i] = missing;
        continue;
      }
    }
    x = x > lastX ? lastX : x > 0 ? x : 0;
    y = y > lastY ? lastY : y > 0 ? y : 0;
    const column = x | 0;
    const row = y | 0;
    const dx = x - column;
    const dy = y - row;
    const at = row * width + column;
    const right = column < lastX ? 1 : 0;
    const up = row < lastY ? width : 0;
    out[j * width + i] = (1 - dy) * ((1 - dx) * data[at]! + dx * data[at + right]!) +
      dy * ((1 - dx) * data[at + up]! + dx * data[at + up + right]!);
  }
};

const cubic: Sampler = (data, [width, height], turn, j, { missing, parameter }, out) => {
  const wx = new Float64Array(4);
  const wy = new Float64Array(4);
  for (let i = 0; i < width; i++) {
    let x = turn.x0 + turn.xx * i + turn.xy * j;
    let y = turn.y0 + turn.yx * i + turn.yy * j;
    const inside = x >= -TOLERANCE && x <= width - 1 + TOLERANCE && y >= -TOLERANCE &&
      y <= height - 1 + TOLERANCE;
    if (!inside && missing !== undefined) {
      out[j * width + i] = missing;
      continue;
    }
    x = Math.min(width - 1, Math.max(0, x));
    y = Math.min(height - 1, Math.max(0, y));
    const column = Math.floor(x);
    const row = Math.floor(y);
    cubicWeights(parameter, x - column, wx);
    cubicWeights(parameter, y - row, wy);
    let sum = 0;
    for (let l = 0; l < 4; l++) {
      const start = width * Math.min(height - 1, Math.max(0, row + l - 1));
      let across = 0;
      for (let k = 0; k < 4; k++) {
        across += wx[k]! * data[start + Math.min(width - 1, Math.max(0, column + k - 1))]!;
      }
      sum += wy[l]! * across;
    }
    out[j * width + i] = sum;
  }
};

/** The routine of this file. */
export const ROT: readonly NamedRoutine[] = [
  define("rot(image, angle, [magnification], [x0], [y0], CUBIC=, /INTERP, MISSING=, /PIVOT)", {
    summary: "The image turned clockwise by degrees and magnified",
    sketch: ([image]) => {
      const { count = 1, shape } = image ?? {};
      return { count, shape, bytes: 16, operations: 20 * count };
    },
    run: rot,
  }),
];
