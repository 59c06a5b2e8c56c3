/** One frame from several, side by side (the layout is ours). A core without sockets. */

import { Header } from "../header.ts";
import type { FitspipeFrame } from "./frame.ts";

/** Which feeds are joined, and how. */
export interface Composite {
  readonly columns: number;
  readonly rows: number;
  /** Row by row from the first; fewer than there are places leave the last ones empty. */
  readonly feeds: readonly string[];
}

/**
 * Joins the newest frames of feeds: all tiles have the size of the largest frame,
 * the first feed stands at pixel (1,1), and places without a frame are 0 in
 * physical units.
 *
 * @param composite The layout.
 * @param newest Gives the newest frame of a feed, if there is one.
 * @returns The frame without its number; undefined if no feed has a frame.
 */
export function compositeOf(
  composite: Composite,
  newest: (feed: string) => FitspipeFrame | undefined,
): Omit<FitspipeFrame, "number"> | undefined {
  const frames = composite.feeds.map(newest);
  const present = frames.filter((frame) => frame !== undefined);
  if (present.length === 0) return undefined;
  const tileWidth = Math.max(...present.map((frame) => frame.width));
  const tileHeight = Math.max(...present.map((frame) => frame.height));
  const width = tileWidth * composite.columns;
  const height = tileHeight * composite.rows;
  const zeros = frames.map((frame) => frame === undefined ? 0 : zeroPoint(frame));
  const zero = zeroPoint(present[0]!);
  const pixels = new Uint8Array(width * height * 2);
  const target = new DataView(pixels.buffer);
  const empty = clamp16(-zero);
  for (let at = 0; at < pixels.length; at += 2) target.setInt16(at, empty);
  for (const [place, frame] of frames.entries()) {
    if (frame === undefined) continue;
    const left = (place % composite.columns) * tileWidth;
    const bottom = Math.floor(place / composite.columns) * tileHeight;
    copyTile(frame, pixels, target, (bottom * width + left) * 2, width * 2, zeros[place]! - zero);
  }
  return { width, height, header: compositeHeader(composite, width, height, zero), pixels };
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
): Uint8Array {
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
