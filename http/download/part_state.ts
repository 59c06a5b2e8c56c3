import { parseHttpDate } from "../message/date.ts";
import { PartFile } from "./parts/part_file.ts";
import type { Sidecar } from "./parts/sidecar.ts";
import { type PartIdentity, rangeFields } from "./resume.ts";
import { type Span, spanBytes } from "./spans.ts";

const NOTHING_KNOWN: PartIdentity = {};

/** The existing part of a file that comes over HTTP, and what it is known to be a part of. */
export class PartState {
  /** The part file, while one is open. */
  file: PartFile | undefined;
  /** What its bytes belong to. */
  identity: PartIdentity = NOTHING_KNOWN;
  /** The bytes that are there from the first on, where one connection brings them in order. */
  have = 0;
  /** The ranges that exist where several connections bring them; undefined while one does. */
  spans: Span[] | undefined;
  /** When the server's file was changed last, in milliseconds since 1970. */
  modified: number | undefined;
  readonly #url: string;
  readonly #fsync: boolean;
  #name = "";

  /**
   * Begins with nothing.
   *
   * @param url Where the file comes from, for the notes beside it.
   * @param fsync Whether bytes must be on the disk before they are noted.
   */
  constructor(url: string, fsync: boolean) {
    this.#url = url;
    this.#fsync = fsync;
  }

  /** Bytes that are there. */
  get bytes(): number {
    return this.spans === undefined ? this.have : spanBytes(this.spans);
  }

  /** Bytes that need not be fetched again. */
  get secured(): number {
    return rangeFields(this.identity, { first: 0 }) === null ? 0 : this.bytes;
  }

  /**
   * Goes on with the part file of an earlier run.
   *
   * @param file The file.
   * @param name The name that the file will have.
   * @param sidecar The note beside it.
   * @param connections How many may bring the rest.
   */
  resume(file: PartFile, name: string, sidecar: Sidecar, connections: number): void {
    this.file = file;
    this.#name = name;
    this.identity = sidecar;
    this.have = file.size;
    if (sidecar.spans !== undefined) this.spans = [...sidecar.spans];
    else if (this.canSplit(connections)) {
      this.spans = [[0, Math.min(this.have, sidecar.length!)]];
    }
  }

  /**
   * Begins with the first byte of a file.
   *
   * @param folder The output folder.
   * @param name The name that the file will have.
   * @param identity What its bytes belong to.
   * @param worthNoting Whether it is long enough for a note.
   */
  begin(folder: string, name: string, identity: PartIdentity, worthNoting: boolean): PartFile {
    const file = this.file ??= PartFile.open(folder, name);
    this.#name = name;
    this.identity = identity;
    this.have = 0;
    file.begin(worthNoting ? this.#note() : undefined);
    return file;
  }

  /** Only a strong tag tells that several connections bring parts of the same file. */
  canSplit(connections: number): boolean {
    const { etag, length } = this.identity;
    return connections > 1 && etag !== undefined && length !== undefined;
  }

  /** Writes the next bytes of a file that comes in order. */
  append(bytes: Uint8Array): void {
    this.file!.write(bytes, this.have);
    this.have += bytes.length;
  }

  /** Notes what exists, if anything could tell versions of the file apart. */
  note(): void {
    const note = this.#note();
    if (note !== undefined) this.file!.update(note, this.#fsync);
  }

  /** All pieces are there: they are one file of that length. */
  join(length: number): void {
    this.have = length;
    this.spans = undefined;
    this.file!.truncate(length);
  }

  /** Forgets what exists; the file stays open for another version. */
  restart(): void {
    this.file?.begin(undefined);
    this.identity = NOTHING_KNOWN;
    this.have = 0;
    this.spans = undefined;
  }

  /** Gives the whole file its name and its time, and returns its path. */
  finish(): string {
    const file = this.file!;
    if (this.modified === undefined && this.identity.lastModified !== undefined) {
      this.modified = parseHttpDate(this.identity.lastModified);
    }
    file.finish({ modified: this.modified, fsync: this.#fsync });
    this.file = undefined;
    return file.path;
  }

  /**
   * Ends without the whole file.
   *
   * @param resumable Whether what exists can be used another time.
   * @returns The bytes that are kept.
   */
  stop(resumable: boolean): number {
    const { file } = this;
    if (file === undefined) return 0;
    if (!resumable || file.sidecar === undefined) {
      this.file = undefined;
      file.discard();
      return 0;
    }
    if (this.spans !== undefined) this.note();
    this.file = undefined;
    file.keep();
    return this.bytes;
  }

  /** The note beside the part file; undefined if nothing could tell versions apart. */
  #note(): Sidecar | undefined {
    const { etag, lastModified, length } = this.identity;
    if (etag === undefined && lastModified === undefined) return undefined;
    return { url: this.#url, name: this.#name, etag, lastModified, length, spans: this.spans };
  }
}
