/**
 * ERODE, DILATE, MORPH_OPEN, MORPH_CLOSE.
 *
 * @module
 */

import { wholeNumber } from "../../values/convert.ts";
import { define, type NamedRoutine } from "../../routines/define.ts";
import { simd, SIMD_BLOCK, type SimdBinary, turnBytes } from "../../kernels/simd.ts";
import { refuse } from "../../values/error.ts";
import { describeValue } from "../../values/promotion.ts";
import type { CallContext, LanguageKeywords, LanguageRoutine } from "../../routines/routine.ts";
import {
  elementsOf,
  type IdlNumeric,
  type IdlNumericType,
  IdlType,
  type IdlValue,
} from "../../values/value.ts";
import {
  doublesOf,
  floatsOf,
  fromDoubles,
  isGiven,
  isSet,
  real,
  scratch,
} from "../../routines/arguments.ts";

/** An image of up to three dimensions, and the places of a structuring element about its origin. */
interface Shape {
  readonly lengths: readonly [number, number, number];
  /** For each place x, y, z, how far it lies from the origin. */
  readonly places: Int32Array;
  /** What is added to an element at each place. */
  readonly values: Float64Array;
}

type Operation = "erode" | "dilate";

/** IDL manual, "ERODE" and "DILATE": of what is not 0, or with GRAY or VALUES of gray levels. */
function morph(
  operation: Operation,
  [image, structure, ...origin]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const value = real(image!, context);
  const gray = isSet(keywords, "gray") || isGiven(keywords["values"]);
  const shape = shapeOf(value, structure!, origin.map(wholeNumber), keywords, context);
  if (!gray) return binary(operation, value, shape, keywords, context);
  const levels = floatsOf(value, context);
  const direct = isSet(keywords, "preserve_type") && levels === value.data;
  const result = direct ? context.allocate(value.type, value.shape) : undefined;
  const out = result === undefined
    ? scratch(levels.length, context)
    : result.data as Float64Array<ArrayBuffer>;
  if (shape.values.every((added) => added === 0)) {
    joinedLevels(operation, levels, shape, out, context);
  } else applied(operation, levels, shape, out, context);
  if (isSet(keywords, "constrained")) constrain(levels, out, keywords);
  if (result !== undefined) return result;
  const type = resultType(value.type, keywords);
  if (!isSet(keywords, "preserve_type")) clip(out, type);
  return fromDoubles(type, value.shape, out.subarray(0, levels.length), context);
}

/** Of what is not 0: bytes of 0 and 1, which are joined by AND and OR. */
function binary(
  operation: Operation,
  value: IdlNumeric,
  shape: Shape,
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const levels = truths(value, context);
  const out = context.allocateUnset(IdlType.BYTE, value.shape);
  const bytes = out.data as Uint8Array;
  const erodes = operation === "erode";
  joined(levels, shape, bytes, {
    operation,
    blocks: simd.bytes,
    combine: erodes ? simd.bits.and : simd.bits.or,
    start: erodes ? 1 : 0,
    finish: () => {},
  }, context);
  if (!erodes && isSet(keywords, "constrained")) {
    for (let i = 0; i < bytes.length; i++) bytes[i]! |= levels[i]!;
  }
  return out;
}

/** How the lines below the members of a structure are joined, in blocks of the kernel. */
interface Joining {
  readonly operation: Operation;
  readonly blocks: readonly (Uint8Array | Float32Array | Float64Array)[];
  readonly combine: SimdBinary;
  /** What changes nothing that it is joined with. */
  readonly start: number;
  /** Does what is left to do with the bytes of a block at an address. */
  readonly finish: (at: number, bytes: number) => void;
}

/** Line by line in parts of a block, member by member. */
function joined(
  levels: Uint8Array | Float32Array | Float64Array,
  { lengths: [nx, ny, nz], places, values }: Shape,
  out: Uint8Array | Float32Array | Float64Array,
  { operation, blocks, combine, start, finish }: Joining,
  context: CallContext,
): void {
  const erodes = operation === "erode";
  const [line, source] = blocks as [Float64Array, Float64Array];
  const [atLine, atSource] = simd.addresses as [number, number];
  const count = values.length;
  for (let row = 0; row < ny * nz; row++) {
    const [y, z] = [row % ny, Math.floor(row / ny)];
    context.work(nx * (count + 1));
    for (let left = 0; left < nx; left += SIMD_BLOCK) {
      const n = Math.min(SIMD_BLOCK, nx - left);
      const bytes = turnBytes(n * line.BYTES_PER_ELEMENT);
      line.fill(start, 0, n);
      for (let k = 0; k < count; k++) {
        // Members may be many.
        if ((k & 63) === 63) context.work(0);
        // A dilation looks at the places of the reflected structure.
        const sign = erodes ? 1 : -1;
        const dx = sign * places[3 * k]!;
        const other = y + sign * places[3 * k + 1]!;
        const plane = z + sign * places[3 * k + 2]!;
        const outside = other < 0 || other >= ny || plane < 0 || plane >= nz;
        const first = outside ? n : Math.min(n, Math.max(0, -dx - left));
        const end = outside ? n : Math.max(first, Math.min(n, nx - dx - left));
        const from = nx * (other + ny * plane) + dx + left;
        source.fill(start, 0, first);
        source.set(levels.subarray(from + first, from + end) as Float64Array, first);
        source.fill(start, end, n);
        // What lies outside counts as 0.
        if (erodes) line.fill(0, 0, first).fill(0, end, n);
        combine(atLine, atSource, atLine, bytes);
      }
      finish(atLine, bytes);
      (out as Float64Array).set(n === SIMD_BLOCK ? line : line.subarray(0, n), nx * row + left);
    }
  }
}

