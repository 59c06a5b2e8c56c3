/** Images: pixels of an HDU as a typed array, whole or in sections (FITS 4.0, sections 4.4, 5, 7.1). */

import { LimitError } from "../net/errors.ts";
import type { HduData } from "./hdu_data.ts";
import type { Bitpix } from "./hdu_layout.ts";
import { pixelBytes, scalePixels, toNativePixels } from "./pixel_conversion.ts";
import {
  type Image,
  imageScaling,
  PIXEL_ARRAYS,
  type PixelType,
  type Scaling,
  type StoredType,
  storedType,
} from "./pixels.ts";
import { resolveSection, type Section, type SectionRuns, sectionRuns } from "./section.ts";

/** What part of an image is read. */
export interface SectionOptions {
  /** The section; without it the whole image. */
  readonly section?: Section;
  /** Ends the reading; its reason is thrown. */
  readonly signal?: AbortSignal;
}

/** How an image is read. */
export interface ImageOptions extends SectionOptions {
  /**
   * Whether pixels are physical. Physical pixels are BZERO + BSCALE x stored: the
   * integer type of the convention where BZERO makes unsigned integers or signed
   * bytes, `float64` where they are scaled or where BLANK marks missing ones (NaN),
   * else the stored type. Pixels that are not physical have the type of BITPIX.
   *
   * @default {true}
   */
  readonly physical?: boolean;
  /** Gives physical pixels this type, rounding them where it is narrower. */
  readonly as?: "float32" | "float64";
}

/** Bytes that are read and converted together: they stay in the processor's cache. */
const PIECE_BYTES = 1 << 20;
/** The most runs that are read together. */
const PIECE_RUNS = 4096;

/** An array of pixels within the data of an HDU. */
export interface PixelBlock {
  readonly data: HduData;
  /** Where the array begins, in bytes from the start of the data. */
  readonly offset: number;
  readonly bitpix: Bitpix;
  /** The lengths of the axes, axis 1 first. */
  readonly shape: readonly number[];
}

/**
 * Reads pixels as they are stored.
 *
 * @param block The array.
 * @param options The section.
 * @returns Pixels of the type of BITPIX.
 */
export async function readStored(
  block: PixelBlock,
  options: SectionOptions = {},
): Promise<Image<StoredType>> {
  return await readNative(block, storedType(block.bitpix), options) as Image<StoredType>;
}

/**
 * Reads pixels and scales them.
 *
 * @param block The array.
 * @param header The header with BSCALE, BZERO and BLANK.
 * @param options The section, and the type wanted.
 * @returns Pixels of the type that {@linkcode ImageOptions.physical} describes.
 */
export async function readPhysical(
  block: PixelBlock,
  scaling: Scaling,
  options: ImageOptions = {},
): Promise<Image> {
  const type = options.as ?? scaling.type;
  if (type === scaling.exact && scaling.blank === undefined) {
    return await readNative(block, type, options);
  }
  return await readScaled(block, scaling, type as "float32" | "float64", options);
}

/** Reads the image of an HDU. */
export async function readImage(
  data: HduData,
  options: ImageOptions = {},
): Promise<Image> {
  const { bitpix, shape } = data.layout;
  const block = { data, offset: 0, bitpix, shape };
  if (options.physical === false) return await readStored(block, options);
  return await readPhysical(block, imageScaling(data.header, bitpix), options);
}

/** Integer types without arithmetic: read into the result's own memory, converted there. */
async function readNative(
  block: PixelBlock,
  type: PixelType,
  options: SectionOptions,
): Promise<Image> {
  const plan = await planReading(block, options);
  const pixels = allocate(type, plan.length);
  const bytes = new Uint8Array(pixels.buffer);
  const size = pixelBytes(block.bitpix);
  const flip = type !== storedType(block.bitpix);
  await readPieces(
    plan,
    (at, count) => bytes.subarray(at * size, (at + count) * size),
    (piece) => toNativePixels(piece, block.bitpix, flip),
  );
  return { type, pixels, shape: plan.shape } as Image;
}

async function readScaled(
  block: PixelBlock,
  scaling: Scaling,
  type: "float32" | "float64",
  options: SectionOptions,
): Promise<Image> {
  const plan = await planReading(block, options);
  const pixels = allocate(type, plan.length) as Image<"float32" | "float64">["pixels"];
  const size = pixelBytes(block.bitpix);
  const room = Math.min(plan.length * size, PIECE_BYTES);
  // Two, because one is read into while the other is converted.
  const scratch = [new Uint8Array(room), new Uint8Array(room)];
  let turn = 0;
  await readPieces(
    plan,
    (_at, count) => scratch[turn++ & 1]!.subarray(0, count * size),
    (piece, at) => scalePixels(piece, block.bitpix, scaling, pixels, at),
  );
  return { type, pixels, shape: plan.shape } as Image;
}

