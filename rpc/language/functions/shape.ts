/**
 * Functions that move the elements of arrays.
 *
 * @module
 */

import { withoutTrailing } from "../values/arrays.ts";
import { wholeNumber } from "../values/convert.ts";
import { define, type NamedRoutine } from "../routines/define.ts";
import { outOfRange, refuse } from "../values/error.ts";
import { describeValue } from "../values/promotion.ts";
import { axisIndices, rearranged, stridesOf } from "../values/rearrange.ts";
import type { CallContext } from "../routines/routine.ts";
import { elementsOf, IdlType, type IdlValue } from "../values/value.ts";
import { dimensionsIn, isSet, numbersIn } from "../routines/arguments.ts";

/** The same elements with other dimensions; without any, those of 1 are dropped. */
function reform(args: readonly IdlValue[], context: CallContext): IdlValue {
  const [value, ...given] = args;
  const count = elementsOf(value!.shape);
  let shape: number[];
  if (given.length === 0) {
    shape = value!.shape.filter((length) => length !== 1);
    if (shape.length === 0) shape = [1];
  } else shape = dimensionsIn(given, context);
  if (elementsOf(shape) !== count || shape.length > 8 || shape.some((length) => length < 1)) {
    refuse(`Cannot give ${describeValue(value!)} the dimensions [${shape.join(", ")}]`);
  }
  return { ...value!, shape };
}

/** Reverses the order of the axes, or puts them into a given order. */
function transpose(args: readonly IdlValue[], context: CallContext): IdlValue {
  const [value, order] = args;
  const shape = value!.shape.length === 1 ? [value!.shape[0]!, 1] : value!.shape;
  if (shape.length === 0) return value!;
  // The order of a vector's one dimension leaves it as it is.
  if (value!.shape.length === 1 && order !== undefined) {
    const given = numbersIn(order, context).map(Math.trunc);
    if (given.length === 1 && given[0] === 0) return value!;
  }
  const axes = order === undefined
    ? [...shape.keys()].reverse()
    : numbersIn(order, context).map(Math.trunc);
  if (axes.toSorted((a, b) => a - b).join() !== [...shape.keys()].join()) {
    refuse(`Cannot transpose ${describeValue(value!)} by the order [${axes}]`);
  }
  const strides = stridesOf(shape);
  const maps = axes.map((axis) => ({
    indices: axisIndices(shape[axis]!, (i) => i, context),
    stride: strides[axis]!,
  }));
  return rearranged(value!, maps, context);
}

/** An array with the indices of its axes changed by rules. */
function moved(
  value: IdlValue,
  rules: readonly ((i: number) => number)[],
  context: CallContext,
): IdlValue {
  const { shape } = value;
  const strides = stridesOf(shape);
  const maps = shape.map((length, axis) => ({
    indices: axisIndices(length, rules[axis] ?? ((i) => i), context),
    stride: strides[axis]!,
  }));
  return rearranged(value, maps, context, true);
}

function reverse(args: readonly IdlValue[], context: CallContext): IdlValue {
  const [value, dimension] = args;
  const { shape } = value!;
  if (shape.length === 0) return value!;
  const axis = dimension === undefined ? 0 : wholeNumber(dimension) - 1;
  if (axis < 0 || axis >= shape.length) {
    outOfRange(`Cannot reverse dimension ${axis + 1} of ${describeValue(value!)}`);
  }
  const rules = shape.map((length, own) => (i: number) => own === axis ? length - 1 - i : i);
  return moved(value!, rules, context);
}

/** IDL manual, "ROTATE": 0-3 turn by 90 degrees counterclockwise, 4-7 transpose first. */
function rotate(value: IdlValue, direction: number, context: CallContext): IdlValue {
  if (value.shape.length === 0 || value.shape.length > 2) {
    refuse(`Cannot rotate ${describeValue(value)}: it must have one or two dimensions`);
  }
  const [width = 1, height = 1] = value.shape;
  const turn = ((Math.trunc(direction) % 8) + 8) % 8;
  // For each direction: whether x and y change places, and which source axis runs backwards.
  const [swap, backX, backY] = ROTATIONS[turn]!;
  const columns = axisIndices(width, (i) => backX ? width - 1 - i : i, context);
  const rows = axisIndices(height, (i) => backY ? height - 1 - i : i, context);
  const x = { indices: columns, stride: 1 };
  const y = { indices: rows, stride: width };
  return rearranged(value, swap ? [y, x] : [x, y], context);
}

