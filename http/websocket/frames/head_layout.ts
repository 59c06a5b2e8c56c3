/** The head of a frame (RFC 6455 section 5.2): its layout, and how it is written. */

/** The opcodes that are defined. */
export const OPCODE = {
  continuation: 0x0,
  text: 0x1,
  binary: 0x2,
  close: 0x8,
  ping: 0x9,
  pong: 0xa,
} as const;

/** The bit that marks the last frame of a message. */
export const FIN = 0x80;
/** The bit that marks a compressed message, in its first frame (RFC 7692 section 6). */
export const RSV1 = 0x40;
/** The bit that says a masking key follows the length. */
export const MASKED = 0x80;

/** The longest head: two bytes, a 64-bit length, a masking key. */
export const MAX_HEAD_BYTES = 14;
/** The longest payload of a control frame (RFC 6455 section 5.5). */
export const MAX_CONTROL_BYTES = 125;

/**
 * How many bytes the head of a frame takes.
 *
 * @param length The length of the payload.
 * @param masked Whether a masking key follows.
 */
export function frameHeadSize(length: number, masked: boolean): number {
  return (length < 126 ? 2 : length < 65_536 ? 4 : 10) + (masked ? 4 : 0);
}

/** What the head of a frame says. */
export interface FrameHead {
  /** FIN, reserved bits and opcode: the first byte as it stands. */
  readonly firstByte: number;
  /** The length of the payload in bytes. */
  readonly length: number;
  /** The masking key, its first byte lowest; undefined from a server. */
  readonly key: number | undefined;
}

/**
 * Writes the head of a frame, its length in the fewest bytes.
 *
 * @param target Where it goes; there must be {@linkcode frameHeadSize} bytes of room.
 * @param at The offset in the target.
 * @param header What it says.
 * @returns The offset after the head.
 */
export function writeFrameHead(target: Uint8Array, at: number, header: FrameHead): number {
  const { firstByte, length, key } = header;
  const mask = key === undefined ? 0 : MASKED;
  target[at++] = firstByte;
  if (length < 126) {
    target[at++] = mask | length;
  } else if (length < 65_536) {
    target[at++] = mask | 126;
    target[at++] = length >>> 8;
    target[at++] = length;
  } else {
    target[at++] = mask | 127;
    at = writeUint32(target, at, Math.floor(length / 4_294_967_296));
    at = writeUint32(target, at, length >>> 0);
  }
  if (key !== undefined) {
    target[at++] = key;
    target[at++] = key >>> 8;
    target[at++] = key >>> 16;
    target[at++] = key >>> 24;
  }
  return at;
}

function writeUint32(target: Uint8Array, at: number, value: number): number {
  target[at++] = value >>> 24;
  target[at++] = value >>> 16;
  target[at++] = value >>> 8;
  target[at++] = value;
  return at;
}
