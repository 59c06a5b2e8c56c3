/**
 * The arrays of a frame: how its head describes them and how they lie in its payload.
 *
 * A pure core. A problem is thrown as a `ProtocolError`, which says what of the frame is wrong.
 */

import { LimitError, ProtocolError } from "../../net/errors.ts";
import { NUMERIC_DTYPES, numericDtype, typeOfDtype } from "./dtypes.ts";
import {
  elementBytes,
  elementsOf,
  type IdlNumericType,
  IdlType,
  type IdlValue,
  isNumeric,
  UNDEFINED,
  viewOf,
} from "../language/values/value.ts";
import { type PackedTexts, StillPackedTexts } from "../language/values/packed_texts.ts";
import { elementsFor, toNative } from "./elements.ts";
import type { Reading } from "./reading.ts";

/** What JSON can hold, as the head of a frame. */
export type JsonObject = { readonly [name: string]: unknown };

const NAME = /^[A-Za-z_][A-Za-z0-9_$]*$/;

/** Whether a text may be the name of an array or a variable. */
export function isName(text: string): boolean {
  return NAME.test(text);
}

/** Whether a value of JSON is an object and no array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An array that the head describes, and where its memory will be. */
export interface PlannedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly bytes: number;
  /** How its elements are stored; absent where the head holds the value itself. */
  readonly elements?:
    | { readonly type: IdlNumericType; readonly order: "big" | "little" }
    | undefined;
  readonly inHead?: IdlValue | undefined;
}

/**
 * What the head says of the arrays, checked against the payload.
 *
 * @param frame The frame's kind, for messages.
 * @param descriptions What the head has as `arrays`.
 * @param payloadBytes Bytes of the payload.
 * @param maxArrays The most arrays.
 * @param texts Those that stand for the texts of arrays, where the head has marks in their place.
 * @throws {ProtocolError} If a description is none, or the payload is of another size.
 * @throws {LimitError} If they are too many.
 */
export function planArrays(
  frame: string,
  descriptions: unknown,
  payloadBytes: number,
  maxArrays: number,
  texts: readonly PackedTexts[] = [],
): readonly PlannedArray[] {
  if (descriptions === undefined && payloadBytes === 0) return [];
  const described = descriptions === undefined ? [] : descriptions;
  if (!Array.isArray(described)) throw brokenFrame(frame, "its arrays are no JSON array");
  if (described.length > maxArrays) {
    throw new LimitError(
      `Cannot read a frame (${frame}): it has ${described.length} arrays, ` +
        `at most ${maxArrays} are allowed`,
    );
  }
  const names = new Set<string>();
  const plan: PlannedArray[] = [];
  let planned = 0;
  for (const description of described) {
    const array = planArray(frame, description, texts);
    // Upper and lower case are the same for the server.
    const key = array.name.toUpperCase();
    if (names.has(key)) throw brokenFrame(frame, `it has two arrays '${array.name}'`);
    names.add(key);
    if (array.bytes > payloadBytes) {
      throw brokenFrame(
        frame,
        `its payload has ${payloadBytes} bytes, the array '${array.name}' needs ${array.bytes}`,
      );
    }
    planned += align(array.bytes);
    plan.push(array);
  }
  if (planned === payloadBytes) return plan;
  throw brokenFrame(frame, `its payload has ${payloadBytes} bytes, its arrays make ${planned}`);
}

function planArray(
  frame: string,
  description: unknown,
  texts: readonly PackedTexts[],
): PlannedArray {
  if (!isObject(description)) {
    throw brokenFrame(frame, "an array's description is no JSON object");
  }
  const { name, dtype, shape, values } = description;
  if (typeof name !== "string") throw brokenFrame(frame, "an array has no name");
  if (typeof dtype !== "string") throw brokenFrame(frame, `the array '${name}' has no dtype`);
  if (!isShape(shape)) {
    throw brokenFrame(
      frame,
      `the shape of '${name}' is ${JSON.stringify(shape)}, expected 0 to 8 counts`,
    );
  }
  if (dtype === "none") return { name, shape, bytes: 0, inHead: UNDEFINED };
  if (dtype === "str") {
    return { name, shape, bytes: 0, inHead: stringsOf(frame, name, shape, values, texts) };
  }
  const order = dtype.startsWith(">") ? "big" : "little";
  const type = typeOfDtype(order === "big" ? dtype.slice(1) : dtype);
  if (type === undefined) {
    const known = NUMERIC_DTYPES.join(" ");
    throw brokenFrame(frame, `the dtype of '${name}' is '${dtype}', expected ${known} none str`);
  }
  const elements = { type, order } as const;
  return { name, shape, bytes: elementsOf(shape) * elementBytes(type), elements };
}

