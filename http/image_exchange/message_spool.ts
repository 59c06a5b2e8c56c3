import { Buffer } from "node:buffer";

/** Messages up to this length stay in memory; longer ones go to disk. */
const MAX_MEMORY_BYTES = 1_048_576;
const PIECE_BYTES = 262_144;

/**
 * Keeps a message of any length until it is sent back, in constant memory: the
 * first MiB of it in memory, a longer one in a file that has no name.
 */
export class MessageSpool implements Disposable {
  readonly #folder: string;
  #memory: Uint8Array | undefined = Buffer.alloc(0);
  #length = 0;
  #file: Deno.FsFile | undefined;
  #path: string | undefined;

  /**
   * Makes an empty spool.
   *
   * @param folder Where a long message is put.
   */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Bytes that it holds. */
  get length(): number {
    return this.#length;
  }

  /** Adds bytes at the end. */
  write(bytes: Uint8Array): void {
    if (this.#memory !== undefined && this.#length + bytes.length <= MAX_MEMORY_BYTES) {
      if (this.#length + bytes.length > this.#memory.length) {
        const larger = new Uint8Array(Math.max(this.#length + bytes.length, 2 * this.#length));
        larger.set(this.#memory.subarray(0, this.#length));
        this.#memory = larger;
      }
      this.#memory.set(bytes, this.#length);
    } else {
      writeFully(this.#openFile(), bytes);
    }
    this.#length += bytes.length;
  }

  /** All of it from the beginning; each piece is valid until the next. */
  *pieces(): Generator<Uint8Array> {
    if (this.#memory !== undefined) {
      yield this.#memory.subarray(0, this.#length);
      return;
    }
    const file = this.#openFile();
    file.seekSync(0, Deno.SeekMode.Start);
    const piece = new Uint8Array(Math.min(PIECE_BYTES, this.#length));
    for (let left = this.#length; left > 0;) {
      const count = file.readSync(piece.subarray(0, Math.min(left, piece.length)));
      if (count === null) throw new Deno.errors.UnexpectedEof("the spooled message was cut off");
      left -= count;
      yield piece.subarray(0, count);
    }
  }

  /** Drops it. */
  [Symbol.dispose](): void {
    this.#memory = undefined;
    this.#file?.close();
    this.#file = undefined;
    if (this.#path !== undefined) Deno.removeSync(this.#path);
    this.#path = undefined;
  }

  #openFile(): Deno.FsFile {
    if (this.#file !== undefined) return this.#file;
    this.#path = Deno.makeTempFileSync({ dir: this.#folder, prefix: ".message-" });
    const file = Deno.openSync(this.#path, { read: true, write: true });
    this.#file = file;
    if (Deno.build.os !== "windows") {
      // The file is gone with the last handle on it, whatever happens to the process.
      Deno.removeSync(this.#path);
      this.#path = undefined;
    }
    if (this.#memory !== undefined) writeFully(file, this.#memory.subarray(0, this.#length));
    this.#memory = undefined;
    return file;
  }
}

/** Writes every byte, however many writes the system makes of it. */
export function writeFully(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
}
