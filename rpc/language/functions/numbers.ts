/**
 * SIGNUM, ISHFT, SWAP_ENDIAN, MINMAX, GAMMA, LNGAMMA, IGAMMA, ERF, ERFC.
 *
 * @module
 */

import { define, type NamedRoutine } from "../routines/define.ts";
import { refuse } from "../values/error.ts";
import {
  complementaryErrorFunction,
  errorFunction,
  gammaBelow,
  logGamma,
} from "../kernels/special.ts";
import { describeValue, promote, resultShape } from "../values/promotion.ts";
import type { CallContext, LanguageKeywords } from "../routines/routine.ts";
import {
  elementsOf,
  type IdlNumericType,
  IdlType,
  type IdlValue,
  isInteger,
  isLong64,
  isNumeric,
  partsOf,
} from "../values/value.ts";
import {
  doublesOf,
  floatOrDouble,
  fromDoubles,
  isSet,
  real,
  reducing,
  scratch,
} from "../routines/arguments.ts";

/** Elements between two looks at the clock. */
const LOOK = 65_536;

/** Applies a function of numbers to every element. */
function mapped(
  x: IdlValue,
  type: IdlNumericType,
  change: (element: number) => number,
  context: CallContext,
): IdlValue {
  const data = doublesOf(x, context);
  const out = scratch(data.length, context);
  context.work(4 * data.length);
  for (let i = 0; i < data.length; i++) {
    if (i % LOOK === 0) context.work(0);
    out[i] = change(data[i]!);
  }
  return fromDoubles(type, x.shape, out.subarray(0, data.length), context);
}

/** IDL manual, "SIGNUM": -1, 0 or 1, in the type of the element; of NaN NaN. */
function signum([x]: readonly IdlValue[], context: CallContext): IdlValue {
  return mapped(x!, real(x!, context).type, Math.sign, context);
}

/** IDL manual, "ISHFT": the bits moved to the left, or to the right where the distance is negative. */
function ishft([x, distance]: readonly IdlValue[], context: CallContext): IdlValue {
  if (!isNumeric(x!) || !isInteger(x.type)) {
    return refuse(`Cannot shift the bits of ${describeValue(x!)}: expected integers`);
  }
  const { shape, count } = resultShape(x, distance!);
  const steps = doublesOf(distance!, context);
  const out = context.allocate(x.type, shape);
  context.work((isLong64(x.type) ? 50 : 4) * count);
  const bits = 8 * x.data.BYTES_PER_ELEMENT;
  for (let i = 0; i < count; i++) {
    const element = x.data[x.shape.length === 0 ? 0 : i]!;
    const by = Math.trunc(steps[distance!.shape.length === 0 ? 0 : i]!);
    if (typeof element === "bigint") {
      const all = BigInt.asUintN(64, element);
      out.data[i] = !(Math.abs(by) < bits) ? 0n : by >= 0 ? all << BigInt(by) : all >> BigInt(-by);
    } else {
      // As unsigned bits of the type's own width; storing wraps them.
      const all = bits === 32 ? element >>> 0 : element & (2 ** bits - 1);
      out.data[i] = !(Math.abs(by) < bits) ? 0 : by >= 0 ? all << by : all >>> -by;
    }
  }
  return out;
}

/** IDL manual, "SWAP_ENDIAN": the bytes of each number in reverse order. */
function swapEndian(
  [x]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  // Every machine that this runs on is little endian, as the wire formats assume.
  if (!isNumeric(x!) || isSet(keywords, "swap_if_big_endian")) return x!;
  const size = x.data.BYTES_PER_ELEMENT;
  const out = context.allocate(x.type, x.shape);
  context.work(2 * x.data.byteLength);
  const from = new Uint8Array(x.data.buffer, x.data.byteOffset, x.data.byteLength);
  const to = new Uint8Array(out.data.buffer);
  for (let i = 0; i < from.length; i += size) {
    for (let k = 0; k < size; k++) to[i + k] = from[i + size - 1 - k]!;
  }
  return out;
}

/** IDL Astronomy Library, "MINMAX": the least and the greatest element. */
function minmax(
  [x]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const value = real(x!, context);
  const skips = isSet(keywords, "nan");
  context.work(3 * value.data.length);
  let least = value.data[0]!;
  let greatest = least;
  for (let i = 0; i < value.data.length; i++) {
    const element = value.data[i]!;
    if (skips && typeof element === "number" && !Number.isFinite(element)) continue;
    if (element < least || least !== least || skips && !finite(least)) least = element;
    if (element > greatest || greatest !== greatest || skips && !finite(greatest)) {
      greatest = element;
    }
  }
  const out = context.allocate(value.type, [2]);
  out.data[0] = least;
  out.data[1] = greatest;
  return out;
}

function finite(element: number | bigint): boolean {
  return typeof element === "bigint" || Number.isFinite(element);
}

function gamma(x: number): number {
  if (Number.isInteger(x) && x > 0 && x < 171) {
    let product = 1;
    for (let k = 2; k < x; k++) product *= k;
    return product;
  }
  const size = Math.exp(logGamma(x));
  return x < 0 && Math.floor(x) % 2 !== 0 ? -size : size;
}

/** IDL manual, "IGAMMA": P(a, x). */
function igamma(args: readonly IdlValue[], keywords: LanguageKeywords, context: CallContext) {
  const [a, x] = args;
  promote(a!.type, x!.type);
  const { shape, count } = resultShape(a!, x!);
  const [orders, places] = [doublesOf(a!, context), doublesOf(x!, context)];
  const out = scratch(count, context);
  for (let i = 0; i < count; i++) {
    if (i % 256 === 0) context.work(1000 * Math.min(256, count - i));
    out[i] = gammaBelow(
      orders[a!.shape.length === 0 ? 0 : i]!,
      places[x!.shape.length === 0 ? 0 : i]!,
    );
  }
  return fromDoubles(floatOrDouble(args, keywords), shape, out.subarray(0, count), context);
}

