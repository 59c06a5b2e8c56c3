/** The file of results: locked, read when a map goes on, and written line by line. */

import { decodeLatin1, encodeLatin1 } from "../../http/message/octets.ts";
import { FormatError, HeliographError } from "../../net/errors.ts";
import { fileError } from "../../net/file_error.ts";
import { replaceFile, writeWhole } from "../../net/replace_file.ts";
import { isFailure, LineScan } from "./lines.ts";
import { JobNumbers, MAX_JOBS } from "./numbers.ts";
import { differenceOf, type MapRecord, newMapId, parseRecord } from "./plan.ts";

/** Bytes of results that are read at a time. */
const PIECE_BYTES = 1_048_576;

/** Bytes of a list at a time: its lines become texts together. */
const LIST_BYTES = 65_536;

/** Milliseconds after which what is written is brought to the disk. */
const SYNC_MS = 1_000;

/** How a map begins or goes on. */
export interface ResultsOptions {
  /** Whether an existing file is replaced. */
  readonly clobber: boolean;
  /** Whether jobs that failed are done again. */
  readonly retryFailed: boolean;
}

/** The results of a map, with the list of its inputs beside them. */
export class ResultsFile implements AsyncDisposable {
  /** The map, as it stands beside the results. */
  record!: MapRecord;
  /** The id of the map whose place this one takes, if it does. */
  former: string | undefined;
  /** The jobs that have a line. */
  numbers: JobNumbers = new JobNumbers();
  /** How many of these failed. */
  failed = 0;
  readonly #path: string;
  #file: Deno.FsFile;
  #waiting: string[] = [];
  #writing: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;
  #synced = performance.now();

  private constructor(path: string, file: Deno.FsFile) {
    this.#path = path;
    this.#file = file;
  }

  /**
   * Opens the results of a map, for this program alone.
   *
   * @param path The file; its map and its inputs stand beside it.
   * @param wanted The map; `total` is not looked at.
   * @param inputs Finds the inputs, where the map begins.
   * @param options Whether it starts over, and whether failures are done again.
   * @throws {HeliographError} If another program writes it, or if it is that of another map.
   */
  static async open(
    path: string,
    wanted: MapRecord,
    inputs: () => AsyncIterable<string>,
    options: ResultsOptions,
  ): Promise<ResultsFile> {
    const { file, created } = openForUs(path);
    const results = new ResultsFile(path, file);
    try {
      await results.#begin(wanted, inputs, options);
      return results;
    } catch (error) {
      // Nothing is left of a map that has not begun.
      if (created && file.statSync().size === 0) await removeIfThere(path);
      results.#file.close();
      throw fileError(error, "write", path);
    }
  }

