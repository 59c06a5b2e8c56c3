/** Images: pixels of an HDU as a typed array, whole or in sections (FITS 4.0, sections 4.4, 5, 7.1). */

import { LimitError } from "../../net/errors.ts";
import type { HduData } from "../hdu/data.ts";
import type { Bitpix } from "../hdu/layout.ts";
import { pixelBytes, scalePixels, toNativePixels } from "./pixel_conversion.ts";
import {
  type Image,
  imageScaling,
  PIXEL_ARRAYS,
  type PixelArrays,
  type PixelType,
  type Scaling,
  type StoredType,
  storedType,
} from "./pixels.ts";
import type { TileError } from "./tile_error.ts";
import type { TileThreads } from "./tile_threads.ts";
import { resolveSection, type Section, type SectionRuns, sectionRuns } from "./section.ts";

/** What part of an image is read. */
export interface SectionOptions {
  /** The section; without it the whole image. */
  readonly section?: Section | undefined;
  /**
   * Memory for the pixels: a typed array of the type and length of the result. New memory
   * costs as much time as the reading, so loops over frames save it.
   */
  readonly into?: PixelArrays[PixelType] | undefined;
  /** Ends the reading; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
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
  readonly physical?: boolean | undefined;
  /** Gives physical pixels this type, rounding them where it is narrower. */
  readonly as?: "float32" | "float64" | undefined;
  /**
   * Called for every damaged tile of a compressed image, whose pixels then have no value; without
   * it the first such tile is an error. Physical integers become `float64`, NaN where there is no
   * value; stored ones get BLANK, or 0 where the header has none.
   */
  readonly onDamage?: ((error: TileError) => void) | undefined;
  /**
   * Threads that decode tiles of compressed images beside this one, where a section has
   * 4,000,000 pixels or more: `TileWorkers` of `@heliograph/heliograph/fits/compress`. They pay
   * where a processor is idle; the caller ends them.
   */
  readonly workers?: TileThreads | undefined;
}

/** Bytes that are read and converted together, unless the source knows better. */
const PIECE_BYTES = 1 << 19;
/** Contiguous pixels from this size on are left to the source's own way with many bytes. */
const LARGE_BYTES = 4 << 20;
/** The most runs that are read together. */
const MAX_PIECE_RUNS = 4096;

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

/** Pixels without arithmetic: brought into native order on the way into the result. */
async function readNative(
  block: PixelBlock,
  type: PixelType,
  options: SectionOptions,
): Promise<Image> {
  const plan = await planReading(block, options);
  const pixels = resultArray(type, plan.length, options);
  const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  const size = pixelBytes(block.bitpix);
  const flip = type !== storedType(block.bitpix);
  const convert = (stored: Uint8Array, target: Uint8Array) =>
    toNativePixels(stored, target, block.bitpix, flip);
  const { runs: { count, step }, start } = plan;
  const { source } = block.data;
  if (count === 1 && step === 1 && bytes.length >= LARGE_BYTES && source.readConverted) {
    const offset = block.data.place.dataOffset + start;
    await source.readConverted(offset, bytes, convert, options.signal);
  } else {
    await readPieces(plan, (piece, at) => {
      convert(piece, bytes.subarray(at * size, at * size + piece.length));
    });
  }
  return { type, pixels, shape: plan.shape } as Image;
}

async function readScaled(
  block: PixelBlock,
  scaling: Scaling,
  type: "float32" | "float64",
  options: SectionOptions,
): Promise<Image> {
  const plan = await planReading(block, options);
  const pixels = resultArray(type, plan.length, options);
  await readPieces(plan, (piece, at) => scalePixels(piece, block.bitpix, scaling, pixels, at));
  return { type, pixels, shape: plan.shape } as Image;
}

interface Plan {
  readonly block: PixelBlock;
  readonly runs: SectionRuns;
  /** Where the first run begins, in bytes from the start of the data. */
  readonly start: number;
  /** Pixels of the section. */
  readonly length: number;
  readonly shape: readonly number[];
  readonly signal: AbortSignal | undefined;
}

/** Finds the runs of a section and makes sure that they are there before memory is taken for them. */
async function planReading(block: PixelBlock, options: SectionOptions): Promise<Plan> {
  const section = resolveSection(options.section, block.shape, block.data.title);
  const runs = sectionRuns(section, block.shape);
  const length = runs.count * runs.taken;
  const size = pixelBytes(block.bitpix);
  let start = 0;
  if (length > 0) {
    const ends = new Float64Array(1);
    runs.starts(0, ends);
    start = block.offset + ends[0]! * size;
    runs.starts(runs.count - 1, ends);
    const last = block.offset + (ends[0]! + runs.span) * size;
    await block.data.awaitPresent(start, last - start);
  }
  return { block, runs, start, length, shape: section.shape, signal: options.signal };
}