/** Gray levels to which nothing is added: of what VALUES adds, the sums are rounded one by one. */
function joinedLevels(
  operation: Operation,
  levels: Float32Array | Float64Array,
  shape: Shape,
  out: Float32Array | Float64Array,
  context: CallContext,
): void {
  const single = levels instanceof Float32Array;
  const blocks = single ? simd.floats : simd.doubles;
  const { binary, extreme } = single ? simd.single : simd.double;
  const erodes = operation === "erode";
  const zero = simd.addresses[2]!;
  blocks[2]!.fill(0);
  joined(levels, shape, out, {
    operation,
    blocks,
    combine: erodes ? extreme.min : extreme.max,
    start: erodes ? Infinity : -Infinity,
    finish(at, bytes) {
      // What is below 0 becomes 0; a dilation has added 0 to its levels, whose -0 is 0 then.
      binary[">"]!(zero, at, at, bytes);
      if (!erodes) binary["+"]!(at, zero, at, bytes);
    },
  }, context);
}

/** IDL manual, "ERODE": BYTE, unless keywords say otherwise. */
function resultType(type: IdlNumericType, keywords: LanguageKeywords): IdlNumericType {
  if (isSet(keywords, "preserve_type")) return type;
  if (isSet(keywords, "uint")) return IdlType.UINT;
  return isSet(keywords, "ulong") ? IdlType.ULONG : IdlType.BYTE;
}

function clip(data: Float64Array, type: IdlNumericType): void {
  const top = type === IdlType.BYTE ? 255 : type === IdlType.UINT ? 65_535 : 4_294_967_295;
  for (let i = 0; i < data.length; i++) data[i] = Math.min(top, Math.max(0, data[i]!));
}

function truths(value: IdlNumeric, context: CallContext): Uint8Array {
  const data = value.type === IdlType.BYTE ? value.data as Uint8Array : floatsOf(value, context);
  const out = context.allocate(IdlType.BYTE, value.shape).data as Uint8Array;
  context.work(data.length);
  for (let i = 0; i < data.length; i++) out[i] = data[i] !== 0 ? 1 : 0;
  return out;
}

function shapeOf(
  value: IdlNumeric,
  structure: IdlValue,
  origin: readonly number[],
  keywords: LanguageKeywords,
  context: CallContext,
): Shape {
  const own = structure.shape.length === 0 ? [1] : structure.shape;
  const { shape } = value;
  if (shape.length < 1 || shape.length > 3 || own.length > shape.length) {
    refuse(
      `Cannot use ${describeValue(structure)} on ${describeValue(value)}: ` +
        "up to three dimensions, and the structure has no more",
    );
  }
  const given = keywords["values"];
  if (isGiven(given) && elementsOf(given.shape) !== elementsOf(own)) {
    refuse(`Cannot use ${describeValue(given)} as VALUES of ${describeValue(structure)}`);
  }
  const members = doublesOf(structure, context);
  const values = isGiven(given) ? doublesOf(given, context) : undefined;
  const [width = 1, height = 1, depth = 1] = own;
  const center = [width, height, depth].map((length, axis) => origin[axis] ?? length >> 1);
  context.reserve(32 * members.length);
  const places: number[] = [];
  const added: number[] = [];
  for (let i = 0; i < members.length; i++) {
    if (members[i] === 0) continue;
    places.push(
      i % width - center[0]!,
      Math.floor(i / width) % height - center[1]!,
      Math.floor(i / (width * height)) - center[2]!,
    );
    added.push(values?.[i] ?? 0);
  }
  if (added.length === 0) refuse(`Cannot use ${describeValue(structure)}: it has no member`);
  return {
    lengths: [shape[0] ?? 1, shape[1] ?? 1, shape[2] ?? 1],
    places: Int32Array.from(places),
    values: Float64Array.from(added),
  };
}

