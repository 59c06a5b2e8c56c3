/**
 * Frames as they come over `/live`, and as FITS files that whatever reads files can read.
 *
 * @module
 */

import { FormatError } from "../../../net/errors.ts";
import { parseTile, type Tile } from "../picture/tile.ts";

/** Bytes of the head: that of a tile, and u64 number, f64 time, u32 skipped, u32 bytes of header. */
const TILE_HEAD = 64;
const HEAD_BYTES = 88;
const MAGIC = 0x31464c48;
const TILE_MAGIC = 0x31544c48;
const ASKED = 64;
/** A frame is 16-bit integers, signed or not, by the codes of a tile's type. */
const [INT16, UINT16] = [3, 4];
const MAX_HEADER_BYTES = 1 << 20;
const MAX_PIXELS = 1 << 28;

const [BLOCK, CARD] = [2_880, 80];
/** What a missing pixel of a difference is. */
const NO_DIFFERENCE = -0x80000000;

/** A frame of a feed. */
export interface LiveFrame {
  readonly number: number;
  /** When it was put, in milliseconds since 1970; NaN where no one knows. */
  readonly time: number;
  /** Frames before it that did not come. */
  readonly skipped: number;
  /** Whether it was asked for by its number. */
  readonly isAsked: boolean;
  /** How often it was halved. */
  readonly level: number;
  /** The header blocks of the whole frame. */
  readonly header: Uint8Array<ArrayBuffer>;
  /** Its values, perhaps halved, the lowest row first. */
  readonly tile: Tile;
}

/**
 * Reads a message with a frame.
 *
 * @param bytes The message; the frame may keep its memory, which is written to.
 * @throws {FormatError} If it is none, or its length is not what its head says.
 */
export function parseLiveFrame(bytes: Uint8Array<ArrayBuffer>): LiveFrame {
  if (bytes.length < HEAD_BYTES) throw broken(`found ${bytes.length} bytes, expected 88 or more`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(0, true) !== MAGIC) throw broken("it does not begin with HLF1");
  const [type, flags] = [view.getUint8(4), view.getUint8(5)];
  if (type !== INT16 && type !== UINT16) throw broken(`its type is ${type}, expected 3 or 4`);
  const headerBytes = view.getUint32(84, true);
  if (headerBytes > MAX_HEADER_BYTES || HEAD_BYTES + headerBytes > bytes.length) {
    throw broken(`its header has ${headerBytes} bytes, of ${bytes.length - HEAD_BYTES}`);
  }
  if (headerBytes % BLOCK !== 0 || headerBytes === 0) {
    throw broken(`its header has ${headerBytes} bytes, expected blocks of ${BLOCK}`);
  }
  const header = bytes.slice(HEAD_BYTES, HEAD_BYTES + headerBytes);
  // What is behind the header is the body of a tile: its head is put in front of it.
  const start = HEAD_BYTES + headerBytes - TILE_HEAD;
  const number = Number(view.getBigUint64(64, true));
  const time = view.getFloat64(72, true);
  const skipped = view.getUint32(80, true);
  bytes.copyWithin(start, 0, TILE_HEAD);
  view.setUint32(start, TILE_MAGIC, true);
  view.setUint8(start + 5, flags & ~ASKED);
  const tile = parseTile(bytes.subarray(start), MAX_PIXELS);
  return { number, time, skipped, isAsked: (flags & ASKED) !== 0, level: tile.level, header, tile };
}

/** The size of the whole frame, from its header. */
export function frameSize({ header }: Pick<LiveFrame, "header">): [width: number, height: number] {
  return [integerOf(header, "NAXIS1"), integerOf(header, "NAXIS2")];
}

/**
 * A frame as a FITS file: of a frame that was halved, the smaller image.
 *
 * @param frame The frame.
 */
export function frameFile({ header, tile }: LiveFrame): Uint8Array<ArrayBuffer> {
  const { width, height, values } = tile;
  const file = fileOf(withCards(header, { NAXIS1: width, NAXIS2: height }), width * height * 2);
  const pixels = new DataView(file.buffer, header.length);
  const [flip, empty] = [values instanceof Uint16Array ? 0x8000 : 0, tile.blank ?? 0];
  for (let i = 0; i < width * height; i++) {
    const value = Number(values?.[tile.isConstant ? 0 : i] ?? empty);
    pixels.setUint16(2 * i, value ^ flip);
  }
  return file;
}

