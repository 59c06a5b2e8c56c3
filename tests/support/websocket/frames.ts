/** Frames as a peer of any kind may send them, right or wrong. */

import { applyMask } from "../../../http/websocket/frames/masking.ts";
import { frameHeadSize, writeFrameHead } from "../../../http/websocket/frames/head_layout.ts";

/** What a frame is made of; nothing of it is checked. */
export interface FrameParts {
  /** 0 to 15. */
  opcode: number;
  /** Whether FIN is set. @default {true} */
  final?: boolean;
  /** The three reserved bits, RSV1 worth 4. @default {0} */
  rsv?: number;
  /** @default {nothing} */
  payload?: Uint8Array | string;
  /** The masking key; a server sends none. */
  key?: number;
}

/** The bytes of a frame. */
export function frame(parts: FrameParts): Uint8Array<ArrayBuffer> {
  const { opcode, final = true, rsv = 0, payload = "", key } = parts;
  const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
  const head = frameHeadSize(bytes.length, key !== undefined);
  const whole = new Uint8Array(head + bytes.length);
  const firstByte = (final ? 0x80 : 0) | rsv << 4 | opcode;
  writeFrameHead(whole, 0, { firstByte, length: bytes.length, key });
  whole.set(bytes, head);
  if (key !== undefined) applyMask(whole.subarray(head), key, 0);
  return whole;
}