/** A shape is 0 to 8 counts, none of them 0: neither IDL nor the language has empty arrays. */
function isShape(shape: unknown): shape is number[] {
  return Array.isArray(shape) && shape.length <= 8 &&
    shape.every((length) => Number.isSafeInteger(length) && length >= 1);
}

function stringsOf(
  frame: string,
  name: string,
  shape: readonly number[],
  values: unknown,
  texts: readonly PackedTexts[],
): IdlValue {
  const packed = typeof values === "string" && values.startsWith(RAW)
    ? texts[Number(values.slice(RAW.length))]
    : undefined;
  if (packed !== undefined && packed.ends.byteLength / 4 === elementsOf(shape)) {
    return new StillPackedTexts({ ...packed, shape });
  }
  const valid = Array.isArray(values) && values.length === elementsOf(shape) &&
    values.every((value) => typeof value === "string");
  if (valid) return { type: IdlType.STRING, shape, data: values };
  throw brokenFrame(
    frame,
    `the values of '${name}' are not the ${elementsOf(shape)} texts of its shape`,
  );
}

/**
 * Views of the payload: no element is copied, big-endian ones are turned where they lie. Each
 * has a shape of its own, since the plan may be used again.
 */
export function* viewArrays(
  plan: readonly PlannedArray[],
  payload: Uint8Array<ArrayBuffer>,
): Reading<Map<string, IdlValue>> {
  const arrays = new Map<string, IdlValue>();
  let at = 0;
  for (const { name, shape, bytes, elements, inHead } of plan) {
    if (elements === undefined) {
      arrays.set(name, inHead!);
      continue;
    }
    const part = payload.subarray(at, at + bytes);
    yield* toNative(part, elements.type, elements.order);
    arrays.set(name, viewOf(elements.type, shape.slice(), part));
    at += align(bytes);
  }
  return arrays;
}

/** What stands in a head for JSON that exists already. */
export const RAW = "\u0001 JSON ";

const PADDING = Array.from({ length: 8 }, (_, bytes) => new Uint8Array(bytes));

/**
 * What the head says of arrays; their memory and its padding go to `payload`.
 *
 * @param arrays The arrays in their order; little-endian.
 * @param payload Takes the pieces of the payload.
 * @param raw Takes values that are JSON already; what stands for them is {@linkcode RAW} with their
 * number from 0.
 */
export function describeArrays(
  arrays: ReadonlyMap<string, IdlValue>,
  payload: Uint8Array<ArrayBuffer>[],
  raw: Uint8Array<ArrayBuffer>[],
): JsonObject[] {
  const described: JsonObject[] = [];
  for (const [name, value] of arrays) {
    const { type, shape } = value;
    const dtype = dtypeOf(type);
    if (value instanceof StillPackedTexts && value.packed.json !== undefined) {
      described.push({ name, dtype, shape, values: RAW + raw.length });
      raw.push(new Uint8Array(value.packed.json));
      continue;
    }
    described.push(
      type === IdlType.STRING ? { name, dtype, shape, values: value.data } : { name, dtype, shape },
    );
    if (!isNumeric(value)) continue;
    const bytes = elementsFor(value, "little");
    payload.push(bytes);
    const padding = align(bytes.length) - bytes.length;
    if (padding > 0) payload.push(PADDING[padding]!);
  }
  return described;
}

/** The protocol's name of a type: `f64` for DOUBLE, `str` for STRING, `none` for undefined. */
export function dtypeOf(type: IdlType): string {
  return type === IdlType.UNDEFINED ? "none" : type === IdlType.STRING ? "str" : numericDtype(type);
}

/** Bytes of a part of a frame with the padding behind it. */
export function align(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

/** The error of a frame that breaks the rules. */
export function brokenFrame(frame: string, problem: string): ProtocolError {
  return new ProtocolError(`Cannot read a frame (${frame}): ${problem}`);
}
