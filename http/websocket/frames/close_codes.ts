/** Close codes (RFC 6455 section 7.4) and the errors that stand for them. */

import { FormatError, HeliographError, LimitError, ProtocolError } from "../../../net/errors.ts";

/** The close codes that this library sends or reports, by what they mean. */
export const CLOSE_CODE = {
  /** The purpose is fulfilled. */
  normal: 1000,
  /** The server shuts down, or a page is left. */
  goingAway: 1001,
  /** The peer broke the protocol. */
  protocolError: 1002,
  /** The peer sent a kind of data that is not wanted here. */
  unsupportedData: 1003,
  /** Never sent: the peer's close frame had no code. */
  noStatus: 1005,
  /** Never sent: the connection ended without a close frame. */
  abnormal: 1006,
  /** A text message is not UTF-8, or a compressed one cannot be inflated. */
  invalidData: 1007,
  /** A rule of the application is broken. */
  policyViolation: 1008,
  /** A message or a frame is over the limit. */
  tooBig: 1009,
  /** The client misses an extension that it needs. */
  missingExtension: 1010,
  /** The server failed. */
  internalError: 1011,
} as const;

/** How a connection ended. */
export interface CloseInfo {
  /** The close code; 1005 if the peer gave none, 1006 if there was no close frame. */
  readonly code: number;
  /** The reason that came with the code. */
  readonly reason: string;
  /** Whether both sides sent a close frame. */
  readonly clean: boolean;
}

/** The longest reason: a control frame has at most 125 bytes, two of them for the code. */
export const MAX_REASON_BYTES = 123;

/**
 * Whether a code may stand in a close frame (RFC 6455 section 7.4 and the
 * registry of IANA): 1000 to 1014 without the three that are never sent, and
 * the ranges for libraries (3000) and applications (4000).
 *
 * @param code The code.
 * @returns Whether it is allowed on the wire.
 */
export function isCloseCode(code: number): boolean {
  return (code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006) ||
    (code >= 3000 && code <= 4999);
}

/**
 * The close code that tells a peer why its bytes are refused.
 *
 * @param error What the parser or the application threw.
 * @returns 1002 for a broken protocol, 1007 for wrong bytes, 1009 for a broken
 * limit, and 1011 for anything else.
 */
export function closeCodeOf(error: unknown): number {
  if (error instanceof LimitError) return CLOSE_CODE.tooBig;
  if (error instanceof FormatError) return CLOSE_CODE.invalidData;
  if (error instanceof ProtocolError) return CLOSE_CODE.protocolError;
  return CLOSE_CODE.internalError;
}

/**
 * The reason that goes with {@linkcode closeCodeOf}: the message of an error of
 * the family, cut to what fits; nothing of an unexpected error, which may hold
 * what is no business of the peer.
 *
 * @param error What was thrown.
 * @returns At most 123 bytes of UTF-8.
 */
export function closeReasonOf(error: unknown): string {
  return error instanceof HeliographError ? fittingReason(error.message) : "";
}

/**
 * Cuts a reason to the 123 bytes that a close frame has room for, at a character's end.
 *
 * @param reason Any text.
 * @returns Its longest beginning that fits.
 */
export function fittingReason(reason: string): string {
  const room = new Uint8Array(MAX_REASON_BYTES);
  const { read } = new TextEncoder().encodeInto(reason, room);
  return reason.slice(0, read);
}

/**
 * The body of a close frame (RFC 6455 section 5.5.1).
 *
 * @param code The code; nothing is said for 1005.
 * @param reason Any text; cut to what fits.
 * @returns At most 125 bytes.
 */
export function closePayload(code: number, reason: string): Uint8Array {
  if (code === CLOSE_CODE.noStatus) return new Uint8Array(0);
  const text = new TextEncoder().encode(fittingReason(reason));
  const payload = new Uint8Array(2 + text.length);
  payload[0] = code >>> 8;
  payload[1] = code;
  payload.set(text, 2);
  return payload;
}
