/**
 * Heliograph's own protocol for calls, `HLG1`: frames with a fixed header, a JSON head
 * and arrays.
 *
 * A pure core. The arrays of a frame arrive in one piece of memory and are views of
 * it; docs/rpc-protocol.md describes every byte.
 */

import { FormatError, LimitError, ProtocolError } from "../../net/errors.ts";
import {
  align,
  brokenFrame,
  describeArrays,
  isObject,
  type JsonObject,
  planArrays,
  type PlannedArray,
  RAW,
  viewArrays,
} from "./arrays.ts";
import type { ParseMemory } from "../../net/bytes/parse_memory.ts";
import type { PackedTexts } from "../language/values/packed_texts.ts";
import type { IdlValue } from "../language/values/value.ts";
import type { LongHead } from "./long_head.ts";
import type { Reading } from "./reading.ts";

/** The port of the document's server. */
export const ARRAY_PORT = 21_038;

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

const KIND_NAMES: FrameKind[] = [];
for (const name of Object.keys(FRAME_KINDS) as FrameKind[]) KIND_NAMES[FRAME_KINDS[name]] = name;

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
  /** Why a call is not taken, of which kind and id alone are known; the next frame is. */
  readonly refused?: LimitError;
}

/** The most that one frame may have. */
export interface FrameLimits {
  /** Bytes of the payload: of all arrays with their padding. */
  readonly maxArray: number;
  /** Bytes of the JSON head. */
  readonly maxHead: number;
  /** Arrays in the head. */
  readonly maxArrays: number;
  /**
   * Bytes of a head besides the texts of a call's arrays. A call whose head has more is refused
   * alone where heads are read in steps.
   *
   * @default {as many as in all}
   */
  readonly maxPlainHead?: number | undefined;
}

/** Limits that suit every frame; only the payload's is a matter of taste. */
export const FRAME_LIMITS: FrameLimits = {
  maxArray: 1024 ** 3,
  maxHead: 1024 ** 2,
  maxArrays: 1_000,
};

/** Blocks that are larger have memory of their own. */
const OWN_BLOCK_BYTES = 65_536;

/** Bytes of JSON that are parsed in a millisecond, at the least. */
const JSON_RATE = 100_000;

const NO_ARRAYS: ReadonlyMap<string, IdlValue> = new Map();
const NO_HEAD: JsonObject = {};
const NOTHING = new Uint8Array(0);
const MAGIC_NUMBER = new DataView(MAGIC.buffer).getUint32(0);
const UTF8 = new TextDecoder("utf-8", { fatal: true });
const ENCODER = new TextEncoder();

/**
 * Reads one frame.
 *
 * @param limits The most that it may have; checked before memory is taken.
 * @returns A core that returns the frame.
 * @throws {ProtocolError} If the bytes are no frame, or if its parts contradict each other.
 * @throws {LimitError} If a part is larger than its limit.
 */
export function readFrame(limits: FrameLimits = FRAME_LIMITS): Reading<Frame> {
  return readNextFrame(limits);
}

/** The longest head that is remembered. */
export const MAX_REMEMBERED_HEAD_BYTES = 1_024;

/**
 * A head that has been parsed and checked.
 *
 * Who sends array after array sends the same head with each of them, and a
 * {@linkcode ParseMemory} finds it again. Parsing takes longer the less of the machine's
 * caches is left to the parser, and behind an array of 1 MiB that is 20 microseconds, a
 * twentieth of the call.
 */
export interface ParsedHead {
  /** The JSON head without the descriptions of the arrays. */
  readonly head: JsonObject;
  /** The arrays of the payload. */
  readonly plan: readonly PlannedArray[];
  /** The bytes of the payload, against which the plan was checked. */
  readonly payloadBytes: number;
}

/**
 * The same for one of many frames.
 *
 * @param limits The most that it may have.
 * @param known The head of an earlier frame: a call or a result with the same one is given
 * the same head object.
 * @param readLong Reads long heads in steps, as a server does. Without it they are parsed at once.
 */
