/** A picture with a frame: ticks and labels along its edges, and a bar of its colours. */

import { PNG_CHANNELS, type PngImage } from "../png_format.ts";
import { eachPoint, LETTER } from "./bitmap_font.ts";

/** One edge with ticks. */
export interface FrameAxis {
  /** What is measured, with its unit. */
  readonly title: string;
  /** Ticks: their place in pixels from the left or the bottom of the picture, and their labels. */
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
}

/** What is drawn around a picture. */
export interface Frame {
  /** The axis below the picture. */
  readonly bottom?: FrameAxis | undefined;
  /** The axis on its left. */
  readonly left?: FrameAxis | undefined;
  /** The colours from the lowest value to the highest, and the ticks beside them. */
  readonly bar?: {
    /** 256 times red, green and blue. */
    readonly colors: Uint8Array;
    readonly axis: FrameAxis;
  } | undefined;
}

/** Pictures of this size get letters of two pixels a point. */
const LARGE_PICTURE = 900;
const TICK = 4;
const GAP = 3;
const BAR_WIDTH = 14;

/** Pixels of colours, white where nothing is drawn. */
export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array<ArrayBuffer>;

  /** Makes white paper. */
  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.data = new Uint8Array(width * height * 3).fill(255);
  }

  /** Fills a box; what of it lies outside is left out. */
  fill(x: number, y: number, width: number, height: number, color: ArrayLike<number>): void {
    const right = Math.min(this.width, x + width);
    const bottom = Math.min(this.height, y + height);
    for (let row = Math.max(0, y); row < bottom; row++) {
      for (let column = Math.max(0, x); column < right; column++) {
        this.data.set(color, (row * this.width + column) * 3);
      }
    }
  }

  /** Writes a text from its left edge, or its lower one where it is upright. */
  text(text: string, x: number, y: number, size: number, upright: boolean): void {
    eachPoint(text, (along, across) => {
      if (upright) this.fill(x + across * size, y - (along + 1) * size, size, size, BLACK);
      else this.fill(x + along * size, y + across * size, size, size, BLACK);
    });
  }

  /** Copies a picture; what is transparent stays white. */
  put({ width, height, color, data }: PngImage, x: number, y: number): void {
    const channels = PNG_CHANNELS[color];
    const gray = channels < 3;
    for (let row = 0, from = 0; row < height; row++) {
      let to = ((y + row) * this.width + x) * 3;
      for (let column = 0; column < width; column++, from += channels, to += 3) {
        if (channels % 2 === 0 && data[from + channels - 1] === 0) continue;
        this.data[to] = data[from]!;
        this.data[to + 1] = data[gray ? from : from + 1]!;
        this.data[to + 2] = data[gray ? from : from + 2]!;
      }
    }
  }
}

const BLACK: readonly number[] = [0, 0, 0];

/**
 * Draws a frame around a picture.
 *
 * @param picture The picture, of 8-bit samples.
 * @param frame What is drawn.
 * @returns A larger picture in colours, the frame's paper white.
 */