/**
 * What changed from one frame to another, as a FITS file of 32-bit integers; a pixel that one of
 * them lacks has no value.
 *
 * @param frame The frame.
 * @param before The one that is subtracted, of the same size and scale.
 * @throws {FormatError} If they cannot be compared.
 */
export function differenceFile(frame: LiveFrame, before: LiveFrame): Uint8Array<ArrayBuffer> {
  const [a, b] = [frame.tile, before.tile];
  if (a.width !== b.width || a.height !== b.height) {
    const [found, expected] = [b, a].map(({ width, height }) => `${width} x ${height}`);
    throw new FormatError(
      `Cannot subtract frame ${before.number}: it is ${found} pixels, expected ${expected}`,
    );
  }
  if (a.scale !== b.scale || a.zero !== b.zero) {
    throw new FormatError(`Cannot subtract frame ${before.number}: its BSCALE or BZERO differ`);
  }
  const cards = {
    ...{ BITPIX: 32, NAXIS1: a.width, NAXIS2: a.height, BZERO: undefined },
    BLANK: NO_DIFFERENCE,
  };
  const count = a.width * a.height;
  const header = withCards(frame.header, cards);
  const file = fileOf(header, count * 4);
  const pixels = new DataView(file.buffer, header.length);
  for (let i = 0; i < count; i++) {
    const [first, second] = [storedAt(a, i), storedAt(b, i)];
    const isThere = first !== undefined && second !== undefined;
    pixels.setInt32(4 * i, isThere ? first - second : NO_DIFFERENCE);
  }
  return file;
}

/** A stored value; undefined of a pixel without one. */
function storedAt({ values, isConstant, blank }: Tile, i: number): number | undefined {
  const value = values?.[isConstant ? 0 : i];
  return value === undefined || Number(value) === blank ? undefined : Number(value);
}

/** A header with room for data behind it. */
function fileOf(header: Uint8Array, dataBytes: number): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(header.length + Math.ceil(dataBytes / BLOCK) * BLOCK);
  file.set(header);
  return file;
}

/** Where the first card of a keyword begins, or -1; and where END is. */
function findCard(header: Uint8Array, keyword: string): number {
  const wanted = keyword.padEnd(8);
  for (let at = 0; at + CARD <= header.length; at += CARD) {
    const name = String.fromCharCode(...header.subarray(at, at + 8));
    if (name === wanted) return at;
    if (name === "END     ") return -1;
  }
  return -1;
}

function integerOf(header: Uint8Array, keyword: string): number {
  const at = findCard(header, keyword);
  const text = at < 0 ? "" : String.fromCharCode(...header.subarray(at + 10, at + CARD));
  const value = /^\s*(\d{1,9})\s*(?:\/|$)/.exec(text)?.[1];
  if (value === undefined) throw broken(`its header has no ${keyword}`);
  return Number(value);
}

/**
 * A header with other whole numbers in some cards; undefined takes a card out. A card that is
 * new stands before END, for which there has to be room or another block.
 */
function withCards(
  header: Uint8Array<ArrayBuffer>,
  cards: Readonly<Record<string, number | undefined>>,
): Uint8Array<ArrayBuffer> {
  let copy = header.slice();
  for (const [keyword, value] of Object.entries(cards)) {
    let at = findCard(copy, keyword);
    if (at < 0 && value === undefined) continue;
    if (at < 0) {
      at = findCard(copy, "END");
      if (at < 0) throw broken("its header has no END");
      if (at + 2 * CARD > copy.length) copy = longer(copy);
      write(copy, at + CARD, "END");
    }
    const text = value === undefined ? "" : `${keyword.padEnd(8)}= ${String(value).padStart(20)}`;
    write(copy, at, text);
  }
  return copy;
}

function longer(header: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(header.length + BLOCK).fill(0x20);
  copy.set(header);
  return copy;
}

function write(header: Uint8Array, at: number, text: string): void {
  const padded = text.padEnd(CARD);
  for (let i = 0; i < CARD; i++) header[at + i] = padded.charCodeAt(i);
}

function broken(why: string): FormatError {
  return new FormatError(`Cannot read a frame: ${why}`);
}
