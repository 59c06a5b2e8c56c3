/**
 * Elementary functions of each element.
 *
 * @module
 */

import {
  COMPLEX_FUNCTIONS,
  complexFunction,
  type ComplexKernel,
} from "../kernels/complex_functions.ts";
import { convert, toLong } from "../values/convert.ts";
import { define, type NamedRoutine } from "../routines/define.ts";
import {
  ELEMENTARY_KERNELS,
  type ElementaryKernel,
  FLOAT_ELEMENTARY_KERNELS,
} from "../kernels/elementary_kernels.ts";
import { refuse } from "../values/error.ts";
import { BLOCK, DoubleOperand } from "../values/operand.ts";
import { describeValue, resultShape } from "../values/promotion.ts";
import type { CallContext, LanguageKeywords } from "../routines/routine.ts";
import {
  elementsOf,
  type IdlNumeric,
  IdlType,
  type IdlValue,
  isComplex,
  isInteger,
  isLong64,
  toBigInt,
} from "../values/value.ts";
import { modulusOf } from "./modulus.ts";
import { floatingType, isSet, numeric, real } from "../routines/arguments.ts";

const STRIDE = 64 * BLOCK;

/** Applies a loop to a real value; the result takes a temporary's storage. */
function mapped(
  value: IdlNumeric,
  type: IdlNumeric["type"],
  kernel: ElementaryKernel,
  cost: number,
  context: CallContext,
): IdlNumeric {
  const out = outputFor(value, type, context);
  const count = elementsOf(value.shape);
  const operand = new DoubleOperand(value, type, count);
  const direct = out.data instanceof Float64Array;
  const target = direct ? out.data as Float64Array : new Float64Array(Math.min(BLOCK, count));
  for (let at = 0; at < count; at += BLOCK) {
    if (at % STRIDE === 0) context.work(cost * Math.min(STRIDE, count - at));
    const n = Math.min(BLOCK, count - at);
    operand.load(at, n);
    kernel(operand.data, operand.at, target, direct ? at : 0, n);
    if (!direct) store(out, target, at, n);
  }
  return out;
}

function store(out: IdlNumeric, block: Float64Array, at: number, n: number): void {
  if (out.type === IdlType.LONG) {
    for (let i = 0; i < n; i++) out.data[at + i] = toLong(block[i]!);
    return;
  }
  if (!isLong64(out.type)) {
    (out.data as Float32Array).set(n === block.length ? block : block.subarray(0, n), at);
    return;
  }
  for (let i = 0; i < n; i++) {
    out.data[at + i] = toBigInt(block[i]!);
  }
}

function outputFor(
  value: IdlNumeric,
  type: IdlNumeric["type"],
  context: CallContext,
): IdlNumeric {
  if (value.type === type && value.shape.length > 0 && context.isTemporary(value)) return value;
  return context.allocate(type, value.shape);
}

/** SQRT and ABS of FLOAT without a detour through DOUBLE. */
function mappedFloat(
  value: IdlNumeric,
  kernel: (a: Float32Array, x: number, out: Float32Array, z: number, n: number) => void,
  context: CallContext,
): IdlNumeric {
  const out = outputFor(value, IdlType.FLOAT, context);
  const count = elementsOf(value.shape);
  const from = value.data as Float32Array;
  const to = out.data as Float32Array;
  for (let at = 0; at < count; at += STRIDE) {
    const n = Math.min(STRIDE, count - at);
    context.work(n);
    kernel(from, at, to, at, n);
  }
  return out;
}

/** A function of floating-point numbers: integers become FLOAT. */
function floatingFunction(name: string, summary: string, cost: number): NamedRoutine {
  const kernel = ELEMENTARY_KERNELS[name]!;
  const single = Object.hasOwn(FLOAT_ELEMENTARY_KERNELS, name)
    ? FLOAT_ELEMENTARY_KERNELS[name]
    : undefined;
  const complex: ComplexKernel | undefined = Object.hasOwn(COMPLEX_FUNCTIONS, name)
    ? COMPLEX_FUNCTIONS[name]
    : undefined;
  return define(`${name}(x)`, {
    summary,
    cost,
    run([x], _keywords, context) {
      const value = numeric(x!, context);
      if (isComplex(value.type)) {
        if (complex === undefined) return refuse(`Cannot compute it of ${describeValue(value)}`);
        return complexFunction(value, complex, context);
      }
      if (value.type === IdlType.FLOAT && single !== undefined) {
        return mappedFloat(value, single, context);
      }
      return mapped(value, floatingType(value.type), kernel, cost, context);
    },
  });
}

