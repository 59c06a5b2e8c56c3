import type { CompressionOptions } from "./deflate/permessage.ts";

/** Limits and deadlines of a WebSocket, the same for both ends. */
export interface WebSocketOptions {
  /** The most bytes of a message, after inflating; more end the connection with 1009. @default {67108864} */
  maxMessageSize?: number | undefined;
  /** The most bytes of one frame. By default as many as a message may have. */
  maxFrameSize?: number | undefined;
  /**
   * Larger messages are sent in fragments of this many bytes, so that pings pass between.
   * By default as many as leave in a moment: 1 MiB at first, then 64 KiB to 16 MiB.
   */
  fragmentSize?: number | undefined;
  /**
   * How messages are compressed if the peer agrees; `false` for never. What looks
   * compressed already is always sent as it is.
   *
   * @default {{}}
   */
  compression?: CompressionOptions | false | undefined;
  /** Milliseconds without a word from the peer before it is pinged; 0 for never. @default {30000} */
  pingInterval?: number | undefined;
  /** Milliseconds that the peer may take to answer a ping with anything. @default {30000} */
  pongTimeout?: number | undefined;
  /** Milliseconds that the peer may take nothing of what is sent. @default {60000} */
  stallTimeout?: number | undefined;
  /** Milliseconds that the closing handshake may take. @default {5000} */
  closeTimeout?: number | undefined;
}
