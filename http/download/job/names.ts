/**
 * What a fetched file is called, and what happens if there is one of that name.
 *
 * @module
 */

import { safeFileName } from "../../fields/file_name.ts";
import { partName, sidecarName } from "../parts/sidecar.ts";

/** What to do about an existing file. */
export type ExistingPolicy =
  /** Leave it and fetch nothing. */
  | "skip"
  /** Fetch if the size differs or the server's is newer. */
  | "newer"
  /** Fetch and replace it. */
  | "clobber"
  /** Take it for the beginning, where that is certain, and fetch what is missing. */
  | "continue"
  /** Fetch under a name with a number. */
  | "unique";

/**
 * The path of a folder below another one: each part is a safe name, so that it never leads out.
 *
 * @param path The path as it is wanted, with slashes; "" for the other folder itself.
 */
export function safeFolder(path: string): string {
  return path.split("/").filter((part) => part !== "").map((part) => safeFileName(part)).join("/");
}

/** Endings that belong together with the one before: `sun.fits.gz`. */
const COMPOUND = /(\.[A-Za-z0-9]{1,8})?(\.(?:gz|bz2|xz|zst|Z|fz|lz4))$/;

/**
 * A name with a number before its ending: `sun.fits.gz` becomes `sun.1.fits.gz`.
 *
 * @param name The name.
 * @param number The number.
 */
export function numberedName(name: string, number: number): string {
  const compound = COMPOUND.exec(name)?.[0];
  const ending = compound ?? /(?<=.)\.[^.]*$/.exec(name)?.[0] ?? "";
  const stem = name.slice(0, name.length - ending.length);
  return stem === "" ? `${name}.${number}` : `${stem}.${number}${ending}`;
}

/**
 * The names of one run, so that two URLs which end alike do not overwrite each other.
 *
 * Names that differ in case or in their Unicode form only are one file on some disks, which is
 * asked for when two such names come; and a part file or its note has a name, too.
 */
export class NameClaims {
  #names = new Set<string>();
  /** What the names have in common with others that are the same file on some disks. */
  #keys = new Set<string>();
  readonly #askFolds: () => boolean;
  #folds: boolean | undefined;
  /**
   * Whether every name so far is plain. Such names are in the way of each other only
   * where they are the same, so that the names of their part files need not be kept.
   */
  #plain = true;
  /** The last number of each name that was claimed more than once: thousands may be alike. */
  #given = new Map<string, number>();

  /**
   * Begins without names.
   *
   * @param folds Whether names that differ in case only are one file in the folder. Default: yes,
   * which is safe everywhere.
   */
  constructor(folds: () => boolean = () => true) {
    this.#askFolds = folds;
  }

  /**
   * Claims a name with its part file and its note.
   *
   * @param name The name wanted.
   * @returns The name, with a number if it was claimed before.
   */
  claim(name: string): string {
    if (this.#plain && isPlain(name)) {
      if (!this.#isTaken(name)) {
        this.#take(name);
        return name;
      }
    }
    const free = this.#free(name, (candidate) => this.#isFree(candidate));
    for (const own of this.#namesOf(free)) this.#take(own);
    return free;
  }

  /**
   * Claims a name with a number that neither this run nor the folder has.
   *
   * @param name The name wanted.
   * @param exists Whether the folder has a file of a name.
   */
  claimUnique(name: string, exists: (name: string) => boolean): string {
    return this.claim(this.#free(name, (name) => this.#isFree(name) && !exists(name)));
  }

  /** Gives a name back. */
  release(name: string): void {
    for (const own of this.#namesOf(name)) {
      this.#names.delete(own);
      this.#keys.delete(keyOf(own));
    }
  }

  #take(name: string): void {
    this.#names.add(name);
    this.#keys.add(keyOf(name));
  }

  #isTaken(name: string): boolean {
    if (this.#names.has(name)) return true;
    return this.#keys.has(keyOf(name)) && (this.#folds ??= this.#askFolds());
  }

  /** The first free name, from the number on that was given last. */
  #free(name: string, isFree: (name: string) => boolean): string {
    if (isFree(name)) return name;
    let number = this.#given.get(name) ?? 1;
    while (!isFree(numberedName(name, number))) number++;
    this.#given.set(name, number);
    return numberedName(name, number);
  }

  #isFree(name: string): boolean {
    if (this.#plain && !isPlain(name)) {
      this.#plain = false;
      for (const own of [...this.#names].flatMap((known) => this.#namesOf(known))) this.#take(own);
    }
    return !this.#namesOf(name).some((own) => this.#isTaken(own));
  }

  #namesOf(name: string): string[] {
    return this.#plain ? [name] : [name, partName(name), sidecarName(name)];
  }
}

/** What two names have in common that are one file on some disks. */
function keyOf(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

/** Whether a name is none of a part file or a note, and short enough for one of its own. */
function isPlain(name: string): boolean {
  return name.length < 80 && !/\.part(?:\.json)?$/i.test(name);
}

/** What is known of a file, here or at the server. */
export interface FileFacts {
  /** Bytes. */
  readonly size?: number | undefined;
  /** The time of the last change in milliseconds since 1970. */
  readonly modified?: number | undefined;
}

/**
 * Whether the server's file replaces the one here under the policy `newer`.
 *
 * Times are compared in whole seconds, all that HTTP and FTP tell. A server that
 * tells neither size nor time is believed to have something new.
 *
 * @param here The file here.
 * @param there The server's file.
 */
export function isNewer(here: FileFacts, there: FileFacts): boolean {
  if (there.size !== undefined && there.size !== here.size) return true;
  if (there.modified === undefined) return there.size === undefined;
  return Math.floor(there.modified / 1000) > Math.floor((here.modified ?? 0) / 1000);
}
