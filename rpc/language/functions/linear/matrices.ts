/**
 * DIAG_MATRIX and TRACE.
 *
 * @module
 */

import { convert, wholeNumber } from "../../values/convert.ts";
import { define, type NamedRoutine } from "../../routines/define.ts";
import { outOfRange, refuse } from "../../values/error.ts";
import { checkedCount } from "../../values/memory.ts";
import { describeValue } from "../../values/promotion.ts";
import type {
  CallContext,
  LanguageKeywords,
  Sketch,
  SketchedResult,
} from "../../routines/routine.ts";
import { type IdlNumeric, IdlType, type IdlValue, isComplex, partsOf } from "../../values/value.ts";
import { isSet, numeric, reducing } from "../../routines/arguments.ts";

/** IDL manual, "DIAG_MATRIX": a matrix with a diagonal of the elements, or the diagonal of one. */
function diagMatrix(
  [x, place]: readonly IdlValue[],
  context: CallContext,
): IdlValue {
  const value = numeric(x!, context);
  const offset = place === undefined ? 0 : wholeNumber(place);
  if (value.shape.length > 2) {
    refuse(`Cannot take the diagonal of ${describeValue(value)}: one dimension or two`);
  }
  return value.shape.length === 2
    ? diagonalOf(value, offset, context)
    : withDiagonal(value, offset, context);
}

function withDiagonal(value: IdlNumeric, offset: number, context: CallContext): IdlNumeric {
  const parts = partsOf(value.type);
  const count = value.data.length / parts;
  const order = count + Math.abs(offset);
  checkedCount([order, order]);
  const out = context.allocate(value.type, [order, order]);
  context.work(order * order + count);
  for (let i = 0; i < count; i++) {
    const at = placeOf(i, offset, order);
    for (let part = 0; part < parts; part++) {
      out.data[parts * at + part] = value.data[parts * i + part]!;
    }
  }
  return out;
}

function diagonalOf(value: IdlNumeric, offset: number, context: CallContext): IdlNumeric {
  const [columns, rows] = value.shape as [number, number];
  const count = Math.min(columns - Math.max(0, offset), rows - Math.max(0, -offset));
  if (!(count > 0)) {
    outOfRange(`Cannot take the diagonal ${offset} of ${describeValue(value)}: there is none`);
  }
  const parts = partsOf(value.type);
  const out = context.allocate(value.type, [count]);
  context.work(count);
  for (let i = 0; i < count; i++) {
    const at = placeOf(i, offset, columns);
    for (let part = 0; part < parts; part++) {
      out.data[parts * i + part] = value.data[parts * at + part]!;
    }
  }
  return out;
}

/** The element of a matrix with so many columns that is the next of a diagonal. */
function placeOf(i: number, offset: number, columns: number): number {
  return (i + Math.max(0, -offset)) * columns + i + Math.max(0, offset);
}

/** IDL manual, "TRACE": the sum of the diagonal of a square matrix. */
function trace(
  [x]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const value = numeric(x!, context);
  const [columns, rows] = value.shape;
  if (value.shape.length !== 2 || columns !== rows) {
    refuse(`Cannot take the trace of ${describeValue(value)}: it must be a square matrix`);
  }
  const double = isSet(keywords, "double") || value.type === IdlType.DOUBLE ||
    value.type === IdlType.DCOMPLEX;
  const diagonal = convert(
    diagonalOf(value, 0, context),
    isComplex(value.type) ? IdlType.DCOMPLEX : IdlType.DOUBLE,
    context,
  ).data as Float64Array;
  const sums = [0, 0];
  const parts = isComplex(value.type) ? 2 : 1;
  for (let i = 0; i < diagonal.length; i++) sums[i % parts]! += diagonal[i]!;
  const type = isComplex(value.type)
    ? double ? IdlType.DCOMPLEX : IdlType.COMPLEX
    : double
    ? IdlType.DOUBLE
    : IdlType.FLOAT;
  const out = context.allocate(type, []);
  for (let part = 0; part < parts; part++) out.data[part] = sums[part]!;
  return out;
}

function sketch([x, place]: readonly Sketch[]): SketchedResult {
  const { count = 1, bytes = 16, shape = [] } = x ?? {};
  if (shape.length === 2) return { count: Math.min(...shape), bytes };
  const order = count + Math.abs(place === undefined ? 0 : place.number ?? Infinity);
  return { shape: [order, order], count: order * order, bytes };
}

/** The routines of this file. */
export const MATRICES: readonly NamedRoutine[] = [
  define("diag_matrix(x, [diagonal])", {
    summary: "The matrix with the elements on a diagonal, or the diagonal of a matrix",
    sketch,
    run: (args, _keywords, context) => diagMatrix(args, context),
  }),
  define("trace(matrix, /DOUBLE)", {
    summary: "The sum of the diagonal of a square matrix",
    sketch: reducing(1),
    run: trace,
  }),
];
