/**
 * SOBEL, ROBERTS, PREWITT, LAPLACIAN.
 *
 * @module
 */

import { define, type NamedRoutine } from "../../routines/define.ts";
import { refuse } from "../../values/error.ts";
import { describeValue } from "../../values/promotion.ts";
import type { CallContext, LanguageKeywords } from "../../routines/routine.ts";
import { type IdlNumericType, IdlType, type IdlValue } from "../../values/value.ts";
import {
  doublesOf,
  fromDoubles,
  integerOf,
  isSet,
  real,
  scratch,
} from "../../routines/arguments.ts";

/** Integers become INT or LONG, so that differences keep their sign. */
function edgeType(type: IdlNumericType): IdlNumericType {
  switch (type) {
    case IdlType.BYTE:
    case IdlType.UINT:
      return IdlType.INT;
    case IdlType.ULONG:
      return IdlType.LONG;
    case IdlType.ULONG64:
      return IdlType.LONG64;
    default:
      return type;
  }
}

/** Every element that has all eight neighbours; those at the edges are 0. */
function overInside(
  x: IdlValue,
  line: (data: Float64Array, out: Float64Array, from: number, to: number, width: number) => void,
  margins: readonly [before: number, behind: number],
  type: (own: IdlNumericType) => IdlNumericType,
  context: CallContext,
): IdlValue {
  const value = real(x, context);
  if (value.shape.length !== 2) {
    refuse(`Cannot find the edges of ${describeValue(value)}: it must have two dimensions`);
  }
  const [width, height] = value.shape as [number, number];
  const data = doublesOf(value, context);
  const out = scratch(width * height, context);
  const [before, behind] = margins;
  for (let y = before; y < height - behind; y++) {
    context.work(20 * width);
    line(data, out, y * width + before, (y + 1) * width - behind, width);
  }
  return fromDoubles(type(value.type), value.shape, out, context);
}

/** IDL manual, "SOBEL": |Gx| + |Gy|. */
function sobelLine(d: Float64Array, out: Float64Array, from: number, to: number, w: number): void {
  for (let i = from; i < to; i++) {
    const gx = d[i - w + 1]! + 2 * d[i + 1]! + d[i + w + 1]! -
      d[i - w - 1]! - 2 * d[i - 1]! - d[i + w - 1]!;
    const gy = d[i - w - 1]! + 2 * d[i - w]! + d[i - w + 1]! -
      d[i + w - 1]! - 2 * d[i + w]! - d[i + w + 1]!;
    out[i] = Math.abs(gx) + Math.abs(gy);
  }
}

/** IDL manual, "PREWITT": the length of (Gx, Gy). */
function prewittLine(
  d: Float64Array,
  out: Float64Array,
  from: number,
  to: number,
  w: number,
): void {
  for (let i = from; i < to; i++) {
    const gx = d[i - w + 1]! + d[i + 1]! + d[i + w + 1]! -
      d[i - w - 1]! - d[i - 1]! - d[i + w - 1]!;
    const gy = d[i - w - 1]! + d[i - w]! + d[i - w + 1]! -
      d[i + w - 1]! - d[i + w]! - d[i + w + 1]!;
    out[i] = Math.sqrt(gx * gx + gy * gy);
  }
}

/** IDL manual, "ROBERTS": the differences across the two diagonals. */
function robertsLine(
  d: Float64Array,
  out: Float64Array,
  from: number,
  to: number,
  w: number,
): void {
  for (let i = from; i < to; i++) {
    out[i] = Math.abs(d[i]! - d[i + w + 1]!) + Math.abs(d[i + w]! - d[i + 1]!);
  }
}

/** IDL manual, "LAPLACIAN", KERNEL_SIZE: the kernels, of which the outer zeros are left out. */
const LAPLACIANS: { readonly [size: number]: readonly (readonly number[])[] | undefined } = {
  3: [[0, -1, 0], [-1, 4, -1], [0, -1, 0]],
  5: [[0, 0, -1, 0, 0], [0, -1, -2, -1, 0], [-1, -2, 16, -2, -1], [0, -1, -2, -1, 0], [
    0,
    0,
    -1,
    0,
    0,
  ]],
};

function laplacian(
  [x]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const size = integerOf(keywords, "kernel_size") ?? 3;
  const kernel = LAPLACIANS[size];
  if (kernel === undefined) return refuse(`Cannot use a kernel of ${size}: expected 3 or 5`);
  const add = isSet(keywords, "add_back") ? 1 : 0;
  const half = size >> 1;
  return overInside(
    x!,
    (data, out, from, to, width) => {
      for (let i = from; i < to; i++) {
        let sum = add * data[i]!;
        for (let j = 0; j < size; j++) {
          const row = kernel[j]!;
          const at = i + (j - half) * width - half;
          for (let k = 0; k < size; k++) sum += row[k]! * data[at + k]!;
        }
        out[i] = sum;
      }
    },
    [half, half],
    edgeType,
    context,
  );
}

/** The routines of this file. */
export const EDGES: readonly NamedRoutine[] = [
  define("sobel(image)", {
    summary: "The gradient by Sobel's kernels, |Gx| + |Gy|; 0 at the edges",
    cost: 24,
    run: ([x], _keywords, context) => overInside(x!, sobelLine, [1, 1], edgeType, context),
  }),
  define("prewitt(image)", {
    summary: "The gradient by Prewitt's kernels, the length of (Gx, Gy); 0 at the edges",
    cost: 24,
    run: ([x], _keywords, context) => overInside(x!, prewittLine, [1, 1], edgeType, context),
  }),
  define("roberts(image)", {
    summary: "The gradient by the differences across the diagonals; 0 at the far edges",
    cost: 24,
    run: ([x], _keywords, context) => overInside(x!, robertsLine, [0, 1], edgeType, context),
  }),
  define("laplacian(image, /ADD_BACK, KERNEL_SIZE=)", {
    summary: "The image by Laplace's operator, which finds edges of all directions",
    departs: "a kernel of 3 or 5 elements, none of 7",
    cost: 60,
    run: laplacian,
  }),
];