const ROTATIONS: readonly (readonly [swap: boolean, backX: boolean, backY: boolean])[] = [
  [false, false, false],
  [true, false, true],
  [false, true, true],
  [true, true, false],
  [true, false, false],
  [false, true, false],
  [true, true, true],
  [false, false, true],
];

/** Moves elements along each axis; what leaves at one end enters at the other. */
function shift(args: readonly IdlValue[], context: CallContext): IdlValue {
  const [value, ...given] = args;
  if (given.length === 0) refuse("Cannot shift without a distance");
  const distances = given.length === 1 && given[0]!.shape.length > 0
    ? numbersIn(given[0]!, context).map(Math.trunc)
    : given.map(wholeNumber);
  const { shape } = value!;
  if (shape.length === 0) return value!;
  if (distances.length === 1 && shape.length > 1) {
    const flat = { ...value!, shape: [elementsOf(shape)] } as IdlValue;
    const result = moved(flat, [shiftRule(distances[0]!, elementsOf(shape))], context);
    return { ...result, shape } as IdlValue;
  }
  if (distances.length !== shape.length) {
    refuse(`Cannot shift ${describeValue(value!)} by ${distances.length} distances`);
  }
  return moved(value!, shape.map((length, axis) => shiftRule(distances[axis]!, length)), context);
}

function shiftRule(distance: number, length: number): (i: number) => number {
  const offset = ((distance % length) + length) % length;
  return (i) => i >= offset ? i - offset : i - offset + length;
}

/** The element numbers of subscripts, or of where elements are: ARRAY_INDICES. */
function arrayIndices(
  array: IdlValue,
  indices: IdlValue,
  areDimensions: boolean,
  context: CallContext,
): IdlValue {
  const own = areDimensions ? numbersIn(array, context).map(Math.trunc) : array.shape;
  const shape = own.length === 0 ? [1] : own;
  const list = numbersInAny(indices, context);
  const rank = shape.length;
  const out = context.allocate(IdlType.LONG, withoutTrailing([rank, list.length]));
  context.work(rank * list.length);
  const count = elementsOf(shape);
  for (const [k, index] of list.entries()) {
    if (index < 0 || index >= count) {
      outOfRange(
        `The subscript ${index} is out of range: ${
          areDimensions ? `[${shape}]` : describeValue(array)
        } has ${count} elements`,
      );
    }
    let rest = index;
    for (let axis = 0; axis < rank; axis++) {
      out.data[k * rank + axis] = rest % shape[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
  }
  return out;
}

function numbersInAny(value: IdlValue, context: CallContext): number[] {
  context.work(elementsOf(value.shape));
  context.reserve(8 * elementsOf(value.shape));
  return Array.from(value.data as ArrayLike<number>, Number);
}

/** The routines of this family. */
export const SHAPE: readonly NamedRoutine[] = [
  define("reform(x, [dimensions...], /OVERWRITE)", {
    summary: "The same elements with other dimensions; without any, those of 1 are dropped",
    cost: 0,
    run: (args, _keywords, context) => reform(args, context),
  }),
  define("transpose(x, [order])", {
    summary: "The array with its axes reversed, or in the order of the axis numbers (from 0)",
    run: (args, _keywords, context) => transpose(args, context),
  }),
  define("reverse(x, [dimension], /OVERWRITE)", {
    summary: "The array with the order along a dimension (from 1; default 1) reversed",
    run: (args, _keywords, context) => reverse(args, context),
  }),
  define("rotate(x, direction)", {
    summary: "The image turned by 90 degrees 0-3 times counterclockwise; 4-7: transposed before",
    run: ([x, direction], _keywords, context) => rotate(x!, wholeNumber(direction!), context),
  }),
  define("shift(x, distances...)", {
    summary: "The array with its elements moved around along each dimension",
    run: (args, _keywords, context) => shift(args, context),
  }),
  define("array_indices(x, indices, /DIMENSIONS)", {
    summary: "The subscripts in each dimension of element numbers",
    run: ([x, indices], keywords, context) =>
      arrayIndices(x!, indices!, isSet(keywords, "dimensions"), context),
  }),
];
