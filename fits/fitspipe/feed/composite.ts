/** One frame from several, side by side (the layout is ours). A core without sockets. */

import { LimitError } from "../../../net/errors.ts";
import { Header } from "../../header/header.ts";
import type { FeedStore } from "./store.ts";
import type { FitspipeFrame } from "./frame.ts";

/** Which feeds are joined, and how. */
export interface Composite {
  readonly columns: number;
  readonly rows: number;
  /** Row by row from the first; fewer than there are places leave the last ones empty. */
  readonly feeds: readonly string[];
}

/** The widest and the highest frame; its numbers fit the reply to `ls`. */
const MAX_PIXELS = 99_999;

/**
 * Joins the newest frames of feeds into the next frame of the feed `composite`: all
 * tiles have the size of the largest frame, the first feed stands at pixel (1,1), and
 * places without a frame are 0 in physical units.
 *
 * @param store The feeds.
 * @param composite The layout.
 * @returns The frame; undefined if no feed has a frame.
 * @throws {LimitError} If it would be too large; nothing is allocated then.
 */
export function putComposite(store: FeedStore, composite: Composite): FitspipeFrame | undefined {
  const frames = composite.feeds.map((name) => store.newest(name));
  const present = frames.filter((frame) => frame !== undefined);
  if (present.length === 0) return undefined;
  const width = Math.max(...present.map((frame) => frame.width)) * composite.columns;
  const height = Math.max(...present.map((frame) => frame.height)) * composite.rows;
  if (width > MAX_PIXELS || height > MAX_PIXELS) {
    throw new LimitError(`${width} x ${height} pixels are too many`);
  }
  const zero = zeroPoint(present[0]!);
  const header = compositeHeader(composite, width, height, zero);
  // Making room may drop the very frames that are joined.
  const loans = present.map((frame) => store.lend(frame));
  try {
    using room = store.reserve("composite", header.length + width * height * 2);
    const pixels = store.pixelMemory(width * height * 2);
    drawTiles(frames, composite, { width, height, zero, pixels });
    return room.put({ width, height, header, pixels });
  } finally {
    for (const giveBack of loans) giveBack();
  }
}

interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly zero: number;
  readonly pixels: Uint8Array;
}

function drawTiles(
  frames: readonly (FitspipeFrame | undefined)[],
  { columns, rows }: Composite,
  { width, height, zero, pixels }: Canvas,
): void {
  const target = new DataView(pixels.buffer, pixels.byteOffset, pixels.length);
  const empty = clamp16(-zero);
  for (let at = 0; at < pixels.length; at += 2) target.setInt16(at, empty);
  for (const [place, frame] of frames.entries()) {
    if (frame === undefined) continue;
    const left = (place % columns) * (width / columns);
    const bottom = Math.floor(place / columns) * (height / rows);
    const shift = zeroPoint(frame) - zero;
    copyTile(frame, pixels, target, (bottom * width + left) * 2, width * 2, shift);
  }
}

/** Copies a frame row by row, shifted where its BZERO is another than that of the whole. */
function copyTile(
  frame: FitspipeFrame,
  pixels: Uint8Array,
  target: DataView,
  start: number,
  stride: number,
  shift: number,
): void {
  const rowBytes = frame.width * 2;
  const source = new DataView(frame.pixels.buffer, frame.pixels.byteOffset, frame.pixels.length);
  for (let row = 0; row < frame.height; row++) {
    const from = row * rowBytes;
    const to = start + row * stride;
    if (shift === 0) {
      pixels.set(frame.pixels.subarray(from, from + rowBytes), to);
      continue;
    }
    for (let at = 0; at < rowBytes; at += 2) {
      target.setInt16(to + at, clamp16(source.getInt16(from + at) + shift));
    }
  }
}

function zeroPoint(frame: FitspipeFrame): number {
  return Header.parse(frame.header).number("BZERO") ?? 0;
}

function clamp16(value: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(value)));
}

function compositeHeader(
  composite: Composite,
  width: number,
  height: number,
  zero: number,
): Uint8Array<ArrayBuffer> {
  const header = new Header();
  header.set("SIMPLE", true).set("BITPIX", 16).set("NAXIS", 2);
  header.set("NAXIS1", width).set("NAXIS2", height);
  if (zero !== 0) header.set("BZERO", zero).set("BSCALE", 1);
  header.set("COMPGEOM", `${composite.columns}x${composite.rows}`, {
    comment: "columns x rows of feeds, the first at (1,1)",
  });
  for (const [place, feed] of composite.feeds.entries()) header.set(`FEED${place + 1}`, feed);
  return header.toBytes();
}