interface Plan {
  readonly block: PixelBlock;
  readonly runs: SectionRuns;
  /** Pixels of the section. */
  readonly length: number;
  readonly shape: readonly number[];
  readonly signal: AbortSignal | undefined;
}

/** Finds the runs of a section and makes sure that they are there before memory is taken for them. */
async function planReading(block: PixelBlock, options: SectionOptions): Promise<Plan> {
  const section = resolveSection(options.section, block.shape);
  const runs = sectionRuns(section, block.shape);
  const length = runs.count * runs.taken;
  const size = pixelBytes(block.bitpix);
  if (length > 0) {
    const ends = new Float64Array(1);
    runs.starts(0, ends);
    const first = block.offset + ends[0]! * size;
    runs.starts(runs.count - 1, ends);
    const last = block.offset + (ends[0]! + runs.span) * size;
    await block.data.awaitPresent(first, last - first);
  }
  return { block, runs, length, shape: section.shape, signal: options.signal };
}

function allocate<T extends PixelType>(type: T, length: number): Image<T>["pixels"] {
  try {
    return new PIXEL_ARRAYS[type](length) as Image<T>["pixels"];
  } catch (cause) {
    throw new LimitError(
      `Cannot make an array of ${length} ${type} pixels: read it in sections`,
      { cause },
    );
  }
}

/** One read: `count` pixels of the section from its pixel `at` on. */
interface Piece {
  readonly at: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly reading: Promise<void>;
}

/**
 * Reads a section piece by piece; the next piece is read while one is converted.
 *
 * @param plan The section.
 * @param room Memory for pixels, by the index of the first and their count.
 * @param finish Converts a piece that has been read.
 */
async function readPieces(
  plan: Plan,
  room: (at: number, count: number) => Uint8Array<ArrayBuffer>,
  finish: (piece: Uint8Array<ArrayBuffer>, at: number) => void,
): Promise<void> {
  const pieces = startPieces(plan, room);
  let next = pieces.next().value;
  while (next !== undefined) {
    const piece: Piece = next;
    await piece.reading;
    plan.signal?.throwIfAborted();
    next = pieces.next().value;
    finish(piece.bytes, piece.at);
  }
}

function* startPieces(
  plan: Plan,
  room: (at: number, count: number) => Uint8Array<ArrayBuffer>,
): Generator<Piece, undefined> {
  const { block: { data, offset, bitpix }, runs } = plan;
  const size = pixelBytes(bitpix);
  const most = PIECE_BYTES / size;
  if (runs.step === 1 && runs.span >= most) {
    const start = new Float64Array(1);
    for (let run = 0; run < runs.count; run++) {
      runs.starts(run, start);
      for (let done = 0; done < runs.span; done += most) {
        const count = Math.min(most, runs.span - done);
        const at = run * runs.span + done;
        const bytes = room(at, count);
        yield { at, bytes, reading: data.readInto(offset + (start[0]! + done) * size, bytes) };
      }
    }
    return;
  }
  const together = Math.max(1, Math.min(PIECE_RUNS, Math.floor(most / runs.span)));
  for (let run = 0; run < runs.count; run += together) {
    const count = Math.min(together, runs.count - run);
    const at = run * runs.taken;
    const bytes = room(at, count * runs.taken);
    const starts = new Float64Array(count);
    runs.starts(run, starts);
    for (let i = 0; i < count; i++) starts[i] = offset + starts[i]! * size;
    const reading = runs.step === 1
      ? data.readRuns(starts, runs.span * size, bytes)
      : readStepped(data, starts, runs, size, bytes);
    yield { at, bytes, reading };
  }
}

/** Reads runs whole and takes every `step`th pixel of each. */
async function readStepped(
  data: HduData,
  starts: Float64Array,
  runs: SectionRuns,
  size: number,
  target: Uint8Array,
): Promise<void> {
  const whole = new Uint8Array(starts.length * runs.span * size);
  await data.readRuns(starts, runs.span * size, whole);
  let to = 0;
  for (let run = 0; run < starts.length; run++) {
    let from = run * runs.span * size;
    for (let i = 0; i < runs.taken; i++, from += runs.step * size) {
      for (let byte = 0; byte < size; byte++) target[to++] = whole[from + byte]!;
    }
  }
}
