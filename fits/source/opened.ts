/** Files that are open already, read at any place. */

import { ClosedError } from "../../net/errors.ts";
import type { FitsSource } from "./source.ts";

/** A file that somebody has opened and will close, such as one that a file server represents. */
export interface OpenedFile {
  /** The name of the file, for messages. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /**
   * Reads from a place in the file.
   *
   * @param target Where the bytes go.
   * @param position The first byte to read, counted from 0.
   * @returns How many bytes were read; 0 at the end of the file.
   */
  readAt(target: Uint8Array, position: number): number;
}

/** A file that is open already, as the source of a FITS file; it stays open. */
export class OpenedFileSource implements FitsSource {
  readonly name: string;
  readonly size: number;
  #file: OpenedFile;

  /**
   * Takes a file.
   *
   * @param file The file, which is not closed with the source.
   */
  constructor(file: OpenedFile) {
    this.#file = file;
    this.name = file.name;
    this.size = file.size;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, this.size - offset)));
    return bytes.subarray(0, await this.readInto(offset, bytes));
  }

  readInto(offset: number, target: Uint8Array): Promise<number> {
    let done = 0;
    while (done < target.length) {
      const count = this.#file.readAt(target.subarray(done), offset + done);
      if (count === 0) break;
      done += count;
    }
    return Promise.resolve(done);
  }

  async readRuns(offsets: ArrayLike<number>, length: number, target: Uint8Array): Promise<void> {
    for (let i = 0; i < offsets.length; i++) {
      const run = target.subarray(i * length, (i + 1) * length);
      if (await this.readInto(offsets[i]!, run) < length) {
        throw new ClosedError(`Cannot read '${this.name}': it ends within a row of pixels`);
      }
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
