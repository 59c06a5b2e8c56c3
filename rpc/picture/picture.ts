/** What IMAGE, TV, TVSCL, PLOT, CONTOUR and SURFACE show, as pixels. */

import { encodePng, type EncodePngOptions, type PngImage } from "../../fits/picture/png.ts";
import { FormatError, LimitError } from "../../net/errors.ts";
import { colorTable } from "./color_tables.ts";
import type { LanguageFile, LanguagePicture } from "../language/routines/host.ts";
import { type IdlNumeric, IdlType, isComplex, isLong64 } from "../language/values/value.ts";
import { drawContours } from "./contour_plot.ts";
import { drawLinePlot } from "./line_plot.ts";
import { drawSurface } from "./surface_plot.ts";

/** A picture that a command shows. */
export interface Picture {
  /** The command that asked for it. */
  readonly kind: LanguagePicture["kind"];
  /** The number of its window: IMAGE and PLOT open one, TV and TVSCL draw into the last. */
  readonly handle: number;
  /** The title, where one was given. */
  readonly title?: string | undefined;
  /** Its pixels: 8 bits, gray or RGB, rows from the top. They belong to the receiver. */
  readonly image: PngImage<Uint8Array<ArrayBuffer>>;
  /** What it was drawn from, where a display keeps that; not of plots and complex numbers. */
  readonly values?: PictureValues | undefined;
  /** The command, and the address that it came from. */
  readonly origin?: PictureOrigin | undefined;
}

/** What a picture was drawn from. */
export interface PictureValues {
  /** The elements, the first dimension fastest. They belong to the receiver, who changes nothing. */
  readonly data:
    | Uint8Array<ArrayBuffer>
    | Int16Array<ArrayBuffer>
    | Uint16Array<ArrayBuffer>
    | Int32Array<ArrayBuffer>
    | Uint32Array<ArrayBuffer>
    | Float32Array<ArrayBuffer>
    | Float64Array<ArrayBuffer>
    | BigInt64Array<ArrayBuffer>
    | BigUint64Array<ArrayBuffer>;
  /** The dimensions, the fastest first. */
  readonly shape: readonly number[];
  /** The axis (1, 2, 3) along which red, green and blue lie; 0 for one plane. */
  readonly colorAxis: 0 | 1 | 2 | 3;
  /** Whether the first row is the top one; else it is the bottom one. */
  readonly topDown: boolean;
}

/** Where a picture comes from. */
export interface PictureOrigin {
  /** The address of the client. */
  readonly peer: string;
  /** The command, as it was sent. */
  readonly command: string;
}

/** Where pictures are shown: a folder, a page, a window. */
export interface ArrayDisplay {
  /** Whether it keeps what pictures are drawn from. @default {false} */
  readonly keepsValues?: boolean | undefined;
  /**
   * Shows a picture.
   *
   * @param picture The picture; several displays may get the same one.
   * @returns Ends when it is shown; what it throws is logged.
   */
  show(picture: Picture): void | Promise<void>;
}

/** More pixels than this are refused: a picture is for eyes. */
const MAX_PIXELS = 2 ** 28;

/**
 * Draws what a command shows.
 *
 * @param picture What the command says; its memory is not kept.
 * @returns The pixels, rows from the top.
 * @throws {FormatError} If the array has no form of a picture.
 * @throws {LimitError} If it has too many pixels.
 */
export function drawPicture(picture: LanguagePicture): PngImage<Uint8Array<ArrayBuffer>> {
  if (picture.kind === "plot") return drawLinePlot(picture);
  if (picture.kind === "contour") return drawContours(picture);
  if (picture.kind === "surface") return drawSurface(picture);
  const { value, colorAxis, topDown } = picture;
  return colorAxis === 0
    ? drawPlane(value, topDown, colorTable(picture.colorTable))
    : drawColors(value, colorAxis, topDown);
}

/**
 * The bytes of a PNG file that a command writes.
 *
 * @param file What the command says.
 * @param options How the file is packed.
 */
export function encodePicture(
  file: LanguageFile,
  options: EncodePngOptions = {},
): Uint8Array<ArrayBuffer> {
  const { value, colorAxis, palette } = file;
  if (colorAxis !== 0) return encodePng(drawColors(value, colorAxis, false), options);
  return encodePng(
    drawPlane(value, false, palette === undefined ? colorTable(file.colorTable) : joined(palette)),
    options,
  );
}

