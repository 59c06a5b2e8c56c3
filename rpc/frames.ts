/**
 * Heliograph's own protocol for calls, `HLG1`: frames with a fixed header, a JSON head
 * and arrays.
 *
 * A pure core. The arrays of a frame arrive in one piece of memory and are views of
 * it; docs/rpc-protocol.md describes every byte.
 */

import { FormatError, LimitError, ProtocolError } from "../net/errors.ts";
import {
  elementBytes,
  elementsOf,
  type IdlNumericType,
  IdlType,
  type IdlValue,
  isNumeric,
  UNDEFINED,
  viewOf,
} from "./language/value.ts";
import type { Reading } from "./reading.ts";
import { elementsFor, toNative } from "./size_vector.ts";

/** What every frame begins with; no SIZE vector does. */
export const MAGIC: Uint8Array<ArrayBuffer> = new TextEncoder().encode("HLG1");

/** Bytes of the fixed header. */
export const HEADER_BYTES = 24;

/** The version of the protocol that hello frames name. */
export const PROTOCOL_VERSION = 1;

/** The name of a kind of frame. */
export type FrameKind =
  | "hello"
  | "call"
  | "result"
  | "error"
  | "print"
  | "cancel"
  | "ping"
  | "pong"
  | "describe"
  | "bye";

/** The kinds of frames by their names. */
export const FRAME_KINDS: Readonly<Record<FrameKind, number>> = {
  hello: 1,
  call: 2,
  result: 3,
  error: 4,
  print: 5,
  cancel: 6,
  ping: 7,
  pong: 8,
  describe: 9,
  bye: 10,
};

const KIND_NAMES = new Map<number, FrameKind>(
  (Object.keys(FRAME_KINDS) as FrameKind[]).map((name) => [FRAME_KINDS[name], name]),
);

/** What JSON can hold, as the head of a frame. */
export type JsonObject = { readonly [name: string]: unknown };

/** One frame. */
export interface Frame {
  /** What it is. */
  readonly kind: FrameKind;
  /** The call that it belongs to; 0 for none. */
  readonly id: number;
  /** The JSON head without the descriptions of the arrays. */
  readonly head: JsonObject;
  /** The arrays by name, in their order. */
  readonly arrays: ReadonlyMap<string, IdlValue>;
}

/** The most that one frame may have. */
export interface FrameLimits {
  /** Bytes of the payload: of all arrays with their padding. */
  readonly maxArray: number;
  /** Bytes of the JSON head. */
  readonly maxHead: number;
  /** Arrays in the head. */
  readonly maxArrays: number;
}

/** Limits that suit every frame; only the payload's is a matter of taste. */
export const FRAME_LIMITS: FrameLimits = {
  maxArray: 1024 ** 3,
  maxHead: 1024 ** 2,
  maxArrays: 1_000,
};

/** The type names of the protocol; complex ones count the bits of both parts. */
const DTYPES: ReadonlyMap<string, IdlNumericType> = new Map([
  ["u8", IdlType.BYTE],
  ["i16", IdlType.INT],
  ["i32", IdlType.LONG],
  ["f32", IdlType.FLOAT],
  ["f64", IdlType.DOUBLE],
  ["c64", IdlType.COMPLEX],
  ["c128", IdlType.DCOMPLEX],
  ["u16", IdlType.UINT],
  ["u32", IdlType.ULONG],
  ["i64", IdlType.LONG64],
  ["u64", IdlType.ULONG64],
]);

const DTYPE_NAMES = new Map([...DTYPES].map(([name, type]) => [type, name]));

const NO_ARRAYS: ReadonlyMap<string, IdlValue> = new Map();
const NO_HEAD: JsonObject = {};

/** The protocol's name of a type: `f64` for DOUBLE, `str` for STRING, `none` for undefined. */
export function dtypeOf(type: IdlType): string {
  return type === 0 ? "none" : type === 7 ? "str" : DTYPE_NAMES.get(type)!;
}

/**
 * Reads one frame.
 *
 * @param limits The most that it may have; checked before memory is taken.
 * @returns A core that returns the frame.
 * @throws {ProtocolError} If the bytes are no frame, or if its parts contradict each other.
 * @throws {LimitError} If a part is larger than its limit.
 */
