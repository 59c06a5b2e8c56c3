import { existsSync } from "node:fs";
import type { FileValidators } from "./validators.ts";
import { type FileVersion, sameVersion, versionOf } from "../server/open_file.ts";
import type { PreparedResponse } from "../server/prepared_response.ts";
import { currentTurn } from "../server/event_loop_turn.ts";

/** A precompressed form beside a file: its ending, and the coding that it means. */
export interface Sidecar {
  readonly extension: string;
  readonly encoding: string;
}

/** The precompressed forms that are looked for; of those a client likes equally, the first. */
const SIDECARS: readonly Sidecar[] = [
  { extension: ".br", encoding: "br" },
  { extension: ".zst", encoding: "zstd" },
  { extension: ".gz", encoding: "gzip" },
];

/** A file and its precompressed forms, as the file system has them at one moment. */
export interface FileSet {
  /** The path on the disk. */
  readonly path: string;
  readonly version: FileVersion;
  /** The forms that are not older than the file. */
  readonly sidecars: readonly (Sidecar & { readonly version: FileVersion })[];
}

/**
 * Looks for the precompressed forms of a file.
 *
 * @param path The file.
 * @param version The version of the file.
 */
export function fileSetOf(path: string, version: FileVersion): FileSet {
  const sidecars: (Sidecar & { version: FileVersion })[] = [];
  for (const sidecar of SIDECARS) {
    const found = path + sidecar.extension;
    // Asking for what is not there is six times faster this way.
    if (!existsSync(found)) continue;
    const info = statIfFile(found, Deno.lstatSync);
    // A link might lead anywhere.
    if (info === undefined) continue;
    const sidecarVersion = versionOf(info);
    if (sidecarVersion.mtime < version.mtime) continue;
    sidecars.push({ ...sidecar, version: sidecarVersion });
  }
  return { path, version, sidecars };
}

function statIfFile(
  path: string,
  stat: (path: string) => Deno.FileInfo,
): Deno.FileInfo | undefined {
  try {
    const info = stat(path);
    return info.isFile ? info : undefined;
  } catch {
    // Gone meanwhile, or out of reach: there is no such form.
    return undefined;
  }
}

function sameSet(a: FileSet, b: FileSet): boolean {
  return sameVersion(a.version, b.version) && a.sidecars.length === b.sidecars.length &&
    a.sidecars.every((sidecar, i) => {
      const other = b.sidecars[i]!;
      return sidecar.encoding === other.encoding && sameVersion(sidecar.version, other.version);
    });
}

/** The answers that are prepared for one form of a file. */
export interface PreparedForm {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly validators: FileValidators;
  readonly whole: PreparedResponse;
  readonly notModified: PreparedResponse;
}

/** A file whose bytes are kept in memory. */
export class CachedFile {
  readonly set: FileSet;
  /** By content coding; the file as it is under the empty name. */
  readonly forms: Map<string, PreparedForm> = new Map();
  /** Bytes that are kept. */
  size = 0;
  /** Whether it has been asked for since the cache last looked for what can go. */
  used = true;
  #checkedTurn = -1;
  #checkedAt = -1;

  constructor(set: FileSet) {
    this.set = set;
  }

  /**
   * Whether the file is still what it was. The file system is asked once for all
   * requests that are read in one turn of the event loop, within one millisecond.
   */
  isCurrent(): boolean {
    const now = Date.now();
    const thisTurn = currentTurn();
    if (thisTurn === this.#checkedTurn && now === this.#checkedAt) return true;
    const info = statIfFile(this.set.path, Deno.statSync);
    if (info === undefined) return false;
    if (!sameSet(this.set, fileSetOf(this.set.path, versionOf(info)))) return false;
    this.#checkedTurn = thisTurn;
    this.#checkedAt = now;
    return true;
  }
}

/** Small files in bounded memory. */
export class FileCache {
  #files = new Map<string, CachedFile>();
  #bytes = 0;
  #mostBytes: number;

  /**
   * Makes an empty cache.
   *
   * @param mostBytes The most bytes that are kept.
   */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** Whether a file of this size is worth keeping. */
  accepts(size: number): boolean {
    return size <= MAX_FILE_BYTES && size <= this.#mostBytes / 4;
  }

  /**
   * A file that is kept and has not changed.
   *
   * @param path The path on the disk.
   */
  get(path: string): CachedFile | undefined {
    const file = this.#files.get(path);
    if (file === undefined) return undefined;
    if (!file.isCurrent()) {
      this.#forget(path, file);
      return undefined;
    }
    file.used = true;
    return file;
  }

  /**
   * Keeps a form of a file.
   *
   * @param set The file, as it was before its bytes were read.
   * @param encoding The coding of the form; empty for the file as it is.
   * @param form The answers.
   */
  keep(set: FileSet, encoding: string, form: PreparedForm): CachedFile {
    let file = this.#files.get(set.path);
    if (file === undefined || !sameSet(file.set, set)) {
      if (file !== undefined) this.#forget(set.path, file);
      file = new CachedFile(set);
      this.#files.set(set.path, file);
    }
    if (!file.forms.has(encoding)) {
      const size = form.whole.keptBytes + FORM_BYTES;
      file.forms.set(encoding, form);
      file.size += size;
      this.#bytes += size;
      this.#shrink();
    }
    return file;
  }

  #forget(path: string, file: CachedFile): void {
    this.#files.delete(path);
    this.#bytes -= file.size;
  }

  /** Lets go of files, first of those that no one has asked for since the last time. */
  #shrink(): void {
    for (const [path, file] of this.#files) {
      if (this.#bytes <= this.#mostBytes) return;
      this.#forget(path, file);
      if (!file.used) continue;
      file.used = false;
      this.#files.set(path, file);
      this.#bytes += file.size;
    }
  }
}

/** Larger files are read from the disk each time, which costs little beside sending them. */
const MAX_FILE_BYTES = 1_048_576;
/** About what a form takes besides its bytes. */
const FORM_BYTES = 2_048;
