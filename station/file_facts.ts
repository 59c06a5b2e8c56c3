/** What the headers of FITS files say in a few words, for listings. */

import type { Hdu } from "../fits/file/hdu.ts";
import { openFits } from "../fits/file/open.ts";
import type { FileTree } from "../http/files/tree.ts";
import { HttpError } from "../http/message/http_error.ts";
import { HeliographError } from "../net/errors.ts";

/** Bytes of a file that are looked at. */
const MAX_BYTES = 65_536;
/** Files whose words are remembered. */
const MAX_KEPT = 20_000;
/** Milliseconds that one listing waits; what comes later is there for the next. */
const MAX_WAIT_MS = 50;
/** Characters of a value. */
const MAX_CHARACTERS = 40;

/** Finds out what files show, and remembers it by their versions. */
export class FileFacts {
  readonly #tree: FileTree;
  readonly #now: () => number;
  readonly #kept = new Map<string, string>();

  /**
   * Begins without any.
   *
   * @param tree The files.
   * @param now A clock in milliseconds.
   */
  constructor(tree: FileTree, now: () => number = () => performance.now()) {
    this.#tree = tree;
    this.#now = now;
  }

  /**
   * What some files of a folder show, as far as it can be found out in 50 ms.
   *
   * @param folder The names from the root down to the folder.
   * @param names The files.
   * @returns Words by names, such as `1024 × 1024, M 31, 2026-11-30T12:00:00`.
   */
  async of(folder: readonly string[], names: readonly string[]): Promise<Map<string, string>> {
    const end = this.#now() + MAX_WAIT_MS;
    const found = new Map<string, string>();
    for (const name of names) {
      const words = await this.#ofFile([...folder, name], end);
      if (words !== undefined && words !== "") found.set(name, words);
    }
    return found;
  }

  async #ofFile(segments: readonly string[], end: number): Promise<string | undefined> {
    let path: string;
    let key: string;
    try {
      path = this.#tree.locate(segments);
      const { size, mtime, ino } = this.#tree.stat(path);
      key = `${path} ${size} ${mtime?.getTime()} ${ino}`;
    } catch (error) {
      if (error instanceof HttpError) return undefined;
      throw error;
    }
    const kept = this.#kept.get(key);
    if (kept !== undefined || this.#now() >= end) return kept;
    const words = await this.#read(path);
    this.#kept.set(key, words);
    if (this.#kept.size > MAX_KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    return words;
  }

  /** Reads the beginning of a file; "" for what is no FITS file or says nothing. */
  async #read(path: string): Promise<string> {
    try {
      using file = this.#tree.open(path);
      const bytes = new Uint8Array(Math.min(MAX_BYTES, file.size));
      const length = file.readAt(bytes, 0);
      await using fits = await openFits(bytes.subarray(0, length));
      let shown: Hdu | undefined;
      for await (const hdu of fits.hdus) {
        shown ??= hdu;
        if (!(hdu.isImage && hdu.shape.length > 0) && !hdu.isTable) continue;
        shown = hdu;
        break;
      }
      return shown === undefined ? "" : wordsOf(shown, fits.header);
    } catch (error) {
      if (error instanceof HeliographError || error instanceof HttpError) return "";
      throw error;
    }
  }
}

function wordsOf(hdu: Hdu, primary: Hdu["header"]): string {
  const value = (keyword: string) => {
    const found = hdu.header.get(keyword) ?? primary.get(keyword);
    return typeof found === "string" ? found.trim().slice(0, MAX_CHARACTERS) : "";
  };
  const size = hdu.isTable
    ? `${hdu.shape[1] ?? 0} rows`
    : hdu.shape.length === 0
    ? ""
    : hdu.shape.join(" × ");
  return [size, value("OBJECT"), value("INSTRUME"), value("DATE-OBS")].filter(Boolean).join(", ");
}
