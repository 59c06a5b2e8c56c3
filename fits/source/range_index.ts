/**
 * What is remembered of files on servers: where their parts lie. In memory for the life of the
 * process, and in a folder for later ones; for one version of each file only.
 */

import { FormatError } from "../../net/errors.ts";
import { replaceFile, writeWhole } from "../../net/replace_file.ts";
import type { RememberedParts } from "./ranges.ts";

/** Bytes that are remembered of one file at most, and of how many files. */
const MAX_BYTES = 4 << 20;
const MAX_FILES = 16;
/** Files of the folder at most; of more, those that were not used for the longest go. */
const MAX_FOLDER_FILES = 1_000;
/** How many stay then, so that the folder is not looked through each time. */
const KEPT_FOLDER_FILES = 900;
/** Bytes of the line that describes a file of the folder at most. */
const MAX_LINE = 1 << 20;
/** Parts looked at for one that has the bytes: they seldom overlap. */
const MAX_LOOKS = 8;

/** What tells one version of a file from another. */
export interface FileVersion {
  readonly etag: string | undefined;
  readonly date: string | undefined;
  /** Bytes of the file. */
  readonly size: number;
}

/** What is remembered of one version of a file. */
export class RangeIndex implements RememberedParts {
  /** The version. */
  readonly version: FileVersion;
  readonly #key: string;
  readonly #folder: string | undefined;
  /** Parts by where they begin, in ascending order. */
  #parts: { readonly start: number; readonly bytes: Uint8Array }[] = [];
  #bytes = 0;
  #changed = false;

  /**
   * Remembers nothing yet.
   *
   * @param key What stands for the file.
   * @param version The version.
   * @param folder Where it is written to.
   */
  constructor(key: string, version: FileVersion, folder?: string | undefined) {
    this.version = version;
    this.#key = key;
    this.#folder = folder;
  }

