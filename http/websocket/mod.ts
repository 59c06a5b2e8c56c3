/**
 * WebSocket (RFC 6455) with compression (RFC 7692), both ends, on plain sockets.
 *
 * @module
 */

export { Base64Decoder } from "./base64/decoder.ts";
export { Base64Encoder, base64Length, encodeBase64Into } from "./base64/encoder.ts";
export { decodeBase64, decodeBase64Stream, encodeBase64Stream } from "./base64_stream.ts";
export {
  CLOSE_CODE,
  closeCodeOf,
  type CloseInfo,
  closeReasonOf,
  fittingReason,
  isCloseCode,
} from "./frames/close_codes.ts";
export { looksCompressed } from "./deflate/compressibility.ts";
export { connectWebSocket, type ConnectWebSocketOptions } from "./connect.ts";
export { WebSocketConnection, type WebSocketConnectionInit } from "./connection.ts";
export { Deflater, type DeflateSettings, Inflater } from "./deflate/stream.ts";
export { type Extension, formatExtensions, parseExtensions } from "./deflate/extension_header.ts";
export type { MessageSource, SendOptions } from "./message_sender.ts";
export {
  type AcceptedHandshake,
  acceptKey,
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
export { applyMask, newMaskingKey } from "./frames/masking.ts";
export {
  type MessageKind,
  MessageParser,
  type MessageParserOptions,
  type ParserEvent,
} from "./frames/message_parser.ts";
export {
  acceptDeflate,
  type CompressionOptions,
  confirmDeflate,
  type NegotiatedDeflate,
  offerDeflate,
} from "./deflate/permessage.ts";
export type { WebSocketMessage } from "./received_message.ts";
export { upgradeWebSocket, type UpgradeWebSocketOptions } from "./upgrade.ts";
export { Utf8Validator } from "./frames/utf8_validator.ts";
export type { WebSocketOptions } from "./options.ts";
