/** A file or a folder in a listing. */
export interface TreeEntry {
  /** The name in its folder. */
  readonly name: string;
  /** Whether it is a folder. */
  readonly isFolder: boolean;
  /** Bytes; 0 for a folder; NaN where it was not asked for. */
  readonly size: number;
  /** When it changed last, in milliseconds since 1970. */
  readonly mtime: number;
}
