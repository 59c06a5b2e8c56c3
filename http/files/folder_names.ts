import { type FileVersion, sameVersion } from "../server/open_file.ts";
import type { TreeEntry } from "./tree_entry.ts";
import { showsChanges } from "./validators.ts";

/** Names of all folders that are kept; each takes some 150 bytes. */
const MAX_NAMES = 200_000;

/** What a folder has, in order: sizes and times are not of its names. */
export interface OrderedNames {
  readonly sorted: TreeEntry[];
  /** Entries that have no name that can be opened. */
  readonly unnamed: number;
}

/** The names of one folder in one order. */
export interface RememberedNames {
  /** The names, if the folder is still the same. */
  find(version: FileVersion): OrderedNames | undefined;
  /** Keeps them. */
  keep(version: FileVersion, names: OrderedNames): void;
}

/** The names of folders that were listed lately: to read and sort them takes longer than a page. */
export class FolderNames {
  readonly #most: number;
  readonly #kept = new Map<
    string,
    { readonly version: FileVersion; readonly names: OrderedNames }
  >();
  #count = 0;

  /**
   * Begins with none.
   *
   * @param most Names of all folders.
   */
  constructor(most: number = MAX_NAMES) {
    this.#most = most;
  }

  /**
   * The names of a folder.
   *
   * @param key The folder and the order.
   * @param now The time, in milliseconds since 1970, before the folder is read.
   */
  of(key: string, now: number): RememberedNames {
    return {
      find: (version) => {
        const kept = this.#kept.get(key);
        if (kept === undefined) return undefined;
        this.#kept.delete(key);
        if (!sameVersion(kept.version, version)) {
          this.#count -= kept.names.sorted.length;
          return undefined;
        }
        this.#kept.set(key, kept);
        return kept.names;
      },
      keep: (version, names) => {
        // A folder that was changed just now may change again unseen.
        if (names.sorted.length > this.#most || !showsChanges(version, now)) return;
        this.#count += names.sorted.length - (this.#kept.get(key)?.names.sorted.length ?? 0);
        this.#kept.delete(key);
        this.#kept.set(key, { version, names });
        for (const [other, { names: { sorted } }] of this.#kept) {
          if (this.#count <= this.#most) break;
          this.#kept.delete(other);
          this.#count -= sorted.length;
        }
      },
    };
  }
}