  async #begin(
    wanted: MapRecord,
    inputs: () => AsyncIterable<string>,
    options: ResultsOptions,
  ): Promise<void> {
    const there = await this.#recordThere(options);
    if (there !== undefined) {
      const difference = differenceOf(there, wanted);
      if (difference !== undefined) {
        throw new HeliographError(
          `Cannot go on with '${this.#path}': ${difference}; --clobber starts over`,
          { source: this.#path },
        );
      }
      this.record = there;
      await this.#scan();
      if (options.retryFailed && this.failed > 0) await this.#dropFailures();
      return;
    }
    // The existing results are let go once there are inputs. In this order: wherever it is broken off,
    // the next run starts over or goes on.
    const total = await this.#findInputs(inputs());
    await removeIfThere(`${this.#path}.map`);
    this.#file.truncateSync(0);
    await Deno.rename(`${this.#path}.inputs.part`, `${this.#path}.inputs`);
    await this.#writeRecord({ ...wanted, total });
  }

  /** The record beside results that are there; undefined if the map begins. */
  async #recordThere({ clobber }: ResultsOptions): Promise<MapRecord | undefined> {
    const place = `${this.#path}.map`;
    try {
      const record = parseRecord(await Deno.readTextFile(place), place);
      if (!clobber) return record;
      this.former = record.id;
    } catch (error) {
      // What is replaced need not be readable.
      if (!clobber && !(error instanceof Deno.errors.NotFound)) throw error;
    }
    if (clobber) return undefined;
    if (this.#file.statSync().size === 0) return undefined;
    throw new HeliographError(
      `Cannot write '${this.#path}': it exists already, without '${place}' beside it; ` +
        "--clobber replaces it",
      { source: this.#path },
    );
  }

  /** Reads the existing results; a line that was broken off is cut away. */
  async #scan(onLine?: (text: string) => void): Promise<void> {
    const scan = new LineScan(this.#path, onLine);
    const piece = new Uint8Array(PIECE_BYTES);
    this.#file.seekSync(0, Deno.SeekMode.Start);
    for (let count; (count = await this.#file.read(piece)) !== null;) {
      scan.push(decodeLatin1(piece.subarray(0, count)));
    }
    this.#file.truncateSync(scan.end);
    this.#file.seekSync(scan.end, Deno.SeekMode.Start);
    this.numbers = scan.numbers;
    this.failed = scan.failed;
  }

  /** Rewrites the results without those of jobs that failed. */
  async #dropFailures(): Promise<void> {
    await replaceFile(this.#path, async (file) => {
      const source = new LineScan(this.#path, (line) => {
        if (!isFailure(line)) kept.push(line);
      });
      let kept: string[] = [];
      const piece = new Uint8Array(PIECE_BYTES);
      this.#file.seekSync(0, Deno.SeekMode.Start);
      for (let count; (count = await this.#file.read(piece)) !== null;) {
        source.push(decodeLatin1(piece.subarray(0, count)));
        await writeWhole(file, encodeLatin1(kept.map((line) => `${line}\n`).join("")));
        kept = [];
      }
    });
    // The next holder of the lock finds that the file has been replaced.
    const { file: replaced } = openForUs(this.#path);
    this.#file.close();
    this.#file = replaced;
    this.former = this.record.id;
    await this.#writeRecord({ ...this.record, id: newMapId() });
    await this.#scan();
  }

  async #findInputs(inputs: AsyncIterable<string>): Promise<number> {
    // The lock of the results is that of these files too. A URL may be a key: no one else reads it.
    const part = `${this.#path}.inputs.part`;
    const options = { write: true, create: true, truncate: true, mode: 0o600 };
    const file = Deno.openSync(part, options);
    let total = 0;
    try {
      let lines = "";
      for await (const input of inputs) {
        if (/[\r\n]/.test(input)) {
          throw new FormatError(`Cannot list ${JSON.stringify(input)}: its name has a line end`);
        }
        if (++total > MAX_JOBS) {
          throw new HeliographError(`Cannot begin: more than ${MAX_JOBS} inputs`);
        }
        lines += `${input}\n`;
        if (lines.length < LIST_BYTES) continue;
        await writeWhole(file, new TextEncoder().encode(lines));
        lines = "";
      }
      await writeWhole(file, new TextEncoder().encode(lines));
      file.syncDataSync();
    } catch (error) {
      await removeIfThere(part);
      throw error;
    } finally {
      file.close();
    }
    return total;
  }

  async #writeRecord(record: MapRecord): Promise<void> {
    this.record = record;
    const text = new TextEncoder().encode(`${JSON.stringify(record, undefined, 2)}\n`);
    await replaceFile(`${this.#path}.map`, (file) => writeWhole(file, text));
  }

  /** The inputs in their order, as they were found when the map began. */
  async *inputs(): AsyncGenerator<string> {
    const place = `${this.#path}.inputs`;
    let count = 0;
    using file = openFile(place);
    for await (const line of linesOfFile(file)) {
      count++;
      yield line;
    }
    if (count === this.record.total) return;
    throw new FormatError(
      `Cannot go on with '${this.#path}': '${place}' has ${count} lines, ` +
        `expected ${this.record.total}; --clobber starts over`,
      { source: place },
    );
  }

  /**
   * Writes the line of a job, unless there is one.
   *
   * @param number The job.
   * @param text Its line.
   * @returns Whether it is the first one, when it is written.
   * @throws {HeliographError} If it cannot be written, or one before it could not be: behind a part
   * of a line nothing more is written.
   */
  async append(number: number, text: string): Promise<boolean> {
    this.#throwFailure();
    if (!this.numbers.add(number)) return false;
    if (isFailure(text)) this.failed++;
    this.#waiting.push(text);
    // What comes while others are written is written together.
    await (this.#writing ??= this.#write());
    if (this.#waiting.length > 0) await (this.#writing ??= this.#write());
    // It may have waited behind one that could not be written.
    this.#throwFailure();
    return true;
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #write(): Promise<void> {
    // Those of the same turn go together.
    await Promise.resolve();
    try {
      while (this.#waiting.length > 0 && this.#failure === undefined) {
        const lines = this.#waiting;
        this.#waiting = [];
        await writeWhole(this.#file, new TextEncoder().encode(`${lines.join("\n")}\n`));
      }
      if (performance.now() - this.#synced > SYNC_MS) await this.sync();
    } catch (error) {
      this.#failure = { error: fileError(error, "write", this.#path) };
      throw this.#failure.error;
    } finally {
      this.#writing = undefined;
    }
  }

  /** Brings to the disk what is written. */
  async sync(): Promise<void> {
    await this.#file.syncData();
    this.#synced = performance.now();
  }

  /** Brings what is written to the disk, and lets others have the file. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#writing;
      await this.sync();
    } finally {
      this.#file.close();
    }
  }
}

/** Opens the results and locks them. */
function openForUs(path: string): { readonly file: Deno.FsFile; readonly created: boolean } {
  let file: Deno.FsFile;
  let created = false;
  const options = { read: true, write: true };
  try {
    try {
      file = Deno.openSync(path, { ...options, createNew: true });
      created = true;
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
      file = Deno.openSync(path, { ...options, create: true });
    }
  } catch (error) {
    throw fileError(error, "write", path);
  }
  const refused = !file.statSync().isFile
    ? "it is no regular file, in which nothing could be found again"
    : !file.tryLockSync(true)
    ? "another program writes it"
    : undefined;
  if (refused === undefined) return { file, created };
  file.close();
  throw new HeliographError(`Cannot write '${path}': ${refused}`, { source: path });
}

function openFile(path: string): Deno.FsFile {
  try {
    return Deno.openSync(path);
  } catch (error) {
    throw fileError(error, "read", path);
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/**
 * The lines of a file, as many at a time as are read.
 *
 * @param file The file.
 */
export async function* linesOfFile(file: Deno.FsFile): AsyncGenerator<string> {
  const piece = new Uint8Array(LIST_BYTES);
  const decoder = new TextDecoder();
  let rest = "";
  for (let count; (count = await file.read(piece)) !== null;) {
    const lines = (rest + decoder.decode(piece.subarray(0, count), { stream: true })).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== "") yield rest;
}
