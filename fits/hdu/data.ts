/** The data of one HDU as bytes, with the bounds that its header gives them. */

import { ClosedError, FormatError } from "../../net/errors.ts";
import type { FitsSource } from "../source/source.ts";
import type { HduLayout } from "./layout.ts";
import type { Header } from "../header/header.ts";

/** Where the parts of an HDU lie in its file, in bytes from 0. */
export interface HduPlace {
  /** The number of the HDU, 0 the primary. */
  readonly index: number;
  /** Where its header begins. */
  readonly headerOffset: number;
  /** Where its data begin: a multiple of 2880. */
  readonly dataOffset: number;
}

/**
 * What the code of images and tables reads from: header, structure and data of an
 * HDU as they are stored. Offsets count from the start of the data; a table's heap
 * belongs to the data.
 */
export class HduData {
  /** Where the HDU lies. */
  readonly place: HduPlace;
  /** The header as it is stored. */
  readonly header: Header;
  /** Kind, axes and size as the stored header gives them. */
  readonly layout: HduLayout;
  /** The whole file. */
  readonly source: FitsSource;

  /**
   * Joins what is known of an HDU.
   *
   * @param source The whole file.
   * @param place Where the HDU lies in it.
   * @param header Its header as stored.
   * @param layout Its structure.
   */
  constructor(source: FitsSource, place: HduPlace, header: Header, layout: HduLayout) {
    this.source = source;
    this.place = place;
    this.header = header;
    this.layout = layout;
  }

  /** The HDU's number and its file, for messages. */
  get title(): string {
    return `HDU ${this.place.index} of ${this.source.name}`;
  }

  /** Bytes of data, without the fill of the last block. */
  get size(): number {
    return this.layout.dataSize;
  }

  /**
   * Reads bytes of the data.
   *
   * @param offset The first byte, counted from the start of the data.
   * @param length How many.
   * @returns Exactly so many bytes, perhaps the source's own memory: never to be changed.
   * @throws {FormatError} If they are not all within the data.
   * @throws {ClosedError} If the file ends before them.
   */
  async read(offset: number, length: number): Promise<Uint8Array> {
    this.checkPresent(offset, length);
    const bytes = await this.source.read(this.place.dataOffset + offset, length);
    if (bytes.length < length) throw this.#truncated(offset, length, bytes.length);
    return bytes;
  }

  /**
   * Reads bytes of the data into memory of the caller.
   *
   * @param offset The first byte, counted from the start of the data.
   * @param target Filled whole.
   * @throws {FormatError} If they are not all within the data.
   * @throws {ClosedError} If the file ends before them.
   */
  async readInto(offset: number, target: Uint8Array): Promise<void> {
    this.checkPresent(offset, target.length);
    const count = await this.source.readInto(this.place.dataOffset + offset, target);
    if (count < target.length) throw this.#truncated(offset, target.length, count);
  }

  /**
   * Reads many runs of one length, such as one column of many rows.
   *
   * @param offsets Where each run begins, counted from the start of the data, ascending.
   * @param length Bytes of each run.
   * @param target Room for all runs, one behind the other.
   * @throws {FormatError} If a run is not within the data.
   * @throws {ClosedError} If the file ends before it.
   */
  async readRuns(
    offsets: ArrayLike<number>,
    length: number,
    target: Uint8Array,
  ): Promise<void> {
    const absolute = new Float64Array(offsets.length);
    for (let i = 0; i < absolute.length; i++) {
      this.#check(offsets[i]!, length);
      absolute[i] = this.place.dataOffset + offsets[i]!;
    }
    await this.source.readRuns(absolute, length, target);
  }

  /**
   * Makes sure, before memory is taken for them, that bytes are there where the
   * length of the file is known.
   *
   * @param offset The first byte, counted from the start of the data.
   * @param length How many.
   * @throws {ClosedError} If the file is known to end before them.
   */
  checkPresent(offset: number, length: number): void {
    this.#check(offset, length);
    const size = this.source.size;
    const start = this.place.dataOffset + offset;
    if (size !== undefined && start + length > size) {
      throw this.#truncated(offset, length, Math.max(0, size - start));
    }
  }

  /**
   * Makes sure, before memory is taken for them, that bytes are there: of a stream
   * of unknown length that is kept, by waiting for the last of them.
   *
   * @param offset The first byte, counted from the start of the data.
   * @param length How many.
   * @throws {ClosedError} If the file ends before them.
   */
  async awaitPresent(offset: number, length: number): Promise<void> {
    this.checkPresent(offset, length);
    if (this.source.size !== undefined || this.source.sequential || length === 0) return;
    const last = await this.source.read(this.place.dataOffset + offset + length - 1, 1);
    if (last.length === 0) this.checkPresent(offset, length);
  }

  /** An error of the contents, with where it is. */
  error(offset: number, message: string): FormatError {
    const at = this.place.dataOffset + offset;
    return new FormatError(
      `Cannot read ${this.title} at byte ${at}: ${message}`,
      { source: this.source.name, offset: at },
    );
  }

  #check(offset: number, length: number): void {
    if (offset >= 0 && length >= 0 && offset + length <= this.size) return;
    throw this.error(
      offset,
      `found ${length} bytes at offset ${offset} of the data asked for, expected at most the ` +
        `${this.size} bytes that the header gives`,
    );
  }

  #truncated(offset: number, length: number, found: number): ClosedError {
    const at = this.place.dataOffset + offset;
    return new ClosedError(
      `Cannot read ${this.title} at byte ${at}: ` +
        `found ${found} bytes before the end of the file, expected ${length}`,
      { source: this.source.name, offset: at },
    );
  }
}
