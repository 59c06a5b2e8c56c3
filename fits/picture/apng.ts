/** Animated PNG: several pictures in one file (W3C PNG, third edition, section 11.3.4). */

import { concatenate } from "../../net/bytes/concatenate.ts";
import { FormatError } from "../../net/errors.ts";
import { PNG_CHANNELS, PNG_SIGNATURE, type PngColor, type PngImage } from "./png_format.ts";
import { encodePng, pngChunk } from "./png_writer.ts";

/** How an animation is shown. */
export interface AnimationOptions {
  /** How many frames there are, from 1. */
  readonly frames: number;
  /** How long each is shown, in milliseconds up to 65,535. @default {100} */
  readonly delay?: number | undefined;
}

/** The longest time that fits into a frame's 16 bits. */
const MAX_DELAY = 65_535;

/**
 * Writes pictures as an animation that begins again when it ends. What knows PNG alone shows
 * the first.
 *
 * @param frames The pictures, all of one size, of 8-bit samples, with the same channels.
 * @param options How many they are, and how long each is shown.
 * @returns Pieces of the file, at least one for each frame.
 * @throws {FormatError} If a frame has another form than the first, or their number is another.
 */
export async function* encodeAnimation(
  frames: AsyncIterable<PngImage>,
  { frames: count, delay = 100 }: AnimationOptions,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const fail = (problem: string): never => {
    throw new FormatError(`Cannot write an animated PNG: ${problem}`);
  };
  if (!Number.isInteger(count) || count < 1) fail(`it has ${count} frames, expected 1 or more`);
  if (!(delay >= 0 && delay <= MAX_DELAY)) {
    fail(`its delay is ${delay}, expected 0 to ${MAX_DELAY}`);
  }
  let first: PngImage | undefined;
  let sequence = 0;
  let seen = 0;
  for await (const frame of frames) {
    first ??= frame;
    const { width, height, color } = frame;
    if (width !== first.width || height !== first.height || color !== first.color) {
      fail(
        `frame ${seen + 1} is ${width} x ${height} ${color}, the first is ` +
          `${first.width} x ${first.height} ${first.color}`,
      );
    }
    const chunks = chunksOf(encodePng(frame));
    const parts: Uint8Array[] = [];
    if (seen === 0) {
      parts.push(new Uint8Array(PNG_SIGNATURE), pngChunk("IHDR", chunks.header));
      // Without an end of its repetitions.
      parts.push(pngChunk("acTL", numbers(count, 0)));
    }
    parts.push(pngChunk("fcTL", frameControl(sequence++, width, height, delay)));
    for (const data of chunks.data) {
      parts.push(
        seen === 0
          ? pngChunk("IDAT", data)
          : pngChunk("fdAT", concatenate([numbers(sequence++), data])),
      );
    }
    seen++;
    yield concatenate(parts);
  }
  if (seen !== count) fail(`it got ${seen} frames, ${count} were announced`);
  yield pngChunk("IEND", new Uint8Array(0));
}

/** The picture with an alpha channel, so that frames with and without holes are of one kind. */
export function withAlpha(picture: PngImage<Uint8Array>): PngImage<Uint8Array> {
  const { width, height, color, data } = picture;
  const channels = PNG_CHANNELS[color];
  if (channels % 2 === 0) return picture;
  const wide = new Uint8Array(width * height * (channels + 1)).fill(255);
  for (let from = 0, to = 0; from < data.length; from += channels, to += channels + 1) {
    for (let channel = 0; channel < channels; channel++) wide[to + channel] = data[from + channel]!;
  }
  const alpha: PngColor = color === "gray" ? "gray-alpha" : "rgb-alpha";
  return { width, height, color: alpha, data: wide };
}

/** IHDR and the compressed data of a file of our own. */
function chunksOf(png: Uint8Array): { header: Uint8Array; data: Uint8Array[] } {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const data: Uint8Array[] = [];
  let header = new Uint8Array(0);
  for (let at = PNG_SIGNATURE.length; at < png.length;) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8));
    const body = png.slice(at + 8, at + 8 + length);
    if (type === "IHDR") header = body;
    else if (type === "IDAT") data.push(body);
    at += 12 + length;
  }
  return { header, data };
}

/** Place, time and how a frame takes the place of the one before: whole. */
function frameControl(
  sequence: number,
  width: number,
  height: number,
  delay: number,
): Uint8Array {
  const bytes = new Uint8Array(26);
  bytes.set(numbers(sequence, width, height, 0, 0));
  const view = new DataView(bytes.buffer);
  view.setUint16(20, Math.round(delay));
  view.setUint16(22, 1000);
  return bytes;
}

function numbers(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) view.setUint32(i * 4, value);
  return bytes;
}
