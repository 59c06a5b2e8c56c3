/** A frame as it travels over `/live`: the head of a tile, what is known of the frame, values. */

import type { FitspipeFrame } from "../../fits/fitspipe/feed/frame.ts";
import { Header } from "../../fits/header/header.ts";
import { toNativePixels } from "../../fits/image/pixel_conversion.ts";
import { imageScaling } from "../../fits/image/pixels.ts";
import { LevelReduction, type NumberArray, type ValueRule } from "../pyramid/levels.ts";
import { encodeTile, TILE_HEAD_BYTES } from "../pyramid/tile.ts";

/** Bytes behind the tile's head: u64 number, f64 time, u32 skipped, u32 bytes of the header. */
const FRAME_HEAD_BYTES = 24;
/** Among the flags of the head: the frame was asked for by its number. */
const ASKED = 64;

/** A frame that is sent. */
export interface FrameMessage {
  readonly frame: FitspipeFrame;
  /** When it was put, in milliseconds since 1970. */
  readonly time: number;
  /** Frames of the feed that this reader did not get since the last. */
  readonly skipped: number;
  /** Whether the reader asked for this frame by its number. */
  readonly isAsked?: boolean | undefined;
}

/** The values of a frame, 16 bits each, and what they mean. */
export interface FrameValues {
  readonly width: number;
  readonly height: number;
  readonly values: NumberArray;
  readonly rule: ValueRule;
  readonly level: number;
}

/**
 * How often a frame is halved for a reader's window: so that it is at most twice as large.
 *
 * @param frame Its size.
 * @param size The window in pixels.
 */
export function frameLevel(
  { width, height }: { readonly width: number; readonly height: number },
  [across, down]: readonly [width: number, height: number],
): number {
  let level = 0;
  while (width > 2 * across * 2 ** level && height > 2 * down * 2 ** level && level < 16) level++;
  return level;
}

/**
 * The values of a frame, means of squares of pixels where it is halved; rounded to 16 bits.
 *
 * @param frame The frame; its memory is not kept.
 * @param level How often it is halved.
 */
export function frameValues(frame: FitspipeFrame, level: number): FrameValues {
  const { width, height } = frame;
  const { type, bscale, bzero, blank } = imageScaling(Header.parse(frame.header), 16);
  const isUnsigned = type === "uint16";
  const bytes = new Uint8Array(frame.pixels.length);
  // What is stored would be changed where it is unsigned, and others read it, too.
  toNativePixels(isUnsigned ? frame.pixels.slice() : frame.pixels, bytes, 16, isUnsigned);
  const stored = isUnsigned ? new Uint16Array(bytes.buffer) : new Int16Array(bytes.buffer);
  const isPlain = type === "uint16" || type === "int16";
  const rule = isPlain
    ? { bscale: 1, bzero: 0, blank: undefined }
    : { bscale, bzero, blank: blank === undefined ? undefined : Number(blank) };
  if (level === 0) return { width, height, values: stored, rule, level };
  // Means of stored values keep the rule, and the type.
  const reduction = new LevelReduction(level, { width, height }, {
    ...{ bscale: 1, bzero: 0, blank: rule.blank },
  });
  reduction.add(stored, 0, width);
  const means = reduction.finish();
  const values = isUnsigned ? new Uint16Array(means.length) : new Int16Array(means.length);
  for (let i = 0; i < means.length; i++) {
    const mean = means[i]!;
    values[i] = mean === mean ? Math.round(mean) : rule.blank ?? 0;
  }
  return { width: reduction.width, height: reduction.height, values, rule, level };
}

/**
 * The same message for a reader that has missed frames.
 *
 * @param bytes The message.
 * @param skipped How many frames it has missed.
 * @returns A copy; the message itself where it has missed none.
 */
export function withSkipped(
  bytes: Uint8Array<ArrayBuffer>,
  skipped: number,
): Uint8Array<ArrayBuffer> {
  if (skipped === 0) return bytes;
  const own = bytes.slice();
  new DataView(own.buffer).setUint32(TILE_HEAD_BYTES + 16, skipped, true);
  return own;
}

/**
 * Writes a message.
 *
 * @param values The values.
 * @param message What is known of the frame.
 */
export function encodeFrame(
  values: FrameValues,
  { frame, time, skipped, isAsked }: FrameMessage,
): Uint8Array<ArrayBuffer> {
  const reduce = values.level === 0 ? undefined : "mean" as const;
  const tile = encodeTile({ ...values, reduce });
  const { header } = frame;
  const body = tile.subarray(TILE_HEAD_BYTES);
  const start = TILE_HEAD_BYTES + FRAME_HEAD_BYTES;
  const bytes = new Uint8Array(start + header.length + body.length);
  bytes.set(tile.subarray(0, TILE_HEAD_BYTES));
  // HLF1 in the place of HLT1.
  bytes[2] = 0x46;
  if (isAsked === true) bytes[5]! |= ASKED;
  const view = new DataView(bytes.buffer);
  view.setBigUint64(TILE_HEAD_BYTES, BigInt(frame.number), true);
  view.setFloat64(TILE_HEAD_BYTES + 8, time, true);
  view.setUint32(TILE_HEAD_BYTES + 16, skipped, true);
  view.setUint32(TILE_HEAD_BYTES + 20, header.length, true);
  bytes.set(header, start);
  bytes.set(body, start + header.length);
  return bytes;
}