export function* readFrame(limits: FrameLimits = FRAME_LIMITS): Reading<Frame> {
  const header = parseHeader(yield { kind: "bytes", count: HEADER_BYTES }, limits);
  const { kind, id, headBytes, payloadBytes } = header;
  if (headBytes === 0 && payloadBytes === 0) return { kind, id, head: NO_HEAD, arrays: NO_ARRAYS };
  const padded = align(headBytes);
  const json = yield { kind: "bytes", count: padded };
  const { arrays: descriptions, ...head } = parseHead(kind, json.subarray(0, headBytes));
  const plan = descriptions === undefined
    ? []
    : planArrays(kind, descriptions, payloadBytes, limits.maxArrays);
  const planned = plan.reduce((sum, { bytes }) => sum + align(bytes), 0);
  if (planned !== payloadBytes) {
    throw broken(kind, `its payload has ${payloadBytes} bytes, its arrays make ${planned}`);
  }
  if (plan.length === 0) return { kind, id, head, arrays: NO_ARRAYS };
  const payload = payloadBytes === 0
    ? new Uint8Array(0)
    : yield { kind: "array", bytes: payloadBytes };
  return { kind, id, head, arrays: viewArrays(plan, payload) };
}

interface Header {
  readonly kind: FrameKind;
  readonly id: number;
  readonly headBytes: number;
  readonly payloadBytes: number;
}

function parseHeader(bytes: Uint8Array, limits: FrameLimits): Header {
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  if (!MAGIC.every((byte, i) => bytes[i] === byte)) {
    throw new ProtocolError(
      `Cannot read a frame: it begins with ${bytes.subarray(0, 4).toHex()}, expected 'HLG1'`,
    );
  }
  const kind = KIND_NAMES.get(bytes[4]!);
  if (kind === undefined) {
    throw new ProtocolError(`Cannot read a frame: its kind is ${bytes[4]}, expected 1 to 10`);
  }
  if (bytes[5] !== 0 || bytes[6] !== 0 || bytes[7] !== 0) {
    throw broken(kind, `its flags are ${bytes.subarray(5, 8).toHex()}, version 1 has none`);
  }
  const headBytes = view.getUint32(12, true);
  if (headBytes > limits.maxHead) {
    throw new LimitError(
      `Cannot read a frame (${kind}): its head has ${headBytes} bytes, ` +
        `at most ${limits.maxHead} are allowed`,
    );
  }
  const payload = view.getBigUint64(16, true);
  if (payload > BigInt(limits.maxArray)) {
    throw new LimitError(
      `Cannot read a frame (${kind}): its arrays have ${payload} bytes, ` +
        `at most ${limits.maxArray} are allowed`,
    );
  }
  return { kind, id: view.getUint32(8, true), headBytes, payloadBytes: Number(payload) };
}

function parseHead(kind: FrameKind, bytes: Uint8Array): JsonObject {
  if (bytes.length === 0) return NO_HEAD;
  let head: unknown;
  try {
    head = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw broken(kind, `its head is no JSON in UTF-8: ${(error as Error).message}`);
  }
  if (isObject(head)) return head;
  throw broken(kind, "its head is no JSON object");
}

/** Whether a value of JSON is an object and no array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An array that the head describes, and where its memory will be. */
interface PlannedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly bytes: number;
  /** How its elements are stored; absent where the head holds the value itself. */
  readonly elements?: { readonly type: IdlNumericType; readonly order: "big" | "little" };
  readonly inHead?: IdlValue;
}

function planArrays(
  kind: FrameKind,
  descriptions: unknown,
  available: number,
  maxArrays: number,
): PlannedArray[] {
  if (!Array.isArray(descriptions)) throw broken(kind, "its arrays are no JSON array");
  if (descriptions.length > maxArrays) {
    throw new LimitError(
      `Cannot read a frame (${kind}): it has ${descriptions.length} arrays, ` +
        `at most ${maxArrays} are allowed`,
    );
  }
  const names = new Set<string>();
  return descriptions.map((description: unknown) => {
    const planned = planArray(kind, description);
    if (names.has(planned.name)) throw broken(kind, `it has two arrays '${planned.name}'`);
    names.add(planned.name);
    if (planned.bytes <= available) return planned;
    throw broken(
      kind,
      `its payload has ${available} bytes, the array '${planned.name}' needs ${planned.bytes}`,
    );
  });
}