export function drawFrame(picture: PngImage, frame: Frame): PngImage<Uint8Array<ArrayBuffer>> {
  const { bottom, left, bar } = frame;
  const size = Math.max(picture.width, picture.height) >= LARGE_PICTURE ? 2 : 1;
  const line = LETTER.height * size;
  const widest = (axis: FrameAxis) =>
    Math.max(0, ...axis.ticks.map(({ label }) => textWidth(label, size)));
  const tick = TICK * size;
  const gap = GAP * size;
  const hasAxes = bottom !== undefined || left !== undefined;
  const marginLeft = left === undefined ? gap : gap + line + gap + widest(left) + gap + tick;
  const marginBottom = bottom === undefined ? gap : tick + gap + line + gap + line + gap;
  const tall = Math.max(
    textWidth(left?.title ?? "", size),
    textWidth(bar?.axis.title ?? "", size),
  );
  const marginTop = Math.max(
    hasAxes || bar !== undefined ? line : gap,
    // A title that is longer than the picture is high.
    tall + 2 * gap - picture.height - marginBottom,
  );
  const barAt = marginLeft + picture.width + 4 * gap;
  const barRoom = bar === undefined
    ? (bottom === undefined ? gap : 4 * line)
    : 4 * gap + BAR_WIDTH * size + tick + gap + widest(bar.axis) + gap + line + gap;
  const canvas = new Canvas(
    Math.max(
      marginLeft + picture.width + barRoom,
      textWidth(bottom?.title ?? "", size) + 2 * gap,
    ),
    marginTop + picture.height + marginBottom,
  );
  const right = marginLeft + picture.width;
  const foot = marginTop + picture.height;
  // The frame lies around the picture, not on it.
  canvas.fill(marginLeft - 1, marginTop - 1, picture.width + 2, picture.height + 2, BLACK);
  canvas.fill(marginLeft, marginTop, picture.width, picture.height, [255, 255, 255]);
  canvas.put(picture, marginLeft, marginTop);
  if (bottom !== undefined) drawBottom(canvas, bottom, { marginLeft, right, foot, size });
  if (left !== undefined) {
    for (const { at, label } of left.ticks) {
      const y = Math.round(foot - at);
      canvas.fill(marginLeft - 1 - tick, y, tick, 1, BLACK);
      const x = marginLeft - 1 - tick - gap - textWidth(label, size);
      canvas.text(label, x, y - (line >> 1), size, false);
    }
    const middle = foot - (picture.height >> 1) + (textWidth(left.title, size) >> 1);
    canvas.text(left.title, gap, upright(canvas, middle, left.title, size), size, true);
  }
  if (bar !== undefined) drawBar(canvas, bar, { barAt, marginTop, foot, size });
  return { width: canvas.width, height: canvas.height, color: "rgb", data: canvas.data };
}

function drawBottom(
  canvas: Canvas,
  { ticks, title }: FrameAxis,
  { marginLeft, right, foot, size }: {
    marginLeft: number;
    right: number;
    foot: number;
    size: number;
  },
): void {
  const [tick, gap] = [TICK * size, GAP * size];
  let free = 0;
  for (const { at, label } of ticks.toSorted((a, b) => a.at - b.at)) {
    const x = Math.round(marginLeft + at);
    canvas.fill(x, foot + 1, 1, tick, BLACK);
    const width = textWidth(label, size);
    const start = Math.min(canvas.width - width, Math.max(0, x - (width >> 1)));
    // Labels that would run into each other are left out; their ticks stay.
    if (start < free) continue;
    canvas.text(label, start, foot + 1 + tick + gap, size, false);
    free = start + width + LETTER.width * size;
  }
  const start = marginLeft + ((right - marginLeft - textWidth(title, size)) >> 1);
  canvas.text(
    title,
    Math.max(0, start),
    foot + 1 + tick + 2 * gap + LETTER.height * size,
    size,
    false,
  );
}

function drawBar(
  canvas: Canvas,
  { colors, axis }: NonNullable<Frame["bar"]>,
  { barAt, marginTop, foot, size }: {
    barAt: number;
    marginTop: number;
    foot: number;
    size: number;
  },
): void {
  const height = foot - marginTop;
  const width = BAR_WIDTH * size;
  const [tick, gap, line] = [TICK * size, GAP * size, LETTER.height * size];
  canvas.fill(barAt - 1, marginTop - 1, width + 2, height + 2, BLACK);
  for (let row = 0; row < height; row++) {
    const level = height === 1 ? 255 : Math.round((height - 1 - row) / (height - 1) * 255);
    canvas.fill(barAt, marginTop + row, width, 1, colors.subarray(level * 3, level * 3 + 3));
  }
  let free = canvas.height;
  for (const { at, label } of axis.ticks) {
    const y = Math.min(foot - 1, Math.round(foot - at));
    canvas.fill(barAt + width + 1, y, tick, 1, BLACK);
    if (y + (line >> 1) > free) continue;
    canvas.text(label, barAt + width + 1 + tick + gap, y - (line >> 1), size, false);
    free = y - (line >> 1);
  }
  const length = textWidth(axis.title, size);
  const x = canvas.width - gap - line;
  const middle = foot - (height >> 1) + (length >> 1);
  canvas.text(axis.title, x, upright(canvas, middle, axis.title, size), size, true);
}

/** The lower end of an upright text that is not to leave the canvas. */
function upright(canvas: Canvas, end: number, text: string, size: number): number {
  return Math.min(canvas.height - 1, Math.max(end, textWidth(text, size)));
}

function textWidth(text: string, size: number): number {
  return [...text].length * LETTER.width * size;
}