export function* readNextFrame(
  limits: FrameLimits,
  known?: ParseMemory<ParsedHead>,
  readLong?: (frame: string, bytes: Uint8Array, most: number) => Reading<LongHead>,
): Reading<Frame> {
  const header = parseHeader(yield { kind: "bytes", count: HEADER_BYTES }, limits);
  const { kind, id, headBytes, payloadBytes } = header;
  if (headBytes === 0 && payloadBytes === 0) return { kind, id, head: NO_HEAD, arrays: NO_ARRAYS };
  const block = yield { kind: "bytes", count: align(headBytes) };
  const json = block.subarray(0, headBytes);
  // What is read from other kinds may be changed by who takes it.
  const memory = kind === "call" || kind === "result" ? known : undefined;
  let parsed = memory?.length === headBytes ? memory.atStartOf(json) : undefined;
  if (parsed?.payloadBytes !== payloadBytes) {
    // The block is a view of the reader's buffer up to this size, and would not outlive a turn.
    if (headBytes > OWN_BLOCK_BYTES && readLong !== undefined) {
      const { maxPlainHead = limits.maxHead } = limits;
      let long: LongHead;
      try {
        long = yield* readLong(kind, json, maxPlainHead);
      } catch (error) {
        if (!(error instanceof LimitError)) throw error;
        if (payloadBytes > 0) yield { kind: "array", bytes: payloadBytes };
        return { kind, id, head: NO_HEAD, arrays: NO_ARRAYS, refused: error };
      }
      parsed = checkHead(kind, long.head, payloadBytes, limits, long.texts);
    } else {
      if (headBytes > OWN_BLOCK_BYTES) {
        yield { kind: "turn", milliseconds: headBytes / JSON_RATE };
      }
      parsed = parseHead(kind, json, payloadBytes, limits);
    }
    // What stands in the head itself is another array each time.
    if (parsed.plan.every(({ inHead }) => inHead === undefined)) memory?.keep(json, parsed);
  }
  const { head, plan } = parsed;
  if (plan.length === 0) return { kind, id, head, arrays: NO_ARRAYS };
  const payload = payloadBytes === 0
    ? new Uint8Array(0)
    : yield { kind: "array", bytes: payloadBytes };
  return { kind, id, head, arrays: yield* viewArrays(plan, payload) };
}