function planArray(kind: FrameKind, description: unknown): PlannedArray {
  if (!isObject(description)) throw broken(kind, "an array's description is no JSON object");
  const { name, dtype, shape, values } = description;
  if (typeof name !== "string") throw broken(kind, "an array has no name");
  if (typeof dtype !== "string") throw broken(kind, `the array '${name}' has no dtype`);
  if (!isShape(shape)) {
    throw broken(
      kind,
      `the shape of '${name}' is ${JSON.stringify(shape)}, expected 0 to 8 counts`,
    );
  }
  if (dtype === "none") return { name, shape, bytes: 0, inHead: UNDEFINED };
  if (dtype === "str") {
    return { name, shape, bytes: 0, inHead: stringsOf(kind, name, shape, values) };
  }
  const order = dtype.startsWith(">") ? "big" : "little";
  const type = DTYPES.get(order === "big" ? dtype.slice(1) : dtype);
  if (type === undefined) {
    const known = [...DTYPES.keys()].join(" ");
    throw broken(kind, `the dtype of '${name}' is '${dtype}', expected ${known} none str`);
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
  kind: FrameKind,
  name: string,
  shape: readonly number[],
  values: unknown,
): IdlValue {
  const valid = Array.isArray(values) && values.length === elementsOf(shape) &&
    values.every((value) => typeof value === "string");
  if (valid) return { type: IdlType.STRING, shape, data: values };
  throw broken(kind, `the values of '${name}' are not the ${elementsOf(shape)} texts of its shape`);
}

/** Views of the payload: no element is copied, big-endian ones are turned where they lie. */
function viewArrays(
  plan: readonly PlannedArray[],
  payload: Uint8Array<ArrayBuffer>,
): Map<string, IdlValue> {
  const arrays = new Map<string, IdlValue>();
  let at = 0;
  for (const { name, shape, bytes, elements, inHead } of plan) {
    if (elements === undefined) {
      arrays.set(name, inHead!);
      continue;
    }
    const part = payload.subarray(at, at + bytes);
    toNative(part, elements.type, elements.order);
    arrays.set(name, viewOf(elements.type, shape, part));
    at += align(bytes);
  }
  return arrays;
}

function align(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

function broken(kind: FrameKind, problem: string): ProtocolError {
  return new ProtocolError(`Cannot read a frame (${kind}): ${problem}`);
}

/**
 * A frame as it goes over the wire.
 *
 * @param kind What it is.
 * @param id The call that it belongs to; 0 for none.
 * @param head The JSON head, without `arrays`.
 * @param arrays The arrays in their order; little-endian.
 * @returns The pieces in order: one for a frame without large arrays' bytes, else
 * the header and head, then each array's own memory and its padding.
 * @throws {FormatError} If the id is no unsigned 32-bit number.
 */
export function encodeFrame(
  kind: FrameKind,
  id: number,
  head: JsonObject = NO_HEAD,
  arrays: ReadonlyMap<string, IdlValue> = NO_ARRAYS,
): Uint8Array<ArrayBuffer>[] {
  if (!Number.isInteger(id) || id < 0 || id > 0xffff_ffff) {
    throw new FormatError(`Cannot write a frame with the id ${id}: expected 0 to 4294967295`);
  }
  const payload: Uint8Array<ArrayBuffer>[] = [];
  const described = arrays.size === 0 ? head : { ...head, arrays: describeArrays(arrays, payload) };
  const text = Object.keys(described).length === 0 ? "" : JSON.stringify(described);
  const json = new TextEncoder().encode(text);
  const front = new Uint8Array(HEADER_BYTES + align(json.length));
  front.set(MAGIC);
  front[4] = FRAME_KINDS[kind];
  front.set(json, HEADER_BYTES);
  const view = new DataView(front.buffer);
  view.setUint32(8, id, true);
  view.setUint32(12, json.length, true);
  const payloadBytes = payload.reduce((sum, piece) => sum + piece.length, 0);
  view.setBigUint64(16, BigInt(payloadBytes), true);
  return [front, ...payload];
}

const PADDING = Array.from({ length: 8 }, (_, bytes) => new Uint8Array(bytes));

function describeArrays(
  arrays: ReadonlyMap<string, IdlValue>,
  payload: Uint8Array<ArrayBuffer>[],
): JsonObject[] {
  return [...arrays].map(([name, value]) => {
    const { type, shape, data } = value;
    const dtype = dtypeOf(type);
    if (!isNumeric(value)) {
      return type === 7 ? { name, dtype, shape, values: data } : { name, dtype, shape };
    }
    const bytes = elementsFor(value, "little");
    payload.push(bytes);
    const padding = align(bytes.length) - bytes.length;
    if (padding > 0) payload.push(PADDING[padding]!);
    return { name, dtype, shape };
  });
}
