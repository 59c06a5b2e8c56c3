/** The head of a frame (RFC 6455 section 5.2), read byte by byte. */

import { MAX_CONTROL_BYTES, MAX_HEAD_BYTES, OPCODE } from "./head_layout.ts";

/** Reads the heads of frames, one after the other, and finds what is wrong with them. */
export class FrameHeadParser {
  /** FIN, reserved bits and opcode. */
  first = 0;
  /** The length of the payload in bytes. */
  length = 0;
  /** The masking key, its first byte lowest. */
  key = 0;
  /** What breaks the protocol, as soon as a byte shows it. */
  fault: string | undefined;

  readonly #masks: boolean;
  readonly #mayCompress: boolean;
  readonly #bytes = new Uint8Array(MAX_HEAD_BYTES);
  #count = 0;

  /**
   * Makes a reader.
   *
   * @param masks Whether frames must be masked, or must not.
   * @param mayCompress Whether the first reserved bit may mark a compressed message.
   */
  constructor(masks: boolean, mayCompress: boolean) {
    this.#masks = masks;
    this.#mayCompress = mayCompress;
  }

  /** Whether a head has begun and not ended. */
  get begun(): boolean {
    return this.#count > 0;
  }

  /**
   * Takes the next byte.
   *
   * @param byte The byte.
   * @param inMessage Whether a message has begun and not ended.
   * @returns Whether the head is complete; the next byte begins another.
   */
  push(byte: number, inMessage: boolean): boolean {
    const bytes = this.#bytes;
    bytes[this.#count++] = byte;
    if (this.#count < 2) return false;
    const first = bytes[0]!;
    const second = bytes[1]!;
    if (this.#count === 2) this.fault = this.#checkFirstBytes(first, second, inMessage);
    if (this.fault !== undefined || this.#count < headSize(second)) return false;
    this.#count = 0;
    this.first = first;
    this.fault = this.#readLength();
    return this.fault === undefined;
  }

  /** What the first two bytes decide (RFC 6455 section 5.2), before the length is known. */
  #checkFirstBytes(first: number, second: number, inMessage: boolean): string | undefined {
    const opcode = first & 0x0f;
    const control = opcode >= OPCODE.close;
    if (opcode > OPCODE.pong || (opcode > OPCODE.binary && !control)) {
      return `opcode ${opcode} is reserved`;
    }
    const rsv1 = (first & 0x40) !== 0;
    const mayCompress = this.#mayCompress && !control &&
      opcode !== OPCODE.continuation;
    if ((first & 0x30) !== 0 || (rsv1 && !mayCompress)) {
      return "a reserved bit is set that no extension defines here";
    }
    if (control && (first & 0x80) === 0) return "a control frame is fragmented";
    if (control && (second & 0x7f) > MAX_CONTROL_BYTES) {
      return "a control frame is longer than 125 bytes";
    }
    if (!control && (opcode === OPCODE.continuation) !== inMessage) {
      return inMessage
        ? "a new message begins before the last fragment of the one before"
        : "a continuation frame without a message";
    }
    if (((second & 0x80) !== 0) !== this.#masks) {
      return this.#masks ? "a frame is not masked" : "a server's frame is masked";
    }
    return undefined;
  }

  /** The length, in the fewest bytes, and the key. */
  #readLength(): string | undefined {
    const head = this.#bytes;
    const short = head[1]! & 0x7f;
    let length = short;
    let at = 2;
    if (short === 126) {
      length = head[2]! << 8 | head[3]!;
      at = 4;
    } else if (short === 127) {
      if ((head[2]! & 0x80) !== 0) return "a length has its highest bit set";
      length = uint32(head, 2) * 4_294_967_296 + uint32(head, 6);
      at = 10;
    }
    if (at !== (length < 126 ? 2 : length < 65_536 ? 4 : 10)) {
      return `a length of ${length} is written in ${at - 2} bytes`;
    }
    this.length = length;
    if (this.#masks) {
      this.key = head[at]! | head[at + 1]! << 8 | head[at + 2]! << 16 | head[at + 3]! << 24;
    }
    return undefined;
  }
}

/** The length of a head, from its second byte. */
function headSize(second: number): number {
  const short = second & 0x7f;
  return (short < 126 ? 2 : short === 126 ? 4 : 10) + ((second & 0x80) === 0 ? 0 : 4);
}

function uint32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24 | bytes[at + 1]! << 16 | bytes[at + 2]! << 8 | bytes[at + 3]!) >>> 0;
}