function joined(palette: readonly [Uint8Array, Uint8Array, Uint8Array]): Uint8Array {
  return Uint8Array.from({ length: 768 }, (_, i) => palette[i % 3]![Math.floor(i / 3)] ?? 0);
}

/** One plane through a colour table; gray if the table is. */
function drawPlane(
  value: IdlNumeric,
  topDown: boolean,
  table: Uint8Array,
): PngImage<Uint8Array<ArrayBuffer>> {
  const { width, height } = planeOf(value);
  const levels = toBytes(value);
  const gray = isGray(table);
  const channels = gray ? 1 : 3;
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const from = (topDown ? y : height - 1 - y) * width;
    let to = y * width * channels;
    for (let x = 0; x < width; x++) {
      const entry = levels[from + x]! * 3;
      for (let channel = 0; channel < channels; channel++) data[to++] = table[entry + channel]!;
    }
  }
  return { width, height, color: gray ? "gray" : "rgb", data };
}

function isGray(table: Uint8Array): boolean {
  for (let i = 0; i < table.length; i += 3) {
    if (table[i] !== table[i + 1] || table[i] !== table[i + 2]) return false;
  }
  return true;
}

/** Red, green, blue (and transparency, left out) along any axis: pixels, lines or planes. */
function drawColors(
  value: IdlNumeric,
  axis: 1 | 2 | 3,
  topDown: boolean,
): PngImage<Uint8Array<ArrayBuffer>> {
  const { shape } = value;
  const colors = shape[axis - 1];
  if (shape.length !== 3 || (colors !== 3 && colors !== 4)) {
    throw new FormatError(
      `Cannot show an array [${shape.join(", ")}] as colours along axis ${axis}: ` +
        "expected three dimensions, 3 or 4 long on that one",
    );
  }
  const [width, height] = shape.toSpliced(axis - 1, 1) as [number, number];
  checkSize(width, height);
  const levels = toBytes(value);
  // The distances between neighbours in a row, between rows, and between colours.
  const stepX = axis === 1 ? colors : 1;
  const stepY = axis === 3 ? width : colors * width;
  const stepColor = axis === 1 ? 1 : axis === 2 ? width : width * height;
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, to = 0; y < height; y++) {
    let from = (topDown ? y : height - 1 - y) * stepY;
    for (let x = 0; x < width; x++, from += stepX) {
      data[to++] = levels[from]!;
      data[to++] = levels[from + stepColor]!;
      data[to++] = levels[from + 2 * stepColor]!;
    }
  }
  return { width, height, color: "rgb", data };
}

function planeOf({ shape }: IdlNumeric): { width: number; height: number } {
  const [width = 1, height = 1, ...rest] = shape;
  if (rest.some((length) => length !== 1)) {
    throw new FormatError(
      `Cannot show an array [${shape.join(", ")}]: expected two dimensions, or three with ` +
        "red, green and blue along one",
    );
  }
  checkSize(width, height);
  return { width, height };
}

function checkSize(width: number, height: number): void {
  if (width * height > MAX_PIXELS) {
    throw new LimitError(
      `Cannot show ${width} x ${height} pixels: at most ${MAX_PIXELS} in one picture`,
    );
  }
}

/** Bytes as they are; other types from their least to their greatest finite value, as BYTSCL. */
function toBytes(value: IdlNumeric): Uint8Array {
  if (value.type === IdlType.BYTE) return value.data as Uint8Array;
  if (isComplex(value.type)) {
    throw new FormatError("Cannot show complex numbers: take ABS, REAL_PART or IMAGINARY of them");
  }
  const numbers = isLong64(value.type)
    ? Float64Array.from(value.data as BigInt64Array, Number)
    : value.data as Float64Array;
  let least = Infinity;
  let most = -Infinity;
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i]!;
    if (number < least && number !== -Infinity) least = number;
    if (number > most && number !== Infinity) most = number;
  }
  const scale = most > least ? 255.9999 / (most - least) : 0;
  const bytes = new Uint8Array(numbers.length);
  for (let i = 0; i < numbers.length; i++) {
    const level = (numbers[i]! - least) * scale;
    bytes[i] = level > 255 ? 255 : level > 0 ? level : 0;
  }
  return bytes;
}
