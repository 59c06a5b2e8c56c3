/**
 * Which bytes of a file are wanted, and what an answer brings of them.
 *
 * @module
 */

import { concatenate } from "../../net/bytes/concatenate.ts";
import { HeliographError, ProtocolError } from "../../net/errors.ts";
import type { ContentRange } from "./ranges.ts";

/** Bytes of a file, counted from 0: from `first` to `last`, both included, or the last ones. */
export type ByteSelection =
  | { readonly first: number; readonly last?: number | undefined }
  | { readonly suffix: number };

/**
 * Reads what bytes are wanted: `[first, last]`, `[first]` to the end, `[-n]` for the last
 * n; or the same as text, `0-2879`, `2880-` or `2880`, `-500`.
 *
 * @param range The numbers or the text.
 * @throws {HeliographError} If it is none of these.
 */
export function selectBytes(range: string | readonly number[]): ByteSelection {
  const numbers = typeof range === "string" ? numbersOf(range) : range;
  const [first, last] = numbers ?? [];
  const whole = numbers?.every((number) => Number.isSafeInteger(number)) ?? false;
  if (whole && first !== undefined && numbers!.length <= 2) {
    if (last === undefined && first < 0) return { suffix: -first };
    if (last === undefined && first >= 0 && !Object.is(first, -0)) return { first };
    if (last !== undefined && first >= 0 && last >= first) return { first, last };
  }
  const shown = typeof range === "string" ? `'${range.slice(0, 60)}'` : `[${range.join(", ")}]`;
  throw new HeliographError(
    `Cannot read the bytes ${shown}: expected FIRST-LAST, FIRST or -COUNT, from 0`,
  );
}

function numbersOf(text: string): number[] | undefined {
  const match = /^\s*(?:(\d+)(?:-(\d*))?|-(\d+))\s*$/.exec(text);
  if (match === null) return undefined;
  const [, first, last = "", suffix] = match;
  if (suffix !== undefined) return [-Number(suffix)];
  return last === "" ? [Number(first)] : [Number(first), Number(last)];
}

/** The value of Range for a selection. */
export function rangeField(selection: ByteSelection): string {
  if ("suffix" in selection) return `bytes=-${selection.suffix}`;
  return `bytes=${selection.first}-${selection.last ?? ""}`;
}

/**
 * How many bytes a 206 must bring, if it brings what was asked for.
 *
 * @param selection What was asked for.
 * @param found Its Content-Range.
 * @param source The URL, for messages.
 * @throws {ProtocolError} If it brings something else.
 */
export function expectedLength(
  selection: ByteSelection,
  found: ContentRange | undefined,
  source: string,
): number {
  const range = found?.range;
  if (range === undefined) {
    throw new ProtocolError(
      `Cannot read ${source}: the server answered 206 without a Content-Range that makes sense`,
      { source },
    );
  }
  const length = range.last - range.first + 1;
  const size = found!.size;
  // Less than was asked for is right only at the end of the file.
  const atEnd = size === undefined || range.last === size - 1;
  const fits = "suffix" in selection
    ? atEnd && (length === selection.suffix || (range.first === 0 && length < selection.suffix))
    : range.first === selection.first &&
      (range.last === selection.last || (range.last < (selection.last ?? Infinity) && atEnd));
  if (fits) return length;
  const shown = `${range.first}-${range.last}/${size ?? "*"}`;
  throw new ProtocolError(
    `Cannot read ${source}: the server sent bytes ${shown}, expected ${rangeField(selection)}`,
    { source },
  );
}

/** Pieces that are shorter than this together share their memory. */
const BLOCK_BYTES = 65_536;

/** Cuts the wanted bytes out of a body that comes whole, and remembers no others. */
export class BodyCutter {
  #selection: ByteSelection;
  #limit: number;
  #pieces: Uint8Array[] = [];
  /** The memory of the last piece, with room behind it. */
  #block: Uint8Array = new Uint8Array(0);
  #kept = 0;
  #position = 0;

  /**
   * Begins before the first byte.
   *
   * @param selection The bytes wanted.
   * @param limit The most bytes that are kept.
   */
  constructor(selection: ByteSelection, limit: number) {
    this.#selection = selection;
    this.#limit = limit;
  }

  /** Bytes of the body so far. */
  get position(): number {
    return this.#position;
  }

  /**
   * Takes the next bytes of the body.
   *
   * @param bytes The bytes; the memory may be used again afterwards.
   * @returns False if nothing of what follows is wanted.
   * @throws {HeliographError} If more is wanted than may be kept.
   */
  push(bytes: Uint8Array): boolean {
    const start = this.#position;
    this.#position += bytes.length;
    if ("suffix" in this.#selection) {
      this.#keep(bytes);
      const { suffix } = this.#selection;
      while (this.#pieces.length > 0 && this.#kept - this.#pieces[0]!.length >= suffix) {
        this.#kept -= this.#pieces.shift()!.length;
      }
      return true;
    }
    const { first, last = Infinity } = this.#selection;
    if (this.#position > first) {
      this.#keep(
        bytes.subarray(Math.max(0, first - start), Math.min(bytes.length, last + 1 - start)),
      );
    }
    return this.#position <= last;
  }

  /** The bytes, after the last call of {@linkcode BodyCutter.push}. */
  finish(): Uint8Array<ArrayBuffer> {
    const whole = concatenate(this.#pieces, this.#kept);
    if (!("suffix" in this.#selection)) return whole;
    return whole.subarray(Math.max(0, whole.length - this.#selection.suffix));
  }

  #keep(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#kept += bytes.length;
    const wanted = "suffix" in this.#selection ? this.#selection.suffix : Infinity;
    if (Math.min(this.#kept, wanted) > this.#limit) {
      throw new HeliographError(`more than the ${this.#limit} bytes that are allowed`);
    }
    // Many small pieces share their memory, so that each of them costs its bytes alone.
    const last = this.#pieces.at(-1);
    if (last !== undefined && last.length + bytes.length <= this.#block.length) {
      this.#block.set(bytes, last.length);
      this.#pieces[this.#pieces.length - 1] = this.#block.subarray(0, last.length + bytes.length);
    } else {
      this.#block = new Uint8Array(Math.max(BLOCK_BYTES, bytes.length));
      this.#block.set(bytes);
      this.#pieces.push(this.#block.subarray(0, bytes.length));
    }
  }
}