/** Line by line, member by member, so that each inner loop runs along memory. */
function applied(
  operation: Operation,
  levels: Float32Array | Float64Array,
  { lengths: [nx, ny, nz], places, values }: Shape,
  out: Float64Array,
  context: CallContext,
): void {
  const erodes = operation === "erode";
  const count = values.length;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      context.work(nx * (count + 1));
      const to = nx * (y + ny * z);
      const line = out.subarray(to, to + nx);
      line.fill(erodes ? Infinity : -Infinity);
      for (let k = 0; k < count; k++) {
        // Members may be many.
        if ((k & 63) === 63) context.work(0);
        // A dilation looks at the places of the reflected structure.
        const sign = erodes ? 1 : -1;
        const dx = sign * places[3 * k]!;
        const row = y + sign * places[3 * k + 1]!;
        const plane = z + sign * places[3 * k + 2]!;
        const outside = row < 0 || row >= ny || plane < 0 || plane >= nz;
        const first = outside ? nx : Math.min(nx, Math.max(0, -dx));
        const end = outside ? nx : Math.max(first, Math.min(nx, nx - dx));
        if (erodes) {
          // What lies outside counts as 0.
          line.fill(0, 0, first);
          line.fill(0, end, nx);
          least(levels, nx * (row + ny * plane) + dx, line, first, end, values[k]!);
        } else greatest(levels, nx * (row + ny * plane) + dx, line, first, end, values[k]!);
      }
      for (let x = 0; x < nx; x++) if (line[x]! < 0) line[x] = 0;
    }
  }
}

function least(
  levels: Float32Array | Float64Array,
  from: number,
  line: Float64Array,
  first: number,
  end: number,
  value: number,
): void {
  for (let x = first; x < end; x++) {
    line[x] = Math.min(line[x]!, levels[from + x]! - value);
  }
}

function greatest(
  levels: Float32Array | Float64Array,
  from: number,
  line: Float64Array,
  first: number,
  end: number,
  value: number,
): void {
  for (let x = first; x < end; x++) {
    line[x] = Math.max(line[x]!, levels[from + x]! + value);
  }
}

/** IDL manual, "DILATE", CONSTRAINED: only elements of the background change. */
function constrain(
  levels: Float32Array | Float64Array,
  out: Float64Array,
  keywords: LanguageKeywords,
): void {
  const given = keywords["background"];
  const background = isGiven(given) ? Number(given.data[0]) : 0;
  for (let i = 0; i < levels.length; i++) if (levels[i] !== background) out[i] = levels[i]!;
}

/** IDL manual, "MORPH_OPEN": an erosion and a dilation; MORPH_CLOSE: the other way round. */
function twice(
  [first, second]: readonly [Operation, Operation],
  [image, structure]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const half = morph(first, [image!, structure!], keywords, context);
  return morph(second, [half, structure!], keywords, context);
}

const GRAY = "/GRAY, /PRESERVE_TYPE, /UINT, /ULONG, VALUES=";

function sketch(passes: number): NonNullable<LanguageRoutine["sketch"]> {
  return ([x, structure]) => {
    const count = x?.count ?? 1;
    const operations = passes * count * (6 + 2 * (structure?.count ?? 1));
    return { count, shape: x?.shape, bytes: 16, operations };
  };
}

/** The routines of this file. */
export const MORPHOLOGY: readonly NamedRoutine[] = [
  define(`erode(image, structure, [x0], [y0], [z0], ${GRAY})`, {
    summary: "Where a structuring element fits into what is not 0; of gray levels the least",
    sketch: sketch(1),
    run: (args, keywords, context) => morph("erode", args, keywords, context),
  }),
  define(
    `dilate(image, structure, [x0], [y0], [z0], /CONSTRAINED, BACKGROUND=, ${GRAY})`,
    {
      summary: "What a structuring element covers of what is not 0; of gray levels the greatest",
      sketch: sketch(1),
      run: (args, keywords, context) => morph("dilate", args, keywords, context),
    },
  ),
  define(`morph_open(image, structure, ${GRAY})`, {
    summary: "An erosion followed by a dilation: without what is smaller than the structure",
    sketch: sketch(2),
    run: (args, keywords, context) => twice(["erode", "dilate"], args, keywords, context),
  }),
  define(`morph_close(image, structure, ${GRAY})`, {
    summary: "A dilation followed by an erosion: with holes smaller than the structure filled",
    sketch: sketch(2),
    run: (args, keywords, context) => twice(["dilate", "erode"], args, keywords, context),
  }),
];