/** IDL manual, "ABS": integers keep their type, a complex number gives its modulus. */
function absolute(x: IdlValue, context: CallContext): IdlValue {
  const value = numeric(x, context);
  if (isComplex(value.type)) return modulusOf(value, context);
  if (value.type === IdlType.FLOAT) {
    return mappedFloat(value, FLOAT_ELEMENTARY_KERNELS["abs"]!, context);
  }
  if (isLong64(value.type)) return absoluteLong(value, context);
  return mapped(value, value.type, ELEMENTARY_KERNELS["abs"]!, 1, context);
}

function absoluteLong(value: IdlNumeric, context: CallContext): IdlNumeric {
  const out = context.allocate(value.type, value.shape);
  context.work(20 * out.data.length);
  for (let i = 0; i < out.data.length; i++) {
    const element = value.data[i] as bigint;
    out.data[i] = element < 0n ? -element : element;
  }
  return out;
}

/** FLOOR, CEIL and ROUND give LONG, or LONG64 with /L64; integers stay what they are. */
function roundingFunction(name: string, summary: string): NamedRoutine {
  return define(`${name}(x, /L64)`, {
    summary,
    cost: 2,
    run([x], keywords, context) {
      let value = numeric(x!, context);
      if (isComplex(value.type)) value = realParts(value, context);
      const wide = isSet(keywords, "l64");
      if (isInteger(value.type)) return wide ? convert(value, IdlType.LONG64, context) : value;
      const type = wide ? IdlType.LONG64 : IdlType.LONG;
      return mapped(value, type, ELEMENTARY_KERNELS[name]!, 2, context);
    },
  });
}

function realParts(value: IdlNumeric, context: CallContext): IdlNumeric {
  return convert(value, value.type === IdlType.COMPLEX ? IdlType.FLOAT : IdlType.DOUBLE, context);
}

/** ATAN of one or of two arguments; of a complex one with /PHASE its angle. */
function arctangent(
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const [y, x] = args;
  const value = numeric(y!, context);
  if (x !== undefined) {
    return angles(real(value, context), real(numeric(x, context), context), context);
  }
  if (!isComplex(value.type)) {
    return mapped(value, floatingType(value.type), ELEMENTARY_KERNELS["atan"]!, 15, context);
  }
  if (!isSet(keywords, "phase")) {
    return complexFunction(value, COMPLEX_FUNCTIONS["atan"]!, context);
  }
  const type = value.type === IdlType.COMPLEX ? IdlType.FLOAT : IdlType.DOUBLE;
  const out = context.allocate(type, value.shape);
  const data = value.data as Float64Array;
  context.work(20 * out.data.length);
  for (let i = 0; i < out.data.length; i++) {
    out.data[i] = Math.atan2(data[2 * i + 1]!, data[2 * i]!);
  }
  return out;
}

function angles(y: IdlNumeric, x: IdlNumeric, context: CallContext): IdlNumeric {
  const double = y.type === IdlType.DOUBLE || x.type === IdlType.DOUBLE;
  const { shape, count } = resultShape(y, x);
  const out = context.allocate(double ? IdlType.DOUBLE : IdlType.FLOAT, shape);
  const a = convert(y, IdlType.DOUBLE, context).data as Float64Array;
  const b = convert(x, IdlType.DOUBLE, context).data as Float64Array;
  const fixedY = y.shape.length === 0;
  const fixedX = x.shape.length === 0;
  context.work(20 * count);
  for (let i = 0; i < count; i++) out.data[i] = Math.atan2(a[fixedY ? 0 : i]!, b[fixedX ? 0 : i]!);
  return out;
}

/** The routines of this family. */
export const ELEMENTARY: readonly NamedRoutine[] = [
  define("abs(x)", {
    summary: "The absolute value; the modulus of a complex number",
    cost: 1,
    run: ([x], _keywords, context) => absolute(x!, context),
  }),
  floatingFunction("sqrt", "The square root", 1),
  floatingFunction("exp", "The exponential function", 15),
  floatingFunction("alog", "The natural logarithm", 15),
  floatingFunction("alog10", "The logarithm to the base 10", 15),
  floatingFunction("alog2", "The logarithm to the base 2", 15),
  floatingFunction("sin", "The sine of an angle in radians", 15),
  floatingFunction("cos", "The cosine of an angle in radians", 15),
  floatingFunction("tan", "The tangent of an angle in radians", 20),
  floatingFunction("asin", "The arc sine, in radians", 15),
  floatingFunction("acos", "The arc cosine, in radians", 15),
  define("atan(y, [x], /PHASE)", {
    summary: "The arc tangent of y or y/x, in radians; the angle of a complex number with /PHASE",
    cost: 20,
    run: arctangent,
  }),
  floatingFunction("sinh", "The hyperbolic sine", 20),
  floatingFunction("cosh", "The hyperbolic cosine", 20),
  floatingFunction("tanh", "The hyperbolic tangent", 20),
  roundingFunction("floor", "The greatest whole number that is not greater"),
  roundingFunction("ceil", "The least whole number that is not less"),
  roundingFunction("round", "The nearest whole number; halves go away from zero"),
];