/**
 * The memory of a result: the caller's, or new.
 *
 * @param type The type of the pixels.
 * @param length How many there are.
 * @param options The caller's memory.
 * @throws {TypeError} If that is of another class or length.
 * @throws {LimitError} If there is no memory for so many.
 */
export function resultArray<T extends PixelType>(
  type: T,
  length: number,
  { into }: SectionOptions,
): PixelArrays[T] {
  const constructor = PIXEL_ARRAYS[type];
  if (into !== undefined) {
    if (into instanceof constructor && into.length === length) return into as PixelArrays[T];
    throw new TypeError(
      `Cannot read ${length} ${type} pixels into a ${into.constructor.name} of ${into.length}`,
    );
  }
  try {
    return new constructor(length);
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
 * Pieces pass through two buffers that stay in the processor's cache: reading into the
 * result and converting there would fetch every page of it from memory twice.
 *
 * @param plan The section.
 * @param finish Converts a piece that has been read; it may change it.
 */
async function readPieces(
  plan: Plan,
  finish: (piece: Uint8Array<ArrayBuffer>, at: number) => void,
): Promise<void> {
  const pieces = startPieces(plan);
  let next = pieces.next().value;
  while (next !== undefined) {
    const piece: Piece = next;
    await piece.reading;
    plan.signal?.throwIfAborted();
    next = pieces.next().value;
    // A failure of the next read is seen when its turn comes, even if this piece fails first.
    next?.reading.catch(() => {});
    finish(piece.bytes, piece.at);
  }
}

function* startPieces(plan: Plan): Generator<Piece, undefined> {
  const { block: { data, offset, bitpix }, runs } = plan;
  const size = pixelBytes(bitpix);
  const pieceBytes = data.source.pieceBytes ?? PIECE_BYTES;
  const long = runs.step > 1 && runs.span > pieceBytes / size;
  const most = Math.max(pieceBytes / size, runs.step === 1 || long ? 0 : runs.taken);
  const room = Math.min(most, plan.length) * size;
  const buffers: Uint8Array<ArrayBuffer>[] = [];
  let turn = 0;
  // The second is made when there is a second piece, which a short result may have, too.
  const buffer = (count: number) =>
    (buffers[turn++ & 1] ??= new Uint8Array(room)).subarray(0, count * size);
  if (runs.step === 1 && (runs.span >= most || runs.count === 1)) {
    const start = new Float64Array(1);
    for (let run = 0; run < runs.count; run++) {
      runs.starts(run, start);
      for (let done = 0; done < runs.span; done += most) {
        const count = Math.min(most, runs.span - done);
        const bytes = buffer(count);
        yield {
          at: run * runs.span + done,
          bytes,
          reading: data.readInto(offset + (start[0]! + done) * size, bytes),
        };
      }
    }
    return;
  }
  if (runs.step > 1 && runs.span > most) {
    // What lies between the steps of a long run is not kept: it may be more than memory.
    const sparse = runs.step * size > MAX_STEP_BYTES;
    const steps = sparse ? MAX_PIECE_RUNS : Math.max(1, Math.floor(most / runs.step));
    const start = new Float64Array(1);
    for (let run = 0; run < runs.count; run++) {
      runs.starts(run, start);
      for (let done = 0; done < runs.taken; done += steps) {
        const count = Math.min(steps, runs.taken - done);
        const from = offset + (start[0]! + done * runs.step) * size;
        const bytes = buffer(count);
        yield {
          at: run * runs.taken + done,
          bytes,
          reading: readSteps(data, from, { count, step: runs.step * size, size }, bytes),
        };
      }
    }
    return;
  }
  const together = Math.max(1, Math.min(MAX_PIECE_RUNS, Math.floor(most / runs.span)));
  for (let run = 0; run < runs.count; run += together) {
    const count = Math.min(together, runs.count - run);
    const bytes = buffer(count * runs.taken);
    const starts = new Float64Array(count);
    runs.starts(run, starts);
    for (let i = 0; i < count; i++) starts[i] = offset + starts[i]! * size;
    const reading = runs.step === 1
      ? data.readRuns(starts, runs.span * size, bytes)
      : readStepped(data, starts, runs, size, bytes);
    yield { at: run * runs.taken, bytes, reading };
  }
}

/** Steps that are further apart than this are read one by one. */
const MAX_STEP_BYTES = 65_536;

/** Reads elements at equal distances: near ones with what lies between them. */
async function readSteps(
  data: HduData,
  from: number,
  { count, step, size }: { readonly count: number; readonly step: number; readonly size: number },
  target: Uint8Array,
): Promise<void> {
  const offsets = new Float64Array(count);
  if (step > MAX_STEP_BYTES) {
    for (let i = 0; i < count; i++) offsets[i] = from + i * step;
    return await data.readRuns(offsets, size, target);
  }
  const whole = new Uint8Array((count - 1) * step + size);
  await data.readInto(from, whole);
  for (let i = 0, at = 0, to = 0; i < count; i++, at += step) {
    for (let byte = 0; byte < size; byte++) target[to++] = whole[at + byte]!;
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