/** A head in UTF-8, with the JSON that it leaves out in its places. */
function withRaw(text: string, raw: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const pieces: Uint8Array[] = [];
  let rest = text;
  for (const [i, json] of raw.entries()) {
    const mark = JSON.stringify(RAW + i);
    const at = rest.indexOf(mark);
    pieces.push(ENCODER.encode(rest.slice(0, at)), json);
    rest = rest.slice(at + mark.length);
  }
  pieces.push(ENCODER.encode(rest));
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

interface Header {
  readonly kind: FrameKind;
  readonly id: number;
  readonly headBytes: number;
  readonly payloadBytes: number;
}

function parseHeader(bytes: Uint8Array, limits: FrameLimits): Header {
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  if (view.getUint32(0) !== MAGIC_NUMBER) {
    throw new ProtocolError(
      `Cannot read a frame: it begins with ${bytes.subarray(0, 4).toHex()}, expected 'HLG1'`,
    );
  }
  const kind = KIND_NAMES[bytes[4]!];
  if (kind === undefined) {
    throw new ProtocolError(`Cannot read a frame: its kind is ${bytes[4]}, expected 1 to 10`);
  }
  if (bytes[5] !== 0 || bytes[6] !== 0 || bytes[7] !== 0) {
    throw brokenFrame(kind, `its flags are ${bytes.subarray(5, 8).toHex()}, version 1 has none`);
  }
  const headBytes = view.getUint32(12, true);
  const { maxHead, maxPlainHead = maxHead } = limits;
  const maxBytes = kind === "call" ? maxHead : Math.min(maxHead, maxPlainHead);
  if (headBytes > maxBytes) {
    throw new LimitError(
      `Cannot read a frame (${kind}): its head has ${headBytes} bytes, ` +
        `at most ${maxBytes} are allowed`,
    );
  }
  const payloadBytes = view.getUint32(20, true) * 2 ** 32 + view.getUint32(16, true);
  if (payloadBytes > limits.maxArray) {
    throw new LimitError(
      `Cannot read a frame (${kind}): its arrays have ${view.getBigUint64(16, true)} bytes, ` +
        `at most ${limits.maxArray} are allowed`,
    );
  }
  return { kind, id: view.getUint32(8, true), headBytes, payloadBytes };
}

/** The head without the descriptions of its arrays, and what these say of the payload. */
function parseHead(
  kind: FrameKind,
  bytes: Uint8Array,
  payloadBytes: number,
  limits: FrameLimits,
): ParsedHead {
  if (bytes.length === 0) {
    return {
      head: NO_HEAD,
      plan: planArrays(kind, undefined, payloadBytes, limits.maxArrays),
      payloadBytes,
    };
  }
  let head: unknown;
  try {
    head = JSON.parse(UTF8.decode(bytes));
  } catch (error) {
    throw brokenFrame(kind, `its head is no JSON in UTF-8: ${(error as Error).message}`);
  }
  return checkHead(kind, head, payloadBytes, limits);
}

function checkHead(
  kind: FrameKind,
  head: unknown,
  payloadBytes: number,
  { maxArrays }: FrameLimits,
  texts?: readonly PackedTexts[],
): ParsedHead {
  if (!isObject(head)) throw brokenFrame(kind, "its head is no JSON object");
  const { arrays: descriptions, ...others } = head;
  return {
    head: others,
    plan: planArrays(kind, descriptions, payloadBytes, maxArrays, texts),
    payloadBytes,
  };
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
  const raw: Uint8Array<ArrayBuffer>[] = [];
  const described = arrays.size === 0
    ? head
    : { ...head, arrays: describeArrays(arrays, payload, raw) };
  const text = JSON.stringify(described);
  const json = text === "{}" ? NOTHING : raw.length > 0 ? withRaw(text, raw) : ENCODER.encode(text);
  const front = new Uint8Array(HEADER_BYTES + align(json.length));
  front.set(MAGIC);
  front[4] = FRAME_KINDS[kind];
  front.set(json, HEADER_BYTES);
  const view = new DataView(front.buffer);
  view.setUint32(8, id, true);
  view.setUint32(12, json.length, true);
  let payloadBytes = 0;
  for (const piece of payload) payloadBytes += piece.length;
  view.setUint32(16, payloadBytes, true);
  view.setUint32(20, payloadBytes / 2 ** 32, true);
  return [front, ...payload];
}

/**
 * Frames of printed lines one behind the other, the same bytes as of {@linkcode encodeFrame}:
 * programs print by the thousand, and a frame of its own for each takes five times as long.
 *
 * @param id The call that prints.
 * @param lines The lines, in order.
 * @returns All frames.
 */
export function encodePrints(id: number, lines: readonly string[]): Uint8Array<ArrayBuffer> {
  const heads = lines.map((text) => JSON.stringify({ text }));
  let most = 0;
  // A unit of UTF-16 has three bytes of UTF-8 at most.
  for (const head of heads) most += HEADER_BYTES + 3 * head.length + 8;
  const bytes = new Uint8Array(most);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const head of heads) {
    const { written } = ENCODER.encodeInto(head, bytes.subarray(at + HEADER_BYTES));
    bytes.set(MAGIC, at);
    bytes[at + 4] = FRAME_KINDS.print;
    view.setUint32(at + 8, id, true);
    view.setUint32(at + 12, written, true);
    at += HEADER_BYTES + align(written);
  }
  return bytes.slice(0, at);
}