/** IDL manual, "BETA": Gamma(z) Gamma(w) / Gamma(z + w). */
function beta(args: readonly IdlValue[], keywords: LanguageKeywords, context: CallContext) {
  const [z, w] = args.map((value) => doublesOf(value, context));
  const { shape, count } = resultShape(args[0]!, args[1]!);
  const [left, right] = args.map(({ shape }) => shape.length === 0 ? 0 : 1);
  const out = scratch(count, context);
  context.work(1000 * count);
  for (let i = 0; i < count; i++) {
    const [a, b] = [z![left! * i]!, w![right! * i]!];
    out[i] = Math.exp(logGamma(a) + logGamma(b) - logGamma(a + b));
  }
  return fromDoubles(floatOrDouble(args, keywords), shape, out.subarray(0, count), context);
}

function special(
  name: string,
  summary: string,
  change: (x: number) => number,
): NamedRoutine {
  return define(`${name}(x, /DOUBLE)`, {
    summary,
    cost: 1000,
    run: ([x], keywords, context) => {
      context.work(200 * elementsOf(x!.shape));
      return mapped(x!, floatOrDouble([x], keywords), change, context);
    },
  });
}

/** IDL manual, "LOGICAL_AND" and the like: 0 or 1 for each element. */
function logical(
  name: string,
  summary: string,
  decide: (a: boolean, b: boolean) => boolean,
): NamedRoutine {
  return define(`${name}(x, y)`, {
    summary,
    cost: 8,
    run: (args, _keywords, context) => {
      const [a, b] = args.map((value) => truths(value, context)) as [Uint8Array, Uint8Array];
      const { shape, count } = resultShape(args[0]!, args[1]!);
      const out = context.allocate(IdlType.BYTE, shape);
      const [left, right] = args.map(({ shape }) => shape.length === 0 ? 0 : 1);
      for (let i = 0; i < count; i++) {
        out.data[i] = decide(a[left! * i] === 1, b[right! * i] === 1) ? 1 : 0;
      }
      return out;
    },
  });
}

/** 1 for each element that is not 0, and each text that is not empty. */
function truths(value: IdlValue, context: CallContext): Uint8Array<ArrayBuffer> {
  const { data } = value;
  const parts = partsOf(value.type);
  const count = data.length / parts;
  context.work(4 * count);
  const out = context.allocate(IdlType.BYTE, [Math.max(1, count)]).data as Uint8Array<ArrayBuffer>;
  for (let i = 0; i < count; i++) {
    const element = data[parts * i]!;
    const holds = typeof element === "string" ? element !== "" : element != 0;
    out[i] = holds || parts === 2 && data[2 * i + 1] !== 0 ? 1 : 0;
  }
  return out;
}

/** SolarSoft's NINT, which is IDL's ROUND: whole numbers as LONG, or INT where they fit. */
function nint(x: number): number {
  return x < 0 ? -Math.round(-x) : Math.round(x);
}

/** IDL manual, "FACTORIAL". */
function factorial(x: number): number {
  if (x < 0) return refuse(`Cannot compute the factorial of ${x}: expected 0 or more`);
  return gamma(Math.trunc(x) + 1);
}

/** The routines of this family. */
export const NUMBERS: readonly NamedRoutine[] = [
  define("signum(x)", {
    summary: "-1, 0 or 1 for the sign of each element",
    run: (args, _keywords, context) => signum(args, context),
  }),
  define("ishft(x, distance)", {
    summary: "The bits of integers moved to the left, or to the right where it is negative",
    cost: 8,
    run: (args, _keywords, context) => ishft(args, context),
  }),
  define("swap_endian(x, /SWAP_IF_BIG_ENDIAN, /SWAP_IF_LITTLE_ENDIAN)", {
    summary: "The bytes of each number in reverse order",
    cost: 16,
    run: swapEndian,
  }),
  define("minmax(x, /NAN)", {
    summary: "The least and the greatest element, in two elements",
    sketch: reducing(4),
    run: minmax,
  }),
  special("gamma", "The Gamma function", gamma),
  special("lngamma", "The logarithm of the Gamma function", logGamma),
  define("igamma(a, x, /DOUBLE)", {
    summary: "The incomplete Gamma function P(a, x)",
    cost: 2000,
    run: igamma,
  }),
  define("beta(z, w, /DOUBLE)", {
    summary: "The Beta function",
    cost: 2000,
    run: beta,
  }),
  define("factorial(x)", {
    summary: "The factorial, as DOUBLE",
    departs: "no STIRLING and UL64",
    cost: 1000,
    run: ([x], _keywords, context) => mapped(x!, IdlType.DOUBLE, factorial, context),
  }),
  define("nint(x)", {
    summary: "The nearest whole number, as LONG",
    run: ([x], _keywords, context) => mapped(x!, IdlType.LONG, nint, context),
  }),
  logical("logical_and", "1 where both elements are true, else 0", (a, b) => a && b),
  logical("logical_or", "1 where one of the elements is true, else 0", (a, b) => a || b),
  define("logical_true(x)", {
    summary: "1 where the element is true, else 0",
    cost: 4,
    run: ([x], _keywords, context) => ({
      type: IdlType.BYTE,
      shape: x!.shape,
      data: truths(x!, context).slice(0, Math.max(1, elementsOf(x!.shape))),
    }),
  }),
  special("erf", "The error function", errorFunction),
  special("erfc", "The error function's complement", complementaryErrorFunction),
];
