/**
 * What goes over the wire between array clients and servers, without sockets: the frames
 * of our own protocol, and IDL's SIZE vectors with their arrays.
 *
 * @example A frame of our own protocol
 * ```ts
 * import {
 *   type ArrayFrame,
 *   type ArrayFrameHead,
 *   type ArrayFrameKind,
 *   type ArrayFrameLimits,
 *   encodeArrayFrame,
 *   readArrayFrame,
 *   ReadingFeed,
 * } from "@heliograph/heliograph/rpc/wire";
 * import { idlScalar, IdlType } from "@heliograph/heliograph/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * const kind: ArrayFrameKind = "call";
 * const head: ArrayFrameHead = { command: "a + 1" };
 * const bytes = encodeArrayFrame(kind, 7, head, new Map([["a", idlScalar(IdlType.LONG, 5)]]));
 * const limits: ArrayFrameLimits = { maxArray: 1_000, maxHead: 1_000, maxArrays: 3 };
 * const feed = new ReadingFeed<ArrayFrame>(() => readArrayFrame(limits));
 * const [frame] = bytes.flatMap((piece) => feed.push(piece));
 * assertEquals([frame?.id, frame?.head.command], [7, "a + 1"]);
 * assertEquals(frame?.arrays.get("a")?.data, Int32Array.of(5));
 * ```
 *
 * @example A message of IDL's socket programs, and its answer
 * ```ts
 * import {
 *   encodeIdlAnswer,
 *   encodeIdlFailure,
 *   encodeIdlMessage,
 *   type IdlMessageLimits,
 *   type IdlWordFormat,
 *   readIdlAnswer,
 *   readIdlMessage,
 *   ReadingFeed,
 * } from "@heliograph/heliograph/rpc/wire";
 * import { idlScalar, IdlType } from "@heliograph/heliograph/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * const limits: IdlMessageLimits = { maxArray: 1_000, maxCommand: 100 };
 * const format: IdlWordFormat = { order: "little", width: 32 };
 * const value = idlScalar(IdlType.FLOAT, 1.5);
 * const server = new ReadingFeed(() => readIdlMessage(limits));
 * const [message] = encodeIdlMessage(value, "data*2", format).flatMap((piece) => server.push(piece));
 * assertEquals([message?.command, message?.value.data], ["data*2", Float32Array.of(1.5)]);
 *
 * const client = new ReadingFeed(() => readIdlAnswer(format, limits));
 * const answers = [...encodeIdlAnswer(value, format), ...encodeIdlFailure("no", format)];
 * const [good, bad] = answers.flatMap((piece) => client.push(piece));
 * assertEquals(good, { value });
 * assertEquals(bad, { failure: "no" });
 * ```
 *
 * @module
 */

export {
  encodeFrame as encodeArrayFrame,
  type Frame as ArrayFrame,
  type FrameKind as ArrayFrameKind,
  type FrameLimits as ArrayFrameLimits,
  readFrame as readArrayFrame,
} from "./frames/frames.ts";
export type { JsonObject as ArrayFrameHead } from "./frames/arrays.ts";
export { Feed as ReadingFeed, type Need as ReadingNeed, type Reading } from "./frames/reading.ts";
export {
  encodeAnswer as encodeIdlAnswer,
  encodeFailure as encodeIdlFailure,
  encodeMessage as encodeIdlMessage,
  type IdlAnswer,
  type IdlMessage,
  type MessageLimits as IdlMessageLimits,
  readAnswer as readIdlAnswer,
  readMessage as readIdlMessage,
} from "./idl/message.ts";
export type { WordFormat as IdlWordFormat } from "./idl/size_vector.ts";
