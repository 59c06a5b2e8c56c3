/**
 * WebSocket (RFC 6455) with compression (RFC 7692), both ends on plain sockets, and the parts
 * that know no sockets: the handshake, messages from bytes, Base64, deflate.
 *
 * @example A handshake decided without a socket
 * ```ts
 * import {
 *   answerHandshake,
 *   confirmHandshake,
 *   handshakeFields,
 *   newHandshakeKey,
 * } from "@heliograph/heliograph/websocket";
 * import { HeaderFields } from "@heliograph/heliograph/http";
 * import { assertEquals } from "@std/assert";
 *
 * const key = newHandshakeKey();
 * const wishes = { protocols: ["frames"], compression: false } as const;
 * const fields = new HeaderFields({ Host: "localhost" });
 * for (const [name, value] of handshakeFields(key, wishes)) fields.append(name, value);
 * const answer = await answerHandshake(
 *   { method: "GET", version: "1.1", fields },
 *   { protocols: ["frames"] },
 * );
 * assertEquals(answer.status, 101);
 * const confirmed = await confirmHandshake(new HeaderFields([...answer.fields]), key, wishes);
 * assertEquals(confirmed.protocol, "frames");
 * ```
 *
 * @example Base64 and deflate as streams
 * ```ts
 * import {
 *   CLOSE_CODE,
 *   decodeBase64Stream,
 *   Deflater,
 *   encodeBase64Stream,
 *   Inflater,
 *   isCloseCode,
 * } from "@heliograph/heliograph/websocket";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const pieces = [Uint8Array.of(1, 2), Uint8Array.of(3, 4)];
 * const back: number[] = [];
 * for await (const piece of decodeBase64Stream(encodeBase64Stream(pieces))) back.push(...piece);
 * assertEquals(back, [1, 2, 3, 4]);
 *
 * const settings = { windowBits: 15, contextTakeover: true };
 * const deflater = new Deflater(settings);
 * const inflater = new Inflater(settings);
 * const packed = deflater.deflate(new Uint8Array(1_000), true);
 * assert(packed.length < 50);
 * deflater.close();
 * inflater.close();
 * assert(isCloseCode(CLOSE_CODE.normal));
 * ```
 *
 * @module
 */

// Both ends on plain sockets.
export { connectWebSocket, type ConnectWebSocketOptions } from "./connect.ts";
export { upgradeWebSocket, type UpgradeWebSocketOptions } from "./upgrade.ts";
export { WebSocketConnection, type WebSocketConnectionInit } from "./connection.ts";
export type { WebSocketOptions } from "./options.ts";
export type { WebSocketMessage } from "./received_message.ts";
export type { MessageSource, SendOptions } from "./message_sender.ts";

// The handshake.
export {
  type AcceptedHandshake,
  answerHandshake,
  type ConfirmedHandshake,
  confirmHandshake,
  type FieldReader,
  handshakeFields,
  type HandshakePolicy,
  type HandshakeWishes,
  newHandshakeKey,
  type RefusedHandshake,
  type UpgradeRequest,
} from "./handshake.ts";
export type { CompressionOptions, NegotiatedDeflate } from "./deflate/permessage.ts";

// Messages from bytes.
export {
  type MessageKind,
  MessageParser,
  type MessageParserOptions,
  type ParserEvent,
} from "./frames/message_parser.ts";
export { CLOSE_CODE, type CloseInfo, isCloseCode } from "./frames/close_codes.ts";
export { Deflater, type DeflateSettings, Inflater } from "./deflate/stream.ts";

// Base64.
export { Base64Decoder } from "./base64/decoder.ts";
export { base64Length } from "./base64/encoder.ts";
export { decodeBase64, decodeBase64Stream, encodeBase64Stream } from "./base64_stream.ts";
