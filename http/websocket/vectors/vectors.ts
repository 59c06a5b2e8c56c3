/**
 * Base64 and masks 16 bytes at a time, by a kernel.
 *
 * The engine has native functions for Base64, but they go by way of strings: 1.4 MB of them
 * for each MiB of an image, made, scavenged, and cold each time. Its loops over typed arrays
 * have no vectors. Between two processes, processor time for each MiB of images of 4 MiB as
 * Base64: the sender 1.0 ms instead of 1.25, the receiver 1.4 instead of 2.4.
 */

import * as kernel from "./vectors.wasm";

/** Bytes of text, or under a mask, that one turn of a loop takes... */
const TURN_TEXT = 64;
/** ...and what the text stands for. */
const TURN_BYTES = 48;
/** The most text that is encoded or decoded at a time. */
const PIECE_TEXT: number = kernel.pieceText();
const PIECE_BYTES = PIECE_TEXT / TURN_TEXT * TURN_BYTES;
/** Vectors overlap: the last load and the last store of bytes go this far beyond. */
const SLACK = 4;
/** Where text and bytes of a piece lie. */
const TEXT_AT: number = kernel.textStart();
const BYTES_AT: number = kernel.bytesStart();
/** What one of the buffers holds. */
export const VECTOR_BUFFER_BYTES: number = kernel.bufferBytes();

/** The kernel's memory. */
const memory = new Uint8Array(kernel.memory.buffer as ArrayBuffer);

/** The buffers that are not in use. */
const free: Uint8Array<ArrayBuffer>[] = Array.from({ length: kernel.bufferCount() }, (_, i) => {
  const start = kernel.buffersStart() + i * VECTOR_BUFFER_BYTES;
  return memory.subarray(start, start + VECTOR_BUFFER_BYTES);
});

/**
 * A buffer in the kernel's memory, where no byte need be copied, or memory of its own if
 * all are in use; to be given back.
 *
 * @param enough Bytes that are needed; fewer than a whole buffer may come then.
 */
export function takeVectorBuffer(enough: number = VECTOR_BUFFER_BYTES): Uint8Array<ArrayBuffer> {
  return free.pop() ?? new Uint8Array(Math.min(enough, VECTOR_BUFFER_BYTES));
}

/** Gives back what {@linkcode takeVectorBuffer} gave. */
export function giveVectorBuffer(buffer: Uint8Array<ArrayBuffer>): void {
  if (buffer.buffer === memory.buffer) free.push(buffer);
}

/**
 * XORs bytes with a key of 32 bits, in place, if they lie in the kernel's memory: elsewhere
 * both copies would cost what is gained.
 *
 * @param bytes The first byte meets the lowest of the key.
 * @param key The key.
 * @returns How many bytes were done: all but fewer than 64, or none.
 */
export function maskVectors(bytes: Uint8Array, key: number): number {
  if (bytes.buffer !== memory.buffer) return 0;
  const whole = bytes.length - bytes.length % TURN_TEXT;
  if (kernel.mask(bytes.byteOffset, bytes.byteOffset + whole, key) !== 0) {
    throw new RangeError(`Cannot mask ${whole} bytes`);
  }
  return whole;
}

/**
 * Encodes bytes into the bytes of their Base64 text.
 *
 * @param bytes What is encoded.
 * @param target Where the text goes.
 * @returns How many bytes were encoded: all but fewer than 48.
 */
export function encodeVectors(bytes: Uint8Array, target: Uint8Array): number {
  const inside = target.buffer === memory.buffer;
  const whole = bytes.length - bytes.length % TURN_BYTES;
  for (let at = 0; at < whole; at += PIECE_BYTES) {
    const count = Math.min(PIECE_BYTES, whole - at);
    const start = at / TURN_BYTES * TURN_TEXT;
    memory.set(bytes.subarray(at, at + count), BYTES_AT);
    const to = inside ? target.byteOffset + start : TEXT_AT;
    const toEnd = inside ? target.byteOffset + target.length : TEXT_AT + PIECE_TEXT;
    if (kernel.encode(BYTES_AT, BYTES_AT + count, to, toEnd) !== 0) {
      throw new RangeError(`Cannot encode ${bytes.length} bytes into ${target.length}`);
    }
    if (inside) continue;
    target.set(memory.subarray(TEXT_AT, TEXT_AT + count / TURN_BYTES * TURN_TEXT), start);
  }
  return whole;
}

/**
 * Decodes Base64 text without white space and padding.
 *
 * @param text The bytes of its characters.
 * @param target Where the bytes go.
 * @returns How many characters were decoded: all but fewer than 64, or up to the 64 that
 * hold anything else.
 */
export function decodeVectors(text: Uint8Array, target: Uint8Array): number {
  const inside = text.buffer === memory.buffer;
  const whole = text.length - text.length % TURN_TEXT;
  for (let at = 0; at < whole; at += PIECE_TEXT) {
    const count = Math.min(PIECE_TEXT, whole - at);
    const from = inside ? text.byteOffset + at : TEXT_AT;
    if (!inside) memory.set(text.subarray(at, at + count), TEXT_AT);
    const stopped = kernel.decode(from, from + count, BYTES_AT, BYTES_AT + PIECE_BYTES + SLACK);
    if (stopped === 0) throw new RangeError(`Cannot decode ${text.length} characters`);
    const done = stopped - from;
    const start = at / TURN_TEXT * TURN_BYTES;
    target.set(memory.subarray(BYTES_AT, BYTES_AT + done / TURN_TEXT * TURN_BYTES), start);
    if (done < count) return at + done;
  }
  return whole;
}