  /**
   * The index of a file, if there is one.
   *
   * @param key What stands for the file.
   * @param folder The folder of earlier processes.
   */
  static async of(key: string, folder?: string | undefined): Promise<RangeIndex | undefined> {
    const found = MEMORY.get(key);
    if (found !== undefined) {
      if (folder === undefined || found.#folder === folder) return found;
      MEMORY.delete(key);
    }
    if (folder === undefined) return undefined;
    const index = await readIndex(key, folder);
    if (index !== undefined) remember(key, index);
    return index;
  }

  /** Makes this the index of its file, in place of what was remembered of another version. */
  begin(): this {
    remember(this.#key, this);
    this.#changed = true;
    return this;
  }

  /** Whether there is anything to begin a file with. */
  get isUseful(): boolean {
    return this.#parts[0]?.start === 0;
  }

  /** The bytes from one place to another, or undefined. */
  find(start: number, end: number): Uint8Array | undefined {
    const parts = this.#parts;
    let at = this.#firstBehind(start);
    for (let looks = 0; looks < MAX_LOOKS && at-- > 0; looks++) {
      const part = parts[at]!;
      if (end <= part.start + part.bytes.length) {
        return part.bytes.subarray(start - part.start, end - part.start);
      }
    }
    return undefined;
  }

  /** Remembers bytes, unless that would be more than is remembered of one file. */
  add(start: number, bytes: Uint8Array): void {
    if (bytes.length === 0 || this.find(start, start + bytes.length) !== undefined) return;
    if (this.#bytes + bytes.length > MAX_BYTES) return;
    this.#parts.splice(this.#firstBehind(start), 0, { start, bytes: bytes.slice() });
    this.#bytes += bytes.length;
    this.#changed = true;
  }

  /** Forgets everything: the file is no longer the one that was read. */
  async forget(): Promise<void> {
    this.#parts = [];
    this.#bytes = 0;
    this.#changed = false;
    if (MEMORY.get(this.#key) === this) MEMORY.delete(this.#key);
    if (this.#folder === undefined) return;
    try {
      await Deno.remove(await pathOf(this.#key, this.#folder));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  /**
   * Writes what is remembered into the folder, if there is one.
   *
   * @throws {HeliographError} If it cannot be written.
   */
  async save(): Promise<void> {
    if (this.#folder === undefined || !this.#changed || !this.isUseful) return;
    this.#changed = false;
    await Deno.mkdir(this.#folder, { recursive: true });
    const parts = this.#parts.map(({ start, bytes }) => [start, bytes.length]);
    const line = JSON.stringify({ version: FORMAT, ...this.version, parts });
    await replaceFile(await pathOf(this.#key, this.#folder), async (file) => {
      await writeWhole(file, new TextEncoder().encode(`${line}\n`));
      for (const { bytes } of this.#parts) await writeWhole(file, bytes);
    });
    await prune(this.#folder);
  }

  #firstBehind(start: number): number {
    let low = 0;
    let high = this.#parts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#parts[middle]!.start <= start) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The form of the files of a folder. */
const FORMAT = 1;
/** Indexes by what stands for their files, the latest last. */
const MEMORY = new Map<string, RangeIndex>();

function remember(key: string, index: RangeIndex): void {
  MEMORY.delete(key);
  MEMORY.set(key, index);
  if (MEMORY.size > MAX_FILES) MEMORY.delete(MEMORY.keys().next().value!);
}

/** The name of a file's index tells nothing of the file. */
async function pathOf(key: string, folder: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  return `${folder.replace(/\/+$/, "")}/${new Uint8Array(hash).toHex()}.index`;
}

/** What the indexes of a folder are called; nothing else is removed from it. */
const INDEX_NAME = /^[0-9a-f]{64}\.index$/;

/** Removes what has not been used for the longest, where a folder has too much. */
async function prune(folder: string): Promise<void> {
  const names: string[] = [];
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (isFile && INDEX_NAME.test(name)) names.push(name);
  }
  if (names.length <= MAX_FOLDER_FILES) return;
  const times = new Map<string, number>();
  for (const name of names) times.set(name, await timeOf(`${folder}/${name}`));
  names.sort((a, b) => times.get(a)! - times.get(b)!);
  for (const name of names.slice(0, names.length - KEPT_FOLDER_FILES)) {
    // Another program may do the same.
    await Deno.remove(`${folder}/${name}`).catch(ignoreMissing);
  }
}

/** When an index was written or used; 0 if it has gone. */
async function timeOf(path: string): Promise<number> {
  const info = await Deno.stat(path).catch(ignoreMissing);
  return info?.mtime?.getTime() ?? 0;
}

function ignoreMissing(error: unknown): undefined {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
  return undefined;
}

/** Reads an index; one that is damaged is none. */
async function readIndex(key: string, folder: string): Promise<RangeIndex | undefined> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    const path = await pathOf(key, folder);
    if ((await Deno.stat(path)).size > MAX_BYTES + MAX_LINE) return undefined;
    bytes = await Deno.readFile(path);
    // The time of an index is that of its last use, which needs the right to write.
    await Deno.utime(path, new Date(), new Date()).catch(() => {});
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  try {
    return parseIndex(key, folder, bytes);
  } catch (error) {
    if (error instanceof FormatError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function parseIndex(key: string, folder: string, bytes: Uint8Array): RangeIndex {
  const end = bytes.subarray(0, MAX_LINE).indexOf(10);
  const line: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(0, Math.max(0, end))));
  const { version, etag, date, size, parts } = (line ?? {}) as Record<string, unknown>;
  const isText = (value: unknown) => value === undefined || typeof value === "string";
  const isCount = (value: unknown): value is number =>
    typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
  const damaged = new FormatError("Cannot read an index: it is damaged");
  if (version !== FORMAT || !isText(etag) || !isText(date) || !isCount(size)) throw damaged;
  if (!Array.isArray(parts)) throw damaged;
  const index = new RangeIndex(key, { etag, date, size } as FileVersion, folder);
  let at = end + 1;
  for (const part of parts) {
    const [start, length] = Array.isArray(part) ? part : [];
    if (!isCount(start) || !isCount(length) || at + length > bytes.length) throw damaged;
    if (start + length > size) throw damaged;
    index.add(start, bytes.subarray(at, at + length));
    at += length;
  }
  if (at !== bytes.length) throw damaged;
  return index;
}
